//! `ORDER BY`: nulls first in both directions unless the key says otherwise, picklists in the order of their
//! values, ties by id (wire reference §4.2).

use std::{cmp::Ordering, sync::Arc};

use crate::{
    Org, Record, SfId, Value,
    soql::{
        eval::{self, Row, Subject},
        statement::OrderKey,
        text,
    },
    value::ValueRef,
};

/// The ids of rows in order; only the first `wanted` need be there.
pub(super) fn sorted(
    org: &Org,
    order: &[OrderKey],
    rows: Vec<&Record>,
    wanted: usize,
) -> Vec<SfId> {
    if order.is_empty() {
        return rows.into_iter().map(Record::id).collect();
    }
    let keys = |record| -> Vec<Value> {
        let row = Row { org, record };
        order.iter().map(|key| row.read(&key.of).into_owned()).collect()
    };
    let mut keyed: Vec<(Vec<Value>, SfId)> =
        rows.into_iter().map(|record| (keys(record), record.id())).collect();
    let by_keys = |a: &(Vec<Value>, SfId), b: &(Vec<Value>, SfId)| {
        compare_all(order, &a.0, &b.0).then(a.1.cmp(&b.1))
    };
    if wanted < keyed.len() {
        // The rows that nobody wants need no order among themselves.
        keyed.select_nth_unstable_by(wanted, by_keys);
        keyed.truncate(wanted);
    }
    keyed.sort_unstable_by(by_keys);
    keyed.into_iter().map(|(_, id)| id).collect()
}

/// Which of two lists of values comes first.
pub(super) fn compare_all(order: &[OrderKey], a: &[Value], b: &[Value]) -> Ordering {
    let each = order.iter().zip(a.iter().zip(b));
    each.fold(Ordering::Equal, |found, (key, (a, b))| found.then_with(|| by_key(key, a, b)))
}

fn by_key(key: &OrderKey, a: &Value, b: &Value) -> Ordering {
    let null = |here, there| if key.nulls_last { there } else { here };
    match (a.is_null(), b.is_null()) {
        (true, true) => Ordering::Equal,
        (true, false) => null(Ordering::Less, Ordering::Greater),
        (false, true) => null(Ordering::Greater, Ordering::Less),
        (false, false) => {
            let ascending = compare(&key.picklist, a.view(), b.view());
            if key.descending { ascending.reverse() } else { ascending }
        }
    }
}

/// Which of two values comes first; values of a picklist in its order, others after them.
pub(crate) fn compare(picklist: &[Arc<str>], a: ValueRef<'_>, b: ValueRef<'_>) -> Ordering {
    let rank = |value: ValueRef<'_>| {
        let text = value.as_text()?;
        picklist.iter().position(|entry| text::same(entry, text))
    };
    let by_rank = match (rank(a), rank(b)) {
        (Some(a), Some(b)) => a.cmp(&b),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => Ordering::Equal,
    };
    by_rank.then_with(|| eval::order(a, b).unwrap_or(Ordering::Equal))
}
