//! Writing leads: create, update and upsert with their conditions, duplicate detection, qualification.

use axum::{
    body::Body,
    http::{Response, StatusCode},
};
use serde_json::{Map, Value as Json, json};

use super::{API, APP_USER, HOST, entity_id, error, etag, json_answer, no_such_lead, query, shown};
use crate::{
    body::{Asked, empty, with},
    neighbour::State,
};

/// The header that switches duplicate detection on when it says `false`.
const SUPPRESS: &str = "mscrm.suppressduplicatedetection";
/// `DuplicateRecord`
const DUPLICATE: &str = "0x80040333";
/// `ConcurrencyVersionMismatch`
const MISMATCH: &str = "0x80060882";
/// The user whom a bound owner names: `/systemusers(ID)`.
const OWNER_BIND: &str = "ownerid@odata.bind";

/// `POST leads`, or the insert of a `PATCH leads(ID)` that finds nothing.
pub(super) fn create(state: &mut State, asked: &Asked, id: Option<&str>) -> Response<Body> {
    let fields = match fields(state, asked) {
        Ok(fields) => fields,
        Err(refused) => return refused,
    };
    if let Some(refused) = duplicate(state, asked, &fields, None) {
        return refused;
    }
    let mut fields = fields;
    fields.entry("_ownerid_value").or_insert_with(|| caller(asked).into());
    fields.insert("_createdby_value".to_owned(), caller(asked).into());
    fields.entry("statecode").or_insert(0.into());
    fields.entry("statuscode").or_insert(1.into());
    let id = id.map(str::to_owned);
    let Some(id) = state.records.create(id, "lead", fields, asked.now).map(|it| it.id.clone())
    else {
        return error(StatusCode::INTERNAL_SERVER_ERROR, "0x80040216", "the mock is full");
    };
    state.written(&id, asked.now);
    saved(state, asked, &id, true)
}

/// `PATCH leads(ID)`
pub(super) fn patch(state: &mut State, asked: &Asked, id: &str) -> Response<Body> {
    let Some(record) = state.records.find(id) else {
        if asked.header("if-match").is_some() {
            return no_such_lead(id);
        }
        return create(state, asked, Some(id));
    };
    if asked.header("if-none-match") == Some("*") {
        let text = "A record with matching key values already exists.";
        return error(StatusCode::PRECONDITION_FAILED, "0x80040237", text);
    }
    if asked.header("if-match").is_some_and(|it| it != "*" && it != etag(record)) {
        let text =
            "The version of the existing record doesn't match the RowVersion property provided.";
        return error(StatusCode::PRECONDITION_FAILED, MISMATCH, text);
    }
    let fields = match fields(state, asked) {
        Ok(fields) => fields,
        Err(refused) => return refused,
    };
    if let Some(refused) = duplicate(state, asked, &fields, Some(id)) {
        return refused;
    }
    state.records.update(id, fields, asked.now);
    state.written(id, asked.now);
    saved(state, asked, id, false)
}

/// `POST leads(ID)/Microsoft.Dynamics.CRM.QualifyLead`
pub(super) fn qualify(state: &mut State, asked: &Asked, id: &str) -> Response<Body> {
    if state.records.find(id).is_none() {
        return no_such_lead(id);
    }
    let Some(body) = asked.json() else { return unreadable() };
    let required = ["CreateAccount", "CreateContact", "CreateOpportunity", "Status"];
    if let Some(missing) = required.iter().find(|it| !body.contains_key(**it)) {
        let text = format!("The parameter '{missing}' of QualifyLead is required.");
        return error(StatusCode::BAD_REQUEST, "0x80040203", &text);
    }
    if state.records.find(id).and_then(|it| it.text("statecode")).as_deref() == Some("1") {
        let text = "The lead is already closed.";
        return error(StatusCode::BAD_REQUEST, "0x80048408", text);
    }
    let wants = |name: &str| body.get(name) == Some(&Json::Bool(true));
    let kinds = [
        ("CreateAccount", "account"),
        ("CreateContact", "contact"),
        ("CreateOpportunity", "opportunity"),
    ];
    let mut created = Vec::new();
    for (place, (wish, kind)) in kinds.iter().enumerate() {
        if wants(wish) {
            let tail = id.get(24..).unwrap_or_default();
            let new = format!("00000000-0000-4000-a00{place}-{tail}");
            let odata = format!("#Microsoft.Dynamics.CRM.{kind}");
            created.push(json!({ "@odata.type": odata, format!("{kind}id"): new }));
        }
    }
    let mut fields = Map::new();
    fields.insert("statecode".to_owned(), 1.into());
    fields.insert("statuscode".to_owned(), body.get("Status").cloned().unwrap_or(3.into()));
    state.records.update(id, fields, asked.now);
    let context = format!("{HOST}{API}/$metadata#crmbaseentity");
    json_answer(StatusCode::OK, &json!({ "@odata.context": context, "value": created }))
}

/// Who acts: the app's user, or whom the call impersonates.
fn caller(asked: &Asked) -> String {
    asked.header("callerobjectid").unwrap_or(APP_USER).to_owned()
}

fn unreadable() -> Response<Body> {
    error(
        StatusCode::BAD_REQUEST,
        "0x80048d19",
        "Error identified in Payload provided by the user.",
    )
}

/// The fields of a body; a bound owner becomes the owner.
fn fields(state: &State, asked: &Asked) -> Result<Map<String, Json>, Response<Body>> {
    let Some(body) = asked.json() else { return Err(unreadable()) };
    let mut fields = Map::new();
    for (name, value) in body {
        if name == OWNER_BIND {
            let path = value.as_str().unwrap_or_default();
            let id = path.split(['(', ')']).nth(1).unwrap_or(path);
            fields.insert("_ownerid_value".to_owned(), id.into());
        } else if query::is_property(state, &name) {
            fields.insert(name, value);
        } else {
            return Err(query::no_such_property(&name));
        }
    }
    Ok(fields)
}

/// The refusal of a duplicate, if the call asks for detection and there is one.
fn duplicate(
    state: &State,
    asked: &Asked,
    fields: &Map<String, Json>,
    own: Option<&str>,
) -> Option<Response<Body>> {
    if !asked.header(SUPPRESS).is_some_and(|it| it.eq_ignore_ascii_case("false")) {
        return None;
    }
    let email = fields.get("emailaddress1")?.as_str()?;
    let other = state.records.with_email(email).find(|it| Some(it.id.as_str()) != own);
    other?;
    let status = StatusCode::from_u16(state.setup.duplicate_status)
        .unwrap_or(StatusCode::PRECONDITION_FAILED);
    let text = "A record was not created or updated because a duplicate of the current record already exists.";
    Some(error(status, DUPLICATE, text))
}

/// The answer to a write: nothing but the id, or the record if the caller prefers that.
fn saved(state: &State, asked: &Asked, id: &str, is_new: bool) -> Response<Body> {
    let prefers = asked.header("prefer").is_some_and(|it| it.contains("return=representation"));
    let Some(record) = state.records.find(id).filter(|_| prefers) else {
        return with(empty(StatusCode::NO_CONTENT), "odata-entityid", &entity_id(id));
    };
    let status = if is_new { StatusCode::CREATED } else { StatusCode::OK };
    let mut row = Map::new();
    row.insert("@odata.context".to_owned(), format!("{HOST}{API}/$metadata#leads/$entity").into());
    if let Json::Object(fields) = shown(record, None) {
        row.extend(fields);
    }
    let response = json_answer(status, &Json::Object(row));
    let response = with(response, "odata-entityid", &entity_id(id));
    with(response, "preference-applied", "return=representation")
}
