//! Account Engagement as a client meets it.

use expect_test::expect;
use neighbours::{Setup, System};
use serde_json::json;

use crate::rig::{Rig, START, block};

const FORM: &str = "grant_type=client_credentials&client_id=account_engagement-client&client_secret=account_engagement-secret";
const PROSPECTS: &str = "/api/v5/objects/prospects";
const UNIT: &str = "pardot-business-unit-id: 0Uv000000000001AAA";

async fn rig(change: impl FnOnce(&mut Setup)) -> Rig {
    let mut setup = Setup::new(System::AccountEngagement);
    change(&mut setup);
    let mut rig = Rig::new(setup);
    rig.log_in("POST /services/oauth2/token", FORM).await;
    rig
}

#[test]
fn a_call_names_its_business_unit() {
    block(async {
        let mut rig = rig(|_| {}).await;
        let none = rig.ask(&format!("GET {PROSPECTS}?fields=id&email=a@x.example"), "", "").await;
        expect![[r#"400 {"code":181,"message":"Business Unit ID not found - It is either invalid or its Pardot account is not provisioned"}"#]].assert_eq(&none.line());
        let good = rig.ask(&format!("GET {PROSPECTS}?fields=id&email=a@x.example"), UNIT, "").await;
        expect![[r#"200 {"nextPageToken":null,"nextPageUrl":null,"values":[]}"#]]
            .assert_eq(&good.line());
        let shapeless = rig.ask(&format!("GET {PROSPECTS}?email=a@x.example"), UNIT, "").await;
        expect![[r#"400 {"code":61,"message":"The \"fields\" parameter is required"}"#]]
            .assert_eq(&shapeless.line());
        rig.token = "made-up".to_owned();
        let bad = rig.ask(&format!("GET {PROSPECTS}?fields=id&email=a@x.example"), UNIT, "").await;
        expect![[r#"401 {"code":184,"message":"access_token is invalid, unknown, or malformed"}"#]]
            .assert_eq(&bad.line());
    });
}

#[test]
fn the_latest_prospect_with_the_address_is_upserted() {
    block(async {
        let rig = rig(|setup| setup.multiple_prospects = true).await;
        for (name, updated) in
            [("old", START - 2_000), ("new", START - 1_000), ("older", START - 3_000)]
        {
            let fields = json!({ "email": "pat@x.example", "lastName": name });
            rig.neighbour.seed(
                "prospect",
                fields.as_object().unwrap().clone(),
                (START - 9_000, updated),
            );
        }
        let upsert = format!("POST {PROSPECTS}/do/upsertLatestByEmail");
        let body = r#"{"matchEmail":"PAT@x.example","prospect":{"city":"Bern"},"fields":["id","lastName","city","updatedAt"]}"#;
        expect![[r#"200 {"id":50000002,"lastName":"new","city":"Bern","updatedAt":"2026-03-04T18:00:00Z"}"#]].assert_eq(&rig.ask(&upsert, UNIT, body).await.line());
        let new =
            r#"{"matchEmail":"bo@x.example","prospect":{"lastName":"Bo"},"fields":["id","email"]}"#;
        expect![[r#"200 {"id":50000005,"email":"bo@x.example"}"#]]
            .assert_eq(&rig.ask(&upsert, UNIT, new).await.line());
        let all = rig
            .ask(&format!("GET {PROSPECTS}?fields=id,updatedAt&email=pat@x.example"), UNIT, "")
            .await;
        expect![[r#"200 {"nextPageToken":null,"nextPageUrl":null,"values":[{"id":50000001,"updatedAt":"2026-03-04T17:59:58Z"},{"id":50000002,"updatedAt":"2026-03-04T18:00:00Z"},{"id":50000003,"updatedAt":"2026-03-04T17:59:57Z"}]}"#]].assert_eq(&all.line());
    });
}

#[test]
fn a_create_makes_a_second_prospect_only_where_that_is_allowed() {
    for allowed in [false, true] {
        block(async {
            let rig = rig(|setup| setup.multiple_prospects = allowed).await;
            let body = r#"{"email":"pat@x.example"}"#;
            assert_eq!(rig.ask(&format!("POST {PROSPECTS}"), UNIT, body).await.status, 201);
            let again = rig.ask(&format!("POST {PROSPECTS}"), UNIT, body).await;
            assert_eq!(again.status, if allowed { 201 } else { 400 });
            assert_eq!(rig.neighbour.records().len(), if allowed { 2 } else { 1 });
        });
    }
}

#[test]
fn prospects_are_changed_by_id() {
    block(async {
        let rig = rig(|_| {}).await;
        rig.ask(&format!("POST {PROSPECTS}"), UNIT, r#"{"email":"pat@x.example"}"#).await;
        let changed = rig
            .ask(&format!("PATCH {PROSPECTS}/50000001?fields=id,city"), UNIT, r#"{"city":"Bern"}"#)
            .await;
        expect![[r#"200 {"id":50000001,"city":"Bern"}"#]].assert_eq(&changed.line());
        let none = rig.ask(&format!("PATCH {PROSPECTS}/7"), UNIT, r#"{"city":"Bern"}"#).await;
        expect![[r#"404 {"code":109,"message":"The requested record was not found"}"#]]
            .assert_eq(&none.line());
        let strange =
            rig.ask(&format!("PATCH {PROSPECTS}/50000001"), UNIT, r#"{"shoe":"9"}"#).await;
        expect![[r#"400 {"code":60,"message":"The field \"shoe\" is not a field of a prospect that can be written"}"#]].assert_eq(&strange.line());
        assert_eq!(rig.ask(&format!("DELETE {PROSPECTS}/50000001"), UNIT, "").await.status, 204);
        assert_eq!(rig.neighbour.records(), []);
    });
}

#[test]
fn five_calls_at_the_same_time_are_enough() {
    block(async {
        let rig = rig(|_| {}).await;
        let read = format!("GET {PROSPECTS}?fields=id&email=a@x.example");
        for _ in 0..5 {
            assert_eq!(rig.ask(&read, UNIT, "").await.status, 200);
        }
        expect![[r#"429 {"code":66,"message":"You have exceeded your concurrent access limit. Please try again later"}"#]].assert_eq(&rig.ask(&read, UNIT, "").await.line());
        rig.later(20);
        assert_eq!(rig.ask(&read, UNIT, "").await.status, 200);
        let other = rig.ask("GET /api/v5/objects/visitors", UNIT, "").await;
        expect![[r#"501 {"code":600,"message":"leadsim's mock of Account Engagement does not emulate GET /api/v5/objects/visitors"}"#]].assert_eq(&other.line());
    });
}
