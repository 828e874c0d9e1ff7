//! What a suite proves, as one page: every row with its scenarios and why they count, and every scenario with its rows.

use std::collections::BTreeMap;

use askama::Template;
use base64::{Engine, engine::general_purpose::STANDARD};
use sha2::{Digest, Sha256};

use super::{Chapter, Coverage, KindSummary, Row};

const STYLE: &str = concat!(
    include_str!("../../templates/report.css"),
    include_str!("../../templates/coverage.css")
);

/// The headings of the chapters.
const CHAPTERS: [(Chapter, &str, &str); 4] = [
    (Chapter::Requirement, "requirements", "Requirements"),
    (Chapter::Failure, "failures", "Failure modes"),
    (Chapter::Reading, "readings", "Readings of settings"),
    (Chapter::Rule, "rules", "Rules"),
];

/// The whole page.
#[derive(Debug, Template)]
#[template(path = "coverage.html")]
struct Page<'a> {
    coverage: &'a Coverage,
    summary: &'a [KindSummary],
    verdict: String,
    is_whole: bool,
    style: &'static str,
    style_hash: String,
    gaps: Vec<&'a Row>,
    chapters: Vec<ChapterOnPage<'a>>,
    scenarios: Vec<(&'a str, Vec<Proved<'a>>)>,
}

/// Rows under one heading.
#[derive(Debug)]
struct ChapterOnPage<'a> {
    anchor: &'static str,
    heading: &'static str,
    rows: Vec<&'a Row>,
}

/// A row that a scenario counts for, and why.
#[derive(Debug)]
struct Proved<'a> {
    id: &'a str,
    proof: &'a str,
}

/// The page.
pub fn render(coverage: &Coverage) -> String {
    let gaps = coverage.gaps(false);
    let later: u64 = coverage.summary.iter().map(|it| it.later).sum();
    let verdict = match (gaps.len(), later) {
        (0, 0) => "Every row is proved".to_owned(),
        (0, later) => format!("Every row that is due is proved, {later} are not due yet"),
        (1, _) => "1 row is not proved".to_owned(),
        (number, _) => format!("{number} rows are not proved"),
    };
    let page = Page {
        coverage,
        summary: &coverage.summary,
        verdict,
        is_whole: gaps.is_empty(),
        style: STYLE,
        style_hash: format!("sha256-{}", STANDARD.encode(Sha256::digest(STYLE))),
        gaps,
        chapters: CHAPTERS.iter().map(|it| chapter(coverage, *it)).collect(),
        scenarios: scenarios(coverage),
    };
    page.render().expect("the template asks nothing that can fail")
}

fn chapter<'a>(
    coverage: &'a Coverage,
    (chapter, anchor, heading): (Chapter, &'static str, &'static str),
) -> ChapterOnPage<'a> {
    let rows = coverage.rows.iter().filter(|row| row.chapter == chapter).collect();
    ChapterOnPage { anchor, heading, rows }
}

/// The other way round: each scenario with the rows that it counts for, rules left out.
fn scenarios(coverage: &Coverage) -> Vec<(&str, Vec<Proved<'_>>)> {
    let mut by: BTreeMap<&str, Vec<Proved<'_>>> = BTreeMap::new();
    for row in coverage.rows.iter().filter(|row| row.chapter != Chapter::Rule) {
        for cell in &row.scenarios {
            if let Some(proof) = &cell.proof {
                by.entry(&cell.scenario).or_default().push(Proved { id: &row.id, proof });
            }
        }
    }
    by.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coverage::{Cell, Demand};

    fn coverage(gap: Option<&str>) -> Coverage {
        let cell = |scenario: &str, proof: Option<&str>, lacks: Option<&str>| Cell {
            scenario: scenario.to_owned(),
            proof: proof.map(str::to_owned),
            lacks: lacks.map(str::to_owned),
        };
        let row = Row {
            id: "AS-01".to_owned(),
            chapter: Chapter::Requirement,
            kind: "E".to_owned(),
            sentence: "Chat <b>with</b> a rep.".to_owned(),
            source: "A guide".to_owned(),
            is_later: false,
            alias_of: Vec::new(),
            answers: vec!["rule owner.chat_rep".to_owned()],
            scenarios: vec![
                cell("a/b", Some("red when nobody chats"), None),
                cell("a/c", None, Some("none of its rules was a reason")),
            ],
            candidates: Vec::new(),
            demands: vec![Demand {
                kind: "E".to_owned(),
                wanted: 2,
                found: 1,
                gap: gap.map(str::to_owned),
            }],
        };
        let summary = KindSummary {
            kind: "E".to_owned(),
            meaning: "what the engine does".to_owned(),
            rows: 1,
            proved: u64::from(gap.is_none()),
            gaps: u64::from(gap.is_some()),
            later: 0,
        };
        Coverage {
            version: 1,
            tool: "leadsim 0".to_owned(),
            suite: "s".to_owned(),
            summary: vec![summary],
            rows: vec![row],
        }
    }

    #[test]
    fn a_row_says_what_counts_what_does_not_and_what_is_missing() {
        let page = render(&coverage(Some("1 of 2 scenarios")));
        for told in [
            "1 row is not proved",
            "1 of 2 scenarios",
            "red when nobody chats",
            "none of its rules",
        ] {
            assert!(page.contains(told), "{told}");
        }
        assert!(page.contains(r##"href="#AS-01""##) && page.contains(r#"id="AS-01""#));
    }

    #[test]
    fn what_comes_from_files_is_escaped() {
        let page = render(&coverage(None));
        assert!(page.contains("Every row is proved"));
        assert!(!page.contains("<b>with</b>"), "{page}");
    }
}
