//! Whose is a meeting, when is it, and what does its Event say?
//!
//! Booked in a step, it is the owner's whom the Experience names (EV-23); picked by a rep during a live chat, it is the
//! one's whom the rep picked (EV-24); otherwise the rep's whom the visitor booked (EV-16). The Event is assigned to that
//! rep, or to the integration user when the rep is not connected (K-02); its subject names the rep in either case (EV-17).
//!
//! A local time is resolved with the zone's rules: one that the clocks skip moves forward, one that comes twice is the
//! first (EV-19, EV-20, FM-64). The end is the start and the length, and never before the start.

use jiff::{civil::DateTime, tz::TimeZone};

use crate::{
    Config, FieldValues, MeetingTime, Met, RecordId, Rule, Timestamp, UserId,
    conversation::event_fields,
};

/// Longest subject that Salesforce takes, in characters.
const SUBJECT_CHARS_MAX: usize = 255;
/// Milliseconds of a minute.
const MINUTE_MS: i64 = 60_000;

/// How a meeting came to be booked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BookingFacts {
    /// The owner whom the step names that offered it.
    pub step_owner: Option<Met>,
    /// Whether a rep picked during a live chat.
    pub picked_by_rep: bool,
    /// Whom it was booked with.
    pub with: Met,
}

/// Whose a meeting is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MeetingOwner {
    /// The rep the meeting is with.
    pub rep: Met,
    /// The rule that made it theirs.
    pub because: Rule,
    /// The rep who was passed over.
    pub rejected: Vec<(String, Rule)>,
    /// Whom the Event is assigned to.
    pub assigned: UserId,
    /// Why it is not the rep, if it is not.
    pub unassigned: Option<Rule>,
}

/// Decides whose a meeting is.
pub fn meeting_owner(facts: &BookingFacts, config: &Config) -> MeetingOwner {
    let (rep, because) = match &facts.step_owner {
        Some(owner) => (owner, Rule::MeetingOwnerOfStep),
        None if facts.picked_by_rep => (&facts.with, Rule::MeetingOwnerPicked),
        None => (&facts.with, Rule::MeetingOwner),
    };
    let mut rejected = Vec::new();
    if facts.with.rep != rep.rep {
        rejected.push((facts.with.rep.to_string(), Rule::MeetingOwnerOfStep));
    }
    let unassigned = rep.connection.is_none().then_some(Rule::EventRepNotConnected);
    let assigned = rep.connection.as_ref().unwrap_or(&config.integration_user).clone();
    MeetingOwner { rep: rep.clone(), because, rejected, assigned, unassigned }
}

/// A meeting's start and end; the error says in words what cannot be read.
pub fn meeting_time(starts: &MeetingTime, minutes: i64) -> Result<(Timestamp, Timestamp), String> {
    let start = match starts {
        MeetingTime::Instant(at) => *at,
        MeetingTime::Local { civil, zone } => local(civil, zone)?,
    };
    Ok((start, start.plus_ms(minutes.max(0).saturating_mul(MINUTE_MS))))
}

/// What a meeting's Event says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MeetingEvent<'a> {
    /// The visitor's contact, or lead.
    pub who: &'a RecordId,
    /// Whom it is assigned to.
    pub owner: &'a UserId,
    /// The display name of the rep the meeting is with.
    pub rep_name: &'a str,
    /// The scheduled start and end.
    pub scheduled: (Timestamp, Timestamp),
    /// The playback link.
    pub playback: &'a str,
}

/// The fields of a meeting's Event (EV-16 to EV-21).
pub fn meeting_event(event: &MeetingEvent<'_>) -> FieldValues {
    let subject = format!("Meeting Booked via Qualified with {}", event.rep_name);
    let subject: String = subject.chars().take(SUBJECT_CHARS_MAX).collect();
    event_fields(&subject, (event.who, event.owner), event.scheduled, event.playback)
}

fn local(civil: &str, zone: &str) -> Result<Timestamp, String> {
    let civil: DateTime =
        civil.parse().map_err(|error| format!("meeting time `{civil}`: {error}"))?;
    let zone = TimeZone::get(zone).map_err(|error| format!("time zone `{zone}`: {error}"))?;
    let instant =
        zone.to_ambiguous_timestamp(civil).compatible().map_err(|error| error.to_string())?;
    Ok(Timestamp(instant.as_millisecond()))
}
