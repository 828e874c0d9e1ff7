//! What must survive a crash, and what may not happen before it does (EX-27d, FM-10, FM-79).
//!
//! The engine is a pure function of its inputs, so the outbox keeps those: one [`Entry`] for every input that changes
//! anything. A call is held back until the entry of the step that asked for it is stored; whatever left the engine can
//! therefore be told from the entries alone, and [`Engine::recover`](crate::Engine::recover) replays them.

use std::{collections::BTreeMap, fmt::Write as _, sync::Arc};

use crate::{CallId, CrmCall, Effect, Input, Timestamp};

/// Names an entry of the outbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntryId(pub u64);

/// One durable fact.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Its name; entries are numbered in the order in which they came to be.
    pub id: EntryId,
    pub(crate) at: Timestamp,
    pub(crate) fact: Arc<Fact>,
}

/// What an entry remembers.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Fact {
    /// An input that the engine took.
    Took(Input),
    /// The engine was started again: whatever was in flight then has an unknown outcome.
    Recovered,
}

impl Entry {
    /// The entry in one line.
    pub fn describe(&self) -> String {
        let mut line = format!("{} @{} ", self.id.0, self.at.0);
        let written = match &*self.fact {
            Fact::Recovered => write!(line, "recovered"),
            Fact::Took(Input::Event(event)) => {
                write!(line, "event {} of {}", event.id.0, event.subject.name())
            }
            Fact::Took(Input::Answer(call, _)) => write!(line, "answer to call {}", call.0),
            Fact::Took(Input::Stored(entry)) => write!(line, "stored {}", entry.0),
            Fact::Took(Input::ShutOut) => write!(line, "shut out"),
            Fact::Took(Input::Alarm(timer)) => write!(line, "alarm {}", timer.0),
        };
        debug_assert!(written.is_ok(), "writing to a string cannot fail");
        line
    }
}

/// The entries not yet known to be stored, with the calls that wait for them.
#[derive(Debug, Default)]
pub(crate) struct Outbox {
    last: u64,
    held: BTreeMap<EntryId, Vec<(CallId, CrmCall)>>,
}

impl Outbox {
    /// A new entry; the calls of this step will wait for it.
    pub(crate) fn append(&mut self, at: Timestamp, fact: Fact) -> Entry {
        self.last += 1;
        Entry { id: EntryId(self.last), at, fact: Arc::new(fact) }
    }

    /// Takes an entry that was stored in an earlier life.
    pub(crate) fn replay(&mut self, entry: &Entry) {
        self.last = entry.id.0;
    }

    /// Holds a call until the entry of the current step is stored.
    pub(crate) fn hold(&mut self, call: CallId, what: CrmCall) {
        self.held.entry(EntryId(self.last)).or_default().push((call, what));
    }

    /// The entry is stored: its calls may go.
    pub(crate) fn release(&mut self, entry: EntryId, out: &mut Vec<Effect>) {
        let calls = self.held.remove(&entry).unwrap_or_default();
        out.extend(calls.into_iter().map(|(id, call)| Effect::Call { id, call }));
    }

    /// Forgets what was held: a replayed call may have gone already.
    pub(crate) fn drop_held(&mut self) {
        self.held.clear();
    }
}
