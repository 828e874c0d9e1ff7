//! Marketo's REST API: identity, leads by e-mail and id, and the sync of leads (requirements §10.4).
//!
//! Whatever goes wrong beyond the transport comes in a 200: `success: false` with errors, or `status: skipped` with
//! reasons for one record.

use axum::{
    Router,
    body::Body,
    extract::{DefaultBodyLimit, Path, State as Owner},
    http::{Response, StatusCode},
    routing::{any, get},
};
use serde_json::{Map, Value as Json, json};

use crate::{
    Neighbour, Record,
    body::{Asked, instant, json as answer},
    limits::Stop,
    neighbour::State,
    tokens::Standing,
};

/// Records of one sync, and of one page.
const INPUT_MAX: usize = 300;
/// What a lead says of itself beside the fields that anybody may write.
const OWN_FIELDS: &[&str] = &[
    "id",
    "createdAt",
    "updatedAt",
    "sfdcType",
    "sfdcId",
    "sfdcLeadId",
    "sfdcContactId",
    "sfdcSyncError",
];
const USUAL_FIELDS: &str = "id,email,updatedAt,createdAt,lastName,firstName";

pub(crate) fn router(neighbour: Neighbour) -> Router {
    let limit = neighbour.state().setup.limits.body_bytes;
    Router::new()
        .route("/identity/oauth/token", get(token).post(token))
        .route("/rest/v1/leads.json", get(leads).post(sync))
        .route("/rest/v1/lead/{id}", get(lead))
        .fallback(any(unsupported))
        .layer(DefaultBodyLimit::max(limit))
        .with_state(neighbour)
}

async fn token(Owner(neighbour): Owner<Neighbour>, asked: Asked) -> Response<Body> {
    let mut state = neighbour.state();
    let said = |name| asked.query(name).or_else(|| asked.form(name)).unwrap_or_default();
    let refused = |code: &str, text: &str| {
        answer(StatusCode::UNAUTHORIZED, &json!({ "error": code, "error_description": text }))
    };
    if said("grant_type") != "client_credentials" {
        return refused("unsupported_grant_type", "Unsupported grant type");
    }
    let login = state.setup.login.clone();
    if said("client_id") != login.client_id {
        let text = format!("Requested client with id {} does not exist", said("client_id"));
        return refused("invalid_client", &text);
    }
    if said("client_secret") != login.client_secret {
        return refused("invalid_client", "Bad client credentials");
    }
    let (token, until) = state.tokens.current(asked.now).unwrap_or_else(|| {
        let token = state.tokens.issue("", asked.now, login.token_seconds);
        (token, asked.now + login.token_seconds * 1_000)
    });
    let left = (until - asked.now) / 1_000;
    let scope = "api@leadsim.example";
    answer(
        StatusCode::OK,
        &json!({ "access_token": token, "token_type": "bearer", "expires_in": left, "scope": scope }),
    )
}

/// `success: false`, in a 200.
fn failed(state: &State, code: &str, message: &str) -> Response<Body> {
    let errors = json!([{ "code": code, "message": message }]);
    answer(
        StatusCode::OK,
        &json!({ "requestId": request_id(state), "success": false, "errors": errors }),
    )
}

fn succeeded(state: &State, result: Vec<Json>) -> Response<Body> {
    answer(
        StatusCode::OK,
        &json!({ "requestId": request_id(state), "success": true, "result": result }),
    )
}

fn request_id(state: &State) -> String {
    format!("{:x}#{:x}", 0xe42b, 0x1427_2d07_d780_u64 + state.calls)
}

/// The token and the limits.
fn gate(state: &mut State, asked: &Asked) -> Result<(), Response<Body>> {
    let token = asked.bearer().map(str::to_owned).or_else(|| asked.query("access_token"));
    let Some(token) = token else { return Err(failed(state, "600", "Access token is required")) };
    match state.tokens.standing(&token, asked.now) {
        Standing::Unknown => return Err(failed(state, "601", "Access token invalid")),
        Standing::Expired => return Err(failed(state, "602", "Access token expired")),
        Standing::Good => {}
    }
    let (system, limits) = (state.setup.system, state.setup.limits);
    state.throttle.take(system, &limits, asked.now).map_err(|stop| match stop {
        Stop::Rate(_) => {
            let (calls, seconds) = (limits.calls, limits.window_ms / 1_000);
            let text = format!("Max rate limit '{calls}' exceeded with in '{seconds}' secs");
            failed(state, "606", &text)
        }
        Stop::Daily => failed(state, "607", "Daily API Request Quota Reached"),
        Stop::Concurrent => failed(state, "615", "Concurrent access limit reached"),
    })
}

