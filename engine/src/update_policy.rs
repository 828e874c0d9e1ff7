//! May an update write this record?
//!
//! Policy A, "previously synced": only a record that we created or wrote before (being matched is not enough), and only
//! for a recognised visitor: one whose known e-mail address is the record's (UP-01, UP-02). It survives a merge or
//! conversion of the record, because the ledger follows it (UP-10d).
//!
//! Policy B, "any match": any lead or contact that has the visitor's address (UP-04).

use crate::{Rule, UpdateScope};

/// Says under which rule an update may write a record, or by which rule it may not.
pub fn may_write(scope: UpdateScope, synced_before: bool, recognised: bool) -> Result<Rule, Rule> {
    match (scope, synced_before, recognised) {
        (UpdateScope::PreviouslySynced, true, true) => Ok(Rule::PreviouslySynced),
        (UpdateScope::PreviouslySynced, true, false) => Err(Rule::NotRecognised),
        (UpdateScope::PreviouslySynced, false, _) => Err(Rule::NotPreviouslySynced),
        (UpdateScope::AnyMatch, _, true) => Ok(Rule::RecordsAnyMatch),
        (UpdateScope::AnyMatch, _, false) => Err(Rule::DifferentEmail),
    }
}
