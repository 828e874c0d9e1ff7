//! The CRM in the engine's words: one [`CrmCall`] is exactly one HTTP exchange, one [`Answer`] is what came of it.
//!
//! The engine knows objects, fields, rows and Salesforce's error codes as text. Statuses, URLs, JSON and tokens stay outside.

use crate::{FieldName, FieldValues, ObjectName, RecordId, Timestamp, Value};

/// Names a call, so that its answer finds its way back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CallId(pub u64);

/// One exchange with the CRM.
#[derive(Debug, Clone, PartialEq)]
pub enum CrmCall {
    /// A new session for the org user. Whoever carries out the calls keeps the token and attaches it to later calls.
    Login,
    /// One query.
    Find(Find),
    /// The next page of a query.
    More {
        /// Where it goes on, as the page before said.
        locator: String,
    },
    /// Writes records of one object: one row is a plain row request, several are a collection.
    Save(Save),
    /// Several parts in one exchange: finds, and saves of one row each.
    Composite(Vec<CrmCall>),
    /// A request about a bulk ingest job.
    Bulk(BulkCall),
    /// Converts leads: each row is a lead, and what is asked for it, by the names of `convertLead`.
    Convert(Vec<SaveRow>),
    /// Which fields an object has, as far as the user sees them.
    Describe(ObjectName),
    /// One exchange with a system beside Salesforce: a login, a query, or a write of one row.
    Beside {
        /// Which one.
        system: crate::System,
        /// The call.
        call: Box<CrmCall>,
    },
}

/// A query: fields of an object's records that satisfy a filter.
#[derive(Debug, Clone, PartialEq)]
pub struct Find {
    /// The object.
    pub object: ObjectName,
    /// The fields to read; `Id` is always read.
    pub fields: Vec<FieldName>,
    /// Which records.
    pub filter: Filter,
    /// Deleted records too.
    pub include_deleted: bool,
    /// Only the first so many in ascending order of these fields.
    pub first: Option<(usize, Vec<FieldName>)>,
}

/// Which records a query is after. Values are data: whoever spells the query escapes them.
#[derive(Debug, Clone, PartialEq)]
pub enum Filter {
    /// The field holds one of these.
    OneOf(FieldName, Vec<Value>),
    /// The text field contains this.
    Contains(FieldName, String),
    /// The field holds more than this.
    Above(FieldName, Value),
    /// The field holds this or less.
    UpTo(FieldName, Value),
    /// All of these hold.
    All(Vec<Filter>),
    /// Any of these holds.
    Any(Vec<Filter>),
}

/// A write of records of one object.
#[derive(Debug, Clone, PartialEq)]
pub struct Save {
    /// The object.
    pub object: ObjectName,
    /// Insert or update.
    pub operation: SaveOperation,
    /// The records, in order.
    pub rows: Vec<SaveRow>,
    /// What the request says about assignment rules: always explicit for leads.
    pub auto_assign: AutoAssign,
    /// Whether an alerting duplicate rule is overruled (`allowSave`).
    pub allow_duplicate: bool,
    /// Whether one row that fails takes the others of the call with it (`allOrNone`).
    pub all_or_none: bool,
    /// The external id of the one row: it is created, or the record that has it is written.
    pub by: Option<crate::ExternalId>,
}

/// Insert or update.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SaveOperation {
    /// New records.
    Create,
    /// Existing records, by id.
    Update,
}

/// One record of a write.
#[derive(Debug, Clone, PartialEq)]
pub struct SaveRow {
    /// The record; `None` for a new one.
    pub id: Option<RecordId>,
    /// The fields to write.
    pub fields: FieldValues,
}

/// What a request says about the org's assignment rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AutoAssign {
    /// `FALSE`: the engine's owner stands.
    Off,
    /// `TRUE`: the org decides.
    On,
    /// The rule's id: the org decides by this rule.
    By(String),
    /// The object knows no such rules; the request says nothing.
    Silent,
}

/// A request about a bulk ingest job; each is one exchange.
#[derive(Debug, Clone, PartialEq)]
pub enum BulkCall {
    /// Opens a job.
    Create {
        /// The object.
        object: ObjectName,
        /// Insert or update.
        operation: SaveOperation,
    },
    /// Uploads the rows, all with the same fields.
    Upload {
        /// The job.
        job: String,
        /// The rows.
        rows: Vec<SaveRow>,
    },
    /// Says that the upload is complete.
    Close {
        /// The job.
        job: String,
    },
    /// Asks for the job's state.
    Poll {
        /// The job.
        job: String,
    },
    /// Reads one of the three result lists.
    Results {
        /// The job.
        job: String,
        /// Which list.
        list: BulkList,
    },
}

