//! The search whose result the team sees: once for every new address, once for every new company or domain (VI-02, VI-03,
//! DD-14d). It decides nothing that is written: every sync looks up again.

use crate::{
    Account, AccountKey, Decision, Engine, Person, PersonKind, Question, RecordId, Row, Rule,
    Rules, Timestamp, Value,
    engine::words,
    exchange::{Ask, Asker, Got, Lane, Request, Shape, Slot, Ticket},
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
    key: AccountKey,
    found: Vec<Account>,
    pending: usize,
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
        let is_news = accounts.key != key || std::mem::take(&mut accounts.is_stale);
        if key.is_empty() || !is_news {
            return;
        }
        let value = format!(
            "{}{}{}",
            key.company.as_deref().unwrap_or_default(),
            crate::exchange::SEPARATOR,
            key.domain.as_deref().unwrap_or_default()
        );
        *accounts = Accounts { key, pending: 0, ..Accounts::default() };
        self.ask_for_display(who, vec![(Slot::Accounts, Shape::Accounts, value)]);
    }

    pub(crate) fn on_display_got(&mut self, who: Who, ticket: Ticket, got: Got) {
        if self.visitor(who).is_none_or(|it| it.display.round != ticket.round) {
            return;
        }
        match (got, ticket.slot) {
            (Got::Rows(rows), Slot::Accounts) => self.on_accounts(who, rows),
            (Got::Rows(rows), Slot::Opportunities | Slot::AccountContacts) => {
                self.on_account_rows(who, ticket.slot, &rows);
            }
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
            (Got::Nothing { .. } | Got::Unknown | Got::Saved(_), _) => self.display_later(who),
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

    fn on_accounts(&mut self, who: Who, rows: Vec<Row>) {
        let found: Vec<Account> = rows.iter().map(account_of).collect();
        let ids: Vec<&str> = found.iter().map(|it| it.id.as_str()).collect();
        let value = ids.join(crate::exchange::SEPARATOR);
        let Some(visitor) = self.visitor_mut(who) else { return };
        let is_tie = found.len() > 1;
        visitor.display.accounts.found = found;
        if !is_tie {
            return self.choose_account(who);
        }
        visitor.display.accounts.pending = 2;
        let questions = vec![
            (Slot::Opportunities, Shape::OpportunitiesOf, value.clone()),
            (Slot::AccountContacts, Shape::ContactsOf, value),
        ];
        self.ask_for_display(who, questions);
    }

    fn on_account_rows(&mut self, who: Who, slot: Slot, rows: &[Row]) {
        let Some(visitor) = self.visitor_mut(who) else { return };
        let accounts = &mut visitor.display.accounts;
        for account in &mut accounts.found {
            let hangs = |row: &&Row| {
                row.get("AccountId").and_then(Value::text).as_deref() == Some(account.id.as_str())
            };
            let count = rows.iter().filter(hangs).count();
            match slot {
                Slot::Opportunities => account.opportunities = count,
                _ => account.contacts = count,
            }
        }
        accounts.pending = accounts.pending.saturating_sub(1);
        if accounts.pending == 0 {
            self.choose_account(who);
        }
    }

    fn choose_account(&mut self, who: Who) {
        let Some(visitor) = self.visitors.get_mut(who) else { return };
        let accounts = &mut visitor.display.accounts;
        let chosen = self.rules.select_account(&accounts.key, &accounts.found);
        accounts.account.clone_from(&chosen.account);
        accounts.found = Vec::new();
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

fn account_of(row: &Row) -> Account {
    let text = |field: &str| row.get(field).and_then(Value::text).map(std::borrow::Cow::into_owned);
    let instant = |field: &str| match row.get(field) {
        Some(Value::Instant(at)) => *at,
        _ => Timestamp(i64::MIN),
    };
    Account {
        id: row.id.clone(),
        name: text("Name").unwrap_or_default(),
        website: text("Website"),
        opportunities: 0,
        contacts: 0,
        modified: instant("LastModifiedDate"),
        stamped: instant("SystemModstamp"),
    }
}

/// The kind of a matched record in words.
pub(crate) fn kind_word(kind: PersonKind) -> &'static str {
    kind.object()
}
