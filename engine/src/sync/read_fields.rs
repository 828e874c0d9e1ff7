//! Which fields a query reads: what the rules decide by, what the mapping writes, what a step refers to.

use std::collections::BTreeSet;

use crate::{Config, FieldName, OpportunityCount, PersonKind, ProfileField, Step, exchange::Shape};

/// The fields read of each object.
#[derive(Debug, Default)]
pub(crate) struct ReadFields {
    leads: Vec<FieldName>,
    contacts: Vec<FieldName>,
    members: Vec<FieldName>,
    events: Vec<FieldName>,
    accounts: Vec<FieldName>,
    contacts_of: Vec<FieldName>,
    opportunities: Vec<FieldName>,
    tasks: Vec<FieldName>,
    statuses: Vec<FieldName>,
    /// The external id by which new leads are upserted.
    external: Option<FieldName>,
    dropped: BTreeSet<(PersonKind, FieldName)>,
}

/// What the rules decide by.
const LEAD: &[&str] = &[
    "Email",
    "OwnerId",
    "LastModifiedDate",
    "SystemModstamp",
    "IsConverted",
    "ConvertedContactId",
];
const CONTACT: &[&str] = &["Email", "OwnerId", "LastModifiedDate", "SystemModstamp", "AccountId"];
/// What is read of every person beside what the rules decide by: what a record became, and who made it when.
const FATE: &[&str] = &["IsDeleted", "MasterRecordId", "CreatedById", "CreatedDate"];
/// What the read-back of a lead without e-mail address compares.
const NAMES: &[&str] = &["LastName", "Company"];
const MEMBER: &[&str] = &["CampaignId", "LeadId", "ContactId", "Status"];
const EVENT: &[&str] = &["WhoId", "Subject", "StartDateTime", "CreatedById", "CreatedDate"];
const ACCOUNT: &[&str] =
    &["Name", "Website", "LastModifiedDate", "SystemModstamp", "CreatedById", "CreatedDate"];
const TASK: &[&str] = &["WhoId", "Subject", "CreatedDate"];
/// What a converted lead became beside a contact.
const BECAME: &[&str] = &["ConvertedAccountId", "ConvertedOpportunityId"];

impl ReadFields {
    /// The fields that this configuration needs.
    pub(crate) fn new(config: &Config) -> Self {
        let steps = || config.experiences.values().flat_map(|it| &it.steps);
        let read: Vec<&FieldName> = steps()
            .filter_map(|it| match it {
                Step::ReadCrm { field, .. } => Some(field),
                _ => None,
            })
            .collect();
        let targets = steps().filter_map(|it| match it {
            Step::AddToCampaign(target) => Some(target),
            _ => None,
        });
        let targets = targets.chain(&config.campaign_mapping);
        let liaison = config.liaison.as_ref();
        let people = |kind: PersonKind, mapping: &[(ProfileField, FieldName)]| {
            let (decisive, names) = match kind {
                PersonKind::Lead => (LEAD, NAMES),
                PersonKind::Contact => (CONTACT, &[][..]),
            };
            let became = if liaison.is_some() && kind == PersonKind::Lead { BECAME } else { &[] };
            let always = decisive.iter().chain(FATE).chain(names).chain(became);
            let enriched = liaison.map_or(&[][..], |it| match kind {
                PersonKind::Lead => it.enrichment.lead.as_slice(),
                PersonKind::Contact => it.enrichment.contact.as_slice(),
            });
            let mapped = mapping.iter().chain(enriched).map(|(_, field)| field);
            let external = config.settings.external_id.iter().filter(|_| kind == PersonKind::Lead);
            let mapped = mapped.chain(read.iter().copied()).chain(external);
            union(always.map(|it| FieldName::from(*it)).chain(mapped.cloned()))
        };
        let opportunity: &'static [&'static str] = match config.settings.opportunity_count {
            OpportunityCount::All => &["AccountId"],
            OpportunityCount::Open => &["AccountId", "IsClosed"],
        };
        let wanted = targets.flat_map(|it| it.fields.iter().map(|(field, _)| field.clone()));
        Self {
            leads: people(PersonKind::Lead, &config.mapping.lead),
            contacts: people(PersonKind::Contact, &config.mapping.contact),
            members: union(named(MEMBER).chain(wanted)),
            events: named(EVENT).collect(),
            accounts: named(ACCOUNT).collect(),
            contacts_of: named(&["AccountId"]).collect(),
            opportunities: named(opportunity).collect(),
            tasks: named(TASK).collect(),
            statuses: named(&["MasterLabel"]).collect(),
            external: config.settings.external_id.clone(),
            dropped: BTreeSet::new(),
        }
    }

    /// The fields of this shape.
    pub(crate) fn of(&self, shape: &Shape) -> Vec<FieldName> {
        let fields = match shape {
            Shape::LeadsByEmail
            | Shape::LeadsById
            | Shape::LeadsByLastName
            | Shape::LeadsByExternalId
            | Shape::Changed(PersonKind::Lead, _) => &self.leads,
            Shape::ContactsByEmail
            | Shape::ContactsById
            | Shape::Changed(PersonKind::Contact, _) => &self.contacts,
            Shape::Members(..) => &self.members,
            Shape::EventsOf => &self.events,
            Shape::OpportunitiesOf => &self.opportunities,
            Shape::ContactsOf => &self.contacts_of,
            Shape::Accounts | Shape::AccountsAlike | Shape::AccountsById => &self.accounts,
            Shape::TasksOf => &self.tasks,
            Shape::ConvertedStatuses => &self.statuses,
        };
        fields.clone()
    }

    /// The external id by which new leads are upserted, as long as it can be read.
    pub(crate) fn external(&self) -> Option<&FieldName> {
        self.external.as_ref()
    }

    /// Stops reading a field that the org user cannot see (FM-35); whether that changes anything.
    pub(crate) fn drop(&mut self, kind: PersonKind, field: &FieldName) -> bool {
        let fields = match kind {
            PersonKind::Lead => &mut self.leads,
            PersonKind::Contact => &mut self.contacts,
        };
        let before = fields.len();
        fields.retain(|it| it != field);
        let changed = before != fields.len();
        self.dropped.insert((kind, field.clone()));
        changed
    }

    /// Whether the field is not read any more.
    pub(crate) fn is_dropped(&self, kind: PersonKind, field: &FieldName) -> bool {
        self.dropped.contains(&(kind, field.clone()))
    }
}

fn named(fields: &'static [&'static str]) -> impl Iterator<Item = FieldName> {
    fields.iter().map(|it| FieldName::from(*it))
}

/// Every field once, without `Id`, which is always read.
fn union(fields: impl Iterator<Item = FieldName>) -> Vec<FieldName> {
    let mut union: Vec<FieldName> = Vec::new();
    for field in fields {
        if !union.contains(&field) && field.as_str() != "Id" {
            union.push(field);
        }
    }
    union
}
