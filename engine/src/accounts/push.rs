//! One company becomes an account: look again, write, and after a lost answer read back (AC-01, AC-05, AC-15, AC-19, AC-22d,
//! FM-08, FM-25).

use super::{CompanyPlace, Failure, Known, ListPlace, adopt::Duplicates};
use crate::{
    AccountDeed, Decision, Engine, IntentId, Outcome, Question, RecordId, Refusal, RefusedWrite,
    Rule, Rules, SaveOperation, SaveRow, Settled, Timestamp, Value, Verdict,
    about::About,
    account_search::AccountSearch,
    engine::words,
    exchange::Slot,
    intent::{Ending, Intent, Stage, Work},
};

/// What an account's intent is after, and how far it got.
#[derive(Debug)]
pub(crate) struct AccountWork {
    list: Option<ListPlace>,
    search: AccountSearch,
    sent_at: Option<Timestamp>,
    /// Since when nobody knows whether it was written.
    doubt: Option<Timestamp>,
    refusal: Option<Refusal>,
    pub(super) duplicates: Duplicates,
}

impl AccountWork {
    /// Of an Account 360.
    pub(super) fn single() -> Self {
        let search = AccountSearch::default();
        let duplicates = Duplicates::default();
        Self { list: None, search, sent_at: None, doubt: None, refusal: None, duplicates }
    }

    /// Of a list push.
    pub(super) fn of_list(list: ListPlace) -> Self {
        Self { list: Some(list), ..Self::single() }
    }

    /// Begins another search.
    pub(super) fn look(&mut self, search: AccountSearch) {
        self.search = search;
    }

    /// What the search found.
    pub(super) fn searched(&mut self) -> AccountSearch {
        std::mem::take(&mut self.search)
    }

    pub(super) fn list(&self) -> Option<ListPlace> {
        self.list
    }

    /// Whether somebody waits in front of an Account 360.
    pub(crate) fn is_single(&self) -> bool {
        self.list.is_none()
    }

    /// Nobody knows whether it was written.
    pub(crate) fn doubt(&mut self) {
        self.doubt = self.doubt.or(self.sent_at);
    }
}

impl Intent {
    pub(super) fn account(&mut self) -> Option<(CompanyPlace, &mut AccountWork)> {
        match (self.about, &mut self.work) {
            (About::Account(place), Work::Account(work)) => Some((place, work)),
            _ => None,
        }
    }
}

impl<R: Rules> Engine<R> {
    /// Every creation looks again before it writes.
    pub(crate) fn search_account(&mut self, id: IntentId) {
        let Some(intent) = self.intents.get_mut(&id) else { return };
        intent.round += 1;
        intent.stage = Stage::Matching;
        let Some((place, work)) = intent.account() else { return };
        work.duplicates.named = None;
        let Some(state) = self.accounts.get(place) else { return };
        let key = self.rules.key_of_company(&state.company);
        if key.is_empty() {
            work.search = AccountSearch::default();
            return self.on_company_matched(id);
        }
        let (search, question) = AccountSearch::begin(key);
        work.search = search;
        self.ask_all(id, vec![question]);
    }

    pub(crate) fn on_matching_rows(&mut self, id: IntentId, slot: Slot, rows: Vec<crate::Row>) {
        let Some((_, work)) = self.intents.get_mut(&id).and_then(Intent::account) else { return };
        let questions = work.search.take(slot, rows, &self.config.settings);
        if work.search.is_answered() {
            return self.on_company_matched(id);
        }
        self.ask_all(id, questions);
    }

    fn on_company_matched(&mut self, id: IntentId) {
        let Some((place, work)) = self.intents.get_mut(&id).and_then(Intent::account) else {
            return;
        };
        if work.duplicates.named.is_some() {
            return self.on_named_accounts(id);
        }
        let search = work.searched();
        let doubt = work.doubt.take();
        let chosen = self.rules.select_account(&search.key, &search.found);
        let decision = Decision {
            question: Question::Account,
            because: chosen.because,
            chosen: chosen.account.as_ref().map(RecordId::to_string),
            rejected: words(&chosen.rejected),
            withheld: Vec::new(),
        };
        self.decided(place, Some(id), decision);
        if let (Some(since), Some(account)) = (doubt, &chosen.account)
            && self.is_made_by_us(&search, account, since)
        {
            let answer = (Question::Answer, Rule::ConfirmedByReadBack);
            self.decided_plainly(place, Some(id), answer, Some(account.to_string()));
            return self.on_account_saved(id, account);
        }
        match (self.rules.account_deed(chosen.account.as_ref()), chosen.account) {
            (AccountDeed::Leave, Some(account)) => {
                self.company_is(place, &account);
                self.settle(id, Ending::no_op(Rule::AccountExists).at(&account));
            }
            (AccountDeed::Create | AccountDeed::Leave, _) => self.insert_account(id, place),
        }
    }

    /// The account that we made when nobody knew whether we did (FM-08).
    fn is_made_by_us(&self, search: &AccountSearch, account: &RecordId, since: Timestamp) -> bool {
        let second = Timestamp(since.0 - since.0.rem_euclid(1000));
        let row = search.rows.iter().find(|it| it.id == *account);
        row.is_some_and(|it| {
            it.get("CreatedById").and_then(Value::text).as_deref()
                == Some(self.config.org_user.as_str())
                && matches!(it.get("CreatedDate"), Some(Value::Instant(at)) if *at >= second)
        })
    }

