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
    Config, FieldValues, MeetingTime, Met, RecordId, Rule, Settings, Timestamp, UserId, Value,
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

/// What happened to a meeting after it was booked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MeetingChange {
    /// It does not take place.
    Cancelled,
    /// It has another start and end.
    Moved(Timestamp, Timestamp),
}

/// Does a cancelled or moved meeting change its Event? Only if the setting says so (EV-28d).
pub fn follow_meeting(change: MeetingChange, settings: &Settings) -> Rule {
    match change {
        _ if !settings.meeting_updates => Rule::MeetingChangeIgnored,
        MeetingChange::Cancelled => Rule::MeetingCancelled,
        MeetingChange::Moved(..) => Rule::MeetingMoved,
    }
}

/// The fields of a meeting's Event that a change writes: a rep's notes stay (EV-26, EV-28d).
pub fn meeting_change(change: MeetingChange, rep_name: &str) -> FieldValues {
    match change {
        MeetingChange::Cancelled => {
            let subject = format!("Canceled: Meeting Booked via Qualified with {rep_name}");
            let subject: String = subject.chars().take(SUBJECT_CHARS_MAX).collect();
            vec![("Subject".into(), Value::from(subject.as_str()))]
        }
        MeetingChange::Moved(start, end) => vec![
            ("StartDateTime".into(), Value::Instant(start)),
            ("EndDateTime".into(), Value::Instant(end)),
        ],
    }
}

fn local(civil: &str, zone: &str) -> Result<Timestamp, String> {
    let civil: DateTime =
        civil.parse().map_err(|error| format!("meeting time `{civil}`: {error}"))?;
    let zone = TimeZone::get(zone).map_err(|error| format!("time zone `{zone}`: {error}"))?;
    let instant =
        zone.to_ambiguous_timestamp(civil).compatible().map_err(|error| error.to_string())?;
    Ok(Timestamp(instant.as_millisecond()))
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;
    use crate::acme;

    #[test]
    fn the_rep_whom_the_visitor_booked_is_assigned() {
        check("with dana", expect!["dana, u-dana (event.meeting_owner)"]);
    }

    #[test]
    fn a_steps_owner_wins() {
        check("with dana, step bo", expect!["bo, u-bo (event.meeting_owner_of_step) over dana"]);
        check(
            "with dana, step bo, picked",
            expect!["bo, u-bo (event.meeting_owner_of_step) over dana"],
        );
        check("with bo, step bo", expect!["bo, u-bo (event.meeting_owner_of_step)"]);
    }

    #[test]
    fn a_chatting_rep_picks_the_owner() {
        check("with bo, picked", expect!["bo, u-bo (event.meeting_owner_picked)"]);
    }

    #[test]
    fn an_unconnected_owner_leaves_it_to_the_integration_user() {
        check(
            "with eve",
            expect!["eve, integration (event.meeting_owner) unassigned: event.rep_not_connected"],
        );
    }

    #[test]
    fn a_local_time_is_resolved_in_its_zone() {
        check_time(
            "2026-03-04T10:00 America/Los_Angeles",
            expect!["2026-03-04T18:00:00Z to 2026-03-04T18:30:00Z"],
        );
        check_time(
            "2026-07-01T09:00 Asia/Kolkata",
            expect!["2026-07-01T03:30:00Z to 2026-07-01T04:00:00Z"],
        );
        check_time(
            "2026-01-01T00:10 Pacific/Kiritimati",
            expect!["2025-12-31T10:10:00Z to 2025-12-31T10:40:00Z"],
        );
    }

    #[test]
    fn a_time_that_the_clocks_skip_moves_forward() {
        check_time(
            "2026-03-08T02:30 America/Los_Angeles",
            expect!["2026-03-08T10:30:00Z to 2026-03-08T11:00:00Z"],
        );
        check_time(
            "2026-03-29T02:30 Europe/Berlin",
            expect!["2026-03-29T01:30:00Z to 2026-03-29T02:00:00Z"],
        );
    }

    #[test]
    fn a_time_that_comes_twice_is_the_first() {
        check_time(
            "2026-11-01T01:30 America/Los_Angeles",
            expect!["2026-11-01T08:30:00Z to 2026-11-01T09:00:00Z"],
        );
    }

    #[test]
    fn an_unreadable_time_says_why() {
        assert!(
            meeting_time(&local_time("2026-13-01T00:00", "UTC"), 30)
                .unwrap_err()
                .starts_with("meeting time")
        );
        assert!(
            meeting_time(&local_time("2026-03-01T00:00", "Mars/Olympus"), 30)
                .unwrap_err()
                .starts_with("time zone")
        );
    }

    #[test]
    fn a_meeting_never_ends_before_it_starts() {
        let starts = MeetingTime::Instant(Timestamp(1000));
        assert_eq!(meeting_time(&starts, -5), Ok((Timestamp(1000), Timestamp(1000))));
    }

    #[test]
    fn the_event_names_the_rep() {
        let fields = meeting_event(&MeetingEvent {
            who: &"L1".into(),
            owner: &"integration".into(),
            rep_name: "Eve Ito",
            scheduled: (Timestamp(1000), Timestamp(2000)),
            playback: "https://play.example/r/1",
        });
        let lines: Vec<String> = fields
            .iter()
            .map(|(name, value)| format!("{name}: {}", value.text().unwrap()))
            .collect();
        expect![[r#"
            Subject: Meeting Booked via Qualified with Eve Ito
            WhoId: L1
            OwnerId: integration
            StartDateTime: 1000
            EndDateTime: 2000
            Description: See full conversation in Qualified https://play.example/r/1"#]]
        .assert_eq(&lines.join("\n"));
    }

    /// `with REP`, then any of `step REP`, `picked`.
    #[track_caller]
    fn check(text: &str, expect: Expect) {
        let fact =
            |name: &str| text.split(", ").find_map(|it| it.strip_prefix(name)).map(str::trim);
        let facts = BookingFacts {
            step_owner: fact("step").map(acme::met),
            picked_by_rep: fact("picked").is_some(),
            with: acme::met(fact("with").unwrap()),
        };
        let owner = meeting_owner(&facts, &acme::config());
        let over = owner.rejected.first().map_or(String::new(), |(rep, _)| format!(" over {rep}"));
        let unassigned = owner.unassigned.map_or(String::new(), |it| format!(" unassigned: {it}"));
        expect.assert_eq(&format!(
            "{}, {} ({}){over}{unassigned}",
            owner.rep.rep, owner.assigned, owner.because
        ));
    }

    #[track_caller]
    fn check_time(text: &str, expect: Expect) {
        let (civil, zone) = text.split_once(' ').unwrap();
        let (start, end) = meeting_time(&local_time(civil, zone), 30).unwrap();
        let utc = |it: Timestamp| jiff::Timestamp::from_millisecond(it.0).unwrap();
        expect.assert_eq(&format!("{} to {}", utc(start), utc(end)));
    }

    fn local_time(civil: &str, zone: &str) -> MeetingTime {
        MeetingTime::Local { civil: civil.to_owned(), zone: zone.to_owned() }
    }
}
