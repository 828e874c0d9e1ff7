//! Diagnostics for people and for machines.

use crate::catalogue::Catalogue;
use crate::diagnostic::{Diagnostic, Severity};
use crate::source::{SourceFile, SourceMap, Span};
use annotate_snippets::{AnnotationKind, Element, Group, Level, Origin, Renderer, Snippet};
use serde_json::{Value, json};
use std::ops::Range;

/// How far apart, in bytes, two labels may be to be shown in one snippet.
const MAX_WINDOW: usize = 16 * 1024;

/// How many bytes of a line are shown.
const MAX_LINE: usize = 4 * 1024;

/// The diagnostic as rustc would show it.
pub fn render_terminal(diagnostic: &Diagnostic, sources: &SourceMap, color: bool) -> String {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let mut group =
        Group::with_title(level.primary_title(diagnostic.message.as_str()).id(diagnostic.code));
    if let Some(element) = snippet(diagnostic, sources) {
        group = group.element(element);
    }
    if let Some(help) = &diagnostic.help {
        group = group.element(Level::HELP.message(help.as_str()));
    }
    for said in diagnostic.requirements.iter().filter_map(|id| sentence(id)) {
        group = group.element(Level::NOTE.message(said));
    }
    let renderer = if color { Renderer::styled() } else { Renderer::plain() };
    renderer.render(&[group]).clone()
}

/// A requirement in the words of the catalogue, and where it stands.
fn sentence(id: &str) -> Option<String> {
    let row = Catalogue::embedded().requirement(id)?;
    let sources = row.sources.join(", ");
    let section = row.section.as_ref().map(|it| format!(", \"{it}\"")).unwrap_or_default();
    Some(format!("{id}: {} [{sources}{section}; `leadsim list requirements {id}`]", row.rule))
}

/// The piece of the file with the labels in it.
fn snippet<'a>(diagnostic: &'a Diagnostic, sources: &'a SourceMap) -> Option<Element<'a>> {
    let (first, _) = diagnostic.labels.first()?;
    let file = sources.file(first.file)?;
    if file.text.is_empty() || first.is_empty() {
        return Some(Origin::path(file.path.as_str()).into());
    }
    let shown: Vec<(Range<usize>, &str, bool)> = diagnostic
        .labels
        .iter()
        .enumerate()
        .filter(|(_, (span, _))| {
            span.file == first.file && span.start.abs_diff(first.start) < MAX_WINDOW
        })
        .map(|(index, (span, words))| (first_line(file, *span), words.as_str(), index == 0))
        .collect();
    let window = window(file, &shown);
    let text = file.text.get(window.clone())?;
    let line = file.text.get(..window.start)?.matches('\n').count() + 1;
    let annotations = shown.iter().map(|(range, words, primary)| {
        let kind = if *primary { AnnotationKind::Primary } else { AnnotationKind::Context };
        let annotation = kind.span(range.start - window.start..range.end - window.start);
        if words.is_empty() { annotation } else { annotation.label(*words) }
    });
    let snippet =
        Snippet::source(text).path(file.path.as_str()).line_start(line).annotations(annotations);
    Some(snippet.into())
}

/// The part of a span that stands on its first line, at least one byte of text if there is one.
fn first_line(file: &SourceFile, span: Span) -> Range<usize> {
    let limit = file.text.len();
    let start = floor(&file.text, span.start.min(limit));
    let end = floor(&file.text, span.end.clamp(start, limit).min(start + MAX_LINE));
    let length = file.text.get(start..end).and_then(|text| text.find('\n')).unwrap_or(end - start);
    start..start + length
}

/// The lines from the first to the last label.
fn window(file: &SourceFile, shown: &[(Range<usize>, &str, bool)]) -> Range<usize> {
    let start = shown.iter().map(|(range, _, _)| range.start).min().unwrap_or(0);
    let end = shown.iter().map(|(range, _, _)| range.end).max().unwrap_or(0);
    let from = file.text.get(..start).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
    let to = file
        .text
        .get(end..)
        .and_then(|after| after.find('\n'))
        .map_or(file.text.len(), |at| end + at);
    let from = floor(&file.text, from.max(start.saturating_sub(MAX_LINE)));
    let to = floor(&file.text, to.min(end + MAX_LINE));
    from..to.max(end)
}

fn floor(text: &str, at: usize) -> usize {
    (0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

/// The diagnostic as one JSON object: `code`, `severity`, `message`, `file`, `line`, `column`, `end_line`, `end_column`, `labels`, `help`, and
/// `requirements` with a warning.
pub fn render_json(diagnostic: &Diagnostic, sources: &SourceMap) -> Value {
    let labels: Vec<Value> =
        diagnostic.labels.iter().map(|(span, words)| label_json(*span, words, sources)).collect();
    let mut out = json!({
        "code": diagnostic.code,
        "severity": match diagnostic.severity { Severity::Error => "error", Severity::Warning => "warning" },
        "message": diagnostic.message,
    });
    if let (Value::Object(out), Some(Value::Object(first))) = (&mut out, labels.first()) {
        let place = first.iter().filter(|(name, _)| *name != "message");
        out.extend(place.map(|(name, value)| (name.clone(), value.clone())));
        out.insert("labels".to_owned(), Value::Array(labels.clone()));
    }
    if let (Value::Object(out), Some(help)) = (&mut out, &diagnostic.help) {
        out.insert("help".to_owned(), json!(help));
    }
    if let (Value::Object(out), false) = (&mut out, diagnostic.requirements.is_empty()) {
        out.insert("requirements".to_owned(), json!(diagnostic.requirements));
    }
    out
}

fn label_json(span: Span, words: &str, sources: &SourceMap) -> Value {
    let path = sources.file(span.file).map_or("", |file| file.path.as_str());
    let start = sources.locate(span).map_or((1, 1), |at| (at.line, at.column));
    let end = Span { start: span.end.max(span.start), ..span };
    let end = sources.locate(end).map_or(start, |at| (at.line, at.column));
    json!({
        "file": path,
        "line": start.0,
        "column": start.1,
        "end_line": end.0,
        "end_column": end.1,
        "message": words,
    })
}
