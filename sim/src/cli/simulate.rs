//! `leadsim simulate`: draws a world, plays it with every batching strategy, and scores it against what was planted.

use std::{
    io::{self, IsTerminal as _},
    num::NonZeroUsize,
    panic::{AssertUnwindSafe, catch_unwind},
    path::PathBuf,
    thread,
};

use indicatif::{ProgressBar, ProgressStyle};
use scenarios::ast::BatchStrategy;

use super::{out, setup_error};
use crate::{
    exit::Exit,
    hold::{self, Bound, HoldError, Side},
    population::{Population, Profile, VISITOR_LIMIT},
    run::RunError,
    simulate::{METRICS, Plan, STRATEGIES, draw, simulate, write_report},
};

/// Draws an org, a team and visitors, plays them, and counts against what was planted.
///
/// The same seed gives the same world, the same calls and the same counts. The world is played with each batching
/// strategy; the one that is asked for is timed and scored.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Seed of the world.
    #[arg(long, value_name = "N", default_value = "1")]
    seed: u64,
    /// How many visitors come.
    #[arg(long, value_name = "N", default_value = "1000", value_parser = clap::value_parser!(u32).range(1..=i64::from(VISITOR_LIMIT)))]
    visitors: u32,
    /// Whose rules the world is about.
    #[arg(long, value_name = "NAME", default_value = "qualified", value_parser = clap::builder::PossibleValuesParser::new(Profile::ALL.iter().map(|it| it.name())))]
    profile: String,
    /// How the engine packs its calls.
    #[arg(long, value_name = "STRATEGY", default_value = "single", value_parser = clap::builder::PossibleValuesParser::new(STRATEGIES.map(|(_, name)| name)))]
    batching: String,
    /// How many of the other strategies are played at once; as many as the machine has cores without it.
    #[arg(long, value_name = "N")]
    jobs: Option<NonZeroUsize>,
    /// Writes the world with its expectations to this scenario file.
    #[arg(long, value_name = "FILE")]
    save: Option<PathBuf>,
    /// Figures that must reach this, such as `visitors_per_s=0.1x floor`.
    #[arg(long, value_name = "FIGURE=LIMIT,…")]
    at_least: Vec<String>,
    /// Figures that must not exceed this, such as `api_calls_per_visitor=8,duplicates_created=0`.
    #[arg(long, value_name = "FIGURE=LIMIT,…")]
    at_most: Vec<String>,
}

/// Why nothing was simulated.
#[derive(Debug, thiserror::Error)]
enum SimulateError {
    #[error(transparent)]
    Hold(#[from] HoldError),
    #[error("cannot write `{}`: {error}", path.display())]
    Save { path: PathBuf, error: io::Error },
    #[error("the drawn world cannot be played: {0}")]
    Run(String),
    #[error("cannot print the report: {0}")]
    Report(#[from] io::Error),
}

/// Runs the command.
pub(super) fn run(args: &Args) -> Exit {
    match catch_unwind(AssertUnwindSafe(|| carry_out(args))) {
        Ok(Ok(exit)) => exit,
        Ok(Err(error)) => setup_error(error),
        Err(_) => Exit::Bug,
    }
}

fn carry_out(args: &Args) -> Result<Exit, SimulateError> {
    let bounds = bounds(args)?;
    let plan = plan(args);
    let population = draw(&plan);
    if let Some(path) = &args.save {
        save(path, &population)?;
    }
    let bar = bar();
    let report = simulate(&plan, &population, &|_| bar.inc(1));
    bar.finish_and_clear();
    let report = report.map_err(|error| SimulateError::Run(told(&error)))?;
    let missed = hold::missed(&bounds, &report.figures());
    let mut text = Vec::new();
    write_report(&mut text, &report, &missed)?;
    out(&String::from_utf8_lossy(&text));
    Ok(match (report.held(), missed.is_empty()) {
        (false, _) => Exit::Finding,
        (true, false) => Exit::HoldMissed,
        (true, true) => Exit::Passed,
    })
}

fn plan(args: &Args) -> Plan {
    let strategy = STRATEGIES.iter().find(|(_, name)| *name == args.batching);
    let jobs = args.jobs.or_else(|| thread::available_parallelism().ok());
    Plan {
        profile: Profile::from_name(&args.profile).unwrap_or_default(),
        seed: args.seed,
        visitors: args.visitors,
        strategy: strategy.map_or(BatchStrategy::Single, |(strategy, _)| *strategy),
        jobs: jobs.unwrap_or(NonZeroUsize::MIN),
    }
}

fn bounds(args: &Args) -> Result<Vec<Bound>, HoldError> {
    let mut bounds = Vec::new();
    for (side, texts) in [(Side::AtLeast, &args.at_least), (Side::AtMost, &args.at_most)] {
        for text in texts {
            bounds.extend(hold::parse(side, text, METRICS)?);
        }
    }
    Ok(bounds)
}

fn save(path: &PathBuf, population: &Population) -> Result<(), SimulateError> {
    let text = scenarios::unparse(&population.scenario);
    let written = std::fs::write(path, text);
    written.map_err(|error| SimulateError::Save { path: path.clone(), error })
}

/// A drawn world that cannot be lowered is told by its first problem.
fn told(error: &RunError) -> String {
    match error {
        RunError::Lowering(problems) => {
            let first = problems.first().map(|it| it.message.as_str());
            format!("{error}: {}", first.unwrap_or("no reason was given"))
        }
        RunError::Transport(_) => error.to_string(),
    }
}

/// Shows itself on a terminal only.
fn bar() -> ProgressBar {
    if !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{wide_bar} {pos}/{len} strategies played, {elapsed}");
    let style = style.unwrap_or_else(|_| ProgressStyle::default_bar());
    let bar = ProgressBar::new(STRATEGIES.len() as u64).with_style(style);
    bar.tick();
    bar
}
