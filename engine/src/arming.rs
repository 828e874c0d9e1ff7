//! Push steps between being reached and being sent: armed, latched, fired, armed again (requirements §4.4).
//!
//! A create keeps the owner candidate of its trigger and reads the payload when it is sent (K-40); an update reads both
//! when it fires.

use crate::{
    Action, ArmedState, Engine, Firing, FiringFacts, IntentId, NoteKind, OwnerFacts, PushAction,
    PushStep, PushTiming, Question, Rule, Rules, Trigger,
    engine::Todo,
    intent::{Ending, Intent, Work},
    visitor::{Armed, MeetingKind, Progress, Who},
};

impl<R: Rules> Engine<R> {
    /// A push step was reached. The intent to wait for, if the Experience waits for it (EX-12, EX-23).
    pub(crate) fn reach_push(&mut self, who: Who, step: &PushStep) -> Option<IntentId> {
        if step.timing == PushTiming::Now {
            self.trigger_later(who, step);
        }
        let id = self.arm(who, step)?;
        if step.timing == PushTiming::Wait {
            self.decided_plainly(who, Some(id), (Question::Trigger, Rule::Armed), None);
            return None;
        }
        self.trigger(who, Trigger::Reached, Some(id));
        let entry = self.visitor(who)?.entry.as_ref()?;
        entry.armed.iter().any(|it| it.intent == id && it.state == ArmedState::Fired).then_some(id)
    }

    /// A later step fires what is armed for the same destination.
    fn trigger_later(&mut self, who: Who, step: &PushStep) {
        let armed = self.visitor(who).and_then(|it| it.entry.as_ref()).map(|it| it.armed.iter());
        let same = armed.into_iter().flatten().filter(|it| it.to == step.to).map(|it| it.intent);
        for id in same.collect::<Vec<_>>() {
            self.trigger(who, Trigger::LaterStep(step.action), Some(id));
        }
    }

    /// Arms a push step.
    pub(crate) fn arm(&mut self, who: Who, step: &PushStep) -> Option<IntentId> {
        let cause = self.visitor(who)?.entry.as_ref()?.cause;
        let (action, work) = self.push_work(step.to, step.action);
        let id = self.open(who, action, cause, work);
        self.note_route(id);
        let PushStep { to, action, timing } = *step;
        let entry = self.visitor_mut(who)?.entry.as_mut()?;
        entry.armed.push(Armed { intent: id, to, action, timing, state: ArmedState::Armed });
        Some(id)
    }

    /// Something happened that may fire what is armed, or only this one.
    pub(crate) fn trigger(&mut self, who: Who, trigger: Trigger, only: Option<IntentId>) {
        let Some(entry) = self.visitor(who).and_then(|it| it.entry.as_ref()) else { return };
        let ids =
            entry.armed.iter().map(|it| it.intent).filter(|it| only.is_none_or(|id| id == *it));
        for id in ids.collect::<Vec<_>>() {
            if let Some((place, armed)) = self.armed_step(who, id) {
                self.trigger_one(who, place, armed, trigger);
            }
        }
    }

    fn armed_step(&self, who: Who, id: IntentId) -> Option<(usize, Armed)> {
        let armed = &self.visitor(who)?.entry.as_ref()?.armed;
        let place = armed.iter().position(|it| it.intent == id)?;
        Some((place, armed.get(place)?.clone()))
    }

    fn trigger_one(&mut self, who: Who, place: usize, armed: Armed, trigger: Trigger) {
        let armed = match self.rearm_early(who, place, &armed, trigger) {
            Some(rearmed) => rearmed,
            None => armed,
        };
        let incomplete = self.incomplete(who, &armed);
        let facts = FiringFacts { action: armed.action, state: armed.state, trigger, incomplete };
        let id = armed.intent;
        match self.rules.fire(&facts, &self.config.settings) {
            Firing::Fire(because) => {
                if armed.state == ArmedState::Armed {
                    self.capture(who, id, trigger == Trigger::Reached);
                }
                self.set_armed(who, id, ArmedState::Fired);
                self.decided_plainly(who, Some(id), (Question::Trigger, because), None);
                self.fired_by_event(id);
                self.fire(who, id);
            }
            Firing::Latch(because) => {
                self.capture(who, id, trigger == Trigger::Reached);
                self.set_armed(who, id, ArmedState::Latched);
                self.note_latched_trigger(who, id, facts);
                self.fired_by_event(id);
                self.decided_plainly(who, Some(id), (Question::Trigger, because), None);
            }
            Firing::Keep(because) => {
                let is_create = !matches!(armed.action, PushAction::Update(_));
                let is_late =
                    is_create && armed.timing == PushTiming::Wait && because == Rule::AlreadyFired;
                if trigger != Trigger::Learned && (is_late || because == Rule::OwnActionOnly) {
                    self.decided_plainly(who, Some(id), (Question::Trigger, because), None);
                }
            }
            Firing::GiveUp(because) => {
                if let Some(entry) = self.visitor_mut(who).and_then(|it| it.entry.as_mut()) {
                    entry.armed.retain(|it| it.intent != id);
                }
                let missing = self.missing_in_words(who);
                self.settle(id, Ending::no_op(because).saying(missing));
            }
        }
    }

    /// The trigger that is kept: the one by which a complete create would have been sent.
    fn note_latched_trigger(&mut self, who: Who, id: IntentId, facts: FiringFacts) {
        let complete = FiringFacts { incomplete: None, ..facts };
        if let Firing::Fire(because) = self.rules.fire(&complete, &self.config.settings) {
            self.decided_plainly(who, Some(id), (Question::Trigger, because), None);
        }
    }

