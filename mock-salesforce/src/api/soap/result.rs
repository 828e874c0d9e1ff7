//! Results of calls that save: one a row, in order, inside HTTP 200 (wire reference §5.1, §9).
//!
//! Elements stand in the order of the WSDL. With `AllOrNoneHeader` one failure takes every row back.

use serde_json::Value as Json;

use super::{Call, row::RowWriter};
use crate::{
    Org, OrgError, SfId,
    api::{duplicates, sobjects::shown::row_columns},
    soql::{Visible, Writer},
    xml,
};

/// What became of a row.
#[derive(Debug)]
pub(super) enum Item {
    /// It was saved; was it created, where the result says so?
    Saved { id: SfId, created: Option<bool> },
    /// It was refused.
    Failed(Vec<OrgError>),
}

/// Carries out every row. With all or none and a failure nothing stays, and every other row says so.
pub(super) fn each<R, T>(
    org: &mut Org,
    all_or_none: bool,
    rows: Vec<R>,
    mut one: impl FnMut(&mut Org, R) -> Result<T, Vec<OrgError>>,
) -> Vec<Result<T, Vec<OrgError>>> {
    let outcome = org.transaction(|org| {
        let done: Vec<_> = org.batch(|org| rows.into_iter().map(|row| one(org, row)).collect());
        let failed = done.iter().any(Result::is_err);
        if all_or_none && failed { Err(done) } else { Ok(done) }
    });
    let rolled_back = |done: Result<T, Vec<OrgError>>| {
        let text = "Record rolled back because not all records were valid and the request was using AllOrNone header";
        Err(done
            .err()
            .unwrap_or_else(|| vec![OrgError::new("ALL_OR_NONE_OPERATION_ROLLED_BACK", text)]))
    };
    outcome.unwrap_or_else(|done| done.into_iter().map(rolled_back).collect())
}

/// Writes a `SaveResult`, `UpsertResult`, `DeleteResult` or `UndeleteResult`.
pub(super) fn write(out: &mut Vec<u8>, call: &Call<'_>, item: &Item, upsert: bool) {
    xml::open(out, "result");
    match item {
        Item::Saved { id, created } => {
            if let Some(created) = created {
                xml::element(out, "created", created);
            }
            xml::element(out, "id", id);
        }
        Item::Failed(errors) => {
            if upsert {
                xml::element(out, "created", false);
            }
            write_errors(out, call, errors);
            xml::nil(out, "id");
        }
    }
    xml::element(out, "success", matches!(item, Item::Saved { .. }));
    xml::close(out, "result");
}

/// Writes `<errors>` elements.
pub(super) fn write_errors(out: &mut Vec<u8>, call: &Call<'_>, errors: &[OrgError]) {
    for error in errors {
        match &error.duplicates {
            Some(_) => out.extend_from_slice(b"<errors xsi:type=\"DuplicateError\">"),
            None => xml::open(out, "errors"),
        }
        for field in error.fields.iter().flatten() {
            xml::element(out, "fields", field);
        }
        xml::element(out, "message", &error.message);
        xml::element(out, "statusCode", error.code);
        if let Some(found) = &error.duplicates {
            let org = call.visit.mock.org();
            write_duplicates(out, "duplicateResult", call, (&org, found));
        }
        xml::close(out, "errors");
    }
}

/// What a duplicate rule found: the payload of REST in XML.
pub(super) fn write_duplicates(
    out: &mut Vec<u8>,
    name: &str,
    call: &Call<'_>,
    (org, found): (&Org, &crate::org::DuplicateResult),
) {
    let writer = Writer { org, version: call.visit.version, visible: Visible::Live };
    let wanted = if call.headers.duplicates.include_details { None } else { Some("Id") };
    let mut payload = Vec::new();
    duplicates::write(&mut payload, found, &|out, id| {
        let Some(record) = org.get(id) else { return out.extend_from_slice(b"null") };
        let object = org.schema().at(record.object());
        let columns = row_columns(org, call.visit.user, object, wanted);
        writer.row(out, record, &columns.unwrap_or_default());
    });
    let payload: Json = serde_json::from_slice(&payload).unwrap_or_default();
    let rows = RowWriter { org, flavour: call.flavour };
    write_payload(out, name, &payload, rows);
}

/// JSON as elements: a list is a repeated element, a row is a row.
fn write_payload(out: &mut Vec<u8>, name: &str, payload: &Json, rows: RowWriter<'_>) {
    match payload {
        Json::Null => xml::nil(out, name),
        Json::Array(all) => {
            for one in all {
                write_payload(out, name, one, rows);
            }
        }
        Json::Object(row) if row.contains_key("attributes") => rows.row(out, name, row),
        Json::Object(parts) => {
            xml::open(out, name);
            for (part, value) in parts {
                write_payload(out, part, value, rows);
            }
            xml::close(out, name);
        }
        Json::String(text) => xml::element(out, name, text),
        Json::Bool(_) | Json::Number(_) => xml::element(out, name, payload),
    }
}
