//! Invocable actions.

use mock_salesforce::seed::{AssignmentEntrySeed, AssignmentRuleSeed, QueueSeed};
use serde_json::json;

use crate::client::Client;

const APPLY: &str = "/actions/standard/invocableApplyLeadAssignmentRules";

fn ruled() -> Client {
    let mut seed = Client::seed_with(&[]);
    let queue = "Web leads".to_owned();
    let objects = vec!["Lead".to_owned()];
    seed.queues.push(QueueSeed { name: queue.clone(), objects, ..QueueSeed::default() });
    let entry = AssignmentEntrySeed { when: None, owner: Some(queue) };
    seed.assignment_rules =
        vec![AssignmentRuleSeed { entries: vec![entry], ..AssignmentRuleSeed::default() }];
    Client::of(seed)
}

#[test]
fn the_lead_assignment_action_gives_each_lead_its_owner() {
    let mut client = ruled();
    client.header("sforce-auto-assign", "FALSE");
    let ids: Vec<String> = (0..2)
        .map(|n| client.create("Lead", json!({"LastName": format!("L{n}"), "Company": "x"})))
        .collect();
    let inputs: Vec<_> = ids.iter().map(|id| json!({"leadId": id})).collect();
    let answer = client.call("POST", APPLY, &json!({"inputs": inputs}).to_string());
    let item = r#"{"actionName":"invocableApplyLeadAssignmentRules","errors":null,"isSuccess":true,"outputValues":null}"#;
    assert_eq!((answer.status.as_u16(), answer.text), (200, format!("[{item},{item}]")));
    let owners = client.query("SELECT Owner.Name FROM Lead").json();
    assert!(
        owners["records"].as_array().unwrap().iter().all(|row| row["Owner"]["Name"] == "Web leads"),
        "{owners}"
    );
}

#[test]
fn inputs_that_are_no_leads_fail_by_themselves() {
    let mut client = ruled();
    let id = client.create("Lead", json!({"LastName": "L", "Company": "x"}));
    let inputs = json!({"inputs": [{"leadId": id}, {"leadId": "001000000000001"}, {}]});
    let answer = client.call("POST", APPLY, &inputs.to_string());
    assert_eq!(answer.status, 200);
    let items = answer.json();
    assert_eq!(items[0]["isSuccess"], true);
    for item in [&items[1], &items[2]] {
        assert_eq!(item["errors"][0]["statusCode"], "UNKNOWN_EXCEPTION", "{item}");
        assert_eq!(item["outputValues"], json!(null));
    }
    let answer = client.call("POST", APPLY, r#"{"inputs":[{"leadId":"x"}]}"#);
    assert_eq!(answer.status, 400, "all failed: {}", answer.text);
    assert_eq!(client.call("POST", APPLY, r#"{"inputs":[]}"#).code(), "INVALID_API_INPUT");
}

#[test]
fn actions_are_listed_and_described_and_others_are_counted() {
    let mut client = ruled();
    let listed = client.get("/actions/standard").json();
    assert_eq!(
        listed["actions"][0]["url"],
        "/services/data/v62.0/actions/standard/invocableApplyLeadAssignmentRules"
    );
    assert_eq!(client.get(APPLY).json()["inputs"][0]["name"], "leadId");
    assert_eq!(client.get("/actions/custom").text, "{}");
    assert!(client.get("/actions").json()["standard"].is_string());
    assert_eq!(client.raw("GET", &format!("/services/data/v53.0{APPLY}"), "").status, 501);
    let other = client.call("POST", "/actions/standard/chatterPost", r#"{"inputs":[{}]}"#);
    assert_eq!((other.status.as_u16(), other.code().as_str()), (501, "NOT_IMPLEMENTED"));
    assert_eq!(client.call("POST", "/actions/custom/flow/Any", "{}").status, 501);
    assert_eq!(client.mock.unsupported().values().sum::<u64>(), 3);
}
