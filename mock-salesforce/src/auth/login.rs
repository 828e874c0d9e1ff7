//! The way in: password and security token to a session, and a session to its user.
//!
//! REST, SOAP and both Bulk APIs ask here, each says the refusal in its own words. Source: wire reference §1.3, §1.4.

use std::{collections::BTreeMap, sync::MutexGuard};

use super::{Holder, Scope};
use crate::{Mock, Org, SfId, Timestamp, org::UserStanding, seed::LoginPolicy};

const MINUTE_MS: i64 = 60_000;

/// A login that worked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedIn {
    /// Who it is.
    pub user: SfId,
    /// The new session's token.
    pub token: String,
    /// How long the session lives after its last use, in seconds.
    pub seconds_valid: u32,
}

/// Why nobody was logged in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LoginFailure {
    /// No such user, or another password.
    Invalid,
    /// The password is right, and the security token is missing.
    SecurityTokenNeeded,
    /// Too many wrong passwords.
    LockedOut,
    /// The user is deactivated.
    Inactive,
    /// Too many logins this hour.
    RateExceeded,
    /// The user's profile lacks "API Enabled".
    ApiDisabled,
    /// The org's edition has no API.
    OrgApiDisabled,
    /// The org has switched this way of logging in off.
    SwitchedOff,
}

impl LoginFailure {
    /// `exceptionCode` of a SOAP fault.
    pub fn code(self) -> &'static str {
        match self {
            Self::Invalid | Self::LockedOut | Self::Inactive => "INVALID_LOGIN",
            Self::SecurityTokenNeeded => "LOGIN_MUST_USE_SECURITY_TOKEN",
            Self::RateExceeded => "REQUEST_LIMIT_EXCEEDED",
            Self::ApiDisabled => "API_CURRENTLY_DISABLED",
            Self::OrgApiDisabled => "API_DISABLED_FOR_ORG",
            Self::SwitchedOff => "INVALID_OPERATION",
        }
    }

    /// `exceptionMessage` of a SOAP fault.
    pub fn message(self) -> &'static str {
        match self {
            Self::Invalid | Self::LockedOut | Self::Inactive => {
                "Invalid username, password, security token; or user locked out."
            }
            Self::SecurityTokenNeeded => {
                "Invalid username, password, security token; or user locked out. Are you at a new location? \
                 Add your security token to your password."
            }
            Self::RateExceeded => "Login Rate Exceeded",
            Self::ApiDisabled => "API is disabled for this User",
            Self::OrgApiDisabled => "API is not enabled for this Organization or Partner",
            Self::SwitchedOff => "SOAP API login() is disabled by default in this org.",
        }
    }
}

/// Why a session does not let a call in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionRefusal {
    /// No such session, or it has expired, or its user was deactivated.
    Invalid,
    /// The token's scope has no API in it.
    ScopeMissing,
    /// The user's profile lacks "API Enabled".
    ApiDisabled,
    /// The org's edition has no API.
    OrgApiDisabled,
}

impl SessionRefusal {
    /// Salesforce's code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Invalid | Self::ScopeMissing => "INVALID_SESSION_ID",
            Self::ApiDisabled => "API_CURRENTLY_DISABLED",
            Self::OrgApiDisabled => "API_DISABLED_FOR_ORG",
        }
    }

    /// What REST says.
    pub fn message(self) -> &'static str {
        match self {
            Self::Invalid => "Session expired or invalid",
            Self::ScopeMissing => "This session is not valid for use with the REST API",
            Self::ApiDisabled => "API is disabled for this User",
            Self::OrgApiDisabled => "The REST API is not enabled for this Organization.",
        }
    }

    /// Is it the session that is wrong, so that another login may help?
    pub fn is_session(self) -> bool {
        matches!(self, Self::Invalid | Self::ScopeMissing)
    }
}

/// Wrong passwords in a row, by user.
#[derive(Debug, Clone, Default)]
pub(super) struct Attempts(BTreeMap<SfId, (u32, Timestamp)>);

impl Attempts {
    /// Is the user locked out?
    fn locks(&self, user: SfId, policy: &LoginPolicy, now: Timestamp) -> bool {
        let lockout_ms = i64::from(policy.lockout_minutes) * MINUTE_MS;
        let most = policy.wrong_passwords;
        self.0
            .get(&user)
            .is_some_and(|(wrong, last)| most > 0 && *wrong >= most && now.0 - last.0 < lockout_ms)
    }

    fn note(&mut self, user: SfId, right: bool, now: Timestamp) {
        if right {
            self.0.remove(&user);
        } else {
            let (wrong, last) = self.0.entry(user).or_insert((0, now));
            *wrong = wrong.saturating_add(1);
            *last = now;
        }
    }
}

