//! Who gets a token: every grant of the token endpoint (wire reference §1.1).

use super::{
    OauthError, Origin,
    client::{Secret, client, known},
    origin::LOGIN_HOSTS,
    request::Asked,
};
use crate::{
    Mock, SfId,
    auth::{CodeFault, ConnectedApp, Holder, Proof, jwt},
    org::UserStanding,
};

const JWT_BEARER: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";
/// Grants that Salesforce has and this mock has not.
const UNSUPPORTED: &[&str] = &[
    "device",
    "assertion",
    "hybrid_auth_code",
    "hybrid_refresh",
    "hybrid_token",
    "urn:ietf:params:oauth:grant-type:device_code",
    "urn:ietf:params:oauth:grant-type:saml2-bearer",
    "urn:ietf:params:oauth:grant-type:token-exchange",
];

/// What a reply carries besides the token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// `access_token, instance_url, id, token_type, issued_at, signature`
    Password,
    /// The same with `scope`.
    WithScope,
    /// `access_token, scope, instance_url, id, token_type`
    Assertion,
}

/// A token may be given.
#[derive(Debug)]
pub(super) struct Granted {
    pub(super) holder: Holder,
    pub(super) client_secret: String,
    pub(super) shape: Shape,
    pub(super) refresh_token: Option<String>,
    /// The reply carries an `id_token`.
    pub(super) openid: bool,
    /// What the client wants to find in it again.
    pub(super) nonce: Option<String>,
}

/// Decides a token request.
pub(super) fn grant(mock: &Mock, origin: &Origin, asked: &Asked) -> Result<Granted, OauthError> {
    if let Some(format) = asked.get("format").filter(|format| format != "json") {
        mock.count_unsupported(&format!("POST /services/oauth2/token format={format}"));
        return Err(OauthError("invalid_request", "only format=json is emulated"));
    }
    match asked.get("grant_type").as_deref() {
        Some("password") => password(mock, asked),
        Some("client_credentials") => client_credentials(mock, origin, asked),
        Some("refresh_token") => refresh(mock, asked),
        Some("authorization_code") => authorization_code(mock, asked),
        Some(JWT_BEARER) => assertion(mock, origin, asked),
        other => Err(unsupported(mock, other)),
    }
}

fn unsupported(mock: &Mock, grant_type: Option<&str>) -> OauthError {
    if let Some(known) = grant_type.filter(|grant| UNSUPPORTED.contains(grant)) {
        mock.count_unsupported(&format!("POST /services/oauth2/token grant_type={known}"));
    }
    OauthError("unsupported_grant_type", "grant type not supported")
}

fn password(mock: &Mock, asked: &Asked) -> Result<Granted, OauthError> {
    let app = client(mock, asked, Secret::Needed)?;
    if !mock.org().login_policy().username_password_flow {
        return Err(OauthError::BAD_CREDENTIALS);
    }
    let (username, password) = (asked.text("username"), asked.text("password"));
    let user = mock.check_password(&username, &password, Proof::PasswordAndToken)?;
    granted(mock, user, &app, Shape::Password)
}

fn client_credentials(mock: &Mock, origin: &Origin, asked: &Asked) -> Result<Granted, OauthError> {
    if origin.is_login_host() {
        return Err(OauthError("invalid_grant", "request not supported on this domain"));
    }
    let app = client(mock, asked, Secret::Needed)?;
    let first = || mock.first_user().map(|(user, _)| user);
    let user = app.run_as.or_else(first).ok_or(OauthError::BAD_CREDENTIALS)?;
    granted(mock, user, &app, Shape::WithScope)
}

fn refresh(mock: &Mock, asked: &Asked) -> Result<Granted, OauthError> {
    let app = client(mock, asked, Secret::Optional)?;
    let token = asked.text("refresh_token");
    let now = mock.now();
    let found = mock.sessions().refreshes(&token).map(|refresh| refresh.holder.clone());
    let holder = found
        .filter(|holder| *holder.client_id == *app.client_id)
        .ok_or(OauthError("invalid_grant", "expired access/refresh token"))?;
    let mut granted = granted(mock, holder.user, &app, Shape::WithScope)?;
    granted.holder.scope = holder.scope;
    if app.rotate_refresh_token {
        granted.refresh_token = mock.sessions().rotate(&token, now);
    }
    Ok(granted)
}

