//! One person's record in a system beside Salesforce: look for it, choose it, write it by its id, and see what came of it
//! (LL-14, LL-15, DD-08). Every attempt starts at the look, so a write of unknown outcome is read back (INV-11).

use std::collections::BTreeSet;

use crate::{
    Action, ActionFacts, AutoAssign, CrmCall, Deed, Destination, Engine, FieldValues, Filter, Find,
    IntentId, NeighbourVerdict, Outcome, PersonAction, PushAction, Question, RecordId, Refusal,
    Row, Rule, Rules, Save, SaveOperation, SaveRow, System, SystemMapping, Value,
    engine::{Todo, words},
    exchange::{Got, Slot},
    intent::{Ending, Stage, Work},
    neighbour,
    visitor::Who,
};

/// What a sync of a person to another system is after, and how far it got.
#[derive(Debug)]
pub(crate) struct BesideWork {
    pub(crate) to: System,
    action: PersonAction,
    sent: Option<Sent>,
    /// Whether nobody knows what became of what was sent.
    doubt: bool,
}

/// What was sent last.
#[derive(Debug, Clone)]
enum Sent {
    Create(FieldValues),
    Update(RecordId),
}

/// Records that we made or wrote, by system.
#[derive(Debug, Default)]
pub(crate) struct Written {
    records: BTreeSet<(System, RecordId)>,
}

impl BesideWork {
    pub(crate) fn new(to: System, action: PersonAction) -> Self {
        Self { to, action, sent: None, doubt: false }
    }

    /// Whether nobody knows what became of what was sent.
    pub(crate) fn is_in_doubt(&self) -> bool {
        self.doubt
    }
}

impl<R: Rules> Engine<R> {
    /// The action and the work of a push step, by where it goes.
    pub(crate) fn push_work(&self, wanted: Destination, action: PushAction) -> (Action, Work) {
        let person = PersonAction::Push(action);
        let own = crate::arming::action_of(action);
        match (wanted, self.routed(wanted).to) {
            (_, Destination::Salesforce) => (own, Work::of_person(person)),
            (Destination::Salesforce, Destination::Beside(to)) => (own, Work::beside(to, person)),
            (Destination::Beside(_), Destination::Beside(to)) => {
                (Action::Sync(to), Work::beside(to, person))
            }
        }
    }

    /// The work of a rep's create or sync: where leads go by way of the platform, it is the platform's.
    pub(crate) fn manual_work(&self, action: PersonAction) -> Work {
        match self.routed(Destination::Salesforce).to {
            Destination::Salesforce => Work::of_person(action),
            Destination::Beside(to) => Work::beside(to, action),
        }
    }

    /// Opens and begins a sync to a system, whoever asks for it: a workflow's action, for one.
    pub(crate) fn sync_beside(
        &mut self,
        about: impl Into<crate::about::About>,
        cause: crate::EventId,
        to: System,
    ) -> IntentId {
        let upsert = PushAction::CreateOrUpdate(crate::UpdateScope::AnyMatch);
        let work = Work::beside(to, PersonAction::Push(upsert));
        let id = self.open(about, Action::Sync(to), cause, work);
        self.begin(id);
        id
    }

    fn routed(&self, wanted: Destination) -> crate::Route {
        self.rules.route(wanted, self.config.settings.topology, self.config.neighbours.map)
    }

    /// Says why the work is not Salesforce's, if that is so.
    pub(crate) fn note_route(&mut self, id: IntentId) {
        let Some(intent) = self.intents.get(&id) else { return };
        let about = intent.about;
        let (Work::Beside(work), false) = (&intent.work, matches!(intent.action, Action::Sync(_)))
        else {
            return;
        };
        let to = work.to.word().to_owned();
        if let Some(because) = self.routed(Destination::Salesforce).because {
            self.decided_plainly(about, Some(id), (Question::Trigger, because), Some(to));
        }
    }

    /// Starts, or starts over: which record is this person there now?
    pub(crate) fn look_beside(&mut self, id: IntentId) {
        let Some(intent) = self.intents.get_mut(&id) else { return };
        intent.round += 1;
        let Work::Beside(work) = &intent.work else { return };
        let to = work.to;
        let Some(email) = intent.email().map(ToString::to_string) else {
            return self.settle(id, Ending::no_op(Rule::NoEmail));
        };
        intent.stage = Stage::LookingBeside;
        let filter = Filter::OneOf(to.email_field().into(), vec![email.as_str().into()]);
        let find = self.find_beside(to, filter);
        self.ask_beside(id, Slot::Beside, to, find);
    }