/// How much of the secret a login must show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Proof {
    /// Password and security token, as programs send them.
    PasswordAndToken,
    /// The password alone, as people type it on a page.
    Password,
}

impl Mock {
    /// Logs a user in by password and security token, written one after the other: SOAP `login()`.
    pub fn sign_in(&self, username: &str, password: &str) -> Result<SignedIn, LoginFailure> {
        if !self.org().login_policy().soap_login {
            return Err(LoginFailure::SwitchedOff);
        }
        let user = self.check_password(username, password, Proof::PasswordAndToken)?;
        match self.org().standing(user) {
            UserStanding::ApiDisabled => return Err(LoginFailure::ApiDisabled),
            UserStanding::OrgApiDisabled => return Err(LoginFailure::OrgApiDisabled),
            UserStanding::Good | UserStanding::Inactive => {}
        }
        self.count_login(user)?;
        let minutes = self.org().login_policy().session_minutes;
        let holder = Holder { user, client_id: "".into(), scope: Scope::full() };
        Ok(SignedIn {
            user,
            token: self.open_session(holder),
            seconds_valid: minutes.saturating_mul(60),
        })
    }

    /// The user behind a session id or access token, for any API. Using it keeps it alive.
    pub fn authenticate(&self, token: &str) -> Result<SfId, SessionRefusal> {
        self.authenticate_at(token, self.now())
    }

    /// The same, at a moment that is known already.
    pub(crate) fn authenticate_at(
        &self,
        token: &str,
        now: Timestamp,
    ) -> Result<SfId, SessionRefusal> {
        self.enter(token, now).map(|(user, _)| user)
    }

    /// The same, with the org that the user was found in.
    pub(crate) fn enter(
        &self,
        token: &str,
        now: Timestamp,
    ) -> Result<(SfId, MutexGuard<'_, Org>), SessionRefusal> {
        let user = {
            let mut sessions = self.sessions();
            let holder = sessions.authenticate(token, now).ok_or(SessionRefusal::Invalid)?;
            if !holder.scope.covers("api") {
                return Err(SessionRefusal::ScopeMissing);
            }
            holder.user
        };
        let mut org = self.org();
        match org.standing_of_caller(user) {
            UserStanding::Good => Ok((user, org)),
            UserStanding::Inactive => Err(SessionRefusal::Invalid),
            UserStanding::ApiDisabled => Err(SessionRefusal::ApiDisabled),
            UserStanding::OrgApiDisabled => Err(SessionRefusal::OrgApiDisabled),
        }
    }

    /// The user of this name, if the password is right and the user may log in. Wrong ones are counted.
    pub(crate) fn check_password(
        &self,
        username: &str,
        password: &str,
        proof: Proof,
    ) -> Result<SfId, LoginFailure> {
        let now = self.now();
        let org = self.org();
        let user = org.user_by_username(username).ok_or(LoginFailure::Invalid)?;
        let policy = org.login_policy();
        let (right, token) = org.password_of(user);
        let mut sessions = self.sessions();
        if sessions.attempts.locks(user, policy, now) {
            return Err(LoginFailure::LockedOut);
        }
        let token_needed = proof == Proof::PasswordAndToken && policy.require_security_token;
        let bare = password == right;
        let with_token = password.strip_prefix(right).is_some_and(|rest| rest == token);
        let shown = with_token || (bare && !token_needed);
        sessions.attempts.note(user, shown || bare, now);
        match (shown, bare) {
            (true, _) if org.standing(user) == UserStanding::Inactive => {
                Err(LoginFailure::Inactive)
            }
            (true, _) => Ok(user),
            (false, true) => Err(LoginFailure::SecurityTokenNeeded),
            (false, false) => Err(LoginFailure::Invalid),
        }
    }

    /// Counts a login of the user.
    pub(crate) fn count_login(&self, user: SfId) -> Result<(), LoginFailure> {
        let most = self.org().login_policy().logins_per_hour;
        let now = self.now();
        if self.sessions().count_login(user, most, now) {
            Ok(())
        } else {
            Err(LoginFailure::RateExceeded)
        }
    }

    /// A new session.
    pub(crate) fn open_session(&self, holder: Holder) -> String {
        let (now, lifetime) = (self.now(), self.session_ms());
        self.sessions().open(holder, now, lifetime)
    }

    /// How long a session lives after its last use.
    pub(crate) fn session_ms(&self) -> i64 {
        i64::from(self.org().login_policy().session_minutes) * MINUTE_MS
    }
}
