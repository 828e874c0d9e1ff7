//! Flows, packages and the change feed (§15).

use std::sync::Arc;

use mock_salesforce::org::Conversion;
use mock_salesforce::seed::{
    FlowSeed, FlowStage, FlowTrigger, NewRowSeed, OrgSeed, ValidationRuleSeed,
};
use mock_salesforce::{Automation, ChangeKind, Changes, Origin, SfId, Tx, Value};
use serde_json::json;

use crate::org_fixture::{Fixture, input, seed};

fn flow(name: &str) -> FlowSeed {
    FlowSeed { name: name.to_owned(), ..FlowSeed::default() }
}

fn with(flow: FlowSeed) -> OrgSeed {
    let mut seed = seed();
    seed.flows.push(flow);
    seed
}

#[test]
fn a_before_save_flow_changes_the_row_that_is_saved() {
    let set = [("Title".to_owned(), json!({"formula": "UPPER(City) & \"!\""}))];
    let mut f = Fixture::new(&with(FlowSeed {
        set: set.into(),
        stage: FlowStage::BeforeSave,
        ..flow("Shout")
    }));
    let id = f.lead(json!({"City": "Bonn"}));
    assert_eq!(f.text(id, "Title"), "BONN!");
    assert_eq!(f.org.changes().len(), 1);
}

#[test]
fn an_after_save_flow_saves_again_and_may_change_the_owner() {
    let owner = FlowSeed {
        when: Some("ISPICKVAL(Rating, \"Hot\")".to_owned()),
        owner: Some("Rita Rep".to_owned()),
        set: [("Description".to_owned(), json!("hot"))].into(),
        ..flow("Hot leads")
    };
    let mut f = Fixture::new(&with(owner));
    let id = f.lead(json!({}));
    assert_eq!(f.owner_of(id), "Ann Admin");
    f.update(id, json!({"Rating": "Hot"})).unwrap();
    assert_eq!(
        (f.owner_of(id), f.text(id, "Description")),
        ("Rita Rep".to_owned(), "hot".to_owned())
    );
    let last = f.org.changes().last().unwrap();
    assert_eq!((last.origin, last.cause.as_deref()), (Origin::Automation, Some("flow Hot leads")));
}

#[test]
fn a_delayed_flow_waits_for_its_time_and_dies_with_its_save() {
    let later = FlowSeed {
        owner: Some("Sam Seller".to_owned()),
        on: vec![FlowTrigger::Create],
        delay_ms: 60_000,
        ..flow("Later")
    };
    let mut f = Fixture::new(&with(later));
    let id = f.lead(json!({}));
    assert_eq!(f.org.next_due(), Some(f.cx.now.plus_ms(60_000)));
    f.org.run_due(f.cx.now.plus_ms(59_999));
    assert_eq!(f.owner_of(id), "Ann Admin");
    f.org.run_due(f.cx.now.plus_ms(60_000));
    assert_eq!((f.owner_of(id), f.org.next_due()), ("Sam Seller".to_owned(), None));
    assert_eq!(f.text(id, "LastModifiedDate"), "2026-03-02T12:01:00.000+0000");
    let cx = f.cx;
    let undone: Result<(), ()> = f.org.transaction(|org| {
        org.create(&cx, "Lead", &input(json!({"LastName": "L", "Company": "C"}))).unwrap();
        Err(())
    });
    assert_eq!((undone, f.org.next_due()), (Err(()), None));
}

#[test]
fn a_flow_that_cannot_save_fails_the_save_that_started_it() {
    let mut f =
        Fixture::new(&with(FlowSeed { owner: Some("Inbound".to_owned()), ..flow("Route") }));
    f.lead(json!({}));
    let queue = f.rows("QueueSobject")[0];
    f.org.delete(&f.cx, "QueueSobject", queue).unwrap();
    let text = f.create("Lead", json!({"LastName": "L", "Company": "C"})).unwrap_err();
    assert!(text.starts_with("CANNOT_EXECUTE_FLOW_TRIGGER: We can't save this record because the “Route” process failed."), "{text}");
    assert_eq!(f.rows("Lead").len(), 1);
}

#[derive(Debug)]
struct Package;

