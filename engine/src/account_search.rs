//! Looking an account up: by name and domain, and where several fit, by what hangs off them (DD-05 to DD-07, DD-14d).

use crate::{
    Account, AccountKey, OpportunityCount, RecordId, Row, Settings, Timestamp, Value,
    exchange::{SEPARATOR, Shape, Slot},
    search::Question,
};

/// A search for an account under way.
#[derive(Debug, Default)]
pub(crate) struct AccountSearch {
    pub(crate) key: AccountKey,
    pub(crate) found: Vec<Account>,
    /// The rows as they came: who made the accounts, and when.
    pub(crate) rows: Vec<Row>,
    pending: usize,
}

impl AccountSearch {
    /// A search by this key, and its first question.
    pub(crate) fn begin(key: AccountKey) -> (Self, Question) {
        let value = format!(
            "{}{SEPARATOR}{}",
            key.company.as_deref().unwrap_or_default(),
            key.domain.as_deref().unwrap_or_default()
        );
        let search = Self { key, pending: 1, ..Self::default() };
        (search, (Slot::Accounts, Shape::Accounts, value))
    }

    /// A search for accounts that are known by id, and its first question.
    pub(crate) fn of_records(ids: &[RecordId]) -> (Self, Question) {
        let ids: Vec<&str> = ids.iter().map(RecordId::as_str).collect();
        let search = Self { pending: 1, ..Self::default() };
        (search, (Slot::Accounts, Shape::AccountsById, ids.join(SEPARATOR)))
    }

    /// Rows arrived; the questions that come next.
    pub(crate) fn take(
        &mut self,
        slot: Slot,
        rows: Vec<Row>,
        settings: &Settings,
    ) -> Vec<Question> {
        self.pending = self.pending.saturating_sub(1);
        match slot {
            Slot::Accounts => return self.take_accounts(rows),
            Slot::Opportunities => {
                let counts = |row: &Row| counts_opportunity(row, settings);
                self.count(slot, &rows.into_iter().filter(counts).collect::<Vec<_>>());
            }
            Slot::AccountContacts => self.count(slot, &rows),
            _ => {}
        }
        Vec::new()
    }

    fn take_accounts(&mut self, rows: Vec<Row>) -> Vec<Question> {
        self.found = rows.iter().map(account_of).collect();
        self.rows = rows;
        if self.found.len() < 2 {
            return Vec::new();
        }
        let ids: Vec<&str> = self.found.iter().map(|it| it.id.as_str()).collect();
        let value = ids.join(SEPARATOR);
        self.pending = 2;
        vec![
            (Slot::Opportunities, Shape::OpportunitiesOf, value.clone()),
            (Slot::AccountContacts, Shape::ContactsOf, value),
        ]
    }

    fn count(&mut self, slot: Slot, rows: &[Row]) {
        for account in &mut self.found {
            let hangs = |row: &&Row| {
                row.get("AccountId").and_then(Value::text).as_deref() == Some(account.id.as_str())
            };
            let count = rows.iter().filter(hangs).count();
            match slot {
                Slot::Opportunities => account.opportunities = count,
                _ => account.contacts = count,
            }
        }
    }

    /// Whether everything asked so far was answered.
    pub(crate) fn is_answered(&self) -> bool {
        self.pending == 0
    }
}

/// Whether an opportunity counts: all do, or only open ones (K-17).
pub(crate) fn counts_opportunity(row: &Row, settings: &Settings) -> bool {
    settings.opportunity_count == OpportunityCount::All
        || row.get("IsClosed") != Some(&Value::Bool(true))
}

pub(crate) fn account_of(row: &Row) -> Account {
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
