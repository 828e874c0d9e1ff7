//! A change that the engine wants: opened once, settled once (INV-03), and never beside another one for the same person
//! (FM-01, MS-07d).

use std::collections::BTreeSet;

use crate::{
    Action, EmailKey, Engine, EventId, IntentId, NoteKind, Outcome, Question, RecordId, Rule,
    Rules, Settled, UserId,
    about::About,
    accounts::{AccountWork, ListWork},
    conversions::ConvertWork,
    engine::Todo,
    events::EventWork,
    exchange::{Ask, Asker, Lane, Request, Shape, Slot, Ticket},
    keys::Key,
    members::MemberWork,
    search::Search,
    sync::PersonWork,
    tasks::TaskWork,
    visitor::{Record, Who},
};

/// An intent that is not settled yet.
#[derive(Debug)]
pub(crate) struct Intent {
    pub(crate) about: About,
    pub(crate) action: Action,
    pub(crate) cause: EventId,
    /// Events that fired or latched it after it was armed: they share its outcome.
    fired_by: Vec<EventId>,
    pub(crate) stage: Stage,
    pub(crate) work: Work,
    /// Whom it is about, from the moment it begins.
    pub(crate) key: Option<Key>,
    /// Whether it waited for another one about the same person.
    pub(crate) has_waited: bool,
    pub(crate) attempts: u32,
    pub(crate) restarts: u32,
    /// Why everything waits, if that was written down for this one.
    told: Option<Rule>,
    pub(crate) round: u32,
}

/// Where an intent stands.
#[derive(Debug)]
pub(crate) enum Stage {
    /// It waits for its trigger, for data, for its time, or for a lead.
    Held,
    /// It waits for another intent about the same person.
    Waiting,
    /// It looks for the person.
    Searching(Search),
    /// It looks for the company's account.
    Matching,
    /// It looks for what it is about to write.
    Checking(Record),
    /// It asks a system beside Salesforce.
    LookingBeside,
    /// It writes.
    Saving,
    /// It failed, and is tried again later.
    Pausing,
    /// It goes along with another one's write.
    Merged,
    /// It is part of a run of conversions.
    Converting,
}

/// What an intent is after.
#[derive(Debug)]
pub(crate) enum Work {
    /// The person's lead or contact.
    Person(Box<PersonWork>),
    /// A campaign member.
    Member(Box<MemberWork>),
    /// An Event.
    Event(Box<EventWork>),
    /// A change of a meeting's Event.
    MeetingUpdate(Box<crate::meeting_updates::MeetingUpdate>),
    /// A company's account.
    Account(Box<AccountWork>),
    /// A whole list of companies.
    List(Box<ListWork>),
    /// A task.
    Task(Box<TaskWork>),
    /// The conversion of a lead.
    Convert(Box<ConvertWork>),
    /// The person's record in a system beside Salesforce.
    Beside(Box<crate::beside::BesideWork>),
    /// Whether a record of the marketing platform reached Salesforce.
    MapCheck(Box<crate::map_check::MapCheckWork>),
}

impl Intent {
    /// The person's address, from the moment the intent begins.
    pub(crate) fn email(&self) -> Option<&EmailKey> {
        match &self.key {
            Some(Key::Email(key)) => Some(key),
            _ => None,
        }
    }

    /// The visitor whom it is about, if it is about one.
    pub(crate) fn visitor(&self) -> Option<Who> {
        self.about.visitor()
    }

    fn is_single_account(&self) -> bool {
        matches!(&self.work, Work::Account(work) if work.is_single())
    }

    fn lane(&self) -> Lane {
        match self.action {
            Action::ManualCreate | Action::ManualSync => Lane::Manual,
            Action::CreateAccount if self.is_single_account() => Lane::Manual,
            Action::Campaign
            | Action::ConversationEvent
            | Action::MeetingEvent
            | Action::Response
            | Action::Assignment
            | Action::AutoConvert
            | Action::CreateAccount
            | Action::PushAccounts
            | Action::CreateTask
            | Action::ConvertLead
            | Action::CampaignStatus
            | Action::MapCheck => Lane::Background,
            Action::Create
            | Action::Update
            | Action::CreateOrUpdate
            | Action::SyncLead
            | Action::Sync(_) => Lane::Sync,
        }
    }

    /// Whether a lead may come of it.
    pub(crate) fn may_create(&self) -> bool {
        matches!(
            self.action,
            Action::Create
                | Action::CreateOrUpdate
                | Action::ManualCreate
                | Action::SyncLead
                | Action::MapCheck
        )
    }

