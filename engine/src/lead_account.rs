//! Which account does this lead match?
//!
//! The domain of the lead's e-mail address, its website and its company's name are compared with each account: the host of
//! its website, the domains of its contacts' addresses, its name. A domain is the same or a part of it (`mail.globex.com` is
//! Globex's, `notglobex.com` is not); names are compared once both are normalised (`company_name`). The strongest
//! criterion wins; accounts that fit by the same one are told apart as a visitor's are: most opportunities, most contacts,
//! last modified, lowest id (DD-05 to DD-07). Mail providers and domains for tests tell nothing (FM-75, MM-01, MM-04).

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

use crate::{
    Account, Criterion, RecordId, Rule, account, company_name::company_key, email::normalise_email,
};

/// Domains that nobody's company has.
const TEST_DOMAINS: &[&str] =
    &["example.com", "example.net", "example.org", "localhost", "mailinator.com", "test.com"];

/// What an account is found for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LeadKeys {
    /// The domain of its e-mail address, unless that says nothing.
    pub domain: Option<String>,
    /// The host of its website.
    pub website: Option<String>,
    /// The normalised name of its company.
    pub company: Option<String>,
    /// The domain of its address that says nothing about a company.
    pub says_nothing: Option<String>,
}

/// What a lead says about its company.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LeadWords<'a> {
    /// The e-mail address.
    pub email: &'a str,
    /// The website.
    pub website: &'a str,
    /// The company's name.
    pub company: &'a str,
}

/// An account, and the domains of its contacts' addresses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountCard {
    /// The account.
    pub account: Account,
    /// The domains.
    pub domains: BTreeSet<String>,
}

/// The account of a lead, and why it is that one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeadMatch {
    /// The account, if there is one.
    pub account: Option<RecordId>,
    /// The rule that chose it.
    pub because: Rule,
    /// The accounts that were passed over, and a domain that says nothing.
    pub rejected: Vec<(String, Rule)>,
}

/// What to look for accounts by; `excluded` are domains that say nothing about a company in this org.
pub fn lead_keys(words: &LeadWords<'_>, excluded: &[String]) -> LeadKeys {
    let says_nothing = |it: &String| {
        account::is_free_mail(it)
            || TEST_DOMAINS.binary_search(&it.as_str()).is_ok()
            || excluded.iter().any(|other| other.eq_ignore_ascii_case(it))
    };
    let domain = normalise_email(words.email).ok().map(|it| it.domain().to_owned());
    let (nothing, domain): (Vec<_>, Vec<_>) = domain.into_iter().partition(says_nothing);
    let website = Some(account::host_of(words.website)).filter(|it| it.contains('.'));
    LeadKeys {
        domain: domain.into_iter().next(),
        website: website.filter(|it| !says_nothing(it)),
        company: company_key(words.company),
        says_nothing: nothing.into_iter().next(),
    }
}

/// Chooses the lead's account.
pub fn match_lead(keys: &LeadKeys, cards: &[AccountCard], by: &[Criterion]) -> LeadMatch {
    let fits = |card: &AccountCard| by.iter().position(|it| fits_by(*it, keys, card));
    let fitting = cards.iter().filter_map(|card| Some((fits(card)?, &card.account)));
    let mut fitting: Vec<(usize, &Account)> = fitting.collect();
    fitting.sort_by_key(|(place, it)| (*place, Reverse(account::rank(it)), it.id.clone()));
    let nothing = keys.says_nothing.iter().map(|it| (it.clone(), Rule::MatchSaysNothing));
    let mut rejected: Vec<(String, Rule)> = nothing.collect();
    let mut ranked = fitting.into_iter();
    let Some((place, best)) = ranked.next() else {
        return LeadMatch { account: None, because: Rule::MatchNone, rejected };
    };
    rejected.extend(ranked.map(|(other_place, other)| {
        let weaker = other_place > place;
        let because = if weaker { Rule::MatchWeaker } else { account::tie_break(best, other) };
        (other.id.to_string(), because)
    }));
    let because = by.get(place).map_or(Rule::MatchNone, |it| rule_of(*it));
    LeadMatch { account: Some(best.id.clone()), because, rejected }
}

