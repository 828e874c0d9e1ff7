//! `composite/tree`.

use serde_json::{Value as Json, json};

use crate::client::Client;

fn contact(id: &str, email: &str) -> Json {
    json!({"attributes": {"type": "Contact", "referenceId": id}, "LastName": id, "Email": email})
}

fn account(id: &str, contacts: &[Json]) -> Json {
    json!({"attributes": {"type": "Account", "referenceId": id}, "Name": id, "Contacts": {"records": contacts}})
}

#[test]
fn parents_come_with_their_children() {
    let mut client = Client::new();
    let tree = json!({"records": [account("a1", &[contact("c1", "c1@x.example"), contact("c2", "c2@x.example")]), account("a2", &[])]});
    let answer = client.call("POST", "/composite/tree/Account", &tree.to_string());
    assert_eq!(answer.status, 201, "{}", answer.text);
    let results = answer.json()["results"].clone();
    let names: Vec<_> = (0..4).map(|at| results[at]["referenceId"].as_str().unwrap()).collect();
    assert_eq!(names, ["a1", "c1", "c2", "a2"]);
    assert!(
        answer.text.starts_with(r#"{"hasErrors":false,"results":[{"referenceId":"a1","id":"001"#)
    );
    let rows = client
        .query("SELECT Name, (SELECT LastName FROM Contacts) FROM Account ORDER BY Name")
        .json();
    assert_eq!(rows["records"][0]["Contacts"]["totalSize"], 2, "{rows}");
    assert_eq!(rows["records"][1]["Contacts"], json!(null));
}

#[test]
fn a_failure_takes_all_back_and_only_failures_are_named() {
    let mut client = Client::new();
    let tree =
        json!({"records": [account("a1", &[contact("c1", "123"), contact("c2", "c2@x.example")])]});
    let answer = client.call("POST", "/composite/tree/Account", &tree.to_string());
    assert_eq!(
        (answer.status.as_u16(), answer.text.as_str()),
        (
            400,
            r#"{"hasErrors":true,"results":[{"referenceId":"c1","errors":[{"statusCode":"INVALID_EMAIL_ADDRESS","message":"Email: invalid email address: 123","fields":["Email"]}]}]}"#
        )
    );
    assert_eq!(client.query("SELECT COUNT() FROM Account").json()["totalSize"], 0);
}

#[test]
fn a_value_of_the_wrong_type_is_told_where_it_stands_in_the_tree() {
    let mut client = Client::new();
    let mut late = contact("c2", "c2@x.example");
    late["Birthdate"] = json!("soon");
    let tree = json!({"records": [account("a1", &[]), account("a2", &[contact("c1", "c1@x.example"), late])]});
    let text = tree.to_string();
    let answer = client.call("POST", "/composite/tree/Account", &text);
    let behind = text.find("\"soon\"").unwrap() + "\"soon\"".len() + 1;
    assert_eq!(
        answer.json()["results"],
        json!([{"referenceId": "c2", "errors": [{"statusCode": "JSON_PARSER_ERROR", "message": format!("Cannot deserialize instance of date from VALUE_STRING value soon or request may be missing a required field at [line:1, column:{behind}]"), "fields": []}]}])
    );
}

#[test]
fn a_tree_must_be_one() {
    let mut client = Client::new();
    let mut refused = |tree: Json| {
        let answer = client.call("POST", "/composite/tree/Account", &tree.to_string());
        assert_eq!(answer.status, 400, "{}", answer.text);
        (answer.code(), answer.json()[0]["message"].as_str().unwrap().to_owned())
    };
    for (tree, said) in [
        (json!({}), "array"),
        (json!({"records": []}), "at least one"),
        (json!({"records": [{"attributes": {"type": "Account"}, "Name": "x"}]}), "reference ID"),
        (json!({"records": [contact("c", "c@x.example")]}), "type Account"),
        (json!({"records": vec![account("a", &[]); 201]}), "200 records"),
    ] {
        let (code, message) = refused(tree);
        assert_eq!(code, "INVALID_INPUT");
        assert!(message.contains(said), "{message}");
    }
    let mut deep = account("a", &[]);
    for _ in 0..5 {
        let mut above = account("a", &[]);
        above["ChildAccounts"] = json!({"records": [deep]});
        deep = above;
    }
    assert!(refused(json!({"records": [deep]})).1.contains("5 levels"));
    assert_eq!(client.call("POST", "/composite/tree/Nothing", "{}").status, 404);
}

#[test]
fn records_need_a_type_and_a_reference_id_of_their_own() {
    let mut client = Client::new();
    let untyped = json!({"attributes": {"referenceId": "c"}, "Name": "C"});
    let body =
        json!({"records": [account("a", &[]), account("b", &[]), account("a", &[]), untyped]});
    let answer = client.call("POST", "/composite/tree/Account", &body.to_string());
    let refused = |id: &str, text: &str| json!({"referenceId": id, "errors": [{"statusCode": "INVALID_INPUT", "message": text, "fields": []}]});
    let again = "Duplicate ReferenceId provided in the request.";
    let untold = "Include an entity type for each record in the request.";
    let results = [refused("a", again), refused("a", again), refused("c", untold)];
    assert_eq!(
        (answer.status.as_u16(), answer.json()),
        (400, json!({"hasErrors": true, "results": results}))
    );
    assert_eq!(client.query("SELECT Id FROM Account").json()["totalSize"], 0);
}
