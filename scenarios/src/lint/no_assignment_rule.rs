//! Which workflows leave the owner to rules that the org does not have? (LL-08)

use crate::ast::{ActionKind, AssignMode, Scenario};
use crate::diagnostic::Diagnostic;

pub(super) fn look(scenario: &Scenario) -> Vec<Diagnostic> {
    let leads = scenario.world.objects.iter().filter(|it| it.object == *"Lead");
    let mut rules = leads.filter_map(|it| it.assignment_rule.as_ref());
    if rules.any(|rule| rule.active) {
        return Vec::new();
    }
    let workflows = scenario.engine.liaison.iter().flat_map(|it| &it.workflows);
    let actions = workflows.flat_map(|it| it.actions.iter().map(move |action| (it, action)));
    let asking = actions.filter(|(_, it)| {
        matches!(&it.kind, ActionKind::SyncLead(sync) if sync.assign_to == Some(AssignMode::SalesforceRules))
    });
    asking
        .map(|(workflow, action)| {
            let message = format!(
                "`{}` leaves the owner to assignment rules, and none is active",
                workflow.name
            );
            Diagnostic::warning(action.place.0, message)
                .label("its leads stay with the API user")
                .help("set up an active rule in the org first")
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use crate::lint::tests::check;
    use expect_test::expect;

    #[test]
    fn rules_that_are_not_there_are_told() {
        check(
            "W032",
            "liaison: { workflows: { in: { actions: [{ sync_lead: { assign_to: salesforce_rules } }] } } }",
            expect![[r#"
            `in` leaves the owner to assignment rules, and none is active
        "#]],
        );
    }

    #[test]
    fn other_modes_need_no_rules() {
        check(
            "W032",
            "liaison: { workflows: { in: { actions: [{ sync_lead: {} }] } } }",
            expect![""],
        );
    }
}
