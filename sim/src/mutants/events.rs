//! When a conversation ends, and what its Event says, answered wrongly.

use engine::{
    Config, ConversationEvent, DeviceId, FieldValues, Met, OwnerDecision, Rule, Settings, Standard,
    Talk, TalkFacts, TalkMove, Timestamp, Value,
};

use super::mutants;

const MINUTE_MS: i64 = 60_000;

/// The Event's fields, with another value of one.
pub(super) fn saying(fields: FieldValues, field: &str, value: &Value) -> FieldValues {
    let other = |(name, old): (engine::FieldName, Value)| {
        let value = if name.as_str() == field { value.clone() } else { old };
        (name, value)
    };
    fields.into_iter().map(other).collect()
}

/// The Event's fields, without one.
pub(super) fn silent_on(fields: FieldValues, field: &str) -> FieldValues {
    fields.into_iter().filter(|(name, _)| name.as_str() != field).collect()
}

fn delayed(settings: &Settings, event_delay_ms: i64) -> Settings {
    Settings { event_delay_ms, ..settings.clone() }
}

mutants! {
    #[doc = "chats with the bot alone give no Event"]
    BotAloneGivesNoEvent breaks ["EV-02"] {
        fn wants_event(&self, reps: usize, _settings: &Settings) -> bool {
            reps > 0
        }
    }

    #[doc = "the setting that wants no Event of the bot alone is not looked at"]
    BotAloneGivesAnEventAllTheSame violates [BotOnlyNoEvent] breaks ["EV-02"] {
        fn wants_event(&self, _reps: usize, _settings: &Settings) -> bool {
            true
        }
    }

    #[doc = "Events are written at once"]
    EventsAtOnce violates [ConversationWritten] breaks ["EV-05"] {
        fn event_due(&self, end: Timestamp, _settings: &Settings) -> Timestamp {
            end
        }
    }

    #[doc = "Events are written an hour late"]
    EventsAnHourLate breaks ["EV-05"] {
        fn talk(&self, state: Talk, facts: &TalkFacts, now: Timestamp, settings: &Settings) -> TalkMove {
            Standard.talk(state, facts, now, &delayed(settings, 61 * MINUTE_MS))
        }
        fn event_due(&self, end: Timestamp, settings: &Settings) -> Timestamp {
            Standard.event_due(end, &delayed(settings, 61 * MINUTE_MS))
        }
    }

    #[doc = "the delay is five minutes, whatever the setting"]
    DelayIsFixed breaks ["EV-05"] {
        fn talk(&self, state: Talk, facts: &TalkFacts, now: Timestamp, settings: &Settings) -> TalkMove {
            Standard.talk(state, facts, now, &delayed(settings, 5 * MINUTE_MS))
        }
        fn event_due(&self, end: Timestamp, settings: &Settings) -> Timestamp {
            Standard.event_due(end, &delayed(settings, 5 * MINUTE_MS))
        }
    }

    #[doc = "no Event is ever late"]
    NothingIsLate violates [EventLate] breaks ["EV-05"] {
        fn is_late(&self, _end: Timestamp, _now: Timestamp, _settings: &Settings) -> bool {
            false
        }
        fn talk(&self, state: Talk, facts: &TalkFacts, now: Timestamp, settings: &Settings) -> TalkMove {
            match Standard.talk(state, facts, now, settings) {
                TalkMove::Due { .. } => TalkMove::Due { late: false },
                other => other,
            }
        }
    }

    #[doc = "every Event is late"]
    EverythingIsLate breaks ["EV-05"] {
        fn is_late(&self, _end: Timestamp, _now: Timestamp, _settings: &Settings) -> bool {
            true
        }
    }

    #[doc = "an Event is late after an hour, whatever the setting"]
    LatestMomentIsFixed breaks ["EV-05"] {
        fn is_late(&self, end: Timestamp, now: Timestamp, settings: &Settings) -> bool {
            let event_cap_ms = Settings::default().event_cap_ms;
            Standard.is_late(end, now, &Settings { event_cap_ms, ..settings.clone() })
        }
        fn talk(&self, state: Talk, facts: &TalkFacts, now: Timestamp, settings: &Settings) -> TalkMove {
            let event_cap_ms = Settings::default().event_cap_ms;
            Standard.talk(state, facts, now, &Settings { event_cap_ms, ..settings.clone() })
        }
    }

    #[doc = "an open tab does not hold the Event"]
    OpenTabHoldsNothing breaks ["EV-05", "EV-06"] {
        fn talk(&self, state: Talk, facts: &TalkFacts, now: Timestamp, settings: &Settings) -> TalkMove {
            let closed_at = facts.closed_at.or(Some(facts.last_message));
            match state {
                Talk::Open => Standard.talk(state, &TalkFacts { closed_at, ..*facts }, now, settings),
                _ => Standard.talk(state, facts, now, settings),
            }
        }
    }

    #[doc = "an open tab holds the Event for ever"]
    OpenTabHoldsForEver breaks ["EV-05", "EV-06"] {
        fn talk(&self, state: Talk, facts: &TalkFacts, now: Timestamp, settings: &Settings) -> TalkMove {
            match (state, facts.closed_at) {
                (Talk::Open, None) => TalkMove::Waits(now.plus_ms(settings.idle_limit_ms)),
                _ => Standard.talk(state, facts, now, settings),
            }
        }
    }

    #[doc = "a conversation is held for half an hour of silence, whatever the setting"]
    HoldIsFixed breaks ["EV-06"] {
        fn talk(&self, state: Talk, facts: &TalkFacts, now: Timestamp, settings: &Settings) -> TalkMove {
            let idle_limit_ms = Settings::default().idle_limit_ms;
            Standard.talk(state, facts, now, &Settings { idle_limit_ms, ..settings.clone() })
        }
    }

    #[doc = "whoever comes back before the Event starts a new conversation"]
    ComingBackStartsAnew violates [ConversationResumed] breaks ["EV-06", "EV-11"] {
        fn talk(&self, state: Talk, facts: &TalkFacts, now: Timestamp, settings: &Settings) -> TalkMove {
            match Standard.talk(state, facts, now, settings) {
                TalkMove::Resumes => {
                    let gone = TalkFacts { closed_at: Some(facts.last_message), ..*facts };
                    Standard.talk(state, &gone, now, settings)
                }
                other => other,
            }
        }
    }

    #[doc = "a conversation never ends"]
    ConversationNeverEnds violates [ConversationEnded] breaks ["EV-01", "EV-02", "EV-04d"] {
        fn talk(&self, _state: Talk, _facts: &TalkFacts, now: Timestamp, settings: &Settings) -> TalkMove {
            TalkMove::Waits(now.plus_ms(settings.idle_limit_ms))
        }
    }

    #[doc = "the Event is the first rep's"]
    FirstRepHasTheEvent violates [EventRep] breaks ["EV-07"] {
        fn event_owner(&self, reps: &[Met], config: &Config) -> OwnerDecision {
            Standard.event_owner(reps.get(..1).unwrap_or_default(), config)
        }
    }

    #[doc = "only the last rep counts, connected or not"]
    OnlyTheLastRepCounts breaks ["EV-07"] {
        fn event_owner(&self, reps: &[Met], config: &Config) -> OwnerDecision {
            Standard.event_owner(reps.last().map(std::slice::from_ref).unwrap_or_default(), config)
        }
    }

    #[doc = "the rep who chatted does not get the Event"]
    RepGetsNoEvent violates [EventRep] breaks ["EV-07"] {
        fn event_owner(&self, _reps: &[Met], config: &Config) -> OwnerDecision {
            Standard.event_owner(&[], config)
        }
    }

    #[doc = "the bot's Event is the integration user's"]
    BotEventIsTheIntegrationUsers violates [EventBotOnly] breaks ["CN-04", "EV-02", "EV-07"] {
        fn event_owner(&self, reps: &[Met], config: &Config) -> OwnerDecision {
            let decision = Standard.event_owner(reps, config);
            match decision.because {
                Rule::EventBotOnly => {
                    OwnerDecision { owner: config.integration_user.clone(), ..decision }
                }
                _ => decision,
            }
        }
    }

    #[doc = "an unconnected rep's Event is the org user's, though there is an integration user"]
    UnconnectedRepsEventIsTheOrgUsers violates [EventRepNotConnected] breaks ["CN-04", "EV-07", "EV-14"] {
        fn event_owner(&self, reps: &[Met], config: &Config) -> OwnerDecision {
            let decision = Standard.event_owner(reps, config);
            match decision.because {
                Rule::EventRepNotConnected => {
                    OwnerDecision { owner: config.org_user.clone(), ..decision }
                }
                _ => decision,
            }
        }
    }

    #[doc = "an unconnected rep's Event goes to a connected colleague"]
    UnconnectedRepsEventIsAColleagues breaks ["EV-07", "EV-14"] {
        fn event_owner(&self, reps: &[Met], config: &Config) -> OwnerDecision {
            let decision = Standard.event_owner(reps, config);
            let colleague = config.reps.values().find_map(|it| it.connection.clone());
            match (decision.because, colleague) {
                (Rule::EventRepNotConnected, Some(owner)) => OwnerDecision { owner, ..decision },
                _ => decision,
            }
        }
    }

    #[doc = "the subject is another one"]
    OtherSubject violates [ConversationWritten] breaks ["EV-08"] {
        fn conversation_event(&self, event: &ConversationEvent<'_>) -> FieldValues {
            let subject = Value::from("Conversation via qualified.com");
            saying(Standard.conversation_event(event), "Subject", &subject)
        }
    }

    #[doc = "the Event hangs off nobody"]
    EventOfNobody violates [ConversationWritten] breaks ["EV-01", "EV-09"] {
        fn conversation_event(&self, event: &ConversationEvent<'_>) -> FieldValues {
            silent_on(Standard.conversation_event(event), "WhoId")
        }
    }

    #[doc = "the Event starts when the chat ended"]
    StartsAtTheEnd breaks ["EV-10"] {
        fn conversation_event(&self, event: &ConversationEvent<'_>) -> FieldValues {
            let end = Value::Instant(event.last_message);
            saying(Standard.conversation_event(event), "StartDateTime", &end)
        }
    }

    #[doc = "the Event ends at the time-out, not at the last message"]
    EndsAtTheTimeOut breaks ["EV-11"] {
        fn conversation_event(&self, event: &ConversationEvent<'_>) -> FieldValues {
            let idle_limit_ms = Settings::default().idle_limit_ms;
            let end = Value::Instant(event.last_message.plus_ms(idle_limit_ms));
            saying(Standard.conversation_event(event), "EndDateTime", &end)
        }
    }

    #[doc = "the description holds the link alone"]
    LinkWithoutASentence breaks ["EV-12"] {
        fn conversation_event(&self, event: &ConversationEvent<'_>) -> FieldValues {
            saying(Standard.conversation_event(event), "Description", &Value::from(event.playback))
        }
    }

    #[doc = "the description has no link"]
    NoLink breaks ["EV-12", "EV-21"] {
        fn playback_url(&self, _config: &Config, _device: &DeviceId) -> String {
            String::new()
        }
    }

    #[doc = "the link is the device's name: whoever knows one knows all"]
    LinkCanBeGuessed breaks ["EV-12"] {
        fn playback_url(&self, config: &Config, device: &DeviceId) -> String {
            format!("{}/{device}", config.playback_base)
        }
    }
}
