//! Packages inside the org: code that runs in the saving transaction, where after-triggers run, or
//! later, when it has put itself down for a time.

use std::fmt::Debug;
use std::sync::Arc;

use crate::id::SfId;
use crate::org::agenda::Due;
use crate::org::{
    ChangeKind, Conversion, Converted, FieldInput, Org, OrgError, SaveContext, Saved,
};
use crate::record::Record;
use crate::schema::{FieldIndex, ObjectSchema};
use crate::timestamp::Timestamp;
use crate::value::ValueRef;

/// Code of an installed package. It sees every save and may save more rows; what it does is undone
/// when the save fails. Saves within saves end at a depth of 16.
pub trait Automation: Send + Sync + Debug {
    /// The name that messages and the change feed give it.
    fn name(&self) -> &'static str;

    /// Runs after the row is written and before assignment rules.
    fn after_save(&self, changes: &Changes, tx: &mut Tx<'_>);

    /// Runs in a transaction of its own when the time has come that [`Tx::schedule`] named.
    fn at_time(&self, about: SfId, tx: &mut Tx<'_>) {
        let _ = (about, tx);
    }
}

/// What the save did.
#[derive(Clone, Debug)]
pub struct Changes {
    /// Created, updated, deleted, undeleted, converted or merged.
    pub kind: ChangeKind,
    /// The object.
    pub object: Arc<ObjectSchema>,
    /// The row as it was; none when it is new.
    pub before: Option<Record>,
    /// The row as it is.
    pub after: Record,
}

impl Changes {
    /// Did the field change (on create: has it a value)?
    pub fn changed(&self, field: FieldIndex) -> bool {
        let after = self.after.get(field);
        self.before.as_ref().map_or(!after.is_null(), |before| before.get(field) != after)
    }

    /// A value of the row as it is, by field name.
    pub fn now(&self, field: &str) -> ValueRef<'_> {
        self.object.field_index(field).map_or(ValueRef::Null, |index| self.after.get(index))
    }
}

/// The transaction that an automation runs in.
#[derive(Debug)]
pub struct Tx<'a> {
    pub(crate) org: &'a mut Org,
    pub(crate) cx: SaveContext,
    pub(crate) refusal: Option<OrgError>,
    pub(crate) name: &'static str,
}

impl Tx<'_> {
    /// The org, to read.
    pub fn org(&self) -> &Org {
        self.org
    }

    /// On whose behalf and when.
    pub fn context(&self) -> &SaveContext {
        &self.cx
    }

    /// Creates a row.
    pub fn create(&mut self, object: &str, fields: &FieldInput) -> Result<Saved, Vec<OrgError>> {
        self.org.create(&self.cx, object, fields)
    }

    /// Updates a row.
    pub fn update(
        &mut self,
        object: &str,
        id: SfId,
        fields: &FieldInput,
    ) -> Result<Saved, Vec<OrgError>> {
        self.org.update(&self.cx, object, id, fields)
    }

    /// Deletes a row.
    pub fn delete(&mut self, object: &str, id: SfId) -> Result<(), Vec<OrgError>> {
        self.org.delete(&self.cx, object, id)
    }

    /// Converts a lead, wholly or not at all, within this transaction.
    pub fn convert(&mut self, conversion: &Conversion) -> Result<Converted, Vec<OrgError>> {
        self.org.convert(&self.cx, conversion)
    }

    /// Wakes this package at a time, about a row; forgotten when the save fails.
    pub fn schedule(&mut self, at: Timestamp, about: SfId) {
        let due = Due::Package { name: self.name, about, cx: self.cx };
        self.org.agenda.push(at, due);
    }

    /// Refuses the save, as a trigger does that throws.
    pub fn refuse(&mut self, event: &str, why: &str) {
        let message = format!("{}: execution of {event}\n\ncaused by: {why}", self.name);
        let error = OrgError::new("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", message);
        self.refusal.get_or_insert(error);
    }
}
