//! What a run left behind, as plain data: `sim` fills it, [`crate::judge`] reads it.
//!
//! Times are milliseconds since the Unix epoch. Ids are the org's 18-character ids. `seq` numbers are those of the run's journal, one sequence over
//! changes, calls, notes and views. Lists are in ascending `seq`.

use crate::ast::{Action, CallOperation, CallOutcome, Outcome};
use crate::vocabulary::View;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Field names with values as API text; nothing is blank.
pub type Values = Vec<(Arc<str>, Option<Arc<str>>)>;

/// What a run left behind.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Observation {
    /// When it started.
    pub started: i64,
    /// When it ended.
    pub ended: i64,
    /// Whether it ended with no call in flight and no intent unsettled.
    pub settled: bool,
    /// What did not settle, one sentence each; for the finding.
    pub unsettled: Vec<String>,
    /// Name of the world or of a line → record id. A name that is ambiguous across kinds is also there as `user:NAME`, `queue:NAME`, `campaign:NAME`,
    /// `record:NAME`, which win where the kind is known.
    pub names: BTreeMap<String, String>,
    /// How reps are called to their users: rep → user id of the personal connection at the end, if connected.
    pub reps: BTreeMap<String, Option<String>>,
    /// Every committed change of the org; those of the world come first, at or before `started`.
    pub changes: Vec<Change>,
    /// Every call that the engine sent.
    pub calls: Vec<CallSeen>,
    /// Every call that it sent to a system beside Salesforce.
    pub beside: Vec<CallSeen>,
    /// Every decision that the engine noted.
    pub notes: Vec<NoteSeen>,
    /// Every source event that the engine was given.
    pub sources: Vec<SourceSeen>,
    /// Views whenever they changed.
    pub views: Vec<ViewSeen>,
    /// Figures by name.
    pub metrics: BTreeMap<String, Metric>,
    /// What the invariants need to know of the set-up.
    pub setup: ObservedSetup,
}

/// A committed change of one record.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// Number in the journal.
    pub seq: u64,
    /// When.
    pub at: i64,
    /// What happened to the record.
    pub kind: ChangeKind,
    /// Object API name.
    pub object: Arc<str>,
    /// The record.
    pub id: Arc<str>,
    /// The user.
    pub by: Arc<str>,
    /// Who made it.
    pub origin: Origin,
    /// The rule, flow or package of the org that did it, if one did.
    pub cause: Option<Arc<str>>,
    /// For `Created`: all non-blank fields, system fields too. Else: the fields that changed, with their new values.
    pub fields: Values,
}

/// What happened to a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ChangeKind {
    /// It was inserted.
    Created,
    /// Fields were written.
    Updated,
    /// It went to the recycle bin.
    Deleted,
    /// It came back.
    Undeleted,
    /// The lead was converted; `fields` has `IsConverted` and `Converted…Id`.
    Converted,
    /// It lost a merge: gone; `fields` has `MasterRecordId`.
    Merged,
}

/// Who made a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// The world before the first line.
    World,
    /// A call of the engine.
    Engine,
    /// A line of the timeline.
    Admin,
    /// The org itself: flows, assignment rules, roll-ups.
    Automation,
}

/// One exchange with the org as the engine's side saw it.
#[derive(Clone, Debug, PartialEq)]
pub struct CallSeen {
    /// Number in the journal.
    pub seq: u64,
    /// When it was sent.
    pub at: i64,
    /// When the answer (or its loss) was known; nothing while in flight.
    pub answered_at: Option<i64>,
    /// The system beside Salesforce that it went to.
    pub system: Option<Arc<str>>,
    /// What it asked for.
    pub operation: CallOperation,
    /// Object API name, if it is about one.
    pub object: Option<Arc<str>>,
    /// How it ended; nothing while in flight.
    pub outcome: Option<CallOutcome>,
    /// Whether the engine could not know what became of it (the request may have arrived, the reply did not).
    pub ambiguous: bool,
    /// Salesforce error code of the whole call.
    pub code: Option<Arc<str>>,
    /// Request headers.
    pub headers: Vec<(Arc<str>, Arc<str>)>,
    /// The query.
    pub soql: Option<Arc<str>>,
    /// Rows that it writes, in order; for other operations empty.
    pub rows: Vec<RowSeen>,
    /// API calls that it cost.
    pub api_calls: u32,
}

/// One row of a writing call.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RowSeen {
    /// Fields as sent.
    pub sends: Values,
    /// The record: of the answer for an insert, of the request otherwise.
    pub id: Option<Arc<str>>,
    /// How the row ended, if the answer says so per row; else the call's outcome counts.
    pub outcome: Option<CallOutcome>,
    /// Salesforce error code of the row.
    pub code: Option<Arc<str>>,
    /// The intent that wanted it.
    pub intent: Option<u64>,
}