    pub(super) fn insert_account(&mut self, id: IntentId, place: CompanyPlace) {
        let Some(state) = self.accounts.get_mut(place) else { return };
        state.known = Known::Missing;
        let plan = self.rules.account_fields(&state.company, &self.config);
        if !plan.dropped.is_empty() {
            let text =
                plan.dropped.iter().map(|it| format!("{it} does not fit its type and is left out"));
            let text = text.collect::<Vec<_>>().join("; ");
            self.alert(Some(place.into()), Some(id), Rule::FieldDropped, text);
        }
        self.decided_plainly(place, Some(id), (Question::Fields, Rule::AccountMapped), None);
        let now = self.now;
        if let Some((_, work)) = self.intents.get_mut(&id).and_then(Intent::account) {
            work.sent_at = Some(now);
        }
        let row = SaveRow { id: None, fields: plan.fields };
        self.save(id, "Account", SaveOperation::Create, row);
    }

    pub(crate) fn on_account_saved(&mut self, id: IntentId, account: &RecordId) {
        let Some((place, _)) = self.intents.get_mut(&id).and_then(Intent::account) else { return };
        self.company_is(place, account);
        self.settle(id, Ending::new(Outcome::Created, Rule::AccountCreated).at(account));
    }

    pub(super) fn company_is(&mut self, place: CompanyPlace, account: &RecordId) {
        if let Some(state) = self.accounts.get_mut(place) {
            state.known = Known::In(account.clone());
            state.failure = None;
            state.is_left_over = false;
        }
    }

    /// Salesforce said no: its words are shown, and somebody decides what to change (AC-19, AC-20).
    pub(crate) fn on_account_refused(&mut self, id: IntentId, refusal: &Refusal) {
        let write = RefusedWrite { object: "Account", operation: Some(SaveOperation::Create) };
        let because = match self.rules.classify_refusal(&write, refusal, &self.config) {
            Verdict::Transient | Verdict::SessionExpired | Verdict::LimitReached => {
                return self.pause(id, Rule::RetryUnavailable, refusal.code.clone());
            }
            Verdict::SearchAnew => return self.restart(id, Rule::LostRace, &refusal.code),
            Verdict::AdoptDuplicate(named) => return self.adopt_account(id, &named, refusal),
            Verdict::SaveAnyway => return self.save_account_anyway(id, refusal),
            Verdict::Permanent(because) => because,
            _ => Rule::RefusedOther,
        };
        self.settle_refused(id, because, refusal);
    }

    /// Salesforce's words, should the intent end with them.
    pub(crate) fn keep_refusal(&mut self, id: IntentId, refusal: &Refusal) {
        let Some((place, work)) = self.intents.get_mut(&id).and_then(Intent::account) else {
            return;
        };
        work.refusal = Some(refusal.clone());
        let answer = (Question::Answer, Rule::AccountRefused);
        self.decided_plainly(place, Some(id), answer, Some(refusal.code.clone()));
    }

    /// An account's intent is settled.
    pub(crate) fn after_account(&mut self, id: IntentId, intent: &Intent, settled: &Settled) {
        let (About::Account(place), Work::Account(work)) = (intent.about, &intent.work) else {
            return;
        };
        let has_failed = matches!(settled.outcome, Outcome::Refused | Outcome::DeadLettered);
        if let Some(state) = self.accounts.get_mut(place) {
            state.under_way = state.under_way.saturating_sub(1);
            if has_failed {
                state.failure = Some(Failure::of(work.refusal.as_ref(), settled));
            }
        }
        if let Some(list) = intent.pushed_by() {
            self.on_company_settled(list, id, settled.outcome);
        }
    }

    /// An account's intent was opened.
    pub(crate) fn before_account(&mut self, about: About) {
        let About::Account(place) = about else { return };
        if let Some(state) = self.accounts.get_mut(place) {
            state.under_way += 1;
            state.notice = None;
        }
    }

    /// What no two intents write at the same time: the company, whichever of its entries they are about.
    pub(crate) fn company_text(&self, place: CompanyPlace) -> Option<String> {
        let state = self.accounts.get(place)?;
        let key = self.rules.key_of_company(&state.company);
        let name = key.company.map(|it| it.to_lowercase());
        Some(key.domain.or(name).unwrap_or_else(|| state.id.to_string()))
    }

    /// Whether a got is about a write.
    pub(crate) fn is_account(&self, id: IntentId) -> bool {
        matches!(self.intents.get(&id).map(|it| &it.work), Some(Work::Account(_)))
    }
}

impl Failure {
    fn of(refusal: Option<&Refusal>, settled: &Settled) -> Self {
        match refusal {
            Some(refusal) => Self {
                code: refusal.code.clone(),
                message: refusal.message.clone(),
                fields: refusal.fields.clone(),
            },
            None => Self {
                code: settled.because.id().to_owned(),
                message: settled.detail.clone(),
                fields: Vec::new(),
            },
        }
    }
}