impl Automation for Package {
    fn name(&self) -> &'static str {
        "Package"
    }

    fn after_save(&self, changes: &Changes, tx: &mut Tx<'_>) {
        match (&*changes.object.name, changes.now("Company").as_text()) {
            ("Lead", Some("Refused")) => tx.refuse("AfterInsert", "System.DmlException: no"),
            ("Lead", Some("Loop")) => {
                let id = changes.after.id();
                let count = changes.now("NumberOfEmployees").as_number().unwrap_or_default() + 1.0;
                let errors = tx.update("Lead", id, &input(json!({"NumberOfEmployees": count})));
                if let Err(errors) = errors {
                    tx.refuse("AfterUpdate", &errors[0].message);
                }
            }
            ("Lead", _) if changes.before.is_none() => {
                let who = changes.after.id().to_string();
                tx.create("Task", &input(json!({"Subject": "Welcome", "WhoId": who}))).unwrap();
            }
            _ => {}
        }
    }
}

#[test]
fn a_package_saves_in_the_same_transaction() {
    let mut f = Fixture::plain();
    f.org.add_automation(Arc::new(Package));
    let id = f.lead(json!({}));
    let task = f.rows("Task")[0];
    assert_eq!(f.value(task, "WhoId"), Value::Id(id));
    let text = f.create("Lead", json!({"LastName": "L", "Company": "Refused"})).unwrap_err();
    assert_eq!(
        text,
        "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY: Package: execution of AfterInsert\n\ncaused by: System.DmlException: no []"
    );
    assert_eq!(f.rows("Lead"), [id]);
}

/// Converts a lead into the account that its city names, and looks at it again a minute later.
#[derive(Debug)]
struct Converter;

impl Automation for Converter {
    fn name(&self) -> &'static str {
        "Converter"
    }

    fn after_save(&self, changes: &Changes, tx: &mut Tx<'_>) {
        let Some(account) = changes.now("City").as_text().and_then(|city| city.parse().ok()) else {
            return;
        };
        if changes.kind != ChangeKind::Created {
            return;
        }
        let conversion = Conversion {
            lead: Some(changes.after.id()),
            account: Some(account),
            converted_status: "Closed - Converted".to_owned(),
            do_not_create_opportunity: true,
            ..Conversion::default()
        };
        let converted = tx.convert(&conversion).unwrap();
        tx.schedule(tx.context().now.plus_ms(60_000), converted.contact);
        if changes.now("Company").as_text() == Some("Refused") {
            tx.refuse("AfterInsert", "System.DmlException: no");
        }
    }

    fn at_time(&self, about: SfId, tx: &mut Tx<'_>) {
        tx.update("Contact", about, &input(json!({"Title": "Looked at"}))).unwrap();
    }
}

#[test]
fn a_package_converts_in_the_same_transaction_and_comes_back_at_its_time() {
    let mut f = Fixture::plain();
    f.org.add_automation(Arc::new(Converter));
    let account = f.create("Account", json!({"Name": "Globex"})).unwrap();
    let id = f.lead(json!({"City": account.to_string()}));
    assert_eq!(f.value(id, "ConvertedAccountId"), Value::Id(account));
    let contact = f.rows("Contact")[0];
    let due = f.cx.now.plus_ms(60_000);
    assert_eq!(f.org.next_due(), Some(due));
    f.org.run_due(due);
    assert_eq!((f.text(contact, "Title"), f.org.next_due()), ("Looked at".to_owned(), None));
    let refused = json!({"LastName": "L", "Company": "Refused", "City": account.to_string()});
    f.create("Lead", refused).unwrap_err();
    assert_eq!((f.rows("Contact").len(), f.org.next_due()), (1, None));
}

#[test]
fn packages_that_start_each_other_are_stopped() {
    let mut f = Fixture::plain();
    f.org.add_automation(Arc::new(Package));
    let text = f.create("Lead", json!({"LastName": "L", "Company": "Loop"})).unwrap_err();
    assert!(text.contains("maximum trigger depth exceeded"), "{text}");
    assert!(f.rows("Lead").is_empty());
    assert!(f.org.changes().is_empty());
}

