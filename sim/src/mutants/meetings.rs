//! Whose a meeting is, when it is, and what its Event says, answered wrongly.

use engine::{
    BookingFacts, Config, FieldValues, MeetingEvent, MeetingOwner, MeetingTime, Rule, Rules,
    Standard, Timestamp, Value,
};
use jiff::{
    civil::DateTime,
    tz::{AmbiguousOffset, TimeZone},
};

use super::{
    events::{saying, silent_on},
    mutants,
};

const HOUR_MS: i64 = 3_600_000;

type Times = Result<(Timestamp, Timestamp), String>;

/// The meeting's start by another reading of its local time.
fn local(
    starts: &MeetingTime,
    minutes: i64,
    read: fn(DateTime, TimeZone) -> Result<jiff::Timestamp, jiff::Error>,
) -> Times {
    let MeetingTime::Local { civil, zone } = starts else {
        return Standard.meeting_time(starts, minutes);
    };
    let told = |problem: jiff::Error| problem.to_string();
    let (civil, zone) = (civil.parse().map_err(told)?, TimeZone::get(zone).map_err(told)?);
    let start = Timestamp(read(civil, zone).map_err(told)?.as_millisecond());
    Standard.meeting_time(&MeetingTime::Instant(start), minutes)
}

mutants! {
    #[doc = "the owner whom the step names is ignored"]
    StepOwnerIsIgnored violates [MeetingOwnerOfStep] breaks ["EV-16", "EV-23"] {
        fn meeting_owner(&self, facts: &BookingFacts, config: &Config) -> MeetingOwner {
            Standard.meeting_owner(&BookingFacts { step_owner: None, ..facts.clone() }, config)
        }
    }

    #[doc = "whom the chatting rep picks is ignored"]
    PickedOwnerIsIgnored violates [MeetingOwnerPicked] breaks ["EV-24"] {
        fn meeting_owner(&self, facts: &BookingFacts, config: &Config) -> MeetingOwner {
            let owner = Standard.meeting_owner(facts, config);
            if facts.picked_by_rep {
                MeetingOwner { assigned: config.integration_user.clone(), ..owner }
            } else {
                owner
            }
        }
    }

    #[doc = "that a rep picked is not said"]
    PickingIsNotSaid breaks ["EV-24"] {
        fn meeting_owner(&self, facts: &BookingFacts, config: &Config) -> MeetingOwner {
            Standard.meeting_owner(&BookingFacts { picked_by_rep: false, ..facts.clone() }, config)
        }
    }

    #[doc = "a meeting's Event is never the rep's"]
    MeetingIsTheIntegrationUsers breaks ["EV-16", "EV-23", "EV-24"] {
        fn meeting_owner(&self, facts: &BookingFacts, config: &Config) -> MeetingOwner {
            let assigned = config.integration_user.clone();
            MeetingOwner { assigned, ..Standard.meeting_owner(facts, config) }
        }
    }

    #[doc = "an unconnected rep's meeting is the org user's, though there is an integration user"]
    UnconnectedRepsMeetingIsTheOrgUsers breaks ["EV-14", "EV-16"] {
        fn meeting_owner(&self, facts: &BookingFacts, config: &Config) -> MeetingOwner {
            let owner = Standard.meeting_owner(facts, config);
            match owner.unassigned {
                Some(_) => MeetingOwner { assigned: config.org_user.clone(), ..owner },
                None => owner,
            }
        }
    }

    #[doc = "why the rep has not got the meeting's Event is not said"]
    UnassignedIsNotSaid breaks ["EV-14", "EV-16"] {
        fn meeting_owner(&self, facts: &BookingFacts, config: &Config) -> MeetingOwner {
            MeetingOwner { unassigned: None, ..Standard.meeting_owner(facts, config) }
        }
    }

    #[doc = "every booking is said to be the visitor's choice"]
    OwnersReasonIsAlwaysTheSame breaks ["EV-23", "EV-24"] {
        fn meeting_owner(&self, facts: &BookingFacts, config: &Config) -> MeetingOwner {
            MeetingOwner { because: Rule::MeetingOwner, ..Standard.meeting_owner(facts, config) }
        }
    }

    #[doc = "local time is taken for UTC"]
    ZoneIsIgnored breaks ["EV-19", "EV-20"] {
        fn meeting_time(&self, starts: &MeetingTime, minutes: i64) -> Times {
            local(starts, minutes, |civil, _| Ok(civil.to_zoned(TimeZone::UTC)?.timestamp()))
        }
    }

    #[doc = "a time that the clocks skip moves back"]
    SkippedTimeMovesBack breaks ["EV-19"] {
        fn meeting_time(&self, starts: &MeetingTime, minutes: i64) -> Times {
            local(starts, minutes, |civil, zone| {
                let time = zone.to_ambiguous_timestamp(civil);
                match time.offset() {
                    AmbiguousOffset::Gap { .. } => time.earlier(),
                    _ => time.compatible(),
                }
            })
        }
    }

    #[doc = "of a time that comes twice the second is taken"]
    SecondOfTwoTimes breaks ["EV-19"] {
        fn meeting_time(&self, starts: &MeetingTime, minutes: i64) -> Times {
            local(starts, minutes, |civil, zone| {
                zone.to_ambiguous_timestamp(civil).later()
            })
        }
    }

    #[doc = "every meeting takes an hour"]
    EveryMeetingTakesAnHour breaks ["EV-20"] {
        fn meeting_time(&self, starts: &MeetingTime, minutes: i64) -> Times {
            let (start, _) = Standard.meeting_time(starts, minutes)?;
            Ok((start, start.plus_ms(HOUR_MS)))
        }
    }

    #[doc = "the subject does not name the rep"]
    SubjectNamesNobody violates [MeetingWritten] breaks ["EV-03", "EV-15", "EV-17"] {
        fn meeting_event(&self, event: &MeetingEvent<'_>) -> FieldValues {
            let subject = Value::from("Meeting Booked via Qualified");
            saying(Standard.meeting_event(event), "Subject", &subject)
        }
    }

    #[doc = "the subject names whom the Event is assigned to"]
    SubjectNamesTheAssignee breaks ["EV-17"] {
        fn meeting_event(&self, event: &MeetingEvent<'_>) -> FieldValues {
            let subject = format!("Meeting Booked via Qualified with {}", event.owner);
            saying(Standard.meeting_event(event), "Subject", &Value::from(subject.as_str()))
        }
    }

    #[doc = "the meeting's Event hangs off nobody"]
    MeetingOfNobody violates [MeetingWritten] breaks ["EV-18"] {
        fn meeting_event(&self, event: &MeetingEvent<'_>) -> FieldValues {
            silent_on(Standard.meeting_event(event), "WhoId")
        }
    }

    #[doc = "the meeting starts an hour too soon"]
    MeetingStartsAnHourTooSoon breaks ["EV-19"] {
        fn meeting_event(&self, event: &MeetingEvent<'_>) -> FieldValues {
            let start = Value::Instant(event.scheduled.0.plus_ms(-HOUR_MS));
            saying(Standard.meeting_event(event), "StartDateTime", &start)
        }
    }

    #[doc = "the meeting ends when it starts"]
    MeetingEndsAtItsStart breaks ["EV-20"] {
        fn meeting_event(&self, event: &MeetingEvent<'_>) -> FieldValues {
            let start = Value::Instant(event.scheduled.0);
            saying(Standard.meeting_event(event), "EndDateTime", &start)
        }
    }

    #[doc = "the meeting's description holds the link alone"]
    MeetingLinkWithoutASentence breaks ["EV-21"] {
        fn meeting_event(&self, event: &MeetingEvent<'_>) -> FieldValues {
            saying(Standard.meeting_event(event), "Description", &Value::from(event.playback))
        }
    }
}
