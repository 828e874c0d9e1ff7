//! Which record, which account, answered wrongly.

use engine::{
    Account, AccountKey, AccountMatch, EmailKey, MatchResult, Person, PersonKind, RecordId, Rule,
    Rules, Standard, Value,
};

use super::mutants;

/// The dates by which records are told apart: last modified, system modstamp.
fn dates(person: &Person) -> (i64, i64) {
    let at = |field| match person.get(field) {
        Some(Value::Instant(at)) => at.0,
        _ => i64::MIN,
    };
    (at("LastModifiedDate"), at("SystemModstamp"))
}

/// The records of this kind that have the address, live and unconverted.
fn candidates<'a>(
    key: &EmailKey,
    found: &'a [Person],
    kind: PersonKind,
) -> impl Iterator<Item = &'a Person> {
    let fits = move |it: &&Person| it.kind == kind && it.has_address(key);
    found.iter().filter(fits).filter(|it| !it.is_converted() && !it.is_deleted())
}

fn instead<'a>(found: MatchResult<'a>, target: Option<&'a Person>) -> MatchResult<'a> {
    MatchResult { target, ..found }
}

fn account_instead(key: &AccountKey, found: &[Account], best: &Account) -> AccountMatch {
    AccountMatch { account: Some(best.id.clone()), ..Standard.select_account(key, found) }
}

/// The accounts of the visitor's company or domain.
fn fitting<'a>(key: &'a AccountKey, found: &'a [Account]) -> impl Iterator<Item = &'a Account> {
    found
        .iter()
        .filter(|it| Standard.select_account(key, std::slice::from_ref(it)).account.is_some())
}

