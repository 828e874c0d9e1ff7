//! Judges rows: does this one fit?
//!
//! Two-valued, with Salesforce's nulls: `= null` finds nothing stored, `!= 'a'` and `NOT IN ('a')` find rows without
//! a value too, `<` and `LIKE` never do, and a checkbox without a value is not ticked. A path over an empty
//! reference is null (wire reference §4.2).

use std::{borrow::Cow, cmp::Ordering};

use super::{
    ast::Operator,
    statement::{FieldPath, Place, Slot, Test},
    text,
};
use crate::{FieldKind, Org, Record, Value};

/// Does the row fit? Semi-joins must have been replaced by the ids that they found.
pub(crate) fn fits(org: &Org, record: &Record, test: &Test) -> bool {
    match test {
        Test::And(all) => all.iter().all(|test| fits(org, record, test)),
        Test::Or(all) => all.iter().any(|test| fits(org, record, test)),
        Test::Not(test) => !fits(org, record, test),
        Test::Compare { path, operator, value } => {
            compares(path, &read(org, record, path), *operator, value)
        }
        Test::Range { path, operator, start, end } => {
            in_range(&read(org, record, path), *operator, start, end)
        }
        Test::Like { path, pattern } => {
            read(org, record, path).as_text().is_some_and(|text| pattern.fits(text))
        }
        Test::In { path, values } => {
            let found = read(org, record, path);
            values.iter().any(|value| compares(path, &found, Operator::Equal, value))
        }
        Test::InIds { path, ids } => {
            read(org, record, path).as_id().is_some_and(|id| ids.contains(&id))
        }
        Test::InRows { .. } => false,
        Test::Includes { path, sets } => read(org, record, path)
            .as_text()
            .is_some_and(|text| sets.iter().any(|set| includes(text, set))),
    }
}

/// What a path leads to.
pub(crate) fn read<'o>(org: &'o Org, record: &'o Record, path: &FieldPath) -> Cow<'o, Value> {
    let mut record = record;
    for reference in &path.references {
        let next = value_at(org, record, reference).as_id().and_then(|id| org.get(id));
        let Some(next) = next else { return Cow::Owned(Value::Null) };
        record = next;
    }
    value_at(org, record, &path.place)
}

/// What a row holds at a place.
pub(crate) fn value_at<'o>(org: &'o Org, record: &'o Record, place: &Place) -> Cow<'o, Value> {
    let slot =
        place.fields.iter().find(|(object, _)| *object == record.object()).map(|(_, slot)| *slot);
    match slot {
        Some(Slot::Id) => Cow::Owned(Value::Id(record.id())),
        Some(Slot::Field(field)) => Cow::Owned(org.value(record, field).into_owned()),
        Some(Slot::TypeName) => Cow::Owned(type_name(org, record)),
        Some(Slot::Absent) | None => Cow::Owned(Value::Null),
    }
}

/// `Owner.Type`: a group says what kind of group it is, everything else is what it is.
fn type_name(org: &Org, record: &Record) -> Value {
    let object = org.schema().at(record.object());
    if object.name.as_ref() == "Group"
        && let Some(field) = object.field_index("Type")
    {
        return org.value(record, field).into_owned();
    }
    Value::text(&object.name)
}

fn compares(path: &FieldPath, found: &Value, operator: Operator, wanted: &Value) -> bool {
    let is_unticked = path.kind == FieldKind::Boolean && found.is_null();
    let found = if is_unticked { &Value::Bool(false) } else { found };
    match operator {
        Operator::Equal => equal(found, wanted, path.case_sensitive),
        Operator::NotEqual => !equal(found, wanted, path.case_sensitive),
        _ if found.is_null() || wanted.is_null() => false,
        Operator::Less => order(found, wanted) == Some(Ordering::Less),
        Operator::LessOrEqual => order(found, wanted).is_some_and(Ordering::is_le),
        Operator::Greater => order(found, wanted) == Some(Ordering::Greater),
        Operator::GreaterOrEqual => order(found, wanted).is_some_and(Ordering::is_ge),
        Operator::Like => false,
    }
}

fn equal(found: &Value, wanted: &Value, case_sensitive: bool) -> bool {
    match (found, wanted) {
        (Value::Text(a), Value::Text(b)) if case_sensitive => a == b,
        (Value::Text(a), Value::Text(b)) => text::same(a, b),
        (Value::Null, Value::Null) => true,
        (Value::Null, _) | (_, Value::Null) => false,
        _ => order(found, wanted) == Some(Ordering::Equal),
    }
}

/// Which of two values of one type comes first; text without regard to case.
pub(crate) fn order(a: &Value, b: &Value) -> Option<Ordering> {
    match (a, b) {
        (Value::Text(a), Value::Text(b)) => Some(text::compare(a, b)),
        (Value::Id(a), Value::Id(b)) => Some(a.cmp(b)),
        (Value::Bool(a), Value::Bool(b)) => Some(a.cmp(b)),
        (Value::Date(a), Value::Date(b)) | (Value::Time(a), Value::Time(b)) => Some(a.cmp(b)),
        (Value::DateTime(a), Value::DateTime(b)) => Some(a.cmp(b)),
        (Value::Int(a), Value::Int(b)) => Some(a.cmp(b)),
        _ => a.as_number()?.partial_cmp(&b.as_number()?),
    }
}

/// A date literal is a range: `=` is inside, `<` before its start, `>` after its end.
fn in_range(found: &Value, operator: Operator, start: &Value, end: &Value) -> bool {
    let (Some(to_start), Some(to_end)) = (order(found, start), order(found, end)) else {
        return operator == Operator::NotEqual;
    };
    let inside = to_start.is_ge() && to_end.is_lt();
    match operator {
        Operator::Equal => inside,
        Operator::NotEqual => !inside,
        Operator::Less => to_start.is_lt(),
        Operator::LessOrEqual => to_end.is_lt(),
        Operator::Greater => to_end.is_ge(),
        Operator::GreaterOrEqual => to_start.is_ge(),
        Operator::Like => false,
    }
}

/// Does a multi-select value hold every one of `wanted`?
fn includes(stored: &str, wanted: &[String]) -> bool {
    wanted.iter().all(|value| stored.split(';').any(|own| text::same(own, value)))
}
