//! Does an armed push step fire?
//!
//! Reaching a wait step only arms it (EX-05, EX-19). A rep's start (EX-06), the visitor's leaving (EX-07, EX-20), a later
//! now step of the same action (EX-08, EX-21, EX-28d) or a create-or-update-now step (EX-09) fire it. A now step is armed
//! and triggered in one instant (EX-12, EX-23). The first trigger of a create wins, the others find it fired (EX-10d).
//!
//! A create whose data are incomplete is latched: it keeps its trigger and its owner candidate and is sent when the last
//! value arrives, or fails when the visitor leaves first (K-40). An update needs no completeness; a wait-update re-arms
//! after firing until the visitor leaves (K-41). A pounce fires what is armed; without anything armed only the rep can
//! create the lead (MS-02, K-44). A rep who blocks the visitor ends what is armed, or fires it by setting (K-38).

use crate::{BlockedArmed, OnIncomplete, PushAction, PushTiming, Rule, Settings, WaitUpdate};

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
    /// A rep blocked and reported the visitor.
    Blocked,
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
        _ if facts.trigger == Trigger::Blocked
            && settings.blocked_armed == BlockedArmed::Cancel =>
        {
            Firing::GiveUp(Rule::BlockedCancels)
        }
        ArmedState::Latched => latched(*facts),
        ArmedState::Armed => armed(*facts, settings),
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

fn latched(facts: FiringFacts) -> Firing {
    match (facts.incomplete, facts.trigger) {
        (None, _) => Firing::Fire(Rule::LatchedComplete),
        (Some(because), Trigger::Left | Trigger::Blocked) => Firing::GiveUp(because),
        (Some(_), _) => Firing::Keep(Rule::Latched),
    }
}

