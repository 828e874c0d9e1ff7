//! How many calls may be under way at once?
//!
//! As many as the engine likes, until Salesforce says that there are too many: then half of them, and one more again for
//! each that is answered (FM-16). That is another matter than the day's allowance: the work goes on soon.

use crate::limits::CALLS_IN_FLIGHT_MAX;

/// How many calls may be under way after one of `now` was answered.
pub fn calls_at_once(now: usize, was_crowded: bool) -> usize {
    if was_crowded { (now / 2).max(1) } else { now.saturating_add(1).min(CALLS_IN_FLIGHT_MAX) }
}

/// How many keys a list, or rows a batch, may have after one of so many was too much (FM-13, FM-18).
pub fn batch_after_trouble(size: usize) -> usize {
    (size / 2).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crowd_is_halved_and_grows_by_one() {
        assert_eq!([24, 3, 1].map(|now| calls_at_once(now, true)), [12, 1, 1]);
        assert_eq!(
            [1, 12, CALLS_IN_FLIGHT_MAX].map(|now| calls_at_once(now, false)),
            [2, 13, CALLS_IN_FLIGHT_MAX]
        );
    }

    #[test]
    fn a_batch_is_halved_and_never_empty() {
        assert_eq!([200, 5, 1].map(batch_after_trouble), [100, 2, 1]);
    }
}
