//! Names of people: `First Last`, as the API gives them (§3.4: without the salutation).

use super::save::Draft;
use crate::value::{Value, ValueRef};

/// Keeps `Name` of a person in step with its parts.
pub(crate) fn derive(draft: &mut Draft) {
    if let Some([first, last, name]) = draft.object.plan().person {
        let (first, last) = (draft.after.get(first).as_text(), draft.after.get(last).as_text());
        let full = joined(first, last);
        draft.after.put(name, if full.is_empty() { ValueRef::Null } else { ValueRef::Text(&full) });
    }
}

/// The full name made of its parts.
pub(crate) fn full_name(first: ValueRef<'_>, last: ValueRef<'_>) -> Value {
    Value::text(&joined(first.as_text(), last.as_text()))
}

fn joined(first: Option<&str>, last: Option<&str>) -> String {
    let (first, last) = (first.unwrap_or_default(), last.unwrap_or_default());
    let mut full = String::with_capacity(first.len() + 1 + last.len());
    full.push_str(first);
    if !first.is_empty() && !last.is_empty() {
        full.push(' ');
    }
    full.push_str(last);
    full
}
