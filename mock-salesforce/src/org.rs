//! The org: rows, rules and every verb that changes them, as one state machine without I/O.
//!
//! The order of one save is that of wire reference §7.1 and §15; see [`save`]. Everything between
//! the first check and the last automation is one transaction over an undo log.

mod access;
mod activity;
mod admin;
pub(crate) mod agenda;
mod assignment;
pub mod bulk;
mod campaign;
mod catalogue;
mod check;
mod coerce;
mod computed;
mod context;
mod convert;
mod delete;
mod duplicate_report;
mod duplicates;
mod error;
mod feed;
mod fields;
mod flow;
mod found;
mod import;
mod index;
mod locks;
mod logins;
mod merge;
mod named;
mod opportunity;
mod owner;
mod passwords;
mod person;
mod prepared;
mod record_access;
mod record_type;
mod related;
mod repeated;
mod rules;
mod save;
mod setup;
mod sharing;
mod similar;
mod snapshot;
mod table;
mod transaction;
mod transfer;
mod usage;
mod validation;

use std::sync::Arc;

use crate::automation::Automation;
use crate::id::SfId;
use crate::record::Record;
use crate::schema::{FieldIndex, ObjectIndex, ObjectSchema, Schema};
use crate::seed::OrgSettings;
use crate::timestamp::Timestamp;
use crate::value::{Value, ValueRef};

pub use access::{Crud, FieldAccess, SystemPermission};
pub use admin::RuleOutline;
pub(crate) use coerce::{misfit, not_of_type};
pub use context::{
    AssignmentHeader, DuplicateHeader, FieldInput, Origin, SaveContext, Saved, UpsertRefusal,
};
pub use convert::{Conversion, Converted};
pub use duplicates::{DuplicateResult, FieldDiff, MatchRecord, MatchResult};
pub use error::OrgError;
pub use feed::{Change, ChangeFeed, ChangeKind, ChangedFields};
pub(crate) use fields::{JsonRef, SentFields, SentValue};
pub use import::{Columns, ImportError};
pub use logins::UserStanding;
pub use merge::Merged;
pub(crate) use record_access::RecordAccess;
pub use record_type::RecordTypeOffer;
pub(crate) use repeated::{RepeatedIds, RepeatedKeys};
pub use rules::{AssignmentRule, DuplicateRule, Flow, MatchingRule, NewRow, ValidationRule};
pub use sharing::RowRight;
pub use snapshot::{Difference, DifferenceFilter, FieldDifference, RowDifference, RowFate};
pub use usage::ApiUsage;

use access::AccessControl;
use agenda::Agenda;
use bulk::BulkJobs;
use feed::Feed;
use locks::Locks;
use logins::Logins;
use prepared::Counted;
use rules::Rules;
use save::SavePlan;
pub use table::Memory;
use table::{Table, place};
use transaction::UndoLog;
use usage::Usage;

/// A Salesforce org: schema, rows, rules.
#[derive(Clone, Debug)]
pub struct Org {
    schema: Arc<Schema>,
    tables: Vec<Table>,
    rules: Counted<Rules>,
    settings: Counted<OrgSettings>,
    access: Counted<AccessControl>,
    /// How often a row of the setup may have changed.
    setup_rows: u64,
    /// What saves have in common, the last one used last.
    #[expect(clippy::vec_box, reason = "a plan is taken out and put back for every row")]
    plans: Vec<Box<SavePlan>>,
    logins: Logins,
    usage: Usage,
    feed: Feed,
    pub(crate) agenda: Agenda,
    bulk: BulkJobs,
    undo: UndoLog,
    /// Rows created by the save that is going on, if it is one of several rows, by id.
    batch: Option<Vec<SfId>>,
    /// How deep saves are nested in saves.
    depth: usize,
    /// Flows that are at work on a row, so that they do not start themselves again.
    running: Vec<(usize, SfId)>,
    /// Do validation and duplicate rules stay out of the saves that go on (lead conversion)?
    lenient: bool,
    /// Is this the second save of a workflow rule?
    resaving: bool,
    /// Rows that somebody holds.
    locks: Locks,
    organization: SfId,
    /// Who reads or saves, and when: what formula fields call the running user and now.
    reader: SaveContext,
    /// When objects or fields last changed.
    schema_changed: Timestamp,
    automations: Vec<Arc<dyn Automation>>,
}

impl Org {
    /// Objects and fields.
    pub fn schema(&self) -> &Schema {
        &self.schema
    }

