//! What does the scenario file say at the place that was not met? Its lines, with a caret below the value.

use super::{Ink, Style};
use crate::model::{FindingResult, Place};
use crate::outline::outline;
use crate::text::clean;

/// The column from which on expected and actual stand at the left, below the caret.
const FAR_RIGHT: usize = 40;

/// Lines of the excerpt, each with its number or without.
type Lines = Vec<(Option<u32>, String)>;

/// The place, the line where its expectation begins, the line itself, and expected and actual below the value.
pub(super) fn excerpt(
    source: &str,
    place: &Place,
    finding: &FindingResult,
    style: Style,
) -> String {
    let lines = lines(source, place, finding, style);
    let numbers = lines.iter().filter_map(|it| it.0).max().unwrap_or(place.line);
    let width = numbers.to_string().len();
    let bar = style.paint(Ink::Faint, "|");
    let arrow = style.paint(Ink::Faint, "-->");
    let (file, line, column) = (clean(&place.file), place.line, place.column);
    let mut text = format!("{:width$}{arrow} {file}:{line}:{column}\n{:width$} {bar}\n", "", "");
    for (number, line) in lines {
        let number = number.map(|it| it.to_string()).unwrap_or_default();
        let number = style.paint(Ink::Faint, &format!("{number:>width$}"));
        text.push_str(format!("{number} {bar} {line}").trim_end());
        text.push('\n');
    }
    text
}

fn lines(source: &str, place: &Place, finding: &FindingResult, style: Style) -> Lines {
    let text = |line: u32| {
        let index = usize::try_from(line).ok()?.checked_sub(1)?;
        source.lines().nth(index).map(clean)
    };
    let mut lines = Lines::new();
    let entry = outline(source).expectation_at(place.line).filter(|it| it.first < place.line);
    if let Some(entry) = entry {
        lines.push((Some(entry.first), text(entry.first).unwrap_or_default()));
        if entry.first + 1 < place.line {
            lines.push((None, style.paint(Ink::Faint, "...")));
        }
    }
    let before = usize::try_from(place.column.saturating_sub(1)).unwrap_or(0);
    let meant = usize::try_from(place.length.max(1)).unwrap_or(1);
    let Some(line) = text(place.line) else {
        lines.extend(sides(finding, 0));
        return lines;
    };
    let longest = line.chars().count().saturating_sub(before).max(1);
    let caret = "^".repeat(meant.min(longest));
    let before = before.min(line.chars().count());
    lines.push((Some(place.line), line));
    if before > FAR_RIGHT {
        lines.push((None, format!("{:before$}{}", "", style.paint(Ink::Bad, &caret))));
        lines.extend(sides(finding, 0));
        return lines;
    }
    let mut below = sides(finding, before + caret.len() + 1).into_iter();
    let first = below.next().map(|it| it.1).unwrap_or_default();
    let caret = style.paint(Ink::Bad, &caret);
    lines.push((None, format!("{:before$}{caret} {}", "", first.trim_start())));
    lines.extend(below);
    lines
}

/// Expected and actual, always labelled, with every line of them below each other.
fn sides(finding: &FindingResult, indent: usize) -> Lines {
    let sides = [("expected: ", &finding.expected), ("actual:   ", &finding.actual)];
    let mut lines = Lines::new();
    for (label, value) in sides.into_iter().filter(|it| !it.1.is_empty()) {
        for (number, line) in value.lines().enumerate() {
            let label = if number == 0 { label } else { "          " };
            lines.push((None, format!("{:indent$}{label}{}", "", clean(line))));
        }
    }
    lines
}

/// Expected and actual where there is no place in a file to show.
pub(super) fn without_place(finding: &FindingResult) -> String {
    let lines = sides(finding, 3).into_iter();
    lines.map(|(_, line)| line + "\n").collect()
}
