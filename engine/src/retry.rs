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
