//! Who gets the lead, after the attempt to match it?
//!
//! The rules are asked in order, and the first that applies assigns, match or not (MM-01, MM-04): to the account's owner
//! (MM-02), to the member of the account team with a role (MM-03), to a user or queue, or to one after the other. Without a
//! member in the role it is the account's owner; of several the lowest id, or one after the other (K-33). A round robin has
//! a turn that is kept and advanced for each lead (FM-48). An inactive owner gives way to the org user and to nobody else
//! (FM-40). A rule that returns the user or queue that triggered it moves nothing (MM-07), and after so many assignments
//! nobody is assigned any more (FM-47). Where no rule applies the lead stays (K-34).

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    Applies, Assignee, AssignmentRule, Config, FieldValues, Matchmaker, RecordId, Rule,
    SeveralRoleMembers, UserId, condition,
};

/// An account that a lead was matched with.
#[derive(Debug, Clone, PartialEq)]
pub struct MatchedAccount {
    /// The account.
    pub id: RecordId,
    /// Its owner.
    pub owner: UserId,
    /// Its fields.
    pub fields: FieldValues,
    /// Its team: users with their roles.
    pub team: Vec<(UserId, String)>,
}

/// What is known when a lead is to be assigned.
#[derive(Debug, Clone, PartialEq)]
pub struct AssignmentFacts<'a> {
    /// The account that it was matched with.
    pub account: Option<&'a MatchedAccount>,
    /// Users who are not active.
    pub inactive: &'a BTreeSet<UserId>,
    /// How often each round robin was used, by the name of its rule.
    pub turns: &'a BTreeMap<String, u64>,
    /// How often the lead was assigned since its last new active response.
    pub changes: u32,
}

/// Who gets a lead, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssignmentDecision {
    /// The owner; nobody if the lead stays.
    pub owner: Option<UserId>,
    /// The rule that decided.
    pub because: Rule,
    /// Rules by name and users by id that were passed over.
    pub rejected: Vec<(String, Rule)>,
    /// The round robin whose turn this was.
    pub took_turn: Option<String>,
    /// Whether somebody should look at it.
    pub alert: bool,
}

/// Whether a lead that comes to this owner, by insert or by change, is matched and assigned (MM-05, K-35).
pub fn triggers_match(owner: &UserId, matchmaker: &Matchmaker) -> bool {
    *owner == matchmaker.trigger_owner
}

/// Decides who gets a lead.
pub fn assign_lead(
    facts: &AssignmentFacts<'_>,
    matchmaker: &Matchmaker,
    config: &Config,
) -> AssignmentDecision {
    if facts.changes >= matchmaker.owner_changes_max {
        return stays(Rule::LoopGuard, Vec::new());
    }
    let mut rejected = Vec::new();
    let mut rules = matchmaker.rules.iter();
    let Some(rule) = rules.find(|it| {
        let applies = applies(it, facts);
        if !applies {
            rejected.push((it.name.clone(), Rule::AssignmentRuleNotMet));
        }
        applies
    }) else {
        return stays(Rule::NoAssignmentRule, rejected);
    };
    let mut decided = Choice { facts, config, rejected }.of(rule);
    if decided.owner.as_ref() == Some(&matchmaker.trigger_owner) {
        decided.rejected.push((rule.name.clone(), decided.because));
        return stays(Rule::ReturnsTemporary, decided.rejected);
    }
    decided
}

fn stays(because: Rule, rejected: Vec<(String, Rule)>) -> AssignmentDecision {
    AssignmentDecision { owner: None, because, rejected, took_turn: None, alert: true }
}

fn applies(rule: &AssignmentRule, facts: &AssignmentFacts<'_>) -> bool {
    match (rule.applies, facts.account) {
        (Applies::Matched, Some(account)) => condition::meets(&rule.when, &account.fields),
        (Applies::Unmatched, None) => true,
        _ => false,
    }
}

/// The choice that one rule makes.
struct Choice<'a> {
    facts: &'a AssignmentFacts<'a>,
    config: &'a Config,
    rejected: Vec<(String, Rule)>,
}

