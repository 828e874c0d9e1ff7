//! Is the matched lead converted?
//!
//! It is, into the account that it was matched with, when the account meets the criteria (MM-08). Without a match there is
//! nothing to convert into: automatic conversion never makes an account (MM-10d). It comes after the assignment, in the
//! same transaction. Contacts cannot belong to a queue, so a lead that does is converted with the account's owner as the
//! owner, and that is its owner change (K-36); an inactive one gives way to the org user (FM-40).

use std::collections::BTreeSet;

use crate::{AutoConvert, Config, MatchedAccount, Rule, UserId, condition};

/// What is known when a lead was assigned.
#[derive(Debug, Clone, PartialEq)]
pub struct ConversionFacts<'a> {
    /// The account that it was matched with.
    pub account: Option<&'a MatchedAccount>,
    /// Whether a queue owns the lead.
    pub owned_by_queue: bool,
    /// Users who are not active.
    pub inactive: &'a BTreeSet<UserId>,
}

/// Whether a lead is converted, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConversionDecision {
    /// Whether it is.
    pub convert: bool,
    /// The owner that the conversion carries; that of the lead if there is none.
    pub owner: Option<UserId>,
    /// The rule that decided.
    pub because: Rule,
}

/// Decides whether a lead is converted.
pub fn auto_convert(
    facts: &ConversionFacts<'_>,
    criteria: &AutoConvert,
    config: &Config,
) -> ConversionDecision {
    let stays = |because| ConversionDecision { convert: false, owner: None, because };
    let Some(account) = facts.account else { return stays(Rule::ConvertNeedsMatch) };
    if !condition::meets(&criteria.when, &account.fields) {
        return stays(Rule::ConvertCriteriaNotMet);
    }
    if !facts.owned_by_queue {
        return ConversionDecision { convert: true, owner: None, because: Rule::AutoConverted };
    }
    let usable = !facts.inactive.contains(&account.owner);
    let owner = if usable { &account.owner } else { &config.org_user };
    let because = Rule::ConversionCarriesOwner;
    ConversionDecision { convert: true, owner: Some(owner.clone()), because }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Condition, Test, acme};

    #[test]
    fn a_match_that_meets_the_criteria_is_converted() {
        check("Type=Customer", false, "yes None matchmaker.auto_convert");
        check("Type=Prospect", false, "no None matchmaker.convert_criteria_not_met");
    }

    #[test]
    fn without_a_match_nothing_is_converted() {
        check("none", false, "no None matchmaker.convert_needs_match");
    }

    #[test]
    fn a_queues_lead_is_converted_with_an_owner() {
        check("Type=Customer", true, "yes Some(\"u-own\") matchmaker.conversion_carries_owner");
        check(
            "Type=Customer Gone=1",
            true,
            "yes Some(\"org\") matchmaker.conversion_carries_owner",
        );
    }

    #[track_caller]
    fn check(account: &str, owned_by_queue: bool, expected: &str) {
        let matched = MatchedAccount {
            id: "A".into(),
            owner: "u-own".into(),
            fields: acme::fields(if account == "none" { "" } else { account }),
            team: Vec::new(),
        };
        let gone = account.contains("Gone").then(|| "u-own".into());
        let facts = ConversionFacts {
            account: (account != "none").then_some(&matched),
            owned_by_queue,
            inactive: &gone.into_iter().collect(),
        };
        let criteria = AutoConvert {
            when: vec![Condition { field: "Type".into(), test: Test::Is("Customer".into()) }],
            converted_status: "Closed - Converted".to_owned(),
            statuses: [].into(),
        };
        let decided = auto_convert(&facts, &criteria, &acme::config());
        let word = if decided.convert { "yes" } else { "no" };
        let owner = decided.owner.as_ref().map(UserId::as_str);
        assert_eq!(format!("{word} {owner:?} {}", decided.because), expected);
    }
}
