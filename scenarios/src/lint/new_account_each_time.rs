//! Which conversions make a new account each time? (LL-27)

use crate::ast::{ActionKind, Scenario};
use crate::diagnostic::Diagnostic;

pub(super) fn look(scenario: &Scenario) -> Vec<Diagnostic> {
    let workflows = scenario.engine.liaison.iter().flat_map(|it| &it.workflows);
    let actions = workflows.flat_map(|it| it.actions.iter().map(move |action| (it, action)));
    let careless = actions.filter(
        |(_, it)| matches!(&it.kind, ActionKind::ConvertLead(convert) if !convert.attach_to_account),
    );
    careless
        .map(|(workflow, action)| {
            let message = format!("`{}` may make duplicate accounts", workflow.name);
            Diagnostic::warning(action.place.0, message)
                .label("each conversion makes an account, whether or not there is one of the name")
                .help("set `attach_to_account: true`")
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use crate::lint::tests::check;
    use expect_test::expect;

    #[test]
    fn a_new_account_each_time_is_told() {
        check(
            "W031",
            "liaison: { workflows: { win: { actions: [{ convert_lead: { status: Won } }] } } }",
            expect![[r#"
            `win` may make duplicate accounts
        "#]],
        );
    }

    #[test]
    fn attaching_is_in_order() {
        check(
            "W031",
            "liaison: { workflows: { win: { actions: [{ convert_lead: { status: Won, attach_to_account: true } }] } } }",
            expect![""],
        );
    }
}
