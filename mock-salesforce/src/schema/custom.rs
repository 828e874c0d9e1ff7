//! Custom objects: an admin names one and its fields, the platform adds its own (wire reference §3.9, §12).
//!
//! Without a master, rows have an owner. Key prefixes are given out from `a00` on, in the order of definition.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use serde::{Deserialize, Serialize};

use super::names::Names;
use super::object::{NO_PREFIX, SystemFields};
use super::{
    Access, ChildRelationship, CustomField, FieldKind, FieldSchema, ObjectIndex, ObjectSchema,
    Schema, SchemaError,
};

/// Custom objects of one org; Salesforce allows as many in its largest edition.
const CUSTOM_OBJECTS_MAX: usize = 2_000;
const DIGITS: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";

/// A custom object as an org file defines it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
pub struct CustomObject {
    /// API name, ending in `__c`.
    pub name: String,
    /// Label; the name without `__c` when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Plural label; the label with an s when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label_plural: Option<String>,
    /// First three characters of its ids; the next free ones from `a00` when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_prefix: Option<String>,
    /// Label of the name field; the object's label and `Name` when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name_label: Option<String>,
    /// The format of names that are numbers, such as `V-{0000}`; names are text when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auto_number: Option<String>,
    /// Its own fields.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<CustomField>,
}

impl CustomObject {
    /// An object of this name without fields of its own.
    pub fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            label: None,
            label_plural: None,
            key_prefix: None,
            name_label: None,
            auto_number: None,
            fields: Vec::new(),
        }
    }
}

impl Schema {
    /// Adds a custom object with the fields that the platform gives it. Its own fields come with
    /// [`Schema::add_field`], so that objects can refer to each other.
    pub fn add_object(&mut self, definition: &CustomObject) -> Result<ObjectIndex, SchemaError> {
        let wrong = |reason: &str| SchemaError::ObjectContradiction {
            object: definition.name.clone(),
            reason: reason.to_owned(),
        };
        let base = definition.name.strip_suffix("__c").unwrap_or_default();
        if !base.starts_with(|c: char| c.is_ascii_alphabetic())
            || !base.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        {
            return Err(wrong("a custom object's name is letters, digits and _ before __c"));
        }
        if self.index_of(&definition.name).is_some() {
            return Err(wrong("there is an object of that name"));
        }
        if self.objects().filter(|object| object.custom).count() >= CUSTOM_OBJECTS_MAX {
            return Err(wrong("the org has as many custom objects as it may"));
        }
        let key_prefix = self.free_prefix(definition).map_err(|reason| wrong(&reason))?;
        let index = ObjectIndex(u16::try_from(self.objects.len()).unwrap_or(u16::MAX));
        let object = blank_object(definition, base, (index, key_prefix));
        self.by_name.insert(&object.name, index);
        self.by_prefix.insert(key_prefix, index);
        self.objects.push(Arc::new(object));
        self.add_platform_fields(definition, index);
        Ok(index)
    }

    fn free_prefix(&self, definition: &CustomObject) -> Result<[u8; 3], String> {
        let taken = |prefix: &[u8; 3]| self.by_prefix.contains_key(prefix);
        let Some(given) = &definition.key_prefix else {
            let numbered = (0..DIGITS.len()).flat_map(|a| (0..DIGITS.len()).map(move |b| (a, b)));
            let mut prefixes =
                numbered.filter_map(|(a, b)| Some([b'a', *DIGITS.get(a)?, *DIGITS.get(b)?]));
            let free = prefixes.find(|prefix| !taken(prefix));
            return free.ok_or_else(|| "there is no free key prefix: name one".to_owned());
        };
        let prefix: [u8; 3] = given.as_bytes().try_into().unwrap_or(NO_PREFIX);
        if !prefix.iter().all(u8::is_ascii_alphanumeric) {
            return Err(format!("key prefix {given} is not three letters or digits"));
        }
        if taken(&prefix) {
            return Err(format!("another object's ids begin with {given}: choose another prefix"));
        }
        Ok(prefix)
    }

    fn add_platform_fields(&mut self, definition: &CustomObject, index: ObjectIndex) {
        let owned = !definition.fields.iter().any(|field| field.master_detail);
        let Some(object) = self.object_mut(index) else { return };
        let mut links = Vec::new();
        for field in platform_fields(definition, owned) {
            let reference = !field.reference_to.is_empty();
            let at = object.push(field);
            if reference {
                links.push(at);
            }
        }
        self.resolve_targets();
        for at in links {
            self.link(ChildRelationship::plain(index, at, None));
        }
    }
}

fn label_of(definition: &CustomObject, base: &str) -> String {
    definition.label.clone().unwrap_or_else(|| base.replace('_', " "))
}

