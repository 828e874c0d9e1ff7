//! Microsoft Dynamics: leads of the Dataverse Web API v9.2 (requirements §10.1).

mod query;
mod save;

use axum::{
    Router,
    body::Body,
    extract::{DefaultBodyLimit, Path, State as Owner},
    http::{Response, StatusCode},
    routing::{any, get, post},
};
use serde_json::{Value as Json, json};

use crate::{
    Neighbour, Record,
    body::{Asked, empty, instant, seconds, typed, with},
    limits::Stop,
    neighbour::State,
    tokens::Standing,
};

/// The root of the API.
const API: &str = "/api/data/v9.2";
/// Where the API would be: a name that no host has.
const HOST: &str = "https://org.crm.dynamics.example";
/// The user behind the connection.
const APP_USER: &str = "00000000-0000-4000-9000-000000000001";
/// Attributes of a lead that nobody writes.
const OWN_FIELDS: &[&str] = &[
    "leadid",
    "createdon",
    "modifiedon",
    "ownerid",
    "_ownerid_value",
    "_createdby_value",
    "versionnumber",
];

pub(crate) fn router(neighbour: Neighbour) -> Router {
    let limit = neighbour.state().setup.limits.body_bytes;
    Router::new()
        .route("/{tenant}/oauth2/v2.0/token", post(token))
        .route("/api/data/v9.2/leads", get(list).post(create))
        .route("/api/data/v9.2/{row}", get(read).patch(patch).delete(delete))
        .route("/api/data/v9.2/{row}/Microsoft.Dynamics.CRM.QualifyLead", post(qualify))
        .fallback(any(unsupported))
        .layer(DefaultBodyLimit::max(limit))
        .with_state(neighbour)
}

async fn token(Owner(neighbour): Owner<Neighbour>, asked: Asked) -> Response<Body> {
    let mut state = neighbour.state();
    let login = state.setup.login.clone();
    let said = |name| asked.form(name).unwrap_or_default();
    let refused = |status, code: &str, text: &str| {
        json_answer(status, &json!({ "error": code, "error_description": text }))
    };
    if said("grant_type") != "client_credentials" {
        let text = "AADSTS70003: The app requested an unsupported grant type.";
        return refused(StatusCode::BAD_REQUEST, "unsupported_grant_type", text);
    }
    if said("client_id") != login.client_id {
        let text = "AADSTS700016: Application with this identifier was not found in the directory.";
        return refused(StatusCode::BAD_REQUEST, "unauthorized_client", text);
    }
    if said("client_secret") != login.client_secret {
        let text = "AADSTS7000215: Invalid client secret provided.";
        return refused(StatusCode::UNAUTHORIZED, "invalid_client", text);
    }
    let token = state.tokens.issue("eyJ0", asked.now, login.token_seconds);
    let lives = login.token_seconds;
    json_answer(
        StatusCode::OK,
        &json!({ "token_type": "Bearer", "expires_in": lives, "ext_expires_in": lives, "access_token": token }),
    )
}

fn json_answer(status: StatusCode, body: &Json) -> Response<Body> {
    typed(status, "application/json; odata.metadata=minimal", body.to_string())
}

/// The error shape of `OData`.
fn error(status: StatusCode, code: &str, message: &str) -> Response<Body> {
    json_answer(status, &json!({ "error": { "code": code, "message": message } }))
}

/// Every answer says its version, and what the window still takes.
fn finished(state: &State, response: Response<Body>) -> Response<Body> {
    let left = state.throttle.left(&state.setup.limits).to_string();
    let response = with(response, "odata-version", "4.0");
    let response = with(response, "x-ms-ratelimit-burst-remaining-xrm-requests", &left);
    with(response, "x-ms-ratelimit-time-remaining-xrm-requests", "1,200.00")
}

/// The token and the limits.
fn gate(state: &mut State, asked: &Asked) -> Result<(), Response<Body>> {
    let standing = asked.bearer().map(|token| state.tokens.standing(token, asked.now));
    if standing != Some(Standing::Good) {
        let challenge = "Bearer authorization_uri=https://login.microsoftonline.example/common";
        return Err(with(empty(StatusCode::UNAUTHORIZED), "www-authenticate", challenge));
    }
    let (system, limits) = (state.setup.system, state.setup.limits);
    let stop = match state.throttle.take(system, &limits, asked.now) {
        Ok(()) => return Ok(()),
        Err(stop) => stop,
    };
    let (code, text, wait_ms) = match stop {
        Stop::Rate(free_in) => {
            let (calls, window) = (limits.calls, limits.window_ms / 1_000);
            let text = format!(
                "Number of requests exceeded the limit of {calls} over time window of {window} seconds."
            );
            ("0x80072322", text, free_in)
        }
        Stop::Concurrent | Stop::Daily => {
            let text = format!(
                "Number of concurrent requests exceeded the limit of {}.",
                limits.concurrent
            );
            ("0x80072326", text, limits.busy_ms)
        }
    };
    let refused = error(StatusCode::TOO_MANY_REQUESTS, code, &text);
    let refused = with(refused, "retry-after", &seconds(wait_ms).max(1).to_string());
    Err(finished(state, refused))
}

