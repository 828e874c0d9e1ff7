//! What does a caller see of a row? The columns that were asked for and may be read, the entity tag, the date, and whether
//! the conditions of the call let it through.

use std::sync::Arc;

use axum::http::StatusCode;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use sha2::{Digest as _, Sha256};

use crate::{
    FieldSchema, ObjectSchema, Org, Record, SfId, Timestamp, ValueRef,
    api::{
        conditional::{Entity, Purpose, conditional, stamped},
        error::{Answer, Refusal},
        reply::Reply,
        visit::Visit,
    },
    soql::{Column, Right, Visible, Writer, own_column, stored_column},
};

/// The columns of a row that is read by itself: those asked for, or all in describe order.
pub(in crate::api) fn row_columns(
    org: &Org,
    user: SfId,
    object: &ObjectSchema,
    wanted: Option<&str>,
) -> Result<Vec<Column>, Refusal> {
    found_columns(org, user, object, wanted).map(|(columns, _)| columns)
}

/// The columns, and the answers about rights that they rest on.
fn found_columns(
    org: &Org,
    user: SfId,
    object: &ObjectSchema,
    wanted: Option<&str>,
) -> Result<(Vec<Column>, Vec<Right>), Refusal> {
    let mut rights = Vec::new();
    let mut readable = |field: &FieldSchema| {
        let granted = org.readable(user, object.index, field.index);
        rights.push(Right { object: object.index, field: Some(field.index), granted });
        granted
    };
    let Some(wanted) = wanted else {
        let fields = object.fields().filter(|field| readable(field));
        let columns = fields.map(|field| stored_column(org, object, field)).collect();
        return Ok((columns, rights));
    };
    let mut names: Vec<&str> = Vec::new();
    for name in wanted.split(',').map(str::trim).filter(|name| !name.is_empty()) {
        // A row has each field once.
        if !names.iter().any(|known| known.eq_ignore_ascii_case(name)) {
            names.push(name);
        }
    }
    let column = |name: &str| {
        let field = object.field(name).filter(|field| readable(field)).ok_or_else(|| {
            let message = format!("No such column '{name}' on entity '{}'", object.name);
            Refusal::request(StatusCode::BAD_REQUEST, "INVALID_FIELD", &message)
        })?;
        Ok(stored_column(org, object, field))
    };
    let columns = names.into_iter().map(column).collect::<Result<Vec<Column>, Refusal>>()?;
    Ok((columns, rights))
}

/// The same from a plan, where there is one.
fn planned_columns(
    org: &Org,
    visit: &Visit,
    object: &ObjectSchema,
    wanted: Option<&str>,
) -> Result<Arc<[Column]>, Refusal> {
    let what = (object.index, wanted);
    let planned = visit.mock.plans().columns(org, visit.user, what);
    if let Some(columns) = planned {
        return Ok(columns);
    }
    let (columns, rights) = found_columns(org, visit.user, object, wanted)?;
    let columns = columns.into();
    visit.mock.plans().keep_columns(org, what, (&columns, rights));
    Ok(columns)
}

/// A row as it is read by itself.
pub(super) fn row_reply(org: &Org, visit: &Visit, record: &Record, wanted: Option<&str>) -> Answer {
    let object = org.schema().at(record.object());
    let crud = org.permitted(visit.user, object.index);
    if !(crud.read || crud.view_all || crud.modify_all) {
        return Err(Refusal::not_found());
    }
    if !org.visible(visit.user, record) {
        let message = "You do not have permission to view this record.";
        return Err(if org.settings().hidden_rows_are_told {
            Refusal::request(StatusCode::FORBIDDEN, "INSUFFICIENT_ACCESS", message)
        } else {
            Refusal::not_found()
        });
    }
    let tag = tag(org, visit, record);
    let entity = Entity { tag: tag.as_deref(), modified: modified(org, record) };
    conditional(visit.conditions.as_deref(), Purpose::Read, entity)?;
    let columns = planned_columns(org, visit, object, wanted)?;
    let mut out = Vec::with_capacity(192 + columns.len() * 32);
    Writer { org, version: visit.version, visible: Visible::Live }.row(&mut out, record, &columns);
    Ok(stamped(Reply::ok(out), entity))
}

/// Holds the conditions of the call against a row that it would change.
pub(super) fn may_change(org: &Org, visit: &Visit, record: &Record) -> Result<(), Refusal> {
    let tag = tag(org, visit, record);
    let entity = Entity { tag: tag.as_deref(), modified: modified(org, record) };
    conditional(visit.conditions.as_deref(), Purpose::Change, entity)
}

/// The entity tag of an account, made of all that it holds; other rows have none.
fn tag(org: &Org, visit: &Visit, record: &Record) -> Option<String> {
    let object = org.schema().at(record.object());
    if &*object.name != "Account" {
        return None;
    }
    let columns: Vec<Column> = object.fields().map(|field| own_column(object, field)).collect();
    let mut row = Vec::with_capacity(2_048);
    Writer { org, version: visit.version, visible: Visible::Live }.row(&mut row, record, &columns);
    Some(format!("\"{}\"", STANDARD.encode(Sha256::digest(&row))))
}

fn modified(org: &Org, record: &Record) -> Option<Timestamp> {
    let field = org.schema().at(record.object()).system.modified_date?;
    match org.value(record, field).view() {
        ValueRef::DateTime(at) => Some(at),
        _ => None,
    }
}

/// A record that a duplicate rule found: attributes and id, or all of it.
pub(super) fn write_match(out: &mut Vec<u8>, org: &Org, visit: &Visit, id: SfId, full: bool) {
    let Some(record) = org.get(id) else {
        out.extend_from_slice(b"null");
        return;
    };
    let object = org.schema().at(record.object());
    let wanted = if full { None } else { Some("Id") };
    let columns = row_columns(org, visit.user, object, wanted).unwrap_or_default();
    Writer { org, version: visit.version, visible: Visible::Live }.row(out, record, &columns);
}
