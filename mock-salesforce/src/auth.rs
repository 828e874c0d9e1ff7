//! Sessions: who is logged in, with which token, until when.
//!
//! Tokens have Salesforce's shape and come from a counter and a salt, never from chance: the same calls give the same
//! tokens. A session lives two hours after its last use. Source: wire reference §1.

use std::collections::{BTreeMap, VecDeque};

use hashbrown::HashMap;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

use crate::{SfId, Timestamp};

/// How long a session lives after its last use, in milliseconds.
pub const SESSION_MS: i64 = 2 * 3_600_000;
/// Most live sessions; the oldest go first.
pub const SESSION_LIMIT: usize = 10_000;
/// Most logins of one user in one hour.
pub const LOGIN_LIMIT: u32 = 3_600;
/// The window of [`LOGIN_LIMIT`], in milliseconds.
pub const LOGIN_WINDOW_MS: i64 = 3_600_000;

/// Characters of a token after the org's id.
const TOKEN_ALPHABET: &[u8; 64] =
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._";

/// What the token endpoint accepts. Every active user of the org logs in with the same password and security token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Login {
    /// The password of every user.
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
        Self {
            password: "mock-password".into(),
            security_token: "mockSecurityToken".into(),
            client_id: "3MVG9mockConsumerKey".into(),
            client_secret: "mockConsumerSecret".into(),
        }
    }
}

/// A program that may ask for tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConnectedApp {
    /// Consumer key.
    pub client_id: String,
    /// Consumer secret.
    pub client_secret: String,
    /// The user that the client-credentials flow runs as.
    pub run_as: SfId,
}

/// A live token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Whose it is.
    pub user: SfId,
    /// The app it was given to.
    pub client_id: String,
    /// When it was given.
    pub issued_at: Timestamp,
    /// When it dies unless it is used.
    pub expires_at: Timestamp,
}

/// Every live token of an org.
#[derive(Debug, Clone)]
pub struct Sessions {
    org: SfId,
    salt: u64,
    issued: u64,
    access: HashMap<String, Session, foldhash::fast::FixedState>,
    refresh: BTreeMap<String, (SfId, String)>,
    oldest: VecDeque<String>,
    logins: BTreeMap<SfId, (Timestamp, u32)>,
    apps: Vec<ConnectedApp>,
}

impl Sessions {
    /// No sessions yet, for the org of this id.
    pub fn new(org: SfId, salt: u64) -> Self {
        Self {
            org,
            salt,
            issued: 0,
            access: HashMap::default(),
            refresh: BTreeMap::new(),
            oldest: VecDeque::new(),
            logins: BTreeMap::new(),
            apps: Vec::new(),
        }
    }

    /// Lets one more program ask for tokens.
    pub fn connect(&mut self, app: ConnectedApp) {
        self.apps.retain(|known| known.client_id != app.client_id);
        self.apps.push(app);
    }

    /// The program with this consumer key.
    pub fn app(&self, client_id: &str) -> Option<&ConnectedApp> {
        self.apps.iter().find(|app| app.client_id == client_id)
    }

    /// Counts a login; false when the user has had too many this hour.
    pub fn count_login(&mut self, user: SfId, now: Timestamp) -> bool {
        let (since, count) = self.logins.entry(user).or_insert((now, 0));
        if now.0 - since.0 >= LOGIN_WINDOW_MS {
            (*since, *count) = (now, 0);
        }
        *count += 1;
        *count <= LOGIN_LIMIT
    }

    /// Logins of a user in the current hour.
    pub fn logins(&self, user: SfId) -> u32 {
        self.logins.get(&user).map_or(0, |(_, count)| *count)
    }

    /// A new session.
    pub fn open(&mut self, user: SfId, client_id: &str, now: Timestamp) -> String {
        let secret = self.secret();
        let token = format!("{}!{secret}", self.org.as_str_15());
        let expires_at = Timestamp(now.0.saturating_add(SESSION_MS));
        let session = Session { user, client_id: client_id.to_owned(), issued_at: now, expires_at };
        self.access.insert(token.clone(), session);
        self.oldest.push_back(token.clone());
        while self.oldest.len() > SESSION_LIMIT {
            if let Some(oldest) = self.oldest.pop_front() {
                self.access.remove(&oldest);
            }
        }
        token
    }

