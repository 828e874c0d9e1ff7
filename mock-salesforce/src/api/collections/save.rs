//! Saves of many rows: order kept, partial success, or all or none with true rollback.

use axum::http::StatusCode;
use serde::Deserialize;

use crate::{
    Org, OrgError, SfId, UpsertRefusal,
    api::{
        body::{TypedRecord, parse, place_in_records, typed},
        error::{Answer, Refusal, write_item_errors},
        reply::Reply,
        sobjects::row::{known, write_save_result},
        unsupported,
        visit::Visit,
    },
    org::{JsonRef, RepeatedIds, RepeatedKeys, SentFields, SentValue},
};

/// Most rows of one call (wire reference §5.2).
pub(in crate::api) const RECORD_LIMIT: usize = 200;
/// Most runs of rows of the same object.
const CHUNK_LIMIT: usize = 10;

/// The body of a save.
#[derive(Debug, Deserialize)]
pub(in crate::api) struct Records<'b> {
    #[serde(default, rename = "allOrNone", deserialize_with = "crate::api::body::truth")]
    pub(in crate::api) all_or_none: bool,
    #[serde(borrow, rename = "records")]
    rows: Vec<SentFields<'b>>,
    /// The body, to find places in.
    #[serde(skip)]
    text: &'b [u8],
}

impl<'b> Records<'b> {
    /// Reads the body of a save.
    pub(in crate::api) fn read(body: &'b [u8]) -> Result<Self, Refusal> {
        Ok(Self { text: body, ..parse(body)? })
    }
}

/// What became of a row.
enum Item {
    Saved { id: SfId, created: Option<bool> },
    Failed(Vec<OrgError>),
}

impl Item {
    fn failed(code: &'static str, message: impl Into<String>) -> Self {
        Self::Failed(vec![OrgError::new(code, message)])
    }
}

/// Creates rows, of several objects if need be.
pub(in crate::api) fn create(org: &mut Org, visit: &Visit, sent: Records<'_>) -> Answer {
    let text = sent.text;
    let (all_or_none, records) = accepted(sent)?;
    let items = save_all(org, visit, all_or_none, records, |org, record| {
        let object = match object_of(org, visit, &record) {
            Ok(object) => object,
            Err(failed) => return failed,
        };
        if record.id.is_some() {
            return Item::failed(
                "INVALID_FIELD_FOR_INSERT_UPDATE",
                "cannot specify Id in an insert call",
            );
        }
        match org.create_of(&visit.saving, object, &record.fields) {
            Ok(saved) => Item::Saved { id: saved.id, created: None },
            Err(errors) => Item::Failed(errors),
        }
    });
    Ok(reply_to(text, items))
}

/// Changes rows by id.
pub(in crate::api) fn update(org: &mut Org, visit: &Visit, sent: Records<'_>) -> Answer {
    let text = sent.text;
    let (all_or_none, records) = accepted(sent)?;
    let mut ids = RepeatedIds::default();
    let items = save_all(org, visit, all_or_none, records, |org, record| {
        let object = match object_of(org, visit, &record) {
            Ok(object) => object,
            Err(failed) => return failed,
        };
        let id = match id_of(record.id.as_deref(), "Id not specified in an update call") {
            Ok(id) => id,
            Err(failed) => return failed,
        };
        if let Err(error) = ids.next(id) {
            return Item::Failed(vec![error]);
        }
        match org.update_of(&visit.saving, object, id, &record.fields) {
            Ok(saved) => Item::Saved { id: saved.id, created: None },
            Err(errors) => Item::Failed(errors),
        }
    });
    Ok(reply_to(text, items))
}

