//! A step that refers to the matched record: it reads one field of it into the profile (EX-16, EX-24, VI-06).

use crate::{
    Engine, FieldName, FieldSource, Known, ProfileField, Rules, Value,
    exchange::{Ask, Asker, Got, Lane, Request, Ticket},
    search::Search,
    visitor::{Progress, Who},
};

/// A reading step under way.
#[derive(Debug, PartialEq)]
pub(crate) struct ReadStep {
    field: FieldName,
    into: ProfileField,
    round: u32,
    attempts: u32,
    search: Search,
}

impl<R: Rules> Engine<R> {
    /// The step was reached. Without an address there is no record to refer to.
    pub(crate) fn reach_read(
        &mut self,
        who: Who,
        field: &FieldName,
        into: &ProfileField,
    ) -> Progress {
        let (field, into) = (field.clone(), into.clone());
        let mut step = ReadStep { field, into, round: 1, attempts: 0, search: Search::default() };
        let Some(key) = self.visitor(who).and_then(|it| it.key().cloned()) else {
            return Progress::Ready;
        };
        let questions = step.search.next(&key, &self.rules);
        self.ask_for_step(who, step.round, questions);
        Progress::Reading(Box::new(step))
    }

    fn ask_for_step(&mut self, who: Who, round: u32, questions: Vec<crate::search::Question>) {
        for (slot, shape, value) in questions {
            let ticket = Ticket { asker: Asker::ReadStep(who), slot, round };
            self.ask(Request { ticket, lane: Lane::Sync, ask: Ask::Read(shape, value.into()) });
        }
    }

    fn read_step(&mut self, who: Who) -> Option<&mut ReadStep> {
        match &mut self.visitor_mut(who)?.entry.as_mut()?.progress {
            Progress::Reading(step) => Some(step),
            _ => None,
        }
    }

    pub(crate) fn on_read_step_got(&mut self, who: Who, ticket: Ticket, got: Got) {
        let Some(step) = self.read_step(who).filter(|it| it.round == ticket.round) else { return };
        match got {
            Got::Rows(rows) => {
                step.search.take(ticket.slot, rows);
                if step.search.is_answered() {
                    self.on_step_answered(who);
                }
            }
            Got::Refused(refusal) => {
                if self.stop_reading(ticket.slot, &refusal) {
                    return self.retry_read_step(who);
                }
                self.go_on(who, |progress| matches!(progress, Progress::Reading(_)));
            }
            Got::Nothing { .. }
            | Got::Unknown
            | Got::Saved(_)
            | Got::Converted(_)
            | Got::Met(_) => {
                step.round += 1;
                step.attempts += 1;
                let attempts = step.attempts;
                if self.later(Asker::ReadStep(who), attempts).is_none() {
                    self.go_on(who, |progress| matches!(progress, Progress::Reading(_)));
                }
            }
        }
    }

    /// Reads again.
    pub(crate) fn retry_read_step(&mut self, who: Who) {
        let Some(key) = self.visitor(who).and_then(|it| it.key().cloned()) else { return };
        let mut search = Search::default();
        let questions = search.next(&key, &self.rules);
        let Some(step) = self.read_step(who) else { return };
        step.round += 1;
        step.search = search;
        let round = step.round;
        self.ask_for_step(who, round, questions);
    }

    fn on_step_answered(&mut self, who: Who) {
        let Some(key) = self.visitor(who).and_then(|it| it.key().cloned()) else { return };
        let Some(visitor) = self.visitors.get_mut(who) else { return };
        let Some(Progress::Reading(step)) = visitor.entry.as_mut().map(|it| &mut it.progress)
        else {
            return;
        };
        let questions = step.search.next(&key, &self.rules);
        let round = step.round;
        if !questions.is_empty() {
            return self.ask_for_step(who, round, questions);
        }
        let found = self.rules.select_person(&key, &step.search.found, &step.search.behind).target;
        let value = found.and_then(|it| it.get(step.field.as_str())).and_then(Value::text);
        if let Some(value) = value.map(std::borrow::Cow::into_owned) {
            let known = Known { value, at: self.now, source: FieldSource::Crm };
            visitor.profile.learn(step.into.clone(), known);
        }
        self.go_on(who, |progress| matches!(progress, Progress::Reading(_)));
        self.on_learned(who);
    }
}
