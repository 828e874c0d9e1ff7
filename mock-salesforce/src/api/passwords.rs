//! `/sobjects/User/{id}/password`: whether a password has expired, a new one, and one that is made up.
//!
//! Documentation: sObject User Password. Passwords never expire here.

use axum::http::StatusCode;
use serde_json::Value as Json;

use super::{
    error::{self, Answer, Refusal, Target},
    reply::Reply,
    visit::Visit,
};
use crate::{Mock, OrgError, SfId, json};

/// Letters and digits of a password that is made up; its end has some of both.
const MADE_UP: usize = 12;

/// The user of `sobjects/User/{id}/password`. `None`: another address, such as the value of a key.
pub(super) fn user(object: &str, id: &str, last: &str) -> Option<SfId> {
    let named = object.eq_ignore_ascii_case("User") && last.eq_ignore_ascii_case("password");
    id.parse().ok().filter(|_| named)
}

/// `GET`: has it expired?
pub(super) fn status(visit: &Visit, user: SfId) -> Answer {
    visit.mock.org().may_handle_password(visit.user, user).map_err(|error| refused(&error))?;
    Ok(Reply::ok(br#"{"isExpired":false}"#.to_vec()))
}

/// `POST {"NewPassword":…}`
pub(super) fn set(visit: &Visit, user: SfId, body: &[u8]) -> Answer {
    let sent: Json = serde_json::from_slice(body).unwrap_or_default();
    let new = sent.as_object().and_then(|sent| {
        sent.iter().find(|(key, _)| key.eq_ignore_ascii_case("NewPassword"))?.1.as_str()
    });
    let Some(new) = new else {
        let message = "the body must be {\"NewPassword\":\"…\"}";
        return Err(Refusal::request(StatusCode::BAD_REQUEST, "JSON_PARSER_ERROR", message));
    };
    let done = visit.mock.org().set_password(visit.user, user, new);
    done.map_err(|error| refused(&error))?;
    Ok(Reply::empty(StatusCode::NO_CONTENT))
}

/// `DELETE`: a password that is made up, and told.
pub(super) fn reset(visit: &Visit, user: SfId) -> Answer {
    let new = made_up(&visit.mock);
    let done = visit.mock.org().reset_password(visit.user, user, &new);
    done.map_err(|error| refused(&error))?;
    let mut out = br#"{"NewPassword":"#.to_vec();
    json::write_text(&mut out, &new);
    out.push(b'}');
    Ok(Reply::ok(out))
}

/// A password that nobody has had, the same in every run that makes the same calls.
pub(super) fn made_up(mock: &Mock) -> String {
    let secret = mock.sessions().secret();
    let mut password: String =
        secret.chars().filter(char::is_ascii_alphanumeric).take(MADE_UP).collect();
    password.push_str("a1");
    password
}

fn refused(error: &OrgError) -> Refusal {
    let status = error::status(error.code, Target::Missing);
    Refusal::request(status, error.code, &error.message)
}
