//! Duplicate rules: who is compared with whom, and what the caller is told (§7.2).

use mock_salesforce::seed::{
    DuplicateAction, DuplicateRuleSeed, MatchFieldSeed, MatchMethod, MatchingRuleSeed, SharingModel,
};
use mock_salesforce::{Org, Origin, SaveContext};
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

fn exact(name: &str) -> MatchFieldSeed {
    MatchFieldSeed { field: name.to_owned(), ..MatchFieldSeed::default() }
}

#[test]
fn matching_rules_have_their_own_objects_fields_and_alternatives() {
    let mut seed = seed();
    seed.settings.duplicate_field_diffs = true;
    let fuzzy = |name: &str, method| MatchFieldSeed { method, ..exact(name) };
    seed.duplicate_rules.push(DuplicateRuleSeed {
        matching: vec![
            MatchingRuleSeed {
                name: "Lead_MR".to_owned(),
                object: "Lead".to_owned(),
                fields: vec![exact("Email")],
                alternatives: vec![vec![
                    fuzzy("LastName", MatchMethod::FuzzyLastName),
                    fuzzy("Phone", MatchMethod::FuzzyPhone),
                ]],
            },
            MatchingRuleSeed {
                object: "Account".to_owned(),
                fields: vec![MatchFieldSeed { on: Some("Name".to_owned()), ..exact("Company") }],
                ..MatchingRuleSeed::default()
            },
        ],
        ..rule(DuplicateAction::Block)
    });
    let mut f = Fixture::new(&seed);
    f.lead(json!({"LastName": "Johnson", "Phone": "+1 415 555 1212", "Company": "Other"}));
    let account = f.create("Account", json!({"Name": "Acme"})).unwrap();
    let fields = input(json!({"LastName": "Jonson", "Company": "ACME", "Phone": "4155551212"}));
    let errors = f.org.create(&f.cx, "Lead", &fields).unwrap_err();
    let found = &errors[0].duplicates.as_deref().unwrap().matches;
    assert_eq!(
        (found[0].rule.as_str(), found[1].rule.as_str()),
        ("Lead_MR", "Account_Matching_Rule")
    );
    let diffs: Vec<_> =
        found[0].records[0].diffs.iter().map(|d| (d.name.as_str(), d.difference)).collect();
    assert_eq!(diffs, [("Email", "NULL"), ("LastName", "SIMILAR"), ("Phone", "SIMILAR")]);
    assert!(found[0].records[0].confidence < 100.0);
    assert_eq!((found[1].records[0].id, found[1].records[0].confidence), (account, 100.0));
}

#[test]
fn more_rules_than_an_object_may_have_are_refused() {
    let mut seed = seed();
    seed.duplicate_rules = vec![rule(DuplicateAction::Alert); 6];
    let error = Org::new(&seed, crate::org_fixture::NOW).unwrap_err().to_string();
    assert!(error.ends_with("an object has at most 5 active duplicate rules"), "{error}");
    let one = MatchingRuleSeed {
        object: "Lead".to_owned(),
        fields: vec![exact("Email")],
        ..MatchingRuleSeed::default()
    };
    seed.duplicate_rules =
        vec![DuplicateRuleSeed { matching: vec![one; 4], ..rule(DuplicateAction::Alert) }];
    let error = Org::new(&seed, crate::org_fixture::NOW).unwrap_err().to_string();
    assert!(error.ends_with("a duplicate rule has at most 3 matching rules"), "{error}");
}

#[test]
fn hidden_rows_match_but_are_not_named_unless_sharing_is_enforced() {
    for (enforced, as_current_user) in [(false, false), (true, false), (false, true)] {
        let mut seed = seed();
        seed.settings.sharing = [("Lead".to_owned(), SharingModel::Private)].into();
        let rule = DuplicateRuleSeed {
            against: Vec::new(),
            enforce_sharing: enforced,
            ..rule(DuplicateAction::Block)
        };
        seed.duplicate_rules.push(rule);
        let mut f = Fixture::new(&seed);
        f.lead(json!({"Email": "pat@example.com"}));
        f.cx = SaveContext::rest(f.owner("Rita Rep"), f.cx.now);
        f.cx.duplicates.run_as_current_user = as_current_user;
        let fields = input(json!({"LastName": "L", "Company": "C", "Email": "pat@example.com"}));
        let saved = f.org.create(&f.cx, "Lead", &fields);
        if enforced || as_current_user {
            saved.unwrap();
            continue;
        }
        let errors = saved.unwrap_err();
        let found = &errors[0].duplicates.as_deref().unwrap().matches[0];
        assert_eq!((found.size, found.records.len()), (1, 0));
    }
}

#[test]
fn at_most_a_hundred_rows_are_compared_with() {
    let mut f = fixture(DuplicateAction::Block);
    f.org.set_rule_active("Standard_Lead_Duplicate_Rule", false);
    for _ in 0..101 {
        f.lead(json!({"Email": "pat@example.com"}));
    }
    f.org.set_rule_active("Standard_Lead_Duplicate_Rule", true);
    let fields = input(json!({"LastName": "L", "Company": "C", "Email": "pat@example.com"}));
    let errors = f.org.create(&f.cx, "Lead", &fields).unwrap_err();
    let found = &errors[0].duplicates.as_deref().unwrap().matches[0];
    assert_eq!((found.size, found.records.len()), (100, 100));
}

#[test]
fn a_rule_can_leave_out_rows_and_doors() {
    let mut seed = seed();
    seed.duplicate_rules.push(DuplicateRuleSeed {
        when: Some("Country = \"DE\"".to_owned()),
        exempt: vec![Origin::Bulk],
        ..rule(DuplicateAction::Block)
    });
    let mut f = Fixture::new(&seed);
    let lead = |country: &str| json!({"LastName": "L", "Company": "C", "Email": "p@x.co", "Country": country});
    f.create("Lead", lead("DE")).unwrap();
    f.create("Lead", lead("FR")).unwrap();
    assert!(f.create("Lead", lead("DE")).is_err());
    f.cx.origin = Origin::Bulk;
    f.create("Lead", lead("DE")).unwrap();
}

#[test]
fn undelete_and_conversion_leave_duplicates_behind() {
    let mut f = fixture(DuplicateAction::Block);
    let first = f.lead(json!({"Email": "pat@example.com"}));
    f.org.delete(&f.cx, "Lead", first).unwrap();
    f.lead(json!({"Email": "pat@example.com"}));
    f.org.undelete(&f.cx, first).unwrap();
    assert_eq!(f.rows("Lead").len(), 2);
}

#[test]
fn a_rule_that_reports_collects_what_is_saved_all_the_same() {
    let mut seed = seed();
    seed.duplicate_rules.push(DuplicateRuleSeed {
        report: true,
        against: Vec::new(),
        ..rule(DuplicateAction::Allow)
    });
    let mut f = Fixture::new(&seed);
    for _ in 0..3 {
        f.lead(json!({"Email": "pat@example.com"}));
    }
    f.lead(json!({"Email": "other@example.com"}));
    let sets = f.rows("DuplicateRecordSet");
    assert_eq!((sets.len(), f.text(sets[0], "RecordCount")), (1, "3".to_owned()));
    let leads = f.rows("Lead");
    let items: Vec<_> =
        f.rows("DuplicateRecordItem").iter().map(|id| f.value(*id, "RecordId").as_id()).collect();
    assert_eq!(items, [Some(leads[0]), Some(leads[1]), Some(leads[2])]);
}
