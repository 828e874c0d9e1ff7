//! Which scenarios prove a requirement?

use engine::Rule;
use reports::coverage::{Chapter, Demand, Row};
use scenarios::{
    blind::Part,
    catalogue::{Catalogue, Kind, Requirement, Scope},
};

use super::{Bench, Verdict, answers, demand, rules_of};
use crate::report::catalogue_text;

/// How many scenarios a row of kind E needs: one that shows it, and one that shows its limit.
const ENGINE_ROWS: u64 = 2;

/// How many scenarios are proposed for a row that has a gap.
const CANDIDATES: usize = 3;

pub(super) fn rows(bench: &Bench<'_, '_>) -> Vec<Row> {
    let texts = catalogue_text().requirements;
    let items: Vec<_> = Catalogue::embedded().requirements().zip(texts).collect();
    bench.rows_of(&items, |(requirement, text)| {
        let mut row = Row {
            id: requirement.id.clone(),
            chapter: Chapter::Requirement,
            kind: text.kind.clone(),
            sentence: requirement.rule.clone(),
            source: text.source.clone(),
            is_later: requirement.scope == Scope::Later,
            alias_of: requirement.alias_of.clone().unwrap_or_default(),
            answers: answers::of(&requirement.id),
            scenarios: bench.cells(
                |scenario| scenario.requirements.iter().any(|id| *id == *requirement.id),
                |place| verdict(bench, place, &requirement.id),
            ),
            demands: Vec::new(),
            candidates: Vec::new(),
        };
        if requirement.alias_of.is_none() {
            row.demands = demands(requirement, &row);
        }
        if !row.is_later && row.gaps().next().is_some() {
            row.candidates = candidates(bench, &requirement.id);
        }
        row
    })
}

fn verdict(bench: &Bench<'_, '_>, place: usize, id: &str) -> Verdict {
    let rules: Vec<Rule> = rules_of(id).collect();
    let answered = !rules.is_empty();
    let exercised = rules.iter().any(|rule| bench.is_reason_in_file_of(place, *rule));
    if (exercised || !answered)
        && let Some(mutant) = bench.killer(place, id)
    {
        return Ok(format!("red when {}", mutant.what));
    }
    let parts = Catalogue::embedded().evidence(id).map_or(&[][..], |it| &it.shows);
    if let Some(part) = parts.iter().find(|part| looks_at(bench, place, part)) {
        return Ok(format!("red without {part}"));
    }
    Err(match (answered, exercised, parts.is_empty()) {
        (_, _, false) => format!("no expectation looks at {}", parts.join(" or ")),
        (true, false, _) => "none of its rules was a reason".to_owned(),
        _ if bench.mutants.contains_key(id) => {
            "no mutant that breaks it turns the scenario red".to_owned()
        }
        _ => "no mutant breaks it, and evidence.yaml does not say what shows it".to_owned(),
    })
}

/// Scenarios that do not name the requirement, and would count for it.
fn candidates(bench: &Bench<'_, '_>, id: &str) -> Vec<String> {
    let exercised = |place: usize| rules_of(id).any(|rule| bench.is_reason_in_file_of(place, rule));
    let scenarios = bench.trial.scenarios().iter().enumerate();
    let unnamed = scenarios.filter(|(place, scenario)| {
        !scenario.requirements.iter().any(|it| *it == id) && exercised(*place)
    });
    let mut found: Vec<String> = Vec::new();
    for (place, scenario) in unnamed {
        let is_new = found.last().is_none_or(|it| scenario.id != *it.as_str());
        if is_new && verdict(bench, place, id).is_ok() {
            found.push(scenario.id.to_string());
        }
        if found.len() == CANDIDATES {
            break;
        }
    }
    found
}

/// Whether the scenario turns red when the part is hidden, or holds other values.
fn looks_at(bench: &Bench<'_, '_>, place: usize, part: &str) -> bool {
    let (Some(part), Some(seen)) = (Part::parse(part), bench.trial.seen(place)) else {
        return false;
    };
    bench.trial.is_red_seen_as(place, &part.hidden(seen))
        || part.disguised(seen).is_some_and(|it| bench.trial.is_red_seen_as(place, &it))
}

fn demands(requirement: &Requirement, row: &Row) -> Vec<Demand> {
    let is = |kind| requirement.kind.contains(&kind);
    let (proved, answers) = (row.proved(), row.answers.len() as u64);
    let mut demands = Vec::new();
    if is(Kind::Engine) {
        demands.push(demand("E", ENGINE_ROWS, proved, "scenarios"));
    }
    if is(Kind::Model) {
        demands.push(demand("M", 1, proved, "scenarios"));
    }
    if is(Kind::Lint) {
        let what = "answers: a lint, a file that is refused, or a rule";
        demands.push(demand("L", 1, answers, what));
    }
    if is(Kind::Recommendation) {
        demands.push(demand("R", 1, answers.max(proved), "answers or scenarios"));
    }
    demands
}
