//! `composite/sobjects` inside a call.

use axum::http::StatusCode;
use serde::Deserialize as _;
use serde_json::Value as Json;

use super::At;
use crate::{
    Org,
    api::{
        collections,
        error::{Answer, Refusal},
    },
};

/// The answer; `None` for what is not that.
pub(super) fn answer(
    org: &mut Org,
    at: &At<'_>,
    method: &str,
    (body, all_or_none): (Json, bool),
) -> Option<Answer> {
    let records = |body| {
        let mut records = collections::save::Records::deserialize(body).map_err(not_json)?;
        records.all_or_none |= all_or_none;
        Ok(records)
    };
    let visit = at.visit;
    Some(match (method, at.segments) {
        ("POST", [_, "sobjects"]) => {
            records(&body).and_then(|records| collections::save::create(org, visit, records))
        }
        ("PATCH", [_, "sobjects"]) => {
            records(&body).and_then(|records| collections::save::update(org, visit, records))
        }
        ("PATCH", [_, "sobjects", object, field]) => records(&body)
            .and_then(|records| collections::save::upsert(org, visit, (object, field), records)),
        ("DELETE", [_, "sobjects"]) => {
            let asked =
                at.parameter("allOrNone").is_some_and(|all| all.eq_ignore_ascii_case("true"));
            let ids = at.parameter("ids").unwrap_or_default();
            collections::save::delete(org, visit, &ids, asked || all_or_none)
        }
        ("POST", [_, "sobjects", object]) => serde_json::from_value(body)
            .map_err(not_json)
            .and_then(|wanted| collections::read(org, visit, object, &wanted)),
        ("GET", [_, "sobjects", object]) => {
            collections::read(org, visit, object, &collections::Wanted::of_query(at.query))
        }
        _ => return None,
    })
}

fn not_json(error: serde_json::Error) -> Refusal {
    Refusal::request(StatusCode::BAD_REQUEST, "JSON_PARSER_ERROR", &error.to_string())
}
