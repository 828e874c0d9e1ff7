//! Semantic checks over the whole suite, all at once, before anything runs.
//!
//! Most failures of a conformance suite are mistakes in its files, so everything that can be known without running is checked here: that names, fields, rules,
//! settings and metrics exist, that times ascend, that conditions can be met, that formulas are formulas.

mod conditions;
mod engine;
mod expect;
mod faults;
pub(crate) mod fields;
mod liaison;
mod messenger;
mod names;
mod neighbours;
mod packages;
mod signals;
mod suite;
mod timeline;
mod timeline_org;
mod world;

pub use self::fields::api_name;
pub(crate) use self::fields::looks_like_id;
use self::names::Names;
use crate::ast::{CustomField, Scenario, SchemaChange, Verb};
use crate::diagnostic::{Diagnostic, code};
use crate::hint::hint;
use crate::lint;
use crate::source::{Span, Text};
use crate::vocabulary::Vocabulary;
use std::collections::{BTreeMap, BTreeSet};

/// Everything that is wrong with a suite, in the order of files and places.
pub fn check(scenarios: &[Scenario], vocabulary: &dyn Vocabulary) -> Vec<Diagnostic> {
    let words = Words::of(vocabulary);
    let mut out = suite::duplicate_ids(scenarios);
    for scenario in scenarios {
        let mut checker = Checker::new(scenario, vocabulary, &words);
        checker.suite_words();
        checker.world();
        checker.engine();
        checker.liaison();
        checker.neighbours();
        checker.timeline();
        checker.expectations();
        out.append(&mut checker.out);
        out.extend(lint::warnings(scenario));
    }
    // Rows of one table repeat each other's errors.
    let mut seen = BTreeSet::new();
    out.retain(|found| seen.insert((found.code, found.span(), found.message.clone())));
    out.sort_by_key(Diagnostic::span);
    out
}

/// The vocabulary's lists, asked for once.
struct Words<'v> {
    rules: BTreeSet<&'v str>,
    requirements: BTreeSet<&'v str>,
    metrics: BTreeSet<&'v str>,
    objects: BTreeMap<String, &'v str>,
}

impl<'v> Words<'v> {
    fn of(vocabulary: &'v dyn Vocabulary) -> Words<'v> {
        Words {
            rules: vocabulary.rules().into_iter().collect(),
            requirements: vocabulary.requirements().into_iter().collect(),
            metrics: vocabulary.metrics().into_iter().collect(),
            objects: vocabulary
                .objects()
                .into_iter()
                .map(|name| (name.to_ascii_lowercase(), name))
                .collect(),
        }
    }
}

/// Checks one scenario.
struct Checker<'a> {
    scenario: &'a Scenario,
    vocabulary: &'a dyn Vocabulary,
    words: &'a Words<'a>,
    names: Names<'a>,
    /// Custom fields by object, those that the timeline adds included.
    custom: BTreeMap<String, Vec<CustomField>>,
    out: Vec<Diagnostic>,
}

