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
    /// When the visitor last came back to the site or wrote.
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
