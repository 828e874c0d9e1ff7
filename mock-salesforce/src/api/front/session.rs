//! Lets a call in: a served version, a live session, room in the allocation (wire reference §0.2, §1.4, §13).

use axum::http::{HeaderMap, StatusCode, header, request::Parts};

use crate::{
    Mock,
    api::{
        error::{Payload, Refusal, Target},
        roots::{NEWEST_VERSION, OLDEST_VERSION},
        visit::{Caller, header_text},
    },
    auth::SessionRefusal,
    org::ApiUsage,
};

/// Checks the session of a call to `/services/data/v…` and counts it. Other paths are let through uncounted.
pub(super) fn admit(mock: &Mock, parts: &mut Parts) -> Result<Option<ApiUsage>, Refusal> {
    let Some(rest) = parts.uri.path().strip_prefix("/services/data/") else { return Ok(None) };
    let version = version(rest.split('/').next().unwrap_or_default())?;
    let token = token(&parts.headers)?;
    let user = mock.authenticate(token).map_err(refused)?;
    let now = mock.now();
    let usage = mock
        .org()
        .count_call(now)
        .map_err(|error| Refusal::save(&[error], Target::Known, Payload::NONE))?;
    parts.extensions.insert(Caller { user, version });
    Ok(Some(usage))
}

/// `v62.0`
fn version(segment: &str) -> Result<u16, Refusal> {
    let number = segment
        .strip_prefix('v')
        .and_then(|rest| rest.strip_suffix(".0"))
        .and_then(|number| number.parse().ok());
    match number {
        Some(version @ OLDEST_VERSION..=NEWEST_VERSION) => Ok(version),
        Some(7..OLDEST_VERSION) => {
            Err(Refusal::routing(StatusCode::GONE, "GONE", "This API version has been retired"))
        }
        _ => Err(Refusal::not_found()),
    }
}

/// `Authorization: Bearer …` or `OAuth …`
pub(in crate::api) fn token(headers: &HeaderMap) -> Result<&str, Refusal> {
    let Some(text) = header_text(headers, header::AUTHORIZATION.as_str()) else {
        return Err(session_expired());
    };
    let (scheme, token) = text.split_once(' ').unwrap_or((text, ""));
    if scheme.eq_ignore_ascii_case("Bearer") || scheme.eq_ignore_ascii_case("OAuth") {
        return Ok(token.trim());
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
