//! INV-02: no lead is inserted for an address for which a contact or an open lead was committed before the engine's lookup began.
//!
//! No false alarm: the lookup is the newest query that names the address, was answered before the insert was sent and succeeded; without one nothing is judged. The
//! other record must have been committed before that query was sent, be live and unconverted from then until the insert, carry the address in a spelling that a query
//! finds (ASCII case aside the very text), and must not be the engine's own insert, whose reply may have been lost (INV-01 and INV-11 look at that).

use super::address::{of_row, value};
use super::{Facts, Verdict};
use crate::ast::{CallOperation, CallOutcome};
use crate::history::{RecordIndex, Standing};
use crate::observation::{CallSeen, Origin};

/// How many calls before an insert are searched for its lookup.
const MAX_LOOKED_BACK: usize = 500;

pub(crate) fn check(facts: &Facts<'_>) -> Verdict {
    let mut verdict = Verdict::default();
    let inserts = |call: &CallSeen| {
        call.operation == CallOperation::Create && call.object.as_deref() == Some("Lead")
    };
    for (at, call) in facts.observation.calls.iter().enumerate().filter(|(_, call)| inserts(call)) {
        for row in &call.rows {
            let done = row.outcome.or(call.outcome) == Some(CallOutcome::Done);
            let Some(address) = of_row(row, facts.scenario).filter(|_| done) else { continue };
            let sent = value(&row.sends, "Email").unwrap_or_default();
            let Some(lookup) = lookup(facts, at, &[&address, sent]) else { continue };
            verdict.evaluated += 1;
            if let Some((object, index)) = known(facts, lookup, call, &address) {
                let id = facts.history.record(index).map_or("", |record| record.id);
                let actual = format!(
                    "a lead was inserted for {address} although the {object} {id} was there"
                );
                verdict.broken("no insert", actual, Some(call.at), vec![lookup.seq, call.seq]);
            }
        }
    }
    verdict
}

/// The newest query for the address that was answered before the insert, which is the call at `index`.
fn lookup<'o>(facts: &Facts<'o>, index: usize, spellings: &[&str]) -> Option<&'o CallSeen> {
    let calls = &facts.observation.calls;
    let insert = calls.get(index)?;
    let spellings: Vec<String> = spellings.iter().map(|spelling| spelling.to_lowercase()).collect();
    let names = |soql: &str| {
        let soql = soql.to_lowercase();
        spellings.iter().any(|spelling| soql.contains(spelling))
    };
    let before = calls.get(..index)?.iter().rev().take(MAX_LOOKED_BACK);
    before.into_iter().find(|call| {
        call.operation == CallOperation::Query
            && call.outcome == Some(CallOutcome::Done)
            && call.answered_at.is_some_and(|at| at <= insert.at)
            && call.soql.as_deref().is_some_and(names)
    })
}

/// A record that the lookup must have found.
fn known(
    facts: &Facts<'_>,
    lookup: &CallSeen,
    insert: &CallSeen,
    address: &str,
) -> Option<(&'static str, RecordIndex)> {
    let history = facts.history;
    let soql = lookup.soql.as_deref().unwrap_or_default().to_lowercase();
    // Strictly before: at one instant the order of a commit and a query is not known here.
    let (from, to) = (history.instant(lookup.at - 1), history.instant(insert.at));
    for object in ["Contact", "Lead"] {
        if !soql.contains(&format!("from {}", object.to_lowercase())) {
            continue;
        }
        let stays = |index: &RecordIndex| {
            [from, to].iter().all(|instant| {
                let email = history.value(*index, "Email", *instant);
                history.standing(*index, *instant) == Standing::Live
                    && history.value(*index, "IsConverted", *instant) != Some("true")
                    && email.is_some_and(|email| email.eq_ignore_ascii_case(address))
            }) && untouched(facts, *index, from, to)
        };
        if let Some(index) = history.ever(object, "Email", address).into_iter().find(stays) {
            return Some((object, index));
        }
    }
    None
}

/// Nothing happened to the record between two instants, and the engine did not insert it.
fn untouched(facts: &Facts<'_>, index: RecordIndex, from: usize, to: usize) -> bool {
    let Some(record) = facts.history.record(index) else { return false };
    let between = record.changes.iter().any(|change| (from..to).contains(change));
    let first = record.changes.first().and_then(|change| facts.history.changes.get(*change));
    !between && first.is_some_and(|change| change.origin != Origin::Engine)
}
