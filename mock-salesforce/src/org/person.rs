//! Names of people: `First Last`, as the API gives them (§3.4: without the salutation).

use super::save::Draft;
use crate::value::{Value, ValueRef};

const PEOPLE: [&str; 3] = ["Lead", "Contact", "User"];

/// Keeps `Name` of a person in step with its parts.
pub(crate) fn derive(draft: &mut Draft) {
    if PEOPLE.contains(&&*draft.object.name) {
        let name = full_name(draft.named("FirstName"), draft.named("LastName"));
        draft.set_named("Name", name);
    }
}

/// The full name made of its parts.
pub(crate) fn full_name(first: ValueRef<'_>, last: ValueRef<'_>) -> Value {
    let parts: Vec<&str> = [first.as_text(), last.as_text()].into_iter().flatten().collect();
    Value::text(&parts.join(" "))
}
