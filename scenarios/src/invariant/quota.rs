//! INV-09: no call between the quota signal of the org and the planned resume.
//!
//! No false alarm: the signal is an answer with `REQUEST_LIMIT_EXCEEDED`; a call counts only if it was *sent* later than that answer was known and earlier than the
//! pause of the set-up allows. Logins and looks at the limits are how an engine learns that it may go on, and do not count. Without a fixed pause nothing is judged.
//! The scenario's own budget is a `hold:` or a `calls:`.

use super::{Facts, Verdict};
use crate::ast::CallOperation;

/// The org's word for an allocation that is used up.
const SIGNAL: &str = "REQUEST_LIMIT_EXCEEDED";

pub(crate) fn check(facts: &Facts<'_>) -> Verdict {
    let mut verdict = Verdict::default();
    let Some(pause) = facts.observation.setup.quota_pause else { return verdict };
    let calls = &facts.observation.calls;
    let signals: Vec<(i64, u64)> = calls
        .iter()
        .filter(|call| call.code.as_deref() == Some(SIGNAL))
        .filter_map(|call| Some((call.answered_at?, call.seq)))
        .collect();
    if signals.is_empty() {
        return verdict;
    }
    for call in calls.iter().filter(|call| call.operation != CallOperation::Login) {
        verdict.evaluated += 1;
        let signal = signals
            .iter()
            .find(|(known, _)| call.at > *known && call.at < known.saturating_add(pause));
        if let Some((_, signal)) = signal {
            let actual = format!("a call was sent during the pause (journal #{})", call.seq);
            verdict.broken(
                "no call until the planned resume",
                actual,
                Some(call.at),
                vec![*signal, call.seq],
            );
        }
    }
    verdict
}
