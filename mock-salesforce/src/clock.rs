//! Where the mock's time comes from: whoever drives it, or the wall.
//!
//! A clock that runs by itself can be steered from the control plane: frozen, set, advanced, let go again
//! ([`Steered`]). A clock that somebody else drives cannot: there is one hand on it already.

use std::{
    fmt::Debug,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::{SystemTime, UNIX_EPOCH},
};

use crate::Timestamp;

/// Tells the mock what time it is.
pub trait Clock: Debug + Send + Sync {
    /// The time now.
    fn now(&self) -> Timestamp;

    /// Does it run by itself? Then a server waits out slow answers and does due work; else whoever
    /// drives the clock does.
    fn runs(&self) -> bool {
        false
    }
}

/// A clock that stands still.
#[derive(Debug, Clone, Copy)]
pub struct Fixed(pub Timestamp);

impl Clock for Fixed {
    fn now(&self) -> Timestamp {
        self.0
    }
}

/// A clock that somebody else sets. Clones show the same time.
#[derive(Debug, Clone)]
pub struct Manual(Arc<AtomicI64>);

impl Manual {
    /// A clock that shows `now` until it is set.
    pub fn new(now: Timestamp) -> Self {
        Self(Arc::new(AtomicI64::new(now.0)))
    }

    /// Sets the time, forwards or backwards.
    pub fn set(&self, now: Timestamp) {
        self.0.store(now.0, Ordering::Release);
    }
}

impl Clock for Manual {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.load(Ordering::Acquire))
    }
}

/// The machine's clock, for `serve`.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wall;

impl Clock for Wall {
    fn now(&self) -> Timestamp {
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp(i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX))
    }

    fn runs(&self) -> bool {
        true
    }
}

/// The earliest moment that a steered clock can be set to, in milliseconds: 1970-01-01.
pub const EARLIEST_MS: i64 = 0;
/// The latest moment that a steered clock can be set to, in milliseconds: the last one of the year 3999.
pub const LATEST_MS: i64 = 64_060_588_799_999;

/// How a steered clock goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Pace {
    /// It shows what the clock behind it shows.
    Wall,
    /// It runs, so many milliseconds ahead of the clock behind it.
    Shifted,
    /// It stands still.
    Frozen,
    /// Whoever started the mock drives it.
    Driven,
}

/// Why a clock cannot be steered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SteerError {
    /// Somebody else drives it.
    #[error("the mock's clock is driven by the program that started it: move the time there")]
    Driven,
    /// The moment is outside of what a clock shows.
    #[error(
        "{0} is out of range: name a moment between 1970-01-01T00:00:00Z and 3999-12-31T23:59:59Z"
    )]
    OutOfRange(i64),
}

/// A clock with a hand on it: what it shows is the clock behind it, or something else for a while.
#[derive(Debug)]
pub(crate) struct Steered {
    base: Box<dyn Clock>,
    /// Twice a number, plus one when it is the moment at which the clock stands; else it is by how much it runs ahead.
    /// One word, so that nobody ever sees half of a change.
    hand: AtomicI64,
}

impl Steered {
    pub(crate) fn new(base: impl Clock + 'static) -> Self {
        Self { base: Box::new(base), hand: AtomicI64::new(0) }
    }

    pub(crate) fn now(&self) -> Timestamp {
        let hand = self.hand.load(Ordering::Acquire);
        if hand & 1 == 1 { Timestamp(hand >> 1) } else { self.base.now().plus_ms(hand >> 1) }
    }

    /// Does the clock behind it run by itself?
    pub(crate) fn runs(&self) -> bool {
        self.base.runs()
    }

    pub(crate) fn pace(&self) -> Pace {
        match self.hand.load(Ordering::Acquire) {
            _ if !self.base.runs() => Pace::Driven,
            0 => Pace::Wall,
            hand if hand & 1 == 1 => Pace::Frozen,
            _ => Pace::Shifted,
        }
    }

    /// Stops the clock at a moment.
    pub(crate) fn freeze(&self, at: Timestamp) -> Result<(), SteerError> {
        self.steer(at, true)
    }

    /// Lets the clock run on from a moment.
    pub(crate) fn run_from(&self, at: Timestamp) -> Result<(), SteerError> {
        self.steer(at, false)
    }

    /// Sets the clock; it stands if it stood and runs if it ran.
    pub(crate) fn set(&self, at: Timestamp) -> Result<(), SteerError> {
        self.steer(at, self.pace() == Pace::Frozen)
    }

    /// Takes the hand off.
    pub(crate) fn resume(&self) -> Result<(), SteerError> {
        if !self.base.runs() {
            return Err(SteerError::Driven);
        }
        self.hand.store(0, Ordering::Release);
        Ok(())
    }

    fn steer(&self, at: Timestamp, frozen: bool) -> Result<(), SteerError> {
        if !self.base.runs() {
            return Err(SteerError::Driven);
        }
        if !(EARLIEST_MS..=LATEST_MS).contains(&at.0) {
            return Err(SteerError::OutOfRange(at.0));
        }
        let number = if frozen { at.0 } else { at.0 - self.base.now().0 };
        self.hand.store(number << 1 | i64::from(frozen), Ordering::Release);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A clock that runs as far as a test pushes it.
    #[derive(Debug)]
    struct Pushed(Manual);

    impl Clock for Pushed {
        fn now(&self) -> Timestamp {
            self.0.now()
        }

        fn runs(&self) -> bool {
            true
        }
    }

    #[test]
    fn a_running_clock_is_frozen_set_and_let_go() {
        let wall = Manual::new(Timestamp(1_000));
        let clock = Steered::new(Pushed(wall.clone()));
        assert_eq!((clock.now().0, clock.pace()), (1_000, Pace::Wall));
        clock.freeze(Timestamp(700)).unwrap();
        wall.set(Timestamp(2_000));
        assert_eq!((clock.now().0, clock.pace()), (700, Pace::Frozen));
        clock.set(Timestamp(800)).unwrap();
        assert_eq!((clock.now().0, clock.pace()), (800, Pace::Frozen));
        clock.run_from(Timestamp(800)).unwrap();
        wall.set(Timestamp(2_500));
        assert_eq!((clock.now().0, clock.pace()), (1_300, Pace::Shifted));
        clock.set(Timestamp(9_000)).unwrap();
        wall.set(Timestamp(2_501));
        assert_eq!((clock.now().0, clock.pace()), (9_001, Pace::Shifted));
        clock.resume().unwrap();
        assert_eq!((clock.now().0, clock.pace()), (2_501, Pace::Wall));
    }

    #[test]
    fn a_clock_that_somebody_drives_is_left_alone() {
        let clock = Steered::new(Manual::new(Timestamp(5)));
        assert_eq!(clock.freeze(Timestamp(6)), Err(SteerError::Driven));
        assert_eq!(clock.resume(), Err(SteerError::Driven));
        assert_eq!((clock.now().0, clock.pace()), (5, Pace::Driven));
    }

    #[test]
    fn a_clock_shows_no_impossible_moment() {
        let clock = Steered::new(Pushed(Manual::new(Timestamp(1_000))));
        for ms in [-1, i64::MIN, i64::MAX, LATEST_MS + 1] {
            assert_eq!(clock.freeze(Timestamp(ms)), Err(SteerError::OutOfRange(ms)));
        }
        assert_eq!(clock.now().0, 1_000);
    }
}
