//! The state machine as a whole: what goes in, what comes out, and everything that it remembers in between.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::Arc,
};

use crate::{
    Answer, CallId, Config, CrmCall, Decision, Entry, EntryId, IntentId, Met, Note, NoteKind,
    Question, RecordId, RepId, Rule, Rules, SourceEvent, Standard, Timer, TimerId, Timestamp,
    UserId,
    about::About,
    accounts::Accounts,
    conversions::Conversions,
    exchange::{Asker, Exchange},
    intent::Intent,
    keys::Keys,
    ledger::Ledger,
    outbox::{Fact, Outbox},
    sources::Sources,
    sync::read_fields::ReadFields,
    timers::{Timers, Wake},
    visitor::{Visitor, Visitors, Who},
    workflow::{RunId, Workflows},
};

/// What goes into the engine.
#[derive(Debug, Clone, PartialEq)]
pub enum Input {
    /// A visitor or a rep did something.
    Event(SourceEvent),
    /// A call was answered, or is known to be lost.
    Answer(CallId, Answer),
    /// An entry of the outbox is stored.
    Stored(EntryId),
    /// A timer is due.
    Alarm(TimerId),
    /// The store refused an entry, because another process has taken over.
    ShutOut,
}

/// What comes out of the engine, for whoever runs it to carry out, in order.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Call the CRM.
    Call {
        /// Names the call.
        id: CallId,
        /// The call.
        call: CrmCall,
    },
    /// Store this, and say so.
    Store(Entry),
    /// Sound an alarm.
    Timer(Timer),
    /// Write this down.
    Note(Note),
    /// The bot speaks: show this to the visitor.
    Say {
        /// To whom.
        visitor: crate::VisitorId,
        /// What.
        text: String,
    },
}

/// Something to be done before the step is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Todo {
    /// An intent got its key: its search begins.
    Search(IntentId),
    /// The visitor's next step may run.
    Steps(Who),
    /// A lead may exist now, or never will: whatever waits for it looks again.
    Waiting(Who),
    /// Has the visitor left, has the conversation ended?
    Look(Who),
    /// The next action of a workflow may run.
    Act(RunId),
}

/// The engine. It is a pure function of its inputs: the same ones in the same order have the same effects.
#[derive(Debug)]
pub struct Engine<R = Standard> {
    pub(crate) config: Arc<Config>,
    pub(crate) rules: R,
    pub(crate) now: Timestamp,
    pub(crate) connections: BTreeMap<RepId, Option<UserId>>,
    pub(crate) visitors: Visitors,
    pub(crate) intents: BTreeMap<IntentId, Intent>,
    pub(crate) last_intent: u64,
    pub(crate) keys: Keys,
    pub(crate) ledger: Ledger,
    pub(crate) blocked: crate::blocking::Blocked,
    pub(crate) written: crate::beside::Written,
    pub(crate) sources: Sources,
    pub(crate) exchange: Exchange,
    pub(crate) read_fields: ReadFields,
    pub(crate) accounts: Accounts,
    pub(crate) outbox: Outbox,
    pub(crate) timers: Timers,
    pub(crate) again: BTreeMap<Timestamp, Vec<Asker>>,
    pub(crate) todo: VecDeque<Todo>,
    pub(crate) outage: crate::outage::Outage,
    pub(crate) owner_checks: crate::owner_check::OwnerChecks,
    /// By how much the org's clock is ahead of ours, in ms, as of its latest answer.
    pub(crate) ahead_ms: i64,
    pub(crate) effects: Vec<Effect>,
    pub(crate) workflows: Workflows,
    pub(crate) conversions: Conversions,
    pub(crate) reconciling: crate::reconciling::Reconciling,
    pub(crate) drift: crate::drift::Drift,
    /// Whether another process has taken over.
    pub(crate) is_shut_out: bool,
}

