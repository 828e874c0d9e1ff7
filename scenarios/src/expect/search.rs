//! `search`: how many records a search of the org finds at that moment.
//!
//! A search reads the search index, which may lag behind the database (FM-03); `record` reads the database.

use crate::ast::{Matcher, SearchCheck};
use crate::compare::{describe, figure_matches, matcher_span};
use crate::finding::Finding;
use crate::judge::{Judge, Now, mismatch};
use crate::source::Text;
use crate::vocabulary::View;

pub(crate) fn evaluate(judge: &mut Judge<'_>, check: &SearchCheck, now: Now) -> Vec<Finding> {
    let label = check.label();
    let asked = judge.observation.views.iter().rev();
    let answer = asked
        .filter(|seen| seen.view == View::Search && seen.at <= now.at)
        .find(|seen| *seen.of == *label);
    let rows = answer.and_then(|seen| seen.fields.get("rows"));
    let one = Matcher::Is(Text::new("1", check.find.span));
    let wanted = check.rows.as_ref().unwrap_or(&one);
    let found: Option<f64> = rows.and_then(|rows| rows.parse().ok());
    if found.is_some_and(|found| figure_matches(wanted, found)) {
        return Vec::new();
    }
    let refused = answer.and_then(|seen| seen.fields.get("refused"));
    let actual = match (rows, refused) {
        (Some(rows), _) => format!("{rows} found"),
        (None, Some(why)) => format!("refused: {why}"),
        (None, None) => "nobody had searched yet".to_owned(),
    };
    let expected = describe(wanted);
    let message = format!("a search of the org for {label}: {actual}, expected {expected}");
    let mut finding = mismatch("F116", matcher_span(wanted), message);
    finding.expected = expected;
    finding.actual = actual;
    finding.related = answer.map(|seen| seen.seq).into_iter().collect();
    vec![finding]
}
