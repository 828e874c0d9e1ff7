//! INV-10: no permanent error is retried; no transient one is given up before its attempts are used.
//!
//! No false alarm: a retry is the very same row (operation, object, record, every field, and the headers, which say whether duplicates may be saved) sent again *for the
//! same intent*; a new intent is a new decision. Permanent is a short list of codes that the same request can never get past without a change in the org, and a row is
//! only judged if no administrator or flow changed anything between the refusal and the repetition. Giving up early is judged for intents whose rows all failed
//! transiently, in runs without failed queries, logins or restarts, which may use up attempts without a row.

use super::{Facts, Verdict};
use crate::ast::{CallOperation, CallOutcome, Outcome, Verb};
use crate::observation::{CallSeen, Origin, RowSeen};
use std::collections::BTreeMap;

/// Refusals that stay refusals.
const PERMANENT: [&str; 8] = [
    "REQUIRED_FIELD_MISSING",
    "FIELD_CUSTOM_VALIDATION_EXCEPTION",
    "INVALID_EMAIL_ADDRESS",
    "STRING_TOO_LONG",
    "INVALID_FIELD",
    "INVALID_FIELD_FOR_INSERT_UPDATE",
    "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
    "DUPLICATES_DETECTED",
];

type Sent<'o> = (&'o CallSeen, &'o RowSeen);

pub(crate) fn check(facts: &Facts<'_>) -> Verdict {
    let mut verdict = Verdict::default();
    let mut by_intent: BTreeMap<u64, Vec<Sent<'_>>> = BTreeMap::new();
    for call in &facts.observation.calls {
        for row in &call.rows {
            if let Some(intent) = row.intent {
                by_intent.entry(intent).or_default().push((call, row));
            }
        }
    }
    for rows in by_intent.values() {
        retried(facts, rows, &mut verdict);
    }
    given_up(facts, &by_intent, &mut verdict);
    verdict
}

fn retried(facts: &Facts<'_>, rows: &[Sent<'_>], verdict: &mut Verdict) {
    for (index, (call, row)) in rows.iter().enumerate() {
        let code = row.code.as_deref().or(call.code.as_deref());
        let Some(code) = code.filter(|code| PERMANENT.contains(code)) else { continue };
        verdict.evaluated += 1;
        let known = call.answered_at.unwrap_or(i64::MAX);
        let again = rows.iter().skip(index + 1).find(|(later, repeated)| {
            later.at >= known
                && same(call, row, later, repeated)
                && !org_changed(facts, call.at, later.at)
        });
        if let Some((later, _)) = again {
            let actual = format!("a row that was refused with {code} was sent again unchanged");
            verdict.broken(
                "no retry of a permanent error",
                actual,
                Some(later.at),
                vec![call.seq, later.seq],
            );
        }
    }
}

fn same(call: &CallSeen, row: &RowSeen, later: &CallSeen, repeated: &RowSeen) -> bool {
    call.operation == later.operation
        && call.object == later.object
        && call.headers == later.headers
        && row.sends == repeated.sends
        && row.id == repeated.id
}

/// Whether somebody else changed the org between two instants.
fn org_changed(facts: &Facts<'_>, from: i64, to: i64) -> bool {
    let changes = facts.history.changes.iter();
    let others =
        changes.filter(|change| matches!(change.origin, Origin::Admin | Origin::Automation));
    let starts = facts.scenario.clock.starts;
    let lines = facts.scenario.timeline.iter().filter(|line| {
        matches!(
            line.verb,
            Verb::ChangeSchema { .. } | Verb::ChangePermission(_) | Verb::Activate { .. }
        )
    });
    let mut times =
        others.map(|change| change.at).chain(lines.map(|line| starts.saturating_add(line.at)));
    times.any(|at| (from..=to).contains(&at))
}

fn given_up(facts: &Facts<'_>, by_intent: &BTreeMap<u64, Vec<Sent<'_>>>, verdict: &mut Verdict) {
    let Some(attempts) = facts.observation.setup.max_attempts else { return };
    let transient = |outcome| matches!(outcome, Some(CallOutcome::Unavailable | CallOutcome::Lost));
    let elsewhere = facts.observation.calls.iter().any(|call| {
        matches!(call.operation, CallOperation::Query | CallOperation::Login)
            && call.outcome != Some(CallOutcome::Done)
    });
    let restarts = facts.scenario.timeline.iter().any(|line| line.verb == Verb::RestartEngine);
    if elsewhere || restarts {
        return;
    }
    let dead =
        facts.observation.notes.iter().filter(|note| note.outcome == Some(Outcome::DeadLettered));
    for note in dead {
        let rows = note.intent.and_then(|intent| by_intent.get(&intent));
        let Some(rows) = rows
            .filter(|rows| rows.iter().all(|(call, row)| transient(row.outcome.or(call.outcome))))
        else {
            continue;
        };
        verdict.evaluated += 1;
        if rows.len() < attempts as usize {
            let actual =
                format!("an intent was given up after {} of {attempts} attempts", rows.len());
            let mut related: Vec<u64> = rows.iter().map(|(call, _)| call.seq).collect();
            related.push(note.seq);
            verdict.broken("all attempts are used", actual, Some(note.at), related);
        }
    }
}
