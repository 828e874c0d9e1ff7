//! What Salesforce's refusals took out of a row (FM-32, FM-33, FM-35, FM-61b).

use std::collections::{BTreeMap, BTreeSet};

use crate::{FieldName, FieldValues, Value};

/// What Salesforce's refusals took out of a row.
#[derive(Debug, Default)]
pub(crate) struct Edits {
    dropped: BTreeSet<FieldName>,
    shortened: BTreeMap<FieldName, usize>,
    pub(crate) allow_duplicate: bool,
    /// Whether the row goes in a call of its own: only there Salesforce says which records are duplicates.
    pub(crate) alone: bool,
}

impl Edits {
    pub(crate) fn drop(&mut self, fields: Vec<FieldName>) {
        self.dropped.extend(fields);
    }

    pub(crate) fn shorten(&mut self, field: FieldName, characters: usize) {
        self.shortened.insert(field, characters);
    }

    /// Applies them to a row.
    pub(crate) fn apply(&self, fields: &mut FieldValues) {
        fields.retain(|(name, _)| !self.dropped.contains(name));
        for (name, value) in fields {
            if let (Some(characters), Value::Text(text)) = (self.shortened.get(name), &value) {
                let short: String = text.chars().take(*characters).collect();
                *value = Value::from(short.as_str());
            }
        }
    }
}
