//! Which rows can fit at all: asks the org's indexes, so that a query by e-mail costs the same in an org of any size.
//!
//! A condition gives candidates when every row that fits is among them; each candidate is judged afterwards.

use std::collections::BTreeSet;

use crate::{
    FieldIndex, ObjectIndex, Org, SfId, Value, ValueRef,
    soql::{
        ast::Operator,
        statement::{Slot, Term, Test},
    },
};

/// Most values of one `IN` that are looked up one by one; beyond it rows are scanned.
const LOOKUP_LIMIT: usize = 20_000;

/// So few rows that looking for fewer costs more than judging them.
const FEW: usize = 32;

/// The rows that can fit, in id order; `None` when only a scan can tell.
pub(super) fn candidates(org: &Org, object: ObjectIndex, test: &Test) -> Option<Vec<SfId>> {
    match test {
        Test::And(all) => fewest(org, object, all),
        Test::Or(all) => {
            let each: Option<Vec<Vec<SfId>>> =
                all.iter().map(|test| candidates(org, object, test)).collect();
            Some(union(each?))
        }
        Test::Compare { of, operator: Operator::Equal, value } => rows_with(org, object, of, value),
        Test::In { of, values } if values.len() <= LOOKUP_LIMIT => {
            rows_with_any(org, object, of, values.iter().map(Value::view))
        }
        Test::InIds { of, ids } if ids.len() <= LOOKUP_LIMIT => {
            rows_with_any(org, object, of, ids.iter().copied().map(ValueRef::Id))
        }
        _ => None,
    }
}

/// The fewest candidates of conditions that all hold. References, which many rows can share, are asked last, and not at
/// all when few rows are left before.
fn fewest(org: &Org, object: ObjectIndex, all: &[Test]) -> Option<Vec<SfId>> {
    let (last, first): (Vec<&Test>, Vec<&Test>) = all.iter().partition(|test| is_shared(test));
    let mut found: Option<Vec<SfId>> = None;
    for test in first.into_iter().chain(last) {
        if found.as_ref().is_some_and(|ids| ids.len() <= FEW) {
            break;
        }
        let Some(ids) = candidates(org, object, test) else { continue };
        if found.as_ref().is_none_or(|least| ids.len() < least.len()) {
            found = Some(ids);
        }
    }
    found
}

/// Is it about a reference?
fn is_shared(test: &Test) -> bool {
    match test {
        Test::Compare { of, .. } | Test::In { of, .. } | Test::InIds { of, .. } => {
            of.kind() == crate::FieldKind::Reference
        }
        _ => false,
    }
}

fn rows_with(org: &Org, object: ObjectIndex, of: &Term, value: &Value) -> Option<Vec<SfId>> {
    let Term::Field(path) = of else { return None };
    if value.is_null() {
        return None;
    }
    match path.own_field()? {
        Slot::Id => Some(value.as_id().into_iter().collect()),
        Slot::Stored(field) | Slot::Field(field) => org.lookup(object, field, value),
        Slot::TypeName | Slot::Absent => None,
    }
}

fn rows_with_any<'v>(
    org: &Org,
    object: ObjectIndex,
    of: &Term,
    values: impl Iterator<Item = ValueRef<'v>>,
) -> Option<Vec<SfId>> {
    let Term::Field(path) = of else { return None };
    let values: Vec<ValueRef<'_>> = values.collect();
    if values.iter().any(|value| value.is_null()) {
        return None;
    }
    match path.own_field()? {
        Slot::Id => {
            let ids: BTreeSet<SfId> = values.into_iter().filter_map(ValueRef::as_id).collect();
            Some(ids.into_iter().collect())
        }
        Slot::Stored(field) | Slot::Field(field) => org.lookup_any(object, field, &values),
        Slot::TypeName | Slot::Absent => None,
    }
}

/// How a condition would be answered: what `?explain=` tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Access {
    /// The fields whose indexes are asked; none when every row is looked at.
    pub(crate) fields: Vec<Option<FieldIndex>>,
    /// How many rows can fit.
    pub(crate) candidates: Option<usize>,
}

/// How the condition of a statement would be answered.
pub(crate) fn access(org: &Org, object: ObjectIndex, filter: Option<&Test>) -> Access {
    let found = filter.and_then(|test| candidates(org, object, test));
    let mut fields = Vec::new();
    if let (Some(test), Some(_)) = (filter, &found) {
        asked(org, object, test, &mut fields);
    }
    Access { fields, candidates: found.map(|ids| ids.len()) }
}

fn asked(org: &Org, object: ObjectIndex, test: &Test, fields: &mut Vec<Option<FieldIndex>>) {
    match test {
        Test::And(all) | Test::Or(all) => {
            for test in all {
                asked(org, object, test, fields);
            }
        }
        Test::Compare { of: Term::Field(path), operator: Operator::Equal, .. }
        | Test::In { of: Term::Field(path), .. } => match path.own_field() {
            Some(Slot::Id) => fields.push(None),
            Some(Slot::Stored(field) | Slot::Field(field)) if org.is_indexed(object, field) => {
                fields.push(Some(field));
            }
            _ => {}
        },
        _ => {}
    }
}

fn union(mut each: Vec<Vec<SfId>>) -> Vec<SfId> {
    match each.as_mut_slice() {
        [one] => std::mem::take(one),
        _ => each.into_iter().flatten().collect::<BTreeSet<_>>().into_iter().collect(),
    }
}
