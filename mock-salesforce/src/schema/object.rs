//! One object: its fields, its name field and the objects that refer to it.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use super::names::Names;
use super::plan::Plan;
use super::{FieldIndex, FieldSchema, ObjectIndex};

/// One object of the schema.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "a describe result is a row of flags")]
pub struct ObjectSchema {
    /// Its place in the schema.
    pub index: ObjectIndex,
    /// API name in canonical case.
    pub name: Arc<str>,
    /// Label, singular.
    pub label: String,
    /// Label, plural.
    pub label_plural: String,
    /// First three characters of its ids; blanks when its rows have no ids of their own.
    pub key_prefix: [u8; 3],
    /// Can rows be created over the API?
    pub createable: bool,
    /// Can rows be updated over the API?
    pub updateable: bool,
    /// Can rows be deleted over the API?
    pub deletable: bool,
    /// Can rows come back from the recycle bin by themselves?
    pub undeletable: bool,
    /// Can rows be merged?
    pub mergeable: bool,
    /// Can SOQL ask for rows?
    pub queryable: bool,
    /// Can rows be read by their ids?
    pub retrieveable: bool,
    /// Is it found by search?
    pub searchable: bool,
    /// Does it have page layouts?
    pub layoutable: bool,
    /// Do rows that a user has seen count among the recent ones?
    pub mru_enabled: bool,
    /// Can it have triggers?
    pub triggerable: bool,
    /// Can its rows be followed?
    pub feed_enabled: bool,
    /// Are children cloned with a row?
    pub deep_cloneable: bool,
    /// Does its name end in `__c`?
    pub custom: bool,
    /// Which objects refer to it, and by which name their rows are its children.
    pub children: Vec<ChildRelationship>,
    pub(super) fields: Vec<Arc<FieldSchema>>,
    pub(super) by_name: Names<FieldIndex>,
    pub(super) by_relationship: BTreeMap<String, FieldIndex>,
    pub(crate) auto_numbers: Vec<FieldIndex>,
    pub(crate) system: SystemFields,
    /// Found when it is asked for; forgotten when the object changes.
    pub(super) plan: OnceLock<Plan>,
}

/// The key prefix of objects whose rows have none.
pub(super) const NO_PREFIX: [u8; 3] = *b"   ";

/// Fields that the platform itself writes, where the object has them.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct SystemFields {
    pub(crate) id: Option<FieldIndex>,
    pub(crate) is_deleted: Option<FieldIndex>,
    pub(crate) name: Option<FieldIndex>,
    pub(crate) owner: Option<FieldIndex>,
    pub(crate) created_date: Option<FieldIndex>,
    pub(crate) created_by: Option<FieldIndex>,
    pub(crate) modified_date: Option<FieldIndex>,
    pub(crate) modified_by: Option<FieldIndex>,
    pub(crate) modstamp: Option<FieldIndex>,
    pub(crate) viewed: Option<FieldIndex>,
    pub(crate) referenced: Option<FieldIndex>,
    pub(crate) photo: Option<FieldIndex>,
    pub(crate) last_activity: Option<FieldIndex>,
    pub(crate) archived: Option<FieldIndex>,
}

impl SystemFields {
    /// Does the field say who made or changed a row, or when?
    pub(crate) fn is_audit(&self, field: FieldIndex) -> bool {
        [self.created_date, self.created_by, self.modified_date, self.modified_by]
            .contains(&Some(field))
    }
}

/// One way from a parent to its children.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChildRelationship {
    /// The child object.
    pub object: ObjectIndex,
    /// The child's reference field.
    pub field: FieldIndex,
    /// The name in a subquery, where there is one.
    pub name: Option<String>,
    /// Are children deleted with the parent?
    pub cascade_delete: bool,
    /// Does a child keep its parent from being deleted?
    pub restricted_delete: bool,
}

