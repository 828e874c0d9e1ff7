//! `create`, `update`, `upsert`, `delete`, `undelete`, `emptyRecycleBin`: up to 200 rows a call.

use serde_json::Value as Json;

use super::{
    Call, Outcome,
    fault::Fault,
    record::{self, Sent},
    result::{self, Item},
};
use crate::{
    Org, OrgError, SfId, UpsertRefusal,
    org::{RepeatedIds, RepeatedKeys},
};

/// Most rows of one call (wire reference §13).
const RECORD_LIMIT: usize = 200;
/// Most runs of rows of the same object.
const CHUNK_LIMIT: usize = 10;

/// `create(sObjects)`
pub(super) fn create(call: &Call<'_>) -> Outcome {
    let items = {
        let mut org = call.visit.mock.org();
        let rows = sent(call, &org)?;
        each(call, &mut org, rows, |org, row| {
            if row.id.is_some() {
                let text = "cannot specify Id in an insert call";
                return Err(vec![OrgError::new("INVALID_FIELD_FOR_INSERT_UPDATE", text)]);
            }
            let saved = org.create(&call.visit.saving, &row.object, &row.fields)?;
            Ok((saved.id, None))
        })
    };
    Ok(written(call, &items, false))
}

/// `update(sObjects)`
pub(super) fn update(call: &Call<'_>) -> Outcome {
    let items = {
        let mut org = call.visit.mock.org();
        let rows = sent(call, &org)?;
        let mut ids = RepeatedIds::default();
        each(call, &mut org, rows, |org, row| {
            let missing =
                || OrgError::new("MISSING_ARGUMENT", "Id not specified in an update call");
            let id = row.id.as_deref().filter(|id| !id.is_empty()).ok_or_else(missing);
            let id = id.and_then(record::id_of).map_err(one)?;
            ids.next(id).map_err(one)?;
            let saved = org.update(&call.visit.saving, &row.object, id, &row.fields)?;
            Ok((saved.id, None))
        })
    };
    Ok(written(call, &items, false))
}

/// `upsert(externalIDFieldName, sObjects)`
pub(super) fn upsert(call: &Call<'_>) -> Outcome {
    let items = {
        let mut org = call.visit.mock.org();
        let rows = sent(call, &org)?;
        let given = call.sent.text_of("externalIDFieldName").unwrap_or("Id");
        let key = key_name(&org, &rows, given)?;
        let keyed = |mut row| (take_key(&mut row, &key), row);
        let rows: Vec<_> = rows.into_iter().map(keyed).collect();
        let repeated = RepeatedKeys::of(rows.iter().map(|(value, _)| value));
        each(call, &mut org, rows, |org, (value, row)| {
            repeated.refuse(&key, &value).map_err(one)?;
            upsert_one(call, org, &row, (&key, &value))
        })
    };
    Ok(written(call, &items, true))
}

fn upsert_one(
    call: &Call<'_>,
    org: &mut Org,
    row: &Sent,
    (key, value): (&str, &str),
) -> Result<(SfId, Option<bool>), Vec<OrgError>> {
    let cx = &call.visit.saving;
    let saved = match (value.is_empty(), key) {
        (true, "Id") => org.create(cx, &row.object, &row.fields)?,
        (true, _) => {
            return Err(vec![OrgError::new("MISSING_ARGUMENT", format!("{key} not specified"))]);
        }
        (false, _) => org.upsert(cx, &row.object, (key, value), &row.fields).map_err(
            |refusal| match refusal {
                UpsertRefusal::Errors(errors) => errors,
                UpsertRefusal::SeveralMatches(ids) => vec![several(key, &ids)],
            },
        )?,
    };
    Ok((saved.id, Some(saved.created)))
}

fn several(key: &str, ids: &[SfId]) -> OrgError {
    let ids: Vec<String> = ids.iter().map(SfId::to_string).collect();
    let message =
        format!("{key}: more than one record found for external id field: [{}]", ids.join(", "));
    OrgError::new("DUPLICATE_EXTERNAL_ID", message)
}

