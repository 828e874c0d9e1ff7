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

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;

    #[test]
    fn a_closed_site_is_left_after_the_grace() {
        check("closed 100s, active 90s", 129, expect!["until 130 s"]);
        check("closed 100s, active 90s", 130, expect!["left"]);
    }

    #[test]
    fn an_open_site_is_left_after_the_idle_limit() {
        check("active 60s", 1859, expect!["until 1860 s"]);
        check("active 60s", 1860, expect!["left"]);
    }

    #[test]
    fn what_comes_first_counts() {
        check("closed 1850s, active 60s", 1855, expect!["until 1860 s"]);
    }

    #[test]
    fn the_last_step_ends_the_stay_unless_a_rep_is_due() {
        check("active 60s, done", 61, expect!["left"]);
        check("active 60s, done, awaited", 61, expect!["until 1860 s"]);
        check("active 60s, done, talks", 61, expect!["until 1860 s"]);
    }

    /// Facts, and what time it is, in seconds.
    #[track_caller]
    fn check(facts: &str, now: i64, expect: Expect) {
        let seconds =
            |text: &str| Timestamp(text.trim_end_matches('s').parse::<i64>().unwrap() * 1000);
        let fact =
            |name: &str| facts.split(", ").find_map(|it| it.strip_prefix(name)).map(str::trim);
        let facts = StayFacts {
            closed_at: fact("closed").map(seconds),
            active_at: fact("active").map(seconds).unwrap(),
            steps_done: fact("done").is_some(),
            rep_awaited: fact("awaited").is_some(),
            rep_talks: fact("talks").is_some(),
        };
        let actual = match has_left(&facts, Timestamp(now * 1000), &Settings::default()) {
            Stay::Left => "left".to_owned(),
            Stay::Until(at) => format!("until {} s", at.0 / 1000),
        };
        expect.assert_eq(&actual);
    }
}
