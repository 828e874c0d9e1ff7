//! How people and programs log in, as part of an org's file: passwords, limits of sessions, connected apps.

use serde::{Deserialize, Serialize};

/// How users log in, and how long they stay in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "snake_case")]
#[expect(clippy::struct_excessive_bools, reason = "the switches of an org's security settings")]
pub struct LoginPolicy {
    /// The password of every user who has no other.
    pub password: String,
    /// The security token of every user who has no other.
    pub security_token: String,
    /// Must a password that comes through the API carry the security token?
    pub require_security_token: bool,
    /// Is the OAuth username-password flow switched on? New orgs ship without it.
    pub username_password_flow: bool,
    /// Is SOAP `login()` switched on?
    pub soap_login: bool,
    /// Does the org's edition have the API?
    pub api_enabled: bool,
    /// Most logins of one user in one hour.
    pub logins_per_hour: u32,
    /// Wrong passwords in a row that lock a user out; 0 never does.
    pub wrong_passwords: u32,
    /// How long a lockout lasts, in minutes.
    pub lockout_minutes: u32,
    /// How long a session lives after its last use, in minutes.
    pub session_minutes: u32,
}

impl Default for LoginPolicy {
    fn default() -> Self {
        Self {
            password: "mock-password".to_owned(),
            security_token: "mockSecurityToken".to_owned(),
            require_security_token: true,
            username_password_flow: true,
            soap_login: true,
            api_enabled: true,
            logins_per_hour: 3_600,
            wrong_passwords: 0,
            lockout_minutes: 15,
            session_minutes: 120,
        }
    }
}

/// A program that may ask for tokens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "snake_case")]
pub struct ConnectedAppSeed {
    /// Name, as the consent page shows it.
    pub name: String,
    /// Consumer key.
    pub client_id: String,
    /// Consumer secret.
    pub client_secret: String,
    /// Where codes may be sent; `http://localhost:*` is every port and path of loopback.
    pub callback_urls: Vec<String>,
    /// PEM of the certificate or RSA public key that JWT assertions are checked with; the shipped test
    /// certificate when absent.
    pub certificate: Option<String>,
    /// The user that the client-credentials flow runs as; the first active user when absent.
    pub run_as: Option<String>,
    /// Scopes that tokens may have.
    pub scopes: Vec<String>,
    /// Must the code flow send the secret? Without it the flow must use PKCE.
    pub require_secret: bool,
    /// Does a refresh answer with a new refresh token, and end the old one?
    pub rotate_refresh_token: bool,
    /// Are all users approved by the admin? Else a user must have allowed the app before a JWT is taken.
    pub pre_authorized: bool,
}

impl Default for ConnectedAppSeed {
    fn default() -> Self {
        Self {
            name: "Mock App".to_owned(),
            client_id: "3MVG9mockConsumerKey".to_owned(),
            client_secret: "mockConsumerSecret".to_owned(),
            callback_urls: Vec::new(),
            certificate: None,
            run_as: None,
            scopes: ["api", "refresh_token", "id", "openid", "web", "full"]
                .map(str::to_owned)
                .into(),
            require_secret: true,
            rotate_refresh_token: false,
            pre_authorized: true,
        }
    }
}

impl ConnectedAppSeed {
    /// The app of an org that names none: any loopback address may have its codes, with or without the secret.
    pub fn standard() -> Self {
        Self {
            callback_urls: vec![
                "http://localhost:*".to_owned(),
                "http://127.0.0.1:*".to_owned(),
                "https://localhost:*".to_owned(),
                "https://127.0.0.1:*".to_owned(),
            ],
            require_secret: false,
            ..Self::default()
        }
    }

    /// The app that Salesforce's own command line shows itself as, without a secret. An org that
    /// names no apps has it too.
    pub fn command_line() -> Self {
        Self {
            name: "Salesforce CLI".to_owned(),
            client_id: "PlatformCLI".to_owned(),
            client_secret: String::new(),
            ..Self::standard()
        }
    }
}