    /// A repeating update that is still being sent fires again, behind itself, so that the latest values are not lost.
    fn rearm_early(
        &mut self,
        who: Who,
        place: usize,
        armed: &Armed,
        trigger: Trigger,
    ) -> Option<Armed> {
        let is_sending =
            armed.state == ArmedState::Fired && self.intents.contains_key(&armed.intent);
        let repeats = self.rules.rearms(armed.action, armed.timing, false, &self.config.settings);
        if !is_sending || !repeats || trigger == Trigger::Learned {
            return None;
        }
        self.rearm(who, place, armed)
    }

    fn rearm(&mut self, who: Who, place: usize, armed: &Armed) -> Option<Armed> {
        let cause = self.visitor(who)?.entry.as_ref()?.cause;
        let (action, work) = self.push_work(armed.to, armed.action);
        let intent = self.open(who, action, cause, work);
        self.decided_plainly(who, Some(intent), (Question::Trigger, Rule::Rearmed), None);
        let rearmed = Armed { intent, state: ArmedState::Armed, ..armed.clone() };
        *self.visitor_mut(who)?.entry.as_mut()?.armed.get_mut(place)? = rearmed.clone();
        Some(rearmed)
    }

    /// Push steps that wait for a trigger or for data.
    pub(crate) fn armed(&self, who: Who) -> usize {
        let armed =
            self.visitor(who).and_then(|it| it.entry.as_ref()).into_iter().flat_map(|it| &it.armed);
        armed.filter(|it| it.state != ArmedState::Fired).count()
    }

    fn fire(&mut self, who: Who, id: IntentId) {
        if self.intents.get(&id).is_some_and(Intent::may_create) {
            self.note(Some(who.into()), Some(id), NoteKind::Due);
        }
        self.begin(id);
    }

    /// By which rule a create would be incomplete; nothing is missing for somebody whom the CRM knows.
    fn incomplete(&self, who: Who, armed: &Armed) -> Option<Rule> {
        let visitor = self.visitor(who)?;
        if matches!(armed.action, PushAction::Update(_)) {
            return None;
        }
        if matches!(self.intents.get(&armed.intent).map(|it| &it.work), Some(Work::Beside(_))) {
            return visitor.key().is_none().then_some(Rule::NoEmail);
        }
        if visitor.record.is_some() {
            return None;
        }
        self.rules.missing(&visitor.profile, false, &self.config).because()
    }

    fn missing_in_words(&self, who: Who) -> String {
        self.visitor(who)
            .map(|it| self.rules.missing(&it.profile, false, &self.config).describe())
            .unwrap_or_default()
    }

    /// Whom the visitor has met up to this trigger.
    pub(crate) fn owner_facts(&self, who: Who, now_step: bool) -> OwnerFacts {
        let Some(visitor) = self.visitor(who) else { return OwnerFacts::default() };
        OwnerFacts {
            mapped: None,
            creator: None,
            first_chat: visitor.met_now(MeetingKind::Chat).next().map(|it| self.met(it)),
            last_chat: visitor.met_now(MeetingKind::Chat).next_back().map(|it| self.met(it)),
            meeting: visitor.met_now(MeetingKind::Booking).next().map(|it| self.met(it)),
            now_step,
        }
    }

    fn capture(&mut self, who: Who, id: IntentId, now_step: bool) {
        let facts = self.owner_facts(who, now_step);
        if let Some(work) = self.intents.get_mut(&id).and_then(Intent::person) {
            work.facts = facts;
        }
    }

    fn set_armed(&mut self, who: Who, id: IntentId, state: ArmedState) {
        let entry = self.visitor_mut(who).and_then(|it| it.entry.as_mut());
        if let Some(armed) = entry.and_then(|it| it.armed.iter_mut().find(|it| it.intent == id)) {
            armed.state = state;
        }
    }

    /// A create turned out to be incomplete after all: back to waiting for data, if the visitor is still there.
    pub(crate) fn latch_again(&mut self, id: IntentId) -> bool {
        let Some(who) = self.intents.get(&id).and_then(Intent::visitor) else { return false };
        let entry = self.visitor(who).and_then(|it| it.entry.as_ref());
        if !entry.is_some_and(|it| it.armed.iter().any(|it| it.intent == id)) {
            return false;
        }
        self.set_armed(who, id, ArmedState::Latched);
        self.decided_plainly(who, Some(id), (Question::Trigger, Rule::Latched), None);
        self.hold(id);
        self.go_on(who, |progress| *progress == Progress::Push(id));
        true
    }

    /// A push step's sync is settled: the step is over, or armed again.
    pub(crate) fn after_push(&mut self, who: Who, id: IntentId) {
        self.go_on(who, |progress| *progress == Progress::Push(id));
        let Some((place, armed)) = self.armed_step(who, id) else { return };
        if self.rules.rearms(armed.action, armed.timing, false, &self.config.settings) {
            self.rearm(who, place, &armed);
        }
    }

    /// The step that the visitor waits at is over, if it is the one meant.
    pub(crate) fn go_on(&mut self, who: Who, is_meant: impl FnOnce(&Progress) -> bool) {
        let Some(entry) = self.visitor_mut(who).and_then(|it| it.entry.as_mut()) else { return };
        if is_meant(&entry.progress) {
            entry.progress = Progress::Ready;
            self.todo.push_back(Todo::Steps(who));
        }
    }
}

pub(crate) fn action_of(action: PushAction) -> Action {
    match action {
        PushAction::Create => Action::Create,
        PushAction::Update(_) => Action::Update,
        PushAction::CreateOrUpdate(_) => Action::CreateOrUpdate,
    }
}