fn blank_object(
    definition: &CustomObject,
    base: &str,
    (index, key_prefix): (ObjectIndex, [u8; 3]),
) -> ObjectSchema {
    let label = label_of(definition, base);
    ObjectSchema {
        index,
        name: definition.name.as_str().into(),
        label_plural: definition.label_plural.clone().unwrap_or_else(|| format!("{label}s")),
        label,
        key_prefix,
        createable: true,
        updateable: true,
        deletable: true,
        undeletable: true,
        mergeable: false,
        queryable: true,
        retrieveable: true,
        searchable: true,
        layoutable: true,
        mru_enabled: true,
        triggerable: true,
        feed_enabled: false,
        deep_cloneable: false,
        custom: true,
        children: Vec::new(),
        fields: Vec::new(),
        by_name: Names::default(),
        by_relationship: BTreeMap::new(),
        auto_numbers: Vec::new(),
        system: SystemFields::default(),
        plan: OnceLock::new(),
    }
}

fn platform_fields(definition: &CustomObject, owned: bool) -> Vec<FieldSchema> {
    let base = definition.name.strip_suffix("__c").unwrap_or(&definition.name);
    let name_label = definition
        .name_label
        .clone()
        .unwrap_or_else(|| format!("{} Name", label_of(definition, base)));
    let plain = |name: &str, label: &str, kind, access: &str| FieldSchema {
        label: label.to_owned(),
        access: Access::of(access),
        custom: false,
        ..CustomField::new(name, kind).field()
    };
    let user = |name: &str, label: &str, access: &str, to: &[&str]| FieldSchema {
        reference_to: to.iter().map(|name| (*name).into()).collect(),
        relationship_name: Some(name.strip_suffix("Id").unwrap_or(name).into()),
        ..plain(name, label, FieldKind::Reference, access)
    };
    let name_access = if definition.auto_number.is_some() { "D" } else { "CUND" };
    let name = FieldSchema {
        length: 80,
        name_field: true,
        id_lookup: true,
        auto_number: definition.auto_number.as_deref().map(Arc::from),
        ..plain("Name", &name_label, FieldKind::String, name_access)
    };
    let id =
        FieldSchema { length: 18, id_lookup: true, ..plain("Id", "Record ID", FieldKind::Id, "D") };
    let moment =
        |name: &str, label: &str, access: &str| plain(name, label, FieldKind::DateTime, access);
    let mut fields = vec![id];
    if owned {
        fields.push(user("OwnerId", "Owner ID", "CUD", &["Group", "User"]));
    }
    fields.extend([
        plain("IsDeleted", "Deleted", FieldKind::Boolean, "D"),
        name,
        moment("CreatedDate", "Created Date", "D"),
        user("CreatedById", "Created By ID", "D", &["User"]),
        moment("LastModifiedDate", "Last Modified Date", "D"),
        user("LastModifiedById", "Last Modified By ID", "D", &["User"]),
        moment("SystemModstamp", "System Modstamp", "D"),
        moment("LastViewedDate", "Last Viewed Date", "N"),
        moment("LastReferencedDate", "Last Referenced Date", "N"),
    ]);
    fields
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_custom_object_has_the_platforms_fields_and_a_prefix_of_its_own() {
        let mut schema = Schema::standard();
        let visit = schema.add_object(&CustomObject::new("Visit__c")).unwrap();
        schema.add_object(&CustomObject::new("Other__c")).unwrap();
        let visit = schema.at(visit);
        assert_eq!((visit.prefix(), visit.label_plural.as_str()), (Some("a00"), "Visits"));
        assert_eq!(schema.object("other__c").unwrap().prefix(), Some("a01"));
        let names: Vec<&str> = visit.fields().map(|field| &*field.name).collect();
        assert_eq!(names.get(..4).unwrap(), ["Id", "OwnerId", "IsDeleted", "Name"]);
        assert_eq!(visit.relationship("Owner").unwrap().targets.len(), 2);
    }

    #[test]
    fn names_and_prefixes_that_cannot_be_are_refused() {
        let mut schema = Schema::standard();
        let mut add = |name: &str, prefix: Option<&str>| {
            let key_prefix = prefix.map(str::to_owned);
            schema
                .add_object(&CustomObject { key_prefix, ..CustomObject::new(name) })
                .map_err(|e| e.to_string())
        };
        assert!(add("Visit", None).unwrap_err().contains("before __c"));
        assert!(add("A__c", Some("00Q")).unwrap_err().contains("another object's ids"));
        assert!(add("A__c", Some("aZ9")).is_ok());
        assert!(add("a__C", None).is_err());
    }

    #[test]
    fn a_detail_has_no_owner_and_goes_with_its_master() {
        let mut schema = Schema::standard();
        let mut master = CustomField::new("Account__c", FieldKind::Reference);
        master.reference_to = vec!["Account".to_owned()];
        master.child_relationship = Some("Visits".to_owned());
        master.master_detail = true;
        let definition =
            CustomObject { fields: vec![master.clone()], ..CustomObject::new("Visit__c") };
        schema.add_object(&definition).unwrap();
        schema.add_field("Visit__c", &master).unwrap();
        assert!(schema.object("Visit__c").unwrap().field("OwnerId").is_none());
        assert!(schema.object("Account").unwrap().child("Visits__r").unwrap().cascade_delete);
        let field = schema.object("Visit__c").unwrap().field("Account__c").unwrap();
        assert!(field.required() && !field.access.updateable);
    }
}
