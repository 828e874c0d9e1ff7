//! Who did what when? Lanes side by side, time downwards, long pauses drawn short.

use super::MAX_LINES_SHOWN;
use super::anchor;
use super::words::{Called, Link};
use crate::model::{JournalLine, Lane, ScenarioRecord, ScenarioResult};
use crate::moment::moment;
use crate::names::Names;
use std::collections::BTreeSet;

/// Pauses from this length on get a row of their own, in ms.
const PAUSE_MS: i64 = 1_000;
/// Pauses from this length on are drawn a little longer, in ms.
const LONG_PAUSE_MS: i64 = 60_000;

/// The swim lanes of a scenario.
#[derive(Debug)]
pub(super) struct Timeline {
    /// The lanes that something happens in, from left to right.
    pub(super) lanes: Vec<&'static str>,
    pub(super) rows: Vec<Row>,
    /// How many lines there are beyond those shown.
    pub(super) left_out: usize,
}

/// One journal line, in its lane.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) pause: Option<Pause>,
    pub(super) anchor: String,
    pub(super) number: Link,
    /// The time, where it is another one than above.
    pub(super) time: Option<String>,
    /// The lane's number, from 1.
    pub(super) column: usize,
    /// The lane's name.
    pub(super) lane: &'static str,
    /// Salesforce's lane, while a fault is on.
    pub(super) fault_column: Option<usize>,
    pub(super) shape: &'static str,
    pub(super) visitor: String,
    pub(super) text: String,
    pub(super) rule: Option<Link>,
    pub(super) chosen: Option<Called>,
    pub(super) record: Option<Called>,
    pub(super) outcome: Option<String>,
    pub(super) is_bad: bool,
    pub(super) cause: Option<Link>,
    pub(super) rejected: Vec<(Called, Link)>,
    pub(super) detail: Vec<(String, String)>,
}

/// A pause before a line.
#[derive(Debug)]
pub(super) struct Pause {
    pub(super) words: String,
    pub(super) is_long: bool,
}

const LANES: [(Lane, &str); 5] = [
    (Lane::Visitor, "Visitor"),
    (Lane::Rep, "Rep"),
    (Lane::Engine, "Engine"),
    (Lane::Salesforce, "Salesforce"),
    (Lane::Admin, "Admin"),
];

/// The timeline of a scenario's journal. What was there before it began belongs to the story's beginning.
pub(super) fn timeline(scenario: &ScenarioResult, record: &ScenarioRecord) -> Timeline {
    let told: BTreeSet<u64> = scenario.findings.iter().flat_map(|it| it.related.clone()).collect();
    let journal = record.journal.iter().filter(|it| !is_world(it));
    let all = journal.clone().count();
    let shown: Vec<&JournalLine> = journal
        .enumerate()
        .filter(|(number, it)| *number < MAX_LINES_SHOWN || told.contains(&it.seq))
        .map(|it| it.1)
        .collect();
    let lanes = lanes(&shown);
    let faults = faults(&record.journal);
    let mut rows = Vec::new();
    let mut before: Option<&JournalLine> = None;
    for line in &shown {
        let mut row = row(&scenario.id, line, Names(&record.names));
        row.column = column(&lanes, lane(line));
        row.lane = lanes.get(row.column.saturating_sub(1)).map_or("", |it| it.1);
        let faulted = faults.iter().any(|(from, to)| (*from..*to).contains(&line.at));
        row.fault_column = faulted.then(|| column(&lanes, Lane::Salesforce)).filter(|it| *it > 0);
        row.pause = pause(before, line);
        row.time = before.is_none_or(|it| it.at != line.at).then(|| moment(line.at));
        row.cause = line
            .cause
            .filter(|it| before.is_none_or(|before| before.seq != *it))
            .map(|it| Link::line(&scenario.id, it));
        rows.push(row);
        before = Some(line);
    }
    let left_out = all - shown.len();
    Timeline { lanes: lanes.iter().map(|it| it.1).collect(), rows, left_out }
}

/// Whether a line says what was there before the scenario began.
pub(super) fn is_world(line: &JournalLine) -> bool {
    line.detail.get("origin").is_some_and(|it| it == "world")
}

fn is_exchange(line: &JournalLine) -> bool {
    matches!(line.kind.as_str(), "call" | "answer")
}

/// Where a line is drawn. A call and its answer are arrows between the engine and Salesforce: they start at the engine.
fn lane(line: &JournalLine) -> Lane {
    if is_exchange(line) { Lane::Engine } else { line.lane }
}

fn lanes(lines: &[&JournalLine]) -> Vec<(Lane, &'static str)> {
    let mut used: BTreeSet<Lane> = lines.iter().map(|it| lane(it)).collect();
    if lines.iter().any(|it| is_exchange(it)) {
        used.insert(Lane::Salesforce);
    }
    LANES.into_iter().filter(|it| used.contains(&it.0)).collect()
}

fn column(lanes: &[(Lane, &str)], lane: Lane) -> usize {
    lanes.iter().position(|it| it.0 == lane).map_or(0, |it| it + 1)
}

/// When faults were on, as far as the journal says until when.
fn faults(journal: &[JournalLine]) -> Vec<(i64, i64)> {
    let faults = journal.iter().filter(|it| it.kind == "fault");
    faults.filter_map(|it| Some((it.at, it.detail.get("until")?.parse().ok()?))).collect()
}

fn pause(before: Option<&JournalLine>, line: &JournalLine) -> Option<Pause> {
    let passed = line.at.saturating_sub(before?.at);
    (passed >= PAUSE_MS).then(|| Pause {
        words: format!("{} later", moment(passed)),
        is_long: passed >= LONG_PAUSE_MS,
    })
}

fn row(scenario: &str, line: &JournalLine, names: Names<'_>) -> Row {
    let bad = ["refused", "dead_lettered", "dead_letter", "unavailable", "lost"];
    let rejected = line.rejected.iter();
    let told = ["origin", "kind", "question", "action"];
    let detail = line.detail.iter().filter(|it| !told.contains(&it.0.as_str()));
    Row {
        pause: None,
        anchor: anchor::line(scenario, line.seq),
        number: Link::line(scenario, line.seq),
        time: None,
        column: 0,
        lane: "",
        fault_column: None,
        shape: shape(line),
        visitor: line.visitor.clone().unwrap_or_default(),
        text: line.text.clone(),
        rule: line.rule.as_deref().map(Link::rule),
        chosen: line.chosen.as_deref().map(|it| Called::new(names, it)),
        record: line
            .record
            .as_deref()
            .filter(|it| line.chosen.as_deref() != Some(*it))
            .map(|it| Called::new(names, it)),
        outcome: line.outcome.clone(),
        is_bad: line.outcome.as_deref().is_some_and(|it| bad.contains(&it)),
        cause: None,
        rejected: rejected.map(|it| (Called::new(names, &it.0), Link::rule(&it.1))).collect(),
        detail: detail.map(|(key, value)| (label(key), names.call(value))).collect(),
    }
}

fn label(key: &str) -> String {
    key.strip_prefix("field.").or(key.strip_prefix("header.")).unwrap_or(key).to_owned()
}

/// How a line is drawn, as a class of the style sheet.
fn shape(line: &JournalLine) -> &'static str {
    match line.kind.as_str() {
        "call" => "call",
        "answer" => "answer",
        "decision" => "decision",
        "settled" | "source" => "settled",
        "change" => "change",
        "fault" | "alert" => "alarm",
        _ => "event",
    }
}
