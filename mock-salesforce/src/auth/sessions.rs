//! Live tokens: access tokens, refresh tokens and codes of an org. Source: wire reference §1.1, §1.2.
//!
//! Tokens have Salesforce's shape and come from a counter and a salt, never from chance: the same calls give the same
//! tokens. One store serves REST, SOAP and Bulk: a session is a session.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    sync::Arc,
};

use hashbrown::{HashMap, hash_map::EntryRef};
use sha2::{Digest, Sha256};

use super::{Attempts, Codes, Scope};
use crate::{SfId, Timestamp};

/// Most live sessions, and most refresh tokens; the oldest go first.
pub const SESSION_LIMIT: usize = 10_000;
/// The window in which a user's logins are counted, in milliseconds.
pub const LOGIN_WINDOW_MS: i64 = 3_600_000;

/// Characters of a token after the org's id.
const TOKEN_ALPHABET: &[u8; 64] =
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._";

/// Whom a token is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// The user.
    pub user: SfId,
    /// The app; empty after a SOAP login.
    pub client_id: Arc<str>,
    /// What the token is good for.
    pub scope: Scope,
}

/// A live access token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Whose it is.
    pub holder: Holder,
    /// When it was given.
    pub issued_at: Timestamp,
    /// When it dies unless it is used.
    pub expires_at: Timestamp,
    /// How long it lives after its last use, in milliseconds.
    pub lifetime_ms: i64,
}

/// A live refresh token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refresh {
    /// Whose it is.
    pub holder: Holder,
    /// When it was given.
    pub issued_at: Timestamp,
}

/// Every live token of an org.
#[derive(Debug, Clone)]
pub struct Sessions {
    org: SfId,
    salt: u64,
    issued: u64,
    access: HashMap<String, Session, foldhash::fast::FixedState>,
    oldest: VecDeque<String>,
    refresh: BTreeMap<String, Refresh>,
    refresh_of: BTreeMap<(SfId, Arc<str>, String), String>,
    oldest_refresh: VecDeque<String>,
    approved: BTreeSet<(SfId, String)>,
    logins: BTreeMap<SfId, (Timestamp, u32)>,
    pub(super) attempts: Attempts,
    pub(crate) codes: Codes,
    kept_alive: bool,
    /// No session is overdue before.
    none_overdue_before: Timestamp,
}

impl Sessions {
    /// No sessions yet, for the org of this id.
    pub fn new(org: SfId, salt: u64) -> Self {
        Self {
            org,
            salt,
            issued: 0,
            access: HashMap::default(),
            oldest: VecDeque::new(),
            refresh: BTreeMap::new(),
            refresh_of: BTreeMap::new(),
            oldest_refresh: VecDeque::new(),
            approved: BTreeSet::new(),
            logins: BTreeMap::new(),
            kept_alive: false,
            none_overdue_before: Timestamp(i64::MAX),
            attempts: Attempts::default(),
            codes: Codes::default(),
        }
    }

    /// Counts a login; false when the user has had `most` this hour.
    pub fn count_login(&mut self, user: SfId, most: u32, now: Timestamp) -> bool {
        let (since, count) = self.logins.entry(user).or_insert((now, 0));
        if now.0 - since.0 >= LOGIN_WINDOW_MS {
            (*since, *count) = (now, 0);
        }
        *count = count.saturating_add(1);
        *count <= most
    }

    /// Logins of a user in the current hour.
    pub fn logins(&self, user: SfId) -> u32 {
        self.logins.get(&user).map_or(0, |(_, count)| *count)
    }

    /// A new session that lives `lifetime_ms` after its last use.
    pub fn open(&mut self, holder: Holder, now: Timestamp, lifetime_ms: i64) -> String {
        let secret = self.secret();
        let token = format!("{}!{secret}", self.org.as_str_15());
        let expires_at = Timestamp(now.0.saturating_add(lifetime_ms));
        self.none_overdue_before = self.none_overdue_before.min(expires_at);
        self.access
            .insert(token.clone(), Session { holder, issued_at: now, expires_at, lifetime_ms });
        self.oldest.push_back(token.clone());
        while self.oldest.len() > SESSION_LIMIT {
            if let Some(oldest) = self.oldest.pop_front() {
                self.access.remove(&oldest);
            }
        }
        token
    }

