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
        ..KnownOrg::default()
    };
    let constants = mapping.lead_constants.iter().map(|(field, _)| field);
    let lead = mapping.lead.iter().map(|(_, field)| field).chain(constants);
    read_fields(&mut known, org, "Lead", lead);
    read_fields(&mut known, org, "Contact", mapping.contact.iter().map(|(_, field)| field));
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