#[test]
fn the_feed_says_what_became_of_which_row() {
    let mut f = Fixture::plain();
    let id = f.lead(json!({"City": "Bonn"}));
    f.update(id, json!({"City": null, "Phone": "1"})).unwrap();
    f.org.delete(&f.cx, "Lead", id).unwrap();
    f.org.undelete(&f.cx, id).unwrap();
    let lead = f.org.schema().object("Lead").unwrap();
    let kinds: Vec<_> = f.org.changes().iter().map(|c| (c.seq, format!("{:?}", c.kind))).collect();
    let expected = ["Created", "Updated", "Deleted", "Undeleted"];
    assert_eq!(kinds, (1..).zip(expected.map(str::to_owned)).collect::<Vec<_>>());
    let changed: Vec<_> = f.org.changes()[1]
        .fields
        .iter()
        .map(|(field, value)| (lead.field_at(field).name.to_string(), value.to_string()))
        .collect();
    assert!(
        changed.contains(&("City".to_owned(), String::new()))
            && changed.contains(&("Phone".to_owned(), "1".to_owned())),
        "{changed:?}"
    );
    assert_eq!(f.org.changes_since(2).len(), 2);
    let by: SfId = f.org.changes()[0].by;
    assert_eq!(by, f.cx.user);
}

#[test]
fn a_flow_creates_rows_named_in_the_feed() {
    let fields = [
        ("Subject".to_owned(), json!({"formula": "\"Call \" & LastName"})),
        ("WhoId".to_owned(), json!({"formula": "Id"})),
        ("OwnerId".to_owned(), json!("Rita Rep")),
        ("ActivityDate".to_owned(), json!({"formula": "DATEVALUE(CreatedDate) + 2"})),
    ];
    let mut f = Fixture::new(&with(FlowSeed {
        on: vec![FlowTrigger::Create],
        create: vec![NewRowSeed { object: "Task".to_owned(), fields: fields.into() }],
        ..flow("Follow up")
    }));
    let lead = f.lead(json!({}));
    let task = f.rows("Task")[0];
    assert_eq!((f.text(task, "Subject"), f.owner_of(task)), ("Call Lee".into(), "Rita Rep".into()));
    assert_eq!(f.value(task, "WhoId"), Value::Id(lead));
    assert_eq!(f.text(task, "ActivityDate"), "2026-03-04");
    let last = f.org.changes().last().unwrap();
    assert_eq!((last.id, last.cause.as_deref()), (task, Some("flow Follow up")));
}

#[test]
fn a_flow_starts_when_a_row_is_deleted_and_may_forbid_it() {
    let mut forbid = FlowSeed {
        on: vec![FlowTrigger::Delete],
        when: Some("ISPICKVAL(Rating, \"Hot\")".to_owned()),
        stage: FlowStage::AfterTrigger,
        fail: Some("hot leads stay".to_owned()),
        ..flow("Keep")
    };
    let mut seed = with(forbid.clone());
    let fields = [("Name".to_owned(), json!({"formula": "Company"}))];
    forbid = FlowSeed {
        when: None,
        fail: None,
        stage: FlowStage::AfterSave,
        create: vec![NewRowSeed { object: "Account".to_owned(), fields: fields.into() }],
        ..FlowSeed { name: "Remember".to_owned(), ..forbid }
    };
    seed.flows.push(forbid);
    let mut f = Fixture::new(&seed);
    let (hot, cold) = (f.lead(json!({"Rating": "Hot"})), f.lead(json!({})));
    let errors = f.org.delete(&f.cx, "Lead", hot).unwrap_err();
    assert!(
        errors[0]
            .message
            .starts_with("Keep: execution of AfterDelete\n\ncaused by: hot leads stay"),
        "{}",
        errors[0].message
    );
    assert_eq!(f.rows("Lead"), [hot, cold], "the delete is undone");
    f.org.delete(&f.cx, "Lead", cold).unwrap();
    assert_eq!(f.text(f.rows("Account")[0], "Name"), "Acme");
}

#[test]
fn the_steps_of_a_save_come_in_their_order() {
    let step = |name: &str, stage| FlowSeed {
        set: [("Title".to_owned(), json!({"formula": format!("Title & \"{name}/\"")}))].into(),
        on: vec![FlowTrigger::Create],
        stage,
        ..flow(name)
    };
    let mut seed = seed();
    seed.flows = vec![
        step("after-save", FlowStage::AfterSave),
        step("workflow", FlowStage::Workflow),
        step("after-trigger", FlowStage::AfterTrigger),
        step("before-trigger", FlowStage::BeforeTrigger),
        step("before-save", FlowStage::BeforeSave),
    ];
    let mut f = Fixture::new(&seed);
    let id = f.lead(json!({}));
    assert_eq!(
        f.text(id, "Title"),
        "before-save/before-trigger/after-trigger/workflow/after-save/"
    );
}

