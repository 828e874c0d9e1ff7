//! What the action does to the record that was found (requirements §4.2), and what became of records that the ledger
//! knows (UP-10d, FM-49 to FM-51, FM-60).

use crate::{
    ActionFacts, Deed, EmailKey, Engine, IntentId, OnIncomplete, Person, PersonAction, PersonKind,
    Question, Rule, Rules, Standing, Timestamp, Value,
    exchange::Asker,
    intent::{Ending, Intent, Stage, Work},
    search::Search,
    visitor::Who,
};

impl<R: Rules> Engine<R> {
    /// The record is chosen: what does the action do to it?
    pub(super) fn on_person(
        &mut self,
        id: IntentId,
        target: Option<Person>,
        because: Rule,
        was_deleted: bool,
    ) {
        let Some(intent) = self.intents.get(&id) else { return };
        let Work::Person(work) = &intent.work else { return };
        let Some(who) = intent.visitor() else { return };
        let standing = target.as_ref().and_then(|it| self.ledger.standing(&it.id));
        let same_email = target.as_ref().is_some_and(|it| {
            because == Rule::ConvertedLead || intent.email().is_some_and(|key| it.has_address(key))
        });
        let synced_before = match intent.email() {
            Some(_) => standing >= Some(Standing::Synced),
            None => self.visitors.get(who).is_some_and(|it| self.ledger.was_synced_on(&it.device)),
        };
        let facts = ActionFacts {
            action: work.action,
            has_email: intent.email().is_some(),
            matched: target.is_some(),
            same_email,
            synced_before,
            synced_was_deleted: was_deleted,
        };
        let decision = self.rules.person_action(&facts, &self.config.settings);
        let lost_race =
            intent.has_waited && standing == Some(Standing::Created) && intent.may_create();
        if lost_race && decision.because != Rule::LostRace {
            let chosen = target.as_ref().map(|it| it.id.to_string());
            self.decided_plainly(who, Some(id), (Question::Trigger, Rule::LostRace), chosen);
        }
        let deed = decision.deed;
        self.decided_plainly(
            who,
            Some(id),
            (Question::Trigger, decision.because),
            Some(format!("{deed:?}").to_lowercase()),
        );
        match (deed, target) {
            (Deed::Insert, _) => self.insert_if_complete(id),
            (Deed::Write, Some(target)) => self.update(id, &target),
            (Deed::Link, Some(target)) => self.link(id, &target, decision.because),
            (_, Some(target)) => self.leave_alone(id, &target, decision.because),
            (_, None) => self.settle(id, Ending::no_op(decision.because)),
        }
    }

    fn link(&mut self, id: IntentId, target: &Person, because: Rule) {
        let key = self.intents.get(&id).and_then(|it| it.email().cloned());
        self.ledger.remember(key.as_ref(), (target.kind, &target.id), Standing::Linked);
        self.note_owner_kept(id, target);
        self.settle(id, Ending::no_op(because).at(&target.id));
    }

    /// What is not written is listed (UP-03).
    fn leave_alone(&mut self, id: IntentId, target: &Person, because: Rule) {
        let Some(intent) = self.intents.get(&id) else { return };
        let Some(who) = intent.visitor() else { return };
        let Some(visitor) = self.visitors.get(who) else { return };
        let plan = self.rules.update_fields(&visitor.profile, target, false, &self.config);
        let mapping = match target.kind {
            PersonKind::Lead => &self.config.mapping.lead,
            PersonKind::Contact => &self.config.mapping.contact,
        };
        let mapped =
            mapping.iter().filter(|(_, to)| plan.fields.iter().any(|(name, _)| name == to));
        let mut withheld: Vec<_> = mapped.map(|(from, _)| from.clone()).collect();
        withheld.extend(plan.withheld);
        let decision = crate::Decision {
            question: Question::Fields,
            because,
            chosen: None,
            rejected: Vec::new(),
            withheld,
        };
        self.decided(who, Some(id), decision);
        self.settle(id, Ending::no_op(because).at(&target.id));
    }