    /// A query for what the rules decide by and what the mapping writes.
    pub(crate) fn find_beside(&self, to: System, filter: Filter) -> CrmCall {
        let own = [to.email_field(), to.updated_field()];
        let own = own.into_iter().chain(to.sync_error_field()).map(Into::into);
        let mapped = self.mapping_of(to).fields.iter().map(|(_, field)| field.clone());
        let mut fields: Vec<crate::FieldName> = Vec::new();
        for field in own.chain(mapped) {
            if !fields.contains(&field) {
                fields.push(field);
            }
        }
        let object = to.object().into();
        CrmCall::Find(Find { object, fields, filter, include_deleted: false, first: None })
    }

    fn mapping_of(&self, to: System) -> &SystemMapping {
        static NONE: SystemMapping = SystemMapping { fields: Vec::new(), constants: Vec::new() };
        self.config.neighbours.mapping.get(&to).unwrap_or(&NONE)
    }

    /// An answer of the system.
    pub(crate) fn on_beside_got(&mut self, id: IntentId, slot: Slot, got: Got) {
        match (slot, got) {
            (Slot::Beside, Got::Rows(rows)) => self.on_beside_rows(id, &rows),
            (_, Got::Saved(record)) => self.on_beside_saved(id, &record),
            (_, Got::Refused(refusal)) => self.on_beside_refused(id, &refusal),
            (_, Got::Nothing { why }) => self.pause(id, Rule::RetryUnavailable, why),
            (Slot::Beside, _) => {
                self.pause(id, Rule::RetryUnavailable, "the answer was lost".to_owned());
            }
            (_, Got::Unknown | Got::Rows(_) | Got::Converted(_) | Got::Met(_)) => {
                if let Some(Work::Beside(work)) = self.intents.get_mut(&id).map(|it| &mut it.work) {
                    work.doubt = true;
                }
                self.pause(id, Rule::ReadBack, "nobody knows whether it was written".to_owned());
            }
        }
    }

    fn on_beside_refused(&mut self, id: IntentId, refusal: &Refusal) {
        let Some(Work::Beside(work)) = self.intents.get(&id).map(|it| &it.work) else { return };
        match self.rules.classify_neighbour_refusal(work.to, refusal) {
            NeighbourVerdict::SearchAnew(because) => self.restart(id, because, &refusal.code),
            NeighbourVerdict::Permanent(because) => {
                let ending = Ending::new(Outcome::Refused, because);
                self.settle(id, ending.saying(neighbour::words(refusal).into_owned()));
            }
            NeighbourVerdict::SessionExpired | NeighbourVerdict::Wait => {
                self.pause(id, Rule::NeighbourLimit, refusal.code.clone());
            }
        }
    }

    /// The records with the address: which one is it, and what is done to it?
    fn on_beside_rows(&mut self, id: IntentId, rows: &[Row]) {
        let Some(intent) = self.intents.get(&id) else { return };
        let (about, Some(key)) = (intent.about, intent.email().cloned()) else { return };
        let Work::Beside(work) = &intent.work else { return };
        let (to, action) = (work.to, work.action);
        if self.is_somebody_else(id) {
            self.hold(id);
            return self.begin(id);
        }
        let found = self.rules.newest_record(&key, rows, to);
        let decision = crate::Decision {
            question: Question::Match,
            because: found.because,
            chosen: found.target.map(|it| it.id.to_string()),
            rejected: words(&found.rejected),
            withheld: Vec::new(),
        };
        let target = found.target.cloned();
        self.decided(about, Some(id), decision);
        if let Some(target) = target.as_ref().filter(|it| self.is_ours(id, it)) {
            let answer = (Question::Answer, Rule::ConfirmedByReadBack);
            self.decided_plainly(about, Some(id), answer, Some(target.id.to_string()));
            return self.on_beside_saved(id, &target.id);
        }
        let facts = ActionFacts {
            action,
            has_email: true,
            matched: target.is_some(),
            same_email: true,
            synced_before: target
                .as_ref()
                .is_some_and(|it| self.written.records.contains(&(to, it.id.clone()))),
            synced_was_deleted: false,
        };
        let decided = self.rules.person_action(&facts, &self.config.settings);
        match (decided.deed, target) {
            (Deed::Insert, _) => self.write_beside(id, None),
            (Deed::Write, Some(target)) => self.write_beside(id, Some(&target)),
            (_, Some(target)) => self.settle(id, Ending::no_op(decided.because).at(&target.id)),
            (_, None) => self.settle(id, Ending::no_op(decided.because)),
        }
    }

