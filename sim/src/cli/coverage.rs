//! `leadsim coverage`: what the suites prove, from runs, and what is missing.

use std::{
    fs,
    num::NonZeroUsize,
    path::{Path, PathBuf},
    thread,
};

use reports::coverage::{Coverage, html, text};

use super::{colour_err, err, out, setup_error};
use crate::{
    coverage::cover,
    exit::Exit,
    mutants::{Hunted, Mutant, Trial, all, hunt},
    suite::load_suite,
};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Scenario files or folders; without any, ./scenarios/suites or the suites in the binary.
    paths: Vec<PathBuf>,
    /// Writes the matrices as a page.
    #[arg(
        long,
        value_name = "FILE",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "target/reports/coverage.html"
    )]
    html: Option<PathBuf>,
    /// Prints all of it as JSON.
    #[arg(long)]
    json: bool,
    /// Counts rows that are not due yet as gaps, too.
    #[arg(long)]
    all: bool,
    /// Plays every broken engine, and says which survive.
    #[arg(long)]
    mutants: bool,
    /// How many scenarios are played at once; as many as there are cores if absent.
    #[arg(long, value_name = "N")]
    jobs: Option<NonZeroUsize>,
}

pub(super) fn run(args: &Args) -> Exit {
    let suite = match load_suite(&args.paths) {
        Ok(suite) => suite,
        Err(error) => return setup_error(error),
    };
    if suite.is_broken() {
        err(suite.told(colour_err()).trim_end());
        return setup_error("nothing was played: correct the files first");
    }
    if suite.scenarios.is_empty() {
        err(format_args!("error: {} holds no scenario", suite.found.title));
        return Exit::NothingSelected;
    }
    let jobs = args.jobs.or_else(|| thread::available_parallelism().ok());
    let jobs = jobs.map_or(1, NonZeroUsize::get);
    let trial = match Trial::of(&suite, jobs) {
        Ok(trial) => trial,
        Err(error) => {
            err(format_args!("error: {error}"));
            return Exit::Finding;
        }
    };
    if args.mutants {
        return mutants(&trial, args.json, jobs);
    }
    let coverage = cover(&trial, &suite.found.title, jobs);
    if let Some(Err(error)) = args.html.as_deref().map(|file| write(file, &coverage)) {
        return setup_error(error);
    }
    out(&if args.json { coverage.json() } else { text::render(&coverage, args.all) });
    if coverage.gaps(args.all).is_empty() { Exit::Passed } else { Exit::Finding }
}

fn write(file: &Path, coverage: &Coverage) -> Result<(), String> {
    let written = file
        .parent()
        .map_or(Ok(()), fs::create_dir_all)
        .and_then(|()| fs::write(file, html::render(coverage)));
    written.map_err(|error| format!("cannot write `{}`: {error}", file.display()))?;
    err(format_args!("{}", file.display()));
    Ok(())
}

fn mutants(trial: &Trial<'_>, json: bool, jobs: usize) -> Exit {
    let mutants: Vec<&Mutant> = all().collect();
    let hunted = hunt(trial, &mutants, jobs);
    let survivors = hunted.iter().filter(|it| !it.survives().is_empty()).count();
    if json {
        let all: serde_json::Value = hunted.iter().map(as_json).collect();
        out(&format!("{all:#}\n"));
    } else {
        out(&hunted.iter().map(line).collect::<String>());
        out(&format!(
            "{} mutants: {} killed, {survivors} survived\n",
            hunted.len(),
            hunted.len() - survivors
        ));
    }
    if survivors == 0 { Exit::Passed } else { Exit::Finding }
}

fn line(hunted: &Hunted) -> String {
    let (name, what) = (hunted.mutant.name, hunted.mutant.what);
    match hunted.survives().as_slice() {
        [] => {
            let by = hunted.requirements.values().chain(hunted.rules.values()).flatten().next();
            let by = by.map(String::as_str).unwrap_or_default();
            format!("killed    {name}: {what} <- {by}\n")
        }
        unnoticed => format!("SURVIVED  {name}: {what}; unnoticed: {}\n", unnoticed.join(", ")),
    }
}

fn as_json(hunted: &Hunted) -> serde_json::Value {
    let rules = hunted.rules.iter().map(|(rule, by)| (rule.id().to_owned(), by.clone().into()));
    serde_json::json!({
        "name": hunted.mutant.name,
        "what": hunted.mutant.what,
        "killed": hunted.survives().is_empty(),
        "requirements": hunted.requirements,
        "rules": rules.collect::<serde_json::Map<String, serde_json::Value>>(),
    })
}
