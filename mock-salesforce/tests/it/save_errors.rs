//! Every refusal of a save that an org can provoke, with its exact words and fields (§7.1).

use mock_salesforce::org::{Crud, FieldAccess};
use mock_salesforce::seed::{
    ErrorStaging, FlowSeed, FlowStage, PermissionsSeed, UserSeed, ValidationRuleSeed,
};
use mock_salesforce::{CustomField, FieldKind, OrgSeed};
use serde_json::{Value as Json, json};

use crate::client::Client;
use crate::org_fixture::{Fixture, seed};

/// An org where much can go wrong.
fn strict() -> OrgSeed {
    let mut seed = seed();
    seed.users.push(UserSeed {
        user_type: "PowerPartner".to_owned(),
        ..UserSeed::new("Pia Partner", "pia@example.com")
    });
    seed.users.push(UserSeed {
        permissions: PermissionsSeed {
            objects: [("Lead".to_owned(), Crud::NONE)].into(),
            ..PermissionsSeed::default()
        },
        ..UserSeed::new("Nora None", "nora@example.com")
    });
    seed.users[0].permissions.fields = [("Lead.Fax".to_owned(), FieldAccess::Read)].into();
    seed.settings.countries = [
        ("Germany".to_owned(), Vec::new()),
        ("United States".to_owned(), vec!["Texas".to_owned()]),
    ]
    .into();
    let text = |name: &str| CustomField::new(name, FieldKind::String);
    seed.fields.insert(
        "Lead".to_owned(),
        vec![
            CustomField { external_id: true, unique: true, ..text("Ext__c") },
            CustomField {
                restricted: true,
                values: vec!["Gold".to_owned()],
                ..CustomField::new("Tier__c", FieldKind::Picklist)
            },
            CustomField {
                precision: Some(5),
                scale: Some(2),
                ..CustomField::new("Score__c", FieldKind::Double)
            },
        ],
    );
    let rule = |name: &str, field: Option<&str>| ValidationRuleSeed {
        object: "Lead".to_owned(),
        name: name.to_owned(),
        when: "Title = \"Bad\"".to_owned(),
        message: format!("{name} says no"),
        field: field.map(str::to_owned),
        active: true,
    };
    seed.validation_rules = vec![rule("Top", None), rule("Field", Some("Title"))];
    let failing = |company: &str, stage, fail: &str| FlowSeed {
        name: format!("On{company}"),
        when: Some(format!("Company = \"{company}\"")),
        stage,
        fail: Some(fail.to_owned()),
        ..FlowSeed::default()
    };
    let null = "System.NullPointerException: Attempt to de-reference a null object";
    seed.flows = vec![
        failing("Before", FlowStage::BeforeTrigger, null),
        failing("After", FlowStage::AfterTrigger, null),
        failing("Flow", FlowStage::AfterSave, "Error ID: 123-456 (-789)"),
    ];
    seed
}

/// What a lead with these fields is refused for.
fn refused(f: &mut Fixture, object: &str, fields: Json) -> String {
    let mut all = match object {
        "Lead" => json!({"LastName": "Lee", "Company": "Acme"}),
        _ => json!({}),
    };
    all.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    f.create(object, all.clone()).expect_err(&all.to_string())
}

#[test]
fn places_are_on_the_earth() {
    let mut f = Fixture::plain();
    f.lead(json!({"Latitude": -90, "Longitude": 180}));
    for (fields, field, value) in [
        (json!({"Latitude": 90.5, "Longitude": 180}), "Latitude", "90.5"),
        (json!({"Latitude": 90, "Longitude": -180.001}), "Longitude", "-180.001"),
    ] {
        let expected = format!(
            "NUMBER_OUTSIDE_VALID_RANGE: {field}: value outside of valid range on numeric field: {value} [{field}]"
        );
        assert_eq!(refused(&mut f, "Lead", fields), expected);
    }
}

