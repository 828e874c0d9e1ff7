//! Profiles, permission sets, sharing, record types: who sees, changes and chooses what.

use mock_salesforce::org::{Conversion, Crud, RowRight, SystemPermission};
use mock_salesforce::seed::{
    PermissionSetSeed, PermissionsSeed, ProfileSeed, RecordTypeSeed, RoleSeed, SharingModel,
    UserSeed,
};
use mock_salesforce::{CustomField, FieldKind, OrgSeed, SaveContext, SfId};
use serde_json::json;

use crate::client::Client;
use crate::org_fixture::{Fixture, NOW, seed};

/// Leads are private; Mia is the boss of Rita and Sam.
fn private(model: SharingModel) -> OrgSeed {
    let mut seed = seed();
    seed.settings.sharing = [("Lead".to_owned(), model)].into();
    let role = |name: &str, parent: Option<&str>| RoleSeed {
        name: name.to_owned(),
        parent: parent.map(str::to_owned),
        ..RoleSeed::default()
    };
    seed.roles = vec![role("Sales", None), role("Reps", Some("Sales"))];
    for user in &mut seed.users[1..3] {
        user.role = Some("Reps".to_owned());
    }
    seed.users.push(UserSeed {
        role: Some("Sales".to_owned()),
        ..UserSeed::new("Mia Manager", "mia@example.com")
    });
    seed
}

fn as_user(f: &mut Fixture, name: &str) {
    f.cx = SaveContext::rest(f.owner(name), NOW);
}

fn right(f: &Fixture, user: &str, row: SfId) -> RowRight {
    f.org.row_right(f.owner(user), f.org.get(row).unwrap())
}

#[test]
fn a_private_row_belongs_to_its_owner_and_those_above() {
    let mut f = Fixture::new(&private(SharingModel::Private));
    as_user(&mut f, "Rita Rep");
    let lead = f.lead(json!({}));
    for (user, expected) in [
        ("Rita Rep", RowRight::All),
        ("Sam Seller", RowRight::None),
        ("Mia Manager", RowRight::All),
        ("Ann Admin", RowRight::All),
    ] {
        assert_eq!(right(&f, user, lead), expected, "{user}");
    }
    as_user(&mut f, "Sam Seller");
    let refused = "INSUFFICIENT_ACCESS_OR_READONLY: insufficient access rights on object id []";
    assert_eq!(f.update(lead, json!({"City": "Bonn"})).unwrap_err(), refused);
    let who = f.create("Task", json!({"Subject": "x", "WhoId": lead.to_string()})).unwrap_err();
    assert_eq!(
        who,
        format!(
            "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY: insufficient access rights on \
             cross-reference id: {} []",
            lead.as_str_15()
        )
    );
    as_user(&mut f, "Mia Manager");
    f.update(lead, json!({"City": "Bonn"})).unwrap();
}

#[test]
fn a_queue_is_its_members_and_they_accept_from_it() {
    let mut f = Fixture::new(&private(SharingModel::Private));
    let inbound = f.owner("Inbound").to_string();
    let lead = f.lead(json!({"OwnerId": inbound}));
    assert_eq!(right(&f, "Rita Rep", lead), RowRight::All);
    assert_eq!(right(&f, "Sam Seller", lead), RowRight::None);
    assert_eq!(right(&f, "Mia Manager", lead), RowRight::All, "above a member");
    as_user(&mut f, "Rita Rep");
    let rita = f.cx.user.to_string();
    f.update(lead, json!({"OwnerId": rita})).unwrap();
    assert_eq!(f.owner_of(lead), "Rita Rep");
}

#[test]
fn the_default_of_the_org_says_what_others_may_do() {
    for (model, edit, transfer, delete) in [
        (SharingModel::Read, false, false, false),
        (SharingModel::ReadWrite, true, false, false),
        (SharingModel::ReadWriteTransfer, true, true, false),
        (SharingModel::FullAccess, true, true, true),
    ] {
        let mut seed = private(model);
        seed.profiles.push(ProfileSeed {
            name: "Standard User".to_owned(),
            permissions: PermissionsSeed {
                system: [(SystemPermission::TransferLeads, false)].into(),
                ..PermissionsSeed::default()
            },
        });
        let mut f = Fixture::new(&seed);
        let lead = f.lead(json!({}));
        as_user(&mut f, "Sam Seller");
        let sam = f.cx.user.to_string();
        assert_eq!(f.update(lead, json!({"City": "Bonn"})).is_ok(), edit, "{model:?}");
        let cx = f.cx;
        let delete_it = f.org.transaction(|org| org.delete(&cx, "Lead", lead));
        assert_eq!(delete_it.is_ok(), delete, "{model:?}");
        if !delete {
            assert_eq!(f.update(lead, json!({"OwnerId": sam})).is_ok(), transfer, "{model:?}");
        }
    }
}

