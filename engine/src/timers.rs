//! What the engine wants to be woken for. A timer that is no longer wanted is forgotten, and its alarm ignored.

use std::collections::BTreeMap;

use crate::{IntentId, Timer, TimerId, Timestamp, exchange::JobId, visitor::Who};

/// What an alarm is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wake {
    /// Work has waited for company long enough.
    Flush,
    /// The next attempt to log in.
    Login,
    /// A look whether the API allowance is back.
    Probe,
    /// The next attempt of everything that failed and is due now.
    Again,
    /// The next exchange about a bulk job.
    Job(JobId),
    /// Has the visitor left the Experience, is the conversation over?
    Look(Who),
    /// An Event is due.
    Event(IntentId),
    /// The next attempt of a system beside Salesforce.
    Neighbour(crate::System),
    /// A record of the marketing platform should be in Salesforce by now.
    MapCheck(IntentId),
    /// The next run of conversions.
    Conversions,
    /// A conversion job has waited long enough for its lead.
    Dismiss(IntentId),
    /// The nightly pull of converted statuses.
    Pull,
    /// The next look at what changed in the org.
    Reconcile,
}

impl Wake {
    /// Whether it comes again and again, whatever happens.
    fn is_recurring(self) -> bool {
        matches!(self, Self::Pull | Self::Reconcile)
    }
}

/// The timers that are armed.
#[derive(Debug, Default)]
pub(crate) struct Timers {
    last: u64,
    armed: BTreeMap<TimerId, (Timestamp, Wake)>,
}

impl Timers {
    /// Arms a timer.
    pub(crate) fn arm(&mut self, at: Timestamp, wake: Wake) -> Timer {
        self.last += 1;
        let id = TimerId(self.last);
        self.armed.insert(id, (at, wake));
        Timer { at, id, recurring: wake.is_recurring() }
    }

    /// Whether the alarm is still wanted.
    pub(crate) fn is_armed(&self, id: TimerId) -> bool {
        self.armed.contains_key(&id)
    }

    /// Forgets a timer.
    pub(crate) fn cancel(&mut self, id: TimerId) {
        self.armed.remove(&id);
    }

    /// What the alarm is about.
    pub(crate) fn sound(&mut self, id: TimerId) -> Option<Wake> {
        self.armed.remove(&id).map(|(_, wake)| wake)
    }

    /// Arms everything anew under the same names, nothing earlier than now.
    pub(crate) fn rearm(&self, now: Timestamp) -> impl Iterator<Item = Timer> + '_ {
        self.armed.iter().map(move |(id, (at, wake))| Timer {
            at: (*at).max(now),
            id: *id,
            recurring: wake.is_recurring(),
        })
    }
}
