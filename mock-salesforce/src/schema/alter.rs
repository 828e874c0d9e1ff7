//! An admin changes the schema while the org runs: how does a field change its limits, and go?
//!
//! A removed field is no longer found, but its slot stays, and so do values that rows have of it.
//! A picklist value that is taken away becomes inactive. How fields come is in [`add`], what they
//! look like then in [`made`].

mod add;
mod made;

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{
    ChildRelationship, FieldIndex, FieldSchema, ObjectIndex, Picklist, PicklistValue, Schema,
};
use made::default_of;

/// One change of one field. Absent parts stay as they are.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
pub struct FieldChange {
    /// New label.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// New longest text in characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub length: Option<u32>,
    /// Is a value demanded from now on?
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub required: Option<bool>,
    /// Must values differ from now on?
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unique: Option<bool>,
    /// Is it an external id from now on?
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_id: Option<bool>,
    /// Are other picklist values refused from now on?
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub restricted: Option<bool>,
    /// The new list of picklist values; ones that are gone become inactive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub values: Option<Vec<String>>,
    /// New default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<serde_json::Value>,
}

/// Why a schema change is impossible.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SchemaError {
    /// No object of that name.
    #[error("unknown object {0}: name one of this org's objects")]
    UnknownObject(String),
    /// No field of that name.
    #[error("unknown field {object}.{field}: name one of the object's fields")]
    UnknownField {
        /// The object.
        object: String,
        /// The field that it does not have.
        field: String,
    },
    /// The object has a field of that name.
    #[error("field {object}.{field} exists already: alter it instead")]
    FieldExists {
        /// The object.
        object: String,
        /// The field.
        field: String,
    },
    /// The definition of an object contradicts itself or another's.
    #[error("object {object} cannot be so: {reason}")]
    ObjectContradiction {
        /// The object.
        object: String,
        /// Why not, and what to do.
        reason: String,
    },
    /// The definition contradicts itself.
    #[error("field {field} cannot be so: {reason}")]
    Contradiction {
        /// The field.
        field: String,
        /// Why not, and what to do.
        reason: String,
    },
}

impl Schema {
    /// Removes a field: it is no longer found, its slot stays.
    pub fn remove_field(&mut self, object: &str, field: &str) -> Result<(), SchemaError> {
        let (index, at) = self.find_field(object, field)?;
        if let Some(schema) = self.object_mut(index) {
            schema.by_name.retain(|own| own != at);
            schema.by_relationship.retain(|_, via| *via != at);
            if let Some(slot) = schema.fields.get_mut(usize::from(at.0)) {
                Arc::make_mut(slot).removed = true;
            }
        }
        for parent in &mut self.objects {
            let to_it = |c: &ChildRelationship| c.object == index && c.field == at;
            if parent.children.iter().any(to_it) {
                Arc::make_mut(parent).children.retain(|c| !to_it(c));
            }
        }
        Ok(())
    }

    /// Changes a field's label, limits or values.
    pub fn alter_field(
        &mut self,
        object: &str,
        field: &str,
        change: &FieldChange,
    ) -> Result<(ObjectIndex, FieldIndex), SchemaError> {
        let (index, at) = self.find_field(object, field)?;
        let schema = self.object_mut(index);
        if let Some(slot) = schema.and_then(|s| s.fields.get_mut(usize::from(at.0))) {
            change.apply(Arc::make_mut(slot));
        }
        Ok((index, at))
    }

    fn find_field(
        &self,
        object: &str,
        field: &str,
    ) -> Result<(ObjectIndex, FieldIndex), SchemaError> {
        let unknown = || SchemaError::UnknownObject(object.to_owned());
        let index = self.index_of(object).ok_or_else(unknown)?;
        let at = self.at(index).field_index(field).ok_or_else(|| SchemaError::UnknownField {
            object: object.to_owned(),
            field: field.to_owned(),
        })?;
        Ok((index, at))
    }
}

impl FieldChange {
    fn apply(&self, field: &mut FieldSchema) {
        if let Some(label) = &self.label {
            field.label.clone_from(label);
        }
        field.length = self.length.unwrap_or(field.length);
        field.unique = self.unique.unwrap_or(field.unique);
        field.external_id = self.external_id.unwrap_or(field.external_id);
        field.picklist.restricted = self.restricted.unwrap_or(field.picklist.restricted);
        if let Some(required) = self.required {
            field.access.nillable = !required;
        }
        if let Some(values) = &self.values {
            replace_values(&mut field.picklist, values);
        }
        if let Some(default) = &self.default {
            field.default = default_of(default);
            field.access.defaulted_on_create = !field.default.is_null();
            let chosen = field.default.as_text();
            for entry in &mut field.picklist.values {
                entry.default = chosen == Some(&*entry.value);
            }
        }
    }
}

fn replace_values(picklist: &mut Picklist, values: &[String]) {
    let old = std::mem::take(&mut picklist.values);
    let was_default = |value: &str| old.iter().any(|entry| entry.default && &*entry.value == value);
    picklist.values = values
        .iter()
        .map(|value| PicklistValue {
            value: value.as_str().into(),
            active: true,
            default: was_default(value),
        })
        .collect();
    let gone = old.into_iter().filter(|entry| !values.iter().any(|v| **v == *entry.value));
    picklist.values.extend(gone.map(|entry| PicklistValue {
        active: false,
        default: false,
        ..entry
    }));
}
