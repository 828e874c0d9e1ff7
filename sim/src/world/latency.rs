//! How long an answer takes: agenda data, constant unless the schedule seed draws it.

use rand::{Rng as _, SeedableRng as _, rngs::ChaCha8Rng};
use scenarios::ast::Scenario;

/// Tells latency draws from all others.
const PURPOSE: u64 = 0x6c61_7465_6e63_7921;

/// How long answers take.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Latency {
    usual_ms: i64,
    schedule_seed: Option<u64>,
}

impl Latency {
    pub(crate) fn of(scenario: &Scenario) -> Self {
        Self { usual_ms: scenario.clock.latency.max(0), schedule_seed: scenario.schedule_seed }
    }

    /// Milliseconds from a call's arrival to its answer: the usual ones, or between 1 and twice the usual as the
    /// schedule seed draws them for this call, whatever else goes on.
    pub(crate) fn of_call(self, call: u64) -> i64 {
        let Some(seed) = self.schedule_seed else { return self.usual_ms };
        let mut key = [0_u8; 32];
        let words = [seed, call, PURPOSE, 0];
        for (bytes, word) in key.chunks_exact_mut(8).zip(words) {
            bytes.copy_from_slice(&word.to_le_bytes());
        }
        let drawn = ChaCha8Rng::from_seed(key).next_u64();
        let choices = self.usual_ms.unsigned_abs().saturating_mul(2).max(1);
        let scaled = (u128::from(drawn) * u128::from(choices)) >> 64;
        i64::try_from(scaled).unwrap_or(0) + 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draw_hangs_on_the_seed_and_the_call_alone() {
        let drawn = Latency { usual_ms: 20, schedule_seed: Some(7) };
        let all: Vec<i64> = (1..=200).map(|call| drawn.of_call(call)).collect();
        assert!(all.iter().all(|ms| (1..=40).contains(ms)), "{all:?}");
        assert!(all.iter().any(|ms| *ms != all[0]));
        assert_eq!(drawn.of_call(9), drawn.of_call(9));
        assert_eq!(Latency { usual_ms: 20, schedule_seed: None }.of_call(9), 20);
    }
}
