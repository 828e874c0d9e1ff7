//! Is the owner subject to reassignment, and what is done with a new active response?
//!
//! A lead whose owner is on the list goes to the temporary owner and waits there for a third party (RM-01, RM-02, RM-07).
//! An owner who is not on the list keeps the lead, and the response is complete at once (RM-05, K-31). A lead that is with
//! the temporary owner already is not written, but waits like any other (RM-13d). Contacts stay where they are: no queue
//! can own them.

use crate::{ResponseManagement, Rule, UserId};

/// Whose record a response is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResponseOwner {
    /// The owner when the response comes.
    pub owner: UserId,
    /// Whether the person is a lead; otherwise a contact.
    pub is_lead: bool,
}

/// What is done with a new active response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Handover {
    /// The temporary owner gets the lead, and the response waits.
    HandOver,
    /// Nobody is changed, and the response waits.
    Wait,
    /// Nobody is changed, and the response is complete.
    Complete,
}

/// What is done, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandoverDecision {
    /// What is done.
    pub handover: Handover,
    /// The rule that decided.
    pub because: Rule,
}

/// Decides what is done with a new active response of this owner's record.
pub fn hand_over(facts: &ResponseOwner, config: &ResponseManagement) -> HandoverDecision {
    let (handover, because) = if facts.is_lead && facts.owner == config.temporary_owner {
        (Handover::Wait, Rule::ResponseAlreadyTemporary)
    } else if facts.is_lead && config.reassign.contains(&facts.owner) {
        (Handover::HandOver, Rule::ResponseHandedOver)
    } else {
        (Handover::Complete, Rule::ResponseOwnerNotSubject)
    };
    HandoverDecision { handover, because }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_listed_owner_gives_the_lead_to_the_temporary_one() {
        check("q-web", true, Handover::HandOver, "response.handed_to_temporary");
    }

    #[test]
    fn an_owner_who_is_not_listed_keeps_it() {
        check("u-dana", true, Handover::Complete, "response.owner_not_subject");
    }

    #[test]
    fn a_lead_that_is_with_the_temporary_owner_already_waits_there() {
        check("q-temp", true, Handover::Wait, "response.already_temporary");
    }

    #[test]
    fn a_contact_stays_with_its_owner() {
        check("q-web", false, Handover::Complete, "response.owner_not_subject");
    }

    fn check(owner: &str, is_lead: bool, handover: Handover, because: &str) {
        let config = ResponseManagement {
            temporary_owner: "q-temp".into(),
            reassign: vec!["q-web".into()],
            qualified: Vec::new(),
            response: Vec::new(),
            notify: Vec::new(),
        };
        let decided = hand_over(&ResponseOwner { owner: owner.into(), is_lead }, &config);
        assert_eq!((decided.handover, decided.because.id()), (handover, because), "{owner}");
    }
}
