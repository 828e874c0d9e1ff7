//! The protocol of sync: which calls may go now, and what their answers mean for those who asked.
//!
//! One session is shared (FM-19 to FM-21): the first call logs in, an expired session is renewed once for everybody, and
//! what it refused goes again at once, since a 401 wrote nothing. A used-up allowance holds all calls and is probed
//! slowly (FM-15). Everything else that went wrong goes back to who asked, as one of [`Got`]'s words: nothing is
//! repeated below the operation that knows whether repeating is safe (FM-09).

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

pub(crate) use self::{
    bulk::JobId,
    reading::{Reading, SEPARATOR, Shape, Span},
    request::{Ask, Asker, Flight, Got, Lane, Part, Request, Slot, Ticket, Write},
};
use self::{packing::pack, pressure::Pressure, session::Session, trouble::Trouble};
use crate::{
    Answer, CallId, Engine, FieldValues, IntentId, Lost, Refusal, Reply, Rules, SaveOperation,
    Strategy, TimerId, call::Done, timers::Wake,
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

    /// A call was answered.
    pub(crate) fn on_answer(&mut self, call: CallId, answer: &Answer) {
        let Some(flight) = self.exchange.in_flight.remove(&call) else { return };
        self.learn_of(answer);
        if flight == Flight::Login {
            return self.on_login(&answer.reply);
        }
        if let Flight::Beside(system, errand) = flight {
            return self.on_beside(system, errand, answer);
        }
        let was_probe = self.exchange.budget == Budget::Probed;
        match self.trouble(&answer.reply) {
            Trouble::Expired => self.on_expired(flight),
            Trouble::Held(why) => self.on_held(flight, why),
            Trouble::Crowded => {
                self.on_crowded(call);
                self.on_reply(flight, &answer.reply);
            }
            Trouble::None | Trouble::RolledBack => self.on_reply(flight, &answer.reply),
        }
        if matches!(answer.reply, Reply::Done(_)) {
            self.on_carried_out(call);
        }
        if was_probe && self.exchange.budget == Budget::Probed {
            self.exchange.budget = Budget::Free;
        }
    }

    pub(super) fn on_reply(&mut self, flight: Flight, reply: &Reply) {
        match flight {
            Flight::Login => self.on_login(reply),
            Flight::Beside(_, errand) => self.lose_errand(errand),
            Flight::More(reading, _) => self.on_part(Part::Read(reading), reply),
            Flight::Job(job) => self.on_job(job, reply),
            Flight::Describe(kind) => self.on_described(kind, reply),
            Flight::Parts(parts) => match reply {
                Reply::Done(Done::Parts(replies)) => self.on_parts(parts, replies),
                _ => parts.into_iter().for_each(|it| self.on_part(it, reply)),
            },
        }
    }

    fn on_parts(&mut self, parts: Vec<Part>, replies: &[Reply]) {
        let mut replies = replies.iter();
        for part in parts {
            let reply = replies.next().unwrap_or(&Reply::Lost(Lost::Unknown));
            match self.trouble(reply) {
                Trouble::Expired => self.on_expired(Flight::Parts(vec![part])),
                Trouble::Held(why) => self.on_held(Flight::Parts(vec![part]), why),
                Trouble::RolledBack => self.on_rolled_back(part.into_requests()),
                Trouble::Crowded | Trouble::None => self.on_part(part, reply),
            }
        }
    }

    fn on_part(&mut self, part: Part, reply: &Reply) {
        match part {
            Part::Read(reading) => self.on_read(reading, reply),
            Part::Write(requests) => self.on_written(requests, reply),
            Part::Convert(requests) => self.on_conversions_done(requests, reply),
        }
    }

    fn on_written(&mut self, requests: Vec<Request>, reply: &Reply) {
        let Reply::Done(Done::Saved(results)) = reply else {
            let got = match reply {
                Reply::Done(Done::Met(record)) => Got::Met(record.clone()),
                reply => failed(reply),
            };
            return requests.into_iter().for_each(|it| self.on_got(it.ticket, got.clone()));
        };
        let is_heavy = |it: &crate::call::SaveResult| {
            it.as_ref().err().is_some_and(|refusal| self.is_heavy(refusal))
        };
        if results.iter().any(is_heavy) {
            self.on_heavy_batch(&requests);
        }
        let mut results = results.iter();
        for request in requests {
            match results.next() {
                None => self.on_got(request.ticket, Got::Unknown),
                Some(Ok(id)) => self.on_got(request.ticket, Got::Saved(id.clone())),
                Some(Err(refusal)) => self.on_row_refused(request, refusal),
            }
        }
    }

    fn on_conversions_done(&mut self, requests: Vec<Request>, reply: &Reply) {
        let Reply::Done(Done::Converted(results)) = reply else {
            let got = failed(reply);
            return requests.into_iter().for_each(|it| self.on_got(it.ticket, got.clone()));
        };
        let mut results = results.iter();
        for request in requests {
            let got = match results.next() {
                None => Got::Unknown,
                Some(Ok(converted)) => Got::Converted(converted.clone()),
                Some(Err(refusal)) => Got::Refused(refusal.clone()),
            };
            self.on_got(request.ticket, got);
        }
    }

    /// Queues a call that is packed already.
    pub(crate) fn queue_flight(&mut self, flight: Flight) {
        self.exchange.next.push_back(flight);
    }

    pub(super) fn on_row_refused(&mut self, request: Request, refusal: &Refusal) {
        match self.trouble_of(refusal) {
            Trouble::Expired => self.on_expired(Flight::Parts(vec![Part::Write(vec![request])])),
            Trouble::Held(why) => {
                self.on_held(Flight::Parts(vec![Part::Write(vec![request])]), why);
            }
            Trouble::RolledBack => self.on_rolled_back(vec![request]),
            Trouble::Crowded | Trouble::None => {
                self.on_got(request.ticket, Got::Refused(refusal.clone()));
            }
        }
    }

    /// After a restart: nobody knows what became of the calls in flight.
    pub(crate) fn lose_calls(&mut self) {
        self.exchange.session = Session::default();
        self.lose_beside();
        if self.exchange.budget == Budget::Probed {
            self.exchange.budget = Budget::Probing;
        }
        for (_, flight) in std::mem::take(&mut self.exchange.in_flight) {
            if flight != Flight::Login {
                let reply = Reply::Lost(self.rules.after_restart());
                self.on_reply(flight, &reply);
            }
        }
    }
}

/// What a reply that is no result means for who asked.
pub(super) fn failed(reply: &Reply) -> Got {
    match reply {
        Reply::Refused(refusal) => Got::Refused(refusal.clone()),
        Reply::Unavailable { code } => Got::Nothing { why: code.clone() },
        Reply::Lost(Lost::NotSent) => Got::Nothing { why: "not sent".to_owned() },
        Reply::Lost(Lost::Unknown) | Reply::Done(_) => Got::Unknown,
    }
}
