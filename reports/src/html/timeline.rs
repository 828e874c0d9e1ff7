//! Who did what when? Lanes side by side, time downwards, long pauses drawn short.

use super::MAX_LINES_SHOWN;
use super::anchor;
use super::words::{Called, Link};
use crate::model::{JournalLine, Lane, ScenarioRecord, ScenarioResult};
use crate::moment::moment;
use crate::names::Names;
use crate::story::said;
use std::collections::BTreeSet;

/// Pauses from this length on get a row of their own, in ms.
const PAUSE_MS: i64 = 1_000;
/// Pauses from this length on are drawn a little longer, in ms.
const LONG_PAUSE_MS: i64 = 60_000;

/// Details that a row tells already, or that only machines count.
const TOLD: [&str; 9] =
    ["origin", "kind", "change", "question", "action", "call", "exchange", "source_event", "id"];

/// The swim lanes of a scenario.
#[derive(Debug)]
pub(super) struct Timeline {
    /// The lanes that something happens in, from left to right.
    pub(super) lanes: Vec<LaneHead>,
    pub(super) rows: Vec<Row>,
    /// How many lines there are beyond those shown.
    pub(super) left_out: usize,
}

/// A lane's heading.
#[derive(Debug, Clone, Copy)]
pub(super) struct LaneHead {
    lane: Lane,
    pub(super) name: &'static str,
    /// Its class of the style sheet, which also gives its place.
    pub(super) class: &'static str,
}

/// One journal line, in its lane.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) pause: Option<Pause>,
    pub(super) anchor: String,
    pub(super) number: Link,
    /// The time, where it is another one than above.
    pub(super) time: Option<String>,
    pub(super) lane: LaneHead,
    /// Whether a fault is on.
    pub(super) is_faulted: bool,
    pub(super) shape: &'static str,
    /// Who does it, in the visitors' lane.
    pub(super) who: String,
    /// Whom it is about, in the other lanes, where there are several visitors.
    pub(super) whose: String,
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

impl Row {
    /// Whether there is anything below the row's words.
    pub(super) fn has_meta(&self) -> bool {
        let links = [
            self.rule.is_some(),
            self.chosen.is_some(),
            self.record.is_some(),
            self.cause.is_some(),
        ];
        let lists = [self.whose.is_empty(), self.rejected.is_empty(), self.detail.is_empty()];
        links.contains(&true) || lists.contains(&false)
    }
}

/// A pause before a line.
#[derive(Debug)]
pub(super) struct Pause {
    pub(super) words: String,
    pub(super) is_long: bool,
    /// Whether a fault is on in it.
    pub(super) is_faulted: bool,
}

const LANES: [LaneHead; 5] = [
    LaneHead { lane: Lane::Visitor, name: "Visitor", class: "visitor" },
    LaneHead { lane: Lane::Rep, name: "Rep", class: "rep" },
    LaneHead { lane: Lane::Engine, name: "Engine", class: "engine" },
    LaneHead { lane: Lane::Salesforce, name: "Salesforce", class: "salesforce" },
    LaneHead { lane: Lane::Admin, name: "Admin", class: "admin" },
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
    let hit = record.journal.iter().filter(|it| it.detail.contains_key("fault"));
    let drawer = Drawer {
        scenario: &scenario.id,
        names: Names(&record.names),
        faults: faults(&record.journal),
        hit: hit.map(|it| it.seq).collect(),
        several: shown.iter().filter_map(|it| it.visitor.as_ref()).collect::<BTreeSet<_>>().len()
            > 1,
    };
    let before = [None].into_iter().chain(shown.iter().copied().map(Some));
    let rows = shown.iter().zip(before).map(|(line, before)| drawer.row(line, before));
    Timeline { lanes: lanes(&shown), rows: rows.collect(), left_out: all - shown.len() }
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

fn lanes(lines: &[&JournalLine]) -> Vec<LaneHead> {
    let mut used: BTreeSet<Lane> = lines.iter().map(|it| lane(it)).collect();
    if lines.iter().any(|it| is_exchange(it)) {
        used.insert(Lane::Salesforce);
    }
    LANES.into_iter().filter(|it| used.contains(&it.lane)).collect()
}

fn head(lane: Lane) -> LaneHead {
    let [first, ..] = LANES;
    LANES.into_iter().find(|it| it.lane == lane).unwrap_or(first)
}

/// When faults were on, as far as the journal says until when.
fn faults(journal: &[JournalLine]) -> Vec<(i64, i64)> {
    let faults = journal.iter().filter(|it| it.kind == "fault");
    faults.filter_map(|it| Some((it.at, it.detail.get("until")?.parse().ok()?))).collect()
}

/// What all rows of a scenario need.
struct Drawer<'a> {
    scenario: &'a str,
    names: Names<'a>,
    faults: Vec<(i64, i64)>,
    /// Calls that met a fault.
    hit: BTreeSet<u64>,
    /// Whether there are several visitors.
    several: bool,
}

