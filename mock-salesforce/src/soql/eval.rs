//! Judges rows: does this one fit?
//!
//! Two-valued, with Salesforce's nulls: `= null` finds nothing stored, `!= 'a'` and `NOT IN ('a')` find rows without
//! a value too, `<` and `LIKE` never do, and a checkbox without a value is not ticked. A path over an empty
//! reference is null (wire reference §4.2).

use std::cmp::Ordering;

use jiff::civil::Time;

use super::{
    ast::Operator,
    dates, distance, format,
    statement::{FieldPath, Place, Slot, Term, Test},
    text,
};
use crate::{
    FieldKind, Org, Record, Value,
    value::{FieldValue, ValueRef},
};

/// What conditions are asked of: a row, or a group of rows.
pub(crate) trait Subject {
    /// The value of a term.
    fn read<'a>(&'a self, term: &'a Term) -> FieldValue<'a>;
}

/// A row of an org.
#[derive(Clone, Copy)]
pub(crate) struct Row<'o> {
    pub(crate) org: &'o Org,
    pub(crate) record: &'o Record,
}

impl Subject for Row<'_> {
    fn read<'a>(&'a self, term: &'a Term) -> FieldValue<'a> {
        match term {
            Term::Field(path) => read(self.org, self.record, path),
            Term::Date { function, of, zone, fiscal } => {
                let at = match read(self.org, self.record, of).view() {
                    ValueRef::Date(days) => {
                        dates::from_epoch_days(days).map(|day| day.to_datetime(Time::midnight()))
                    }
                    ValueRef::DateTime(at) => dates::clock_of(at.0, zone),
                    _ => None,
                };
                at.map_or(NOTHING, |at| FieldValue::Computed(function.of(at, *fiscal)))
            }
            Term::Distance(to) => {
                let degrees = |path| read(self.org, self.record, path).as_number();
                let here = degrees(&to.latitude).zip(degrees(&to.longitude));
                here.map_or(NOTHING, |here| {
                    let way = distance::great_circle(here, to.from, to.radius);
                    FieldValue::Computed(Value::Double(way))
                })
            }
            Term::Format { of, zone } => {
                FieldValue::Computed(format::format(self.read(of).view(), of.kind(), zone))
            }
            Term::Key { .. } | Term::Aggregate { .. } | Term::Subtotal { .. } => NOTHING,
        }
    }
}

/// What is not there.
pub(crate) const NOTHING: FieldValue<'static> = FieldValue::Stored(ValueRef::Null);

/// Does the subject fit? Semi-joins must have been replaced by the ids that they found.
pub(crate) fn fits(subject: &impl Subject, test: &Test) -> bool {
    match test {
        Test::And(all) => all.iter().all(|test| fits(subject, test)),
        Test::Or(all) => all.iter().any(|test| fits(subject, test)),
        Test::Not(test) => !fits(subject, test),
        Test::Compare { of, operator, value } => {
            compares(of, subject.read(of).view(), *operator, value)
        }
        Test::Range { of, operator, start, end } => {
            in_range(subject.read(of).view(), *operator, start, end)
        }
        Test::Like { of, pattern } => {
            subject.read(of).as_text().is_some_and(|text| pattern.fits(text))
        }
        Test::In { of, values } => {
            let found = subject.read(of);
            values.iter().any(|value| compares(of, found.view(), Operator::Equal, value))
        }
        Test::InIds { of, ids } => subject.read(of).as_id().is_some_and(|id| ids.contains(&id)),
        Test::LeadsTo { of, prefix } => {
            subject.read(of).as_id().is_some_and(|id| id.prefix_bytes() == *prefix)
        }
        Test::InRows { .. } => false,
        Test::Includes { of, sets } => subject
            .read(of)
            .as_text()
            .is_some_and(|text| sets.iter().any(|set| includes(text, set))),
    }
}

/// What a path leads to.
pub(crate) fn read<'o>(org: &'o Org, record: &'o Record, path: &FieldPath) -> FieldValue<'o> {
    let mut record = record;
    for reference in &path.references {
        let next = value_at(org, record, reference).as_id().and_then(|id| org.get(id));
        let Some(next) = next else { return NOTHING };
        record = next;
    }
    value_at(org, record, &path.place)
}

/// What a row holds at a place.
pub(crate) fn value_at<'o>(org: &'o Org, record: &'o Record, place: &Place) -> FieldValue<'o> {
    let own = record.object();
    let slot = place.fields.iter().find(|(object, _)| *object == own).map(|(_, slot)| *slot);
    match slot {
        Some(Slot::Stored(field)) => FieldValue::Stored(record.get(field)),
        Some(Slot::Field(field)) => org.value(record, field),
        Some(Slot::Id) => FieldValue::Stored(ValueRef::Id(record.id())),
        Some(Slot::TypeName) => FieldValue::Computed(type_name(org, record)),
        Some(Slot::Absent) | None => NOTHING,
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

fn compares(of: &Term, found: ValueRef<'_>, operator: Operator, wanted: &Value) -> bool {
    let is_unticked = found.is_null() && of.kind() == FieldKind::Boolean;
    let found = if is_unticked { ValueRef::Bool(false) } else { found };
    let wanted = wanted.view();
    match operator {
        Operator::Equal => equal(found, wanted, of),
        Operator::NotEqual => !equal(found, wanted, of),
        _ if found.is_null() || wanted.is_null() => false,
        Operator::Less => order(found, wanted) == Some(Ordering::Less),
        Operator::LessOrEqual => order(found, wanted).is_some_and(Ordering::is_le),
        Operator::Greater => order(found, wanted) == Some(Ordering::Greater),
        Operator::GreaterOrEqual => order(found, wanted).is_some_and(Ordering::is_ge),
        Operator::Like => false,
    }
}

fn equal(found: ValueRef<'_>, wanted: ValueRef<'_>, of: &Term) -> bool {
    match (found, wanted) {
        (ValueRef::Text(a), ValueRef::Text(b)) => {
            a == b || !of.case_sensitive() && text::same(a, b)
        }
        (ValueRef::Null, ValueRef::Null) => true,
        (ValueRef::Null, _) | (_, ValueRef::Null) => false,
        _ => order(found, wanted) == Some(Ordering::Equal),
    }
}

/// Which of two values of one type comes first; text without regard to case.
pub(crate) fn order(a: ValueRef<'_>, b: ValueRef<'_>) -> Option<Ordering> {
    match (a, b) {
        (ValueRef::Text(a), ValueRef::Text(b)) => Some(text::compare(a, b)),
        (ValueRef::Id(a), ValueRef::Id(b)) => Some(a.cmp(&b)),
        (ValueRef::Bool(a), ValueRef::Bool(b)) => Some(a.cmp(&b)),
        (ValueRef::Date(a), ValueRef::Date(b)) | (ValueRef::Time(a), ValueRef::Time(b)) => {
            Some(a.cmp(&b))
        }
        (ValueRef::DateTime(a), ValueRef::DateTime(b)) => Some(a.cmp(&b)),
        (ValueRef::Int(a), ValueRef::Int(b)) => Some(a.cmp(&b)),
        _ => a.as_number()?.partial_cmp(&b.as_number()?),
    }
}

/// A date literal is a range: `=` is inside, `<` before its start, `>` after its end.
fn in_range(found: ValueRef<'_>, operator: Operator, start: &Value, end: &Value) -> bool {
    let (Some(to_start), Some(to_end)) = (order(found, start.view()), order(found, end.view()))
    else {
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
