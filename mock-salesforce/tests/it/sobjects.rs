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
    let unknown = client.call("PATCH", "/sobjects/Lead/00QHs0000000001", r#"{"City":"Rome"}"#);
    assert_eq!(unknown.status, 404);
    assert_eq!(
        unknown.text,
        r#"[{"message":"invalid cross reference id","errorCode":"INVALID_CROSS_REFERENCE_KEY","fields":[]}]"#
    );
    let elsewhere = client.call("PATCH", "/sobjects/Lead/00Q8d00000zzzzzEAA", r#"{"City":"Rome"}"#);
    assert_eq!((elsewhere.status.as_u16(), elsewhere.code().as_str()), (404, "NOT_FOUND"));
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

#[test]
fn an_upsert_by_id_without_an_id_creates() {
    let mut client = Client::new();
    let body = json!({"LastName": "Smith", "Company": "Acme"}).to_string();
    let created = client.call("POST", "/sobjects/Lead/Id", &body);
    let id = created.id();
    assert_eq!(created.status, 201);
    assert_eq!(created.header("location"), format!("/services/data/v62.0/sobjects/Lead/{id}"));
    let updated = client.call("PATCH", &format!("/sobjects/Lead/Id/{id}"), r#"{"City":"Rome"}"#);
    assert_eq!((updated.status.as_u16(), updated.json()["created"].as_bool()), (200, Some(false)));
    let missing =
        client.call("PATCH", "/sobjects/Lead/Id/00Q000000000009AAA", r#"{"City":"Rome"}"#);
    assert_eq!(missing.status, 404);
}

#[test]
fn relationships_of_a_row_lead_up_and_down() {
    let mut client = Client::new();
    let account = client.create("Account", json!({"Name": "Acme"}));
    let contact = client.create("Contact", json!({"LastName": "Lee", "AccountId": account}));
    let path = format!("/sobjects/Contact/{contact}/Account");
    assert_eq!(client.get(&format!("{path}?fields=Name")).json()["Name"], "Acme");
    assert_eq!(client.call("PATCH", &path, r#"{"Site":"Bonn"}"#).status, 204);
    assert_eq!(client.get(&path).json()["Site"], "Bonn");
    let down = format!("/sobjects/Account/{account}/contacts");
    let children = client.get(&format!("{down}?fields=Id,LastName")).json();
    assert_eq!((&children["totalSize"], &children["done"]), (&json!(1), &json!(true)));
    let url = format!("/services/data/v62.0/sobjects/Contact/{contact}");
    assert_eq!(
        children["records"],
        json!([{"attributes": {"type": "Contact", "url": url}, "Id": contact, "LastName": "Lee"}])
    );
    assert_eq!(client.get(&down).json()["records"][0]["AccountId"], json!(account));
    assert_eq!(client.call("PATCH", &down, "{}").status, 405);
    assert_eq!(client.get(&format!("/sobjects/Contact/{contact}/ReportsTo")).status, 404);
    assert_eq!(client.get(&format!("/sobjects/Contact/{contact}/Nothing")).status, 404);
    assert_eq!(client.call("DELETE", &path, "").status, 204);
    assert_eq!(client.get(&format!("/sobjects/Account/{account}")).status, 404);
}

#[test]
fn a_row_of_another_object_is_not_there() {
    let mut client = Client::new();
    let account = client.create("Account", json!({"Name": "Acme"}));
    assert_eq!(client.get(&format!("/sobjects/Lead/{account}")).status, 404);
    for method in ["PATCH", "DELETE"] {
        let answer = client.call(method, &format!("/sobjects/Lead/{account}"), "{}");
        assert_eq!(
            (answer.status.as_u16(), answer.code()),
            (404, "INVALID_CROSS_REFERENCE_KEY".to_owned())
        );
    }
}

#[test]
fn files_are_refused_and_counted() {
    let mut client = Client::new();
    let lead = client.create("Lead", json!({"LastName": "Smith", "Company": "Acme"}));
    let file = json!({"Name": "a.txt", "ParentId": lead, "Body": "aGVsbG8="}).to_string();
    let answer = client.call("POST", "/sobjects/Attachment", &file);
    assert_eq!((answer.status.as_u16(), answer.code().as_str()), (501, "NOT_IMPLEMENTED"));
    assert_eq!(client.mock.unsupported().get("files: Attachment.Body"), Some(&1));
    for (method, path, counted) in [
        ("GET", "/sobjects/Attachment/00PHs0000000001MAA/Body", "files: Attachment.Body"),
        ("POST", "/sobjects/contentversion", "files: ContentVersion"),
        ("GET", "/sobjects/ContentVersion/068Hs0000000001MAA/VersionData", "files: ContentVersion"),
        ("GET", "/sobjects/ContentDocument/describe", "files: ContentDocument"),
        ("GET", "/query?q=SELECT+Id+FROM+ContentDocumentLink", "SOQL: files: ContentDocumentLink"),
    ] {
        let before = client.mock.unsupported().get(counted).copied().unwrap_or_default();
        let answer = client.call(method, path, "{}");
        assert_eq!(
            (answer.status.as_u16(), answer.code().as_str()),
            (501, "NOT_IMPLEMENTED"),
            "{path}"
        );
        assert_eq!(client.mock.unsupported().get(counted), Some(&(before + 1)));
    }
    let part = json!({"method": "GET", "url": "/services/data/v62.0/sobjects/ContentVersion/1", "referenceId": "a"});
    let answer =
        client.call("POST", "/composite", &json!({"compositeRequest": [part]}).to_string());
    assert_eq!(answer.json()["compositeResponse"][0]["httpStatusCode"], 501);
    assert_eq!(client.get("/sobjects/Attachment/00PHs0000000001MAA/Nothing").status, 404);
    let matrix = mock_salesforce::support::matrix(&client.mock.unsupported());
    let row = matrix.rows.iter().find(|row| row.id == "sobjects.files").unwrap();
    assert_eq!((row.refused_calls, matrix.unplaced.len()), (7, 0));
}

#[test]
fn what_an_object_has_elsewhere_is_refused_and_counted() {
    let mut client = Client::new();
    for (path, counted) in [
        ("/sobjects/Lead/defaultValues", "default values of objects"),
        ("/sobjects/Lead/listviews/00BHs0000000001MAA", "list views"),
        ("/sobjects/relevantItems", "relevant items"),
    ] {
        let before = client.mock.unsupported().get(counted).copied().unwrap_or_default();
        let answer = client.get(path);
        assert_eq!((answer.status.as_u16(), answer.code().as_str()), (501, "NOT_IMPLEMENTED"));
        assert_eq!(client.mock.unsupported().get(counted), Some(&(before + 1)), "{path}");
    }
    assert_eq!(client.get("/sobjects/Nothing/defaultValues").status, 404);
    let matrix = mock_salesforce::support::matrix(&client.mock.unsupported());
    assert_eq!(matrix.unplaced.len(), 0);
}

#[test]
fn objects_that_are_not_emulated_answer_as_if_there_were_none_and_are_counted() {
    let mut client = Client::new();
    let asked = client.get("/query?q=SELECT+Id+FROM+UserLogin");
    assert_eq!((asked.status.as_u16(), asked.code().as_str()), (400, "INVALID_TYPE"));
    assert_eq!(client.get("/sobjects/entitydefinition/describe").status, 404);
    assert_eq!(client.get("/sobjects/Nothing/describe").status, 404);
    let counted = client.mock.unsupported();
    assert_eq!(
        counted.keys().collect::<Vec<_>>(),
        ["SOQL: objects: UserLogin", "objects: EntityDefinition"]
    );
    assert_eq!(mock_salesforce::support::matrix(&counted).unplaced.len(), 0);
}

#[test]
fn the_parser_says_what_it_wanted_and_where() {
    let mut client = Client::new();
    let mut told = |body: &str| {
        let answer = client.call("POST", "/sobjects/Lead", body);
        assert_eq!((answer.status.as_u16(), answer.code().as_str()), (400, "JSON_PARSER_ERROR"));
        answer.json()[0]["message"].as_str().unwrap().to_owned()
    };
    assert_eq!(
        told(r#"{"LastName":}"#),
        "Unexpected character ('}' (code 125)): expected a valid value (number, String, array, object, 'true', 'false' or 'null') at [line:1, column:14]"
    );
    assert_eq!(
        told("{\"LastName\":\"a\",\n}"),
        "Unexpected character ('}' (code 125)): was expecting double-quote to start field name at [line:2, column:2]"
    );
    assert_eq!(
        told(r#"{"LastName": "#),
        "Unexpected end-of-input within/between OBJECT entries at [line:1, column:14]"
    );
    assert_eq!(told(""), "The HTTP entity body is required, but this request has no entity body.");
    assert!(told("[1]").contains("from START_ARRAY value"));
    assert_eq!(
        told(r#"{"Company":"B","LastName":["A"]}"#),
        "Cannot deserialize instance of string from START_ARRAY value [line:1, column:28]"
    );
    assert_eq!(
        told(r#"{"Company":"B","LastName":"A","ConvertedDate":"soon"}"#),
        "Cannot deserialize instance of date from VALUE_STRING value soon or request may be missing a required field at [line:1, column:53]"
    );
}

#[test]
fn a_parent_is_named_by_a_key_of_its_own() {
    let mut client = Client::new();
    let lead = json!({"LastName": "A", "Company": "B", "Owner": {"attributes": {"type": "User"}, "Username": "nobody@example.com"}});
    let answer = client.call("POST", "/sobjects/Lead", &lead.to_string());
    assert_eq!((answer.status.as_u16(), answer.code().as_str()), (400, "INVALID_FIELD"));
    let (_, username) = client.mock.first_user().unwrap();
    let lead =
        json!({"LastName": "A", "Company": "B", "Owner": {"type": "User", "Username": username}});
    assert_eq!(client.call("POST", "/sobjects/Lead", &lead.to_string()).status, 201);
    let lead = json!({"attributes": {"type": "Contact"}, "LastName": "A", "Company": "B"});
    let answer = client.call("POST", "/sobjects/Lead", &lead.to_string());
    assert_eq!((answer.status.as_u16(), answer.code().as_str()), (400, "INVALID_TYPE"));
}

#[test]
fn an_unknown_id_of_another_instance_leads_nowhere() {
    let mut client = Client::new();
    let mut code = |id: &str| {
        let answer = client.call("PATCH", &format!("/sobjects/Lead/{id}"), r#"{"Title":"x"}"#);
        assert_eq!(answer.status, 404, "{}", answer.text);
        answer.code()
    };
    assert_eq!(code("00Q8d00000zzzzzEAA"), "NOT_FOUND");
    assert_eq!(code("00QHs00000zzzzz"), "INVALID_CROSS_REFERENCE_KEY");
}

#[test]
fn a_new_row_waits_to_be_compared_by_the_data_service() {
    let mut client = Client::new();
    for (sent, stored) in [
        (json!({"LastName": "Lee", "Company": "Acme"}), json!("Pending")),
        (json!({"LastName": "Lee", "Company": "Acme", "CleanStatus": "Skipped"}), json!("Skipped")),
        (json!({"LastName": "Lee", "Company": "Acme", "CleanStatus": null}), json!(null)),
    ] {
        let id = client.call("POST", "/sobjects/Lead", &sent.to_string()).id();
        let row = client.get(&format!("/sobjects/Lead/{id}?fields=CleanStatus"));
        assert_eq!(row.json()["CleanStatus"], stored, "{sent}");
    }
}
