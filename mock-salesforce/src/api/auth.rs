//! Tokens and identities over HTTP (wire reference §1.1, §1.2).
//!
//! Errors of the token endpoint are an object with `error` and `error_description`, always 400.

mod authorize;
mod client;
mod grant;
mod inspect;
mod keys;
mod origin;
mod page;
mod person;
mod reply;
mod request;

use axum::{
    http::{Method, StatusCode},
    response::{IntoResponse, Response},
    routing::{any, get, post},
};
use serde_json::json;

pub(crate) use origin::Peer;
pub(super) use origin::{DEFAULT_ORIGIN, Origin};

use super::reply::Reply;
use crate::{Mock, auth::LoginFailure};
use request::Asked;

/// Why there is no token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct OauthError(&'static str, &'static str);

impl OauthError {
    const BAD_CREDENTIALS: Self = Self("invalid_grant", "authentication failure");
    const INACTIVE: Self = Self("inactive_user", "user is inactive");
}

impl From<LoginFailure> for OauthError {
    fn from(failure: LoginFailure) -> Self {
        match failure {
            LoginFailure::Inactive => Self::INACTIVE,
            LoginFailure::RateExceeded => Self("rate_limit_exceeded", "login rate exceeded"),
            _ => Self::BAD_CREDENTIALS,
        }
    }
}

impl IntoResponse for OauthError {
    fn into_response(self) -> Response {
        let body = json!({"error": self.0, "error_description": self.1}).to_string();
        Reply::json(StatusCode::BAD_REQUEST, body.into_bytes())
            .with("cache-control", "no-cache, no-store")
            .into_response()
    }
}

/// Routes outside of the versions.
pub(super) fn routes() -> super::Outside {
    vec![
        ("/services/oauth2/token", any(token)),
        ("/services/oauth2/authorize", get(authorize::ask).post(authorize::decide)),
        ("/services/oauth2/revoke", get(inspect::revoke).post(inspect::revoke)),
        ("/services/oauth2/introspect", post(inspect::introspect)),
        ("/services/oauth2/userinfo", get(person::userinfo).post(person::userinfo)),
        ("/id/{org}/{user}", get(person::identity).post(person::identity)),
        ("/id/keys", get(keys::key_set)),
        ("/.well-known/openid-configuration", get(keys::configuration)),
    ]
}

/// `POST /services/oauth2/token`; parameters come in the body or the query.
async fn token(mock: Mock, origin: Origin, method: Method, asked: Asked) -> Response {
    if method != Method::POST {
        return OauthError("invalid_request", "must use HTTP POST").into_response();
    }
    match grant::grant(&mock, &origin, &asked) {
        Ok(granted) => reply::reply(&mock, &origin, &granted).into_response(),
        Err(error) => error.into_response(),
    }
}
