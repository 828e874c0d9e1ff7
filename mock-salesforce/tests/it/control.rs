//! The control plane over HTTP and in Rust: state, time, requests, changes and setup.

use mock_salesforce::{
    Clock, FaultRule, Mock, Operation, Org, SfId, Timestamp, Verdict,
    clock::Manual,
    control::{ControlError, DifferenceQuery, ResetOptions, Span, UsagePatch},
    standard_org,
};
use serde_json::{Value as Json, json};

use crate::client::{Answer, Client, NOW};

/// A clock that runs as far as a test pushes it: what `serve` has, without the machine's time.
#[derive(Debug, Clone)]
pub(crate) struct Running(pub(crate) Manual);

impl Clock for Running {
    fn now(&self) -> Timestamp {
        self.0.now()
    }

    fn runs(&self) -> bool {
        true
    }
}

fn client() -> Client {
    let mut seed = standard_org();
    seed.duplicate_rules.clear();
    let wall = Manual::new(NOW);
    Client::over(Mock::new(Org::new(&seed, NOW).unwrap(), Running(wall.clone())), wall)
}

fn control(client: &mut Client, method: &str, path: &str, body: &Json) -> Answer {
    let body = if body.is_null() { String::new() } else { body.to_string() };
    client.raw(method, &format!("/__mock{path}"), &body)
}

fn get(client: &mut Client, path: &str) -> Json {
    let answer = control(client, "GET", path, &Json::Null);
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()
}

fn post(client: &mut Client, path: &str, body: &Json) -> Json {
    let answer = control(client, "POST", path, body);
    assert!(answer.status.is_success(), "{}", answer.text);
    answer.json()
}

fn refused(client: &mut Client, method: &str, path: &str, body: &Json) -> (u16, String) {
    let answer = control(client, method, path, body);
    let error = &answer.json()["error"];
    let told =
        format!("{}: {}", error["message"].as_str().unwrap(), error["hint"].as_str().unwrap());
    (answer.status.as_u16(), told)
}

fn lead(client: &mut Client, name: &str) -> String {
    client.create("Lead", json!({"LastName": name, "Company": "Acme"}))
}

fn leads(client: &mut Client) -> u64 {
    get(client, "/rows")["rows"]["Lead"].as_u64().unwrap_or(0)
}

#[test]
fn control_calls_are_no_api_calls() {
    let mut client = client();
    client.mock.faults().add(FaultRule::new("all", Verdict::ResetBefore));
    client.use_token("");
    let health = get(&mut client, "/health");
    assert_eq!((&health["status"], &health["calls"]), (&json!("ok"), &json!(0)));
    let list = get(&mut client, "");
    assert!(list["control"].as_array().unwrap().len() > 40);
    assert_eq!(client.mock.traffic().recorded(), 0);
    assert_eq!(client.mock.api_usage().used, 0);
    let slashes = client.raw("GET", "//__mock//health/", "");
    assert_eq!(slashes.status, 200);
}

#[test]
fn what_is_not_there_is_told_with_what_is() {
    let mut client = client();
    assert_eq!(
        refused(&mut client, "GET", "/nonsense", &Json::Null),
        (404, "there is nothing here: GET /__mock lists what there is".to_owned())
    );
    let wrong = control(&mut client, "PUT", "/snapshots", &Json::Null);
    assert_eq!((wrong.status.as_u16(), wrong.header("allow")), (405, "GET, POST"));
    let (status, told) = refused(&mut client, "POST", "/snapshots", &json!({"nmae": "a"}));
    assert_eq!(status, 400);
    assert!(told.starts_with("body: unknown field `nmae`, expected `name`"), "{told}");
    let (_, told) = refused(&mut client, "GET", "/requests?operation=craete", &Json::Null);
    assert!(told.contains("unknown variant `craete`"), "{told}");
    let (_, told) = refused(&mut client, "GET", "/changes?limit=0", &Json::Null);
    assert!(told.starts_with("`limit` is 0: name a number from 1 to 1000"), "{told}");
    let head = client.raw("HEAD", "/__mock/health", "");
    assert_eq!((head.status.as_u16(), head.text.as_str()), (200, ""));
}

