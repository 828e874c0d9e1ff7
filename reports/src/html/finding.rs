//! How is something that did not hold shown? Expected and actual side by side, always labelled, with the reasons.

use super::anchor;
use super::words::{Link, Pieces, linked};
use crate::model::{CatalogueText, FindingResult, ScenarioResult};
use crate::moment::moment;

/// A finding as the page shows it.
#[derive(Debug)]
pub(super) struct Finding {
    pub(super) anchor: String,
    pub(super) code: String,
    pub(super) message: String,
    pub(super) concerns: Vec<Link>,
    pub(super) expected: String,
    pub(super) actual: String,
    /// Whether there is anything to compare: a bug of ours has no two sides.
    pub(super) compares: bool,
    pub(super) place: Option<Link>,
    pub(super) at: Option<String>,
    pub(super) why: Vec<Pieces>,
    pub(super) related: Vec<Link>,
}

/// The findings of a scenario.
pub(super) fn findings(scenario: &ScenarioResult, catalogue: &CatalogueText) -> Vec<Finding> {
    let findings = scenario.findings.iter().enumerate();
    findings.map(|(number, it)| finding(&scenario.id, number + 1, it, catalogue)).collect()
}

fn finding(id: &str, number: usize, finding: &FindingResult, catalogue: &CatalogueText) -> Finding {
    let is_rule = |word: &str| catalogue.rules.iter().any(|it| it.id == word);
    let is_requirement = |word: &str| catalogue.requirements.iter().any(|it| it.id == word);
    let concerns = finding.concerns.iter().map(|it| {
        if is_requirement(it) {
            Link::requirement(it)
        } else {
            Link { text: it.clone(), href: String::new() }
        }
    });
    let place = finding.place.as_ref().map(|it| Link {
        text: format!("{}:{}:{}", it.file, it.line, it.column),
        href: anchor::href(&anchor::source(id, it.line)),
    });
    let said = |seq: u64| finding.why.iter().any(|it| it.starts_with(&format!("#{seq} ")));
    let related = finding.related.iter().filter(|it| !said(**it));
    Finding {
        anchor: format!("s:{id}:F{number}"),
        code: finding.code.clone(),
        message: finding.message.clone(),
        concerns: concerns.collect(),
        expected: finding.expected.clone(),
        actual: finding.actual.clone(),
        compares: !(finding.expected.is_empty() && finding.actual.is_empty()),
        place,
        at: finding.at_ms.map(moment),
        why: finding.why.iter().map(|it| linked(id, it, is_rule)).collect(),
        related: related.map(|seq| Link::line(id, *seq)).collect(),
    }
}
