//! Ids, requirements, tags: what makes a file part of a suite.

use crate::ast::Scenario;
use crate::check::Checker;
use crate::diagnostic::{Diagnostic, code};
use std::collections::BTreeMap;

/// The tag of a scenario that proves nothing and may list no requirements.
const EXAMPLE: &str = "example";

/// Ids that two files claim.
pub(super) fn duplicate_ids(scenarios: &[Scenario]) -> Vec<Diagnostic> {
    let mut first: BTreeMap<String, &Scenario> = BTreeMap::new();
    let mut out = Vec::new();
    for scenario in scenarios {
        let earlier = first.entry(scenario.full_id()).or_insert(scenario);
        if !std::ptr::eq(*earlier, scenario) {
            let message = format!("two scenarios are called `{}`", scenario.full_id());
            let found = Diagnostic::error(code::DUPLICATE_ID, scenario.id.span, message);
            out.push(found.help(format!("the other one stands in `{}`", earlier.path.0)));
        }
    }
    out
}

impl Checker<'_> {
    pub(super) fn suite_words(&mut self) {
        let scenario = self.scenario;
        let example = scenario.tags.iter().any(|tag| *tag == EXAMPLE);
        if scenario.requirements.is_empty() && !example {
            let message = "the scenario proves no requirement";
            let found = Diagnostic::error(code::NO_REQUIREMENTS, scenario.id.span, message);
            self.out.push(found.help("list the ids that would turn red if the rule were wrong"));
        }
        for requirement in &scenario.requirements {
            if !self.words.requirements.contains(requirement.as_str()) {
                let known: Vec<&str> = self.words.requirements.iter().copied().collect();
                self.unknown(code::UNKNOWN_REQUIREMENT, "requirement", requirement, known);
            }
        }
        if scenario.until() < 0 {
            self.error_at(
                code::AFTER_END,
                scenario.clock.place.0,
                "the clock ends before it starts",
                "write a later `clock.until`",
            );
        }
    }
}
