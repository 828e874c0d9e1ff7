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

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;

    #[test]
    fn policy_a_asks_for_the_ledger_and_for_recognition() {
        check(UpdateScope::PreviouslySynced, (true, true), expect!["may: sync.previously_synced"]);
        check(
            UpdateScope::PreviouslySynced,
            (true, false),
            expect!["may not: sync.not_recognised"],
        );
        check(
            UpdateScope::PreviouslySynced,
            (false, true),
            expect!["may not: sync.not_previously_synced"],
        );
        check(
            UpdateScope::PreviouslySynced,
            (false, false),
            expect!["may not: sync.not_previously_synced"],
        );
    }

    #[test]
    fn policy_b_asks_for_the_address_only() {
        check(UpdateScope::AnyMatch, (false, true), expect!["may: sync.records_any_match"]);
        check(UpdateScope::AnyMatch, (true, false), expect!["may not: match.different_email"]);
    }

    #[track_caller]
    fn check(scope: UpdateScope, (synced, recognised): (bool, bool), expect: Expect) {
        let actual = match may_write(scope, synced, recognised) {
            Ok(rule) => format!("may: {rule}"),
            Err(rule) => format!("may not: {rule}"),
        };
        expect.assert_eq(&actual);
    }
}
