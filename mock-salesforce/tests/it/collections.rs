//! `composite/sobjects`.

use serde_json::json;

use crate::client::Client;

fn leads(client: &mut Client) -> u64 {
    client.query("SELECT COUNT() FROM Lead").json()["totalSize"].as_u64().unwrap()
}

fn record(name: &str) -> serde_json::Value {
    json!({"attributes": {"type": "Lead"}, "LastName": name, "Company": "Acme"})
}

#[test]
fn rows_are_saved_in_order_and_a_failing_one_stands_alone() {
    let mut client = Client::new();
    let bad = json!({"attributes": {"type": "lead"}, "LastName": "x", "Company": "y", "Email": "bad one"});
    let body = json!({"allOrNone": false, "records": [record("A"), bad, record("B"), {"LastName": "untyped"}]});
    let answer = client.call("POST", "/composite/sobjects", &body.to_string());
    assert_eq!(answer.status, 200);
    let items = answer.json();
    assert_eq!(items[0]["success"], true);
    assert_eq!(
        items[1].to_string(),
        r#"{"success":false,"errors":[{"statusCode":"INVALID_EMAIL_ADDRESS","message":"Email: invalid email address: bad one","fields":["Email"]}]}"#
    );
    assert_eq!(items[2]["success"], true);
    assert_eq!(items[3]["errors"][0]["statusCode"], "INVALID_TYPE");
    assert_eq!(leads(&mut client), 2);
}

#[test]
fn all_or_none_takes_every_row_back() {
    let mut client = Client::new();
    let body = json!({"allOrNone": true, "records": [record("A"), {"attributes": {"type": "Lead"}, "LastName": "x"}]});
    let answer = client.call("POST", "/composite/sobjects", &body.to_string());
    assert_eq!(answer.status, 200);
    assert_eq!(
        answer.text,
        r#"[{"success":false,"errors":[{"statusCode":"ALL_OR_NONE_OPERATION_ROLLED_BACK","message":"Record rolled back because not all records were valid and the request was using AllOrNone header","fields":[]}]},{"success":false,"errors":[{"statusCode":"REQUIRED_FIELD_MISSING","message":"Required fields are missing: [Company]","fields":["Company"]}]}]"#
    );
    assert_eq!(leads(&mut client), 0);
}

#[test]
fn more_than_200_rows_or_ten_chunks_are_refused_whole() {
    let mut client = Client::new();
    let many: Vec<_> = (0..201).map(|_| record("A")).collect();
    let answer = client.call("POST", "/composite/sobjects", &json!({"records": many}).to_string());
    assert_eq!((answer.status.as_u16(), answer.code().as_str()), (400, "EXCEEDED_ID_LIMIT"));
    let account = json!({"attributes": {"type": "Account"}, "Name": "x"});
    let mixed: Vec<_> =
        (0..12).map(|n| if n % 2 == 0 { record("A") } else { account.clone() }).collect();
    let answer = client.call("POST", "/composite/sobjects", &json!({"records": mixed}).to_string());
    assert_eq!((answer.status.as_u16(), answer.code().as_str()), (400, "INVALID_INPUT"));
}