/// The key field in the schema's spelling; it must be a key of every object sent.
fn key_name(org: &Org, rows: &[Sent], given: &str) -> Result<String, Fault> {
    let mut name = given.to_owned();
    for row in rows {
        let object = org.schema().object(&row.object);
        let field = object.and_then(|object| object.field(given));
        let key = field.filter(|field| field.is_key() || &*field.name == "Id");
        let Some(key) = key else {
            let message = format!(
                "Field name provided, {given} does not match an External ID, Salesforce Id, or indexed field for {}",
                row.object
            );
            return Err(Fault::of("INVALID_FIELD", message));
        };
        key.name.to_string().clone_into(&mut name);
    }
    Ok(name)
}

/// Takes the key out of a record; empty when it is absent or null.
fn take_key(row: &mut Sent, key: &str) -> String {
    if key == "Id" {
        return row.id.take().unwrap_or_default();
    }
    let name = row.fields.keys().find(|name| name.eq_ignore_ascii_case(key)).cloned();
    match name.and_then(|name| row.fields.shift_remove(&name)) {
        Some(Json::String(text)) => text.trim().to_owned(),
        _ => String::new(),
    }
}

/// `delete(ids)`
pub(super) fn delete(call: &Call<'_>) -> Outcome {
    by_id(call, |org, id| {
        let object = org.schema().of_prefix(id.prefix_bytes());
        let object = object.map(|index| org.schema().at(index).name.clone());
        let object = object.ok_or_else(|| one(OrgError::invalid_cross_reference()))?;
        org.delete(&call.visit.saving, &object, id)
    })
}

/// `undelete(ids)`
pub(super) fn undelete(call: &Call<'_>) -> Outcome {
    by_id(call, |org, id| org.undelete(&call.visit.saving, id))
}

/// `emptyRecycleBin(ids)`
pub(super) fn empty_recycle_bin(call: &Call<'_>) -> Outcome {
    by_id(call, |org, id| org.purge(&call.visit.saving, id))
}

fn by_id(
    call: &Call<'_>,
    mut verb: impl FnMut(&mut Org, SfId) -> Result<(), Vec<OrgError>>,
) -> Outcome {
    // Old clients call the parameter of `delete` by another name.
    let ids: Vec<&str> = [call.list("ids"), call.list("id")].concat();
    Call::at_most(RECORD_LIMIT, ids.len())?;
    let items = each(call, &mut call.visit.mock.org(), ids, |org, text| {
        let id = record::id_of(text).map_err(one)?;
        verb(org, id)?;
        Ok((id, None))
    });
    Ok(written(call, &items, false))
}

/// The records of a call, within its limits.
fn sent(call: &Call<'_>, org: &Org) -> Result<Vec<Sent>, Fault> {
    Call::at_most(RECORD_LIMIT, call.sent.all("sObjects").count())?;
    let rows = record::records(call, org, "sObjects")?;
    if rows.chunk_by(|a, b| a.object == b.object).count() > CHUNK_LIMIT {
        let message = format!(
            "Cannot have more than {CHUNK_LIMIT} chunks in a single operation. Please rearrange the data to reduce chunking."
        );
        return Err(Fault::of("LIMIT_EXCEEDED", message));
    }
    Ok(rows)
}

fn each<R>(
    call: &Call<'_>,
    org: &mut Org,
    rows: Vec<R>,
    save: impl FnMut(&mut Org, R) -> Result<(SfId, Option<bool>), Vec<OrgError>>,
) -> Vec<Item> {
    let done = result::each(org, call.headers.all_or_none, rows, save);
    let item = |done| match done {
        Ok((id, created)) => Item::Saved { id, created },
        Err(errors) => Item::Failed(errors),
    };
    done.into_iter().map(item).collect()
}

fn written(call: &Call<'_>, items: &[Item], upsert: bool) -> Vec<u8> {
    let mut out = Vec::with_capacity(items.len() * 96);
    for item in items {
        result::write(&mut out, call, item, upsert);
    }
    out
}

fn one(error: OrgError) -> Vec<OrgError> {
    vec![error]
}