#[test]
fn rows_come_in_with_what_they_say() {
    let mut client = client();
    let rows = json!({"Account": [{"Id": "0014S000005YJYcQAO", "Name": "Acme"}],
        "Contact": [{"LastName": "Lee", "AccountId": "0014S000005YJYcQAO", "CreatedDate": "2020-01-02T03:04:05.000Z"}]});
    let loaded = post(&mut client, "/rows", &rows);
    assert_eq!(loaded["loaded"], json!({"Account": 1, "Contact": 1}));
    assert_eq!(loaded["ids"][0], "0014S000005YJYcQAO");
    let contacts = get(&mut client, "/rows/contact");
    assert_eq!(contacts["rows"][0]["CreatedDate"], "2020-01-02T03:04:05.000+0000");
    assert_eq!(get(&mut client, "/changes")["newest"], 0);
}

#[test]
fn rows_come_in_as_csv_all_or_nothing_and_are_read_in_pages() {
    let mut client = client();
    client.header("content-type", "text/csv");
    let csv = "\u{feff}LastName,Company,Email\nA,\"B, C\",x@example.com\nD,E,\n";
    let answer = client.raw("POST", "/__mock/rows/Lead", csv);
    assert_eq!((answer.status.as_u16(), &answer.json()["loaded"]), (201, &json!({"Lead": 2})));
    let broken = client.raw("POST", "/__mock/rows/Lead", "LastName,Company\nA,B\nC\n");
    assert_eq!(broken.status, 400, "{}", broken.text);
    let unknown = client.raw("POST", "/__mock/rows/Lead", "Nmae\nA\n");
    assert!(unknown.text.contains("unknown field Lead.Nmae"), "{}", unknown.text);
    client.header("content-type", "application/json");
    let bad =
        json!([{"LastName": "A", "Company": "B"}, {"LastName": "C", "NumberOfEmployees": "x"}]);
    let (status, told) = refused(&mut client, "POST", "/rows/Lead", &bad);
    assert_eq!(status, 400);
    assert!(told.starts_with("row 2 of Lead: Lead.NumberOfEmployees: "), "{told}");
    assert_eq!(leads(&mut client), 2);
    let page = get(&mut client, "/rows/Lead?limit=1");
    assert_eq!((&page["total"], &page["rows"][0]["Company"]), (&json!(2), &json!("B, C")));
    let next = page["next"].as_str().unwrap().to_owned();
    let page = get(&mut client, &format!("/rows/Lead?limit=1&after={next}"));
    assert_eq!((&page["rows"][0]["Company"], &page["next"]), (&json!("E"), &Json::Null));
}

#[test]
fn a_seed_replaces_the_org_and_ends_what_referred_to_the_old_one() {
    let mut client = client();
    lead(&mut client, "Old");
    let seed = json!({"org": {"users": [{"name": "Nia New", "username": "nia@example.com"}]},
        "rows": {"Lead": [{"LastName": "New", "Company": "C"}]}, "as_start": true});
    let seeded = post(&mut client, "/seed", &seed);
    assert_eq!(seeded["users"], json!(["nia@example.com"]));
    assert_eq!(get(&mut client, "/rows/Lead")["rows"][0]["LastName"], "New");
    let token = post(&mut client, "/sessions", &json!({"user": "nia@example.com"}));
    client.use_token(token["access_token"].as_str().unwrap());
    lead(&mut client, "Later");
    post(&mut client, "/reset", &Json::Null);
    assert_eq!(leads(&mut client), 1);
    let (status, told) = refused(
        &mut client,
        "POST",
        "/seed",
        &json!({"org": {"queues": [{"name": "Q", "members": ["X"]}]}}),
    );
    assert_eq!(
        (status, told.as_str()),
        (400, "queue Q: unknown user \"X\": define it or correct the name")
    );
    assert_eq!(leads(&mut client), 1);
}

