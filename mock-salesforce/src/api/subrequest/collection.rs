//! `composite/sobjects` inside a call.

use serde_json::Value as Json;

use super::{At, text_of};
use crate::{
    Org,
    api::{body::parse, collections, error::Answer},
};

/// The answer; `None` for what is not that.
pub(super) fn answer(
    org: &mut Org,
    at: &At<'_>,
    method: &str,
    (body, all_or_none): (Json, bool),
) -> Option<Answer> {
    let body = text_of(&body);
    let records = || {
        let mut records = collections::save::Records::read(body.as_bytes())?;
        records.all_or_none |= all_or_none;
        Ok(records)
    };
    let visit = at.visit;
    Some(match (method, at.segments) {
        ("POST", [_, "sobjects"]) => {
            records().and_then(|records| collections::save::create(org, visit, records))
        }
        ("PATCH", [_, "sobjects"]) => {
            records().and_then(|records| collections::save::update(org, visit, records))
        }
        ("PATCH", [_, "sobjects", object, field]) => records()
            .and_then(|records| collections::save::upsert(org, visit, (object, field), records)),
        ("DELETE", [_, "sobjects"]) => {
            let asked =
                at.parameter("allOrNone").is_some_and(|all| all.eq_ignore_ascii_case("true"));
            let ids = at.parameter("ids").unwrap_or_default();
            collections::save::delete(org, visit, &ids, asked || all_or_none)
        }
        ("POST", [_, "sobjects", object]) => {
            parse(body.as_bytes()).and_then(|wanted| collections::read(org, visit, object, &wanted))
        }
        ("GET", [_, "sobjects", object]) => {
            collections::read(org, visit, object, &collections::Wanted::of_query(at.query))
        }
        _ => return None,
    })
}
