//! Who owns a new lead that a workflow syncs: "Assign To" of Sync Lead?
//!
//! | "Assign To" | owner | `Sforce-Auto-Assign` |
//! | --- | --- | --- |
//! | a user (LL-06) | that user | `FALSE` |
//! | Salesforce's rules (LL-07) | whom the org's rules choose; without any the API user (LL-08, K-22) | `TRUE`, or the rule's id |
//! | our distribution rules (LL-09) | the user of the first rule that fits; without one the Sync User | `FALSE` |
//! | empty (LL-10) | the Sync User | `FALSE` |
//!
//! A user of the product who is no user of the CRM cannot own anything: the Sync User does (LL-19). A record that exists
//! keeps its owner, whatever the mode (LL-13d, K-23).

use std::collections::BTreeMap;

use crate::{
    AssignTo, AutoAssign, Config, DistributionRule, Fits, OwnerDecision, ProductUserId, Profile,
    Rule, UserId,
};

/// Whom the product's users are in the CRM.
pub type CrmUsers = BTreeMap<ProductUserId, Option<UserId>>;

/// Who owns a new lead, and what the request says about the org's rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assignment {
    /// The owner who is sent; nobody is sent when the org decides.
    pub owner: OwnerDecision,
    /// What the request says about the org's assignment rules.
    pub auto_assign: AutoAssign,
}

/// Decides who owns a new lead of a workflow.
pub fn assign_to(
    to: &AssignTo,
    profile: &Profile,
    users: &CrmUsers,
    config: &Config,
) -> Assignment {
    let sync_user =
        config.liaison.as_ref().map_or_else(|| config.org_user.clone(), |it| it.sync_user.clone());
    let given = |owner: UserId, because: Rule, rejected: Vec<(String, Rule)>| Assignment {
        owner: OwnerDecision { owner, because, rejected },
        auto_assign: AutoAssign::Off,
    };
    match to {
        AssignTo::Empty => given(sync_user, Rule::AssignEmpty, Vec::new()),
        AssignTo::User(user) => {
            if let Some(owner) = crm_user(users, user) {
                return given(owner, Rule::AssignUser, Vec::new());
            }
            let rejected = vec![(user.to_string(), Rule::UserNotLinked)];
            given(sync_user, Rule::UserNotLinked, rejected)
        }
        AssignTo::SalesforceRules(rule) => Assignment {
            owner: OwnerDecision {
                owner: config.org_user.clone(),
                because: Rule::AssignSalesforceRules,
                rejected: Vec::new(),
            },
            auto_assign: rule.as_ref().map_or(AutoAssign::On, |it| AutoAssign::By(it.clone())),
        },
        AssignTo::DistributionRules => {
            let rules = config.liaison.as_ref().map_or(&[][..], |it| it.distribution.as_slice());
            match distribute(profile, rules, users) {
                (Some(owner), rejected) => given(owner, Rule::DistributionRule, rejected),
                (None, rejected) => given(sync_user, Rule::NoDistributionRule, rejected),
            }
        }
    }
}

/// The CRM user whom a user of the product is linked with.
pub(crate) fn crm_user(users: &CrmUsers, user: &ProductUserId) -> Option<UserId> {
    users.get(user).cloned().flatten()
}

/// The user of the first rule that fits; users of rules that fit and cannot be chosen are passed over.
fn distribute(
    profile: &Profile,
    rules: &[DistributionRule],
    users: &CrmUsers,
) -> (Option<UserId>, Vec<(String, Rule)>) {
    let mut fitting = rules.iter().filter(|rule| fits(profile, rule));
    let mut rejected = Vec::new();
    for rule in fitting.by_ref() {
        if let Some(owner) = crm_user(users, &rule.user) {
            rejected.extend(fitting.map(|it| (it.user.to_string(), Rule::Outranked)));
            return (Some(owner), rejected);
        }
        rejected.push((rule.user.to_string(), Rule::UserNotLinked));
    }
    (None, rejected)
}

