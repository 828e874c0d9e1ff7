//! An exchange as an answer (wire reference §0.4, §0.6, §1.4, §3, §4.1, §5, §6.1, §7.2).
//!
//! | what came | read | write |
//! |---|---|---|
//! | a success in the expected shape | done | done |
//! | a success of any other shape, an HTML page, a cut body | unavailable | lost, outcome unknown |
//! | an error with a code (401, 403, 404, 409 …, 500 as for a locked row) | refused | refused |
//! | an error with a code and any status from 500 on, to a login | unavailable | – |
//! | 502 or 504, or 500 without a code | unavailable | lost, outcome unknown |
//! | 302 to anything but a login | refused: redirected | refused: redirected |
//! | 503, 429, any other redirect, any other error without a code | unavailable | unavailable |
//! | nothing, and the request had not been sent | lost, not sent | lost, not sent |
//! | nothing, and the request may have arrived | unavailable | lost, outcome unknown |
//!
//! A save of one row that Salesforce refuses is `Refused`; a row of a collection that it refuses is an `Err` among the
//! results of a `Done`. HTTP statuses go no further than this module.

mod bulk;
mod envelope;
mod refusal;
mod rows;
mod soap;

use axum::http::{HeaderMap, Response, StatusCode};
use bytes::Bytes;
use engine::{
    Answer, ApiUsage, BulkCall, CrmCall, Done, FieldName, Lost, Refusal, Reply, Save, Timestamp,
};
use serde_json::Value as Json;

use super::transport::Exchange;

/// What an exchange answers to a call.
pub fn answer(call: &CrmCall, exchange: Exchange) -> Answer {
    match exchange {
        Exchange::Answered { response, cut, .. } => {
            let (parts, body) = response.into_parts();
            let reply =
                if cut { unclear(call, "cut answer") } else { reply(call, parts.status, &body) };
            Answer {
                reply,
                usage: usage(&parts.headers),
                server_time: server_time(&parts.headers),
                retry_after_ms: None,
            }
        }
        Exchange::Lost(lost) => {
            let reply = match lost {
                Lost::NotSent => Reply::Lost(Lost::NotSent),
                Lost::Unknown => unclear(call, "no answer"),
            };
            Answer { reply, usage: None, server_time: None, retry_after_ms: None }
        }
    }
}

/// The token that a login gave.
pub fn token(response: &Response<Bytes>) -> Option<String> {
    if !response.status().is_success() {
        return None;
    }
    let body: Json = serde_json::from_slice(response.body()).ok()?;
    body.get("access_token")?.as_str().filter(|token| !token.is_empty()).map(str::to_owned)
}

/// The host of the instance that a login named.
pub fn instance(response: &Response<Bytes>) -> Option<String> {
    let body: Json = serde_json::from_slice(response.body()).ok()?;
    let (_, host) = body.get("instance_url")?.as_str()?.split_once("://")?;
    Some(host.trim_end_matches('/').to_owned()).filter(|host| !host.is_empty())
}

/// Does the call change anything in the CRM?
fn writes(call: &CrmCall) -> bool {
    match call {
        CrmCall::Save(_) | CrmCall::Convert(_) => true,
        CrmCall::Composite(calls) => calls.iter().any(writes),
        CrmCall::Bulk(bulk) => !matches!(bulk, BulkCall::Poll { .. } | BulkCall::Results { .. }),
        CrmCall::Beside { call, .. } => writes(call),
        CrmCall::Login | CrmCall::Find(_) | CrmCall::More { .. } | CrmCall::Describe(_) => false,
    }
}

/// The answer does not say what became of the call.
fn unclear(call: &CrmCall, what: &str) -> Reply {
    if writes(call) { Reply::Lost(Lost::Unknown) } else { unavailable(what) }
}

fn unavailable(code: &str) -> Reply {
    Reply::Unavailable { code: code.into() }
}

fn reply(call: &CrmCall, status: StatusCode, body: &[u8]) -> Reply {
    if status.is_success() { success(call, status, body) } else { failure(call, status, body) }
}

