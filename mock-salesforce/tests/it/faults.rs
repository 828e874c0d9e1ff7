//! Faults and traffic.

use mock_salesforce::{FaultBody, FaultRule, Operation, Verdict, WireFault};
use serde_json::{Value as Json, json};

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

fn control(client: &mut Client, method: &str, path: &str, body: &Json) -> Answer {
    client.raw(method, &format!("/__mock{path}"), &body.to_string())
}

fn preset(client: &mut Client, body: Json) {
    let answer = control(client, "POST", "/faults", &body);
    assert_eq!(answer.status, 201, "{}", answer.text);
}

#[test]
fn faults_are_added_listed_and_taken_out() {
    let mut client = Client::new();
    preset(&mut client, json!({"preset": "lost_answer", "operation": "create", "nth": 2}));
    preset(
        &mut client,
        json!({"id": "slow", "verdict": {"slow": {"ms": 5}}, "object": "Contact", "until": "2030-01-01T00:00:00Z"}),
    );
    assert_eq!(create(&mut client).wire, None);
    assert_eq!(create(&mut client).wire, Some(WireFault::LostAfterCommit));
    assert_eq!(create(&mut client).wire, None);
    let list = control(&mut client, "GET", "/faults", &Json::Null).json();
    assert_eq!(list["faults"][0]["id"], "fault-1");
    assert_eq!((&list["faults"][0]["seen"], &list["faults"][0]["fired"]), (&json!(3), &json!(1)));
    assert_eq!(list["faults"][1]["until"], 1_893_456_000_000_i64);
}

#[test]
fn a_fault_has_a_name_of_its_own_and_presets_are_listed() {
    let mut client = Client::new();
    preset(&mut client, json!({"id": "slow", "preset": "slow"}));
    let again = control(&mut client, "POST", "/faults", &json!({"id": "slow", "preset": "slow"}));
    assert_eq!(again.status, 409, "{}", again.text);
    assert_eq!(control(&mut client, "DELETE", "/faults/slow", &Json::Null).status, 200);
    assert_eq!(control(&mut client, "DELETE", "/faults/slow", &Json::Null).status, 404);
    preset(&mut client, json!({"preset": "slow"}));
    let cleared = control(&mut client, "DELETE", "/faults", &Json::Null).json();
    assert_eq!(cleared["faults"], json!([]));
    let known = control(&mut client, "GET", "/faults/presets", &Json::Null).json();
    assert!(
        known["presets"].as_array().unwrap().iter().any(|known| known["name"] == "lost_answer")
    );
    assert!(known["by_the_org"].as_array().unwrap().len() > 5);
}

#[test]
fn every_preset_does_what_it_says() {
    for (name, status, code) in [
        ("invalid_session", 401, "INVALID_SESSION_ID"),
        ("session_expired", 401, "INVALID_SESSION_ID"),
        ("all_sessions_expired", 401, "INVALID_SESSION_ID"),
        ("request_limit", 403, "REQUEST_LIMIT_EXCEEDED"),
        ("concurrent_limit", 403, "REQUEST_LIMIT_EXCEEDED"),
        ("lock_row", 500, "UNABLE_TO_LOCK_ROW"),
        ("maintenance", 503, ""),
        ("server_unavailable", 503, "SERVER_UNAVAILABLE"),
        ("running_too_long", 503, "REQUEST_RUNNING_TOO_LONG"),
        ("bad_gateway", 502, ""),
        ("gateway_timeout", 504, ""),
        ("server_error", 500, "UNKNOWN_EXCEPTION"),
        ("uri_too_long", 414, ""),
        ("headers_too_large", 431, ""),
        ("access_declined", 400, ""),
        ("edge_route", 420, ""),
        ("not_acceptable", 406, ""),
        ("too_many_requests", 429, "REQUEST_LIMIT_EXCEEDED"),
        ("duplicates_detected", 400, "DUPLICATES_DETECTED"),
        ("converted_lead", 400, "CANNOT_UPDATE_CONVERTED_LEAD"),
        ("queue_without_object", 400, "INVALID_OPERATION"),
        ("inactive_owner", 400, "INACTIVE_OWNER_OR_USER"),
        ("already_member", 400, "DUPLICATE_VALUE"),
    ] {
        let mut client = Client::new();
        preset(&mut client, json!({"preset": name}));
        let answer = create(&mut client);
        assert_eq!(answer.status.as_u16(), status, "{name}");
        if code.is_empty() {
            assert!(answer.header("content-type").starts_with("text/html"), "{name}");
        } else {
            assert_eq!(answer.code(), code, "{name}");
        }
        assert_eq!(leads(&mut client), 0, "{name}");
    }
}

