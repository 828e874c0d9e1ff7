//! What does a custom field look like in the schema, by its definition?
//!
//! What the definition leaves open gets Salesforce's defaults: a label from the name, length and
//! precision by type, a checkbox that is off. What the org computes itself (formulas, auto-numbers)
//! nobody writes. A location has a latitude and a longitude beside it.

use std::sync::Arc;

use crate::schema::{
    Access, CustomField, FieldIndex, FieldKind, FieldSchema, Picklist, PicklistValue,
};
use crate::value::Value;

impl CustomField {
    pub(in crate::schema) fn field(&self) -> FieldSchema {
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
    pub(super) fn parts(&self) -> Vec<FieldSchema> {
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
}

pub(super) fn default_of(json: &serde_json::Value) -> Value {
    match json {
        serde_json::Value::Bool(b) => Value::Bool(*b),
        serde_json::Value::String(text) => Value::text(text),
        serde_json::Value::Number(n) => {
            n.as_i64().map(Value::Int).or_else(|| n.as_f64().map(Value::Double)).unwrap_or_default()
        }
        _ => Value::Null,
    }
}
