//! Is this a new active response?
//!
//! Response Management assigns only for a campaign member who is a *new active response* (RM-04). What makes a response
//! active is a predicate that the configuration supplies: the person is qualified, by score or status, when the member is
//! added (later scores do not count), and has no other active response that is still open (K-30).

use crate::{FieldValues, RecordId, ResponseManagement, Rule, condition};

/// What is known when a campaign member comes.
#[derive(Debug, Clone, PartialEq)]
pub struct ResponseFacts<'a> {
    /// The fields of the lead or contact, at this moment.
    pub person: &'a FieldValues,
    /// The fields of the campaign member.
    pub member: &'a FieldValues,
    /// Another active response of the person that is still open.
    pub open: Option<RecordId>,
}

/// Whether a response is active, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResponseDecision {
    /// Whether it is.
    pub active: bool,
    /// The rule that decided.
    pub because: Rule,
    /// The response that stands in its way.
    pub rejected: Vec<(String, Rule)>,
}

/// Decides whether a response is a new active one.
pub fn is_active_response(
    facts: &ResponseFacts<'_>,
    config: &ResponseManagement,
) -> ResponseDecision {
    let qualified = condition::meets(&config.qualified, facts.person)
        && condition::meets(&config.response, facts.member);
    let (active, because) = if !qualified {
        (false, Rule::ResponseNotQualified)
    } else if facts.open.is_some() {
        (false, Rule::ResponseRepeat)
    } else {
        (true, Rule::ResponseActive)
    };
    let stands = facts.open.iter().filter(|_| because == Rule::ResponseRepeat);
    let rejected = stands.map(|it| (it.to_string(), because)).collect();
    ResponseDecision { active, because, rejected }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;
    use crate::{Condition, Test, acme};

    #[test]
    fn a_qualified_person_without_an_open_response_is_a_new_active_response() {
        check("Score__c:100", "Status=Responded", "", expect!["active (response.active)"]);
    }

    #[test]
    fn a_low_score_or_a_member_who_did_not_respond_is_none() {
        check("Score__c:99", "Status=Responded", "", expect!["no (response.not_qualified)"]);
        check("", "Status=Responded", "", expect!["no (response.not_qualified)"]);
        check("Score__c:100", "Status=Sent", "", expect!["no (response.not_qualified)"]);
    }

    #[test]
    fn a_repeat_of_an_active_response_is_none() {
        check(
            "Score__c:100",
            "Status=Responded",
            "M1",
            expect!["no (response.repeat_of_active) for M1"],
        );
        check("Score__c:1", "Status=Responded", "M1", expect!["no (response.not_qualified)"]);
    }

    #[track_caller]
    fn check(person: &str, member: &str, open: &str, expect: Expect) {
        let config = ResponseManagement {
            temporary_owner: "q-temp".into(),
            reassign: Vec::new(),
            qualified: vec![Condition { field: "Score__c".into(), test: Test::AtLeast(100.0) }],
            response: vec![Condition {
                field: "Status".into(),
                test: Test::Is("Responded".into()),
            }],
            notify: Vec::new(),
        };
        let facts = ResponseFacts {
            person: &acme::fields(person),
            member: &acme::fields(member),
            open: (!open.is_empty()).then(|| open.into()),
        };
        let decided = is_active_response(&facts, &config);
        let word = if decided.active { "active" } else { "no" };
        let of: Vec<String> = decided.rejected.iter().map(|(id, _)| format!(" for {id}")).collect();
        expect.assert_eq(&format!("{word} ({}){}", decided.because, of.concat()));
    }
}
