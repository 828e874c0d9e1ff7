//! Who we are to the CRM: credentials, and the token of the last login.

use std::fmt;

use axum::http::{
    HeaderValue, Request,
    header::{AUTHORIZATION, HOST},
};
use bytes::Bytes;
use engine::{Answer, CallId, CrmCall};
use mock_salesforce::auth::Login;

use super::{decode, encode, encode::Delivered, transport::Exchange};

/// What the password grant asks for (wire reference §1.1).
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    /// The connected app's consumer key.
    pub client_id: String,
    /// The connected app's secret.
    pub client_secret: String,
    /// The user's name.
    pub username: String,
    /// The user's password, the security token appended.
    pub password: String,
}

impl Credentials {
    /// What a mock's token endpoint takes for this user.
    pub fn of_mock(login: &Login, username: &str) -> Self {
        Self {
            client_id: login.client_id.clone(),
            client_secret: login.client_secret.clone(),
            username: username.to_owned(),
            password: format!("{}{}", login.password, login.security_token),
        }
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials").field("username", &self.username).finish_non_exhaustive()
    }
}

/// A connection to the CRM as far as requests can tell: no socket, only what they must say.
#[derive(Clone)]
pub struct Session {
    credentials: Credentials,
    authorization: Option<String>,
    /// The host where the org lives, as the last login told it.
    instance: Option<HeaderValue>,
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let logged_in = self.authorization.is_some();
        f.debug_struct("Session")
            .field("credentials", &self.credentials)
            .field("logged_in", &logged_in)
            .field("instance", &self.instance)
            .finish()
    }
}

impl Session {
    /// A session that has not logged in yet.
    pub fn new(credentials: Credentials) -> Self {
        Self { credentials, authorization: None, instance: None }
    }

    /// The request for a call, with the token that we have.
    pub fn request(&self, id: CallId, call: &CrmCall) -> (Request<Bytes>, Delivered) {
        let (mut request, delivered) = encode::request(id, call, (&self.credentials, self.token()));
        if let (false, Some(authorization)) = (matches!(call, CrmCall::Login), &self.authorization)
            && let Ok(value) = authorization.parse()
        {
            request.headers_mut().insert(AUTHORIZATION, value);
        }
        if let (false, Some(instance)) = (matches!(call, CrmCall::Login), &self.instance) {
            request.headers_mut().insert(HOST, instance.clone());
        }
        (request, delivered)
    }

    fn token(&self) -> Option<&str> {
        self.authorization.as_deref()?.strip_prefix("Bearer ")
    }

    /// What an exchange answers to a call; a login's token is kept.
    pub fn answer(&mut self, call: &CrmCall, exchange: Exchange) -> Answer {
        if let (CrmCall::Login, Exchange::Answered { response, cut: false, .. }) = (call, &exchange)
            && let Some(token) = decode::token(response)
        {
            self.authorization = Some(format!("Bearer {token}"));
            self.instance = decode::instance(response).and_then(|host| host.parse().ok());
        }
        decode::answer(call, exchange)
    }
}
