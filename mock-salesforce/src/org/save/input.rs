//! From the body of a save to typed values: the stages before the row itself (§3.3, §7.1).
//!
//! Wrong types, then unknown columns, then fields that may not be written, then malformed ids: the
//! first stage that finds something ends the save.

use serde_json::Value as Json;

use crate::id::SfId;
use crate::schema::{FieldIndex, FieldSchema, ObjectSchema};
use crate::value::{FieldValue, Value};

use super::super::Org;
use super::super::access::SystemPermission;
use super::super::coerce::{Misfit, coerce, coerce_sent};
use super::super::context::{Origin, SaveContext};
use super::super::error::OrgError;
use super::super::fields::{Fields, JsonRef};
use super::SentValues;
use super::upsert::key_of;

impl Org {
    /// Reads what was sent, and the key of an upsert that creates: it counts more than a value
    /// of its field among the others.
    pub(crate) fn read_input<'s>(
        &self,
        cx: &SaveContext,
        object: &ObjectSchema,
        (fields, key): (&'s impl Fields, Option<(&'s str, JsonRef<'s>)>),
        create: bool,
    ) -> Result<SentValues<'s>, Vec<OrgError>> {
        let mut input = Input::default();
        input.values.reserve_exact(fields.fields().size_hint().0 + 1);
        let sent = fields
            .fields()
            .filter(|(name, _)| *name != "attributes" && key.is_none_or(|(key, _)| *name != key));
        for (name, json) in sent.chain(key) {
            self.read_field(cx, object, (name, json), &mut input);
        }
        input.check_writable(self, cx, object, create);
        input.finish()
    }

    fn read_field<'s>(
        &self,
        cx: &SaveContext,
        object: &ObjectSchema,
        (key, json): (&str, JsonRef<'s>),
        input: &mut Input<'s>,
    ) {
        if key.eq_ignore_ascii_case("id") {
            let text = "The Id field should not be specified in the sobject data.";
            input.unknown.get_or_insert(OrgError::new("INVALID_FIELD", text).without_fields());
            return;
        }
        let visible = |field: &&FieldSchema| self.readable(cx.user, object.index, field.index);
        if let Some(field) = object.field(key).filter(visible) {
            input.take(field.index, coerce_sent(field, json, cx.origin));
        } else if let (Some(field), Some(parent)) = (object.relationship(key), json.as_object()) {
            match self.parent_by_key(field, &parent) {
                Ok(value) => input.values.push((field.index, FieldValue::Computed(value))),
                Err(error) => input.unknown = input.unknown.take().or(Some(error)),
            }
        } else {
            input.unknown.get_or_insert(OrgError::no_such_column(key, &object.name));
        }
    }

    /// `"Account": {"Ext__c": "abc"}` instead of `AccountId`.
    fn parent_by_key(
        &self,
        field: &FieldSchema,
        parent: &serde_json::Map<String, Json>,
    ) -> Result<Value, OrgError> {
        let told = parent
            .get("attributes")
            .and_then(|attributes| attributes.get("type"))
            .or_else(|| parent.get("type"))
            .and_then(Json::as_str);
        let target = match told {
            Some(name) => self.schema.index_of(name).filter(|index| field.targets.contains(index)),
            None => field.targets.first().copied().filter(|_| !field.polymorphic()),
        };
        let target = self.schema.at(target.ok_or_else(OrgError::invalid_cross_reference)?);
        let mut keys = parent.iter().filter(|(key, _)| *key != "attributes" && *key != "type");
        let (key, json) = keys.next().ok_or_else(OrgError::invalid_cross_reference)?;
        let key_field = key_of(target, key)?;
        let value = coerce(key_field, json, Origin::Bulk)
            .map_err(|(Misfit::Type(error) | Misfit::Id(error))| error)?;
        self.parent_of_key(key_field, target, &value)
    }

    /// The row of `target` that holds a value in its key field.
    pub(crate) fn parent_of_key(
        &self,
        key_field: &FieldSchema,
        target: &ObjectSchema,
        value: &Value,
    ) -> Result<Value, OrgError> {
        if let Some(id) = value.as_id() {
            return Ok(Value::Id(id));
        }
        match self.matches(target, key_field.index, value).as_slice() {
            [only] => Ok(Value::Id(*only)),
            [] => Err(foreign_key_missing(key_field, target, value)),
            several => Err(foreign_key_ambiguous(key_field, several)),
        }
    }
}

/// Fields that the user may not write.
pub(crate) fn unwritable(names: &[&str]) -> OrgError {
    let message = format!(
        "Unable to create/update fields: {}. Please check the security settings of this field and verify that it \
         is read/write for your profile or permission set.",
        names.join(", ")
    );
    OrgError::new("INVALID_FIELD_FOR_INSERT_UPDATE", message).about(names.iter().copied())
}

fn foreign_key_missing(field: &FieldSchema, target: &ObjectSchema, value: &Value) -> OrgError {
    let message = format!(
        "Foreign key external ID: {value} not found for field {} in entity {}",
        field.name, target.name
    );
    OrgError::new("INVALID_FIELD", message)
}

fn foreign_key_ambiguous(field: &FieldSchema, several: &[SfId]) -> OrgError {
    let ids: Vec<String> = several.iter().map(ToString::to_string).collect();
    let message = format!(
        "{}: more than one record found for external id field: [{}]",
        field.name,
        ids.join(", ")
    );
    OrgError::new("DUPLICATE_EXTERNAL_ID", message)
}

/// What was read of a body, and the first error of each stage.
#[derive(Debug, Default)]
struct Input<'s> {
    values: SentValues<'s>,
    types: Vec<OrgError>,
    unknown: Option<OrgError>,
    unwritable: Option<OrgError>,
    ids: Vec<OrgError>,
}

impl<'s> Input<'s> {
    fn take(&mut self, field: FieldIndex, value: Result<FieldValue<'s>, Misfit>) {
        match value {
            Ok(value) => self.values.push((field, value)),
            Err(Misfit::Type(error)) => self.types.push(error),
            Err(Misfit::Id(error)) => self.ids.push(error),
        }
    }

    fn check_writable(&mut self, org: &Org, cx: &SaveContext, object: &ObjectSchema, create: bool) {
        let locked = |index: &FieldIndex| {
            let field = object.field_at(*index);
            let own = if create { field.access.createable } else { field.access.updateable };
            let audit = create && object.system.is_audit(*index);
            let own = own || audit && org.has(cx.user, SystemPermission::CreateAuditFields);
            let allowed = own && org.editable(cx.user, object.index, *index);
            (!allowed).then_some(&*field.name)
        };
        let names: Vec<&str> = self.values.iter().filter_map(|(index, _)| locked(index)).collect();
        if !names.is_empty() {
            self.unwritable = Some(unwritable(&names));
        }
    }

    fn finish(mut self) -> Result<SentValues<'s>, Vec<OrgError>> {
        self.types.truncate(1);
        let stages = [
            self.types,
            self.unknown.into_iter().collect(),
            self.unwritable.into_iter().collect(),
            self.ids,
        ];
        stages.into_iter().find(|errors| !errors.is_empty()).map_or(Ok(self.values), Err)
    }
}
