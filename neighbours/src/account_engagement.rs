//! Account Engagement's API v5: prospects by e-mail and id, and the upsert of the latest (requirements §10.4).

use axum::{
    Router,
    body::Body,
    extract::{DefaultBodyLimit, Path, State as Owner},
    http::{Response, StatusCode},
    routing::{any, get, post},
};
use serde_json::{Map, Value as Json, json};

use crate::{
    Neighbour, Record,
    body::{Asked, empty, instant, json as answer},
    limits::Stop,
    neighbour::State,
    tokens::Standing,
};

/// The header that names the business unit.
const BUSINESS_UNIT: &str = "pardot-business-unit-id";
/// What a prospect says of itself beside the fields that anybody may write.
const OWN_FIELDS: &[&str] = &[
    "id",
    "createdAt",
    "updatedAt",
    "salesforceId",
    "crmLeadFid",
    "crmContactFid",
    "crmSyncError",
];

pub(crate) fn router(neighbour: Neighbour) -> Router {
    let limit = neighbour.state().setup.limits.body_bytes;
    Router::new()
        .route("/services/oauth2/token", post(token))
        .route("/api/v5/objects/prospects", get(list).post(create))
        .route("/api/v5/objects/prospects/{id}", get(read).patch(update).delete(delete))
        .route("/api/v5/objects/prospects/do/upsertLatestByEmail", post(upsert))
        .fallback(any(unsupported))
        .layer(DefaultBodyLimit::max(limit))
        .with_state(neighbour)
}

async fn token(Owner(neighbour): Owner<Neighbour>, asked: Asked) -> Response<Body> {
    let mut state = neighbour.state();
    let login = state.setup.login.clone();
    let said = |name| asked.form(name).unwrap_or_default();
    let refused = |code: &str, text: &str| {
        answer(StatusCode::BAD_REQUEST, &json!({ "error": code, "error_description": text }))
    };
    if said("grant_type") != "client_credentials" {
        return refused("unsupported_grant_type", "grant type not supported");
    }
    if said("client_id") != login.client_id {
        return refused("invalid_client_id", "client identifier invalid");
    }
    if said("client_secret") != login.client_secret {
        return refused("invalid_client", "invalid client credentials");
    }
    let token = state.tokens.issue("00Dneighbour!", asked.now, login.token_seconds);
    answer(
        StatusCode::OK,
        &json!({ "access_token": token, "scope": "pardot_api", "token_type": "Bearer" }),
    )
}

fn error(status: StatusCode, code: u16, message: &str) -> Response<Body> {
    answer(status, &json!({ "code": code, "message": message }))
}

/// The token, the business unit and the limits.
fn gate(state: &mut State, asked: &Asked) -> Result<(), Response<Body>> {
    let standing = asked.bearer().map(|token| state.tokens.standing(token, asked.now));
    if standing != Some(Standing::Good) {
        let text = "access_token is invalid, unknown, or malformed";
        return Err(error(StatusCode::UNAUTHORIZED, 184, text));
    }
    if asked.header(BUSINESS_UNIT) != Some(state.setup.login.business_unit.as_str()) {
        let text = "Business Unit ID not found - It is either invalid or its Pardot account is not provisioned";
        return Err(error(StatusCode::BAD_REQUEST, 181, text));
    }
    let (system, limits) = (state.setup.system, state.setup.limits);
    state.throttle.take(system, &limits, asked.now).map_err(|stop| match stop {
        Stop::Concurrent | Stop::Rate(_) => {
            let text = "You have exceeded your concurrent access limit. Please try again later";
            error(StatusCode::TOO_MANY_REQUESTS, 66, text)
        }
        Stop::Daily => error(
            StatusCode::TOO_MANY_REQUESTS,
            122,
            "Your account has exceeded its daily API limit",
        ),
    })
}

/// Lets a call in and has it answered.
fn answered(
    neighbour: &Neighbour,
    asked: &Asked,
    respond: impl FnOnce(&mut State) -> Result<Response<Body>, Response<Body>>,
) -> Response<Body> {
    let mut state = neighbour.state();
    gate(&mut state, asked).and_then(|()| respond(&mut state)).unwrap_or_else(|refused| refused)
}

