//! The Events of conversations and meetings: due, resolved to a person, written once (EV-01 to EV-29d).

use crate::{
    Action, BookingFacts, ConversationEvent, Decision, Engine, FieldValues, IntentId, MeetingEvent,
    Outcome, OwnerDecision, Person, Question, RecordId, RepId, Row, Rule, Rules, SaveOperation,
    SaveRow, Talk, Timestamp, Value,
    exchange::{Shape, Slot},
    intent::{Ending, Stage, Work},
    visitor::{Record, Who},
};

/// What an Event's intent is after, and how far it got.
#[derive(Debug)]
pub(crate) struct EventWork {
    matter: Matter,
    /// Whom it is assigned to, once decided.
    pub(crate) owner: Option<OwnerDecision>,
    sent_at: Option<Timestamp>,
    /// Since when nobody knows whether it was written.
    doubt: Option<Timestamp>,
    /// When what it is about ended.
    pub(crate) end: Timestamp,
}

/// What an Event is about.
#[derive(Debug)]
pub(crate) enum Matter {
    /// A conversation that the visitor is still in, or may resume.
    Talking,
    /// A conversation that is over.
    Talk { began: Timestamp, last_message: Timestamp, reps: Vec<RepId> },
    /// A meeting.
    Meeting {
        step_owner: Option<RepId>,
        picked_by_rep: bool,
        with: RepId,
        scheduled: (Timestamp, Timestamp),
    },
}

impl EventWork {
    pub(crate) fn new(matter: Matter) -> Self {
        Self { matter, owner: None, sent_at: None, doubt: None, end: Timestamp::default() }
    }

    /// Nobody knows whether it was written.
    pub(crate) fn doubt(&mut self) {
        self.doubt = self.doubt.or(self.sent_at);
    }

    fn start(&self) -> Timestamp {
        match &self.matter {
            Matter::Talking => Timestamp::default(),
            Matter::Talk { began, .. } => *began,
            Matter::Meeting { scheduled: (start, _), .. } => *start,
        }
    }

    /// The meeting takes place at another time.
    pub(crate) fn reschedule(&mut self, to: (Timestamp, Timestamp)) {
        if let Matter::Meeting { scheduled, .. } = &mut self.matter {
            *scheduled = to;
        }
    }

    /// The rep whom a meeting is with.
    fn rep(&self) -> Option<&RepId> {
        match &self.matter {
            Matter::Meeting { step_owner, with, .. } => Some(step_owner.as_ref().unwrap_or(with)),
            Matter::Talking | Matter::Talk { .. } => None,
        }
    }

    fn is_meeting(&self) -> bool {
        matches!(self.matter, Matter::Meeting { .. })
    }
}

impl<R: Rules> Engine<R> {
    /// An Event is due: from here on the visitor's next message starts another conversation.
    pub(crate) fn on_event_due(&mut self, id: IntentId) {
        let Some(intent) = self.intents.get(&id) else { return };
        let Some(who) = intent.visitor() else { return };
        if intent.action == Action::MeetingEvent {
            return self.begin(id);
        }
        let Some(talk) = self.visitor_mut(who).and_then(|it| it.talk.take()) else { return };
        let end = match talk.state {
            Talk::Ended(at) => at,
            Talk::Open | Talk::Settled => talk.last_message,
        };
        let reps = talk.reps.len();
        if let Some(Work::Event(work)) = self.intents.get_mut(&id).map(|it| &mut it.work) {
            work.end = end;
            work.matter = Matter::Talk {
                began: talk.began,
                last_message: talk.last_message,
                reps: talk.reps,
            };
        }
        if self.rules.wants_event(reps, &self.config.settings) {
            self.begin(id);
        } else {
            self.settle(id, Ending::no_op(Rule::BotOnlyNoEvent));
        }
        for meeting in talk.meetings {
            if let Some(Work::Event(work)) = self.intents.get_mut(&meeting).map(|it| &mut it.work) {
                work.end = end;
            }
            self.begin(meeting);
        }
    }

