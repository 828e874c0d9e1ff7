//! Duplicate rules (wire reference §7.2).
//!
//! The row that is saved is compared with rows that are stored, of its own object or of others; rows
//! of the same save are never compared with each other, and converted leads are no duplicates. On
//! update a rule runs only if a field that it compares has changed. A block refuses always, an
//! alert unless the caller says `allowSave`, a silent rule never. Rows that the running user does
//! not see count all the same, but are not named, unless rule or header enforce sharing.

mod find;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::formula::Scope;
use crate::id::SfId;
use crate::record::Record;
use crate::schema::ObjectIndex;
use crate::seed::{DuplicateAction, MatchMethod};
use crate::value::ValueRef;

use super::Org;
use super::context::{Origin, SaveContext};
use super::error::OrgError;
use super::index::same_key;
use super::rules::{DuplicateRule, MatchField, MatchingRule};
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
    /// How many there are; at most 100 are looked at.
    pub size: usize,
    /// Which they are, in id order, without those that are hidden.
    pub records: Vec<MatchRecord>,
}

/// A row that matches.
#[derive(Clone, Debug, PartialEq)]
pub struct MatchRecord {
    /// The row.
    pub id: SfId,
    /// How alike it is: 100 for exact matches.
    pub confidence: f64,
    /// How the compared fields differ, where the org's settings ask for that.
    pub diffs: Vec<FieldDiff>,
}

