//! What becomes of a visitor whom a rep blocks and reports?
//!
//! No automatic lead comes of a blocked visitor unless it is written already: armed and latched steps end (the firing rules
//! say so, K-38), and so does a push that was fired and not sent. From then on the visitor's device enters no Experience
//! (VV-30). The Event of the blocked conversation is written as ever, and a rep's manual sync stays possible.

use std::collections::{BTreeSet, VecDeque};

use crate::{
    Action, BlockedArmed, DeviceId, Engine, Question, RepId, Rule, Rules, Settings, SourceEvent,
    Trigger,
    intent::{Ending, Stage},
    limits,
    visitor::Who,
};

/// Whether a visitor may enter an Experience; why not.
pub fn may_enter(is_blocked: bool) -> Result<(), Rule> {
    if is_blocked { Err(Rule::BlockedEntersNone) } else { Ok(()) }
}

/// Whether a push that was fired and not sent ends when its visitor is blocked; why.
pub fn withdraws(settings: &Settings) -> Option<Rule> {
    (settings.blocked_armed == BlockedArmed::Cancel).then_some(Rule::BlockedCancels)
}

/// The devices whose visitors were blocked.
#[derive(Debug, Default)]
pub(crate) struct Blocked {
    devices: BTreeSet<DeviceId>,
    order: VecDeque<DeviceId>,
}

impl Blocked {
    fn add(&mut self, device: &DeviceId) {
        if self.devices.insert(device.clone()) {
            self.order.push_back(device.clone());
        }
        while self.order.len() > limits::BLOCKED_DEVICES_MAX {
            let Some(oldest) = self.order.pop_front() else { return };
            self.devices.remove(&oldest);
        }
    }

    pub(crate) fn has(&self, device: &DeviceId) -> bool {
        self.devices.contains(device)
    }
}

impl<R: Rules> Engine<R> {
    /// A rep blocks and reports the visitor.
    pub(crate) fn on_blocked(&mut self, who: Who, event: &SourceEvent, rep: &RepId) {
        let Some(device) = self.visitor(who).map(|it| it.device.clone()) else { return };
        self.blocked.add(&device);
        self.sources.explain(event.id, Rule::VisitorBlocked);
        let chosen = Some(rep.to_string());
        self.decided_plainly(who, None, (Question::Trigger, Rule::VisitorBlocked), chosen);
        self.trigger(who, Trigger::Blocked, None);
        if let Some(because) = self.rules.withdraws(&self.config.settings) {
            self.withdraw_unsent(who, because);
        }
        let Some(visitor) = self.visitor_mut(who) else { return };
        visitor.entry = None;
        visitor.in_call = false;
        if let Some(talk) = &mut visitor.talk {
            talk.holder = None;
        }
        self.todo.push_back(crate::engine::Todo::Waiting(who));
    }

    /// Pushes that were fired and are not written yet. One that is being written ends when it turns out that it was not.
    fn withdraw_unsent(&mut self, who: Who, because: Rule) {
        let mut unsent = Vec::new();
        for (id, intent) in &mut self.intents {
            let is_push =
                matches!(intent.action, Action::Create | Action::Update | Action::CreateOrUpdate);
            let is_before_the_write =
                matches!(intent.stage, Stage::Waiting | Stage::Searching(_) | Stage::Pausing);
            if intent.visitor() == Some(who)
                && is_push
                && let Some(work) = intent.person()
                && work.withdraw(because)
                && is_before_the_write
            {
                unsent.push(*id);
            }
        }
        for id in unsent {
            self.settle(id, Ending::no_op(because));
        }
    }

    /// Whether the visitor may enter an Experience now; says so if not.
    pub(crate) fn may_enter(&mut self, who: Who, event: &SourceEvent) -> bool {
        let is_blocked = self.visitor(who).is_some_and(|it| self.blocked.has(&it.device));
        let Err(because) = self.rules.may_enter(is_blocked) else { return true };
        self.sources.explain(event.id, because);
        self.decided_plainly(who, None, (Question::Trigger, because), None);
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_blocked_visitor_enters_nothing() {
        assert_eq!(may_enter(true), Err(Rule::BlockedEntersNone));
        assert_eq!(may_enter(false), Ok(()));
    }

    #[test]
    fn what_was_not_sent_is_withdrawn_unless_the_setting_says_otherwise() {
        let mut settings = Settings::default();
        assert_eq!(withdraws(&settings), Some(Rule::BlockedCancels));
        settings.blocked_armed = BlockedArmed::Fire;
        assert_eq!(withdraws(&settings), None);
    }

    #[test]
    fn the_longest_blocked_are_forgotten_first() {
        let mut blocked = Blocked::default();
        for number in 0..=limits::BLOCKED_DEVICES_MAX {
            blocked.add(&number.to_string().as_str().into());
        }
        assert!(!blocked.has(&"0".into()));
        assert!(blocked.has(&"1".into()));
    }
}
