//! What was decided about a visitor, and what came of it? The journal, sorted by visitor and by wanted change.

use crate::model::{JournalLine, ScenarioRecord};
use indexmap::IndexMap;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// Everything that was decided about one visitor.
#[derive(Debug, Default)]
pub(crate) struct Story<'a> {
    /// The visitor's name, or what else it is about (`account globex`); empty for changes without either.
    pub(crate) visitor: &'a str,
    /// Decisions that belong to no wanted change: who it is, what is not due yet.
    pub(crate) apart: Vec<&'a JournalLine>,
    /// The wanted changes, in the order in which they came up.
    pub(crate) intents: IndexMap<u64, Intent<'a>>,
}

/// One change that the engine wanted, from its trigger to its outcome.
#[derive(Debug, Default)]
pub(crate) struct Intent<'a> {
    /// Its lines, in order: decisions, calls, answers, the outcome.
    pub(crate) lines: Vec<&'a JournalLine>,
}

impl<'a> Intent<'a> {
    /// What it wanted: `create`, `update`, …
    pub(crate) fn action(&self) -> &'a str {
        let said = self.lines.iter().find_map(|it| it.detail.get("action"));
        said.map_or("sync", String::as_str)
    }

    /// The line of its outcome; nothing while it is open.
    pub(crate) fn settled(&self) -> Option<&'a JournalLine> {
        self.lines.iter().rev().copied().find(|it| it.kind == "settled")
    }

    /// Its outcome in a word.
    pub(crate) fn outcome(&self) -> &'a str {
        self.settled().and_then(|it| it.outcome.as_deref()).unwrap_or("pending")
    }

    /// The record that it ended at.
    pub(crate) fn record(&self) -> Option<&'a str> {
        self.settled().and_then(|it| it.record.as_deref())
    }

    /// The owner that was decided.
    pub(crate) fn owner(&self) -> Option<&'a str> {
        let settled = self.settled().and_then(|it| it.detail.get("owner").or(it.chosen.as_ref()));
        let decided = self.lines.iter().rev().find(|it| question(it) == "owner");
        settled.or_else(|| decided.and_then(|it| it.chosen.as_ref())).map(String::as_str)
    }
}

/// The stories of a scenario's visitors, in the order in which they appear.
pub(crate) fn stories(record: &ScenarioRecord) -> Vec<Story<'_>> {
    let mut stories: IndexMap<&str, Story<'_>> = IndexMap::new();
    let whose = visitors_of_intents(&record.journal);
    let exchanges = Exchanges::of(&record.journal);
    let mut told: BTreeSet<(&str, &str)> = BTreeSet::new();
    for line in record.journal.iter().filter(|it| tells_why(it)) {
        let intents = exchanges.intents(line);
        for intent in &intents {
            let visitor = whose.get(intent).copied().unwrap_or("");
            let story = stories.entry(visitor).or_default();
            story.intents.entry(*intent).or_default().lines.push(line);
        }
        let Some(visitor) = whose_line(line).filter(|_| intents.is_empty()) else {
            continue;
        };
        // What became of each event is told by the changes it led to, or by its reason, once.
        let is_new = line.kind != "source"
            || line.outcome.as_deref() != Some("applied")
                && told.insert((visitor, line.rule.as_deref().unwrap_or("")));
        let story = stories.entry(visitor).or_default();
        if is_new {
            story.apart.push(line);
        }
    }
    let named = stories.into_iter().map(|(visitor, story)| Story { visitor, ..story });
    named.collect()
}

/// What a line says, in words.
pub(crate) fn said(line: &JournalLine) -> Cow<'_, str> {
    match line.detail.get("action") {
        Some(action) if line.kind == "opened" => {
            Cow::Owned(format!("wanted: {}", action.replace('_', " ")))
        }
        _ => Cow::Borrowed(&line.text),
    }
}

/// What a decision was about, in a word; for other lines, what the line is.
pub(crate) fn question(line: &JournalLine) -> &str {
    match line.kind.as_str() {
        "decision" => line.detail.get("question").map_or("decision", String::as_str),
        "settled" => "outcome",
        "source" => "event",
        kind => kind,
    }
}

/// Whether a line is a part of the answer to "why?".
fn tells_why(line: &JournalLine) -> bool {
    let telling = ["decision", "opened", "settled", "source", "alert", "due", "call", "answer"];
    telling.contains(&line.kind.as_str())
}

/// The visitor, or what else a line is about.
pub(crate) fn whose_line(line: &JournalLine) -> Option<&str> {
    line.visitor.as_deref().or(line.about.as_deref())
}

fn visitors_of_intents(journal: &[JournalLine]) -> BTreeMap<u64, &str> {
    let mut visitors = BTreeMap::new();
    for line in journal {
        if let (Some(intent), Some(visitor)) = (line.intent, whose_line(line)) {
            visitors.entry(intent).or_insert(visitor);
        }
    }
    visitors
}

/// Which calls and answers belong to which wanted changes.
///
/// A call may name its changes itself. Otherwise they follow from what its answer led to: a decision about a change, or
/// the outcome of one.
struct Exchanges {
    /// Changes by the number of the call or of its answer.
    intents: BTreeMap<u64, BTreeSet<u64>>,
}

impl Exchanges {
    fn of(journal: &[JournalLine]) -> Self {
        let answers = journal.iter().filter(|it| it.kind == "answer");
        let answers: BTreeMap<u64, Option<u64>> = answers.map(|it| (it.seq, it.cause)).collect();
        let mut intents: BTreeMap<u64, BTreeSet<u64>> = BTreeMap::new();
        for line in journal {
            let heard = line.cause.filter(|it| answers.contains_key(it));
            let asked = heard.and_then(|it| answers.get(&it).copied().flatten());
            let own = Some(line.seq).filter(|_| line.kind == "call");
            for exchange in [heard, asked, own].into_iter().flatten() {
                intents.entry(exchange).or_default().extend(named_intents(line));
            }
        }
        for (answer, call) in answers {
            let named = call.and_then(|it| intents.get(&it)).cloned().unwrap_or_default();
            intents.entry(answer).or_default().extend(named);
        }
        Self { intents }
    }

    fn intents(&self, line: &JournalLine) -> Vec<u64> {
        match line.kind.as_str() {
            "call" | "answer" => {
                let found = self.intents.get(&line.seq);
                found.into_iter().flatten().copied().collect()
            }
            _ => named_intents(line),
        }
    }
}

fn named_intents(line: &JournalLine) -> Vec<u64> {
    let batch = line.detail.get("intents").map_or("", String::as_str);
    let batch = batch.split(',').filter_map(|it| it.trim().parse().ok());
    line.intent.into_iter().chain(batch).collect()
}
