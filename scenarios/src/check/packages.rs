//! `engine.packages`: users and queues exist, fields exist, and rules can apply.

use crate::ast::{
    AssigneeSetup, AssignmentRuleSetup, Conditions, MatchmakerSetup, PackagesSetup, ResponseSetup,
};
use crate::check::Checker;
use crate::diagnostic::{Diagnostic, code};

/// The setting that makes a rule set without a rule for unmatched leads an error (K-34).
const NO_MATCH_RULE: &str = "no_match_rule";

impl<'a> Checker<'a> {
    pub(super) fn packages(&mut self, packages: &'a PackagesSetup) {
        if let Some(setup) = &packages.response_management {
            self.response_management(setup);
        }
        if let Some(setup) = &packages.matchmaker {
            self.matchmaker(setup);
        }
    }

    /// Whether a rule of Matchmaker has this name.
    pub(super) fn is_package_rule(&self, name: &str) -> bool {
        let packages = self.scenario.engine.packages.as_ref();
        let setup = packages.and_then(|it| it.matchmaker.as_ref());
        setup.is_some_and(|it| it.rules.iter().any(|rule| *rule.name == *name))
    }

    fn response_management(&mut self, setup: &'a ResponseSetup) {
        self.owner(&setup.temporary_owner);
        setup.reassign.iter().for_each(|owner| self.owner(owner));
        setup.notify.iter().for_each(|user| self.user(user));
        self.conditions("Lead", &setup.qualified);
        self.conditions("CampaignMember", &setup.response);
    }

    fn matchmaker(&mut self, setup: &'a MatchmakerSetup) {
        self.owner(&setup.trigger_owner);
        setup.rules.iter().for_each(|rule| self.assignment_rule(rule));
        if let Some(convert) = &setup.convert {
            self.conditions("Account", &convert.when);
        }
        let settings = self.scenario.engine.settings.iter();
        let strict = settings.rev().find(|(name, _)| *name == NO_MATCH_RULE);
        let strict = strict.is_some_and(|(_, value)| *value == "strict");
        if strict && !setup.rules.iter().any(|rule| rule.unmatched) {
            let message = "no rule is for leads without an account, and `no_match_rule` is strict";
            let found = Diagnostic::error(code::IMPOSSIBLE, setup.place.0, message);
            self.out.push(found.help("add a rule with `unmatched: true` (K-34, MM-04)"));
        }
    }

    fn assignment_rule(&mut self, rule: &'a AssignmentRuleSetup) {
        self.conditions("Account", &rule.when);
        match &rule.assign {
            AssigneeSetup::Owner(owner) => self.owner(owner),
            AssigneeSetup::RoundRobin(users) => {
                for user in users {
                    self.owner(user);
                }
                if users.is_empty() {
                    self.error(
                        code::IMPOSSIBLE,
                        &rule.name,
                        "the round robin has nobody in it",
                        "list at least one user",
                    );
                }
            }
            AssigneeSetup::AccountOwner | AssigneeSetup::TeamRole(_) if rule.unmatched => {
                let message = "a lead without an account has no account owner and no account team";
                self.error(
                    code::IMPOSSIBLE,
                    &rule.name,
                    message,
                    "name an owner, or a round robin",
                );
            }
            AssigneeSetup::AccountOwner | AssigneeSetup::TeamRole(_) => {}
        }
        if rule.unmatched && !rule.when.is_empty() {
            let message = "conditions are about the account; a lead without an account has none";
            self.error(
                code::IMPOSSIBLE,
                &rule.name,
                message,
                "remove `when`, or `unmatched: true`",
            );
        }
    }

    fn conditions(&mut self, object: &'a str, conditions: &'a Conditions) {
        for (field, _) in conditions {
            self.field(object, field);
        }
    }
}
