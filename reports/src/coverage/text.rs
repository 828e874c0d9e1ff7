//! What a suite proves, for a terminal: counts by kind, then every gap by id with its sentence.

use super::{Coverage, Row};
use crate::text::append;

/// Counts by kind and what is missing; with `all`, also what is not due yet.
pub fn render(coverage: &Coverage, all: bool) -> String {
    let mut out = String::new();
    for it in &coverage.summary {
        let later = if it.later > 0 { format!(", {} later", it.later) } else { String::new() };
        append(
            &mut out,
            format_args!(
                "{:>5}  {:>4} of {:>4} proved, {:>3} gaps{later}  ({})\n",
                it.kind, it.proved, it.rows, it.gaps, it.meaning
            ),
        );
    }
    for row in coverage.gaps(all) {
        out.push('\n');
        out.push_str(&gap(row));
    }
    out
}

fn gap(row: &Row) -> String {
    let mut out = format!("{}: {}\n", row.id, row.sentence);
    for missing in row.gaps() {
        append(&mut out, format_args!("  gap: {missing}\n"));
    }
    for cell in &row.scenarios {
        match (&cell.proof, &cell.lacks) {
            (Some(proof), _) => {
                append(&mut out, format_args!("  counts: {} ({proof})\n", cell.scenario));
            }
            (None, Some(lacks)) => {
                append(&mut out, format_args!("  does not count: {} ({lacks})\n", cell.scenario));
            }
            (None, None) => {}
        }
    }
    if !row.candidates.is_empty() {
        let names = row.candidates.join(", ");
        append(&mut out, format_args!("  would count, if they named it: {names}\n"));
    }
    out
}
