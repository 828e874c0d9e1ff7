//! Finds the rows of a statement: by index where a condition allows it, else by looking at every row.

mod index;

use std::{borrow::Cow, cmp::Ordering, collections::BTreeSet};

use super::{
    eval,
    statement::{OrderKey, Shape, Statement, Test},
};
use crate::{FieldIndex, Org, Record, SfId, Value};

/// Which rows a statement may see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Visible {
    /// Rows that are not in the recycle bin: `query`.
    Live,
    /// All rows: `queryAll`.
    All,
}

/// The rows that a statement finds, in its order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Found {
    /// Their ids.
    pub(crate) ids: Vec<SfId>,
    /// How many there are.
    pub(crate) total: usize,
}

/// Finds the rows of a whole statement.
pub(crate) fn run(org: &Org, statement: &Statement, visible: Visible) -> Found {
    let filter = resolved(org, statement.filter.as_ref(), visible);
    let candidates =
        filter.as_deref().and_then(|test| index::candidates(org, statement.object, test));
    found(org, statement, filter.as_deref(), candidates, visible)
}

/// Finds the rows that refer to `parent` by `reference` and fit a child statement.
pub(crate) fn children(
    org: &Org,
    statement: &Statement,
    reference: FieldIndex,
    parent: SfId,
    visible: Visible,
) -> Found {
    let filter = resolved(org, statement.filter.as_ref(), visible);
    let by_index = org.lookup(statement.object, reference, &Value::Id(parent));
    let candidates = by_index.unwrap_or_else(|| {
        let refers = |record: &&Record| org.value(record, reference).as_id() == Some(parent);
        org.rows(statement.object).filter(refers).map(Record::id).collect()
    });
    found(org, statement, filter.as_deref(), Some(candidates), visible)
}

fn found(
    org: &Org,
    statement: &Statement,
    filter: Option<&Test>,
    candidates: Option<Vec<SfId>>,
    visible: Visible,
) -> Found {
    let fits = |record: &&Record| {
        (visible == Visible::All || !record.is_deleted())
            && filter.is_none_or(|test| eval::fits(org, record, test))
    };
    // Nothing after the last row that is wanted need be looked at, when order does not matter.
    let enough = match statement.limit {
        Some(limit) if statement.order.is_empty() => limit.saturating_add(statement.offset),
        _ => usize::MAX,
    };
    let mut ids: Vec<SfId> = match candidates {
        Some(ids) => {
            let rows = ids
                .into_iter()
                .filter_map(|id| org.get(id))
                .filter(|record| record.object() == statement.object);
            rows.filter(fits).take(enough).map(Record::id).collect()
        }
        None => org.rows(statement.object).filter(fits).take(enough).map(Record::id).collect(),
    };
    sort(org, &statement.order, &mut ids);
    if statement.offset > 0 {
        ids.drain(..statement.offset.min(ids.len()));
    }
    if let Some(limit) = statement.limit {
        ids.truncate(limit);
    }
    let total = ids.len();
    if statement.shape == Shape::Count {
        ids.clear();
    }
    Found { ids, total }
}

/// The condition with every semi-join carried out.
fn resolved<'t>(org: &Org, filter: Option<&'t Test>, visible: Visible) -> Option<Cow<'t, Test>> {
    let filter = filter?;
    Some(if has_semijoin(filter) {
        Cow::Owned(without_semijoins(org, filter, visible))
    } else {
        Cow::Borrowed(filter)
    })
}

fn has_semijoin(test: &Test) -> bool {
    match test {
        Test::And(all) | Test::Or(all) => all.iter().any(has_semijoin),
        Test::Not(one) => has_semijoin(one),
        Test::InRows { .. } => true,
        _ => false,
    }
}

fn without_semijoins(org: &Org, test: &Test, visible: Visible) -> Test {
    let all =
        |tests: &[Test]| tests.iter().map(|test| without_semijoins(org, test, visible)).collect();
    match test {
        Test::And(tests) => Test::And(all(tests)),
        Test::Or(tests) => Test::Or(all(tests)),
        Test::Not(one) => Test::Not(Box::new(without_semijoins(org, one, visible))),
        Test::InRows { path, statement, column } => {
            let rows = run(org, statement, visible).ids;
            let value = |id: SfId| eval::value_at(org, org.get(id)?, column).as_id();
            let ids: BTreeSet<SfId> = rows.into_iter().filter_map(value).collect();
            Test::InIds { path: path.clone(), ids }
        }
        other => other.clone(),
    }
}

fn sort(org: &Org, order: &[OrderKey], ids: &mut Vec<SfId>) {
    if order.is_empty() {
        return;
    }
    let keys = |id: SfId| -> Vec<Value> {
        let record = org.get(id);
        let value = |key: &OrderKey| {
            record.map_or(Value::Null, |record| eval::read(org, record, &key.path).into_owned())
        };
        order.iter().map(value).collect()
    };
    let mut keyed: Vec<(Vec<Value>, SfId)> = ids.iter().map(|id| (keys(*id), *id)).collect();
    keyed.sort_by(|(a, a_id), (b, b_id)| {
        let by_keys = order.iter().zip(a.iter().zip(b)).map(|(key, (a, b))| compare(key, a, b));
        by_keys.fold(Ordering::Equal, Ordering::then).then(a_id.cmp(b_id))
    });
    *ids = keyed.into_iter().map(|(_, id)| id).collect();
}

/// Nulls come first in both directions unless the key says otherwise (wire reference §4.2).
fn compare(key: &OrderKey, a: &Value, b: &Value) -> Ordering {
    match (a.is_null(), b.is_null()) {
        (true, true) => return Ordering::Equal,
        (true, false) => return if key.nulls_last { Ordering::Greater } else { Ordering::Less },
        (false, true) => return if key.nulls_last { Ordering::Less } else { Ordering::Greater },
        (false, false) => {}
    }
    let rank = |value: &Value| {
        let text = value.as_text()?;
        key.picklist.iter().position(|entry| super::text::same(entry, text))
    };
    let by_rank = match (rank(a), rank(b)) {
        (Some(a), Some(b)) => a.cmp(&b),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => Ordering::Equal,
    };
    let ascending = by_rank.then_with(|| eval::order(a, b).unwrap_or(Ordering::Equal));
    if key.descending { ascending.reverse() } else { ascending }
}
