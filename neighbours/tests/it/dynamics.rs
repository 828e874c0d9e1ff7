//! Dynamics as a client meets it.

use expect_test::expect;
use neighbours::{Setup, System};

use crate::rig::{Rig, block};

const FORM: &str =
    "grant_type=client_credentials&client_id=dynamics-client&client_secret=dynamics-secret";
const LEADS: &str = "/api/data/v9.2/leads";
const FIRST: &str = "/api/data/v9.2/leads(00000000-0000-4000-8000-000000000001)";

async fn rig(change: impl FnOnce(&mut Setup)) -> Rig {
    let mut setup = Setup::new(System::Dynamics);
    change(&mut setup);
    let mut rig = Rig::new(setup);
    rig.log_in("POST /tenant/oauth2/v2.0/token", FORM).await;
    rig
}

#[test]
fn a_create_answers_with_the_id_alone_unless_the_record_is_preferred() {
    block(async {
        let rig = rig(|_| {}).await;
        let lead =
            r#"{"lastname":"O'Brien","emailaddress1":"o'brien@x.example","companyname":"Acme"}"#;
        let made = rig.ask(&format!("POST {LEADS}"), "", lead).await;
        assert_eq!((made.status, made.body.as_str()), (204, ""));
        assert_eq!(made.header("odata-version"), Some("4.0"));
        expect!["https://org.crm.dynamics.example/api/data/v9.2/leads(00000000-0000-4000-8000-000000000001)"]
            .assert_eq(made.header("odata-entityid").unwrap());
        assert_eq!(made.header("x-ms-ratelimit-burst-remaining-xrm-requests"), Some("5999"));
        let shown = rig
            .ask(&format!("POST {LEADS}"), "prefer: return=representation", r#"{"lastname":"Lee"}"#)
            .await;
        expect![[r#"201 {"@odata.context":"https://org.crm.dynamics.example/api/data/v9.2/$metadata#leads/$entity","@odata.etag":"W/\"2\"","leadid":"00000000-0000-4000-8000-000000000002","createdon":"2026-03-04T18:00:00Z","modifiedon":"2026-03-04T18:00:00Z","_ownerid_value":"00000000-0000-4000-9000-000000000001","lastname":"Lee","_createdby_value":"00000000-0000-4000-9000-000000000001","statecode":0,"statuscode":1}"#]].assert_eq(&shown.line());
        let found = rig
            .ask(&format!("GET {LEADS}?$select=leadid,ownerid,modifiedon&$filter=emailaddress1%20eq%20'O''Brien@x.example'"), "", "")
            .await;
        expect![[r#"200 {"@odata.context":"https://org.crm.dynamics.example/api/data/v9.2/$metadata#leads(leadid,ownerid,modifiedon)","value":[{"@odata.etag":"W/\"1\"","leadid":"00000000-0000-4000-8000-000000000001","_ownerid_value":"00000000-0000-4000-9000-000000000001","modifiedon":"2026-03-04T18:00:00Z"}]}"#]].assert_eq(&found.line());
    });
}

#[test]
fn a_patch_is_an_upsert_unless_it_has_a_condition() {
    block(async {
        let rig = rig(|_| {}).await;
        let new = rig.ask(&format!("PATCH {FIRST}"), "if-match: *", r#"{"lastname":"Lee"}"#).await;
        expect![[r#"404 {"error":{"code":"0x80040217","message":"Entity 'lead' With Id = 00000000-0000-4000-8000-000000000001 Does Not Exist"}}"#]].assert_eq(&new.line());
        let made = rig.ask(&format!("PATCH {FIRST}"), "", r#"{"lastname":"Lee"}"#).await;
        assert_eq!(made.status, 204);
        let never = rig.ask(&format!("PATCH {FIRST}"), "if-none-match: *", "{}").await;
        expect![[r#"412 {"error":{"code":"0x80040237","message":"A record with matching key values already exists."}}"#]].assert_eq(&never.line());
        let stale =
            rig.ask(&format!("PATCH {FIRST}"), "if-match: W/\"99\"", r#"{"lastname":"Li"}"#).await;
        expect![[r#"412 {"error":{"code":"0x80060882","message":"The version of the existing record doesn't match the RowVersion property provided."}}"#]].assert_eq(&stale.line());
        let good =
            rig.ask(&format!("PATCH {FIRST}"), "if-match: W/\"1\"", r#"{"lastname":"Li"}"#).await;
        assert_eq!(good.status, 204);
        let read = rig.ask(&format!("GET {FIRST}?$select=lastname"), "", "").await;
        expect![[r#"200 {"@odata.context":"https://org.crm.dynamics.example/api/data/v9.2/$metadata#leads/$entity","@odata.etag":"W/\"2\"","lastname":"Li","leadid":"00000000-0000-4000-8000-000000000001"}"#]].assert_eq(&read.line());
    });
}

#[test]
fn duplicates_are_detected_when_the_caller_asks_for_it() {
    for status in [412, 500] {
        block(async {
            let rig = rig(|setup| setup.duplicate_status = status).await;
            let lead = r#"{"lastname":"Lee","emailaddress1":"pat@x.example"}"#;
            let detect = "mscrm.suppressduplicatedetection: false";
            assert_eq!(rig.ask(&format!("POST {LEADS}"), detect, lead).await.status, 204);
            let again = rig.ask(&format!("POST {LEADS}"), detect, lead).await;
            assert_eq!(again.status, status);
            assert!(again.body.starts_with(r#"{"error":{"code":"0x80040333","message":"A record was not created or updated because a duplicate"#), "{}", again.body);
            assert_eq!(rig.ask(&format!("POST {LEADS}"), "", lead).await.status, 204);
            assert_eq!(rig.neighbour.records().len(), 2);
        });
    }
}

#[test]
fn a_lead_is_qualified_once() {
    block(async {
        let rig = rig(|_| {}).await;
        rig.ask(&format!("POST {LEADS}"), "", r#"{"lastname":"Lee"}"#).await;
        let act = format!("POST {FIRST}/Microsoft.Dynamics.CRM.QualifyLead");
        let short = rig.ask(&act, "", r#"{"CreateAccount":true}"#).await;
        expect![[r#"400 {"error":{"code":"0x80040203","message":"The parameter 'CreateContact' of QualifyLead is required."}}"#]].assert_eq(&short.line());
        let body =
            r#"{"CreateAccount":true,"CreateContact":true,"CreateOpportunity":false,"Status":3}"#;
        expect![[r##"200 {"@odata.context":"https://org.crm.dynamics.example/api/data/v9.2/$metadata#crmbaseentity","value":[{"@odata.type":"#Microsoft.Dynamics.CRM.account","accountid":"00000000-0000-4000-a000-000000000001"},{"@odata.type":"#Microsoft.Dynamics.CRM.contact","contactid":"00000000-0000-4000-a001-000000000001"}]}"##]].assert_eq(&rig.ask(&act, "", body).await.line());
        expect![[r#"400 {"error":{"code":"0x80048408","message":"The lead is already closed."}}"#]]
            .assert_eq(&rig.ask(&act, "", body).await.line());
        let read = rig.ask(&format!("GET {FIRST}?$select=statecode,statuscode"), "", "").await;
        assert!(read.body.contains(r#""statecode":1,"statuscode":3"#), "{}", read.body);
    });
}

#[test]
fn whoever_sends_too_much_waits_and_waits_longer_when_going_on() {
    block(async {
        let rig = rig(|setup| setup.limits.calls = 1).await;
        let read = format!("GET {LEADS}?$select=leadid");
        assert_eq!(rig.ask(&read, "", "").await.status, 200);
        let stop = rig.ask(&read, "", "").await;
        expect![[r#"429 {"error":{"code":"0x80072322","message":"Number of requests exceeded the limit of 1 over time window of 300 seconds."}}"#]].assert_eq(&stop.line());
        assert_eq!(stop.header("retry-after"), Some("300"));
        assert_eq!(rig.ask(&read, "", "").await.header("retry-after"), Some("301"));
        rig.later(301_000);
        assert_eq!(rig.ask(&read, "", "").await.status, 200);
    });
}

#[test]
fn what_is_not_emulated_is_said_and_counted() {
    block(async {
        let rig = rig(|_| {}).await;
        for (line, body) in [
            ("GET /api/data/v9.2/accounts".to_owned(), ""),
            (format!("GET {LEADS}?$expand=x"), ""),
            (format!("GET {LEADS}?$filter=contains(lastname,'x')"), ""),
        ] {
            let said = rig.ask(&line, "", body).await;
            assert_eq!(said.status, 501, "{line}");
            assert!(said.body.contains("leadsim's mock of Dynamics"), "{}", said.body);
        }
        assert_eq!(rig.neighbour.unsupported().len(), 3);
        let field = rig.ask(&format!("POST {LEADS}"), "", r#"{"shoe":"9"}"#).await;
        expect![[r#"400 {"error":{"code":"0x80060888","message":"Could not find a property named 'shoe' on type 'Microsoft.Dynamics.CRM.lead'."}}"#]].assert_eq(&field.line());
        let select = rig.ask(&format!("GET {LEADS}?$select=shoe"), "", "").await;
        assert_eq!(select.line(), field.line());
    });
}

#[test]
fn without_a_token_nobody_gets_in() {
    block(async {
        let mut rig = rig(|_| {}).await;
        rig.neighbour.expire_tokens();
        let said = rig.ask(&format!("GET {LEADS}"), "", "").await;
        assert_eq!((said.status, said.body.as_str()), (401, ""));
        assert!(said.header("www-authenticate").is_some());
        let wrong = rig
            .log_in(
                "POST /tenant/oauth2/v2.0/token",
                "grant_type=client_credentials&client_id=dynamics-client&client_secret=x",
            )
            .await;
        expect![[r#"401 {"error":"invalid_client","error_description":"AADSTS7000215: Invalid client secret provided."}"#]].assert_eq(&wrong.line());
    });
}
