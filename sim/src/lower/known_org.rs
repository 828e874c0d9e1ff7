//! What the product has read of the org's metadata before the first visitor comes.

use std::collections::BTreeSet;

use engine::{FieldName, FieldType, KnownOrg, Mapping, UserId};
use mock_salesforce::{FieldKind, Org};
use scenarios::ast::Scenario;

use super::{Names, names::NameKind};

/// What describe calls and the setup pages said at the start. Later changes of the org are not known.
pub(crate) fn known_org(
    scenario: &Scenario,
    org: &Org,
    names: &Names,
    mapping: &Mapping,
) -> KnownOrg {
    let mut known = KnownOrg {
        required_lead_fields: required_lead_fields(org),
        active_users: active_users(org),
        lead_queues: lead_queues(scenario, names),
        converted_statuses: converted_statuses(org),
        time_zone: time_zone(scenario),
        ..KnownOrg::default()
    };
    let constants = mapping.lead_constants.iter().map(|(field, _)| field);
    let lead = mapping.lead.iter().map(|(_, field)| field).chain(constants);
    read_fields(&mut known, org, "Lead", lead);
    read_fields(&mut known, org, "Contact", mapping.contact.iter().map(|(_, field)| field));
    for object in scenario.engine.liaison.iter().flat_map(|it| &it.enrichment) {
        let fields: Vec<FieldName> =
            object.fields.iter().map(|(_, field)| (&*field.text).into()).collect();
        let object = if *object.object.text == *"contact" { "Contact" } else { "Lead" };
        read_fields(&mut known, org, object, fields.iter());
    }
    let constants = mapping.account_constants.iter().map(|(field, _)| field);
    let account = mapping.account.iter().map(|(_, field)| field).chain(constants);
    read_fields(&mut known, org, "Account", account);
    known
}

fn required_lead_fields(org: &Org) -> Vec<FieldName> {
    let Some(lead) = org.schema().object("Lead") else { return Vec::new() };
    lead.fields().filter(|field| field.required()).map(|field| field.name.clone().into()).collect()
}

fn active_users(org: &Org) -> BTreeSet<UserId> {
    let Some(users) = org.schema().object("User") else { return BTreeSet::default() };
    let Some(active) = users.field_index("IsActive") else { return BTreeSet::default() };
    let rows = org.rows(users.index).filter(|row| row.get(active).is_true());
    rows.map(|row| UserId::from(row.id().to_string())).collect()
}

/// Lead statuses that are flagged Converted.
fn converted_statuses(org: &Org) -> BTreeSet<String> {
    let read = || {
        let statuses = org.schema().object("LeadStatus")?;
        let (label, flag) =
            (statuses.field_index("MasterLabel")?, statuses.field_index("IsConverted")?);
        let flagged = org.rows(statuses.index).filter(|row| row.get(flag).is_true());
        Some(flagged.filter_map(|row| Some(row.get(label).as_text()?.to_owned())).collect())
    };
    read().unwrap_or_default()
}

/// The org's zone.
fn time_zone(scenario: &Scenario) -> String {
    let zone = scenario.world.org.time_zone.as_ref().map(ToString::to_string);
    zone.unwrap_or_else(|| mock_salesforce::seed::OrganizationSeed::default().time_zone)
}

fn lead_queues(scenario: &Scenario, names: &Names) -> BTreeSet<UserId> {
    let queues = scenario.world.queues.iter();
    queues
        .filter(|queue| queue.objects.iter().any(|object| *object == "Lead"))
        .filter_map(|queue| names.find(&[NameKind::Queue], &queue.key))
        .map(|id| UserId::from(id.to_string()))
        .collect()
}

/// Types and lengths of mapped fields.
fn read_fields<'f>(
    known: &mut KnownOrg,
    org: &Org,
    object: &'static str,
    fields: impl Iterator<Item = &'f FieldName>,
) {
    let Some(schema) = org.schema().object(object) else { return };
    for name in fields {
        let Some(field) = schema.field(name.as_str()) else { continue };
        if let Some(kind) = field_type(field.kind) {
            known.typed_fields.insert((object, name.clone()), kind);
        } else if field.kind.is_text() && field.length > 0 {
            known.lengths.insert((object, name.clone()), field.length as usize);
        }
    }
}

fn field_type(kind: FieldKind) -> Option<FieldType> {
    match kind {
        FieldKind::Boolean => Some(FieldType::Bool),
        FieldKind::Int => Some(FieldType::Int),
        FieldKind::Double | FieldKind::Currency | FieldKind::Percent => Some(FieldType::Double),
        FieldKind::Date => Some(FieldType::Date),
        FieldKind::DateTime => Some(FieldType::DateTime),
        _ => None,
    }
}
