//! Parts of the org that saves are prepared by: each counts how often it may have changed.
//!
//! What was worked out of them holds as long as the counts stand ([`Org::setup_seen`]). Whoever wants to change a part
//! has to touch it, and is counted; nobody has to remember to tell.

use std::ops::{Deref, DerefMut};

use super::Org;

/// Objects whose rows say who may do what.
const SETUP: [&str; 8] = [
    "User",
    "Profile",
    "PermissionSet",
    "PermissionSetAssignment",
    "RecordType",
    "Group",
    "QueueSobject",
    "UserRole",
];

/// A part of the setup.
#[derive(Clone, Debug, Default)]
pub(crate) struct Counted<T> {
    part: T,
    touched: u64,
}

impl<T> Counted<T> {
    pub(crate) fn new(part: T) -> Self {
        Self { part, touched: 0 }
    }
}

impl<T> Deref for Counted<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.part
    }
}

impl<T> DerefMut for Counted<T> {
    fn deref_mut(&mut self) -> &mut T {
        self.touched += 1;
        &mut self.part
    }
}

impl Org {
    /// How often schema, rules, settings, rights or rows of the setup may have changed. It only grows.
    pub(super) fn setup_seen(&self) -> u64 {
        let parts = self.rules.touched + self.settings.touched + self.access.touched;
        parts + self.schema.revision() + self.setup_rows
    }
}

/// Do rows of the object say who may do what?
pub(super) fn is_setup(object: &str) -> bool {
    SETUP.contains(&object)
}
