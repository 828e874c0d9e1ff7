//! What a run decides for its jobs and sends, all in one call: whose the contact is, which account it joins, what is asked
//! for (LL-24 to LL-32).

use std::collections::BTreeSet;

use super::reading::company_of;
use crate::{
    Decision, Engine, IntentId, Outcome, Person, Question, RecordId, Rule, Rules, SaveRow,
    engine::words,
    exchange::{Ask, Part, Slot},
    intent::Ending,
};

impl<R: Rules> Engine<R> {
    /// Decides once; a job whose contact nobody can own fails.
    pub(super) fn decide_conversion_owner(&mut self, id: IntentId) {
        let Some(about) = self.intents.get(&id).map(|it| it.about) else { return };
        let Some(work) = self.job(id) else { return };
        let lead_owner = work.lead.as_ref().and_then(Person::owner);
        let users = &self.workflows.users;
        let owner =
            self.rules.convert_owner(&work.options, lead_owner.as_ref(), users, &self.config);
        match owner {
            Ok(owner) => {
                let decision = Decision {
                    question: Question::Owner,
                    because: owner.because,
                    chosen: Some(owner.owner.to_string()),
                    rejected: owner.rejected.clone(),
                    withheld: Vec::new(),
                };
                self.decided(about, Some(id), decision);
                if let Some(work) = self.job_mut(id) {
                    work.owner = Some(owner);
                }
            }
            Err(because) => {
                let text =
                    "nobody can own the contact: choose a user or a fallback user".to_owned();
                self.alert(Some(about), Some(id), because, text.clone());
                self.settle(id, Ending::new(Outcome::Refused, because).saying(text));
            }
        }
    }

    /// One call for every job that is left.
    pub(super) fn convert_together(&mut self) {
        let mut new_accounts = BTreeSet::new();
        let mut requests = Vec::new();
        for id in self.members() {
            if !self.choose_conversion_account(id, &mut new_accounts) {
                let now = self.now;
                self.again_in_a_later_run(id, now);
                continue;
            }
            if let Some(row) = self.conversion_row(id) {
                requests.extend(self.request_of_run(id, Slot::Save, Ask::Convert(row)));
            }
        }
        if !requests.is_empty() {
            self.send_together(Part::Convert(requests));
        }
    }

    /// Chooses the account; false when another job of this run is about to make it.
    pub(super) fn choose_conversion_account(
        &mut self,
        id: IntentId,
        new_accounts: &mut BTreeSet<String>,
    ) -> bool {
        let Some(about) = self.intents.get(&id).map(|it| it.about) else { return false };
        let Some(work) = self.job(id) else { return false };
        let company = company_of(work).unwrap_or_default();
        let settings = &self.config.settings;
        let chosen = self.rules.convert_account(&company, &work.accounts, &work.options, settings);
        let is_made = chosen.account.is_none()
            && self.rules.looks_for_account(&work.options)
            && !new_accounts.insert(company.trim().to_lowercase());
        if is_made {
            let because = (Question::Account, Rule::ConvertAwaitsAccount);
            self.decided_plainly(about, Some(id), because, None);
            return false;
        }
        let decision = Decision {
            question: Question::Account,
            because: chosen.because,
            chosen: chosen.account.as_ref().map(RecordId::to_string),
            rejected: words(&chosen.rejected),
            withheld: Vec::new(),
        };
        self.decided(about, Some(id), decision);
        if chosen.account.is_some() {
            let attached = (Question::Account, Rule::ConvertExistingAccount);
            let account = chosen.account.as_ref().map(RecordId::to_string);
            self.decided_plainly(about, Some(id), attached, account);
        }
        if let Some(work) = self.job_mut(id) {
            work.account = chosen.account;
        }
        true
    }

    pub(super) fn conversion_row(&mut self, id: IntentId) -> Option<SaveRow> {
        let about = self.intents.get(&id)?.about;
        let work = self.job(id)?;
        let (lead, owner) = (work.lead.as_ref()?, work.owner.as_ref()?);
        let options = &work.options;
        let fields = self.rules.convert_fields(lead, work.account.as_ref(), &owner.owner, options);
        let row = SaveRow { id: Some(lead.id.clone()), fields };
        let reasons = [
            if options.opportunity { Rule::ConvertOpportunity } else { Rule::ConvertNoOpportunity },
            if options.notify { Rule::ConvertNotify } else { Rule::ConvertSilent },
        ];
        for because in reasons {
            self.decided_plainly(about, Some(id), (Question::Fields, because), None);
        }
        Some(row)
    }
}
