//! Row locks, approval locks, storage and concurrency: limits that follow from clock and saves.

use mock_salesforce::SaveContext;
use mock_salesforce::seed::{ConcurrentCalls, RowLocks};
use serde_json::json;

use crate::client::Client;
use crate::org_fixture::{Fixture, NOW, seed};

fn locked(hold_ms: u64) -> Fixture {
    let mut seed = seed();
    seed.settings.row_locks = Some(RowLocks { hold_ms, ..RowLocks::default() });
    Fixture::new(&seed)
}

#[test]
fn writes_below_one_account_contend_until_the_first_is_over() {
    let mut f = locked(500);
    let account = f.create("Account", json!({"Name": "Acme"})).unwrap();
    let contact = json!({"LastName": "L", "AccountId": account.to_string()});
    f.later(1_000);
    f.create("Contact", contact.clone()).unwrap();
    f.create("Contact", contact.clone()).expect("the very same moment is the same call");
    f.later(499);
    let refused = format!(
        "UNABLE_TO_LOCK_ROW: unable to obtain exclusive access to this record or 1 records: {account} []"
    );
    assert_eq!(f.create("Contact", contact.clone()).unwrap_err(), refused);
    assert_eq!(f.update(account, json!({"Phone": "1"})).unwrap_err(), refused);
    f.create("Contact", json!({"LastName": "elsewhere"})).unwrap();
    f.later(1);
    f.create("Contact", contact).unwrap();
}

#[test]
fn members_of_one_campaign_contend_and_locks_are_off_unless_asked_for() {
    for (mut f, contends) in [(locked(500), true), (Fixture::plain(), false)] {
        let campaign = f.create("Campaign", json!({"Name": "Spring"})).unwrap().to_string();
        let (a, b) = (f.lead(json!({})).to_string(), f.lead(json!({})).to_string());
        f.later(1_000);
        f.create("CampaignMember", json!({"CampaignId": campaign, "LeadId": a})).unwrap();
        f.later(10);
        let second = f.create("CampaignMember", json!({"CampaignId": campaign, "LeadId": b}));
        assert_eq!(second.is_err(), contends);
    }
}

#[test]
fn a_row_that_somebody_holds_is_500_alone_and_an_item_in_a_collection() {
    let mut client = Client::new();
    let id = client.create("Lead", json!({"LastName": "Lee", "Company": "Acme"}));
    let now = client.mock.now();
    client.mock.org().hold_row(id.parse().unwrap(), now, now.plus_ms(60_000));
    let text = format!("unable to obtain exclusive access to this record or 1 records: {id}");
    let answer = client.call("PATCH", &format!("/sobjects/Lead/{id}"), r#"{"City":"Bonn"}"#);
    assert_eq!(
        (answer.status.as_u16(), answer.text),
        (500, format!(r#"[{{"message":"{text}","errorCode":"UNABLE_TO_LOCK_ROW","fields":[]}}]"#))
    );
    let body = json!({"records": [{"attributes": {"type": "Lead"}, "id": id, "City": "Bonn"}]});
    let answer = client.call("PATCH", "/composite/sobjects", &body.to_string());
    assert_eq!(
        (answer.status.as_u16(), answer.text),
        (
            200,
            format!(
                r#"[{{"success":false,"errors":[{{"statusCode":"UNABLE_TO_LOCK_ROW","message":"{text}","fields":[]}}]}}]"#
            )
        )
    );
    assert_eq!(client.call("DELETE", &format!("/sobjects/Lead/{id}"), "").status, 500);
}

#[test]
fn a_row_in_an_approval_is_for_administrators_alone() {
    let mut f = Fixture::plain();
    let lead = f.lead(json!({}));
    f.org.set_approval_lock(lead, true);
    f.update(lead, json!({"City": "Bonn"})).unwrap();
    f.cx = SaveContext::rest(f.owner("Rita Rep"), NOW);
    assert_eq!(
        f.update(lead, json!({"City": "Bern"})).unwrap_err(),
        "ENTITY_IS_LOCKED: entity is locked for editing []"
    );
    f.org.set_approval_lock(lead, false);
    f.update(lead, json!({"City": "Bern"})).unwrap();
}

#[test]
fn storage_is_two_kilobytes_a_row() {
    let mut seed = seed();
    seed.settings.data_storage_mb = Some(1);
    let mut f = Fixture::new(&seed);
    for _ in 0..512 {
        f.lead(json!({}));
    }
    assert_eq!(f.org.storage_kb(), 1_024);
    let full = f.create("Lead", json!({"LastName": "L", "Company": "C"})).unwrap_err();
    assert_eq!(full, "STORAGE_LIMIT_EXCEEDED: storage limit exceeded []");
    let lead = f.rows("Lead")[0];
    f.update(lead, json!({"City": "Bonn"})).expect("an update takes no storage");
    f.org.delete(&f.cx, "Lead", lead).unwrap();
    f.lead(json!({}));
}

#[test]
fn calls_at_once_are_limited_by_how_long_a_call_is_taken_to_last() {
    let mut seed = Client::seed_with(&[]);
    seed.settings.concurrent_calls = Some(ConcurrentCalls { limit: 2, call_ms: 20_000 });
    let mut client = Client::of(seed);
    assert_eq!(client.get("/sobjects").status, 200);
    assert_eq!(client.get("/sobjects").status, 200);
    let answer = client.get("/sobjects");
    assert_eq!((answer.status.as_u16(), answer.code().as_str()), (403, "REQUEST_LIMIT_EXCEEDED"));
    assert!(
        answer.text.contains("ConcurrentRequests (Concurrent API Requests) Limit exceeded."),
        "{}",
        answer.text
    );
    client.clock.set(client.mock.now().plus_ms(20_000));
    assert_eq!(client.get("/sobjects").status, 200);
}