    /// The refresh token of a user for an app and scope; the same one each time.
    pub fn refresh_token(&mut self, holder: Holder, now: Timestamp) -> String {
        let key = refresh_key(&holder);
        if let Some(token) = self.refresh_of.get(&key) {
            return token.clone();
        }
        let token = format!("5Aep{}", self.secret());
        self.refresh_of.insert(key, token.clone());
        self.refresh.insert(token.clone(), Refresh { holder, issued_at: now });
        self.oldest_refresh.push_back(token.clone());
        while self.oldest_refresh.len() > SESSION_LIMIT {
            if let Some(oldest) = self.oldest_refresh.pop_front() {
                self.forget_refresh(&oldest);
            }
        }
        token
    }

    /// The refresh token, if it lives.
    pub fn refreshes(&self, token: &str) -> Option<&Refresh> {
        self.refresh.get(token)
    }

    /// While a store's calls are carried out again, no session dies of age: reads that kept it alive are not in the store.
    pub(crate) fn keep_alive(&mut self, on: bool) {
        self.kept_alive = on;
    }

    /// Ends every session that nobody used for too long, and tells which.
    pub(crate) fn end_overdue(&mut self, now: Timestamp) -> Vec<String> {
        if now < self.none_overdue_before {
            return Vec::new();
        }
        let is_overdue = |token: &&String| {
            self.access.get(*token).is_none_or(|session| session.expires_at <= now)
        };
        let overdue: Vec<String> = self.oldest.iter().filter(is_overdue).cloned().collect();
        for token in &overdue {
            self.access.remove(token);
        }
        self.oldest.retain(|token| self.access.contains_key(token));
        let next = self.access.values().map(|session| session.expires_at).min();
        self.none_overdue_before = next.unwrap_or(Timestamp(i64::MAX));
        overdue
    }

    /// Whose session it is; using it keeps it alive.
    pub fn authenticate(&mut self, token: &str, now: Timestamp) -> Option<&Holder> {
        let EntryRef::Occupied(mut known) = self.access.entry_ref(token) else { return None };
        if known.get().expires_at <= now && !self.kept_alive {
            known.remove();
            return None;
        }
        let session = known.get_mut();
        session.expires_at = Timestamp(now.0.saturating_add(session.lifetime_ms));
        Some(&known.into_mut().holder)
    }

    /// The session behind an access token, if it lives.
    pub fn session(&self, token: &str, now: Timestamp) -> Option<&Session> {
        self.access.get(token).filter(|session| self.kept_alive || session.expires_at > now)
    }

    /// Live access tokens, in the order in which they were given.
    pub fn live(&self, now: Timestamp) -> impl Iterator<Item = &Session> {
        self.oldest.iter().filter_map(move |token| self.session(token, now))
    }

    /// Ends every session; refresh tokens stay.
    pub fn expire_all(&mut self) {
        self.access.clear();
        self.oldest.clear();
    }

    /// Ends the sessions of one user; refresh tokens stay.
    pub fn expire_user(&mut self, user: SfId) {
        self.end(|holder| holder.user == user);
    }

    /// Ends one session; false when there is none.
    pub fn expire(&mut self, token: &str) -> bool {
        self.oldest.retain(|known| known != token);
        self.access.remove(token).is_some()
    }

    /// Ends a session, or takes a refresh token back with every session of its user and app; false when there is neither.
    pub fn revoke(&mut self, token: &str) -> bool {
        if self.expire(token) {
            return true;
        }
        let Some(old) = self.forget_refresh(token) else { return false };
        self.oldest_refresh.retain(|known| known != token);
        let Holder { user, client_id, .. } = old.holder;
        self.end(|holder| holder.user == user && holder.client_id == client_id);
        true
    }

    /// Takes a refresh token back and leaves its sessions alone.
    pub(crate) fn rotate(&mut self, token: &str, now: Timestamp) -> Option<String> {
        let old = self.forget_refresh(token)?;
        self.oldest_refresh.retain(|known| known != token);
        Some(self.refresh_token(old.holder, now))
    }

    /// Notes that a user has allowed an app.
    pub(crate) fn approve(&mut self, user: SfId, client_id: &str) {
        self.approved.insert((user, client_id.to_owned()));
    }

    /// Has the user allowed the app?
    pub(crate) fn has_approved(&self, user: SfId, client_id: &str) -> bool {
        self.approved.contains(&(user, client_id.to_owned()))
    }

    /// Moves to another org, or to another state of the same one: tokens of users who are not there end.
    pub(crate) fn settle(&mut self, org: SfId, lives: impl Fn(SfId) -> bool) {
        self.org = org;
        self.end(|holder| !lives(holder.user));
        let gone: Vec<String> = self
            .refresh
            .iter()
            .filter(|(_, refresh)| !lives(refresh.holder.user))
            .map(|(token, _)| token.clone())
            .collect();
        for token in &gone {
            self.forget_refresh(token);
        }
        self.oldest_refresh.retain(|token| !gone.contains(token));
    }

