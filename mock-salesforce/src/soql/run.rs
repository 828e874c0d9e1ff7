//! Finds the rows of a statement: by index where a condition allows it, else by looking at every row.

mod group;
mod index;
mod order;

pub(crate) use group::{Group, groups};
pub(crate) use index::access;

use std::{borrow::Cow, collections::BTreeSet};

use super::{
    eval::{self, Row},
    statement::{Shape, Statement, Test},
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
    let filter = filter.as_deref();
    let candidates = filter.and_then(|test| index::candidates(org, statement.object, test));
    found(org, statement, Search { filter, candidates, visible })
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
    found(
        org,
        statement,
        Search { filter: filter.as_deref(), candidates: Some(candidates), visible },
    )
}

/// Where rows are looked for.
struct Search<'f> {
    filter: Option<&'f Test>,
    /// The rows that can fit; any when absent.
    candidates: Option<Vec<SfId>>,
    visible: Visible,
}

impl Search<'_> {
    /// The rows that fit, in id order, at most so many.
    fn rows<'o>(self, org: &'o Org, statement: &Statement, at_most: usize) -> Vec<&'o Record> {
        let (filter, visible) = (self.filter, self.visible);
        let fits = |record: &&Record| judged(org, statement, record, (filter, visible));
        match self.candidates {
            Some(ids) => ids
                .into_iter()
                .filter_map(|id| org.of(statement.object, id))
                .filter(fits)
                .take(at_most)
                .collect(),
            None => org.rows(statement.object).filter(fits).take(at_most).collect(),
        }
    }
}

/// Is it a row for the reader of the statement, and does it fit?
fn judged(
    org: &Org,
    statement: &Statement,
    record: &Record,
    (filter, visible): (Option<&Test>, Visible),
) -> bool {
    seen(org, statement, record, visible)
        && filter.is_none_or(|test| eval::fits(&Row { org, record }, test))
}

/// Is this a row for the reader of the statement? The one place where sharing is asked for.
fn seen(org: &Org, statement: &Statement, record: &Record, visible: Visible) -> bool {
    (visible == Visible::All || !record.is_deleted() && !org.is_archived(record))
        && org.visible(statement.reader, record)
}

fn found(org: &Org, statement: &Statement, search: Search<'_>) -> Found {
    // Nothing after the last row that is wanted need be looked at, when order does not matter.
    let wanted = statement.limit.map_or(usize::MAX, |limit| limit.saturating_add(statement.offset));
    let at_most = if statement.order.is_empty() { wanted } else { usize::MAX };
    let mut ids = match search {
        // Few rows by an index, which is what programs ask for most, are in order and in place.
        Search { candidates: Some(mut ids), filter, visible }
            if statement.order.is_empty() && ids.len() <= wanted =>
        {
            ids.retain(|id| {
                let record = org.of(statement.object, *id);
                record.is_some_and(|record| judged(org, statement, record, (filter, visible)))
            });
            ids
        }
        search => {
            let rows = search.rows(org, statement, at_most);
            order::sorted(org, &statement.order, rows, wanted)
        }
    };
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
        Test::InRows { of, statement, column } => {
            let rows = run(org, statement, visible).ids;
            let value = |id: SfId| eval::value_at(org, org.get(id)?, column).as_id();
            let ids: BTreeSet<SfId> = rows.into_iter().filter_map(value).collect();
            Test::InIds { of: of.clone(), ids }
        }
        other => other.clone(),
    }
}
