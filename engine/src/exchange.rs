//! The protocol of sync: which calls may go now, and what their answers mean for those who asked.
//!
//! One session is shared (FM-19 to FM-21): the first call logs in, an expired session is renewed once for everybody, and
//! what it refused goes again at once, since a 401 wrote nothing. A used-up allowance holds all calls and is probed
//! slowly (FM-15). Everything else that went wrong goes back to who asked, as one of [`Got`]'s words: nothing is
//! repeated below the operation that knows whether repeating is safe (FM-09).

mod bulk;
mod packing;
mod reading;
mod session;

use std::collections::{BTreeMap, VecDeque};

pub(crate) use self::{
    bulk::JobId,
    reading::{Reading, SEPARATOR, Shape},
};
use self::{packing::pack, session::Session};
use crate::{
    Answer, AutoAssign, CallId, CrmCall, Engine, FieldValues, IntentId, Lost, NoteKind, Refusal,
    RefusedWrite, Reply, Row, Rule, Rules, Save, SaveOperation, SaveRow, Strategy, TimerId,
    Verdict, call::Done, limits, timers::Wake, visitor::Who,
};

/// Who asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Asker {
    /// An intent.
    Intent(IntentId),
    /// The display lookup of a visitor.
    Display(Who),
    /// A step that reads the matched record.
    ReadStep(Who),
}

/// Which of the asker's questions it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Slot {
    /// Leads.
    Leads,
    /// Contacts.
    Contacts,
    /// Contacts that converted leads became.
    Converted,
    /// A record by id: of the ledger, or named by a duplicate rule.
    Kept(crate::PersonKind),
    /// The existing member, or the existing Event.
    Existing,
    /// Accounts.
    Accounts,
    /// Opportunities of accounts.
    Opportunities,
    /// Contacts of accounts.
    AccountContacts,
    /// The write.
    Save,
}

/// Who asked what, so that the answer finds its way back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Ticket {
    pub(crate) asker: Asker,
    pub(crate) slot: Slot,
    /// The asker's attempt: an answer to an earlier one is stale.
    pub(crate) round: u32,
}

/// How urgent it is; the human comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Lane {
    /// A rep waits for it.
    Manual,
    /// A visitor or a push step waits for it.
    Sync,
    /// Nobody waits for it.
    Background,
}

/// One question or one row, before it is packed into a call.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Request {
    pub(crate) ticket: Ticket,
    pub(crate) lane: Lane,
    pub(crate) ask: Ask,
}

/// What is asked.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Ask {
    /// The records of a shape that hold this value.
    Read(Shape, std::sync::Arc<str>),
    /// One record to write.
    Write(Write),
}

/// One record to write.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Write {
    pub(crate) object: &'static str,
    pub(crate) operation: SaveOperation,
    pub(crate) row: SaveRow,
    /// Whether an alerting duplicate rule is overruled.
    pub(crate) allow_duplicate: bool,
}

/// What came of a request.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Got {
    /// The rows.
    Rows(Vec<Row>),
    /// The record was written.
    Saved(crate::RecordId),
    /// Salesforce said no.
    Refused(Refusal),
    /// Nothing was written; it may be asked again later.
    Nothing {
        /// Why, in words.
        why: String,
    },
    /// Nobody knows whether it was written.
    Unknown,
}

/// A call that is about to go or in flight.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Flight {
    /// A new session.
    Login,
    /// Parts, in one exchange.
    Parts(Vec<Part>),
    /// The next page of a query.
    More(Reading, String),
    /// The next exchange about a bulk job.
    Job(JobId),
}

