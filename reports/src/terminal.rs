//! What does a person at a terminal read? One line an area while all is well, and every failure in full.

mod excerpt;

use crate::area::{Counts, areas};
use crate::model::{Bundle, FindingResult, JournalLine, ScenarioOutcome, ScenarioResult, Summary};
use crate::moment::moment;
use crate::text::{append, clean};
use excerpt::{excerpt, without_place};

/// Most findings of a scenario that are shown in full.
pub const MAX_FINDINGS_SHOWN: usize = 5;
/// Most scenarios that are shown in full; the others are named.
pub const MAX_FAILURES_SHOWN: usize = 50;
/// Most journal lines that a finding quotes.
const MAX_JOURNAL_LINES: usize = 4;

/// How the text is dressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    /// Whether colours are written, as ANSI escapes.
    pub colour: bool,
}

impl Style {
    /// For pipes and files.
    pub fn plain() -> Self {
        Self { colour: false }
    }

    /// For terminals.
    pub fn coloured() -> Self {
        Self { colour: true }
    }

    fn paint(self, ink: Ink, text: &str) -> String {
        let code = match ink {
            Ink::Good => "32",
            Ink::Bad => "1;31",
            Ink::Strong => "1",
            Ink::Faint => "2",
        };
        if self.colour { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }
}

/// What a piece of text means.
#[derive(Debug, Clone, Copy)]
enum Ink {
    Good,
    Bad,
    Strong,
    Faint,
}

/// The whole report but its last line: areas, then every scenario that is not green.
pub fn render(bundle: &Bundle, style: Style) -> String {
    let mut text = String::new();
    let areas = areas(&bundle.result.scenarios);
    let width = areas.keys().map(|it| it.chars().count()).max().unwrap_or(0);
    for (area, counts) in &areas {
        text.push_str(&area_line(area, *counts, width, style));
    }
    let red: Vec<usize> = red(bundle).collect();
    for index in red.iter().take(MAX_FAILURES_SHOWN) {
        text.push('\n');
        text.push_str(&failure(bundle, *index, style));
    }
    if red.len() > MAX_FAILURES_SHOWN {
        append(&mut text, format_args!("\nand {} more:\n", red.len() - MAX_FAILURES_SHOWN));
    }
    for scenario in red.iter().skip(MAX_FAILURES_SHOWN).filter_map(|it| scenario(bundle, *it)) {
        append(&mut text, format_args!("  {}  {}\n", word(scenario.outcome), clean(&scenario.id)));
    }
    text
}

/// The last line of a run: `3 passed, 1 failed`, with the errors first if there are any.
pub fn last_line(summary: &Summary) -> String {
    let errors = match summary.errors {
        0 => String::new(),
        1 => "1 error, ".to_owned(),
        more => format!("{more} errors, "),
    };
    format!("{errors}{} passed, {} failed", summary.passed, summary.failed)
}

/// One scenario that is not green, in full. Nothing for one that is.
pub fn failure(bundle: &Bundle, index: usize, style: Style) -> String {
    let Some(scenario) = scenario(bundle, index) else { return String::new() };
    if scenario.outcome == ScenarioOutcome::Passed {
        return String::new();
    }
    let word = style.paint(Ink::Bad, word(scenario.outcome));
    let id = style.paint(Ink::Strong, &clean(&scenario.id));
    let took = style.paint(Ink::Faint, &format!("virtual {}", moment(scenario.virtual_ms)));
    let mut text = format!("{word}  {id}  {took}\n      {}\n", clean(&scenario.title));
    for finding in scenario.findings.iter().take(MAX_FINDINGS_SHOWN) {
        text.push_str(&self::finding(bundle, index, finding, style));
    }
    let more: Vec<_> = scenario.findings.iter().skip(MAX_FINDINGS_SHOWN).collect();
    if !more.is_empty() {
        let all: Vec<String> = more.iter().map(|it| clean(&it.message)).collect();
        text.push_str(&note("more", &format!("{} further: {}", all.len(), all.join("; ")), style));
    }
    if !scenario.again.is_empty() {
        text.push_str(&note("again", &clean(&scenario.again), style));
    }
    text
}

fn scenario(bundle: &Bundle, index: usize) -> Option<&ScenarioResult> {
    bundle.result.scenarios.get(index)
}

/// The numbers of the scenarios that are not green.
fn red(bundle: &Bundle) -> impl Iterator<Item = usize> {
    let all = bundle.result.scenarios.iter().enumerate();
    all.filter(|it| it.1.outcome != ScenarioOutcome::Passed).map(|it| it.0)
}

fn word(outcome: ScenarioOutcome) -> &'static str {
    match outcome {
        ScenarioOutcome::Passed => "PASS",
        ScenarioOutcome::Failed => "FAIL",
        ScenarioOutcome::HoldMissed => "HOLD",
        ScenarioOutcome::Error => "BUG ",
    }
}

