//! INV-11: an insert whose outcome is not known is read back before it is repeated, or carries a unique external id.
//!
//! No false alarm: looked at are inserts whose reply was lost so that the engine could not know (`ambiguous`), followed by an insert of the same object *for the same
//! intent*. A query that was sent after the loss was known and answered before the repetition is the read-back; any query will do, since this crate does not know how
//! the engine asks. Rows that carry an external id of the set-up repeat themselves safely.

use super::address::value;
use super::{Facts, Verdict};
use crate::ast::{CallOperation, CallOutcome};
use crate::observation::{CallSeen, RowSeen};

pub(crate) fn check(facts: &Facts<'_>) -> Verdict {
    let mut verdict = Verdict::default();
    // A system is read back from itself.
    let mut systems: Vec<Option<&str>> =
        facts.observation.beside.iter().map(|call| call.system.as_deref()).collect();
    systems.sort_unstable();
    systems.dedup();
    for system in systems {
        let of_system = |call: &&CallSeen| call.system.as_deref() == system;
        let calls: Vec<CallSeen> =
            facts.observation.beside.iter().filter(of_system).cloned().collect();
        check_calls(facts, &calls, &mut verdict);
    }
    check_calls(facts, &facts.observation.calls, &mut verdict);
    verdict
}

fn check_calls(facts: &Facts<'_>, calls: &[CallSeen], verdict: &mut Verdict) {
    for (index, call) in calls.iter().enumerate() {
        let Some(known) =
            call.answered_at.filter(|_| call.ambiguous && call.operation == CallOperation::Create)
        else {
            continue;
        };
        let later = calls.get(index + 1..).unwrap_or_default();
        for row in call.rows.iter().filter(|row| !has_external_id(facts, call, row)) {
            verdict.evaluated += 1;
            let Some(again) = later.iter().find(|later| repeats(call, row, later)) else {
                continue;
            };
            let read = calls.iter().any(|read| {
                read.operation == CallOperation::Query
                    && read.outcome == Some(CallOutcome::Done)
                    && read.at >= known
                    && read.answered_at.is_some_and(|at| at <= again.at)
            });
            if !read {
                let actual = "an insert of unknown outcome was repeated without looking".to_owned();
                verdict.broken(
                    "a read-back first",
                    actual,
                    Some(again.at),
                    vec![call.seq, again.seq],
                );
            }
        }
    }
}

fn repeats(call: &CallSeen, row: &RowSeen, later: &CallSeen) -> bool {
    later.operation == CallOperation::Create
        && later.object == call.object
        && later.rows.iter().any(|again| again.intent.is_some() && again.intent == row.intent)
}

fn has_external_id(facts: &Facts<'_>, call: &CallSeen, row: &RowSeen) -> bool {
    let object = call.object.as_deref().unwrap_or_default();
    let ids = facts.observation.setup.external_ids.get(object);
    ids.is_some_and(|ids| ids.iter().any(|field| value(&row.sends, field).is_some()))
}