impl ChildRelationship {
    /// A way that deletes nothing and keeps nothing from being deleted.
    pub(super) fn plain(object: ObjectIndex, field: FieldIndex, name: Option<String>) -> Self {
        Self { object, field, name, cascade_delete: false, restricted_delete: false }
    }
}

impl ObjectSchema {
    /// The field of this name, in any case. Removed fields are not found.
    pub fn field(&self, name: &str) -> Option<&FieldSchema> {
        self.field_index(name).map(|index| self.field_at(index))
    }

    /// The index of the field of this name, in any case.
    pub fn field_index(&self, name: &str) -> Option<FieldIndex> {
        self.by_name.get(name)
    }

    /// The field at an index of this object (removed ones too: rows may still hold values).
    pub fn field_at(&self, index: FieldIndex) -> &FieldSchema {
        self.fields.get(usize::from(index.0)).expect("a field index comes from its own object")
    }

    /// The reference field behind a relationship name such as `Owner` or `Partner__r`.
    pub fn relationship(&self, name: &str) -> Option<&FieldSchema> {
        let index = self.by_relationship.get(name.to_ascii_lowercase().as_str())?;
        Some(self.field_at(*index))
    }

    /// The child relationship of this name, in any case.
    pub fn child(&self, name: &str) -> Option<&ChildRelationship> {
        let same = |child: &&ChildRelationship| {
            child.name.as_deref().is_some_and(|own| own.eq_ignore_ascii_case(name))
        };
        self.children.iter().find(same)
    }

    /// All fields in describe order, without removed ones.
    pub fn fields(&self) -> impl Iterator<Item = &FieldSchema> {
        self.fields.iter().map(AsRef::as_ref).filter(|field| !field.removed)
    }

    /// All fields by their indexes, removed ones too.
    pub(crate) fn slots(&self) -> impl Iterator<Item = &FieldSchema> {
        self.fields.iter().map(AsRef::as_ref)
    }

    /// The field that names a row, where there is one.
    pub fn name_field(&self) -> Option<&FieldSchema> {
        self.system.name.map(|index| self.field_at(index))
    }

    /// The key prefix as text, where there is one.
    pub fn prefix(&self) -> Option<&str> {
        (self.key_prefix != NO_PREFIX).then(|| str::from_utf8(&self.key_prefix).unwrap_or_default())
    }

    /// The fields that the stages of a save look at.
    pub(crate) fn plan(&self) -> &Plan {
        self.plan.get_or_init(|| Plan::of(self))
    }

    pub(super) fn push(&mut self, mut field: FieldSchema) -> FieldIndex {
        let index = FieldIndex(u16::try_from(self.fields.len()).unwrap_or(u16::MAX));
        field.index = index;
        self.note_system(&field);
        if field.auto_number.is_some() {
            self.auto_numbers.push(index);
        }
        self.by_name.insert(&field.name, index);
        if let Some(name) = &field.relationship_name {
            self.by_relationship.insert(name.to_ascii_lowercase(), index);
        }
        self.fields.push(Arc::new(field));
        index
    }

    fn note_system(&mut self, field: &FieldSchema) {
        let index = Some(field.index);
        let activity = matches!(&*self.name, "Task" | "Event");
        let system = &mut self.system;
        if field.name_field {
            system.name = index;
        }
        match &*field.name {
            "Id" => system.id = index,
            "IsDeleted" => system.is_deleted = index,
            "OwnerId" => system.owner = index,
            "CreatedDate" => system.created_date = index,
            "CreatedById" => system.created_by = index,
            "LastModifiedDate" => system.modified_date = index,
            "LastModifiedById" => system.modified_by = index,
            "SystemModstamp" => system.modstamp = index,
            "LastViewedDate" => system.viewed = index,
            "LastReferencedDate" => system.referenced = index,
            "PhotoUrl" => system.photo = index,
            "LastActivityDate" => system.last_activity = index,
            "IsArchived" if activity => system.archived = index,
            _ => {}
        }
    }
}