fn success(call: &CrmCall, status: StatusCode, body: &[u8]) -> Reply {
    let done = match call {
        CrmCall::Save(save) if body.is_empty() => updated_row(save),
        CrmCall::Bulk(BulkCall::Upload { .. }) => (!is_html(body)).then_some(Done::JobTaken),
        CrmCall::Bulk(BulkCall::Results { list, .. }) => {
            bulk::results(*list, body).map(Done::JobResults)
        }
        CrmCall::Convert(rows) => {
            soap::results(body).filter(|results| results.len() == rows.len()).map(Done::Converted)
        }
        _ => return success_in_json(call, status, body),
    };
    done.map_or_else(|| unclear(call, kind_of_body(body)), Reply::Done)
}

fn success_in_json(call: &CrmCall, status: StatusCode, body: &[u8]) -> Reply {
    let Ok(json) = serde_json::from_slice::<Json>(body) else {
        return unclear(call, kind_of_body(body));
    };
    // A long query went as the only part of a composite; its answer comes back as one.
    if matches!(call, CrmCall::Find(_)) && json.get("compositeResponse").is_some() {
        return match envelope::parts(&json).as_deref() {
            Some([part]) => part_reply(call, part),
            _ => unclear(call, "unexpected shape"),
        };
    }
    success_json(call, status, &json)
}

/// An update of one row is answered with nothing, in older versions an upsert that met a record, too.
fn updated_row(save: &Save) -> Option<Done> {
    match save.rows.as_slice() {
        [_] if save.by.is_some() => Some(Done::Met(None)),
        [row] => row.id.clone().map(|id| Done::Saved(vec![Ok(id)])),
        _ => None,
    }
}

fn success_json(call: &CrmCall, status: StatusCode, json: &Json) -> Reply {
    let done = match call {
        CrmCall::Login => json.get("access_token").and_then(Json::as_str).map(|_| Done::LoggedIn),
        CrmCall::Find(find) => rows::page(json, Some(find)),
        CrmCall::More { .. } => rows::page(json, None),
        CrmCall::Save(save) => return saved(call, save, status, json),
        CrmCall::Composite(calls) => {
            let parts = envelope::parts(json).filter(|parts| parts.len() == calls.len());
            parts.map(|parts| {
                Done::Parts(
                    calls.iter().zip(&parts).map(|(call, part)| part_reply(call, part)).collect(),
                )
            })
        }
        CrmCall::Bulk(bulk) => bulk::done(bulk, json),
        CrmCall::Describe(_) => described(json),
        // Conversions are answered in XML, and other systems have an encoding of their own.
        CrmCall::Convert(_) | CrmCall::Beside { .. } => None,
    };
    done.map_or_else(|| unclear(call, "unexpected shape"), Reply::Done)
}

/// The names of an object's fields.
fn described(json: &Json) -> Option<Done> {
    let fields = json.get("fields")?.as_array()?.iter();
    let names = fields.map(|field| Some(FieldName::from(field.get("name")?.as_str()?)));
    Some(Done::Described(names.collect::<Option<Vec<_>>>()?))
}

fn part_reply(call: &CrmCall, part: &envelope::Part<'_>) -> Reply {
    match (part.status.is_success(), part.body, call) {
        (false, body, _) => refusal::of_json(body)
            .map_or_else(|| unclear(call, "error without a code"), Reply::Refused),
        (true, Json::Null, CrmCall::Save(save)) => {
            updated_row(save).map_or_else(|| unclear(call, "unexpected shape"), Reply::Done)
        }
        (true, body, _) => success_json(call, part.status, body),
    }
}

