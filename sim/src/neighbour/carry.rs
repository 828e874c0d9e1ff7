//! What a connector would write to Salesforce, written there: the linked record, else the contact or lead with the address,
//! else a new lead. The org's rules hold for it as for anybody.

use mock_salesforce::{FieldInput, Mock, Org, OrgError, SaveContext, SfId, Value};
use neighbours::Outgoing;

/// Carries a change to the org. The record's id there, or Salesforce's words.
pub(crate) fn carry(mock: &Mock, cx: &SaveContext, outgoing: &Outgoing) -> Result<String, String> {
    let mut org = mock.org();
    let target = linked(&org, outgoing).or_else(|| with_address(&org, outgoing));
    let object = match target {
        Some(id) => object_of(&org, id).unwrap_or_else(|| "Lead".to_owned()),
        None => "Lead".to_owned(),
    };
    let input = input(&org, &object, outgoing);
    let saved = match target {
        Some(id) => org.update(cx, &object, id, &input).map(|_| id),
        None => org.create(cx, &object, &input).map(|saved| saved.id),
    };
    saved.map(|id| id.to_string()).map_err(|errors| words(&errors))
}

fn linked(org: &Org, outgoing: &Outgoing) -> Option<SfId> {
    let id: SfId = outgoing.crm_id.as_ref()?.parse().ok()?;
    org.get(id).filter(|row| !row.is_deleted()).map(|_| id)
}

/// The first live contact with the address, else the first live lead that is not converted.
fn with_address(org: &Org, outgoing: &Outgoing) -> Option<SfId> {
    let email = outgoing.email.as_deref()?;
    ["Contact", "Lead"].into_iter().find_map(|object| {
        let object = org.schema().object(object)?;
        let field = object.field_index("Email")?;
        let converted = object.field_index("IsConverted");
        let found = org.lookup(object.index, field, &Value::text(email)).unwrap_or_default();
        found.into_iter().find(|id| {
            org.get(*id).is_some_and(|row| {
                let is_converted =
                    converted.is_some_and(|it| org.value(row, it).to_string() == "true");
                !row.is_deleted() && !is_converted
            })
        })
    })
}

fn object_of(org: &Org, id: SfId) -> Option<String> {
    Some(org.schema().at(org.get(id)?.object()).name.to_string())
}

/// The fields that the object has; a contact has no company of its own.
fn input(org: &Org, object: &str, outgoing: &Outgoing) -> FieldInput {
    let schema = org.schema().object(object);
    let known = outgoing
        .fields
        .iter()
        .filter(|(field, _)| schema.is_some_and(|it| it.field_index(field).is_some()));
    known.map(|(field, value)| (field.clone(), value.clone().into())).collect()
}

fn words(errors: &[OrgError]) -> String {
    let words = errors.iter().map(|error| format!("{}: {}", error.code, error.message));
    words.collect::<Vec<_>>().join("; ")
}
