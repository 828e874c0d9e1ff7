//! The initial world: seeds, imports, permissions.

use mock_salesforce::org::{Crud, FieldAccess};
use mock_salesforce::seed::{PermissionSetSeed, PermissionsSeed, UserSeed};
use mock_salesforce::{Org, OrgSeed, SaveContext, SfId, Value};
use serde_json::json;

use crate::org_fixture::{Fixture, NOW, input, seed};

#[test]
fn an_empty_seed_is_an_org_with_an_administrator() {
    let org = Org::new(&OrgSeed::default(), NOW).unwrap();
    let admin = org.administrator().unwrap();
    assert_eq!(org.user_by_username("adminuser@example.com"), Some(admin));
    assert_eq!(org.organization_id().prefix(), "00D");
    let statuses = org.schema().index_of("LeadStatus").unwrap();
    assert_eq!(org.count(statuses), 4);
    assert!(org.changes().is_empty());
}

#[test]
fn a_seed_goes_through_a_file_unchanged() {
    let text = serde_json::to_string(&seed()).unwrap();
    assert_eq!(serde_json::from_str::<OrgSeed>(&text).unwrap(), seed());
    let text = r#"{"users": [{"name": "A B", "nmae": 1}]}"#;
    assert!(
        serde_json::from_str::<OrgSeed>(text)
            .unwrap_err()
            .to_string()
            .contains("unknown field `nmae`")
    );
}

#[test]
fn names_in_a_seed_must_stand_for_something() {
    let mut seed = seed();
    seed.queues[0].members = vec!["Nobody".to_owned()];
    let text = Org::new(&seed, NOW).unwrap_err().to_string();
    assert_eq!(text, "queue Inbound: unknown user \"Nobody\": define it or correct the name");
}

#[test]
fn imported_rows_keep_their_ids_owners_and_dates() {
    let mut f = Fixture::plain();
    let rita = f.owner("Rita Rep");
    let header = [
        "Id",
        "LastName",
        "Company",
        "Email",
        "OwnerId",
        "CreatedDate",
        "LastModifiedDate",
        "SystemModstamp",
        "IsConverted",
        "ConvertedContactId",
    ];
    let columns = f.org.columns("Lead", &header).unwrap();
    let owner = rita.to_string();
    let cells = [
        "00Q4S000002sSacUAE",
        "Lee",
        "Acme",
        "Pat@Example.com",
        &owner,
        "2020-01-02T03:04:05.000Z",
        "2021-01-02T03:04:05.000+0000",
        "2022-01-02T03:04:05.000+0000",
        "true",
        "0034S000005YJYcQAO",
    ];
    let id = f.org.import_cells(&f.cx, &columns, cells).unwrap();
    assert_eq!(id.to_string(), "00Q4S000002sSacUAE");
    for (field, value) in [
        ("Name", "Lee"),
        ("Email", "pat@example.com"),
        ("CreatedDate", "2020-01-02T03:04:05.000+0000"),
        ("LastModifiedDate", "2021-01-02T03:04:05.000+0000"),
        ("SystemModstamp", "2022-01-02T03:04:05.000+0000"),
        ("IsConverted", "true"),
        ("ConvertedContactId", "0034S000005YJYcQAO"),
        ("Status", "Open - Not Contacted"),
    ] {
        assert_eq!(f.text(id, field), value, "{field}");
    }
    assert_eq!(f.value(id, "OwnerId"), Value::Id(rita));
    assert!(f.org.changes().is_empty());
    let again = f.org.import_cells(&f.cx, &columns, cells).unwrap_err();
    assert_eq!(again.to_string(), "Lead 00Q4S000002sSacUAE: a row has this id already");
    let unknown = f.org.columns("Lead", &["Nmae"]).unwrap_err();
    assert_eq!(
        unknown.to_string(),
        "unknown field Lead.Nmae: correct the name or define the field"
    );
    let bad = f.org.import(&f.cx, "Lead", &input(json!({"NumberOfEmployees": "x"}))).unwrap_err();
    assert_eq!(bad.to_string(), "Lead.NumberOfEmployees: Employees: value not of required type: x");
}

