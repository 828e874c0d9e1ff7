//! The app that asks, once it has shown who it is.

use super::{OauthError, request::Asked};
use crate::{Mock, auth::ConnectedApp};

/// How an app must show itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Secret {
    /// With its secret.
    Needed,
    /// With its secret, or without one; a wrong one is refused.
    Optional,
}

/// The connected app of a request.
pub(super) fn client(
    mock: &Mock,
    asked: &Asked,
    needed: Secret,
) -> Result<ConnectedApp, OauthError> {
    let (client_id, secret) = asked.client();
    let app = known(mock, &client_id)?;
    let right = match secret {
        // A public app has no secret to show.
        _ if app.client_secret.is_empty() => true,
        Some(secret) => secret == app.client_secret,
        None => needed == Secret::Optional,
    };
    if right { Ok(app) } else { Err(OauthError("invalid_client", "invalid client credentials")) }
}

/// The app of a consumer key.
pub(super) fn known(mock: &Mock, client_id: &str) -> Result<ConnectedApp, OauthError> {
    let app = mock.org().connected_app(client_id).cloned();
    app.ok_or(OauthError("invalid_client_id", "client identifier invalid"))
}
