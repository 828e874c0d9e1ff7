//! An admin changes the schema while the org runs: fields come, go and change their limits.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{
    Access, ChildRelationship, CustomField, FieldIndex, FieldKind, FieldSchema, FormulaField,
    ObjectIndex, Picklist, PicklistValue, Schema,
};
use crate::formula::{COMPILED_MAX, Formula, Kind};
use crate::value::Value;

/// Fields of one object, custom and standard together. Salesforce itself allows 800 custom ones.
const FIELDS_PER_OBJECT_MAX: usize = 900;

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
    /// Adds a custom field (or a removed one again).
    pub fn add_field(
        &mut self,
        object: &str,
        definition: &CustomField,
    ) -> Result<(ObjectIndex, FieldIndex), SchemaError> {
        let unknown = || SchemaError::UnknownObject(object.to_owned());
        let index = self.index_of(object).ok_or_else(unknown)?;
        definition.check()?;
        for target in &definition.reference_to {
            self.index_of(target).ok_or_else(|| SchemaError::UnknownObject(target.clone()))?;
        }
        let mut field = definition.field();
        field.formula = self.computed(index, definition)?.map(Arc::new);
        field.picklist.controller = self.controller(index, definition)?;
        let schema = self.object_mut(index).ok_or_else(unknown)?;
        if schema.field(&definition.name).is_some() {
            let (object, field) = (object.to_owned(), definition.name.clone());
            return Err(SchemaError::FieldExists { object, field });
        }
        let parts = definition.parts();
        if schema.fields.len() + parts.len() >= FIELDS_PER_OBJECT_MAX {
            return Err(contradiction(definition, "the object has as many fields as it may"));
        }
        let at = schema.push(field);
        for part in parts {
            schema.push(part);
        }
        self.resolve_targets();
        if !definition.reference_to.is_empty() {
            let child = definition.child_relationship.as_ref().map(|name| format!("{name}__r"));
            let cascade_delete = definition.master_detail;
            self.link(ChildRelationship {
                cascade_delete,
                ..ChildRelationship::plain(index, at, child)
            });
        }
        Ok((index, at))
    }

    /// The formula of a formula field, compiled against what is defined so far.
    fn computed(
        &self,
        object: ObjectIndex,
        definition: &CustomField,
    ) -> Result<Option<FormulaField>, SchemaError> {
        let Some(text) = &definition.formula else { return Ok(None) };
        let formula = Formula::compile(self, object, text).map_err(|problems| {
            let told: Vec<String> = problems.into_iter().map(|problem| problem.message).collect();
            contradiction(definition, &told.join("; "))
        })?;
        if !gives(formula.kind(), definition.kind) {
            let reason = format!(
                "its formula gives {}, which no field of this type holds",
                formula.kind().name()
            );
            return Err(contradiction(definition, &reason));
        }
        let size = formula.compiled_size(self, object);
        if size > COMPILED_MAX {
            let reason = format!(
                "with the formulas it uses it is {size} characters, more than {COMPILED_MAX}"
            );
            return Err(contradiction(definition, &reason));
        }
        let blanks_as_zero = definition.blanks_as_zero;
        let formula = if blanks_as_zero { formula.with_blanks_as_zero() } else { formula };
        Ok(Some(FormulaField { formula, blanks_as_zero, size }))
    }

    /// The canonical name of the field that controls a dependent picklist.
    fn controller(
        &self,
        object: ObjectIndex,
        definition: &CustomField,
    ) -> Result<Option<Arc<str>>, SchemaError> {
        let Some(name) = &definition.controller else { return Ok(None) };
        let fits =
            |field: &&FieldSchema| matches!(field.kind, FieldKind::Picklist | FieldKind::Boolean);
        let found = self.at(object).field(name).filter(fits);
        let reason = "its controller is no picklist or checkbox that is defined before it";
        found.map(|field| Some(field.name.clone())).ok_or_else(|| contradiction(definition, reason))
    }

    /// Adds a field of the platform itself, such as `RecordTypeId`.
    pub(crate) fn add_standard_field(
        &mut self,
        object: &str,
        definition: &CustomField,
        relationship: &str,
    ) -> Result<(), SchemaError> {
        let unknown = || SchemaError::UnknownObject(object.to_owned());
        let index = self.index_of(object).ok_or_else(unknown)?;
        let mut field = definition.field();
        field.relationship_name = Some(relationship.into());
        let schema = self.object_mut(index).ok_or_else(unknown)?;
        let at = schema.push(field);
        self.resolve_targets();
        self.link(ChildRelationship::plain(index, at, None));
        Ok(())
    }

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

fn default_of(json: &serde_json::Value) -> Value {
    match json {
        serde_json::Value::Bool(b) => Value::Bool(*b),
        serde_json::Value::String(text) => Value::text(text),
        serde_json::Value::Number(n) => {
            n.as_i64().map(Value::Int).or_else(|| n.as_f64().map(Value::Double)).unwrap_or_default()
        }
        _ => Value::Null,
    }
}

fn contradiction(definition: &CustomField, reason: &str) -> SchemaError {
    SchemaError::Contradiction { field: definition.name.clone(), reason: reason.to_owned() }
}

