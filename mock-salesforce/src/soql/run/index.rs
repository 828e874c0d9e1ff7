//! Which rows can fit at all: asks the org's indexes, so that a query by e-mail costs the same in an org of any size.
//!
//! A condition gives candidates when every row that fits is among them; each candidate is judged afterwards.

use std::collections::BTreeSet;

use crate::{
    ObjectIndex, Org, SfId, Value,
    soql::{
        ast::Operator,
        statement::{FieldPath, Slot, Test},
    },
};

/// Most values of one `IN` that are looked up one by one; beyond it rows are scanned.
const LOOKUP_LIMIT: usize = 20_000;

/// The rows that can fit, in id order; `None` when only a scan can tell.
pub(super) fn candidates(org: &Org, object: ObjectIndex, test: &Test) -> Option<Vec<SfId>> {
    match test {
        Test::And(all) => {
            all.iter().filter_map(|test| candidates(org, object, test)).min_by_key(Vec::len)
        }
        Test::Or(all) => {
            let each: Option<Vec<Vec<SfId>>> =
                all.iter().map(|test| candidates(org, object, test)).collect();
            Some(union(each?))
        }
        Test::Compare { path, operator: Operator::Equal, value } => {
            rows_with(org, object, path, value)
        }
        Test::In { path, values } if values.len() <= LOOKUP_LIMIT => {
            let each: Option<Vec<Vec<SfId>>> =
                values.iter().map(|value| rows_with(org, object, path, value)).collect();
            Some(union(each?))
        }
        Test::InIds { path, ids } if ids.len() <= LOOKUP_LIMIT => {
            let each: Option<Vec<Vec<SfId>>> =
                ids.iter().map(|id| rows_with(org, object, path, &Value::Id(*id))).collect();
            Some(union(each?))
        }
        _ => None,
    }
}

fn rows_with(org: &Org, object: ObjectIndex, path: &FieldPath, value: &Value) -> Option<Vec<SfId>> {
    if value.is_null() {
        return None;
    }
    match path.own_field()? {
        Slot::Id => Some(value.as_id().into_iter().collect()),
        Slot::Field(field) => org.lookup(object, field, value),
        Slot::TypeName | Slot::Absent => None,
    }
}

fn union(mut each: Vec<Vec<SfId>>) -> Vec<SfId> {
    match each.as_mut_slice() {
        [one] => std::mem::take(one),
        _ => each.into_iter().flatten().collect::<BTreeSet<_>>().into_iter().collect(),
    }
}
