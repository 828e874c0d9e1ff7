//! `explain`: what the engine decided about a visitor or a record, and why.
//!
//! Notes belong to intents; `action` says which intents count, person syncs if it is absent. Notes without an intent (who the visitor is) count for person syncs.
//! A rule was given if a decision was made because of it, or if a candidate was passed over because of it.

use crate::ast::{ExplainCheck, Matcher, Outcome, Subject};
use crate::compare::{describe, matcher_span};
use crate::finding::Finding;
use crate::judge::{Judge, Now, mismatch, quote};
use crate::observation::{NoteSeen, SubjectSeen};
use crate::source::Text;
use crate::words::{OUTCOMES, word_of};
use std::collections::{BTreeMap, BTreeSet};

/// How many decisions a finding quotes.
const MAX_WHY: usize = 8;

pub(crate) fn evaluate(judge: &mut Judge<'_>, check: &ExplainCheck, now: Now) -> Vec<Finding> {
    let notes = match relevant(judge, check, now) {
        Ok(notes) => notes,
        Err(name) => {
            let mut finding =
                mismatch("F114", name.span, format!("no record got the name `{name}` in this run"));
            finding.expected = format!("a record called `{name}`");
            finding.actual.push_str("none");
            return vec![finding];
        }
    };
    let mut findings = Vec::new();
    findings.extend(outcome(check, &notes));
    findings.extend(chosen(judge, check.owner.as_ref(), "owner", "F104", &notes));
    findings.extend(chosen(judge, check.matched.as_ref(), "match", "F105", &notes));
    findings.extend(passed_over(judge, check, &notes));
    findings.extend(reasons(check, &notes));
    findings.extend(withheld(check, &notes));
    for finding in &mut findings {
        finding.why = notes.iter().rev().take(MAX_WHY).rev().map(|note| quote(note)).collect();
        finding.related = finding.why.iter().map(|why| why.seq).collect();
    }
    findings
}

/// The notes that the check is about, or the record that nobody knows.
fn relevant<'o>(
    judge: &Judge<'o>,
    check: &ExplainCheck,
    now: Now,
) -> Result<Vec<&'o NoteSeen>, Text> {
    let about = match &check.subject {
        Subject::Visitor(name) => about(judge, &SubjectSeen::Visitor((&*name.text).into()), now),
        Subject::Account(name) => about(judge, &SubjectSeen::Account((&*name.text).into()), now),
        Subject::List(name) => about(judge, &SubjectSeen::List((&*name.text).into()), now),
        Subject::Record(name) => {
            let id = judge.meaning.reference("Id", name).ok_or_else(|| name.clone())?;
            judge.notes.of_record(id, now.at)
        }
    };
    let counts = |note: &&NoteSeen| {
        let action = judge.notes.action(note);
        match (check.action, action) {
            (Some(wanted), found) => found == Some(wanted),
            (None, Some(found)) => found.is_person_sync(),
            (None, None) => note.intent.is_none(),
        }
    };
    Ok(about.into_iter().filter(counts).collect())
}

/// The notes about a subject so far.
fn about<'o>(judge: &Judge<'o>, subject: &SubjectSeen, now: Now) -> Vec<&'o NoteSeen> {
    let mut notes = judge.notes.of_subject(subject);
    notes.retain(|note| note.at <= now.at);
    notes
}

/// Pending if an intent is open, else the strongest outcome; a subject of whom nothing was ever wanted
/// came to a no-op, as long as a reason says why.
fn outcome(check: &ExplainCheck, notes: &[&NoteSeen]) -> Option<Finding> {
    let wanted = check.outcome?;
    let mut last: BTreeMap<u64, Outcome> = BTreeMap::new();
    for note in notes {
        if let (Some(intent), Some(outcome)) = (note.intent, note.outcome) {
            last.insert(intent, outcome);
        }
    }
    let explained = check.action.is_none() && notes.iter().any(|note| note.rule.is_some());
    let found = last.into_values().min().or(explained.then_some(Outcome::NoOp));
    if found == Some(wanted) {
        return None;
    }
    let actual = found.map_or("no sync at all", |found| word_of(OUTCOMES, &found)).to_owned();
    let expected = word_of(OUTCOMES, &wanted).to_owned();
    let subject = subject(check);
    let mut finding = mismatch(
        "F103",
        subject.span,
        format!("the outcome for `{subject}` is {actual}, expected {expected}"),
    );
    finding.expected = expected;
    finding.actual = actual;
    Some(finding)
}

