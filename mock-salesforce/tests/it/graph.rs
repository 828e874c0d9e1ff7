//! `composite/graph`.

use serde_json::{Value as Json, json};

use crate::client::Client;

const BASE: &str = "/services/data/v62.0";

fn node(id: &str, method: &str, path: &str, body: Json) -> Json {
    json!({"referenceId": id, "method": method, "url": format!("{BASE}/sobjects/{path}"), "body": body})
}

fn good(id: &str) -> Json {
    json!({"graphId": id, "compositeRequest": [
        node("acc", "POST", "Account", json!({"Name": id})),
        node("con", "POST", "Contact", json!({"LastName": "y", "AccountId": "@{acc.id}"})),
    ]})
}

fn bad(id: &str) -> Json {
    json!({"graphId": id, "compositeRequest": [
        node("acc", "POST", "Account", json!({"Name": id})),
        node("con", "POST", "Contact", json!({"FirstName": "no last name", "AccountId": "@{acc.id}"})),
    ]})
}

fn graphs(client: &mut Client, graphs: &[Json]) -> Json {
    let answer = client.call("POST", "/composite/graph", &json!({"graphs": graphs}).to_string());
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()["graphs"].clone()
}

#[test]
fn each_graph_is_all_or_nothing_by_itself() {
    let mut client = Client::new();
    let answered = graphs(&mut client, &[good("1"), bad("2"), good("3")]);
    let successes: Vec<_> =
        (0..3).map(|at| answered[at]["isSuccessful"].as_bool().unwrap()).collect();
    assert_eq!(successes, [true, false, true]);
    let failed = &answered[1]["graphResponse"]["compositeResponse"];
    assert_eq!(
        (&failed[0]["httpStatusCode"], &failed[0]["body"][0]["errorCode"]),
        (&json!(400), &json!("PROCESSING_HALTED"))
    );
    assert_eq!(failed[1]["body"][0]["errorCode"], "REQUIRED_FIELD_MISSING");
    assert_eq!(client.query("SELECT COUNT() FROM Account").json()["totalSize"], 2);
    let contacts = client.query("SELECT Account.Name FROM Contact ORDER BY Account.Name").json();
    assert_eq!(contacts["records"][1]["Account"]["Name"], "3");
}

#[test]
fn nodes_are_rows_and_nothing_else() {
    let mut client = Client::new();
    let query = json!({"referenceId": "q", "method": "GET", "url": format!("{BASE}/query?q=SELECT Id FROM Lead")});
    let graph = json!({"graphId": "1", "compositeRequest": [node("a", "POST", "Account", json!({"Name": "x"})), query]});
    let answered = graphs(&mut client, &[graph]);
    assert_eq!(answered[0]["isSuccessful"], false);
    let parts = &answered[0]["graphResponse"]["compositeResponse"];
    assert_eq!(parts[1]["body"][0]["errorCode"], "INVALID_INPUT");
    assert_eq!(client.query("SELECT COUNT() FROM Account").json()["totalSize"], 0);
}

#[test]
fn after_fourteen_failures_the_rest_is_not_tried() {
    let mut client = Client::new();
    let mut sent: Vec<Json> = (0..14).map(|n| bad(&format!("b{n}"))).collect();
    sent.push(good("late"));
    let answered = graphs(&mut client, &sent);
    assert_eq!(answered[14]["isSuccessful"], false);
    let parts = &answered[14]["graphResponse"]["compositeResponse"];
    assert_eq!(parts[0]["body"][0]["errorCode"], "PROCESSING_HALTED");
    assert_eq!(client.query("SELECT COUNT() FROM Account").json()["totalSize"], 0);
    sent.remove(0);
    assert_eq!(graphs(&mut client, &sent)[13]["isSuccessful"], true);
}

#[test]
fn graphs_have_their_limits() {
    let mut client = Client::new();
    let mut refused = |graphs: Vec<Json>| {
        let body = json!({"graphs": graphs}).to_string();
        let answer = client.call("POST", "/composite/graph", &body);
        assert_eq!(answer.status, 400, "{}", answer.text);
        answer.code()
    };
    assert_eq!(refused((0..76).map(|n| good(&n.to_string())).collect()), "LIMIT_EXCEEDED");
    let chain = |length: usize| {
        let nodes: Vec<Json> = (0..length)
            .map(|n| {
                let body = if n == 0 {
                    json!({"Name": "x"})
                } else {
                    json!({"Name": "y", "ParentId": format!("@{{n{}.id}}", n - 1)})
                };
                node(&format!("n{n}"), "POST", "Account", body)
            })
            .collect();
        json!({"graphId": "1", "compositeRequest": nodes})
    };
    assert_eq!(refused(vec![chain(16)]), "LIMIT_EXCEEDED");
    assert_eq!(refused(vec![good("1"), good("1")]), "INVALID_INPUT");
    assert_eq!(graphs(&mut client, &[chain(15)])[0]["isSuccessful"], true);
    assert_eq!(client.raw("POST", "/services/data/v49.0/composite/graph", "{}").status, 404);
}