async fn list(Owner(neighbour): Owner<Neighbour>, asked: Asked) -> Response<Body> {
    answered(&neighbour, &asked, |state| {
        let fields = asked.query("fields").map(|it| names(&it));
        let fields = wanted(state, fields)?;
        let Some(email) = asked.query("email") else {
            let line = format!("{} without email", asked.line());
            state.count_unsupported(line);
            let text = "leadsim's mock lists prospects by email only";
            return Err(error(StatusCode::NOT_IMPLEMENTED, 600, text));
        };
        let found = state.records.with_email(&email);
        let values: Vec<Json> = found.map(|it| shown(it, &fields)).collect();
        let page = json!({ "nextPageToken": null, "nextPageUrl": null, "values": values });
        Ok(answer(StatusCode::OK, &page))
    })
}

async fn read(
    Owner(neighbour): Owner<Neighbour>,
    Path(id): Path<String>,
    asked: Asked,
) -> Response<Body> {
    answered(&neighbour, &asked, |state| {
        let fields = wanted(state, asked.query("fields").map(|it| names(&it)))?;
        let found = state.records.find(&id).ok_or_else(no_such_prospect)?;
        Ok(answer(StatusCode::OK, &shown(found, &fields)))
    })
}

async fn create(Owner(neighbour): Owner<Neighbour>, asked: Asked) -> Response<Body> {
    answered(&neighbour, &asked, |state| {
        let shape = asked.query("fields").map(|it| names(&it));
        let shape = wanted(state, shape.or_else(|| Some(names("id"))))?;
        let fields = prospect(state, asked.json().as_ref())?;
        let email = email_of(&fields)?;
        if !state.setup.multiple_prospects && state.records.with_email(&email).next().is_some() {
            let text = "A prospect with the specified email address already exists";
            return Err(error(StatusCode::BAD_REQUEST, 9, text));
        }
        let id = insert(state, fields, asked.now)?;
        let made = state.records.find(&id).ok_or_else(no_such_prospect)?;
        Ok(answer(StatusCode::CREATED, &shown(made, &shape)))
    })
}

async fn update(
    Owner(neighbour): Owner<Neighbour>,
    Path(id): Path<String>,
    asked: Asked,
) -> Response<Body> {
    answered(&neighbour, &asked, |state| {
        let shape = asked.query("fields").map(|it| names(&it));
        let shape = wanted(state, shape.or_else(|| Some(names("id"))))?;
        let fields = prospect(state, asked.json().as_ref())?;
        write(state, &id, fields, asked.now)?;
        let found = state.records.find(&id).ok_or_else(no_such_prospect)?;
        Ok(answer(StatusCode::OK, &shown(found, &shape)))
    })
}

async fn delete(
    Owner(neighbour): Owner<Neighbour>,
    Path(id): Path<String>,
    asked: Asked,
) -> Response<Body> {
    answered(&neighbour, &asked, |state| {
        if state.records.delete(&id, asked.now) {
            Ok(empty(StatusCode::NO_CONTENT))
        } else {
            Err(no_such_prospect())
        }
    })
}

/// The most recently updated prospect with the address, else a new one.
async fn upsert(Owner(neighbour): Owner<Neighbour>, asked: Asked) -> Response<Body> {
    answered(&neighbour, &asked, |state| {
        let body = asked.json().ok_or_else(unreadable)?;
        let Some(email) = body.get("matchEmail").and_then(Json::as_str) else {
            return Err(error(StatusCode::BAD_REQUEST, 61, "matchEmail is required"));
        };
        let listed = body.get("fields").and_then(Json::as_array);
        let listed =
            listed.map(|it| it.iter().filter_map(Json::as_str).map(str::to_owned).collect());
        let shape = wanted(state, listed.or_else(|| Some(names("id"))))?;
        let mut fields = prospect(state, body.get("prospect").and_then(Json::as_object))?;
        let latest = state.records.with_email(email).max_by_key(|it| (it.updated, it.version));
        let id = if let Some(id) = latest.map(|it| it.id.clone()) {
            write(state, &id, fields, asked.now)?;
            id
        } else {
            fields.entry("email").or_insert_with(|| email.into());
            insert(state, fields, asked.now)?
        };
        let found = state.records.find(&id).ok_or_else(no_such_prospect)?;
        Ok(answer(StatusCode::OK, &shown(found, &shape)))
    })
}