impl CustomField {
    pub(super) fn field(&self) -> FieldSchema {
        let boolean = self.kind == FieldKind::Boolean;
        let default = match &self.default {
            None if boolean => Value::Bool(false),
            None => Value::Null,
            Some(json) => default_of(json),
        };
        let values = self.values.iter().map(|value| PicklistValue {
            value: value.as_str().into(),
            active: true,
            default: default.as_text() == Some(value.as_str()),
        });
        let base = self.name.strip_suffix("__c").unwrap_or(&self.name);
        let number = self.kind.is_number();
        FieldSchema {
            index: FieldIndex(0),
            name: self.name.as_str().into(),
            label: self.label.clone().unwrap_or_else(|| base.replace('_', " ")),
            kind: self.kind,
            length: self.length.unwrap_or(match self.kind {
                FieldKind::Reference => 18,
                FieldKind::String if self.auto_number.is_some() => 30,
                FieldKind::String if self.formula.is_some() => 1_300,
                FieldKind::Email => 80,
                FieldKind::Phone => 40,
                kind if kind.is_text() => 255,
                _ => 0,
            }),
            precision: if number { self.precision.unwrap_or(18) } else { 0 },
            scale: if number { self.scale.unwrap_or(0) } else { 0 },
            digits: 0,
            access: self.access(!default.is_null()),
            external_id: self.external_id,
            unique: self.unique,
            id_lookup: self.external_id,
            case_sensitive: self.case_sensitive,
            filterable: !self.kind.is_compound()
                && (self.kind != FieldKind::TextArea || self.length.unwrap_or(255) <= 255),
            name_field: false,
            custom: self.name.ends_with("__c"),
            removed: false,
            reference_to: self.reference_to.iter().map(|name| name.as_str().into()).collect(),
            targets: Vec::new(),
            relationship_name: (!self.reference_to.is_empty()).then(|| format!("{base}__r").into()),
            compound: None,
            picklist: Picklist {
                restricted: self.restricted,
                offered_with: self.offered_with.clone(),
                ..Picklist::of(values.collect())
            },
            default,
            auto_number: self.auto_number.as_deref().map(Arc::from),
            formula: None,
            help: self.help.clone(),
            rich_text: self.rich_text,
            detail: self.master_detail,
            permissionable: None,
        }
    }

    fn access(&self, has_default: bool) -> Access {
        let computed = self.formula.is_some() || self.auto_number.is_some();
        let writable = !self.kind.is_compound() && !computed;
        let boolean = self.kind == FieldKind::Boolean;
        Access {
            createable: writable,
            updateable: writable && !self.master_detail,
            nillable: !self.required
                && !self.master_detail
                && self.auto_number.is_none()
                && (!boolean || self.formula.is_some()),
            defaulted_on_create: has_default || self.auto_number.is_some(),
        }
    }

    /// Latitude and longitude of a location.
    fn parts(&self) -> Vec<FieldSchema> {
        if self.kind != FieldKind::Location {
            return Vec::new();
        }
        let base = self.name.strip_suffix("__c").unwrap_or(&self.name);
        let label = self.label.clone().unwrap_or_else(|| base.replace('_', " "));
        let part = |part: &str| {
            let scale = self.scale.unwrap_or(15).min(15);
            let definition = Self {
                label: Some(format!("{label} ({part})")),
                precision: Some(scale.saturating_add(3)),
                scale: Some(scale),
                required: self.required,
                ..Self::new(&format!("{base}__{part}__s"), FieldKind::Double)
            };
            FieldSchema {
                compound: Some(self.name.as_str().into()),
                custom: true,
                ..definition.field()
            }
        };
        vec![part("Latitude"), part("Longitude")]
    }

    fn check(&self) -> Result<(), SchemaError> {
        let named = self.name.strip_suffix("__c").is_some_and(|base| {
            base.starts_with(|c: char| c.is_ascii_alphabetic())
                && base.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        });
        if !named {
            return Err(contradiction(
                self,
                "a custom field's name is letters, digits and _ before __c",
            ));
        }
        if (self.kind == FieldKind::Reference) == self.reference_to.is_empty() {
            return Err(contradiction(
                self,
                "a reference names what it refers to, nothing else does",
            ));
        }
        if matches!(
            self.kind,
            FieldKind::Id | FieldKind::Address | FieldKind::Combobox | FieldKind::Base64
        ) {
            return Err(contradiction(self, "there are no custom fields of this type"));
        }
        self.check_computed()
    }

    fn check_computed(&self) -> Result<(), SchemaError> {
        let reason = if self.auto_number.is_some() && self.kind != FieldKind::String {
            "an auto-number is of type string"
        } else if self.formula.is_some() && (self.unique || self.external_id || self.required) {
            "a formula field is neither required nor a key"
        } else if self.formula.is_some() && (self.default.is_some() || self.auto_number.is_some()) {
            "a formula field has no other value"
        } else if self.master_detail && self.kind != FieldKind::Reference {
            "a detail refers to its master: its type is reference"
        } else {
            return Ok(());
        };
        Err(contradiction(self, reason))
    }
}

/// Does a field of this type hold what a formula of that kind gives?
fn gives(kind: Kind, field: FieldKind) -> bool {
    match kind {
        Kind::Number => field.is_number() && field != FieldKind::Int,
        Kind::Text => field == FieldKind::String,
        Kind::Boolean => field == FieldKind::Boolean,
        Kind::Date => field == FieldKind::Date,
        Kind::DateTime => field == FieldKind::DateTime,
        Kind::Time => field == FieldKind::Time,
        Kind::Picklist | Kind::MultiPicklist | Kind::Location | Kind::Null => false,
    }
}