mutants! {
    #[doc = "of several leads the one that was modified first is the visitor"]
    OldestLeadWins violates [LastModified] breaks ["DD-02"] {
        fn select_person<'a>(&self, key: &EmailKey, found: &'a [Person], behind: &'a [Person]) -> MatchResult<'a> {
            let chosen = Standard.select_person(key, found, behind);
            match chosen.target {
                Some(it) if it.kind == PersonKind::Lead => {
                    instead(chosen, candidates(key, found, PersonKind::Lead).min_by_key(|it| dates(it)))
                }
                _ => chosen,
            }
        }
    }

    #[doc = "of several contacts the one that was modified first is the visitor"]
    OldestContactWins violates [LastModified] breaks ["DD-03"] {
        fn select_person<'a>(&self, key: &EmailKey, found: &'a [Person], behind: &'a [Person]) -> MatchResult<'a> {
            let chosen = Standard.select_person(key, found, behind);
            let oldest = candidates(key, found, PersonKind::Contact).min_by_key(|it| dates(it));
            let target = oldest.or(chosen.target);
            instead(chosen, target)
        }
    }

    #[doc = "a lead beats a contact"]
    LeadOverContact violates [ContactOverLead] breaks ["DD-04"] {
        fn select_person<'a>(&self, key: &EmailKey, found: &'a [Person], behind: &'a [Person]) -> MatchResult<'a> {
            let chosen = Standard.select_person(key, found, behind);
            let newest = candidates(key, found, PersonKind::Lead).max_by_key(|it| dates(it));
            let target = newest.or(chosen.target);
            instead(chosen, target)
        }
    }

    #[doc = "the last modified wins, whether lead or contact"]
    RecencyBeforeType violates [ContactOverLead] breaks ["DD-04", "DD-09d"] {
        fn select_person<'a>(&self, key: &EmailKey, found: &'a [Person], behind: &'a [Person]) -> MatchResult<'a> {
            let chosen = Standard.select_person(key, found, behind);
            let leads = candidates(key, found, PersonKind::Lead);
            let newest = leads.chain(candidates(key, found, PersonKind::Contact)).max_by_key(|it| dates(it));
            let target = newest.or(chosen.target);
            instead(chosen, target)
        }
    }

    #[doc = "among contacts beside a lead the first that was found is taken"]
    TypeWithoutRecency breaks ["DD-09d"] {
        fn select_person<'a>(&self, key: &EmailKey, found: &'a [Person], behind: &'a [Person]) -> MatchResult<'a> {
            let chosen = Standard.select_person(key, found, behind);
            let first = candidates(key, found, PersonKind::Contact).next();
            let target = first.or(chosen.target);
            instead(chosen, target)
        }
    }

    #[doc = "the first record that the query brought is the visitor"]
    FirstFoundWins breaks ["DD-01"] {
        fn select_person<'a>(&self, key: &EmailKey, found: &'a [Person], behind: &'a [Person]) -> MatchResult<'a> {
            let chosen = Standard.select_person(key, found, behind);
            let first = candidates(key, found, PersonKind::Lead).next();
            let target = first.or(chosen.target);
            instead(chosen, target)
        }
    }

    #[doc = "nobody ever matches"]
    NobodyMatches violates [OnlyRecord] breaks ["DD-01", "VI-02", "VI-03", "EX-17", "EX-26d", "MS-05", "EV-01"] {
        fn select_person<'a>(&self, _key: &EmailKey, _found: &'a [Person], _behind: &'a [Person]) -> MatchResult<'a> {
            MatchResult { target: None, because: Rule::NoMatch, rejected: Vec::new() }
        }
    }

    #[doc = "equal modification dates go straight to the id"]
    ModstampIgnored violates [SystemModstamp] breaks ["DD-10d"] {
        fn select_person<'a>(&self, key: &EmailKey, found: &'a [Person], behind: &'a [Person]) -> MatchResult<'a> {
            let chosen = Standard.select_person(key, found, behind);
            let Some(best) = chosen.target else { return chosen };
            let equal = candidates(key, found, best.kind).filter(|it| dates(it).0 == dates(best).0);
            let target = equal.min_by_key(|it| &it.id).or(Some(best));
            instead(chosen, target)
        }
    }

    #[doc = "what ties on every date goes to the highest id"]
    HighestIdWins violates [LowestId] breaks ["DD-10d"] {
        fn select_person<'a>(&self, key: &EmailKey, found: &'a [Person], behind: &'a [Person]) -> MatchResult<'a> {
            let chosen = Standard.select_person(key, found, behind);
            let Some(best) = chosen.target else { return chosen };
            let equal = candidates(key, found, best.kind).filter(|it| dates(it) == dates(best));
            let target = equal.max_by_key(|it| &it.id).or(Some(best));
            instead(chosen, target)
        }
    }

    #[doc = "a converted lead is a candidate like any other"]
    ConvertedLeadIsACandidate violates [ConvertedNotCandidate] breaks ["DD-11d"] {
        fn select_person<'a>(&self, key: &EmailKey, found: &'a [Person], behind: &'a [Person]) -> MatchResult<'a> {
            let chosen = Standard.select_person(key, found, behind);
            let converted = found.iter().find(|it| it.is_converted() && it.has_address(key));
            let target = converted.or(chosen.target);
            instead(chosen, target)
        }
    }

    #[doc = "a converted lead stands for nobody"]
    ConvertedLeadStandsForNobody violates [ConvertedLead] breaks ["DD-11d"] {
        fn contacts_behind(&self, _key: &EmailKey, _found: &[Person]) -> Vec<RecordId> {
            Vec::new()
        }
    }

    #[doc = "the contact behind a converted lead beats the contact that has the address itself"]
    ContactBehindBeatsContact breaks ["DD-11d"] {
        fn contacts_behind(&self, key: &EmailKey, found: &[Person]) -> Vec<RecordId> {
            let leads: Vec<Person> = found.iter().filter(|it| it.kind == PersonKind::Lead).cloned().collect();
            Standard.contacts_behind(key, &leads)
        }
        fn select_person<'a>(&self, key: &EmailKey, found: &'a [Person], behind: &'a [Person]) -> MatchResult<'a> {
            let chosen = Standard.select_person(key, found, behind);
            let target = behind.first().or(chosen.target);
            instead(chosen, target)
        }
    }

    #[doc = "a lead with the address beats the contact behind a converted one"]
    LiveLeadBeatsContactBehind breaks ["DD-11d"] {
        fn select_person<'a>(&self, key: &EmailKey, found: &'a [Person], behind: &'a [Person]) -> MatchResult<'a> {
            let chosen = Standard.select_person(key, found, behind);
            if behind.is_empty() {
                return chosen;
            }
            let newest = candidates(key, found, PersonKind::Lead).max_by_key(|it| dates(it));
            let target = newest.or(chosen.target);
            instead(chosen, target)
        }
    }

    #[doc = "whatever the search brought is a candidate, also with another address"]
    OtherAddressIsACandidate violates [DifferentEmail] breaks ["DD-12d"] {
        fn select_person<'a>(&self, key: &EmailKey, found: &'a [Person], behind: &'a [Person]) -> MatchResult<'a> {
            let chosen = Standard.select_person(key, found, behind);
            let target = chosen.target.or(found.iter().find(|it| !it.is_converted() && !it.is_deleted()));
            instead(chosen, target)
        }
    }

    #[doc = "the address that the CRM holds is compared letter by letter"]
    StoredCaseMatters breaks ["DD-12d"] {
        fn select_person<'a>(&self, key: &EmailKey, found: &'a [Person], behind: &'a [Person]) -> MatchResult<'a> {
            let chosen = Standard.select_person(key, found, behind);
            let target = chosen.target.filter(|it| it.get("Email") == Some(&Value::from(key.as_str())));
            instead(chosen, target)
        }
    }

    #[doc = "nobody is told which records were passed over"]
    PassedOverRecordsAreForgotten breaks ["DD-01", "DD-09d"] {
        fn select_person<'a>(&self, key: &EmailKey, found: &'a [Person], behind: &'a [Person]) -> MatchResult<'a> {
            MatchResult { rejected: Vec::new(), ..Standard.select_person(key, found, behind) }
        }
    }

    #[doc = "the record that the org's duplicate rule names is not adopted"]
    NamedDuplicateIsIgnored violates [AdoptedDuplicate] breaks ["DD-01"] {
        fn select_duplicate<'a>(&self, _named: &'a [Person]) -> MatchResult<'a> {
            MatchResult { target: None, because: Rule::NoMatch, rejected: Vec::new() }
        }
    }

    #[doc = "of the records that a duplicate rule names a lead is adopted before a contact"]
    NamedLeadOverContact breaks ["DD-04"] {
        fn select_duplicate<'a>(&self, named: &'a [Person]) -> MatchResult<'a> {
            let chosen = Standard.select_duplicate(named);
            let lead = named.iter().find(|it| it.kind == PersonKind::Lead);
            let target = lead.or(chosen.target);
            instead(chosen, target)
        }
    }

    #[doc = "the account with the most contacts is chosen, whatever its opportunities"]
    ContactsBeforeOpportunities violates [AccountMostOpportunities] breaks ["DD-05", "DD-14d"] {
        fn select_account(&self, key: &AccountKey, found: &[Account]) -> AccountMatch {
            let most = fitting(key, found).max_by_key(|it| (it.contacts, it.modified));
            most.map_or_else(|| Standard.select_account(key, found), |it| account_instead(key, found, it))
        }
    }

    #[doc = "accounts with equal opportunities go straight to the date"]
    AccountContactsIgnored violates [AccountMostContacts] breaks ["DD-06"] {
        fn select_account(&self, key: &AccountKey, found: &[Account]) -> AccountMatch {
            let most = fitting(key, found).max_by_key(|it| (it.opportunities, it.modified));
            most.map_or_else(|| Standard.select_account(key, found), |it| account_instead(key, found, it))
        }
    }

    #[doc = "accounts that tie go to the one that was modified first"]
    OldestAccountWins violates [AccountLastModified] breaks ["DD-07"] {
        fn select_account(&self, key: &AccountKey, found: &[Account]) -> AccountMatch {
            let rank = |it: &&Account| (it.opportunities, it.contacts, std::cmp::Reverse(it.modified));
            let most = fitting(key, found).max_by_key(rank);
            most.map_or_else(|| Standard.select_account(key, found), |it| account_instead(key, found, it))
        }
    }

    #[doc = "accounts that tie on everything go to the highest id"]
    HighestAccountIdWins violates [AccountLowestId] breaks ["DD-10d"] {
        fn select_account(&self, key: &AccountKey, found: &[Account]) -> AccountMatch {
            let rank = |it: &&Account| (it.opportunities, it.contacts, it.modified, it.id.clone());
            let most = fitting(key, found).max_by_key(rank);
            most.map_or_else(|| Standard.select_account(key, found), |it| account_instead(key, found, it))
        }
    }

    #[doc = "no account is ever found"]
    NoAccountIsFound violates [AccountOnly] breaks ["DD-05", "DD-06", "DD-07", "DD-14d"] {
        fn select_account(&self, _key: &AccountKey, _found: &[Account]) -> AccountMatch {
            AccountMatch { account: None, because: Rule::AccountNone, rejected: Vec::new() }
        }
    }

    #[doc = "accounts of other companies are candidates, too"]
    AnyAccountFits breaks ["DD-14d"] {
        fn select_account(&self, key: &AccountKey, found: &[Account]) -> AccountMatch {
            let most = found.iter().max_by_key(|it| (it.opportunities, it.contacts, it.modified));
            most.map_or_else(|| Standard.select_account(key, found), |it| account_instead(key, found, it))
        }
    }

    #[doc = "the account is not looked for by the company's name"]
    CompanyTellsNothing breaks ["DD-14d"] {
        fn account_key(&self, _company: Option<&str>, email: Option<&EmailKey>) -> AccountKey {
            Standard.account_key(None, email)
        }
    }

    #[doc = "the account is not looked for by the domain of the address"]
    DomainTellsNothing breaks ["DD-14d"] {
        fn account_key(&self, company: Option<&str>, _email: Option<&EmailKey>) -> AccountKey {
            Standard.account_key(company, None)
        }
    }

    #[doc = "everybody with an address of a mail provider belongs to its account"]
    MailProviderIsAnEmployer breaks ["DD-14d"] {
        fn account_key(&self, company: Option<&str>, email: Option<&EmailKey>) -> AccountKey {
            let domain = email.map(|it| it.domain().to_owned());
            AccountKey { domain, ..Standard.account_key(company, email) }
        }
    }
}
