//! A composite's answer: its parts, each with a status and a body of its own (wire reference §5.3).

use axum::http::StatusCode;
use serde_json::Value as Json;

/// One part's answer.
#[derive(Debug)]
pub(super) struct Part<'j> {
    pub(super) status: StatusCode,
    pub(super) body: &'j Json,
}

/// The parts in order; `None` when this is no composite's answer.
pub(super) fn parts(json: &Json) -> Option<Vec<Part<'_>>> {
    json.get("compositeResponse")?.as_array()?.iter().map(part).collect()
}

fn part(json: &Json) -> Option<Part<'_>> {
    let status = u16::try_from(json.get("httpStatusCode")?.as_u64()?).ok()?;
    Some(Part {
        status: StatusCode::from_u16(status).ok()?,
        body: json.get("body").unwrap_or(&Json::Null),
    })
}
