//! Which scenarios tell a mutant from the real rules.

use std::{
    collections::{BTreeMap, BTreeSet},
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use scenarios::{Text, ast::Scenario};

use super::Mutant;
use crate::{
    run::{RunOptions, run_with},
    suite::{Suite, bugs},
};

/// What became of a mutant: by requirement the scenario that turned red, or nothing.
pub type Catch = BTreeMap<&'static str, Option<String>>;

/// A mutant and what became of it.
#[derive(Debug)]
pub struct Hunted {
    /// The mutant.
    pub mutant: &'static Mutant,
    /// The scenario that caught it, for each requirement that it breaks.
    pub caught: Catch,
}

/// Plays mutants on so many threads: for each requirement that one breaks, the scenarios that name the requirement, until
/// one turns red.
pub fn hunt(suite: &Suite, mutants: &[&'static Mutant], jobs: usize) -> Vec<Hunted> {
    bugs::keep_quiet();
    let (next, done) = (AtomicUsize::new(0), Mutex::new(BTreeMap::new()));
    let work = || {
        let _scope = bugs::Scope::enter();
        loop {
            let place = next.fetch_add(1, Ordering::Relaxed);
            let Some(mutant) = mutants.get(place) else { break };
            let caught = catchers(mutant, suite);
            let mut done = done.lock().unwrap_or_else(PoisonError::into_inner);
            done.insert(place, Hunted { mutant, caught });
        }
    };
    thread::scope(|scope| (0..jobs.max(1)).for_each(|_| drop(scope.spawn(work))));
    done.into_inner().unwrap_or_else(PoisonError::into_inner).into_values().collect()
}

/// Plays the scenarios that name what is broken until one turns red, for each requirement.
fn catchers(mutant: &'static Mutant, suite: &Suite) -> Catch {
    let mut verdicts: BTreeMap<usize, bool> = BTreeMap::new();
    let mut caught = Catch::new();
    for id in mutant.breaks {
        let naming = suite.scenarios.iter().enumerate().filter(|(_, it)| names(it).contains(id));
        let mut red = naming.filter(|(place, scenario)| {
            *verdicts.entry(*place).or_insert_with(|| is_red(scenario, suite, mutant))
        });
        caught.insert(id, red.next().map(|(_, scenario)| scenario.full_id()));
    }
    caught
}

/// The requirements and failure modes that a scenario names.
fn names(scenario: &Scenario) -> BTreeSet<&str> {
    let failures = scenario.tags.iter().filter(|tag| tag.starts_with("FM-"));
    scenario.requirements.iter().chain(failures).map(Text::as_str).collect()
}

/// Whether the scenario turns red under the mutant. A mutant at which the engine panics is caught as well.
fn is_red(scenario: &Scenario, suite: &Suite, mutant: &Mutant) -> bool {
    let options = RunOptions { origin: suite.found.origin, ..RunOptions::default() };
    let played = catch_unwind(AssertUnwindSafe(|| {
        let outcome = run_with(scenario, &options, mutant.rules());
        outcome.is_ok_and(|it| {
            it.runaway || !it.troubles.is_empty() || !it.judgement.findings.is_empty()
        })
    }));
    played.unwrap_or(true)
}
