//! What came of a write: the ledger, the campaign mapping, and whatever waited for the record.

use super::{PersonWork, Sent};
use crate::{
    Engine, IntentId, Outcome, Person, PersonKind, Question, RecordId, Rule, Rules, Standing,
    engine::Todo,
    exchange::Got,
    intent::{Ending, Intent, Stage, Work},
    visitor::{Record, Who},
};

impl<R: Rules> Engine<R> {
    pub(super) fn on_save_got(&mut self, id: IntentId, got: Got) {
        if !matches!(got, Got::Saved(_)) {
            self.let_followers_go(id);
        }
        match got {
            Got::Saved(record) => self.on_saved(id, &record),
            Got::Refused(refusal) => self.on_refused(id, &refusal),
            Got::Nothing { why } => {
                self.waits_for_service(id);
                self.pause(id, Rule::RetryUnavailable, why);
            }
            Got::Met(record) => self.on_met(id, record),
            Got::Unknown | Got::Rows(_) | Got::Converted(_) => {
                self.waits_for_service(id);
                self.doubt(id);
                self.pause(id, Rule::ReadBack, "nobody knows whether it was written".to_owned());
            }
        }
    }

    /// A create that may have happened is looked for before it is sent again; another write is just sent again.
    fn doubt(&mut self, id: IntentId) {
        let operation = self.intents.get(&id).map(|it| super::refused::target_of(&it.work).1);
        if !operation.is_some_and(|it| self.rules.reads_back(it)) {
            return;
        }
        match self.intents.get_mut(&id).map(|it| &mut it.work) {
            Some(Work::Person(work)) => {
                if let Some(Sent::Insert(at)) = work.sent {
                    work.doubt = Some(work.doubt.unwrap_or(at));
                }
            }
            Some(Work::Event(work)) => work.doubt(),
            Some(Work::Member(work)) => work.doubt(),
            Some(Work::Account(work)) => work.doubt(),
            Some(Work::Task(work)) => work.doubt(),
            Some(
                Work::Convert(_)
                | Work::List(_)
                | Work::MeetingUpdate(_)
                | Work::Beside(_)
                | Work::MapCheck(_),
            )
            | None => {}
        }
    }

    fn on_saved(&mut self, id: IntentId, record: &RecordId) {
        let Some(intent) = self.intents.get(&id) else { return };
        match &intent.work {
            Work::Member(_) => self.on_member_saved(id, record),
            Work::Event(_) => self.on_event_saved(id, record),
            Work::Account(_) => self.on_account_saved(id, record),
            Work::MeetingUpdate(_) => self.on_meeting_updated(id, record),
            Work::Task(_) => self.on_task_saved(id, record),
            Work::Convert(_) | Work::List(_) | Work::Beside(_) | Work::MapCheck(_) => {}
            Work::Person(work) => match work.sent.clone() {
                Some(Sent::Update(target)) => self.on_updated(id, &target),
                Some(Sent::Insert(_)) | None => self.on_created(id, record),
            },
        }
    }

    /// The external id had a record: somebody made it since the search, and it was written over (FM-07).
    fn on_met(&mut self, id: IntentId, record: Option<RecordId>) {
        let because = Rule::ExternalIdMet;
        let Some(record) = record else {
            // Which record it was the answer does not say: the search finds it by its external id.
            return self.restart(id, because, "the record that has the external id was written");
        };
        let Some(intent) = self.intents.get(&id) else { return };
        let (about, key) = (intent.about, intent.email().cloned());
        self.decided_plainly(
            about,
            Some(id),
            (Question::Answer, because),
            Some(record.to_string()),
        );
        let text = format!(
            "{record} came to be while the lead was sent: the new lead's fields were written to it"
        );
        self.alert(Some(about), Some(id), because, text);
        self.ledger.remember(key.as_ref(), (PersonKind::Lead, &record), Standing::Synced);
        let met = Record { id: record, kind: PersonKind::Lead, owner: None, account: None };
        if let Some(who) = about.visitor() {
            self.is_record(who, &met);
        }
        self.map_campaign(id, &met);
        self.settle(id, Ending::new(Outcome::Updated, because).at(&met.id));
    }

    /// The read-back found the lead that we made.
    pub(super) fn confirm(&mut self, id: IntentId, made: &Person) {
        let Some(who) = self.intents.get(&id).and_then(Intent::visitor) else { return };
        let answer = (Question::Answer, Rule::ConfirmedByReadBack);
        self.decided_plainly(who, Some(id), answer, Some(made.id.to_string()));
        self.on_created(id, &made.id);
    }

    fn on_created(&mut self, id: IntentId, lead: &RecordId) {
        let Some(intent) = self.intents.get_mut(&id) else { return };
        let Some(who) = intent.visitor() else { return };
        let key = intent.email().cloned();
        let Some(work) = intent.person() else { return };
        let owner = work.owner.as_ref().map(|it| it.owner.clone());
        let followers = std::mem::take(&mut work.followers);
        self.ledger.remember(key.as_ref(), (PersonKind::Lead, lead), Standing::Created);
        let record = Record {
            id: lead.clone(),
            kind: PersonKind::Lead,
            owner: owner.clone(),
            account: None,
        };
        self.is_record(who, &record);
        if let Some(owner) = &owner {
            self.gave_owner(id, who.into(), lead, owner);
        }
        self.map_campaign(id, &record);
        for follower in followers {
            if let Some(its) = self.intents.get(&follower).and_then(Intent::visitor) {
                self.is_record(its, &record);
            }
            self.settle(follower, Ending::no_op(Rule::MergedInBatch).at(lead));
        }
        self.settle(id, Ending { owner, ..Ending::new(Outcome::Created, Rule::Created).at(lead) });
    }

    fn on_updated(&mut self, id: IntentId, target: &Record) {
        let Some(intent) = self.intents.get(&id) else { return };
        let Some(who) = intent.visitor() else { return };
        let key = intent.email().cloned();
        self.ledger.remember(key.as_ref(), (target.kind, &target.id), Standing::Synced);
        self.is_record(who, target);
        self.map_campaign(id, target);
        self.settle(id, Ending::new(Outcome::Updated, Rule::Updated).at(&target.id));
    }

    fn is_record(&mut self, who: Who, record: &Record) {
        if let Some(visitor) = self.visitor_mut(who) {
            visitor.record = Some(record.clone());
            visitor.display.matched(record);
            let device = visitor.device.clone();
            self.ledger.synced_on(&device);
        }
    }

    /// The write did not happen: whoever went along with it goes alone.
    pub(super) fn let_followers_go(&mut self, id: IntentId) {
        let Some(work) = self.intents.get_mut(&id).and_then(Intent::person) else { return };
        for follower in std::mem::take(&mut work.followers) {
            if let Some(intent) = self.intents.get_mut(&follower) {
                intent.stage = Stage::Waiting;
            }
        }
    }

    /// A person's sync is settled: the step that asked for it, and whatever waits for a lead, go on.
    pub(crate) fn after_person(&mut self, who: Who, id: IntentId, work: PersonWork) {
        for follower in work.followers {
            if let Some(intent) = self.intents.get_mut(&follower) {
                intent.stage = Stage::Waiting;
            }
        }
        self.after_push(who, id);
        self.look_for_links();
        self.todo.push_back(Todo::Waiting(who));
    }
}
