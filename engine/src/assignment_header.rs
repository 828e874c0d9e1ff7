//! What does a request say about the org's assignment rules?
//!
//! Unless it says otherwise they run and take the lead away from the owner who was decided, so every write of a lead is
//! explicit: a new one as its "Assign To" wants it, which is no rules at all but for workflows that ask for them (LC-03,
//! LL-05), a change never lets them run (LL-13d). Contacts have no such rules, but what a trigger of theirs saves inherits
//! the header (FM-43). Nothing is said for other objects.

use crate::{AutoAssign, SaveOperation};

/// What the request says; `wanted` is what "Assign To" asks for.
pub fn assignment_header(
    object: &str,
    operation: SaveOperation,
    wanted: &AutoAssign,
) -> AutoAssign {
    match (object, operation) {
        ("Lead", SaveOperation::Create) => wanted.clone(),
        ("Lead" | "Contact", _) => AutoAssign::Off,
        _ => AutoAssign::Silent,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_new_lead_can_ask_for_rules() {
        use AutoAssign::{Off, On, Silent};
        for (object, operation, wanted, said) in [
            ("Lead", SaveOperation::Create, Off, Off),
            ("Lead", SaveOperation::Create, On, On),
            ("Lead", SaveOperation::Update, On, Off),
            ("Contact", SaveOperation::Update, On, Off),
            ("Account", SaveOperation::Create, Off, Silent),
            ("Event", SaveOperation::Create, Off, Silent),
        ] {
            assert_eq!(assignment_header(object, operation, &wanted), said, "{object}");
        }
    }
}
