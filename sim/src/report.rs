//! What was run → the report's model: results, journals, and the sentences behind ids.

mod catalogue;
mod findings;

use std::collections::{BTreeMap, BTreeSet};

use engine::Rule;
use indexmap::IndexMap;
use reports::{
    bundle::suite_hash,
    model::{
        Bundle, FindingResult, Manifest, Place, RequirementResult, RuleResult, RunResult,
        ScenarioOutcome, ScenarioRecord, ScenarioResult, Summary,
    },
};
use scenarios::{Observation, Reading, SourceMap, Span, ast::Scenario};

pub use self::catalogue::catalogue_text;
use self::findings::findings;
use crate::{run::RunOutcome, sources::Origin, suite::Found};

/// The tool and its version.
pub const TOOL: &str = concat!("leadsim ", env!("CARGO_PKG_VERSION"));

/// A scenario as the report holds it.
#[derive(Debug, Clone, PartialEq)]
pub struct Reported {
    /// Its result.
    pub result: ScenarioResult,
    /// Its journal and source.
    pub record: ScenarioRecord,
}

/// Turns places in files into places in reports.
#[derive(Debug, Clone, Copy)]
pub struct Files<'a> {
    /// The files that were loaded.
    pub sources: &'a SourceMap,
    /// The suite that they belong to.
    pub found: &'a Found,
}

impl Files<'_> {
    fn place(&self, span: Span) -> Option<Place> {
        let location = self.sources.locate(span)?;
        let text = &self.sources.file(span.file)?.text;
        let meant = text.get(span.start..span.end).unwrap_or_default();
        let length = meant.lines().next().map_or(1, |line| line.chars().count().max(1));
        let number = |it: usize| u32::try_from(it).unwrap_or(u32::MAX);
        Some(Place {
            file: self.found.relative(location.path).to_owned(),
            line: number(location.line),
            column: number(location.column),
            length: number(length),
        })
    }

    fn source(&self, path: &str) -> String {
        let file = self.sources.find(path).and_then(|id| self.sources.file(id));
        file.map(|file| file.text.to_string()).unwrap_or_default()
    }
}

/// Reports a scenario that was run.
pub fn reported(scenario: &Scenario, outcome: &RunOutcome, files: &Files<'_>) -> Reported {
    let findings = findings(scenario, outcome, files);
    let judgement = &outcome.judgement;
    let missed = judgement.holds.iter().any(|hold| !hold.held);
    let broken = findings.len() > judgement.holds.iter().filter(|hold| !hold.held).count();
    let word = match (broken, missed) {
        (true, _) => ScenarioOutcome::Failed,
        (false, true) => ScenarioOutcome::HoldMissed,
        (false, false) => ScenarioOutcome::Passed,
    };
    let observation = &outcome.observation;
    let evaluated =
        judgement.checks_evaluated + judgement.holds.len() + judgement.invariants_evaluated.len();
    let result = ScenarioResult {
        virtual_ms: observation.ended.saturating_sub(observation.started),
        rules: rules(observation).into_iter().map(str::to_owned).collect(),
        checks: evaluated as u64,
        figures: figures(observation),
        findings,
        ..blank(scenario, word, files)
    };
    let record = ScenarioRecord {
        names: outcome.names().collect(),
        journal: outcome.journal(scenario),
        ..blank_record(scenario, files)
    };
    Reported { result, record }
}

/// Reports a scenario on which the tool itself broke.
pub fn reported_bug(scenario: &Scenario, message: &str, files: &Files<'_>) -> Reported {
    let finding = FindingResult {
        code: "F900".to_owned(),
        message: "leadsim itself broke while it played this scenario: please report it".to_owned(),
        concerns: Vec::new(),
        expected: "a run that ends".to_owned(),
        actual: message.to_owned(),
        place: files.place(scenario.id.span),
        at_ms: None,
        related: Vec::new(),
        why: Vec::new(),
    };
    let result = ScenarioResult {
        findings: vec![finding],
        ..blank(scenario, ScenarioOutcome::Error, files)
    };
    Reported { result, record: blank_record(scenario, files) }
}

