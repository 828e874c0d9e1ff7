//! How is the scenario's file shown? With line numbers, and a mark beside every expectation.

use super::anchor;
use crate::model::{FindingResult, ScenarioOutcome, ScenarioRecord, ScenarioResult};
use crate::outline::{Outline, outline};

/// Most lines of a file that are shown.
pub(super) const MAX_SOURCE_LINES: usize = 3_000;

/// A line of the file.
#[derive(Debug)]
pub(super) struct SourceLine {
    pub(super) number: u32,
    pub(super) anchor: String,
    pub(super) text: String,
    pub(super) mark: Mark,
    /// Whether it belongs to the row of the table that this scenario is.
    pub(super) is_case: bool,
    /// What was not met on this very line: expected and actual.
    pub(super) unmet: Vec<(String, String)>,
}

/// What stands beside a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    None,
    Met,
    Unmet,
}

impl Mark {
    pub(super) fn sign(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Met => "✓",
            Self::Unmet => "✗",
        }
    }

    pub(super) fn class(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Met => "met",
            Self::Unmet => "not-met",
        }
    }

    pub(super) fn words(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Met => "met",
            Self::Unmet => "not met",
        }
    }
}

/// The file, line by line.
pub(super) fn listing(scenario: &ScenarioResult, record: &ScenarioRecord) -> Vec<SourceLine> {
    let outline = outline(&record.source);
    let case = scenario.id.split_once('[').and_then(|it| it.1.strip_suffix(']'));
    let case = case.and_then(|it| outline.case(it));
    let lines = record.source.lines().take(MAX_SOURCE_LINES).zip(1_u32..);
    let shown = lines.map(|(text, number)| SourceLine {
        number,
        anchor: anchor::source(&scenario.id, number),
        text: text.to_owned(),
        mark: mark(scenario, &outline, number),
        is_case: case.is_some_and(|it| it.contains(number)),
        unmet: on_line(scenario, number)
            .map(|it| (it.expected.clone(), it.actual.clone()))
            .collect(),
    });
    shown.collect()
}

/// The mark is beside the first line of an expectation. A run that broke has judged nothing.
fn mark(scenario: &ScenarioResult, outline: &Outline, number: u32) -> Mark {
    let Some(entry) = outline.expectation_at(number) else { return Mark::None };
    if on_line(scenario, number).next().is_some() {
        return Mark::Unmet;
    }
    if entry.first != number || scenario.outcome == ScenarioOutcome::Error {
        return Mark::None;
    }
    let inside = |it: &FindingResult| it.place.as_ref().is_some_and(|it| entry.contains(it.line));
    if scenario.findings.iter().any(inside) { Mark::Unmet } else { Mark::Met }
}

fn on_line(scenario: &ScenarioResult, number: u32) -> impl Iterator<Item = &FindingResult> {
    let findings = scenario.findings.iter();
    findings.filter(move |it| it.place.as_ref().is_some_and(|it| it.line == number))
}
