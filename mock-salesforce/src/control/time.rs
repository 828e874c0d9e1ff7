//! The mock's clock under a test's hand: frozen, set, advanced, let go.
//!
//! Moving it forward does what is due on the way, in its order and each thing at its own time: delayed flows and bulk
//! jobs. Faults keep their own waits on the machine's time, so that a slow answer is slow under a frozen clock too.

use serde::Serialize;

use super::{Control, ControlError, Span};
use crate::{Org, Timestamp, clock::Pace};

/// Rounds of due work that one move carries out; what is left is done by the next one.
const ROUNDS_MAX: usize = 1_000;

/// What the clock shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ClockReading {
    /// Now, as the API writes moments.
    pub now: String,
    /// Now, in milliseconds since 1970.
    pub now_ms: i64,
    /// How it goes.
    pub pace: Pace,
    /// When the org next does something by itself.
    pub next_due: Option<String>,
}

/// What moving the clock did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Moved {
    /// What the clock shows.
    #[serde(flatten)]
    pub clock: ClockReading,
    /// Changes of rows that came from work that was due.
    pub changes: u64,
}

impl Control {
    /// What the clock shows.
    pub fn clock(&self) -> ClockReading {
        let now = self.mock.now();
        ClockReading {
            now: now.to_string(),
            now_ms: now.0,
            pace: self.mock.clock().pace(),
            next_due: self.mock.org().next_due().map(|due| due.to_string()),
        }
    }

    /// Stops the clock, now or at another moment.
    pub fn freeze(&self, at: Option<Timestamp>) -> Result<Moved, ControlError> {
        self.mock.clock().freeze(at.unwrap_or_else(|| self.mock.now()))?;
        Ok(self.moved())
    }

    /// Sets the clock, forwards or backwards; it stands if it stood and runs if it ran.
    pub fn set_clock(&self, at: Timestamp) -> Result<Moved, ControlError> {
        self.mock.clock().set(at)?;
        Ok(self.moved())
    }

    /// Moves the clock forward; it stands if it stood and runs if it ran.
    pub fn advance(&self, by: Span) -> Result<Moved, ControlError> {
        self.set_clock(self.mock.now().plus_ms(by.ms))
    }

    /// Lets the clock run on from where it stands.
    pub fn run_clock(&self) -> Result<Moved, ControlError> {
        self.mock.clock().run_from(self.mock.now())?;
        Ok(self.moved())
    }

    /// Gives the clock back to the machine's time.
    pub fn resume_clock(&self) -> Result<Moved, ControlError> {
        self.mock.clock().resume()?;
        Ok(self.moved())
    }

    /// Does what is due by now.
    fn moved(&self) -> Moved {
        let now = self.mock.now();
        let mut org = self.mock.org();
        let before = org.changes_seen();
        let is_due = |org: &Org| org.next_due().is_some_and(|due| due <= now);
        let mut rounds = 0;
        while is_due(&org) && rounds < ROUNDS_MAX {
            org.run_due(now);
            rounds += 1;
        }
        let changes = org.changes_seen().saturating_sub(before);
        drop(org);
        Moved { clock: self.clock(), changes }
    }
}