impl<'a> Checker<'a> {
    fn new(
        scenario: &'a Scenario,
        vocabulary: &'a dyn Vocabulary,
        words: &'a Words<'a>,
    ) -> Checker<'a> {
        let mut out = Vec::new();
        let names = Names::of(scenario, &mut out);
        Checker {
            scenario,
            vocabulary,
            words,
            names,
            custom: custom_fields(scenario, vocabulary),
            out,
        }
    }

    /// An error at a text, and what to do about it.
    fn error(
        &mut self,
        code: &'static str,
        at: &Text,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.error_at(code, at.span, message, help);
    }

    /// An error at a place, and what to do about it.
    fn error_at(
        &mut self,
        code: &'static str,
        span: Span,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.out.push(Diagnostic::error(code, span, message).help(help));
    }

    /// An unknown word, with the known ones for the hint.
    fn unknown<'w>(
        &mut self,
        code: &'static str,
        what: &str,
        word: &Text,
        known: impl IntoIterator<Item = &'w str>,
    ) {
        let message = format!("there is no {what} `{word}`");
        let found = Diagnostic::error(code, word.span, message)
            .help(format!("define the {what}, or leave out what needs it"));
        self.out.push(found.maybe_help(hint(word, known)));
    }

    fn rule(&mut self, rule: &Text) {
        if !self.words.rules.contains(rule.as_str()) {
            let known: Vec<&str> = self.words.rules.iter().copied().collect();
            self.unknown(code::UNKNOWN_RULE, "rule", rule, known);
        }
    }

    fn metric(&mut self, metric: &Text) {
        if !self.words.metrics.contains(metric.as_str()) {
            let known: Vec<&str> = self.words.metrics.iter().copied().collect();
            self.unknown(code::UNKNOWN_METRIC, "metric", metric, known);
        }
    }

    /// The object's API name in the org's own spelling.
    fn object(&mut self, object: &Text) -> Option<&'a str> {
        let found = self.words.objects.get(&object.to_ascii_lowercase()).copied();
        if found.is_none() {
            let known: Vec<&str> = self.words.objects.values().copied().collect();
            self.unknown(code::UNKNOWN_OBJECT, "object", object, known);
        } else if found != Some(object.as_str()) {
            let spelt = found.unwrap_or_default();
            let found = Diagnostic::error(
                code::UNKNOWN_OBJECT,
                object.span,
                format!("the object is spelt `{spelt}`"),
            );
            self.out.push(found.help("object names are written as the org spells them"));
        }
        found
    }

    fn zone(&mut self, zone: Option<&Text>) {
        if let Some(zone) = zone.filter(|zone| !crate::time::is_zone(zone)) {
            let message = format!("there is no time zone `{zone}`");
            let near =
                crate::time::nearest_zone(zone).map(|near| format!("did you mean `{near}`?"));
            let found = Diagnostic::error(code::TIME_ZONE, zone.span, message);
            self.out.push(
                found.help("write an IANA name, like `America/Los_Angeles`").maybe_help(near),
            );
        }
    }

    /// A formula over an object, with carets inside its text.
    fn formula(&mut self, object: &str, formula: &Text) {
        let custom = self.custom.get(object).map_or(&[][..], Vec::as_slice);
        let problems = self.vocabulary.formula(object, custom, formula);
        for problem in problems {
            let span = inside(formula, problem.range);
            let found = Diagnostic::error(code::FORMULA, span, problem.message)
                .help("write the formula as Salesforce's formula editor would take it");
            self.out.push(found.maybe_help(problem.hint));
        }
    }
}

/// The place of a part of a text; the whole place where quotes, escapes or a column moved it.
fn inside(text: &Text, range: std::ops::Range<usize>) -> Span {
    let length = text.span.end.saturating_sub(text.span.start);
    let quotes = match length.checked_sub(text.len()) {
        Some(0) => 0,
        Some(2) => 1,
        _ => return text.span,
    };
    let start = text.span.start + quotes + range.start.min(text.len());
    let end = text.span.start + quotes + range.end.clamp(range.start, text.len().max(range.start));
    Span { start, end: end.min(text.span.end).max(start), ..text.span }
}

fn custom_fields(
    scenario: &Scenario,
    vocabulary: &dyn Vocabulary,
) -> BTreeMap<String, Vec<CustomField>> {
    let mut custom: BTreeMap<String, Vec<CustomField>> = BTreeMap::new();
    if scenario.engine.packages.is_some() {
        for (object, field) in vocabulary.package_fields() {
            custom.entry(object.to_owned()).or_default().push(field);
        }
    }
    for object in &scenario.world.objects {
        custom.entry(object.object.to_string()).or_default().extend(object.fields.iter().cloned());
    }
    for line in &scenario.timeline {
        if let Verb::ChangeSchema { object, change: SchemaChange::AddField(field) } = &line.verb {
            custom.entry(object.to_string()).or_default().push(field.clone());
        }
    }
    custom
}
