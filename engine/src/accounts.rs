//! Signals at work: companies are looked up, lists evaluated, and accounts written by list or singly (AC-01 to AC-22d).
//!
//! A list push is an intent of its own: it evaluates the list if nobody has, opens one intent for each company on it, and
//! when all of them are settled evaluates the list again (AC-12). One company that fails stops no other (AC-15).

mod adopt;
mod click;
mod list;
mod look;
mod push;
mod view;

use std::collections::{BTreeMap, BTreeSet};

pub use self::view::{AccountView, ListView};
pub(crate) use self::{list::ListWork, push::AccountWork};
use crate::{
    Company, CompanyId, FieldName, IntentId, ListFilter, ListId, RecordId, Rule, Signals,
    account_search::AccountSearch,
};

/// A company's place among those that visited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct CompanyPlace(usize);

/// A list's place among the account lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ListPlace(usize);

/// The companies and lists as they stand.
#[derive(Debug, Default)]
pub(crate) struct Accounts {
    companies: Vec<CompanyState>,
    lists: Vec<ListState>,
}

/// A company as it stands.
#[derive(Debug)]
struct CompanyState {
    id: CompanyId,
    company: Company,
    known: Known,
    /// Why the last creation failed.
    failure: Option<Failure>,
    /// Intents about it that are not settled.
    under_way: u32,
    /// Whether a list push left it over.
    is_left_over: bool,
    /// Why the last click was not taken.
    notice: Option<Rule>,
    search: AccountSearch,
    round: u32,
    attempts: u32,
}

/// What is known of a company's account.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Known {
    /// Nobody has looked, or nobody could.
    Unknown,
    /// It has none.
    Missing,
    /// It has this one.
    In(RecordId),
}

impl Known {
    fn account(&self) -> Option<&RecordId> {
        match self {
            Self::In(account) => Some(account),
            Self::Unknown | Self::Missing => None,
        }
    }
}

/// Why a creation failed, in Salesforce's words (AC-19).
#[derive(Debug, Clone)]
struct Failure {
    code: String,
    message: String,
    fields: Vec<FieldName>,
}

/// An account list as it stands.
#[derive(Debug)]
struct ListState {
    id: ListId,
    filter: ListFilter,
    /// What it showed when it was last evaluated.
    shown: Option<Vec<CompanyPlace>>,
    /// Companies whose lookup the evaluation waits for.
    waits_for: BTreeSet<CompanyPlace>,
    /// The push under way.
    job: Option<IntentId>,
    /// Companies that the last push could not create.
    left_over: Vec<CompanyPlace>,
    /// Why the last click was not taken.
    notice: Option<Rule>,
}

impl Accounts {
    /// The companies and lists that are configured, with nothing known of them.
    pub(crate) fn of(signals: Option<&Signals>) -> Self {
        let Some(signals) = signals else { return Self::default() };
        let companies = signals.companies.iter().map(|(id, company)| CompanyState {
            id: id.clone(),
            company: company.clone(),
            known: Known::Unknown,
            failure: None,
            under_way: 0,
            is_left_over: false,
            notice: None,
            search: AccountSearch::default(),
            round: 0,
            attempts: 0,
        });
        let lists = signals.lists.iter().map(|(id, filter)| ListState {
            id: id.clone(),
            filter: filter.clone(),
            shown: None,
            waits_for: BTreeSet::new(),
            job: None,
            left_over: Vec::new(),
            notice: None,
        });
        Self { companies: companies.collect(), lists: lists.collect() }
    }

    fn find(&self, id: &CompanyId) -> Option<CompanyPlace> {
        self.companies.iter().position(|it| it.id == *id).map(CompanyPlace)
    }

    fn find_list(&self, id: &ListId) -> Option<ListPlace> {
        self.lists.iter().position(|it| it.id == *id).map(ListPlace)
    }

    fn get(&self, place: CompanyPlace) -> Option<&CompanyState> {
        self.companies.get(place.0)
    }

    fn get_mut(&mut self, place: CompanyPlace) -> Option<&mut CompanyState> {
        self.companies.get_mut(place.0)
    }

    fn list(&self, place: ListPlace) -> Option<&ListState> {
        self.lists.get(place.0)
    }

    fn list_mut(&mut self, place: ListPlace) -> Option<&mut ListState> {
        self.lists.get_mut(place.0)
    }

    /// The company's name outside the engine.
    pub(crate) fn company_id(&self, place: CompanyPlace) -> Option<&CompanyId> {
        self.get(place).map(|it| &it.id)
    }

    /// The list's name outside the engine.
    pub(crate) fn list_id(&self, place: ListPlace) -> Option<&ListId> {
        self.list(place).map(|it| &it.id)
    }

    /// The names of companies, for a decision.
    fn names(&self, places: &[CompanyPlace]) -> Option<String> {
        let names: BTreeMap<CompanyPlace, &str> = places
            .iter()
            .filter_map(|it| self.get(*it).map(|company| (*it, company.id.as_str())))
            .collect();
        (!names.is_empty()).then(|| names.into_values().collect::<Vec<_>>().join(", "))
    }
}
