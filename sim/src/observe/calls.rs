//! Every call that the engine sent, with what came of it.
//!
//! A composite is one entry for each run of parts with the same operation, object and headers; the exchange is counted
//! with the first of them.

use std::{collections::BTreeMap, sync::Arc};

use engine::{CallId, CrmCall};
use scenarios::{CallSeen, RowSeen, ast::CallOperation};

use super::words::{SentPart, sent_parts, sent_text};
use crate::journal::{Answered, Journal, Replied, RowResult, Sent, What};

/// Every call to the org, and every call to a system beside it, in the order in which they were sent.
pub(super) fn calls(journal: &Journal) -> (Vec<CallSeen>, Vec<CallSeen>) {
    let answers: BTreeMap<u64, (i64, &Answered)> = journal
        .entries()
        .filter_map(|(_, entry)| match &entry.what {
            What::Answered(answered) => Some((answered.call, (entry.at, &**answered))),
            _ => None,
        })
        .collect();
    let (mut calls, mut beside) = (Vec::new(), Vec::new());
    for (seq, entry) in journal.entries() {
        let What::Sent(sent) = &entry.what else { continue };
        let answer = answers.get(&seq).copied();
        let place = Place { seq, at: entry.at };
        let CrmCall::Beside { system, .. } = &sent.call else {
            seen(place, sent, answer, &mut calls);
            continue;
        };
        let from = beside.len();
        seen(place, sent, answer, &mut beside);
        for call in beside.iter_mut().skip(from) {
            call.system = Some(system.word().into());
        }
    }
    (calls, beside)
}

#[derive(Clone, Copy)]
struct Place {
    seq: u64,
    at: i64,
}

fn seen(place: Place, sent: &Sent, answer: Option<(i64, &Answered)>, calls: &mut Vec<CallSeen>) {
    let first = calls.len();
    let parts = sent_parts(&sent.call, &sent.delivered);
    let whole = answer.map(|(_, answered)| &answered.replied);
    for (index, part) in parts.iter().enumerate() {
        let inner = whole.and_then(|whole| whole.parts.get(index));
        let replied = inner.or(whole);
        let merges =
            calls.len() > first && calls.last().is_some_and(|last| continues(last, part, replied));
        if !merges {
            let counted = u32::from(calls.len() == first && spends(sent.id, part.operation));
            calls.push(call(place, part, (answer.map(|(at, _)| at), replied), counted));
        }
        if let Some(last) = calls.last_mut() {
            last.rows.extend(rows(part, replied));
        }
    }
}

/// A login is no API call.
fn spends(_id: CallId, operation: CallOperation) -> bool {
    operation != CallOperation::Login
}

/// Whether a part of a composite belongs to the entry before it.
fn continues(last: &CallSeen, part: &SentPart<'_>, replied: Option<&Replied>) -> bool {
    let writes = matches!(part.operation, CallOperation::Create | CallOperation::Update);
    writes
        && last.operation == part.operation
        && last.object.as_deref() == part.part.object.as_ref().map(engine::ObjectName::as_str)
        && last.outcome == replied.map(|it| it.outcome)
        && last.headers == headers(part)
}

fn call(
    place: Place,
    part: &SentPart<'_>,
    (answered_at, replied): (Option<i64>, Option<&Replied>),
    api_calls: u32,
) -> CallSeen {
    CallSeen {
        seq: place.seq,
        at: place.at,
        answered_at,
        system: None,
        operation: part.operation,
        object: part.part.object.as_ref().map(|object| Arc::from(object.as_str())),
        outcome: replied.map(|it| it.outcome),
        ambiguous: replied.is_some_and(|it| it.ambiguous),
        code: replied.and_then(|it| it.code.as_deref()).map(Arc::from),
        headers: headers(part),
        soql: (part.operation == CallOperation::Query).then(|| part.part.text.as_str().into()),
        rows: Vec::new(),
        api_calls,
    }
}

fn headers(part: &SentPart<'_>) -> Vec<(Arc<str>, Arc<str>)> {
    let headers = part.part.headers.iter();
    headers.map(|(name, value)| (Arc::from(*name), Arc::from(&**value))).collect()
}

fn rows(part: &SentPart<'_>, replied: Option<&Replied>) -> Vec<RowSeen> {
    let results = replied.map(|it| it.rows.as_slice()).unwrap_or_default();
    let rows = part.rows.iter().enumerate();
    rows.map(|(index, row)| {
        let result = results.get(index);
        let sends = row.fields.iter();
        let id = match result {
            Some(RowResult::Saved(id)) => Some(Arc::from(id.as_str())),
            _ => row.id.as_ref().map(|id| Arc::from(id.as_str())),
        };
        RowSeen {
            sends: sends.map(|(field, value)| (field.as_str().into(), sent_text(value))).collect(),
            id,
            outcome: result.map(RowResult::outcome),
            code: match result {
                Some(RowResult::Refused { code, .. }) => Some(Arc::from(code.as_str())),
                _ => None,
            },
            intent: None,
        }
    })
    .collect()
}
