//! Rows one at a time.

use serde_json::json;

use crate::client::{Client, NOW};

#[test]
fn a_row_is_created_with_its_address() {
    let mut client = Client::new();
    let answer = client.call(
        "POST",
        "/sobjects/lead/",
        &json!({"LastName": "Smith", "Company": "Acme"}).to_string(),
    );
    let id = answer.id();
    assert_eq!(answer.status, 201);
    assert_eq!(answer.text, format!(r#"{{"id":"{id}","success":true,"errors":[]}}"#));
    assert_eq!(answer.header("location"), format!("/services/data/v62.0/sobjects/Lead/{id}"));
    assert_eq!(answer.header("content-type"), "application/json;charset=UTF-8");
    assert_eq!(answer.header("date"), "Wed, 13 May 2026 10:00:00 GMT");
    assert!(id.starts_with("00Q") && id.len() == 18);
}

#[test]
fn missing_fields_unknown_columns_and_objects_are_refused_in_their_words() {
    let mut client = Client::new();
    let answer = client.call("POST", "/sobjects/Lead", "{}");
    assert_eq!(answer.status, 400);
    assert_eq!(
        answer.text,
        r#"[{"message":"Required fields are missing: [LastName, Company]","errorCode":"REQUIRED_FIELD_MISSING","fields":["LastName","Company"]}]"#
    );
    let answer = client.call("POST", "/sobjects/Lead", r#"{"foo":1}"#);
    assert_eq!(
        answer.text,
        r#"[{"message":"No such column 'foo' on sobject of type Lead","errorCode":"INVALID_FIELD"}]"#
    );
    let answer = client.call("POST", "/sobjects/Nothing", "{}");
    assert_eq!(answer.status, 404);
    assert_eq!(
        answer.text,
        r#"[{"errorCode":"NOT_FOUND","message":"The requested resource does not exist"}]"#
    );
}

#[test]
fn a_body_that_is_not_json_is_refused_with_a_place() {
    let mut client = Client::new();
    let answer = client.call("POST", "/sobjects/Lead", "{\"LastName\":}");
    assert_eq!((answer.status.as_u16(), answer.code().as_str()), (400, "JSON_PARSER_ERROR"));
    let answer = client.call(
        "POST",
        "/sobjects/Lead",
        r#"{"LastName":"A","Company":"B","NumberOfEmployees":"many"}"#,
    );
    assert_eq!((answer.status.as_u16(), answer.code().as_str()), (400, "JSON_PARSER_ERROR"));
    assert!(answer.text.contains("at [line:1, column:57]"), "{}", answer.text);
}

#[test]
fn a_row_is_read_whole_or_in_part_and_null_is_explicit() {
    let mut client = Client::new();
    let id = client.create(
        "Lead",
        json!({"LastName": "Smith", "Company": "Acme", "Email": "Pat@Example.COM"}),
    );
    let answer = client.get(&format!("/sobjects/Lead/{}?fields=Id,Email,Phone", &id[..15]));
    assert_eq!(
        answer.text,
        format!(
            r#"{{"attributes":{{"type":"Lead","url":"/services/data/v62.0/sobjects/Lead/{id}"}},"Id":"{id}","Email":"pat@example.com","Phone":null}}"#
        )
    );
    let whole = client.get(&format!("/sobjects/Lead/{id}")).json();
    assert_eq!(whole["Address"], json!(null));
    assert_eq!(whole["CreatedDate"], json!("2026-05-13T10:00:00.000+0000"));
    assert_eq!(whole["IsDeleted"], json!(false));
    assert_eq!(whole.as_object().unwrap().keys().take(2).collect::<Vec<_>>(), ["attributes", "Id"]);
}

#[test]
fn an_address_is_an_object_of_its_parts() {
    let mut client = Client::new();
    let id = client.create(
        "Lead",
        json!({"LastName": "Smith", "Company": "Acme", "City": "Boston", "PostalCode": "02139"}),
    );
    let answer = client.get(&format!("/sobjects/Lead/{id}?fields=Address"));
    assert!(
        answer.text.contains(
            r#""Address":{"city":"Boston","country":null,"geocodeAccuracy":null,"latitude":null,"longitude":null,"postalCode":"02139","state":null,"street":null}"#
        ),
        "{}",
        answer.text
    );
}

#[test]
fn a_row_is_changed_cleared_and_deleted() {
    let mut client = Client::new();
    let id = client.create("Lead", json!({"LastName": "Smith", "Company": "Acme", "Phone": "1"}));
    let path = format!("/sobjects/Lead/{id}");
    client.clock.set(NOW.plus_ms(60_000));
    let answer = client.call("PATCH", &path, r#"{"Phone":null,"City":"Rome"}"#);
    assert_eq!((answer.status.as_u16(), answer.text.as_str()), (204, ""));
    assert!(!answer.headers.contains_key("content-type"));
    let row = client.get(&path).json();
    assert_eq!((&row["Phone"], &row["City"]), (&json!(null), &json!("Rome")));
    assert_eq!(row["LastModifiedDate"], json!("2026-05-13T10:01:00.000+0000"));
    assert_eq!(
        client.call("POST", &format!("{path}?_HttpMethod=PATCH"), r#"{"City":"Paris"}"#).status,
        204
    );
    assert_eq!(client.call("DELETE", &path, "").status, 204);
    assert_eq!(client.get(&path).status, 404);
    let again = client.call("PATCH", &path, r#"{"City":"Bonn"}"#);
    assert_eq!(again.status, 404);
    assert_eq!(
        again.text,
        r#"[{"message":"entity is deleted","errorCode":"ENTITY_IS_DELETED","fields":[]}]"#
    );
}

#[test]
fn ids_that_are_wrong_or_unknown_have_their_answers() {
    let mut client = Client::new();
    let unknown = client.call("PATCH", "/sobjects/Lead/00Q000000000001", r#"{"City":"Rome"}"#);
    assert_eq!(unknown.status, 404);
    assert_eq!(
        unknown.text,
        r#"[{"message":"invalid cross reference id","errorCode":"INVALID_CROSS_REFERENCE_KEY","fields":[]}]"#
    );
    let malformed = client.get("/sobjects/Lead/23foo");
    assert_eq!(malformed.status, 404);
    assert_eq!(
        malformed.text,
        r#"[{"message":"Provided external ID field does not exist or is not accessible: 23foo","errorCode":"NOT_FOUND"}]"#
    );
    let in_body = client.create("Lead", json!({"LastName": "A", "Company": "B"}));
    let refused = client.call(
        "PATCH",
        &format!("/sobjects/Lead/{in_body}"),
        &json!({"Id": in_body}).to_string(),
    );
    assert_eq!((refused.status.as_u16(), refused.code().as_str()), (400, "INVALID_FIELD"));
    let no_id = client.call("PATCH", "/sobjects/Account", "{}");
    assert_eq!(no_id.status, 405);
    assert_eq!(
        no_id.text,
        r#"[{"errorCode":"METHOD_NOT_ALLOWED","message":"HTTP Method 'PATCH' not allowed. Allowed are HEAD,GET,POST"}]"#
    );
}

#[test]
fn an_upsert_creates_then_updates_and_several_matches_are_listed() {
    let mut client = Client::new();
    let body = json!({"LastName": "Smith", "Company": "Acme"}).to_string();
    let created = client.call("PATCH", "/sobjects/Lead/External_Id__c/a%2Fb", &body);
    assert_eq!(created.status, 201);
    let id = created.id();
    assert_eq!(
        created.text,
        format!(r#"{{"id":"{id}","success":true,"errors":[],"created":true}}"#)
    );
    let updated = client.call("PATCH", "/sobjects/Lead/External_Id__c/a%2Fb", r#"{"City":"Rome"}"#);
    assert_eq!(updated.status, 200);
    assert_eq!(
        updated.text,
        format!(r#"{{"id":"{id}","success":true,"errors":[],"created":false}}"#)
    );
    let old = client.raw(
        "PATCH",
        "/services/data/v45.0/sobjects/Lead/External_Id__c/a%2Fb",
        r#"{"City":"Bonn"}"#,
    );
    assert_eq!(old.status, 204);
    assert_eq!(client.get("/sobjects/Lead/External_Id__c/a%2Fb").json()["City"], json!("Bonn"));
    assert_eq!(client.call("DELETE", "/sobjects/Lead/External_Id__c/a%2Fb", "").status, 204);
    assert_eq!(client.get("/sobjects/Lead/External_Id__c/a%2Fb").status, 404);
}

#[test]
fn keys_that_match_several_rows_or_are_none_are_refused() {
    let mut client = Client::new();
    let body = json!({"LastName": "Smith", "Company": "Acme"}).to_string();
    let one = client.create("Lead", json!({"LastName": "A", "Company": "B", "Visitor_Id__c": "v"}));
    let two = client.create("Lead", json!({"LastName": "A", "Company": "B", "Visitor_Id__c": "v"}));
    let several = client.call("PATCH", "/sobjects/Lead/Visitor_Id__c/v", r#"{"City":"Rome"}"#);
    assert_eq!(several.status, 300);
    let url = |id| format!("/services/data/v62.0/sobjects/Lead/{id}");
    assert_eq!(several.json(), json!([url(one), url(two)]));

    let no_key = client.call("PATCH", "/sobjects/Lead/City/x", &body);
    assert_eq!(no_key.status, 404);
    assert!(no_key.text.contains("does not exist or is not accessible: City"));
    assert_eq!(
        client.call("PATCH", "/sobjects/Lead/External_Id__c/new?updateOnly=true", &body).status,
        404
    );
}

#[test]
fn a_duplicate_alert_carries_its_payload_under_the_versions_own_spelling() {
    let mut client = Client::of(mock_salesforce::standard_org());
    let body =
        json!({"LastName": "Smith", "Company": "Acme", "Email": "pat@example.com"}).to_string();
    let id = client.call("POST", "/sobjects/Lead", &body).id();
    let refused = client.raw("POST", "/services/data/v50.0/sobjects/Lead", &body);
    assert_eq!(refused.status, 400);
    let expected = format!(
        r#"[{{"duplicateResut":{{"allowSave":true,"duplicateRule":"Standard_Lead_Duplicate_Rule","duplicateRuleEntityType":"Lead","errorMessage":"Use one of these records?","matchResults":[{{"entityType":"Lead","errors":[],"matchEngine":"ExactMatchEngine","matchRecords":[{{"additionalInformation":[],"fieldDiffs":[],"matchConfidence":100.0,"record":{{"attributes":{{"type":"Lead","url":"/services/data/v50.0/sobjects/Lead/{id}"}},"Id":"{id}"}}}}]"#
    );
    assert!(refused.text.starts_with(&expected), "{}\n{expected}", refused.text);
    assert!(
        refused.text.ends_with(
            r#""errorCode":"DUPLICATES_DETECTED","message":"Use one of these records?"}]"#
        ),
        "{}",
        refused.text
    );
    assert!(
        client.call("POST", "/sobjects/Lead", &body).text.starts_with(r#"[{"duplicateResult":"#)
    );
    client.header("sforce-duplicate-rule-header", "allowSave=true");
    assert_eq!(client.call("POST", "/sobjects/Lead", &body).status, 201);
}
