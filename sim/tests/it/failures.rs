//! The failure catalogue: what is claimed now is provoked by a scenario that names it, in words that exist.

use std::{collections::BTreeSet, path::Path};

use scenarios::{
    Vocabulary,
    catalogue::{Catalogue, Scope},
    provoke::{CIRCUMSTANCES, provocations},
};
use sim::{
    suite::{Suite, discover},
    vocabulary::Words,
};

fn shipped() -> Suite {
    let suites = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scenarios/suites");
    let suite = Suite::of(discover(&[suites]).unwrap());
    assert!(!suite.is_broken(), "{}", suite.told(false));
    suite
}

#[test]
fn every_failure_that_is_claimed_is_provoked_by_a_scenario_that_names_it() {
    let suite = shipped();
    let claimed = Catalogue::embedded().failures().filter(|row| row.scope == Scope::Now);
    let missing: Vec<&str> = claimed
        .filter(|row| {
            !suite.scenarios.iter().any(|it| {
                let words = provocations(it);
                it.tags.iter().any(|tag| *tag == *row.id)
                    && row.provoked_by.iter().any(|word| words.contains(word))
            })
        })
        .map(|row| row.id.as_str())
        .collect();
    assert!(missing.is_empty(), "claimed, and provoked by no scenario that names it: {missing:?}");
}

#[test]
fn a_failure_that_a_scenario_names_is_claimed() {
    let suite = shipped();
    let tags = suite.scenarios.iter().flat_map(|it| &it.tags).filter(|it| it.starts_with("FM-"));
    let unclaimed: BTreeSet<&str> = tags
        .map(scenarios::Text::as_str)
        .filter(|tag| {
            Catalogue::embedded().failure(tag).is_none_or(|row| row.scope == Scope::Later)
        })
        .collect();
    assert!(unclaimed.is_empty(), "named by a scenario, and not claimed: {unclaimed:?}");
}

#[test]
fn failures_are_provoked_in_words_that_exist() {
    let kinds = Words.fault_kinds();
    let kinds = kinds.iter().map(|kind| kind.name);
    let verbs = scenarios::provoke::verbs();
    let known: BTreeSet<&str> = kinds.chain(verbs).chain(CIRCUMSTANCES).collect();
    for row in Catalogue::embedded().failures().filter(|row| row.scope == Scope::Now) {
        let unknown: Vec<_> =
            row.provoked_by.iter().filter(|word| !known.contains(word.as_str())).collect();
        assert!(unknown.is_empty(), "{} is provoked by {unknown:?}", row.id);
    }
}

#[test]
fn every_named_fault_provokes_a_failure_of_the_catalogue() {
    let words: BTreeSet<&str> = Catalogue::embedded()
        .failures()
        .flat_map(|row| &row.provoked_by)
        .map(String::as_str)
        .collect();
    let idle: Vec<&str> = Words
        .fault_kinds()
        .iter()
        .map(|kind| kind.name)
        .filter(|name| !words.contains(name))
        .collect();
    assert!(idle.is_empty(), "provoke no failure: {idle:?}");
}
