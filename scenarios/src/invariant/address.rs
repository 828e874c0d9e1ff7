//! Addresses as several invariants compare them.

use crate::ast::Scenario;
use crate::observation::{RowSeen, Values};

/// A value among values, without the blank ones.
pub(crate) fn value<'v>(values: &'v Values, field: &str) -> Option<&'v str> {
    let (_, value) = values.iter().find(|(name, _)| **name == *field)?;
    value.as_deref().filter(|value| !value.is_empty())
}

/// Whose address it is that a row sends, in the normal form.
pub(crate) fn of_row(row: &RowSeen, scenario: &Scenario) -> Option<String> {
    value(&row.sends, "Email").and_then(|text| crate::email::person(text, scenario))
}
