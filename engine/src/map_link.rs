//! A lead is missing in Salesforce, and leads go there by way of the marketing platform: is the link slow, or broken?
//! (TS-03, FM-83, K-18)
//!
//! Some time after the platform took the record, Salesforce is looked at. If the lead is there, all is well. If it is not
//! and the platform tells a sync error, the link is broken, and the platform's words are the diagnosis. Without an error the
//! link is only late, and is looked at again, a few times.

use crate::{Rule, System};

/// Looks before a late link is reported as such for good.
pub const MAP_LOOKS_MAX: u32 = 6;

/// What is known of a record that the platform took.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MapFacts<'a> {
    /// Whether Salesforce has the person by now.
    pub in_crm: bool,
    /// Why the platform could not sync the record, as it says.
    pub sync_error: Option<&'a str>,
    /// How often Salesforce was looked at, this time included.
    pub looks: u32,
}

/// An answer to "where is the lead?".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MapDiagnosis {
    /// Why.
    pub because: Rule,
    /// Whether Salesforce is to be looked at again.
    pub looks_again: bool,
}

/// Decides what is to be said of a record that the platform took.
pub fn diagnose_map(facts: &MapFacts<'_>) -> MapDiagnosis {
    if facts.in_crm {
        return MapDiagnosis { because: Rule::MapArrived, looks_again: false };
    }
    match facts.sync_error {
        Some(_) => MapDiagnosis { because: Rule::MapLinkBroken, looks_again: false },
        None => MapDiagnosis { because: Rule::MapLate, looks_again: facts.looks < MAP_LOOKS_MAX },
    }
}

/// The diagnosis in words.
pub(crate) fn told(system: System, record: &str, facts: &MapFacts<'_>) -> String {
    let name = system.word();
    match facts.sync_error {
        Some(error) => {
            format!(
                "{name} holds {record} and could not sync it to Salesforce: {error}; check the connection"
            )
        }
        None => format!(
            "{name} holds {record} and has not synced it to Salesforce yet; it tells no error"
        ),
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;

    #[test]
    fn what_is_there_has_arrived_even_if_the_last_sync_failed() {
        check(true, None, 1, expect!["map.arrived"]);
        check(true, Some("x"), 1, expect!["map.arrived"]);
    }

    #[test]
    fn an_error_is_a_broken_link_and_silence_a_slow_one() {
        check(false, Some("x"), 1, expect!["map.link_broken"]);
        check(false, None, 1, expect!["map.late, looks again"]);
        check(false, None, MAP_LOOKS_MAX, expect!["map.late"]);
    }

    #[track_caller]
    fn check(in_crm: bool, sync_error: Option<&str>, looks: u32, expect: Expect) {
        let diagnosis = diagnose_map(&MapFacts { in_crm, sync_error, looks });
        let again = if diagnosis.looks_again { ", looks again" } else { "" };
        expect.assert_eq(&format!("{}{again}", diagnosis.because));
    }

    #[test]
    fn a_diagnosis_quotes_the_platform() {
        let facts = MapFacts { in_crm: false, sync_error: Some("INVALID_LOGIN"), looks: 1 };
        expect!["marketo holds 1001 and could not sync it to Salesforce: INVALID_LOGIN; check the connection"]
            .assert_eq(&told(System::Marketo, "1001", &facts));
    }
}