#[test]
fn headers_come_with_a_fault() {
    let mut client = Client::new();
    preset(
        &mut client,
        json!({"preset": "too_many_requests", "retry_after": 7, "headers": {"X-Edge": "1"}}),
    );
    let answer = create(&mut client);
    assert_eq!((answer.header("retry-after"), answer.header("x-edge")), ("7", "1"));
    preset(&mut client, json!({"preset": "several_matches", "object": "Lead"}));
    client.mock.faults().remove("fault-1");
    let several = client.call("PATCH", "/sobjects/Lead/External_Id__c/x", "{}");
    assert_eq!((several.status.as_u16(), several.json().as_array().unwrap().len()), (300, 2));
}

#[test]
fn rows_of_a_collection_and_parts_of_a_composite_fail() {
    let mut client = Client::new();
    let lead = json!({"attributes": {"type": "Lead"}, "LastName": "A", "Company": "B"});
    let three = json!({"records": [lead, lead, lead]});
    preset(&mut client, json!({"preset": "lock_item", "rows": [1], "times": 1}));
    let saved = client.call("POST", "/composite/sobjects", &three.to_string()).json();
    let outcome: Vec<bool> =
        saved.as_array().unwrap().iter().map(|row| row["success"] == true).collect();
    assert_eq!(outcome, [true, false, true]);
    assert_eq!(saved[1]["errors"][0]["statusCode"], "UNABLE_TO_LOCK_ROW");
    assert_eq!(leads(&mut client), 2);

    preset(
        &mut client,
        json!({"preset": "fail_rows", "rows": [2], "code": "STRING_TOO_LONG", "message": "too long", "fields": ["City"]}),
    );
    let all = json!({"allOrNone": true, "records": [lead, lead, lead]});
    let saved = client.call("POST", "/composite/sobjects", &all.to_string()).json();
    assert_eq!(saved[0]["errors"][0]["statusCode"], "ALL_OR_NONE_OPERATION_ROLLED_BACK");
    assert_eq!(
        saved[2]["errors"][0],
        json!({"statusCode": "STRING_TOO_LONG", "message": "too long", "fields": ["City"]})
    );
    assert_eq!(leads(&mut client), 2);

    preset(&mut client, json!({"preset": "fail_rows", "operation": "composite", "rows": [1]}));
    let part = |name: &str| {
        json!({"method": "POST", "url": "/services/data/v62.0/composite/sobjects", "referenceId": name,
        "body": {"records": [lead, lead]}})
    };
    let composite = json!({"compositeRequest": [part("a"), part("b")]});
    let parts = client.call("POST", "/composite", &composite.to_string()).json();
    assert_eq!(parts["compositeResponse"][0]["body"][1]["success"], true);
    assert_eq!(parts["compositeResponse"][1]["httpStatusCode"], 400);
    let calls = json!({"batchRequests": [{"method": "GET", "url": "v62.0/limits"}, {"method": "GET", "url": "v62.0/limits"}]});
    let results = client.call("POST", "/composite/batch", &calls.to_string()).json();
    assert_eq!(
        (&results["results"][0]["statusCode"], &results["results"][1]["statusCode"]),
        (&json!(200), &json!(400))
    );
    let two = json!({"records": [{"attributes": {"type": "Lead", "referenceId": "r1"}, "LastName": "A", "Company": "B"},
        {"attributes": {"type": "Lead", "referenceId": "r2"}, "LastName": "A", "Company": "B"}]});
    let grown = client.call("POST", "/composite/tree/Lead", &two.to_string());
    assert_eq!(
        (grown.status.as_u16(), &grown.json()["results"][0]["referenceId"]),
        (400, &json!("r2"))
    );
    assert_eq!(leads(&mut client), 4);
}

