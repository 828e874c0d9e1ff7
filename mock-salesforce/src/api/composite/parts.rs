//! Parts in order, each able to use the answers before it: what composite and graph have in common.
//!
//! With all or none the parts share one transaction: the failing part keeps its own error, every other part says that
//! it was taken back.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::Value as Json;

use super::reference;
use crate::{
    Org,
    api::{
        error::{Answer, Payload, Refusal, Target},
        reply::Reply,
        subrequest::{self, Subrequest, failed},
        visit::Visit,
    },
    json,
};

/// The first version that refuses the whole call for a bad reference id, and takes references to null.
pub(super) const STRICT_SINCE: u16 = 52;

/// One call among the parts.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Part {
    pub(super) method: String,
    pub(super) url: String,
    pub(super) reference_id: String,
    #[serde(default)]
    pub(super) body: Option<Json>,
    /// Headers of this part; one that the call has, too, is replaced.
    #[serde(default)]
    pub(super) http_headers: Option<BTreeMap<String, String>>,
}

/// A part's answer, and the name by which later parts refer to it.
pub(super) struct Answered {
    pub(super) reference_id: String,
    pub(super) reply: Reply,
}

/// Is it a name that references can say?
pub(super) fn is_legal(reference_id: &str) -> bool {
    !reference_id.is_empty() && reference_id.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// Refuses names that cannot be told apart, and, in newer versions, names that references cannot say.
pub(super) fn check_names(visit: &Visit, parts: &[Part]) -> Result<(), Refusal> {
    let mut seen = std::collections::BTreeSet::new();
    for part in parts {
        let name = part.reference_id.as_str();
        if visit.version >= STRICT_SINCE && !is_legal(name) {
            return Err(invalid(&format!("Invalid reference id: {name}")));
        }
        if !seen.insert(name) {
            return Err(invalid(&format!("Duplicate reference id: {name}")));
        }
    }
    Ok(())
}

/// The call is made of parts that do not fit.
pub(super) fn invalid(message: &str) -> Refusal {
    Refusal::request(StatusCode::BAD_REQUEST, "INVALID_INPUT", message)
}

/// Each part on its own.
pub(super) fn carry_out(org: &mut Org, visit: &Visit, parts: &[Part]) -> Vec<Answered> {
    let mut answered = Vec::with_capacity(parts.len());
    for part in parts {
        let reply = answer(org, visit, (part, &answered), false).unwrap_or_else(Reply::from);
        answered.push(Answered { reference_id: part.reference_id.clone(), reply });
    }
    answered
}

/// All parts or none; `Err` when they were taken back.
pub(super) fn carry_out_all(
    org: &mut Org,
    visit: &Visit,
    parts: &[Part],
) -> Result<Vec<Answered>, Vec<Answered>> {
    let outcome = org.transaction(|org| {
        let mut answered: Vec<Answered> = Vec::with_capacity(parts.len());
        for part in parts {
            let reply = answer(org, visit, (part, &answered), true).unwrap_or_else(Reply::from);
            if failed(&part.url, &reply) {
                return Err((answered.len(), reply));
            }
            answered.push(Answered { reference_id: part.reference_id.clone(), reply });
        }
        Ok(answered)
    });
    outcome.map_err(|(failed, reply)| taken_back(parts, Some((failed, reply))))
}

fn answer(
    org: &mut Org,
    visit: &Visit,
    (part, earlier): (&Part, &[Answered]),
    all_or_none: bool,
) -> Answer {
    if let Some(error) = visit.failure(earlier.len()) {
        return Err(Refusal::save(&[error], Target::Known, Payload::NONE));
    }
    if !is_legal(&part.reference_id) {
        return Err(invalid(&format!("Invalid reference id: {}", part.reference_id)));
    }
    let answers = reference::Answers { earlier, null_is_a_value: visit.version >= STRICT_SINCE };
    let url = answers.replaced_text(&part.url)?;
    let body = part.body.as_ref().map_or(Ok(Json::Null), |body| answers.replaced(body))?;
    let headers = part.http_headers.as_ref();
    let call = Subrequest { method: &part.method, url: &url, body, headers, all_or_none };
    Ok(subrequest::answer(org, visit, call))
}

/// What every part says when none of them stays; the one that failed says why.
pub(super) fn taken_back(parts: &[Part], failed: Option<(usize, Reply)>) -> Vec<Answered> {
    let message =
        "The transaction was rolled back since another operation in the same transaction failed.";
    let halted =
        Reply::from(Refusal::routing(StatusCode::BAD_REQUEST, "PROCESSING_HALTED", message));
    let own = |at| failed.as_ref().filter(|(failed, _)| *failed == at).map(|(_, own)| own.clone());
    let reply = |at| own(at).unwrap_or_else(|| halted.clone());
    parts
        .iter()
        .enumerate()
        .map(|(at, part)| Answered { reference_id: part.reference_id.clone(), reply: reply(at) })
        .collect()
}

/// `"compositeResponse":[…]`
pub(super) fn write(out: &mut Vec<u8>, answered: &[Answered]) {
    out.extend_from_slice(b"\"compositeResponse\":[");
    for (at, part) in answered.iter().enumerate() {
        if at > 0 {
            out.push(b',');
        }
        write_part(out, part);
    }
    out.push(b']');
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