    /// The refresh token of a user for an app; the same one each time.
    pub fn refresh_token(&mut self, user: SfId, client_id: &str) -> String {
        let known =
            self.refresh.iter().find(|(_, (owner, app))| *owner == user && app == client_id);
        if let Some((token, _)) = known {
            return token.clone();
        }
        let token = format!("5Aep{}", self.secret());
        self.refresh.insert(token.clone(), (user, client_id.to_owned()));
        token
    }

    /// Whose refresh token it is, and for which app.
    pub fn refreshes(&self, token: &str) -> Option<(SfId, &str)> {
        self.refresh.get(token).map(|(user, app)| (*user, app.as_str()))
    }

    /// Whose session it is; using it keeps it alive.
    pub fn authenticate(&mut self, token: &str, now: Timestamp) -> Option<SfId> {
        let session = self.access.get_mut(token)?;
        if session.expires_at <= now {
            self.access.remove(token);
            return None;
        }
        session.expires_at = Timestamp(now.0.saturating_add(SESSION_MS));
        Some(session.user)
    }

    /// The session behind an access token.
    pub fn session(&self, token: &str) -> Option<&Session> {
        self.access.get(token)
    }

    /// Ends every session; refresh tokens stay.
    pub fn expire_all(&mut self) {
        self.access.clear();
        self.oldest.clear();
    }

    /// Ends one session, or takes one refresh token back; false when there is neither.
    pub fn revoke(&mut self, token: &str) -> bool {
        self.oldest.retain(|known| known != token);
        self.access.remove(token).is_some() | self.refresh.remove(token).is_some()
    }

    /// 96 characters that nobody has had before.
    fn secret(&mut self) -> String {
        self.issued += 1;
        let mut secret = String::with_capacity(96);
        for part in 0..3_u8 {
            let mut hash = Sha256::new();
            hash.update(self.salt.to_be_bytes());
            hash.update(self.issued.to_be_bytes());
            hash.update([part]);
            let symbol = |byte: u8| {
                char::from(TOKEN_ALPHABET.get(usize::from(byte & 63)).copied().unwrap_or(b'.'))
            };
            secret.extend(hash.finalize().iter().map(|byte| symbol(*byte)));
        }
        secret
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

#[cfg(test)]
mod tests {
    use super::*;

    fn sessions() -> (Sessions, SfId) {
        let org = "00D4S000000oz4e".parse().unwrap();
        (Sessions::new(org, 7), "0054S000000JFmh".parse().unwrap())
    }

    #[test]
    fn a_token_has_salesforces_shape_and_the_same_calls_give_the_same_token() {
        let (mut one, user) = sessions();
        let (mut two, _) = sessions();
        let token = one.open(user, "app", Timestamp(0));
        assert_eq!(token, two.open(user, "app", Timestamp(0)));
        assert_ne!(token, one.open(user, "app", Timestamp(0)));
        let (org, secret) = token.split_once('!').unwrap();
        assert_eq!((org, secret.len()), ("00D4S000000oz4e", 96));
    }

    #[test]
    fn a_session_lives_while_it_is_used() {
        let (mut sessions, user) = sessions();
        let token = sessions.open(user, "app", Timestamp(0));
        assert_eq!(sessions.authenticate(&token, Timestamp(SESSION_MS - 1)), Some(user));
        assert_eq!(sessions.authenticate(&token, Timestamp(2 * SESSION_MS - 2)), Some(user));
        assert_eq!(sessions.authenticate(&token, Timestamp(4 * SESSION_MS)), None);
    }

    #[test]
    fn expiry_and_revocation_end_sessions() {
        let (mut sessions, user) = sessions();
        let token = sessions.open(user, "app", Timestamp(0));
        let refresh = sessions.refresh_token(user, "app");
        assert_eq!(refresh, sessions.refresh_token(user, "app"));
        sessions.expire_all();
        assert_eq!(sessions.authenticate(&token, Timestamp(1)), None);
        assert_eq!(sessions.refreshes(&refresh), Some((user, "app")));
        assert!(sessions.revoke(&refresh) && !sessions.revoke(&refresh));
    }

    #[test]
    fn too_many_logins_in_an_hour_are_refused() {
        let (mut sessions, user) = sessions();
        assert!((0..LOGIN_LIMIT).all(|_| sessions.count_login(user, Timestamp(0))));
        assert!(!sessions.count_login(user, Timestamp(1)));
        assert!(sessions.count_login(user, Timestamp(LOGIN_WINDOW_MS)));
    }
}
