//! The search whose result the team sees: once for every new address, once for every new company or domain (VI-02, VI-03,
//! DD-14d). It decides nothing that is written: every sync looks up again.

use crate::{
    Decision, Engine, Person, PersonKind, Question, RecordId, Row, Rule, Rules,
    account_search::AccountSearch,
    engine::words,
    exchange::{Ask, Asker, Got, Lane, Request, Slot, Ticket},
    profile::COMPANY,
    search::Search,
    visitor::{Record, Who},
};

/// What the team sees of a visitor's records, and the search for it.
#[derive(Debug, Default)]
pub(crate) struct Display {
    round: u32,
    attempts: u32,
    people: People,
    accounts: Accounts,
}

#[derive(Debug, Default)]
enum People {
    /// Nobody has searched, or there is nothing to search by.
    #[default]
    Unknown,
    Searching(Search),
    Answered,
}

#[derive(Debug, Default)]
struct Accounts {
    search: AccountSearch,
    is_stale: bool,
    account: Option<RecordId>,
}

impl Display {
    /// Whether the last search has an answer.
    pub(crate) fn has_answer(&self) -> bool {
        matches!(self.people, People::Answered)
    }

    /// A sync found out more than the search did.
    pub(crate) fn matched(&mut self, record: &Record) {
        if let (None, Some(account)) = (&self.accounts.account, &record.account) {
            self.accounts.account = Some(account.clone());
        }
        self.people = People::Answered;
    }

    /// The visitor's account.
    pub(crate) fn account(&self) -> Option<&RecordId> {
        self.accounts.account.as_ref()
    }
}

impl<R: Rules> Engine<R> {
    /// A new address became known.
    pub(crate) fn begin_display(&mut self, who: Who) {
        if let Some(visitor) = self.visitor_mut(who) {
            visitor.display.attempts = 0;
            visitor.display.accounts.is_stale = true;
        }
        self.search_people(who);
    }

    /// Searches again after a failure.
    pub(crate) fn search_for_display(&mut self, who: Who) {
        if let Some(visitor) = self.visitor_mut(who) {
            visitor.display.accounts.is_stale = true;
        }
        self.search_people(who);
        self.look_for_account(who);
    }

    fn search_people(&mut self, who: Who) {
        let Some(visitor) = self.visitors.get_mut(who) else { return };
        let Some((key, _)) = &visitor.email else { return };
        visitor.display.round += 1;
        let mut search = Search::default();
        let questions = search.next(key, &self.rules);
        visitor.display.people = People::Searching(search);
        self.ask_for_display(who, questions);
    }

    fn ask_for_display(&mut self, who: Who, questions: Vec<crate::search::Question>) {
        let Some(round) = self.visitor(who).map(|it| it.display.round) else { return };
        for (slot, shape, value) in questions {
            let ticket = Ticket { asker: Asker::Display(who), slot, round };
            self.ask(Request {
                ticket,
                lane: Lane::Background,
                ask: Ask::Read(shape, value.into()),
            });
        }
    }

    /// Looks for the account, if the company or the domain is news.
    pub(crate) fn look_for_account(&mut self, who: Who) {
        let Some(visitor) = self.visitors.get_mut(who) else { return };
        if visitor.email.is_none() {
            return;
        }
        let key = self.rules.account_key(visitor.profile.named(COMPANY), visitor.key());
        let accounts = &mut visitor.display.accounts;
        let is_news = accounts.search.key != key || std::mem::take(&mut accounts.is_stale);
        if key.is_empty() || !is_news {
            return;
        }
        let (search, question) = AccountSearch::begin(key);
        *accounts = Accounts { search, ..Accounts::default() };
        self.ask_for_display(who, vec![question]);
    }

    pub(crate) fn on_display_got(&mut self, who: Who, ticket: Ticket, got: Got) {
        if self.visitor(who).is_none_or(|it| it.display.round != ticket.round) {
            return;
        }
        match (got, ticket.slot) {
            (
                Got::Rows(rows),
                slot @ (Slot::Accounts | Slot::Opportunities | Slot::AccountContacts),
            ) => self.on_account_rows(who, slot, rows),
            (Got::Rows(rows), slot) => self.on_display_rows(who, slot, rows),
            (Got::Refused(refusal), slot) => {
                let text = format!(
                    "the search that the team sees was refused: {}: {}",
                    refusal.code, refusal.message
                );
                if self.stop_reading(slot, &refusal) {
                    return self.search_for_display(who);
                }
                self.alert(Some(who.into()), None, Rule::RefusedNoPermission, text);
            }
            (
                Got::Nothing { .. }
                | Got::Unknown
                | Got::Saved(_)
                | Got::Converted(_)
                | Got::Met(_),
                _,
            ) => {
                self.display_later(who);
            }
        }
    }

    /// A failed search says nothing; it is tried again (FM-06).
    fn display_later(&mut self, who: Who) {
        let Some(visitor) = self.visitor_mut(who) else { return };
        visitor.display.round += 1;
        visitor.display.attempts += 1;
        let attempts = visitor.display.attempts;
        self.later(Asker::Display(who), attempts);
    }

    fn on_display_rows(&mut self, who: Who, slot: Slot, rows: Vec<Row>) {
        let Some(visitor) = self.visitors.get_mut(who) else { return };
        let (People::Searching(search), Some((key, _))) =
            (&mut visitor.display.people, &visitor.email)
        else {
            return;
        };
        search.take(slot, rows);
        if !search.is_answered() {
            return;
        }
        let questions = search.next(key, &self.rules);
        if !questions.is_empty() {
            return self.ask_for_display(who, questions);
        }
        let found = self.rules.select_person(key, &search.found, &search.behind);
        let decision = Decision {
            question: Question::Match,
            because: found.because,
            chosen: found.target.map(|it| it.id.to_string()),
            rejected: words(&found.rejected),
            withheld: Vec::new(),
        };
        let target: Option<Person> = found.target.cloned();
        visitor.display.people = People::Answered;
        // A lead that a sync made meanwhile is no secret.
        let is_made = visitor
            .record
            .as_ref()
            .is_some_and(|it| self.ledger.records(key).iter().any(|(_, id)| *id == it.id));
        if target.is_some() || !is_made {
            visitor.record = target.as_ref().map(Record::of);
        }
        self.decided(who, None, decision);
        self.on_learned(who);
    }

    fn on_account_rows(&mut self, who: Who, slot: Slot, rows: Vec<Row>) {
        let settings = &self.config.settings;
        let Some(visitor) = self.visitors.get_mut(who) else { return };
        let search = &mut visitor.display.accounts.search;
        let questions = search.take(slot, rows, settings);
        if search.is_answered() {
            return self.choose_account(who);
        }
        self.ask_for_display(who, questions);
    }

    fn choose_account(&mut self, who: Who) {
        let Some(visitor) = self.visitors.get_mut(who) else { return };
        let accounts = &mut visitor.display.accounts;
        let chosen = self.rules.select_account(&accounts.search.key, &accounts.search.found);
        accounts.account.clone_from(&chosen.account);
        accounts.search.found = Vec::new();
        accounts.search.rows = Vec::new();
        let decision = Decision {
            question: Question::Account,
            because: chosen.because,
            chosen: chosen.account.as_ref().map(RecordId::to_string),
            rejected: words(&chosen.rejected),
            withheld: Vec::new(),
        };
        self.decided(who, None, decision);
    }
}

/// The kind of a matched record in words.
pub(crate) fn kind_word(kind: PersonKind) -> &'static str {
    kind.object()
}
