//! `composite`.

use mock_salesforce::seed::{AssignmentEntrySeed, AssignmentRuleSeed, QueueSeed};
use serde_json::{Value as Json, json};

use crate::client::{Answer, Client};

const BASE: &str = "/services/data/v62.0";

fn part(method: &str, path: &str, id: &str, body: Json) -> Json {
    json!({"method": method, "url": format!("{BASE}{path}"), "referenceId": id, "body": body})
}

fn composite(client: &mut Client, all_or_none: bool, parts: &[Json]) -> Answer {
    let answer = client.call(
        "POST",
        "/composite",
        &json!({"allOrNone": all_or_none, "compositeRequest": parts}).to_string(),
    );
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer
}

#[test]
fn parts_use_the_answers_before_them() {
    let mut client = Client::new();
    let answer = composite(
        &mut client,
        true,
        &[
            part("POST", "/sobjects/Account", "refAcc", json!({"Name": "x"})),
            part("GET", "/query?q=SELECT Id, Name FROM Account LIMIT 1", "q1", json!(null)),
            part(
                "POST",
                "/sobjects/Contact",
                "c",
                json!({"LastName": "y", "AccountId": "@{refAcc.id}", "Title": "of @{q1.records[0].Name}"}),
            ),
            part("PATCH", "/sobjects/Contact/@{c.id}", "p", json!({"Phone": "1"})),
        ],
    );
    let parts = answer.json()["compositeResponse"].clone();
    let account = parts[0]["body"]["id"].as_str().unwrap();
    assert!(
        answer.text.starts_with(&format!(
            r#"{{"compositeResponse":[{{"body":{{"id":"{account}","success":true,"errors":[]}},"httpHeaders":{{"Location":"{BASE}/sobjects/Account/{account}"}},"httpStatusCode":201,"referenceId":"refAcc"}},{{"body":{{"totalSize":1,"#
        )),
        "{}",
        answer.text
    );
    assert!(
        answer.text.ends_with(
            r#"{"body":null,"httpHeaders":{},"httpStatusCode":204,"referenceId":"p"}]}"#
        ),
        "{}",
        answer.text
    );
    let row =
        client.query("SELECT AccountId, Title, Phone FROM Contact").json()["records"][0].clone();
    assert_eq!(
        (&row["AccountId"], &row["Title"], &row["Phone"]),
        (&json!(account), &json!("of x"), &json!("1"))
    );
}

#[test]
fn without_all_or_none_a_failure_stays_where_it_is() {
    let mut client = Client::new();
    let answer = composite(
        &mut client,
        false,
        &[
            part("POST", "/sobjects/Account", "a", json!({})),
            part(
                "POST",
                "/sobjects/Contact",
                "c",
                json!({"LastName": "y", "AccountId": "@{a.id}"}),
            ),
            part("POST", "/sobjects/Account", "b", json!({"Name": "x"})),
        ],
    );
    let parts = answer.json()["compositeResponse"].clone();
    let statuses: Vec<_> = parts
        .as_array()
        .unwrap()
        .iter()
        .map(|part| part["httpStatusCode"].as_u64().unwrap())
        .collect();
    assert_eq!(statuses, [400, 400, 201]);
    assert_eq!(parts[0]["body"][0]["errorCode"], "REQUIRED_FIELD_MISSING");
    assert_eq!(
        parts[1]["body"].to_string(),
        r#"[{"errorCode":"PROCESSING_HALTED","message":"Invalid reference specified. No value for a.id found in a"}]"#
    );
}

#[test]
fn all_or_none_takes_every_part_back() {
    let mut client = Client::new();
    let answer = composite(
        &mut client,
        true,
        &[
            part("POST", "/sobjects/Account", "a", json!({"Name": "x"})),
            part("POST", "/sobjects/Account", "b", json!({})),
            part("POST", "/sobjects/Account", "c", json!({"Name": "z"})),
        ],
    );
    let parts = answer.json()["compositeResponse"].clone();
    let halted = r#"[{"errorCode":"PROCESSING_HALTED","message":"The transaction was rolled back since another operation in the same transaction failed."}]"#;
    assert_eq!(
        (parts[0]["body"].to_string().as_str(), parts[2]["body"].to_string().as_str()),
        (halted, halted)
    );
    assert_eq!(parts[1]["body"][0]["errorCode"], "REQUIRED_FIELD_MISSING");
    assert_eq!(client.query("SELECT COUNT() FROM Account").json()["totalSize"], 0);
}

