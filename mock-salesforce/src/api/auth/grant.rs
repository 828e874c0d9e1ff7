//! Who gets a token: the grants password, client credentials and refresh (wire reference §1.1).

use axum::http::{HeaderMap, header};
use base64::Engine as _;

use super::OauthError;
use crate::{
    Mock, SfId,
    api::{body::parameter, visit::header_text},
};

/// A token request, taken apart.
pub(super) struct Asked<'r> {
    pub(super) form: &'r str,
    pub(super) query: Option<&'r str>,
    pub(super) headers: &'r HeaderMap,
}

impl Asked<'_> {
    fn get(&self, name: &str) -> Option<String> {
        parameter(Some(self.form), name).or_else(|| parameter(self.query, name))
    }

    /// Client id and secret, from the parameters or from HTTP Basic.
    fn client(&self) -> (String, Option<String>) {
        if let Some(client_id) = self.get("client_id") {
            return (client_id, self.get("client_secret"));
        }
        let basic = header_text(self.headers, header::AUTHORIZATION.as_str())
            .and_then(|text| text.strip_prefix("Basic "));
        let decoded = basic
            .and_then(|text| base64::engine::general_purpose::STANDARD.decode(text.trim()).ok());
        let pair = decoded.and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default();
        let (client_id, secret) = pair.split_once(':').unwrap_or_default();
        (client_id.to_owned(), Some(secret.to_owned()))
    }
}

/// A token may be given.
pub(super) struct Granted {
    pub(super) user: SfId,
    pub(super) client_id: String,
    pub(super) client_secret: String,
    /// Does the reply name the scope?
    pub(super) with_scope: bool,
}

/// A connected app that has shown who it is.
struct Client {
    id: String,
    secret: String,
    run_as: Option<SfId>,
}

const BAD_CREDENTIALS: OauthError = OauthError("invalid_grant", "authentication failure");

/// Decides a token request.
pub(super) fn grant(mock: &Mock, asked: &Asked<'_>) -> Result<Granted, OauthError> {
    match asked.get("grant_type").as_deref() {
        Some("password") => password(mock, asked),
        Some("client_credentials") => client_credentials(mock, asked),
        Some("refresh_token") => refresh(mock, asked),
        Some(other) => {
            if other == "authorization_code"
                || other.starts_with("urn:ietf:params:oauth:grant-type:")
            {
                mock.count_unsupported(&format!("POST /services/oauth2/token grant_type={other}"));
            }
            Err(OauthError("unsupported_grant_type", "grant type not supported"))
        }
        None => Err(OauthError("invalid_request", "missing required parameter: grant_type")),
    }
}

fn password(mock: &Mock, asked: &Asked<'_>) -> Result<Granted, OauthError> {
    let client = client(mock, asked, true)?;
    let username = asked.get("username").unwrap_or_default();
    let password = asked.get("password").unwrap_or_default();
    let user = mock
        .check_password(&username, &password, crate::auth::Proof::PasswordAndToken)
        .map_err(|_| BAD_CREDENTIALS)?;
    let user = active(mock, user)?;
    granted(mock, client, user, false)
}

fn client_credentials(mock: &Mock, asked: &Asked<'_>) -> Result<Granted, OauthError> {
    let client = client(mock, asked, true)?;
    let user =
        client.run_as.or_else(|| mock.first_user().map(|(user, _)| user)).ok_or(BAD_CREDENTIALS)?;
    let user = active(mock, user)?;
    granted(mock, client, user, true)
}

fn refresh(mock: &Mock, asked: &Asked<'_>) -> Result<Granted, OauthError> {
    let client = client(mock, asked, false)?;
    let token = asked.get("refresh_token").unwrap_or_default();
    let user = mock
        .sessions()
        .refreshes(&token)
        .filter(|refresh| *refresh.holder.client_id == *client.id)
        .map(|refresh| refresh.holder.user);
    let user = user.ok_or(OauthError("invalid_grant", "expired access/refresh token"))?;
    let user = active(mock, user)?;
    granted(mock, client, user, true)
}

fn granted(
    mock: &Mock,
    client: Client,
    user: SfId,
    with_scope: bool,
) -> Result<Granted, OauthError> {
    mock.count_login(user).map_err(|_| OauthError("rate_limit_exceeded", "login rate exceeded"))?;
    Ok(Granted { user, client_id: client.id, client_secret: client.secret, with_scope })
}

/// The app that asks. A refresh may leave its secret out, but not send a wrong one.
fn client(mock: &Mock, asked: &Asked<'_>, secret_needed: bool) -> Result<Client, OauthError> {
    let (client_id, secret) = asked.client();
    let app = mock.org().connected_app(&client_id).cloned();
    let app = app.ok_or(OauthError("invalid_client_id", "client identifier invalid"))?;
    let (client_secret, run_as) = (app.client_secret, app.run_as);
    let right = secret.map_or(!secret_needed, |secret| secret == client_secret);
    if right {
        Ok(Client { id: client_id, secret: client_secret, run_as })
    } else {
        Err(OauthError("invalid_client", "invalid client credentials"))
    }
}

fn active(mock: &Mock, user: SfId) -> Result<SfId, OauthError> {
    if super::person::is_active(mock, user) {
        Ok(user)
    } else {
        Err(OauthError("inactive_user", "user is inactive"))
    }
}
