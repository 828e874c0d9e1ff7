//! What a suite proves: requirement × scenario, failure × scenario, reading × scenario and rule × scenario, from runs.
//!
//! No tag is believed. A scenario that names a requirement counts for it if one of the requirement's rules was a reason in
//! the run and a mutant that violates the requirement turns the scenario red ([`crate::mutants`]); where no rule answers
//! it, if the scenario turns red when what shows the requirement is hidden ([`scenarios::blind`]). A scenario counts for a
//! failure mode if it provokes it and turns red, or at least goes another way, without the provocation; for a reading, if
//! it turns red under another one.
//!
//! Demanded are two scenarios for a row of kind E (one that shows it and one that shows its limit), one for a row of
//! kind M, one for a failure mode and for each reading of a setting, an answer for a row of kind L (a lint with a file
//! that it warns of, a file that is refused, or a rule that says it at run time), an answer or a scenario for a row of
//! kind R, and for every rule a scenario in which it is a reason.

mod answers;
mod failures;
mod readings;
mod requirements;
mod rules;

use std::collections::BTreeMap;

use engine::Rule;
use indexmap::IndexMap;
use reports::coverage::{Cell, Coverage, Demand, KindSummary, Row};
use scenarios::ast::Scenario;

use crate::{
    mutants::{Mutant, Trial, all, side_by_side},
    report::TOOL,
};

/// The kinds of row, and what they mean.
const KINDS: [(&str, &str); 7] = [
    ("E", "what the engine does: two scenarios each"),
    ("M", "what the product and the CRM do around it: a scenario each"),
    ("L", "warnings and diagnoses: an answer each"),
    ("R", "recommendations: an answer or a scenario each"),
    ("FM", "failure modes: a scenario each"),
    ("K", "readings of settings: a scenario each"),
    ("rule", "rules of the engine: a reason that a scenario depends on"),
];

/// Why a scenario counts for a row, or why not.
type Verdict = Result<String, String>;

/// Finds out what the suite on trial proves, on so many threads.
pub fn cover(trial: &Trial<'_>, suite: &str, jobs: usize) -> Coverage {
    let bench = Bench { trial, jobs, mutants: mutants_by_requirement() };
    let mut rows = requirements::rows(&bench);
    rows.extend(failures::rows(&bench));
    rows.extend(readings::rows(&bench));
    rows.extend(rules::rows(&bench));
    let summary = KINDS.iter().map(|(kind, meaning)| summary(kind, meaning, &rows)).collect();
    Coverage { version: 1, tool: TOOL.to_owned(), suite: suite.to_owned(), summary, rows }
}

/// What every question is asked with.
struct Bench<'t, 's> {
    trial: &'t Trial<'s>,
    jobs: usize,
    /// Mutants by the requirement or failure mode that they break.
    mutants: BTreeMap<&'static str, Vec<&'static Mutant>>,
}

impl Bench<'_, '_> {
    /// The first mutant that breaks this and turns the scenario red.
    fn killer(&self, place: usize, id: &str) -> Option<&'static Mutant> {
        let mut mutants = self.mutants.get(id).into_iter().flatten().copied();
        mutants.find(|it| self.trial.is_red(place, it))
    }

    /// Whether the rule was a reason in the scenario at this place, or in another row of its table.
    fn is_reason_in_file_of(&self, place: usize, rule: Rule) -> bool {
        let scenarios = self.trial.scenarios();
        let id = scenarios.get(place).map(|it| it.id.as_str());
        let is_row = |it: &Scenario| Some(it.id.as_str()) == id;
        let mut rows = scenarios.iter().enumerate().filter(|(_, it)| is_row(it));
        rows.any(|(row, _)| self.trial.reasons(row).is_some_and(|it| it.contains(&rule)))
    }

    /// The cells of a row: each scenario that is meant, judged by its cases until one counts.
    fn cells(
        &self,
        meant: impl Fn(&Scenario) -> bool,
        judge: impl Fn(usize) -> Verdict,
    ) -> Vec<Cell> {
        let mut cells: IndexMap<&str, Verdict> = IndexMap::new();
        for (place, scenario) in self.trial.scenarios().iter().enumerate() {
            let known = cells.get(scenario.id.as_str());
            if meant(scenario) && known.is_none_or(Result::is_err) {
                cells.insert(scenario.id.as_str(), judge(place));
            }
        }
        let cells = cells.into_iter().map(|(scenario, verdict)| Cell {
            scenario: scenario.to_owned(),
            lacks: verdict.as_ref().err().cloned(),
            proof: verdict.ok(),
        });
        cells.collect()
    }

    /// Makes the rows of a chapter side by side.
    fn rows_of<T: Sync>(&self, items: &[T], make: impl Fn(&T) -> Row + Sync) -> Vec<Row> {
        side_by_side(items, self.jobs, make)
    }
}

fn mutants_by_requirement() -> BTreeMap<&'static str, Vec<&'static Mutant>> {
    let mut by: BTreeMap<&str, Vec<&Mutant>> = BTreeMap::new();
    for mutant in all() {
        for id in mutant.breaks {
            by.entry(id).or_default().push(mutant);
        }
    }
    by
}

/// The rules that answer a requirement.
fn rules_of(id: &str) -> impl Iterator<Item = Rule> {
    Rule::ALL.iter().copied().filter(move |rule| rule.requirements().contains(&id))
}

/// Something is wanted that often and was found that often.
fn demand(kind: &str, wanted: u64, found: u64, what: &str) -> Demand {
    let gap = (found < wanted).then(|| format!("{found} of {wanted} {what}"));
    Demand { kind: kind.to_owned(), wanted, found, gap }
}

fn summary(kind: &str, meaning: &str, rows: &[Row]) -> KindSummary {
    let mut summary = KindSummary {
        kind: kind.to_owned(),
        meaning: meaning.to_owned(),
        rows: 0,
        proved: 0,
        gaps: 0,
        later: 0,
    };
    for row in rows {
        for demand in row.demands.iter().filter(|it| it.kind == kind) {
            summary.rows += 1;
            match (&demand.gap, row.is_later) {
                (None, _) => summary.proved += 1,
                (Some(_), false) => summary.gaps += 1,
                (Some(_), true) => summary.later += 1,
            }
        }
    }
    summary
}
