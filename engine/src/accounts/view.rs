//! What admins see: an Account 360, and a Signals account list (AC-02, AC-07, AC-08, AC-12 to AC-19).

use std::collections::BTreeMap;

use super::{CompanyState, Known, ListState};
use crate::{
    AccountOffer, AccountStanding, CompanyId, Engine, FieldName, ListId, RecordId, Rule, Rules,
};

/// What an Account 360 shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AccountView {
    /// Named fields; one that does not apply is absent.
    pub fields: BTreeMap<String, String>,
}

/// What a Signals account list shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListView {
    /// Named fields; one that does not apply is absent.
    pub fields: BTreeMap<String, String>,
}

/// Hint for a company that a list push left over (AC-16).
const TRY_ACCOUNT_360: &str = "try_account_360";
/// What a list offers.
const PUSH_ACCOUNTS: &str = "push_accounts";

impl<R: Rules> Engine<R> {
    fn is_enabled(&self) -> bool {
        self.config.signals.as_ref().is_some_and(|it| it.is_enabled)
    }

    /// What the Account 360 of a company shows.
    pub fn account_view(&self, company: &CompanyId) -> Option<AccountView> {
        let state = self.accounts.get(self.accounts.find(company)?)?;
        let standing = AccountStanding {
            is_enabled: self.is_enabled(),
            is_missing: state.known == Known::Missing,
            has_failed: state.failure.is_some(),
            is_under_way: state.under_way > 0,
        };
        let mut fields = BTreeMap::new();
        let mut put = |name: &str, value: Option<String>| {
            if let Some(value) = value {
                fields.insert(name.to_owned(), value);
            }
        };
        put("icp", Some(state.company.is_icp.to_string()));
        put("engagement_intent", Some(state.company.intent.word().to_owned()));
        put("matched_account", state.known.account().map(RecordId::to_string));
        put(
            "offers",
            self.rules.account_offer(standing).map(|it| AccountOffer::word(it).to_owned()),
        );
        put("notice", state.notice.map(|it| it.id().to_owned()));
        put("hints", state.is_left_over.then(|| TRY_ACCOUNT_360.to_owned()));
        put_failure(state, &mut put);
        for (field, value) in &state.company.fields {
            put(&format!("account.{field}"), Some(value.clone()));
        }
        Some(AccountView { fields })
    }

    /// What a Signals account list shows.
    pub fn list_view(&self, list: &ListId) -> Option<ListView> {
        let list = self.accounts.list(self.accounts.find_list(list)?)?;
        let mut fields = BTreeMap::new();
        let mut put = |name: &str, value: Option<String>| {
            if let Some(value) = value {
                fields.insert(name.to_owned(), value);
            }
        };
        if let Some(shown) = &list.shown {
            put("accounts", self.accounts.names(shown));
            put("count", Some(shown.len().to_string()));
        }
        let offers = self.is_enabled() && list.job.is_none();
        put("offers", offers.then(|| PUSH_ACCOUNTS.to_owned()));
        put("job", Some(if list.job.is_some() { "running" } else { "none" }.to_owned()));
        put("notice", list.notice.map(Rule::id).map(str::to_owned));
        let advice = self.rules.list_hints(&list.filter).into_iter().map(str::to_owned);
        let hints: Vec<String> = self.hints_for(list).chain(advice).collect();
        put("hints", (!hints.is_empty()).then(|| hints.join(", ")));
        Some(ListView { fields })
    }

    fn hints_for<'a>(&'a self, list: &'a ListState) -> impl Iterator<Item = String> + 'a {
        let left = list.left_over.iter().filter_map(|it| self.accounts.get(*it));
        left.filter(|it| it.is_left_over).map(|it| format!("{TRY_ACCOUNT_360} {}", it.id))
    }
}

fn put_failure(state: &CompanyState, put: &mut impl FnMut(&str, Option<String>)) {
    let Some(failure) = &state.failure else { return };
    put("error_code", Some(failure.code.clone()));
    put("error_message", Some(failure.message.clone()));
    let fields: Vec<&str> = failure.fields.iter().map(FieldName::as_str).collect();
    put("error_fields", (!fields.is_empty()).then(|| fields.join(", ")));
}
