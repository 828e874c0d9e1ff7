//! Salesforce said no to a row: the sync is mended and sent again, starts over, or ends (requirements §8.1 to §8.5).

use crate::{
    Action, Engine, FieldName, IntentId, ObjectName, Outcome, PersonKind, Question, RecordId,
    Refusal, RefusedWrite, Rule, Rules, SaveOperation, Strategy, Verdict,
    intent::{Ending, Intent, Stage, Work},
    search::Search,
};

use super::{Edits, Sent};

impl<R: Rules> Engine<R> {
    pub(super) fn on_refused(&mut self, id: IntentId, refusal: &Refusal) {
        if self.is_account(id) {
            return self.on_account_refused(id, refusal);
        }
        if self.is_meeting_update(id) {
            return self.on_meeting_update_refused(id, refusal);
        }
        let Some(intent) = self.intents.get(&id) else { return };
        let (object, operation) = target_of(&intent.work);
        let write = RefusedWrite { object, operation: Some(operation) };
        match self.rules.classify_refusal(&write, refusal, &self.config) {
            Verdict::Crowded => self.pause(id, Rule::FewerAtOnce, refusal.code.clone()),
            Verdict::Transient
            | Verdict::TooMuch
            | Verdict::RolledBack
            | Verdict::SessionExpired
            | Verdict::ApiRetired
            | Verdict::LimitReached => {
                self.pause(id, Rule::RetryUnavailable, refusal.code.clone());
            }
            Verdict::OwnerRefused => self.on_owner_refused(id, refusal),
            Verdict::TargetConverted => self.restart(id, Rule::FollowedConversion, &refusal.code),
            Verdict::TargetDeleted => self.restart(id, Rule::TargetDeleted, &refusal.code),
            Verdict::AlreadyMember => self.on_already_member(id, refusal),
            Verdict::SearchAnew => self.restart(id, Rule::LostRace, &refusal.code),
            Verdict::AdoptDuplicate(named) => self.adopt(id, &named, refusal),
            Verdict::SeveralMatches(named) => self.on_several_matches(id, &named, refusal),
            Verdict::SaveAnyway => self.mend(id, refusal, |edits| edits.allow_duplicate = true),
            Verdict::DropFields(fields) => self.drop_fields(id, fields, refusal),
            Verdict::Shorten(field, characters) => {
                self.mend(id, refusal, |edits| edits.shorten(field, characters));
            }
            Verdict::Permanent(Rule::RefusedByDuplicateRule) => {
                self.on_nameless_duplicate(id, refusal);
            }
            Verdict::Permanent(because) => self.settle_refused(id, because, refusal),
        }
    }

    fn drop_fields(&mut self, id: IntentId, fields: Vec<FieldName>, refusal: &Refusal) {
        let Some(who) = self.intents.get(&id).and_then(Intent::visitor) else { return };
        let kind = self.intents.get(&id).and_then(|it| match target_of(&it.work).0 {
            "Lead" => Some(PersonKind::Lead),
            "Contact" => Some(PersonKind::Contact),
            _ => None,
        });
        if let Some(kind) = kind {
            self.hear_of_fields(who.into(), kind, refusal);
        }
        let named = fields.iter().map(FieldName::to_string).collect::<Vec<_>>().join(", ");
        self.decided_plainly(
            who,
            Some(id),
            (Question::Answer, Rule::FieldDropped),
            Some(named.clone()),
        );
        let text = format!("{named} was left out: {}: {}", refusal.code, refusal.message);
        self.alert(Some(who.into()), Some(id), Rule::FieldDropped, text);
        self.mend(id, refusal, |edits| edits.drop(fields));
    }

    /// Sends the row again, mended; one that cannot be mended ends.
    fn mend(&mut self, id: IntentId, refusal: &Refusal, how: impl FnOnce(&mut Edits)) {
        let Some(intent) = self.intents.get_mut(&id) else { return };
        intent.restarts += 1;
        if intent.restarts > crate::limits::RESTARTS_PER_SYNC_MAX {
            return self.settle_refused(id, Rule::RefusedOther, refusal);
        }
        match &mut intent.work {
            Work::Person(work) => how(&mut work.edits),
            Work::Member(work) => how(&mut work.edits),
            _ => return self.settle_refused(id, Rule::RefusedOther, refusal),
        }
        self.search(id);
    }

