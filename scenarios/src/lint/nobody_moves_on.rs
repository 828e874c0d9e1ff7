//! Which temporary owner does nobody move leads away from? (RM-06)
//!
//! Response Management waits for another owner change. If no installed package is triggered by the temporary owner, or if
//! it has no rule, a person has to make every change, or the response waits for ever.

use crate::ast::Scenario;
use crate::diagnostic::Diagnostic;

pub(super) fn look(scenario: &Scenario) -> Vec<Diagnostic> {
    let Some(packages) = &scenario.engine.packages else { return Vec::new() };
    let Some(response) = &packages.response_management else { return Vec::new() };
    let temporary = &response.temporary_owner;
    let moves = packages.matchmaker.as_ref();
    if moves.is_some_and(|it| it.trigger_owner == *temporary && !it.rules.is_empty()) {
        return Vec::new();
    }
    let message = format!("nobody is set up to move leads away from `{temporary}`");
    let told = Diagnostic::warning(temporary.span, message)
        .label("responses wait here for an owner change that must come from a person")
        .help("trigger Matchmaker by this owner, and give it rules");
    vec![told]
}

#[cfg(test)]
mod tests {
    use crate::lint::tests::check;
    use expect_test::expect;

    const RESPONSE: &str = "response_management: { temporary_owner: routing }";

    #[test]
    fn a_temporary_owner_without_a_trigger_or_without_rules_is_told() {
        for more in [
            "",
            ", matchmaker: { trigger_owner: other, rules: { all: { owner: dana } } }",
            ", matchmaker: { trigger_owner: routing }",
        ] {
            let told = expect![[r#"
                nobody is set up to move leads away from `routing`
            "#]];
            check("W040", &format!("packages: {{ {RESPONSE}{more} }}"), told);
        }
    }

    #[test]
    fn a_matchmaker_that_is_triggered_and_has_rules_is_in_order() {
        let more = ", matchmaker: { trigger_owner: routing, rules: { all: { owner: dana } } }";
        check("W040", &format!("packages: {{ {RESPONSE}{more} }}"), expect![""]);
        check("W040", "packages: {}", expect![""]);
    }
}
