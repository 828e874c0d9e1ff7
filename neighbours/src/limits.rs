//! When does a system say stop? Calls of a sliding window, of a day, and at the same time (requirements §10).
//!
//! A mock answers in no time, so a call counts as being at work for as long as [`Limits::busy_ms`] says.

use std::collections::VecDeque;

use crate::{Limits, System};

/// Milliseconds in a day.
const DAY_MS: i64 = 86_400_000;
/// Central time stands six hours behind UTC in winter; the day of Marketo's allowance begins there.
const CENTRAL_MS: i64 = 6 * 3_600_000;

/// Which limit was reached, and for how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stop {
    /// Too many calls in the window; free again after so many ms.
    Rate(i64),
    /// The day's calls are used up.
    Daily,
    /// Too many calls at the same time.
    Concurrent,
}

/// Calls as they came.
#[derive(Debug, Default)]
pub(crate) struct Throttle {
    arrivals: VecDeque<i64>,
    at_work: VecDeque<i64>,
    day: i64,
    today: u64,
    /// A stop that whoever goes on sending lengthens (Dynamics).
    stopped_until: i64,
}

impl Throttle {
    /// Takes a call, or says why not.
    pub(crate) fn take(&mut self, system: System, limits: &Limits, now: i64) -> Result<(), Stop> {
        self.turn_day(system, now);
        while self.at_work.front().is_some_and(|at| now - at >= limits.busy_ms) {
            self.at_work.pop_front();
        }
        while self.arrivals.front().is_some_and(|at| now - at >= limits.window_ms) {
            self.arrivals.pop_front();
        }
        if self.today >= limits.daily {
            return Err(Stop::Daily);
        }
        if self.at_work.len() >= limits.concurrent {
            return Err(Stop::Concurrent);
        }
        if let Some(free_in) = self.rate(system, limits, now) {
            return Err(Stop::Rate(free_in));
        }
        self.arrivals.push_back(now);
        self.at_work.push_back(now);
        self.today += 1;
        Ok(())
    }

    /// How many calls the window still takes.
    pub(crate) fn left(&self, limits: &Limits) -> u64 {
        limits.calls.saturating_sub(self.arrivals.len() as u64)
    }

    fn turn_day(&mut self, system: System, now: i64) {
        let shift = if system == System::Marketo { CENTRAL_MS } else { 0 };
        let day = (now - shift).div_euclid(DAY_MS);
        if day != self.day {
            self.day = day;
            self.today = 0;
        }
    }

    fn rate(&mut self, system: System, limits: &Limits, now: i64) -> Option<i64> {
        let is_full = self.arrivals.len() as u64 >= limits.calls;
        if system == System::Administrate {
            return self.bucket(limits, now);
        }
        let oldest = self.arrivals.front().copied().unwrap_or(now);
        let is_held = now < self.stopped_until;
        if !is_full && !is_held {
            return None;
        }
        let free_in = (oldest + limits.window_ms - now).max(self.stopped_until - now).max(1);
        if system == System::Dynamics {
            // Whoever goes on sending waits longer.
            let longer = if is_held { 1_000 } else { 0 };
            self.stopped_until = now + free_in + longer;
            return Some(free_in + longer);
        }
        Some(free_in)
    }

    /// A leaky bucket: what is in it drains evenly.
    fn bucket(&mut self, limits: &Limits, now: i64) -> Option<i64> {
        let capacity = i64::try_from(limits.calls).unwrap_or(i64::MAX).max(1);
        let drain_ms = (limits.window_ms / capacity).max(1);
        // `stopped_until` is when the bucket would be empty.
        let empty_at = self.stopped_until.max(now);
        let level_ms = empty_at - now;
        let room_ms = drain_ms.saturating_mul(capacity) - level_ms;
        if room_ms < drain_ms {
            return Some(drain_ms - room_ms.max(0));
        }
        self.stopped_until = empty_at + drain_ms;
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Limits =
        Limits { calls: 2, window_ms: 1_000, daily: 5, concurrent: 2, busy_ms: 10, body_bytes: 1 };

    fn calls(system: System, limits: &Limits, times: &[i64]) -> Vec<Result<(), Stop>> {
        let mut throttle = Throttle::default();
        times.iter().map(|at| throttle.take(system, limits, *at)).collect()
    }

    #[test]
    fn a_window_slides() {
        assert_eq!(
            calls(System::Marketo, &LIMITS, &[0, 500, 600, 1_000]),
            [Ok(()), Ok(()), Err(Stop::Rate(400)), Ok(())]
        );
    }

    #[test]
    fn whoever_goes_on_sending_to_dynamics_waits_longer() {
        assert_eq!(
            calls(System::Dynamics, &LIMITS, &[0, 500, 600, 700, 2_700]),
            [Ok(()), Ok(()), Err(Stop::Rate(400)), Err(Stop::Rate(1_300)), Ok(())]
        );
    }

    #[test]
    fn a_bucket_drains_evenly() {
        assert_eq!(
            calls(System::Administrate, &LIMITS, &[0, 100, 200, 600]),
            [Ok(()), Ok(()), Err(Stop::Rate(300)), Ok(())]
        );
    }

    #[test]
    fn calls_at_the_same_time_are_limited() {
        let limits = Limits { calls: 100, ..LIMITS };
        assert_eq!(
            calls(System::AccountEngagement, &limits, &[0, 0, 5, 10]),
            [Ok(()), Ok(()), Err(Stop::Concurrent), Ok(())]
        );
    }

    #[test]
    fn the_day_of_marketo_begins_at_midnight_in_central_time() {
        let limits = Limits { calls: 100, daily: 1, ..LIMITS };
        let midnight = DAY_MS + CENTRAL_MS;
        assert_eq!(
            calls(System::Marketo, &limits, &[DAY_MS, midnight - 1, midnight]),
            [Ok(()), Err(Stop::Daily), Ok(())]
        );
    }
}
