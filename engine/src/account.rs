//! Which account is the visitor's?
//!
//! Of several accounts for the visitor's company or e-mail domain it is the one with the most opportunities (DD-05), then
//! with the most contacts (DD-06), then the last modified (DD-07), then the one with the later system modstamp or the
//! lowest id (DD-10d). All opportunities count, open or not (K-17). Nothing is written; the choice and its tie-break are
//! shown (DD-14d). Names are compared trimmed and without regard to case (K-26). Free-mail domains tell nothing about a
//! company (FM-75).

use std::cmp::Reverse;

use crate::{EmailKey, RecordId, Rule, Timestamp};

/// Mail providers whose domains say nothing about the company of whoever uses them.
const FREE_MAIL: &[&str] = &[
    "aol.com",
    "gmail.com",
    "gmx.com",
    "gmx.de",
    "gmx.net",
    "googlemail.com",
    "hotmail.com",
    "icloud.com",
    "live.com",
    "mail.com",
    "mail.ru",
    "me.com",
    "msn.com",
    "outlook.com",
    "proton.me",
    "protonmail.com",
    "qq.com",
    "t-online.de",
    "web.de",
    "yahoo.co.uk",
    "yahoo.com",
    "yandex.ru",
    "zoho.com",
];

/// An account, as queries found it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// The record's id.
    pub id: RecordId,
    /// The account's name.
    pub name: String,
    /// The account's website, as the CRM holds it.
    pub website: Option<String>,
    /// How many opportunities hang off it, open or not.
    pub opportunities: usize,
    /// How many contacts hang off it.
    pub contacts: usize,
    /// When it was last modified.
    pub modified: Timestamp,
    /// When anything about it was last touched.
    pub stamped: Timestamp,
}

/// What an account is looked for by.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AccountKey {
    /// The company's name, trimmed.
    pub company: Option<String>,
    /// The domain of the visitor's address, unless it is a mail provider's.
    pub domain: Option<String>,
}

impl AccountKey {
    /// Whether there is nothing to look for.
    pub fn is_empty(&self) -> bool {
        self.company.is_none() && self.domain.is_none()
    }
}

/// An answer to "which account is the visitor's?".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountMatch {
    /// The account, if there is one.
    pub account: Option<RecordId>,
    /// The rule that chose it.
    pub because: Rule,
    /// The accounts that were passed over.
    pub rejected: Vec<(RecordId, Rule)>,
}

/// What to look for accounts by.
pub fn account_key(company: Option<&str>, email: Option<&EmailKey>) -> AccountKey {
    let company = company.map(str::trim).filter(|it| !it.is_empty()).map(str::to_owned);
    let domain = email.map(EmailKey::domain).filter(|it| FREE_MAIL.binary_search(it).is_err());
    AccountKey { company, domain: domain.map(str::to_owned) }
}

/// Chooses the visitor's account from those `found`.
pub fn select_account(key: &AccountKey, found: &[Account]) -> AccountMatch {
    let mut fitting: Vec<&Account> = found.iter().filter(|it| fits(key, it)).collect();
    fitting.sort_by_key(|it| (Reverse(rank(it)), it.id.clone()));
    let mut ranked = fitting.into_iter();
    let Some(best) = ranked.next() else {
        return AccountMatch { account: None, because: Rule::AccountNone, rejected: Vec::new() };
    };
    let rejected: Vec<(RecordId, Rule)> =
        ranked.map(|it| (it.id.clone(), tie_break(best, it))).collect();
    let because =
        rejected.first().map_or(Rule::AccountOnly, |(_, runner_up_lost_by)| *runner_up_lost_by);
    AccountMatch { account: Some(best.id.clone()), because, rejected }
}

fn rank(account: &Account) -> (usize, usize, Timestamp, Timestamp) {
    (account.opportunities, account.contacts, account.modified, account.stamped)
}

fn fits(key: &AccountKey, account: &Account) -> bool {
    let by_name = key.company.as_deref().is_some_and(|it| same_name(it, &account.name));
    let host = account.website.as_deref().map(host_of);
    by_name || (key.domain.is_some() && host == key.domain)
}

fn same_name(one: &str, other: &str) -> bool {
    one.trim().to_lowercase() == other.trim().to_lowercase()
}

/// The host of a website as people write it: `https://www.acme.example/about` is `acme.example`.
fn host_of(website: &str) -> String {
    let lower = website.trim().to_lowercase();
    let rest = lower.split_once("://").map_or(lower.as_str(), |(_, rest)| rest);
    let host = rest.split(['/', '?', '#', ':']).next().unwrap_or_default();
    host.strip_prefix("www.").unwrap_or(host).to_owned()
}

fn tie_break(best: &Account, other: &Account) -> Rule {
    if best.opportunities != other.opportunities {
        Rule::AccountMostOpportunities
    } else if best.contacts != other.contacts {
        Rule::AccountMostContacts
    } else if (best.modified, best.stamped) == (other.modified, other.stamped) {
        Rule::AccountLowestId
    } else {
        Rule::AccountLastModified
    }
}