/// A decision that the engine noted.
#[derive(Clone, Debug, PartialEq)]
pub struct NoteSeen {
    /// Number in the journal.
    pub seq: u64,
    /// When.
    pub at: i64,
    /// Whom or what it is about.
    pub subject: Option<SubjectSeen>,
    /// The intent.
    pub intent: Option<u64>,
    /// The intent's action.
    pub action: Option<Action>,
    /// What was decided: identity, trigger, match, account, owner, fields, campaign, event, outcome, session.
    pub question: Arc<str>,
    /// Because of which rule.
    pub rule: Option<Arc<str>>,
    /// The answer: a record or user id, or a word.
    pub chosen: Option<Arc<str>>,
    /// Candidates that were not taken: id or word, rule.
    pub rejected: Vec<(Arc<str>, Arc<str>)>,
    /// The record that it is about.
    pub record: Option<Arc<str>>,
    /// What became of the intent; `Pending` when it opens.
    pub outcome: Option<Outcome>,
    /// Fields that were not sent.
    pub withheld: Vec<Arc<str>>,
    /// One sentence.
    pub text: Arc<str>,
}

/// Whom or what a note is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SubjectSeen {
    /// A visitor, by name.
    Visitor(Arc<str>),
    /// A rep, by name.
    Rep(Arc<str>),
    /// The product's own settings.
    Settings,
    /// A company of Signals, by name.
    Account(Arc<str>),
    /// An account list of Signals, by name.
    List(Arc<str>),
}

impl NoteSeen {
    /// The visitor whom it is about, if it is about one.
    pub fn visitor(&self) -> Option<&str> {
        match &self.subject {
            Some(SubjectSeen::Visitor(name)) => Some(name),
            _ => None,
        }
    }
}

/// A source event and what became of it.
#[derive(Clone, Debug, PartialEq)]
pub struct SourceSeen {
    /// Its number.
    pub id: u64,
    /// When it was given.
    pub at: i64,
    /// What it was, in words.
    pub what: Arc<str>,
    /// Its terminal state, with the rule.
    pub outcome: Option<(SourceOutcome, Arc<str>)>,
    /// How often it was settled; one is right.
    pub times_settled: u32,
}

/// Terminal state of a source event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SourceOutcome {
    /// It led to a write, or to knowledge that is kept.
    Applied,
    /// Nothing was to be done, with a reason.
    NoOp,
    /// It was given up, with a reason.
    DeadLetter,
}

/// A view at the moment when it changed.
#[derive(Clone, Debug, PartialEq)]
pub struct ViewSeen {
    /// Number in the journal.
    pub seq: u64,
    /// When.
    pub at: i64,
    /// Whose.
    pub view: View,
    /// Of which visitor, company or list.
    pub of: Arc<str>,
    /// All its fields. Lists are joined with `, `; a field that holds a record or a user holds the id.
    pub fields: BTreeMap<String, String>,
}

/// A figure of the run.
#[derive(Clone, Debug, PartialEq)]
pub struct Metric {
    /// What a sample counts.
    pub unit: Unit,
    /// How several samples are read.
    pub reading: Reading,
    /// Samples in time order.
    pub samples: Vec<Sample>,
}

/// One sample of a figure.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sample {
    /// When.
    pub at: i64,
    /// How much.
    pub value: f64,
}

/// What a figure counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Milliseconds of virtual time; compared with durations.
    Milliseconds,
    /// A number.
    Number,
}

/// How several samples of a figure are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// Every sample must agree.
    Each,
    /// The newest sample is the figure.
    Latest,
}

/// What the invariants need to know of the set-up. A thing that is unknown switches its invariant off.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ObservedSetup {
    /// Fields that the engine may write, by object API name; custom names included. `OwnerId` on insert needs no mention.
    pub writable: BTreeMap<String, BTreeSet<String>>,
    /// Whether the engine may blank a value (`clear_on_blank`).
    pub may_blank: bool,
    /// Whether the profile may change owners of existing records.
    pub may_change_owner: bool,
    /// `Sforce-Auto-Assign` that the profile demands on inserts of leads.
    pub auto_assign_on_insert: Option<String>,
    /// Whether calls must carry an explicit duplicate rule header (API 52 and later).
    pub duplicate_header: bool,
    /// Fields that make an insert repeatable, by object.
    pub external_ids: BTreeMap<String, BTreeSet<String>>,
    /// Attempts that a transient failure has.
    pub max_attempts: Option<u32>,
    /// How long the engine holds back after the org signalled its quota, in milliseconds.
    pub quota_pause: Option<i64>,
    /// Texts that no note may show.
    pub secrets: Vec<String>,
}
