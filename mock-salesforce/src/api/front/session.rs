//! Lets a call in: a served version, a live session, room in the allocation (wire reference §0.2, §1.4, §13).

use axum::http::{HeaderMap, Method, StatusCode, header, request::Parts};

use crate::{
    Mock, Timestamp,
    api::{
        bulk1,
        error::{Payload, Refusal, Target},
        reply::Reply,
        version::{self, NEWEST_VERSION, Served},
        visit::{Caller, header_text},
    },
    auth::SessionRefusal,
    org::ApiUsage,
    segments::Segments,
};

/// What the answer's headers tell about a call that was let in.
#[derive(Debug, Clone, Copy)]
pub(super) struct Admission {
    pub(super) caller: Caller,
    /// Absent where the answer does not tell it.
    pub(super) usage: Option<ApiUsage>,
}

/// Checks the session of a call to `/services/data/v…` or `/services/async/…` and counts it. Other paths are let
/// through uncounted.
pub(super) fn admit(
    mock: &Mock,
    parts: &Parts,
    now: Timestamp,
) -> Result<Option<Admission>, Refusal> {
    if let Some(rest) = parts.uri.path().strip_prefix("/services/async/") {
        let caller = bulk1::admit(mock, rest, &parts.headers)?;
        return Ok(Some(Admission { caller, usage: None }));
    }
    let Some(rest) = parts.uri.path().strip_prefix("/services/data/") else { return Ok(None) };
    let version = Segments::of(rest).next().and_then(|segment| segment.strip_prefix('v'));
    let version = version.and_then(version::number).ok_or_else(Refusal::not_found)?;
    serves(version, NEWEST_VERSION)?;
    let entered = token(&parts.headers).and_then(|token| mock.enter(token, now).map_err(refused));
    let (user, mut org) = entered.map_err(|refusal| as_form(parts, refusal))?;
    org.read_as(user, now);
    serves(version, org.settings().newest_api_version)?;
    let jitter = org.settings().api_usage_jitter;
    let usage = org
        .count_call(now)
        .map(|usage| usage.jittered(jitter))
        .map_err(|error| Refusal::save(&[error], Target::Known, Payload::NONE))?;
    Ok(Some(Admission { caller: Caller { user, version }, usage: Some(usage) }))
}

fn serves(version: u16, newest: u16) -> Result<(), Refusal> {
    match version::served(version, newest) {
        Served::Yes => Ok(()),
        Served::Retired => {
            Err(Refusal::routing(StatusCode::GONE, "GONE", "This API version has been retired"))
        }
        Served::Unknown => Err(Refusal::not_found()),
    }
}

/// A POST that says it is a form never reaches the REST API: a bad session is told in the words of the gate before it.
fn as_form(parts: &Parts, refusal: Refusal) -> Refusal {
    const GATE: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><response>\
        <faultcode>LOGIN_OAUTH_INVALID_TOKEN(db=1703,api=LOGIN_OAUTH_INVALID_TOKEN)</faultcode>\
        <error>Failed: Invalid Token</error></response>";
    let form = header_text(&parts.headers, header::CONTENT_TYPE)
        .is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"));
    let with_token = parts.headers.contains_key(header::AUTHORIZATION);
    if parts.method != Method::POST
        || !form
        || !with_token
        || refusal.0.status != StatusCode::UNAUTHORIZED
    {
        return refusal;
    }
    let reply = Reply::text(StatusCode::UNAUTHORIZED, "text/xml;charset=UTF-8", GATE);
    Refusal(Box::new(reply.with("sfdc-oauth-error", "1703")))
}

/// `Authorization: Bearer …` or `OAuth …`
pub(in crate::api) fn token(headers: &HeaderMap) -> Result<&str, Refusal> {
    let Some(text) = header_text(headers, header::AUTHORIZATION) else {
        return Err(session_expired());
    };
    if let Some(token) = text.strip_prefix("Bearer ") {
        return Ok(token.trim_ascii());
    }
    let end = memchr::memchr(b' ', text.as_bytes()).unwrap_or(text.len());
    let (scheme, token) = text.split_at(end);
    if scheme.eq_ignore_ascii_case("Bearer") || scheme.eq_ignore_ascii_case("OAuth") {
        return Ok(token.trim_ascii());
    }
    Err(Refusal::request(StatusCode::UNAUTHORIZED, "INVALID_AUTH_HEADER", "INVALID_HEADER_TYPE"))
}

fn session_expired() -> Refusal {
    refused(SessionRefusal::Invalid)
}

fn refused(why: SessionRefusal) -> Refusal {
    if !why.is_session() {
        return Refusal::request(StatusCode::FORBIDDEN, why.code(), why.message());
    }
    let mut refusal = Refusal::request(StatusCode::UNAUTHORIZED, why.code(), why.message());
    refusal.0.headers.push(("www-authenticate", "Token".to_owned()));
    refusal
}
