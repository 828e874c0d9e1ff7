//! What is asked of the CRM before it is packed into calls, and what came of it.

use std::sync::Arc;

use super::{JobId, Reading, Shape};
use crate::{
    AutoAssign, Converted, IntentId, PersonKind, RecordId, Refusal, Row, SaveOperation, SaveRow,
    accounts::CompanyPlace, visitor::Who,
};

/// Who asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Asker {
    /// An intent.
    Intent(IntentId),
    /// The display lookup of a visitor.
    Display(Who),
    /// A step that reads the matched record.
    ReadStep(Who),
    /// The lookup of a company's account.
    Account(CompanyPlace),
    /// The pull of converted statuses.
    Statuses,
    /// The read-back of a new lead's owner, by the intent that made it.
    OwnerCheck(IntentId),
    /// The look at what changed in the org.
    Reconciliation,
}

impl Asker {
    /// A number of its own, as far as that matters for when it asks again.
    pub(crate) fn number(self) -> u64 {
        match self {
            Self::Intent(id) | Self::OwnerCheck(id) => id.0,
            Self::Display(_)
            | Self::ReadStep(_)
            | Self::Account(_)
            | Self::Statuses
            | Self::Reconciliation => 0,
        }
    }
}

/// Which of the asker's questions it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Slot {
    /// Leads.
    Leads,
    /// Contacts.
    Contacts,
    /// Contacts that converted leads became.
    Converted,
    /// A record by id: of the ledger, or named by a duplicate rule.
    Kept(PersonKind),
    /// The existing member, or the existing Event.
    Existing,
    /// Accounts.
    Accounts,
    /// Opportunities of accounts.
    Opportunities,
    /// Contacts of accounts.
    AccountContacts,
    /// The write.
    Save,
    /// Converted statuses.
    Statuses,
    /// Records of a system beside Salesforce.
    Beside,
}

/// Who asked what, so that the answer finds its way back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Ticket {
    pub(crate) asker: Asker,
    pub(crate) slot: Slot,
    /// The asker's attempt: an answer to an earlier one is stale.
    pub(crate) round: u32,
}

/// How urgent it is; the human comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Lane {
    /// A rep waits for it.
    Manual,
    /// A visitor or a push step waits for it.
    Sync,
    /// Nobody waits for it.
    Background,
}

impl Lane {
    /// How many there are.
    pub(super) const COUNT: usize = 3;
}

/// One question or one row, before it is packed into a call.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Request {
    pub(crate) ticket: Ticket,
    pub(crate) lane: Lane,
    pub(crate) ask: Ask,
}

/// What is asked.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Ask {
    /// The records of a shape that hold this value.
    Read(Shape, Arc<str>),
    /// One record to write.
    Write(Write),
    /// One lead to convert: its id, and what the conversion asks for.
    Convert(SaveRow),
}

/// One record to write.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Write {
    pub(crate) object: &'static str,
    pub(crate) operation: SaveOperation,
    pub(crate) row: SaveRow,
    /// Whether an alerting duplicate rule is overruled.
    pub(crate) allow_duplicate: bool,
    /// Whether it goes in a call of its own.
    pub(crate) alone: bool,
    /// What it says about the org's assignment rules.
    pub(crate) auto_assign: AutoAssign,
    /// The external id by which it is upserted.
    pub(crate) by: Option<crate::ExternalId>,
}

/// What came of a request.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Got {
    /// The rows.
    Rows(Vec<Row>),
    /// The record was written.
    Saved(RecordId),
    /// The upsert met a record that was there, and wrote it.
    Met(Option<RecordId>),
    /// The lead was converted.
    Converted(Converted),
    /// Salesforce said no.
    Refused(Refusal),
    /// Nothing was written; it may be asked again later.
    Nothing {
        /// Why, in words.
        why: String,
    },
    /// Nobody knows whether it was written.
    Unknown,
}

/// A call that is about to go or in flight.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Flight {
    /// A new session.
    Login,
    /// Parts, in one exchange.
    Parts(Vec<Part>),
    /// The next page of a query.
    More(Reading, String),
    /// The next exchange about a bulk job.
    Job(JobId),
    /// The fields of leads or contacts.
    Describe(PersonKind),
    /// A call to a system beside Salesforce; a login without an errand.
    Beside(crate::System, Option<Box<super::beside::Errand>>),
}

impl Part {
    /// The requests that it is made of.
    pub(super) fn into_requests(self) -> Vec<Request> {
        match self {
            Self::Read(reading) => reading.asked().1.to_vec(),
            Self::Write(requests) | Self::Convert(requests) => requests,
        }
    }
}

/// A part of a call: a call of its own if it is the only one.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Part {
    /// One query for all these requests.
    Read(Reading),
    /// Rows of one object and operation.
    Write(Vec<Request>),
    /// Leads to convert.
    Convert(Vec<Request>),
}
