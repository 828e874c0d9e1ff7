//! One person's sync: look them up, choose the record, decide what is done to it, write, and see what came of it.
//!
//! Every sync looks up again before it writes (VI-02), and every attempt starts at the lookup, so that nothing is written
//! on yesterday's knowledge.

mod edits;
pub(crate) mod read_fields;
mod refused;
mod table;
mod unread;
mod write;
mod written;

use std::collections::BTreeMap;

pub(crate) use self::edits::Edits;
use crate::{
    AssignTo, AutoAssign, Decision, Engine, IntentId, MatchResult, Outcome, OwnerDecision,
    OwnerFacts, Person, PersonAction, PersonKind, Question, RecordId, Rule, Rules, Standing,
    Timestamp,
    engine::words,
    exchange::{Asker, Got, Shape, Slot, Ticket},
    intent::{Ending, Stage, Work},
    search::Search,
    visitor::Record,
};

/// What a sync of a person's lead or contact is after, and how far it got.
#[derive(Debug)]
pub(crate) struct PersonWork {
    pub(crate) action: PersonAction,
    /// Whom the visitor had met at the trigger (K-40).
    pub(crate) facts: OwnerFacts,
    /// The owner, once decided; it is decided once (AS-10d).
    owner: Option<OwnerDecision>,
    edits: Edits,
    sent: Option<Sent>,
    /// The last name that was sent: what a lead without an address is read back by.
    sent_name: Option<String>,
    /// Since when nobody knows whether the lead was made.
    doubt: Option<Timestamp>,
    /// Why it ends unless it turns out to be written already.
    withdrawn: Option<Rule>,
    /// Whether the person was looked up a second time before the lead is made.
    has_looked_twice: bool,
    /// Whether a duplicate rule's records are being looked at.
    is_adopting: bool,
    /// Syncs of the same person that go along with this write.
    followers: Vec<IntentId>,
    /// Who owns a new lead, where a workflow says so.
    assign: Option<AssignTo>,
    /// What the insert says about the org's assignment rules.
    auto_assign: AutoAssign,
}

/// What was sent last.
#[derive(Debug, Clone)]
enum Sent {
    Insert(Timestamp),
    Update(Record),
}

impl PersonWork {
    pub(crate) fn new(action: PersonAction) -> Self {
        Self {
            action,
            facts: OwnerFacts::default(),
            owner: None,
            edits: Edits::default(),
            sent: None,
            sent_name: None,
            doubt: None,
            withdrawn: None,
            has_looked_twice: false,
            is_adopting: false,
            followers: Vec::new(),
            assign: None,
            auto_assign: AutoAssign::Off,
        }
    }

    /// The sync of a workflow, which says who owns a new lead.
    pub(crate) fn of_workflow(assign: AssignTo) -> Self {
        Self { assign: Some(assign), ..Self::new(PersonAction::SyncLead) }
    }
}

impl PersonWork {
    /// It ends without being written, unless it turns out to be written already. Whether that is known now.
    pub(crate) fn withdraw(&mut self, because: Rule) -> bool {
        self.withdrawn = Some(because);
        self.doubt.is_none()
    }
}

impl<R: Rules> Engine<R> {
    /// Starts, or starts over: who is this person in the CRM now?
    pub(crate) fn search(&mut self, id: IntentId) {
        if self.is_account(id) {
            return self.search_account(id);
        }
        if self.is_meeting_update(id) {
            return self.write_meeting_update(id);
        }
        if self.is_somebody_else(id) {
            self.hold(id);
            return self.begin(id);
        }
        let Some(intent) = self.intents.get_mut(&id) else { return };
        intent.round += 1;
        match &mut intent.work {
            Work::Person(work) => work.is_adopting = false,
            Work::Beside(_) => return self.look_beside(id),
            _ => {}
        }
        if let Work::Member(work) = &mut intent.work
            && let Some(person) = work.take_person()
        {
            return self.look_for_member(id, person, &[]);
        }
        let Some(key) = intent.email().cloned() else { return self.search_without_key(id) };
        let mut search = Search::default();
        let questions = search.next(&key, &self.rules);
        intent.stage = Stage::Searching(search);
        self.ask_all(id, questions);
    }

    /// Without an address there is the record that we made or saw, and the read-back of one we may have made.
    fn search_without_key(&mut self, id: IntentId) {
        let Some(intent) = self.intents.get_mut(&id) else { return };
        let lost_name = match &intent.work {
            Work::Person(work) if work.doubt.is_some() => work.sent_name.clone(),
            _ => None,
        };
        let Some(visitor) = intent.visitor().and_then(|it| self.visitors.get(it)) else { return };
        let mut search = Search::default();
        let known: Vec<(PersonKind, RecordId)> =
            visitor.record.iter().map(|it| (it.kind, it.id.clone())).collect();
        let mut questions = search.look_at(&known);
        if let Some(name) = lost_name {
            let question = match self.rules.external_id(None, &visitor.id, &self.config.settings) {
                Some(external) => (Shape::LeadsByExternalId, external.value.to_string()),
                None => (Shape::LeadsByLastName, name),
            };
            questions.push((Slot::Leads, question.0, question.1));
            search.expect_one_more();
        }
        let is_over = questions.is_empty();
        intent.stage = Stage::Searching(search);
        self.ask_all(id, questions);
        if is_over {
            self.found(id);
        }
    }

