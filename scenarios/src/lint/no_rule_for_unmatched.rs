//! Which rule set leaves leads without an account where they are? (MM-04, K-34)
//!
//! The assignment runs after the attempt to match, match or not. Without a rule for unmatched leads these stay with the
//! trigger owner. The setting `no_match_rule: strict` makes it an error.

use crate::ast::Scenario;
use crate::diagnostic::Diagnostic;

pub(super) fn look(scenario: &Scenario) -> Vec<Diagnostic> {
    let packages = scenario.engine.packages.as_ref();
    let Some(setup) = packages.and_then(|it| it.matchmaker.as_ref()) else { return Vec::new() };
    if setup.rules.is_empty() || setup.rules.iter().any(|rule| rule.unmatched) {
        return Vec::new();
    }
    let trigger = &setup.trigger_owner;
    let told = Diagnostic::warning(trigger.span, "no rule is for leads without an account")
        .label(format!("they stay with `{trigger}`"))
        .help("add a rule with `unmatched: true`");
    vec![told]
}

#[cfg(test)]
mod tests {
    use crate::lint::tests::check;
    use expect_test::expect;

    fn rules(rules: &str) -> String {
        format!("packages: {{ matchmaker: {{ trigger_owner: routing, rules: {{ {rules} }} }} }}")
    }

    #[test]
    fn a_rule_set_without_a_rule_for_unmatched_leads_is_told() {
        check(
            "W043",
            &rules("target: { account_owner: true }"),
            expect![[r#"
                no rule is for leads without an account
            "#]],
        );
    }

    #[test]
    fn a_rule_for_them_is_in_order() {
        let both = "target: { account_owner: true }, rest: { unmatched: true, owner: dana }";
        check("W043", &rules(both), expect![""]);
    }
}
