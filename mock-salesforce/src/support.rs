//! The support matrix: what the mock emulates, where that is documented, which test shows it, and what it refuses.
//!
//! Every area describes itself in `data/support/<area>.json`; tests hold that no route and no construct of a language
//! is without a row, and that every test that is named exists. The live tally of calls that were refused as
//! unsupported is joined to the rows that say so.

mod html;
mod table;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::LazyLock,
};

use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

pub use html::{PAGE_POLICY, html};
pub use table::table;

/// The areas, in the order of the matrix, with their rows as files.
const AREAS: &[(&str, &str)] = &[
    ("auth", include_str!("../data/support/auth.json")),
    ("server", include_str!("../data/support/server.json")),
    ("sobjects", include_str!("../data/support/sobjects.json")),
    ("describe", include_str!("../data/support/describe.json")),
    ("soql", include_str!("../data/support/soql.json")),
    ("search", include_str!("../data/support/search.json")),
    ("composite", include_str!("../data/support/composite.json")),
    ("bulk1", include_str!("../data/support/bulk1.json")),
    ("bulk2", include_str!("../data/support/bulk2.json")),
    ("soap", include_str!("../data/support/soap.json")),
    ("platform", include_str!("../data/support/platform.json")),
    ("formula", include_str!("../data/support/formula.json")),
    ("limits", include_str!("../data/support/limits.json")),
    ("control", include_str!("../data/support/control.json")),
    ("streaming", include_str!("../data/support/streaming.json")),
];

static ROWS: LazyLock<Vec<Row>> =
    LazyLock::new(|| read().expect("the shipped matrix is checked by tests"));

/// How far a behaviour is emulated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// As documented.
    Supported,
    /// In part; the note says what is missing.
    Partial,
    /// Not at all: calls get a clear error and are counted.
    Refused,
}

impl Status {
    /// Every status.
    pub const ALL: [Self; 3] = [Self::Supported, Self::Partial, Self::Refused];

    /// Its name.
    pub fn id(self) -> &'static str {
        match self {
            Self::Supported => "supported",
            Self::Partial => "partial",
            Self::Refused => "refused",
        }
    }
}

/// One behaviour.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// Its name, such as `soql.group_by`.
    pub id: String,
    /// The area; taken from the file.
    #[serde(skip)]
    pub area: String,
    /// The behaviour.
    pub what: String,
    /// Where it is documented.
    pub doc: String,
    /// How far it is emulated.
    pub status: Status,
    /// What is missing, or why it is refused.
    #[serde(default)]
    pub note: Option<String>,
    /// The test that shows it.
    #[serde(default)]
    pub test: Option<String>,
    /// Routes behind it: method and pattern.
    #[serde(default)]
    pub routes: Vec<String>,
    /// Constructs of languages behind it.
    #[serde(default)]
    pub constructs: Vec<String>,
    /// Calls of it that were refused as unsupported.
    #[serde(skip)]
    pub refused_calls: u64,
}

impl Row {
    /// The row as the control plane answers it.
    pub fn to_json(&self) -> Json {
        json!({
            "id": self.id, "area": self.area, "what": self.what, "doc": self.doc, "status": self.status,
            "note": self.note, "test": self.test, "routes": self.routes, "constructs": self.constructs,
            "refused_calls": self.refused_calls,
        })
    }

    /// How well a refused call fits the row: the length of what they have in common, 0 for nothing.
    fn fit(&self, call: &str) -> usize {
        let route = |route: &&String| {
            call == route.as_str()
                || call.strip_prefix(route.as_str()).is_some_and(|rest| rest.starts_with('/'))
        };
        let construct = |construct: &&String| {
            call.split(|c: char| !c.is_alphanumeric() && !matches!(c, '_' | ':' | '(' | ' '))
                .chain(call.split(": "))
                .any(|part| part.trim().eq_ignore_ascii_case(construct.trim_end_matches("()")))
        };
        let by_route = self.routes.iter().filter(route).map(String::len).max();
        let by_construct = self.constructs.iter().filter(construct).map(String::len).max();
        let named = (call == self.id).then_some(call.len());
        by_route.max(by_construct).max(named).unwrap_or(0)
    }
}

