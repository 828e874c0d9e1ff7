//! Membership of campaigns, answered wrongly.

use engine::{MemberPerson, MemberPlan, MemberTarget, PersonKind, RecordId, Row, Standard};

use super::mutants;

mutants! {
    #[doc = "nobody becomes a member"]
    NobodyBecomesAMember violates [CampaignAdded] breaks ["CP-01", "CP-03", "CP-04", "CP-06d", "LC-04"] {
        fn member_plan(&self, _existing: &[Row], _wanted: &MemberTarget, _person: &MemberPerson<'_>) -> MemberPlan {
            MemberPlan::Nothing(RecordId::from("00v000000000000AAA"))
        }
    }

    #[doc = "contacts do not become members"]
    ContactsStayOutside breaks ["CP-03", "CP-04"] {
        fn member_plan(&self, existing: &[Row], wanted: &MemberTarget, person: &MemberPerson<'_>) -> MemberPlan {
            match person.kind {
                PersonKind::Contact => MemberPlan::Nothing(RecordId::from("00v000000000000AAA")),
                PersonKind::Lead => Standard.member_plan(existing, wanted, person),
            }
        }
    }

    #[doc = "leads do not become members"]
    LeadsStayOutside breaks ["CP-03", "CP-04"] {
        fn member_plan(&self, existing: &[Row], wanted: &MemberTarget, person: &MemberPerson<'_>) -> MemberPlan {
            match person.kind {
                PersonKind::Lead => MemberPlan::Nothing(RecordId::from("00v000000000000AAA")),
                PersonKind::Contact => Standard.member_plan(existing, wanted, person),
            }
        }
    }

    #[doc = "the step's further fields are left out"]
    FieldsAreLeftOut breaks ["CP-02"] {
        fn member_plan(&self, existing: &[Row], wanted: &MemberTarget, person: &MemberPerson<'_>) -> MemberPlan {
            let wanted = MemberTarget { fields: Vec::new(), ..wanted.clone() };
            Standard.member_plan(existing, &wanted, person)
        }
    }

    #[doc = "the status is left out"]
    StatusIsLeftOut violates [MemberUpdated] breaks ["CP-02", "CP-03", "CP-05d"] {
        fn member_plan(&self, existing: &[Row], wanted: &MemberTarget, person: &MemberPerson<'_>) -> MemberPlan {
            let wanted = MemberTarget { status: None, ..wanted.clone() };
            Standard.member_plan(existing, &wanted, person)
        }
    }

    #[doc = "a member is added a second time"]
    MemberIsAddedTwice violates [AlreadyMember] breaks ["CP-05d", "CP-07d"] {
        fn member_plan(&self, _existing: &[Row], wanted: &MemberTarget, person: &MemberPerson<'_>) -> MemberPlan {
            Standard.member_plan(&[], wanted, person)
        }
    }

    #[doc = "a member keeps the old values"]
    MemberKeepsTheOldValues violates [MemberUpdated] breaks ["CP-05d"] {
        fn member_plan(&self, existing: &[Row], wanted: &MemberTarget, person: &MemberPerson<'_>) -> MemberPlan {
            match Standard.member_plan(existing, wanted, person) {
                MemberPlan::Update(member, _) => MemberPlan::Nothing(member),
                other => other,
            }
        }
    }

    #[doc = "the membership of a lead that became a contact is not found"]
    MembershipOfTheLeadIsNotFound breaks ["CP-07d"] {
        fn member_plan(&self, existing: &[Row], wanted: &MemberTarget, person: &MemberPerson<'_>) -> MemberPlan {
            let existing = match person.kind {
                PersonKind::Contact => &[],
                PersonKind::Lead => existing,
            };
            Standard.member_plan(existing, wanted, person)
        }
    }
}
