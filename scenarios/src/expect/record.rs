//! `record`: how many records agree with `where`, and what they look like.
//!
//! `where` compares as a query of Salesforce does, without case; `fields` compare exactly.

use crate::ast::{Matcher, RecordCheck};
use crate::check::api_name;
use crate::compare::{count_matches, describe, describe_count, matcher_span};
use crate::finding::Finding;
use crate::history::{RecordIndex, Standing};
use crate::judge::{Judge, Now, mismatch};
use crate::source::Text;

/// How many records a message names.
const MAX_NAMED: usize = 5;

pub(crate) fn evaluate(judge: &mut Judge<'_>, check: &RecordCheck, now: Now) -> Vec<Finding> {
    if let Some(finding) = unknown_key(judge, check) {
        return vec![finding];
    }
    let found = select(judge, check, now);
    if let (Some(alias), [only]) = (&check.alias, found.as_slice())
        && let Some(record) = judge.history.record(*only)
    {
        judge.meaning.aliases.insert(alias.to_string(), record.id.to_owned());
    }
    let mut findings = Vec::new();
    if !count_matches(check.count.as_ref(), found.len()) {
        findings.push(wrong_count(judge, check, &found, now));
    }
    for index in &found {
        for (name, matcher) in &check.fields {
            findings.extend(wrong_field(judge, *index, name, matcher, now));
        }
    }
    findings
}

/// A key that no record got in this run: the line that should have made it failed.
fn unknown_key(judge: &Judge<'_>, check: &RecordCheck) -> Option<Finding> {
    let none = matches!(&check.count, Some(Matcher::Is(count)) if *count == "0");
    let keys = check.filter.iter().filter(|(name, _)| *name == "key");
    let missing = keys.filter_map(|(_, matcher)| match matcher {
        Matcher::Is(name) if judge.meaning.reference("Id", name).is_none() => Some(name),
        _ => None,
    });
    let name = missing.into_iter().next().filter(|_| !none)?;
    let mut finding =
        mismatch("F114", name.span, format!("no record got the name `{name}` in this run"));
    finding.expected = format!("a record called `{name}`");
    finding.actual.push_str("none");
    Some(finding)
}

/// The records that agree.
fn select(judge: &Judge<'_>, check: &RecordCheck, now: Now) -> Vec<RecordIndex> {
    let wanted = |standing| match standing {
        Standing::Live => !check.deleted,
        Standing::Deleted => check.deleted,
        Standing::Absent | Standing::Merged => false,
    };
    let mut found = candidates(judge, check);
    found.retain(|index| {
        wanted(judge.history.standing(*index, now.instant))
            && judge.history.record(*index).is_some_and(|record| check.object == record.object)
            && check.filter.iter().all(|(name, matcher)| agrees(judge, *index, name, matcher, now))
    });
    found
}

/// As few records as an index can tell.
fn candidates(judge: &Judge<'_>, check: &RecordCheck) -> Vec<RecordIndex> {
    for (name, matcher) in &check.filter {
        let Matcher::Is(text) = matcher else { continue };
        let api = api_name(name);
        if *name == "key" {
            let id = judge.meaning.reference("Id", text);
            return id.and_then(|id| judge.history.find(id)).into_iter().collect();
        }
        if let Some(id) = judge.meaning.reference(&api, text).filter(|_| api.ends_with("Id")) {
            return judge.history.ever(&check.object, &api, id);
        }
        // Numbers and times agree in more than one spelling.
        let plain = !text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.'))
            && !text.is_empty();
        if plain && !api.ends_with("Id") {
            return judge.history.ever(&check.object, &api, text);
        }
    }
    judge.history.of_object(&check.object).to_vec()
}

fn agrees(judge: &Judge<'_>, index: RecordIndex, name: &Text, matcher: &Matcher, now: Now) -> bool {
    let api = if *name == "key" { "Id".to_owned() } else { api_name(name) };
    let value = judge.history.value(index, &api, now.instant);
    judge.meaning.matches(matcher, &api, value, true)
}

fn wrong_count(judge: &Judge<'_>, check: &RecordCheck, found: &[RecordIndex], now: Now) -> Finding {
    let span = check
        .count
        .as_ref()
        .map(matcher_span)
        .filter(|span| !span.is_empty())
        .unwrap_or(check.object.span);
    let condition: Vec<String> = check
        .filter
        .iter()
        .map(|(name, matcher)| format!("{name} = {}", describe(matcher)))
        .collect();
    let condition = if condition.is_empty() {
        String::new()
    } else {
        format!(" with {}", condition.join(", "))
    };
    let expected = describe_count(check.count.as_ref());
    let message =
        format!("{} {} records{condition}, expected {expected}", found.len(), check.object);
    let mut finding = mismatch("F101", span, message);
    finding.expected = expected;
    let ids: Vec<&str> = found
        .iter()
        .filter_map(|index| judge.history.record(*index))
        .map(|record| record.id)
        .take(MAX_NAMED)
        .collect();
    finding.actual = match ids.as_slice() {
        [] => "0".to_owned(),
        ids => {
            let names: Vec<&str> = ids.iter().map(|id| judge.meaning.name_of(id)).collect();
            format!("{} ({})", found.len(), names.join(", "))
        }
    };
    for index in found.iter().take(MAX_NAMED) {
        let made = judge.history.record(*index).and_then(|record| record.changes.first());
        finding.related.extend(
            made.and_then(|change| judge.history.changes.get(*change)).map(|change| change.seq),
        );
    }
    finding.why = match ids.first() {
        Some(id) => judge.why(id, None, now),
        None => Vec::new(),
    };
    finding
}

fn wrong_field(
    judge: &Judge<'_>,
    index: RecordIndex,
    name: &Text,
    matcher: &Matcher,
    now: Now,
) -> Option<Finding> {
    let api = api_name(name);
    let value = judge.history.value(index, &api, now.instant);
    if judge.meaning.matches(matcher, &api, value, false) {
        return None;
    }
    let record = judge.history.record(index)?;
    let shown =
        value.map(|value| if api.ends_with("Id") { judge.meaning.name_of(value) } else { value });
    let actual = shown.unwrap_or("blank").to_owned();
    let who = judge.meaning.name_of(record.id);
    let expected = describe(matcher);
    let message = format!("{} `{who}`: {name} is {actual}, expected {expected}", record.object);
    let mut finding = mismatch("F102", matcher_span(matcher), message);
    finding.expected = expected;
    finding.actual = actual;
    finding.related = judge
        .history
        .writer(index, &api, now.instant)
        .map(|change| change.seq)
        .into_iter()
        .collect();
    let question = if api == "OwnerId" { "owner" } else { "fields" };
    finding.why = judge.why(record.id, Some(question), now);
    Some(finding)
}