#[test]
fn a_value_of_the_wrong_type_is_told_where_it_stands_in_its_part() {
    let mut client = Client::new();
    let lead = json!({"LastName": "A", "Company": "B", "NumberOfEmployees": "many"});
    let typed = json!({"attributes": {"type": "Lead"}, "NumberOfEmployees": "many"});
    let answer = composite(
        &mut client,
        false,
        &[
            part("POST", "/sobjects/Lead", "one", lead.clone()),
            part("POST", "/composite/sobjects", "two", json!({"records": [typed]})),
            part("POST", "/composite/sobjects", "three", json!({"records": {}})),
            part("POST", "/sobjects/Lead", "four", json!(null)),
        ],
    );
    let parts = answer.json()["compositeResponse"].clone();
    let told = |at: usize| parts[at]["body"].to_string();
    assert!(
        told(0).contains(
            "value many or request may be missing a required field at [line:1, column:57]"
        ),
        "{parts}"
    );
    assert!(told(1).contains("at [line:1, column:69]"), "{parts}");
    assert!(
        told(2).contains("Cannot deserialize instance of list from START_OBJECT value {"),
        "{parts}"
    );
    assert!(told(3).contains("The HTTP entity body is required"), "{parts}");
    let call = json!({"method": "POST", "url": "v62.0/sobjects/Lead", "richInput": lead});
    let body = json!({"batchRequests": [call]}).to_string();
    let answer = client.call("POST", "/composite/batch", &body);
    assert!(answer.text.contains("at [line:1, column:57]"), "{}", answer.text);
}

#[test]
fn collections_inside_share_the_transaction() {
    let mut client = Client::new();
    let records = json!({"records": [{"attributes": {"type": "Account"}, "Name": "a"}, {"attributes": {"type": "Account"}}]});
    composite(&mut client, true, &[part("POST", "/composite/sobjects", "many", records.clone())]);
    assert_eq!(client.query("SELECT COUNT() FROM Account").json()["totalSize"], 0);
    composite(&mut client, false, &[part("POST", "/composite/sobjects", "many", records)]);
    assert_eq!(client.query("SELECT COUNT() FROM Account").json()["totalSize"], 1);
}

#[test]
fn too_many_parts_and_bad_names_refuse_the_whole_call() {
    let mut client = Client::new();
    let mut refused = |parts: Vec<Json>| {
        let answer =
            client.call("POST", "/composite", &json!({"compositeRequest": parts}).to_string());
        assert_eq!(answer.status, 400, "{}", answer.text);
        answer.code()
    };
    let query =
        |n: usize| part("GET", "/query?q=SELECT Id FROM Lead", &format!("q{n}"), json!(null));
    assert_eq!(refused((0..6).map(query).collect()), "LIMIT_EXCEEDED");
    let create = |n: usize| part("POST", "/sobjects/Lead", &format!("r{n}"), json!({}));
    assert_eq!(refused((0..26).map(create).collect()), "LIMIT_EXCEEDED");
    assert_eq!(refused(vec![part("GET", "/limits", "no-dash", json!(null))]), "INVALID_INPUT");
    assert_eq!(refused(vec![create(1), create(1)]), "INVALID_INPUT");
    assert_eq!(refused(vec![json!({"method": "GET", "url": "/x"})]), "JSON_PARSER_ERROR");
}

#[test]
fn a_part_that_is_not_emulated_says_so() {
    let mut client = Client::new();
    let answer = composite(&mut client, false, &[part("GET", "/theme", "a", json!(null))]);
    assert_eq!(answer.json()["compositeResponse"][0]["httpStatusCode"], 501);
    assert_eq!(client.mock.unsupported().len(), 1);
}