    pub(crate) fn person(&mut self) -> Option<&mut PersonWork> {
        match &mut self.work {
            Work::Person(work) => Some(work),
            _ => None,
        }
    }
}

/// How an intent ends.
#[derive(Debug)]
pub(crate) struct Ending {
    pub(crate) outcome: Outcome,
    pub(crate) because: Rule,
    pub(crate) record: Option<RecordId>,
    pub(crate) owner: Option<UserId>,
    pub(crate) detail: String,
}

impl Ending {
    pub(crate) fn new(outcome: Outcome, because: Rule) -> Self {
        Self { outcome, because, record: None, owner: None, detail: String::new() }
    }

    pub(crate) fn no_op(because: Rule) -> Self {
        Self::new(Outcome::NoOp, because)
    }

    pub(crate) fn at(self, record: &RecordId) -> Self {
        Self { record: Some(record.clone()), ..self }
    }

    pub(crate) fn saying(self, detail: String) -> Self {
        Self { detail, ..self }
    }
}

impl<R: Rules> Engine<R> {
    /// A change is wanted.
    pub(crate) fn open(
        &mut self,
        about: impl Into<About>,
        action: Action,
        cause: EventId,
        work: Work,
    ) -> IntentId {
        let about = about.into();
        self.last_intent += 1;
        let id = IntentId(self.last_intent);
        let intent = Intent {
            about,
            action,
            cause,
            fired_by: Vec::new(),
            stage: Stage::Held,
            work,
            key: None,
            has_waited: false,
            attempts: 0,
            restarts: 0,
            told: None,
            round: 0,
        };
        let creates = u32::from(intent.may_create());
        self.intents.insert(id, intent);
        self.sources.opened(cause);
        if let Some(visitor) = about.visitor().and_then(|it| self.visitor_mut(it)) {
            visitor.intents += 1;
            visitor.creates += creates;
        }
        self.before_account(about);
        self.note(Some(about), Some(id), NoteKind::Opened { action, cause });
        id
    }

    /// The event under way fires the intent, or latches it: the event's outcome is the intent's.
    pub(crate) fn fired_by_event(&mut self, id: IntentId) {
        let Some(event) = self.sources.under_way() else { return };
        let Some(intent) = self.intents.get_mut(&id) else { return };
        if intent.cause != event && !intent.fired_by.contains(&event) {
            intent.fired_by.push(event);
            self.sources.opened(event);
        }
    }

    /// The intent is due: it gets its key, or waits for it.
    pub(crate) fn begin(&mut self, id: IntentId) {
        let Some(intent) = self.intents.get(&id) else { return };
        let Some(key) = self.key_of(intent.about) else { return };
        let is_free = self.keys.acquire(&key, id) || !self.rules.one_at_a_time();
        let Some(intent) = self.intents.get_mut(&id) else { return };
        intent.key = Some(key);
        intent.stage = Stage::Waiting;
        if is_free {
            self.todo.push_back(Todo::Search(id));
        } else {
            intent.has_waited = true;
        }
    }

    /// The intent is not due after all: it gives its key back.
    pub(crate) fn hold(&mut self, id: IntentId) {
        let Some(intent) = self.intents.get_mut(&id) else { return };
        intent.stage = Stage::Held;
        if let Some(key) = intent.key.take() {
            self.give_back(&key, id);
        }
    }

    /// Whom or what no two intents write at the same time.
    pub(crate) fn key_of(&self, about: About) -> Option<Key> {
        match about {
            About::Account(company) => self.company_text(company).map(Key::Company),
            About::List(_) => None,
            About::Visitor(who) => {
                let email = self.visitor(who)?.key().cloned();
                Some(email.map_or(Key::Visitor(who), Key::Email))
            }
        }
    }

    fn give_back(&mut self, key: &Key, id: IntentId) {
        if let Some(next) = self.keys.release(key, id) {
            self.todo.push_back(Todo::Search(next));
        }
    }

    /// Asks for an intent.
    pub(crate) fn ask_for(&mut self, id: IntentId, slot: Slot, ask: Ask) {
        let Some(intent) = self.intents.get(&id) else { return };
        let ticket = Ticket { asker: Asker::Intent(id), slot, round: intent.round };
        self.ask(Request { ticket, lane: intent.lane(), ask });
    }

    /// Reads for an intent.
    pub(crate) fn read_for(&mut self, id: IntentId, slot: Slot, shape: Shape, value: &str) {
        self.ask_for(id, slot, Ask::Read(shape, value.into()));
    }

