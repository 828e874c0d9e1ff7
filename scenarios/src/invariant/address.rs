//! Addresses as several invariants compare them.

use crate::observation::{RowSeen, Values};

/// A value among values, without the blank ones.
pub(crate) fn value<'v>(values: &'v Values, field: &str) -> Option<&'v str> {
    let (_, value) = values.iter().find(|(name, _)| **name == *field)?;
    value.as_deref().filter(|value| !value.is_empty())
}

/// The normal form of the address that a row sends.
pub(crate) fn of_row(row: &RowSeen) -> Option<String> {
    value(&row.sends, "Email").and_then(crate::email::normalize)
}