    /// The same, to be told from what it was before.
    pub(crate) fn shared_schema(&self) -> &Arc<Schema> {
        &self.schema
    }

    /// What the org's admin has set up.
    pub fn settings(&self) -> &OrgSettings {
        &self.settings
    }

    /// The id of the organization itself.
    pub fn organization_id(&self) -> SfId {
        self.organization
    }

    /// When objects or fields last changed; the founding of the org is a change.
    pub fn schema_changed(&self) -> Timestamp {
        self.schema_changed
    }

    /// Notes on whose behalf and when rows are read from now on: what formula fields call the
    /// running user and now.
    pub fn read_as(&mut self, user: SfId, now: Timestamp) {
        self.reader.user = user;
        self.reader.now = now;
    }

    /// The row of this id, deleted ones too.
    pub fn get(&self, id: SfId) -> Option<&Record> {
        let object = self.schema.of_prefix(id.prefix_bytes())?;
        self.table(object).get(id)
    }

    /// The row of this id, if it is one of the object; deleted ones too.
    pub(crate) fn of(&self, object: ObjectIndex, id: SfId) -> Option<&Record> {
        self.table(object).get(id)
    }

    /// The row of this id unless it is deleted.
    pub fn live(&self, id: SfId) -> Option<&Record> {
        self.get(id).filter(|row| !row.is_deleted())
    }

    /// Rows of an object in id order, deleted ones too.
    pub fn rows(&self, object: ObjectIndex) -> impl Iterator<Item = &Record> {
        self.table(object).rows()
    }

    /// How many rows of an object are not deleted.
    pub fn count(&self, object: ObjectIndex) -> usize {
        self.table(object).live()
    }

    /// What the rows of an object and their indexes take. Reads every row.
    pub fn memory(&self, object: ObjectIndex) -> Memory {
        self.table(object).memory()
    }

    /// Ids of the rows that hold a value, ascending, deleted ones too; text is compared without
    /// regard to case. `None` when the field has no index: then read the rows.
    pub fn lookup<'v>(
        &self,
        object: ObjectIndex,
        field: FieldIndex,
        value: impl Into<ValueRef<'v>>,
    ) -> Option<Vec<SfId>> {
        self.table(object).lookup(field, value.into())
    }

    /// Ids of the rows that hold one of some values, ascending, as [`Org::lookup`] finds them: many values together are
    /// found several times faster than one after the other.
    pub fn lookup_any(
        &self,
        object: ObjectIndex,
        field: FieldIndex,
        values: &[ValueRef<'_>],
    ) -> Option<Vec<SfId>> {
        self.table(object).lookup_any(field, values)
    }

    /// Is the field indexed, so that [`Org::lookup`] answers without reading the rows?
    pub fn is_indexed(&self, object: ObjectIndex, field: FieldIndex) -> bool {
        self.table(object).is_indexed(field)
    }

    pub(crate) fn table(&self, object: ObjectIndex) -> &Table {
        self.tables.get(place(object)).expect("every object of the schema has a table")
    }

    pub(crate) fn table_mut(&mut self, object: ObjectIndex) -> &mut Table {
        let table = self.tables.get_mut(place(object));
        let table = table.expect("every object of the schema has a table");
        self.setup_rows += u64::from(table.is_setup());
        table
    }

    pub(crate) fn object(&self, name: &str) -> Result<Arc<ObjectSchema>, OrgError> {
        let index = self.schema.index_of(name).ok_or_else(OrgError::not_found)?;
        Ok(self.schema.shared(index))
    }

    /// A standard object that every org has.
    pub(crate) fn standard(&self, name: &str) -> Arc<ObjectSchema> {
        let index =
            self.schema.index_of(name).expect("the shipped schema has every standard object");
        self.schema.shared(index)
    }

    /// A stored value by field name; null when there is no such field.
    pub(crate) fn stored<'a>(&self, row: &'a Record, field: &str) -> ValueRef<'a> {
        let object = self.schema.at(row.object());
        object.field_index(field).map_or(ValueRef::Null, |index| row.get(index))
    }

    /// Live rows whose reference field points at a row, in id order.
    pub(crate) fn referring(&self, object: &ObjectSchema, field: &str, to: SfId) -> Vec<SfId> {
        let Some(index) = object.field_index(field) else { return Vec::new() };
        let found = self.lookup(object.index, index, &Value::Id(to)).unwrap_or_default();
        found.into_iter().filter(|id| self.live(*id).is_some()).collect()
    }
}
