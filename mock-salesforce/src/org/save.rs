//! One save of one row, stage by stage (wire reference §3.3, §7.1, §15).
//!
//! types → unknown columns → fields that may not be written → id formats and prefixes → lengths,
//! e-mail addresses, restricted picklists, ranges → before-save flows → required fields and
//! validation rules → duplicate rules → unique values → references and owner → the row is written
//! → automations → assignment rules → after-save flows. The first stage with an error ends the
//! save; within a stage every error is told.

use std::sync::Arc;

use serde_json::Value as Json;

use crate::id::SfId;
use crate::record::Record;
use crate::schema::{FieldIndex, FieldSchema, ObjectSchema};
use crate::value::Value;

use super::coerce::{Misfit, coerce, id_of};
use super::context::{FieldInput, Origin, SaveContext, Saved, UpsertRefusal};
use super::error::OrgError;
use super::feed::ChangeKind;
use super::index::same_key;
use super::{Org, check, related};

/// Saves within saves: as many as triggers may start each other.
const SAVE_DEPTH_MAX: usize = 16;

/// A row on its way into the org.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    pub(crate) object: Arc<ObjectSchema>,
    /// The row as it is stored; none on create.
    pub(crate) before: Option<Record>,
    /// The row as it will be.
    pub(crate) after: Record,
    given: Vec<FieldIndex>,
}

impl Draft {
    /// The fields that were sent, with their values.
    pub(crate) fn given(&self) -> impl Iterator<Item = (&FieldSchema, &Value)> {
        self.given.iter().map(|field| (self.object.field_at(*field), self.after.get(*field)))
    }

    pub(crate) fn is_given(&self, field: FieldIndex) -> bool {
        self.given.contains(&field)
    }

    pub(crate) fn set(&mut self, field: FieldIndex, value: Value) {
        self.after.set(field, value);
    }

    /// Sets a field by name, where the object has it.
    pub(crate) fn set_named(&mut self, field: &str, value: Value) {
        if let Some(index) = self.object.field_index(field) {
            self.after.set(index, value);
        }
    }

    /// A value by name; null when the object has no such field.
    pub(crate) fn named(&self, field: &str) -> &Value {
        self.object.field_index(field).map_or(&crate::value::NULL, |index| self.after.get(index))
    }

    pub(crate) fn is_new(&self) -> bool {
        self.before.is_none()
    }

    /// Did the field change (on create: is there a value)?
    pub(crate) fn changed(&self, field: FieldIndex) -> bool {
        let after = self.after.get(field);
        self.before.as_ref().map_or(!after.is_null(), |before| before.get(field) != after)
    }
}

/// Typed values of a save that is not an API call's.
pub(crate) type Values = Vec<(FieldIndex, Value)>;

impl Org {
    /// Creates a row.
    pub fn create(
        &mut self,
        cx: &SaveContext,
        object: &str,
        fields: &FieldInput,
    ) -> Result<Saved, Vec<OrgError>> {
        let object = self.object(object).map_err(one)?;
        self.transaction(|org| {
            org.may_create(cx, &object)?;
            let values = org.read_input(cx, &object, fields, true)?;
            let id = org.save_new(cx, &object, values)?;
            Ok(Saved { id, created: true })
        })
    }

    /// Updates a row: absent fields stay, null clears.
    pub fn update(
        &mut self,
        cx: &SaveContext,
        object: &str,
        id: SfId,
        fields: &FieldInput,
    ) -> Result<Saved, Vec<OrgError>> {
        let object = self.object(object).map_err(one)?;
        self.transaction(|org| {
            org.target(&object, id).map_err(one)?;
            org.may_update(cx, &object)?;
            let values = org.read_input(cx, &object, fields, false)?;
            org.save_existing(cx, id, values)?;
            Ok(Saved { id, created: false })
        })
    }