#[test]
fn a_reset_brings_the_start_back_and_keeps_sessions() {
    let mut client = client();
    lead(&mut client, "A");
    client
        .mock
        .faults()
        .add(FaultRule { times: Some(0), ..FaultRule::new("f", Verdict::ResetBefore) });
    post(&mut client, "/snapshots", &json!({"name": "kept"}));
    post(&mut client, "/clock/freeze", &Json::Null);
    post(&mut client, "/reset", &Json::Null);
    assert_eq!(leads(&mut client), 0);
    assert_eq!(get(&mut client, "/faults")["faults"], json!([]));
    assert_eq!(get(&mut client, "/requests")["kept"], 0);
    assert_eq!(get(&mut client, "/clock")["pace"], "frozen");
    assert_eq!(get(&mut client, "/snapshots")["snapshots"][0]["name"], "kept");
    lead(&mut client, "B");
    post(&mut client, "/reset", &json!({"clock": true, "sessions": true, "snapshots": true}));
    assert_eq!(get(&mut client, "/clock")["pace"], "wall");
    assert_eq!(get(&mut client, "/snapshots")["snapshots"], json!([]));
    assert_eq!(client.get("/limits").status, 401);
}

#[test]
fn snapshots_are_named_bounded_and_come_back() {
    let mut client = client();
    let first = lead(&mut client, "A");
    post(&mut client, "/snapshots", &json!({"name": "one"}));
    client.call("DELETE", &format!("/sobjects/Lead/{first}"), "");
    let usage = get(&mut client, "/usage")["used"].clone();
    post(&mut client, "/snapshots/one/restore", &Json::Null);
    assert_eq!(leads(&mut client), 1);
    assert_ne!(get(&mut client, "/usage")["used"], usage);
    assert_eq!(client.get(&format!("/sobjects/Lead/{first}")).status, 200);
    for name in ["", "now", "start", "a b", "a/b", "é"] {
        let (status, _) = refused(&mut client, "POST", "/snapshots", &json!({"name": name}));
        assert_eq!(status, 400, "{name}");
    }
    for at in 1..64 {
        post(&mut client, "/snapshots", &json!({"name": format!("s{at}")}));
    }
    let (status, told) = refused(&mut client, "POST", "/snapshots", &json!({"name": "more"}));
    assert_eq!((status, told.as_str()), (413, "there are 64 snapshots: drop some first"));
    post(&mut client, "/snapshots", &json!({"name": "s1"}));
    assert_eq!(control(&mut client, "DELETE", "/snapshots/s1", &Json::Null).status, 200);
    let (status, told) = refused(&mut client, "DELETE", "/snapshots/s1", &Json::Null);
    assert_eq!(status, 404);
    assert!(told.starts_with("there is no snapshot \"s1\": name one of one, s10,"), "{told}");
    assert_eq!(refused(&mut client, "POST", "/snapshots/x/restore", &Json::Null).0, 404);
}

