//! An answer in short: what a journal and the judge need of it, without the rows that a query read.

use engine::{Done, Lost, Refusal, Reply, SaveResult};
use indexmap::IndexMap;
use scenarios::ast::CallOutcome;

use crate::observe::words::call_outcome_word;

/// What came of a call, or of a part of it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Replied {
    pub(crate) outcome: CallOutcome,
    /// Whether nobody can know if it was carried out.
    pub(crate) ambiguous: bool,
    /// Salesforce's code for the whole of it.
    pub(crate) code: Option<String>,
    /// Salesforce's words, or how many rows were read.
    pub(crate) text: String,
    /// The results of the rows that were written.
    pub(crate) rows: Vec<RowResult>,
    /// The parts of a composite.
    pub(crate) parts: Vec<Replied>,
}

/// What came of one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum RowResult {
    /// It was saved under this id.
    Saved(String),
    /// It was refused.
    Refused {
        /// The code.
        code: String,
        /// The message.
        message: String,
    },
}

impl Replied {
    pub(crate) fn of(reply: &Reply) -> Self {
        match reply {
            Reply::Done(done) => Self::done(done),
            Reply::Refused(refusal) => Self {
                code: Some(refusal.code.clone()),
                text: refusal.message.clone(),
                ..Self::plain(CallOutcome::Refused)
            },
            Reply::Unavailable { code } => {
                Self { code: Some(code.clone()), ..Self::plain(CallOutcome::Unavailable) }
            }
            Reply::Lost(lost) => Self {
                ambiguous: *lost == Lost::Unknown,
                text: match lost {
                    Lost::NotSent => "it was not sent".to_owned(),
                    Lost::Unknown => "whether it was carried out is unknown".to_owned(),
                },
                ..Self::plain(CallOutcome::Lost)
            },
        }
    }

    fn plain(outcome: CallOutcome) -> Self {
        let (code, text) = (None, String::new());
        Self { outcome, ambiguous: false, code, text, rows: Vec::new(), parts: Vec::new() }
    }

    fn done(done: &Done) -> Self {
        let mut replied = Self::plain(CallOutcome::Done);
        match done {
            Done::LoggedIn => replied.text.push_str("logged in"),
            Done::Rows { rows, more } => {
                let tail = if more.is_some() { ", and more" } else { "" };
                replied.text = format!("{} found{tail}", count(rows.len(), "record"));
            }
            Done::Saved(results) => replied.rows = results.iter().map(RowResult::of).collect(),
            Done::Met(record) => {
                replied.text.push_str("the record was there");
                let saved = record.iter().map(|id| RowResult::Saved(id.to_string()));
                replied.rows = saved.collect();
            }
            Done::Converted(results) => {
                replied.rows = results
                    .iter()
                    .map(|result| match result {
                        Ok(converted) => {
                            let contact = converted.contact.as_ref();
                            RowResult::Saved(contact.map(ToString::to_string).unwrap_or_default())
                        }
                        Err(refusal) => RowResult::of(&Err(refusal.clone())),
                    })
                    .collect();
            }
            Done::Parts(parts) => replied.parts = parts.iter().map(Self::of).collect(),
            Done::Described(fields) => replied.text = count(fields.len(), "field"),
            Done::JobOpened { job } => replied.text = format!("job {job} was opened"),
            Done::JobTaken => replied.text.push_str("taken"),
            Done::JobState { state, .. } => replied.text = format!("the job is {state}"),
            Done::JobResults(results) => {
                replied.text = count(results.len(), "row");
                let known = results.iter().filter_map(|it| it.result.as_ref());
                replied.rows = known.map(RowResult::of).collect();
            }
        }
        replied
    }
}

impl Replied {
    /// In words.
    pub(crate) fn told(&self) -> String {
        let mut parts: Vec<String> = Vec::new();
        if self.outcome != CallOutcome::Done {
            parts.push(call_outcome_word(self.outcome).to_owned());
        }
        parts.extend(self.code.clone());
        if !self.text.is_empty() {
            parts.push(self.text.clone());
        }
        parts.extend(self.rows.iter().map(RowResult::told));
        let inner: Vec<String> = self.parts.iter().map(Self::told).collect();
        if !inner.is_empty() {
            parts.push(inner.join("; "));
        }
        parts.join(", ")
    }

    /// Adds what can be looked up by name.
    pub(crate) fn describe(&self, prefix: &str, detail: &mut IndexMap<String, String>) {
        let single = self.rows.len() == 1;
        for (index, row) in (1..).zip(&self.rows) {
            let row_prefix =
                if single { prefix.to_owned() } else { format!("{prefix}row.{index}.") };
            match row {
                RowResult::Saved(id) => {
                    detail.insert(format!("{row_prefix}id"), id.clone());
                }
                RowResult::Refused { code, message } => {
                    detail.insert(format!("{row_prefix}code"), code.clone());
                    detail.insert(format!("{row_prefix}message"), message.clone());
                }
            }
        }
        for (index, part) in (1..).zip(&self.parts) {
            let prefix = format!("{prefix}part.{index}.");
            detail.insert(format!("{prefix}outcome"), call_outcome_word(part.outcome).to_owned());
            if let Some(code) = &part.code {
                detail.insert(format!("{prefix}code"), code.clone());
            }
            part.describe(&prefix, detail);
        }
    }
}

impl RowResult {
    /// How the row ended.
    pub(crate) fn outcome(&self) -> CallOutcome {
        match self {
            Self::Saved(_) => CallOutcome::Done,
            Self::Refused { .. } => CallOutcome::Refused,
        }
    }

    fn told(&self) -> String {
        match self {
            Self::Saved(id) => format!("saved {id}"),
            Self::Refused { code, message } => format!("refused {code}: {message}"),
        }
    }

    fn of(result: &SaveResult) -> Self {
        match result {
            Ok(id) => Self::Saved(id.to_string()),
            Err(Refusal { code, message, .. }) => {
                Self::Refused { code: code.clone(), message: message.clone() }
            }
        }
    }
}

/// `1 record`, `2 records`.
pub(crate) fn count(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}
