//! In which scenarios was a rule a reason?

use engine::Rule;
use reports::coverage::{Chapter, Row};

use super::{Bench, demand};

pub(super) fn rows(bench: &Bench<'_, '_>) -> Vec<Row> {
    let reasons =
        |place: usize, rule| bench.trial.reasons(place).is_some_and(|it| it.contains(&rule));
    bench.rows_of(Rule::ALL, |rule| {
        let mut scenarios = bench.cells(
            |_| true,
            |place| {
                if reasons(place, *rule) { Ok("a reason".to_owned()) } else { Err(String::new()) }
            },
        );
        scenarios.retain(|cell| cell.proof.is_some());
        let mut row = Row {
            id: rule.id().to_owned(),
            chapter: Chapter::Rule,
            kind: "rule".to_owned(),
            sentence: rule.sentence().to_owned(),
            source: rule.requirements().join(", "),
            is_later: false,
            alias_of: Vec::new(),
            answers: Vec::new(),
            scenarios,
            demands: Vec::new(),
        };
        row.demands.push(demand("rule", 1, row.proved(), "scenarios in which it is a reason"));
        row
    })
}
