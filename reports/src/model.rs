//! A finished run, as data: what `result.json`, the journals and the bundle hold.
//!
//! Nothing here holds wall time, a host or a path outside the suite: the same run gives the same bytes.

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// `result.json`, version 1.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RunResult {
    /// The version of this format: 1.
    pub version: u32,
    /// The tool and its version.
    pub tool: String,
    /// Counts.
    pub summary: Summary,
    /// The scenarios, in the order of their ids.
    pub scenarios: Vec<ScenarioResult>,
    /// For each requirement that a scenario names, the scenarios.
    pub requirements: IndexMap<String, RequirementResult>,
    /// For each rule there is, how often it was given as a reason.
    pub rules: IndexMap<String, RuleResult>,
}

/// Counts of scenarios.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Summary {
    /// All expectations, invariants and held figures were met.
    pub passed: u64,
    /// Some were not.
    pub failed: u64,
    /// Our own bugs: a broken invariant of the tool.
    pub errors: u64,
}

/// One scenario, or one row of its table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ScenarioResult {
    /// `folder/name` or `folder/name[case]`.
    pub id: String,
    /// One sentence.
    pub title: String,
    /// The file, relative to its suite.
    pub file: String,
    /// Passed, failed or error.
    pub outcome: ScenarioOutcome,
    /// The scenario's seed.
    pub seed: u64,
    /// Virtual time that passed, in ms.
    pub virtual_ms: i64,
    /// The requirements it proves.
    pub requirements: Vec<String>,
    /// The rules that were given as reasons, sorted.
    pub rules: Vec<String>,
    /// Its tags.
    pub tags: Vec<String>,
    /// How many checks were evaluated: expectations, invariants and held figures.
    pub checks: u64,
    /// Calls and API usage, as exact counts, and other figures by name.
    pub figures: IndexMap<String, f64>,
    /// What was found wrong.
    pub findings: Vec<FindingResult>,
    /// The shell command that repeats this scenario.
    pub again: String,
}

/// How a scenario ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ScenarioOutcome {
    /// Everything held.
    Passed,
    /// An expectation or invariant did not hold.
    Failed,
    /// A held figure was missed, and nothing else was wrong.
    HoldMissed,
    /// The tool itself broke.
    Error,
}

/// An expectation, invariant or held figure that did not hold.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FindingResult {
    /// The kind, such as `F210`.
    pub code: String,
    /// One sentence.
    pub message: String,
    /// Requirement, invariant or metric ids that it concerns.
    pub concerns: Vec<String>,
    /// What was expected.
    pub expected: String,
    /// What was there.
    pub actual: String,
    /// Where the expectation stands; absent for invariants.
    pub place: Option<Place>,
    /// When it was judged, in ms since the scenario's start.
    pub at_ms: Option<i64>,
    /// Numbers of the journal lines that tell why.
    pub related: Vec<u64>,
    /// The reasons, each a sentence with its rule.
    pub why: Vec<String>,
}

/// A place in a scenario file, counted from 1.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Place {
    /// The file, relative to its suite.
    pub file: String,
    /// The line.
    pub line: u32,
    /// The column, in characters.
    pub column: u32,
    /// How many characters are meant.
    pub length: u32,
}

/// The scenarios of a requirement.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RequirementResult {
    /// Ids of scenarios that name it.
    pub scenarios: Vec<String>,
}

/// How often a rule decided.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RuleResult {
    /// In how many scenarios it was given as a reason.
    pub exercised: u64,
}

/// Who a journal line is about: a lane of the timeline.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Lane {
    /// Somebody on the website.
    Visitor,
    /// A rep in the chat product.
    Rep,
    /// The engine's decisions.
    Engine,
    /// A call, its answer, or a change in the org.
    Salesforce,
    /// Somebody or something changing the org behind the engine's back, and faults.
    Admin,
}

/// One line of a scenario's journal, version 1. Lines are JSON, one each, keys in this order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct JournalLine {
    /// Its number, from 1.
    pub seq: u64,
    /// Virtual ms since the scenario's start.
    pub at: i64,
    /// The lane.
    pub lane: Lane,
    /// What kind of line: `event`, `decision`, `opened`, `settled`, `source`, `alert`, `due`, `call`, `answer`, `change`, `admin`, `fault`, `restart`, `messenger`, `view`.
    pub kind: String,
    /// The number of the line that caused this one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause: Option<u64>,
    /// The visitor it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub visitor: Option<String>,
    /// What it is about that is no visitor: its kind and name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// The intent it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub intent: Option<u64>,
    /// The record it is about, by id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub record: Option<String>,
    /// The rule that decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// The outcome it states: of an intent, an answer or a source event.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<String>,
    /// What was chosen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chosen: Option<String>,
    /// Candidates that were not chosen, each with its rule.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub rejected: Vec<(String, String)>,
    /// In words, for a person.
    pub text: String,
    /// Further detail by name: question, action, operation, object, status, code, fields (as `field.NAME`), headers.
    #[serde(skip_serializing_if = "IndexMap::is_empty", default)]
    pub detail: IndexMap<String, String>,
}

/// What a scenario leaves in the bundle.
#[derive(Debug, Clone, PartialEq)]
pub struct ScenarioRecord {
    /// The scenario's id, as in [`ScenarioResult::id`].
    pub id: String,
    /// The file, relative to its suite.
    pub file: String,
    /// The file's text.
    pub source: String,
    /// Names that the file gives to records and users, by id: what to call them.
    pub names: IndexMap<String, String>,
    /// What happened.
    pub journal: Vec<JournalLine>,
}

/// A run, whole: the only thing that is written by the runner, and all that any report needs.
#[derive(Debug, Clone, PartialEq)]
pub struct Bundle {
    /// What it is and what made it.
    pub manifest: Manifest,
    /// The result.
    pub result: RunResult,
    /// The scenarios, in the order of the result.
    pub scenarios: Vec<ScenarioRecord>,
    /// The rules and requirements that ids lead to.
    pub catalogue: CatalogueText,
}

/// What a bundle is and what made it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Manifest {
    /// The version of the bundle format: 1.
    pub bundle: u32,
    /// The tool and its version.
    pub tool: String,
    /// What was run: `embedded suites`, or the paths as typed.
    pub suite: String,
    /// SHA-256 of the scenario sources, in hex.
    pub suite_hash: String,
    /// The command that repeats the run.
    pub again: String,
}

/// The sentences behind ids, so that a report stands on its own.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CatalogueText {
    /// Rules in the order of the pipeline.
    pub rules: Vec<RuleText>,
    /// Requirements in the order of the catalogue.
    pub requirements: Vec<RequirementText>,
}

/// A rule's sentence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RuleText {
    /// Its id.
    pub id: String,
    /// The manual's sentence.
    pub sentence: String,
    /// The requirements it answers.
    pub requirements: Vec<String>,
}

/// A requirement's sentence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RequirementText {
    /// Its id.
    pub id: String,
    /// What it demands.
    pub sentence: String,
    /// The documents it comes from, and the section.
    pub source: String,
    /// Kinds: E, M, L, R.
    pub kind: String,
    /// `now` or `later`.
    pub scope: String,
    /// Whether coverage demands a scenario.
    pub gated: bool,
}
