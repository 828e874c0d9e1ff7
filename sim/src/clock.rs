//! The simulation's clock: virtual milliseconds that only the agenda moves, shared with the mock.

use mock_salesforce::{Timestamp, clock::Manual};

/// Virtual time. It stands still until it is moved, and never goes back.
#[derive(Debug)]
pub(crate) struct SimClock {
    now: i64,
    /// By how much the mock's clock is ahead, in ms.
    ahead: i64,
    shared: Manual,
}

impl SimClock {
    /// A clock that shows `now`, in ms since the epoch.
    pub(crate) fn new(now: i64) -> Self {
        Self { now, ahead: 0, shared: Manual::new(Timestamp(now)) }
    }

    /// The time, in ms since the epoch.
    pub(crate) fn now(&self) -> i64 {
        self.now
    }

    /// The same clock, for the mock to read.
    pub(crate) fn shared(&self) -> Manual {
        self.shared.clone()
    }

    /// Moves on to `to`; an earlier time leaves it as it is.
    pub(crate) fn advance(&mut self, to: i64) {
        if to > self.now {
            self.now = to;
            self.shared.set(self.org_now());
        }
    }

    /// The mock's clock is ahead by this much, in ms; less than nothing: behind.
    pub(crate) fn skew(&mut self, ahead: i64) {
        if ahead != self.ahead {
            self.ahead = ahead;
            self.shared.set(self.org_now());
        }
    }

    /// The time by the mock's clock.
    pub(crate) fn org_now(&self) -> Timestamp {
        Timestamp(self.now.saturating_add(self.ahead))
    }

    /// When the mock's clock shows this, in ms since the epoch.
    pub(crate) fn of_org(&self, at: Timestamp) -> i64 {
        at.0.saturating_sub(self.ahead)
    }
}