fn blank(scenario: &Scenario, outcome: ScenarioOutcome, files: &Files<'_>) -> ScenarioResult {
    ScenarioResult {
        id: scenario.full_id(),
        title: scenario.title.to_string(),
        file: files.found.relative(&scenario.path.0).to_owned(),
        outcome,
        seed: scenario.seed,
        virtual_ms: 0,
        requirements: scenario.requirements.iter().map(ToString::to_string).collect(),
        rules: Vec::new(),
        tags: scenario.tags.iter().map(ToString::to_string).collect(),
        checks: 0,
        figures: IndexMap::new(),
        findings: Vec::new(),
        again: again(scenario, files),
    }
}

/// The command that repeats one scenario.
fn again(scenario: &Scenario, files: &Files<'_>) -> String {
    let path = match files.found.origin {
        Origin::Disk => format!(" {}", quoted(&scenario.path.0)),
        Origin::Embedded => String::new(),
    };
    format!("leadsim run{path} --filter {}", quoted(&format!("name({})", scenario.full_id())))
}

/// A word as a shell takes it.
pub(crate) fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./=:,+@%".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

fn blank_record(scenario: &Scenario, files: &Files<'_>) -> ScenarioRecord {
    ScenarioRecord {
        id: scenario.full_id(),
        file: files.found.relative(&scenario.path.0).to_owned(),
        source: files.source(&scenario.path.0),
        names: IndexMap::new(),
        journal: Vec::new(),
    }
}

/// Rules that were given as reasons, for what was done or for what was passed over.
pub(crate) fn rules(observation: &Observation) -> BTreeSet<&str> {
    let mut rules = BTreeSet::new();
    for note in &observation.notes {
        rules.extend(note.rule.as_deref());
        rules.extend(note.rejected.iter().map(|(_, rule)| &**rule));
    }
    let sources = observation.sources.iter().filter_map(|source| source.outcome.as_ref());
    rules.extend(sources.map(|(_, rule)| &**rule));
    rules
}

fn figures(observation: &Observation) -> IndexMap<String, f64> {
    let figures = observation.metrics.iter().filter_map(|(name, metric)| {
        let values = metric.samples.iter().map(|sample| sample.value);
        let value = match metric.reading {
            Reading::Each => values.reduce(f64::max),
            Reading::Latest => metric.samples.last().map(|sample| sample.value),
        };
        value.map(|value| (name.clone(), value))
    });
    figures.collect()
}

/// What a run is called in its reports.
#[derive(Debug, Clone)]
pub struct RunTitle {
    /// `embedded suites`, or the paths as typed.
    pub suite: String,
    /// The command that repeats it.
    pub again: String,
}

/// The run whole, from its scenarios in the order of their ids.
pub fn bundle(reported: Vec<Reported>, title: RunTitle) -> Bundle {
    let (results, scenarios): (Vec<_>, Vec<_>) =
        reported.into_iter().map(|it| (it.result, it.record)).unzip();
    let sources: BTreeMap<&str, &str> = scenarios
        .iter()
        .map(|it: &ScenarioRecord| (it.file.as_str(), it.source.as_str()))
        .collect();
    let manifest = Manifest {
        bundle: 1,
        tool: TOOL.to_owned(),
        suite: title.suite,
        suite_hash: suite_hash(sources),
        again: title.again,
    };
    Bundle { manifest, result: result(results), scenarios, catalogue: catalogue_text() }
}

fn result(scenarios: Vec<ScenarioResult>) -> RunResult {
    let mut summary = Summary::default();
    let mut requirements: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    let mut exercised: BTreeMap<&str, u64> = BTreeMap::new();
    for scenario in &scenarios {
        match scenario.outcome {
            ScenarioOutcome::Passed => summary.passed += 1,
            ScenarioOutcome::Failed | ScenarioOutcome::HoldMissed => summary.failed += 1,
            ScenarioOutcome::Error => summary.errors += 1,
        }
        for id in &scenario.requirements {
            requirements.entry(id).or_default().push(scenario.id.clone());
        }
        for rule in &scenario.rules {
            *exercised.entry(rule).or_default() += 1;
        }
    }
    let rules = Rule::ALL.iter().map(|rule| {
        let exercised = exercised.get(rule.id()).copied().unwrap_or(0);
        (rule.id().to_owned(), RuleResult { exercised })
    });
    let rules = rules.collect();
    let requirements = requirements
        .into_iter()
        .map(|(id, scenarios)| (id.to_owned(), RequirementResult { scenarios }))
        .collect();
    RunResult { version: 1, tool: TOOL.to_owned(), summary, requirements, rules, scenarios }
}
