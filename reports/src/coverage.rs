//! What a suite proves, as data: each row of the catalogue with the scenarios that count for it, and what is missing.
//!
//! How it is found out, this crate does not know. [`text`] makes the terminal's form of it, [`html`] the page.

pub mod html;
pub mod text;

use schemars::JsonSchema;
use serde::Serialize;

/// What a suite proves, version 1.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Coverage {
    /// The version of this format: 1.
    pub version: u32,
    /// The tool and its version.
    pub tool: String,
    /// Which suite.
    pub suite: String,
    /// Counts by kind of row.
    pub summary: Vec<KindSummary>,
    /// Every row, in the order of the catalogue.
    pub rows: Vec<Row>,
}

/// How many rows of a kind are proved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct KindSummary {
    /// `E`, `M`, `L`, `R`, `FM`, `K` or `rule`.
    pub kind: String,
    /// What rows of this kind are, and what is demanded of each.
    pub meaning: String,
    /// Rows of which something is demanded.
    pub rows: u64,
    /// Rows that have it.
    pub proved: u64,
    /// Rows that have not.
    pub gaps: u64,
    /// Rows that are not due yet and have it not.
    pub later: u64,
}

/// What a row is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Chapter {
    /// A requirement.
    Requirement,
    /// A failure mode.
    Failure,
    /// One value of a setting: one reading of a document.
    Reading,
    /// A rule of the engine.
    Rule,
}

/// A requirement, failure mode, reading or rule, and what proves it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Row {
    /// Its id.
    pub id: String,
    /// What it is.
    pub chapter: Chapter,
    /// Its kinds, for a requirement.
    pub kind: String,
    /// What it says.
    pub sentence: String,
    /// Where that stands.
    pub source: String,
    /// Not due yet.
    pub is_later: bool,
    /// The rows that carry the scenarios instead.
    pub alias_of: Vec<String>,
    /// What else answers it: rules, lints, files that are refused.
    pub answers: Vec<String>,
    /// Scenarios that name it, and those that count.
    pub scenarios: Vec<Cell>,
    /// Scenarios that do not name it, and would count: for a row with a gap.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub candidates: Vec<String>,
    /// What is demanded, by kind.
    pub demands: Vec<Demand>,
}

/// A scenario and a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Cell {
    /// The scenario, without the case.
    pub scenario: String,
    /// Why it counts: what turns it red. Absent if it does not count.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proof: Option<String>,
    /// Why it does not count.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lacks: Option<String>,
}

/// What is demanded of a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Demand {
    /// For which kind.
    pub kind: String,
    /// How many scenarios, or answers, are wanted.
    pub wanted: u64,
    /// How many there are.
    pub found: u64,
    /// What is missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gap: Option<String>,
}

impl Row {
    /// How many scenarios count for it.
    pub fn proved(&self) -> u64 {
        self.scenarios.iter().filter(|it| it.proof.is_some()).count() as u64
    }

    /// What is missing, whether it is due or not.
    pub fn gaps(&self) -> impl Iterator<Item = &str> {
        self.demands.iter().filter_map(|it| it.gap.as_deref())
    }
}

impl Coverage {
    /// Rows that miss something that is due; with `all`, also what is not due yet.
    pub fn gaps(&self, all: bool) -> Vec<&Row> {
        let due = |row: &&Row| all || !row.is_later;
        self.rows.iter().filter(due).filter(|row| row.gaps().next().is_some()).collect()
    }

    /// As JSON with a final newline.
    pub fn json(&self) -> String {
        let text = serde_json::to_string_pretty(self).expect("the model has only text keys");
        text + "\n"
    }
}
