//! `rep_view` and `visitor_view`: what a person sees.

use crate::ast::{Matcher, ViewCheck};
use crate::compare::{describe, matcher_span};
use crate::finding::Finding;
use crate::judge::{Judge, Now, mismatch};
use crate::vocabulary::View;

pub(crate) fn evaluate(
    judge: &mut Judge<'_>,
    check: &ViewCheck,
    view: View,
    now: Now,
) -> Vec<Finding> {
    let mine = judge
        .observation
        .views
        .iter()
        .rev()
        .find(|seen| seen.view == view && *seen.of == *check.of.as_str() && seen.at <= now.at);
    let mut findings = Vec::new();
    for (name, matcher) in &check.fields {
        let value = mine.and_then(|seen| seen.fields.get(name.as_str())).map(String::as_str);
        if matches(judge, matcher, value) {
            continue;
        }
        let expected = describe(matcher);
        let actual = match (mine, value) {
            (None, _) => "no view yet".to_owned(),
            (Some(_), None) => "blank".to_owned(),
            (Some(_), Some(value)) => judge.meaning.name_of(value).to_owned(),
        };
        let message =
            format!("the view of `{}`: {name} is {actual}, expected {expected}", check.of);
        let mut finding = mismatch("F112", matcher_span(matcher), message);
        finding.expected = expected;
        finding.actual = actual;
        finding.related = mine.map(|seen| seen.seq).into_iter().collect();
        findings.push(finding);
    }
    findings
}

/// A field of a view may hold a record or a user, under the name of either.
fn matches(judge: &Judge<'_>, matcher: &Matcher, value: Option<&str>) -> bool {
    match matcher {
        Matcher::Not(inner) => !matches(judge, inner, value),
        other => {
            ["Id", "OwnerId"].iter().any(|field| judge.meaning.matches(other, field, value, false))
        }
    }
}
