//! One save, stage by stage: the texts of wire reference §7.1.

use mock_salesforce::schema::{CustomField, FieldChange};
use mock_salesforce::{FieldKind, Origin, Value};
use serde_json::json;

use crate::org_fixture::{Fixture, seed};

fn refused(object: &str, fields: serde_json::Value) -> String {
    Fixture::plain().create(object, fields).unwrap_err()
}

#[test]
fn a_new_lead_gets_its_defaults_and_its_system_fields() {
    let mut f = Fixture::plain();
    let id = f.create("lead", json!({"LASTNAME": "Jones", "FirstName": " John ", "Company": "Acme", "Email": "John.Jones@Example.com"})).unwrap();
    let expected = [
        ("Name", "John Jones"),
        ("FirstName", "John"),
        ("Email", "john.jones@example.com"),
        ("Status", "Open - Not Contacted"),
        ("IsConverted", "false"),
        ("IsUnreadByOwner", "true"),
        ("CreatedDate", "2026-03-02T12:00:00.000+0000"),
        ("LastViewedDate", "2026-03-02T12:00:00.000+0000"),
        ("IsDeleted", "false"),
        ("Rating", ""),
    ];
    for (field, value) in expected {
        assert_eq!(f.text(id, field), value, "{field}");
    }
    assert_eq!(f.owner_of(id), "Ann Admin");
    assert_eq!(f.text(id, "PhotoUrl"), format!("/services/images/photo/{id}"));
    assert!(id.to_string().starts_with("00Q") && id.to_string().len() == 18);
}

#[test]
fn required_fields_are_told_in_describe_order() {
    assert_eq!(
        refused("Lead", json!({"Company": "", "FirstName": "x"})),
        "REQUIRED_FIELD_MISSING: Required fields are missing: [LastName, Company] [LastName, Company]"
    );
    let mut f = Fixture::plain();
    let id = f.lead(json!({}));
    assert_eq!(
        f.update(id, json!({"LastName": null})).unwrap_err(),
        "REQUIRED_FIELD_MISSING: Required fields are missing: [LastName] [LastName]"
    );
}

#[test]
fn every_format_error_of_a_row_is_told_at_once() {
    let long = "x".repeat(41);
    let text = refused(
        "Lead",
        json!({"LastName": "L", "Company": "C", "City": long, "Email": "badone", "GeocodeAccuracy": "Moon"}),
    );
    assert_eq!(
        text,
        format!(
            "STRING_TOO_LONG: City: data value too large: {long} (max length=40) [City]\n\
             INVALID_EMAIL_ADDRESS: Email: invalid email address: badone [Email]\n\
             INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST: Geocode Accuracy: bad value for restricted picklist field: Moon [GeocodeAccuracy]"
        )
    );
}

#[test]
fn stages_come_one_after_the_other() {
    for (fields, expected) in [
        (
            json!({"NumberOfEmployees": "many", "foo": 1, "ConvertedDate": "2026-01-01"}),
            "JSON_PARSER_ERROR: Cannot deserialize instance of int from VALUE_STRING value many or request may be missing a required field at [line:1, column:1]",
        ),
        (
            json!({"foo": 1, "ConvertedDate": "2026-01-01"}),
            "INVALID_FIELD: No such column 'foo' on sobject of type Lead",
        ),
        (
            json!({"ConvertedDate": "2026-01-01", "Name": "x", "OwnerId": "foo"}),
            "INVALID_FIELD_FOR_INSERT_UPDATE: Unable to create/update fields: ConvertedDate, Name. Please check the security settings of this field and verify that it is read/write for your profile or permission set. [ConvertedDate, Name]",
        ),
        (json!({"OwnerId": "foo", "Email": "x"}), "MALFORMED_ID: malformed id foo []"),
        (
            json!({"OwnerId": "0034S000005YJYcQAO", "Email": "x"}),
            "MALFORMED_ID: Owner ID: id value of incorrect type: 0034S000005YJYcQAO [OwnerId]",
        ),
        (
            json!({"Id": "x"}),
            "INVALID_FIELD: The Id field should not be specified in the sobject data.",
        ),
        (
            json!({"NumberOfEmployees": 123_456_789}),
            "NUMBER_OUTSIDE_VALID_RANGE: Employees: value outside of valid range on numeric field: 123456789 [NumberOfEmployees]",
        ),
    ] {
        assert_eq!(refused("Lead", fields.clone()), expected, "{fields}");
    }
}

