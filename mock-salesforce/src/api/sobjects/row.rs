//! One row: created, read, changed, deleted, found by a key.

use axum::http::{Method, StatusCode};
use serde_json::Value as Json;

use super::{
    related::{self, Related},
    sent::Sent,
    shown::{may_change, row_reply, write_match},
};
use crate::{
    FieldSchema, ObjectSchema, Org, OrgError, Record, SfId, UpsertRefusal, Value,
    api::{
        body::placed,
        duplicates::spelling,
        error::{Answer, Payload, Refusal, Target},
        front::method_not_allowed,
        reply::{LOCATION, Reply},
        unsupported,
        visit::Visit,
    },
    json,
};

/// The first version whose upserts answer 200 and `created` (wire reference §3.6).
const UPSERT_ANSWERS_SINCE: u16 = 46;

/// What an upsert goes by.
pub(in crate::api) struct UpsertKey<'r> {
    pub(in crate::api) object: &'r str,
    pub(in crate::api) field: &'r str,
    pub(in crate::api) value: &'r str,
    pub(in crate::api) update_only: bool,
}

/// Creates a row.
pub(in crate::api) fn create(org: &mut Org, visit: &Visit, object: &str, sent: Sent<'_>) -> Answer {
    let object = org.schema().shared(known(org, visit, object)?.index);
    let sent = sent.of(&object.name)?.without_files(visit, &object)?;
    let saved = org.create_known(&visit.saving, &object, &sent.fields);
    let saved =
        saved.map_err(|errors| refused(org, visit, placed(errors, sent.text), Target::Known))?;
    let location = location(visit, &object.name, saved.id);
    Ok(Reply::json(StatusCode::CREATED, save_result(saved.id, None)).with(LOCATION, location))
}

/// The address of a row.
fn location(visit: &Visit, object: &str, id: SfId) -> String {
    let suffix = id.suffix();
    let suffix = str::from_utf8(&suffix).unwrap_or_default();
    visit.address(["/sobjects/", object, "/", id.as_str_15(), suffix])
}

/// Reads a row: the fields asked for, or every field that the user may read.
pub(in crate::api) fn retrieve(
    org: &Org,
    visit: &Visit,
    (object, id): (&str, &str),
    wanted: Option<&str>,
) -> Answer {
    let object = known(org, visit, object)?;
    let id: SfId = id.parse().map_err(|_| no_key_field(id))?;
    let record =
        org.get(id).filter(|record| record.object() == object.index && !record.is_deleted());
    let record = record.ok_or_else(Refusal::not_found)?;
    row_reply(org, visit, record, wanted)
}

/// Changes a row.
pub(in crate::api) fn update(
    org: &mut Org,
    visit: &Visit,
    (object, id): (&str, &str),
    sent: Sent<'_>,
) -> Answer {
    let schema = known(org, visit, object)?;
    let id: SfId = id.parse().map_err(|_| no_key_field(id))?;
    let sent = sent.of(&schema.name)?.without("Id")?.without_files(visit, schema)?;
    if let Some(record) = org.live(id).filter(|_| visit.conditions.is_some()) {
        may_change(org, visit, record)?;
    }
    let target = target(org, schema, id)?;
    let updated = org.update_of(&visit.saving, object, id, &sent.fields);
    updated.map_err(|errors| refused(org, visit, placed(errors, sent.text), target))?;
    Ok(Reply::empty(StatusCode::NO_CONTENT))
}

/// Deletes a row.
pub(in crate::api) fn delete(org: &mut Org, visit: &Visit, object: &str, id: &str) -> Answer {
    let schema = known(org, visit, object)?;
    let id: SfId = id.parse().map_err(|_| no_key_field(id))?;
    let target = target(org, schema, id)?;
    org.delete(&visit.saving, object, id).map_err(|errors| refused(org, visit, errors, target))?;
    Ok(Reply::empty(StatusCode::NO_CONTENT))
}

