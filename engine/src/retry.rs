//! When is a failed call tried again?
//!
//! After a pause that grows by a factor from attempt to attempt up to a longest one, until every attempt is used up
//! (FM-13, FM-17; INV-10). With jitter half of the pause is drawn, so that those who met one lock do not meet again; the
//! draw is keyed by who waits and how often, and the same policy gives the same instants.

use crate::{Jitter, RetryPolicy, Timestamp};

/// When to try again after the attempt with this number (the first is 1) of somebody failed; `None` when it was the last.
pub fn retry_at(
    policy: &RetryPolicy,
    attempt: u32,
    now: Timestamp,
    whose: u64,
) -> Option<Timestamp> {
    if attempt >= policy.max_attempts {
        return None;
    }
    let growth = i64::from(policy.factor).saturating_pow(attempt.saturating_sub(1));
    let pause = policy.first_delay_ms.saturating_mul(growth).min(policy.max_delay_ms).max(0);
    Some(now.plus_ms(match policy.jitter {
        Jitter::None => pause,
        Jitter::Equal => pause - drawn(policy.seed, (whose, attempt), pause / 2),
    }))
}

/// A number from 0 to `most` that seems to be chosen by chance.
fn drawn(seed: u64, (whose, attempt): (u64, u32), most: i64) -> i64 {
    let mix = |mut it: u64| {
        it = (it ^ (it >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        it = (it ^ (it >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        it ^ (it >> 31)
    };
    let step = 0x9e37_79b9_7f4a_7c15_u64;
    let key = mix(seed.wrapping_add(step)).wrapping_add(whose.wrapping_mul(step));
    let drawn = mix(mix(key).wrapping_add(u64::from(attempt).wrapping_mul(step)));
    let places = u64::try_from(most).unwrap_or_default().saturating_add(1);
    i64::try_from(drawn % places).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const POLICY: RetryPolicy = RetryPolicy {
        first_delay_ms: 2_000,
        factor: 2,
        max_delay_ms: 10_000,
        max_attempts: 6,
        jitter: Jitter::None,
        seed: 7,
    };

    #[test]
    fn pauses_grow_up_to_the_longest() {
        let pauses: Vec<Option<i64>> = (1..=6)
            .map(|attempt| retry_at(&POLICY, attempt, Timestamp(500), 1).map(|it| it.0 - 500))
            .collect();
        assert_eq!(
            pauses,
            [Some(2_000), Some(4_000), Some(8_000), Some(10_000), Some(10_000), None]
        );
    }

    #[test]
    fn a_huge_factor_overflows_nothing() {
        let policy = RetryPolicy { factor: u32::MAX, max_attempts: u32::MAX, ..POLICY };
        assert_eq!(retry_at(&policy, 4_000_000_000, Timestamp(0), 1), Some(Timestamp(10_000)));
    }

    #[test]
    fn with_jitter_everybody_waits_for_half_the_pause_and_something_of_their_own() {
        let policy = RetryPolicy { jitter: Jitter::Equal, ..POLICY };
        let pauses = |whose: u64| -> Vec<i64> {
            (1..=4).filter_map(|it| Some(retry_at(&policy, it, Timestamp(0), whose)?.0)).collect()
        };
        let all: Vec<Vec<i64>> = (0..50).map(pauses).collect();
        for pauses in &all {
            let bounds = [(1_000, 2_000), (2_000, 4_000), (4_000, 8_000), (5_000, 10_000)];
            let within =
                pauses.iter().zip(bounds).all(|(it, (least, most))| (least..=most).contains(it));
            assert!(within, "{pauses:?}");
        }
        let mut different = all.clone();
        different.sort();
        different.dedup();
        assert_eq!(different.len(), 50);
        assert_eq!(all, (0..50).map(pauses).collect::<Vec<_>>());
    }
}
