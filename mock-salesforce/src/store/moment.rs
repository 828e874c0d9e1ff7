//! The time of a kept call: one moment from its beginning to its end, the same when it is carried out again.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use crate::{Timestamp, clock::Clock};

/// No moment is held.
const NONE: i64 = i64::MIN;

/// A clock that can be held at a moment. Clones are held together.
#[derive(Debug, Clone)]
pub(super) struct Moments {
    clock: Arc<dyn Clock>,
    held: Arc<AtomicI64>,
}

impl Moments {
    pub(super) fn over(clock: impl Clock + 'static) -> Self {
        Self { clock: Arc::new(clock), held: Arc::new(AtomicI64::new(NONE)) }
    }

    /// Holds the clock at `now` while `f` runs.
    pub(super) fn at<T>(&self, now: Timestamp, f: impl FnOnce() -> T) -> T {
        // Let go of when `f` panics, too: time must not stand still for everybody else.
        let _hold = Hold::of(&self.held, now);
        f()
    }
}

/// A clock that is held until this goes.
struct Hold<'h>(&'h AtomicI64);

impl<'h> Hold<'h> {
    fn of(held: &'h AtomicI64, now: Timestamp) -> Self {
        held.store(now.0, Ordering::Release);
        Self(held)
    }
}

impl Drop for Hold<'_> {
    fn drop(&mut self) {
        self.0.store(NONE, Ordering::Release);
    }
}

impl Clock for Moments {
    fn now(&self) -> Timestamp {
        match self.held.load(Ordering::Acquire) {
            NONE => self.clock.now(),
            held => Timestamp(held),
        }
    }

    fn runs(&self) -> bool {
        self.clock.runs()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Fixed;

    #[test]
    fn the_clock_stands_still_while_it_is_held() {
        let moments = Moments::over(Fixed(Timestamp(5)));
        assert_eq!(moments.at(Timestamp(3), || moments.now()), Timestamp(3));
        assert_eq!(moments.now(), Timestamp(5));
    }
}
