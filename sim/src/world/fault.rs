//! `fault:` of a timeline → a rule of the mock's fault plan.

use mock_salesforce::{
    Timestamp,
    fault::{FaultBody, FaultRule, Verdict},
    operation::Operation,
};
use scenarios::ast::{Fault, FaultAnswer, FaultVerdict};

/// What a maintenance page looks like.
const PAGE: &str = "<html><body><h1>We are down for maintenance.</h1></body></html>";

/// The rule for a fault without a name that begins now.
pub(super) fn rule(fault: &Fault, now: i64) -> FaultRule {
    let operations = fault.operations.iter().filter(|it| **it != "any");
    FaultRule {
        operations: operations.filter_map(|it| Operation::from_id(it)).collect(),
        object: fault.object.as_ref().map(ToString::to_string),
        from: Some(Timestamp(now)),
        until: fault.lasts.map(|ms| Timestamp(now.saturating_add(ms))),
        nth: (fault.skip > 0).then(|| u64::from(fault.skip) + 1),
        times: fault.times.map(u64::from),
        ..FaultRule::new(fault.id.to_string(), verdict(&fault.verdict))
    }
}

fn verdict(verdict: &FaultVerdict) -> Verdict {
    match verdict {
        FaultVerdict::Answer(answer) => {
            Verdict::Answer { status: answer.status, body: body(answer) }
        }
        FaultVerdict::CommitThenLose => Verdict::CommitThenLose,
        FaultVerdict::Reset => Verdict::ResetBefore,
        FaultVerdict::Truncate(bytes) => Verdict::Truncate { keep: *bytes as usize },
        FaultVerdict::Slow(ms) => Verdict::Slow { ms: u64::try_from(*ms).unwrap_or(0) },
        FaultVerdict::Named(_) | FaultVerdict::LinkDown(_) | FaultVerdict::LinkSlow(_) => {
            Verdict::Pass
        }
    }
}

fn body(answer: &FaultAnswer) -> FaultBody {
    if answer.html {
        return FaultBody::Html(PAGE.to_owned());
    }
    let (code, message) = usual(answer.status);
    let code = answer.code.as_ref().map_or_else(|| code.to_owned(), ToString::to_string);
    let message = answer.message.as_ref().map_or_else(|| message.to_owned(), ToString::to_string);
    FaultBody::Error { code, message }
}

/// The code and the words that usually come with a status.
fn usual(status: u16) -> (&'static str, &'static str) {
    match status {
        401 => ("INVALID_SESSION_ID", "Session expired or invalid"),
        403 | 429 => ("REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded."),
        404 => ("NOT_FOUND", "The requested resource does not exist"),
        400 => ("UNKNOWN_EXCEPTION", "An unexpected error occurred."),
        502..=504 => ("SERVER_UNAVAILABLE", "Server Too Busy"),
        _ => (
            "UNKNOWN_EXCEPTION",
            "An unexpected error occurred. Please include this ErrorId if you contact support",
        ),
    }
}
