//! The rows of the catalogue, as its files spell them.

use serde::Deserialize;

/// What a row says: how the engine must act, or something else that a reader should know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
pub enum Kind {
    /// Behaviour of the engine: the sync and assignment code under test.
    #[serde(rename = "E")]
    Engine,
    /// Behaviour of the product or the CRM around the engine, which the simulation has to model.
    #[serde(rename = "M")]
    Model,
    /// A warning about a configuration, or a diagnostic.
    #[serde(rename = "L")]
    Lint,
    /// A recommendation: a warning, a hint id or a preset.
    #[serde(rename = "R")]
    Recommendation,
}

/// When a row is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// The project claims it: what is of kind E has a scenario.
    Now,
    /// Known, and not claimed yet.
    Later,
}

/// What the value of a setting is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Takes {
    /// One of the listed values.
    Choice,
    /// A span of time such as `5m`.
    Duration,
    /// A whole number.
    Count,
    /// The name of a CRM user, or the listed word.
    User,
    /// The name of a lead field, or the listed word.
    Field,
}

/// A document that the requirements come from.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// The key that rows name it by.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Whose product it describes.
    pub vendor: String,
    /// What it is.
    pub about: String,
}

/// One requirement.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Requirement {
    /// The id that scenario files name.
    pub id: String,
    /// The rule, in one sentence.
    pub rule: String,
    /// The rule as Given, When, Then.
    #[serde(default)]
    pub given: Option<String>,
    /// Keys of the documents that say it.
    pub sources: Vec<String>,
    /// The section of the source document; none when no document says it.
    pub section: Option<String>,
    /// What kinds of row it is.
    pub kind: Vec<Kind>,
    /// Not said in a document in so many words, but needed to make neighbouring rules testable.
    pub derived: bool,
    /// The rows that say the same and carry the scenarios.
    pub alias_of: Option<Vec<String>>,
    /// When it is due.
    pub scope: Scope,
    /// Contradictions and single settings that touch it.
    pub settings: Vec<String>,
    /// What else a reader should know.
    #[serde(default)]
    pub note: Option<String>,
}

/// A contradiction or gap of the documents, with its resolution.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contradiction {
    /// Its id.
    pub id: String,
    /// Keys of the documents that disagree or leave the gap.
    pub sources: Vec<String>,
    /// What is contradictory or open.
    pub conflict: String,
    /// How it is resolved.
    pub resolution: String,
    /// The settings that play the other reading; none when there is no second reading.
    pub settings: Vec<Setting>,
    /// When it is due.
    pub scope: Scope,
}

/// Settings that belong to a single requirement or failure.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Switch {
    /// The row that they belong to.
    pub of: String,
    /// The settings.
    pub settings: Vec<Setting>,
    /// When they are due.
    pub scope: Scope,
}

/// A named setting of the engine.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Setting {
    /// The name that scenario files use.
    #[serde(rename = "setting")]
    pub name: String,
    /// What its value is.
    pub takes: Takes,
    /// The default, followed by the other values of a choice.
    pub values: Vec<String>,
    /// The least and the greatest value, where there are such.
    #[serde(default)]
    pub range: Option<[String; 2]>,
    /// What it decides.
    pub meaning: String,
}

/// What holds at the end of every scenario.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Invariant {
    /// Its id.
    pub id: String,
    /// What holds.
    pub sentence: String,
    /// When it is due.
    pub scope: Scope,
}

/// One way in which things go wrong.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Failure {
    /// Its id.
    pub id: String,
    /// The chapter of the failure catalogue.
    pub chapter: String,
    /// What goes wrong.
    pub cause: String,
    /// What Salesforce or the network then does.
    pub behaviour: String,
    /// What the engine has to do.
    pub reaction: String,
    /// How a run makes it happen.
    pub provoke: String,
    /// The same in the words of scenario files: names of faults, verbs, parts of the world (see
    /// [`provocations`](crate::provoke::provocations)).
    #[serde(default)]
    pub provoked_by: Vec<String>,
    /// When it is due.
    pub scope: Scope,
}

/// What shows a row that no rule of the engine answers.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    /// The row.
    pub of: String,
    /// Parts of what can be seen, one of which an expectation must look at.
    pub shows: Vec<String>,
}

impl Requirement {
    /// Whether coverage gates on it: engine behaviour in scope now that is no alias of another row.
    pub fn is_gated(&self) -> bool {
        self.scope == Scope::Now && self.kind.contains(&Kind::Engine) && self.alias_of.is_none()
    }
}

impl Setting {
    /// The value that holds when a configuration does not name the setting.
    pub fn default_value(&self) -> &str {
        self.values.first().expect("a setting without values is refused when the catalogue is read")
    }
}