#[test]
fn who_may_transfer_leads_gives_away_what_can_be_read() {
    let mut f = Fixture::new(&private(SharingModel::Read));
    let lead = f.lead(json!({}));
    as_user(&mut f, "Sam Seller");
    let rita = f.owner("Rita Rep").to_string();
    let both = f.update(lead, json!({"OwnerId": rita, "City": "Bonn"}));
    assert!(both.unwrap_err().starts_with("INSUFFICIENT_ACCESS_OR_READONLY"));
    f.update(lead, json!({"OwnerId": rita})).unwrap();
}

#[test]
fn view_all_and_modify_all_see_past_sharing() {
    let mut f = Fixture::new(&private(SharingModel::Private));
    let lead = f.lead(json!({}));
    let object = f.org.schema().index_of("Lead").unwrap();
    let sam = f.owner("Sam Seller");
    f.org.set_permission(sam, object, Crud { view_all: true, ..Crud::ALL });
    assert_eq!(right(&f, "Sam Seller", lead), RowRight::Read);
    f.org.set_permission(sam, object, Crud { modify_all: true, ..Crud::ALL });
    assert_eq!(right(&f, "Sam Seller", lead), RowRight::All);
}

#[test]
fn permission_sets_are_rows_that_the_api_assigns() {
    let mut seed = seed();
    seed.profiles.push(ProfileSeed {
        name: "Standard User".to_owned(),
        permissions: PermissionsSeed {
            objects: [("Account".to_owned(), Crud { read: true, ..Crud::NONE })].into(),
            ..PermissionsSeed::default()
        },
    });
    seed.permission_sets.push(PermissionSetSeed {
        name: "Account makers".to_owned(),
        permissions: PermissionsSeed {
            objects: [("Account".to_owned(), Crud::ALL)].into(),
            system: [(SystemPermission::EditConvertedLeads, true)].into(),
            ..PermissionsSeed::default()
        },
        ..PermissionSetSeed::default()
    });
    let mut f = Fixture::new(&seed);
    let admin = f.cx;
    let rita = f.owner("Rita Rep");
    as_user(&mut f, "Rita Rep");
    assert_eq!(
        f.create("Account", json!({"Name": "Acme"})).unwrap_err(),
        "INSUFFICIENT_ACCESS_OR_READONLY: insufficient access rights on object id []"
    );
    let set = f.rows("PermissionSet")[0].to_string();
    f.cx = admin;
    let given = f
        .create(
            "PermissionSetAssignment",
            json!({"PermissionSetId": set, "AssigneeId": rita.to_string()}),
        )
        .unwrap();
    assert!(f.org.has(rita, SystemPermission::EditConvertedLeads));
    as_user(&mut f, "Rita Rep");
    f.create("Account", json!({"Name": "Acme"})).unwrap();
    f.org.delete(&admin, "PermissionSetAssignment", given).unwrap();
    assert!(f.create("Account", json!({"Name": "Acme"})).is_err());
}

#[test]
fn campaigns_are_for_marketing_users() {
    let mut seed = seed();
    seed.users[1].permissions.system = [(SystemPermission::MarketingUser, false)].into();
    let mut f = Fixture::new(&seed);
    as_user(&mut f, "Rita Rep");
    assert!(
        f.create("Campaign", json!({"Name": "Spring"}))
            .unwrap_err()
            .starts_with("INSUFFICIENT_ACCESS_OR_READONLY")
    );
}