#[test]
fn an_array_is_no_part() {
    let mut client = Client::new();
    for (path, body) in [
        ("/composite", r#"{"compositeRequest":[["GET","/services/data/v62.0/limits","a"]]}"#),
        ("/composite/batch", r#"{"batchRequests":[["GET","v62.0/limits"]]}"#),
        ("/composite/graph", r#"{"graphs":[["1",[]]]}"#),
        ("/composite/graph", r#"{"graphs":[{"graphId":"1","compositeRequest":[["GET"]]}]}"#),
        ("/parameterizedSearch", r#"{"q":"acme","sobjects":[["Lead"]]}"#),
        ("/jobs/ingest", r#"["Lead","insert"]"#),
    ] {
        let answer = client.call("POST", path, body);
        assert_eq!((answer.status.as_u16(), answer.code().as_str()), (400, "JSON_PARSER_ERROR"));
        let told = "Cannot deserialize instance of map from START_ARRAY value [ or ";
        assert!(answer.text.contains(told), "{}", answer.text);
    }
}

#[test]
fn a_part_for_no_resource_or_with_no_method_of_it_is_refused_as_by_itself() {
    let mut client = Client::new();
    let parts = [
        part("PUT", "/sobjects/Lead", "a", json!({})),
        part("get", "/sobjects/Lead", "b", json!(null)),
        part("POST", "/limits", "c", json!({})),
        part("GET", "/composite/sobjects", "d", json!(null)),
        part("GET", "/limitss", "e", json!(null)),
    ];
    let answer = composite(&mut client, false, &parts).json();
    let told = |at: usize| answer["compositeResponse"][at].clone();
    let statuses: Vec<_> = (0..5).map(|at| told(at)["httpStatusCode"].as_u64().unwrap()).collect();
    assert_eq!(statuses, [405, 405, 405, 405, 404]);
    assert_eq!(
        told(0)["body"],
        json!([{"errorCode": "METHOD_NOT_ALLOWED", "message": "HTTP Method 'PUT' not allowed. Allowed are HEAD,GET,POST"}])
    );
    assert_eq!(told(4)["body"][0]["errorCode"], "NOT_FOUND");
    assert!(client.mock.unsupported().is_empty());
}

#[test]
fn a_part_has_headers_of_its_own() {
    let mut seed = Client::seed_with(&[]);
    let entry = |owner: &str| AssignmentEntrySeed {
        when: Some("TRUE".to_owned()),
        owner: Some(owner.to_owned()),
    };
    let ruled = "Web leads".to_owned();
    let objects = vec!["Lead".to_owned()];
    seed.queues.push(QueueSeed { name: ruled.clone(), objects, ..QueueSeed::default() });
    seed.assignment_rules.clear();
    seed.assignment_rules
        .push(AssignmentRuleSeed { entries: vec![entry(&ruled)], ..AssignmentRuleSeed::default() });
    let mut client = Client::of(seed);
    let mine = client.user.to_string();
    let lead = |id: &str, headers: Json| {
        let body = json!({"LastName": id, "Company": "y", "OwnerId": mine});
        let mut part = part("POST", "/sobjects/Lead", id, body);
        part["httpHeaders"] = headers;
        part
    };
    let off = json!({"Sforce-Auto-Assign": "FALSE"});
    composite(&mut client, false, &[lead("kept", off), lead("ruled", json!({}))]);
    let owners = client.query("SELECT LastName, OwnerId FROM Lead ORDER BY LastName").json();
    assert_eq!(owners["records"][0]["OwnerId"], json!(mine), "{owners}");
    assert_ne!(owners["records"][1]["OwnerId"], json!(mine), "{owners}");
}

#[test]
fn older_versions_take_bad_names_and_nulls_part_by_part() {
    let mut client = Client::new();
    let account = client.create("Account", json!({"Name": "x"}));
    let mut answered = |version: u16| {
        let part = |method: &str, path: String, id: &str, body: Json| json!({"method": method, "url": format!("/services/data/v{version}.0{path}"), "referenceId": id, "body": body});
        let parts = [
            part("GET", format!("/sobjects/Account/{account}"), "a", json!(null)),
            part(
                "POST",
                "/sobjects/Account".to_owned(),
                "b",
                json!({"Name": "y", "Phone": "@{a.Phone}"}),
            ),
        ];
        let body = json!({"compositeRequest": parts}).to_string();
        let answer = client.raw("POST", &format!("/services/data/v{version}.0/composite"), &body);
        answer.json()["compositeResponse"][1]["httpStatusCode"].as_u64().unwrap()
    };
    assert_eq!([answered(51), answered(52)], [400, 201]);
    let odd = json!({"compositeRequest": [part("GET", "/limits", "no-dash", json!(null)), part("GET", "/limits", "ok", json!(null))]});
    let answer = client.raw("POST", "/services/data/v51.0/composite", &odd.to_string());
    let parts = answer.json()["compositeResponse"].clone();
    assert_eq!(
        (&parts[0]["httpStatusCode"], &parts[1]["httpStatusCode"]),
        (&json!(400), &json!(200))
    );
    assert_eq!(client.raw("POST", "/services/data/v37.0/composite", "{}").status, 404);
}

#[test]
fn there_is_a_list_of_the_family() {
    let mut client = Client::new();
    assert_eq!(client.get("/composite").json()["tree"], format!("{BASE}/composite/tree"));
}