    /// Whether the record is the one that we made when nobody knew whether we did, or holds what we last wrote.
    fn is_ours(&self, id: IntentId, found: &Row) -> bool {
        let Some(Work::Beside(work)) = self.intents.get(&id).map(|it| &it.work) else {
            return false;
        };
        let holds = |(name, value): &(crate::FieldName, Value)| {
            found.get(name.as_str()).is_none_or(|it| it.text() == value.text())
        };
        match &work.sent {
            Some(Sent::Create(fields)) => work.doubt && fields.iter().all(holds),
            Some(Sent::Update(_)) | None => false,
        }
    }

    fn write_beside(&mut self, id: IntentId, target: Option<&Row>) {
        let Some(intent) = self.intents.get(&id) else { return };
        let about = intent.about;
        let Work::Beside(work) = &intent.work else { return };
        let to = work.to;
        let Some(visitor) = intent.visitor().and_then(|it| self.visitors.get(it)) else { return };
        let mapping = self.mapping_of(to);
        let fields = self.rules.neighbour_fields(&visitor.profile, target, mapping);
        let because = match (target, fields.is_empty()) {
            (None, _) => Rule::NeighbourCreated,
            (Some(_), false) => Rule::NeighbourUpdated,
            (Some(_), true) => Rule::NoNewValues,
        };
        let withheld = neighbour::unmapped(&visitor.profile, mapping);
        let decision = crate::Decision {
            question: Question::Fields,
            because,
            chosen: None,
            rejected: Vec::new(),
            withheld,
        };
        self.decided(about, Some(id), decision);
        match target {
            Some(target) if fields.is_empty() => self.settle_same_beside(id, &target.id),
            Some(target) => {
                let sent = Sent::Update(target.id.clone());
                self.save_beside(id, to, sent, SaveRow { id: Some(target.id.clone()), fields });
            }
            None => {
                let sent = Sent::Create(fields.clone());
                self.save_beside(id, to, sent, SaveRow { id: None, fields });
            }
        }
    }

    /// Nothing differs: there is nothing new, or a write whose answer was lost did arrive.
    fn settle_same_beside(&mut self, id: IntentId, target: &RecordId) {
        let Some(Work::Beside(work)) = self.intents.get(&id).map(|it| &it.work) else { return };
        let was_sent =
            matches!(&work.sent, Some(Sent::Update(sent)) if work.doubt && sent == target);
        let ending = if was_sent {
            Ending::new(Outcome::Updated, Rule::ConfirmedByReadBack)
        } else {
            Ending::no_op(Rule::NoNewValues)
        };
        self.settle(id, ending.at(target));
    }

    fn save_beside(&mut self, id: IntentId, to: System, sent: Sent, row: SaveRow) {
        let Some(intent) = self.intents.get_mut(&id) else { return };
        intent.stage = Stage::Saving;
        let operation =
            if row.id.is_some() { SaveOperation::Update } else { SaveOperation::Create };
        if let Work::Beside(work) = &mut intent.work {
            work.sent = Some(sent);
            work.doubt = false;
        }
        let save = Save {
            object: to.object().into(),
            operation,
            rows: vec![row],
            auto_assign: AutoAssign::Silent,
            allow_duplicate: false,
            all_or_none: false,
            by: None,
        };
        self.ask_beside(id, Slot::Save, to, CrmCall::Save(save));
    }

    fn on_beside_saved(&mut self, id: IntentId, record: &RecordId) {
        let Some(Work::Beside(work)) = self.intents.get(&id).map(|it| &it.work) else { return };
        let to = work.to;
        let (outcome, because, record) = match &work.sent {
            Some(Sent::Update(target)) => {
                (Outcome::Updated, Rule::NeighbourUpdated, target.clone())
            }
            Some(Sent::Create(_)) | None => {
                (Outcome::Created, Rule::NeighbourCreated, record.clone())
            }
        };
        self.written.records.insert((to, record.clone()));
        self.check_link_later(id, to, &record);
        self.settle(id, Ending::new(outcome, because).at(&record));
    }

    /// A sync to another system is settled: the step that asked for it goes on.
    pub(crate) fn after_beside(&mut self, who: Who, id: IntentId) {
        self.after_push(who, id);
        self.todo.push_back(Todo::Waiting(who));
    }
}

impl Work {
    /// The work of a sync to Salesforce.
    pub(crate) fn of_person(action: PersonAction) -> Self {
        Self::Person(Box::new(crate::sync::PersonWork::new(action)))
    }

    /// The work of a sync to another system.
    pub(crate) fn beside(to: System, action: PersonAction) -> Self {
        Self::Beside(Box::new(BesideWork::new(to, action)))
    }
}
