//! Which workflows convert a lead that nothing links? (LL-33)
//!
//! A conversion waits for the link that Sync Lead makes. Where no workflow syncs, every job is dismissed after two weeks.

use crate::ast::{ActionKind, Scenario};
use crate::diagnostic::Diagnostic;

pub(super) fn look(scenario: &Scenario) -> Vec<Diagnostic> {
    let workflows = || scenario.engine.liaison.iter().flat_map(|it| &it.workflows);
    let mut actions = workflows().flat_map(|it| &it.actions);
    if actions.any(|it| matches!(it.kind, ActionKind::SyncLead(_))) {
        return Vec::new();
    }
    let converts = workflows().filter(|it| {
        it.actions.iter().any(|action| matches!(action.kind, ActionKind::ConvertLead(_)))
    });
    converts
        .map(|workflow| {
            let message = format!("`{}` converts leads, and no workflow syncs any", workflow.name);
            Diagnostic::warning(workflow.name.span, message)
                .label("its jobs wait for a link, and are dismissed after two weeks")
                .help("add a `sync_lead` to this workflow or another one")
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use crate::lint::tests::check;
    use expect_test::expect;

    const CONVERT: &str = "convert_lead: { status: Won }";

    #[test]
    fn a_conversion_that_nothing_links_is_told() {
        let engine =
            format!("liaison: {{ workflows: {{ win: {{ actions: [{{ {CONVERT} }}] }} }} }}");
        check(
            "W030",
            &engine,
            expect![[r#"
            `win` converts leads, and no workflow syncs any
        "#]],
        );
    }

    #[test]
    fn any_workflow_may_link() {
        let engine = format!(
            "liaison: {{ workflows: {{ win: {{ actions: [{{ {CONVERT} }}] }}, sync: {{ actions: [{{ sync_lead: {{}} }}] }} }} }}"
        );
        check("W030", &engine, expect![""]);
    }
}
