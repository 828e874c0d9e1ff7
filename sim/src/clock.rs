//! The simulation's clock: virtual milliseconds that only the agenda moves, shared with the mock.

use mock_salesforce::{Timestamp, clock::Manual};

/// Virtual time. It stands still until it is moved, and never goes back.
#[derive(Debug)]
pub(crate) struct SimClock {
    now: i64,
    shared: Manual,
}

impl SimClock {
    /// A clock that shows `now`, in ms since the epoch.
    pub(crate) fn new(now: i64) -> Self {
        Self { now, shared: Manual::new(Timestamp(now)) }
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
            self.shared.set(Timestamp(to));
        }
    }
}
