//! Which updates leave out records that we did not make, and do not say why? (UP-04)
//!
//! Writing to any matching record is the recommended option: "previously synced" keeps new values from the CRM (UP-03).

use crate::ast::{Push, Scenario, StepKind, UpdateScope};
use crate::diagnostic::Diagnostic;

pub(super) fn look(scenario: &Scenario) -> Vec<Diagnostic> {
    let steps = scenario.engine.experiences.iter().flat_map(|it| &it.steps);
    steps
        .filter(|step| matches!(&step.kind, StepKind::Push(push) if withholds_silently(push)))
        .map(|step| {
            let message = "the step updates only records that were synced before, without a reason";
            Diagnostic::warning(step.place.0, message)
                .label("new values of every other matching record will not reach Salesforce")
                .help("write `records: any_match`, or say why: `reason: TEXT`")
        })
        .collect()
}

fn withholds_silently(push: &Push) -> bool {
    let reason = push.reason.as_ref().is_some_and(|text| !text.trim().is_empty());
    push.records == Some(UpdateScope::PreviouslySynced) && !reason
}

#[cfg(test)]
mod tests {
    use crate::lint::tests::check;
    use expect_test::expect;

    fn push(records: &str) -> String {
        let push = format!("to: salesforce, action: update_person, when: now{records}");
        format!("experiences: {{ form: {{ steps: [push: {{ {push} }}] }} }}")
    }

    #[test]
    fn a_missing_or_blank_reason_is_told() {
        check(
            "W003",
            &push(", records: previously_synced"),
            expect![[r#"
            the step updates only records that were synced before, without a reason
        "#]],
        );
        check(
            "W003",
            &push(", records: previously_synced, reason: ' '"),
            expect![[r#"
            the step updates only records that were synced before, without a reason
        "#]],
        );
    }

    #[test]
    fn a_reason_or_the_other_option_is_in_order() {
        check("W003", &push(", records: previously_synced, reason: Only ours."), expect![""]);
        check("W003", &push(", records: any_match"), expect![""]);
        check("W003", &push(""), expect![""]);
    }
}
