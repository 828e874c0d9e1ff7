//! The systems beside Salesforce in a run: carries out the engine's calls to them, one call as one exchange, and carries to
//! the org what their connectors would write there.

mod carry;
mod decode;
mod encode;
mod faults;

use std::{
    collections::BTreeMap,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use engine::{CallId, CrmCall, System};
use mock_salesforce::{Timestamp, clock::Manual, fault::FaultPlan};
use neighbours::{Change, Neighbour, Outgoing, Setup};

pub(crate) use self::carry::carry;
use crate::{
    crm::{
        CarriedOut, Delivered, Transport,
        transport::{Direct, Duplex, Tcp},
    },
    run::TransportKind,
};

/// A system, its transport, and the token of the last login.
struct Desk {
    mock: Neighbour,
    login: neighbours::Login,
    names: neighbours::SchemaNames,
    transport: Box<dyn Transport>,
    token: Option<String>,
    faults: Arc<Mutex<FaultPlan>>,
    /// Changes up to here are written down.
    seen: u64,
    /// Who writes for its connector.
    connector: Option<Arc<str>>,
}

impl fmt::Debug for Desk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Desk").field("mock", &self.mock).finish_non_exhaustive()
    }
}

/// A system as a scenario sets it up.
#[derive(Debug, Clone)]
pub(crate) struct NeighbourSetup {
    pub(crate) setup: Setup,
    /// The records of the world: key, kind, fields, when made and last changed, the linked record of the org.
    pub(crate) records: Vec<SeededRecord>,
    /// Who writes for its connector; an administrator unless the world says otherwise.
    pub(crate) connector: Option<Arc<str>>,
}

/// A record of the world.
#[derive(Debug, Clone)]
pub(crate) struct SeededRecord {
    pub(crate) key: Option<Arc<str>>,
    pub(crate) kind: String,
    pub(crate) fields: serde_json::Map<String, serde_json::Value>,
    pub(crate) created: i64,
    pub(crate) updated: i64,
    pub(crate) crm_id: Option<String>,
}

/// The systems of a run.
#[derive(Debug)]
pub(crate) struct Beside {
    desks: BTreeMap<System, Desk>,
    clock: Manual,
    /// What was there before anything happened.
    seeded: Vec<(System, Change)>,
    /// What the world calls their records.
    keys: BTreeMap<String, String>,
}

impl Beside {
    /// The systems that a scenario needs, reached over this transport.
    pub(crate) fn new(
        setups: BTreeMap<System, NeighbourSetup>,
        starts: i64,
        transport: TransportKind,
    ) -> std::io::Result<Self> {
        let clock = Manual::new(Timestamp(starts));
        let (desks, keys) = (BTreeMap::new(), BTreeMap::new());
        let mut beside = Self { desks, clock, seeded: Vec::new(), keys };
        for (system, setup) in setups {
            let desk = Desk::new(setup, &beside.clock, transport, &mut beside.keys)?;
            beside.desks.insert(system, desk);
        }
        beside.seeded = beside.changes();
        Ok(beside)
    }

    /// Moves their clock.
    pub(crate) fn advance(&self, now: i64) {
        self.clock.set(Timestamp(now));
    }

    /// The records of the world.
    pub(crate) fn seeded(&self) -> &[(System, Change)] {
        &self.seeded
    }

    /// Carries out a call, and says which fault hit it.
    pub(crate) fn carry_out_noting(
        &mut self,
        system: System,
        id: CallId,
        call: &CrmCall,
    ) -> (CarriedOut, Option<String>) {
        let before = self.fired(system);
        let carried = self.carry_out(system, id, call);
        let after = self.fired(system);
        let mut pairs = after.into_iter().zip(before);
        let hit = pairs.find(|((_, count), (_, before))| count > before);
        (carried, hit.map(|((fault, _), _)| fault))
    }

    /// Carries out a call to a system: one exchange, whatever comes of it.
    pub(crate) fn carry_out(&mut self, system: System, id: CallId, call: &CrmCall) -> CarriedOut {
        let delivered = Delivered::of(call);
        let Some(desk) = self.desks.get_mut(&system) else {
            let answer = decode::absent();
            return CarriedOut { delivered, answer, slow_ms: 0 };
        };
        let asking = encode::Asking { id, call, login: &desk.login, names: &desk.names };
        let request = asking.request(system, desk.token.as_deref());
        let exchange = desk.transport.exchange(request);
        let slow_ms = exchange.slow_ms();
        let (answer, token) = decode::answer(system, (call, &desk.names), exchange);
        if token.is_some() {
            desk.token = token;
        }
        CarriedOut { delivered, answer, slow_ms }
    }