/// Reads the row that has a key, or what is related to a row.
pub(in crate::api) fn retrieve_by_key(
    org: &mut Org,
    visit: &Visit,
    key: (&str, &str, &str),
    wanted: Option<&str>,
) -> Answer {
    match way(org, visit, key)? {
        Some(Related::Parent(object, id)) => {
            retrieve(org, visit, (&object, &id.to_string()), wanted)
        }
        Some(Related::Children { object, field, parent }) => {
            related::listed(org, visit, (&object, &field, parent), wanted)
        }
        None => {
            let id = only_match(org, visit, key)?;
            row_reply(org, visit, org.get(id).ok_or_else(Refusal::not_found)?, wanted)
        }
    }
}

/// Deletes the row that has a key, or the parent of a row.
pub(in crate::api) fn delete_by_key(
    org: &mut Org,
    visit: &Visit,
    key: (&str, &str, &str),
) -> Answer {
    if let Some(related) = way(org, visit, key)? {
        let (object, id) = only_parent(related, &Method::DELETE)?;
        return delete(org, visit, &object, &id);
    }
    let id = only_match(org, visit, key)?;
    delete(org, visit, key.0, &id.to_string())
}

/// Where an address leads that names a row and a relationship; `None` when it names a key.
fn way(
    org: &Org,
    visit: &Visit,
    (object, field, value): (&str, &str, &str),
) -> Result<Option<Related>, Refusal> {
    let object = known(org, visit, object)?;
    if object.field(field).is_some() {
        return Ok(None);
    }
    related::related(org, object, (field, value)).transpose()
}

/// A parent can be changed; children cannot, all at once.
fn only_parent(related: Related, method: &Method) -> Result<(String, String), Refusal> {
    match related {
        Related::Parent(object, id) => Ok((object, id.to_string())),
        Related::Children { .. } => Err(method_not_allowed(method, "GET,HEAD")),
    }
}

/// Changes the row that has a key, or creates one.
pub(in crate::api) fn upsert(
    org: &mut Org,
    visit: &Visit,
    key: &UpsertKey<'_>,
    sent: Sent<'_>,
) -> Answer {
    if let Some(related) = way(org, visit, (key.object, key.field, key.value))? {
        let (object, id) = only_parent(related, &Method::PATCH)?;
        return update(org, visit, (&object, &id), sent);
    }
    let object = known(org, visit, key.object)?;
    let name = object.name.clone();
    let field = key_field(object, key.field)?.name.clone();
    let sent = sent.of(&name)?.without(&field)?.without_files(visit, object)?;
    if key.update_only || visit.conditions.is_some() {
        let found = only_match(org, visit, (key.object, key.field, key.value));
        match found.map(|id| org.get(id)) {
            Ok(Some(record)) => may_change(org, visit, record)?,
            Err(refusal) if key.update_only => return Err(refusal),
            _ => {}
        }
    }
    match org.upsert_of(&visit.saving, key.object, (&*field, key.value), &sent.fields) {
        Ok(saved) if saved.created => {
            let created = (visit.version >= UPSERT_ANSWERS_SINCE).then_some(true);
            let location = location(visit, &name, saved.id);
            Ok(Reply::json(StatusCode::CREATED, save_result(saved.id, created))
                .with(LOCATION, location))
        }
        Ok(saved) if visit.version >= UPSERT_ANSWERS_SINCE => {
            Ok(Reply::ok(save_result(saved.id, Some(false))))
        }
        Ok(_) => Ok(Reply::empty(StatusCode::NO_CONTENT)),
        Err(UpsertRefusal::SeveralMatches(ids)) => Err(several(visit, &name, &ids)),
        Err(UpsertRefusal::Errors(errors)) => {
            let by_id = &*field == "Id" && key.value.parse().is_ok_and(|id| org.get(id).is_none());
            let target = if by_id { Target::Missing } else { Target::Known };
            Err(refused(org, visit, placed(errors, sent.text), target))
        }
    }
}

/// The object of an address. Unknown ones are 404, and counted if Salesforce has them; some of those are refused as such.
pub(in crate::api) fn known<'o>(
    org: &'o Org,
    visit: &Visit,
    object: &str,
) -> Result<&'o ObjectSchema, Refusal> {
    org.schema().object(object).ok_or_else(|| {
        let refused = unsupported::object(org, &visit.mock, "", object);
        refused.map_or_else(Refusal::not_found, Refusal::unsupported)
    })
}

