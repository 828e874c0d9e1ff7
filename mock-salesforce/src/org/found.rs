//! The founding of an org: in which order does a seed become schema, rows and compiled rules?
//!
//! The schema first ([`schema`]), then rows in an order in which whoever is named is there: who
//! works in the org ([`people`]), statuses, record types and campaigns ([`rows`]), what every org
//! has (`setup`). Rules and logins come last: they name rows and fields.

mod people;
mod rows;
mod schema;

use std::sync::Arc;

use serde_json::{Value as Json, json};

use crate::id::SfId;
use crate::schema::{ObjectIndex, Schema};
use crate::seed::{OrgSeed, OrgSettings, SeedError};
use crate::timestamp::Timestamp;

use super::Org;
use super::agenda::Agenda;
use super::bulk::BulkJobs;
use super::context::{FieldInput, Origin, SaveContext};
use super::feed::Feed;
use super::import::ImportError;
use super::locks::Locks;
use super::logins::Logins;
use super::prepared::Counted;
use super::table::Table;
use super::transaction::UndoLog;
use super::usage::Usage;
pub(super) use rows::standard_member_statuses;
use schema::founded_schema;

impl Org {
    /// Founds an org. Everything in the seed was there before `now`.
    pub fn new(seed: &OrgSeed, now: Timestamp) -> Result<Self, SeedError> {
        let mut org = Self::bare(founded_schema(seed)?, seed.settings.clone(), now);
        Founding { org: &mut org, now, admin: SfId::EMPTY }.found(seed)?;
        org.add_rules(seed, now)?;
        org.add_logins(seed)?;
        Ok(org)
    }

    /// An org without a row.
    pub(super) fn bare(schema: Schema, settings: OrgSettings, now: Timestamp) -> Self {
        let tables = (0..schema.len()).filter_map(|at| u16::try_from(at).ok());
        let tables = tables.map(|at| Table::new(schema.at(ObjectIndex(at)))).collect();
        Self {
            schema: Arc::new(schema),
            tables,
            rules: Counted::default(),
            settings: Counted::new(settings),
            access: Counted::default(),
            setup_rows: 0,
            plans: Vec::new(),
            logins: Logins::default(),
            usage: Usage::default(),
            feed: Feed::default(),
            agenda: Agenda::default(),
            bulk: BulkJobs::default(),
            undo: UndoLog::default(),
            batch: None,
            depth: 0,
            running: Vec::new(),
            lenient: false,
            resaving: false,
            locks: Locks::default(),
            organization: SfId::EMPTY,
            reader: SaveContext::rest(SfId::EMPTY, now),
            schema_changed: now,
            automations: Vec::new(),
        }
    }
}

/// An org while it is being founded.
pub(super) struct Founding<'a> {
    pub(super) org: &'a mut Org,
    now: Timestamp,
    admin: SfId,
}

impl Founding<'_> {
    fn found(&mut self, seed: &OrgSeed) -> Result<(), SeedError> {
        let organization = &seed.organization;
        let id = organization.id.as_deref();
        let row = json!({"Name": organization.name, "TimeZoneSidKey": organization.time_zone,
            "FiscalYearStartMonth": organization.fiscal_year_start_month,
            "IsSandbox": organization.sandbox, "OrganizationType": "Enterprise Edition",
            "LanguageLocaleKey": "en_US", "DefaultLocaleSidKey": "en_US", "InstanceName": "MOCK1"});
        self.org.organization = self.row("Organization", id, row)?;
        for role in &seed.roles {
            self.role(role)?;
        }
        self.users(seed)?;
        self.profiles(seed)?;
        self.org.change_settings(&seed.settings)?;
        for queue in &seed.queues {
            self.queue(queue)?;
        }
        self.statuses(&seed.lead_statuses)?;
        for record_type in &seed.record_types {
            self.record_type(record_type)?;
        }
        for campaign in &seed.campaigns {
            self.campaign(campaign)?;
        }
        self.permission_sets(seed)?;
        self.setup(seed)
    }

    pub(super) fn row(
        &mut self,
        object: &str,
        id: Option<&str>,
        fields: Json,
    ) -> Result<SfId, SeedError> {
        let cx = SaveContext { origin: Origin::Import, ..SaveContext::rest(self.admin, self.now) };
        let Json::Object(map) = fields else { return Ok(SfId::EMPTY) };
        let mut input: FieldInput = map.into_iter().collect();
        if let Some(id) = id {
            input.insert("Id".to_owned(), Json::from(id));
        }
        self.org.import(&cx, object, &input).map_err(|error| import_refused(object, &error))
    }
}

pub(crate) fn unknown(place: &str, kind: &'static str, name: &str) -> SeedError {
    SeedError::Unknown { place: place.to_owned(), kind, name: name.to_owned() }
}

fn import_refused(object: &str, error: &ImportError) -> SeedError {
    SeedError::Contradiction { place: format!("{object} row"), reason: error.to_string() }
}
