//! One save of one row, stage by stage (wire reference §3.3, §7.1, §15).
//!
//! types → unknown columns → fields that may not be written → id formats and prefixes → record
//! type, lengths, e-mail addresses, restricted picklists, ranges, countries → before-save flows and
//! before-triggers → required fields and validation rules → duplicate rules → unique values →
//! references and owner → storage and locks → the row is written → packages and after-triggers →
//! assignment rules → workflow rules → after-save flows. The first stage with an error ends the
//! save; within a stage every error is told, unless the org's settings say otherwise.

mod draft;
mod input;
mod plan;
mod upsert;

use std::sync::Arc;

use smallvec::SmallVec;

use crate::id::SfId;
use crate::record::Record;
use crate::schema::{FieldIndex, FieldSchema, ObjectSchema};
use crate::seed::{ErrorStaging, FlowStage};
use crate::value::{FieldValue, Value, ValueRef};

use draft::Given;
pub(crate) use draft::{Draft, Takes};
pub(crate) use input::unwritable;
pub(crate) use plan::SavePlan;

use super::access::SystemPermission;
use super::context::{FieldInput, Origin, SaveContext, Saved};
use super::error::OrgError;
use super::feed::ChangeKind;
use super::fields::{Fields, JsonRef};
use super::index::same_key;
use super::{Org, check, related};

/// Saves within saves: as many as triggers may start each other.
const SAVE_DEPTH_MAX: usize = 16;

/// Typed values of a save that is not an API call's.
pub(crate) type Values = Vec<(FieldIndex, Value)>;
/// Typed values of an API call, which borrow from what was sent.
pub(crate) type SentValues<'s> = Vec<(FieldIndex, FieldValue<'s>)>;

impl Org {
    /// Creates a row.
    pub fn create(
        &mut self,
        cx: &SaveContext,
        object: &str,
        fields: &FieldInput,
    ) -> Result<Saved, Vec<OrgError>> {
        self.create_of(cx, object, fields)
    }

    /// Creates a row of fields as they were sent.
    pub(crate) fn create_of(
        &mut self,
        cx: &SaveContext,
        object: &str,
        fields: &impl Fields,
    ) -> Result<Saved, Vec<OrgError>> {
        let object = self.object(object).map_err(one)?;
        self.create_known(cx, &object, fields)
    }

    /// The same where the object is known.
    pub(crate) fn create_known(
        &mut self,
        cx: &SaveContext,
        object: &Arc<ObjectSchema>,
        fields: &impl Fields,
    ) -> Result<Saved, Vec<OrgError>> {
        self.create_with(cx, object, fields, None)
    }

