//! How long a client may be silent before a request and in the middle of its body, counted in beats of the server: a call
//! itself sets no alarm.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

/// What a server tells its connections now and then.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Beat {
    /// Counted from the server's start.
    pub(super) number: u64,
    /// Does the server stop?
    pub(super) stops: bool,
}

/// The time between two beats.
pub(super) const BEAT: Duration = Duration::from_secs(10);
/// Beats that a client may take to send the head of a request, or stay silent between two: about two minutes.
const HEAD_BEATS: u64 = 12;

/// Beats that a client may stay silent in the middle of a body: about half a minute.
const BODY_BEATS: u64 = 3;

/// A request is in hand.
const ANSWERING: u64 = u64::MAX;
/// The connection waits, since no beat that it has heard.
const BEGUN: u64 = u64::MAX - 1;
/// It waits for more of a body, since no beat that it has heard.
const BODY_BEGUN: u64 = u64::MAX - 2;
/// Set in the number of the beat since which it waits for more of a body. No server lives for so many.
const BODY: u64 = 1 << 62;

/// Since which beat a connection waits for the head of a request, or for more of its body.
#[derive(Debug, Clone)]
pub(super) struct Waiting(Arc<State>);

#[derive(Debug)]
struct State {
    since: AtomicU64,
    /// Has nothing come yet of the request that is waited for?
    head: AtomicBool,
    /// Was a body not read to its end?
    left: AtomicBool,
}

impl Waiting {
    /// A connection that has just begun to wait.
    pub(super) fn begun() -> Self {
        Self(Arc::new(State {
            since: AtomicU64::new(BEGUN),
            head: AtomicBool::new(true),
            left: AtomicBool::new(false),
        }))
    }

    /// A request is there; the wait goes on when what this gives is dropped, with the end of the answer.
    pub(super) fn answering(&self) -> Answering {
        self.0.since.store(ANSWERING, Ordering::Relaxed);
        Answering(self.clone())
    }

    /// More of a body has to come before the request goes on.
    pub(super) fn for_body(&self) {
        if self.0.since.load(Ordering::Relaxed) == ANSWERING {
            self.0.since.store(BODY_BEGUN, Ordering::Relaxed);
        }
    }

    /// More of a body has come, or its end.
    pub(super) fn goes_on(&self) {
        self.0.since.store(ANSWERING, Ordering::Relaxed);
    }

    /// Does what has come begin the head of a request? Says so once a request.
    pub(super) fn head_begins(&self) -> bool {
        // One task at a time speaks for a connection.
        let begins = self.0.head.load(Ordering::Relaxed);
        if begins {
            self.0.head.store(false, Ordering::Relaxed);
        }
        begins
    }

    /// A body is not read to its end.
    pub(super) fn leaves_body(&self) {
        self.0.left.store(true, Ordering::Relaxed);
    }

    /// Was one not? What is left of it must not be taken for the next request.
    pub(super) fn has_left_body(&self) -> bool {
        self.0.left.load(Ordering::Relaxed)
    }

    /// Has the client been silent for too long by this beat?
    pub(super) fn is_over(&self, beat: u64) -> bool {
        let since = self.0.since.load(Ordering::Relaxed);
        let heard = match since {
            ANSWERING => return false,
            BEGUN => beat,
            BODY_BEGUN => beat | BODY,
            since if since & BODY == 0 => return beat.saturating_sub(since) >= HEAD_BEATS,
            since => return beat.saturating_sub(since & !BODY) >= BODY_BEATS,
        };
        self.0.since.store(heard, Ordering::Relaxed);
        false
    }
}

/// A request in hand, until its answer is gone.
#[derive(Debug)]
pub(super) struct Answering(Waiting);

impl Drop for Answering {
    fn drop(&mut self) {
        self.0.0.since.store(BEGUN, Ordering::Relaxed);
        self.0.0.head.store(true, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_is_silent_between_requests_only() {
        let waiting = Waiting::begun();
        assert!((5..5 + HEAD_BEATS).all(|beat| !waiting.is_over(beat)));
        assert!(waiting.is_over(5 + HEAD_BEATS));
        let request = waiting.answering();
        assert!(!waiting.is_over(1_000));
        drop(request);
        assert!(!waiting.is_over(2_000) && !waiting.is_over(2_011) && waiting.is_over(2_012));
    }

    #[test]
    fn a_client_is_silent_in_the_middle_of_a_body() {
        let waiting = Waiting::begun();
        let _request = waiting.answering();
        waiting.for_body();
        assert!((7..10).all(|beat| !waiting.is_over(beat)));
        waiting.for_body();
        assert!(waiting.is_over(10));
        waiting.goes_on();
        assert!(!waiting.is_over(11));
        waiting.for_body();
        assert!((12..15).all(|beat| !waiting.is_over(beat)) && waiting.is_over(15));
    }

    #[test]
    fn a_head_begins_once_a_request() {
        let waiting = Waiting::begun();
        assert!(waiting.head_begins() && !waiting.head_begins());
        let request = waiting.answering();
        assert!(!waiting.head_begins());
        drop(request);
        assert!(waiting.head_begins() && !waiting.head_begins());
    }
}
