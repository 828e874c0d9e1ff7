//! Duplicate rules: who is compared with whom, and what the caller is told (§7.2).

use mock_salesforce::seed::{DuplicateAction, DuplicateRuleSeed, MatchFieldSeed, MatchMethod};
use serde_json::json;

use crate::org_fixture::{Fixture, input, seed};

fn rule(action: DuplicateAction) -> DuplicateRuleSeed {
    DuplicateRuleSeed {
        name: "Standard_Lead_Duplicate_Rule".to_owned(),
        object: "Lead".to_owned(),
        against: vec!["Lead".to_owned(), "Contact".to_owned()],
        fields: vec![MatchFieldSeed { field: "Email".to_owned(), ..MatchFieldSeed::default() }],
        on_create: action,
        on_update: action,
        ..DuplicateRuleSeed::default()
    }
}

fn fixture(action: DuplicateAction) -> Fixture {
    let mut seed = seed();
    seed.duplicate_rules.push(rule(action));
    Fixture::new(&seed)
}

#[test]
fn an_alert_refuses_and_lists_leads_and_contacts() {
    let mut f = fixture(DuplicateAction::Alert);
    let lead = f.lead(json!({"Email": "pat@example.com"}));
    let contact =
        f.create("Contact", json!({"LastName": "L", "Email": "PAT@example.com"})).unwrap();
    let fields = input(json!({"LastName": "L", "Company": "C", "Email": "Pat@Example.com"}));
    let errors = f.org.create(&f.cx, "Lead", &fields).unwrap_err();
    assert_eq!(crate::org_fixture::told(&errors), "DUPLICATES_DETECTED: Use one of these records?");
    let result = errors[0].duplicates.as_deref().unwrap();
    assert_eq!((result.allow_save, result.rule.as_str()), (true, "Standard_Lead_Duplicate_Rule"));
    let found: Vec<(&str, &str, Vec<mock_salesforce::SfId>)> = result
        .matches
        .iter()
        .map(|m| (m.entity_type.as_str(), m.engine, m.records.iter().map(|r| r.id).collect()))
        .collect();
    assert_eq!(
        found,
        [("Lead", "ExactMatchEngine", vec![lead]), ("Contact", "ExactMatchEngine", vec![contact])]
    );
}

#[test]
fn allow_save_passes_an_alert_but_not_a_block() {
    for (action, passes) in [(DuplicateAction::Alert, true), (DuplicateAction::Block, false)] {
        let mut f = fixture(action);
        f.lead(json!({"Email": "pat@example.com"}));
        f.cx.duplicates.allow_save = true;
        let second =
            f.create("Lead", json!({"LastName": "L", "Company": "C", "Email": "pat@example.com"}));
        assert_eq!(second.is_ok(), passes, "{action:?}");
    }
}

#[test]
fn a_silent_rule_saves() {
    let mut f = fixture(DuplicateAction::Allow);
    f.lead(json!({"Email": "pat@example.com"}));
    f.lead(json!({"Email": "pat@example.com"}));
}

#[test]
fn rows_of_one_save_meet_stored_rows_only() {
    let mut f = fixture(DuplicateAction::Block);
    let cx = f.cx;
    let outcomes = f.org.batch(|org| {
        [0, 1].map(|_| {
            let fields =
                input(json!({"LastName": "L", "Company": "C", "Email": "pat@example.com"}));
            org.create(&cx, "Lead", &fields).is_ok()
        })
    });
    assert_eq!(outcomes, [true, true]);
    assert!(
        f.create("Lead", json!({"LastName": "L", "Company": "C", "Email": "pat@example.com"}))
            .is_err()
    );
}

#[test]
fn an_update_is_compared_only_when_a_compared_field_changes() {
    let mut f = fixture(DuplicateAction::Allow);
    f.lead(json!({"Email": "pat@example.com"}));
    let second = f.lead(json!({"Email": "pat@example.com"}));
    let mut seed = seed();
    seed.duplicate_rules.clear();
    f.org.set_rule_active("Standard_Lead_Duplicate_Rule", false);
    f.org
        .add_duplicate_rule(
            &DuplicateRuleSeed { name: "Block".to_owned(), ..rule(DuplicateAction::Block) },
            f.cx.now,
        )
        .unwrap();
    f.update(second, json!({"City": "Bonn"})).unwrap();
    f.update(second, json!({"Email": "other@example.com"})).unwrap();
    assert!(
        f.update(second, json!({"Email": "pat@example.com"}))
            .unwrap_err()
            .starts_with("DUPLICATES_DETECTED")
    );
}

#[test]
fn deleted_and_converted_rows_and_blanks_are_no_duplicates() {
    let mut f = fixture(DuplicateAction::Block);
    let id = f.lead(json!({"Email": "pat@example.com"}));
    f.lead(json!({}));
    f.lead(json!({}));
    f.org.delete(&f.cx, "Lead", id).unwrap();
    f.lead(json!({"Email": "pat@example.com"}));
}

#[test]
fn names_and_companies_match_by_likeness_and_hidden_rows_are_not_named() {
    let mut seed = seed();
    let field = |name: &str, method| MatchFieldSeed {
        field: name.to_owned(),
        method,
        ..MatchFieldSeed::default()
    };
    seed.duplicate_rules.push(DuplicateRuleSeed {
        name: "Fuzzy".to_owned(),
        object: "Lead".to_owned(),
        fields: vec![
            field("FirstName", MatchMethod::FuzzyFirstName),
            field("LastName", MatchMethod::FuzzyLastName),
            field("Company", MatchMethod::FuzzyCompany),
        ],
        alert_text: "You're creating a duplicate record.".to_owned(),
        api_visible: false,
        ..DuplicateRuleSeed::default()
    });
    let mut f = Fixture::new(&seed);
    f.lead(json!({"FirstName": "William", "LastName": "Johnson", "Company": "Acme, Inc."}));
    let fields =
        input(json!({"FirstName": "Bill", "LastName": "Jonson", "Company": "ACME Corporation"}));
    let errors = f.org.create(&f.cx, "Lead", &fields).unwrap_err();
    assert_eq!(errors[0].message, "You're creating a duplicate record.");
    let found = &errors[0].duplicates.as_deref().unwrap().matches[0];
    assert_eq!((found.engine, found.size, found.records.len()), ("FuzzyMatchEngine", 1, 0));
    f.lead(json!({"FirstName": "William", "LastName": "Johnson", "Company": "Globex"}));
}
