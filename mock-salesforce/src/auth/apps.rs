//! Connected apps: which program asks, and what it may have. Source: wire reference §1.1.

use crate::{SfId, seed::ConnectedAppSeed};

use super::{Scope, jwt::public_key};

/// A program that may ask for tokens, ready for use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConnectedApp {
    /// Name.
    pub name: String,
    /// Consumer key.
    pub client_id: String,
    /// Consumer secret.
    pub client_secret: String,
    /// The user that the client-credentials flow runs as; the first active user when absent.
    pub run_as: Option<SfId>,
    /// Scopes that tokens may have.
    pub scope: Scope,
    /// Must the code flow send the secret?
    pub require_secret: bool,
    /// Does a refresh answer with a new refresh token?
    pub rotate_refresh_token: bool,
    /// Are all users approved by the admin?
    pub pre_authorized: bool,
    callback_urls: Vec<String>,
    /// `RSAPublicKey` in DER; the shipped test key when absent.
    public_key: Option<Vec<u8>>,
}

impl ConnectedApp {
    /// The app of a seed; the error says what is wrong with it and what to do.
    pub(crate) fn new(seed: &ConnectedAppSeed, run_as: Option<SfId>) -> Result<Self, String> {
        if seed.client_id.is_empty() {
            return Err("the consumer key is empty: name a client_id".to_owned());
        }
        let public_key = seed.certificate.as_deref().map(public_key).transpose()?;
        Ok(Self {
            name: seed.name.clone(),
            client_id: seed.client_id.clone(),
            client_secret: seed.client_secret.clone(),
            run_as,
            scope: Scope::of(&seed.scopes),
            require_secret: seed.require_secret,
            rotate_refresh_token: seed.rotate_refresh_token,
            pre_authorized: seed.pre_authorized,
            callback_urls: seed.callback_urls.clone(),
            public_key,
        })
    }

    /// May codes be sent there?
    pub fn takes_callback(&self, url: &str) -> bool {
        self.callback_urls.iter().any(|known| fits(known, url))
    }

    /// The key that JWT assertions are checked with, as `RSAPublicKey` in DER.
    pub(crate) fn public_key(&self) -> Result<Vec<u8>, String> {
        self.public_key.clone().map_or_else(|| public_key(super::TEST_CERTIFICATE), Ok)
    }
}

/// Exactly the same, or on any port of a host when the callback ends in `:*`.
fn fits(known: &str, url: &str) -> bool {
    let Some(host) = known.strip_suffix(":*") else { return known == url };
    let Some(rest) = url.strip_prefix(host) else { return false };
    let behind_port = rest
        .strip_prefix(':')
        .map_or(rest, |rest| rest.trim_start_matches(|character: char| character.is_ascii_digit()));
    behind_port.is_empty() || behind_port.starts_with(['/', '?'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_callback_is_taken_as_it_is_written_or_on_any_port_of_a_host() {
        let app = ConnectedApp::new(&ConnectedAppSeed::standard(), None).unwrap();
        for url in
            ["http://localhost:1717/OauthRedirect", "http://localhost", "http://127.0.0.1:8/a?b"]
        {
            assert!(app.takes_callback(url), "{url}");
        }
        for url in [
            "http://localhost.evil.example/",
            "http://localhost:80@evil.example/",
            "https://x.example/",
        ] {
            assert!(!app.takes_callback(url), "{url}");
        }
        let exact = ConnectedAppSeed {
            callback_urls: vec!["https://x.example/cb".to_owned()],
            ..ConnectedAppSeed::default()
        };
        let app = ConnectedApp::new(&exact, None).unwrap();
        assert!(
            app.takes_callback("https://x.example/cb")
                && !app.takes_callback("https://x.example/cb?a")
        );
    }

    #[test]
    fn a_certificate_that_is_none_is_refused() {
        let seed = ConnectedAppSeed {
            certificate: Some("hello".to_owned()),
            ..ConnectedAppSeed::default()
        };
        assert_eq!(
            ConnectedApp::new(&seed, None).unwrap_err(),
            "the certificate is no PEM: give the text of a certificate or of an RSA public key"
        );
    }
}