impl<R: Rules> Engine<R> {
    /// An engine that knows nobody.
    pub fn new(config: Arc<Config>, rules: R) -> Self {
        let connections =
            config.reps.iter().map(|(rep, it)| (rep.clone(), it.connection.clone())).collect();
        Self {
            rules,
            now: Timestamp::default(),
            connections,
            visitors: Visitors::default(),
            intents: BTreeMap::new(),
            last_intent: 0,
            keys: Keys::default(),
            ledger: Ledger::default(),
            blocked: crate::blocking::Blocked::default(),
            written: crate::beside::Written::default(),
            sources: Sources::default(),
            exchange: Exchange::new(),
            read_fields: ReadFields::new(&config),
            accounts: Accounts::of(config.signals.as_ref()),
            outbox: Outbox::default(),
            timers: Timers::default(),
            again: BTreeMap::new(),
            todo: VecDeque::new(),
            outage: crate::outage::Outage::default(),
            owner_checks: crate::owner_check::OwnerChecks::new(),
            ahead_ms: 0,
            effects: Vec::new(),
            workflows: Workflows::new(&config),
            conversions: Conversions::new(&config),
            reconciling: crate::reconciling::Reconciling::default(),
            drift: crate::drift::Drift::default(),
            is_shut_out: false,
            config,
        }
    }

    /// Takes one input, and adds what is to be done about it to `out`.
    pub fn step(&mut self, now: Timestamp, input: Input, out: &mut Vec<Effect>) {
        match input {
            Input::Stored(entry) => return self.outbox.release(entry, out),
            Input::ShutOut => return self.stop(out),
            Input::Event(_) | Input::Answer(..) | Input::Alarm(_) => {}
        }
        if self.is_shut_out || !self.is_news(&input) {
            return;
        }
        let entry = self.outbox.append(now, Fact::Took(input));
        self.advance(now, &entry.fact);
        let id = entry.id;
        out.push(Effect::Store(entry));
        out.append(&mut self.effects);
        if !self.rules.waits_for_store() {
            self.outbox.release(id, out);
        }
    }

    /// Open intents: what is being sent, waits for data, or is not due yet.
    pub fn unsettled(&self) -> usize {
        self.intents.len()
    }

    /// Alarms that were cancelled, answers nobody waits for and redelivered events (FM-11) change nothing.
    fn is_news(&self, input: &Input) -> bool {
        match input {
            Input::Event(event) => !self.rules.is_redelivery(self.sources.was_seen(event.id)),
            Input::Answer(call, _) => self.exchange.is_in_flight(*call),
            Input::Alarm(timer) => self.timers.is_armed(*timer),
            Input::Stored(_) | Input::ShutOut => false,
        }
    }

    pub(crate) fn wake_at(&mut self, at: Timestamp, wake: Wake) -> TimerId {
        let timer = self.timers.arm(at.max(self.now), wake);
        self.effects.push(Effect::Timer(timer));
        timer.id
    }

    pub(crate) fn note(&mut self, about: Option<About>, intent: Option<IntentId>, kind: NoteKind) {
        let subject = about.and_then(|it| self.subject_of(it));
        self.effects.push(Effect::Note(Note { subject, intent, kind }));
    }

    pub(crate) fn alert(
        &mut self,
        about: Option<About>,
        intent: Option<IntentId>,
        because: Rule,
        text: String,
    ) {
        self.note(about, intent, NoteKind::Alert { because, text });
    }

    pub(crate) fn decided(
        &mut self,
        about: impl Into<About>,
        intent: Option<IntentId>,
        decision: Decision,
    ) {
        self.note(Some(about.into()), intent, NoteKind::Decided(decision));
    }

    /// A decision between nothing and one thing.
    pub(crate) fn decided_plainly(
        &mut self,
        about: impl Into<About>,
        intent: Option<IntentId>,
        (question, because): (Question, Rule),
        chosen: Option<String>,
    ) {
        let decision =
            Decision { question, because, chosen, rejected: Vec::new(), withheld: Vec::new() };
        self.decided(about, intent, decision);
    }

    pub(crate) fn visitor(&self, who: Who) -> Option<&Visitor> {
        self.visitors.get(who)
    }

    pub(crate) fn visitor_mut(&mut self, who: Who) -> Option<&mut Visitor> {
        self.visitors.get_mut(who)
    }

    /// A rep, and the user whom the rep is connected as now.
    pub(crate) fn met(&self, rep: &RepId) -> Met {
        let connection = self.connections.get(rep).cloned().flatten();
        Met { rep: rep.clone(), connection }
    }
}

/// Ids as words of a decision.
pub(crate) fn words(rejected: &[(RecordId, Rule)]) -> Vec<(String, Rule)> {
    rejected.iter().map(|(id, rule)| (id.to_string(), *rule)).collect()
}
