//! `/sobjects`: rows one at a time (wire reference §3.3 to §3.6).
//!
//! Each verb is a function of the org and the call, so that composite can carry it out inside its own transaction;
//! the handlers below take requests apart for it.

mod related;
pub(super) mod row;
pub(super) mod sent;
pub(super) mod shown;

use axum::http::Method;

use super::{
    body::parameter,
    error::Answer,
    front::method_not_allowed,
    passwords,
    route::{Call, get},
    unsupported::ROW_METHODS,
};

/// Rows of one object.
pub(super) fn routes() -> super::route::Resource {
    vec![
        ("/sobjects/{object}", get(super::describe::basic).post(create)),
        ("/sobjects/{object}/{id}", get(retrieve).patch(update).delete(delete).post(create_by_id)),
        (
            "/sobjects/{object}/{field}/{value}",
            get(retrieve_by_key).patch(upsert).delete(delete_by_key).post(set_password),
        ),
    ]
}

/// `POST …/sobjects/{object}`
pub(super) fn create(call: &Call<'_>) -> Answer {
    let visit = call.visit()?;
    let [object] = call.path();
    let sent = sent::Sent::read(call.body)?;
    row::create(&mut visit.mock.org(), &visit, object, sent)
}

/// `POST …/sobjects/{object}/Id`: an upsert by an id that is not there yet.
pub(super) fn create_by_id(call: &Call<'_>) -> Answer {
    let visit = call.visit()?;
    let [object, field] = call.path();
    if !field.eq_ignore_ascii_case("Id") {
        return Err(method_not_allowed(&Method::POST, ROW_METHODS));
    }
    let key = row::UpsertKey { object, field: "Id", value: "", update_only: false };
    let sent = sent::Sent::read(call.body)?;
    row::upsert(&mut visit.mock.org(), &visit, &key, sent)
}

/// `GET …/sobjects/{object}/{id}`
pub(super) fn retrieve(call: &Call<'_>) -> Answer {
    let visit = call.visit()?;
    let [object, id] = call.path();
    row::retrieve(
        &visit.mock.org(),
        &visit,
        (object, id),
        parameter(call.query(), "fields").as_deref(),
    )
}

/// `PATCH …/sobjects/{object}/{id}`
pub(super) fn update(call: &Call<'_>) -> Answer {
    let visit = call.visit()?;
    let [object, id] = call.path();
    let sent = sent::Sent::read(call.body)?;
    row::update(&mut visit.mock.org(), &visit, (object, id), sent)
}

/// `DELETE …/sobjects/{object}/{id}`
pub(super) fn delete(call: &Call<'_>) -> Answer {
    let visit = call.visit()?;
    let [object, id] = call.path();
    row::delete(&mut visit.mock.org(), &visit, object, id)
}

/// `GET …/sobjects/{object}/{field}/{value}`
pub(super) fn retrieve_by_key(call: &Call<'_>) -> Answer {
    let visit = call.visit()?;
    let [object, field, value] = call.path();
    if let Some(user) = passwords::user(object, field, value) {
        return passwords::status(&visit, user);
    }
    let fields = parameter(call.query(), "fields");
    row::retrieve_by_key(&mut visit.mock.org(), &visit, (object, field, value), fields.as_deref())
}

/// `PATCH …/sobjects/{object}/{field}/{value}`
pub(super) fn upsert(call: &Call<'_>) -> Answer {
    let visit = call.visit()?;
    let [object, field, value] = call.path();
    let update_only =
        parameter(call.query(), "updateOnly").is_some_and(|only| only.eq_ignore_ascii_case("true"));
    let key = row::UpsertKey { object, field, value, update_only };
    let sent = sent::Sent::read(call.body)?;
    row::upsert(&mut visit.mock.org(), &visit, &key, sent)
}

/// `DELETE …/sobjects/{object}/{field}/{value}`
pub(super) fn delete_by_key(call: &Call<'_>) -> Answer {
    let visit = call.visit()?;
    let [object, field, value] = call.path();
    if let Some(user) = passwords::user(object, field, value) {
        return passwords::reset(&visit, user);
    }
    row::delete_by_key(&mut visit.mock.org(), &visit, (object, field, value))
}

/// `POST …/sobjects/User/{id}/password`; the addresses of other rows have no `POST`.
pub(super) fn set_password(call: &Call<'_>) -> Answer {
    let visit = call.visit()?;
    let [object, id, last] = call.path();
    let Some(user) = passwords::user(object, id, last) else {
        return Err(method_not_allowed(&Method::POST, ROW_METHODS));
    };
    passwords::set(&visit, user, call.body)
}