    fn end(&mut self, ends: impl Fn(&Holder) -> bool) {
        let access = &mut self.access;
        self.oldest.retain(|token| {
            let gone = access.get(token).is_none_or(|session| ends(&session.holder));
            if gone {
                access.remove(token);
            }
            !gone
        });
    }

    fn forget_refresh(&mut self, token: &str) -> Option<Refresh> {
        let old = self.refresh.remove(token)?;
        self.refresh_of.remove(&refresh_key(&old.holder));
        Some(old)
    }

    /// 96 characters that nobody has had before.
    pub(crate) fn secret(&mut self) -> String {
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

fn refresh_key(holder: &Holder) -> (SfId, Arc<str>, String) {
    (holder.user, Arc::clone(&holder.client_id), holder.scope.as_str().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3_600_000;

    fn sessions() -> (Sessions, Holder) {
        let org = "00D4S000000oz4e".parse().unwrap();
        let user = "0054S000000JFmh".parse().unwrap();
        (Sessions::new(org, 7), Holder { user, client_id: "app".into(), scope: Scope::full() })
    }

    #[test]
    fn a_token_has_salesforces_shape_and_the_same_calls_give_the_same_token() {
        let (mut one, holder) = sessions();
        let (mut two, _) = sessions();
        let token = one.open(holder.clone(), Timestamp(0), HOUR);
        assert_eq!(token, two.open(holder.clone(), Timestamp(0), HOUR));
        assert_ne!(token, one.open(holder, Timestamp(0), HOUR));
        let (org, secret) = token.split_once('!').unwrap();
        assert_eq!((org, secret.len()), ("00D4S000000oz4e", 96));
    }

    #[test]
    fn a_session_lives_while_it_is_used() {
        let (mut sessions, holder) = sessions();
        let token = sessions.open(holder.clone(), Timestamp(0), HOUR);
        let mut at = |now| sessions.authenticate(&token, Timestamp(now)).cloned();
        assert_eq!(at(HOUR - 1), Some(holder.clone()));
        assert_eq!(at(2 * HOUR - 2), Some(holder));
        assert_eq!(at(4 * HOUR), None);
    }

    #[test]
    fn expiry_and_revocation_end_sessions() {
        let (mut sessions, holder) = sessions();
        let now = Timestamp(0);
        let token = sessions.open(holder.clone(), now, HOUR);
        let refresh = sessions.refresh_token(holder.clone(), now);
        assert_eq!(refresh, sessions.refresh_token(holder.clone(), now));
        sessions.expire_all();
        assert_eq!(sessions.authenticate(&token, now), None);
        let token = sessions.open(holder.clone(), now, HOUR);
        let other = Holder { client_id: "".into(), ..holder.clone() };
        let soap = sessions.open(other, now, HOUR);
        assert_eq!(sessions.live(now).count(), 2);
        assert!(sessions.revoke(&refresh) && !sessions.revoke(&refresh));
        assert!(sessions.session(&token, now).is_none() && sessions.session(&soap, now).is_some());
        sessions.expire_user(holder.user);
        assert_eq!(sessions.live(now).count(), 0);
    }

    #[test]
    fn a_rotated_refresh_token_is_another_one() {
        let (mut sessions, holder) = sessions();
        let old = sessions.refresh_token(holder, Timestamp(0));
        let new = sessions.rotate(&old, Timestamp(1)).unwrap();
        assert_ne!(old, new);
        assert!(sessions.refreshes(&old).is_none() && sessions.refreshes(&new).is_some());
    }

    #[test]
    fn too_many_logins_in_an_hour_are_refused() {
        let (mut sessions, holder) = sessions();
        assert!((0..5).all(|_| sessions.count_login(holder.user, 5, Timestamp(0))));
        assert!(!sessions.count_login(holder.user, 5, Timestamp(1)));
        assert!(sessions.count_login(holder.user, 5, Timestamp(LOGIN_WINDOW_MS)));
    }

    #[test]
    fn no_more_tokens_are_kept_than_the_limit() {
        let (mut sessions, holder) = sessions();
        let first = sessions.open(holder.clone(), Timestamp(0), HOUR);
        for _ in 0..SESSION_LIMIT {
            sessions.open(holder.clone(), Timestamp(0), HOUR);
        }
        assert!(sessions.session(&first, Timestamp(0)).is_none());
        assert_eq!(sessions.live(Timestamp(0)).count(), SESSION_LIMIT);
    }
}
