//! Names of people: `First Last`, as the API gives them (§3.4: without the salutation).

use super::save::Draft;
use crate::value::{Value, ValueRef};

/// Keeps `Name` of a person in step with its parts.
pub(crate) fn derive(draft: &mut Draft) {
    if let Some([first, last, name]) = draft.object.plan().person {
        let full = full_name(draft.after.get(first), draft.after.get(last));
        draft.after.put(name, full.view());
    }
}

/// The full name made of its parts.
pub(crate) fn full_name(first: ValueRef<'_>, last: ValueRef<'_>) -> Value {
    match (first.as_text(), last.as_text()) {
        (Some(first), Some(last)) => {
            let mut full = String::with_capacity(first.len() + 1 + last.len());
            for part in [first, " ", last] {
                full.push_str(part);
            }
            Value::text(&full)
        }
        (first, last) => Value::text(first.or(last).unwrap_or_default()),
    }
}
