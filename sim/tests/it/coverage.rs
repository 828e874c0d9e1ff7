//! The shipped suites leave nothing out: every gated requirement has a scenario, and every rule is a reason somewhere.

use std::{collections::BTreeSet, num::NonZero, path::Path, thread};

use scenarios::catalogue::Catalogue;
use sim::{
    report::{RunTitle, bundle},
    run::TransportKind,
    suite::{PlayOptions, Suite, discover, play},
};

fn shipped() -> Suite {
    let suites = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scenarios/suites");
    let suite = Suite::of(discover(&[suites]).unwrap());
    assert!(!suite.is_broken(), "{}", suite.told(false));
    suite
}

#[test]
fn every_gated_requirement_has_a_scenario() {
    let suite = shipped();
    let examples = |it: &&scenarios::ast::Scenario| it.requirements.is_empty();
    assert!(
        suite
            .scenarios
            .iter()
            .filter(examples)
            .all(|it| it.tags.iter().any(|tag| *tag == "example"))
    );
    let proved: BTreeSet<&str> =
        suite.scenarios.iter().flat_map(|it| it.requirements.iter().map(|id| &*id.text)).collect();
    let gated = Catalogue::embedded().requirements().filter(|row| row.is_gated());
    let missing: Vec<&str> =
        gated.map(|row| row.id.as_str()).filter(|id| !proved.contains(id)).collect();
    assert!(missing.is_empty(), "no scenario proves {missing:?}");
}

#[test]
fn every_rule_is_a_reason_in_some_scenario() {
    let suite = shipped();
    let jobs = thread::available_parallelism().map_or(1, NonZero::get);
    let options = PlayOptions { transport: TransportKind::Direct, jobs };
    let reported = play(&suite, &suite.select(None), options, &|_| ()).unwrap();
    let whole = bundle(reported, RunTitle { suite: String::new(), again: String::new() });
    let rules = whole.result.rules.iter().filter(|(_, it)| it.exercised == 0);
    let never: Vec<&str> = rules.map(|(id, _)| id.as_str()).collect();
    assert!(never.is_empty(), "never a reason: {never:?}");
}