/// Changes or creates rows of one object by a key field.
pub(in crate::api) fn upsert(
    org: &mut Org,
    visit: &Visit,
    (object, field): (&str, &str),
    sent: Records,
) -> Answer {
    let schema = known(org, visit, object)?;
    let key_field = schema.field(field).filter(|found| found.is_key() || &*found.name == "Id");
    let Some(key_field) = key_field.map(|field| field.name.clone()) else {
        let message =
            format!("Provided external ID field does not exist or is not accessible: {field}");
        return Err(Refusal::request(StatusCode::NOT_FOUND, "NOT_FOUND", &message));
    };
    let text = sent.text;
    let (all_or_none, records) = accepted(sent)?;
    let keyed = |mut record| (take_key(&mut record, &key_field), record);
    let records: Vec<_> = records.into_iter().map(keyed).collect();
    let repeated = RepeatedKeys::of(records.iter().map(|(key, _)| key));
    let items = save_all(org, visit, all_or_none, records, |org, (key, record)| {
        if let Some(typed) = record.object.as_deref().filter(|o| !o.eq_ignore_ascii_case(object)) {
            let message = format!(
                "attributes.type {typed} does not match the sobject {object} of the address"
            );
            return Item::failed("INVALID_TYPE", message);
        }
        if let Err(error) = repeated.refuse(&key_field, &key) {
            return Item::Failed(vec![error]);
        }
        upsert_one(org, visit, (object, &key_field, &key), &record.fields)
    });
    Ok(reply_to(text, items))
}

fn upsert_one(
    org: &mut Org,
    visit: &Visit,
    (object, field, key): (&str, &str, &str),
    fields: &SentFields<'_>,
) -> Item {
    if key.is_empty() && field != "Id" {
        return Item::failed("MISSING_ARGUMENT", format!("{field} not specified"));
    }
    let saved = if key.is_empty() {
        org.create_of(&visit.saving, object, fields).map_err(UpsertRefusal::Errors)
    } else {
        org.upsert_of(&visit.saving, object, (field, key), fields)
    };
    match saved {
        Ok(saved) => Item::Saved { id: saved.id, created: Some(saved.created) },
        Err(UpsertRefusal::Errors(errors)) => Item::Failed(errors),
        Err(UpsertRefusal::SeveralMatches(ids)) => {
            let ids: Vec<String> = ids.iter().map(SfId::to_string).collect();
            let message = format!(
                "{field}: more than one record found for external id field: [{}]",
                ids.join(", ")
            );
            Item::failed("DUPLICATE_EXTERNAL_ID", message)
        }
    }
}

/// Deletes rows by id.
pub(in crate::api) fn delete(org: &mut Org, visit: &Visit, ids: &str, all_or_none: bool) -> Answer {
    let ids: Vec<&str> = ids.split(',').map(str::trim).filter(|id| !id.is_empty()).collect();
    check_count(ids.len())?;
    let items = save_all(org, visit, all_or_none, ids, |org, id| {
        let id = match id_of(Some(id), "") {
            Ok(id) => id,
            Err(failed) => return failed,
        };
        let Some(object) = org
            .schema()
            .of_prefix(id.prefix_bytes())
            .map(|index| org.schema().at(index).name.clone())
        else {
            return Item::failed("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id");
        };
        match org.delete(&visit.saving, &object, id) {
            Ok(()) => Item::Saved { id, created: None },
            Err(errors) => Item::Failed(errors),
        }
    });
    Ok(reply(&items))
}

/// Saves every row. With `all_or_none` and a failure nothing stays, and every other row says so.
fn save_all<R>(
    org: &mut Org,
    visit: &Visit,
    all_or_none: bool,
    rows: Vec<R>,
    mut save: impl FnMut(&mut Org, R) -> Item,
) -> Vec<Item> {
    let outcome = org.transaction(|org| {
        let items: Vec<Item> = org.batch(|org| {
            let one = |(place, row)| match visit.failure(place) {
                Some(error) => Item::Failed(vec![error]),
                None => save(org, row),
            };
            rows.into_iter().enumerate().map(one).collect()
        });
        let failed = items.iter().any(|item| matches!(item, Item::Failed(_)));
        if all_or_none && failed { Err(items) } else { Ok(items) }
    });
    outcome.unwrap_or_else(|items| items.into_iter().map(rolled_back).collect())
}

fn rolled_back(item: Item) -> Item {
    let text = "Record rolled back because not all records were valid and the request was using AllOrNone header";
    match item {
        Item::Saved { .. } => Item::failed("ALL_OR_NONE_OPERATION_ROLLED_BACK", text),
        failed @ Item::Failed(_) => failed,
    }
}

