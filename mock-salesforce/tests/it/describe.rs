//! Describe, limits, counts.

use serde_json::json;

use crate::client::Client;

#[test]
fn every_object_and_every_field_has_all_its_keys() {
    let mut client = Client::new();
    let global = client.get("/sobjects/").json();
    assert_eq!((&global["encoding"], &global["maxBatchSize"]), (&json!("UTF-8"), &json!(200)));
    let lead = global["sobjects"]
        .as_array()
        .unwrap()
        .iter()
        .find(|object| object["name"] == "Lead")
        .unwrap();
    assert_eq!(lead["keyPrefix"], "00Q");
    assert_eq!(lead["urls"]["rowTemplate"], "/services/data/v62.0/sobjects/Lead/{ID}");
    let describe = client.get("/sobjects/lead/describe").json();
    let keys: Vec<&String> = describe.as_object().unwrap().keys().collect();
    assert!(keys.is_sorted() && keys.len() == 46, "{}", keys.len());
    for field in describe["fields"].as_array().unwrap() {
        let keys: Vec<&String> = field.as_object().unwrap().keys().collect();
        assert!(keys.is_sorted() && keys.len() == 57, "{} {}", field["name"], keys.len());
    }
    let status = describe["fields"]
        .as_array()
        .unwrap()
        .iter()
        .find(|field| field["name"] == "Status")
        .unwrap();
    assert_eq!(
        (&status["byteLength"], &status["soapType"], &status["type"]),
        (&json!(765), &json!("xsd:string"), &json!("picklist"))
    );
    assert_eq!(client.get("/sobjects/Nothing/describe").status, 404);
}

#[test]
fn objects_that_have_no_rows_of_their_own_are_described_all_the_same() {
    let mut client = Client::new();
    let groups = client.get("/sobjects/aggregateresult/describe").json();
    for flag in ["createable", "queryable", "replicateable", "retrieveable", "searchable"] {
        assert_eq!(groups[flag], false, "{flag}");
    }
    assert_eq!(groups["fields"].as_array().unwrap().len(), 1);
    assert_eq!(groups["fields"][0]["label"], "Aggregate Result ID");
    let access = client.get("/sobjects/UserRecordAccess/describe").json();
    assert_eq!((&access["queryable"], &access["retrieveable"]), (&json!(true), &json!(false)));
    assert_eq!(access["keyPrefix"], json!(null));
    let names: Vec<_> =
        access["fields"].as_array().unwrap().iter().map(|f| f["name"].as_str().unwrap()).collect();
    assert_eq!(names.len(), 9, "{names:?}");
    let urls = client.get("/sobjects/UserRecordAccess").json()["objectDescribe"]["urls"].clone();
    let of = |rest: &str| json!(format!("/services/data/v62.0/sobjects/UserRecordAccess{rest}"));
    assert_eq!(
        urls,
        json!({"rowTemplate": of("/{ID}"), "describe": of("/describe"), "sobject": of("")})
    );
}

