//! The same scenario without what makes things go wrong in it.
//!
//! Coverage asks with it whether a scenario depends on the failure that it names: played without the provocation, it has
//! to turn red, or at least to go another way.

use crate::ast::{Fault, FaultVerdict, Scenario, Verb};
use crate::unparse::verb_word;

/// Takes a circumstance out of a scenario.
type TakeOut = fn(&mut Scenario);

/// The circumstances, each with what takes it out.
const CIRCUMSTANCES: &[(&str, TakeOut)] = &[
    ("validation_rules", |it| {
        it.world.objects.iter_mut().for_each(|object| object.validation_rules.clear());
    }),
    ("duplicate_rules", |it| {
        it.world.objects.iter_mut().for_each(|object| object.duplicate_rules.clear());
    }),
    ("assignment_rule", |it| {
        it.world.objects.iter_mut().for_each(|object| object.assignment_rule = None);
    }),
    ("flows", |it| it.world.objects.iter_mut().for_each(|object| object.flows.clear())),
    ("required", |it| it.world.objects.iter_mut().for_each(|object| object.required.clear())),
    ("permissions", |it| {
        it.world.users.iter_mut().for_each(|user| {
            user.permissions.clear();
            user.read_only_fields.clear();
            user.hidden_fields.clear();
        });
    }),
    ("records", |it| it.world.records.clear()),
    ("time_zone", |it| it.world.org.time_zone = None),
    ("api_allocation", |it| {
        it.world.org.api_allocation = None;
        it.world.org.enforce_allocation = false;
    }),
    ("search_delay", |it| it.world.org.search_delay = None),
    ("campaigns", |it| it.world.campaigns.iter_mut().for_each(|it| it.statuses.clear())),
    ("batching", |it| it.engine.batching = None),
];

/// The scenario without what these words mean; nothing if none of them is in it.
pub fn without(scenario: &Scenario, words: &[String]) -> Option<Scenario> {
    let meant = |word: &str| words.iter().any(|it| it == word);
    let mut calm = scenario.clone();
    calm.timeline.retain(|line| match &line.verb {
        Verb::Fault(fault) => !kind(fault).is_some_and(meant),
        verb => !meant(verb_word(verb)),
    });
    for (_, take_out) in CIRCUMSTANCES.iter().filter(|(word, _)| meant(word)) {
        take_out(&mut calm);
    }
    (calm != *scenario).then_some(calm)
}

fn kind(fault: &Fault) -> Option<&str> {
    match &fault.verdict {
        FaultVerdict::Named(named) => Some(&named.kind),
        FaultVerdict::Answer(_) => Some("answer"),
        FaultVerdict::LinkDown(_) => Some("link_down"),
        FaultVerdict::LinkSlow(_) => Some("link_slow"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(words: &[&str], left: Option<&[&str]>) {
        let text = "format: 1\nscenario: a/b\ntitle: t\nrequirements: []\ntags: [example]\n\
            clock: { starts: 2026-03-02T09:00:00Z }\n\
            world: { objects: { Lead: { required: [Phone] } } }\n\
            timeline:\n\
            - { at: 0s, fault: { id: down, operations: create, answer: 503 } }\n\
            - { at: 0s, land: { visitor: sam } }\n\
            - { at: 1s, restart_engine: {} }\n";
        let loaded = crate::load_text("a.scenario.yaml", text);
        assert!(loaded.diagnostics.is_empty(), "{:#?}", loaded.diagnostics);
        let words: Vec<String> = words.iter().map(|it| (*it).to_owned()).collect();
        let calm = without(&loaded.scenarios[0], &words);
        let calm = calm.map(|it| crate::provoke::provocations(&it));
        let left = left.map(|it| it.iter().map(|word| (*word).to_owned()).collect());
        assert_eq!(calm, left, "{words:?}");
    }

    #[test]
    fn what_is_meant_is_taken_out_and_the_rest_stays() {
        check(&["answer"], Some(&["land", "required", "restart_engine"]));
        check(&["restart_engine"], Some(&["answer", "fault", "land", "required"]));
        check(&["required", "merge"], Some(&["answer", "fault", "land", "restart_engine"]));
    }

    #[test]
    fn nothing_is_said_where_there_is_nothing_to_take_out() {
        check(&["merge", "flows"], None);
    }
}
