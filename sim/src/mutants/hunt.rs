//! Which scenarios tell a mutant from the real rules.

use std::collections::{BTreeMap, BTreeSet};

use engine::Rule;
use scenarios::{Text, ast::Scenario};

use super::{Mutant, Trial, trial::side_by_side};

/// A mutant and what became of it.
#[derive(Debug)]
pub struct Hunted {
    /// The mutant.
    pub mutant: &'static Mutant,
    /// For each requirement that it breaks, a scenario that names the requirement and turned red, if there is one.
    pub requirements: BTreeMap<&'static str, Option<String>>,
    /// For each rule that it violates, a scenario in which the rule is a reason and that turned red, if there is one.
    pub rules: BTreeMap<Rule, Option<String>>,
}

impl Hunted {
    /// What it breaks and no scenario notices: requirements, and rules.
    pub fn survives(&self) -> Vec<&'static str> {
        let requirements = self.requirements.iter().filter(|(_, by)| by.is_none());
        let rules = self.rules.iter().filter(|(_, by)| by.is_none());
        requirements.map(|(id, _)| *id).chain(rules.map(|(rule, _)| rule.id())).collect()
    }
}

/// Plays mutants on so many threads, each over the scenarios that name what it breaks or exercise what it violates, until
/// one turns red.
pub fn hunt(trial: &Trial<'_>, mutants: &[&'static Mutant], jobs: usize) -> Vec<Hunted> {
    side_by_side(mutants, jobs, |mutant| Hunted {
        mutant,
        requirements: requirements(trial, mutant),
        rules: rules(trial, mutant),
    })
}

fn requirements(
    trial: &Trial<'_>,
    mutant: &'static Mutant,
) -> BTreeMap<&'static str, Option<String>> {
    let caught = |id: &&'static str| {
        let naming =
            |place: &usize| trial.scenarios().get(*place).is_some_and(|it| names(it).contains(id));
        (*id, first_red(trial, mutant, naming))
    };
    mutant.breaks.iter().map(caught).collect()
}

fn rules(trial: &Trial<'_>, mutant: &'static Mutant) -> BTreeMap<Rule, Option<String>> {
    let caught = |rule: &Rule| {
        let exercised = |place: &usize| trial.reasons(*place).is_some_and(|it| it.contains(rule));
        (*rule, first_red(trial, mutant, exercised))
    };
    mutant.violates.iter().map(caught).collect()
}

fn first_red(
    trial: &Trial<'_>,
    mutant: &'static Mutant,
    fits: impl Fn(&usize) -> bool,
) -> Option<String> {
    let mut places = (0..trial.scenarios().len()).filter(fits);
    let red = places.find(|place| trial.is_red(*place, mutant))?;
    trial.scenarios().get(red).map(Scenario::full_id)
}

/// The requirements and failure modes that a scenario names.
pub(crate) fn names(scenario: &Scenario) -> BTreeSet<&str> {
    let failures = scenario.tags.iter().filter(|tag| tag.starts_with("FM-"));
    scenario.requirements.iter().chain(failures).map(Text::as_str).collect()
}