#[test]
fn imports_are_found_by_every_index_and_new_rows_come_after() {
    let mut f = Fixture::plain();
    let columns = f.org.columns("Lead", &["LastName", "Company", "Email"]).unwrap();
    for n in 0..5_000 {
        let email = format!("Person{n}@Example.com");
        f.org.import_cells(&f.cx, &columns, ["Lee", "Acme", &email]).unwrap();
    }
    let lead = f.org.schema().object("Lead").unwrap();
    let email = lead.field_index("Email").unwrap();
    let found = f.org.lookup(lead.index, email, &Value::text("PERSON4999@example.com")).unwrap();
    assert_eq!(found, [SfId::numbered(*b"00Q", 5_000)]);
    assert_eq!(
        f.org.lookup(lead.index, lead.field_index("City").unwrap(), &Value::text("x")),
        None
    );
    assert_eq!(f.lead(json!({})), SfId::numbered(*b"00Q", 5_001));
}

fn limited() -> OrgSeed {
    let mut seed = seed();
    let mut rita = UserSeed::new("Rita Rep", "rita@example.com");
    rita.permissions = PermissionsSeed {
        objects: [
            ("Lead".to_owned(), Crud { read: true, create: true, ..Crud::NONE }),
            ("Contact".to_owned(), Crud::NONE),
        ]
        .into(),
        fields: [
            ("Lead.Phone".to_owned(), FieldAccess::Read),
            ("Lead.Fax".to_owned(), FieldAccess::None),
        ]
        .into(),
        ..PermissionsSeed::default()
    };
    seed.users[1] = rita;
    seed
}

fn as_rita(seed: &OrgSeed) -> Fixture {
    let mut f = Fixture::new(seed);
    f.cx = SaveContext::rest(f.owner("Rita Rep"), NOW);
    f
}

#[test]
fn rights_decide_what_is_there_and_what_can_be_written() {
    let mut f = as_rita(&limited());
    let id = f.lead(json!({}));
    assert_eq!(
        f.update(id, json!({"City": "Bonn"})).unwrap_err(),
        "INSUFFICIENT_ACCESS_OR_READONLY: insufficient access rights on object id []"
    );
    assert_eq!(
        f.create("Contact", json!({"LastName": "L"})).unwrap_err(),
        "NOT_FOUND: The requested resource does not exist"
    );
    let fields = |name: &str| json!({"LastName": "L", "Company": "C", name: "1"});
    assert!(
        f.create("Lead", fields("Phone"))
            .unwrap_err()
            .starts_with("INVALID_FIELD_FOR_INSERT_UPDATE: Unable to create/update fields: Phone.")
    );
    assert_eq!(
        f.create("Lead", fields("Fax")).unwrap_err(),
        "INVALID_FIELD: No such column 'Fax' on sobject of type Lead"
    );
    let lead = f.org.schema().index_of("Lead").unwrap();
    f.org.set_permission(f.cx.user, lead, Crud::ALL);
    f.update(id, json!({"City": "Bonn"})).unwrap();
}

#[test]
fn permission_sets_add_to_the_profile() {
    let mut seed = limited();
    seed.permission_sets.push(PermissionSetSeed {
        name: "Sync".to_owned(),
        users: vec!["rita@example.com".to_owned()],
        permissions: PermissionsSeed {
            objects: [("Contact".to_owned(), Crud::ALL)].into(),
            fields: [("Lead.Phone".to_owned(), FieldAccess::Edit)].into(),
            ..PermissionsSeed::default()
        },
    });
    let mut f = as_rita(&seed);
    f.lead(json!({"Phone": "1"}));
    f.create("Contact", json!({"LastName": "L"})).unwrap();
}

#[test]
fn a_user_without_rights_on_leads_cannot_own_them() {
    let mut f = Fixture::new(&limited());
    let rita = f.owner("Rita Rep").to_string();
    let text = f.create("Contact", json!({"LastName": "L", "OwnerId": rita})).unwrap_err();
    assert_eq!(text, "TRANSFER_REQUIRES_READ: The new owner must have read permission [OwnerId]");
}

#[test]
fn a_user_who_is_deactivated_keeps_rows_and_gets_no_more() {
    let mut f = Fixture::plain();
    let rita = f.owner("Rita Rep");
    let id = f.lead(json!({"OwnerId": rita.to_string()}));
    f.org.set_user_active(&f.cx, rita, false).unwrap();
    f.update(id, json!({"City": "Bonn"})).unwrap();
    assert_eq!(f.owner_of(id), "Rita Rep");
    let text = f
        .create("Lead", json!({"LastName": "L", "Company": "C", "OwnerId": rita.to_string()}))
        .unwrap_err();
    assert!(text.starts_with("INACTIVE_OWNER_OR_USER"), "{text}");
}
