//! INV-04: the engine changes no owner of a lead, contact or account after creation.
//!
//! No false alarm: only updates that a call of the engine made count, and only if the owner differs from the one before. Flows, assignment rules and packages of
//! the org (RM, MM) are `Automation`, people are `Admin`. Profiles that may move records say so in the set-up.

use super::{Facts, Verdict};
use crate::observation::{ChangeKind, Origin};

pub(crate) fn check(facts: &Facts<'_>) -> Verdict {
    let mut verdict = Verdict::default();
    if facts.observation.setup.may_change_owner {
        return verdict;
    }
    for (index, change) in facts.history.changes.iter().enumerate() {
        let engine = change.origin == Origin::Engine && change.kind == ChangeKind::Updated;
        if !engine || !matches!(&*change.object, "Lead" | "Contact" | "Account") {
            continue;
        }
        verdict.evaluated += 1;
        let Some(record) = facts.history.find(&change.id) else { continue };
        let before = facts.history.value(record, "OwnerId", index);
        let after = facts.history.value(record, "OwnerId", index + 1);
        if before.is_some() && before != after {
            let (from, to) = (before.unwrap_or("nobody"), after.unwrap_or("nobody"));
            let actual =
                format!("the engine moved the {} {} from {from} to {to}", change.object, change.id);
            verdict.broken("the owner of creation", actual, Some(change.at), vec![change.seq]);
        }
    }
    verdict
}