fn armed(facts: FiringFacts, settings: &Settings) -> Firing {
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
        Trigger::Blocked => Rule::BlockedFires,
    };
    let creates = !matches!(facts.action, PushAction::Update(_));
    match facts.incomplete.filter(|_| creates) {
        None => Firing::Fire(because),
        Some(missing) if matches!(facts.trigger, Trigger::Left | Trigger::Blocked) => {
            Firing::GiveUp(missing)
        }
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

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;
    use crate::{UpdateScope, acme};

    const UPDATE: PushAction = PushAction::Update(UpdateScope::AnyMatch);
    const EITHER: PushAction = PushAction::CreateOrUpdate(UpdateScope::AnyMatch);

    #[test]
    fn the_four_triggers_fire_an_armed_create() {
        check("create armed rep_started", expect!["fire: trigger.rep_started"]);
        check("create armed left", expect!["fire: trigger.left_experience"]);
        check("create armed later_create", expect!["fire: trigger.later_now_step"]);
        check(
            "create armed later_create_or_update",
            expect!["fire: trigger.create_or_update_step"],
        );
    }

    #[test]
    fn a_pounce_fires_what_is_armed() {
        check("create armed pounced", expect!["fire: trigger.pounced"]);
        assert_eq!(pounce(1), Rule::Pounced);
        assert_eq!(pounce(0), Rule::PounceManualOnly);
    }

    #[test]
    fn blocking_the_visitor_ends_what_is_armed_unless_it_is_to_fire() {
        check("create armed blocked", expect!["give up: call.blocked_cancels"]);
        check("create latched blocked incomplete", expect!["give up: call.blocked_cancels"]);
        check("create fired blocked", expect!["keep: trigger.already_fired"]);
        let settings = Settings { blocked_armed: BlockedArmed::Fire, ..Settings::default() };
        let facts = read("update armed blocked");
        assert_eq!(fire(&facts, &settings), Firing::Fire(Rule::BlockedFires));
        let facts = read("create armed blocked incomplete");
        assert_eq!(fire(&facts, &settings), Firing::GiveUp(Rule::RequiredMissing));
    }

    #[test]
    fn a_now_step_fires_when_it_is_reached() {
        check("create armed reached", expect!["fire: trigger.now_step"]);
        check("update armed reached", expect!["fire: trigger.now_step"]);
        check("create_or_update armed reached", expect!["fire: trigger.create_or_update_step"]);
    }

    #[test]
    fn a_now_step_fires_only_its_own_action() {
        check("create armed later_update", expect!["keep: trigger.own_action_only"]);
        check("update armed later_create", expect!["keep: trigger.own_action_only"]);
        check("update armed later_update", expect!["fire: trigger.later_now_step"]);
        check(
            "update armed later_create_or_update",
            expect!["fire: trigger.create_or_update_step"],
        );
    }

    #[test]
    fn the_first_trigger_wins() {
        check("create fired left", expect!["keep: trigger.already_fired"]);
        check("create fired rep_started", expect!["keep: trigger.already_fired"]);
    }

    #[test]
    fn an_incomplete_create_is_latched_until_the_last_value_arrives() {
        check("create armed rep_started incomplete", expect!["latch: trigger.latched"]);
        check("create latched learned incomplete", expect!["keep: trigger.latched"]);
        check("create latched rep_started incomplete", expect!["keep: trigger.latched"]);
        check("create latched learned", expect!["fire: trigger.latched_complete"]);
    }

    #[test]
    fn an_incomplete_create_fails_when_the_visitor_leaves() {
        check("create armed left incomplete", expect!["give up: sync.required_missing"]);
        check("create latched left incomplete", expect!["give up: sync.required_missing"]);
    }

    #[test]
    fn an_incomplete_create_may_fail_at_once() {
        let facts = read("create armed rep_started incomplete");
        let settings = acme::config_with("on_incomplete: fail").settings;
        assert_eq!(fire(&facts, &settings), Firing::GiveUp(Rule::RequiredMissing));
    }

    #[test]
    fn an_update_needs_no_completeness() {
        check("update armed rep_started incomplete", expect!["fire: trigger.rep_started"]);
        check("update armed left incomplete", expect!["fire: trigger.left_experience"]);
    }

    #[test]
    fn a_value_alone_fires_nothing_that_is_only_armed() {
        check("create armed learned", expect!["keep: trigger.armed"]);
    }

    #[test]
    fn a_wait_update_rearms_until_the_visitor_leaves() {
        let settings = acme::config().settings;
        assert!(rearms(UPDATE, PushTiming::Wait, false, &settings));
        assert!(!rearms(UPDATE, PushTiming::Wait, true, &settings));
        assert!(!rearms(UPDATE, PushTiming::Now, false, &settings));
        assert!(!rearms(PushAction::Create, PushTiming::Wait, false, &settings));
        let settings = acme::config_with("wait_update: once").settings;
        assert!(!rearms(UPDATE, PushTiming::Wait, false, &settings));
    }

    /// `action state trigger [incomplete]`
    #[track_caller]
    fn check(text: &str, expect: Expect) {
        let actual = match fire(&read(text), &acme::config().settings) {
            Firing::Fire(rule) => format!("fire: {rule}"),
            Firing::Latch(rule) => format!("latch: {rule}"),
            Firing::Keep(rule) => format!("keep: {rule}"),
            Firing::GiveUp(rule) => format!("give up: {rule}"),
        };
        expect.assert_eq(&actual);
    }

    fn read(text: &str) -> FiringFacts {
        let words: Vec<&str> = text.split(' ').collect();
        let trigger = match words[2] {
            "reached" => Trigger::Reached,
            "rep_started" => Trigger::RepStarted,
            "pounced" => Trigger::Pounced,
            "left" => Trigger::Left,
            "learned" => Trigger::Learned,
            "blocked" => Trigger::Blocked,
            later => Trigger::LaterStep(action(later.trim_start_matches("later_"))),
        };
        let state = match words[1] {
            "armed" => ArmedState::Armed,
            "latched" => ArmedState::Latched,
            _ => ArmedState::Fired,
        };
        let incomplete = words.contains(&"incomplete").then_some(Rule::RequiredMissing);
        FiringFacts { action: action(words[0]), state, trigger, incomplete }
    }

    fn action(word: &str) -> PushAction {
        match word {
            "create" => PushAction::Create,
            "update" => UPDATE,
            _ => EITHER,
        }
    }
}