    /// The same, with the field of a key among the others.
    fn create_with(
        &mut self,
        cx: &SaveContext,
        object: &Arc<ObjectSchema>,
        fields: &impl Fields,
        key: Option<(&str, JsonRef<'_>)>,
    ) -> Result<Saved, Vec<OrgError>> {
        self.transaction(|org| {
            let mut draft = org.draft(cx, object);
            org.read_input(cx, object, (fields, key), &mut draft)?;
            let id = org.save(cx, draft)?;
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
        self.update_of(cx, object, id, fields)
    }

    /// Updates a row by fields as they were sent.
    pub(crate) fn update_of(
        &mut self,
        cx: &SaveContext,
        object: &str,
        id: SfId,
        fields: &impl Fields,
    ) -> Result<Saved, Vec<OrgError>> {
        let object = self.object(object).map_err(one)?;
        self.transaction(|org| {
            org.target(&object, id).map_err(one)?;
            let mut values = SentValues::with_capacity(fields.fields().size_hint().0);
            org.read_input(cx, &object, (fields, None), &mut values)?;
            org.save_existing(cx, id, values)?;
            Ok(Saved { id, created: false })
        })
    }

    /// Live rows that hold a value in a field, in id order, by index or by reading them all.
    pub fn matches<'v>(
        &self,
        object: &ObjectSchema,
        field: FieldIndex,
        value: impl Into<ValueRef<'v>>,
    ) -> Vec<SfId> {
        let value = value.into();
        if value.is_null() {
            return Vec::new();
        }
        if let Some(ids) = self.lookup(object.index, field, value) {
            return ids.into_iter().filter(|id| self.live(*id).is_some()).collect();
        }
        let same = |row: &&Record| !row.is_deleted() && same_key(&self.value(row, field), value);
        self.rows(object.index).filter(same).map(Record::id).collect()
    }

    /// The row that a save is about: it must exist, be of the object and not be deleted.
    pub(crate) fn target(&self, object: &ObjectSchema, id: SfId) -> Result<&Record, OrgError> {
        let row = self.table(object.index).get(id).ok_or_else(OrgError::invalid_cross_reference)?;
        if row.is_deleted() { Err(OrgError::is_deleted()) } else { Ok(row) }
    }
}

impl Org {
    /// Saves a new row of typed values.
    pub(crate) fn save_new<V>(
        &mut self,
        cx: &SaveContext,
        object: &Arc<ObjectSchema>,
        values: Vec<(FieldIndex, V)>,
    ) -> Result<SfId, Vec<OrgError>>
    where
        for<'v> ValueRef<'v>: From<&'v V>,
    {
        let mut draft = self.draft(cx, object);
        for (field, value) in &values {
            draft.give(*field, value.into());
        }
        self.save(cx, draft)
    }

    /// A new row before anybody gave it a value.
    pub(in crate::org) fn draft(&mut self, cx: &SaveContext, object: &Arc<ObjectSchema>) -> Draft {
        let id = self.table_mut(object.index).next_id();
        let mut draft = Draft {
            object: Arc::clone(object),
            before: None,
            after: object.plan().beginning.like(id),
            given: Given::new(),
            marks: 0,
            unchecked: SmallVec::new(),
        };
        draft.set_system(object.system.owner, ValueRef::Id(cx.user));
        if let Some(id) = self.default_record_type(cx.user, object.index) {
            draft.set_named("RecordTypeId", Value::Id(id));
        }
        for field in &object.auto_numbers {
            let field = object.field_at(*field);
            draft.set(field.index, numbered(field, id));
        }
        draft
    }

    /// Saves typed values over a row that is there.
    pub(crate) fn save_existing<V>(
        &mut self,
        cx: &SaveContext,
        id: SfId,
        values: Vec<(FieldIndex, V)>,
    ) -> Result<SfId, Vec<OrgError>>
    where
        for<'v> ValueRef<'v>: From<&'v V>,
    {
        let before = self.live(id).ok_or_else(|| one(OrgError::is_deleted()))?.clone();
        let object = self.schema.shared(before.object());
        let mut draft = Draft {
            object,
            after: before.clone(),
            before: Some(before),
            given: Given::new(),
            marks: 0,
            unchecked: SmallVec::new(),
        };
        for (field, value) in &values {
            draft.give(*field, value.into());
        }
        self.save(cx, draft)
    }

    pub(in crate::org) fn save(
        &mut self,
        cx: &SaveContext,
        draft: Draft,
    ) -> Result<SfId, Vec<OrgError>> {
        if self.depth >= SAVE_DEPTH_MAX {
            let text = "maximum trigger depth exceeded";
            return Err(one(OrgError::new("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", text)));
        }
        self.reader = *cx;
        self.depth += 1;
        let outcome = self.run_stages(cx, draft);
        self.depth -= 1;
        outcome
    }

    fn run_stages(&mut self, cx: &SaveContext, mut draft: Draft) -> Result<SfId, Vec<OrgError>> {
        let id = draft.after.id();
        self.check_row_rights(cx, &draft).map_err(one)?;
        self.refuse_converted(cx, &draft).map_err(one)?;
        if !draft.is_new() {
            self.check_approval_lock(cx, id).map_err(one)?;
        }
        let mut errors = check::id_prefixes(&self.schema, &draft);
        errors = self.staged(errors)?;
        errors.extend(self.check_record_type(cx, &draft));
        errors.extend(check::formats(&mut draft));
        errors.extend(check::addresses(&self.settings.countries, &draft));
        errors = self.staged(errors)?;
        self.derive(cx, &mut draft)?;
        self.run_before_flows(cx, &mut draft)?;
        errors.extend(check::required(&draft));
        errors.extend(related::runtime_required(&draft));
        if !self.lenient {
            errors.extend(self.run_validation_rules(cx, &draft));
        }
        self.told(errors)?;
        if !self.lenient {
            self.told(self.run_duplicate_rules(cx, &draft))?;
        }
        stage(self.check_unique(&draft).into_iter().collect())?;
        self.told(self.check_references(cx, &draft))?;
        self.check_storage(cx, &draft).map_err(one)?;
        self.take_locks(cx, &draft).map_err(one)?;
        stamp(cx, &mut draft);
        self.write(cx, &mut draft);
        self.after_save(cx, &draft)?;
        Ok(id)
    }

    /// Ends the save if a stage before validation found errors, or keeps them for that.
    fn staged(&self, errors: Vec<OrgError>) -> Result<Vec<OrgError>, Vec<OrgError>> {
        match self.settings.error_staging {
            ErrorStaging::Joined => Ok(errors),
            _ => self.told(errors).map(|()| Vec::new()),
        }
    }

    /// Ends the save if there are errors, with as many of them as the org tells.
    fn told(&self, mut errors: Vec<OrgError>) -> Result<(), Vec<OrgError>> {
        if self.settings.error_staging == ErrorStaging::First {
            errors.truncate(1);
        }
        stage(errors)
    }

    /// A converted lead is read-only for who may not edit converted leads.
    fn refuse_converted(&self, cx: &SaveContext, draft: &Draft) -> Result<(), OrgError> {
        let Some(before) = &draft.before else { return Ok(()) };
        let lead = &*draft.object.name == "Lead";
        let converted = lead && self.stored(before, "IsConverted").is_true();
        if converted && !self.has(cx.user, SystemPermission::EditConvertedLeads) {
            return Err(OrgError::converted_lead());
        }
        Ok(())
    }

    /// No other live row may hold the same value of a unique field.
    fn check_unique(&self, draft: &Draft) -> Option<OrgError> {
        let object = &draft.object;
        let taken = |field: &FieldSchema| {
            if !draft.after.holds(field.index) || !draft.changed(field.index) {
                return None;
            }
            let value = draft.after.get(field.index);
            let exact = |id: &SfId| {
                let other = self.get(*id).map(|row| row.get(field.index));
                *id != draft.after.id() && (!field.case_sensitive || other == Some(value))
            };
            self.matches(object, field.index, value).into_iter().find(exact)
        };
        let mut fields = object.plan().unique.iter().map(|field| object.field_at(*field));
        let (field, other) = fields.find_map(|field| Some((field, taken(field)?)))?;
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

    fn write(&mut self, cx: &SaveContext, draft: &mut Draft) {
        let place = (draft.after.object(), draft.after.id());
        match &draft.before {
            None => {
                let row = self.insert_row(&draft.after);
                self.note(cx, ChangeKind::Created, place, row);
            }
            Some(before) => {
                draft.after.settle();
                let row = draft.after.clone();
                let fields = differences(before, &row);
                self.replace_row(row);
                self.note(cx, ChangeKind::Updated, place, fields);
            }
        }
    }

    /// Everything between the written row and the end of its transaction (§15). The second save
    /// of a workflow rule ends with the triggers.
    fn after_save(&mut self, cx: &SaveContext, draft: &Draft) -> Result<(), Vec<OrgError>> {
        self.save_related(cx, draft)?;
        self.report_duplicates(cx, draft)?;
        self.run_automations(cx, draft)?;
        self.run_after_flows(cx, draft, FlowStage::AfterTrigger)?;
        if self.resaving {
            return Ok(());
        }
        self.run_assignment(cx, draft)?;
        self.run_workflow(cx, draft)?;
        self.run_after_flows(cx, draft, FlowStage::AfterSave)
    }
}

/// The auto-number of the row of an id: its own counter in the field's format (`A-{0000}`).
fn numbered(field: &FieldSchema, id: SfId) -> Value {
    let counter = id.counter(id.prefix_bytes()).unwrap_or_default();
    let format = field.auto_number.as_deref().unwrap_or_default();
    let (before, rest) = format.split_once('{').unwrap_or((format, ""));
    let (digits, after) = rest.split_once('}').unwrap_or((rest, ""));
    Value::text(&format!("{before}{counter:0width$}{after}", width = digits.len()))
}

fn stamp(cx: &SaveContext, draft: &mut Draft) {
    let system = draft.object.system;
    let (now, user) = (ValueRef::DateTime(cx.now.whole_second()), ValueRef::Id(cx.user));
    if draft.is_new() {
        draft.set_audit(system.created_date, now);
        draft.set_audit(system.created_by, user);
    }
    draft.set_audit(system.modified_date, now);
    draft.set_audit(system.modified_by, user);
    draft.set_system(system.modstamp, now);
    if cx.origin == Origin::Rest {
        draft.set_system(system.viewed, now);
        draft.set_system(system.referenced, now);
    }
    stamp_unread(cx, draft);
    stamp_clean(draft);
}

/// A new row is unread; it is read once its owner saves it (§3.3).
fn stamp_unread(cx: &SaveContext, draft: &mut Draft) {
    let Some(unread) = draft.object.plan().unread else { return };
    let owner = draft.object.system.owner.map(|owner| draft.after.get(owner));
    let by_owner = owner.and_then(ValueRef::as_id) == Some(cx.user);
    if draft.is_given(unread) {
        return;
    }
    if draft.is_new() {
        draft.set(unread, Value::Bool(true));
    } else if by_owner {
        draft.set(unread, Value::Bool(false));
    }
}

/// The data service has not looked at a new row yet (§3.3).
fn stamp_clean(draft: &mut Draft) {
    let clean = draft.object.plan().clean.filter(|clean| draft.is_new() && !draft.is_given(*clean));
    draft.set_system(clean, ValueRef::Text("Pending"));
}

/// Fields whose values differ, with the new values.
pub(crate) fn differences(before: &Record, after: &Record) -> Values {
    let (mut old, mut new) = (before.stored().peekable(), after.stored().peekable());
    let mut fields = Values::new();
    loop {
        // Both come in field order.
        let cleared = match (old.peek(), new.peek()) {
            (None, None) => return fields,
            (Some((was, _)), Some((is, _))) => was < is,
            (was, _) => was.is_some(),
        };
        if cleared {
            fields.extend(old.next().map(|(field, _)| (field, Value::Null)));
        } else if let Some((field, value)) = new.next() {
            let was = old.next_if(|(was, _)| *was == field).map(|(_, was)| was);
            if was != Some(value) {
                fields.push((field, value.into_owned()));
            }
        }
    }
}

pub(crate) fn one(error: OrgError) -> Vec<OrgError> {
    vec![error]
}

pub(crate) fn stage(errors: Vec<OrgError>) -> Result<(), Vec<OrgError>> {
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}
