//! When is a failed call tried again?
//!
//! After a pause that grows by a factor from attempt to attempt up to a longest one, until every attempt is used up
//! (FM-13, FM-17; INV-10). The same policy gives the same instants: there is no jitter to draw.

use crate::{RetryPolicy, Timestamp};

/// When to try again after the attempt with this number (the first is 1) failed; `None` when it was the last.
pub fn retry_at(policy: &RetryPolicy, attempt: u32, now: Timestamp) -> Option<Timestamp> {
    if attempt >= policy.max_attempts {
        return None;
    }
    let growth = i64::from(policy.factor).saturating_pow(attempt.saturating_sub(1));
    let pause = policy.first_delay_ms.saturating_mul(growth).min(policy.max_delay_ms).max(0);
    Some(now.plus_ms(pause))
}

#[cfg(test)]
mod tests {
    use super::*;

    const POLICY: RetryPolicy =
        RetryPolicy { first_delay_ms: 2_000, factor: 2, max_delay_ms: 10_000, max_attempts: 6 };

    #[test]
    fn pauses_grow_up_to_the_longest() {
        let pauses: Vec<Option<i64>> = (1..=6)
            .map(|attempt| retry_at(&POLICY, attempt, Timestamp(500)).map(|it| it.0 - 500))
            .collect();
        assert_eq!(
            pauses,
            [Some(2_000), Some(4_000), Some(8_000), Some(10_000), Some(10_000), None]
        );
    }

    #[test]
    fn a_huge_factor_overflows_nothing() {
        let policy = RetryPolicy { factor: u32::MAX, max_attempts: u32::MAX, ..POLICY };
        assert_eq!(retry_at(&policy, 4_000_000_000, Timestamp(0)), Some(Timestamp(10_000)));
    }
}