impl Drawer<'_> {
    fn row(&self, line: &JournalLine, before: Option<&JournalLine>) -> Row {
        let bad = ["refused", "dead_lettered", "dead_letter", "unavailable", "lost"];
        let called = |it: &str| Called::new(self.names, it);
        let record = line.record.as_deref().filter(|it| line.chosen.as_deref() != Some(*it));
        let known = before.map_or([None, None], |it| [Some(it.seq), it.cause]);
        let cause = line.cause.filter(|it| !known.contains(&Some(*it)));
        let detail = line.detail.iter().filter(|it| !TOLD.contains(&it.0.as_str()));
        let visitor = line.visitor.clone().unwrap_or_default();
        let (who, whose) = match line.lane {
            Lane::Visitor if line.kind == "event" => (visitor, String::new()),
            _ if self.several => (String::new(), visitor),
            _ => Default::default(),
        };
        Row {
            pause: before.and_then(|it| self.pause(it, line)),
            anchor: anchor::line(self.scenario, line.seq),
            number: Link::line(self.scenario, line.seq),
            time: before.is_none_or(|it| it.at != line.at).then(|| moment(line.at)),
            lane: head(lane(line)),
            is_faulted: self.is_faulted(line),
            shape: shape(line),
            who,
            whose,
            text: words(line),
            rule: line.rule.as_deref().map(Link::rule),
            chosen: line.chosen.as_deref().map(called),
            record: record.map(called),
            outcome: line.outcome.clone(),
            is_bad: line.outcome.as_deref().is_some_and(|it| bad.contains(&it)),
            cause: cause.map(|it| Link::line(self.scenario, it)),
            rejected: line.rejected.iter().map(|it| (called(&it.0), Link::rule(&it.1))).collect(),
            detail: detail.map(|(key, value)| (label(key), self.names.call(value))).collect(),
        }
    }

    fn is_faulted(&self, line: &JournalLine) -> bool {
        let hit = [Some(line.seq), line.cause.filter(|_| line.kind == "answer")];
        self.faults.iter().any(|(from, to)| (*from..*to).contains(&line.at))
            || hit.into_iter().flatten().any(|it| self.hit.contains(&it))
    }

    fn pause(&self, before: &JournalLine, line: &JournalLine) -> Option<Pause> {
        let passed = line.at.saturating_sub(before.at);
        (passed >= PAUSE_MS).then(|| Pause {
            words: format!("{} later", moment(passed)),
            is_long: passed >= LONG_PAUSE_MS,
            is_faulted: self.faults.iter().any(|it| (it.0..it.1).contains(&before.at))
                || self.is_faulted(before) && self.is_faulted(line),
        })
    }
}

/// A row's words. The visitor's name stands before them already; an event's end has its rule beside it.
fn words(line: &JournalLine) -> String {
    if line.kind == "source" && line.rule.is_some() {
        return "event settled".to_owned();
    }
    let text = said(line);
    let visitor = line.visitor.as_deref().filter(|_| line.lane == Lane::Visitor);
    let rest = visitor.and_then(|it| text.strip_prefix(it)?.strip_prefix(' '));
    rest.map_or_else(|| text.clone().into_owned(), str::to_owned)
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
        "settled" => "settled",
        "source" | "due" => "aside",
        "change" => "change",
        "fault" | "alert" => "alarm",
        _ => "event",
    }
}
