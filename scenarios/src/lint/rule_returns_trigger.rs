//! Which assignment rule gives the lead back to the owner that triggered it? (MM-07)
//!
//! Rules must move the lead away: the trigger owner is whom Response Management waits to lose it.

use crate::ast::{AssigneeSetup, MatchmakerSetup, Scenario};
use crate::diagnostic::Diagnostic;
use crate::source::Text;

pub(super) fn look(scenario: &Scenario) -> Vec<Diagnostic> {
    let packages = scenario.engine.packages.as_ref();
    let Some(setup) = packages.and_then(|it| it.matchmaker.as_ref()) else { return Vec::new() };
    let rules = setup.rules.iter().flat_map(|rule| returned(setup, &rule.assign));
    rules
        .map(|owner| {
            let message = format!("the rule returns `{owner}`, which triggered it");
            Diagnostic::warning(owner.span, message)
                .label("the lead stays where it is, and its response waits")
                .help("name another owner")
        })
        .collect()
}

fn returned<'a>(setup: &MatchmakerSetup, assign: &'a AssigneeSetup) -> Vec<&'a Text> {
    let owners = match assign {
        AssigneeSetup::Owner(owner) => std::slice::from_ref(owner),
        AssigneeSetup::RoundRobin(owners) => owners,
        AssigneeSetup::AccountOwner | AssigneeSetup::TeamRole(_) => &[],
    };
    owners.iter().filter(|it| **it == setup.trigger_owner).collect()
}

#[cfg(test)]
mod tests {
    use crate::lint::tests::check;
    use expect_test::expect;

    fn rules(rules: &str) -> String {
        format!("packages: {{ matchmaker: {{ trigger_owner: routing, rules: {{ {rules} }} }} }}")
    }

    #[test]
    fn a_rule_that_returns_the_trigger_is_told() {
        for rule in ["circle: { owner: routing }", "circle: { round_robin: [dana, routing] }"] {
            let told = expect![[r#"
                the rule returns `routing`, which triggered it
            "#]];
            check("W042", &rules(rule), told);
        }
    }

    #[test]
    fn other_owners_are_in_order() {
        check("W042", &rules("all: { owner: dana }, target: { account_owner: true }"), expect![""]);
    }
}
