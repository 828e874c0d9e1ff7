//! One batch: rows or a query, how far it is, and what became of each row.
//!
//! A job of Bulk 1.0 has as many as its client adds; a job of Bulk 2.0 has one, which nobody sees.

use bytes::Bytes;

use crate::id::SfId;
use crate::timestamp::Timestamp;

use super::super::context::FieldInput;
use super::super::error::OrgError;
use super::csv_file::CsvFile;
use super::found_rows::FoundRows;

/// Where a batch stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BatchState {
    /// Waits for its turn.
    Queued,
    /// Some rows are done.
    InProgress,
    /// Every row is done, well or not.
    Completed,
    /// It cannot be worked off.
    Failed,
    /// Its job was stopped, or its work went to other batches.
    NotProcessed,
}

impl BatchState {
    /// Its name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Queued => "Queued",
            Self::InProgress => "InProgress",
            Self::Completed => "Completed",
            Self::Failed => "Failed",
            Self::NotProcessed => "NotProcessed",
        }
    }

    /// Will nothing more happen to it?
    pub fn is_final(self) -> bool {
        matches!(self, Self::Completed | Self::Failed | Self::NotProcessed)
    }
}

/// What became of one row.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Outcome {
    /// It was saved or deleted.
    Saved {
        /// Its id.
        id: SfId,
        /// Is it new?
        created: bool,
    },
    /// It was refused.
    Refused(Box<Refused>),
}

/// A row that was refused.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Refused {
    /// The id that it gave.
    pub(crate) id: Option<SfId>,
    /// Why.
    pub(crate) errors: Vec<OrgError>,
}

/// The rows of a batch on their way into the org.
#[derive(Clone, Debug)]
pub(super) enum Rows {
    /// Nobody has looked at them yet, or they are done.
    Text,
    /// Of a CSV file.
    Csv(Box<CsvFile>),
    /// Of XML or JSON.
    Records(Vec<FieldInput>),
}

/// One batch.
#[derive(Clone, Debug)]
pub struct Batch {
    /// Id (`751…`).
    pub id: SfId,
    /// Where it stands.
    pub state: BatchState,
    /// Why it failed.
    pub message: Option<String>,
    /// When it was added.
    pub created: Timestamp,
    /// When it last changed.
    pub modified: Timestamp,
    /// What was sent.
    pub text: Bytes,
    /// When it goes on.
    pub(super) due: Timestamp,
    /// When its work began.
    pub(super) began: Timestamp,
    /// Is it a part of another batch's query?
    pub(super) part: bool,
    pub(super) rows: Rows,
    pub(super) outcomes: Vec<Outcome>,
    pub(super) refused: usize,
    pub(super) found: Option<FoundRows>,
}

impl Batch {
    pub(super) fn new(id: SfId, text: Bytes, now: Timestamp, due: Timestamp) -> Self {
        Self {
            id,
            state: BatchState::Queued,
            message: None,
            created: now,
            modified: now,
            text,
            due,
            began: due,
            part: false,
            rows: Rows::Text,
            outcomes: Vec::new(),
            refused: 0,
            found: None,
        }
    }

    /// Rows that are done, well or not; of a query, the rows it found.
    pub fn processed(&self) -> usize {
        self.found.as_ref().map_or(self.outcomes.len(), FoundRows::count)
    }

    /// Rows that were refused.
    pub fn refused(&self) -> usize {
        self.refused
    }

    /// Milliseconds from the beginning of its work to its last change.
    pub fn worked_ms(&self) -> i64 {
        (self.modified.0 - self.began.0).max(0)
    }

    /// What a query found, once it is complete.
    pub fn found(&self) -> Option<&FoundRows> {
        self.found.as_ref().filter(|_| self.state == BatchState::Completed)
    }

    /// What became of each row, in their order.
    pub(crate) fn outcomes(&self) -> &[Outcome] {
        &self.outcomes
    }

    /// Bytes that it keeps.
    pub(super) fn bytes(&self) -> usize {
        let found = self.found.as_ref().map_or(0, |found| found.bytes().len());
        self.text.len() + found + self.outcomes.len() * size_of::<Outcome>()
    }

    pub(super) fn fail(&mut self, message: String, now: Timestamp) {
        self.state = BatchState::Failed;
        self.message = Some(message);
        self.modified = now;
    }

    /// Rows that were read of the text.
    pub(super) fn total(&self) -> usize {
        match &self.rows {
            Rows::Text => 0,
            Rows::Csv(file) => file.count(),
            Rows::Records(records) => records.len(),
        }
    }
}