    /// Updates the row that has this key, or creates one. The key field is an external id, a
    /// standard lookup field such as `Email`, or `Id`.
    pub fn upsert(
        &mut self,
        cx: &SaveContext,
        object: &str,
        (key_field, key): (&str, &str),
        fields: &FieldInput,
    ) -> Result<Saved, UpsertRefusal> {
        let errors = |error: OrgError| UpsertRefusal::Errors(vec![error]);
        let schema = self.object(object).map_err(errors)?;
        let field = key_of(&schema, key_field).map_err(errors)?;
        if &*field.name == "Id" {
            return self.upsert_by_id(cx, object, key, fields).map_err(UpsertRefusal::Errors);
        }
        let value = coerce(field, &Json::from(key), Origin::Bulk)
            .map_err(|(Misfit::Type(error) | Misfit::Id(error))| errors(error))?;
        let matches = self.matches(&schema, field.index, &value);
        match matches.as_slice() {
            [] => {
                let mut with_key = fields.clone();
                with_key.insert(field.name.to_string(), Json::from(key));
                self.create(cx, object, &with_key).map_err(UpsertRefusal::Errors)
            }
            [only] => self.update(cx, object, *only, fields).map_err(UpsertRefusal::Errors),
            several => Err(UpsertRefusal::SeveralMatches(several.to_vec())),
        }
    }

    /// Live rows that hold a value in a field, in id order, by index or by reading them all.
    pub fn matches(&self, object: &ObjectSchema, field: FieldIndex, value: &Value) -> Vec<SfId> {
        if value.is_null() {
            return Vec::new();
        }
        if let Some(ids) = self.lookup(object.index, field, value) {
            return ids.into_iter().filter(|id| self.live(*id).is_some()).collect();
        }
        let same = |row: &&Record| !row.is_deleted() && same_key(row.get(field), value);
        self.rows(object.index).filter(same).map(Record::id).collect()
    }

    fn upsert_by_id(
        &mut self,
        cx: &SaveContext,
        object: &str,
        key: &str,
        fields: &FieldInput,
    ) -> Result<Saved, Vec<OrgError>> {
        match id_of(key).map_err(one)? {
            Value::Id(id) => self.update(cx, object, id, fields),
            _ => self.create(cx, object, fields),
        }
    }

    /// The row that a save is about: it must exist, be of the object and not be deleted.
    pub(crate) fn target(&self, object: &ObjectSchema, id: SfId) -> Result<&Record, OrgError> {
        let row = self.table(object.index).get(id).ok_or_else(OrgError::invalid_cross_reference)?;
        if row.is_deleted() { Err(OrgError::is_deleted()) } else { Ok(row) }
    }

    fn read_input(
        &self,
        cx: &SaveContext,
        object: &ObjectSchema,
        fields: &FieldInput,
        create: bool,
    ) -> Result<Values, Vec<OrgError>> {
        let mut input = Input::default();
        for (key, json) in fields.iter().filter(|(key, _)| *key != "attributes") {
            self.read_field(cx, object, (key, json), &mut input);
        }
        input.check_writable(self, cx, object, create);
        input.finish()
    }

    fn read_field(
        &self,
        cx: &SaveContext,
        object: &ObjectSchema,
        (key, json): (&str, &Json),
        input: &mut Input,
    ) {
        if key.eq_ignore_ascii_case("id") {
            let text = "The Id field should not be specified in the sobject data.";
            input.unknown.get_or_insert(OrgError::new("INVALID_FIELD", text).without_fields());
            return;
        }
        let visible = |field: &&FieldSchema| self.readable(cx.user, object.index, field.index);
        if let Some(field) = object.field(key).filter(visible) {
            input.take(field.index, coerce(field, json, cx.origin));
        } else if let (Some(field), Json::Object(parent)) = (object.relationship(key), json) {
            match self.parent_by_key(field, parent) {
                Ok(value) => input.values.push((field.index, value)),
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
        match (value.as_id(), self.matches(target, key_field.index, &value).as_slice()) {
            (Some(id), _) => Ok(Value::Id(id)),
            (None, [only]) => Ok(Value::Id(*only)),
            (None, []) => Err(foreign_key_missing(key_field, target, &value)),
            (None, several) => Err(foreign_key_ambiguous(key_field, several)),
        }
    }
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

/// The key field of an upsert, or the 404 that says there is none.
fn key_of<'a>(object: &'a ObjectSchema, name: &str) -> Result<&'a FieldSchema, OrgError> {
    object.field(name).filter(|field| field.is_key()).ok_or_else(|| {
        let message =
            format!("Provided external ID field does not exist or is not accessible: {name}");
        OrgError::new("NOT_FOUND", message).without_fields()
    })
}

/// What was read of a body, and the first error of each stage.
#[derive(Debug, Default)]
struct Input {
    values: Values,
    types: Vec<OrgError>,
    unknown: Option<OrgError>,
    unwritable: Option<OrgError>,
    ids: Vec<OrgError>,
}

impl Input {
    fn take(&mut self, field: FieldIndex, value: Result<Value, Misfit>) {
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
            let allowed = own && org.editable(cx.user, object.index, *index);
            (!allowed).then_some(&*field.name)
        };
        let names: Vec<&str> = self.values.iter().filter_map(|(index, _)| locked(index)).collect();
        if !names.is_empty() {
            let message = format!(
                "Unable to create/update fields: {}. Please check the security settings of this \
                 field and verify that it is read/write for your profile or permission set.",
                names.join(", ")
            );
            let error = OrgError::new("INVALID_FIELD_FOR_INSERT_UPDATE", message);
            self.unwritable = Some(error.about(names.iter().copied()));
        }
    }

