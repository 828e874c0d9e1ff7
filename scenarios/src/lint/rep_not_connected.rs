//! Which reps have no connection of their own? (CN-03)
//!
//! Leads and Events of such a rep fall to the org user. One warning a rep.

use crate::ast::Scenario;
use crate::diagnostic::Diagnostic;

pub(super) fn look(scenario: &Scenario) -> Vec<Diagnostic> {
    let unconnected = scenario.engine.connections.reps.iter().filter(|rep| rep.user.is_none());
    unconnected
        .map(|rep| {
            let message = format!("the rep `{}` has no connection to Salesforce", rep.rep);
            Diagnostic::warning(rep.rep.span, message)
                .label("the org user will own this rep's leads and Events")
                .help("name the rep's user: `user: NAME`")
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use crate::lint::tests::check;
    use expect_test::expect;

    #[test]
    fn each_rep_without_a_user_is_told() {
        let reps =
            "connections: { reps: { dana: dana, bo: null, eve: { name: Eve Ito, user: null } } }";
        check(
            "W001",
            reps,
            expect![[r#"
            the rep `bo` has no connection to Salesforce
            the rep `eve` has no connection to Salesforce
        "#]],
        );
    }

    #[test]
    fn connected_reps_are_in_order() {
        check("W001", "connections: { reps: { dana: dana } }", expect![""]);
    }
}