/// How a compared field differs between two rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldDiff {
    /// Field of the row that matches.
    pub name: String,
    /// `SAME`, `SIMILAR`, `DIFFERENT` or `NULL`.
    pub difference: &'static str,
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
        if rule.exempt.contains(&cx.origin) || !self.concerns(cx, rule, draft) {
            return None;
        }
        let matches: Vec<MatchResult> = rule
            .matching
            .iter()
            .filter_map(|matching| self.match_result(cx, rule, matching, draft))
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

    /// Does the rule look at this row, and did something change that it compares?
    fn concerns(&self, cx: &SaveContext, rule: &DuplicateRule, draft: &Draft) -> bool {
        let mut compared = rule.matching.iter().flat_map(MatchingRule::fields);
        if !draft.is_new() && !compared.any(|field| draft.changed(field.own)) {
            return false;
        }
        let before = draft.before.as_ref();
        let scope = Scope { org: self, cx, before, after: &draft.after, is_new: draft.is_new() };
        rule.when.as_ref().is_none_or(|when| when.holds(&scope))
    }

    /// Rows that a reporting rule would have stopped, or let pass in silence, with what they match.
    pub(super) fn reported(&self, cx: &SaveContext, draft: &Draft) -> Vec<(SfId, Vec<SfId>)> {
        let rules = self.rules.duplicates.iter();
        let own =
            rules.filter(|rule| rule.active && rule.report && rule.object == draft.object.index);
        let found = |rule: &Arc<DuplicateRule>| {
            let action = if draft.is_new() { rule.on_create } else { rule.on_update };
            let off = action == DuplicateAction::Off || rule.exempt.contains(&cx.origin);
            if off || !self.concerns(cx, rule, draft) {
                return None;
            }
            let rows = rule.matching.iter().flat_map(|m| self.duplicates_of(&draft.after, m));
            let ids: Vec<SfId> = rows.take(MATCHES_MAX).map(Record::id).collect();
            (!ids.is_empty()).then_some((rule.id, ids))
        };
        own.filter_map(found).collect()
    }

    fn match_result(
        &self,
        cx: &SaveContext,
        rule: &DuplicateRule,
        matching: &MatchingRule,
        draft: &Draft,
    ) -> Option<MatchResult> {
        let mut found = self.duplicates_of(&draft.after, matching);
        if rule.enforce_sharing || cx.duplicates.run_as_current_user {
            found.retain(|row| self.visible(cx.user, row));
        }
        found.truncate(MATCHES_MAX);
        if found.is_empty() {
            return None;
        }
        let size = found.len();
        found.retain(|row| rule.api_visible && self.visible(cx.user, row));
        let records = found.into_iter().map(|row| self.match_record(&draft.after, row, matching));
        let exact = matching.fields().all(|field| field.method == MatchMethod::Exact);
        Some(MatchResult {
            rule: matching.name.clone(),
            entity_type: self.schema.at(matching.object).name.to_string(),
            engine: if exact { "ExactMatchEngine" } else { "FuzzyMatchEngine" },
            size,
            records: records.collect(),
        })
    }

    fn match_record(&self, row: &Record, other: &Record, matching: &MatchingRule) -> MatchRecord {
        let fits = matching.alternatives.iter().find(|fields| all_match(fields, row, other));
        let fields = fits.map(Vec::as_slice).unwrap_or_default();
        let sum: u32 = fields.iter().map(|field| likeness(*field, row, other)).sum();
        let count = u32::try_from(fields.len()).unwrap_or(1).max(1);
        let diffs = if self.settings.duplicate_field_diffs {
            self.field_diffs(row, other, matching)
        } else {
            Vec::new()
        };
        MatchRecord { id: other.id(), confidence: f64::from(sum) / f64::from(count), diffs }
    }

    fn field_diffs(&self, row: &Record, other: &Record, matching: &MatchingRule) -> Vec<FieldDiff> {
        let object = self.schema.at(matching.object);
        let mut diffs: Vec<FieldDiff> = Vec::new();
        for field in matching.fields() {
            let name = object.field_at(field.other).name.to_string();
            let difference = match (row.get(field.own), other.get(field.other)) {
                (ValueRef::Null, _) | (_, ValueRef::Null) => "NULL",
                (a, b) if same_key(a, b) => "SAME",
                _ if field_matches(*field, row, other) => "SIMILAR",
                _ => "DIFFERENT",
            };
            if !diffs.iter().any(|diff| diff.name == name) {
                diffs.push(FieldDiff { name, difference });
            }
        }
        diffs
    }

    /// Live rows that match a row by one of the rule's lists of fields, in id order.
    fn duplicates_of(&self, row: &Record, matching: &MatchingRule) -> Vec<&Record> {
        let mut found: BTreeMap<SfId, &Record> = BTreeMap::new();
        for fields in &matching.alternatives {
            let decided =
                fields.iter().any(|field| !row.get(field.own).is_null() || field.match_blank);
            if !decided {
                continue;
            }
            let matches = |other: &&Record| {
                other.id() != row.id() && self.can_match(other) && all_match(fields, row, other)
            };
            if let Some(ids) = self.candidates(row, matching.object, fields) {
                let rows = ids.into_iter().filter_map(|id| self.get(id));
                found.extend(rows.filter(matches).map(|row| (row.id(), row)));
            } else {
                let rows = self.rows(matching.object);
                found.extend(rows.filter(matches).map(|row| (row.id(), row)));
            }
        }
        found.into_values().collect()
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
            self.batch.as_ref().is_some_and(|batch| batch.binary_search(&other.id()).is_ok());
        let converted = other.id().prefix() == "00Q" && self.stored(other, "IsConverted").is_true();
        !other.is_deleted() && !same_save && !converted
    }
}

fn all_match(fields: &[MatchField], row: &Record, other: &Record) -> bool {
    fields.iter().all(|field| field_matches(*field, row, other))
}

fn field_matches(field: MatchField, row: &Record, other: &Record) -> bool {
    let (a, b) = (row.get(field.own), other.get(field.other));
    match (a, b) {
        (ValueRef::Null, ValueRef::Null) => field.match_blank,
        (ValueRef::Null, _) | (_, ValueRef::Null) => false,
        (ValueRef::Text(a), ValueRef::Text(b)) => similar::same(field.method, a, b),
        _ => same_key(a, b),
    }
}

/// How alike a matching field is, of 100.
fn likeness(field: MatchField, row: &Record, other: &Record) -> u32 {
    match (row.get(field.own), other.get(field.other)) {
        (ValueRef::Text(a), ValueRef::Text(b)) if field.method != MatchMethod::Exact => {
            similar::likeness(a, b)
        }
        _ => 100,
    }
}
