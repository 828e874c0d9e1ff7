//! Administrate: contacts through the GraphQL API, and the older REST v2 with its quirk about duplicates (requirements
//! §10.2).
//!
//! The names of its types and mutations were not verified: the schema is small, and what it calls things is set up
//! ([`SchemaNames`]). Errors of a query come in a 200 with `errors`.

mod graphql;
mod rest;

use axum::{
    Router,
    body::Body,
    extract::{DefaultBodyLimit, State as Owner},
    http::{Response, StatusCode},
    routing::{any, get, post},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Map, Value as Json, json};

use self::graphql::{Field, Operation};
use crate::{
    Neighbour, Record,
    body::{Asked, empty, instant, json as answer, seconds, with},
    limits::Stop,
    neighbour::State,
    tokens::Standing,
};

/// What the schema calls things.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchemaNames {
    /// The connection that lists contacts.
    pub list: String,
    /// The object of the mutations about contacts.
    pub object: String,
    /// The mutation that creates.
    pub create: String,
    /// The mutation that updates.
    pub update: String,
}

impl Default for SchemaNames {
    fn default() -> Self {
        Self {
            list: "contacts".to_owned(),
            object: "contact".to_owned(),
            create: "create".to_owned(),
            update: "update".to_owned(),
        }
    }
}

pub(crate) fn router(neighbour: Neighbour) -> Router {
    let limit = neighbour.state().setup.limits.body_bytes;
    Router::new()
        .route("/oauth/token", post(token))
        .route("/graphql", post(query))
        .route("/api/v2/crm/contacts", post(rest::create))
        .route("/api/v2/crm/contacts/{id}", get(rest::read).post(rest::update))
        .fallback(any(unsupported))
        .layer(DefaultBodyLimit::max(limit))
        .with_state(neighbour)
}

/// The client of `Authorization: Basic …`.
fn basic(asked: &Asked) -> Option<(String, String)> {
    let (scheme, value) = asked.header("authorization")?.split_once(' ')?;
    let decoded = STANDARD.decode(value.trim()).ok()?;
    let pair = String::from_utf8(decoded).ok()?;
    let (name, secret) = pair.split_once(':')?;
    scheme.eq_ignore_ascii_case("basic").then(|| (name.to_owned(), secret.to_owned()))
}

async fn token(Owner(neighbour): Owner<Neighbour>, asked: Asked) -> Response<Body> {
    let mut state = neighbour.state();
    let login = state.setup.login.clone();
    let in_form = || Some((asked.form("client_id")?, asked.form("client_secret")?));
    let (client, secret) = basic(&asked).or_else(in_form).unwrap_or_default();
    if asked.form("grant_type").as_deref() != Some("client_credentials") {
        return answer(StatusCode::BAD_REQUEST, &json!({ "error": "unsupported_grant_type" }));
    }
    if (client, secret) != (login.client_id, login.client_secret) {
        return answer(StatusCode::UNAUTHORIZED, &json!({ "error": "invalid_client" }));
    }
    let token = state.tokens.issue("adm", asked.now, login.token_seconds);
    let lives = login.token_seconds;
    answer(
        StatusCode::OK,
        &json!({ "access_token": token, "token_type": "Bearer", "expires_in": lives }),
    )
}

/// A full bucket.
fn limited(state: &mut State, asked: &Asked) -> Result<(), Response<Body>> {
    let (system, limits) = (state.setup.system, state.setup.limits);
    state.throttle.take(system, &limits, asked.now).map_err(|stop| {
        let wait_ms = match stop {
            Stop::Rate(free_in) => free_in,
            Stop::Daily | Stop::Concurrent => limits.busy_ms,
        };
        let refused = answer(
            StatusCode::TOO_MANY_REQUESTS,
            &json!({ "error": "rate_limited", "message": "Too many requests" }),
        );
        with(refused, "retry-after", &seconds(wait_ms).max(1).to_string())
    })
}

async fn query(Owner(neighbour): Owner<Neighbour>, asked: Asked) -> Response<Body> {
    let mut state = neighbour.state();
    let standing = asked.bearer().map(|token| state.tokens.standing(token, asked.now));
    if standing != Some(Standing::Good) {
        return with(empty(StatusCode::UNAUTHORIZED), "www-authenticate", "Bearer");
    }
    if let Err(refused) = limited(&mut state, &asked) {
        return refused;
    }
    let body = asked.json().unwrap_or_default();
    let Some(text) = body.get("query").and_then(Json::as_str) else {
        return errors("Must provide query string.");
    };
    let none = Map::new();
    let variables = body.get("variables").and_then(Json::as_object).unwrap_or(&none);
    let document = match graphql::parse(text, variables) {
        Ok(document) => document,
        Err(problem) => return errors(&format!("Syntax Error: {problem}")),
    };
    let mut data = Map::new();
    for field in &document.fields {
        let known = match document.operation {
            Operation::Query => list(&state, field),
            Operation::Mutation => mutate(&mut state, field, asked.now),
        };
        match known {
            Ok(value) => data.insert(field.key().to_owned(), value),
            Err(problem) => {
                let kind = document.operation.word();
                state.count_unsupported(format!("{kind} {}", field.name));
                return errors(&problem);
            }
        };
    }
    answer(StatusCode::OK, &json!({ "data": data }))
}

/// Errors of a query come in a 200.
fn errors(message: &str) -> Response<Body> {
    answer(StatusCode::OK, &json!({ "data": null, "errors": [{ "message": message }] }))
}

