//! What changed, what was deleted, what is recent.

use serde_json::json;

use crate::client::{Client, NOW};

fn span(kind: &str, start: &str, end: &str) -> String {
    format!("/sobjects/Lead/{kind}?start={start}&end={end}")
}

#[test]
fn updated_rows_are_told_by_whole_minutes() {
    let mut client = Client::new();
    let lead = |name: &str| json!({"LastName": name, "Company": "Acme"});
    let first = client.create("Lead", lead("One"));
    client.clock.set(NOW.plus_ms(90_000));
    let second = client.create("Lead", lead("Two"));
    client.clock.set(NOW.plus_ms(180_000));
    let ask = |client: &mut Client, start: &str, end: &str| {
        client.get(&span("updated", start, end)).json()
    };
    assert_eq!(
        ask(&mut client, "2026-05-13T10:00:30Z", "2026-05-13T10:01:59Z"),
        json!({"ids": [first], "latestDateCovered": "2026-05-13T10:01:00.000+0000"})
    );
    assert_eq!(
        ask(&mut client, "2026-05-13T10:01:00%2B00:00", "2026-05-13T12:00:00+00:00"),
        json!({"ids": [second], "latestDateCovered": "2026-05-13T10:03:00.000+0000"})
    );
}

#[test]
fn deleted_rows_are_told_with_their_time() {
    let mut client = Client::new();
    let id = client.create("Lead", json!({"LastName": "One", "Company": "Acme"}));
    client.clock.set(NOW.plus_ms(60_000));
    assert_eq!(client.call("DELETE", &format!("/sobjects/Lead/{id}"), "").status, 204);
    client.clock.set(NOW.plus_ms(150_000));
    let answer = client.get(&span("deleted", "2026-05-13T09:00:00Z", "2026-05-13T10:02:00Z"));
    assert_eq!(
        answer.text,
        format!(
            r#"{{"deletedRecords":[{{"deletedDate":"2026-05-13T10:01:00.000+0000","id":"{id}"}}],"earliestDateAvailable":"2026-04-28T10:02:00.000+0000","latestDateCovered":"2026-05-13T10:02:00.000+0000"}}"#
        )
    );
    let updated = client.get(&span("updated", "2026-05-13T09:00:00Z", "2026-05-13T10:02:00Z"));
    assert_eq!(updated.json()["ids"], json!([]));
}

#[test]
fn spans_that_cannot_be_are_refused() {
    let mut client = Client::new();
    let now = "2026-05-13T10:00:00Z";
    for (path, code, text) in [
        (
            span("updated", now, "2026-05-13T10:00:59Z"),
            "INVALID_REPLICATION_DATE",
            "at least one minute",
        ),
        (
            span("updated", "2026-04-12T00:00:00Z", now),
            "INVALID_REPLICATION_DATE",
            "startDate before org replication",
        ),
        (
            span("deleted", "2026-04-27T00:00:00Z", now),
            "INVALID_REPLICATION_DATE",
            "startDate before org replication",
        ),
        (span("updated", "yesterday", now), "INVALID_REPLICATION_DATE", "start is not a valid"),
        (span("updated", "", now), "MISSING_ARGUMENT", "start"),
    ] {
        let answer = client.get(&path);
        assert_eq!((answer.status.as_u16(), answer.code().as_str()), (400, code), "{path}");
        assert!(answer.text.contains(text), "{}", answer.text);
    }
    assert_eq!(client.get("/sobjects/Nothing/updated?start=a&end=b").status, 404);
}

#[test]
fn what_a_user_saved_last_is_recent() {
    let mut client = Client::new();
    let lead =
        client.create("Lead", json!({"FirstName": "Pat", "LastName": "Lee", "Company": "Acme"}));
    let account = client.create("Account", json!({"Name": "Acme"}));
    assert_eq!(
        client.call("PATCH", &format!("/sobjects/Lead/{lead}"), r#"{"City":"Rome"}"#).status,
        204
    );
    let item = |object: &str, id: &str, name: &str| {
        json!({"attributes": {"type": object, "url": format!("/services/data/v62.0/sobjects/{object}/{id}")},
            "Id": id, "Name": name})
    };
    let (lead, account) = (item("Lead", &lead, "Pat Lee"), item("Account", &account, "Acme"));
    assert_eq!(client.get("/recent").json(), json!([lead, account]));
    assert_eq!(client.get("/recent?limit=1").json(), json!([lead]));
    assert_eq!(client.get("/recent?limit=x").status, 400);
    let basic = client.get("/sobjects/Account").json();
    assert_eq!(basic["objectDescribe"]["keyPrefix"], "001");
    assert_eq!(basic["recentItems"], json!([account]));
}