    /// The person is resolved: write, wait for the lead, or drop it (EV-04d, EV-29d).
    pub(crate) fn on_event_person(&mut self, id: IntentId, target: Option<&Person>) {
        let Some(intent) = self.intents.get(&id) else { return };
        let (Some(who), Work::Event(work)) = (intent.visitor(), &intent.work) else { return };
        let Some(target) = target else {
            if work.is_meeting() && self.may_wait_for_lead(who) {
                return self.wait_for_lead(who, id, (Question::Event, Rule::MeetingWaits));
            }
            return self.settle(id, Ending::no_op(Rule::UnknownPerson));
        };
        let record = Record::of(target);
        let in_doubt = work.doubt.is_some();
        self.decide_event_owner(who, id);
        if in_doubt {
            let Some(intent) = self.intents.get_mut(&id) else { return };
            intent.stage = Stage::Checking(record.clone());
            return self.read_for(id, Slot::Existing, Shape::EventsOf, record.id.as_str());
        }
        self.write_event(id, &record);
    }

    /// Whether what needs a person waits for the visitor's lead.
    pub(crate) fn may_wait_for_lead(&self, who: Who) -> bool {
        self.visitor(who)
            .is_some_and(|it| self.rules.waits_for_lead(it.record.is_some(), it.creates))
    }

    /// Waits until a lead exists, or never will.
    pub(crate) fn wait_for_lead(&mut self, who: Who, id: IntentId, why: (Question, Rule)) {
        self.decided_plainly(who, Some(id), why, None);
        self.hold(id);
        if let Some(visitor) = self.visitor_mut(who) {
            visitor.waiting.push(id);
        }
    }

    /// A lead may exist now, or never will.
    pub(crate) fn look_at_waiting(&mut self, who: Who) {
        let Some(visitor) = self.visitor_mut(who) else { return };
        if visitor.record.is_none() && visitor.creates > 0 {
            return;
        }
        let record = visitor.record.clone();
        for id in std::mem::take(&mut visitor.waiting) {
            if let (Some(Work::Member(work)), Some(record)) =
                (self.intents.get_mut(&id).map(|it| &mut it.work), &record)
            {
                work.is_for(record.clone());
            }
            self.begin(id);
        }
    }

    /// The rep whom a meeting's Event is about.
    pub(crate) fn event_rep(&self, id: IntentId) -> Option<RepId> {
        match &self.intents.get(&id)?.work {
            Work::Event(work) => work.rep().cloned(),
            _ => None,
        }
    }

    fn decide_event_owner(&mut self, who: Who, id: IntentId) {
        let Some(Work::Event(work)) = self.intents.get(&id).map(|it| &it.work) else { return };
        if work.owner.is_some() {
            return;
        }
        let (owner, further) = match &work.matter {
            Matter::Talking => return,
            Matter::Talk { reps, .. } => {
                let reps: Vec<_> = reps.iter().map(|it| self.met(it)).collect();
                (self.rules.event_owner(&reps, &self.config), None)
            }
            Matter::Meeting { step_owner, picked_by_rep, with, .. } => {
                let facts = BookingFacts {
                    step_owner: step_owner.as_ref().map(|it| self.met(it)),
                    picked_by_rep: *picked_by_rep,
                    with: self.met(with),
                };
                let owner = self.rules.meeting_owner(&facts, &self.config);
                let decision = OwnerDecision {
                    owner: owner.assigned,
                    because: owner.because,
                    rejected: owner.rejected,
                };
                (decision, owner.unassigned.map(|rule| (rule, owner.rep.rep)))
            }
        };
        let mut rejected = owner.rejected.clone();
        rejected.extend(further.iter().map(|(rule, rep)| (rep.to_string(), *rule)));
        let because = owner.because;
        let chosen = Some(owner.owner.to_string());
        self.decided(
            who,
            Some(id),
            Decision {
                question: Question::Owner,
                because,
                chosen: chosen.clone(),
                rejected,
                withheld: Vec::new(),
            },
        );
        if let Some((because, _)) = further {
            self.decided_plainly(who, Some(id), (Question::Owner, because), chosen);
        }
        if let Some(Work::Event(work)) = self.intents.get_mut(&id).map(|it| &mut it.work) {
            work.owner = Some(owner);
        }
    }