async fn leads(Owner(neighbour): Owner<Neighbour>, asked: Asked) -> Response<Body> {
    let mut state = neighbour.state();
    if let Err(refused) = gate(&mut state, &asked) {
        return refused;
    }
    let Some(by) = asked.query("filterType") else {
        return failed(&state, "1002", "Missing value for required parameter 'filterType'");
    };
    let Some(values) = asked.query("filterValues").filter(|it| !it.is_empty()) else {
        return failed(&state, "1002", "Missing value for required parameter 'filterValues'");
    };
    if by != "email" && by != "id" {
        let line = format!("{} filterType={by}", asked.line());
        state.count_unsupported(line);
        let text = format!("leadsim's mock filters leads by email or id, not by '{by}'");
        return failed(&state, "1003", &text);
    }
    let wanted = match wanted(&state, &asked) {
        Ok(wanted) => wanted,
        Err(refused) => return refused,
    };
    let mut found: Vec<&Record> = Vec::new();
    for value in values.split(',').map(str::trim) {
        match by.as_str() {
            "email" => found.extend(state.records.with_email(value)),
            _ => found.extend(state.records.find(value)),
        }
    }
    let result = found.into_iter().take(INPUT_MAX).map(|it| shown(it, &wanted)).collect();
    succeeded(&state, result)
}

async fn lead(
    Owner(neighbour): Owner<Neighbour>,
    Path(name): Path<String>,
    asked: Asked,
) -> Response<Body> {
    let mut state = neighbour.state();
    if let Err(refused) = gate(&mut state, &asked) {
        return refused;
    }
    let wanted = match wanted(&state, &asked) {
        Ok(wanted) => wanted,
        Err(refused) => return refused,
    };
    let id = name.strip_suffix(".json").unwrap_or(&name);
    match state.records.find(id) {
        Some(record) => succeeded(&state, vec![shown(record, &wanted)]),
        None => failed(&state, "1004", "Lead not found"),
    }
}

fn wanted(state: &State, asked: &Asked) -> Result<Vec<String>, Response<Body>> {
    let fields = asked.query("fields").unwrap_or_else(|| USUAL_FIELDS.to_owned());
    let fields: Vec<String> = fields.split(',').map(|it| it.trim().to_owned()).collect();
    let unknown =
        fields.iter().find(|it| !OWN_FIELDS.contains(&it.as_str()) && !state.setup.has_field(it));
    match unknown {
        Some(field) => Err(failed(state, "1006", &format!("Field '{field}' not found"))),
        None => Ok(fields),
    }
}

fn shown(record: &Record, wanted: &[String]) -> Json {
    let value = |field: &str| match field {
        "id" => record.id.parse::<u64>().map_or(Json::Null, Json::from),
        "createdAt" => instant(record.created).into(),
        "updatedAt" => instant(record.updated).into(),
        "sfdcType" => crm_type(record).into(),
        "sfdcId" => record.crm_id.clone().into(),
        "sfdcLeadId" => record.crm_id.clone().filter(|it| it.starts_with("00Q")).into(),
        "sfdcContactId" => record.crm_id.clone().filter(|it| it.starts_with("003")).into(),
        "sfdcSyncError" => record.sync_error.clone().into(),
        field => record.fields.get(field).cloned().unwrap_or(Json::Null),
    };
    let mut shown = Map::new();
    shown.insert("id".to_owned(), value("id"));
    for field in wanted {
        shown.insert(field.clone(), value(field));
    }
    Json::Object(shown)
}

/// The type that a lead has in Salesforce, or that it was set up with.
fn crm_type(record: &Record) -> Option<&'static str> {
    match (record.crm_id.as_deref(), record.kind.as_str()) {
        (Some(id), _) if id.starts_with("003") => Some("Contact"),
        (Some(_), _) | (None, "lead") => Some("Lead"),
        (None, "contact") => Some("Contact"),
        _ => None,
    }
}

