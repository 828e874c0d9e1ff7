//! The org that is served when nobody brings another: what clients of every kind expect to find at login.

use crate::{
    FieldKind, OrgSeed,
    schema::CustomField,
    seed::{DuplicateAction, DuplicateRuleSeed, MatchFieldSeed, MatchingRuleSeed, UserSeed},
};

/// Length of the external id fields.
const EXTERNAL_ID_LENGTH: u32 = 36;

/// Standard objects; on Lead `External_Id__c` (external id, unique) and `Visitor_Id__c` (external id, not unique), and the
/// standard duplicate rule, which alerts: two leads are the same when their e-mail addresses are, the part of Salesforce's
/// own equation that integrations meet. One administrator, no business records.
pub fn standard_org() -> OrgSeed {
    let external_id = |name: &str, unique| CustomField {
        length: Some(EXTERNAL_ID_LENGTH),
        external_id: true,
        unique,
        ..CustomField::new(name, FieldKind::String)
    };
    let mut seed = OrgSeed::default();
    seed.users.push(UserSeed {
        profile: "System Administrator".to_owned(),
        ..UserSeed::new("Mock Admin", "admin@mock-salesforce.example")
    });
    seed.fields.insert(
        "Lead".to_owned(),
        vec![external_id("External_Id__c", true), external_id("Visitor_Id__c", false)],
    );
    seed.duplicate_rules.push(DuplicateRuleSeed {
        name: "Standard_Lead_Duplicate_Rule".to_owned(),
        object: "Lead".to_owned(),
        matching: vec![MatchingRuleSeed {
            name: "Standard_Lead_Match_Rule_v1_0".to_owned(),
            object: "Lead".to_owned(),
            fields: vec![MatchFieldSeed { field: "Email".to_owned(), ..MatchFieldSeed::default() }],
            ..MatchingRuleSeed::default()
        }],
        on_create: DuplicateAction::Alert,
        ..DuplicateRuleSeed::default()
    });
    seed
}
