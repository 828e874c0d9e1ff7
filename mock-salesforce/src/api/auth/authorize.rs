//! The web server flow: a user logs in on a page, allows the app, and the app gets a code (wire reference §1.1).

use axum::http::{StatusCode, header};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::{OauthError, client::known, page, request::Asked};
use crate::{
    Mock, SfId,
    api::reply::Reply,
    auth::{ConnectedApp, Grant, Holder, LoginFailure, Proof, Scope},
};

/// What stays as it is in a parameter.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
/// What every code begins with.
const CODE_PREFIX: &str = "aPrx";

/// A request for a code that may be put to the user.
struct Request {
    app: ConnectedApp,
    redirect_uri: String,
    state: Option<String>,
    scope: Scope,
    challenge: Option<String>,
    nonce: Option<String>,
}

/// `GET /services/oauth2/authorize`: the page.
pub(super) async fn ask(mock: Mock, asked: Asked) -> Reply {
    match read(&mock, &asked) {
        Ok(request) => shown(&request, &asked, None),
        Err(reply) => reply,
    }
}

/// `POST /services/oauth2/authorize`: the user has allowed or denied.
pub(super) async fn decide(mock: Mock, asked: Asked) -> Reply {
    let request = match read(&mock, &asked) {
        Ok(request) => request,
        Err(reply) => return reply,
    };
    match asked.get("decision").as_deref() {
        Some("allow") => {}
        Some(_) => {
            let denied = OauthError("access_denied", "end-user denied authorization");
            return refused(&request.redirect_uri, request.state.as_deref(), denied);
        }
        None => return shown(&request, &asked, None),
    }
    let user = mock
        .check_password(&asked.text("username"), &asked.text("password"), Proof::Password)
        .and_then(|user| mock.count_login(user).map(|()| user));
    match user {
        Ok(user) => allowed(&mock, request, user),
        Err(failure) => shown(&request, &asked, Some(failure)),
    }
}

/// Checks a request. Before app and address are known to belong together, nobody is sent anywhere.
fn read(mock: &Mock, asked: &Asked) -> Result<Request, Reply> {
    let app = known(mock, &asked.text("client_id")).map_err(page::error)?;
    let redirect_uri = asked.text("redirect_uri");
    if !app.takes_callback(&redirect_uri) {
        let mismatch = OauthError("redirect_uri_mismatch", "redirect_uri must match configuration");
        return Err(page::error(mismatch));
    }
    let state = asked.get("state");
    let back = |error| refused(&redirect_uri, state.as_deref(), error);
    check(mock, asked).map_err(back)?;
    let scope = app
        .scope
        .narrowed(&asked.text("scope"))
        .ok_or_else(|| back(OauthError("invalid_scope", "the requested scope is not allowed")))?;
    let (challenge, nonce) = (asked.get("code_challenge"), asked.get("nonce"));
    Ok(Request { app, redirect_uri, state, scope, challenge, nonce })
}

fn check(mock: &Mock, asked: &Asked) -> Result<(), OauthError> {
    let response_type = asked.text("response_type");
    if response_type != "code" {
        if ["token", "token id_token", "id_token", "hybrid_token"].contains(&&*response_type) {
            mock.count_unsupported(&format!(
                "GET /services/oauth2/authorize response_type={response_type}"
            ));
        }
        return Err(OauthError("unsupported_response_type", "response type must be code"));
    }
    if asked.get("code_challenge_method").is_some_and(|method| method != "S256") {
        return Err(OauthError("invalid_request", "code_challenge_method must be S256"));
    }
    if asked.text("prompt") == "none" || asked.text("immediate") == "true" {
        return Err(OauthError("immediate_unsuccessful", "the user must log in"));
    }
    Ok(())
}

fn allowed(mock: &Mock, request: Request, user: SfId) -> Reply {
    let Request { app, redirect_uri, state, scope, challenge, nonce } = request;
    let now = mock.now();
    let holder = Holder { user, client_id: app.client_id.as_str().into(), scope };
    let grant = Grant { holder, redirect_uri: redirect_uri.clone(), challenge, nonce };
    let code = {
        let mut sessions = mock.sessions();
        let code = format!("{CODE_PREFIX}{}==", sessions.secret());
        sessions.approve(user, &app.client_id);
        sessions.codes.issue(code.clone(), grant, now);
        code
    };
    sent(&redirect_uri, &[("code", Some(&code)), ("state", state.as_deref())])
}

fn refused(redirect_uri: &str, state: Option<&str>, OauthError(error, text): OauthError) -> Reply {
    let parameters = [("error", Some(error)), ("error_description", Some(text)), ("state", state)];
    sent(redirect_uri, &parameters)
}

/// Sends the user back to the app.
fn sent(redirect_uri: &str, parameters: &[(&str, Option<&str>)]) -> Reply {
    let mut url = redirect_uri.to_owned();
    for (name, value) in parameters {
        let Some(value) = value else { continue };
        url.push(if url.contains('?') { '&' } else { '?' });
        url.push_str(name);
        url.push('=');
        let encoded = utf8_percent_encode(value, PLAIN).to_string();
        url.push_str(&encoded.replace("%20", "+"));
    }
    Reply::empty(StatusCode::FOUND).with(header::LOCATION.as_str(), url)
}

/// The page, with the request in hidden fields.
fn shown(request: &Request, asked: &Asked, failure: Option<LoginFailure>) -> Reply {
    let hidden = [
        ("response_type", Some("code")),
        ("client_id", Some(request.app.client_id.as_str())),
        ("redirect_uri", Some(request.redirect_uri.as_str())),
        ("scope", Some(request.scope.as_str())),
        ("state", request.state.as_deref()),
        ("code_challenge", request.challenge.as_deref()),
        ("nonce", request.nonce.as_deref()),
    ];
    let username = asked.get("username").or_else(|| asked.get("login_hint"));
    page::consent(&page::Consent {
        app: &request.app.name,
        scope: request.scope.as_str(),
        username: username.as_deref().unwrap_or_default(),
        hidden: &hidden,
        failed: failure.is_some(),
    })
}
