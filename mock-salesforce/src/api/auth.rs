//! Tokens and identities (wire reference §1.1, §1.2).
//!
//! Errors of the token endpoint are an object with `error` and `error_description`, always 400.

mod grant;
mod person;

use axum::{
    extract::{Extension, FromRequestParts, Path, RawQuery},
    http::{HeaderMap, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use serde_json::json;

use axum::routing::{any, get, post};

use super::{body::parameter, front::session_token, reply::Reply, visit::header_text};
use crate::{Mock, SfId, auth::signature};

/// The address that clients know the org by: from the proxy's headers, else the host asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Origin(String);

/// What stands in for a host when a request names none.
const DEFAULT_ORIGIN: &str = "https://mock.my.salesforce.com";

impl Origin {
    /// The identity URL of a user.
    pub(super) fn identity(&self, org: SfId, user: SfId) -> String {
        format!("{}/id/{org}/{user}", self.0)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Origin {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        let forwarded = header_text(&parts.headers, "x-forwarded-host");
        let host = forwarded.or_else(|| header_text(&parts.headers, header::HOST.as_str()));
        let scheme = header_text(&parts.headers, "x-forwarded-proto").unwrap_or("http");
        Ok(Self(
            host.map_or_else(|| DEFAULT_ORIGIN.to_owned(), |host| format!("{scheme}://{host}")),
        ))
    }
}

/// Why there is no token.
struct OauthError(&'static str, &'static str);

impl IntoResponse for OauthError {
    fn into_response(self) -> Response {
        let body = json!({"error": self.0, "error_description": self.1}).to_string();
        Reply::json(StatusCode::BAD_REQUEST, body.into_bytes())
            .with("cache-control", "no-cache, no-store")
            .into_response()
    }
}

/// Routes outside of the versions.
pub(super) fn routes() -> super::Resource {
    vec![
        ("/services/oauth2/token", post(token)),
        ("/services/oauth2/revoke", any(revoke)),
        ("/services/oauth2/userinfo", any(userinfo)),
        ("/id/{org}/{user}", get(identity)),
    ]
}

/// `POST /services/oauth2/token`; parameters come in the body or the query.
pub(super) async fn token(
    Extension(mock): Extension<Mock>,
    origin: Origin,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let form = String::from_utf8_lossy(&body);
    let asked = grant::Asked { form: &form, query: query.as_deref(), headers: &headers };
    match grant::grant(&mock, &asked) {
        Ok(granted) => token_reply(&mock, &origin, &granted).into_response(),
        Err(error) => error.into_response(),
    }
}

fn token_reply(mock: &Mock, origin: &Origin, granted: &grant::Granted) -> Reply {
    let now = mock.now();
    let holder = crate::auth::Holder {
        user: granted.user,
        client_id: granted.client_id.as_str().into(),
        scope: crate::auth::Scope::full(),
    };
    let access_token = mock.open_session(holder);
    let identity = origin.identity(mock.org().organization_id(), granted.user);
    let issued_at = now.0.to_string();
    let signature = signature(&granted.client_secret, &identity, &issued_at);
    let mut body = json!({"access_token": access_token, "instance_url": origin.0, "id": identity, "token_type": "Bearer",
        "issued_at": issued_at, "signature": signature});
    if let (true, Some(body)) = (granted.with_scope, body.as_object_mut()) {
        body.insert("scope".to_owned(), "api refresh_token id".into());
    }
    Reply::ok(body.to_string().into_bytes()).with("cache-control", "no-cache, no-store")
}

/// `POST /services/oauth2/revoke` with `token=`, or `GET …?token=`.
pub(super) async fn revoke(
    Extension(mock): Extension<Mock>,
    RawQuery(query): RawQuery,
    body: Bytes,
) -> Reply {
    let form = String::from_utf8_lossy(&body).into_owned();
    let token = parameter(Some(&form), "token").or_else(|| parameter(query.as_deref(), "token"));
    if token.is_some_and(|token| mock.sessions().revoke(&token)) {
        return Reply::text(StatusCode::OK, "application/x-www-form-urlencoded", "");
    }
    let refused = "error=unsupported_token_type&error_description=this+token+type+is+not+supported";
    Reply::text(StatusCode::BAD_REQUEST, "application/x-www-form-urlencoded", refused)
}

/// `/services/oauth2/userinfo`
pub(super) async fn userinfo(
    Extension(mock): Extension<Mock>,
    origin: Origin,
    headers: HeaderMap,
) -> Reply {
    match caller(&mock, &headers, None) {
        Ok(user) => Reply::ok(person::userinfo(&mock, &origin, user).to_string().into_bytes()),
        Err(refused) => refused,
    }
}

/// `GET /id/{org}/{user}`, with a session in the header or in `oauth_token`.
pub(super) async fn identity(
    Extension(mock): Extension<Mock>,
    origin: Origin,
    Path((org, user)): Path<(String, String)>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Reply {
    if let Err(refused) = caller(&mock, &headers, query.as_deref()) {
        return refused;
    }
    let known = org.parse() == Ok(mock.org().organization_id());
    match user.parse().ok().filter(|user| known && person::exists(&mock, *user)) {
        Some(user) => Reply::ok(person::identity(&mock, &origin, user).to_string().into_bytes()),
        None => Reply::text(StatusCode::NOT_FOUND, "text/plain", "Bad_Id"),
    }
}

fn caller(mock: &Mock, headers: &HeaderMap, query: Option<&str>) -> Result<SfId, Reply> {
    let refused = |text: &'static str| Reply::text(StatusCode::FORBIDDEN, "text/plain", text);
    let token = match session_token(headers) {
        Ok(token) => token.to_owned(),
        Err(_) => parameter(query, "oauth_token").ok_or_else(|| refused("Missing_OAuth_Token"))?,
    };
    let now = mock.now();
    let user = mock.sessions().authenticate(&token, now).map(|holder| holder.user);
    user.ok_or_else(|| refused("Bad_OAuth_Token"))
}