#[test]
fn a_workflow_rule_saves_again_without_validation_and_only_triggers_see_it() {
    let set = |name: &str, value: &str| [(name.to_owned(), json!(value))].into();
    let mut seed = seed();
    seed.validation_rules.push(ValidationRuleSeed {
        object: "Lead".to_owned(),
        name: "No Bern".to_owned(),
        when: "City = \"Bern\"".to_owned(),
        message: "no".to_owned(),
        field: None,
        active: true,
    });
    let on_update = vec![FlowTrigger::Update];
    seed.flows = vec![
        FlowSeed { set: set("City", "Bern"), stage: FlowStage::Workflow, ..flow("Move") },
        FlowSeed {
            set: set("Fax", "1"),
            on: on_update.clone(),
            stage: FlowStage::BeforeTrigger,
            ..flow("Trigger")
        },
        FlowSeed { set: set("Phone", "1"), on: on_update, ..flow("After save") },
    ];
    let mut f = Fixture::new(&seed);
    let id = f.lead(json!({}));
    assert_eq!(f.text(id, "City"), "Bern");
    assert_eq!((f.text(id, "Fax"), f.text(id, "Phone")), ("1".to_owned(), String::new()));
}

#[test]
fn a_flow_deletes_behind_the_clients_back() {
    let mut f = Fixture::new(&with(FlowSeed {
        delete: true,
        delay_ms: 1_000,
        on: vec![FlowTrigger::Create],
        ..flow("Purge")
    }));
    let id = f.lead(json!({}));
    f.org.run_due(f.cx.now.plus_ms(1_000));
    assert!(f.rows("Lead").is_empty());
    assert!(f.update(id, json!({})).unwrap_err().starts_with("ENTITY_IS_DELETED"));
}

#[test]
fn what_a_flow_cannot_do_is_refused_at_once() {
    for (seed, reason) in [
        (
            FlowSeed { stage: FlowStage::Workflow, delay_ms: 1, ..flow("F") },
            "only an after_save flow can wait",
        ),
        (
            FlowSeed { stage: FlowStage::BeforeSave, delete: true, ..flow("F") },
            "rows are created and deleted after the save",
        ),
    ] {
        let error = mock_salesforce::Org::new(&with(seed), crate::org_fixture::NOW).unwrap_err();
        assert!(error.to_string().ends_with(reason), "{error}");
    }
}

#[test]
fn open_activities_and_rows_of_an_account_follow_their_owner() {
    let mut f = Fixture::plain();
    let (rita, lead) = (f.owner("Rita Rep").to_string(), f.lead(json!({})));
    let who = lead.to_string();
    let open = f.create("Task", json!({"WhoId": who})).unwrap();
    let done = f.create("Task", json!({"WhoId": who, "Status": "Completed"})).unwrap();
    let sams = f.owner("Sam Seller").to_string();
    let sams = f.create("Task", json!({"WhoId": who, "OwnerId": sams})).unwrap();
    f.update(lead, json!({"OwnerId": rita})).unwrap();
    let owners = [open, done, sams].map(|task| f.owner_of(task));
    assert_eq!(owners, ["Rita Rep", "Ann Admin", "Sam Seller"]);
    let account = f.create("Account", json!({"Name": "Acme"})).unwrap();
    let of = json!({"LastName": "L", "AccountId": account.to_string()});
    let contact = f.create("Contact", of).unwrap();
    f.update(account, json!({"OwnerId": rita})).unwrap();
    assert_eq!(f.owner_of(contact), "Rita Rep");
    let mut seed = seed();
    seed.settings.transfer_moves_activities = false;
    let mut f = Fixture::new(&seed);
    let lead = f.lead(json!({}));
    let task = f.create("Task", json!({"WhoId": lead.to_string()})).unwrap();
    f.update(lead, json!({"OwnerId": rita})).unwrap();
    assert_eq!(f.owner_of(task), "Ann Admin");
}
