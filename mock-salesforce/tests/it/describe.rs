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
fn objects_without_rows_are_left_out_of_the_counts() {
    let mut client = Client::new();
    client.create("Lead", json!({"LastName": "A", "Company": "B"}));
    let counts = client.get("/limits/recordCount?sObjects=lead,Account");
    assert_eq!(counts.text, r#"{"sObjects":[{"count":1,"name":"Lead"}]}"#);
}