async fn unsupported(Owner(neighbour): Owner<Neighbour>, asked: Asked) -> Response<Body> {
    let mut state = neighbour.state();
    let line = asked.line();
    let text = format!("leadsim's mock of Account Engagement does not emulate {line}");
    state.count_unsupported(line);
    error(StatusCode::NOT_IMPLEMENTED, 600, &text)
}

fn insert(
    state: &mut State,
    fields: Map<String, Json>,
    now: i64,
) -> Result<String, Response<Body>> {
    let made = state.records.create(None, "prospect", fields, now).map(|it| it.id.clone());
    let full = || error(StatusCode::INTERNAL_SERVER_ERROR, 1, "the mock is full");
    let id = made.ok_or_else(full)?;
    state.written(&id, now);
    Ok(id)
}

fn write(
    state: &mut State,
    id: &str,
    fields: Map<String, Json>,
    now: i64,
) -> Result<(), Response<Body>> {
    state.records.update(id, fields, now).ok_or_else(no_such_prospect)?;
    state.written(id, now);
    Ok(())
}

fn prospect(
    state: &State,
    body: Option<&Map<String, Json>>,
) -> Result<Map<String, Json>, Response<Body>> {
    let fields = body.cloned().ok_or_else(unreadable)?;
    match fields.keys().find(|it| !state.setup.has_field(it)) {
        Some(unknown) => {
            let text =
                format!("The field \"{unknown}\" is not a field of a prospect that can be written");
            Err(error(StatusCode::BAD_REQUEST, 60, &text))
        }
        None => Ok(fields),
    }
}

fn email_of(fields: &Map<String, Json>) -> Result<String, Response<Body>> {
    let email = fields.get("email").and_then(Json::as_str).filter(|it| !it.is_empty());
    email.map(str::to_owned).ok_or_else(|| error(StatusCode::BAD_REQUEST, 5, "email is required"))
}

fn names(list: &str) -> Vec<String> {
    list.split(',').map(|it| it.trim().to_owned()).collect()
}

fn wanted(state: &State, fields: Option<Vec<String>>) -> Result<Vec<String>, Response<Body>> {
    let Some(fields) = fields.filter(|it| !it.is_empty()) else {
        return Err(error(StatusCode::BAD_REQUEST, 61, "The \"fields\" parameter is required"));
    };
    match fields.iter().find(|it| !OWN_FIELDS.contains(&it.as_str()) && !state.setup.has_field(it))
    {
        Some(unknown) => {
            let text = format!("The field \"{unknown}\" is not a field of a prospect");
            Err(error(StatusCode::BAD_REQUEST, 60, &text))
        }
        None => Ok(fields),
    }
}

fn unreadable() -> Response<Body> {
    error(StatusCode::BAD_REQUEST, 59, "The request body is not a JSON object")
}

fn no_such_prospect() -> Response<Body> {
    error(StatusCode::NOT_FOUND, 109, "The requested record was not found")
}

fn shown(record: &Record, fields: &[String]) -> Json {
    let value = |field: &str| match field {
        "id" => record.id.parse::<u64>().map_or(Json::Null, Json::from),
        "createdAt" => instant(record.created).into(),
        "updatedAt" => instant(record.updated).into(),
        "salesforceId" => record.crm_id.clone().into(),
        "crmLeadFid" => record.crm_id.clone().filter(|it| it.starts_with("00Q")).into(),
        "crmContactFid" => record.crm_id.clone().filter(|it| it.starts_with("003")).into(),
        "crmSyncError" => record.sync_error.clone().into(),
        field => record.fields.get(field).cloned().unwrap_or(Json::Null),
    };
    Json::Object(fields.iter().map(|field| (field.clone(), value(field))).collect())
}
