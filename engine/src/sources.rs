//! Every source event ends in exactly one terminal outcome: applied, no-op, or dead letter (INV-03, FM-11).
//!
//! An event is settled when its own step is over and every intent that it caused, fired or latched is settled; the
//! strongest outcome among them is its own.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    Effect, Engine, EventId, Note, NoteKind, Outcome, Rule, Rules, SourceOutcome, Subject, limits,
};

/// The source events that are not settled yet, and those that were seen.
#[derive(Debug, Default)]
pub(crate) struct Sources {
    open: BTreeMap<EventId, Source>,
    seen: BTreeSet<EventId>,
    /// Events to look at when the step is over.
    touched: Vec<EventId>,
    /// The event that this step is about.
    under_way: Option<EventId>,
}

/// A source event under way.
#[derive(Debug)]
struct Source {
    subject: Option<Subject>,
    intents: u32,
    outcome: SourceOutcome,
    because: Rule,
}

impl Sources {
    /// Whether the event was delivered before.
    pub(crate) fn was_seen(&self, event: EventId) -> bool {
        self.seen.contains(&event)
    }

    /// An event arrived.
    pub(crate) fn begin(&mut self, event: EventId) {
        self.seen.insert(event);
        if self.seen.len() > limits::EVENTS_REMEMBERED_MAX {
            self.seen.pop_first();
        }
        let source = Source {
            subject: None,
            intents: 0,
            outcome: SourceOutcome::NoOp,
            because: Rule::ProfileOnly,
        };
        self.open.insert(event, source);
        self.touched.push(event);
        self.under_way = Some(event);
    }

    /// The event that this step is about, if it is about one.
    pub(crate) fn under_way(&self) -> Option<EventId> {
        self.under_way
    }

    /// Whose event it is.
    pub(crate) fn belongs_to(&mut self, event: EventId, subject: &Subject) {
        if let Some(source) = self.open.get_mut(&event) {
            source.subject = Some(subject.clone());
        }
    }

    /// Why the event leads to nothing, should it lead to nothing.
    pub(crate) fn explain(&mut self, event: EventId, because: Rule) {
        if let Some(source) = self.open.get_mut(&event)
            && source.outcome == SourceOutcome::NoOp
            && source.intents == 0
        {
            source.because = because;
        }
    }

    /// The event cannot be taken up at all.
    pub(crate) fn refuse(&mut self, event: EventId, because: Rule) {
        if let Some(source) = self.open.get_mut(&event) {
            source.outcome = SourceOutcome::DeadLetter;
            source.because = because;
        }
    }

    /// An intent came to be because of the event.
    pub(crate) fn opened(&mut self, event: EventId) {
        if let Some(source) = self.open.get_mut(&event) {
            source.intents += 1;
        }
    }

    /// An intent of the event was settled.
    pub(crate) fn settled(&mut self, event: EventId, outcome: Outcome, because: Rule) {
        let Some(source) = self.open.get_mut(&event) else { return };
        source.intents = source.intents.saturating_sub(1);
        let outcome = match outcome {
            Outcome::Created | Outcome::Updated => SourceOutcome::Applied,
            Outcome::NoOp => SourceOutcome::NoOp,
            Outcome::Refused | Outcome::DeadLettered => SourceOutcome::DeadLetter,
        };
        if strength(outcome) >= strength(source.outcome) {
            source.outcome = outcome;
            source.because = because;
        }
        self.touched.push(event);
    }
}

/// What was written beats what could not be, and both beat nothing.
fn strength(outcome: SourceOutcome) -> u8 {
    match outcome {
        SourceOutcome::NoOp => 0,
        SourceOutcome::DeadLetter => 1,
        SourceOutcome::Applied => 2,
    }
}

impl<R: Rules> Engine<R> {
    /// The step is over: settles the events that nothing is open for any more.
    pub(crate) fn settle_sources(&mut self) {
        self.sources.under_way = None;
        let mut touched = std::mem::take(&mut self.sources.touched);
        for event in touched.drain(..) {
            let is_over = self.sources.open.get(&event).is_some_and(|it| it.intents == 0);
            if !is_over {
                continue;
            }
            let Some(source) = self.sources.open.remove(&event) else { continue };
            let kind =
                NoteKind::SourceSettled { event, outcome: source.outcome, because: source.because };
            let note = Note { subject: source.subject, intent: None, kind };
            self.effects.push(Effect::Note(note));
        }
        self.sources.touched = touched;
    }
}