/// A save's refusal, with the duplicate payload as this version spells it.
pub(in crate::api) fn refused(
    org: &Org,
    visit: &Visit,
    errors: Vec<OrgError>,
    target: Target,
) -> Refusal {
    let full = visit.saving.duplicates.include_details;
    let record = |out: &mut Vec<u8>, id: SfId| write_match(out, org, visit, id, full);
    let key = spelling(visit.version, org.settings().duplicate_result_since);
    let mut refusal = Refusal::save(&errors, target, Payload { key, record: &record });
    if errors.first().is_some_and(|error| error.code == "INSUFFICIENT_ACCESS_OR_READONLY") {
        let status = StatusCode::from_u16(org.settings().insufficient_access_status);
        refusal.0.status = status.unwrap_or(StatusCode::FORBIDDEN);
    }
    refusal
}

/// `{"id":…,"success":true,"errors":[]}`, with `created` last where the verb has it.
pub(in crate::api) fn save_result(id: SfId, created: Option<bool>) -> Vec<u8> {
    // As long as it gets, like an address.
    let told = created.map_or(0, |created| if created { 15 } else { 16 });
    let mut out = Vec::with_capacity(54 + told);
    write_save_result(&mut out, id, created);
    out
}

/// Writes a save result.
pub(in crate::api) fn write_save_result(out: &mut Vec<u8>, id: SfId, created: Option<bool>) {
    out.extend_from_slice(b"{\"id\":\"");
    json::write_id(out, id);
    out.extend_from_slice(b"\",\"success\":true,\"errors\":[]");
    if let Some(created) = created {
        json::write_plain(out, format_args!(",\"created\":{created}"));
    }
    out.push(b'}');
}

/// The one live row that has a key.
fn only_match(
    org: &Org,
    visit: &Visit,
    (object, field, value): (&str, &str, &str),
) -> Result<SfId, Refusal> {
    let object = known(org, visit, object)?;
    let field = key_field(object, field)?;
    if field.name.as_ref() == "Id" {
        let id: SfId = value.parse().map_err(|_| no_key_field(value))?;
        let found = org.live(id).filter(|record| record.object() == object.index);
        return found.map(Record::id).ok_or_else(Refusal::not_found);
    }
    let value = if field.kind.is_number() {
        value.parse().map_or(Value::Null, Value::Double)
    } else {
        Value::text(value)
    };
    match org.matches(object, field.index, &value).as_slice() {
        [] => Err(Refusal::not_found()),
        [one] => Ok(*one),
        ids => Err(several(visit, &object.name, ids)),
    }
}

/// 300: the addresses of every row that has the key.
fn several(visit: &Visit, object: &str, ids: &[SfId]) -> Refusal {
    let urls: Vec<Json> = ids
        .iter()
        .map(|id| Json::from(format!("{}/sobjects/{object}/{id}", visit.base())))
        .collect();
    Refusal(Box::new(Reply::json(
        StatusCode::MULTIPLE_CHOICES,
        Json::from(urls).to_string().into_bytes(),
    )))
}

fn key_field<'o>(object: &'o ObjectSchema, field: &str) -> Result<&'o FieldSchema, Refusal> {
    object
        .field(field)
        .filter(|found| found.is_key() || &*found.name == "Id")
        .ok_or_else(|| no_key_field(field))
}

fn no_key_field(name: &str) -> Refusal {
    let message = format!("Provided external ID field does not exist or is not accessible: {name}");
    Refusal::request(StatusCode::NOT_FOUND, "NOT_FOUND", &message)
}

/// Is there a row of this object, deleted or not, that a change can be about? An id of another instance leads nowhere.
fn target(org: &Org, object: &ObjectSchema, id: SfId) -> Result<Target, Refusal> {
    match org.get(id) {
        Some(record) if record.object() == object.index => Ok(Target::Known),
        None if !id.is_of_this_instance() => Err(Refusal::not_found()),
        _ => Ok(Target::Missing),
    }
}
