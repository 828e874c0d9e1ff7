//! What did not hold: findings, with what was expected, what was there, and why.

use crate::source::Span;

/// The verdict over a run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Judgement {
    /// Everything that did not hold, expectations in file order, then invariants.
    pub findings: Vec<Finding>,
    /// Every `hold:` figure.
    pub holds: Vec<HoldVerdict>,
    /// How many expectations were evaluated.
    pub checks_evaluated: usize,
    /// Invariant id → how many things it looked at.
    pub invariants_evaluated: std::collections::BTreeMap<&'static str, usize>,
}

/// Something that should have been true and was not.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Finding {
    /// `F101`…; see [`crate::judge`].
    pub code: &'static str,
    /// Ids of the scenario's requirements, for an expectation; of the invariant, for an invariant.
    pub ids: Vec<String>,
    /// Index in `expect`, for an expectation.
    pub expectation: Option<usize>,
    /// The value in the file that was not met; empty for an invariant.
    pub span: Span,
    /// What should have been there.
    pub expected: String,
    /// What was there.
    pub actual: String,
    /// The instant, in milliseconds since the Unix epoch.
    pub at: Option<i64>,
    /// Journal numbers of what it is about.
    pub related: Vec<u64>,
    /// Decisions that explain it.
    pub why: Vec<Why>,
    /// One sentence.
    pub message: String,
}

/// A decision that explains a finding.
#[derive(Clone, Debug, PartialEq)]
pub struct Why {
    /// Journal number of the note.
    pub seq: u64,
    /// The rule, if one was given.
    pub rule: Option<String>,
    /// What the note says.
    pub text: String,
}

/// What became of a figure that had to be held.
#[derive(Clone, Debug, PartialEq)]
pub struct HoldVerdict {
    /// Which figure.
    pub metric: String,
    /// What it should be.
    pub expected: String,
    /// What it was; nothing without samples.
    pub actual: Option<f64>,
    /// Whether it held. A figure without samples does not.
    pub held: bool,
    /// The value in the file.
    pub span: Span,
}
