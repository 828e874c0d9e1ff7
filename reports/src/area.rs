//! Which area does a scenario belong to, and how many of each outcome has it?

use crate::model::{ScenarioOutcome, ScenarioResult};
use indexmap::IndexMap;

/// The counts of one area.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
    pub(crate) errors: u64,
}

impl Counts {
    pub(crate) fn all(self) -> u64 {
        self.passed + self.failed + self.errors
    }
}

/// The folder of a scenario's id: `qualified/assignment` of `qualified/assignment/chat-rep[known]`.
pub(crate) fn area(id: &str) -> &str {
    let name = id.split_once('[').map_or(id, |it| it.0);
    name.rsplit_once('/').map_or("", |it| it.0)
}

/// The areas in the order in which they come, with their counts.
pub(crate) fn areas(scenarios: &[ScenarioResult]) -> IndexMap<&str, Counts> {
    let mut areas: IndexMap<&str, Counts> = IndexMap::new();
    for scenario in scenarios {
        let counts = areas.entry(area(&scenario.id)).or_default();
        match scenario.outcome {
            ScenarioOutcome::Passed => counts.passed += 1,
            ScenarioOutcome::Failed | ScenarioOutcome::HoldMissed => counts.failed += 1,
            ScenarioOutcome::Error => counts.errors += 1,
        }
    }
    areas
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_area_is_the_folder_and_a_case_has_no_say_in_it() {
        let said = ["qualified/assignment/chat-rep", "qualified/a/b[x/y]", "alone"].map(area);
        assert_eq!(said, ["qualified/assignment", "qualified/a", ""]);
    }
}