fn accepted(sent: Records<'_>) -> Result<(bool, Vec<TypedRecord<'_>>), Refusal> {
    if sent.rows.is_empty() {
        let message = "At least 1 record is required";
        return Err(Refusal::request(StatusCode::BAD_REQUEST, "REQUIRED_FIELD_MISSING", message));
    }
    check_count(sent.rows.len())?;
    let records: Vec<TypedRecord<'_>> = sent.rows.into_iter().map(typed).collect();
    let same = |a: &TypedRecord<'_>, b: &TypedRecord<'_>| match (&a.object, &b.object) {
        (Some(a), Some(b)) => a.eq_ignore_ascii_case(b),
        (a, b) => a == b,
    };
    if records.chunk_by(same).count() > CHUNK_LIMIT {
        let message = format!(
            "Cannot have more than {CHUNK_LIMIT} chunks in a single operation. Please rearrange the data to reduce chunking."
        );
        return Err(Refusal::request(StatusCode::BAD_REQUEST, "INVALID_INPUT", &message));
    }
    Ok((sent.all_or_none, records))
}

fn check_count(count: usize) -> Result<(), Refusal> {
    if count > RECORD_LIMIT {
        let message = format!(
            "record limit reached. cannot submit more than {RECORD_LIMIT} records into this call"
        );
        return Err(Refusal::request(StatusCode::BAD_REQUEST, "EXCEEDED_ID_LIMIT", &message));
    }
    Ok(())
}

/// The object that a record names.
fn object_of<'r>(org: &Org, visit: &Visit, record: &'r TypedRecord<'_>) -> Result<&'r str, Item> {
    let Some(object) = &record.object else {
        return Err(Item::failed("INVALID_TYPE", "sObject type is missing: set attributes.type"));
    };
    if org.schema().object(object).is_none() {
        if let Some(what) = unsupported::object(org, &visit.mock, "", object) {
            return Err(Item::failed(
                "NOT_IMPLEMENTED",
                format!("mock-salesforce does not emulate {what}"),
            ));
        }
        return Err(Item::failed(
            "INVALID_TYPE",
            format!("sObject type '{object}' is not supported."),
        ));
    }
    Ok(object)
}

fn id_of(text: Option<&str>, missing: &str) -> Result<SfId, Item> {
    let Some(text) = text else { return Err(Item::failed("MISSING_ARGUMENT", missing)) };
    text.parse()
        .map_err(|error: crate::id::MalformedId| Item::failed("MALFORMED_ID", error.to_string()))
}

/// Takes the key out of a record; empty when it is absent or null.
fn take_key(record: &mut TypedRecord<'_>, field: &str) -> String {
    if field == "Id" {
        return record.id.take().unwrap_or_default().into_owned();
    }
    let key = record.fields.take(|name| name.eq_ignore_ascii_case(field));
    match key.as_ref().map(SentValue::view) {
        Some(JsonRef::Text(text)) => text.to_owned(),
        None | Some(JsonRef::Null) => String::new(),
        Some(other) => other.to_string(),
    }
}

/// The answer to a save whose body is `text`.
fn reply_to(text: &[u8], mut items: Vec<Item>) -> Reply {
    let errors = items.iter_mut().map(|item| match item {
        Item::Saved { .. } => &mut [],
        Item::Failed(errors) => errors.as_mut_slice(),
    });
    place_in_records(errors, text);
    reply(&items)
}

fn reply(items: &[Item]) -> Reply {
    let mut out = Vec::with_capacity(2 + items.len() * 64);
    out.push(b'[');
    for (at, item) in items.iter().enumerate() {
        if at > 0 {
            out.push(b',');
        }
        match item {
            Item::Saved { id, created } => write_save_result(&mut out, *id, *created),
            Item::Failed(errors) => {
                out.extend_from_slice(b"{\"success\":false,\"errors\":");
                write_item_errors(&mut out, errors);
                out.push(b'}');
            }
        }
    }
    out.push(b']');
    Reply::ok(out)
}
