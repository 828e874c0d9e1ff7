//! What does a QA person open? One page for the whole run, in one file.
//!
//! The page needs no network and no server: style and script are inside, and a content security policy with their hashes
//! forbids everything else. Verdict, list of scenarios, findings and coverage are plain HTML. What is told of one scenario
//! (its story, its file, its timeline, its decisions) is deflated into a `<template>` and opened on demand, so that a
//! large run stays one light file. Every text of the run goes through the template engine's escaping, and packed parts are
//! base64: nothing in a journal can end a tag.

mod anchor;
mod coverage;
mod decisions;
mod finding;
mod listing;
mod pack;
mod page;
mod panel;
mod prose;
mod timeline;
mod words;

use crate::model::{Bundle, ScenarioOutcome};
use askama::Template;

/// Size up to which the page holds every scenario in full, in bytes; above it, only those that are not green.
pub const MAX_PAGE_BYTES: usize = 40 << 20;
/// Most journal lines of a scenario that the page shows; the bundle has them all.
pub const MAX_LINES_SHOWN: usize = 2_000;
/// Most wanted changes of a scenario that the page explains; `leadsim why` explains them all.
pub const MAX_CHANGES_SHOWN: usize = 200;

/// The run as one HTML page.
pub fn render(bundle: &Bundle) -> String {
    within(bundle, MAX_PAGE_BYTES)
}

/// The page, with scenarios in full as far as the budget of bytes allows.
fn within(bundle: &Bundle, budget: usize) -> String {
    let packed = fit(bundle, pack_all(bundle), budget);
    page::page(bundle, packed).render().expect("the templates ask nothing that can fail")
}

/// The part of each scenario that is opened on demand.
fn pack_all(bundle: &Bundle) -> Vec<String> {
    let scenarios = bundle.result.scenarios.iter().zip(&bundle.scenarios);
    let panels = scenarios.map(|(result, record)| {
        let panel = panel::panel(result, record, &bundle.catalogue);
        pack::pack(&panel.render().expect("the templates ask nothing that can fail"))
    });
    panels.collect()
}

/// Leaves out what is above the budget: first everything green, then what comes last.
fn fit(bundle: &Bundle, packed: Vec<String>, budget: usize) -> Vec<Option<String>> {
    let all: usize = packed.iter().map(String::len).sum();
    let mut left = budget;
    let scenarios = bundle.result.scenarios.iter().zip(packed);
    let kept = scenarios.map(|(scenario, packed)| {
        let wanted = all <= budget || scenario.outcome != ScenarioOutcome::Passed;
        let kept = wanted && packed.len() <= left;
        left -= if kept { packed.len() } else { 0 };
        kept.then_some(packed)
    });
    kept.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{
        CatalogueText, Manifest, RunResult, ScenarioRecord, ScenarioResult, Summary,
    };

    fn bundle(outcomes: &[ScenarioOutcome]) -> Bundle {
        let scenarios = outcomes.iter().enumerate().map(|(number, outcome)| ScenarioResult {
            id: format!("a/{number}"),
            title: String::new(),
            file: String::new(),
            outcome: *outcome,
            seed: 0,
            virtual_ms: 0,
            requirements: Vec::new(),
            rules: Vec::new(),
            tags: Vec::new(),
            checks: 0,
            figures: indexmap::IndexMap::new(),
            findings: Vec::new(),
            again: String::new(),
        });
        let scenarios: Vec<ScenarioResult> = scenarios.collect();
        let records = scenarios.iter().map(|it| ScenarioRecord {
            id: it.id.clone(),
            file: String::new(),
            source: String::new(),
            names: indexmap::IndexMap::new(),
            journal: Vec::new(),
        });
        Bundle {
            manifest: Manifest {
                bundle: 1,
                tool: String::new(),
                suite: String::new(),
                suite_hash: String::new(),
                again: String::new(),
            },
            scenarios: records.collect(),
            result: RunResult {
                version: 1,
                tool: String::new(),
                summary: Summary::default(),
                scenarios,
                requirements: indexmap::IndexMap::new(),
                rules: indexmap::IndexMap::new(),
            },
            catalogue: CatalogueText::default(),
        }
    }

    #[test]
    fn above_the_budget_green_scenarios_are_left_out_and_the_page_says_so() {
        use ScenarioOutcome::{Failed, Passed};
        let run = bundle(&[Passed, Failed, Passed]);
        let all: Vec<String> = pack_all(&run);
        let size: usize = all.iter().map(String::len).sum();
        let kept = |budget| fit(&run, all.clone(), budget).iter().map(Option::is_some).collect();
        let kept: [Vec<bool>; 3] = [size, size - 1, 0].map(kept);
        assert_eq!(kept[0], [true, true, true]);
        assert_eq!(kept[1], [false, true, false]);
        assert_eq!(kept[2], [false, false, false]);
        let told = "The journals of 2 scenarios are not in this page";
        assert!(within(&run, size - 1).contains(told));
        assert!(!within(&run, size).contains("not in this page"));
    }
}