impl Choice<'_> {
    fn of(self, rule: &AssignmentRule) -> AssignmentDecision {
        match (&rule.assign, self.facts.account) {
            (Assignee::Owner(owner), account) => {
                let because = match account {
                    Some(_) => Rule::AssignedFixed,
                    None => Rule::AssignedUnmatched,
                };
                self.one(owner, because)
            }
            (Assignee::RoundRobin(users), _) => self.next(users, rule, Rule::AssignedRoundRobin),
            (Assignee::AccountOwner, Some(account)) => {
                self.one(&account.owner, Rule::AssignedAccountOwner)
            }
            (Assignee::TeamRole(wanted), Some(account)) => self.member(account, wanted, rule),
            (Assignee::AccountOwner | Assignee::TeamRole(_), None) => {
                stays(Rule::NoAssignmentRule, self.rejected)
            }
        }
    }

    fn member(
        self,
        account: &MatchedAccount,
        wanted: &str,
        rule: &AssignmentRule,
    ) -> AssignmentDecision {
        let holders = account.team.iter().filter(|(_, it)| it.eq_ignore_ascii_case(wanted));
        let holders: BTreeSet<&UserId> = holders.map(|(user, _)| user).collect();
        let holders: Vec<UserId> = holders.into_iter().cloned().collect();
        match (holders.as_slice(), self.config.settings.several_role_members) {
            ([], _) => self.one(&account.owner, Rule::RoleMissing),
            ([only], _) => self.one(only, Rule::AssignedTeamRole),
            ([lowest, ..], SeveralRoleMembers::LowestId) => self.one(lowest, Rule::RoleLowestId),
            (several, SeveralRoleMembers::RoundRobin) => {
                self.next(several, rule, Rule::RoleRoundRobin)
            }
        }
    }

    /// This owner, or the org user in their place.
    fn one(mut self, owner: &UserId, because: Rule) -> AssignmentDecision {
        let inactive = self.facts.inactive.contains(owner);
        let (owner, because) = if inactive {
            self.rejected.push((owner.to_string(), Rule::AssigneeInactive));
            (&self.config.org_user, Rule::AssigneeInactive)
        } else {
            (owner, because)
        };
        AssignmentDecision {
            owner: Some(owner.clone()),
            because,
            rejected: self.rejected,
            took_turn: None,
            alert: inactive,
        }
    }

    /// The active user whose turn it is.
    fn next(
        mut self,
        users: &[UserId],
        rule: &AssignmentRule,
        because: Rule,
    ) -> AssignmentDecision {
        let (inactive, active): (Vec<&UserId>, Vec<&UserId>) =
            users.iter().partition(|it| self.facts.inactive.contains(*it));
        let skipped = inactive.iter().map(|it| (it.to_string(), Rule::AssigneeInactive));
        self.rejected.extend(skipped);
        let turn = self.facts.turns.get(&rule.name).copied().unwrap_or(0);
        let place = usize::try_from(turn % (active.len().max(1) as u64)).unwrap_or(0);
        let Some(user) = active.get(place) else {
            return self.one_of_none();
        };
        let took_turn = Some(rule.name.clone());
        AssignmentDecision { took_turn, ..self.one(user, because) }
    }

    /// Nobody in the round is active: the org user.
    fn one_of_none(self) -> AssignmentDecision {
        AssignmentDecision {
            owner: Some(self.config.org_user.clone()),
            because: Rule::AssigneeInactive,
            rejected: self.rejected,
            took_turn: None,
            alert: true,
        }
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;
    use crate::{Condition, Test, acme};

    #[test]
    fn the_owner_of_a_targeted_account_gets_the_lead() {
        check("Target=yes", "", "", 0, expect!["u-own (matchmaker.account_owner)"]);
    }

    #[test]
    fn the_first_rule_that_applies_assigns() {
        check(
            "Type=Customer",
            "u-dana SDR",
            "",
            0,
            expect!["u-dana (matchmaker.team_role) over target: matchmaker.rule_not_met"],
        );
    }

    #[test]
    fn a_missing_role_leaves_the_lead_to_the_accounts_owner() {
        check(
            "Type=Customer",
            "u-dana AE",
            "",
            0,
            expect!["u-own (matchmaker.role_missing) over target: matchmaker.rule_not_met"],
        );
    }

    #[test]
    fn of_several_members_the_lowest_id_or_one_after_the_other() {
        let team = "u-eve SDR, u-bo SDR, u-dana SDR";
        check(
            "Type=Customer",
            team,
            "",
            0,
            expect!["u-bo (matchmaker.role_lowest_id) over target: matchmaker.rule_not_met"],
        );
        check(
            "Type=Customer",
            team,
            "round",
            1,
            expect![
                "u-dana (matchmaker.role_round_robin, turn of sdr) over target: matchmaker.rule_not_met"
            ],
        );
    }

    #[test]
    fn an_inactive_owner_gives_way_to_the_org_user() {
        check(
            "Target=yes",
            "",
            "u-own",
            0,
            expect!["org (matchmaker.owner_inactive, alert) over u-own: matchmaker.owner_inactive"],
        );
    }

    #[test]
    fn a_round_robin_takes_turns_and_skips_who_is_inactive() {
        let unmatched = |turn, out| {
            check("none", "", "", turn, out);
        };
        unmatched(
            0,
            expect![
                "u-bo (matchmaker.round_robin, turn of rest) over target: matchmaker.rule_not_met, sdr: matchmaker.rule_not_met, temp: matchmaker.rule_not_met"
            ],
        );
        unmatched(
            3,
            expect![
                "u-dana (matchmaker.round_robin, turn of rest) over target: matchmaker.rule_not_met, sdr: matchmaker.rule_not_met, temp: matchmaker.rule_not_met"
            ],
        );
        check(
            "none",
            "",
            "u-bo",
            0,
            expect![
                "u-dana (matchmaker.round_robin, turn of rest) over target: matchmaker.rule_not_met, sdr: matchmaker.rule_not_met, temp: matchmaker.rule_not_met, u-bo: matchmaker.owner_inactive"
            ],
        );
        check(
            "none",
            "",
            "u-bo u-dana",
            0,
            expect![
                "org (matchmaker.owner_inactive, alert) over target: matchmaker.rule_not_met, sdr: matchmaker.rule_not_met, temp: matchmaker.rule_not_met, u-bo: matchmaker.owner_inactive, u-dana: matchmaker.owner_inactive"
            ],
        );
    }

    #[test]
    fn a_rule_that_returns_the_trigger_moves_nothing() {
        check(
            "Type=Temp",
            "",
            "",
            0,
            expect![
                "stays (matchmaker.returns_temporary, alert) over target: matchmaker.rule_not_met, sdr: matchmaker.rule_not_met, temp: matchmaker.fixed_owner"
            ],
        );
    }

    #[test]
    fn without_a_rule_the_lead_stays() {
        check(
            "Type=Other",
            "",
            "",
            0,
            expect![
                "stays (matchmaker.no_rule, alert) over target: matchmaker.rule_not_met, sdr: matchmaker.rule_not_met, temp: matchmaker.rule_not_met, rest: matchmaker.rule_not_met"
            ],
        );
    }

    #[test]
    fn after_so_many_assignments_nobody_is_assigned() {
        check("Target=yes", "", "guard", 0, expect!["stays (matchmaker.loop_guard, alert)"]);
    }

    /// An account's fields (`none`: no match), its team, who is inactive (or a word for another setting), and the turn.
    #[track_caller]
    fn check(account: &str, team: &str, inactive: &str, turn: u64, expect: Expect) {
        let mut config = acme::config();
        if inactive == "round" {
            config.settings.several_role_members = SeveralRoleMembers::RoundRobin;
        }
        let team = team.split(", ").filter_map(|it| it.split_once(' '));
        let matched = MatchedAccount {
            id: "A".into(),
            owner: "u-own".into(),
            fields: acme::fields(if account == "none" { "" } else { account }),
            team: team.map(|(user, role)| (user.into(), role.to_owned())).collect(),
        };
        let facts = AssignmentFacts {
            account: (account != "none").then_some(&matched),
            inactive: &inactive.split(' ').map(UserId::from).collect(),
            turns: &["sdr", "rest"].map(|it| (it.to_owned(), turn)).into(),
            changes: if inactive == "guard" { 5 } else { 4 },
        };
        let decided = assign_lead(&facts, &matchmaker(), &config);
        let owner = decided.owner.map_or("stays".to_owned(), |it| it.to_string());
        let turn = decided.took_turn.map(|it| format!(", turn of {it}")).unwrap_or_default();
        let alert = if decided.alert { ", alert" } else { "" };
        let over: Vec<String> =
            decided.rejected.iter().map(|(id, rule)| format!("{id}: {rule}")).collect();
        let over =
            if over.is_empty() { String::new() } else { format!(" over {}", over.join(", ")) };
        expect.assert_eq(&format!("{owner} ({}{turn}{alert}){over}", decided.because));
    }

    fn matchmaker() -> Matchmaker {
        let rule = |name: &str, applies, when: &[(&str, &str)], assign| AssignmentRule {
            name: name.to_owned(),
            applies,
            when: when
                .iter()
                .map(|(field, value)| Condition {
                    field: (*field).into(),
                    test: Test::Is((*value).to_owned()),
                })
                .collect(),
            assign,
        };
        let matched = Applies::Matched;
        Matchmaker {
            trigger_owner: "q-temp".into(),
            match_by: Vec::new(),
            excluded_domains: Vec::new(),
            rules: vec![
                rule("target", matched, &[("Target", "yes")], Assignee::AccountOwner),
                rule("sdr", matched, &[("Type", "Customer")], Assignee::TeamRole("SDR".into())),
                rule("temp", matched, &[("Type", "Temp")], Assignee::Owner("q-temp".into())),
                rule(
                    "rest",
                    Applies::Unmatched,
                    &[],
                    Assignee::RoundRobin(vec!["u-bo".into(), "u-dana".into()]),
                ),
            ],
            owner_changes_max: 5,
            convert: None,
        }
    }
}