    pub(crate) fn ask_all(&mut self, id: IntentId, questions: Vec<crate::search::Question>) {
        for (slot, shape, value) in questions {
            self.read_for(id, slot, shape, &value);
        }
    }

    /// An answer found its way back.
    pub(crate) fn on_got(&mut self, ticket: Ticket, got: Got) {
        match ticket.asker {
            Asker::Intent(id) => {
                if self.intents.get(&id).is_some_and(|it| it.round == ticket.round) {
                    self.on_intent_got(id, ticket.slot, got);
                }
            }
            Asker::Display(who) => self.on_display_got(who, ticket, got),
            Asker::ReadStep(who) => self.on_read_step_got(who, ticket, got),
            Asker::Account(company) => self.on_account_got(company, ticket, got),
            Asker::Statuses => self.on_statuses_got(got),
            Asker::OwnerCheck(id) => self.on_owner_got(id, got),
            Asker::Reconciliation => self.on_changes_got(ticket.slot, got),
        }
    }

    fn on_intent_got(&mut self, id: IntentId, slot: Slot, got: Got) {
        let Some(intent) = self.intents.get(&id) else { return };
        match (&intent.stage, slot) {
            (Stage::LookingBeside, Slot::Beside) if matches!(intent.work, Work::MapCheck(_)) => {
                self.on_map_told(id, got);
            }
            (Stage::LookingBeside, Slot::Beside) => self.on_beside_got(id, slot, got),
            (Stage::Saving, Slot::Save) if matches!(intent.work, Work::Beside(_)) => {
                self.on_beside_got(id, slot, got);
            }
            (Stage::Saving, Slot::Save) => self.on_save_got(id, got),
            (Stage::Converting, _) => self.on_conversion_got(id, slot, got),
            (Stage::Checking(_), Slot::Existing) => match got {
                Got::Rows(rows) => self.on_existing(id, &rows),
                got => self.on_read_failed(id, slot, got),
            },
            (Stage::Matching, _) => match got {
                Got::Rows(rows) => self.on_matching_rows(id, slot, rows),
                got => self.on_read_failed(id, slot, got),
            },
            (Stage::Searching(_), _) => match got {
                Got::Rows(rows) => self.on_search_rows(id, slot, rows),
                got => match self.rules.rows_of_failed_lookup() {
                    Some(rows) => self.on_search_rows(id, slot, rows),
                    None => self.on_read_failed(id, slot, got),
                },
            },
            _ => {}
        }
    }

    fn on_search_rows(&mut self, id: IntentId, slot: Slot, rows: Vec<crate::Row>) {
        let Some(intent) = self.intents.get_mut(&id) else { return };
        let key = intent.email().cloned();
        let Stage::Searching(search) = &mut intent.stage else { return };
        search.take(slot, rows);
        if !search.is_answered() {
            return;
        }
        let questions = key.as_ref().map_or_else(Vec::new, |key| search.next(key, &self.rules));
        if !questions.is_empty() {
            return self.ask_all(id, questions);
        }
        let kept = self.kept_to_look_at(id);
        if kept.is_empty() {
            return self.found(id);
        }
        let Some(Stage::Searching(search)) = self.intents.get_mut(&id).map(|it| &mut it.stage)
        else {
            return;
        };
        let questions = search.look_at(&kept);
        self.ask_all(id, questions);
    }

    /// Records of the ledger that the search did not find: merged, deleted, or with another address by now.
    fn kept_to_look_at(&self, id: IntentId) -> Vec<(PersonKind, RecordId)> {
        let Some(intent) = self.intents.get(&id) else { return Vec::new() };
        let (Stage::Searching(search), Work::Person(_), Some(key)) =
            (&intent.stage, &intent.work, intent.email())
        else {
            return Vec::new();
        };
        if search.has_looked() {
            return Vec::new();
        }
        let target = self.rules.select_person(key, &search.found, &search.behind).target;
        let is_synced =
            target.is_some_and(|it| self.ledger.standing(&it.id) >= Some(Standing::Synced));
        if is_synced {
            return Vec::new();
        }
        let kept = self.ledger.records(key).iter().filter(|(_, id)| !search.saw(id));
        kept.cloned().collect()
    }

    /// The visitor turned out to be somebody else, or corrected their address: the payload would be another person's.
    pub(crate) fn is_somebody_else(&self, id: IntentId) -> bool {
        let Some(intent) = self.intents.get(&id) else { return false };
        let is_settled = match &intent.work {
            Work::Person(work) => work.doubt.is_none(),
            Work::Beside(work) => !work.is_in_doubt(),
            _ => return false,
        };
        is_settled
            && intent
                .visitor()
                .and_then(|it| self.visitor(it))
                .is_some_and(|it| it.key() != intent.email())
    }