fn subject(check: &ExplainCheck) -> &Text {
    match &check.subject {
        Subject::Visitor(name)
        | Subject::Record(name)
        | Subject::Account(name)
        | Subject::List(name) => name,
    }
}

/// The newest answer to a question.
fn chosen(
    judge: &Judge<'_>,
    wanted: Option<&Matcher>,
    question: &str,
    code: &'static str,
    notes: &[&NoteSeen],
) -> Option<Finding> {
    let wanted = wanted?;
    let answer = notes.iter().rev().find(|note| &*note.question == question);
    let value = answer.and_then(|note| note.chosen.as_deref());
    let field = if question == "owner" { "OwnerId" } else { "Id" };
    if judge.meaning.matches(wanted, field, value, false) {
        return None;
    }
    let expected = describe(wanted);
    let actual = match (answer, value) {
        (None, _) => format!("no decision about the {question}"),
        (Some(_), None) => "nobody".to_owned(),
        (Some(_), Some(value)) => judge.meaning.name_of(value).to_owned(),
    };
    let mut finding = mismatch(
        code,
        matcher_span(wanted),
        format!("the {question} is {actual}, expected {expected}"),
    );
    finding.expected = expected;
    finding.actual = actual;
    Some(finding)
}

/// Every candidate with the rule that it was passed over for.
fn passed_over(judge: &Judge<'_>, check: &ExplainCheck, notes: &[&NoteSeen]) -> Vec<Finding> {
    let rejected: Vec<(&str, &str)> =
        notes.iter().flat_map(|note| &note.rejected).map(|(who, rule)| (&**who, &**rule)).collect();
    let mut findings = Vec::new();
    for (name, rule) in &check.passed_over {
        let ids = [judge.meaning.reference("Id", name), judge.meaning.owner(name)];
        let is = |who: &str| who == name.as_str() || ids.iter().flatten().any(|id| *id == who);
        if rejected.iter().any(|(who, why)| is(who) && *why == rule.as_str()) {
            continue;
        }
        let others: Vec<&str> =
            rejected.iter().filter(|(who, _)| is(who)).map(|(_, why)| *why).collect();
        let actual = if others.is_empty() {
            "not passed over".to_owned()
        } else {
            format!("passed over: {}", others.join(", "))
        };
        let message =
            format!("`{name}` should have been passed over because of {rule}; it was {actual}");
        let mut finding = mismatch("F106", rule.span, message);
        finding.expected = rule.to_string();
        finding.actual = actual;
        findings.push(finding);
    }
    findings
}

fn reasons(check: &ExplainCheck, notes: &[&NoteSeen]) -> Vec<Finding> {
    let mut given: BTreeSet<&str> = notes.iter().filter_map(|note| note.rule.as_deref()).collect();
    given.extend(notes.iter().flat_map(|note| &note.rejected).map(|(_, rule)| &**rule));
    let listed = if given.is_empty() {
        "none".to_owned()
    } else {
        given.iter().copied().collect::<Vec<_>>().join(", ")
    };
    let missing = check.reasons.iter().filter(|rule| !given.contains(rule.as_str())).map(|rule| {
        let message = format!("`{rule}` was not given as a reason");
        Finding {
            expected: rule.to_string(),
            actual: listed.clone(),
            ..mismatch("F107", rule.span, message)
        }
    });
    let unwanted = check.not.iter().filter(|rule| given.contains(rule.as_str())).map(|rule| {
        let message = format!("`{rule}` was given as a reason");
        Finding {
            expected: format!("not {rule}"),
            actual: listed.clone(),
            ..mismatch("F108", rule.span, message)
        }
    });
    missing.chain(unwanted).collect()
}

fn withheld(check: &ExplainCheck, notes: &[&NoteSeen]) -> Vec<Finding> {
    let kept: BTreeSet<&str> =
        notes.iter().flat_map(|note| &note.withheld).map(|field| &**field).collect();
    let missing = check.withheld.iter().filter(|field| !kept.contains(field.as_str()));
    missing
        .map(|field| {
            let listed = if kept.is_empty() {
                "none".to_owned()
            } else {
                kept.iter().copied().collect::<Vec<_>>().join(", ")
            };
            let message = format!("`{field}` was not withheld");
            Finding {
                expected: field.to_string(),
                actual: listed,
                ..mismatch("F109", field.span, message)
            }
        })
        .collect()
}
