//! Duplicate rules (wire reference §7.2).
//!
//! The row that is saved is compared with rows that are stored, of its own object or of others; rows
//! of the same save are never compared with each other, and converted leads are no duplicates. On
//! update a rule runs only if a field that it compares has changed. A block refuses always, an
//! alert unless the caller says `allowSave`, a silent rule never.

use std::collections::BTreeSet;

use crate::id::SfId;
use crate::record::Record;
use crate::schema::ObjectIndex;
use crate::seed::{DuplicateAction, MatchMethod};
use crate::value::Value;

use super::Org;
use super::context::{Origin, SaveContext};
use super::error::OrgError;
use super::index::same_key;
use super::rules::{DuplicateRule, MatchField};
use super::save::Draft;
use super::similar;

/// Matching rows that an answer lists.
const MATCHES_MAX: usize = 100;

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
    pub(crate) fn run_duplicate_rules(&self, cx: &SaveContext, draft: &Draft) -> Vec<OrgError> {
        if cx.origin == Origin::Import {
            return Vec::new();
        }
        let rules = self.rules.duplicates.iter();
        let own = rules.filter(|rule| rule.active && rule.object == draft.object.index);
        own.filter_map(|rule| self.run_duplicate_rule(cx, rule, draft)).collect()
    }

    fn run_duplicate_rule(
        &self,
        cx: &SaveContext,
        rule: &DuplicateRule,
        draft: &Draft,
    ) -> Option<OrgError> {
        let action = if draft.is_new() { rule.on_create } else { rule.on_update };
        let allow_save = match action {
            DuplicateAction::Allow | DuplicateAction::Off => return None,
            DuplicateAction::Alert if cx.duplicates.allow_save => return None,
            DuplicateAction::Alert => true,
            DuplicateAction::Block => false,
        };
        let compared = rule.against.iter().flat_map(|(_, fields)| fields);
        if !draft.is_new() && !compared.into_iter().any(|field| draft.changed(field.own)) {
            return None;
        }
        let matches: Vec<MatchResult> = rule
            .against
            .iter()
            .filter_map(|(object, fields)| self.match_result(rule, *object, fields, draft))
            .collect();
        if matches.is_empty() {
            return None;
        }
        let result = DuplicateResult {
            allow_save,
            rule: rule.name.clone(),
            entity_type: draft.object.name.to_string(),
            error_message: rule.alert_text.clone(),
            matches,
        };
        let error = OrgError::new("DUPLICATES_DETECTED", rule.alert_text.as_str()).without_fields();
        Some(OrgError { duplicates: Some(Box::new(result)), ..error })
    }

    fn match_result(
        &self,
        rule: &DuplicateRule,
        object: ObjectIndex,
        fields: &[MatchField],
        draft: &Draft,
    ) -> Option<MatchResult> {
        let mut found = self.duplicates_of(&draft.after, object, fields);
        if found.is_empty() {
            return None;
        }
        let size = found.len();
        found.truncate(if rule.api_visible { MATCHES_MAX } else { 0 });
        let exact = fields.iter().all(|field| field.method == MatchMethod::Exact);
        let entity_type = self.schema.at(object).name.to_string();
        Some(MatchResult {
            rule: format!("{entity_type}_Matching_Rule"),
            entity_type,
            engine: if exact { "ExactMatchEngine" } else { "FuzzyMatchEngine" },
            size,
            records: found,
        })
    }

    /// Live rows of an object that match a row in every field, in id order.
    pub(crate) fn duplicates_of(
        &self,
        row: &Record,
        object: ObjectIndex,
        fields: &[MatchField],
    ) -> Vec<SfId> {
        let decided = fields.iter().any(|field| !row.get(field.own).is_null() || field.match_blank);
        if !decided {
            return Vec::new();
        }
        let matches = |other: &&Record| {
            other.id() != row.id()
                && self.can_match(other)
                && fields.iter().all(|field| field_matches(*field, row, other))
        };
        match self.candidates(row, object, fields) {
            Some(ids) => {
                let rows = ids.into_iter().filter_map(|id| self.get(id));
                rows.filter(matches).map(Record::id).collect()
            }
            None => self.rows(object).filter(matches).map(Record::id).collect(),
        }
    }

    /// Rows that agree in the first exact field that has a value: the index knows them.
    fn candidates(
        &self,
        row: &Record,
        object: ObjectIndex,
        fields: &[MatchField],
    ) -> Option<Vec<SfId>> {
        let indexed = |field: &&MatchField| {
            field.method == MatchMethod::Exact
                && !row.get(field.own).is_null()
                && self.is_indexed(object, field.other)
        };
        let field = fields.iter().find(indexed)?;
        self.lookup(object, field.other, row.get(field.own))
    }

    fn can_match(&self, other: &Record) -> bool {
        let same_save =
            self.batch.as_ref().is_some_and(|batch: &BTreeSet<SfId>| batch.contains(&other.id()));
        let converted = other.id().prefix() == "00Q" && self.stored(other, "IsConverted").is_true();
        !other.is_deleted() && !same_save && !converted
    }
}

fn field_matches(field: MatchField, row: &Record, other: &Record) -> bool {
    let (a, b) = (row.get(field.own), other.get(field.other));
    match (a, b) {
        (Value::Null, Value::Null) => field.match_blank,
        (Value::Null, _) | (_, Value::Null) => false,
        (Value::Text(a), Value::Text(b)) => similar::same(field.method, a, b),
        _ => same_key(a, b),
    }
}
