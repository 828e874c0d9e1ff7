//! A suite on trial: every scenario played once with the real rules, and again with broken ones as often as somebody asks.

use std::{
    collections::{BTreeMap, BTreeSet},
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use engine::{Rule, Rules, Standard};
use scenarios::{Observation, ast::Scenario, judge};

use super::Mutant;
use crate::{
    report::rules,
    run::{RunOptions, RunOutcome, run_with},
    suite::{Suite, bugs},
};

/// A suite, what became of each scenario, and which mutants turned it red.
#[derive(Debug)]
pub struct Trial<'s> {
    suite: &'s Suite,
    plays: Vec<Play>,
    verdicts: Mutex<BTreeMap<(usize, &'static str), bool>>,
}

/// A scenario as the real rules play it.
#[derive(Debug)]
struct Play {
    observation: Observation,
    rules: BTreeSet<Rule>,
}

/// Why a suite cannot be tried.
#[derive(Debug, thiserror::Error)]
pub enum TrialError {
    /// These scenarios are red with the real rules: what turns them red proves nothing.
    #[error("not green to begin with: {}; correct them first (`leadsim run`)", .0.join(", "))]
    Red(Vec<String>),
}

impl<'s> Trial<'s> {
    /// Plays every scenario of a suite with the real rules, on so many threads.
    pub fn of(suite: &'s Suite, jobs: usize) -> Result<Self, TrialError> {
        bugs::keep_quiet();
        let places: Vec<usize> = (0..suite.scenarios.len()).collect();
        let played = side_by_side(&places, jobs, |place| {
            let scenario = suite.scenarios.get(*place)?;
            let outcome = run(suite, scenario, Standard)?;
            (!outcome.is_red()).then(|| Play::of(outcome))
        });
        let red = suite.scenarios.iter().zip(&played).filter(|(_, it)| it.is_none());
        let red: Vec<String> = red.map(|(scenario, _)| scenario.full_id()).collect();
        if red.is_empty() {
            let plays = played.into_iter().flatten().collect();
            Ok(Self { suite, plays, verdicts: Mutex::default() })
        } else {
            Err(TrialError::Red(red))
        }
    }

    /// The scenarios, in the order of their places.
    pub fn scenarios(&self) -> &'s [Scenario] {
        &self.suite.scenarios
    }

    /// The rules that were reasons in the scenario at this place.
    pub fn reasons(&self, place: usize) -> Option<&BTreeSet<Rule>> {
        self.plays.get(place).map(|it| &it.rules)
    }

    /// What was seen of the scenario at this place.
    pub(crate) fn seen(&self, place: usize) -> Option<&Observation> {
        self.plays.get(place).map(|it| &it.observation)
    }

    /// Whether the scenario at this place turns red under the mutant. A mutant at which the engine breaks is caught as well.
    pub fn is_red(&self, place: usize, mutant: &Mutant) -> bool {
        let key = (place, mutant.name);
        let known = self.verdicts().get(&key).copied();
        known.unwrap_or_else(|| {
            let scenario = self.suite.scenarios.get(place);
            let red = scenario.is_some_and(|it| is_red(self.suite, it, mutant.rules()));
            self.verdicts().insert(key, red);
            red
        })
    }

    /// What a scenario that was changed comes to with the real rules; nothing if it cannot be played.
    pub(crate) fn changed(&self, scenario: &Scenario) -> Option<RunOutcome> {
        let _scope = bugs::Scope::enter();
        catch_unwind(AssertUnwindSafe(|| run(self.suite, scenario, Standard))).ok().flatten()
    }

    /// Whether the scenario at this place is red when it is judged by another observation.
    pub(crate) fn is_red_seen_as(&self, place: usize, observation: &Observation) -> bool {
        let scenario = self.suite.scenarios.get(place);
        scenario.is_some_and(|it| !judge(it, observation).findings.is_empty())
    }

    fn verdicts(&self) -> std::sync::MutexGuard<'_, BTreeMap<(usize, &'static str), bool>> {
        self.verdicts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Play {
    fn of(outcome: RunOutcome) -> Self {
        let rules = rules(&outcome.observation).into_iter().filter_map(Rule::from_id).collect();
        Self { rules, observation: outcome.observation }
    }
}

fn run<R: Rules + Clone + Send + Sync + 'static>(
    suite: &Suite,
    scenario: &Scenario,
    rules: R,
) -> Option<RunOutcome> {
    let options = RunOptions { origin: suite.found.origin, ..RunOptions::default() };
    run_with(scenario, &options, rules).ok()
}

fn is_red<R: Rules + Clone + Send + Sync + 'static>(
    suite: &Suite,
    scenario: &Scenario,
    rules: R,
) -> bool {
    let _scope = bugs::Scope::enter();
    let played = catch_unwind(AssertUnwindSafe(|| {
        run(suite, scenario, rules).is_some_and(|outcome| outcome.is_red())
    }));
    played.unwrap_or(true)
}

/// Does the work on each item on so many threads, and gives the results in the order of the items.
pub(crate) fn side_by_side<T: Sync, U: Send>(
    items: &[T],
    jobs: usize,
    work: impl Fn(&T) -> U + Sync,
) -> Vec<U> {
    let (next, done) = (AtomicUsize::new(0), Mutex::new(BTreeMap::new()));
    let take = || {
        loop {
            let place = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(place) else { break };
            let result = work(item);
            done.lock().unwrap_or_else(PoisonError::into_inner).insert(place, result);
        }
    };
    thread::scope(|scope| (0..jobs.max(1)).for_each(|_| drop(scope.spawn(take))));
    done.into_inner().unwrap_or_else(PoisonError::into_inner).into_values().collect()
}
