//! What the invariants need to know of the set-up: which fields may be written, which keys repeat safely, which texts are
//! secret.

use std::collections::{BTreeMap, BTreeSet};

use engine::{Config, Enrichment, FieldName, MemberTarget, ProfileField, Step};
use mock_salesforce::Org;
use scenarios::{Change, ObservedSetup, Origin};

/// What an Event of the product carries.
const EVENT_FIELDS: [&str; 9] = [
    "Subject",
    "WhoId",
    "OwnerId",
    "StartDateTime",
    "EndDateTime",
    "DurationInMinutes",
    "ActivityDateTime",
    "Description",
    "Type",
];
/// Most capabilities that are looked for one by one; a link's start gives away the others.
const CAPABILITY_LIMIT: usize = 100;
/// What a task of a workflow carries beside what its template says.
const TASK_FIELDS: [&str; 7] =
    ["WhoId", "OwnerId", "Subject", "Priority", "Status", "Description", "ActivityDate"];
/// What ties a member to its campaign.
const MEMBER_FIELDS: [&str; 4] = ["CampaignId", "LeadId", "ContactId", "Status"];

/// The set-up of a run.
pub(super) fn setup(config: &Config, org: &Org, changes: &[Change]) -> ObservedSetup {
    ObservedSetup {
        writable: writable(config),
        may_blank: config.settings.clear_on_blank,
        may_change_owner: false,
        auto_assign_on_insert: Some("FALSE".to_owned()),
        duplicate_header: true,
        external_ids: external_ids(org),
        max_attempts: Some(config.retry.max_attempts),
        quota_pause: None,
        secrets: secrets(config, changes),
    }
}

fn writable(config: &Config) -> BTreeMap<String, BTreeSet<String>> {
    let lead = config.mapping.lead.iter().map(|(_, field)| field.to_string());
    let constants = config.mapping.lead_constants.iter().map(|(field, _)| field.to_string());
    let contact = config.mapping.contact.iter().map(|(_, field)| field.to_string());
    let account = config.mapping.account.iter().map(|(_, field)| field.to_string());
    let account_constants =
        config.mapping.account_constants.iter().map(|(field, _)| field.to_string());
    let liaison = config.liaison.as_ref();
    let enriched = |of: fn(&Enrichment) -> &Vec<(ProfileField, FieldName)>| {
        liaison
            .into_iter()
            .flat_map(move |it| of(&it.enrichment))
            .map(|(_, field)| field.to_string())
    };
    let lead = lead.chain(config.fillers.iter().map(|(field, _)| field.to_string()));
    let lead = lead.chain(enriched(|it| &it.lead));
    let contact = contact.chain(enriched(|it| &it.contact));
    let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    let mut member: BTreeSet<String> = owned(&MEMBER_FIELDS);
    for target in member_targets(config) {
        member.extend(target.fields.iter().map(|(field, _)| field.to_string()));
    }
    let mut task: BTreeSet<String> = owned(&TASK_FIELDS);
    let templates = liaison.into_iter().flat_map(|it| it.tasks.values());
    task.extend(templates.flat_map(|it| &it.fields).map(|(field, _)| field.to_string()));
    BTreeMap::from([
        ("Lead".to_owned(), lead.chain(constants).collect()),
        ("Contact".to_owned(), contact.collect()),
        ("CampaignMember".to_owned(), member),
        ("Event".to_owned(), owned(&EVENT_FIELDS)),
        ("Account".to_owned(), account.chain(account_constants).collect()),
        ("Task".to_owned(), task),
    ])
}

fn member_targets(config: &Config) -> impl Iterator<Item = &MemberTarget> {
    let steps = config.experiences.values().flat_map(|experience| &experience.steps);
    let of_steps = steps.filter_map(|step| match step {
        Step::AddToCampaign(target) => Some(target),
        _ => None,
    });
    config.campaign_mapping.iter().chain(of_steps)
}

/// Unique external ids: an insert that carries one can be repeated.
fn external_ids(org: &Org) -> BTreeMap<String, BTreeSet<String>> {
    let mut ids: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for name in ["Lead", "Contact", "CampaignMember", "Event"] {
        let Some(object) = org.schema().object(name) else { continue };
        let keys = object.fields().filter(|field| field.external_id && field.unique);
        let keys: BTreeSet<String> = keys.map(|field| field.name.to_string()).collect();
        if !keys.is_empty() {
            ids.insert(name.to_owned(), keys);
        }
    }
    ids
}

/// What no note may show: the start of every playback link, and the capabilities of those that were written.
fn secrets(config: &Config, changes: &[Change]) -> Vec<String> {
    let start = format!("{}/", config.playback_base);
    let written = changes.iter().filter(|change| change.origin == Origin::Engine);
    let texts = written.flat_map(|change| &change.fields).filter_map(|(_, value)| value.as_deref());
    let links = texts.filter_map(|text| text.split_once(start.as_str()));
    let capabilities = links
        .map(|(_, rest)| rest.split_whitespace().next().unwrap_or_default())
        .filter(|secret| !secret.is_empty());
    let few: BTreeSet<&str> = capabilities.take(CAPABILITY_LIMIT).collect();
    std::iter::once(start.as_str()).chain(few).map(str::to_owned).collect()
}