async fn sync(Owner(neighbour): Owner<Neighbour>, asked: Asked) -> Response<Body> {
    let mut state = neighbour.state();
    if let Err(refused) = gate(&mut state, &asked) {
        return refused;
    }
    let Some(body) = asked.json() else { return failed(&state, "609", "Invalid JSON") };
    let said = |name: &str, usual: &str| match body.get(name) {
        None | Some(Json::Null) => usual.to_owned(),
        Some(Json::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    };
    let (action, lookup) = (said("action", "createOrUpdate"), said("lookupField", "email"));
    if !["createOrUpdate", "createOnly", "updateOnly", "createDuplicate"].contains(&action.as_str())
    {
        return failed(&state, "1003", &format!("Invalid value for action: '{action}'"));
    }
    if lookup != "email" && lookup != "id" {
        let line = format!("{} lookupField={lookup}", asked.line());
        state.count_unsupported(line);
        let text = format!("leadsim's mock looks leads up by email or id, not by '{lookup}'");
        return failed(&state, "1003", &text);
    }
    let Some(Json::Array(input)) = body.get("input") else {
        return failed(&state, "1002", "Missing value for required parameter 'input'");
    };
    if input.is_empty() || input.len() > INPUT_MAX {
        let text = format!("Number of records is {}; 1 to {INPUT_MAX} are allowed", input.len());
        return failed(&state, "1003", &text);
    }
    let sync = Sync { action: &action, by_id: lookup == "id", now: asked.now };
    let result = input.iter().map(|lead| sync.one(&mut state, lead)).collect();
    succeeded(&state, result)
}

/// One sync of leads.
struct Sync<'a> {
    action: &'a str,
    by_id: bool,
    now: i64,
}

impl Sync<'_> {
    /// What becomes of one record.
    fn one(&self, state: &mut State, lead: &Json) -> Json {
        let Json::Object(fields) = lead else {
            return skipped("1003", "Invalid data: a lead is an object");
        };
        let mut fields = fields.clone();
        let id = fields.remove("id").map(|it| it.to_string().trim_matches('"').to_owned());
        if let Some(unknown) = fields.keys().find(|it| !state.setup.has_field(it)) {
            return skipped("1006", &format!("Field '{unknown}' not found"));
        }
        let email = fields.get("email").and_then(Json::as_str).unwrap_or_default().to_owned();
        let found: Vec<String> = match (self.by_id, &id) {
            (true, Some(id)) => {
                state.records.find(id).map(|it| it.id.clone()).into_iter().collect()
            }
            (true, None) => return skipped("1003", "Empty key field 'id'"),
            (false, _) if email.is_empty() => return skipped("1003", "Empty key field 'email'"),
            (false, _) => state.records.with_email(&email).map(|it| it.id.clone()).collect(),
        };
        match (self.action, found.as_slice()) {
            ("createOnly", [_, ..]) => skipped("1005", "Lead already exists"),
            ("updateOnly", []) => skipped("1004", "Lead not found"),
            ("createOrUpdate", []) if self.by_id => skipped("1004", "Lead not found"),
            ("createDuplicate", _) | (_, []) => self.create(state, fields),
            (_, [only]) => self.update(state, only, fields),
            (_, [_, _, ..]) => skipped("1007", "Multiple lead match lookup criteria"),
        }
    }

    fn create(&self, state: &mut State, fields: Map<String, Json>) -> Json {
        let Some(id) = state.records.create(None, "lead", fields, self.now).map(|it| it.id.clone())
        else {
            return skipped("1012", "the mock is full");
        };
        state.written(&id, self.now);
        json!({ "id": number(&id), "status": "created" })
    }

    fn update(&self, state: &mut State, id: &str, fields: Map<String, Json>) -> Json {
        state.records.update(id, fields, self.now);
        state.written(id, self.now);
        json!({ "id": number(id), "status": "updated" })
    }
}

fn number(id: &str) -> Json {
    id.parse::<u64>().map_or(Json::Null, Json::from)
}

fn skipped(code: &str, message: &str) -> Json {
    json!({ "status": "skipped", "reasons": [{ "code": code, "message": message }] })
}

async fn unsupported(Owner(neighbour): Owner<Neighbour>, asked: Asked) -> Response<Body> {
    let mut state = neighbour.state();
    let line = asked.line();
    let text = format!("leadsim's mock of Marketo does not emulate {line}");
    state.count_unsupported(line);
    let errors = json!([{ "code": "610", "message": text }]);
    answer(
        StatusCode::NOT_IMPLEMENTED,
        &json!({ "requestId": request_id(&state), "success": false, "errors": errors }),
    )
}
