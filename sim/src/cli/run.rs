//! `leadsim run`: plays scenarios, writes the reports, and ends with the verdict.

use std::{
    fs,
    io::{self, IsTerminal as _},
    num::NonZeroUsize,
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, Ordering},
    thread,
};

use indicatif::{ProgressBar, ProgressStyle};
use reports::{
    bundle::{journal_ndjson, result_json},
    html, junit,
    model::{Bundle, ScenarioOutcome},
    terminal::{self, Style},
};

use super::{colour_err, colour_out, err, out, setup_error};
use crate::{
    exit::Exit,
    report::{Reported, RunTitle, bundle, quoted},
    run::{RunError, TransportKind},
    suite::{Filter, PlayOptions, Suite, load_suite, play},
};

/// Lines around the first one that differs.
const CONTEXT_LINES: usize = 3;
/// In a pipe, how often counts are printed over a whole run.
const COUNTERS: u64 = 10;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Scenario files or folders; without any, ./scenarios/suites or the suites in the binary.
    paths: Vec<PathBuf>,
    /// Only these: `tag(assignment) & requirement(AS-*) & !name(/slow/)`, or a part of an id.
    #[arg(long, value_name = "EXPR")]
    filter: Option<String>,
    /// How calls reach the mock.
    #[arg(long, value_enum, default_value_t)]
    transport: TransportKind,
    /// How many scenarios are played at once; as many as there are cores if absent.
    #[arg(long, value_name = "N")]
    jobs: Option<NonZeroUsize>,
    /// Where reports are written.
    #[arg(long, value_name = "DIR", default_value = "target/reports")]
    out: PathBuf,
    /// Plays everything twice and compares the journals byte for byte.
    #[arg(long)]
    check_determinism: bool,
}

pub(super) fn run(args: &Args) -> Exit {
    let filter = match args.filter.as_deref().map(str::parse::<Filter>).transpose() {
        Ok(filter) => filter,
        Err(error) => return setup_error(error),
    };
    let suite = match load_suite(&args.paths) {
        Ok(suite) => suite,
        Err(error) => return setup_error(error),
    };
    err_if_any(&suite);
    if suite.is_broken() {
        return setup_error("nothing was played: correct the files first");
    }
    let selected = suite.select(filter.as_ref());
    if selected.is_empty() {
        err(format_args!("error: no scenario of {} is selected", suite.found.title));
        return Exit::NothingSelected;
    }
    if let Err(error) = can_write(&args.out) {
        return unwritable(&args.out, &error);
    }
    out(&format!(
        "{}: {} of {} scenarios\n",
        suite.found.title,
        selected.len(),
        suite.scenarios.len()
    ));
    let jobs = args.jobs.or_else(|| thread::available_parallelism().ok());
    let options =
        PlayOptions { transport: args.transport, jobs: jobs.map_or(1, NonZeroUsize::get) };
    let progress = Progress::new(selected.len());
    let reported = match play(&suite, &selected, options, &|it| progress.done(it)) {
        Ok(reported) => reported,
        Err(error) => return broken(&error),
    };
    progress.finish();
    let repeated = if args.check_determinism {
        match play(&suite, &selected, PlayOptions { jobs: 1, ..options }, &|_| ()) {
            Ok(again) => Some(first_difference(&reported, &again)),
            Err(error) => return broken(&error),
        }
    } else {
        None
    };
    finish(args, bundle(reported, title(args, &suite)), repeated.flatten())
}

fn err_if_any(suite: &Suite) {
    let told = suite.told(colour_err());
    if !told.is_empty() {
        err(told.trim_end());
    }
}

fn broken(error: &RunError) -> Exit {
    if let RunError::Lowering(problems) = error {
        for problem in problems {
            err(format_args!("error: {}", problem.message));
        }
    }
    setup_error(error)
}

fn title(args: &Args, suite: &Suite) -> RunTitle {
    let mut again = vec!["leadsim run".to_owned()];
    again.extend(args.paths.iter().map(|path| quoted(&path.to_string_lossy())));
    if let Some(filter) = &args.filter {
        again.push(format!("--filter {}", quoted(filter)));
    }
    RunTitle { suite: suite.found.title.clone(), again: again.join(" ") }
}

