//! What was found wrong in a run, whoever found it: the judge, the world, or a held figure.

use reports::model::FindingResult;
use scenarios::{Finding, HoldVerdict, ast::Scenario};

use super::Files;
use crate::run::{RunOutcome, Trouble};

/// Everything that was found.
pub(super) fn findings(
    scenario: &Scenario,
    outcome: &RunOutcome,
    files: &Files<'_>,
) -> Vec<FindingResult> {
    let started = outcome.observation.started;
    let judged = outcome.judgement.findings.iter().map(|it| finding(it, started, files));
    let troubles = outcome.troubles.iter().map(|it| trouble(it, scenario, started, files));
    let runaway = outcome.runaway.then(|| FindingResult {
        code: "F901".to_owned(),
        message: "the run did not end: it was stopped".to_owned(),
        concerns: Vec::new(),
        expected: "a run in which time goes on".to_owned(),
        actual: format!("more steps than any run of {} lines may take", scenario.timeline.len()),
        place: files.place(scenario.id.span),
        at_ms: Some(outcome.observation.ended.saturating_sub(started)),
        related: Vec::new(),
        why: Vec::new(),
    });
    let missed = outcome.judgement.holds.iter().filter(|it| !it.held).map(|it| hold(it, files));
    judged.chain(troubles).chain(runaway).chain(missed).collect()
}

fn finding(finding: &Finding, started: i64, files: &Files<'_>) -> FindingResult {
    FindingResult {
        code: finding.code.to_owned(),
        message: finding.message.clone(),
        concerns: finding.ids.clone(),
        expected: finding.expected.clone(),
        actual: finding.actual.clone(),
        place: files.place(finding.span),
        at_ms: finding.at.map(|at| at.saturating_sub(started)),
        related: finding.related.clone(),
        why: finding
            .why
            .iter()
            .map(|why| match &why.rule {
                Some(rule) => format!("#{} {rule}: {}", why.seq, why.text),
                None => format!("#{} {}", why.seq, why.text),
            })
            .collect(),
    }
}

/// A line that the world could not carry out: the scenario did not happen as it is written.
fn trouble(
    trouble: &Trouble,
    scenario: &Scenario,
    started: i64,
    files: &Files<'_>,
) -> FindingResult {
    let place = scenario.timeline.get(trouble.line).and_then(|line| files.place(line.place.0));
    FindingResult {
        code: "F902".to_owned(),
        message: "a line of the timeline could not be carried out".to_owned(),
        concerns: Vec::new(),
        expected: "the line happens as it is written".to_owned(),
        actual: trouble.text.clone(),
        place,
        at_ms: Some(trouble.at.saturating_sub(started)),
        related: vec![trouble.seq],
        why: Vec::new(),
    }
}

fn hold(hold: &HoldVerdict, files: &Files<'_>) -> FindingResult {
    FindingResult {
        code: "F903".to_owned(),
        message: format!("the figure {} was not held", hold.metric),
        concerns: vec![hold.metric.clone()],
        expected: hold.expected.clone(),
        actual: hold.actual.map_or_else(|| "no samples".to_owned(), |it| it.to_string()),
        place: files.place(hold.span),
        at_ms: None,
        related: Vec::new(),
        why: Vec::new(),
    }
}