    fn finish(mut self) -> Result<Values, Vec<OrgError>> {
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

impl Org {
    /// Saves a new row of typed values.
    pub(crate) fn save_new(
        &mut self,
        cx: &SaveContext,
        object: &Arc<ObjectSchema>,
        values: Values,
    ) -> Result<SfId, Vec<OrgError>> {
        let id = self.table_mut(object.index).next_id();
        let mut draft = Draft {
            object: Arc::clone(object),
            before: None,
            after: Record::new(object.index, id),
            given: values.iter().map(|(field, _)| *field).collect(),
        };
        for field in object.fields().filter(|field| !field.default.is_null()) {
            draft.set(field.index, field.default.clone());
        }
        if let Some(owner) = object.system.owner {
            draft.set(owner, Value::Id(cx.user));
        }
        for (field, value) in values {
            let keep_default = value.is_null() && object.field_at(field).access.defaulted_on_create;
            if !keep_default {
                draft.set(field, value);
            }
        }
        self.save(cx, draft)
    }

    /// Saves typed values over a row that is there.
    pub(crate) fn save_existing(
        &mut self,
        cx: &SaveContext,
        id: SfId,
        values: Values,
    ) -> Result<SfId, Vec<OrgError>> {
        let before = self.live(id).ok_or_else(|| one(OrgError::is_deleted()))?.clone();
        let object = self.schema.shared(before.object());
        let mut draft = Draft {
            object,
            after: before.clone(),
            before: Some(before),
            given: values.iter().map(|(field, _)| *field).collect(),
        };
        for (field, value) in values {
            draft.set(field, value);
        }
        self.save(cx, draft)
    }

    fn save(&mut self, cx: &SaveContext, draft: Draft) -> Result<SfId, Vec<OrgError>> {
        if self.depth >= SAVE_DEPTH_MAX {
            let text = "maximum trigger depth exceeded";
            return Err(one(OrgError::new("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", text)));
        }
        self.depth += 1;
        let outcome = self.run_stages(cx, draft);
        self.depth -= 1;
        outcome
    }

    fn run_stages(&mut self, cx: &SaveContext, mut draft: Draft) -> Result<SfId, Vec<OrgError>> {
        let object = Arc::clone(&draft.object);
        self.refuse_converted(&draft).map_err(one)?;
        stage(check::id_prefixes(&self.schema, &draft))?;
        stage(check::formats(&object, &mut draft))?;
        self.derive(cx, &mut draft)?;
        self.run_before_flows(cx, &mut draft)?;
        let mut errors: Vec<OrgError> = check::required(&object, &draft).into_iter().collect();
        errors.extend(related::runtime_required(&draft));
        if !self.lenient {
            errors.extend(self.run_validation_rules(cx, &draft));
        }
        stage(errors)?;
        if !self.lenient {
            stage(self.run_duplicate_rules(cx, &draft))?;
        }
        stage(self.check_unique(&draft).into_iter().collect())?;
        stage(self.check_references(cx, &draft))?;
        stamp(cx, &mut draft);
        let id = draft.after.id();
        self.write(cx, &draft);
        self.after_save(cx, &draft)?;
        Ok(id)
    }

    /// A converted lead is read-only.
    fn refuse_converted(&self, draft: &Draft) -> Result<(), OrgError> {
        let Some(before) = &draft.before else { return Ok(()) };
        let lead = &*draft.object.name == "Lead";
        if lead && self.stored(before, "IsConverted").is_true() {
            return Err(OrgError::converted_lead());
        }
        Ok(())
    }

    /// No other live row may hold the same value of a unique field.
    fn check_unique(&self, draft: &Draft) -> Option<OrgError> {
        let object = &draft.object;
        let taken = |field: &FieldSchema| {
            let value = draft.after.get(field.index);
            if !field.unique || value.is_null() || !draft.changed(field.index) {
                return None;
            }
            let exact = |id: &SfId| {
                let other = self.get(*id).map(|row| row.get(field.index));
                *id != draft.after.id() && (!field.case_sensitive || other == Some(value))
            };
            self.matches(object, field.index, value).into_iter().find(exact)
        };
        let (field, other) = object.fields().find_map(|field| Some((field, taken(field)?)))?;
        if &*object.name == "User" && &*field.name == "Username" {
            let text = "Duplicate Username. The username already exists in this or another \
                        Salesforce organization. Usernames must be unique across all Salesforce \
                        organizations. To resolve, use a different username (it doesn't need to \
                        match the user's email address).";
            return Some(OrgError::new("DUPLICATE_USERNAME", text).about(["Username"]));
        }
        let message = format!(
            "duplicate value found: {} duplicates value on record with id: {}",
            field.name,
            other.as_str_15()
        );
        Some(OrgError::new("DUPLICATE_VALUE", message))
    }

    fn write(&mut self, cx: &SaveContext, draft: &Draft) {
        let row = draft.after.clone();
        let place = (row.object(), row.id());
        match &draft.before {
            None => {
                let fields = row.stored().map(|(field, value)| (field, value.clone())).collect();
                self.insert_row(row);
                self.note(cx, ChangeKind::Created, place, fields);
            }
            Some(before) => {
                let fields = differences(before, &row);
                self.replace_row(row);
                self.note(cx, ChangeKind::Updated, place, fields);
            }
        }
    }

    /// Everything between the written row and the end of its transaction.
    fn after_save(&mut self, cx: &SaveContext, draft: &Draft) -> Result<(), Vec<OrgError>> {
        self.save_related(cx, draft)?;
        self.run_automations(cx, draft)?;
        self.run_assignment(cx, draft)?;
        self.run_after_flows(cx, draft)
    }
}

impl Draft {
    fn set_system(&mut self, field: Option<FieldIndex>, value: Value) {
        if let Some(field) = field {
            self.after.set(field, value);
        }
    }
}

fn stamp(cx: &SaveContext, draft: &mut Draft) {
    let object = Arc::clone(&draft.object);
    let system = object.system;
    let now = Value::from(cx.now);
    if draft.is_new() {
        draft.set_system(system.created_date, now.clone());
        draft.set_system(system.created_by, Value::Id(cx.user));
    }
    draft.set_system(system.modified_date, now.clone());
    draft.set_system(system.modified_by, Value::Id(cx.user));
    draft.set_system(system.modstamp, now.clone());
    if cx.origin == Origin::Rest {
        draft.set_system(system.viewed, now.clone());
        draft.set_system(system.referenced, now);
    }
    stamp_unread(cx, draft);
}

/// A new row is unread; it is read once its owner saves it (§3.3).
fn stamp_unread(cx: &SaveContext, draft: &mut Draft) {
    let Some(unread) = draft.object.field_index("IsUnreadByOwner") else { return };
    let by_owner = draft.named("OwnerId").as_id() == Some(cx.user);
    if draft.is_given(unread) {
        return;
    }
    if draft.is_new() {
        draft.set(unread, Value::Bool(true));
    } else if by_owner {
        draft.set(unread, Value::Bool(false));
    }
}

/// Fields whose values differ, with the new values.
pub(crate) fn differences(before: &Record, after: &Record) -> Values {
    let changed = after.stored().filter(|(field, value)| before.get(*field) != *value);
    let mut fields: Values = changed.map(|(field, value)| (field, value.clone())).collect();
    let cleared = before.stored().filter(|(field, _)| after.get(*field).is_null());
    fields.extend(cleared.map(|(field, _)| (field, Value::Null)));
    fields.sort_by_key(|(field, _)| *field);
    fields
}

pub(crate) fn one(error: OrgError) -> Vec<OrgError> {
    vec![error]
}

pub(crate) fn stage(errors: Vec<OrgError>) -> Result<(), Vec<OrgError>> {
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}
