//! Which of the two manual syncs is a rep offered?
//!
//! "Create Lead in Salesforce" for a visitor who matches nothing, "Sync field(s) to Contact" for one who matches a lead or
//! a contact, never both (MS-04 to MS-06d, K-11). Nothing is offered before the search has an answer.

use crate::{PersonAction, Rule};

/// A manual sync that a rep is offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Offer {
    /// "Create Lead in Salesforce".
    CreateLead,
    /// "Sync field(s) to Contact".
    SyncFields,
}

impl Offer {
    /// The word for it in the rep's view.
    pub fn word(self) -> &'static str {
        match self {
            Self::CreateLead => "create_lead",
            Self::SyncFields => "sync_fields",
        }
    }

    /// The action that it leads to.
    pub fn action(self) -> PersonAction {
        match self {
            Self::CreateLead => PersonAction::ManualCreate,
            Self::SyncFields => PersonAction::ManualSync,
        }
    }

    /// The rule under which a rep's click is taken.
    pub fn because(self) -> Rule {
        match self {
            Self::CreateLead => Rule::ManualCreate,
            Self::SyncFields => Rule::ManualSync,
        }
    }
}

/// What a rep is offered; `matched` is what the last search said, if it has said anything or there is nothing to search by.
pub fn offer(matched: Option<bool>) -> Option<Offer> {
    matched.map(|matched| if matched { Offer::SyncFields } else { Offer::CreateLead })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rep_is_offered_one_of_the_two_or_nothing() {
        assert_eq!(offer(Some(true)).map(Offer::word), Some("sync_fields"));
        assert_eq!(offer(Some(false)).map(Offer::word), Some("create_lead"));
        assert_eq!(offer(None), None);
    }

    #[test]
    fn an_offer_leads_to_its_action() {
        assert_eq!(Offer::CreateLead.action(), PersonAction::ManualCreate);
        assert_eq!(Offer::SyncFields.action(), PersonAction::ManualSync);
        assert_eq!(Offer::CreateLead.because(), Rule::ManualCreate);
        assert_eq!(Offer::SyncFields.because(), Rule::ManualSync);
    }
}