#[test]
fn a_lead_is_refused_for_its_values() {
    let mut f = Fixture::new(&strict());
    let long = "x".repeat(41);
    for (fields, expected) in [
        (
            json!({"LastName": null, "Company": " "}),
            "REQUIRED_FIELD_MISSING: Required fields are missing: [LastName, Company] [LastName, Company]".to_owned(),
        ),
        (
            json!({"City": long}),
            format!("STRING_TOO_LONG: City: data value too large: {long} (max length=40) [City]"),
        ),
        (
            json!({"Email": "badone"}),
            "INVALID_EMAIL_ADDRESS: Email: invalid email address: badone [Email]".to_owned(),
        ),
        (
            json!({"Tier__c": "Tin"}),
            "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST: Tier: bad value for restricted picklist field: Tin [Tier__c]".to_owned(),
        ),
        (
            json!({"Score__c": 1234.5}),
            "NUMBER_OUTSIDE_VALID_RANGE: Score: value outside of valid range on numeric field: 1234.5 [Score__c]".to_owned(),
        ),
        (
            json!({"Country": "Wakanda"}),
            "FIELD_INTEGRITY_EXCEPTION: There's a problem with this country, even though it may appear correct. Please select a country/territory from the list of valid countries.: Country/Territory [Country]".to_owned(),
        ),
        (
            json!({"Country": "United States", "State": "Bavaria"}),
            "FIELD_INTEGRITY_EXCEPTION: There's a problem with this state, even though it may appear correct. Please select a state from the list of valid states.: State/Province [State]".to_owned(),
        ),
        (
            json!({"Title": "Bad"}),
            "FIELD_CUSTOM_VALIDATION_EXCEPTION: Top says no []\nFIELD_CUSTOM_VALIDATION_EXCEPTION: Field says no [Title]".to_owned(),
        ),
        (
            json!({"foo": 1}),
            "INVALID_FIELD: No such column 'foo' on sobject of type Lead".to_owned(),
        ),
        (
            json!({"Name": "x", "Fax": "1"}),
            "INVALID_FIELD_FOR_INSERT_UPDATE: Unable to create/update fields: Name, Fax. Please check the security settings of this field and verify that it is read/write for your profile or permission set. [Name, Fax]".to_owned(),
        ),
        (json!({"OwnerId": "foo"}), "MALFORMED_ID: malformed id foo []".to_owned()),
        (
            json!({"Company": "Before"}),
            "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY: OnBefore: execution of BeforeInsert\n\ncaused by: System.NullPointerException: Attempt to de-reference a null object\n\nTrigger.OnBefore: line 1, column 1 []".to_owned(),
        ),
        (
            json!({"Company": "After"}),
            "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY: OnAfter: execution of AfterInsert\n\ncaused by: System.NullPointerException: Attempt to de-reference a null object\n\nTrigger.OnAfter: line 1, column 1 []".to_owned(),
        ),
        (
            json!({"Company": "Flow"}),
            "CANNOT_EXECUTE_FLOW_TRIGGER: We can't save this record because the “OnFlow” process failed. Give your Salesforce admin these details. Error ID: 123-456 (-789) []".to_owned(),
        ),
    ] {
        assert_eq!(refused(&mut f, "Lead", fields), expected);
    }
    assert!(f.rows("Lead").is_empty(), "nothing stays of a refused row");
}

#[test]
fn a_lead_is_refused_for_its_references() {
    let mut f = Fixture::new(&strict());
    let of = |f: &Fixture, name: &str| f.owner(name).to_string();
    let (ida, pia) = (of(&f, "Ida Idle"), of(&f, "Pia Partner"));
    let (nora, support) = (of(&f, "Nora None"), of(&f, "Support"));
    for (owner, expected) in [
        (
            &ida,
            format!(
                "INACTIVE_OWNER_OR_USER: operation performed with inactive user [{}] as owner of lead [OwnerId]",
                &ida[..15]
            ),
        ),
        (
            &pia,
            "OP_WITH_INVALID_USER_TYPE_EXCEPTION: Operation not valid for this user type [OwnerId]"
                .to_owned(),
        ),
        (
            &nora,
            "TRANSFER_REQUIRES_READ: The new owner must have read permission [OwnerId]".to_owned(),
        ),
        (
            &support,
            "INVALID_OPERATION: Queue not associated with this SObject type [OwnerId]".to_owned(),
        ),
        (
            &"005000000000999AAA".to_owned(),
            "INVALID_CROSS_REFERENCE_KEY: invalid cross reference id []".to_owned(),
        ),
        (
            &"003000000000001AAA".to_owned(),
            "MALFORMED_ID: Owner ID: id value of incorrect type: 003000000000001AAA [OwnerId]"
                .to_owned(),
        ),
    ] {
        assert_eq!(refused(&mut f, "Lead", json!({"OwnerId": owner})), expected);
    }
    let account = f.create("Account", json!({"Name": "Gone"})).unwrap();
    f.org.delete(&f.cx, "Account", account).unwrap();
    let contact = json!({"LastName": "L", "AccountId": account.to_string()});
    assert_eq!(
        refused(&mut f, "Contact", contact),
        format!(
            "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY: insufficient access rights on cross-reference id: {} []",
            account.as_str_15()
        )
    );
}

#[test]
fn a_lead_is_refused_for_other_leads() {
    let mut f = Fixture::new(&strict());
    let first = f.lead(json!({"Ext__c": "e1"}));
    let taken = format!(
        "DUPLICATE_VALUE: duplicate value found: Ext__c duplicates value on record with id: {} []",
        first.as_str_15()
    );
    assert_eq!(refused(&mut f, "Lead", json!({"Ext__c": "E1"})), taken);
    let campaign = f.create("Campaign", json!({"Name": "Spring"})).unwrap().to_string();
    let member = json!({"CampaignId": campaign, "LeadId": first.to_string()});
    f.create("CampaignMember", member.clone()).unwrap();
    assert_eq!(
        refused(&mut f, "CampaignMember", member),
        "DUPLICATE_VALUE: Already a campaign member. []"
    );
    f.org.delete(&f.cx, "Lead", first).unwrap();
    assert_eq!(
        f.update(first, json!({"City": "Bonn"})).unwrap_err(),
        "ENTITY_IS_DELETED: entity is deleted []"
    );
}

