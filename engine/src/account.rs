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
    let domain = email.map(EmailKey::domain).filter(|it| !is_free_mail(it));
    AccountKey { company, domain: domain.map(str::to_owned) }
}

/// Whether a domain is that of a mail provider.
pub(crate) fn is_free_mail(domain: &str) -> bool {
    FREE_MAIL.binary_search(&domain).is_ok()
}

/// Chooses the visitor's account from those `found`.
pub fn select_account(key: &AccountKey, found: &[Account]) -> AccountMatch {
    best_of(found.iter().filter(|it| fits(key, it)).collect())
}

/// Chooses the company's account from those that a duplicate rule of the org named, whatever it compared (FM-61a).
pub fn select_named_account(named: &[Account]) -> AccountMatch {
    best_of(named.iter().collect())
}

fn best_of(mut fitting: Vec<&Account>) -> AccountMatch {
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

/// A company's domain as accounts are looked for by it; nothing for a mail provider's.
pub(crate) fn account_domain(domain: &str) -> Option<String> {
    let host = host_of(domain);
    (!host.is_empty() && FREE_MAIL.binary_search(&host.as_str()).is_err()).then_some(host)
}

pub(crate) fn rank(account: &Account) -> (usize, usize, Timestamp, Timestamp) {
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
pub(crate) fn host_of(website: &str) -> String {
    let lower = website.trim().to_lowercase();
    let rest = lower.split_once("://").map_or(lower.as_str(), |(_, rest)| rest);
    let host = rest.split(['/', '?', '#', ':']).next().unwrap_or_default();
    host.strip_prefix("www.").unwrap_or(host).to_owned()
}

pub(crate) fn tie_break(best: &Account, other: &Account) -> Rule {
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

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;
    use crate::normalise_email;

    #[test]
    fn an_unknown_company_has_no_account() {
        check("", expect!["none (account.none)"]);
        check("A Globex 9/9 @9", expect!["none (account.none)"]);
    }

    #[test]
    fn the_only_account_is_taken() {
        check("A Acme 0/0 @1", expect!["A (account.only_record)"]);
    }

    #[test]
    fn most_opportunities_win() {
        check(
            "B Acme 1/9 @9, A Acme 2/0 @1",
            expect!["A (account.most_opportunities) over B: account.most_opportunities"],
        );
    }

    #[test]
    fn then_most_contacts() {
        check(
            "A Acme 2/1 @9, B Acme 2/3 @1",
            expect!["B (account.most_contacts) over A: account.most_contacts"],
        );
    }

    #[test]
    fn then_the_last_modified() {
        check(
            "B Acme 2/3 @1, A Acme 2/3 @2",
            expect!["A (account.last_modified) over B: account.last_modified"],
        );
    }

    #[test]
    fn then_the_lowest_id_whatever_the_order() {
        check(
            "B Acme 2/3 @1, A Acme 2/3 @1",
            expect!["A (account.lowest_id) over B: account.lowest_id"],
        );
        check(
            "A Acme 2/3 @1, B Acme 2/3 @1",
            expect!["A (account.lowest_id) over B: account.lowest_id"],
        );
    }

    #[test]
    fn each_account_says_by_what_it_lost() {
        check(
            "A Acme 3/0 @1, B Acme 2/9 @9, C Acme 3/0 @0",
            expect![
                "A (account.last_modified) over C: account.last_modified, B: account.most_opportunities"
            ],
        );
    }

    #[test]
    fn names_are_compared_without_regard_to_case() {
        check("A ACME 0/0 @1", expect!["A (account.only_record)"]);
    }

    #[test]
    fn the_domain_of_the_address_finds_the_website() {
        check("A Other 0/0 @1 https://www.Acme.example/about", expect!["A (account.only_record)"]);
        check("A Other 0/0 @1 acme.example:443", expect!["A (account.only_record)"]);
        check("A Other 0/0 @1 acme.example.org", expect!["none (account.none)"]);
    }

    #[test]
    fn a_mail_providers_domain_tells_nothing() {
        let key = |email: &str| account_key(None, normalise_email(email).ok().as_ref());
        assert!(key("pat@gmail.com").is_empty());
        assert_eq!(key("pat@acme.example").domain.as_deref(), Some("acme.example"));
        assert!(account_key(Some("  "), None).is_empty());
        assert!(FREE_MAIL.is_sorted());
    }

    /// Accounts, each `id name opportunities/contacts @modified [website]`, for a visitor of Acme.
    #[track_caller]
    fn check(found: &str, expect: Expect) {
        let found: Vec<Account> =
            found.split(", ").filter(|it| !it.is_empty()).map(account).collect();
        let key = account_key(Some(" Acme "), normalise_email("pat@acme.example").ok().as_ref());
        let AccountMatch { account, because, rejected } = select_account(&key, &found);
        let account = account.map_or("none".to_owned(), |it| it.to_string());
        let rejected: Vec<String> =
            rejected.iter().map(|(id, rule)| format!("{id}: {rule}")).collect();
        let over = if rejected.is_empty() { "" } else { " over " };
        expect.assert_eq(&format!("{account} ({because}){over}{}", rejected.join(", ")));
    }

    fn account(line: &str) -> Account {
        let words: Vec<&str> = line.split(' ').collect();
        let (opportunities, contacts) = words[2].split_once('/').unwrap();
        let modified = Timestamp(words[3].trim_start_matches('@').parse().unwrap());
        Account {
            id: words[0].into(),
            name: words[1].to_owned(),
            website: words.get(4).map(|it| (*it).to_owned()),
            opportunities: opportunities.parse().unwrap(),
            contacts: contacts.parse().unwrap(),
            modified,
            stamped: modified,
        }
    }
}
