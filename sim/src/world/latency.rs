//! How long an answer takes: agenda data, constant unless the schedule seed draws it.

use scenarios::ast::Scenario;

use crate::seed::Draws;

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
        let longest = self.usual_ms.saturating_mul(2).max(1);
        Draws::of(seed, ("call", call), "latency", 0).between(1, longest)
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