    /// Nothing was written, or nobody knows: the intent starts over after a pause (FM-06, FM-08, FM-09).
    pub(crate) fn pause(&mut self, id: IntentId, because: Rule, why: String) {
        let Some(intent) = self.intents.get_mut(&id) else { return };
        intent.attempts += 1;
        intent.stage = Stage::Pausing;
        let (about, attempts) = (intent.about, intent.attempts);
        self.decided_plainly(about, Some(id), (Question::Answer, because), Some(why.clone()));
        if self.later(Asker::Intent(id), attempts).is_none() && !self.is_patient(id) {
            self.settle(id, Ending::new(Outcome::DeadLettered, Rule::RetriesExhausted).saying(why));
        }
    }

    /// An Event outlives the retry policy: better late than never (K-20).
    fn is_patient(&mut self, id: IntentId) -> bool {
        let Some(Work::Event(work)) = self.intents.get(&id).map(|it| &it.work) else {
            return false;
        };
        let is_patient = self.now < work.end.plus_ms(crate::limits::EVENT_PATIENCE_MS);
        if is_patient {
            let at = self.now.plus_ms(crate::limits::BUDGET_PROBE_MS);
            self.again_at(Asker::Intent(id), at);
        }
        is_patient
    }

    /// All calls wait: so does every intent that has asked for something.
    pub(crate) fn tell_waiting(&mut self, because: Rule, why: &str) {
        let has_asked = |it: &Intent| {
            matches!(
                it.stage,
                Stage::Searching(_)
                    | Stage::Matching
                    | Stage::Checking(_)
                    | Stage::Saving
                    | Stage::Converting
            )
        };
        let waiting = self.intents.iter().filter(|(_, it)| has_asked(it)).map(|(id, _)| *id);
        self.tell_of(&waiting.collect(), because, why);
    }

    /// These wait, each told once why.
    pub(crate) fn tell_of(&mut self, ids: &BTreeSet<IntentId>, because: Rule, why: &str) {
        for id in ids.iter().copied() {
            let Some(intent) = self.intents.get_mut(&id) else { continue };
            if intent.told.replace(because) == Some(because) {
                continue;
            }
            let about = intent.about;
            let answer = (Question::Answer, because);
            self.decided_plainly(about, Some(id), answer, Some(why.to_owned()));
        }
    }

    /// The pause is over.
    pub(crate) fn retry(&mut self, id: IntentId) {
        if self.intents.get(&id).is_some_and(|it| matches!(it.stage, Stage::Pausing)) {
            self.search(id);
        }
    }

    /// What the intent found is not so any more: it searches anew at once.
    pub(crate) fn restart(&mut self, id: IntentId, because: Rule, why: &str) {
        let Some(intent) = self.intents.get_mut(&id) else { return };
        intent.restarts += 1;
        if intent.restarts > crate::limits::RESTARTS_PER_SYNC_MAX {
            return self.pause(id, because, why.to_owned());
        }
        let about = intent.about;
        self.decided_plainly(about, Some(id), (Question::Answer, because), Some(why.to_owned()));
        self.search(id);
    }

    /// The intent reached its one terminal outcome.
    pub(crate) fn settle(&mut self, id: IntentId, ending: Ending) {
        let Some(intent) = self.intents.remove(&id) else { return };
        let Ending { outcome, because, record, owner, detail } = ending;
        let settled = Settled { outcome, because, record, owner, detail };
        self.note(Some(intent.about), Some(id), NoteKind::Settled(settled.clone()));
        for event in [intent.cause].iter().chain(&intent.fired_by) {
            self.sources.settled(*event, outcome, because);
        }
        let creates = u32::from(intent.may_create());
        let who = intent.visitor();
        if let Some(visitor) = who.and_then(|it| self.visitor_mut(it)) {
            visitor.intents -= 1;
            visitor.creates -= creates;
        }
        if let Some(key) = &intent.key {
            self.give_back(key, id);
        }
        self.after_action(id);
        let Some(who) = who else { return self.after_account(id, &intent, &settled) };
        match intent.work {
            Work::Person(work) => self.after_person(who, id, *work),
            Work::Convert(work) => self.after_conversion(id, &work),
            Work::Beside(_) => self.after_beside(who, id),
            Work::MapCheck(_) => self.after_map_check(who),
            _ => {}
        }
        self.todo.push_back(Todo::Look(who));
    }
}