fn rule_of(criterion: Criterion) -> Rule {
    match criterion {
        Criterion::EmailDomain => Rule::MatchEmailDomain,
        Criterion::Website => Rule::MatchWebsite,
        Criterion::Company => Rule::MatchCompany,
    }
}

fn fits_by(criterion: Criterion, keys: &LeadKeys, card: &AccountCard) -> bool {
    let host = || card.account.website.as_deref().map(account::host_of);
    match criterion {
        Criterion::EmailDomain => keys.domain.as_deref().is_some_and(|domain| {
            host().is_some_and(|it| is_within(domain, &it))
                || card.domains.iter().any(|it| is_within(domain, it))
        }),
        Criterion::Website => keys
            .website
            .as_deref()
            .is_some_and(|website| host().is_some_and(|it| is_within(website, &it))),
        Criterion::Company => {
            keys.company.is_some() && company_key(&card.account.name) == keys.company
        }
    }
}

/// Whether a domain is another one or a part of it, label by label.
fn is_within(domain: &str, of: &str) -> bool {
    let rest = domain.strip_suffix(of).filter(|_| of.contains('.'));
    rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

/// Accounts by what leads can find them by, so that a lead is compared with few of them.
#[derive(Debug, Clone, Default)]
pub struct AccountBook {
    cards: Vec<AccountCard>,
    by_key: BTreeMap<String, Vec<usize>>,
}

impl AccountBook {
    /// A book of these accounts.
    pub fn new(cards: Vec<AccountCard>) -> Self {
        let mut by_key: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (place, card) in cards.iter().enumerate() {
            let host = card.account.website.as_deref().map(account::host_of);
            let domains = host.into_iter().chain(card.domains.iter().cloned());
            let mut keys: BTreeSet<String> = domains.map(|it| format!("@{it}")).collect();
            keys.extend(company_key(&card.account.name));
            for key in keys {
                by_key.entry(key).or_default().push(place);
            }
        }
        Self { cards, by_key }
    }

    /// The accounts that may be the lead's, in the order of the book.
    pub fn candidates(&self, keys: &LeadKeys) -> Vec<AccountCard> {
        let domains = keys.domain.iter().chain(&keys.website);
        let wider = domains.flat_map(|it| labels(it)).map(|it| format!("@{it}"));
        let found = wider.chain(keys.company.clone());
        let places: BTreeSet<usize> =
            found.filter_map(|key| self.by_key.get(&key)).flatten().copied().collect();
        places.into_iter().filter_map(|place| self.cards.get(place).cloned()).collect()
    }
}

/// A domain and the domains that it is a part of: `a.b.com`, `b.com`.
fn labels(domain: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(domain), |it| {
        it.split_once('.').map(|(_, rest)| rest).filter(|rest| rest.contains('.'))
    })
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;
    use crate::Timestamp;

    const ALL: [Criterion; 3] = [Criterion::EmailDomain, Criterion::Website, Criterion::Company];

    #[test]
    fn the_domain_of_the_address_finds_the_website_and_the_contacts() {
        check(
            "pat@globex.io",
            "A Globex 0/0 @1 https://www.globex.io/x",
            expect!["A (matchmaker.email_domain)"],
        );
        check(
            "pat@globex.io",
            "A Other 0/0 @1 - globex.io",
            expect!["A (matchmaker.email_domain)"],
        );
        check(
            "pat@mail.globex.io",
            "A Other 0/0 @1 globex.io",
            expect!["A (matchmaker.email_domain)"],
        );
    }

    #[test]
    fn a_domain_that_only_ends_alike_is_another_one() {
        check(
            "pat@notglobex.io",
            "A Other 0/0 @1 globex.io",
            expect!["none (matchmaker.no_match)"],
        );
        check("pat@globex.io", "A Other 0/0 @1 io", expect!["none (matchmaker.no_match)"]);
        check(
            "pat@globex.io.evil.net",
            "A Other 0/0 @1 globex.io",
            expect!["none (matchmaker.no_match)"],
        );
    }

    #[test]
    fn the_website_and_the_normalised_name_find_it_too() {
        check(
            " http://globex.io",
            "A Other 0/0 @1 www.globex.io",
            expect!["A (matchmaker.website)"],
        );
        check("  The Globex Corp.", "A GLOBEX 0/0 @1", expect!["A (matchmaker.company_name)"]);
        check("  Globex Energy", "A Globex 0/0 @1", expect!["none (matchmaker.no_match)"]);
    }

    #[test]
    fn a_mail_provider_and_a_test_domain_tell_nothing() {
        check(
            "pat@gmail.com",
            "A Other 0/0 @1 gmail.com",
            expect!["none (matchmaker.no_match) over gmail.com: matchmaker.says_nothing"],
        );
        check(
            "pat@test.com",
            "A Other 0/0 @1 test.com",
            expect!["none (matchmaker.no_match) over test.com: matchmaker.says_nothing"],
        );
        check(
            "pat@isp.net",
            "A Other 0/0 @1 isp.net",
            expect!["none (matchmaker.no_match) over isp.net: matchmaker.says_nothing"],
        );
        check(
            "pat@gmail.com  Globex",
            "A Globex 0/0 @1",
            expect!["A (matchmaker.company_name) over gmail.com: matchmaker.says_nothing"],
        );
    }

    #[test]
    fn a_stronger_criterion_beats_any_number_of_opportunities() {
        check(
            "pat@globex.io  Globex",
            "A Globex 9/9 @9, B Other 0/0 @1 globex.io",
            expect!["B (matchmaker.email_domain) over A: matchmaker.weaker_criterion"],
        );
    }

    #[test]
    fn equals_are_told_apart_as_a_visitors_accounts_are() {
        check(
            "  Globex",
            "C Globex 1/1 @1, A Globex 2/0 @1, B Globex 2/1 @1",
            expect![
                "B (matchmaker.company_name) over A: account.most_contacts, C: account.most_opportunities"
            ],
        );
        check(
            "  Globex",
            "B Globex 0/0 @1, A Globex 0/0 @1",
            expect!["A (matchmaker.company_name) over B: account.lowest_id"],
        );
        check(
            "  Globex",
            "B Globex 0/0 @2, A Globex 0/0 @1",
            expect!["B (matchmaker.company_name) over A: account.last_modified"],
        );
    }

    #[test]
    fn the_test_domains_are_in_order() {
        assert!(TEST_DOMAINS.is_sorted());
    }

    /// A lead `email website company`, single blanks between them, and accounts as in the tests of `account`, with domains.
    #[track_caller]
    fn check(lead: &str, cards: &str, expect: Expect) {
        let mut words = lead.splitn(3, ' ');
        let mut next = || words.next().unwrap_or_default();
        let words = LeadWords { email: next(), website: next(), company: next() };
        let keys = lead_keys(&words, &["isp.net".to_owned()]);
        let cards: Vec<AccountCard> = cards.split(", ").map(card).collect();
        let found = match_lead(&keys, &cards, &ALL);
        let narrowed = AccountBook::new(cards).candidates(&keys);
        assert_eq!(found, match_lead(&keys, &narrowed, &ALL), "the book leaves nothing out");
        let account = found.account.map_or("none".to_owned(), |it| it.to_string());
        let over: Vec<String> =
            found.rejected.iter().map(|(id, rule)| format!("{id}: {rule}")).collect();
        let over =
            if over.is_empty() { String::new() } else { format!(" over {}", over.join(", ")) };
        expect.assert_eq(&format!("{account} ({}){over}", found.because));
    }

    fn card(line: &str) -> AccountCard {
        let words: Vec<&str> = line.split(' ').collect();
        let (opportunities, contacts) = words[2].split_once('/').unwrap();
        let modified = Timestamp(words[3].trim_start_matches('@').parse().unwrap());
        let website = words.get(4).filter(|it| **it != "-").map(|it| (*it).to_owned());
        AccountCard {
            account: Account {
                id: words[0].into(),
                name: words[1].to_owned(),
                website,
                opportunities: opportunities.parse().unwrap(),
                contacts: contacts.parse().unwrap(),
                modified,
                stamped: modified,
            },
            domains: words.get(5).into_iter().map(|it| (*it).to_owned()).collect(),
        }
    }
}
