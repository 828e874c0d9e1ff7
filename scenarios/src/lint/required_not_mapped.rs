//! Which fields that a lead must have does nothing fill? (MP-05d)
//!
//! Salesforce saves no lead without its required fields: Last Name, Company and what the org demands beside. One that
//! neither the mapping nor a constant nor the filler of a marketing product writes keeps every create waiting for ever.
//! One warning a field. What the org only demands later is told at run time (`sync.required_missing`).

use crate::ast::{ActionKind, CustomField, EngineSetup, PushAction, Scenario, StepKind};
use crate::diagnostic::Diagnostic;
use crate::source::{Place, Text};

/// What every lead must have.
const STANDARD: [&str; 2] = ["LastName", "Company"];

pub(super) fn look(scenario: &Scenario) -> Vec<Diagnostic> {
    let Some(place) = first_create(&scenario.engine) else { return Vec::new() };
    let empty = required(scenario).filter(|field| !is_filled(&scenario.engine, field));
    empty
        .map(|field| {
            let message = format!("nothing fills the lead's required field `{field}`");
            Diagnostic::warning(place.0, message)
                .label("no lead can ever be created here")
                .help(format!("map a visitor field to `{field}`, or give it a constant"))
        })
        .collect()
}

/// The first step or action that makes leads in Salesforce.
fn first_create(engine: &EngineSetup) -> Option<Place> {
    let via_map = |(name, value): &(_, _)| *name == *"topology" && *value == *"via_map";
    if engine.settings.iter().any(via_map) {
        return None;
    }
    let steps = engine.experiences.iter().flat_map(|it| &it.steps);
    let pushes = steps.filter(|step| {
        matches!(&step.kind, StepKind::Push(push)
            if push.to == *"salesforce" && push.action != PushAction::UpdatePerson)
    });
    let workflows = engine.liaison.iter().flat_map(|it| &it.workflows);
    let actions = workflows.flat_map(|it| &it.actions);
    let syncs = actions.filter(|it| matches!(it.kind, ActionKind::SyncLead(_)));
    pushes.map(|it| it.place).chain(syncs.map(|it| it.place)).next()
}

fn required(scenario: &Scenario) -> impl Iterator<Item = &str> {
    let leads = || scenario.world.objects.iter().filter(|it| it.object == *"Lead");
    let standard = leads().flat_map(|it| &it.required).map(Text::as_str);
    let demanded = |it: &&CustomField| it.required && it.default.is_none();
    let custom = leads().flat_map(|it| &it.fields).filter(demanded).map(|it| it.name.as_str());
    STANDARD.into_iter().chain(standard).chain(custom)
}

fn is_filled(engine: &EngineSetup, field: &str) -> bool {
    let of_lead = |it: &&crate::ast::ObjectFields| it.object == *"lead";
    let mut mapped = engine.mapping.iter().filter(of_lead).flat_map(|it| &it.fields);
    let mut constants = engine.constants.iter().filter(of_lead).flat_map(|it| &it.fields);
    let has_filler = engine.liaison.is_some() && STANDARD.contains(&field);
    has_filler
        || field == "OwnerId"
        || mapped.any(|(_, to)| *to == *field)
        || constants.any(|(to, value)| *to == *field && !value.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use crate::lint::tests::check;
    use expect_test::expect;

    const CREATE: &str = "experiences: { form: { steps: [push: { to: salesforce, action: create_lead, when: now }] } }";

    #[test]
    fn each_required_field_that_nothing_fills_is_told() {
        check(
            "W004",
            &format!("{CREATE}, mapping: {{ lead: {{ visitor.company: Company }} }}"),
            expect![[r#"
                nothing fills the lead's required field `LastName`
            "#]],
        );
    }

    #[test]
    fn a_mapped_field_and_a_constant_are_in_order() {
        let filled = "mapping: { lead: { visitor.last_name: LastName } }, constants: { lead: { Company: Unknown } }";
        check("W004", &format!("{CREATE}, {filled}"), expect![""]);
    }

    #[test]
    fn where_no_lead_is_made_nothing_is_required() {
        let update = CREATE.replace("create_lead", "update_person");
        check("W004", &update, expect![""]);
    }

    #[test]
    fn a_filler_fills() {
        let sync = "liaison: { workflows: { in: { actions: [{ sync_lead: {} }] } } }";
        check("W004", sync, expect![""]);
    }
}
