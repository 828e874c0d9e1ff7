//! Which leads are with the temporary owner before their response comes? (RM-13d)
//!
//! Such a lead is not written, so that nothing is triggered by its owner change: its response waits until a person acts.
//! It happens to leads that are there already, and to those of a temporary owner who is subject to reassignment itself.

use crate::ast::{RecordSetup, Scenario};
use crate::diagnostic::Diagnostic;
use crate::source::Text;

pub(super) fn look(scenario: &Scenario) -> Vec<Diagnostic> {
    let packages = scenario.engine.packages.as_ref();
    let Some(response) = packages.and_then(|it| it.response_management.as_ref()) else {
        return Vec::new();
    };
    let temporary = &response.temporary_owner;
    let listed = response.reassign.iter().filter(|it| *it == temporary).map(|it| {
        let message = format!("the temporary owner `{it}` is subject to reassignment itself");
        Diagnostic::warning(it.span, message)
            .label("its leads are not written, and wait for a person")
            .help("list the owners whose leads are to be handed over, without the temporary one")
    });
    let records = scenario.world.records.iter().filter_map(|it| owner_of_lead(it));
    let there = records.filter(|it| *it == temporary).map(|it| {
        let message = format!("the lead is with the temporary owner `{it}` already");
        Diagnostic::warning(it.span, message)
            .label("a response of this lead waits for a person")
            .help("give the lead to an owner who is subject to reassignment")
    });
    listed.chain(there).collect()
}

fn owner_of_lead(record: &RecordSetup) -> Option<&Text> {
    let lead = record.object == "Lead";
    let owner = record.fields.iter().find(|(field, _)| *field == "Owner" || *field == "OwnerId");
    owner.filter(|_| lead).map(|(_, owner)| owner)
}

#[cfg(test)]
mod tests {
    use crate::lint::tests::check;
    use expect_test::expect;

    #[test]
    fn a_temporary_owner_who_is_subject_to_reassignment_is_told() {
        let response = "temporary_owner: routing, reassign: [web, routing]";
        check(
            "W041",
            &format!("packages: {{ response_management: {{ {response} }} }}"),
            expect![[r#"
                the temporary owner `routing` is subject to reassignment itself
            "#]],
        );
    }

    #[test]
    fn other_owners_are_in_order() {
        let response = "temporary_owner: routing, reassign: [web]";
        check(
            "W041",
            &format!("packages: {{ response_management: {{ {response} }} }}"),
            expect![""],
        );
    }
}
