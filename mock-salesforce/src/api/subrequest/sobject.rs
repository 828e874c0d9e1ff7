//! `sobjects/…` inside a call: rows and descriptions.

use serde_json::Value as Json;

use super::{At, describe, object_of, text_of};
use crate::{
    Org,
    api::{
        error::Answer,
        sobjects::{row, sent::Sent},
    },
};

/// The answer; `None` for what is not emulated.
pub(super) fn answer(org: &mut Org, at: &At<'_>, method: &str, body: Json) -> Option<Answer> {
    match at.segments {
        [_] if method == "GET" => Some(describe::listed(org, at.visit)),
        [_, object] => of_object(org, at, (method, object), body),
        [_, object, "describe"] if method == "GET" => Some(describe::full(org, at.visit, object)),
        [_, object, id] => by_id(org, at, (method, object, id), body),
        [_, object, field, value] => by_key(org, at, method, ((object, field, value), body)),
        _ => None,
    }
}

fn of_object(
    org: &mut Org,
    at: &At<'_>,
    (method, object): (&str, &str),
    body: Json,
) -> Option<Answer> {
    match method {
        "POST" => Some(with(body, |sent| row::create(org, at.visit, object, sent))),
        "GET" => Some(describe::brief(org, at.visit, object)),
        _ => None,
    }
}

fn by_id(
    org: &mut Org,
    at: &At<'_>,
    (method, object, id): (&str, &str, &str),
    body: Json,
) -> Option<Answer> {
    Some(match method {
        "GET" => row::retrieve(org, at.visit, (object, id), at.parameter("fields").as_deref()),
        "PATCH" => with(body, |sent| row::update(org, at.visit, (object, id), sent)),
        "DELETE" => row::delete(org, at.visit, object, id),
        _ => return None,
    })
}

fn by_key(
    org: &mut Org,
    at: &At<'_>,
    method: &str,
    (key, body): ((&str, &str, &str), Json),
) -> Option<Answer> {
    let (object, field, value) = key;
    let is_true = |text: String| text.eq_ignore_ascii_case("true");
    let update_only = at.parameter("updateOnly").is_some_and(is_true);
    Some(match method {
        "GET" => row::retrieve_by_key(org, at.visit, key, at.parameter("fields").as_deref()),
        "DELETE" => row::delete_by_key(org, at.visit, key),
        "PATCH" => {
            let key = row::UpsertKey { object, field, value, update_only };
            with(body, |sent| row::upsert(org, at.visit, &key, sent))
        }
        _ => return None,
    })
}

/// Does something with a body that must be an object.
fn with(body: Json, act: impl FnOnce(Sent<'_>) -> Answer) -> Answer {
    let text = text_of(&body);
    act(Sent { fields: object_of(body)?.into(), text: text.as_bytes() })
}