/// The matrix with what was counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matrix {
    /// Rows by area, each in the order of its file.
    pub rows: Vec<Row>,
    /// Refused calls that no row speaks of.
    pub unplaced: BTreeMap<String, u64>,
}

impl Matrix {
    /// How many rows have each status.
    pub fn counts(&self) -> BTreeMap<Status, usize> {
        let mut counts: BTreeMap<Status, usize> =
            Status::ALL.into_iter().map(|status| (status, 0)).collect();
        for row in &self.rows {
            *counts.entry(row.status).or_default() += 1;
        }
        counts
    }
}

/// The rows as they are shipped.
pub fn rows() -> &'static [Row] {
    &ROWS
}

/// The matrix, joined with what was asked for in vain.
pub fn matrix(tally: &BTreeMap<String, u64>) -> Matrix {
    let mut matrix = Matrix { rows: rows().to_vec(), unplaced: BTreeMap::new() };
    for (call, count) in tally {
        let best = matrix
            .rows
            .iter_mut()
            .filter(|row| row.status != Status::Supported)
            .map(|row| (row.fit(call), row))
            .filter(|(fit, _)| *fit > 0)
            .max_by_key(|(fit, _)| *fit);
        match best {
            Some((_, row)) => row.refused_calls = row.refused_calls.saturating_add(*count),
            None => {
                matrix.unplaced.insert(call.clone(), *count);
            }
        }
    }
    matrix
}

fn read() -> Result<Vec<Row>, String> {
    let mut rows = Vec::new();
    let mut seen = BTreeSet::new();
    for (area, text) in AREAS {
        let own: Vec<Row> =
            serde_json::from_str(text).map_err(|error| format!("{area}.json: {error}"))?;
        for row in own {
            check(area, &row)?;
            if !seen.insert(row.id.clone()) {
                return Err(format!("{area}.json: {} is there twice", row.id));
            }
            rows.push(Row { area: (*area).to_owned(), ..row });
        }
    }
    Ok(rows)
}

fn check(area: &str, row: &Row) -> Result<(), String> {
    let wrong = |what: &str| Err(format!("{area}.json: {}: {what}", row.id));
    let legal =
        |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | '-' | '.');
    match row.status {
        _ if row.id.is_empty() || !row.id.chars().all(legal) => wrong("its id is not `like.this`"),
        _ if row.what.is_empty() || row.doc.is_empty() => wrong("`what` or `doc` is empty"),
        Status::Supported if row.test.is_none() => wrong("it names no test"),
        Status::Partial if row.note.is_none() => wrong("it does not say what is missing"),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_area_describes_itself() {
        let rows = read().unwrap_or_else(|error| panic!("{error}"));
        assert!(!rows.is_empty());
    }

    #[test]
    fn a_row_must_be_whole() {
        let row = |text: &str| check("soql", &serde_json::from_str(text).unwrap());
        let told = row(r#"{"id":"soql.x","what":"w","doc":"d","status":"supported"}"#);
        assert_eq!(told.unwrap_err(), "soql.json: soql.x: it names no test");
        let told = row(r#"{"id":"soql.x","what":"w","doc":"d","status":"partial","test":"a::b"}"#);
        assert_eq!(told.unwrap_err(), "soql.json: soql.x: it does not say what is missing");
        let told = row(r#"{"id":"soql x","what":"w","doc":"d","status":"refused"}"#);
        assert_eq!(told.unwrap_err(), "soql.json: soql x: its id is not `like.this`");
    }

    #[test]
    fn refused_calls_are_counted_at_the_row_that_fits_best() {
        let row = |routes: &[&str]| Row {
            id: "a.b".into(),
            area: "a".into(),
            what: String::new(),
            doc: String::new(),
            status: Status::Refused,
            note: None,
            test: None,
            routes: routes.iter().map(|route| (*route).to_owned()).collect(),
            constructs: vec!["FORMAT".into()],
            refused_calls: 0,
        };
        let cometd = row(&["POST /cometd/{version}"]);
        assert_eq!(cometd.fit("POST /cometd/{version}"), 22);
        assert_eq!(cometd.fit("POST /cometd/{version}/x"), 22);
        assert_eq!(cometd.fit("POST /cometd/{version}x"), 0);
        assert_eq!(cometd.fit("SOQL FORMAT(x)"), 0);
        assert_eq!(cometd.fit("format"), 6);
    }
}
