//! Which scenarios depend on a rule?
//!
//! The rule is a reason in the run, and the scenario turns red under a mutant that violates the rule, or when the rule is
//! not said.

use engine::Rule;
use reports::coverage::{Cell, Chapter, Row};
use scenarios::blind::Part;

use super::{Bench, Verdict, demand};
use crate::mutants::all;

/// How many scenarios are looked for that depend on a rule.
const SHOWN: usize = 3;

pub(super) fn rows(bench: &Bench<'_, '_>) -> Vec<Row> {
    bench.rows_of(Rule::ALL, |rule| {
        let scenarios = cells(bench, *rule);
        let mut row = Row {
            id: rule.id().to_owned(),
            chapter: Chapter::Rule,
            kind: "rule".to_owned(),
            sentence: rule.sentence().to_owned(),
            source: rule.requirements().join(", "),
            is_later: false,
            alias_of: Vec::new(),
            answers: mutants(*rule),
            scenarios,
            candidates: Vec::new(),
            demands: Vec::new(),
        };
        row.demands.push(demand("rule", 1, row.proved(), "scenarios that depend on it"));
        row
    })
}

/// The first scenarios that depend on the rule.
fn cells(bench: &Bench<'_, '_>, rule: Rule) -> Vec<Cell> {
    let mut cells: Vec<Cell> = Vec::new();
    for (place, scenario) in bench.trial.scenarios().iter().enumerate() {
        let is_new = cells.last().is_none_or(|it| scenario.id != it.scenario.as_str());
        if let Some(Ok(proof)) = is_new.then(|| verdict(bench, place, rule)) {
            let scenario = scenario.id.to_string();
            cells.push(Cell { scenario, proof: Some(proof), lacks: None });
        }
        if cells.len() == SHOWN {
            break;
        }
    }
    cells
}

fn mutants(rule: Rule) -> Vec<String> {
    let violating = all().filter(|mutant| mutant.violates.contains(&rule));
    violating.map(|mutant| format!("violated by {}", mutant.name)).collect()
}

fn verdict(bench: &Bench<'_, '_>, place: usize, rule: Rule) -> Verdict {
    if !bench.trial.reasons(place).is_some_and(|it| it.contains(&rule)) {
        return Err("not a reason".to_owned());
    }
    let mut mutants = all().filter(|mutant| mutant.violates.contains(&rule));
    if let Some(mutant) = mutants.find(|mutant| bench.trial.is_red(place, mutant)) {
        return Ok(format!("red when {}", mutant.what));
    }
    let unsaid = bench.trial.seen(place).map(|it| Part::Rule(rule.id().to_owned()).hidden(it));
    if unsaid.is_some_and(|it| bench.trial.is_red_seen_as(place, &it)) {
        return Ok("red when it is not said".to_owned());
    }
    Err("nothing depends on it".to_owned())
}
