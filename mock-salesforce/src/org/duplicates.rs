//! Duplicate rules.
use super::{Org, OrgError, SaveContext, save::Draft};
use crate::id::SfId;
/// What a duplicate rule found.
#[derive(Clone, Debug, PartialEq)]
pub struct DuplicateResult {
    /// May the caller save all the same? True of an alert, false of a block.
    pub allow_save: bool,
    /// Developer name of the rule.
    pub rule: String,
    /// The object of the row that was to be saved.
    pub entity_type: String,
    /// What the user is told.
    pub error_message: String,
    /// The rows that match, by object.
    pub matches: Vec<MatchResult>,
}

/// The rows of one object that match.
#[derive(Clone, Debug, PartialEq)]
pub struct MatchResult {
    /// Their object.
    pub entity_type: String,
    /// `ExactMatchEngine` or `FuzzyMatchEngine`.
    pub engine: &'static str,
    /// Developer name of the matching rule.
    pub rule: String,
    /// How many there are.
    pub size: usize,
    /// Which they are, in id order, at most 100; none when they are hidden.
    pub records: Vec<SfId>,
}
impl Org {
    pub(crate) fn run_duplicate_rules(&self, _cx: &SaveContext, _draft: &Draft) -> Vec<OrgError> {
        Vec::new()
    }
}
