//! Which objects and fields an org has: standard ones from data files, custom ones from the seed.
//!
//! Names are case-insensitive, as everywhere in Salesforce. An [`ObjectIndex`] and a
//! [`FieldIndex`] stay valid for the life of the org: removing a field hides it, its slot stays.

pub(crate) mod absent;
mod alter;
mod custom;
mod field;
mod globals;
mod load;
mod names;
mod object;
mod plan;

use std::collections::BTreeMap;
use std::sync::Arc;

pub use alter::{FieldChange, SchemaError};
pub use custom::CustomObject;
pub use field::{
    Access, CustomField, FieldKind, FieldSchema, FormulaField, Picklist, PicklistValue,
};
pub(crate) use globals::Globals;
use names::Names;
pub use object::{ChildRelationship, ObjectSchema};

/// Which object, by position in the schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectIndex(pub(crate) u16);

/// Which field of an object, by position in describe order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FieldIndex(pub(crate) u16);

/// All objects of an org.
#[derive(Clone, Debug)]
pub struct Schema {
    objects: Vec<Arc<ObjectSchema>>,
    by_name: Names<ObjectIndex>,
    by_prefix: BTreeMap<[u8; 3], ObjectIndex>,
    globals: Globals,
    revision: u64,
}

impl Schema {
    /// What formulas find behind a `$`.
    pub(crate) fn globals(&self) -> &Globals {
        &self.globals
    }

    pub(crate) fn globals_mut(&mut self) -> &mut Globals {
        &mut self.globals
    }

    /// The object of this name, in any case.
    pub fn object(&self, name: &str) -> Option<&ObjectSchema> {
        self.index_of(name).map(|index| self.at(index))
    }

    /// The index of the object of this name, in any case.
    pub fn index_of(&self, name: &str) -> Option<ObjectIndex> {
        self.by_name.get(name)
    }

    /// The object at an index of this schema.
    pub fn at(&self, index: ObjectIndex) -> &ObjectSchema {
        self.objects.get(usize::from(index.0)).expect("an object index comes from its own schema")
    }

    /// The object whose ids begin so.
    pub fn of_prefix(&self, prefix: [u8; 3]) -> Option<ObjectIndex> {
        self.by_prefix.get(&prefix).copied()
    }

    /// How often it was changed: what is remembered of a schema holds while this is the same.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// All objects, by name.
    pub fn objects(&self) -> impl Iterator<Item = &ObjectSchema> {
        self.objects.iter().map(AsRef::as_ref)
    }

    pub(crate) fn len(&self) -> usize {
        self.objects.len()
    }
}
