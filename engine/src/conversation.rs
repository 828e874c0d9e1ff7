//! When does a conversation end, and whose is its Event?
//!
//! A conversation ends when the site is closed after its last message, or when it was silent for the idle limit, tab open
//! or not (K-20, EV-06). Its Event is due `event_delay` later (EV-05); a visitor who comes back before it is written
//! resumes the same conversation. Past the cap the Event is still written, and says that it is late.
//!
//! The Event ends at the last message, never at the time-out (EV-11), and never before it starts (FM-70b). It is assigned
//! to the connected rep who held the conversation last; to the integration user when reps chatted and none is connected;
//! to the org user when only the bot chatted (EV-07, EV-14, K-02).

use crate::{
    Config, FieldValues, Met, OwnerDecision, RecordId, Rule, Settings, Timestamp, UserId, Value,
};

/// Where a conversation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Talk {
    /// It goes on, or may.
    Open,
    /// It ended at this instant; its Event is not written yet.
    Ended(Timestamp),
    /// Its Event was written, or was dropped.
    Settled,
}

/// What is known of a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TalkFacts {
    /// When the site was closed, unless it is open.
    pub closed_at: Option<Timestamp>,
    /// When the last message was sent, by anybody.
    pub last_message: Timestamp,
    /// When the visitor last came back to the site, wrote, or was in a call.
    pub active_at: Timestamp,
}

/// What becomes of a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TalkMove {
    /// It stays as it is; ask again at this instant, if nothing happens before.
    Waits(Timestamp),
    /// It ends at this instant.
    Ends(Timestamp),
    /// The visitor is back: it is open again.
    Resumes,
    /// Its Event is due.
    Due {
        /// Whether the latest moment has passed.
        late: bool,
    },
    /// What is said from now on is a new conversation.
    Over,
}

/// Decides what becomes of a conversation.
pub fn talk(state: Talk, facts: &TalkFacts, now: Timestamp, settings: &Settings) -> TalkMove {
    match state {
        Talk::Settled => TalkMove::Over,
        Talk::Open => open(facts, now, settings),
        Talk::Ended(at) if facts.closed_at.is_none() && facts.active_at >= at => TalkMove::Resumes,
        Talk::Ended(at) => {
            let due = event_due(at, settings);
            if due <= now {
                TalkMove::Due { late: is_late(at, now, settings) }
            } else {
                TalkMove::Waits(due)
            }
        }
    }
}

/// When the Event of a conversation or booking that ended at `end` is written.
pub fn event_due(end: Timestamp, settings: &Settings) -> Timestamp {
    end.plus_ms(settings.event_delay_ms)
}

/// Whether an Event written `now` is late.
pub fn is_late(end: Timestamp, now: Timestamp, settings: &Settings) -> bool {
    now > end.plus_ms(settings.event_cap_ms)
}

/// Does a conversation in which so many reps chatted give an Event? One with the bot alone does too, unless K-19 is read
/// the other way.
pub fn wants_event(reps: usize, settings: &Settings) -> bool {
    reps > 0 || settings.bot_events
}

/// Decides whom a conversation's Event is assigned to; `reps` held the conversation in this order.
pub fn event_owner(reps: &[Met], config: &Config) -> OwnerDecision {
    let Some(last_connected) = reps.iter().rposition(|it| it.connection.is_some()) else {
        let rejected =
            reps.iter().map(|it| (it.rep.to_string(), Rule::EventRepNotConnected)).collect();
        return if reps.is_empty() {
            OwnerDecision { owner: config.org_user.clone(), because: Rule::EventBotOnly, rejected }
        } else {
            OwnerDecision {
                owner: config.integration_user.clone(),
                because: Rule::EventRepNotConnected,
                rejected,
            }
        };
    };
    let mut rejected = Vec::new();
    let mut owner = config.integration_user.clone();
    for (place, met) in reps.iter().enumerate() {
        match &met.connection {
            Some(user) if place == last_connected => owner = user.clone(),
            Some(_) => rejected.push((met.rep.to_string(), Rule::Outranked)),
            None => rejected.push((met.rep.to_string(), Rule::EventRepNotConnected)),
        }
    }
    OwnerDecision { owner, because: Rule::EventRep, rejected }
}

/// What a conversation's Event says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConversationEvent<'a> {
    /// The visitor's contact, or lead.
    pub who: &'a RecordId,
    /// Whom it is assigned to.
    pub owner: &'a UserId,
    /// When the chat began.
    pub started: Timestamp,
    /// When the last message was sent.
    pub last_message: Timestamp,
    /// The playback link.
    pub playback: &'a str,
}

/// The fields of a conversation's Event (EV-08 to EV-12).
pub fn conversation_event(event: &ConversationEvent<'_>) -> FieldValues {
    event_fields(
        "Conversation via Qualified",
        (event.who, event.owner),
        (event.started, event.last_message),
        event.playback,
    )
}

/// The fields of any Event of ours.
pub(crate) fn event_fields(
    subject: &str,
    (who, owner): (&RecordId, &UserId),
    (start, end): (Timestamp, Timestamp),
    playback: &str,
) -> FieldValues {
    vec![
        ("Subject".into(), Value::from(subject)),
        ("WhoId".into(), Value::from(who.as_str())),
        ("OwnerId".into(), Value::from(owner.as_str())),
        ("StartDateTime".into(), Value::Instant(start)),
        ("EndDateTime".into(), Value::Instant(end.max(start))),
        (
            "Description".into(),
            Value::from(format!("See full conversation in Qualified {playback}").as_str()),
        ),
    ]
}

