//! Lead assignment rules and who may switch them off (§8.2).

use mock_salesforce::seed::{AssignmentEntrySeed, AssignmentRuleSeed, OrgSeed};
use mock_salesforce::{AssignmentHeader, Origin, SfId};
use serde_json::json;

use crate::org_fixture::{Fixture, seed};

fn ruled() -> OrgSeed {
    let mut seed = seed();
    let entry = |when: &str, owner: &str| AssignmentEntrySeed {
        when: Some(when.to_owned()),
        owner: (!owner.is_empty()).then(|| owner.to_owned()),
    };
    seed.assignment_rules.push(AssignmentRuleSeed {
        entries: vec![
            entry("Country = \"DE\"", "Rita Rep"),
            entry("ISPICKVAL(LeadSource, \"Web\")", "Inbound"),
            entry("Country = \"KEEP\"", ""),
        ],
        ..AssignmentRuleSeed::default()
    });
    seed.settings.default_lead_owner = Some("sam@example.com".to_owned());
    seed
}

#[test]
fn over_rest_rules_run_unless_the_header_says_false_and_overwrite_the_given_owner() {
    let mut f = Fixture::new(&ruled());
    let sam = f.owner("Sam Seller").to_string();
    let lead = f.lead(json!({"Country": "DE", "OwnerId": sam}));
    assert_eq!(f.owner_of(lead), "Rita Rep");
    f.cx.assignment = AssignmentHeader::False;
    let lead = f.lead(json!({"Country": "DE", "OwnerId": sam}));
    assert_eq!(f.owner_of(lead), "Sam Seller");
}

#[test]
fn the_first_entry_that_fits_decides_and_none_means_the_default_owner() {
    let mut f = Fixture::new(&ruled());
    for (fields, owner) in [
        (json!({"Country": "DE", "LeadSource": "Web"}), "Rita Rep"),
        (json!({"LeadSource": "Web"}), "Inbound"),
        (json!({"Country": "KEEP"}), "Ann Admin"),
        (json!({}), "Sam Seller"),
    ] {
        let lead = f.lead(fields.clone());
        assert_eq!(f.owner_of(lead), owner, "{fields}");
    }
}

#[test]
fn an_update_over_rest_assigns_too() {
    let mut f = Fixture::new(&ruled());
    let lead = f.lead(json!({"LeadSource": "Web"}));
    f.update(lead, json!({"Country": "DE"})).unwrap();
    assert_eq!(f.owner_of(lead), "Rita Rep");
}

#[test]
fn other_doors_do_not_assign_unless_asked() {
    for origin in [Origin::Soap, Origin::Bulk, Origin::Admin] {
        let mut f = Fixture::new(&ruled());
        f.cx.origin = origin;
        let lead = f.lead(json!({"Country": "DE"}));
        assert_eq!(f.owner_of(lead), "Ann Admin", "{origin:?}");
        f.cx.assignment = AssignmentHeader::True;
        let lead = f.lead(json!({"Country": "DE"}));
        assert_eq!(f.owner_of(lead), "Rita Rep", "{origin:?}");
    }
}

#[test]
fn a_rule_can_be_named_and_an_unknown_one_is_refused() {
    let mut f = Fixture::new(&ruled());
    let rule = f.rows("AssignmentRule")[0];
    f.org.set_rule_active("Standard", false);
    let lead = f.lead(json!({"Country": "DE"}));
    assert_eq!(f.owner_of(lead), "Ann Admin", "without an active rule the owner stays");
    f.cx.assignment = AssignmentHeader::Rule(rule);
    let lead = f.lead(json!({"Country": "DE"}));
    assert_eq!(f.owner_of(lead), "Rita Rep");
    f.cx.assignment = AssignmentHeader::Rule(SfId::numbered(*b"01Q", 77));
    let text = f.create("Lead", json!({"LastName": "L", "Company": "C"})).unwrap_err();
    assert!(text.starts_with("INVALID_ASSIGNMENT_RULE: "), "{text}");
    assert_eq!(f.rows("Lead").len(), 2);
}

#[test]
fn the_feed_says_that_the_rule_did_it() {
    let mut f = Fixture::new(&ruled());
    f.lead(json!({"Country": "DE"}));
    let causes: Vec<_> = f.org.changes().iter().map(|c| c.cause.as_deref()).collect();
    assert_eq!(causes, [None, Some("assignment rule Standard")]);
}