    /// What changed since the last time, system by system.
    pub(crate) fn changes(&mut self) -> Vec<(System, Change)> {
        let mut changes = Vec::new();
        for (system, desk) in &mut self.desks {
            for change in desk.mock.changes_since(desk.seen) {
                desk.seen = change.seq;
                changes.push((*system, change));
            }
        }
        changes
    }

    /// When a connector has something to do next.
    pub(crate) fn next_due(&self) -> Option<i64> {
        self.desks.values().filter_map(|it| it.mock.next_due()).min()
    }

    /// What the connectors would write now, and for whom.
    pub(crate) fn outgoing(&self) -> Vec<(System, Option<Arc<str>>, Outgoing)> {
        let all = self.desks.iter().flat_map(|(system, desk)| {
            let outgoing = desk.mock.outgoing().into_iter();
            outgoing.map(|it| (*system, desk.connector.clone(), it))
        });
        all.collect()
    }

    /// What came of it.
    pub(crate) fn carried(&self, system: System, record: &str, outcome: Result<String, String>) {
        if let Some(desk) = self.desks.get(&system) {
            desk.mock.carried(record, outcome);
        }
    }

    /// A system's mock.
    pub(crate) fn mock(&self, system: System) -> Option<&Neighbour> {
        self.desks.get(&system).map(|it| &it.mock)
    }

    /// A system's faults.
    pub(crate) fn faults(&self, system: System) -> Option<MutexGuard<'_, FaultPlan>> {
        let desk = self.desks.get(&system)?;
        Some(desk.faults.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// How often each fault of a system fired.
    pub(crate) fn fired(&self, system: System) -> Vec<(String, u64)> {
        let faults = self.faults(system);
        let fired = faults
            .iter()
            .flat_map(|it| it.fired().map(|(id, n)| (id.to_owned(), n)).collect::<Vec<_>>());
        fired.collect()
    }

    /// What the world calls their records.
    pub(crate) fn keys(&self) -> &BTreeMap<String, String> {
        &self.keys
    }
}

impl Desk {
    fn new(
        setup: NeighbourSetup,
        clock: &Manual,
        transport: TransportKind,
        keys: &mut BTreeMap<String, String>,
    ) -> std::io::Result<Self> {
        let NeighbourSetup { setup, records, connector } = setup;
        let (login, names) = (setup.login.clone(), setup.schema.clone());
        let (system, time) = (setup.system, clock.clone());
        let mock = Neighbour::new(setup, Arc::new(move || now(&time)));
        for record in records {
            let id = mock.seed(&record.kind, record.fields, (record.created, record.updated));
            if let Some(crm_id) = &record.crm_id {
                mock.link_record(&id, crm_id);
            }
            if let Some(key) = record.key {
                keys.insert(key.to_string(), id);
            }
        }
        let faults = Arc::new(Mutex::new(FaultPlan::default()));
        let router = faults::layered(mock.router(), system, (Arc::clone(&faults), clock.clone()));
        let transport: Box<dyn Transport> = match transport {
            TransportKind::Direct => Box::new(Direct::new(router)),
            TransportKind::Duplex => Box::new(Duplex::new(router)),
            TransportKind::Tcp => Box::new(Tcp::serve(router)?),
        };
        // What the world lists is there from the start; the observation tells of it.
        Ok(Self { mock, login, names, transport, token: None, faults, seen: 0, connector })
    }
}

/// The time of the run, in ms since the epoch.
fn now(clock: &Manual) -> i64 {
    let Timestamp(now) = mock_salesforce::Clock::now(clock);
    now
}

/// The mock's name for a system of the engine's.
pub(crate) fn mock_system(system: System) -> neighbours::System {
    match system {
        System::Dynamics => neighbours::System::Dynamics,
        System::Administrate => neighbours::System::Administrate,
        System::Marketo => neighbours::System::Marketo,
        System::AccountEngagement => neighbours::System::AccountEngagement,
    }
}
