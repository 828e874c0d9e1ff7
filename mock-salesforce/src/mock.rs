//! [`Mock`]: an org with its clock, sessions, faults and traffic, ready to answer calls.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, MutexGuard, OnceLock, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use crate::{
    Org, SfId, Timestamp, api,
    auth::{Holder, Login, Sessions},
    clock::{Clock, Steered},
    control::{Control, Snapshots},
    cursors::Cursors,
    fault::FaultPlan,
    org::ApiUsage,
    soql::Plans,
    store::{Asked, Store},
    traffic::Traffic,
};

/// Most different unsupported things that are told apart in [`Mock::unsupported`].
const TALLY_LIMIT: usize = 1_000;

/// A Salesforce org behind its APIs. Clones are the same org.
#[derive(Debug, Clone)]
pub struct Mock {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    org: Mutex<Org>,
    clock: Steered,
    faults: Mutex<FaultPlan>,
    traffic: Mutex<Traffic>,
    sessions: Mutex<Sessions>,
    cursors: Mutex<Cursors>,
    plans: Mutex<Plans>,
    unsupported: Mutex<BTreeMap<String, u64>>,
    store: OnceLock<Store>,
    snapshots: Mutex<Snapshots>,
    control_token: OnceLock<String>,
    /// Where the org lives since it moved.
    instance: Mutex<Option<Arc<str>>>,
    /// Is there an instance that it moved to? Every call asks.
    moved: AtomicBool,
}

impl Mock {
    /// An org that answers calls at the time that `clock` shows.
    pub fn new(org: Org, clock: impl Clock + 'static) -> Self {
        Self::salted(org, clock, 0)
    }

    /// The same; `salt` makes the tokens of two mocks differ.
    pub fn salted(org: Org, clock: impl Clock + 'static, salt: u64) -> Self {
        let sessions = Sessions::new(org.organization_id(), salt);
        let snapshots = Snapshots::starting_with(&org);
        let shared = Shared {
            org: Mutex::new(org),
            clock: Steered::new(clock),
            faults: Mutex::default(),
            traffic: Mutex::default(),
            sessions: Mutex::new(sessions),
            cursors: Mutex::default(),
            plans: Mutex::default(),
            unsupported: Mutex::default(),
            store: OnceLock::new(),
            snapshots: Mutex::new(snapshots),
            control_token: OnceLock::new(),
            instance: Mutex::default(),
            moved: AtomicBool::new(false),
        };
        Self { shared: Arc::new(shared) }
    }

    /// The whole API, faults and traffic included.
    pub fn router(&self) -> axum::Router {
        api::router(self.clone())
    }

    /// The control plane: state, time, faults and what was seen, beside the API.
    pub fn control(&self) -> Control {
        Control::new(self.clone())
    }

    /// Demands this token of every control call that comes over a socket; also lets other machines than this one
    /// make such calls. False when there is a token already.
    pub fn require_control_token(&self, token: impl Into<String>) -> bool {
        self.shared.control_token.set(token.into()).is_ok()
    }

    pub(crate) fn control_token(&self) -> Option<&str> {
        self.shared.control_token.get().map(String::as_str)
    }

    /// Moves the org to another host: logins tell it as their instance, and calls to any other are redirected.
    pub fn move_instance(&self, host: &str) {
        *lock(&self.shared.instance) = Some(host.into());
        self.shared.moved.store(true, Ordering::Release);
    }

    /// The host that the org moved to.
    pub(crate) fn instance(&self) -> Option<Arc<str>> {
        if !self.shared.moved.load(Ordering::Acquire) {
            return None;
        }
        lock(&self.shared.instance).clone()
    }