#[test]
fn objects_without_rows_are_left_out_of_the_counts() {
    let mut client = Client::new();
    client.create("Lead", json!({"LastName": "A", "Company": "B"}));
    let counts = client.get("/limits/recordCount?sObjects=lead,Account");
    assert_eq!(counts.text, r#"{"sObjects":[{"count":1,"name":"Lead"}]}"#);
}

/// An org with a custom object, a formula, a location, a dependent picklist.
fn with_visits() -> Client {
    let mut seed = mock_salesforce::standard_org();
    seed.duplicate_rules.clear();
    let objects = json!([{"name": "Visit__c", "label": "Visit", "auto_number": "V-{0000}", "fields": [
        {"name": "Account__c", "type": "reference", "reference_to": ["Account"], "master_detail": true, "child_relationship": "Visits"},
        {"name": "Pages__c", "type": "double", "precision": 6, "scale": 0},
        {"name": "Price__c", "type": "currency", "precision": 10, "scale": 2},
        {"name": "Score__c", "type": "double", "precision": 10, "scale": 1, "formula": "Pages__c * 1.25 + LEN(Account__r.Name)", "blanks_as_zero": true},
        {"name": "At__c", "type": "time"},
        {"name": "Place__c", "type": "location", "scale": 4},
        {"name": "Kind__c", "type": "picklist", "values": ["Demo", "Price", "Docs"]},
        {"name": "Step__c", "type": "picklist", "values": ["Start", "End"], "controller": "kind__c",
            "offered_with": {"Start": ["Demo", "Docs"], "End": ["Price"]}, "help": "How far"},
        {"name": "Tags__c", "type": "multipicklist", "values": ["a", "b", "c"]}
    ]}]);
    seed.objects = serde_json::from_value(objects).unwrap();
    Client::of(seed)
}

#[test]
#[expect(clippy::cognitive_complexity, reason = "one row with every type")]
fn rows_of_custom_objects_have_every_type_of_field() {
    let mut client = with_visits();
    let account = client.create("Account", json!({"Name": "Acme"}));
    let id = client.create(
        "visit__c",
        json!({"Account__c": account, "Pages__c": 3, "Price__c": 2.5, "At__c": "09:30:00.000Z",
        "Place__Latitude__s": 50.73743, "Place__Longitude__s": 7.0982, "Tags__c": "c;a"}),
    );
    assert!(id.starts_with("a00"));
    let row = client.get(&format!("/sobjects/Visit__c/{id}")).json();
    assert_eq!(row["Name"], "V-0001");
    assert_eq!(row["Score__c"], json!(7.8));
    assert_eq!(row["At__c"], "09:30:00.000Z");
    assert_eq!(row["Place__c"], json!({"latitude": 50.7374, "longitude": 7.0982}));
    assert_eq!((&row["Tags__c"], &row["Price__c"]), (&json!("a;c"), &json!(2.5)));
    assert!(row.get("OwnerId").is_none());
    let found = client.query("SELECT Id FROM Visit__c WHERE Score__c > 7.7").json();
    assert_eq!(found["totalSize"], 1, "{found}");
    let children = client.get(&format!("/sobjects/Account/{account}/Visits__r")).json();
    assert_eq!(children["records"][0]["Id"], json!(id));
    let refused = client.call("PATCH", &format!("/sobjects/Visit__c/{id}"), r#"{"Score__c":1}"#);
    assert_eq!(refused.code(), "INVALID_FIELD_FOR_INSERT_UPDATE");
    assert_eq!(client.call("DELETE", &format!("/sobjects/Account/{account}"), "").status, 204);
    assert_eq!(client.get(&format!("/sobjects/Visit__c/{id}")).status, 404);
}

#[test]
fn formulas_numbers_and_dependent_picklists_are_described_as_such() {
    let mut client = with_visits();
    let describe = client.get("/sobjects/Visit__c/describe").json();
    let field = |name: &str| {
        let fields = describe["fields"].as_array().unwrap();
        fields
            .iter()
            .find(|field| field["name"] == name)
            .unwrap_or_else(|| panic!("{name}"))
            .clone()
    };
    let score = field("Score__c");
    assert_eq!(
        (&score["calculated"], &score["createable"], &score["nillable"]),
        (&json!(true), &json!(false), &json!(true))
    );
    assert_eq!(score["calculatedFormula"], "Pages__c * 1.25 + LEN(Account__r.Name)");
    assert_eq!(score["formulaTreatNullNumberAsZero"], json!(true));
    let name = field("Name");
    assert_eq!(
        (&name["autoNumber"], &name["createable"], &name["nameField"]),
        (&json!(true), &json!(false), &json!(true))
    );
    let step = field("Step__c");
    assert_eq!(
        (&step["controllerName"], &step["dependentPicklist"], &step["inlineHelpText"]),
        (&json!("Kind__c"), &json!(true), &json!("How far"))
    );
    // Demo, Price, Docs are the bits 7, 6, 5 of the first byte.
    assert_eq!(
        (&step["picklistValues"][0]["validFor"], &step["picklistValues"][1]["validFor"]),
        (&json!("oA=="), &json!("QA=="))
    );
    assert_eq!(field("Place__c")["soapType"], "urn:location");
    let account = field("Account__c");
    assert_eq!(
        (&account["cascadeDelete"], &account["relationshipOrder"], &account["updateable"]),
        (&json!(true), &json!(0), &json!(false))
    );
    assert_eq!((&describe["custom"], &describe["keyPrefix"]), (&json!(true), &json!("a00")));
}

#[test]
fn versions_differ_in_the_keys_that_they_have() {
    let mut client = Client::new();
    let mut keys = |version: u16| {
        let lead = client
            .raw("GET", &format!("/services/data/v{version}.0/sobjects/Lead/describe"), "")
            .json();
        let has = |key: &str| lead.get(key).is_some();
        (
            has("implementedBy"),
            has("associateEntityType"),
            has("dataTranslationEnabled"),
            has("idEnabled"),
            lead["fields"][0].as_object().unwrap().len(),
            ["active", "developerName"].map(|key| lead["recordTypeInfos"][0].get(key).is_some()),
        )
    };
    assert_eq!(keys(42), (false, false, false, false, 55, [false; 2]));
    assert_eq!(keys(59), (true, true, false, false, 57, [true; 2]));
    assert_eq!(keys(66), (true, true, true, true, 57, [true; 2]));
}

#[test]
fn what_an_org_has_none_of_is_empty_and_layouts_are_refused() {
    let mut client = Client::new();
    assert_eq!(client.get("/sobjects/Lead/quickActions").text, "[]");
    assert_eq!(client.get("/sobjects/Lead/listviews").json()["listviews"], json!([]));
    assert_eq!(
        client.get("/sobjects/Lead/describe/approvalLayouts").text,
        r#"{"approvalLayouts":[]}"#
    );
    for path in
        ["describe/layouts", "describe/layouts/012000000000000AAA", "describe/compactLayouts"]
    {
        assert_eq!(client.get(&format!("/sobjects/Lead/{path}")).status, 501, "{path}");
    }
    assert_eq!(client.mock.unsupported().get("layouts of Lead"), Some(&3));
    assert_eq!(client.get("/sobjects/Nothing/listviews").status, 404);
}

#[test]
fn the_last_activity_follows_from_events_and_closed_tasks() {
    let mut client = Client::new();
    let lead = client.create("Lead", json!({"LastName": "A", "Company": "B"}));
    let last = |client: &mut Client| {
        client.get(&format!("/sobjects/Lead/{lead}")).json()["LastActivityDate"].clone()
    };
    client.create("Task", json!({"WhoId": lead, "ActivityDate": "2026-05-20"}));
    assert_eq!(last(&mut client), json!(null));
    client.create(
        "Task",
        json!({"WhoId": lead, "ActivityDate": "2026-05-10", "Status": "Completed"}),
    );
    assert_eq!(last(&mut client), "2026-05-10");
    client.create(
        "Event",
        json!({"WhoId": lead, "StartDateTime": "2026-05-12T10:00:00Z", "DurationInMinutes": 30}),
    );
    assert_eq!(last(&mut client), "2026-05-12");
    let found = client.query("SELECT Id FROM Lead WHERE LastActivityDate = 2026-05-12");
    assert_eq!(found.json()["totalSize"], 1, "{}", found.text);
}

#[test]
fn limits_count_what_is_used() {
    let mut client = Client::new();
    let limits = client.get("/limits").json();
    assert_eq!(limits["DailyApiRequests"], json!({"Max": 15_000, "Remaining": 14_999}));
    assert_eq!(limits["DataStorageMB"], json!({"Max": 1_073, "Remaining": 1_073}));
    assert!(limits.as_object().unwrap().keys().is_sorted());
    assert!(limits.get("DailyBulkApiBatches").is_some());
    let rows: Vec<_> = (0..200)
        .map(|n| json!({"attributes": {"type": "Account"}, "Name": n.to_string()}))
        .collect();
    let body = json!({"allOrNone": false, "records": rows}).to_string();
    for _ in 0..3 {
        assert_eq!(client.call("POST", "/composite/sobjects", &body).status, 200);
    }
    assert_eq!(client.get("/limits").json()["DataStorageMB"]["Remaining"], 1_072);
    let old = client.raw("GET", "/services/data/v48.0/limits", "").json();
    assert!(old.get("DailyBulkApiRequests").is_some() && old.get("DailyBulkApiBatches").is_none());
}

#[test]
fn limits_that_nothing_uses_up_have_their_sizes() {
    let mut client = Client::new();
    let before = client.get("/limits").json();
    for (name, size) in [
        ("ActiveScratchOrgs", 3),
        ("ConcurrentSyncReportRuns", 20),
        ("DailyAsyncApexExecutions", 250_000),
        ("HourlyPublishedPlatformEvents", 50_000),
        ("SingleEmail", 15),
    ] {
        assert_eq!(before[name], json!({"Max": size, "Remaining": size}), "{name}");
    }
    let set = json!({"Name": "Audit", "Label": "Audit"}).to_string();
    assert_eq!(client.call("POST", "/sobjects/PermissionSet", &set).status, 201);
    let left = |limits: &serde_json::Value| limits["PermissionSets"]["Remaining"].as_u64().unwrap();
    assert_eq!(left(&client.get("/limits").json()), left(&before) - 1);
}

#[test]
fn the_resources_of_a_version_are_listed_with_the_identity() {
    let mut client = Client::new();
    let listed = client.get("").json();
    assert_eq!(listed["sobjects"], "/services/data/v62.0/sobjects");
    assert!(listed["identity"].as_str().unwrap().contains("/id/00D"));
    for name in ["query", "search", "recent", "limits", "composite", "jobs", "tooling", "tabs"] {
        assert!(listed.get(name).is_some(), "{name}");
    }
    for resource in [
        "/theme",
        "/graphql",
        "/ui-api/object-info/Lead",
        "/metadata/deployRequest",
        "/jobs/query/750Hs0000000001AAA/parallelResults",
    ] {
        let refused = client.get(resource);
        let told = (refused.status.as_u16(), refused.code());
        assert_eq!(told, (501, "NOT_IMPLEMENTED".to_owned()), "{resource}");
    }
    // A word of fifteen letters is no id.
    let counted = "GET /services/data/{version}/jobs/query/{id}/parallelResults";
    assert_eq!(client.mock.unsupported().get(counted), Some(&1));
    assert_eq!(client.get("/nothing-of-the-kind").status, 404);
}

#[test]
fn limits_have_every_name_that_typed_clients_ask_for() {
    let mut client = Client::new();
    let limits = client.get("/limits").json();
    for name in [
        "DailyEinsteinDiscoveryStoryCreation",
        "PlatformEventTriggersWithParallelProcessing",
        "StreamingApiConcurrentClients",
    ] {
        assert_eq!(limits[name]["Max"], limits[name]["Remaining"], "{name}");
        assert!(limits[name]["Max"].as_u64() > Some(0), "{name}");
    }
    let sets = client.query("SELECT COUNT() FROM PermissionSet").json()["totalSize"].as_u64();
    let own = &limits["PermissionSets"]["CreateCustom"];
    assert_eq!(own["Remaining"].as_u64(), own["Max"].as_u64().zip(sets).map(|(a, b)| a - b));
}
