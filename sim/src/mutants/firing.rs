//! When an armed step fires, answered wrongly.

use engine::{
    ArmedState, Firing, FiringFacts, OnIncomplete, PushAction, PushTiming, Rule, Rules, Settings,
    Standard, Trigger, WaitUpdate,
};

use super::mutants;

fn is_create(facts: FiringFacts) -> bool {
    !matches!(facts.action, PushAction::Update(_))
}

/// The step stays armed at this trigger.
fn unless(facts: FiringFacts, settings: &Settings, deaf: bool) -> Firing {
    if deaf && facts.state == ArmedState::Armed {
        Firing::Keep(Rule::Armed)
    } else {
        Standard.fire(&facts, settings)
    }
}

/// The step fires at whatever else it would have been kept for.
fn at_once(firing: Firing, because: Rule) -> Firing {
    match firing {
        Firing::Keep(_) => Firing::Fire(because),
        other => other,
    }
}

mutants! {
    #[doc = "reaching a wait step fires it as soon as anything is learned"]
    WaitStepDoesNotWait violates [Armed, ProfileOnly] breaks ["EX-05", "VI-04", "EX-03"] {
        fn fire(&self, facts: &FiringFacts, settings: &Settings) -> Firing {
            let firing = Standard.fire(facts, settings);
            if facts.trigger == Trigger::Learned && facts.incomplete.is_none() {
                at_once(firing, Rule::NowStep)
            } else {
                firing
            }
        }
    }

    #[doc = "a rep's start does not fire an armed create"]
    RepStartCreatesNothing violates [RepStarted] breaks ["EX-06", "AS-07", "EX-04", "LC-01"] {
        fn fire(&self, facts: &FiringFacts, settings: &Settings) -> Firing {
            unless(*facts, settings, facts.trigger == Trigger::RepStarted && is_create(*facts))
        }
    }

    #[doc = "a rep's start does not fire an armed update"]
    RepStartUpdatesNothing violates [RepStarted] breaks ["EX-19"] {
        fn fire(&self, facts: &FiringFacts, settings: &Settings) -> Firing {
            unless(*facts, settings, facts.trigger == Trigger::RepStarted && !is_create(*facts))
        }
    }

    #[doc = "leaving does not fire an armed create"]
    LeavingCreatesNothing violates [LeftExperience] breaks ["EX-07", "TS-02", "EX-04", "LC-01", "EX-02"] {
        fn fire(&self, facts: &FiringFacts, settings: &Settings) -> Firing {
            if facts.trigger == Trigger::Left && is_create(*facts) {
                Firing::GiveUp(Rule::StepNotReached)
            } else {
                Standard.fire(facts, settings)
            }
        }
    }

    #[doc = "leaving does not fire an armed update"]
    LeavingUpdatesNothing violates [LeftExperience] breaks ["EX-20"] {
        fn fire(&self, facts: &FiringFacts, settings: &Settings) -> Firing {
            if facts.trigger == Trigger::Left && !is_create(*facts) {
                Firing::GiveUp(Rule::StepNotReached)
            } else {
                Standard.fire(facts, settings)
            }
        }
    }

    #[doc = "a later create-now step does not fire an armed create"]
    LaterCreateFiresNothing violates [LaterNowStep] breaks ["EX-08"] {
        fn fire(&self, facts: &FiringFacts, settings: &Settings) -> Firing {
            unless(*facts, settings, facts.trigger == Trigger::LaterStep(PushAction::Create))
        }
    }

    #[doc = "a later update-now step does not fire an armed update"]
    LaterUpdateFiresNothing violates [LaterNowStep] breaks ["EX-21"] {
        fn fire(&self, facts: &FiringFacts, settings: &Settings) -> Firing {
            unless(*facts, settings, matches!(facts.trigger, Trigger::LaterStep(PushAction::Update(_))))
        }
    }

    #[doc = "a create-or-update step does not fire an armed create"]
    CreateOrUpdateFiresNoCreate violates [CreateOrUpdateStep] breaks ["EX-09"] {
        fn fire(&self, facts: &FiringFacts, settings: &Settings) -> Firing {
            let deaf = matches!(facts.trigger, Trigger::LaterStep(PushAction::CreateOrUpdate(_)));
            unless(*facts, settings, deaf && is_create(*facts))
        }
    }

    #[doc = "a create-or-update step does not fire an armed update"]
    CreateOrUpdateFiresNoUpdate breaks ["EX-09", "EX-21"] {
        fn fire(&self, facts: &FiringFacts, settings: &Settings) -> Firing {
            let deaf = matches!(facts.trigger, Trigger::LaterStep(PushAction::CreateOrUpdate(_)));
            unless(*facts, settings, deaf && !is_create(*facts))
        }
    }

    #[doc = "a now step fires what is armed for the other action, too"]
    NowStepFiresTheOtherAction violates [OwnActionOnly] breaks ["EX-28d"] {
        fn fire(&self, facts: &FiringFacts, settings: &Settings) -> Firing {
            match Standard.fire(facts, settings) {
                Firing::Keep(Rule::OwnActionOnly) => Firing::Fire(Rule::LaterNowStep),
                other => other,
            }
        }
    }

    #[doc = "an update-now step fires an armed create"]
    UpdateNowFiresTheCreate violates [OwnActionOnly] breaks ["EX-28d", "EX-08"] {
        fn fire(&self, facts: &FiringFacts, settings: &Settings) -> Firing {
            match (Standard.fire(facts, settings), facts.action) {
                (Firing::Keep(Rule::OwnActionOnly), PushAction::Create) => {
                    Firing::Fire(Rule::LaterNowStep)
                }
                (other, _) => other,
            }
        }
    }

    #[doc = "a create-now step fires an armed update"]
    CreateNowFiresTheUpdate violates [OwnActionOnly] breaks ["EX-28d"] {
        fn fire(&self, facts: &FiringFacts, settings: &Settings) -> Firing {
            match (Standard.fire(facts, settings), facts.action) {
                (Firing::Keep(Rule::OwnActionOnly), PushAction::Update(_)) => {
                    Firing::Fire(Rule::LaterNowStep)
                }
                (other, _) => other,
            }
        }
    }

    #[doc = "a now step only arms itself"]
    NowStepOnlyArms violates [NowStep] breaks ["EX-02", "EX-03", "EX-04", "EX-12", "EX-13", "EX-16", "EX-23", "EX-24"] {
        fn fire(&self, facts: &FiringFacts, settings: &Settings) -> Firing {
            unless(*facts, settings, facts.trigger == Trigger::Reached)
        }
    }

    #[doc = "a create that was sent fires again"]
    CreateFiresAgain violates [AlreadyFired] breaks ["EX-10d"] {
        fn fire(&self, facts: &FiringFacts, settings: &Settings) -> Firing {
            if facts.trigger == Trigger::Learned {
                Standard.fire(facts, settings)
            } else {
                at_once(Standard.fire(facts, settings), Rule::LeftExperience)
            }
        }
        fn rearms(&self, action: PushAction, timing: PushTiming, has_left: bool, settings: &Settings) -> bool {
            let repeats = action == PushAction::Create && timing == PushTiming::Wait && !has_left;
            repeats || Standard.rearms(action, timing, has_left, settings)
        }
    }

    #[doc = "an incomplete create is sent at its trigger all the same"]
    IncompleteIsSent violates [Latched] breaks ["EX-06", "MP-05d"] {
        fn fire(&self, facts: &FiringFacts, settings: &Settings) -> Firing {
            Standard.fire(&FiringFacts { incomplete: None, ..*facts }, settings)
        }
    }

    #[doc = "an incomplete create always fails at its trigger, whatever the setting"]
    IncompleteAlwaysFails breaks ["EX-06", "MP-05d"] {
        fn fire(&self, facts: &FiringFacts, settings: &Settings) -> Firing {
            Standard.fire(facts, &Settings { on_incomplete: OnIncomplete::Fail, ..settings.clone() })
        }
    }

    #[doc = "an incomplete create always waits for the data, whatever the setting"]
    IncompleteAlwaysWaits breaks ["EX-06", "MP-05d"] {
        fn fire(&self, facts: &FiringFacts, settings: &Settings) -> Firing {
            Standard.fire(facts, &Settings { on_incomplete: OnIncomplete::Latch, ..settings.clone() })
        }
    }

    #[doc = "an incomplete create stays armed: the next trigger decides the owner"]
    IncompleteStaysArmed breaks ["EX-06"] {
        fn fire(&self, facts: &FiringFacts, settings: &Settings) -> Firing {
            match Standard.fire(facts, settings) {
                Firing::Latch(_) => Firing::Keep(Rule::Armed),
                other => other,
            }
        }
    }

    #[doc = "a latched create is not sent when its data are complete"]
    LatchedNeverFires violates [LatchedComplete] breaks ["EX-06", "EX-27d", "MP-05d"] {
        fn fire(&self, facts: &FiringFacts, settings: &Settings) -> Firing {
            match (facts.state, facts.trigger) {
                (ArmedState::Latched, Trigger::Left) => Firing::GiveUp(Rule::RequiredMissing),
                (ArmedState::Latched, _) => Firing::Keep(Rule::Latched),
                _ => Standard.fire(facts, settings),
            }
        }
    }

    #[doc = "why a create was given up is not said"]
    GivingUpSaysNothing violates [RequiredMissing] breaks ["EX-07", "MP-05d"] {
        fn fire(&self, facts: &FiringFacts, settings: &Settings) -> Firing {
            match Standard.fire(facts, settings) {
                Firing::GiveUp(_) => Firing::GiveUp(Rule::StepNotReached),
                other => other,
            }
        }
    }

    #[doc = "a wait-update fires once, whatever the setting"]
    WaitUpdateAlwaysOnce violates [Rearmed] breaks ["EX-19", "EX-20", "EX-22"] {
        fn rearms(&self, action: PushAction, timing: PushTiming, has_left: bool, settings: &Settings) -> bool {
            let once = Settings { wait_update: WaitUpdate::Once, ..settings.clone() };
            Standard.rearms(action, timing, has_left, &once)
        }
    }

    #[doc = "a wait-update always fires again, whatever the setting"]
    WaitUpdateNeverOnce breaks ["EX-22"] {
        fn rearms(&self, action: PushAction, timing: PushTiming, has_left: bool, settings: &Settings) -> bool {
            let again = Settings { wait_update: WaitUpdate::UntilLeave, ..settings.clone() };
            Standard.rearms(action, timing, has_left, &again)
        }
    }

    #[doc = "an update-now step is armed again after it fired"]
    UpdateNowFiresAgain breaks ["EX-23"] {
        fn rearms(&self, action: PushAction, _timing: PushTiming, has_left: bool, settings: &Settings) -> bool {
            Standard.rearms(action, PushTiming::Wait, has_left, settings)
        }
    }

    #[doc = "a create is armed again after it fired"]
    CreateIsArmedAgain breaks ["EX-10d"] {
        fn rearms(&self, action: PushAction, timing: PushTiming, has_left: bool, settings: &Settings) -> bool {
            let repeats = action == PushAction::Create && timing == PushTiming::Wait && !has_left;
            repeats || Standard.rearms(action, timing, has_left, settings)
        }
    }

    #[doc = "a pounce does not fire what is armed"]
    PounceFiresNothing violates [Pounced] breaks ["MS-02", "EX-06"] {
        fn fire(&self, facts: &FiringFacts, settings: &Settings) -> Firing {
            unless(*facts, settings, facts.trigger == Trigger::Pounced)
        }
    }

    #[doc = "a pounce without anything armed is said to fire it"]
    PounceAloneIsATrigger violates [PounceManualOnly] breaks ["MS-02"] {
        fn pounce(&self, _armed: usize) -> Rule {
            Rule::Pounced
        }
    }

    #[doc = "a pounce with something armed is said to leave the lead to the rep"]
    PounceIsAlwaysManual violates [Pounced] breaks ["MS-02"] {
        fn pounce(&self, _armed: usize) -> Rule {
            Rule::PounceManualOnly
        }
    }
}
