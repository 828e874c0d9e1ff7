//! INV-05: every owner of a lead that the engine created is explained by the newest decision about its owner.
//!
//! No false alarm: the lead's owner is compared with the decisions of the intent that sent the row, and only if the answer named the new record and the row says its
//! intent. The owner that counts is the one that was *sent*, so that assignment rules and flows of the org may change it afterwards; a row without `OwnerId` leaves
//! the owner to the org and is not judged. Whoever is moved by a package in the org (RM, MM) is judged, too: at that instant the package must have decided for that
//! owner.

use super::address::value;
use super::{Facts, Verdict};
use crate::ast::{CallOperation, CallOutcome};
use crate::observation::{ChangeKind, NoteSeen};
use std::collections::BTreeMap;

/// Packages that move leads, and explain each move.
const PACKAGES: [&str; 2] = ["Response Management", "Matchmaker"];

pub(crate) fn check(facts: &Facts<'_>) -> Verdict {
    let mut verdict = Verdict::default();
    moved_by_packages(facts, &mut verdict);
    let mut decisions: BTreeMap<u64, Vec<&NoteSeen>> = BTreeMap::new();
    for note in facts.observation.notes.iter().filter(|note| &*note.question == "owner") {
        if let Some(intent) = note.intent {
            decisions.entry(intent).or_default().push(note);
        }
    }
    let calls = facts.observation.calls.iter();
    for call in calls.filter(|call| {
        call.operation == CallOperation::Create && call.object.as_deref() == Some("Lead")
    }) {
        for row in &call.rows {
            let done = row.outcome.or(call.outcome) == Some(CallOutcome::Done) && row.id.is_some();
            let (Some(intent), Some(owner)) = (row.intent, value(&row.sends, "OwnerId")) else {
                continue;
            };
            if !done {
                continue;
            }
            verdict.evaluated += 1;
            let notes = decisions.get(&intent).map_or(&[][..], Vec::as_slice);
            let newest = notes.iter().rev().find(|note| note.at <= call.at);
            let explained = newest
                .is_some_and(|note| note.chosen.as_deref() == Some(owner) && note.rule.is_some());
            if !explained {
                let decided = newest.and_then(|note| note.chosen.as_deref()).unwrap_or("nobody");
                let id = row.id.as_deref().unwrap_or_default();
                let actual = format!(
                    "the lead {id} was sent with owner {owner}; the decision was {decided}"
                );
                let mut related = vec![call.seq];
                related.extend(newest.map(|note| note.seq));
                verdict.broken(
                    "the owner of the decision, with its rule",
                    actual,
                    Some(call.at),
                    related,
                );
            }
        }
    }
    verdict
}

/// Every lead that a package gave to another owner has that package's decision.
fn moved_by_packages(facts: &Facts<'_>, verdict: &mut Verdict) {
    let changes = facts.history.changes.iter();
    let moves = changes.filter(|change| {
        let by_package = change.cause.as_deref().is_some_and(|it| PACKAGES.contains(&it));
        by_package && change.kind == ChangeKind::Updated && &*change.object == "Lead"
    });
    for change in moves {
        let Some(owner) = value(&change.fields, "OwnerId") else { continue };
        verdict.evaluated += 1;
        let explains = |note: &&NoteSeen| {
            let about = note.record.as_deref() == Some(&*change.id) && note.at == change.at;
            about && &*note.question == "owner" && note.chosen.as_deref() == Some(owner)
        };
        if !facts.observation.notes.iter().any(|note| explains(&note)) {
            let by = change.cause.as_deref().unwrap_or_default();
            let actual = format!("{by} gave the lead {} to {owner} without a decision", change.id);
            let seqs = vec![change.seq];
            verdict.broken("a decision for that owner", actual, Some(change.at), seqs);
        }
    }
}