/// `contacts(filters: [{ field: email, operation: eq, value: "…" }]) { edges { node { … } } }`
fn list(state: &State, field: &Field) -> Result<Json, String> {
    let names = &state.setup.schema;
    if field.name != names.list {
        return Err(unknown("Query", &field.name));
    }
    let Some(Json::Array(filters)) = field.arguments.get("filters") else {
        return Err(format!("leadsim's mock lists {} by an email filter only", names.list));
    };
    let email = filters.iter().find(|it| it.get("field").and_then(Json::as_str) == Some("email"));
    let value = email.and_then(|it| it.get("value")).and_then(Json::as_str);
    let (Some(value), [_]) = (value, filters.as_slice()) else {
        return Err(format!("leadsim's mock lists {} by one email filter only", names.list));
    };
    let node = node_of(field)?;
    let edges: Result<Vec<Json>, String> = state
        .records
        .with_email(value)
        .map(|it| Ok(json!({ "node": shown(state, it, node)? })))
        .collect();
    Ok(json!({ "edges": edges? }))
}

fn node_of(field: &Field) -> Result<&[Field], String> {
    let inner = |fields: &'_ [Field], name: &str| fields.iter().position(|it| it.name == name);
    let edges = inner(&field.fields, "edges").and_then(|at| field.fields.get(at));
    let edges = edges.ok_or("Field must have a selection of edges")?;
    let node = inner(&edges.fields, "node").and_then(|at| edges.fields.get(at));
    Ok(&node.ok_or("Field \"edges\" must have a selection of node")?.fields)
}

/// `contact { create(input: { … }) { contact { id } errors { label message value } } }`
fn mutate(state: &mut State, field: &Field, now: i64) -> Result<Json, String> {
    let names = state.setup.schema.clone();
    if field.name != names.object {
        return Err(unknown("Mutation", &field.name));
    }
    let mut done = Map::new();
    for act in &field.fields {
        let Some(Json::Object(input)) = act.arguments.get("input") else {
            return Err(format!("Field \"{}\" argument \"input\" is required", act.name));
        };
        let outcome = if act.name == names.create {
            create(state, input, now)
        } else if act.name == names.update {
            update(state, input, now)
        } else {
            return Err(unknown("ContactMutation", &act.name));
        };
        done.insert(act.key().to_owned(), payload(state, &names, act, outcome)?);
    }
    Ok(Json::Object(done))
}

/// Why an input is not taken.
struct Problem {
    label: &'static str,
    message: String,
}

fn create(state: &mut State, input: &Map<String, Json>, now: i64) -> Result<String, Problem> {
    let fields = checked(state, input)?;
    let email = fields.get("email").and_then(Json::as_str).unwrap_or_default();
    if email.is_empty() {
        return Err(Problem { label: "email", message: "email is required".to_owned() });
    }
    if state.records.with_email(email).next().is_some() {
        let message = format!("a contact with the email {email} already exists");
        return Err(Problem { label: "email", message });
    }
    let made = state.records.create(None, "contact", fields, now).map(|it| it.id.clone());
    let id = made.ok_or(Problem { label: "input", message: "the mock is full".to_owned() })?;
    state.written(&id, now);
    Ok(id)
}

fn update(state: &mut State, input: &Map<String, Json>, now: i64) -> Result<String, Problem> {
    let mut input = input.clone();
    let id = input.remove("id").and_then(|it| it.as_str().map(str::to_owned)).unwrap_or_default();
    let fields = checked(state, &input)?;
    let none = || Problem { label: "id", message: format!("there is no contact {id}") };
    state.records.update(&id, fields, now).ok_or_else(none)?;
    state.written(&id, now);
    Ok(id)
}

fn checked(state: &State, input: &Map<String, Json>) -> Result<Map<String, Json>, Problem> {
    match input.keys().find(|it| !state.setup.has_field(it)) {
        Some(field) => {
            Err(Problem { label: "input", message: format!("a contact has no field {field}") })
        }
        None => Ok(input.clone()),
    }
}

fn payload(
    state: &State,
    names: &SchemaNames,
    act: &Field,
    outcome: Result<String, Problem>,
) -> Result<Json, String> {
    let mut payload = Map::new();
    for wanted in &act.fields {
        let value = if wanted.name == names.object {
            let record = outcome.as_ref().ok().and_then(|id| state.records.find(id));
            record.map_or(Ok(Json::Null), |it| shown(state, it, &wanted.fields))?
        } else if wanted.name == "errors" {
            let errors = outcome.as_ref().err().into_iter();
            errors
                .map(|it| json!({ "label": it.label, "message": it.message, "value": null }))
                .collect()
        } else {
            return Err(unknown("ContactPayload", &wanted.name));
        };
        payload.insert(wanted.key().to_owned(), value);
    }
    Ok(Json::Object(payload))
}

fn shown(state: &State, record: &Record, fields: &[Field]) -> Result<Json, String> {
    let mut shown = Map::new();
    for field in fields {
        let value = match field.name.as_str() {
            "id" => record.id.clone().into(),
            "createdAt" => instant(record.created).into(),
            "updatedAt" => instant(record.updated).into(),
            name if state.setup.has_field(name) => {
                record.fields.get(name).cloned().unwrap_or(Json::Null)
            }
            name => return Err(unknown("Contact", name)),
        };
        shown.insert(field.key().to_owned(), value);
    }
    Ok(Json::Object(shown))
}

fn unknown(kind: &str, field: &str) -> String {
    format!("Cannot query field \"{field}\" on type \"{kind}\".")
}

async fn unsupported(Owner(neighbour): Owner<Neighbour>, asked: Asked) -> Response<Body> {
    let mut state = neighbour.state();
    let line = asked.line();
    let text = format!("leadsim's mock of Administrate does not emulate {line}");
    state.count_unsupported(line);
    answer(StatusCode::NOT_IMPLEMENTED, &json!({ "error": "unsupported", "message": text }))
}
