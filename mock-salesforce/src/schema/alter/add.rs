//! May this custom field be added, and what does the schema get with it?
//!
//! A definition that contradicts itself or the object is refused with the reason. A formula is
//! compiled against what is defined so far, and its size with the formulas it uses is limited
//! (wire reference §14); its kind must be one that the field's type holds. A location brings its
//! parts, a reference the relationship to its target.

use std::sync::Arc;

use crate::formula::{COMPILED_MAX, Formula, Kind};
use crate::schema::{
    ChildRelationship, CustomField, FieldIndex, FieldKind, FieldSchema, FormulaField, ObjectIndex,
    Schema,
};

use super::SchemaError;

/// Fields of one object, custom and standard together. Salesforce itself allows 800 custom ones.
const FIELDS_PER_OBJECT_MAX: usize = 900;

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
        if let Some(function) = formula.of_rules() {
            let reason = format!("Function {function} may not be used in this type of formula");
            return Err(contradiction(definition, &reason));
        }
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
}

impl CustomField {
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

fn contradiction(definition: &CustomField, reason: &str) -> SchemaError {
    SchemaError::Contradiction { field: definition.name.clone(), reason: reason.to_owned() }
}
