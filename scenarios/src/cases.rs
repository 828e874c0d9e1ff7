//! `cases:`, one run per row of a table.
//!
//! `${column}` in a scalar of the file is replaced by the row's text before any typing, so `count: ${n}` becomes a number and `${zip}` keeps its zero.
//! A scalar that is nothing but `${column}` becomes the row's scalar, quotes included. Columns that do not exist and columns that nothing uses are errors.

use crate::columns::{is_column, replace_columns};
use crate::diagnostic::{Diagnostic, code};
use crate::hint::hint;
use crate::source::{Span, Text};
use crate::tree::{Node, NodeKind, Scalar};
use std::collections::BTreeSet;

/// How many rows a table may have.
pub const MAX_CASES: usize = 1000;

/// One row: its name and its columns.
pub(crate) struct Case {
    pub(crate) name: Text,
    columns: Vec<(Text, Scalar)>,
}

/// The rows of the table under `cases:`.
pub(crate) fn rows(table: &Node, out: &mut Vec<Diagnostic>) -> Vec<Case> {
    let NodeKind::List(items) = &table.kind else {
        out.push(
            problem(table.span, format!("`cases` is a list of rows, not {}", table.shape()))
                .help("write `- { case: NAME, column: value }` lines"),
        );
        return Vec::new();
    };
    if items.is_empty() {
        out.push(
            problem(table.span, "the table has no rows").help("remove `cases`, or give it a row"),
        );
    }
    if items.len() > MAX_CASES {
        out.push(
            problem(table.span, format!("the table has more than {MAX_CASES} rows"))
                .help("put the rest into another file"),
        );
        return Vec::new();
    }
    let cases: Vec<Case> = items.iter().filter_map(|item| row(item, out)).collect();
    same_columns(&cases, out);
    for (index, case) in cases.iter().enumerate() {
        if let Some(first) = cases.iter().take(index).find(|first| first.name == case.name) {
            let message = format!("two rows are called `{}`", case.name);
            out.push(
                problem(case.name.span, message)
                    .context(first.name.span, "first here")
                    .help("rename one of them"),
            );
        }
    }
    cases
}

fn problem(span: Span, message: impl Into<String>) -> Diagnostic {
    Diagnostic::error(code::CASES, span, message)
}

fn row(item: &Node, out: &mut Vec<Diagnostic>) -> Option<Case> {
    let NodeKind::Map(entries) = &item.kind else {
        out.push(
            problem(item.span, format!("a row is a map of columns, not {}", item.shape()))
                .help("write `{ case: NAME, column: value }`"),
        );
        return None;
    };
    let mut columns = Vec::new();
    for (name, value) in entries {
        match &value.kind {
            NodeKind::Scalar(scalar) => columns.push((name.text.clone(), scalar.clone())),
            _ => out.push(
                problem(
                    value.span,
                    format!(
                        "the column `{}` holds {}, not a single value",
                        name.text,
                        value.shape()
                    ),
                )
                .help("write one value, without brackets and keys"),
            ),
        }
        if !is_column(&name.text) {
            let help = "a column is a word of letters, digits, `_` and `-`";
            out.push(
                problem(name.text.span, format!("`{}` cannot name a column", name.text)).help(help),
            );
        }
    }
    let Some((_, name)) = columns.iter().find(|(column, _)| column == "case") else {
        out.push(
            problem(item.span, "the row has no `case`").help("give the row a name: `case: name`"),
        );
        return None;
    };
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    if name.text.is_empty() || !name.text.chars().all(fits) {
        let help = "a case is named with letters, digits, `-`, `_` and `.`";
        out.push(problem(name.text.span, format!("`{}` cannot name a case", name.text)).help(help));
    }
    Some(Case { name: name.text.clone(), columns })
}

/// Every row has the columns of the first one.
fn same_columns(cases: &[Case], out: &mut Vec<Diagnostic>) {
    let Some((first, others)) = cases.split_first() else { return };
    let has = |case: &Case, column: &Text| case.columns.iter().any(|(name, _)| name == column);
    for case in others {
        for (column, _) in first.columns.iter().filter(|(column, _)| !has(case, column)) {
            let message = format!("the row `{}` has no column `{column}`", case.name);
            out.push(
                problem(case.name.span, message)
                    .context(column.span, "the first row has it")
                    .help("give every row the same columns"),
            );
        }
        for (column, _) in case.columns.iter().filter(|(column, _)| !has(first, column)) {
            let message = format!(
                "the row `{}` has a column `{column}` that the first row has not",
                case.name
            );
            out.push(problem(column.span, message).help("give every row the same columns"));
        }
    }
}

/// Columns that a tree uses.
#[derive(Default)]
pub(crate) struct Usage {
    used: BTreeSet<String>,
}

impl Usage {
    /// Reports the columns of a table that nothing used.
    pub(crate) fn report(&self, cases: &[Case], out: &mut Vec<Diagnostic>) {
        let Some(first) = cases.first() else { return };
        for (column, _) in first.columns.iter().filter(|(column, _)| column != "case") {
            if !self.used.contains(column.as_str()) {
                let message = format!("nothing uses the column `{column}`");
                let help =
                    format!("write `${{{column}}}` where its value belongs, or remove the column");
                out.push(Diagnostic::error(code::UNUSED_COLUMN, column.span, message).help(help));
            }
        }
    }
}

/// The tree with the row's values put in. Without a row, every `${column}` is an error.
pub(crate) fn substitute(
    node: &mut Node,
    case: Option<&Case>,
    usage: &mut Usage,
    out: &mut Vec<Diagnostic>,
) {
    match &mut node.kind {
        NodeKind::Scalar(scalar) => substitute_scalar(scalar, case, usage, out),
        NodeKind::List(items) => {
            for item in items {
                substitute(item, case, usage, out);
            }
        }
        NodeKind::Map(entries) => {
            for (key, value) in entries.iter_mut().filter(|(key, _)| key.text != "cases") {
                substitute_scalar(key, case, usage, out);
                substitute(value, case, usage, out);
            }
        }
    }
}

fn substitute_scalar(
    scalar: &mut Scalar,
    case: Option<&Case>,
    usage: &mut Usage,
    out: &mut Vec<Diagnostic>,
) {
    if !scalar.text.contains("${") {
        return;
    }
    let span = scalar.text.span;
    let columns = case.map_or(&[][..], |case| &case.columns);
    let whole =
        scalar.text.strip_prefix("${").and_then(|rest| rest.strip_suffix('}')).map(str::to_owned);
    if let Some((column, value)) =
        whole.and_then(|name| columns.iter().find(|(column, _)| *column == *name))
    {
        usage.used.insert(column.text.to_string());
        *scalar = Scalar {
            text: Text::new(value.text.text.clone(), span),
            plain: value.plain && !value.text.is_empty(),
        };
        return;
    }
    let text = replace_columns(&scalar.text, |name| {
        let found = columns.iter().find(|(column, _)| *column == *name);
        let Some((column, value)) = found else {
            out.push(unknown_column(name, columns, span));
            return None;
        };
        usage.used.insert(column.text.to_string());
        Some(value.text.text.to_string())
    });
    scalar.text = Text::new(text, span);
}

fn unknown_column(name: &str, columns: &[(Text, Scalar)], span: Span) -> Diagnostic {
    let found =
        Diagnostic::error(code::UNKNOWN_COLUMN, span, format!("there is no column `{name}`"));
    if columns.is_empty() {
        return found.help("`${…}` needs a `cases:` table with that column");
    }
    found.maybe_help(hint(name, columns.iter().map(|(column, _)| column.as_str())))
}
