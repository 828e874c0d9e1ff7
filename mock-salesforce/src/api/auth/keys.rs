//! What clients check id tokens with: the key set and the `OpenID` Connect discovery document.

use axum::http::StatusCode;
use serde_json::json;

use super::Origin;
use crate::{Mock, api::reply::Reply, auth::jwt};

/// `GET /id/keys`
pub(super) async fn key_set() -> Reply {
    let Some((modulus, exponent)) = jwt::test_key_numbers() else {
        return Reply::empty(StatusCode::NOT_FOUND);
    };
    let body = json!({"keys": [{"kty": "RSA", "alg": "RS256", "use": "sig", "kid": jwt::TEST_KEY_ID,
        "n": modulus, "e": exponent}]});
    Reply::ok(body.to_string().into_bytes())
}

/// `GET /.well-known/openid-configuration`
pub(super) async fn configuration(mock: Mock, origin: Origin) -> Reply {
    let base = origin.as_str();
    let at = |path: &str| format!("{base}/services/oauth2/{path}");
    let scopes: Vec<String> = mock
        .org()
        .connected_apps()
        .first()
        .map(|app| app.scope.as_str().split(' ').map(str::to_owned).collect())
        .unwrap_or_default();
    let body = json!({"issuer": base, "authorization_endpoint": at("authorize"), "token_endpoint": at("token"),
        "revocation_endpoint": at("revoke"), "userinfo_endpoint": at("userinfo"), "introspection_endpoint": at("introspect"),
        "jwks_uri": format!("{base}/id/keys"), "scopes_supported": scopes, "response_types_supported": ["code"],
        "subject_types_supported": ["public"], "id_token_signing_alg_values_supported": ["RS256"],
        "code_challenge_methods_supported": ["S256"],
        "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"]});
    Reply::ok(body.to_string().into_bytes())
}
