//! The engine's process: what it is told, what it wants, and how it dies, starts again or is taken over from.

use std::collections::VecDeque;

use engine::{CallId, CrmCall, Effect, Input, Rules, SourceEvent};

use super::{Next, World};
use crate::{
    faults::WorldFault,
    journal::{Sent, What},
    subject::Subject,
};

impl<R: Rules + Clone> World<'_, R> {
    /// Tells the engine what happened on the website: at once, late, or at once and again.
    pub(super) fn tell(&mut self, seq: u64, event: SourceEvent) {
        let now = self.clock.now();
        let late = self.disturbed.hit(WorldFault::ReorderedDelivery, now);
        let again = self.disturbed.hit(WorldFault::DuplicateDelivery, now);
        for by in [late, again].into_iter().flatten() {
            let told = Next::Told { cause: seq, event: Box::new(event.clone()) };
            self.delayed += 1;
            self.agenda.add(now.saturating_add(by.max(0)), told);
        }
        if late.is_none() {
            self.feed(seq, Input::Event(event));
        }
    }

    /// Delivers a call and takes its whole answer, which reaches the engine after the latency.
    pub(super) fn deliver(&mut self, life: u32, cause: u64, id: CallId, call: CrmCall) {
        let now = self.clock.now();
        let before = self.faults_fired();
        let (carried, fault) = match &call {
            CrmCall::Beside { system, call } => self.beside.carry_out_noting(*system, id, call),
            call => (self.crm.carry_out(id, call), self.fault_since(&before)),
        };
        let sent = Sent { id, call, delivered: carried.delivered, fault };
        let seq = self.journal.add(now, cause, What::Sent(Box::new(sent)));
        self.write_changes(seq);
        self.write_beside(seq);
        let slow_ms = i64::try_from(carried.slow_ms).unwrap_or(i64::MAX);
        let at = now.saturating_add(self.latency.of_call(id.0)).saturating_add(slow_ms);
        self.in_flight += usize::from(life == self.life);
        let answer = carried.answer;
        self.agenda.add(at, Next::Answer { life, call: seq, id, answer });
    }

    /// Gives the engine an input and carries out what it wants; what it stores, it hears of at the same instant.
    pub(super) fn feed(&mut self, cause: u64, input: Input) {
        if self.elder_life.is_some() && matches!(input, Input::Event(_)) {
            self.feed_elder(cause, input.clone());
        }
        let mut inputs = VecDeque::from([input]);
        let mut effects = std::mem::take(&mut self.effects);
        while let Some(input) = inputs.pop_front() {
            self.subject.step(self.clock.now(), input, &mut effects);
            for effect in effects.drain(..) {
                self.carry_out(cause, effect, &mut inputs);
            }
        }
        self.effects = effects;
    }

    pub(super) fn carry_out(&mut self, cause: u64, effect: Effect, inputs: &mut VecDeque<Input>) {
        let (now, life) = (self.clock.now(), self.life);
        match effect {
            Effect::Call { id, call } => {
                self.agenda.add(now, Next::Arrival { life, cause, id, call });
            }
            Effect::Store(entry) => {
                inputs.push_back(Input::Stored(entry.id));
                self.subject.store(entry);
            }
            Effect::Timer(timer) => {
                self.alarms += usize::from(!timer.recurring);
                let at = timer.at.0.max(now);
                let alarm = Next::Alarm { life, cause, id: timer.id, recurring: timer.recurring };
                self.agenda.add(at, alarm);
            }
            Effect::Say { visitor, text } => {
                self.messenger.bot_says(now, visitor.as_str(), &text);
            }
            Effect::Note(note) => {
                self.journal.add(now, cause, What::Note(note));
            }
        }
    }

    /// The process that was taken over from hears of it, too: what it wants comes to nothing, unless it already left.
    pub(super) fn feed_elder(&mut self, cause: u64, input: Input) {
        let (now, Some(life)) = (self.clock.now(), self.elder_life) else { return };
        for effect in self.subject.step_elder(now, input) {
            match effect {
                Effect::Call { id, call } => {
                    self.agenda.add(now, Next::Arrival { life, cause, id, call });
                }
                Effect::Note(note) => {
                    self.journal.add(now, cause, What::Note(note));
                }
                _ => {}
            }
        }
    }

    /// A second process of the engine takes over, while the first still runs.
    pub(super) fn take_over(&mut self, cause: u64) {
        self.elder_life = Some(self.life);
        self.begin_life(cause, Subject::take_over);
    }

    /// The engine's process dies and starts again: what was in flight or armed is lost, what was stored is kept.
    pub(super) fn restart(&mut self, cause: u64) {
        self.elder_life = None;
        self.begin_life(cause, Subject::restart);
    }

    pub(super) fn begin_life(
        &mut self,
        cause: u64,
        begin: fn(&mut Subject<R>, i64, &mut Vec<Effect>),
    ) {
        self.life += 1;
        self.in_flight = 0;
        self.alarms = 0;
        let mut effects = std::mem::take(&mut self.effects);
        begin(&mut self.subject, self.clock.now(), &mut effects);
        let mut inputs = VecDeque::new();
        for effect in effects.drain(..) {
            self.carry_out(cause, effect, &mut inputs);
        }
        self.effects = effects;
        for input in inputs {
            self.feed(cause, input);
        }
    }
}