fn area_line(area: &str, counts: Counts, width: usize, style: Style) -> String {
    let area = if area.is_empty() { "." } else { area };
    let area = format!("{:width$}", clean(area));
    let passed = format!("{:>4} passed", counts.passed);
    let mut rest = String::new();
    let errors = if counts.errors == 1 { "error" } else { "errors" };
    for (count, word) in [(counts.failed, "failed"), (counts.errors, errors)] {
        if count > 0 {
            rest.push_str(&style.paint(Ink::Bad, &format!(", {count} {word}")));
        }
    }
    let green = counts.all() == counts.passed;
    let mark = if green { style.paint(Ink::Good, "ok  ") } else { style.paint(Ink::Bad, "FAIL") };
    format!("{mark}  {area}  {passed}{rest}\n")
}

fn finding(bundle: &Bundle, index: usize, finding: &FindingResult, style: Style) -> String {
    let code = style.paint(Ink::Bad, &format!("error[{}]", clean(&finding.code)));
    let concerns = clean(&finding.concerns.join(", "));
    let head =
        format!("{code}: {}  {}", clean(&finding.message), style.paint(Ink::Faint, &concerns));
    let mut text = format!("{}\n", head.trim_end());
    let record = bundle.record(index);
    match (&finding.place, record) {
        (Some(place), Some(record)) => {
            text.push_str(&excerpt(&record.source, place, finding, style));
        }
        _ => text.push_str(&without_place(finding)),
    }
    if let Some(at) = finding.at_ms {
        text.push_str(&note("at", &format!("{} after the start", moment(at)), style));
    }
    if !finding.why.is_empty() {
        text.push_str(&note("why", &finding.why.join("\n"), style));
    }
    let journal = record.map(|it| quoted(&it.journal, finding)).unwrap_or_default();
    if !journal.is_empty() {
        text.push_str(&note("journal", &journal, style));
    }
    text
}

/// The journal lines that a finding refers to, as far as there is room, and the numbers of the others.
///
/// A line that the reasons have quoted already is left out.
fn quoted(journal: &[JournalLine], finding: &FindingResult) -> String {
    let said = |seq: &u64| finding.why.iter().any(|it| it.starts_with(&format!("#{seq} ")));
    let related: Vec<u64> = finding.related.iter().copied().filter(|it| !said(it)).collect();
    let mut lines: Vec<String> = Vec::new();
    for seq in related.iter().take(MAX_JOURNAL_LINES) {
        let line =
            journal.binary_search_by_key(seq, |it| it.seq).ok().and_then(|it| journal.get(it));
        let said = line.map_or("is not in the journal", |it| it.text.as_str());
        lines.push(format!("#{seq} {said}"));
    }
    let more: Vec<String> =
        related.iter().skip(MAX_JOURNAL_LINES).take(20).map(|it| format!("#{it}")).collect();
    if !more.is_empty() {
        lines.push(format!("and {}", more.join(", ")));
    }
    lines.join("\n")
}

/// A note below a finding; further lines of it stand below the first.
fn note(label: &str, text: &str, style: Style) -> String {
    let mut written = String::new();
    for (number, line) in text.lines().enumerate() {
        let label =
            if number == 0 { format!("= {:<9}", format!("{label}:")) } else { " ".repeat(11) };
        let label = style.paint(Ink::Faint, &label);
        written.push_str(format!("   {label}{}", clean(line)).trim_end());
        written.push('\n');
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_come_first_in_the_last_line_and_only_if_there_are_any() {
        let line = |passed, failed, errors| last_line(&Summary { passed, failed, errors });
        assert_eq!(line(3, 1, 0), "3 passed, 1 failed");
        assert_eq!(line(3, 0, 1), "1 error, 3 passed, 0 failed");
        assert_eq!(line(0, 0, 2), "2 errors, 0 passed, 0 failed");
    }
}
