//! Does an armed push step fire?
//!
//! Reaching a wait step only arms it (EX-05, EX-19). A rep's start (EX-06), the visitor's leaving (EX-07, EX-20), a later
//! now step of the same action (EX-08, EX-21, EX-28d) or a create-or-update-now step (EX-09) fire it. A now step is armed
//! and triggered in one instant (EX-12, EX-23). The first trigger of a create wins, the others find it fired (EX-10d).
//!
//! A create whose data are incomplete is latched: it keeps its trigger and its owner candidate and is sent when the last
//! value arrives, or fails when the visitor leaves first (K-40). An update needs no completeness; a wait-update re-arms
//! after firing until the visitor leaves (K-41). A pounce fires what is armed; without anything armed only the rep can
//! create the lead (MS-02, K-44).

use crate::{OnIncomplete, PushAction, PushTiming, Rule, Settings, WaitUpdate};

/// Where an armed step stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ArmedState {
    /// Reached, and waiting for a trigger.
    Armed,
    /// Triggered, and waiting for data.
    Latched,
    /// Sent, or given up.
    Fired,
}

/// What may fire a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Trigger {
    /// The step itself was reached, and its timing is "now".
    Reached,
    /// A rep started a conversation.
    RepStarted,
    /// A rep pounced.
    Pounced,
    /// The visitor left the Experience.
    Left,
    /// A later step with timing "now" and this action was reached.
    LaterStep(PushAction),
    /// A value of the profile, or a match, arrived.
    Learned,
}

/// What is known of a step when something may fire it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FiringFacts {
    /// The step's action.
    pub action: PushAction,
    /// Where it stands.
    pub state: ArmedState,
    /// What happened.
    pub trigger: Trigger,
    /// By which rule a create would be incomplete; `None` when nothing is missing, or when the visitor matches a record,
    /// so that nothing would be inserted.
    pub incomplete: Option<Rule>,
}

/// What becomes of an armed step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Firing {
    /// It is sent now.
    Fire(Rule),
    /// It keeps the trigger and waits for the data.
    Latch(Rule),
    /// It stays as it is.
    Keep(Rule),
    /// It ends without being sent.
    GiveUp(Rule),
}

/// Decides whether a step fires.
pub fn fire(facts: &FiringFacts, settings: &Settings) -> Firing {
    match facts.state {
        ArmedState::Fired => Firing::Keep(Rule::AlreadyFired),
        ArmedState::Latched => latched(facts),
        ArmedState::Armed => armed(facts, settings),
    }
}

/// Whether a step is armed again after firing.
pub fn rearms(action: PushAction, timing: PushTiming, has_left: bool, settings: &Settings) -> bool {
    let repeats = settings.wait_update == WaitUpdate::UntilLeave && timing == PushTiming::Wait;
    repeats && !has_left && matches!(action, PushAction::Update(_))
}

/// What a pounce means when `armed` steps wait.
pub fn pounce(armed: usize) -> Rule {
    if armed == 0 { Rule::PounceManualOnly } else { Rule::Pounced }
}

fn latched(facts: &FiringFacts) -> Firing {
    match (facts.incomplete, facts.trigger) {
        (None, _) => Firing::Fire(Rule::LatchedComplete),
        (Some(because), Trigger::Left) => Firing::GiveUp(because),
        (Some(_), _) => Firing::Keep(Rule::Latched),
    }
}

fn armed(facts: &FiringFacts, settings: &Settings) -> Firing {
    let because = match facts.trigger {
        Trigger::Learned => return Firing::Keep(Rule::Armed),
        Trigger::LaterStep(PushAction::CreateOrUpdate(_)) => Rule::CreateOrUpdateStep,
        Trigger::LaterStep(later) if !is_same_action(later, facts.action) => {
            return Firing::Keep(Rule::OwnActionOnly);
        }
        Trigger::LaterStep(_) => Rule::LaterNowStep,
        Trigger::Reached if matches!(facts.action, PushAction::CreateOrUpdate(_)) => {
            Rule::CreateOrUpdateStep
        }
        Trigger::Reached => Rule::NowStep,
        Trigger::RepStarted => Rule::RepStarted,
        Trigger::Pounced => Rule::Pounced,
        Trigger::Left => Rule::LeftExperience,
    };
    let creates = !matches!(facts.action, PushAction::Update(_));
    match facts.incomplete.filter(|_| creates) {
        None => Firing::Fire(because),
        Some(missing) if facts.trigger == Trigger::Left => Firing::GiveUp(missing),
        Some(missing) if settings.on_incomplete == OnIncomplete::Fail => Firing::GiveUp(missing),
        Some(_) => Firing::Latch(Rule::Latched),
    }
}

fn is_same_action(one: PushAction, other: PushAction) -> bool {
    matches!(
        (one, other),
        (PushAction::Create, PushAction::Create)
            | (PushAction::Update(_), PushAction::Update(_))
            | (PushAction::CreateOrUpdate(_), PushAction::CreateOrUpdate(_))
    )
}
