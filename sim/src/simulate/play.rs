//! One play of a world with one strategy, through the path that every scenario takes.

use std::time::Instant;

use scenarios::{
    Finding,
    ast::{BatchStrategy, BatchingSetup, Scenario},
    time::format_offset,
};

use super::{Played, Score, with_strategy};
use crate::{
    population::Population,
    run::{RunError, RunOptions, RunOutcome, run_scenario},
};

/// How long work waits for company where a call can carry several, in milliseconds.
const MAX_WAIT_MS: i64 = 10_000;

/// How a strategy is set up.
pub(super) fn batching(strategy: BatchStrategy) -> BatchingSetup {
    let waits = strategy != BatchStrategy::Single;
    BatchingSetup {
        strategy: Some(strategy),
        max_records: Some(200),
        all_or_none: None,
        max_wait: Some(if waits { MAX_WAIT_MS } else { 0 }),
    }
}

/// Plays and scores.
pub fn play(population: &Population, strategy: BatchStrategy) -> Result<Played, RunError> {
    let scenario = with_strategy(&population.scenario, strategy);
    let begun = Instant::now();
    let outcome = run_scenario(&scenario, &RunOptions::default())?;
    let wall = begun.elapsed();
    let score = Score::of(&outcome.observation, &population.truths);
    let findings = findings(&scenario, &outcome);
    Ok(Played { strategy, wall, score, findings })
}

fn findings(scenario: &Scenario, outcome: &RunOutcome) -> Vec<String> {
    let mut lines: Vec<String> =
        outcome.judgement.findings.iter().map(|finding| line(scenario, finding)).collect();
    lines.extend(outcome.troubles.iter().map(|trouble| format!("the world: {}", trouble.text)));
    if outcome.runaway {
        lines.push("the run did not end".to_owned());
    }
    lines
}

/// Where, whose, what.
fn line(scenario: &Scenario, finding: &Finding) -> String {
    use scenarios::ast::{Check, Matcher, Subject};
    let expectation = finding.expectation.and_then(|it| scenario.expect.get(it));
    let about = match expectation.map(|it| &it.check) {
        Some(Check::Record(check)) => check.filter.first().map(|(field, matcher)| match matcher {
            Matcher::Is(value) => format!("{} with {field} {value}", check.object),
            _ => check.object.to_string(),
        }),
        Some(Check::Explain(check)) => match &check.subject {
            Subject::Visitor(name) => Some(format!("visitor {name}")),
            Subject::Record(name) => Some(format!("record {name}")),
            Subject::Account(name) => Some(format!("account {name}")),
            Subject::List(name) => Some(format!("list {name}")),
        },
        _ => None,
    };
    let ids = if expectation.is_none() { finding.ids.join(", ") } else { String::new() };
    let at = finding.at.map(|at| format_offset(at - scenario.clock.starts)).unwrap_or_default();
    let about = about.unwrap_or(ids);
    format!("{} at {at}: {about}: {}", finding.code, finding.message)
}
