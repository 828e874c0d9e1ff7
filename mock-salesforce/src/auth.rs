//! Who may come in: logins, sessions, connected apps, codes and signed assertions (wire reference §1).
//!
//! What the org's admin has set up is part of the [`Org`](crate::Org); who is logged in is here. One store of tokens
//! serves every API: SOAP session ids and OAuth access tokens are the same thing.
//!
//! [`Mock::sign_in`](crate::Mock::sign_in) and [`Mock::authenticate`](crate::Mock::authenticate) are the doors for
//! other modules; the OAuth grants are in `api::auth`.

mod apps;
mod codes;
pub(crate) mod jwt;
mod login;
mod scope;
mod sessions;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

pub use apps::ConnectedApp;
pub use codes::CODE_MS;
pub use login::{LoginFailure, SessionRefusal, SignedIn};
pub use scope::Scope;
pub use sessions::{Holder, LOGIN_WINDOW_MS, Refresh, SESSION_LIMIT, Session, Sessions};

pub(crate) use codes::{CodeFault, Codes, Grant};
pub(crate) use login::Proof;

use login::Attempts;

/// The fixed test key that clients sign JWT assertions with; it protects nothing.
pub const TEST_KEY: &str = include_str!("../data/keys/test-key.pem");
/// The certificate of [`TEST_KEY`], which connected apps without one of their own check assertions with.
pub const TEST_CERTIFICATE: &str = include_str!("../data/keys/test-certificate.pem");

/// What a client logs in with: the shared password, and the default connected app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Login {
    /// The password of every user who has no other.
    pub password: String,
    /// The security token behind it.
    pub security_token: String,
    /// The consumer key of the default connected app.
    pub client_id: String,
    /// Its secret.
    pub client_secret: String,
}

impl Default for Login {
    fn default() -> Self {
        let policy = crate::seed::LoginPolicy::default();
        let app = crate::seed::ConnectedAppSeed::standard();
        Self {
            password: policy.password,
            security_token: policy.security_token,
            client_id: app.client_id,
            client_secret: app.client_secret,
        }
    }
}

/// `signature` of a token reply: HMAC-SHA256 of identity URL and issue time under the client's secret, in base64.
pub(crate) fn signature(client_secret: &str, identity: &str, issued_at: &str) -> String {
    use base64::Engine as _;
    let mut mac = Hmac::<Sha256>::new_from_slice(client_secret.as_bytes())
        .expect("a key of any length is a key");
    mac.update(identity.as_bytes());
    mac.update(issued_at.as_bytes());
    base64::engine::general_purpose::STANDARD.encode(mac.finalize().into_bytes())
}