    /// The read-back is over: the lead that we made, or the certainty that we did not.
    fn settle_doubt(&mut self, id: IntentId, search: &Search) -> Option<Person> {
        let work = self.intents.get_mut(&id)?.person()?;
        let since = work.doubt.take()?;
        self.made_by_us(search, since)
    }

    /// The search is over: which record is it, and what now?
    pub(crate) fn found(&mut self, id: IntentId) {
        let Some(intent) = self.intents.get_mut(&id) else { return };
        let Some(who) = intent.visitor() else { return };
        let key = intent.email().cloned();
        let Stage::Searching(mut search) = std::mem::replace(&mut intent.stage, Stage::Saving)
        else {
            return;
        };
        let is_adopting = matches!(&intent.work, Work::Person(work) if work.is_adopting);
        let was_deleted = self.follow_ledger(id, who, key.as_ref(), &search);
        if let Some(made) = self.settle_doubt(id, &search) {
            return self.confirm(id, &made);
        }
        if let Some(because) = self.withdrawn(id) {
            return self.settle(id, Ending::no_op(because));
        }
        if self.is_somebody_else(id) {
            return self.search(id);
        }
        let candidates = search.candidates();
        let result = match &key {
            _ if is_adopting => self.rules.select_duplicate(&search.kept),
            Some(key) => {
                let by_address = self.rules.select_person(key, &candidates, &search.behind);
                match self.external_id(id).filter(|_| by_address.target.is_none()) {
                    Some(external) => {
                        self.rules.select_by_external_id(&external, Some(key), &candidates)
                    }
                    None => by_address,
                }
            }
            None => known_record(&search),
        };
        let (target, because) = (result.target.map(|it| it.id.clone()), result.because);
        let decision = Decision {
            question: Question::Match,
            because,
            chosen: target.as_ref().map(RecordId::to_string),
            rejected: words(&result.rejected),
            withheld: Vec::new(),
        };
        drop(candidates);
        self.decided(who, Some(id), decision);
        let target = target.and_then(|it| search.remove(&it));
        if let Some(person) = &target {
            self.look_at_owner(id, who.into(), person);
        }
        self.remember_record(who, target.as_ref(), key.is_some());
        match &intent_work(&self.intents, id) {
            Some(Kind::Person) if is_adopting && target.is_none() => self.settle_unadopted(id),
            Some(Kind::Person) => self.on_person(id, target, because, was_deleted),
            Some(Kind::Member) => self.on_member_person(id, target.as_ref(), &search),
            Some(Kind::Event) => self.on_event_person(id, target.as_ref()),
            Some(Kind::Task) => self.on_task_person(id, target.as_ref()),
            Some(Kind::MapCheck) => self.on_map_looked(id, target.as_ref()),
            None => {}
        }
    }

    fn withdrawn(&self, id: IntentId) -> Option<Rule> {
        match &self.intents.get(&id)?.work {
            Work::Person(work) => work.withdrawn,
            _ => None,
        }
    }

    fn settle_unadopted(&mut self, id: IntentId) {
        let detail = "none of the records that the duplicate rule names can be used".to_owned();
        self.settle(id, Ending::new(Outcome::Refused, Rule::RefusedByDuplicateRule).saying(detail));
    }

    /// The visitor is this record now, as far as anybody knows.
    pub(crate) fn remember_record(
        &mut self,
        who: crate::visitor::Who,
        target: Option<&Person>,
        by_key: bool,
    ) {
        let Some(visitor) = self.visitor_mut(who) else { return };
        if let Some(person) = target {
            visitor.record = Some(Record::of(person));
        } else if by_key {
            visitor.record = None;
        }
    }
}

/// Which kind of work an intent is.
enum Kind {
    Person,
    Member,
    Event,
    Task,
    MapCheck,
}

fn intent_work(intents: &BTreeMap<IntentId, crate::intent::Intent>, id: IntentId) -> Option<Kind> {
    Some(match intents.get(&id)?.work {
        Work::Person(_) => Kind::Person,
        Work::Member(_) => Kind::Member,
        Work::Event(_) => Kind::Event,
        Work::Task(_) => Kind::Task,
        Work::MapCheck(_) => Kind::MapCheck,
        Work::Convert(_)
        | Work::Account(_)
        | Work::List(_)
        | Work::MeetingUpdate(_)
        | Work::Beside(_) => return None,
    })
}

/// Without an address the visitor is the record that we made or saw.
fn known_record(search: &Search) -> MatchResult<'_> {
    let target = search.kept.iter().find(|it| !it.is_deleted() && !it.is_converted());
    let because = if target.is_some() { Rule::OnlyRecord } else { Rule::NoDedupeKey };
    MatchResult { target, because, rejected: Vec::new() }
}

impl Record {
    pub(crate) fn of(person: &Person) -> Self {
        Self {
            id: person.id.clone(),
            kind: person.kind,
            owner: person.owner(),
            account: person.account(),
        }
    }
}