#[test]
fn audit_fields_are_for_who_may_set_them() {
    let mut f = Fixture::plain();
    let given = json!({"LastName": "L", "Company": "C", "CreatedDate": "2020-01-02T03:04:05Z",
        "CreatedById": f.owner("Rita Rep").to_string()});
    assert_eq!(
        f.create("Lead", given.clone()).unwrap_err(),
        "INVALID_FIELD_FOR_INSERT_UPDATE: Unable to create/update fields: CreatedDate, CreatedById. \
         Please check the security settings of this field and verify that it is read/write for your \
         profile or permission set. [CreatedDate, CreatedById]"
    );
    f.org.set_system_permission(f.cx.user, SystemPermission::CreateAuditFields, true);
    let id = f.create("Lead", given).unwrap();
    assert_eq!(f.text(id, "CreatedDate"), "2020-01-02T03:04:05.000+0000");
    assert_eq!(f.text(id, "LastModifiedDate"), "2026-03-02T12:00:00.000+0000");
    assert_eq!(f.value(id, "CreatedById").as_id(), Some(f.owner("Rita Rep")));
}

#[test]
fn over_rest_a_hidden_row_is_not_there_or_is_told_to_be_hidden() {
    let mut seed = Client::seed_with(&[]);
    seed.settings.sharing = [("Lead".to_owned(), SharingModel::Private)].into();
    seed.users.push(UserSeed::new("Rita Rep", "rita@example.com"));
    let mut client = Client::of(seed);
    let id = client.create("Lead", json!({"LastName": "Lee", "Company": "Acme"}));
    let path = format!("/sobjects/Lead/{id}");
    let rita = client.mock.org().user_by_username("rita@example.com").unwrap();
    let token = client.mock.access_token(rita);
    client.use_token(&token);
    let answer = client.get(&path);
    assert_eq!((answer.status.as_u16(), answer.code().as_str()), (404, "NOT_FOUND"));
    assert_eq!(client.query("SELECT Id FROM Lead").json()["totalSize"], 0);
    let answer = client.call("PATCH", &path, r#"{"City":"Bonn"}"#);
    assert_eq!(
        (answer.status.as_u16(), answer.text.as_str()),
        (
            403,
            r#"[{"message":"insufficient access rights on object id","errorCode":"INSUFFICIENT_ACCESS_OR_READONLY","fields":[]}]"#
        )
    );
    let mut settings = client.mock.org().settings().clone();
    settings.hidden_rows_are_told = true;
    settings.insufficient_access_status = 400;
    client.mock.org().set_settings(&settings).unwrap();
    let answer = client.get(&path);
    assert_eq!(
        (answer.status.as_u16(), answer.text.as_str()),
        (
            403,
            r#"[{"message":"You do not have permission to view this record.","errorCode":"INSUFFICIENT_ACCESS"}]"#
        )
    );
    assert_eq!(client.call("DELETE", &path, "").status, 400);
}

fn typed() -> OrgSeed {
    let mut seed = seed();
    let record_type = |name: &str| RecordTypeSeed {
        object: "Lead".to_owned(),
        name: name.to_owned(),
        developer_name: name.to_owned(),
        ..RecordTypeSeed::default()
    };
    seed.fields.insert(
        "Lead".to_owned(),
        vec![CustomField {
            restricted: true,
            values: ["Gold", "Silver", "Bronze"].map(str::to_owned).to_vec(),
            ..CustomField::new("Tier__c", FieldKind::Picklist)
        }],
    );
    seed.record_types = vec![
        RecordTypeSeed {
            default: true,
            profiles: vec!["Standard User".to_owned()],
            values: [("Tier__c".to_owned(), vec!["Bronze".to_owned()])].into(),
            ..record_type("Inbound")
        },
        record_type("Outbound"),
        RecordTypeSeed { active: false, ..record_type("Retired") },
    ];
    seed
}

#[test]
fn a_record_type_is_chosen_from_those_of_the_profile() {
    let mut f = Fixture::new(&typed());
    let types: Vec<String> = f.rows("RecordType").iter().map(ToString::to_string).collect();
    let lead = |id: &str| json!({"LastName": "L", "Company": "C", "RecordTypeId": id});
    for refused in [&types[0], &types[2]] {
        assert_eq!(
            f.create("Lead", lead(refused)).unwrap_err(),
            format!(
                "INVALID_CROSS_REFERENCE_KEY: Record Type ID: this ID value isn't valid for the \
                 user: {refused} [RecordTypeId]"
            )
        );
    }
    f.create("Lead", lead(&types[1])).unwrap();
    let plain = f.lead(json!({}));
    assert_eq!(f.text(plain, "RecordTypeId"), "", "an administrator has no default");
    as_user(&mut f, "Rita Rep");
    let own = f.lead(json!({}));
    assert_eq!(f.text(own, "RecordTypeId"), types[0]);
    let leads = f.org.schema().index_of("Lead").unwrap();
    let offers = f.org.record_types_of(f.cx.user, leads);
    let told: Vec<_> = offers.iter().map(|offer| (offer.available, offer.default)).collect();
    assert_eq!(told, [(true, true), (true, false), (false, false)]);
}

#[test]
fn a_record_type_narrows_restricted_picklists() {
    let mut f = Fixture::new(&typed());
    as_user(&mut f, "Rita Rep");
    let own = f.lead(json!({"Tier__c": "bronze"}));
    assert_eq!(
        f.update(own, json!({"Tier__c": "Gold"})).unwrap_err(),
        "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST: Tier: bad value for restricted picklist field: \
         Gold [Tier__c]"
    );
    let outbound = f.rows("RecordType")[1].to_string();
    f.update(own, json!({"RecordTypeId": outbound, "Tier__c": "Gold"})).unwrap();
}

#[test]
fn converting_takes_its_permission_and_the_right_to_create() {
    let mut seed = seed();
    seed.users[1].permissions.objects = [("Account".to_owned(), Crud::NONE)].into();
    seed.users[2].permissions.system = [(SystemPermission::ConvertLeads, false)].into();
    let mut f = Fixture::new(&seed);
    let lead = f.lead(json!({}));
    let conversion = Conversion {
        lead: Some(lead),
        converted_status: "Closed - Converted".to_owned(),
        ..Conversion::default()
    };
    for (user, code) in
        [("Rita Rep", "NOT_FOUND"), ("Sam Seller", "INSUFFICIENT_ACCESS_OR_READONLY")]
    {
        as_user(&mut f, user);
        let errors = f.org.convert(&f.cx, &conversion).unwrap_err();
        assert_eq!(errors[0].code, code, "{user}");
    }
    as_user(&mut f, "Ann Admin");
    f.org.convert(&f.cx, &conversion).unwrap();
    let converted = "CANNOT_UPDATE_CONVERTED_LEAD: cannot reference converted lead []";
    assert_eq!(f.update(lead, json!({"City": "Bonn"})).unwrap_err(), converted);
    f.org.set_system_permission(f.cx.user, SystemPermission::EditConvertedLeads, true);
    f.update(lead, json!({"City": "Bonn"})).unwrap();
}

/// The rows of a query as somebody, without their attributes.
fn asked(client: &mut Client, soql: &str) -> serde_json::Value {
    let mut rows = client.query(soql).json()["records"].clone();
    for row in rows.as_array_mut().unwrap() {
        row.as_object_mut().unwrap().shift_remove("attributes");
    }
    rows
}

#[test]
fn what_a_user_may_do_with_rows_can_be_asked() {
    let mut client = Client::of(private(SharingModel::Read));
    let lead = client.create("Lead", json!({"LastName": "Lee", "Company": "Acme"}));
    let user = |client: &mut Client, name: &str| {
        let soql = format!("SELECT Id FROM User WHERE Name = '{name}'");
        client.query(&soql).json()["records"][0]["Id"].as_str().unwrap().to_owned()
    };
    let (rita, ann) = (user(&mut client, "Rita Rep"), client.user.to_string());
    let nowhere = "00Q000000000001EAA";
    let rows = asked(
        &mut client,
        &format!(
            "SELECT RecordId, HasReadAccess, HasEditAccess, HasDeleteAccess, HasTransferAccess, HasAllAccess, \
             MaxAccessLevel FROM UserRecordAccess WHERE UserId = '{rita}' AND RecordId IN ('{lead}', '{nowhere}')"
        ),
    );
    assert_eq!(
        rows,
        json!([
            {"RecordId": lead, "HasReadAccess": true, "HasEditAccess": false, "HasDeleteAccess": false, "HasTransferAccess": true, "HasAllAccess": false, "MaxAccessLevel": "Transfer"},
            {"RecordId": nowhere, "HasReadAccess": false, "HasEditAccess": false, "HasDeleteAccess": false, "HasTransferAccess": false, "HasAllAccess": false, "MaxAccessLevel": "None"},
        ])
    );
    let own = format!("UserId = '{}' AND RecordId = '{}'", &ann[..15], &lead[..15]);
    assert_eq!(
        asked(
            &mut client,
            &format!("select maxaccesslevel, recordid from userrecordaccess where {own}")
        ),
        json!([{"MaxAccessLevel": "All", "RecordId": lead}])
    );
    let ids = format!("UserId = '{rita}' AND RecordId IN ('{lead}', '{nowhere}')");
    let order = "ORDER BY r.HasReadAccess LIMIT 1";
    assert_eq!(
        asked(
            &mut client,
            &format!(
                "SELECT r.RecordId, HasReadAccess FROM UserRecordAccess r WHERE {ids} {order}"
            )
        ),
        json!([{"RecordId": nowhere, "HasReadAccess": false}])
    );
    assert_eq!(
        asked(
            &mut client,
            &format!("SELECT RecordId FROM UserRecordAccess WHERE {ids} AND HasEditAccess = true")
        ),
        json!([])
    );
}

#[test]
fn rights_on_rows_are_asked_in_one_form_only() {
    let mut client = Client::new();
    let user = client.user.to_string();
    let lead = client.create("Lead", json!({"LastName": "Lee", "Company": "Acme"}));
    let own = format!("WHERE UserId = '{user}' AND RecordId = '{lead}'");
    let filter = "UserRecordAccess: a filter on a reified column is required [UserId,RecordId]";
    let many = (0..201).map(|n| format!("'{}'", SfId::numbered(*b"00Q", n))).collect::<Vec<_>>();
    for (select, rest, code, message) in [
        (
            "Id",
            own.clone(),
            "INVALID_FIELD",
            "Can select only RecordId, a Has*Access field, and MaxAccessLevel",
        ),
        (
            "RecordId, UserId",
            own.clone(),
            "INVALID_FIELD",
            "Can select only RecordId, a Has*Access field, and MaxAccessLevel",
        ),
        ("HasReadAccess", own.clone(), "INVALID_FIELD", "RecordId field must be selected"),
        ("COUNT()", own.clone(), "INVALID_FIELD", "RecordId field must be selected"),
        ("RecordId", String::new(), "MALFORMED_QUERY", filter),
        ("RecordId", format!("WHERE UserId = '{user}'"), "MALFORMED_QUERY", filter),
        (
            "RecordId",
            format!("WHERE UserId IN ('{user}') AND RecordId = '{lead}'"),
            "MALFORMED_QUERY",
            filter,
        ),
        (
            "RecordId",
            format!("WHERE UserId = '{user}' OR RecordId = '{lead}'"),
            "MALFORMED_QUERY",
            filter,
        ),
        (
            "RecordId, HasReadAccess",
            format!("{own} AND HasReadAccess = true"),
            "INVALID_FIELD",
            "Can select only RecordId when filtering by an access field",
        ),
        (
            "RecordId",
            format!("{own} AND MaxAccessLevel = 'All'"),
            "INVALID_FIELD",
            "field 'MaxAccessLevel' can not be filtered in a query call",
        ),
        (
            "RecordId",
            format!("WHERE UserId = '{user}' AND RecordId IN ({})", many.join(",")),
            "LIMIT_EXCEEDED",
            "Number of records exceeds limit: 200",
        ),
    ] {
        let answer = client.query(&format!("SELECT {select} FROM UserRecordAccess {rest}"));
        assert_eq!(answer.code(), code, "{}", answer.text);
        assert_eq!(answer.json()[0]["message"], message);
    }
}

#[test]
fn rights_on_rows_are_refused_elsewhere() {
    let mut client = Client::new();
    for soql in [
        "SELECT Id, UserRecordAccess.HasReadAccess FROM Lead",
        "SELECT Id FROM User WHERE Id IN (SELECT UserId FROM UserRecordAccess)",
        "SELECT COUNT(RecordId) FROM UserRecordAccess GROUP BY HasReadAccess",
    ] {
        assert_eq!(client.query(soql).status, 501, "{soql}");
    }
    assert_eq!(client.get("/query?explain=SELECT+RecordId+FROM+UserRecordAccess").status, 501);
    let counted = client.mock.unsupported();
    assert_eq!(counted.len(), 3, "{counted:?}");
    assert_eq!(mock_salesforce::support::matrix(&counted).unplaced.len(), 0);
    assert_eq!(client.query("SELECT Id FROM AggregateResult").code(), "INVALID_TYPE_FOR_OPERATION");
}
