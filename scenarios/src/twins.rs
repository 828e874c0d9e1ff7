//! Live records that share a key, change by change.
//!
//! One pass over the changes, so that a world of ten thousand visitors costs as much as its changes. Addresses are compared as the scenario takes persons for the same, other keys trimmed and
//! without case. A converted lead is no longer a twin of anything.

use crate::ast::Scenario;
use crate::history::{History, RecordIndex, Standing};
use crate::observation::{Change, ChangeKind};
use std::collections::{BTreeMap, BTreeSet};

/// What shares a key with what.
pub(crate) struct Twins<'h, 'o> {
    scenario: &'h Scenario,
    history: &'h History<'o>,
    fields: Vec<String>,
    /// Change → key and an older record that has it.
    found: BTreeMap<usize, (String, RecordIndex)>,
}

impl<'h, 'o> Twins<'h, 'o> {
    /// Twins among the records of an object.
    pub(crate) fn over(
        (scenario, history): (&'h Scenario, &'h History<'o>),
        object: &str,
        fields: Vec<String>,
    ) -> Twins<'h, 'o> {
        let mut twins = Twins { scenario, history, fields, found: BTreeMap::new() };
        if twins.fields.is_empty() {
            return twins;
        }
        let mut keys: BTreeMap<RecordIndex, String> = BTreeMap::new();
        let mut holders: BTreeMap<String, BTreeSet<RecordIndex>> = BTreeMap::new();
        for (index, change) in
            history.changes.iter().enumerate().filter(|(_, change)| *change.object == *object)
        {
            let Some(record) = history.find(&change.id) else { continue };
            if !twins.touches(change) {
                continue;
            }
            let new = twins.key(record, index + 1);
            if keys.get(&record) == new.as_ref() {
                continue;
            }
            if let Some(old) = keys.remove(&record)
                && let Some(set) = holders.get_mut(&old)
            {
                set.remove(&record);
            }
            let Some(new) = new else { continue };
            let set = holders.entry(new.clone()).or_default();
            if let Some(other) = set.first() {
                twins.found.insert(index, (new.clone(), *other));
            }
            set.insert(record);
            keys.insert(record, new);
        }
        twins
    }

    /// The key that a change made two records share, with the older record.
    pub(crate) fn of(&self, change: usize) -> Option<(&str, RecordIndex)> {
        self.found.get(&change).map(|(key, other)| (key.as_str(), *other))
    }

    /// The fields of the key.
    pub(crate) fn fields(&self) -> &[String] {
        &self.fields
    }

    /// Whether a change can alter the record's key.
    fn touches(&self, change: &Change) -> bool {
        change.kind != ChangeKind::Updated
            || change
                .fields
                .iter()
                .any(|(name, _)| self.fields.iter().any(|field| **field == **name))
    }

    /// The key of a live, unconverted record; nothing if a part of it is blank.
    fn key(&self, record: RecordIndex, instant: usize) -> Option<String> {
        let live = self.history.standing(record, instant) == Standing::Live;
        if !live || self.history.value(record, "IsConverted", instant) == Some("true") {
            return None;
        }
        let part = |field: &String| {
            let value = self.history.value(record, field, instant)?;
            Some(
                crate::email::person(value, self.scenario)
                    .unwrap_or_else(|| value.trim().to_lowercase()),
            )
        };
        let parts: Option<Vec<String>> = self.fields.iter().map(part).collect();
        Some(parts?.join(", "))
    }
}
