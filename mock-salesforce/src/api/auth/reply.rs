//! The token endpoint's answer: each grant has its own keys (wire reference §1.1).

use serde_json::{Map, Value as Json, json};

use super::{
    Origin,
    grant::{Granted, Shape},
};
use crate::{
    Mock, Timestamp,
    api::reply::Reply,
    auth::{jwt, signature},
};

/// How long an id token says that it is good, in seconds.
const ID_TOKEN_S: i64 = 120;

/// Opens the session and tells it.
pub(super) fn reply(mock: &Mock, origin: &Origin, granted: &Granted) -> Reply {
    let now = mock.now();
    let token = mock.open_session(granted.holder.clone());
    let identity = origin.identity(mock.org().organization_id(), granted.holder.user);
    let issued_at = now.0.to_string();
    let mut body = Map::new();
    let mut put = |key: &str, value: Json| {
        body.insert(key.to_owned(), value);
    };
    put("access_token", token.into());
    if let Some(refresh) = &granted.refresh_token {
        put("refresh_token", refresh.as_str().into());
    }
    let signature = signature(&granted.client_secret, &identity, &issued_at);
    if granted.shape == Shape::WithScope {
        put("signature", signature.as_str().into());
    }
    if granted.shape != Shape::Password {
        put("scope", granted.holder.scope.as_str().into());
    }
    if granted.openid
        && let Some(id_token) = id_token(origin, granted, &identity, now)
    {
        put("id_token", id_token.into());
    }
    put("instance_url", origin.as_str().into());
    put("id", identity.as_str().into());
    put("token_type", "Bearer".into());
    if granted.shape != Shape::Assertion {
        put("issued_at", issued_at.into());
    }
    if granted.shape == Shape::Password {
        put("signature", signature.into());
    }
    let body = Json::Object(body).to_string();
    Reply::ok(body.into_bytes()).with("cache-control", "no-cache, no-store")
}

/// Who logged in, signed with the test key.
fn id_token(origin: &Origin, granted: &Granted, identity: &str, now: Timestamp) -> Option<String> {
    let issued = now.0.div_euclid(1_000);
    let mut claims = json!({"sub": identity, "aud": &*granted.holder.client_id, "iss": origin.as_str(),
        "exp": issued + ID_TOKEN_S, "iat": issued});
    if let (Some(nonce), Some(map)) = (&granted.nonce, claims.as_object_mut()) {
        map.insert("nonce".to_owned(), nonce.as_str().into());
    }
    jwt::signed(&claims)
}
