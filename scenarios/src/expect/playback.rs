//! `playback`: what a GET of a playback link answers at that moment.

use crate::ast::PlaybackCheck;
use crate::compare::{describe, matcher_span};
use crate::finding::Finding;
use crate::judge::{Judge, Now, mismatch};
use crate::vocabulary::View;

pub(crate) fn evaluate(judge: &mut Judge<'_>, check: &PlaybackCheck, now: Now) -> Vec<Finding> {
    let label = check.link.label();
    let views = judge.observation.views.iter().rev();
    let mine = views
        .filter(|seen| seen.view == View::Playback && seen.at <= now.at)
        .find(|seen| *seen.of == *label);
    let mut findings = Vec::new();
    for (name, matcher) in &check.fields {
        let value = mine.and_then(|seen| seen.fields.get(name.as_str())).map(String::as_str);
        if judge.meaning.matches(matcher, "Playback", value, false) {
            continue;
        }
        let expected = describe(matcher);
        let actual = match (mine, value) {
            (None, _) => "no link yet".to_owned(),
            (Some(_), None) => "blank".to_owned(),
            (Some(_), Some(value)) => value.to_owned(),
        };
        let message = format!("the playback of {label}: {name} is {actual}, expected {expected}");
        let mut finding = mismatch("F115", matcher_span(matcher), message);
        finding.expected = expected;
        finding.actual = actual;
        finding.related = mine.map(|seen| seen.seq).into_iter().collect();
        findings.push(finding);
    }
    findings
}
