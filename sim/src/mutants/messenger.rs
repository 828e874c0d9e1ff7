//! Calls, blocking and recordings, answered wrongly.

use engine::{
    BlockedArmed, CallMeaning, CallStage, Config, DeviceId, Firing, FiringFacts, Rule, Settings,
    Standard, Trigger,
};

use super::mutants;

/// The settings, with the other reading of what becomes of armed steps.
fn with(settings: &Settings, blocked_armed: BlockedArmed) -> Settings {
    Settings { blocked_armed, ..settings.clone() }
}

mutants! {
    #[doc = "a call counts as a message: it moves the Event's end"]
    CallIsAMessage violates [CallNoTrace] breaks ["EV-25"] {
        fn call_meaning(&self, stage: CallStage) -> CallMeaning {
            CallMeaning { is_message: true, ..Standard.call_meaning(stage) }
        }
    }

    #[doc = "a meeting that is booked in a call is lost with it: the call ends the chat"]
    CallBeginsAndEndsTheChat violates [CallNoTrace] breaks ["EV-25", "VV-32"] {
        fn call_meaning(&self, stage: CallStage) -> CallMeaning {
            CallMeaning { ends_chat: true, ..Standard.call_meaning(stage) }
        }
    }

    #[doc = "clicking End ends the chat as well"]
    EndEndsTheChat violates [CallEndKeepsChat] breaks ["VV-36"] {
        fn call_meaning(&self, stage: CallStage) -> CallMeaning {
            let ends_chat = stage == CallStage::Ended;
            CallMeaning { ends_chat, ..Standard.call_meaning(stage) }
        }
    }

    #[doc = "a chat falls idle while people talk"]
    CallHoldsNothing violates [CallNoTrace] breaks ["VV-36"] {
        fn call_meaning(&self, stage: CallStage) -> CallMeaning {
            CallMeaning { holds_chat: false, ..Standard.call_meaning(stage) }
        }
    }

    #[doc = "a call that ended holds the chat for ever"]
    EndedCallHolds violates [CallEndKeepsChat] breaks ["VV-36"] {
        fn call_meaning(&self, stage: CallStage) -> CallMeaning {
            CallMeaning { holds_chat: true, ..Standard.call_meaning(stage) }
        }
    }

    #[doc = "what is armed fires when the visitor is blocked, whatever the setting"]
    BlockedStepsFire violates [BlockedCancels, VisitorBlocked] breaks ["VV-30"] {
        fn fire(&self, facts: &FiringFacts, settings: &Settings) -> Firing {
            Standard.fire(facts, &with(settings, BlockedArmed::Fire))
        }
    }

    #[doc = "what is armed is cancelled when the visitor is blocked, whatever the setting"]
    BlockedStepsAreCancelled violates [BlockedFires] breaks ["VV-30"] {
        fn fire(&self, facts: &FiringFacts, settings: &Settings) -> Firing {
            Standard.fire(facts, &with(settings, BlockedArmed::Cancel))
        }
    }

    #[doc = "a block leaves armed steps armed"]
    BlockFiresNothing violates [VisitorBlocked] breaks ["VV-30"] {
        fn fire(&self, facts: &FiringFacts, settings: &Settings) -> Firing {
            match facts.trigger {
                Trigger::Blocked => Firing::Keep(Rule::Armed),
                _ => Standard.fire(facts, settings),
            }
        }
    }

    #[doc = "a push that was fired is sent, though its visitor was blocked meanwhile"]
    UnsentPushesStay violates [BlockedCancels] breaks ["VV-30"] {
        fn withdraws(&self, _settings: &Settings) -> Option<Rule> {
            None
        }
    }

    #[doc = "a push that was fired and not sent is withdrawn, whatever the setting"]
    UnsentPushesGo violates [BlockedFires] breaks ["VV-30"] {
        fn withdraws(&self, settings: &Settings) -> Option<Rule> {
            Standard.withdraws(&with(settings, BlockedArmed::Cancel))
        }
    }

    #[doc = "blocked visitors enter Experiences as everybody does"]
    BlockedVisitorsEnter violates [BlockedEntersNone, VisitorBlocked] breaks ["VV-30"] {
        fn may_enter(&self, _is_blocked: bool) -> Result<(), Rule> {
            Ok(())
        }
    }

    #[doc = "nobody enters an Experience"]
    NobodyEnters violates [BlockedEntersNone] breaks ["VV-30"] {
        fn may_enter(&self, _is_blocked: bool) -> Result<(), Rule> {
            Err(Rule::BlockedEntersNone)
        }
    }

    #[doc = "a second conversation is not taken for the same recording's"]
    RecordingNeverExtended violates [RecordingExtended] breaks ["PB-05"] {
        fn extends_recording(&self, _conversations: u32) -> Option<Rule> {
            None
        }
    }

    #[doc = "a first conversation is said to extend a recording"]
    RecordingAlwaysExtended violates [RecordingExtended] breaks ["PB-05"] {
        fn extends_recording(&self, conversations: u32) -> Option<Rule> {
            Standard.extends_recording(conversations + 1)
        }
    }

    #[doc = "every device has the same link"]
    OneLinkForAll breaks ["PB-01", "PB-07d"] {
        fn playback_url(&self, config: &Config, _device: &DeviceId) -> String {
            Standard.playback_url(config, &"anybody".into())
        }
    }
}
