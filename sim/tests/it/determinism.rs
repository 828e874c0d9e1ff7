//! The same file gives the same bytes: twice, in parallel or alone, and on every transport.

use std::path::Path;

use reports::{bundle::journal_ndjson, model::Bundle};
use sim::{
    report::{RunTitle, bundle},
    run::TransportKind,
    suite::{PlayOptions, Suite, discover, play},
};

/// Plays the shipped examples.
fn played(transport: TransportKind, jobs: usize) -> Bundle {
    let folder =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../scenarios/suites/qualified/examples");
    let suite = Suite::of(discover(&[folder]).unwrap());
    assert!(!suite.is_broken(), "{}", suite.told(false));
    let selected = suite.select(None);
    let reported = play(&suite, &selected, PlayOptions { transport, jobs }, &|_| ()).unwrap();
    bundle(reported, RunTitle { suite: "examples".to_owned(), again: String::new() })
}

/// Fails with the first line that differs.
fn same(one: &Bundle, two: &Bundle) {
    for (one, two) in one.scenarios.iter().zip(&two.scenarios) {
        let (first, second) = (journal_ndjson(&one.journal), journal_ndjson(&two.journal));
        for (number, (a, b)) in first.lines().zip(second.lines()).enumerate() {
            assert_eq!(a, b, "{} line {}", one.id, number + 1);
        }
    }
    assert_eq!(one, two);
}

#[test]
fn twice_is_the_same() {
    same(&played(TransportKind::Direct, 1), &played(TransportKind::Direct, 1));
}

#[test]
fn in_parallel_is_the_same_as_alone() {
    same(&played(TransportKind::Direct, 4), &played(TransportKind::Direct, 1));
}

#[test]
fn every_transport_gives_the_same_bytes() {
    let direct = played(TransportKind::Direct, 2);
    same(&direct, &played(TransportKind::Duplex, 2));
    same(&direct, &played(TransportKind::Tcp, 2));
}
