//! From the body of a save to typed values: the stages before the row itself (§3.3, §7.1).
//!
//! Wrong types, then unknown columns, then fields that may not be written, then malformed ids: the
//! first stage that finds something ends the save.

use serde_json::Value as Json;

use crate::id::SfId;
use crate::schema::{FieldIndex, FieldSchema, ObjectSchema};
use crate::value::{FieldValue, Value};

use super::super::Org;
use super::super::coerce::{Misfit, coerce, coerce_sent};
use super::super::context::{Origin, SaveContext};
use super::super::error::OrgError;
use super::super::fields::{Fields, JsonRef};
use super::plan::{Named, SavePlan};
use super::upsert::key_of;
use super::{SentValues, Takes};

impl Org {
    /// Reads what was sent to create a row, or to change one, and the key of an upsert that creates: it counts more than a
    /// value of its field among the others. Somebody who may not save rows of the object is told that first.
    pub(super) fn read_input<'s, T: Takes<'s>>(
        &mut self,
        cx: &SaveContext,
        object: &ObjectSchema,
        sent: (&'s impl Fields, Option<(&'s str, JsonRef<'s>)>),
        taker: &mut T,
    ) -> Result<(), Vec<OrgError>> {
        let mut plan = self.take_plan(cx, object, T::CREATES);
        let allowed = plan.allowed.clone();
        let read = allowed.and_then(|()| self.read_by(&mut plan, (cx, object), sent, taker));
        self.keep_plan(plan);
        read
    }

    /// The same of somebody whose right to save was asked before, where rows are seldom read.
    pub(crate) fn read_fields<'s>(
        &self,
        cx: &SaveContext,
        object: &ObjectSchema,
        fields: &'s impl Fields,
        create: bool,
    ) -> Result<SentValues<'s>, Vec<OrgError>> {
        let mut plan = self.new_plan(cx, object, create);
        let mut values = SentValues::new();
        self.read_by(&mut plan, (cx, object), (fields, None), &mut values)?;
        Ok(values)
    }

    fn read_by<'s>(
        &self,
        plan: &mut SavePlan,
        (cx, object): (&SaveContext, &ObjectSchema),
        (fields, key): (&'s impl Fields, Option<(&'s str, JsonRef<'s>)>),
        taker: &mut impl Takes<'s>,
    ) -> Result<(), Vec<OrgError>> {
        let mut input =
            Input { taker, types: Vec::new(), unknown: None, locked: Vec::new(), ids: Vec::new() };
        let sent = fields.fields().filter(|(name, _)| key.is_none_or(|(key, _)| *name != key));
        for (at, (name, json)) in sent.chain(key).enumerate() {
            let known = plan.known((at, name));
            match (known.or_else(|| plan.find(object, (at, name))), json) {
                (Some(Named { field, writable: true, plain: true }), JsonRef::Text(text)) => {
                    input.taker.take_plain(field, text);
                }
                (Some(Named { field, writable, .. }), json) => {
                    let value = coerce_sent(object.field_at(field), json, cx.origin);
                    input.take(field, value, writable);
                }
                (None, _) if name == "attributes" => {}
                (None, json) => self.read_other(plan, object, (name, json), &mut input),
            }
        }
        input.finish(object)
    }

    /// What is not the name of a field: an id, a parent by its key, or nothing.
    fn read_other<'s>(
        &self,
        plan: &SavePlan,
        object: &ObjectSchema,
        (name, json): (&str, JsonRef<'s>),
        input: &mut Input<'_, impl Takes<'s>>,
    ) {
        if is_id(name) {
            let text = "The Id field should not be specified in the sobject data.";
            input.unknown.get_or_insert(OrgError::new("INVALID_FIELD", text).without_fields());
            return;
        }
        if let (Some(field), Some(parent)) = (object.relationship(name), json.as_object()) {
            match self.parent_by_key(field, &parent) {
                Ok(value) => {
                    let value = Ok(FieldValue::Computed(value));
                    input.take(field.index, value, plan.is_writable(field.index));
                }
                Err(error) => input.unknown = input.unknown.take().or(Some(error)),
            }
        } else {
            input.unknown.get_or_insert(OrgError::no_such_column(name, &object.name));
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

/// What was read of a body goes to somebody; the errors of each stage stay.
#[derive(Debug)]
struct Input<'i, T> {
    taker: &'i mut T,
    types: Vec<OrgError>,
    unknown: Option<OrgError>,
    /// Fields that the user may not write.
    locked: Vec<FieldIndex>,
    ids: Vec<OrgError>,
}

impl<'s, T: Takes<'s>> Input<'_, T> {
    fn take(&mut self, field: FieldIndex, value: Result<FieldValue<'s>, Misfit>, writable: bool) {
        match value {
            Ok(value) => {
                self.taker.take(field, value);
                if !writable {
                    self.locked.push(field);
                }
            }
            Err(Misfit::Type(error)) => self.types.push(error),
            Err(Misfit::Id(error)) => self.ids.push(error),
        }
    }

    fn finish(mut self, object: &ObjectSchema) -> Result<(), Vec<OrgError>> {
        let typed = self.types.is_empty() && self.ids.is_empty();
        if typed && self.unknown.is_none() && self.locked.is_empty() {
            return Ok(());
        }
        self.types.truncate(1);
        let name = |field: &FieldIndex| &*object.field_at(*field).name;
        let locked: Vec<&str> = self.locked.iter().map(name).collect();
        let locked = if locked.is_empty() { Vec::new() } else { vec![unwritable(&locked)] };
        let stages = [self.types, self.unknown.into_iter().collect(), locked, self.ids];
        stages.into_iter().find(|errors| !errors.is_empty()).map_or(Ok(()), Err)
    }
}

/// Nobody's field is called so.
pub(super) fn is_id(name: &str) -> bool {
    name.eq_ignore_ascii_case("id")
}
