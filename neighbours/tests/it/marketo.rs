//! Marketo as a client meets it.

use expect_test::{Expect, expect};
use neighbours::{LinkSetup, LinkStatus, Setup, System};

use crate::rig::{Rig, START, block};

const IDENTITY: &str = "GET /identity/oauth/token?grant_type=client_credentials&client_id=marketo-client&client_secret=marketo-secret";

async fn rig(change: impl FnOnce(&mut Setup)) -> Rig {
    let mut setup = Setup::new(System::Marketo);
    change(&mut setup);
    let mut rig = Rig::new(setup);
    rig.log_in(IDENTITY, "").await;
    rig
}

async fn sync(rig: &Rig, body: &str, expect: Expect) {
    expect.assert_eq(&rig.ask("POST /rest/v1/leads.json", "", body).await.line());
}

#[test]
fn identity_gives_one_token_until_it_expires() {
    block(async {
        let mut rig = rig(|_| {}).await;
        let first = rig.token.clone();
        rig.later(600_000);
        let again = rig.log_in(IDENTITY, "").await;
        assert_eq!(rig.token, first);
        assert!(again.body.contains("\"expires_in\":3000"), "{}", again.body);
        rig.later(3_000_000);
        let dead = rig.ask("GET /rest/v1/leads.json?filterType=email&filterValues=a", "", "").await;
        assert!(
            dead.body.contains(
                r#""success":false,"errors":[{"code":"602","message":"Access token expired"}]"#
            ),
            "{}",
            dead.body
        );
        assert_eq!(dead.status, 200);
        rig.token = "made-up".to_owned();
        let unknown = rig.ask("GET /rest/v1/leads.json", "", "").await;
        assert!(unknown.body.contains(r#""code":"601""#), "{}", unknown.body);
        let bad = rig.ask("GET /identity/oauth/token?grant_type=client_credentials&client_id=marketo-client&client_secret=x", "", "").await;
        expect![[r#"401 {"error":"invalid_client","error_description":"Bad client credentials"}"#]]
            .assert_eq(&bad.line());
    });
}

#[test]
fn a_sync_tells_each_record_in_order() {
    block(async {
        let rig = rig(|_| {}).await;
        for _ in 0..2 {
            rig.neighbour.seed(
                "lead",
                serde_json::json!({"email": "two@x.example"}).as_object().unwrap().clone(),
                (START, START),
            );
        }
        sync(&rig, r#"{"action":"createOrUpdate","lookupField":"email","input":[{"email":"pat@x.example","lastName":"Lee"},{"email":"two@x.example"},{"email":"bo@x.example","shoe":"9"},{"lastName":"Nobody"}]}"#, expect![[r#"200 {"requestId":"e42b#14272d07d782","success":true,"result":[{"id":1003,"status":"created"},{"status":"skipped","reasons":[{"code":"1007","message":"Multiple lead match lookup criteria"}]},{"status":"skipped","reasons":[{"code":"1006","message":"Field 'shoe' not found"}]},{"status":"skipped","reasons":[{"code":"1003","message":"Empty key field 'email'"}]}]}"#]]).await;
        sync(
            &rig,
            r#"{"action":"createOnly","input":[{"email":"PAT@x.example"}]}"#,
            expect![[r#"200 {"requestId":"e42b#14272d07d783","success":true,"result":[{"status":"skipped","reasons":[{"code":"1005","message":"Lead already exists"}]}]}"#]],
        )
        .await;
        sync(
            &rig,
            r#"{"action":"updateOnly","input":[{"email":"new@x.example"}]}"#,
            expect![[r#"200 {"requestId":"e42b#14272d07d784","success":true,"result":[{"status":"skipped","reasons":[{"code":"1004","message":"Lead not found"}]}]}"#]],
        )
        .await;
        sync(&rig, r#"{"action":"updateOnly","lookupField":"id","input":[{"id":1002,"city":"Bern"},{"id":9}]}"#, expect![[r#"200 {"requestId":"e42b#14272d07d785","success":true,"result":[{"id":1002,"status":"updated"},{"status":"skipped","reasons":[{"code":"1004","message":"Lead not found"}]}]}"#]]).await;
        sync(&rig, "{", expect![[r#"200 {"requestId":"e42b#14272d07d786","success":false,"errors":[{"code":"609","message":"Invalid JSON"}]}"#]]).await;
        sync(&rig, r#"{"action":"merge","input":[{}]}"#, expect![[r#"200 {"requestId":"e42b#14272d07d787","success":false,"errors":[{"code":"1003","message":"Invalid value for action: 'merge'"}]}"#]]).await;
    });
}

#[test]
fn leads_are_read_by_address_and_by_id() {
    block(async {
        let rig = rig(|_| {}).await;
        sync(&rig, r#"{"input":[{"email":"pat@x.example","lastName":"Lee"}]}"#, expect![[r#"200 {"requestId":"e42b#14272d07d782","success":true,"result":[{"id":1001,"status":"created"}]}"#]])
            .await;
        let found = rig.ask("GET /rest/v1/leads.json?filterType=email&filterValues=pat%40x.example,no@x.example&fields=id,updatedAt,lastName,sfdcId", "", "").await;
        expect![[r#"200 {"requestId":"e42b#14272d07d783","success":true,"result":[{"id":1001,"updatedAt":"2026-03-04T18:00:00Z","lastName":"Lee","sfdcId":null}]}"#]].assert_eq(&found.line());
        let one = rig.ask("GET /rest/v1/lead/1001.json?fields=email", "", "").await;
        expect![[r#"200 {"requestId":"e42b#14272d07d784","success":true,"result":[{"id":1001,"email":"pat@x.example"}]}"#]].assert_eq(&one.line());
        let none = rig.ask("GET /rest/v1/lead/7.json", "", "").await;
        expect![[r#"200 {"requestId":"e42b#14272d07d785","success":false,"errors":[{"code":"1004","message":"Lead not found"}]}"#]].assert_eq(&none.line());
        let other =
            rig.ask("GET /rest/v1/leads.json?filterType=cookie&filterValues=x", "", "").await;
        expect![[r#"200 {"requestId":"e42b#14272d07d786","success":false,"errors":[{"code":"1003","message":"leadsim's mock filters leads by email or id, not by 'cookie'"}]}"#]].assert_eq(&other.line());
        let missing = rig.ask("GET /rest/v1/campaigns.json", "", "").await;
        expect![[r#"501 {"requestId":"e42b#14272d07d787","success":false,"errors":[{"code":"610","message":"leadsim's mock of Marketo does not emulate GET /rest/v1/campaigns.json"}]}"#]].assert_eq(&missing.line());
        let counted: Vec<_> = rig.neighbour.unsupported().into_keys().collect();
        assert_eq!(
            counted,
            ["GET /rest/v1/campaigns.json", "GET /rest/v1/leads.json filterType=cookie"]
        );
    });
}

#[test]
fn the_limits_are_marketos() {
    block(async {
        let rig = rig(|setup| {
            setup.limits.calls = 3;
            setup.limits.daily = 4;
            setup.limits.concurrent = 2;
            setup.limits.body_bytes = 200;
        })
        .await;
        let read = "GET /rest/v1/leads.json?filterType=email&filterValues=a@x.example";
        let mut codes = Vec::new();
        for wait in [0, 0, 0, 20, 0, 20_000, 20] {
            rig.later(wait);
            let body = rig.ask(read, "", "").await.body;
            let code = body.split("\"code\":\"").nth(1).map_or("ok", |it| &it[..3]).to_owned();
            codes.push(code);
        }
        assert_eq!(codes, ["ok", "ok", "615", "ok", "606", "ok", "607"]);
        let long = format!("{{\"input\":[{{\"email\":\"{}\"}}]}}", "x".repeat(300));
        assert_eq!(rig.ask("POST /rest/v1/leads.json", "", &long).await.status, 413);
    });
}

#[test]
fn the_connector_emits_after_its_lag_and_keeps_its_errors() {
    block(async {
        let rig = rig(|setup| setup.link = Some(LinkSetup::new(System::Marketo))).await;
        sync(
            &rig,
            r#"{"input":[{"email":"pat@x.example","lastName":"Lee","city":"Bern"}]}"#,
            expect![[r#"200 {"requestId":"e42b#14272d07d782","success":true,"result":[{"id":1001,"status":"created"}]}"#]],
        )
        .await;
        assert_eq!(rig.neighbour.next_due(), Some(START + 120_000));
        rig.neighbour
            .set_link(LinkStatus::Down { reason: String::new(), until: Some(START + 300_000) });
        rig.later(120_000);
        assert_eq!(rig.neighbour.outgoing(), []);
        let failed =
            rig.ask("GET /rest/v1/lead/1001.json?fields=sfdcId,sfdcSyncError", "", "").await;
        assert!(
            failed.body.contains("the connector cannot log in to Salesforce"),
            "{}",
            failed.body
        );
        assert_eq!(rig.neighbour.next_due(), Some(START + 420_000));
        rig.later(300_000);
        expect![[r#"[Outgoing { record: "1001", kind: "lead", email: Some("pat@x.example"), crm_id: None, fields: [("Email", Some("pat@x.example")), ("LastName", Some("Lee"))] }]"#]].assert_eq(&format!("{:?}", rig.neighbour.outgoing()));
        rig.neighbour.carried("1001", Ok("00Q000000000001AAA".to_owned()));
        let linked = rig
            .ask("GET /rest/v1/lead/1001.json?fields=sfdcType,sfdcLeadId,sfdcSyncError", "", "")
            .await;
        expect![[r#"200 {"requestId":"e42b#14272d07d784","success":true,"result":[{"id":1001,"sfdcType":"Lead","sfdcLeadId":"00Q000000000001AAA","sfdcSyncError":null}]}"#]].assert_eq(&linked.line());
    });
}
