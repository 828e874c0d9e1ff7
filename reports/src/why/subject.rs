//! Who or what is asked about? Names, e-mail addresses and ids, over the scenarios of a bundle.

use super::{Choice, MAX_NEAREST, WhyError};
use crate::model::{Bundle, JournalLine, ScenarioRecord};
use crate::names::{Names, is_id, object_of, same_id};
use crate::story::whose_line;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// How alike two names must be to be suggested, from 0 to 1.
const ALIKE: f64 = 0.8;

/// One thing that the question can be about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Found {
    /// The scenario, by number.
    pub(super) index: usize,
    /// The scenario's id.
    pub(super) scenario: String,
    /// What it is.
    pub(super) subject: Subject,
}

/// What a question is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Subject {
    /// A visitor by name, or what else the engine wants changes for (`account globex`).
    Visitor(String),
    /// A record, by id, and what the file calls it.
    Record { id: String, name: Option<String> },
}

impl Found {
    /// The question that means only this.
    pub(super) fn choice(&self) -> Choice {
        Choice { scenario: self.scenario.clone(), subject: self.subject.asked() }
    }
}

impl Subject {
    /// How to ask for it.
    pub(super) fn asked(&self) -> String {
        match self {
            Self::Visitor(name) => match name.split_once(' ') {
                Some((kind @ ("account" | "list" | "rep"), other)) => format!("{kind}:{other}"),
                _ => format!("visitor:{name}"),
            },
            Self::Record { id, .. } => match object_of(id) {
                Some(object @ ("lead" | "contact")) => format!("{object}:{id}"),
                _ => id.clone(),
            },
        }
    }
}

/// What is asked for: a kind, if one was named, and the name.
struct Asked<'a> {
    kind: Option<&'a str>,
    name: &'a str,
}

/// Everything that a question can mean; never empty.
pub(super) fn find(
    bundle: &Bundle,
    scenario: Option<&str>,
    subject: &str,
) -> Result<Vec<Found>, WhyError> {
    if let Some(id) = scenario.filter(|id| bundle.scenarios.iter().all(|it| it.id != **id)) {
        let ids = bundle.scenarios.iter().map(|it| it.id.as_str());
        let nearest = nearest(id, ids).into_iter().map(str::to_owned).collect();
        return Err(WhyError::UnknownScenario { scenario: id.to_owned(), nearest });
    }
    let asked = match subject.split_once(':') {
        Some((kind @ ("visitor" | "lead" | "contact" | "account" | "list"), name)) => {
            Asked { kind: Some(kind), name }
        }
        _ => Asked { kind: None, name: subject },
    };
    let records = bundle.scenarios.iter().enumerate();
    let records: Vec<(usize, &ScenarioRecord)> =
        records.filter(|it| scenario.is_none_or(|id| it.1.id == id)).collect();
    let found: BTreeSet<Found> =
        records.iter().flat_map(|(index, record)| in_scenario(*index, record, &asked)).collect();
    if found.is_empty() {
        let nearest = alike(&records, &asked);
        let scenario = scenario.map(str::to_owned);
        return Err(WhyError::UnknownSubject { subject: subject.to_owned(), scenario, nearest });
    }
    Ok(found.into_iter().collect())
}

fn in_scenario(index: usize, record: &ScenarioRecord, asked: &Asked<'_>) -> Vec<Found> {
    let visitors = visitors(record).into_iter().map(|it| Subject::Visitor(it.to_owned()));
    let by_name = visitors.filter(|it| named(it, asked));
    let records = records(record);
    let emails = emails(record);
    let by_record = records.into_iter().filter(|it| {
        let Subject::Record { id, .. } = it else { return false };
        let right_kind = asked.kind.is_none_or(|kind| object_of(id) == Some(kind));
        let mailed = emails.get(id.as_str()).is_some_and(|it| it.eq_ignore_ascii_case(asked.name));
        right_kind && (named(it, asked) || mailed)
    });
    let scenario = &record.id;
    by_name
        .chain(by_record)
        .map(|subject| Found { index, scenario: scenario.clone(), subject })
        .collect()
}

fn named(subject: &Subject, asked: &Asked<'_>) -> bool {
    match subject {
        Subject::Visitor(name) => match asked.kind {
            None | Some("visitor") => name == asked.name,
            Some(kind) => name.split_once(' ') == Some((kind, asked.name)),
        },
        Subject::Record { id, name } => {
            name.as_deref() == Some(asked.name) || same_id(id, asked.name)
        }
    }
}

fn visitors(record: &ScenarioRecord) -> BTreeSet<&str> {
    record.journal.iter().filter_map(whose_line).collect()
}

/// Every record that the journal or the file knows. Users and queues decide nothing, so nobody asks why about them.
fn records(record: &ScenarioRecord) -> BTreeSet<Subject> {
    let names = Names(&record.names);
    let lines = record.journal.iter();
    let candidates = lines.flat_map(|line| {
        let passed_over = line.rejected.iter().map(|it| it.0.as_str());
        line.record.as_deref().into_iter().chain(line.chosen.as_deref()).chain(passed_over)
    });
    let ids = candidates.chain(record.names.keys().map(String::as_str));
    let ids = ids.filter(|id| is_id(id) && !matches!(object_of(id), Some("user" | "queue")));
    let subject =
        |id: &str| Subject::Record { id: id.to_owned(), name: names.name(id).map(str::to_owned) };
    ids.map(subject).collect()
}

/// The e-mail address of each record, as far as the journal tells it.
fn emails(record: &ScenarioRecord) -> BTreeMap<&str, &str> {
    let email = |line: &'_ JournalLine| line.detail.get("field.Email").cloned();
    let told = record.journal.iter().filter(|it| it.kind == "change" && email(it).is_some());
    let pairs = told.filter_map(|line| {
        Some((line.record.as_deref()?, line.detail.get("field.Email")?.as_str()))
    });
    pairs.collect()
}

/// What is there and reads like what was asked for, best first.
fn alike(records: &[(usize, &ScenarioRecord)], asked: &Asked<'_>) -> Vec<Choice> {
    let mut near: Vec<(Reverse<u64>, Choice)> = Vec::new();
    for (_, record) in records {
        let subjects = visitors(record).into_iter().map(|it| Subject::Visitor(it.to_owned()));
        for subject in subjects.chain(self::records(record)) {
            let name = match &subject {
                Subject::Visitor(name) => Some(name),
                Subject::Record { id, name } => name.as_ref().or(is_id(asked.name).then_some(id)),
            };
            let Some(score) = name.and_then(|it| likeness(it, asked.name)) else { continue };
            let choice = Choice { scenario: record.id.clone(), subject: subject.asked() };
            near.push((Reverse(score), choice));
        }
    }
    near.sort();
    near.into_iter().take(MAX_NEAREST).map(|it| it.1).collect()
}

fn nearest<'a>(asked: &str, known: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut near: Vec<(Reverse<u64>, &str)> =
        known.filter_map(|it| Some((Reverse(likeness(it, asked)?), it))).collect();
    near.sort_unstable();
    near.into_iter().take(MAX_NEAREST).map(|it| it.1).collect()
}

/// How alike two names are, in millionths, if they are alike at all.
fn likeness(one: &str, other: &str) -> Option<u64> {
    let alike = strsim::jaro_winkler(&one.to_lowercase(), &other.to_lowercase());
    let part = !other.is_empty() && one.contains(other);
    let alike = if part { alike.max(ALIKE) } else { alike };
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 1")]
    let millionths = (alike * 1e6) as u64;
    (alike >= ALIKE).then_some(millionths)
}
