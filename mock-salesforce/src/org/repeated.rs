//! Rows that stand more than once in a call, or in a chunk of a job: keys of an upsert, ids of an update.
//!
//! Of a key that comes twice no row is saved (Apex Developer Guide: "If the key is matched multiple times"). Of an id that comes
//! twice the rows are saved one after the other, up to a number (SOAP API Developer Guide: `update()`).

use std::collections::BTreeSet;

use super::OrgError;
use crate::id::SfId;

/// Most rows of a call whose ids other rows had before them.
const AGAIN_MAX: usize = 12;

/// The keys that come more than once.
#[derive(Debug, Default)]
pub(crate) struct RepeatedKeys(BTreeSet<String>);

impl RepeatedKeys {
    pub(crate) fn of<K: AsRef<str>>(keys: impl Iterator<Item = K>) -> Self {
        let mut seen = BTreeSet::new();
        let folded = keys.map(|key| folded(key.as_ref())).filter(|key| !key.is_empty());
        Self(folded.filter(|key| !seen.insert(key.clone())).collect())
    }

    /// Refuses a row whose key another row has, too.
    pub(crate) fn refuse(&self, field: &str, key: &str) -> Result<(), OrgError> {
        if self.0.is_empty() || !self.0.contains(&folded(key)) {
            return Ok(());
        }
        let what = if field == "Id" { "id" } else { "external id" };
        let text = format!("Duplicate {what} specified: {key}");
        Err(OrgError::new("DUPLICATE_VALUE", text).about([field]))
    }
}

fn folded(key: &str) -> String {
    key.trim().to_lowercase()
}

/// The ids of an update so far.
#[derive(Debug, Default)]
pub(crate) struct RepeatedIds {
    seen: BTreeSet<SfId>,
    again: usize,
}

impl RepeatedIds {
    /// Takes the next row, unless too many came again.
    pub(crate) fn next(&mut self, id: SfId) -> Result<(), OrgError> {
        if self.seen.insert(id) {
            return Ok(());
        }
        self.again += 1;
        if self.again <= AGAIN_MAX {
            return Ok(());
        }
        let text = format!(
            "Maximum number of duplicate updates in one batch ({AGAIN_MAX} allowed). Attempt to update Id more than once in this Api call: {}",
            id.as_str_15()
        );
        Err(OrgError::new("DUPLICATE_VALUE", text))
    }
}
