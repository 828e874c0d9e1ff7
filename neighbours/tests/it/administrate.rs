//! Administrate as a client meets it.

use expect_test::expect;
use neighbours::{Setup, System};
use serde_json::json;

use crate::rig::{Rig, block};

const FORM: &str =
    "grant_type=client_credentials&client_id=administrate-client&client_secret=administrate-secret";
/// `administrate-client:administrate-secret`
const BASIC: &str = "authorization: Basic YWRtaW5pc3RyYXRlLWNsaWVudDphZG1pbmlzdHJhdGUtc2VjcmV0";
const CREATE: &str = "mutation M($input: ContactCreateInput!) { contact { create(input: $input) { contact { id email } errors { label message } } } }";

async fn rig(change: impl FnOnce(&mut Setup)) -> Rig {
    let mut setup = Setup::new(System::Administrate);
    change(&mut setup);
    let mut rig = Rig::new(setup);
    rig.log_in("POST /oauth/token", FORM).await;
    rig
}

async fn graphql(rig: &Rig, query: &str, variables: serde_json::Value) -> String {
    let body = json!({ "query": query, "variables": variables }).to_string();
    rig.ask("POST /graphql", "content-type: application/json", &body).await.line()
}

#[test]
fn contacts_are_made_found_and_changed() {
    block(async {
        let rig = rig(|_| {}).await;
        let pat = json!({ "input": { "email": "pat@x.example", "lastName": "Lee" } });
        expect![[r#"200 {"data":{"contact":{"create":{"contact":{"id":"TGVnYWN5Q29udGFjdDo000001","email":"pat@x.example"},"errors":[]}}}}"#]].assert_eq(&graphql(&rig, CREATE, pat.clone()).await);
        expect![[r#"200 {"data":{"contact":{"create":{"contact":null,"errors":[{"label":"email","message":"a contact with the email pat@x.example already exists","value":null}]}}}}"#]].assert_eq(&graphql(&rig, CREATE, pat).await);
        let find = "query { contacts(filters: [{ field: email, operation: eq, value: \"PAT@x.example\" }]) { edges { node { id updatedAt lastName } } } }";
        expect![[r#"200 {"data":{"contacts":{"edges":[{"node":{"id":"TGVnYWN5Q29udGFjdDo000001","updatedAt":"2026-03-04T18:00:00Z","lastName":"Lee"}}]}}}"#]].assert_eq(&graphql(&rig, find, json!({})).await);
        let change = "mutation { contact { update(input: { id: \"TGVnYWN5Q29udGFjdDo000001\", company: \"Acme\" }) { contact { company } errors { label } } } }";
        expect![[
            r#"200 {"data":{"contact":{"update":{"contact":{"company":"Acme"},"errors":[]}}}}"#
        ]]
        .assert_eq(&graphql(&rig, change, json!({})).await);
    });
}

#[test]
fn errors_come_in_a_200_and_are_counted() {
    block(async {
        let rig = rig(|_| {}).await;
        expect![[r#"200 {"data":null,"errors":[{"message":"Cannot query field \"courses\" on type \"Query\"."}]}"#]].assert_eq(&graphql(&rig, "{ courses { id } }", json!({})).await);
        expect![[r#"200 {"data":null,"errors":[{"message":"Syntax Error: expected a name, found None"}]}"#]].assert_eq(&graphql(&rig, "{ contacts(", json!({})).await);
        let strange = "{ contacts(filters: [{ field: email, operation: eq, value: \"a\" }]) { edges { node { shoe } } } }";
        rig.ask(
            "POST /graphql",
            "",
            &json!({ "query": CREATE, "variables": { "input": { "email": "a" } } }).to_string(),
        )
        .await;
        expect![[r#"200 {"data":null,"errors":[{"message":"Cannot query field \"shoe\" on type \"Contact\"."}]}"#]].assert_eq(&graphql(&rig, strange, json!({})).await);
        expect![[r#"200 {"data":null,"errors":[{"message":"Must provide query string."}]}"#]]
            .assert_eq(&rig.ask("POST /graphql", "", "{}").await.line());
        assert_eq!(rig.ask("GET /api/v3/x", "", "").await.status, 501);
        assert_eq!(rig.neighbour.unsupported().len(), 3);
    });
}

#[test]
fn the_schema_is_called_what_the_setup_says() {
    block(async {
        let rig = rig(|setup| setup.schema.create = "add".to_owned()).await;
        let add = CREATE.replace("create(", "add(");
        let pat = json!({ "input": { "email": "pat@x.example" } });
        assert!(graphql(&rig, &add, pat).await.contains(r#""email":"pat@x.example""#));
    });
}

#[test]
fn a_bucket_leaks() {
    block(async {
        let rig = rig(|setup| {
            setup.limits.calls = 2;
            setup.limits.window_ms = 4_000;
        })
        .await;
        let query = json!({ "query": "{ x }" }).to_string();
        let mut statuses = Vec::new();
        for wait in [0, 0, 0, 2_000, 0] {
            rig.later(wait);
            statuses.push(rig.ask("POST /graphql", "", &query).await.status);
        }
        assert_eq!(statuses, [200, 200, 429, 200, 429]);
        assert_eq!(rig.ask("POST /graphql", "", &query).await.header("retry-after"), Some("2"));
    });
}

#[test]
fn the_old_api_takes_a_duplicate_and_says_so_in_a_header() {
    block(async {
        let mut rig = rig(|_| {}).await;
        rig.token = String::new();
        let body = r#"{"email":"pat@x.example","lastName":"Lee"}"#;
        let first = rig.ask("POST /api/v2/crm/contacts", BASIC, body).await;
        expect![[
            r#"200 {"id":"TGVnYWN5Q29udGFjdDo000001","email":"pat@x.example","lastName":"Lee"}"#
        ]]
        .assert_eq(&first.line());
        assert_eq!(first.header("x-duped-email"), None);
        let second = rig.ask("POST /api/v2/crm/contacts", BASIC, body).await;
        assert_eq!((second.status, second.header("x-duped-email")), (200, Some("yes")));
        let mend = r#"{"email":"bo@x.example"}"#;
        let mended =
            rig.ask("POST /api/v2/crm/contacts/TGVnYWN5Q29udGFjdDo000002", BASIC, mend).await;
        assert_eq!((mended.status, mended.header("x-duped-email")), (200, None));
        let read = rig.ask("GET /api/v2/crm/contacts/TGVnYWN5Q29udGFjdDo000002", BASIC, "").await;
        assert_eq!(read.line(), mended.line());
        assert_eq!(rig.ask("GET /api/v2/crm/contacts/9", BASIC, "").await.status, 404);
        assert_eq!(rig.ask("GET /api/v2/crm/contacts/9", "", "").await.status, 401);
    });
}
