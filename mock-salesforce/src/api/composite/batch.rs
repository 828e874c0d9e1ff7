//! `composite/batch`: up to 25 calls in one, each on its own, in order (wire reference §5.4).

use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::Value as Json;

use super::limit_exceeded;
use crate::{
    Org,
    api::{
        body::parse,
        error::{Answer, Payload, Refusal, Target},
        reply::Reply,
        route,
        subrequest::{self, Subrequest},
        visit::Visit,
    },
    json,
};

/// Most calls in one.
const CALL_LIMIT: usize = 25;
/// The version that brought it.
const SINCE: u16 = 34;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Body {
    #[serde(deserialize_with = "crate::api::body::maps")]
    batch_requests: Vec<Call>,
    #[serde(default, deserialize_with = "crate::api::body::truth")]
    halt_on_error: bool,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Call {
    method: String,
    url: String,
    #[serde(default)]
    rich_input: Json,
    /// A file that comes beside the calls: not emulated.
    #[serde(default)]
    binary_part_name: Option<String>,
}

/// `POST …/composite/batch`
pub(super) fn batch(call: &route::Call<'_>) -> Answer {
    let visit = call.visit()?;
    visit.since(SINCE)?;
    let body: Body = parse(call.body)?;
    if body.batch_requests.len() > CALL_LIMIT {
        return Err(limit_exceeded(&format!("at most {CALL_LIMIT} requests in a batch")));
    }
    let mut org = visit.mock.org();
    let mut replies: Vec<Reply> = Vec::with_capacity(body.batch_requests.len());
    for call in body.batch_requests {
        let halted = body.halt_on_error && replies.iter().any(is_error);
        let failure = visit.failure(replies.len());
        replies.push(match failure {
            _ if halted => halted_reply(),
            Some(error) => Refusal::save(&[error], Target::Known, Payload::NONE).into(),
            None => answer(&mut org, &visit, call),
        });
    }
    Ok(Reply::ok(written(&replies)))
}

fn answer(org: &mut Org, visit: &Visit, call: Call) -> Reply {
    if call.binary_part_name.is_some() {
        let what = "binary parts of composite/batch";
        visit.mock.count_unsupported(what);
        return Reply::from(Refusal::unsupported(what));
    }
    let (method, url, body) = (call.method.as_str(), call.url.as_str(), call.rich_input);
    let call = Subrequest { method, url, body, headers: None, all_or_none: false };
    subrequest::answer(org, visit, call)
}

fn is_error(reply: &Reply) -> bool {
    reply.status.as_u16() >= 400
}

fn halted_reply() -> Reply {
    let refusal = Refusal::routing(
        StatusCode::PRECONDITION_FAILED,
        "BATCH_PROCESSING_HALTED",
        "Batch processing halted per request",
    );
    Reply::from(refusal)
}

fn written(replies: &[Reply]) -> Vec<u8> {
    let mut out = Vec::new();
    json::write_plain(
        &mut out,
        format_args!("{{\"hasErrors\":{},\"results\":[", replies.iter().any(is_error)),
    );
    for (at, reply) in replies.iter().enumerate() {
        if at > 0 {
            out.push(b',');
        }
        json::write_plain(
            &mut out,
            format_args!("{{\"statusCode\":{},\"result\":", reply.status.as_u16()),
        );
        out.extend_from_slice(reply.body.as_deref().unwrap_or(b"null"));
        out.push(b'}');
    }
    out.extend_from_slice(b"]}");
    out
}
