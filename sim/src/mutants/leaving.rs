//! Whether the visitor has left, and what is made up for then, answered wrongly.

use engine::{
    Departure, Destination, PushAction, PushStep, PushTiming, Rule, Settings, Standard, Stay,
    StayFacts, Step, Timestamp,
};

use super::mutants;

/// Longer than any scenario waits, in ms.
const FOR_EVER: i64 = 365 * 86_400_000;
/// A step that no Experience has.
const CREATE: PushStep =
    PushStep { to: Destination::Salesforce, action: PushAction::Create, timing: PushTiming::Wait };

mutants! {
    #[doc = "closing the site is leaving, without any grace"]
    NoGrace breaks ["EX-07"] {
        fn has_left(&self, facts: &StayFacts, now: Timestamp, settings: &Settings) -> Stay {
            Standard.has_left(facts, now, &Settings { leave_grace_ms: 0, ..settings.clone() })
        }
    }

    #[doc = "a closed site is never left"]
    GraceForEver breaks ["EX-07"] {
        fn has_left(&self, facts: &StayFacts, now: Timestamp, settings: &Settings) -> Stay {
            Standard.has_left(facts, now, &Settings { leave_grace_ms: FOR_EVER, ..settings.clone() })
        }
    }

    #[doc = "the grace is half a minute, whatever the setting"]
    GraceIsFixed breaks ["EX-07"] {
        fn has_left(&self, facts: &StayFacts, now: Timestamp, settings: &Settings) -> Stay {
            let leave_grace_ms = Settings::default().leave_grace_ms;
            Standard.has_left(facts, now, &Settings { leave_grace_ms, ..settings.clone() })
        }
    }

    #[doc = "silence is never leaving"]
    SilenceIsNotLeaving breaks ["EX-07"] {
        fn has_left(&self, facts: &StayFacts, now: Timestamp, settings: &Settings) -> Stay {
            Standard.has_left(facts, now, &Settings { idle_limit_ms: FOR_EVER, ..settings.clone() })
        }
    }

    #[doc = "five silent minutes are leaving"]
    SilenceIsLeavingTooSoon breaks ["EX-07"] {
        fn has_left(&self, facts: &StayFacts, now: Timestamp, settings: &Settings) -> Stay {
            Standard.has_left(facts, now, &Settings { idle_limit_ms: 300_000, ..settings.clone() })
        }
    }

    #[doc = "the silence that is leaving is half an hour, whatever the setting"]
    SilenceIsFixed breaks ["EX-07"] {
        fn has_left(&self, facts: &StayFacts, now: Timestamp, settings: &Settings) -> Stay {
            let idle_limit_ms = Settings::default().idle_limit_ms;
            Standard.has_left(facts, now, &Settings { idle_limit_ms, ..settings.clone() })
        }
    }

    #[doc = "having done the last step is not leaving"]
    LastStepIsNotLeaving breaks ["EX-07"] {
        fn has_left(&self, facts: &StayFacts, now: Timestamp, settings: &Settings) -> Stay {
            Standard.has_left(&StayFacts { steps_done: false, ..*facts }, now, settings)
        }
    }

    #[doc = "the last step is over, although a rep is talking"]
    LeavesDuringTheChat breaks ["EX-20"] {
        fn has_left(&self, facts: &StayFacts, now: Timestamp, settings: &Settings) -> Stay {
            Standard.has_left(&StayFacts { rep_talks: false, ..*facts }, now, settings)
        }
    }

    #[doc = "the visitor has left, although a rep is awaited"]
    LeavesWhileARepIsAwaited breaks ["EX-05"] {
        fn has_left(&self, facts: &StayFacts, now: Timestamp, settings: &Settings) -> Stay {
            let steps_done = facts.steps_done || facts.rep_awaited;
            Standard.has_left(&StayFacts { steps_done, rep_awaited: false, ..*facts }, now, settings)
        }
    }

    #[doc = "leaving arms the push steps that were not reached"]
    UnreachedStepsAreArmed breaks ["EX-11d"] {
        fn departure(&self, steps: &[Step], reached: usize) -> Departure {
            let unreached = steps.iter().skip(reached).filter_map(|it| match it {
                Step::Push(push) => Some(push.clone()),
                _ => None,
            });
            Departure { made_up: unreached.collect(), ..Standard.departure(steps, reached) }
        }
    }

    #[doc = "an Experience without a push step creates a lead all the same"]
    LeadsHaveAThirdWay breaks ["EX-01", "TS-01"] {
        fn departure(&self, steps: &[Step], reached: usize) -> Departure {
            let departure = Standard.departure(steps, reached);
            let made_up = match departure.because {
                Some(Rule::NoPushStep) => vec![CREATE],
                _ => Vec::new(),
            };
            Departure { made_up, ..departure }
        }
    }

    #[doc = "nobody is told that the push step is missing or was not reached"]
    MissingStepIsNotTold violates [NoPushStep, StepNotReached] breaks ["TS-01", "EX-11d"] {
        fn departure(&self, steps: &[Step], reached: usize) -> Departure {
            Departure { because: None, ..Standard.departure(steps, reached) }
        }
    }
}