    pub(super) fn note_owner_kept(&mut self, id: IntentId, target: &Person) {
        let Some(who) = self.intents.get(&id).and_then(Intent::visitor) else { return };
        let owner = target.owner().map(|it| it.to_string());
        self.decided_plainly(who, Some(id), (Question::Owner, Rule::OwnerKept), owner);
    }

    fn insert_if_complete(&mut self, id: IntentId) {
        let Some(intent) = self.intents.get(&id) else { return };
        let Work::Person(work) = &intent.work else { return };
        let by_rep = work.action == PersonAction::ManualCreate;
        let Some(visitor) = intent.visitor().and_then(|it| self.visitors.get(it)) else { return };
        let missing = self.rules.missing(&visitor.profile, by_rep, &self.config);
        let Some(because) = missing.because() else { return self.insert_after_second_look(id) };
        let latches = self.config.settings.on_incomplete == OnIncomplete::Latch;
        if !by_rep && latches && self.latch_again(id) {
            return;
        }
        self.settle(id, Ending::no_op(because).saying(missing.describe()));
    }

    /// Somebody else's record may not be there yet: where that is wanted, the person is looked up once more (FM-04).
    fn insert_after_second_look(&mut self, id: IntentId) {
        let due = self.rules.second_look(self.now, &self.config.settings);
        let Some(intent) = self.intents.get_mut(&id) else { return };
        let about = intent.about;
        let (Some(at), Some(work)) = (due, intent.person()) else { return self.insert(id) };
        if std::mem::replace(&mut work.has_looked_twice, true) {
            return self.insert(id);
        }
        intent.stage = Stage::Pausing;
        self.decided_plainly(about, Some(id), (Question::Match, Rule::SecondLook), None);
        self.again_at(Asker::Intent(id), at);
    }

    /// Follows records of the ledger to what they became. Whether one that we synced was deleted.
    pub(super) fn follow_ledger(
        &mut self,
        id: IntentId,
        who: Who,
        key: Option<&EmailKey>,
        search: &Search,
    ) -> bool {
        let mut was_deleted = false;
        for person in search.found.iter().chain(&search.kept) {
            let Some(standing) = self.ledger.standing(&person.id) else { continue };
            let (became, because) = match (person.converted_contact(), person.merged_into()) {
                (Some(contact), _) => {
                    (Some((PersonKind::Contact, contact)), Rule::FollowedConversion)
                }
                (None, Some(master)) => (Some((person.kind, master)), Rule::FollowedMerge),
                (None, None) => (None, Rule::TargetDeleted),
            };
            if let Some((kind, became)) = became {
                self.ledger.moved(key, &person.id, (kind, &became));
                self.decided_plainly(
                    who,
                    Some(id),
                    (Question::Match, because),
                    Some(became.to_string()),
                );
            } else if let (true, Some(key)) = (person.is_deleted(), key) {
                was_deleted |= standing >= Standing::Synced;
                self.ledger.gone(key, &person.id);
                self.decided_plainly(
                    who,
                    Some(id),
                    (Question::Match, because),
                    Some(person.id.to_string()),
                );
            }
        }
        was_deleted
    }

    /// The lead that we made when nobody knew whether we did (FM-08).
    pub(super) fn made_by_us(&self, search: &Search, since: Timestamp) -> Option<Person> {
        let second = Timestamp(since.0 - since.0.rem_euclid(1000));
        let is_ours = |it: &&Person| {
            it.kind == PersonKind::Lead
                && it.get("CreatedById").and_then(Value::text).as_deref()
                    == Some(self.config.org_user.as_str())
                && matches!(it.get("CreatedDate"), Some(Value::Instant(at)) if *at >= second)
                && self.ledger.standing(&it.id) != Some(Standing::Created)
        };
        search.found.iter().find(is_ours).cloned()
    }
}
