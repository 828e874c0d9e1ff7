//! The shipped suites bite: whichever rule of the engine is broken, a scenario that names the requirement turns red.

use std::{collections::BTreeSet, num::NonZero, path::Path, thread};

use scenarios::catalogue::Catalogue;
use sim::{
    mutants::{Mutant, QUESTIONS, Trial, all, hunt},
    suite::{Suite, discover},
};

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
fn every_question_of_the_rules_is_handed_on() {
    let rules = Path::new(env!("CARGO_MANIFEST_DIR")).join("../engine/src/rules.rs");
    let text = std::fs::read_to_string(rules).unwrap();
    let of_trait = text.split("pub trait Rules {").nth(1).unwrap().split("\n}\n").next().unwrap();
    let asked = of_trait.lines().filter_map(|line| line.strip_prefix("    fn "));
    let asked: Vec<&str> = asked.map(|it| it.split(['(', '<']).next().unwrap()).collect();
    let lost: Vec<_> = asked.iter().filter(|it| !QUESTIONS.contains(it)).collect();
    assert!(!asked.is_empty() && lost.is_empty(), "add to `hand_on!`: {lost:?}");
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
fn every_gated_requirement_is_broken_by_a_mutant_or_has_evidence_of_its_own() {
    let broken: BTreeSet<&str> = all().flat_map(|it| it.breaks).copied().collect();
    let catalogue = Catalogue::embedded();
    let gated = catalogue.gated().map(|row| row.id.as_str());
    let neither: Vec<_> =
        gated.filter(|id| !broken.contains(id) && catalogue.evidence(id).is_none()).collect();
    assert!(neither.is_empty(), "no mutant breaks {neither:?}");
}

fn is_known(id: &str) -> bool {
    let catalogue = Catalogue::embedded();
    catalogue.requirement(id).is_some() || catalogue.failure(id).is_some()
}
