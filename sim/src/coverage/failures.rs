//! Which scenarios prove a failure mode?
//!
//! The scenario carries the failure's id as a tag, uses one of the words by which the catalogue says that it is provoked,
//! and either turns red without them, or turns red under a mutant that breaks the reaction, or at least goes another way
//! without them: then the failure happened, and everything expected held all the same.

use reports::coverage::{Chapter, Row};
use scenarios::{
    catalogue::{Catalogue, Failure, Scope},
    provoke::without,
};

use super::{Bench, Verdict, demand};

pub(super) fn rows(bench: &Bench<'_, '_>) -> Vec<Row> {
    let items: Vec<_> = Catalogue::embedded().failures().collect();
    bench.rows_of(&items, |failure| {
        let scenarios = bench.cells(
            |scenario| scenario.tags.iter().any(|tag| *tag == *failure.id),
            |place| verdict(bench, place, failure),
        );
        let mut row = Row {
            id: failure.id.clone(),
            chapter: Chapter::Failure,
            kind: "FM".to_owned(),
            sentence: format!("{} {}", failure.cause, failure.reaction),
            source: failure.chapter.clone(),
            is_later: failure.scope == Scope::Later,
            alias_of: Vec::new(),
            answers: failure.provoked_by.iter().map(|word| format!("provoked by {word}")).collect(),
            scenarios,
            candidates: Vec::new(),
            demands: Vec::new(),
        };
        row.demands.push(demand("FM", 1, row.proved(), "scenarios"));
        row
    })
}

fn verdict(bench: &Bench<'_, '_>, place: usize, failure: &Failure) -> Verdict {
    let scenario = bench.trial.scenarios().get(place);
    let calm = scenario.and_then(|it| without(it, &failure.provoked_by));
    let played = calm.map(|it| bench.trial.changed(&it));
    let words = failure.provoked_by.join(" and ");
    match &played {
        Some(Some(outcome)) if outcome.is_red() => return Ok(format!("red without {words}")),
        _ => {}
    }
    if let Some(mutant) = bench.killer(place, &failure.id) {
        return Ok(format!("red when {}", mutant.what));
    }
    match played {
        Some(Some(outcome)) if Some(&outcome.observation) != bench.trial.seen(place) => {
            Ok(format!("goes another way without {words}"))
        }
        Some(Some(_)) => Err(format!("goes the same way without {words}")),
        Some(None) => Ok(format!("cannot be played without {words}")),
        None => Err(format!("does not provoke it: {words}")),
    }
}
