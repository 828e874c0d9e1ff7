//! Has the visitor left the Experience?
//!
//! The first of these, once per entry (K-42, EX-07, EX-20): the site was closed and the visitor is not back within the
//! grace; nothing happened for the idle limit; the last step is done, no rep is being waited for and no rep conversation
//! is open. Opening another page of the site, or minimising the chat, is not leaving.

use crate::{Settings, Timestamp};

/// What is known of a visitor's stay in an Experience.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StayFacts {
    /// When the site was closed, unless it is open.
    pub closed_at: Option<Timestamp>,
    /// When the visitor, a rep or the bot last did something.
    pub active_at: Timestamp,
    /// Whether every step is done.
    pub steps_done: bool,
    /// Whether a step waits for a rep.
    pub rep_awaited: bool,
    /// Whether a rep conversation is open.
    pub rep_talks: bool,
}

/// An answer to "has the visitor left?".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stay {
    /// Yes.
    Left,
    /// Not yet: ask again at this instant, if nothing happens before.
    Until(Timestamp),
}

/// Decides whether the visitor has left the Experience.
pub fn has_left(facts: &StayFacts, now: Timestamp, settings: &Settings) -> Stay {
    if facts.steps_done && !facts.rep_awaited && !facts.rep_talks {
        return Stay::Left;
    }
    let idle = facts.active_at.plus_ms(settings.idle_limit_ms);
    let grace_over = facts.closed_at.map(|it| it.plus_ms(settings.leave_grace_ms));
    let due = grace_over.map_or(idle, |it| it.min(idle));
    if due <= now { Stay::Left } else { Stay::Until(due) }
}