fn authorization_code(mock: &Mock, asked: &Asked) -> Result<Granted, OauthError> {
    let now = mock.now();
    let verifier = asked.get("code_verifier");
    let app = client(mock, asked, Secret::Optional)?;
    let with_secret = asked.client().1.is_some();
    if app.require_secret && !with_secret {
        return Err(OauthError("invalid_client", "invalid client credentials"));
    }
    let taken = mock.sessions().codes.take(&asked.text("code"), now);
    let grant = taken.map_err(|fault| match fault {
        CodeFault::Unknown => OauthError("invalid_grant", "invalid authorization code"),
        CodeFault::Expired => OauthError("invalid_grant", "expired authorization code"),
    })?;
    if *grant.holder.client_id != *app.client_id {
        return Err(OauthError("invalid_grant", "invalid authorization code"));
    }
    if asked.text("redirect_uri") != grant.redirect_uri {
        return Err(OauthError("redirect_uri_mismatch", "redirect_uri must match configuration"));
    }
    let bare = grant.challenge.is_none() && !with_secret;
    if bare || !grant.is_verified_by(verifier.as_deref()) {
        return Err(OauthError("invalid_grant", "invalid code verifier"));
    }
    let mut granted = granted(mock, grant.holder.user, &app, Shape::WithScope)?;
    granted.holder.scope = grant.holder.scope;
    if granted.holder.scope.covers("refresh_token") {
        granted.refresh_token = Some(mock.sessions().refresh_token(granted.holder.clone(), now));
    }
    granted.openid = granted.holder.scope.names("openid");
    granted.nonce = grant.nonce;
    Ok(granted)
}

fn assertion(mock: &Mock, origin: &Origin, asked: &Asked) -> Result<Granted, OauthError> {
    const INVALID: OauthError = OauthError("invalid_grant", "invalid assertion");
    let text = asked.text("assertion");
    let assertion = jwt::read(&text).map_err(|_| INVALID)?;
    let app = known(mock, &assertion.issuer)?;
    let key = app.public_key().map_err(|_| INVALID)?;
    let for_us = |audience: &str| is_audience(origin, audience);
    assertion.check(&key, for_us, mock.now()).map_err(|fault| match fault {
        jwt::Fault::Audience => OauthError("invalid_grant", "audience is invalid"),
        jwt::Fault::Expired => OauthError("invalid_grant", "expired authorization code"),
        jwt::Fault::Invalid => INVALID,
    })?;
    let user = mock.org().user_by_username(&assertion.subject);
    let approved =
        |user: &SfId| app.pre_authorized || mock.sessions().has_approved(*user, &app.client_id);
    let user = user.filter(approved);
    let user = user.ok_or(OauthError("invalid_grant", "user hasn't approved this consumer"))?;
    granted(mock, user, &app, Shape::Assertion)
}

/// Is an assertion for this audience meant for this org?
fn is_audience(origin: &Origin, audience: &str) -> bool {
    let audience = audience.trim_end_matches('/');
    let host = audience.strip_prefix("https://").unwrap_or_default();
    let org_host = host.ends_with(".my.salesforce.com") && !host.contains('/');
    audience == origin.as_str()
        || audience.strip_suffix("/services/oauth2/token") == Some(origin.as_str())
        || org_host
        || LOGIN_HOSTS.contains(&host)
}

/// Counts the login of an active user.
fn granted(
    mock: &Mock,
    user: SfId,
    app: &ConnectedApp,
    shape: Shape,
) -> Result<Granted, OauthError> {
    if mock.org().standing(user) == UserStanding::Inactive {
        return Err(OauthError::INACTIVE);
    }
    mock.count_login(user)?;
    Ok(Granted {
        holder: Holder { user, client_id: app.client_id.as_str().into(), scope: app.scope.clone() },
        client_secret: app.client_secret.clone(),
        shape,
        refresh_token: None,
        openid: false,
        nonce: None,
    })
}
