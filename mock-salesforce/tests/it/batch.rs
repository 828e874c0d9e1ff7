//! `composite/batch`.

use serde_json::{Value as Json, json};

use crate::client::Client;

fn batch(client: &mut Client, halt: bool, calls: Json) -> crate::client::Answer {
    let body = json!({"batchRequests": calls, "haltOnError": halt});
    let answer = client.call("POST", "/composite/batch", &body.to_string());
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer
}

#[test]
fn calls_are_answered_one_by_one_in_order() {
    let mut client = Client::new();
    let id = client.create("Account", json!({"Name": "x"}));
    let answer = batch(
        &mut client,
        false,
        json!([
            {"method": "PATCH", "url": format!("v62.0/sobjects/Account/{id}"), "richInput": {"Name": "y"}},
            {"method": "GET", "url": format!("/services/data/v62.0/sobjects/Account/{id}?fields=Name")},
            {"method": "PATCH", "url": "v62.0/sobjects/Account/001Hs0000000999", "richInput": {"Name": "z"}},
            {"method": "GET", "url": "v62.0/query/?q=SELECT+Name+FROM+Account"},
            {"method": "GET", "url": "v62.0/limits"},
        ]),
    );
    assert!(
        answer.text.starts_with(r#"{"hasErrors":true,"results":[{"statusCode":204,"result":null},{"statusCode":200,"result":{"attributes":"#),
        "{}",
        answer.text
    );
    let results = answer.json()["results"].clone();
    assert_eq!(results[1]["result"]["Name"], "y");
    assert_eq!(
        (&results[2]["statusCode"], &results[2]["result"][0]["errorCode"]),
        (&json!(404), &json!("INVALID_CROSS_REFERENCE_KEY"))
    );
    assert_eq!(results[3]["result"]["records"][0]["Name"], "y");
    assert!(results[4]["result"]["DailyApiRequests"]["Max"].is_u64());
}

#[test]
fn with_halt_on_error_the_rest_is_not_tried() {
    let mut client = Client::new();
    let create =
        |name: Json| json!({"method": "POST", "url": "v62.0/sobjects/Account", "richInput": name});
    let calls =
        json!([create(json!({"Name": "a"})), create(json!({})), create(json!({"Name": "b"}))]);
    let answer = batch(&mut client, true, calls.clone());
    let statuses: Vec<_> = answer.json()["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|result| result["statusCode"].as_u64().unwrap())
        .collect();
    assert_eq!(statuses, [201, 400, 412]);
    assert!(
        answer.text.ends_with(
            r#"{"statusCode":412,"result":[{"errorCode":"BATCH_PROCESSING_HALTED","message":"Batch processing halted per request"}]}]}"#
        ),
        "{}",
        answer.text
    );
    assert_eq!(client.query("SELECT COUNT() FROM Account").json()["totalSize"], 1);
    batch(&mut client, false, calls);
    assert_eq!(client.query("SELECT COUNT() FROM Account").json()["totalSize"], 3);
}

#[test]
fn a_batch_has_its_limits_and_refuses_files() {
    let mut client = Client::new();
    let call = json!({"method": "GET", "url": "v62.0/limits"});
    let body = json!({"batchRequests": vec![call; 26]}).to_string();
    assert_eq!(client.call("POST", "/composite/batch", &body).code(), "LIMIT_EXCEEDED");
    let file = json!({"method": "POST", "url": "v62.0/sobjects/Attachment", "binaryPartName": "f", "richInput": {}});
    let answer = batch(&mut client, false, json!([file]));
    assert_eq!(answer.json()["results"][0]["statusCode"], 501);
    assert_eq!(client.mock.unsupported().len(), 1);
    assert_eq!(client.raw("POST", "/services/data/v33.0/composite/batch", "{}").status, 404);
}
