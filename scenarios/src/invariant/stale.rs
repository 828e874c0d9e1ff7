//! INV-07: no older answer of a visitor overwrites a newer one.
//!
//! No false alarm: looked at are only values that the engine wrote into a mapped field of a lead or contact and that exactly one visitor ever gave as an answer to that
//! visitor field, as text. A value that was given several times counts as its newest time before the write. Two writes are compared only if they go to the same
//! field of the same record and are answers of the same visitor.

use super::{Facts, Verdict};
use crate::ast::{Scenario, Verb};
use crate::observation::{ChangeKind, Origin};
use std::collections::BTreeMap;

/// Visitor field → value → who gave it, and when, in order.
type Answers<'s> = BTreeMap<&'s str, BTreeMap<&'s str, Vec<(&'s str, i64)>>>;

pub(crate) fn check(facts: &Facts<'_>) -> Verdict {
    let mut verdict = Verdict::default();
    let answers = answers(facts.scenario);
    let sources = sources(facts.scenario);
    // Record, field → visitor → when its newest written answer was given.
    let mut written: BTreeMap<(&str, &str), BTreeMap<&str, i64>> = BTreeMap::new();
    for change in facts.history.changes {
        let written_by_engine = change.origin == Origin::Engine
            && matches!(change.kind, ChangeKind::Created | ChangeKind::Updated);
        if !written_by_engine {
            continue;
        }
        for (field, value) in &change.fields {
            let Some(value) = value.as_deref() else { continue };
            let Some(source) = sources.get(&(change.object.to_lowercase(), &**field)) else {
                continue;
            };
            let given = answers.get(source).and_then(|values| values.get(value));
            let Some((visitor, at)) = given.and_then(|given| newest(given, change.at)) else {
                continue;
            };
            verdict.evaluated += 1;
            let newest =
                written.entry((&change.id, field)).or_default().entry(visitor).or_insert(at);
            if at < *newest {
                let actual =
                    format!("{field} of {} got `{value}`, an older answer of {visitor}", change.id);
                verdict.broken("the newest answer", actual, Some(change.at), vec![change.seq]);
            }
            *newest = at.max(*newest);
        }
    }
    verdict
}

/// The newest time before a write, if one visitor gave the value.
fn newest<'s>(given: &[(&'s str, i64)], until: i64) -> Option<(&'s str, i64)> {
    let (first, _) = given.first()?;
    if given.iter().any(|(visitor, _)| visitor != first) {
        return None;
    }
    given.iter().rev().find(|(_, at)| *at <= until).copied()
}

fn answers(scenario: &Scenario) -> Answers<'_> {
    let mut answers = Answers::new();
    for line in &scenario.timeline {
        let (Verb::Enter { visitor, fields } | Verb::Edit { visitor, fields, .. }) = &line.verb
        else {
            continue;
        };
        let at = scenario.clock.starts.saturating_add(line.at);
        for (field, value) in fields {
            let given =
                answers.entry(field.as_str()).or_default().entry(value.as_str()).or_default();
            given.push((visitor, at));
        }
    }
    answers
}

/// Object in lower case, CRM field → visitor field.
fn sources(scenario: &Scenario) -> BTreeMap<(String, &str), &str> {
    let mapping = scenario.engine.mapping.iter();
    let pairs = mapping
        .flat_map(|object| object.fields.iter().map(|pair| (object.object.to_lowercase(), pair)));
    pairs
        .map(|(object, (source, target))| {
            let source = source.as_str();
            ((object, target.as_str()), source.strip_prefix("visitor.").unwrap_or(source))
        })
        .collect()
}