/// One of a bulk job's result lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BulkList {
    /// Rows that were saved.
    Successful,
    /// Rows that were refused.
    Failed,
    /// Rows that were never attempted.
    Unprocessed,
}

/// What came of a call.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// The reply, or why there is none.
    pub reply: Reply,
    /// The API allowance as of this answer, where it said so.
    pub usage: Option<ApiUsage>,
    /// The server's clock, where it said so.
    pub server_time: Option<Timestamp>,
    /// When it may be asked again, in ms, where it said so.
    pub retry_after_ms: Option<i64>,
}

/// The API allowance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ApiUsage {
    /// Calls used in the last 24 hours.
    pub used: u64,
    /// Calls allowed in 24 hours.
    pub allowed: u64,
}

/// The reply to a call, or why there is none.
#[derive(Debug, Clone, PartialEq)]
pub enum Reply {
    /// It was carried out.
    Done(Done),
    /// Salesforce said no.
    Refused(Refusal),
    /// Somebody answered, but not to the question: overload, maintenance, an HTML page, unreadable JSON before anything was written.
    Unavailable {
        /// Salesforce's code where there was one, otherwise the kind of answer in words.
        code: String,
    },
    /// No usable answer came.
    Lost(Lost),
}

/// What is known of a call whose answer was lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lost {
    /// The request did not reach the CRM.
    NotSent,
    /// The request may have been carried out.
    Unknown,
}

/// What a call that was carried out gave back.
#[derive(Debug, Clone, PartialEq)]
pub enum Done {
    /// A session.
    LoggedIn,
    /// A page of rows.
    Rows {
        /// The rows, in order.
        rows: Vec<Row>,
        /// Where the next page starts.
        more: Option<String>,
    },
    /// The rows' results, in order.
    Saved(Vec<SaveResult>),
    /// The external id of an upsert had a record, which was written; its id, where the answer says it.
    Met(Option<RecordId>),
    /// The parts' replies, in order.
    Parts(Vec<Reply>),
    /// The leads' results, in order.
    Converted(Vec<Result<Converted, Refusal>>),
    /// The object's fields.
    Described(Vec<FieldName>),
    /// A bulk job was opened.
    JobOpened {
        /// Its id.
        job: String,
    },
    /// The request about a bulk job was taken.
    JobTaken,
    /// A bulk job's state.
    JobState {
        /// Whether nothing more will happen.
        is_final: bool,
        /// Salesforce's word for it.
        state: String,
    },
    /// A bulk job's result list: the row as it was uploaded, and what came of it; row order is not given.
    JobResults(Vec<BulkResult>),
}

/// A row of a bulk job's result list.
#[derive(Debug, Clone, PartialEq)]
pub struct BulkResult {
    /// The row's columns as uploaded.
    pub columns: Vec<(FieldName, String)>,
    /// What came of it; `None` for an unprocessed row.
    pub result: Option<SaveResult>,
}

/// A row of a query.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// The record's id.
    pub id: RecordId,
    /// The fields asked for, in order.
    pub fields: FieldValues,
}

impl Row {
    /// The value of a field, if it was asked for.
    pub fn get(&self, field: &str) -> Option<&Value> {
        self.fields.iter().find(|(name, _)| name.as_str() == field).map(|(_, value)| value)
    }
}

/// What a conversion made or joined.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Converted {
    /// The account.
    pub account: Option<RecordId>,
    /// The contact.
    pub contact: Option<RecordId>,
    /// The opportunity, if one was wanted.
    pub opportunity: Option<RecordId>,
}

impl Converted {
    /// The ids in words.
    pub(crate) fn describe(&self) -> String {
        let named = [
            ("account", &self.account),
            ("contact", &self.contact),
            ("opportunity", &self.opportunity),
        ];
        let told =
            named.iter().filter_map(|(what, id)| Some(format!("{what} {}", (*id).as_ref()?)));
        told.collect::<Vec<_>>().join(", ")
    }
}

/// What came of one row of a write.
pub type SaveResult = Result<RecordId, Refusal>;

/// Salesforce said no. Codes are text to the engine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The status or exception code, such as `REQUIRED_FIELD_MISSING`.
    pub code: String,
    /// The message.
    pub message: String,
    /// The fields it names.
    pub fields: Vec<FieldName>,
    /// The records that a duplicate rule names, with their object.
    pub duplicates: Vec<(ObjectName, RecordId)>,
    /// The duplicate rule, and whether it lets a save be forced.
    pub duplicate_rule: Option<(String, bool)>,
}
