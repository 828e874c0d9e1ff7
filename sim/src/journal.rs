//! What happened, in order: one entry for each thing, kept as it came and put into words only when somebody reads it.

mod beside;
pub(crate) mod lines;
mod mask;
pub(crate) mod narrate;
mod replied;

pub(crate) use self::replied::{Replied, RowResult, count};

use std::collections::BTreeMap;

use engine::{CallId, CrmCall, EventId, Note};
use mock_salesforce::Change;
use scenarios::View;

use crate::crm::Delivered;

/// What happened in one run. An entry's number is its place, from 1.
#[derive(Debug, Default)]
pub(crate) struct Journal {
    entries: Vec<Entry>,
}

/// Something that happened.
#[derive(Debug)]
pub(crate) struct Entry {
    /// When, in ms since the epoch.
    pub(crate) at: i64,
    /// The number of what caused it; 0 for nothing.
    pub(crate) cause: u64,
    pub(crate) what: What,
}

/// What happened.
#[derive(Debug)]
pub(crate) enum What {
    /// A line of the timeline, by its place.
    Line(usize),
    /// The world could not carry out the line that caused this.
    Trouble(String),
    /// The messenger did or refused something.
    Product(Product),
    /// The engine said something.
    Note(Note),
    /// A call was delivered.
    Sent(Box<Sent>),
    /// The answer to a call was known to the engine.
    Answered(Box<Answered>),
    /// A record of the org changed.
    Changed(Change),
    /// Something happened in a system beside Salesforce.
    Beside(Box<BesideChange>),
    /// Somebody's view changed.
    Seen(Seen),
}

/// What the messenger did by itself, or did not do.
#[derive(Debug)]
pub(crate) struct Product {
    pub(crate) visitor: Option<String>,
    pub(crate) text: String,
    /// The source event that the engine hears.
    pub(crate) event: Option<EventId>,
    /// The line of the timeline that was refused: the engine does not hear of it.
    pub(crate) refused: Option<usize>,
}

/// A call as it was delivered.
#[derive(Debug)]
pub(crate) struct Sent {
    pub(crate) id: CallId,
    pub(crate) call: CrmCall,
    pub(crate) delivered: Delivered,
    /// The fault that hit it.
    pub(crate) fault: Option<String>,
}

/// What happened in a system beside Salesforce.
#[derive(Debug)]
pub(crate) enum BesideChange {
    /// A record changed.
    Changed {
        /// Where.
        system: engine::System,
        /// How.
        change: neighbours::Change,
    },
    /// Its connector wrote a record to the org, or could not.
    Synced {
        /// Which one.
        system: engine::System,
        /// Its record.
        record: String,
        /// The org's record, or the org's words.
        outcome: Result<String, String>,
    },
}

/// What came of a call.
#[derive(Debug)]
pub(crate) struct Answered {
    /// The number of the call's entry.
    pub(crate) call: u64,
    pub(crate) replied: Replied,
    /// The engine that had asked was gone.
    pub(crate) unheard: bool,
}

/// A view at the moment at which it changed.
#[derive(Debug)]
pub(crate) struct Seen {
    pub(crate) view: View,
    pub(crate) of: String,
    pub(crate) fields: BTreeMap<String, String>,
}

impl Journal {
    /// Adds an entry and gives its number.
    pub(crate) fn add(&mut self, at: i64, cause: u64, what: What) -> u64 {
        self.entries.push(Entry { at, cause, what });
        self.entries.len() as u64
    }

    /// The entries with their numbers.
    pub(crate) fn entries(&self) -> impl Iterator<Item = (u64, &Entry)> {
        (1_u64..).zip(&self.entries)
    }
}
