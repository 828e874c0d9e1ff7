//! A visitor's way through an Experience: one step after the other, and leaving it (EX-01 to EX-24, K-42).

use std::sync::Arc;

use crate::{
    Departure, Engine, EventKind, ExperienceId, MemberTarget, Question, Rule, Rules, SourceEvent,
    Stay, StayFacts, Step, Trigger,
    engine::Todo,
    visitor::{Entry, Progress, Who},
};

impl<R: Rules> Engine<R> {
    /// The visitor enters an Experience; whoever was in another one leaves it.
    pub(crate) fn on_started(&mut self, who: Who, event: &SourceEvent, experience: &ExperienceId) {
        debug_assert!(matches!(event.kind, EventKind::Started(_)), "dispatched by kind");
        if !self.may_enter(who, event) {
            return;
        }
        if self.visitor(who).is_some_and(|it| it.entry.is_some()) {
            self.leave(who);
        }
        if !self.config.experiences.contains_key(experience) {
            let text = format!("the Experience {experience} is not configured; nothing is started");
            return self.alert(Some(who.into()), None, Rule::NoPushStep, text);
        }
        let Some(visitor) = self.visitor_mut(who) else { return };
        visitor.entries += 1;
        visitor.entry = Some(Box::new(Entry {
            number: visitor.entries,
            experience: experience.clone(),
            step: 0,
            progress: Progress::Ready,
            armed: Vec::new(),
            cause: event.id,
        }));
        self.todo.push_back(Todo::Steps(who));
    }

    /// Runs steps until one has to wait.
    pub(crate) fn run_steps(&mut self, who: Who) {
        let config = Arc::clone(&self.config);
        loop {
            let Some(entry) = self.visitor_mut(who).and_then(|it| it.entry.as_mut()) else {
                return;
            };
            if entry.progress != Progress::Ready {
                return;
            }
            let steps =
                config.experiences.get(&entry.experience).map_or(&[][..], |it| it.steps.as_slice());
            let Some(step) = steps.get(entry.step) else {
                entry.progress = Progress::Done;
                return self.todo.push_back(Todo::Look(who));
            };
            entry.step += 1;
            let progress = self.run_step(who, step);
            if let Some(entry) = self.visitor_mut(who).and_then(|it| it.entry.as_mut()) {
                entry.progress = progress;
            }
        }
    }

    fn run_step(&mut self, who: Who, step: &Step) -> Progress {
        match step {
            Step::Push(push) => self.reach_push(who, push).map_or(Progress::Ready, Progress::Push),
            Step::Ask(fields) if self.knows(who, fields) => Progress::Ready,
            Step::Ask(fields) => {
                self.bot_says(who, format!("please enter {}", names_of(fields)));
                Progress::Answers(fields.clone())
            }
            Step::Say(text) => {
                self.bot_says(who, text.clone());
                self.bot_speaks(who);
                Progress::Ready
            }
            Step::RouteToRep(_) if self.visitor(who).is_some_and(|it| it.rep().is_some()) => {
                Progress::Ready
            }
            Step::RouteToRep(_) => Progress::Rep,
            Step::OfferMeeting { owner, .. } => Progress::Booking(owner.clone()),
            Step::AddToCampaign(target) => self.reach_campaign(who, target),
            Step::ReadCrm { field, into } => self.reach_read(who, field, into),
        }
    }

    fn reach_campaign(&mut self, who: Who, target: &MemberTarget) -> Progress {
        let cause = self.visitor(who).and_then(|it| it.entry.as_ref()).map(|it| it.cause);
        if let Some(cause) = cause {
            self.add_to_campaign(who, cause, target);
        }
        Progress::Ready
    }

    /// Whether every one of these fields is known.
    pub(crate) fn knows(&self, who: Who, fields: &[crate::ProfileField]) -> bool {
        let Some(visitor) = self.visitor(who) else { return false };
        fields.iter().all(|field| visitor.profile.get(field).is_some())
    }

    /// Something arrived that an asking step may wait for.
    pub(crate) fn go_on_answering(&mut self, who: Who) {
        let Some(entry) = self.visitor(who).and_then(|it| it.entry.as_ref()) else { return };
        let Progress::Answers(fields) = &entry.progress else { return };
        if self.knows(who, fields) {
            self.go_on(who, |progress| matches!(progress, Progress::Answers(_)));
        }
    }

    /// The event that moves the visitor on from here.
    pub(crate) fn moved_by(&mut self, who: Who, event: &SourceEvent) {
        if let Some(entry) = self.visitor_mut(who).and_then(|it| it.entry.as_mut()) {
            entry.cause = event.id;
        }
    }

    /// The visitor declines the meeting that the step offers.
    pub(crate) fn on_meeting_declined(&mut self, who: Who, event: &SourceEvent) {
        self.moved_by(who, event);
        self.go_on(who, |progress| matches!(progress, Progress::Booking(_)));
    }

    /// Has the visitor left the Experience?
    pub(crate) fn look_at_stay(&mut self, who: Who) {
        let Some(visitor) = self.visitor(who) else { return };
        let Some(entry) = &visitor.entry else { return };
        let facts = StayFacts {
            closed_at: visitor.closed_at,
            active_at: visitor.active_at.max(visitor.active_in_talk(self.now)),
            steps_done: entry.progress == Progress::Done,
            rep_awaited: matches!(entry.progress, Progress::Rep | Progress::Booking(_)),
            rep_talks: visitor.rep().is_some(),
        };
        match self.rules.has_left(&facts, self.now, &self.config.settings) {
            Stay::Left => self.leave(who),
            Stay::Until(at) => self.look_at(who, at),
        }
    }

    /// The visitor leaves the Experience: what is armed fires, once (EX-07, EX-20).
    fn leave(&mut self, who: Who) {
        let departure = self.departure(who);
        for step in &departure.made_up {
            self.arm(who, step);
        }
        self.trigger(who, Trigger::Left, None);
        if self.visitor_mut(who).and_then(|it| it.entry.take()).is_none() {
            return;
        }
        if let Some(because) = departure.because {
            self.decided_plainly(who, None, (Question::Trigger, because), None);
        }
        self.todo.push_back(Todo::Waiting(who));
        self.todo.push_back(Todo::Look(who));
    }
}

impl<R: Rules> Engine<R> {
    fn departure(&self, who: Who) -> Departure {
        let entry = self.visitor(who).and_then(|it| it.entry.as_ref());
        let of = |entry: &Entry| {
            let experience = self.config.experiences.get(&entry.experience)?;
            Some(self.rules.departure(&experience.steps, entry.step))
        };
        entry.and_then(|it| of(it)).unwrap_or_default()
    }
}

/// Profile fields in words.
fn names_of(fields: &[crate::ProfileField]) -> String {
    let names: Vec<String> = fields.iter().map(|it| it.as_str().replace('_', " ")).collect();
    names.join(", ")
}
