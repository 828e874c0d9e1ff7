//! The shipped suites bite: whichever rule of the engine is broken, a scenario that names the requirement turns red.

use std::{collections::BTreeSet, num::NonZero, path::Path, thread};

use scenarios::catalogue::Catalogue;
use sim::{
    mutants::{Mutant, QUESTIONS, Trial, all, hunt},
    suite::{Suite, discover},
};

/// Gated requirements that no answer of [`Rules`] can violate, and what would have to be broken instead.
const NOT_ASKED: &[(&str, &str)] = &[
    ("CN-05d", "the one session of the engine"),
    ("EV-13", "the one session of the engine"),
    ("EV-22", "the one session of the engine"),
    ("EV-26", "that no Event is ever updated"),
    ("EV-27d", "the read-back and the outbox"),
    ("EV-29d", "the queue of what waits for a lead"),
    ("EX-01", "that a push step or a rep's click is all that opens a sync"),
    ("EX-11d", "that steps run in their order"),
    ("LC-02", "that a sync creates leads only"),
    ("LC-03", "the header of every write"),
    ("TS-01", "that a push step or a rep's click is all that opens a sync"),
];

fn shipped() -> Suite {
    let suites = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scenarios/suites");
    let suite = Suite::of(discover(&[suites]).unwrap());
    assert!(!suite.is_broken(), "{}", suite.told(false));
    suite
}

#[test]
#[expect(clippy::print_stdout, reason = "which scenario caught a mutant is worth reading")]
fn every_broken_rule_turns_a_scenario_red_that_names_the_requirement() {
    let mutants: Vec<&Mutant> = all().collect();
    let jobs = thread::available_parallelism().map_or(1, NonZero::get);
    let suite = shipped();
    let trial = Trial::of(&suite, jobs).unwrap();
    let mut survivors = Vec::new();
    for hunted in hunt(&trial, &mutants, jobs) {
        for (id, by) in &hunted.requirements {
            println!("{id:7} {:?} <- {by:?}", hunted.mutant);
        }
        let told = |id| format!("{id:7} {:?}: {}", hunted.mutant, hunted.mutant.what);
        survivors.extend(hunted.survives().into_iter().map(told));
    }
    assert!(
        survivors.is_empty(),
        "no scenario that names the requirement turns red:\n{}",
        survivors.join("\n")
    );
}

#[test]
fn every_question_is_answered_wrongly_by_some_mutant() {
    let asked: BTreeSet<&str> = all().flat_map(|it| it.questions).copied().collect();
    let never: Vec<_> = QUESTIONS.iter().filter(|it| !asked.contains(*it)).collect();
    assert!(never.is_empty(), "never answered wrongly: {never:?}");
}

#[test]
fn mutants_have_names_of_their_own_and_break_requirements_that_exist() {
    let mut names = BTreeSet::new();
    for mutant in all() {
        assert!(names.insert(mutant.name), "two mutants are called {}", mutant.name);
        for id in mutant.breaks {
            assert!(is_known(id), "{}: no requirement {id}", mutant.name);
        }
    }
}

#[test]
fn every_gated_requirement_is_broken_or_is_no_question_of_the_rules() {
    let broken: BTreeSet<&str> = all().flat_map(|it| it.breaks).copied().collect();
    let not_asked: BTreeSet<&str> = NOT_ASKED.iter().map(|(id, _)| *id).collect();
    let both: Vec<_> = broken.intersection(&not_asked).collect();
    assert!(both.is_empty(), "broken, and said to be no question: {both:?}");
    let gated = Catalogue::embedded().gated().map(|row| row.id.as_str());
    let neither: Vec<_> =
        gated.filter(|id| !broken.contains(id) && !not_asked.contains(id)).collect();
    assert!(neither.is_empty(), "no mutant breaks {neither:?}");
}

fn is_known(id: &str) -> bool {
    let catalogue = Catalogue::embedded();
    catalogue.requirement(id).is_some() || catalogue.failure(id).is_some()
}
