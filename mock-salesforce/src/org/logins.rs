//! Who may log in with what: passwords, connected apps, and whether a user may call the API.
//!
//! Compiled from the seed's `login`, `connected_apps` and users. Who is logged in is no part of the org: see
//! [`crate::auth`]. Source: wire reference §1.1, §1.4.

use std::collections::{BTreeMap, BTreeSet};

use crate::auth::ConnectedApp;
use crate::id::SfId;
use crate::schema::{FieldIndex, ObjectIndex};
use crate::seed::{ConnectedAppSeed, LoginPolicy, OrgSeed, OrgSettings, SeedError, UserSeed};

use super::Org;
use super::access::SystemPermission;
use super::found::unknown;

/// Most connected apps of an org.
const APP_LIMIT: usize = 1_000;

/// May a user log in, and call the API?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserStanding {
    /// Both.
    Good,
    /// Neither.
    Inactive,
    /// The profile lacks "API Enabled".
    ApiDisabled,
    /// The org's edition has no API.
    OrgApiDisabled,
}

/// What the org knows about logins.
#[derive(Clone, Debug, Default)]
pub(crate) struct Logins {
    policy: LoginPolicy,
    apps: Vec<ConnectedApp>,
    passwords: BTreeMap<SfId, (Option<String>, Option<String>)>,
    api_disabled: BTreeSet<SfId>,
    /// `IsActive` of the users' object, found once.
    active: Option<(ObjectIndex, FieldIndex)>,
    /// Who was in good standing last, and the state of the setup then: most calls are of one user.
    good: Option<(SfId, u64)>,
}

impl Logins {
    pub(super) fn add_user(&mut self, id: SfId, user: &UserSeed) {
        if user.password.is_some() || user.security_token.is_some() {
            self.passwords.insert(id, (user.password.clone(), user.security_token.clone()));
        }
        if !user.api_enabled {
            self.api_disabled.insert(id);
        }
        self.good = None;
    }

    pub(super) fn set_password(&mut self, user: SfId, password: &str) {
        self.passwords.entry(user).or_default().0 = Some(password.to_owned());
    }
}

impl Org {
    /// How users log in.
    pub fn login_policy(&self) -> &LoginPolicy {
        &self.logins.policy
    }

    /// Changes how users log in from now on.
    pub fn set_login_policy(&mut self, policy: LoginPolicy) {
        self.logins.policy = policy;
        self.logins.good = None;
    }

    /// Programs that may ask for tokens; the first is the default one.
    pub fn connected_apps(&self) -> &[ConnectedApp] {
        &self.logins.apps
    }

    /// The program with this consumer key.
    pub fn connected_app(&self, client_id: &str) -> Option<&ConnectedApp> {
        self.logins.apps.iter().find(|app| app.client_id == client_id)
    }

    /// Adds a connected app, or replaces the one with the same consumer key.
    pub fn connect_app(&mut self, seed: &ConnectedAppSeed) -> Result<(), SeedError> {
        let place = format!("connected app {}", seed.name);
        let run_as = seed.run_as.as_deref().map(|name| {
            let user = self.owner_named(name).filter(|id| id.prefix() == "005");
            user.ok_or_else(|| unknown(&place, "user", name))
        });
        let run_as = run_as.transpose()?;
        let app = ConnectedApp::new(seed, run_as)
            .map_err(|reason| SeedError::Contradiction { place: place.clone(), reason })?;
        let apps = &mut self.logins.apps;
        if let Some(known) = apps.iter_mut().find(|known| known.client_id == app.client_id) {
            *known = app;
            return Ok(());
        }
        if apps.len() >= APP_LIMIT {
            let reason = format!("an org has at most {APP_LIMIT} connected apps: remove one");
            return Err(SeedError::Contradiction { place, reason });
        }
        apps.push(app);
        Ok(())
    }

    /// The password and the security token of a user.
    pub fn password_of(&self, user: SfId) -> (&str, &str) {
        let policy = &self.logins.policy;
        let own = self.logins.passwords.get(&user);
        let password = own.and_then(|(password, _)| password.as_deref());
        let token = own.and_then(|(_, token)| token.as_deref());
        (password.unwrap_or(&policy.password), token.unwrap_or(&policy.security_token))
    }

    /// Gives or takes a user's "API Enabled".
    pub fn set_api_enabled(&mut self, user: SfId, enabled: bool) {
        if enabled {
            self.logins.api_disabled.remove(&user);
        } else {
            self.logins.api_disabled.insert(user);
        }
        self.logins.good = None;
    }

    /// The same as [`Org::standing`] for a user who calls again and again: asked once a state of the setup.
    pub(crate) fn standing_of_caller(&mut self, user: SfId) -> UserStanding {
        let known = Some((user, self.setup_seen()));
        if self.logins.good == known {
            return UserStanding::Good;
        }
        let standing = self.standing(user);
        self.logins.good = known.filter(|_| standing == UserStanding::Good);
        standing
    }

    /// May the user log in, and call the API?
    pub fn standing(&self, user: SfId) -> UserStanding {
        let logins = &self.logins;
        let active = logins.active.is_some_and(|(object, field)| {
            let row = self.table(object).get(user);
            row.is_some_and(|row| !row.is_deleted() && row.get(field).is_true())
        });
        if !active {
            return UserStanding::Inactive;
        }
        if !logins.policy.api_enabled {
            return UserStanding::OrgApiDisabled;
        }
        if logins.api_disabled.contains(&user) || !self.has(user, SystemPermission::ApiEnabled) {
            return UserStanding::ApiDisabled;
        }
        UserStanding::Good
    }

    /// Takes the seed's part about logins.
    pub(super) fn add_logins(&mut self, seed: &OrgSeed) -> Result<(), SeedError> {
        served_version(&seed.settings)?;
        let users = self.standard("User");
        self.logins.policy = seed.login.clone();
        self.logins.active = users.field_index("IsActive").map(|field| (users.index, field));
        let standard = [ConnectedAppSeed::standard(), ConnectedAppSeed::command_line()];
        let apps =
            if seed.connected_apps.is_empty() { &standard[..] } else { &seed.connected_apps };
        apps.iter().try_for_each(|app| self.connect_app(app))
    }
}

fn served_version(settings: &OrgSettings) -> Result<(), SeedError> {
    use crate::api::{NEWEST_VERSION, OLDEST_VERSION};
    let newest = settings.newest_api_version;
    if (OLDEST_VERSION..=NEWEST_VERSION).contains(&newest) {
        return Ok(());
    }
    let place = "settings.newest_api_version".to_owned();
    let reason = format!(
        "version {newest} is not emulated: name one of {OLDEST_VERSION} to {NEWEST_VERSION}"
    );
    Err(SeedError::Contradiction { place, reason })
}
