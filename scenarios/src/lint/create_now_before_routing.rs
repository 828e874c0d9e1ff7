//! Which leads are created before the rep who will chat is known? (EX-15)
//!
//! A create step that acts at once gives the lead to whoever is there at that moment; a rep who takes the chat in a later
//! step of the same Experience will not own it, since an owner stays (AS-05). A create that comes after the routing finds
//! the rep, and so does one that waits.

use crate::ast::{Experience, PushAction, PushTiming, Scenario, Step, StepKind};
use crate::diagnostic::Diagnostic;

pub(super) fn look(scenario: &Scenario) -> Vec<Diagnostic> {
    scenario.engine.experiences.iter().flat_map(of_experience).collect()
}

fn of_experience(experience: &Experience) -> Vec<Diagnostic> {
    let routes = |it: &Step| matches!(it.kind, StepKind::RouteToRep { .. });
    let last = experience.steps.iter().rposition(routes).unwrap_or(0);
    let (before, routing) = experience.steps.split_at(last);
    let Some(routing) = routing.first() else { return Vec::new() };
    let creates = before.iter().filter(|it| creates_now(it));
    creates
        .map(|step| {
            let message =
                format!("`{}` creates the lead before a rep is in the chat", experience.name);
            Diagnostic::warning(step.place.0, message)
                .label("acts at once: the org user will own the lead")
                .context(routing.place.0, "the rep comes here, and will not own it")
                .help("write `when: wait`: the rep's start then creates the lead")
        })
        .collect()
}

fn creates_now(step: &Step) -> bool {
    let StepKind::Push(push) = &step.kind else { return false };
    push.when == PushTiming::Now && push.action != PushAction::UpdatePerson
}

#[cfg(test)]
mod tests {
    use crate::lint::tests::check;
    use expect_test::expect;

    fn experience(steps: &str) -> String {
        format!("experiences: {{ pricing: {{ steps: [{steps}] }} }}")
    }

    #[test]
    fn a_create_now_before_routing_is_told() {
        let steps = "push: { to: salesforce, action: create_lead, when: now }, route_to_rep: {}";
        check(
            "W002",
            &experience(steps),
            expect![[r#"
            `pricing` creates the lead before a rep is in the chat
        "#]],
        );
    }

    #[test]
    fn a_create_that_waits_or_follows_is_in_order() {
        let waits = "push: { to: salesforce, action: create_lead, when: wait }, route_to_rep: {}";
        check("W002", &experience(waits), expect![""]);
        let follows = "route_to_rep: {}, push: { to: salesforce, action: create_lead, when: now }";
        check("W002", &experience(follows), expect![""]);
    }

    #[test]
    fn an_update_now_makes_no_lead() {
        let steps = "push: { to: salesforce, action: update_person, when: now }, route_to_rep: {}";
        check("W002", &experience(steps), expect![""]);
    }
}