#[test]
fn owners_must_be_active_and_queues_must_take_the_object() {
    let mut f = Fixture::plain();
    let ida = f.owner("Ida Idle");
    let text = f
        .create("Lead", json!({"LastName": "L", "Company": "C", "OwnerId": ida.to_string()}))
        .unwrap_err();
    assert_eq!(
        text,
        format!(
            "INACTIVE_OWNER_OR_USER: operation performed with inactive user [{}] as owner of lead [OwnerId]",
            ida.as_str_15()
        )
    );
    let support = f.owner("Support").to_string();
    let text =
        f.create("Lead", json!({"LastName": "L", "Company": "C", "OwnerId": support})).unwrap_err();
    assert_eq!(text, "INVALID_OPERATION: Queue not associated with this SObject type [OwnerId]");
    let inbound = f.owner("Inbound").to_string();
    let id = f.lead(json!({"OwnerId": inbound}));
    assert_eq!(f.owner_of(id), "Inbound");
    let text = f.create("Contact", json!({"LastName": "L", "OwnerId": inbound})).unwrap_err();
    assert!(text.starts_with("MALFORMED_ID: Owner ID: id value of incorrect type"), "{text}");
}

#[test]
fn references_must_exist_and_not_be_deleted() {
    let mut f = Fixture::plain();
    let text = f
        .create("Contact", json!({"LastName": "L", "AccountId": "0014S000007NeNUQA0"}))
        .unwrap_err();
    assert_eq!(text, "INVALID_CROSS_REFERENCE_KEY: invalid cross reference id []");
    let account = f.create("Account", json!({"Name": "Acme"})).unwrap();
    f.org.delete(&f.cx, "Account", account).unwrap();
    let text = f
        .create("Contact", json!({"LastName": "L", "AccountId": account.to_string()}))
        .unwrap_err();
    assert_eq!(
        text,
        format!(
            "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY: insufficient access rights on cross-reference id: {} []",
            account.as_str_15()
        )
    );
}

#[test]
fn a_parent_can_be_named_by_its_external_id() {
    let mut seed = seed();
    let key = CustomField { external_id: true, ..CustomField::new("Ext__c", FieldKind::String) };
    seed.fields.insert("Account".to_owned(), vec![key]);
    let mut f = Fixture::new(&seed);
    let account = f.create("Account", json!({"Name": "Acme", "Ext__c": "a1"})).unwrap();
    let contact =
        f.create("Contact", json!({"LastName": "L", "Account": {"Ext__c": "A1"}})).unwrap();
    assert_eq!(f.value(contact, "AccountId"), Value::Id(account));
    let text =
        f.create("Contact", json!({"LastName": "L", "Account": {"Ext__c": "zz"}})).unwrap_err();
    assert_eq!(
        text,
        "INVALID_FIELD: Foreign key external ID: zz not found for field Ext__c in entity Account []"
    );
}

#[test]
fn unique_values_are_unique_in_any_case() {
    let mut seed = seed();
    let key = CustomField {
        external_id: true,
        unique: true,
        ..CustomField::new("Ext__c", FieldKind::String)
    };
    seed.fields.insert("Lead".to_owned(), vec![key]);
    let mut f = Fixture::new(&seed);
    let first = f.lead(json!({"Ext__c": "v1"}));
    let text =
        f.create("Lead", json!({"LastName": "L", "Company": "C", "Ext__c": "V1"})).unwrap_err();
    assert_eq!(
        text,
        format!(
            "DUPLICATE_VALUE: duplicate value found: Ext__c duplicates value on record with id: {} []",
            first.as_str_15()
        )
    );
    f.org.delete(&f.cx, "Lead", first).unwrap();
    f.lead(json!({"Ext__c": "v1"}));
}

#[test]
fn upsert_creates_updates_and_tells_of_several() {
    let mut f = Fixture::plain();
    let fields = || json!({"LastName": "Lee", "Company": "Acme"});
    assert_eq!(f.upsert("Lead", ("email", "Pat@Example.com"), fields()), Ok(true));
    assert_eq!(f.upsert("Lead", ("Email", "pat@example.com"), json!({"City": "Bonn"})), Ok(false));
    f.lead(json!({"Email": "pat@example.com"}));
    assert_eq!(
        f.upsert("Lead", ("Email", "pat@example.com"), fields()),
        Err("2 matches".to_owned())
    );
    assert_eq!(
        f.upsert("Lead", ("Namez", "x"), fields()).unwrap_err(),
        "NOT_FOUND: Provided external ID field does not exist or is not accessible: Namez"
    );
    assert_eq!(f.rows("Lead").len(), 2);
}

