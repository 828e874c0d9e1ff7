//! Many scenarios: found, loaded, checked as a whole, selected, played side by side, reported in the order of their ids.

pub(crate) mod bugs;
mod discover;
mod filter;

use std::{
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    path::PathBuf,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use engine::Standard;
use scenarios::{
    Diagnostic, Severity, SourceMap, ast::Scenario, check, load, render_json, render_terminal,
};

pub use self::{
    discover::{DiscoverError, Found, discover, in_binary},
    filter::{Filter, FilterError},
};
use crate::{
    lower::{Lowered, lower},
    report::{Files, Reported, reported, reported_bug},
    run::{RunError, RunOptions, TransportKind, run_lowered},
    sources::Origin,
    vocabulary::Words,
};

/// Scenario files that were loaded, and what is wrong with them.
#[derive(Debug)]
pub struct Suite {
    /// Where the files were found.
    pub found: Found,
    /// The scenarios, in the order of their ids.
    pub scenarios: Vec<Scenario>,
    /// Everything that is wrong.
    pub diagnostics: Vec<Diagnostic>,
    sources: SourceMap,
    /// Worlds that took long to build, kept for their run.
    built: Vec<Mutex<Option<Lowered>>>,
}

/// Loads and checks every scenario of these paths; without paths those of `./scenarios/suites` or the embedded ones.
pub fn load_suite(paths: &[PathBuf]) -> Result<Suite, DiscoverError> {
    Ok(Suite::of(discover(paths)?))
}

impl Suite {
    /// Loads and checks what was found.
    pub fn of(found: Found) -> Self {
        let loaded = load(&found.origin, &found.files);
        let mut diagnostics = loaded.diagnostics;
        diagnostics.extend(check(&loaded.scenarios, &Words));
        let mut scenarios = loaded.scenarios;
        scenarios.sort_by_key(Scenario::full_id);
        let sound = !diagnostics.iter().any(is_error);
        let mut built = Vec::with_capacity(scenarios.len());
        // A world is built only from scenarios whose words are right.
        for scenario in scenarios.iter().filter(|_| sound) {
            let lowered = lower(scenario, found.origin);
            let kept = lowered.map_err(|problems| add_new(&mut diagnostics, problems)).ok();
            let kept = kept.filter(|_| !scenario.world.csv.is_empty());
            built.push(Mutex::new(kept));
        }
        Self { found, scenarios, diagnostics, sources: loaded.sources, built }
    }

    /// Whether nothing may run.
    pub fn is_broken(&self) -> bool {
        self.diagnostics.iter().any(is_error)
    }

    /// Everything that is wrong, for a terminal.
    pub fn told(&self, colour: bool) -> String {
        let mut told = String::new();
        for diagnostic in &self.diagnostics {
            told.push_str(render_terminal(diagnostic, &self.sources, colour).trim_end());
            told.push_str("\n\n");
        }
        told
    }

    /// Everything that is wrong, as JSON.
    pub fn told_json(&self) -> serde_json::Value {
        self.diagnostics.iter().map(|it| render_json(it, &self.sources)).collect()
    }

    /// How many files there are.
    pub fn files(&self) -> usize {
        self.found.files.len()
    }

    /// How many files something is wrong with, packs included.
    pub fn broken_files(&self) -> usize {
        let errors = self.diagnostics.iter().filter(|it| is_error(it));
        let files = errors.filter_map(|it| it.labels.first().map(|(span, _)| span.file));
        files.collect::<std::collections::BTreeSet<_>>().len()
    }

    /// Places of the scenarios that are meant.
    pub fn select(&self, filter: Option<&Filter>) -> Vec<usize> {
        let scenarios = self.scenarios.iter().enumerate();
        let meant = scenarios.filter(|(_, it)| filter.is_none_or(|filter| filter.selects(it)));
        meant.map(|(index, _)| index).collect()
    }

    fn world(&self, index: usize, origin: Origin) -> Result<Lowered, RunError> {
        let built = self.built.get(index).and_then(|built| lock(built).take());
        match (built, self.scenarios.get(index)) {
            (Some(lowered), _) => Ok(lowered),
            (None, Some(scenario)) => lower(scenario, origin).map_err(RunError::Lowering),
            (None, None) => Err(RunError::Lowering(Vec::new())),
        }
    }
}

fn is_error(diagnostic: &Diagnostic) -> bool {
    diagnostic.severity == Severity::Error
}

/// Rows of a table have the same problems at the same places: each is told once.
fn add_new(diagnostics: &mut Vec<Diagnostic>, problems: Vec<Diagnostic>) {
    for problem in problems {
        if !diagnostics.contains(&problem) {
            diagnostics.push(problem);
        }
    }
}

/// How a suite is played.
#[derive(Debug, Clone, Copy)]
pub struct PlayOptions {
    /// How calls reach the mock.
    pub transport: TransportKind,
    /// How many scenarios are played at once.
    pub jobs: usize,
}

/// Plays the selected scenarios. `done` hears of each as soon as it is over, in whatever order that is.
pub fn play(
    suite: &Suite,
    selected: &[usize],
    options: PlayOptions,
    done: &(dyn Fn(&Reported) + Sync),
) -> Result<Vec<Reported>, RunError> {
    bugs::keep_quiet();
    let work = Work { suite, selected, transport: options.transport, done };
    let next = AtomicUsize::new(0);
    let played: Vec<_> = thread::scope(|scope| {
        let threads = 0..options.jobs.clamp(1, selected.len().max(1));
        let threads: Vec<_> = threads.map(|_| scope.spawn(|| work.take(&next))).collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap_or_else(|bug| resume_unwind(bug)))
            .collect()
    });
    let mut results = Vec::with_capacity(selected.len());
    for of_thread in played {
        results.extend(of_thread?);
    }
    results.sort_by_key(|(index, _)| *index);
    Ok(results.into_iter().map(|(_, reported)| reported).collect())
}

/// What the threads of a run share.
struct Work<'a> {
    suite: &'a Suite,
    selected: &'a [usize],
    transport: TransportKind,
    done: &'a (dyn Fn(&Reported) + Sync),
}

impl Work<'_> {
    /// Plays scenarios until none is left, or until one cannot be played.
    fn take(&self, next: &AtomicUsize) -> Result<Vec<(usize, Reported)>, RunError> {
        let mut results = Vec::new();
        while let Some(&index) = self.selected.get(next.fetch_add(1, Ordering::Relaxed)) {
            let played = play_one(self.suite, index, self.transport);
            let reported =
                played.inspect_err(|_| next.store(self.selected.len(), Ordering::Relaxed))?;
            (self.done)(&reported);
            results.push((index, reported));
        }
        Ok(results)
    }
}

/// Plays one scenario; a bug of ours becomes its result.
fn play_one(suite: &Suite, index: usize, transport: TransportKind) -> Result<Reported, RunError> {
    let files = Files { sources: &suite.sources, found: &suite.found };
    let Some(scenario) = suite.scenarios.get(index) else {
        return Err(RunError::Lowering(Vec::new()));
    };
    let options = RunOptions { transport, origin: suite.found.origin };
    let _scope = bugs::Scope::enter();
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        let lowered = suite.world(index, options.origin)?;
        let outcome = run_lowered(scenario, lowered, options, Standard)?;
        Ok(reported(scenario, &outcome, &files))
    }));
    outcome.unwrap_or_else(|_| Ok(reported_bug(scenario, &bugs::last(), &files)))
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
