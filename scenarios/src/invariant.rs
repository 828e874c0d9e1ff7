//! What holds at the end of every scenario, whatever the faults: INV-01 to INV-12 and INV-15.
//!
//! One file an invariant; each says why it raises no false alarm. An invariant that lacks what it needs to know (see [`crate::ObservedSetup`]) evaluates nothing.
//! INV-13 is the double run of the runner, INV-14 the settled end (`F120`) together with the expectations of generated worlds.

mod address;
mod assignment_header;
mod blank_or_unmapped;
mod committed_before;
mod explained_owner;
mod no_second_lead;
mod one_activity;
mod one_outcome;
mod one_task;
mod owner_kept;
mod quota;
mod read_back;
mod retries;
mod secrets;
mod stale;

use crate::ast::Scenario;
use crate::finding::{Finding, Why};
use crate::history::History;
use crate::observation::Observation;
use std::collections::BTreeMap;

/// Ids and sentences of the invariants that are checked at the end of every scenario.
pub const INVARIANTS: [(&str, &str); 13] = [
    ("INV-01", "the engine inserts at most one live lead per e-mail address"),
    ("INV-02", "no lead is inserted for an address that the org had before the lookup began"),
    ("INV-03", "every source event ends in exactly one terminal state"),
    ("INV-04", "the engine changes no owner after creation"),
    ("INV-05", "every owner of a lead that the engine created is explained by its decision"),
    ("INV-06", "no field outside the mapping is written, no value is blanked"),
    ("INV-07", "no older answer overwrites a newer one"),
    (
        "INV-08",
        "one event per conversation and booking, one task per action run, one campaign member per person and campaign",
    ),
    ("INV-09", "no call while the engine waits for the quota"),
    ("INV-10", "no permanent error is retried, no transient one given up early"),
    ("INV-11", "an insert of unknown outcome is read back before it is repeated"),
    ("INV-12", "writes of leads carry explicit assignment and duplicate rule headers"),
    ("INV-15", "no secret appears in the journal"),
];

/// How many findings one invariant makes.
const MAX_FINDINGS: usize = 20;

/// What an invariant looks at.
pub(crate) struct Facts<'a> {
    pub(crate) scenario: &'a Scenario,
    pub(crate) observation: &'a Observation,
    pub(crate) history: &'a History<'a>,
}

/// What an invariant saw: how many things, and which of them broke it.
#[derive(Default)]
pub(crate) struct Verdict {
    pub(crate) evaluated: usize,
    pub(crate) broken: Vec<Finding>,
}

impl Verdict {
    /// One more thing was looked at, and it broke the invariant.
    pub(crate) fn broken(
        &mut self,
        expected: &str,
        actual: String,
        at: Option<i64>,
        related: Vec<u64>,
    ) {
        if self.broken.len() < MAX_FINDINGS {
            let message = format!("{actual}; expected: {expected}");
            let expected = expected.to_owned();
            self.broken.push(Finding {
                expected,
                actual,
                at,
                related,
                message,
                ..Finding::default()
            });
        }
    }
}

impl Facts<'_> {
    /// The decisions about a record, oldest first.
    fn why(&self, related: &[u64]) -> Vec<Why> {
        let notes = self.observation.notes.iter().filter(|note| related.contains(&note.seq));
        notes.map(crate::judge::quote).collect()
    }
}

type Invariant = fn(&Facts<'_>) -> Verdict;

/// Every invariant over one run; how many things each looked at.
pub(crate) fn check_all<'a>(
    scenario: &'a Scenario,
    observation: &'a Observation,
    history: &'a History<'a>,
    findings: &mut Vec<Finding>,
) -> BTreeMap<&'static str, usize> {
    let all: [(&'static str, Invariant); 13] = [
        ("INV-01", no_second_lead::check),
        ("INV-02", committed_before::check),
        ("INV-03", one_outcome::check),
        ("INV-04", owner_kept::check),
        ("INV-05", explained_owner::check),
        ("INV-06", blank_or_unmapped::check),
        ("INV-07", stale::check),
        ("INV-08", one_activity::check),
        ("INV-09", quota::check),
        ("INV-10", retries::check),
        ("INV-11", read_back::check),
        ("INV-12", assignment_header::check),
        ("INV-15", secrets::check),
    ];
    let facts = Facts { scenario, observation, history };
    let mut evaluated = BTreeMap::new();
    for (id, check) in all {
        let mut verdict = check(&facts);
        evaluated.insert(id, verdict.evaluated);
        for finding in &mut verdict.broken {
            finding.code = id;
            finding.ids = vec![id.to_owned()];
            finding.span = scenario.id.span;
            finding.why = facts.why(&finding.related);
        }
        findings.append(&mut verdict.broken);
    }
    evaluated
}
