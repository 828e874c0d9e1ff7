//! A synthetic world, played: drawn, run once for each batching strategy through the same path as any scenario, judged
//! against what was planted, counted and timed.

mod play;
mod score;
mod text;

use std::{collections::BTreeMap, num::NonZeroUsize, sync::Mutex, thread, time::Duration};

use scenarios::ast::{BatchStrategy, Scenario};

pub use self::play::play;
pub use self::{score::Score, text::write_report};
use crate::{
    floor::{self, Floor},
    hold::{Figure, Figures, Kind, Metric},
    population::{self, Population, Profile},
    run::RunError,
};

/// The strategies in the order of the table, with their names.
pub const STRATEGIES: [(BatchStrategy, &str); 4] = [
    (BatchStrategy::Single, "single"),
    (BatchStrategy::Composite, "composite"),
    (BatchStrategy::Collections, "collections"),
    (BatchStrategy::Bulk, "bulk"),
];

/// Figures that can be held.
pub const METRICS: &[Metric] = &[
    Metric { name: "visitors_per_s", kind: Kind::Wall },
    exact("api_calls_per_visitor"),
    exact("api_calls_single"),
    exact("api_calls_composite"),
    exact("api_calls_collections"),
    exact("api_calls_bulk"),
    exact("created"),
    exact("updated"),
    exact("no_op"),
    exact("refused"),
    exact("dead_lettered"),
    exact("wrong_matches"),
    exact("wrong_owners"),
    exact("precision"),
    exact("recall"),
    exact("duplicates_created"),
    exact("duplicates_prevented"),
    exact("findings"),
];

const fn exact(name: &'static str) -> Metric {
    Metric { name, kind: Kind::Exact }
}

/// What is simulated.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Whose rules it is about.
    pub profile: Profile,
    /// Seed of the world.
    pub seed: u64,
    /// How many visitors it has.
    pub visitors: u32,
    /// The strategy that is timed and scored; the others are played for the table.
    pub strategy: BatchStrategy,
    /// How many of the others are played at once.
    pub jobs: NonZeroUsize,
}

/// A world, played with one strategy.
#[derive(Debug)]
pub struct Played {
    /// The strategy.
    pub strategy: BatchStrategy,
    /// How long it took, from the scenario to its verdict.
    pub wall: Duration,
    /// What came of it.
    pub score: Score,
    /// Everything that did not hold, a line each.
    pub findings: Vec<String>,
}

/// What a simulation showed.
#[derive(Debug)]
pub struct Report {
    /// What was asked for.
    pub plan: Plan,
    /// The strategies, the one that was asked for first.
    pub played: Vec<Played>,
    /// What bare calls cost.
    pub floor: Floor,
}

/// The name of a strategy.
pub fn strategy_name(strategy: BatchStrategy) -> &'static str {
    STRATEGIES.iter().find(|(it, _)| *it == strategy).map_or("single", |(_, name)| name)
}

/// Draws the world of a plan, with its strategy.
pub fn draw(plan: &Plan) -> Population {
    let mut population = population::draw(plan.profile, plan.seed, plan.visitors);
    population.scenario = with_strategy(&population.scenario, plan.strategy);
    population
}

/// Plays a world with every strategy. `done` hears of each as it is over.
pub fn simulate(
    plan: &Plan,
    population: &Population,
    done: &(dyn Fn(BatchStrategy) + Sync),
) -> Result<Report, RunError> {
    let floor = floor::measure();
    // The one that is timed has the machine for itself.
    let mut played = vec![play(population, plan.strategy)?];
    done(plan.strategy);
    let others = STRATEGIES.iter().map(|(it, _)| *it).filter(|it| *it != plan.strategy);
    played.append(&mut play_all(population, others.collect(), plan.jobs, done)?);
    Ok(Report { plan: plan.clone(), played, floor })
}

fn play_all(
    population: &Population,
    strategies: Vec<BatchStrategy>,
    jobs: NonZeroUsize,
    done: &(dyn Fn(BatchStrategy) + Sync),
) -> Result<Vec<Played>, RunError> {
    let count = strategies.len();
    let left = Mutex::new(strategies.iter().copied().enumerate().rev().collect::<Vec<_>>());
    let results = Mutex::new(BTreeMap::new());
    let next = || {
        let Some((place, strategy)) = lock(&left).pop() else { return false };
        let result = play(population, strategy);
        done(strategy);
        lock(&results).insert(place, result);
        true
    };
    thread::scope(|scope| {
        for _ in 0..jobs.get().min(count) {
            scope.spawn(|| while next() {});
        }
    });
    let results = results.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    results.into_values().collect()
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

fn with_strategy(scenario: &Scenario, strategy: BatchStrategy) -> Scenario {
    let mut scenario = scenario.clone();
    scenario.engine.batching = Some(play::batching(strategy));
    scenario
}

impl Report {
    /// Figures by name, those of the strategy that was asked for.
    pub fn figures(&self) -> Figures {
        let mut figures = Figures::new();
        let Some(main) = self.played.first() else { return figures };
        let (score, visitors) = (&main.score, u64::from(self.plan.visitors));
        let per_visitor = |calls: u64| ratio(calls, visitors);
        let floor = self.floor.visitors_per_s(per_visitor(score.api_calls));
        let speed = f64::from(self.plan.visitors) / main.wall.as_secs_f64().max(1e-9);
        figures.insert("visitors_per_s", Figure::wall(speed, floor, visitors));
        for it in &self.played {
            let name = match it.strategy {
                BatchStrategy::Single => "api_calls_single",
                BatchStrategy::Composite => "api_calls_composite",
                BatchStrategy::Collections => "api_calls_collections",
                BatchStrategy::Bulk => "api_calls_bulk",
            };
            figures.insert(name, Figure::exact(per_visitor(it.score.api_calls), visitors));
        }
        figures
            .insert("api_calls_per_visitor", Figure::exact(per_visitor(score.api_calls), visitors));
        for (name, value, samples) in score.counts() {
            figures.insert(name, Figure::exact(count(value), samples));
        }
        for (name, rate) in [("precision", score.precision()), ("recall", score.recall())] {
            if let Some((value, samples)) = rate {
                figures.insert(name, Figure::exact(value, samples));
            }
        }
        let findings = self.played.iter().map(|it| it.findings.len() as u64).sum();
        figures.insert("findings", Figure::exact(count(findings), visitors));
        figures
    }

    /// Whether everything held, with every strategy.
    pub fn held(&self) -> bool {
        self.played.iter().all(|it| it.findings.is_empty())
    }

    /// The command that does the same again.
    pub fn repeat(&self) -> String {
        let Plan { profile, seed, visitors, strategy, .. } = &self.plan;
        let batching = strategy_name(*strategy);
        let profile = if *profile == Profile::default() {
            String::new()
        } else {
            format!(" --profile {}", profile.name())
        };
        format!(
            "leadsim simulate{profile} --seed {seed} --visitors {visitors} --batching {batching}"
        )
    }
}

/// A count as a number; counts stay far below 2^52.
#[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^52")]
pub(crate) fn count(count: u64) -> f64 {
    count as f64
}

fn ratio(part: u64, of: u64) -> f64 {
    if of == 0 { 0.0 } else { count(part) / count(of) }
}
