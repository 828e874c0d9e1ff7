//! `composite`: up to 25 calls in one, each able to use the answers before it (wire reference §5.3).
//!
//! With `allOrNone` the parts share one transaction: the failing part keeps its own error, every other part says that
//! it was taken back.

mod part;
mod reference;

use std::collections::BTreeMap;

use axum::http::StatusCode;
use bytes::Bytes;
use serde::Deserialize;
use serde_json::Value as Json;

use axum::routing::post;

use super::{
    body::parse,
    error::{Answer, Refusal},
    reply::Reply,
    visit::Visit,
};
use crate::{Org, json};

/// Most parts of one call (wire reference §13).
const PART_LIMIT: usize = 25;
/// Most queries and collections among them.
const QUERY_LIMIT: usize = 5;
/// The first version that refuses the whole call for a bad reference id.
const STRICT_SINCE: u16 = 52;

#[derive(Debug, Deserialize)]
struct Body {
    #[serde(default, rename = "allOrNone")]
    all_or_none: bool,
    #[serde(rename = "compositeRequest")]
    parts: Vec<Part>,
}

/// One call among the parts.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Part {
    method: String,
    url: String,
    reference_id: String,
    #[serde(default)]
    body: Option<Json>,
    /// Headers of this part; one that the call has, too, is replaced.
    #[serde(default)]
    http_headers: Option<BTreeMap<String, String>>,
}

/// A part's answer, and the name by which later parts refer to it.
struct Answered {
    reference_id: String,
    reply: Reply,
}

/// `composite` itself.
pub(super) fn routes() -> super::Resource {
    vec![("/composite", post(composite))]
}

/// `POST …/composite`
pub(super) async fn composite(visit: Visit, body: Bytes) -> Answer {
    let body: Body = parse(&body)?;
    check(&visit, &body.parts)?;
    let answered = carry_out(&mut visit.mock.org(), &visit, &body);
    let mut out = b"{\"compositeResponse\":[".to_vec();
    for (at, part) in answered.iter().enumerate() {
        if at > 0 {
            out.push(b',');
        }
        write_part(&mut out, part);
    }
    out.extend_from_slice(b"]}");
    Ok(Reply::ok(out))
}

fn check(visit: &Visit, parts: &[Part]) -> Result<(), Refusal> {
    let refuse =
        |code, message: &str| Err(Refusal::request(StatusCode::BAD_REQUEST, code, message));
    if parts.len() > PART_LIMIT {
        return refuse(
            "LIMIT_EXCEEDED",
            &format!("Limit exceeded: at most {PART_LIMIT} subrequests in a composite request"),
        );
    }
    let queries = parts.iter().filter(|part| part::is_query(&part.url)).count();
    if queries > QUERY_LIMIT {
        let message = format!(
            "Limit exceeded: at most {QUERY_LIMIT} query and collections subrequests in a composite request"
        );
        return refuse("LIMIT_EXCEEDED", &message);
    }
    for (at, part) in parts.iter().enumerate() {
        let legal = !part.reference_id.is_empty()
            && part.reference_id.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        if !legal && visit.version >= STRICT_SINCE {
            return refuse(
                "INVALID_INPUT",
                &format!("Invalid reference id: {}", part.reference_id),
            );
        }
        if parts.iter().take(at).any(|earlier| earlier.reference_id == part.reference_id) {
            return refuse(
                "INVALID_INPUT",
                &format!("Duplicate reference id: {}", part.reference_id),
            );
        }
    }
    Ok(())
}

fn carry_out(org: &mut Org, visit: &Visit, body: &Body) -> Vec<Answered> {
    if !body.all_or_none {
        let mut answered = Vec::with_capacity(body.parts.len());
        for part in &body.parts {
            let reply = part::answer(org, visit, part, &answered);
            answered.push(Answered { reference_id: part.reference_id.clone(), reply });
        }
        return answered;
    }
    let outcome = org.transaction(|org| {
        let mut answered: Vec<Answered> = Vec::with_capacity(body.parts.len());
        for part in &body.parts {
            let reply = part::answer_or_fail(org, visit, part, &answered)
                .map_err(|reply| (answered.len(), reply))?;
            answered.push(Answered { reference_id: part.reference_id.clone(), reply });
        }
        Ok(answered)
    });
    outcome.unwrap_or_else(|(failed, reply)| taken_back(&body.parts, failed, &reply))
}

fn taken_back(parts: &[Part], failed: usize, own: &Reply) -> Vec<Answered> {
    let message =
        "The transaction was rolled back since another operation in the same transaction failed.";
    let halted =
        Reply::from(Refusal::routing(StatusCode::BAD_REQUEST, "PROCESSING_HALTED", message));
    let reply = |at| if at == failed { own.clone() } else { halted.clone() };
    parts
        .iter()
        .enumerate()
        .map(|(at, part)| Answered { reference_id: part.reference_id.clone(), reply: reply(at) })
        .collect()
}

fn write_part(out: &mut Vec<u8>, part: &Answered) {
    out.extend_from_slice(b"{\"body\":");
    match &part.reply.body {
        Some(body) => out.extend_from_slice(body),
        None => out.extend_from_slice(b"null"),
    }
    out.extend_from_slice(b",\"httpHeaders\":");
    part.reply.write_headers(out);
    json::write_plain(
        out,
        format_args!(",\"httpStatusCode\":{},\"referenceId\":", part.reply.status.as_u16()),
    );
    json::write_text(out, &part.reference_id);
    out.push(b'}');
}