/// A part of a call: a call of its own if it is the only one.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Part {
    /// One query for all these requests.
    Read(Reading),
    /// Rows of one object and operation.
    Write(Vec<Request>),
}

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
            Asker::Display(_) | Asker::ReadStep(_) => None,
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

    fn take_ready(&mut self, most: usize) -> Vec<Request> {
        let mut taken = Vec::with_capacity(most.min(self.ready_len()));
        for lane in &mut self.ready {
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
        while self.exchange.in_flight.len() < limits::CALLS_IN_FLIGHT_MAX {
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
        let requests = self.exchange.take_ready(room);
        if self.exchange.ready_len() == 0 {
            self.exchange.is_flushing = false;
            if let Some(timer) = self.exchange.flush.take() {
                self.timers.cancel(timer);
            }
        }
        let packed = pack(self.config.batching, requests, &mut self.exchange.jobs);
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

    fn spell(&self, flight: &Flight) -> Option<CrmCall> {
        match flight {
            Flight::Login => Some(CrmCall::Login),
            Flight::More(_, locator) => Some(CrmCall::More { locator: locator.clone() }),
            Flight::Job(job) => self.spell_job(*job).map(CrmCall::Bulk),
            Flight::Parts(parts) => match parts.as_slice() {
                [] => None,
                [only] => Some(self.spell_part(only)),
                several => {
                    Some(CrmCall::Composite(several.iter().map(|it| self.spell_part(it)).collect()))
                }
            },
        }
    }

    fn spell_part(&self, part: &Part) -> CrmCall {
        match part {
            Part::Read(reading) => CrmCall::Find(reading.find(&self.read_fields)),
            Part::Write(requests) => CrmCall::Save(spell_save(requests)),
        }
    }

    /// A call was answered.
    pub(crate) fn on_answer(&mut self, call: CallId, answer: &Answer) {
        let Some(flight) = self.exchange.in_flight.remove(&call) else { return };
        if flight == Flight::Login {
            return self.on_login(&answer.reply);
        }
        let was_probe = self.exchange.budget == Budget::Probed;
        match self.trouble(&answer.reply) {
            Trouble::Expired => self.on_expired(flight),
            Trouble::Limit => self.on_limit(flight),
            Trouble::None => self.on_reply(flight, &answer.reply),
        }
        if was_probe && self.exchange.budget == Budget::Probed {
            self.exchange.budget = Budget::Free;
        }
    }

    pub(super) fn on_reply(&mut self, flight: Flight, reply: &Reply) {
        match flight {
            Flight::Login => self.on_login(reply),
            Flight::More(reading, _) => self.on_part(Part::Read(reading), reply),
            Flight::Job(job) => self.on_job(job, reply),
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
                Trouble::Limit => self.on_limit(Flight::Parts(vec![part])),
                Trouble::None => self.on_part(part, reply),
            }
        }
    }

    fn on_part(&mut self, part: Part, reply: &Reply) {
        match part {
            Part::Read(reading) => self.on_read(reading, reply),
            Part::Write(requests) => self.on_written(requests, reply),
        }
    }

    fn on_written(&mut self, requests: Vec<Request>, reply: &Reply) {
        let Reply::Done(Done::Saved(results)) = reply else {
            let got = failed(reply);
            return requests.into_iter().for_each(|it| self.on_got(it.ticket, got.clone()));
        };
        let mut results = results.iter();
        for request in requests {
            match results.next() {
                None => self.on_got(request.ticket, Got::Unknown),
                Some(Ok(id)) => self.on_got(request.ticket, Got::Saved(id.clone())),
                Some(Err(refusal)) => self.on_row_refused(request, refusal),
            }
        }
    }

    pub(super) fn on_row_refused(&mut self, request: Request, refusal: &Refusal) {
        match self.trouble_of(refusal) {
            Trouble::Expired => self.on_expired(Flight::Parts(vec![Part::Write(vec![request])])),
            Trouble::Limit => self.on_limit(Flight::Parts(vec![Part::Write(vec![request])])),
            Trouble::None => self.on_got(request.ticket, Got::Refused(refusal.clone())),
        }
    }

    fn trouble(&self, reply: &Reply) -> Trouble {
        match reply {
            Reply::Refused(refusal) => self.trouble_of(refusal),
            _ => Trouble::None,
        }
    }

    fn trouble_of(&self, refusal: &Refusal) -> Trouble {
        let write = RefusedWrite { object: "", operation: None };
        match self.rules.classify_refusal(&write, refusal, &self.config) {
            Verdict::SessionExpired => Trouble::Expired,
            Verdict::LimitReached => Trouble::Limit,
            _ => Trouble::None,
        }
    }

    fn on_limit(&mut self, flight: Flight) {
        self.exchange.next.push_back(flight);
        if self.exchange.budget == Budget::Held {
            return;
        }
        self.exchange.budget = Budget::Held;
        self.wake_at(self.now.plus_ms(limits::BUDGET_PROBE_MS), Wake::Probe);
        let text = "the API allowance is used up; calls wait until it is back".to_owned();
        self.note(None, None, NoteKind::Alert { because: Rule::BudgetHold, text });
    }

    /// Time to see whether the allowance is back.
    pub(crate) fn on_probe(&mut self) {
        self.exchange.budget = Budget::Probing;
        self.exchange.is_flushing = true;
    }

    /// After a restart: nobody knows what became of the calls in flight.
    pub(crate) fn lose_calls(&mut self) {
        self.exchange.session = Session::default();
        if self.exchange.budget == Budget::Probed {
            self.exchange.budget = Budget::Probing;
        }
        for (_, flight) in std::mem::take(&mut self.exchange.in_flight) {
            if flight != Flight::Login {
                self.on_reply(flight, &Reply::Lost(Lost::Unknown));
            }
        }
    }
}

/// Whether a reply is about the session or the allowance, rather than about the question.
enum Trouble {
    Expired,
    Limit,
    None,
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

fn spell_save(requests: &[Request]) -> Save {
    let writes = || {
        requests.iter().filter_map(|it| match &it.ask {
            Ask::Write(write) => Some(write),
            Ask::Read(..) => None,
        })
    };
    let first = writes().next().expect("a part with rows is packed from at least one");
    Save {
        object: first.object.into(),
        operation: first.operation,
        rows: writes().map(|it| it.row.clone()).collect(),
        auto_assign: if first.object == "Lead" { AutoAssign::Off } else { AutoAssign::Silent },
        allow_duplicate: first.allow_duplicate,
    }
}
