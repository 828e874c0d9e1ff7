//! What becomes of a response when the owner changes, or when nobody changes it?
//!
//! A waiting response is complete with the first change to an owner other than the temporary one, whoever made it: a
//! package, a flow, a person, and back to the original owner, too (RM-03, RM-11d, RM-12d). A change to the temporary owner
//! leaves it waiting (RM-06). It is complete once: later owners change nothing (RM-09d, RM-10d). The wait has no end of its
//! own; after a while there is an alarm (K-32, FM-46).

use crate::{ResponseManagement, Rule, Settings, Timestamp, UserId};

/// How far a response is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResponseState {
    /// It waits for an owner since then.
    Waiting(Timestamp),
    /// It has its first owner.
    Completed,
}

impl ResponseState {
    /// The word for a wait, in the org and in scenario files.
    pub const WAITING: &str = "waiting_owner_change";
    /// The word for a completed response.
    pub const COMPLETED: &str = "completed";
}

/// What an owner change does to a response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ResponseMove {
    /// Whether it is complete now, with the new owner as its first one.
    pub completes: bool,
    /// The rule that decided.
    pub because: Rule,
}

/// Decides what a change to this owner does to a response.
pub fn owner_changed(
    state: ResponseState,
    owner: &UserId,
    config: &ResponseManagement,
) -> ResponseMove {
    match state {
        ResponseState::Completed => {
            ResponseMove { completes: false, because: Rule::ResponseCompletedBefore }
        }
        ResponseState::Waiting(_) if *owner == config.temporary_owner => {
            ResponseMove { completes: false, because: Rule::ResponseStillTemporary }
        }
        ResponseState::Waiting(_) => {
            ResponseMove { completes: true, because: Rule::ResponseCompleted }
        }
    }
}

/// When a response that waits since then raises the alarm.
pub fn stuck_at(since: Timestamp, settings: &Settings) -> Timestamp {
    since.plus_ms(settings.stuck_after_ms)
}

/// Whether a response is stuck now.
pub fn is_stuck(state: ResponseState, now: Timestamp, settings: &Settings) -> bool {
    matches!(state, ResponseState::Waiting(since) if now >= stuck_at(since, settings))
}

#[cfg(test)]
mod tests {
    use super::*;

    const WAITING: ResponseState = ResponseState::Waiting(Timestamp(1_000));

    #[test]
    fn any_owner_but_the_temporary_one_completes_the_wait_once() {
        check(WAITING, "u-dana", true, "response.completed");
        check(WAITING, "q-web", true, "response.completed");
        check(WAITING, "q-temp", false, "response.still_temporary");
        check(ResponseState::Completed, "u-bo", false, "response.completed_before");
        check(ResponseState::Completed, "q-temp", false, "response.completed_before");
    }

    #[test]
    fn a_wait_is_stuck_after_its_time_and_a_completed_response_never() {
        let settings = Settings::default();
        let at = stuck_at(Timestamp(1_000), &settings);
        assert_eq!(at, Timestamp(3_601_000));
        assert!(is_stuck(WAITING, at, &settings));
        assert!(!is_stuck(WAITING, Timestamp(at.0 - 1), &settings));
        assert!(!is_stuck(ResponseState::Completed, at, &settings));
    }

    fn check(state: ResponseState, owner: &str, completes: bool, because: &str) {
        let config = ResponseManagement {
            temporary_owner: "q-temp".into(),
            reassign: Vec::new(),
            qualified: Vec::new(),
            response: Vec::new(),
            notify: Vec::new(),
        };
        let moved = owner_changed(state, &owner.into(), &config);
        assert_eq!((moved.completes, moved.because.id()), (completes, because), "{owner}");
    }
}