/// Writes the reports, says the verdict, and turns it into an exit code.
fn finish(args: &Args, bundle: Bundle, difference: Option<String>) -> Exit {
    if let Err(error) = write_reports(&args.out, &bundle) {
        return unwritable(&args.out, &error);
    }
    let style = if colour_out() { Style::coloured() } else { Style::plain() };
    if let Some(difference) = &difference {
        err(difference);
    }
    out(&terminal::render(&bundle, style));
    out(&format!("{}\n", terminal::last_line(&bundle.result.summary)));
    if difference.is_some() { Exit::Bug } else { verdict(&bundle) }
}

fn unwritable(folder: &Path, error: &io::Error) -> Exit {
    setup_error(format_args!("cannot write reports to `{}`: {error}", folder.display()))
}

/// Asked before anything is played: a long run whose reports cannot be written is lost.
fn can_write(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let probe = folder.join(".leadsim-can-write");
    fs::write(&probe, [])?;
    fs::remove_file(probe)
}

fn verdict(bundle: &Bundle) -> Exit {
    let any = |outcome| bundle.result.scenarios.iter().any(|it| it.outcome == outcome);
    if any(ScenarioOutcome::Error) {
        Exit::Bug
    } else if any(ScenarioOutcome::Failed) {
        Exit::Finding
    } else if any(ScenarioOutcome::HoldMissed) {
        Exit::HoldMissed
    } else {
        Exit::Passed
    }
}

fn write_reports(folder: &Path, bundle: &Bundle) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    fs::write(folder.join("result.json"), result_json(&bundle.result))?;
    fs::write(folder.join("junit.xml"), junit::render(bundle))?;
    fs::write(folder.join("index.html"), html::render(bundle))?;
    let file = fs::File::create(folder.join("run.bundle"))?;
    bundle.write(io::BufWriter::new(file)).map(|_| ()).map_err(io::Error::other)
}

/// The first line of any journal that differs between two runs, with what stands around it.
fn first_difference(first: &[Reported], second: &[Reported]) -> Option<String> {
    for (one, two) in first.iter().zip(second) {
        let journals = (journal_ndjson(&one.record.journal), journal_ndjson(&two.record.journal));
        if let Some(told) = difference(&journals.0, &journals.1) {
            return Some(format!("error: {} is not the same twice\n{told}", one.result.id));
        }
        if one.result != two.result {
            return Some(format!(
                "error: {} has the same journal and another result",
                one.result.id
            ));
        }
    }
    None
}

/// The first line that differs between two texts, with the lines before it.
pub(crate) fn difference(one: &str, two: &str) -> Option<String> {
    if one == two {
        return None;
    }
    let (one, two): (Vec<&str>, Vec<&str>) = (one.lines().collect(), two.lines().collect());
    let at = one.iter().zip(&two).take_while(|(a, b)| a == b).count();
    let mut told = String::new();
    for line in one.iter().take(at).skip(at.saturating_sub(CONTEXT_LINES)) {
        told.extend(["    ", line, "\n"]);
    }
    for (sign, lines) in [("-", &one), ("+", &two)] {
        for line in lines.iter().skip(at).take(CONTEXT_LINES) {
            told.extend(["  ", sign, " ", line, "\n"]);
        }
    }
    Some(format!("  first difference in line {}:\n{told}", at + 1))
}

/// How far the run is: a bar on a terminal, counters in a pipe.
struct Progress {
    bar: Option<ProgressBar>,
    total: u64,
    done: AtomicU64,
    failed: AtomicU64,
}

impl Progress {
    fn new(total: usize) -> Self {
        let total = total as u64;
        let bar = io::stderr().is_terminal().then(|| {
            let style = ProgressStyle::with_template("{bar:40} {pos}/{len} {msg}");
            ProgressBar::new(total)
                .with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
        });
        Self { bar, total, done: AtomicU64::new(0), failed: AtomicU64::new(0) }
    }

    fn done(&self, reported: &Reported) {
        let passed = reported.result.outcome == ScenarioOutcome::Passed;
        let failed =
            self.failed.fetch_add(u64::from(!passed), Ordering::Relaxed) + u64::from(!passed);
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        match &self.bar {
            Some(bar) => {
                bar.inc(1);
                if !passed {
                    bar.set_message(format!("{failed} failed"));
                }
            }
            None => {
                if done == self.total || done.is_multiple_of((self.total / COUNTERS).max(1)) {
                    err(format_args!("{done}/{} played, {failed} failed", self.total));
                }
            }
        }
    }

    fn finish(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