fn fits(profile: &Profile, rule: &DistributionRule) -> bool {
    rule.when.iter().all(|(field, wanted)| match (profile.get(field), wanted) {
        (None, _) => rule.takes_unknown,
        (Some(said), Fits::OneOf(words)) => {
            words.iter().any(|it| it.trim().to_lowercase() == said.to_lowercase())
        }
        (Some(said), Fits::Within(least, most)) => number(said).is_some_and(|it| {
            least.is_none_or(|least| it >= least) && most.is_none_or(|most| it <= most)
        }),
    })
}

/// A number as people write it: `1,200` and `1 200` are 1200; a fraction is cut.
fn number(text: &str) -> Option<i64> {
    let whole = text.split('.').next().unwrap_or_default();
    let digits: String = whole.chars().filter(|it| !matches!(it, ',' | ' ' | '_')).collect();
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;
    use crate::{Liaison, acme};

    #[test]
    fn a_user_owns_the_lead_if_the_crm_knows_them() {
        check(&AssignTo::User("maria".into()), "", expect!["dana FALSE (liaison.assign_user)"]);
        check(
            &AssignTo::User("tom".into()),
            "",
            expect!["sync FALSE (liaison.user_not_linked) not tom liaison.user_not_linked"],
        );
    }

    #[test]
    fn the_orgs_rules_decide_when_they_are_asked() {
        check(
            &AssignTo::SalesforceRules(None),
            "",
            expect!["org TRUE (liaison.assign_salesforce_rules)"],
        );
        check(
            &AssignTo::SalesforceRules(Some("01Q1".to_owned())),
            "",
            expect!["org 01Q1 (liaison.assign_salesforce_rules)"],
        );
    }

    #[test]
    fn left_empty_the_sync_user_owns_it() {
        check(&AssignTo::Empty, "", expect!["sync FALSE (liaison.assign_empty)"]);
    }

    #[test]
    fn the_first_distribution_rule_that_fits_decides() {
        let by = &AssignTo::DistributionRules;
        check(
            by,
            "country=germany, employees=1,200",
            expect!["dana FALSE (liaison.distribution_rule) not otto owner.outranked"],
        );
        check(
            by,
            "country=Peru, employees=1200",
            expect!["otto FALSE (liaison.distribution_rule)"],
        );
        check(
            by,
            "country=Peru, employees=99",
            expect!["sync FALSE (liaison.no_distribution_rule)"],
        );
        check(by, "", expect!["sync FALSE (liaison.no_distribution_rule)"]);
    }

    #[track_caller]
    fn check(to: &AssignTo, said: &str, expect: Expect) {
        let rule = |field: &str, wanted: Fits, user: &str| DistributionRule {
            when: vec![(field.into(), wanted)],
            takes_unknown: false,
            user: user.into(),
        };
        let users: CrmUsers = [
            ("maria".into(), Some("dana".into())),
            ("otto".into(), Some("otto".into())),
            ("tom".into(), None),
        ]
        .into();
        let mut config = acme::config();
        config.liaison = Some(Liaison {
            sync_user: "sync".into(),
            distribution: vec![
                rule("country", Fits::OneOf(vec!["Germany".to_owned()]), "maria"),
                rule("employees", Fits::Within(Some(100), None), "otto"),
            ],
            ..acme::liaison()
        });
        let found = assign_to(to, &acme::profile(said), &users, &config);
        let header = match &found.auto_assign {
            AutoAssign::Off => "FALSE",
            AutoAssign::On => "TRUE",
            AutoAssign::By(rule) => rule,
            AutoAssign::Silent => "nothing",
        };
        let rejected = found.owner.rejected.iter();
        let rejected: Vec<_> = rejected.map(|(who, why)| format!(" not {who} {why}")).collect();
        let owner = &found.owner;
        expect.assert_eq(&format!(
            "{} {header} ({}){}",
            owner.owner,
            owner.because,
            rejected.concat()
        ));
    }
}