#[test]
fn two_states_are_compared_row_by_row() {
    let mut client = client();
    let (kept, gone) = (lead(&mut client, "A"), lead(&mut client, "B"));
    post(&mut client, "/snapshots", &json!({"name": "before"}));
    client.call("PATCH", &format!("/sobjects/Lead/{kept}"), r#"{"City":"Bonn"}"#);
    client.call("DELETE", &format!("/sobjects/Lead/{gone}"), "");
    let new = lead(&mut client, "C");
    let query = "/diff?from=before&object=lead&ignore=IsUnreadByOwner";
    let all = get(&mut client, query);
    assert_eq!(
        (&all["created"], &all["updated"], &all["deleted"], &all["undeleted"]),
        (&json!(1), &json!(1), &json!(1), &json!(0))
    );
    let rows = all["rows"].as_array().unwrap();
    let outline: Vec<(&str, &str)> = rows
        .iter()
        .map(|row| (row["id"].as_str().unwrap(), row["change"].as_str().unwrap()))
        .collect();
    assert_eq!(outline, [(&*kept, "updated"), (&*gone, "deleted"), (&*new, "created")]);
    assert_eq!(rows[0]["fields"], json!([{"field": "City", "before": null, "after": "Bonn"}]));
    let name =
        rows[2]["fields"].as_array().unwrap().iter().find(|field| field["field"] == "LastName");
    assert_eq!(name.unwrap(), &json!({"field": "LastName", "before": null, "after": "C"}));

    let first = get(&mut client, "/diff?from=before&object=Lead&limit=2");
    let next = first["next"].as_str().unwrap().to_owned();
    let second = get(&mut client, &format!("/diff?from=before&object=Lead&limit=2&after={next}"));
    assert_eq!((second["rows"].as_array().unwrap().len(), &second["next"]), (1, &Json::Null));
    assert_eq!(second["rows"][0]["id"], *new);
    let ignored = get(&mut client, "/diff?from=before&object=Lead&ignore=city,IsUnreadByOwner");
    assert_eq!(ignored["updated"], 0);
    let back = get(&mut client, "/diff?from=now&to=before&object=Lead");
    assert_eq!((&back["deleted"], &back["undeleted"]), (&json!(1), &json!(1)));
    assert_eq!(refused(&mut client, "GET", "/diff", &Json::Null).0, 400);
    assert_eq!(refused(&mut client, "GET", "/diff?from=x", &Json::Null).0, 404);
    assert_eq!(refused(&mut client, "GET", "/diff?from=start&object=Nope", &Json::Null).0, 400);
}

#[test]
fn the_clock_is_frozen_set_advanced_and_let_go() {
    let mut client = client();
    let frozen = post(&mut client, "/clock/freeze", &json!({"at": "2026-06-01T00:00:00Z"}));
    assert_eq!(
        (&frozen["now"], &frozen["pace"]),
        (&json!("2026-06-01T00:00:00.000+0000"), &json!("frozen"))
    );
    client.clock.set(Timestamp(NOW.0 + 1_000));
    // The session of before is long over.
    let token = client.mock.access_token(client.user);
    client.use_token(&token);
    lead(&mut client, "A");
    let created = client.query("SELECT CreatedDate FROM Lead").json();
    assert_eq!(created["records"][0]["CreatedDate"], "2026-06-01T00:00:00.000+0000");
    let moved = post(&mut client, "/clock/advance", &json!({"by": "1d12h"}));
    assert_eq!(moved["now"], "2026-06-02T12:00:00.000+0000");
    let running = post(&mut client, "/clock/run", &Json::Null);
    assert_eq!(running["pace"], "shifted");
    client.clock.set(Timestamp(NOW.0 + 61_000));
    assert_eq!(get(&mut client, "/clock")["now"], "2026-06-02T12:01:00.000+0000");
    post(&mut client, "/clock/set", &json!({"at": 0}));
    assert_eq!(get(&mut client, "/clock")["now_ms"], 0);
    assert_eq!(post(&mut client, "/clock/resume", &Json::Null)["pace"], "wall");
    for (path, body) in [
        ("/clock/set", json!({"at": i64::MAX})),
        ("/clock/set", json!({"at": "yesterday"})),
        ("/clock/set", json!({})),
        ("/clock/advance", json!({"by": -1})),
        ("/clock/advance", json!({"by": u64::MAX})),
        ("/clock/advance", json!({"by": "900000000w"})),
        ("/clock/freeze", json!({"at": "9999-01-01T00:00:00Z"})),
    ] {
        assert_eq!(refused(&mut client, "POST", path, &body).0, 400, "{path} {body}");
    }
}

#[test]
fn moving_the_clock_does_what_is_due_on_the_way() {
    let mut client = client();
    let flow = json!({"flow": {"name": "Follow up", "object": "Lead", "on": ["create"], "set": {"City": "Bonn"}, "delay_ms": 3_600_000}});
    post(&mut client, "/rules", &flow);
    let id = lead(&mut client, "A");
    assert_eq!(get(&mut client, "/clock")["next_due"], "2026-05-13T11:00:00.000+0000");
    let moved = post(&mut client, "/clock/advance", &json!({"by": "2h"}));
    assert_eq!((&moved["changes"], &moved["next_due"]), (&json!(1), &Json::Null));
    let change = get(&mut client, &format!("/changes?id={id}&cause=Follow"));
    let change = &change["changes"][0];
    assert_eq!(change["at"], "2026-05-13T11:00:00.000+0000");
    assert_eq!(change["fields"][0], json!({"field": "City", "before": null, "after": "Bonn"}));
}

#[test]
fn a_clock_that_the_test_drives_is_left_to_it() {
    let mut client = Client::new();
    let (status, told) = refused(&mut client, "POST", "/clock/freeze", &Json::Null);
    assert_eq!(
        (status, told.as_str()),
        (409, "the mock's clock is driven by the program that started it: move the time there")
    );
    assert_eq!(get(&mut client, "/clock")["pace"], "driven");
}

#[test]
fn requests_are_filtered_paged_and_forgotten() {
    let mut client = client();
    client.header("x-call-id", "c-1");
    let id = lead(&mut client, "Pat");
    client.header("x-call-id", "c-2");
    client.get(&format!("/sobjects/Lead/{id}"));
    client.query("SELECT Id FROM Contact WHERE Email = 'kim@example.com'");
    client.get("/sobjects/Nope");
    let count = |client: &mut Client, filter: &str| {
        get(client, &format!("/requests?{filter}"))["requests"].as_array().unwrap().len()
    };
    for (filter, expected) in [
        ("", 4),
        ("operation=create", 1),
        ("object=LEAD", 2),
        ("object=Contact", 1),
        ("status=4xx", 1),
        ("status=201", 1),
        ("path=/services/data/v62.0/query", 1),
        ("call_id=c-1", 1),
        ("contains=kim@example.com", 1),
        ("contains=Pat", 2),
        ("method=post", 1),
        ("since=3", 1),
        ("last=2", 2),
        ("fault=*", 0),
    ] {
        assert_eq!(count(&mut client, filter), expected, "{filter}");
    }
    let page = get(&mut client, "/requests?limit=3&body_bytes=5");
    assert_eq!((&page["next"], &page["requests"][0]["cut"]), (&json!(3), &json!(true)));
    assert_eq!(page["requests"][0]["body"], "{\"Las");
    let whole = get(&mut client, "/requests/1");
    assert_eq!((&whole["status"], &whole["call_id"]), (&json!(201), &json!("c-1")));
    assert!(whole["headers"].get("authorization").is_none());
    assert_eq!(refused(&mut client, "GET", "/requests/99", &Json::Null).0, 404);
    assert_eq!(refused(&mut client, "GET", "/requests/x", &Json::Null).0, 400);
    assert_eq!(refused(&mut client, "GET", "/requests?status=6xx", &Json::Null).0, 400);
    control(&mut client, "DELETE", "/requests", &Json::Null);
    assert_eq!(count(&mut client, ""), 0);
    client.get("/limits");
    assert_eq!(get(&mut client, "/requests")["requests"][0]["seq"], 5);
}

#[test]
fn the_journal_of_requests_is_bounded_by_bytes_too() {
    let mut client = client();
    client.mock.traffic().set_byte_capacity(6_000);
    for _ in 0..5 {
        client.call("POST", "/sobjects/Lead", &json!({"LastName": "A".repeat(2_000)}).to_string());
    }
    let kept = get(&mut client, "/requests");
    assert_eq!(
        (&kept["recorded"], &kept["kept"], &kept["dropped"]),
        (&json!(5), &json!(1), &json!(4))
    );
}

#[test]
fn changes_tell_who_what_and_why() {
    let mut client = client();
    let id = lead(&mut client, "A");
    client.call("PATCH", &format!("/sobjects/Lead/{id}"), r#"{"City":"Bonn"}"#);
    client.call("PATCH", &format!("/sobjects/Lead/{id}"), r#"{"City":"Ulm"}"#);
    client.call("DELETE", &format!("/sobjects/Lead/{id}"), "");
    let all = get(&mut client, "/changes?object=Lead");
    let kinds: Vec<&str> = all["changes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|change| change["kind"].as_str().unwrap())
        .collect();
    assert_eq!(kinds, ["created", "updated", "updated", "deleted"]);
    let second = &all["changes"][2];
    assert_eq!(second["fields"][0], json!({"field": "City", "before": "Bonn", "after": "Ulm"}));
    assert_eq!(
        (&second["origin"], &second["by"]),
        (&json!("rest"), &json!(client.user.to_string()))
    );
    let since = get(&mut client, &format!("/changes?since={}&kind=deleted", second["seq"]));
    assert_eq!(since["changes"].as_array().unwrap().len(), 1);
    let page = get(&mut client, "/changes?limit=1&field=City");
    assert_eq!((&page["changes"][0]["kind"], page["next"].is_u64()), (&json!("updated"), true));
    let user = client.user;
    let nobody = get(&mut client, &format!("/changes?user={user}&origin=bulk"));
    assert_eq!(nobody["changes"], json!([]));
    assert_eq!(refused(&mut client, "GET", "/changes?object=Nope", &Json::Null).0, 400);
    assert_eq!(refused(&mut client, "GET", "/changes?user=Nobody", &Json::Null).0, 400);
}

#[test]
fn the_allocation_is_set_spent_and_enforced() {
    let mut client = client();
    let usage = control(
        &mut client,
        "PATCH",
        "/usage",
        &json!({"allocation": 10, "used": 9, "enforced": true}),
    );
    assert_eq!(usage.json(), json!({"used": 9, "allocation": 10, "enforced": true}));
    assert_eq!(client.get("/limits").header("sforce-limit-info"), "api-usage=10/10");
    assert_eq!(client.get("/limits").code(), "REQUEST_LIMIT_EXCEEDED");
    let usage = control(&mut client, "PATCH", "/usage", &json!({"used": 0, "spend": u64::MAX}));
    assert_eq!(usage.json()["used"], u64::MAX);
    assert_eq!(
        client.mock.control().set_usage(UsagePatch { used: Some(0), ..UsagePatch::default() }).used,
        0
    );
    assert_eq!(client.get("/limits").status, 200);
}

#[test]
fn sessions_are_given_and_ended() {
    let mut client = client();
    let before = client.token().to_owned();
    let given =
        post(&mut client, "/sessions", &Json::Null)["access_token"].as_str().unwrap().to_owned();
    assert_ne!(given, before);
    let user = client.user;
    control(&mut client, "DELETE", &format!("/sessions?user={user}"), &Json::Null);
    assert_eq!(client.get("/limits").code(), "INVALID_SESSION_ID");
    let token =
        post(&mut client, "/sessions", &json!({}))["access_token"].as_str().unwrap().to_owned();
    client.use_token(&token);
    assert_eq!(client.get("/limits").status, 200);
    control(&mut client, "DELETE", "/sessions", &Json::Null);
    assert_eq!(client.get("/limits").status, 401);
    assert_eq!(refused(&mut client, "POST", "/sessions", &json!({"user": "Nobody"})).0, 404);
}

#[test]
fn settings_and_rules_change_while_the_org_runs() {
    let mut client = client();
    let settings =
        control(&mut client, "PATCH", "/settings", &json!({"bulk_job_ms": 5_000})).json();
    assert_eq!(
        (&settings["bulk_job_ms"], &settings["recycle_bin_days"]),
        (&json!(5_000), &json!(15))
    );
    for wrong in [
        json!({"bulk_job_sm": 1}),
        json!({"bulk_job_ms": u64::MAX}),
        json!({"default_lead_owner": "Nobody"}),
    ] {
        assert_eq!(refused(&mut client, "PATCH", "/settings", &wrong).0, 400, "{wrong}");
    }
    assert_eq!(get(&mut client, "/settings")["bulk_job_ms"], 5_000);

    let rule = json!({"validation_rule": {"object": "Lead", "name": "City", "when": "ISBLANK(City)", "message": "Say where."}});
    post(&mut client, "/rules", &rule);
    let body = json!({"LastName": "A", "Company": "B"}).to_string();
    assert_eq!(
        client.call("POST", "/sobjects/Lead", &body).code(),
        "FIELD_CUSTOM_VALIDATION_EXCEPTION"
    );
    control(&mut client, "PATCH", "/rules/City", &json!({"active": false}));
    assert_eq!(client.call("POST", "/sobjects/Lead", &body).status, 201);
    assert_eq!(refused(&mut client, "PATCH", "/rules/City", &json!({"on_create": "block"})).0, 400);
    assert_eq!(refused(&mut client, "PATCH", "/rules/Nope", &json!({"active": true})).0, 404);
    let (_, told) = refused(
        &mut client,
        "POST",
        "/rules",
        &json!({"validation_rule": {"object": "Lead", "name": "X", "when": "LEN(", "message": ""}}),
    );
    assert!(told.starts_with("validation rule X:"), "{told}");
}

#[test]
fn fields_and_rights_change_while_the_org_runs() {
    let mut client = client();
    post(&mut client, "/fields/Lead", &json!({"name": "Score__c", "type": "int"}));
    client.create("Lead", json!({"LastName": "A", "Company": "B", "Score__c": 7}));
    let altered = control(&mut client, "PATCH", "/fields/Lead/Company", &json!({"length": 3}));
    assert_eq!(altered.status, 200, "{}", altered.text);
    assert_eq!(
        client.call("POST", "/sobjects/Lead", r#"{"LastName":"A","Company":"Long"}"#).code(),
        "STRING_TOO_LONG"
    );
    assert_eq!(control(&mut client, "DELETE", "/fields/Lead/Score__c", &Json::Null).status, 200);
    assert_eq!(
        client
            .call("POST", "/sobjects/Lead", r#"{"LastName":"A","Company":"B","Score__c":1}"#)
            .code(),
        "INVALID_FIELD"
    );
    let user = client.user.to_string();
    let off = json!({"fields": {"Lead.Phone": "none"}});
    assert_eq!(control(&mut client, "PATCH", &format!("/users/{user}"), &off).status, 200);
    assert_eq!(
        refused(
            &mut client,
            "PATCH",
            &format!("/users/{user}"),
            &json!({"fields": {"Lead.Nope": "none"}})
        )
        .0,
        400
    );
    let users = get(&mut client, "/users");
    assert_eq!(users["users"][0]["active"], true);
}

#[test]
fn a_duplicate_rule_blocks_or_alerts_as_the_test_says() {
    let mut client = Client::over(
        Mock::new(Org::new(&standard_org(), NOW).unwrap(), Running(Manual::new(NOW))),
        Manual::new(NOW),
    );
    let rule = get(&mut client, "/rules")["rules"]
        .as_array()
        .unwrap()
        .iter()
        .find(|rule| rule["kind"] == "duplicate_rule" && rule["object"] == "Lead")
        .unwrap()["name"]
        .as_str()
        .unwrap()
        .to_owned();
    let body = json!({"FirstName": "Pat", "LastName": "Lee", "Company": "Acme", "Email": "pat@example.com"}).to_string();
    assert_eq!(client.call("POST", "/sobjects/Lead", &body).status, 201);
    client.header("sforce-duplicate-rule-header", "allowSave=true");
    assert_eq!(client.call("POST", "/sobjects/Lead", &body).status, 201);
    let patched =
        control(&mut client, "PATCH", &format!("/rules/{rule}"), &json!({"on_create": "block"}));
    assert_eq!(patched.status, 200, "{}", patched.text);
    assert_eq!(client.call("POST", "/sobjects/Lead", &body).code(), "DUPLICATES_DETECTED");
}

#[test]
fn hostile_bodies_do_no_harm() {
    let mut client = client();
    let deep = "[".repeat(100_000);
    let long = format!("{{\"name\":\"{}\"}}", "x".repeat(900_000));
    let huge = "9".repeat(5_000);
    for path in [
        "/seed",
        "/rows",
        "/rows/Lead",
        "/reset",
        "/snapshots",
        "/clock/set",
        "/clock/advance",
        "/faults",
        "/sessions",
        "/rules",
        "/fields/Lead",
    ] {
        for body in [
            deep.as_str(),
            long.as_str(),
            huge.as_str(),
            "nul",
            "\u{0}",
            "[]",
            "\"x\"",
            "{\"a\":{\"b\":[1e999]}}",
        ] {
            let answer = client.raw("POST", &format!("/__mock{path}"), body);
            let empty_is_fine = body == "[]" && path == "/rows/Lead";
            assert!(
                answer.status.is_client_error() || empty_is_fine,
                "{path} {:.20} {}",
                body,
                answer.status
            );
            assert!(answer.text.len() < 4_000_000);
        }
    }
    let too_long = client.raw("POST", "/__mock/faults", &"x".repeat(1024 * 1024 + 1));
    assert_eq!(too_long.status, 413);
    for path in [
        "/snapshots/%00",
        "/snapshots/%ff",
        "/rows/../../x",
        "/requests?since=-1",
        "/changes?since=99999999999999999999",
        "/diff?from=start&after=:::",
    ] {
        let answer = client.raw("GET", &format!("/__mock{path}"), "");
        assert!(answer.status.is_client_error(), "{path} {}", answer.status);
    }
    assert_eq!(get(&mut client, "/health")["status"], "ok");
}

#[test]
fn the_same_calls_give_the_same_bytes() {
    let play = || {
        let mut client = client();
        let mut texts = Vec::new();
        let mut say = |client: &mut Client, method: &str, path: &str, body: &Json| {
            texts.push(control(client, method, path, body).text);
        };
        say(&mut client, "POST", "/clock/freeze", &Json::Null);
        say(&mut client, "POST", "/snapshots", &json!({"name": "a"}));
        say(
            &mut client,
            "POST",
            "/faults",
            &json!({"preset": "lost_answer", "operation": "create", "probability": 0.5, "seed": 3}),
        );
        for name in ["A", "B", "C", "D", "E", "F"] {
            client.call(
                "POST",
                "/sobjects/Lead",
                &json!({"LastName": name, "Company": "C"}).to_string(),
            );
        }
        for path in [
            "/faults",
            "/requests",
            "/changes",
            "/diff?from=a",
            "/rows/Lead",
            "/usage",
            "/rules",
            "/users",
            "/support",
        ] {
            say(&mut client, "GET", path, &Json::Null);
        }
        texts
    };
    assert_eq!(play(), play());
}

fn keep_calling(mut client: Client, worker: usize) {
    for at in 0..60 {
        let name = format!("W{worker}-{at}");
        let body = json!({"LastName": name, "Company": "C", "Extra__c": "x"});
        let answer = client.call("POST", "/sobjects/Lead", &body.to_string());
        assert!([201, 400].contains(&answer.status.as_u16()), "{}", answer.text);
        let rows = client.query("SELECT FIELDS(ALL) FROM Lead LIMIT 200");
        assert_eq!(rows.status, 200, "{}", rows.text);
        client.get("/sobjects/Lead/describe");
    }
}

#[test]
fn restoring_while_calls_run_answers_every_call() {
    let mut seed = standard_org();
    seed.duplicate_rules.clear();
    let mock = Mock::new(Org::new(&seed, NOW).unwrap(), Running(Manual::new(NOW)));
    let mut client = Client::over(mock.clone(), Manual::new(NOW));
    for name in ["A", "B", "C"] {
        lead(&mut client, name);
    }
    mock.control().snapshot("three").unwrap();
    let field = json!({"name": "Extra__c", "type": "string", "length": 20});
    post(&mut client, "/fields/Lead", &field);
    mock.control().snapshot("wider").unwrap();
    let workers: Vec<_> = (0..3)
        .map(|worker| {
            let client = Client::over(mock.clone(), Manual::new(NOW));
            std::thread::spawn(move || keep_calling(client, worker))
        })
        .collect();
    for at in 0..60 {
        mock.control().restore(if at % 2 == 0 { "three" } else { "wider" }).unwrap();
    }
    for worker in workers {
        worker.join().unwrap();
    }
    mock.control().restore("three").unwrap();
    assert_eq!(leads(&mut client), 3);
}

#[test]
fn the_rust_api_is_the_same_thing() -> Result<(), ControlError> {
    let mut client = client();
    let control = client.mock.control();
    control.snapshot("empty")?;
    let id: SfId = lead(&mut client, "A").parse().unwrap();
    let query = DifferenceQuery {
        from: "empty".to_owned(),
        object: Some("Lead".to_owned()),
        ..DifferenceQuery::default()
    };
    assert_eq!(control.difference(&query)?.difference.rows[0].id, id.to_string());
    control.advance(Span { ms: 1_000 })?;
    control.restore("empty")?;
    assert_eq!(control.counts().get("Lead"), None);
    control.reset(ResetOptions::default())?;
    assert_eq!(control.drop_snapshot("nope").unwrap_err().message, "there is no snapshot \"nope\"");
    let fault = mock_salesforce::FaultSpec {
        operation: Some(Operation::Create),
        ..mock_salesforce::FaultSpec::preset("lost_answer")
    };
    assert_eq!(control.add_fault(&fault)?.rule.id, "fault-1");
    Ok(())
}
