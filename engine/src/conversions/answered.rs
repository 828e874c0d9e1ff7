//! What comes of one lead of the call: converted, refused, or nobody knows (LL-32, LL-34, LL-36d, FM-57, FM-58).

use crate::{
    Converted, Engine, IntentId, Outcome, PersonKind, Question, Refusal, RefusedWrite, Rule, Rules,
    SaveOperation, Standing, Verdict, intent::Ending, visitor::Record,
};

impl<R: Rules> Engine<R> {
    pub(super) fn on_converted(&mut self, id: IntentId, converted: &Converted) {
        let Some(intent) = self.intents.get(&id) else { return };
        let (who, key) = (intent.visitor(), intent.email().cloned());
        let Some(work) = self.job(id) else { return };
        let owner = work.owner.as_ref().map(|it| it.owner.clone());
        let lead = work.linked.as_ref().map(|(lead, _)| lead.clone());
        if let Some(lead) = lead {
            if let Some(contact) = &converted.contact {
                let contact = (PersonKind::Contact, contact);
                self.ledger.moved(key.as_ref(), &lead, contact);
                self.ledger.remember(key.as_ref(), contact, Standing::Synced);
            }
            self.conversions.done.insert(lead);
        }
        if let Some(who) = who {
            self.conversions.results.insert(who, converted.clone());
        }
        if let (Some(visitor), Some(contact)) =
            (who.and_then(|who| self.visitor_mut(who)), &converted.contact)
        {
            visitor.record = Some(Record {
                id: contact.clone(),
                kind: PersonKind::Contact,
                owner: owner.clone(),
                account: converted.account.clone(),
            });
        }
        let ending = Ending::new(Outcome::Created, Rule::ConvertDone).saying(converted.describe());
        let record = converted.contact.clone();
        self.settle(id, Ending { record, owner, ..ending });
    }

    /// Salesforce said no to one lead of the call.
    pub(super) fn on_conversion_refused(&mut self, id: IntentId, refusal: &Refusal) {
        let write = RefusedWrite { object: "Lead", operation: Some(SaveOperation::Update) };
        if self.rules.is_status_refused(refusal) {
            return self.on_status_refused(id);
        }
        match self.rules.classify_refusal(&write, refusal, &self.config) {
            Verdict::Transient
            | Verdict::Crowded
            | Verdict::TooMuch
            | Verdict::RolledBack
            | Verdict::SessionExpired
            | Verdict::ApiRetired
            | Verdict::LimitReached
            | Verdict::TargetConverted
            | Verdict::TargetDeleted
            | Verdict::SearchAnew => {
                self.conversion_failed(id, Rule::RetryUnavailable, refusal.code.clone());
            }
            Verdict::OwnerRefused => self.settle_refused(id, Rule::OwnerRejected, refusal),
            Verdict::Permanent(because) => self.settle_refused(id, because, refusal),
            Verdict::AdoptDuplicate(_) | Verdict::SeveralMatches(_) | Verdict::SaveAnyway => {
                self.settle_refused(id, Rule::RefusedByDuplicateRule, refusal);
            }
            Verdict::DropFields(_) | Verdict::Shorten(..) | Verdict::AlreadyMember => {
                self.settle_refused(id, Rule::RefusedValue, refusal);
            }
        }
    }

    /// The attempt came to nothing, or nobody knows: a later run looks again, until the retries are used up.
    pub(super) fn conversion_failed(&mut self, id: IntentId, because: Rule, why: String) {
        let Some(intent) = self.intents.get_mut(&id) else { return };
        intent.attempts += 1;
        let (about, attempts) = (intent.about, intent.attempts);
        self.decided_plainly(about, Some(id), (Question::Answer, because), Some(why.clone()));
        if let Some(at) = self.rules.retry_at(&self.config.retry, attempts, self.now, id.0) {
            return self.again_in_a_later_run(id, at);
        }
        let ending = Ending::new(Outcome::DeadLettered, Rule::RetriesExhausted);
        self.settle(id, ending.saying(why));
    }
}
