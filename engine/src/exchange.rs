//! The protocol of sync: which calls may go now, and what their answers mean for those who asked.
//!
//! One session is shared (FM-19 to FM-21): the first call logs in, an expired session is renewed once for everybody, and
//! what it refused goes again at once, since a 401 wrote nothing. A used-up allowance holds all calls and is probed
//! slowly (FM-15). Everything else that went wrong goes back to who asked, as one of [`Got`]'s words: nothing is
//! repeated below the operation that knows whether repeating is safe (FM-09).

mod answers;
mod beside;
mod bulk;
mod packing;
mod pressure;
mod reading;
mod request;
mod session;
mod spelling;
mod trouble;

use std::collections::{BTreeMap, VecDeque};

use self::{
    answers::failed, packing::pack, pressure::Pressure, session::Session, trouble::Trouble,
};
pub(crate) use self::{
    bulk::JobId,
    reading::{Reading, SEPARATOR, Shape, Span},
    request::{Ask, Asker, Flight, Got, Lane, Part, Request, Slot, Ticket, Write},
};
use crate::{
    CallId, Engine, FieldValues, IntentId, Rules, SaveOperation, Strategy, TimerId, timers::Wake,
};

/// Whether the API allowance lets calls go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Budget {
    Free,
    Held,
    /// One call may go, to see whether the allowance is back.
    Probing,
    /// That call is in flight.
    Probed,
}

/// The calls: waiting, packed, in flight.
#[derive(Debug)]
pub(crate) struct Exchange {
    last_call: u64,
    session: Session,
    budget: Budget,
    ready: [VecDeque<Request>; 3],
    flush: Option<TimerId>,
    is_flushing: bool,
    next: VecDeque<Flight>,
    in_flight: BTreeMap<CallId, Flight>,
    jobs: bulk::Jobs,
    pressure: Pressure,
    beside: beside::Beside,
}

impl Exchange {
    pub(crate) fn new() -> Self {
        Self {
            last_call: 0,
            session: Session::default(),
            budget: Budget::Free,
            ready: Default::default(),
            flush: None,
            is_flushing: false,
            next: VecDeque::new(),
            in_flight: BTreeMap::new(),
            jobs: bulk::Jobs::default(),
            pressure: Pressure::default(),
            beside: beside::Beside::default(),
        }
    }

    /// Whether the engine waits for this call.
    pub(crate) fn is_in_flight(&self, call: CallId) -> bool {
        self.in_flight.contains_key(&call)
    }

    /// The intents whose new leads wait to be packed.
    pub(crate) fn waiting_creates(&self) -> Vec<IntentId> {
        let creates = self.ready.iter().flatten().filter(|it| {
            matches!(&it.ask, Ask::Write(write) if write.object == "Lead" && write.operation == SaveOperation::Create)
        });
        let intents = creates.filter_map(|it| match it.ticket.asker {
            Asker::Intent(id) => Some(id),
            Asker::Display(_)
            | Asker::ReadStep(_)
            | Asker::Account(_)
            | Asker::Statuses
            | Asker::OwnerCheck(_)
            | Asker::Reconciliation => None,
        });
        intents.collect()
    }

    /// Changes the fields of a new lead that waits to be packed.
    pub(crate) fn amend_create(
        &mut self,
        intent: IntentId,
        how: impl FnOnce(FieldValues) -> FieldValues,
    ) {
        let asker = Asker::Intent(intent);
        let waiting = self.ready.iter_mut().flatten().find(|it| it.ticket.asker == asker);
        if let Some(Ask::Write(write)) = waiting.map(|it| &mut it.ask) {
            write.row.fields = how(std::mem::take(&mut write.row.fields));
        }
    }

    fn ready_len(&self) -> usize {
        self.ready.iter().map(VecDeque::len).sum()
    }

    fn push_ready(&mut self, request: Request) {
        let [manual, sync, background] = &mut self.ready;
        match request.lane {
            Lane::Manual => manual.push_back(request),
            Lane::Sync => sync.push_back(request),
            Lane::Background => background.push_back(request),
        }
    }

    /// Takes waiting requests from the most urgent lanes.
    fn take_ready(&mut self, most: usize, lanes: usize) -> Vec<Request> {
        let mut taken = Vec::with_capacity(most.min(self.ready_len()));
        for lane in self.ready.iter_mut().take(lanes) {
            let room = most - taken.len();
            taken.extend(lane.drain(..room.min(lane.len())));
        }
        taken
    }
}

impl<R: Rules> Engine<R> {
    /// Queues a request; it goes at the end of the step, or when its company has gathered.
    pub(crate) fn ask(&mut self, request: Request) {
        let batching = self.config.batching;
        let waits = batching.strategy != Strategy::Single
            && batching.max_wait_ms > 0
            && request.lane != Lane::Manual;
        self.exchange.push_ready(request);
        if !waits || self.exchange.ready_len() >= batching.max_records {
            self.exchange.is_flushing = true;
        } else if self.exchange.flush.is_none() && !self.exchange.is_flushing {
            let timer = self.wake_at(self.now.plus_ms(batching.max_wait_ms), Wake::Flush);
            self.exchange.flush = Some(timer);
        }
    }

    /// The company has gathered long enough.
    pub(crate) fn on_flush(&mut self) {
        self.exchange.flush = None;
        self.exchange.is_flushing = true;
    }

    /// Sends what may go now.
    pub(crate) fn pump(&mut self) {
        if self.exchange.next.is_empty()
            && !(self.exchange.is_flushing && self.exchange.ready_len() > 0)
        {
            return;
        }
        if matches!(self.exchange.budget, Budget::Held | Budget::Probed) || !self.has_session() {
            return;
        }
        while self.exchange.in_flight.len() < self.exchange.pressure.at_once() {
            let Some(flight) = self.next_flight() else { break };
            self.send(flight);
            if self.exchange.budget == Budget::Probing {
                self.exchange.budget = Budget::Probed;
                break;
            }
        }
    }

    fn next_flight(&mut self) -> Option<Flight> {
        if let Some(flight) = self.exchange.next.pop_front() {
            return Some(flight);
        }
        if !self.exchange.is_flushing {
            return None;
        }
        let room = match self.config.batching.strategy {
            Strategy::Single => 1,
            Strategy::Composite | Strategy::Collections | Strategy::Bulk => usize::MAX,
        };
        if room == usize::MAX {
            self.merge_waiting_creates();
        }
        let lanes = self.open_lanes();
        let requests = self.exchange.take_ready(room, lanes);
        if self.exchange.ready_len() == 0 {
            self.exchange.is_flushing = false;
            if let Some(timer) = self.exchange.flush.take() {
                self.timers.cancel(timer);
            }
        }
        let most = self.exchange.pressure.most(self.config.batching.max_records);
        let batching = crate::Batching { max_records: most, ..self.config.batching };
        let packed = pack(batching, requests, &mut self.exchange.jobs, &self.rules);
        self.exchange.next.extend(packed);
        self.exchange.next.pop_front()
    }

    pub(super) fn send(&mut self, flight: Flight) {
        self.exchange.last_call += 1;
        let id = CallId(self.exchange.last_call);
        let call = self.spell(&flight);
        if let Some(call) = call {
            self.exchange.in_flight.insert(id, flight);
            self.outbox.hold(id, call);
        }
    }

    /// Queues a call that is packed already.
    pub(crate) fn queue_flight(&mut self, flight: Flight) {
        self.exchange.next.push_back(flight);
    }
}