#[test]
fn activities_are_refused_for_what_does_not_agree() {
    let mut f = Fixture::plain();
    let lead = f.lead(json!({})).to_string();
    let account = f.create("Account", json!({"Name": "Acme"})).unwrap().to_string();
    let inbound = f.owner("Inbound").to_string();
    let start = "2026-03-02T12:00:00Z";
    for (object, fields, expected) in [
        (
            "Task",
            json!({"WhoId": lead, "WhatId": account}),
            "FIELD_INTEGRITY_EXCEPTION: cannot include a whatId when the whoId is a lead [WhatId]",
        ),
        (
            "Task",
            json!({"OwnerId": inbound}),
            "INVALID_OPERATION: Queue not associated with this SObject type [OwnerId]",
        ),
        (
            "Event",
            json!({"Subject": "Call"}),
            "REQUIRED_FIELD_MISSING: Required fields are missing: [DurationInMinutes, ActivityDateTime] [DurationInMinutes, ActivityDateTime]",
        ),
        (
            "Event",
            json!({"StartDateTime": start, "EndDateTime": "2026-03-02T11:00:00Z"}),
            "FIELD_INTEGRITY_EXCEPTION: Event end must be on or after its start [EndDateTime]",
        ),
        (
            "Event",
            json!({"StartDateTime": start, "EndDateTime": "2026-03-02T13:00:00Z", "DurationInMinutes": 5}),
            "FIELD_INTEGRITY_EXCEPTION: EndDateTime and DurationInMinutes must agree [DurationInMinutes]",
        ),
    ] {
        assert_eq!(refused(&mut f, object, fields), expected);
    }
}

#[test]
fn which_errors_are_told_together_is_a_setting() {
    let fields = json!({"Email": "badone", "City": "x".repeat(41), "Title": "Bad"});
    let codes = |staging| {
        let mut seed = strict();
        seed.settings.error_staging = staging;
        let told = refused(&mut Fixture::new(&seed), "Lead", fields.clone());
        told.lines().map(|line| line.split(':').next().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let formats = ["INVALID_EMAIL_ADDRESS", "STRING_TOO_LONG"];
    let rule = "FIELD_CUSTOM_VALIDATION_EXCEPTION";
    assert_eq!(codes(ErrorStaging::Staged), formats);
    assert_eq!(codes(ErrorStaging::First), formats[..1]);
    assert_eq!(codes(ErrorStaging::Joined), [formats[0], formats[1], rule, rule]);
}

#[test]
fn rows_of_who_has_left_can_be_frozen() {
    let mut seed = seed();
    seed.settings.inactive_owners_block_updates = true;
    seed.settings.activities_take_inactive_owners = true;
    let mut f = Fixture::new(&seed);
    let rita = f.owner("Rita Rep");
    let lead = f.lead(json!({"OwnerId": rita.to_string()}));
    f.org.set_user_active(&f.cx, rita, false).unwrap();
    let text = f.update(lead, json!({"City": "Bonn"})).unwrap_err();
    assert!(text.starts_with("INACTIVE_OWNER_OR_USER: operation performed with inactive user"));
    f.create("Task", json!({"Subject": "x", "OwnerId": rita.to_string()})).unwrap();
    let permission = mock_salesforce::org::SystemPermission::UpdateInactiveOwners;
    f.org.set_system_permission(f.cx.user, permission, true);
    f.update(lead, json!({"City": "Bonn"})).unwrap();
}

#[test]
fn over_rest_the_same_code_has_its_status() {
    let mut client = Client::new();
    let lead = client.create("Lead", json!({"LastName": "Lee", "Company": "Acme"}));
    let gone = client.create("Lead", json!({"LastName": "Lee", "Company": "Acme"}));
    assert_eq!(client.call("DELETE", &format!("/sobjects/Lead/{gone}"), "").status, 204);
    let path = format!("/sobjects/Lead/{lead}");
    for (method, path, body, status, code) in [
        ("PATCH", path.as_str(), r#"{"Email":"x"}"#, 400, "INVALID_EMAIL_ADDRESS"),
        ("PATCH", &path, r#"{"NumberOfEmployees":"x"}"#, 400, "JSON_PARSER_ERROR"),
        ("PATCH", &path, r#"{"OwnerId":"005000000000999"}"#, 400, "INVALID_CROSS_REFERENCE_KEY"),
        ("PATCH", "/sobjects/Lead/00QHs0000000999", "{}", 404, "INVALID_CROSS_REFERENCE_KEY"),
        ("PATCH", &format!("/sobjects/Lead/{gone}"), "{}", 404, "ENTITY_IS_DELETED"),
    ] {
        let answer = client.call(method, path, body);
        assert_eq!((answer.status.as_u16(), answer.code().as_str()), (status, code), "{body}");
    }
}