fn open(facts: &TalkFacts, now: Timestamp, settings: &Settings) -> TalkMove {
    let silent = facts.last_message.max(facts.active_at).plus_ms(settings.idle_limit_ms);
    let end = facts.closed_at.map_or(silent, |it| it.max(facts.last_message).min(silent));
    if end <= now { TalkMove::Ends(end) } else { TalkMove::Waits(end) }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;
    use crate::acme;

    #[test]
    fn closing_the_site_ends_the_conversation_at_once() {
        check("open; closed 100, said 60, active 60", 100, expect!["ends at 100 s"]);
    }

    #[test]
    fn an_open_tab_holds_it_until_the_idle_limit() {
        check("open; said 60, active 60", 1859, expect!["waits until 1860 s"]);
        check("open; said 60, active 60", 1860, expect!["ends at 1860 s"]);
    }

    #[test]
    fn coming_back_is_activity() {
        check("open; said 60, active 160", 1860, expect!["waits until 1960 s"]);
    }

    #[test]
    fn the_event_is_due_after_the_delay() {
        check("ended 100; closed 100, said 60, active 60", 399, expect!["waits until 400 s"]);
        check("ended 100; closed 100, said 60, active 60", 400, expect!["due"]);
    }

    #[test]
    fn past_the_cap_it_is_late() {
        check("ended 100; closed 100, said 60, active 60", 3700, expect!["due"]);
        check("ended 100; closed 100, said 60, active 60", 3701, expect!["due, late"]);
    }

    #[test]
    fn whoever_comes_back_before_it_is_written_resumes_it() {
        check("ended 100; said 60, active 200", 200, expect!["resumes"]);
    }

    #[test]
    fn an_idle_tab_that_stays_open_resumes_nothing() {
        check("ended 1860; said 60, active 60", 1900, expect!["waits until 2160 s"]);
        check("ended 1860; said 1900, active 1900", 1900, expect!["resumes"]);
    }

    #[test]
    fn after_the_event_it_is_over() {
        check("settled; said 60, active 60", 9999, expect!["over"]);
    }

    #[test]
    fn the_connected_rep_who_held_it_last_is_assigned() {
        check_owner("dana, bo", expect!["u-bo (event.rep) over dana: owner.outranked"]);
        check_owner("dana, eve", expect!["u-dana (event.rep) over eve: event.rep_not_connected"]);
        check_owner(
            "bo, dana, bo",
            expect!["u-bo (event.rep) over bo: owner.outranked, dana: owner.outranked"],
        );
    }

    #[test]
    fn unconnected_reps_leave_it_to_the_integration_user() {
        check_owner(
            "eve",
            expect!["integration (event.rep_not_connected) over eve: event.rep_not_connected"],
        );
    }

    #[test]
    fn the_bot_alone_leaves_it_to_the_org_user() {
        check_owner("", expect!["org (event.bot_only)"]);
    }

    #[test]
    fn the_event_says_who_when_and_where() {
        let fields = conversation_event(&ConversationEvent {
            who: &"C1".into(),
            owner: &"u-dana".into(),
            started: Timestamp(1000),
            last_message: Timestamp(500),
            playback: "https://play.example/r/1",
        });
        let lines: Vec<String> = fields
            .iter()
            .map(|(name, value)| format!("{name}: {}", value.text().unwrap()))
            .collect();
        expect![[r#"
            Subject: Conversation via Qualified
            WhoId: C1
            OwnerId: u-dana
            StartDateTime: 1000
            EndDateTime: 1000
            Description: See full conversation in Qualified https://play.example/r/1"#]]
        .assert_eq(&lines.join("\n"));
    }

    /// `state; facts`, and what time it is, all in seconds.
    #[track_caller]
    fn check(text: &str, now: i64, expect: Expect) {
        let (state, facts) = text.split_once("; ").unwrap();
        let seconds = |text: &str| Timestamp(text.parse::<i64>().unwrap() * 1000);
        let fact = |name: &str| {
            facts.split(", ").find_map(|it| it.strip_prefix(name)).map(|it| seconds(it.trim()))
        };
        let facts = TalkFacts {
            closed_at: fact("closed"),
            last_message: fact("said").unwrap(),
            active_at: fact("active").unwrap(),
        };
        let state = match state.split_once(' ') {
            Some((_, at)) => Talk::Ended(seconds(at)),
            None if state == "open" => Talk::Open,
            None => Talk::Settled,
        };
        let actual = match talk(state, &facts, Timestamp(now * 1000), &Settings::default()) {
            TalkMove::Waits(at) => format!("waits until {} s", at.0 / 1000),
            TalkMove::Ends(at) => format!("ends at {} s", at.0 / 1000),
            TalkMove::Resumes => "resumes".to_owned(),
            TalkMove::Due { late } => if late { "due, late" } else { "due" }.to_owned(),
            TalkMove::Over => "over".to_owned(),
        };
        expect.assert_eq(&actual);
    }

    #[track_caller]
    fn check_owner(reps: &str, expect: Expect) {
        let reps: Vec<Met> = reps.split(", ").filter(|it| !it.is_empty()).map(acme::met).collect();
        let decision = event_owner(&reps, &acme::config());
        let rejected: Vec<String> =
            decision.rejected.iter().map(|(name, rule)| format!("{name}: {rule}")).collect();
        let over = if rejected.is_empty() { "" } else { " over " };
        expect.assert_eq(&format!(
            "{} ({}){over}{}",
            decision.owner,
            decision.because,
            rejected.join(", ")
        ));
    }
}
