//! What was decided about a visitor, and what came of it? The journal, sorted by visitor and by wanted change.

use crate::model::{JournalLine, ScenarioRecord};
use indexmap::IndexMap;
use std::collections::BTreeMap;

/// Everything that was decided about one visitor.
#[derive(Debug, Default)]
pub(crate) struct Story<'a> {
    /// The visitor's name; empty for changes without a visitor.
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
        let settled = self.settled().and_then(|it| it.detail.get("owner"));
        let decided = self.lines.iter().rev().find(|it| question(it) == "owner");
        settled.or_else(|| decided.and_then(|it| it.chosen.as_ref())).map(String::as_str)
    }
}

/// The stories of a scenario's visitors, in the order in which they appear.
pub(crate) fn stories(record: &ScenarioRecord) -> Vec<Story<'_>> {
    let mut stories: IndexMap<&str, Story<'_>> = IndexMap::new();
    let whose = visitors_of_intents(&record.journal);
    let mut calls: BTreeMap<u64, Vec<u64>> = BTreeMap::new();
    for line in record.journal.iter().filter(|it| tells_why(it)) {
        let intents = intents_of(line, &calls);
        if line.kind == "call" {
            calls.insert(line.seq, intents.clone());
        }
        for intent in &intents {
            let visitor = whose.get(intent).copied().unwrap_or("");
            let story = stories.entry(visitor).or_default();
            story.intents.entry(*intent).or_default().lines.push(line);
        }
        if let (true, Some(visitor)) = (intents.is_empty(), line.visitor.as_deref()) {
            stories.entry(visitor).or_default().apart.push(line);
        }
    }
    let named = stories.into_iter().map(|(visitor, story)| Story { visitor, ..story });
    named.collect()
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

fn visitors_of_intents(journal: &[JournalLine]) -> BTreeMap<u64, &str> {
    let mut visitors = BTreeMap::new();
    for line in journal {
        if let (Some(intent), Some(visitor)) = (line.intent, line.visitor.as_deref()) {
            visitors.entry(intent).or_insert(visitor);
        }
    }
    visitors
}

/// The wanted changes that a line is about; an answer is about those of its call.
fn intents_of(line: &JournalLine, calls: &BTreeMap<u64, Vec<u64>>) -> Vec<u64> {
    if let Some(intent) = line.intent {
        return vec![intent];
    }
    if let Some(batch) = line.detail.get("intents") {
        return batch.split(',').filter_map(|it| it.trim().parse().ok()).collect();
    }
    let call = line.cause.filter(|_| line.kind == "answer");
    call.and_then(|it| calls.get(&it)).cloned().unwrap_or_default()
}
