//! One system: its state behind a router, and what its owner does beside the API.

use std::{
    collections::BTreeMap,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use axum::Router;
use serde_json::{Map, Value as Json};

use crate::{
    Change, LinkStatus, Outgoing, Record, Setup, System, account_engagement, administrate,
    dynamics,
    limits::Throttle,
    link::{Link, Turn},
    marketo,
    records::Records,
    tokens::Tokens,
};

/// The time, in ms since the epoch, as whoever owns the system tells it.
pub type Clock = Arc<dyn Fn() -> i64 + Send + Sync>;

/// One system beside Salesforce. Clones share it.
#[derive(Clone)]
pub struct Neighbour {
    shared: Arc<Shared>,
}

struct Shared {
    system: System,
    clock: Clock,
    state: Mutex<State>,
}

/// What a system holds.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) setup: Setup,
    pub(crate) records: Records,
    pub(crate) tokens: Tokens,
    pub(crate) throttle: Throttle,
    pub(crate) link: Option<Link>,
    pub(crate) unsupported: BTreeMap<String, u64>,
    pub(crate) calls: u64,
}

impl fmt::Debug for Neighbour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Neighbour").field("system", &self.shared.system).finish_non_exhaustive()
    }
}

impl Neighbour {
    /// A system without records.
    pub fn new(setup: Setup, clock: Clock) -> Self {
        let system = setup.system;
        let link = setup.link.clone().map(Link::new);
        let state = State {
            setup,
            records: Records::new(system),
            tokens: Tokens::default(),
            throttle: Throttle::default(),
            link,
            unsupported: BTreeMap::new(),
            calls: 0,
        };
        Self { shared: Arc::new(Shared { system, clock, state: Mutex::new(state) }) }
    }

    /// Which one it is.
    pub fn system(&self) -> System {
        self.shared.system
    }

    /// The system behind its API.
    pub fn router(&self) -> Router {
        match self.shared.system {
            System::Dynamics => dynamics::router(self.clone()),
            System::Administrate => administrate::router(self.clone()),
            System::Marketo => marketo::router(self.clone()),
            System::AccountEngagement => account_engagement::router(self.clone()),
        }
    }

    /// Puts a record there as it is: no limit counts it, and the connector does not hear of it. Its id.
    pub fn seed(
        &self,
        kind: &str,
        fields: Map<String, Json>,
        (created, updated): (i64, i64),
    ) -> String {
        let mut state = self.state();
        let id = state.records.create(None, kind, fields, created).map(|it| it.id.clone());
        let id = id.unwrap_or_default();
        state.records.date(&id, created, updated);
        id
    }

    /// Links a record to one of Salesforce, as if the connector had synced it before.
    pub fn link_record(&self, id: &str, crm_id: &str) {
        if let Some(record) = self.state().records.find_mut(id) {
            record.crm_id = Some(crm_id.to_owned());
        }
    }

    /// Every record.
    pub fn records(&self) -> Vec<Record> {
        self.state().records.all().cloned().collect()
    }

    /// What changed after the change with this number.
    pub fn changes_since(&self, seq: u64) -> Vec<Change> {
        self.state().records.since(seq).to_vec()
    }

    /// How often something was asked for that is not emulated, by method and path.
    pub fn unsupported(&self) -> BTreeMap<String, u64> {
        self.state().unsupported.clone()
    }

    /// How many calls came, logins too.
    pub fn calls(&self) -> u64 {
        self.state().calls
    }

    /// Every token dies.
    pub fn expire_tokens(&self) {
        let now = self.now();
        self.state().tokens.expire_all(now);
    }

    /// When the connector has something to do next.
    pub fn next_due(&self) -> Option<i64> {
        self.state().link.as_ref().and_then(Link::next_due)
    }

    /// What the connector would write to Salesforce now. What it cannot write becomes a sync error of the record.
    pub fn outgoing(&self) -> Vec<Outgoing> {
        let now = self.now();
        let mut state = self.state();
        let State { link: Some(link), records, .. } = &mut *state else { return Vec::new() };
        let mut outgoing = Vec::new();
        for turn in link.take_due(now) {
            match (turn, &mut *records) {
                (Turn::Goes(id), records) => {
                    outgoing.extend(records.find(&id).map(|it| link.outgoing(it)));
                }
                (Turn::Failed(id, reason), records) => records.fail(&id, reason),
            }
        }
        outgoing
    }

    /// What came of something that the connector wrote: the record's id in Salesforce, or why it was refused.
    pub fn carried(&self, record: &str, outcome: Result<String, String>) {
        if let Some(record) = self.state().records.find_mut(record) {
            match outcome {
                Ok(id) => {
                    record.crm_id = Some(id);
                    record.sync_error = None;
                }
                Err(reason) => record.sync_error = Some(reason),
            }
        }
    }

    /// The link to Salesforce breaks, or is mended.
    pub fn set_link(&self, status: LinkStatus) {
        let now = self.now();
        if let Some(link) = &mut self.state().link {
            link.set(status, now);
        }
    }

    /// From now on changes reach Salesforce later by so many ms, until then.
    pub fn slow_link(&self, extra_ms: i64, until: Option<i64>) {
        if let Some(link) = &mut self.state().link {
            link.slow_down(extra_ms, until);
        }
    }

    /// Whether the link works; nothing without one.
    pub fn link_status(&self) -> Option<LinkStatus> {
        let now = self.now();
        self.state().link.as_ref().map(|it| it.status(now))
    }

    pub(crate) fn now(&self) -> i64 {
        (self.shared.clock)()
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.shared.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Counts a call that is not emulated.
    pub(crate) fn count_unsupported(&mut self, what: String) {
        *self.unsupported.entry(what).or_default() += 1;
    }

    /// A record was written through the API: the connector hears of it.
    pub(crate) fn written(&mut self, id: &str, now: i64) {
        if let Some(link) = &mut self.link {
            link.changed(id, now);
        }
    }
}