    /// The owner is not possible: the org user takes their place, and nobody else (FM-40, FM-41).
    fn on_owner_refused(&mut self, id: IntentId, refusal: &Refusal) {
        let Some(intent) = self.intents.get(&id) else { return };
        let Some(who) = intent.visitor() else { return };
        let refused = match &intent.work {
            Work::Person(work) => work.owner.clone(),
            Work::Event(work) => work.owner.clone(),
            Work::Task(work) => work.owner.clone(),
            _ => None,
        };
        let next = refused.and_then(|it| self.rules.owner_after_refusal(&it, &self.config));
        let Some(next) = next else { return self.settle_refused(id, Rule::OwnerRejected, refusal) };
        let decision = crate::Decision {
            question: Question::Owner,
            because: next.because,
            chosen: Some(next.owner.to_string()),
            rejected: next.rejected.clone(),
            withheld: Vec::new(),
        };
        self.decided(who, Some(id), decision);
        let text = format!(
            "owner refused: {}: {}; the org user owns the record",
            refusal.code, refusal.message
        );
        self.alert(Some(who.into()), Some(id), Rule::OwnerRejected, text);
        match self.intents.get_mut(&id).map(|it| &mut it.work) {
            Some(Work::Person(work)) => work.owner = Some(next),
            Some(Work::Event(work)) => work.owner = Some(next),
            Some(Work::Task(work)) => work.owner = Some(next),
            _ => {}
        }
        self.search(id);
    }

    /// The external id has several records: nothing was written, and one of them is the match (FM-07).
    fn on_several_matches(
        &mut self,
        id: IntentId,
        named: &[(ObjectName, RecordId)],
        refusal: &Refusal,
    ) {
        let Some(about) = self.intents.get(&id).map(|it| it.about) else { return };
        let because = Rule::SeveralExternalIds;
        let decision = crate::Decision {
            question: Question::Answer,
            because,
            chosen: None,
            rejected: named.iter().map(|(_, id)| (id.to_string(), because)).collect(),
            withheld: Vec::new(),
        };
        self.decided(about, Some(id), decision);
        self.adopt(id, named, refusal);
    }

    /// A duplicate rule named records: one of them is the match (FM-61a).
    fn adopt(&mut self, id: IntentId, named: &[(ObjectName, RecordId)], refusal: &Refusal) {
        let Some(intent) = self.intents.get_mut(&id) else { return };
        intent.restarts += 1;
        let Some(work) = intent.person() else {
            return self.settle_refused(id, Rule::RefusedByDuplicateRule, refusal);
        };
        let is_loop = std::mem::replace(&mut work.is_adopting, true);
        let records: Vec<(PersonKind, RecordId)> = named
            .iter()
            .filter_map(|(object, id)| match object.as_str() {
                "Lead" => Some((PersonKind::Lead, id.clone())),
                "Contact" => Some((PersonKind::Contact, id.clone())),
                _ => None,
            })
            .collect();
        if is_loop || records.is_empty() || intent.restarts > crate::limits::RESTARTS_PER_SYNC_MAX {
            return self.settle_refused(id, Rule::RefusedByDuplicateRule, refusal);
        }
        intent.round += 1;
        let mut search = Search::default();
        let questions = search.look_at(&records);
        intent.stage = Stage::Searching(search);
        self.ask_all(id, questions);
    }

    /// A duplicate rule refused a row of a batch, where no answer names the records: the row goes again alone (FM-61a).
    fn on_nameless_duplicate(&mut self, id: IntentId, refusal: &Refusal) {
        let is_batched =
            matches!(self.config.batching.strategy, Strategy::Collections | Strategy::Bulk);
        let is_first = matches!(self.intents.get(&id).map(|it| &it.work), Some(Work::Person(work)) if !work.edits.alone);
        if is_batched && is_first && refusal.duplicates.is_empty() {
            return self.mend(id, refusal, |edits| edits.alone = true);
        }
        self.settle_refused(id, Rule::RefusedByDuplicateRule, refusal);
    }

    /// Somebody else made the member between the look and the write: look again; a second time it is simply there.
    fn on_already_member(&mut self, id: IntentId, refusal: &Refusal) {
        let Some(intent) = self.intents.get(&id) else { return };
        if intent.restarts == 0 {
            return self.restart(id, Rule::AlreadyMember, &refusal.code);
        }
        self.settle(id, Ending::new(Outcome::NoOp, Rule::AlreadyMember));
    }
}

/// The object that the last write was about, and how.
pub(super) fn target_of(work: &Work) -> (&'static str, SaveOperation) {
    match work {
        Work::Person(work) => match &work.sent {
            Some(Sent::Update(record)) => (record.kind.object(), SaveOperation::Update),
            Some(Sent::Insert(_)) | None => ("Lead", SaveOperation::Create),
        },
        Work::Member(work) => ("CampaignMember", work.operation()),
        Work::Event(_) => ("Event", SaveOperation::Create),
        Work::MeetingUpdate(_) => ("Event", SaveOperation::Update),
        Work::Account(_) | Work::List(_) => ("Account", SaveOperation::Create),
        Work::Task(_) => ("Task", SaveOperation::Create),
        Work::Convert(_) => ("Lead", SaveOperation::Update),
        Work::Beside(_) | Work::MapCheck(_) => ("", SaveOperation::Update),
    }
}

impl Intent {
    /// Whether the intent is a push step's or a rep's.
    pub(crate) fn is_person(&self) -> bool {
        matches!(
            self.action,
            Action::Create
                | Action::Update
                | Action::CreateOrUpdate
                | Action::ManualCreate
                | Action::ManualSync
                | Action::SyncLead
        )
    }
}