/// Lets a call in, has it answered, and finishes the answer.
fn answered(
    neighbour: &Neighbour,
    asked: &Asked,
    answer: impl FnOnce(&mut State) -> Response<Body>,
) -> Response<Body> {
    let mut state = neighbour.state();
    if let Err(refused) = gate(&mut state, asked) {
        return refused;
    }
    let response = answer(&mut state);
    finished(&state, response)
}

async fn list(Owner(neighbour): Owner<Neighbour>, asked: Asked) -> Response<Body> {
    answered(&neighbour, &asked, |state| query::list(state, &asked))
}

async fn create(Owner(neighbour): Owner<Neighbour>, asked: Asked) -> Response<Body> {
    answered(&neighbour, &asked, |state| save::create(state, &asked, None))
}

/// A call about the lead in its path.
fn about_lead(
    neighbour: &Neighbour,
    (row, asked): (&str, &Asked),
    answer: impl FnOnce(&mut State, &str) -> Response<Body>,
) -> Response<Body> {
    answered(neighbour, asked, |state| match lead_id(row) {
        None => not_emulated(state, asked),
        Some(id) => answer(state, id),
    })
}

type Row = Path<String>;

async fn read(Owner(neighbour): Owner<Neighbour>, Path(row): Row, asked: Asked) -> Response<Body> {
    about_lead(&neighbour, (&row, &asked), |state, id| query::one(state, &asked, id))
}

async fn patch(Owner(neighbour): Owner<Neighbour>, Path(row): Row, asked: Asked) -> Response<Body> {
    about_lead(&neighbour, (&row, &asked), |state, id| save::patch(state, &asked, id))
}

async fn delete(
    Owner(neighbour): Owner<Neighbour>,
    Path(row): Row,
    asked: Asked,
) -> Response<Body> {
    about_lead(&neighbour, (&row, &asked), |state, id| {
        if state.records.delete(id, asked.now) {
            empty(StatusCode::NO_CONTENT)
        } else {
            no_such_lead(id)
        }
    })
}

async fn qualify(
    Owner(neighbour): Owner<Neighbour>,
    Path(row): Row,
    asked: Asked,
) -> Response<Body> {
    about_lead(&neighbour, (&row, &asked), |state, id| save::qualify(state, &asked, id))
}

async fn unsupported(Owner(neighbour): Owner<Neighbour>, asked: Asked) -> Response<Body> {
    not_emulated(&mut neighbour.state(), &asked)
}

fn not_emulated(state: &mut State, asked: &Asked) -> Response<Body> {
    let line = asked.line();
    let text = format!("leadsim's mock of Dynamics does not emulate {line}");
    state.count_unsupported(line);
    error(StatusCode::NOT_IMPLEMENTED, "0x80060888", &text)
}

/// The id in `leads(ID)`.
fn lead_id(row: &str) -> Option<&str> {
    row.strip_prefix("leads(")?.strip_suffix(')')
}

fn no_such_lead(id: &str) -> Response<Body> {
    let text = format!("Entity 'lead' With Id = {id} Does Not Exist");
    error(StatusCode::NOT_FOUND, "0x80040217", &text)
}

fn entity_id(id: &str) -> String {
    format!("{HOST}{API}/leads({id})")
}

fn etag(record: &Record) -> String {
    format!("W/\"{}\"", record.version)
}

/// A lead with these columns, or with all.
fn shown(record: &Record, columns: Option<&[String]>) -> Json {
    let own = |name: &str| match name {
        "leadid" => Some(record.id.clone().into()),
        "createdon" => Some(instant(record.created).into()),
        "modifiedon" => Some(instant(record.updated).into()),
        "ownerid" | "_ownerid_value" => {
            Some(record.text("_ownerid_value").unwrap_or_else(|| APP_USER.to_owned()).into())
        }
        "versionnumber" => Some(record.version.into()),
        _ => None,
    };
    let mut row = serde_json::Map::new();
    row.insert("@odata.etag".to_owned(), etag(record).into());
    if let Some(columns) = columns {
        for name in columns {
            // A lookup is shown under the name of its value.
            let shown = if name == "ownerid" { "_ownerid_value" } else { name };
            let value = own(name).or_else(|| record.fields.get(name).cloned());
            row.insert(shown.to_owned(), value.unwrap_or(Json::Null));
        }
    } else {
        for name in ["leadid", "createdon", "modifiedon", "_ownerid_value"] {
            row.insert(name.to_owned(), own(name).unwrap_or(Json::Null));
        }
        let fields = record.fields.iter().filter(|(name, _)| !row.contains_key(*name));
        let fields: Vec<_> = fields.map(|(name, it)| (name.clone(), it.clone())).collect();
        row.extend(fields);
    }
    // The key is always there.
    row.entry("leadid").or_insert_with(|| record.id.clone().into());
    Json::Object(row)
}
