//! `/sobjects`: rows one at a time (wire reference §3.3 to §3.6).
//!
//! Each verb is a function of the org and the call, so that composite can carry it out inside its own transaction;
//! the handlers below take requests apart for it.

mod related;
pub(super) mod row;

use axum::{
    extract::{Path, RawQuery},
    http::Method,
    routing::get,
};

use super::{
    body::parameter,
    error::Answer,
    front::method_not_allowed,
    unsupported::{self, ROW_METHODS},
    visit::{Visit, Whole},
};

/// Rows of one object.
pub(super) fn routes() -> super::Resource {
    vec![
        ("/sobjects/{object}", get(super::describe::basic).post(create)),
        ("/sobjects/{object}/{id}", get(retrieve).patch(update).delete(delete).post(create_by_id)),
        (
            "/sobjects/{object}/{field}/{value}",
            get(retrieve_by_key).patch(upsert).delete(delete_by_key),
        ),
    ]
}

/// `POST …/sobjects/{object}`
pub(super) async fn create(
    visit: Visit,
    Path((_, object)): Path<(String, String)>,
    Whole(body): Whole,
) -> Answer {
    let sent = row::Sent::read(&body)?;
    row::create(&mut visit.mock.org(), &visit, &object, sent)
}

/// `POST …/sobjects/{object}/Id`: an upsert by an id that is not there yet.
pub(super) async fn create_by_id(
    visit: Visit,
    Path((_, object, field)): Path<(String, String, String)>,
    Whole(body): Whole,
) -> Answer {
    if !field.eq_ignore_ascii_case("Id") {
        return Err(method_not_allowed(&Method::POST, ROW_METHODS));
    }
    let key = row::UpsertKey { object: &object, field: "Id", value: "", update_only: false };
    let sent = row::Sent::read(&body)?;
    row::upsert(&mut visit.mock.org(), &visit, &key, sent)
}

/// `GET …/sobjects/{object}/{id}`
pub(super) async fn retrieve(
    visit: Visit,
    Path((_, object, id)): Path<(String, String, String)>,
    RawQuery(query): RawQuery,
) -> Answer {
    row::retrieve(
        &visit.mock.org(),
        &visit,
        (&object, &id),
        parameter(query.as_deref(), "fields").as_deref(),
    )
}

/// `PATCH …/sobjects/{object}/{id}`
pub(super) async fn update(
    visit: Visit,
    Path((_, object, id)): Path<(String, String, String)>,
    Whole(body): Whole,
) -> Answer {
    let sent = row::Sent::read(&body)?;
    row::update(&mut visit.mock.org(), &visit, (&object, &id), sent)
}

/// `DELETE …/sobjects/{object}/{id}`
pub(super) async fn delete(
    visit: Visit,
    Path((_, object, id)): Path<(String, String, String)>,
) -> Answer {
    row::delete(&mut visit.mock.org(), &visit, &object, &id)
}

/// `GET …/sobjects/{object}/{field}/{value}`
pub(super) async fn retrieve_by_key(
    visit: Visit,
    Path((_, object, field, value)): Path<(String, String, String, String)>,
    RawQuery(query): RawQuery,
) -> Answer {
    if let Some(refusal) = unsupported::password(&visit.mock, &object, &value) {
        return Err(refusal);
    }
    let fields = parameter(query.as_deref(), "fields");
    row::retrieve_by_key(
        &mut visit.mock.org(),
        &visit,
        (&object, &field, &value),
        fields.as_deref(),
    )
}

/// `PATCH …/sobjects/{object}/{field}/{value}`
pub(super) async fn upsert(
    visit: Visit,
    Path((_, object, field, value)): Path<(String, String, String, String)>,
    RawQuery(query): RawQuery,
    Whole(body): Whole,
) -> Answer {
    let update_only = parameter(query.as_deref(), "updateOnly")
        .is_some_and(|only| only.eq_ignore_ascii_case("true"));
    let key = row::UpsertKey { object: &object, field: &field, value: &value, update_only };
    let sent = row::Sent::read(&body)?;
    row::upsert(&mut visit.mock.org(), &visit, &key, sent)
}

/// `DELETE …/sobjects/{object}/{field}/{value}`
pub(super) async fn delete_by_key(
    visit: Visit,
    Path((_, object, field, value)): Path<(String, String, String, String)>,
) -> Answer {
    if let Some(refusal) = unsupported::password(&visit.mock, &object, &value) {
        return Err(refusal);
    }
    row::delete_by_key(&mut visit.mock.org(), &visit, (&object, &field, &value))
}