fn saved(call: &CrmCall, save: &Save, status: StatusCode, json: &Json) -> Reply {
    let done = match (save.rows.as_slice(), json) {
        ([row], Json::Object(_)) => match refusal::row_result(json) {
            Some(Ok(id))
                if save.by.is_some() && json.get("created") == Some(&Json::Bool(false)) =>
            {
                Some(Done::Met(Some(id)))
            }
            Some(Ok(id)) => Some(Done::Saved(vec![Ok(row.id.clone().unwrap_or(id))])),
            Some(Err(refusal)) => return Reply::Refused(refusal),
            None => None,
        },
        (rows, Json::Array(items)) if rows.len() == items.len() && status == StatusCode::OK => {
            items.iter().map(refusal::row_result).collect::<Option<Vec<_>>>().map(Done::Saved)
        }
        _ => None,
    };
    done.map_or_else(|| unclear(call, "unexpected shape"), Reply::Done)
}

fn failure(call: &CrmCall, status: StatusCode, body: &[u8]) -> Reply {
    let json = serde_json::from_slice::<Json>(body).ok();
    if status == StatusCode::MULTIPLE_CHOICES
        && let Some(refusal) = json.as_ref().and_then(refusal::of_several_matches)
    {
        return Reply::Refused(refusal);
    }
    let refusal = json.as_ref().and_then(refusal::of_json);
    let refusal = refusal.or_else(|| match call {
        CrmCall::Convert(_) => soap::fault(body),
        _ => None,
    });
    match (refusal, status) {
        // Who we are was not even looked at.
        (Some(refusal), status) if *call == CrmCall::Login && status.is_server_error() => {
            unavailable(&refusal.code)
        }
        (Some(refusal), StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS) => {
            unavailable(&refusal.code)
        }
        (Some(refusal), StatusCode::BAD_GATEWAY | StatusCode::GATEWAY_TIMEOUT) => {
            unclear(call, &refusal.code)
        }
        (Some(refusal), _) => Reply::Refused(refusal),
        // No 401 has written anything, whoever spoke: the session is what it is about.
        (None, StatusCode::UNAUTHORIZED) => Reply::Refused(session_refusal()),
        (
            None,
            StatusCode::INTERNAL_SERVER_ERROR
            | StatusCode::BAD_GATEWAY
            | StatusCode::GATEWAY_TIMEOUT,
        ) => unclear(call, kind_of_body(body)),
        // The instance has moved; a login tells where to. Elsewhere than at a login nothing was carried out.
        (None, StatusCode::FOUND) if *call != CrmCall::Login => {
            Reply::Refused(refusal::plain("REDIRECTED", "the instance is somewhere else now"))
        }
        (None, status) if status.is_redirection() => unavailable("redirect"),
        (None, StatusCode::SERVICE_UNAVAILABLE) => unavailable("service unavailable"),
        (None, StatusCode::TOO_MANY_REQUESTS) => unavailable("too many requests"),
        (None, _) => unavailable(kind_of_body(body)),
    }
}

fn session_refusal() -> Refusal {
    refusal::plain("INVALID_SESSION_ID", "the session was refused without a reason")
}

/// What a body is that is not what we asked for, in words.
fn kind_of_body(body: &[u8]) -> &'static str {
    if body.iter().all(u8::is_ascii_whitespace) {
        "empty answer"
    } else if is_html(body) {
        "html page"
    } else if serde_json::from_slice::<serde::de::IgnoredAny>(body).is_ok() {
        "error without a code"
    } else {
        "unreadable answer"
    }
}

fn is_html(body: &[u8]) -> bool {
    body.trim_ascii_start().starts_with(b"<")
}

/// `api-usage=25/5000; per-app-api-usage=…`
fn usage(headers: &HeaderMap) -> Option<ApiUsage> {
    let info = headers.get("sforce-limit-info")?.to_str().ok()?;
    let (used, allowed) =
        info.split(';').find_map(|part| part.trim().strip_prefix("api-usage="))?.split_once('/')?;
    Some(ApiUsage { used: used.trim().parse().ok()?, allowed: allowed.trim().parse().ok()? })
}

/// `Fri, 03 Dec 2021 17:59:15 GMT`
fn server_time(headers: &HeaderMap) -> Option<Timestamp> {
    let date = headers.get("date")?.to_str().ok()?;
    let date = jiff::fmt::rfc2822::parse(date).ok()?;
    Some(Timestamp(date.timestamp().as_millisecond()))
}

#[cfg(test)]
mod tests;