    /// The org. Don't hold it while calling the router.
    pub fn org(&self) -> MutexGuard<'_, Org> {
        lock(&self.shared.org)
    }

    /// The faults in force.
    pub fn faults(&self) -> MutexGuard<'_, FaultPlan> {
        lock(&self.shared.faults)
    }

    /// What was asked and answered.
    pub fn traffic(&self) -> MutexGuard<'_, Traffic> {
        lock(&self.shared.traffic)
    }

    /// Who is logged in.
    pub fn sessions(&self) -> MutexGuard<'_, Sessions> {
        lock(&self.shared.sessions)
    }

    pub(crate) fn snapshots(&self) -> MutexGuard<'_, Snapshots> {
        lock(&self.shared.snapshots)
    }

    pub(crate) fn clock(&self) -> &Steered {
        &self.shared.clock
    }

    /// The username of a user.
    pub(crate) fn username(&self, user: SfId) -> Option<String> {
        let org = self.org();
        let row = org.get(user)?;
        Some(org.stored(row, "Username").to_string())
    }

    pub(crate) fn cursors(&self) -> MutexGuard<'_, Cursors> {
        lock(&self.shared.cursors)
    }

    /// Statements that were resolved before.
    pub(crate) fn plans(&self) -> MutexGuard<'_, Plans> {
        lock(&self.shared.plans)
    }

    /// The time on the mock's clock.
    pub fn now(&self) -> Timestamp {
        self.shared.clock.now()
    }

    /// Does the mock's clock run by itself?
    pub(crate) fn clock_runs(&self) -> bool {
        self.shared.clock.runs()
    }

    /// What a client logs in with.
    pub fn login(&self) -> Login {
        let org = self.org();
        let app = org.connected_apps().first();
        let policy = org.login_policy();
        Login {
            password: policy.password.clone(),
            security_token: policy.security_token.clone(),
            client_id: app.map(|app| app.client_id.clone()).unwrap_or_default(),
            client_secret: app.map(|app| app.client_secret.clone()).unwrap_or_default(),
        }
    }

    /// A session of `user` for the default app, without HTTP.
    pub fn access_token(&self, user: SfId) -> String {
        if self.store().is_some() {
            return self.give_tokens(user).0;
        }
        self.open_session(self.default_holder(user))
    }

    /// A refresh token of `user` for the default app, without HTTP.
    pub fn refresh_token(&self, user: SfId) -> String {
        self.give_tokens(user).1
    }

    /// An access token and a refresh token of `user`, without HTTP.
    pub(crate) fn tokens_of(&self, user: SfId) -> (String, String) {
        let (holder, now) = (self.default_holder(user), self.now());
        let access = self.open_session(holder.clone());
        (access, self.sessions().refresh_token(holder, now))
    }

    /// The same, kept in the mock's store if it has one.
    pub(crate) fn give_tokens(&self, user: SfId) -> (String, String) {
        let give = || (self.tokens_of(user), Some(0));
        let kept = self.store().map(|store| store.keep(self, Asked::Tokens { user }, give));
        // Tokens that could not be kept are good until the process ends, which is all that a broken store allows.
        kept.and_then(Result::ok).unwrap_or_else(|| self.tokens_of(user))
    }

    /// Keeps from now on what is asked of the org.
    pub(crate) fn keep_in(&self, store: Store) {
        // A mock is given its store once, before anybody else has it.
        let _ = self.shared.store.set(store);
    }

    /// Where the org is kept, if it is.
    pub(crate) fn store(&self) -> Option<&Store> {
        self.shared.store.get()
    }

    /// Lets the org do what is due by now.
    /// Ends one session.
    pub(crate) fn expire_session(&self, token: &str) {
        match self.store() {
            Some(store) => store.end_session(self, token),
            None => drop(self.sessions().expire(token)),
        }
    }

    pub(crate) fn run_due(&self) {
        if let Some(store) = self.store() {
            return store.run_due(self);
        }
        let now = self.now();
        let mut org = self.org();
        if org.next_due().is_some_and(|due| due <= now) {
            org.run_due(now);
        }
    }

    fn default_holder(&self, user: SfId) -> Holder {
        let org = self.org();
        let app = org.connected_apps().first();
        Holder {
            user,
            client_id: app.map_or_else(|| "".into(), |app| app.client_id.as_str().into()),
            scope: app.map_or_else(crate::auth::Scope::full, |app| app.scope.clone()),
        }
    }

    /// The oldest active user and their user name: who the default app runs as under client credentials.
    pub fn first_user(&self) -> Option<(SfId, String)> {
        let org = self.org();
        let users = org.schema().object("User")?;
        let (active, name) = (users.field_index("IsActive")?, users.field_index("Username")?);
        let user =
            org.rows(users.index).find(|user| !user.is_deleted() && user.get(active).is_true())?;
        Some((user.id(), user.get(name).to_string()))
    }

    /// Ends every session; refresh tokens stay.
    pub fn expire_sessions(&self) {
        let expire = || (self.sessions().expire_all(), Some(0));
        if let Some(store) = self.store() {
            // A store that cannot be written refuses what follows; the sessions have ended all the same.
            let _ = store.keep(self, Asked::Expire, expire);
        } else {
            expire();
        }
    }

    /// API calls used in the last 24 hours, and how many are allowed.
    pub fn api_usage(&self) -> ApiUsage {
        let now = self.now();
        self.org().usage(now)
    }

    /// What was asked for and is not emulated, and how often.
    pub fn unsupported(&self) -> BTreeMap<String, u64> {
        lock(&self.shared.unsupported).clone()
    }

    /// Forgets what was asked for and is not emulated.
    pub fn clear_unsupported(&self) {
        lock(&self.shared.unsupported).clear();
    }

    pub(crate) fn count_unsupported(&self, what: &str) {
        let mut tally = lock(&self.shared.unsupported);
        let key =
            if tally.len() < TALLY_LIMIT || tally.contains_key(what) { what } else { "others" };
        *tally.entry(key.to_owned()).or_default() += 1;
    }
}

/// A panic while a lock was held is a bug that has been told already; what the lock guards stays usable.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
