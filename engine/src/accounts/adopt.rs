//! A duplicate rule of the org refused the account: which of those that it names is the company's? (FM-61a to FM-61d, AC-22d)
//!
//! The rule may have compared anything, so those that it names are read and ranked like any others (DD-05 to DD-07); the
//! decision says which rule it was. A rule that names none has refused. One that only alerts is overruled where the
//! setting `duplicate_alert` says so (FM-61b).

use super::push::AccountWork;
use crate::{
    Decision, Engine, IntentId, ObjectName, Question, RecordId, Refusal, Rule, Rules,
    account_search::AccountSearch,
    engine::words,
    intent::{Ending, Intent, Stage},
};

/// What became of an account's intent at duplicate rules.
#[derive(Debug, Default)]
pub(super) struct Duplicates {
    /// The refusal whose accounts are being read.
    pub(super) named: Option<Refusal>,
    /// The rule only alerts and is overruled.
    saves_anyway: bool,
}

impl AccountWork {
    /// Whether an alerting duplicate rule is overruled.
    pub(crate) fn saves_anyway(&self) -> bool {
        self.duplicates.saves_anyway
    }
}

impl<R: Rules> Engine<R> {
    /// The accounts that the rule named are read.
    pub(super) fn adopt_account(
        &mut self,
        id: IntentId,
        named: &[(ObjectName, RecordId)],
        refusal: &Refusal,
    ) {
        let Some(intent) = self.intents.get_mut(&id) else { return };
        intent.round += 1;
        intent.stage = Stage::Matching;
        let Some((_, work)) = intent.account() else { return };
        let ids: Vec<RecordId> = named.iter().map(|(_, id)| id.clone()).collect();
        let (search, question) = AccountSearch::of_records(&ids);
        work.look(search);
        work.duplicates.named = Some(refusal.clone());
        self.ask_all(id, vec![question]);
    }

    /// They were read: one of them is the company's.
    pub(super) fn on_named_accounts(&mut self, id: IntentId) {
        let Some((place, work)) = self.intents.get_mut(&id).and_then(Intent::account) else {
            return;
        };
        let search = work.searched();
        let Some(refusal) = work.duplicates.named.take() else { return };
        let chosen = self.rules.select_named_account(&search.found);
        let decision = Decision {
            question: Question::Account,
            because: chosen.because,
            chosen: chosen.account.as_ref().map(RecordId::to_string),
            rejected: words(&chosen.rejected),
            withheld: Vec::new(),
        };
        self.decided(place, Some(id), decision);
        let Some(account) = chosen.account else {
            return self.settle_refused(id, Rule::RefusedByDuplicateRule, &refusal);
        };
        let by = refusal.duplicate_rule.map(|(rule, _)| rule);
        self.decided_plainly(place, Some(id), (Question::Answer, Rule::AccountAdopted), by);
        self.company_is(place, &account);
        self.settle(id, Ending::no_op(Rule::AccountAdopted).at(&account));
    }

    /// The rule only alerts: the same account again, and the rule is overruled; once.
    pub(super) fn save_account_anyway(&mut self, id: IntentId, refusal: &Refusal) {
        let Some((place, work)) = self.intents.get_mut(&id).and_then(Intent::account) else {
            return;
        };
        if std::mem::replace(&mut work.duplicates.saves_anyway, true) {
            return self.settle_refused(id, Rule::RefusedByDuplicateRule, refusal);
        }
        self.insert_account(id, place);
    }
}