#[test]
fn a_save_without_rows_is_refused() {
    let mut client = Client::new();
    for (method, path) in [("POST", ""), ("PATCH", ""), ("PATCH", "/Lead/External_Id__c")] {
        let answer =
            client.call(method, &format!("/composite/sobjects{path}"), r#"{"records":[]}"#);
        assert_eq!(answer.status, 400);
        let refused = json!([{"message": "At least 1 record is required", "errorCode": "REQUIRED_FIELD_MISSING"}]);
        assert_eq!(answer.json(), refused);
    }
}

#[test]
fn rows_are_changed_by_id_in_any_case() {
    let mut client = Client::new();
    let id = client.create("Lead", json!({"LastName": "A", "Company": "B"}));
    let update = |id: &str| json!({"attributes": {"type": "Lead"}, "id": id, "City": "Rome"});
    let body = json!({"records": [update(&id), update("00Q000000000001"), update(&id[..15])]});
    let items = client.call("PATCH", "/composite/sobjects", &body.to_string()).json();
    assert_eq!(items[0], json!({"id": id, "success": true, "errors": []}));
    assert_eq!(items[1]["errors"][0]["statusCode"], "INVALID_CROSS_REFERENCE_KEY");
    assert!(items[1].get("id").is_none());
    assert_eq!(items[2], items[0], "a row may come again");
    let body = json!({"records": [{"attributes": {"type": "Lead"}, "City": "Rome"}]});
    let items = client.call("PATCH", "/composite/sobjects", &body.to_string()).json();
    assert_eq!(items[0]["errors"][0]["statusCode"], "MISSING_ARGUMENT");
}

#[test]
fn a_row_may_come_again_in_an_update_until_twelve_did() {
    let mut client = Client::new();
    let ids =
        [0, 1].map(|n| client.create("Lead", json!({"LastName": "A", "Company": format!("B{n}")})));
    let update = |n: usize| json!({"attributes": {"type": "Lead"}, "Id": ids[n % 2], "City": format!("City {n}")});
    let body = json!({"records": (0..15).map(update).collect::<Vec<_>>()});
    let items = client.call("PATCH", "/composite/sobjects", &body.to_string()).json();
    let refused = json!([{
        "statusCode": "DUPLICATE_VALUE",
        "message": format!("Maximum number of duplicate updates in one batch (12 allowed). Attempt to update Id more than once in this Api call: {}", &ids[0][..15]),
        "fields": [],
    }]);
    assert_eq!(items[13]["success"], true);
    assert_eq!(items[14], json!({"success": false, "errors": refused}));
    let cities = ids.map(|id| client.get(&format!("/sobjects/Lead/{id}")).json()["City"].clone());
    assert_eq!(cities, ["City 12", "City 13"]);
}

#[test]
fn an_upsert_says_what_it_created() {
    let mut client = Client::new();
    client.create("Lead", json!({"LastName": "A", "Company": "B", "External_Id__c": "one"}));
    let keyed = |key: &str| json!({"attributes": {"type": "Lead"}, "External_Id__c": key, "LastName": "N", "Company": "M"});
    let body = json!({"records": [keyed("one"), keyed("two"), keyed("three"), keyed("THREE")]});
    let items =
        client.call("PATCH", "/composite/sobjects/Lead/external_id__c", &body.to_string()).json();
    assert_eq!((&items[0]["created"], &items[1]["created"]), (&json!(false), &json!(true)));
    assert_eq!(
        items[0].as_object().unwrap().keys().collect::<Vec<_>>(),
        ["id", "success", "errors", "created"]
    );
    for (item, key) in [(&items[2], "three"), (&items[3], "THREE")] {
        let text = format!("Duplicate external id specified: {key}");
        let error = json!([{"statusCode": "DUPLICATE_VALUE", "message": text, "fields": ["External_Id__c"]}]);
        assert_eq!(item, &json!({"success": false, "errors": error}));
    }
    let body = json!({"records": [{"attributes": {"type": "Lead"}, "Id": null, "LastName": "N", "Company": "M"}]});
    let items = client.call("PATCH", "/composite/sobjects/Lead/Id", &body.to_string()).json();
    assert_eq!(items[0]["created"], true);
    let missing = client.call("PATCH", "/composite/sobjects/Lead/City", r#"{"records":[]}"#);
    assert_eq!(missing.status, 404);
}

#[test]
fn rows_are_read_with_null_in_place_of_missing_ones_and_deleted() {
    let mut client = Client::new();
    let id = client.create("Lead", json!({"LastName": "A", "Company": "B"}));
    let body = json!({"ids": [id, "00Q000000000001"], "fields": ["Id", "lastname"]});
    let posted = client.call("POST", "/composite/sobjects/Lead", &body.to_string());
    let got = client
        .get(&format!("/composite/sobjects/Lead?ids={id}%2C00Q000000000001&fields=Id,LastName"));
    assert_eq!(posted.text, got.text);
    assert_eq!(
        posted.text,
        format!(
            r#"[{{"attributes":{{"type":"Lead","url":"/services/data/v62.0/sobjects/Lead/{id}"}},"Id":"{id}","LastName":"A"}},null]"#
        )
    );
    let items = client
        .call("DELETE", &format!("/composite/sobjects?ids={id}%2C{id}&allOrNone=true"), "")
        .json();
    assert_eq!(items[1]["errors"][0]["statusCode"], "ENTITY_IS_DELETED");
    assert_eq!(leads(&mut client), 1);
    let items = client.call("DELETE", &format!("/composite/sobjects?ids={id}"), "").json();
    assert_eq!(items, json!([{"id": id, "success": true, "errors": []}]));
    assert_eq!(leads(&mut client), 0);
}

#[test]
fn records_of_other_objects_and_objects_with_files_are_refused_one_by_one() {
    let mut client = Client::new();
    let records = json!({"records": [
        {"attributes": {"type": "Account"}, "External_Id__c": "a", "LastName": "A", "Company": "B"},
        {"attributes": {"type": "lead"}, "External_Id__c": "b", "LastName": "A", "Company": "B"},
    ]});
    let path = "/composite/sobjects/Lead/Email";
    let records = records.to_string().replace("External_Id__c", "Email");
    let items = client.call("PATCH", path, &records.replace("\"b\"", "\"b@x.org\"")).json();
    assert_eq!(items[0]["errors"][0]["statusCode"], "INVALID_TYPE");
    assert_eq!(items[1]["created"], true);
    let records = json!({"records": [{"attributes": {"type": "ContentVersion"}, "Title": "A"}]});
    let items = client.call("POST", "/composite/sobjects", &records.to_string()).json();
    assert_eq!(items[0]["errors"][0]["statusCode"], "NOT_IMPLEMENTED");
    assert_eq!(client.mock.unsupported().get("files: ContentVersion"), Some(&1));
}

#[test]
fn collections_came_with_42_and_their_upsert_with_46() {
    let mut client = Client::new();
    let body = r#"{"records":[{}]}"#;
    let mut status = |method: &str, version: u16, path: &str| {
        let path = format!("/services/data/v{version}.0/composite/sobjects{path}");
        client.raw(method, &path, body).status.as_u16()
    };
    assert_eq!([status("POST", 41, ""), status("POST", 42, "")], [404, 200]);
    let upsert = "/Lead/External_Id__c";
    assert_eq!([status("PATCH", 45, upsert), status("PATCH", 46, upsert)], [404, 200]);
}

/// django-salesforce leaves a choice that nobody made as null.
#[test]
fn an_all_or_none_of_null_is_false() {
    let client = &mut Client::new();
    let mut post = |path: &str, body: serde_json::Value| {
        let answer = client.call("POST", path, &body.to_string());
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer.json()
    };
    let records = json!([record("Ada"), {"attributes": {"type": "Lead"}}]);
    let items = post("/composite/sobjects", json!({"records": records, "allOrNone": null}));
    assert_eq!((&items[0]["success"], &items[1]["success"]), (&json!(true), &json!(false)));
    let lead = json!({"LastName": "Bob", "Company": "x"});
    let part = json!({"method": "POST", "url": "/services/data/v62.0/sobjects/Lead", "referenceId": "a", "body": lead});
    let parts = post("/composite", json!({"allOrNone": null, "compositeRequest": [part]}));
    assert_eq!(parts["compositeResponse"][0]["httpStatusCode"], 201);
    let call = json!({"method": "POST", "url": "v62.0/sobjects/Lead", "richInput": lead});
    let calls = post("/composite/batch", json!({"haltOnError": null, "batchRequests": [call]}));
    assert_eq!(calls["hasErrors"], false);
}

#[test]
fn a_value_of_the_wrong_type_is_told_where_it_stands_in_the_body() {
    let mut client = Client::new();
    let body = "{\"records\": [\n {\"attributes\": {\"type\": \"Lead\"}, \"NumberOfEmployees\": 5, \"LastName\": \"A\", \"Company\": \"B\"},\n \
                {\"attributes\": {\"type\": \"Lead\"}, \"NumberOfEmployees\": \"many\"}]}";
    let mut told = |method: &str, path: &str, body: &str| {
        let items = client.call(method, path, body).json();
        let error = &items[1]["errors"][0];
        assert_eq!(error["statusCode"], "JSON_PARSER_ERROR", "{items}");
        error["message"].as_str().unwrap().rsplit_once(" at ").unwrap().1.to_owned()
    };
    assert_eq!(told("POST", "/composite/sobjects", body), "[line:3, column:62]");
    let marked = format!("\u{feff}{body}");
    assert_eq!(told("POST", "/composite/sobjects", &marked), "[line:3, column:62]");
    let keyed = body.replace("\"Company\": \"B\"", "\"Email\": \"a@x.org\"");
    let keyed = keyed.replace("\"many\"", "\"many\", \"Email\": \"b@x.org\"");
    assert_eq!(told("PATCH", "/composite/sobjects/Lead/Email", &keyed), "[line:3, column:62]");
}