#[test]
fn a_session_ends_for_one_caller_or_for_all() {
    let mut client = Client::new();
    let other = client.mock.access_token(client.user);
    preset(&mut client, json!({"preset": "session_expired", "nth": 1}));
    assert_eq!(create(&mut client).code(), "INVALID_SESSION_ID");
    assert_eq!(create(&mut client).code(), "INVALID_SESSION_ID");
    client.use_token(&other);
    assert_eq!(create(&mut client).status, 201);
    preset(&mut client, json!({"preset": "invalid_session", "user": "nobody@example.com"}));
    assert_eq!(create(&mut client).status, 201);
    let user = client.user.to_string();
    preset(&mut client, json!({"preset": "invalid_session", "user": user, "times": 1}));
    assert_eq!(create(&mut client).code(), "INVALID_SESSION_ID");
    assert_eq!(create(&mut client).status, 201);
}

#[test]
fn pages_are_short_and_locators_go_stale() {
    let mut client = Client::new();
    for _ in 0..3 {
        create(&mut client);
    }
    preset(&mut client, json!({"preset": "short_pages", "rows_per_page": 2, "times": 1}));
    client.header("sforce-query-options", "batchSize=2000");
    let page = client.query("SELECT Id FROM Lead").json();
    assert_eq!((page["records"].as_array().unwrap().len(), &page["done"]), (2, &json!(false)));
    let next = page["nextRecordsUrl"].as_str().unwrap().to_owned();
    assert_eq!(client.raw("GET", &next, "").json()["records"].as_array().unwrap().len(), 1);
    preset(&mut client, json!({"preset": "stale_locator", "path": "/query/", "nth": 1}));
    assert_eq!(client.raw("GET", &next, "").code(), "INVALID_QUERY_LOCATOR");
    client.header("x-mock-quirks", "%7B%22page_rows%22%3A1%7D");
    assert_eq!(client.query("SELECT Id FROM Lead").json()["done"], true);
}

#[test]
fn the_usage_header_tells_other_numbers() {
    let mut client = Client::new();
    preset(&mut client, json!({"preset": "limit_info", "used": 4_147, "max": 15_001, "times": 1}));
    assert_eq!(client.get("/limits").header("sforce-limit-info"), "api-usage=4147/15001");
    preset(&mut client, json!({"preset": "limit_info", "used": 100, "jitter": 5}));
    let seen: std::collections::BTreeSet<String> =
        (0..20).map(|_| client.get("/limits").header("sforce-limit-info").to_owned()).collect();
    assert!(seen.len() > 3, "{seen:?}");
    let near = |text: &String| {
        let used = text.strip_prefix("api-usage=").and_then(|rest| rest.split_once('/'));
        used.is_some_and(|(used, _)| (95..=105).contains(&used.parse::<u64>().unwrap()))
    };
    assert!(seen.iter().all(near), "{seen:?}");
}

#[test]
fn no_secret_gets_into_the_journal() {
    let mut client = Client::new();
    let token = client.token().to_owned();
    let login = client.mock.login();
    let envelope = format!(
        "<env:Envelope xmlns:env=\"http://schemas.xmlsoap.org/soap/envelope/\"><env:Body><n1:login xmlns:n1=\"urn:partner.soap.sforce.com\"><n1:username>a</n1:username><n1:password>{}</n1:password></n1:login></env:Body></env:Envelope>",
        login.password
    );
    client.header("content-type", "text/xml");
    client.raw("POST", "/services/Soap/u/62.0", &envelope);
    client.header("content-type", "application/json");
    client.raw("POST", &format!("/services/oauth2/token?grant_type=refresh_token&refresh_token=5Aep861{0}&client_secret={1}", "x".repeat(40), login.client_secret), "");
    client.call(
        "POST",
        "/sobjects/Lead",
        &json!({"LastName": "A", "Company": "B", "Description": format!("token {token}")})
            .to_string(),
    );
    let journal = control(&mut client, "GET", "/requests?body_bytes=100000", &Json::Null).text;
    let secret = token.split_once('!').unwrap().1;
    let long = "x".repeat(40);
    for hidden in [login.password.as_str(), &login.client_secret, secret, &long] {
        assert!(!journal.contains(hidden), "{hidden} in {journal}");
    }
}
