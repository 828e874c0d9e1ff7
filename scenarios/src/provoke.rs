//! What a scenario makes happen, in the words by which the failure catalogue says how a failure is provoked.
//!
//! A word is the name of a fault (`row_lock`), a verb of the timeline (`convert`), or a part of the world or the engine
//! that is there from the start (`duplicate_rules`, `batching`). A scenario that carries a failure's id as a tag provokes
//! it if it uses one of the words of the failure's `provoked_by`.

mod without;

use std::collections::BTreeSet;

use crate::ast::{FaultVerdict, ObjectSetup, Scenario, UserSetup, Verb};
use crate::unparse::verb_word;

pub use self::without::without;

/// What a world and an engine can have from the start, as far as a failure can come of it.
pub const CIRCUMSTANCES: [&str; 19] = [
    "validation_rules",
    "duplicate_rules",
    "assignment_rule",
    "flows",
    "required",
    "permissions",
    "queues",
    "campaigns",
    "records",
    "time_zone",
    "api_allocation",
    "row_locks",
    "concurrent_calls",
    "bulk_job",
    "search_delay",
    "batching",
    "answer",
    "link_down",
    "link_slow",
];

/// The words for everything that the scenario makes happen.
pub fn provocations(scenario: &Scenario) -> BTreeSet<String> {
    let mut words: BTreeSet<String> = circumstances(scenario).map(str::to_owned).collect();
    for line in &scenario.timeline {
        words.insert(verb_word(&line.verb).to_owned());
        if let Verb::Fault(fault) = &line.verb {
            match &fault.verdict {
                FaultVerdict::Named(named) => words.insert(named.kind.to_string()),
                FaultVerdict::Answer(_) => words.insert("answer".to_owned()),
                FaultVerdict::LinkDown(_) => words.insert("link_down".to_owned()),
                FaultVerdict::LinkSlow(_) => words.insert("link_slow".to_owned()),
                _ => false,
            };
        }
    }
    words
}

/// Every verb of a timeline.
pub fn verbs() -> impl Iterator<Item = &'static str> {
    crate::decode::verbs()
}

fn circumstances(scenario: &Scenario) -> impl Iterator<Item = &'static str> {
    let world = &scenario.world;
    let any = |has: fn(&ObjectSetup) -> bool| world.objects.iter().any(has);
    let limits = |user: &UserSetup| {
        !(user.permissions.is_empty()
            && user.read_only_fields.is_empty()
            && user.hidden_fields.is_empty())
    };
    let given = [
        ("validation_rules", any(|it| !it.validation_rules.is_empty())),
        ("duplicate_rules", any(|it| !it.duplicate_rules.is_empty())),
        ("assignment_rule", any(|it| it.assignment_rule.is_some())),
        ("flows", any(|it| !it.flows.is_empty())),
        ("required", any(|it| !it.required.is_empty())),
        ("permissions", world.users.iter().any(limits)),
        ("queues", !world.queues.is_empty()),
        ("campaigns", !world.campaigns.is_empty()),
        ("records", !world.records.is_empty()),
        ("time_zone", world.org.time_zone.is_some()),
        ("api_allocation", world.org.api_allocation.is_some()),
        ("row_locks", world.org.row_locks.is_some()),
        ("concurrent_calls", world.org.concurrent_calls.is_some()),
        ("bulk_job", world.org.bulk_job.is_some()),
        ("search_delay", world.org.search_delay.is_some()),
        ("batching", scenario.engine.batching.is_some()),
    ];
    given.into_iter().filter(|(_, is)| *is).map(|(word, _)| word)
}