#[test]
fn an_update_touches_what_it_names_and_the_owner_reads_by_saving() {
    let mut f = Fixture::plain();
    let id = f.lead(json!({"City": "Bonn", "Phone": "1"}));
    f.later(5_500);
    f.update(id, json!({"Phone": null})).unwrap();
    assert_eq!((f.text(id, "City"), f.text(id, "Phone")), ("Bonn".to_owned(), String::new()));
    assert_eq!(f.text(id, "LastModifiedDate"), "2026-03-02T12:00:05.000+0000");
    assert_eq!(f.text(id, "CreatedDate"), "2026-03-02T12:00:00.000+0000");
    assert_eq!(f.text(id, "IsUnreadByOwner"), "false");
}

#[test]
fn rows_that_are_gone_or_never_were_are_told_apart() {
    let mut f = Fixture::plain();
    let id = f.lead(json!({}));
    f.org.delete(&f.cx, "Lead", id).unwrap();
    assert_eq!(f.update(id, json!({})).unwrap_err(), "ENTITY_IS_DELETED: entity is deleted []");
    let never = mock_salesforce::SfId::numbered(*b"00Q", 999);
    assert_eq!(
        f.update(never, json!({})).unwrap_err(),
        "INVALID_CROSS_REFERENCE_KEY: invalid cross reference id []"
    );
    assert_eq!(refused("Leed", json!({})), "NOT_FOUND: The requested resource does not exist");
}

#[test]
fn over_the_bulk_door_values_are_text_and_errors_say_so() {
    let mut f = Fixture::plain();
    f.cx.origin = Origin::Bulk;
    let text = f
        .create("Lead", json!({"LastName": "L", "Company": "C", "NumberOfEmployees": "x"}))
        .unwrap_err();
    assert_eq!(
        text,
        "INVALID_TYPE_ON_FIELD_IN_RECORD: Employees: value not of required type: x [NumberOfEmployees]"
    );
}

#[test]
fn an_admin_changes_the_schema_while_the_org_runs() {
    let mut f = Fixture::plain();
    let text =
        f.create("Lead", json!({"LastName": "L", "Company": "C", "Score__c": 7})).unwrap_err();
    assert_eq!(text, "INVALID_FIELD: No such column 'Score__c' on sobject of type Lead");
    f.org.add_field("Lead", &CustomField::new("Score__c", FieldKind::Double)).unwrap();
    let id = f.lead(json!({"Score__c": 7}));
    assert_eq!(f.text(id, "Score__c"), "7.0");
    let change = FieldChange { length: Some(3), ..FieldChange::default() };
    f.org.alter_field("Lead", "City", &change).unwrap();
    let text = f.update(id, json!({"City": "Bonn"})).unwrap_err();
    assert_eq!(text, "STRING_TOO_LONG: City: data value too large: Bonn (max length=3) [City]");
    let change = FieldChange {
        restricted: Some(true),
        values: Some(vec!["Hot".to_owned()]),
        ..FieldChange::default()
    };
    f.org.alter_field("Lead", "Rating", &change).unwrap();
    f.update(id, json!({"Rating": "hot"})).unwrap();
    assert_eq!(f.text(id, "Rating"), "Hot");
    assert!(f.update(id, json!({"Rating": "Cold"})).unwrap_err().starts_with("INVALID_OR_NULL"));
    f.org.remove_field("Lead", "Score__c").unwrap();
    assert!(
        f.update(id, json!({"Score__c": 8}))
            .unwrap_err()
            .starts_with("INVALID_FIELD: No such column")
    );
}

#[test]
fn a_failed_transaction_leaves_nothing_behind() {
    let mut f = Fixture::plain();
    let kept = f.lead(json!({"Email": "kept@example.com"}));
    let changes = f.org.changes().len();
    let cx = f.cx;
    let outcome: Result<(), ()> = f.org.transaction(|org| {
        let fields = crate::org_fixture::input(
            json!({"LastName": "Gone", "Company": "C", "Email": "gone@example.com"}),
        );
        org.create(&cx, "Lead", &fields).unwrap();
        org.update(
            &cx,
            "Lead",
            kept,
            &crate::org_fixture::input(json!({"Email": "new@example.com"})),
        )
        .unwrap();
        org.delete(&cx, "Lead", kept).unwrap();
        Err(())
    });
    assert_eq!(outcome, Err(()));
    assert_eq!(
        (f.rows("Lead"), f.text(kept, "Email")),
        (vec![kept], "kept@example.com".to_owned())
    );
    assert_eq!(f.org.changes().len(), changes);
    let lead = f.org.schema().object("Lead").unwrap();
    let email = lead.field_index("Email").unwrap();
    for (address, found) in
        [("kept@example.com", 1), ("gone@example.com", 0), ("new@example.com", 0)]
    {
        let ids = f.org.lookup(lead.index, email, &Value::text(address)).unwrap();
        assert_eq!(ids.len(), found, "{address}");
    }
    let next = f.lead(json!({}));
    assert_eq!(next, mock_salesforce::SfId::numbered(*b"00Q", 2));
}
