//! Faults and traffic.

use mock_salesforce::{FaultBody, FaultRule, Operation, Verdict, WireFault};
use serde_json::json;

use crate::client::{Answer, Client, NOW};

fn create(client: &mut Client) -> Answer {
    client.call("POST", "/sobjects/Lead", &json!({"LastName": "A", "Company": "B"}).to_string())
}

fn leads(client: &mut Client) -> usize {
    client.mock.faults().clear();
    let org = client.mock.org();
    org.count(org.schema().index_of("Lead").unwrap())
}

fn fault(client: &Client, verdict: Verdict) {
    let rule = FaultRule {
        operations: vec![Operation::Create],
        times: Some(1),
        ..FaultRule::new("f", verdict)
    };
    assert!(client.mock.faults().add(rule));
}

#[test]
fn an_answer_is_made_up_and_nothing_is_carried_out() {
    let mut client = Client::new();
    let body = FaultBody::Error {
        code: "REQUEST_LIMIT_EXCEEDED".into(),
        message: "TotalRequests Limit exceeded.".into(),
    };
    fault(&client, Verdict::Answer { status: 403, body });
    let answer = create(&mut client);
    assert_eq!(answer.status, 403);
    assert_eq!(
        answer.text,
        r#"[{"message":"TotalRequests Limit exceeded.","errorCode":"REQUEST_LIMIT_EXCEEDED"}]"#
    );
    assert_eq!(create(&mut client).status, 201);
    assert_eq!(client.mock.faults().fired().collect::<Vec<_>>(), [("f", 1)]);
    assert_eq!(leads(&mut client), 1);
    fault(&client, Verdict::Answer { status: 503, body: FaultBody::Html("<h1>Down</h1>".into()) });
    let page = create(&mut client);
    assert_eq!(
        (page.status.as_u16(), page.header("content-type")),
        (503, "text/html; charset=utf-8")
    );
}

#[test]
fn an_answer_is_lost_after_the_commit_or_the_call_before_it() {
    let mut client = Client::new();
    fault(&client, Verdict::CommitThenLose);
    let lost = create(&mut client);
    assert_eq!((lost.wire, lost.text.as_str()), (Some(WireFault::LostAfterCommit), ""));
    assert_eq!(client.mock.traffic().last().unwrap().status, 201);
    assert_eq!(leads(&mut client), 1);
    fault(&client, Verdict::ResetBefore);
    assert_eq!(create(&mut client).wire, Some(WireFault::ResetBeforeSend));
    assert_eq!(client.mock.traffic().last().unwrap().status, 0);
    assert_eq!(leads(&mut client), 1);
}

#[test]
fn a_body_is_cut_short_of_its_length_and_slowness_is_told() {
    let mut client = Client::new();
    fault(&client, Verdict::Truncate { keep: 10 });
    let cut = create(&mut client);
    assert_eq!((cut.wire, cut.text.len()), (Some(WireFault::TruncatedBody), 10));
    assert!(cut.header("content-length").parse::<usize>().unwrap() > 10);
    leads(&mut client);
    fault(&client, Verdict::Slow { ms: 1_500 });
    let slow = create(&mut client);
    assert_eq!((slow.status.as_u16(), slow.wire), (201, Some(WireFault::SlowBy(1_500))));
}

#[test]
fn expired_sessions_answer_401_until_a_new_login() {
    let mut client = Client::new();
    fault(&client, Verdict::ExpireSessions);
    assert_eq!(create(&mut client).code(), "INVALID_SESSION_ID");
    let token = client.mock.access_token(client.user);
    client.use_token(&token);
    assert_eq!(create(&mut client).status, 201);
}

#[test]
fn a_fault_of_the_token_endpoint_is_an_object() {
    let mut client = Client::new();
    let body = FaultBody::Error {
        code: "inactive_org".into(),
        message: "organization is inactive".into(),
    };
    let rule = FaultRule {
        operations: vec![Operation::Auth],
        ..FaultRule::new("f", Verdict::Answer { status: 400, body })
    };
    client.mock.faults().add(rule);
    let answer = client.raw("POST", "/services/oauth2/token", "grant_type=password");
    assert_eq!(
        answer.text,
        r#"{"error":"inactive_org","error_description":"organization is inactive"}"#
    );
}

#[test]
fn traffic_notes_calls_without_secrets() {
    let mut client = Client::new();
    client.header("x-call-id", "call-7");
    create(&mut client);
    client.raw("POST", "/services/oauth2/token", "grant_type=password&password=secret");
    let noted = client.mock.traffic().drain();
    let first = &noted[0];
    assert_eq!(
        (first.seq, first.at, first.operation, first.object.as_deref()),
        (1, NOW, Operation::Create, Some("Lead"))
    );
    assert_eq!((first.call_id.as_deref(), first.status), (Some("call-7"), 201));
    assert!(first.response_body.starts_with(b"{\"id\":\"00Q"));
    assert!(first.request_headers.get("authorization").is_none());
    assert_eq!(noted[1].request_body, "grant_type=password&password=[redacted]");
    assert_eq!(client.mock.traffic().recorded(), 2);
}

#[test]
fn traffic_is_bounded() {
    let mut client = Client::new();
    client.mock.traffic().set_capacity(2);
    for _ in 0..5 {
        client.get("/limits");
    }
    let traffic = client.mock.traffic();
    assert_eq!(
        (traffic.iter().map(|exchange| exchange.seq).collect::<Vec<_>>(), traffic.dropped()),
        (vec![4, 5], 3)
    );
}

#[test]
fn usage_is_told_with_every_answer_and_enforced_when_the_org_says_so() {
    let mut client = Client::new();
    client.mock.org().set_api_allocation(2, true);
    assert_eq!(client.get("/nonsense").header("sforce-limit-info"), "api-usage=1/2");
    let limits = client.get("/limits").json();
    assert_eq!(limits["DailyApiRequests"], json!({"Max": 2, "Remaining": 0}));
    let refused = client.get("/limits");
    assert_eq!(refused.status, 403);
    assert_eq!(
        refused.text,
        r#"[{"message":"TotalRequests Limit exceeded.","errorCode":"REQUEST_LIMIT_EXCEEDED"}]"#
    );
}

#[test]
fn an_address_that_is_too_long_is_the_web_servers_page() {
    let mut client = Client::new();
    let answer = client.get(&format!("/query?q={}", "x".repeat(20_000)));
    assert_eq!(
        (answer.status.as_u16(), answer.text.as_str()),
        (414, "<h1>Bad Message 414</h1><pre>reason: URI Too Long</pre>")
    );
}
