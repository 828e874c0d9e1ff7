//! REST v2, the API before GraphQL: HTTP Basic, POST for create and update; a duplicate address is taken, with a header
//! that says so, to be resolved by people in the app.

use axum::{
    body::Body,
    extract::{Path, State as Owner},
    http::{Response, StatusCode},
};
use serde_json::{Map, Value as Json, json};

use super::{basic, limited};
use crate::{
    Neighbour, Record,
    body::{Asked, empty, json as answer, with},
    neighbour::State,
};

/// The header of a record whose address another one has too.
const DUPED: &str = "x-duped-email";

fn gate(state: &mut State, asked: &Asked) -> Result<(), Response<Body>> {
    let login = &state.setup.login;
    let own = (login.client_id.clone(), login.client_secret.clone());
    if basic(asked) != Some(own) {
        let refused = empty(StatusCode::UNAUTHORIZED);
        return Err(with(refused, "www-authenticate", "Basic realm=\"Administrate\""));
    }
    limited(state, asked)
}

pub(super) async fn create(Owner(neighbour): Owner<Neighbour>, asked: Asked) -> Response<Body> {
    let mut state = neighbour.state();
    let taken = gate(&mut state, &asked).and_then(|()| fields(&state, &asked));
    let fields = match taken {
        Ok(fields) => fields,
        Err(refused) => return refused,
    };
    let made = state.records.create(None, "contact", fields, asked.now).map(|it| it.id.clone());
    let Some(id) = made else {
        return problem(StatusCode::INTERNAL_SERVER_ERROR, "the mock is full");
    };
    state.written(&id, asked.now);
    shown(&state, &id)
}

pub(super) async fn update(
    Owner(neighbour): Owner<Neighbour>,
    Path(id): Path<String>,
    asked: Asked,
) -> Response<Body> {
    let mut state = neighbour.state();
    let taken = gate(&mut state, &asked).and_then(|()| fields(&state, &asked));
    let fields = match taken {
        Ok(fields) => fields,
        Err(refused) => return refused,
    };
    if state.records.update(&id, fields, asked.now).is_none() {
        return problem(StatusCode::NOT_FOUND, "there is no such contact");
    }
    state.written(&id, asked.now);
    shown(&state, &id)
}

pub(super) async fn read(
    Owner(neighbour): Owner<Neighbour>,
    Path(id): Path<String>,
    asked: Asked,
) -> Response<Body> {
    let mut state = neighbour.state();
    if let Err(refused) = gate(&mut state, &asked) {
        return refused;
    }
    shown(&state, &id)
}

fn fields(state: &State, asked: &Asked) -> Result<Map<String, Json>, Response<Body>> {
    let unreadable = || problem(StatusCode::BAD_REQUEST, "the body is not a JSON object");
    let fields = asked.json().ok_or_else(unreadable)?;
    match fields.keys().find(|it| !state.setup.has_field(it)) {
        Some(field) => {
            let text = format!("a contact has no field {field}");
            Err(problem(StatusCode::BAD_REQUEST, &text))
        }
        None => Ok(fields),
    }
}

fn problem(status: StatusCode, text: &str) -> Response<Body> {
    answer(status, &json!({ "error": text }))
}

fn shown(state: &State, id: &str) -> Response<Body> {
    let Some(record) = state.records.find(id) else {
        return problem(StatusCode::NOT_FOUND, "there is no such contact");
    };
    let mut body = Map::new();
    body.insert("id".to_owned(), record.id.clone().into());
    body.extend(record.fields.clone());
    let response = answer(StatusCode::OK, &Json::Object(body));
    if is_duped(state, record) { with(response, DUPED, "yes") } else { response }
}

fn is_duped(state: &State, record: &Record) -> bool {
    let email = record.text("email").unwrap_or_default();
    !email.is_empty() && state.records.with_email(&email).any(|it| it.id != record.id)
}
