//! What does the sync make of somebody whom the CRM does not know?
//!
//! A lead, whatever asked for it: never a contact, and no account (LC-02). Accounts are made from Signals only.

use crate::PersonKind;

/// The kind of record that a person becomes who is nowhere yet.
pub fn newcomer() -> PersonKind {
    PersonKind::Lead
}