    fn write_event(&mut self, id: IntentId, record: &Record) {
        let Some(fields) = self.event_row(id, record) else { return };
        let now = self.rules.org_time(self.now, self.ahead_ms);
        if let Some(Work::Event(work)) = self.intents.get_mut(&id).map(|it| &mut it.work) {
            work.sent_at = Some(now);
        }
        self.save(id, "Event", SaveOperation::Create, SaveRow { id: None, fields });
    }

    fn event_row(&self, id: IntentId, record: &Record) -> Option<FieldValues> {
        let intent = self.intents.get(&id)?;
        let Work::Event(work) = &intent.work else { return None };
        let owner = &work.owner.as_ref()?.owner;
        let device = &self.visitors.get(intent.visitor()?)?.device;
        let playback = self.rules.playback_url(&self.config, device);
        match &work.matter {
            Matter::Talking => None,
            Matter::Talk { began, last_message, .. } => {
                Some(self.rules.conversation_event(&ConversationEvent {
                    who: &record.id,
                    owner,
                    started: *began,
                    last_message: *last_message,
                    playback: &playback,
                }))
            }
            Matter::Meeting { step_owner, with, scheduled, .. } => {
                let rep = step_owner.as_ref().unwrap_or(with);
                let rep_name =
                    self.config.reps.get(rep).map_or(rep.as_str(), |it| it.name.as_str());
                Some(self.rules.meeting_event(&MeetingEvent {
                    who: &record.id,
                    owner,
                    rep_name,
                    scheduled: *scheduled,
                    playback: &playback,
                }))
            }
        }
    }

    /// The read-back: is our Event there already (EV-27d)?
    pub(crate) fn on_existing_events(&mut self, id: IntentId, record: &Record, rows: &[Row]) {
        let Some(intent) = self.intents.get(&id) else { return };
        let (Some(who), Work::Event(work)) = (intent.visitor(), &intent.work) else { return };
        let (start, since) = (work.start(), work.doubt.unwrap_or_default());
        let Some(wanted) = self.event_row(id, record) else { return };
        let subject =
            wanted.iter().find(|(name, _)| name.as_str() == "Subject").map(|(_, value)| value);
        let is_ours = |row: &&Row| {
            !self.ledger.has_written(&row.id)
                && row.get("Subject") == subject
                && is_second(row.get("StartDateTime"), |it| it == second(start))
                && is_second(row.get("CreatedDate"), |it| it >= second(since))
        };
        let Some(found) = rows.iter().find(is_ours).map(|it| it.id.clone()) else {
            return self.write_event(id, record);
        };
        for because in [Rule::ConfirmedByReadBack, Rule::EventOnce] {
            self.decided_plainly(
                who,
                Some(id),
                (Question::Answer, because),
                Some(found.to_string()),
            );
        }
        self.on_event_saved(id, &found);
    }

    pub(crate) fn on_event_saved(&mut self, id: IntentId, event: &RecordId) {
        let Some(intent) = self.intents.get(&id) else { return };
        let (Some(who), Work::Event(work)) = (intent.visitor(), &intent.work) else { return };
        let because =
            if work.is_meeting() { Rule::MeetingWritten } else { Rule::ConversationWritten };
        let owner = work.owner.as_ref().map(|it| it.owner.clone());
        if self.rules.is_late(work.end, self.now, &self.config.settings) {
            self.decided_plainly(
                who,
                Some(id),
                (Question::Event, Rule::EventLate),
                Some(event.to_string()),
            );
        }
        if because == Rule::MeetingWritten {
            self.meeting_written(who, id, event);
        }
        self.ledger.wrote(event);
        self.settle(id, Ending { owner, ..Ending::new(Outcome::Created, because).at(event) });
    }
}

/// Salesforce keeps whole seconds.
fn second(at: Timestamp) -> i64 {
    at.0.div_euclid(1000)
}

fn is_second(value: Option<&Value>, is: impl Fn(i64) -> bool) -> bool {
    matches!(value, Some(Value::Instant(at)) if is(second(*at)))
}
