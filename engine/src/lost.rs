//! What is known when an answer does not come?
//!
//! A lookup that failed says nothing: it is never taken for "nobody" (FM-06). A new record whose answer was lost may be
//! there: it is looked for before anything is sent again (FM-08, FM-09), by the org's clock, which may differ from ours
//! (FM-66). An update may be repeated as it is: every attempt compares first. After a restart nobody knows what became of
//! the calls in flight (FM-10, FM-79).

use crate::{Lost, Row, Rule, SaveOperation, Timestamp};

/// The rows that a failed lookup stands for: none are known.
pub fn rows_of_failed_lookup() -> Option<Vec<Row>> {
    None
}

/// Whether a write whose answer was lost is looked for before it is sent again.
pub fn reads_back(operation: SaveOperation) -> bool {
    operation == SaveOperation::Create
}

/// Whether a call waits until what led to it is stored: a process that the store has shut out then sends nothing more
/// (FM-10, FM-84).
pub fn waits_for_store() -> bool {
    true
}

/// What is said of a process that the store has shut out.
pub fn shut_out() -> Option<Rule> {
    Some(Rule::LeaseLost)
}

/// What became of a call that was in flight when the process died.
pub fn after_restart() -> Lost {
    Lost::Unknown
}

/// The time by the org's clock, which is ahead of ours by so much.
pub fn org_time(now: Timestamp, ahead_ms: i64) -> Timestamp {
    now.plus_ms(ahead_ms)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_record_is_looked_for_and_an_update_repeated() {
        assert!(reads_back(SaveOperation::Create));
        assert!(!reads_back(SaveOperation::Update));
        assert_eq!((rows_of_failed_lookup(), after_restart()), (None, Lost::Unknown));
        assert!(waits_for_store());
    }

    #[test]
    fn a_clock_that_is_behind_counts_too() {
        assert_eq!(org_time(Timestamp(1_000), -600), Timestamp(400));
    }
}
