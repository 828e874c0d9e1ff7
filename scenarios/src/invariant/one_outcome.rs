//! INV-03: every source event ends in exactly one terminal state; none is lost, none is silent.
//!
//! No false alarm: an event without a terminal state counts only in a run that settled; a run that did not has the finding `F120` already.

use super::{Facts, Verdict};

pub(crate) fn check(facts: &Facts<'_>) -> Verdict {
    let mut verdict = Verdict::default();
    for source in &facts.observation.sources {
        verdict.evaluated += 1;
        let lost = source.outcome.is_none() && facts.observation.settled;
        let silent = source.outcome.as_ref().is_some_and(|(_, rule)| rule.is_empty());
        let actual = if source.times_settled > 1 {
            format!(
                "the event #{} ({}) was settled {} times",
                source.id, source.what, source.times_settled
            )
        } else if lost {
            format!("the event #{} ({}) has no terminal state", source.id, source.what)
        } else if silent {
            format!("the event #{} ({}) was settled without a reason", source.id, source.what)
        } else {
            continue;
        };
        verdict.broken(
            "exactly one terminal state with a reason",
            actual,
            Some(source.at),
            Vec::new(),
        );
    }
    verdict
}
