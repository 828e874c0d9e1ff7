//! `calls`: how many calls the org saw.
//!
//! `create` and `update` count once per row that they write, everything else once per exchange; `exchanges: true` counts exchanges always.

use crate::ast::{CallOperation, CallOutcome, CallsCheck};
use crate::check::api_name;
use crate::compare::{count_matches, describe_count, matcher_span};
use crate::finding::Finding;
use crate::judge::{Judge, Now, mismatch};
use crate::observation::{CallSeen, RowSeen};

/// How many calls a finding names.
const MAX_RELATED: usize = 10;

pub(crate) fn evaluate(judge: &mut Judge<'_>, check: &CallsCheck, now: Now) -> Vec<Finding> {
    let mut count = 0;
    let mut related = Vec::new();
    let calls = match check.to.as_ref().filter(|to| **to != "salesforce") {
        None => judge.observation.calls.as_slice(),
        Some(_) => judge.observation.beside.as_slice(),
    };
    for call in calls.iter().filter(|call| call.at <= now.at) {
        let hits = hits(judge, check, call, now);
        if hits > 0 && related.len() < MAX_RELATED {
            related.push(call.seq);
        }
        count += hits;
    }
    if count_matches(check.count.as_ref(), count) {
        return Vec::new();
    }
    let span = check.count.as_ref().map(matcher_span).unwrap_or_default();
    let expected = describe_count(check.count.as_ref());
    let mut finding = mismatch("F110", span, format!("{count} such calls, expected {expected}"));
    finding.expected = expected;
    finding.actual = count.to_string();
    finding.related = related;
    vec![finding]
}

/// How often a call counts.
fn hits(judge: &Judge<'_>, check: &CallsCheck, call: &CallSeen, now: Now) -> usize {
    let operation = check.operation.is_none_or(|wanted| wanted == call.operation);
    let object =
        check.object.as_ref().is_none_or(|wanted| call.object.as_deref() == Some(wanted.as_str()));
    let is_there = check
        .to
        .as_ref()
        .is_none_or(|to| *to == "salesforce" || call.system.as_deref() == Some(to.as_str()));
    if !operation || !object || !is_there || !headers(judge, check, call) {
        return 0;
    }
    let answered = call.answered_at.is_some_and(|at| at <= now.at);
    let by_row = matches!(
        check.operation,
        Some(CallOperation::Create | CallOperation::Update | CallOperation::Convert)
    ) && !check.exchanges;
    if call.rows.is_empty() {
        let plain = check.sends.is_empty() && check.values.is_empty();
        return usize::from(plain && row(judge, check, call, None, answered));
    }
    let rows =
        call.rows.iter().filter(|found| row(judge, check, call, Some(found), answered)).count();
    if by_row { rows } else { usize::from(rows > 0) }
}

fn headers(judge: &Judge<'_>, check: &CallsCheck, call: &CallSeen) -> bool {
    check.header.iter().all(|(name, matcher)| {
        let found = call.headers.iter().find(|(header, _)| header.eq_ignore_ascii_case(name));
        judge.meaning.matches(matcher, name, found.map(|(_, value)| &**value), true)
    })
}

fn row(
    judge: &Judge<'_>,
    check: &CallsCheck,
    call: &CallSeen,
    row: Option<&RowSeen>,
    answered: bool,
) -> bool {
    let outcome: Option<CallOutcome> =
        row.and_then(|row| row.outcome).or(call.outcome).filter(|_| answered);
    if check.outcome.is_some() && check.outcome != outcome {
        return false;
    }
    let code =
        row.and_then(|row| row.code.as_deref()).or(call.code.as_deref()).filter(|_| answered);
    if check.code.as_ref().is_some_and(|matcher| !judge.meaning.matches(matcher, "", code, false)) {
        return false;
    }
    let sends = row.map_or(&[][..], |row| &row.sends);
    let sent = |name: &str| {
        let api = api_name(name);
        sends
            .iter()
            .find(|(field, _)| field.eq_ignore_ascii_case(&api))
            .map(|(_, value)| value.as_deref())
    };
    check.sends.iter().all(|name| sent(name).is_some())
        && check.sends_not.iter().all(|name| sent(name).is_none())
        && check.values.iter().all(|(name, matcher)| {
            let value = sent(name).flatten();
            judge.meaning.matches(matcher, &api_name(name), value, false)
        })
}
