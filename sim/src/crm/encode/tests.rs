use engine::{AutoAssign, FieldName, Filter, SaveRow, Value};
use expect_test::{Expect, expect};

use super::*;

fn credentials() -> Credentials {
    Credentials {
        client_id: "3MVG9".into(),
        client_secret: "s&cret".into(),
        username: "sync@acme.example".into(),
        password: "pä+ss".into(),
    }
}

fn shown(call: &CrmCall) -> String {
    let (request, _) = request(CallId(7), call, (&credentials(), None));
    let headers: Vec<String> = request
        .headers()
        .iter()
        .map(|(name, value)| format!("{name}: {}\n", value.to_str().unwrap()))
        .collect();
    format!(
        "{} {}\n{}{}\n",
        request.method(),
        request.uri(),
        headers.concat(),
        String::from_utf8_lossy(request.body())
    )
}

fn check(call: &CrmCall, wanted: Expect) {
    wanted.assert_eq(&shown(call));
}

fn lead(id: Option<&str>, last_name: &str) -> SaveRow {
    SaveRow {
        id: id.map(Into::into),
        fields: vec![("LastName".into(), last_name.into()), ("City".into(), Value::Null)],
    }
}

fn save(operation: SaveOperation, rows: Vec<SaveRow>) -> Save {
    Save {
        object: "Lead".into(),
        operation,
        rows,
        auto_assign: AutoAssign::Off,
        allow_duplicate: false,
        all_or_none: false,
        by: None,
    }
}

fn by_email(count: usize) -> Find {
    let addresses =
        (0..count).map(|n| Value::from(format!("visitor{n}@long.example").as_str())).collect();
    Find {
        object: "Contact".into(),
        fields: vec![FieldName::from("Email")],
        filter: Filter::OneOf("Email".into(), addresses),
        include_deleted: false,
        first: None,
    }
}

#[test]
fn a_login_is_a_form_with_its_secrets_escaped() {
    check(
        &CrmCall::Login,
        expect![[r#"
        POST /services/oauth2/token
        x-call-id: 7
        content-type: application/x-www-form-urlencoded
        grant_type=password&client_id=3MVG9&client_secret=s%26cret&username=sync%40acme.example&password=p%C3%A4%2Bss
    "#]],
    );
}

#[test]
fn one_row_is_a_row_request_that_says_what_it_wants_of_the_rules() {
    check(
        &CrmCall::Save(save(SaveOperation::Create, vec![lead(None, "Doe")])),
        expect![[r#"
        POST /services/data/v62.0/sobjects/Lead
        x-call-id: 7
        content-type: application/json
        sforce-auto-assign: FALSE
        sforce-duplicate-rule-header: allowSave=false
        {"LastName":"Doe","City":null}
    "#]],
    );
    let update = Save {
        allow_duplicate: true,
        all_or_none: false,
        by: None,
        ..save(SaveOperation::Update, vec![lead(Some("00Q/1"), "Doe")])
    };
    check(
        &CrmCall::Save(update),
        expect![[r#"
        PATCH /services/data/v62.0/sobjects/Lead/00Q%2F1
        x-call-id: 7
        content-type: application/json
        sforce-auto-assign: FALSE
        sforce-duplicate-rule-header: allowSave=true
        {"LastName":"Doe","City":null}
    "#]],
    );
}

#[test]
fn an_upsert_has_its_key_in_the_address() {
    let by = engine::ExternalId { field: "Person__c".into(), value: "pat/o'lee@x.example".into() };
    let save = Save { by: Some(by), ..save(SaveOperation::Create, vec![lead(None, "Doe")]) };
    check(
        &CrmCall::Save(save),
        expect![[r#"
        PATCH /services/data/v62.0/sobjects/Lead/Person__c/pat%2Fo%27lee%40x.example
        x-call-id: 7
        content-type: application/json
        sforce-auto-assign: FALSE
        sforce-duplicate-rule-header: allowSave=false
        {"LastName":"Doe","City":null}
    "#]],
    );
}

#[test]
fn several_rows_are_a_collection_in_which_each_row_stands_alone() {
    let rows = vec![lead(Some("00Q1"), "Doe"), lead(Some("00Q2"), "Roe")];
    check(
        &CrmCall::Save(save(SaveOperation::Update, rows)),
        expect![[r#"
        PATCH /services/data/v62.0/composite/sobjects
        x-call-id: 7
        content-type: application/json
        sforce-auto-assign: FALSE
        sforce-duplicate-rule-header: allowSave=false
        {"allOrNone":false,"records":[{"attributes":{"type":"Lead"},"id":"00Q1","LastName":"Doe","City":null},{"attributes":{"type":"Lead"},"id":"00Q2","LastName":"Roe","City":null}]}
    "#]],
    );
}

#[test]
fn a_composite_gives_each_part_its_headers() {
    let parts = vec![
        CrmCall::Find(by_email(1)),
        CrmCall::Save(save(SaveOperation::Create, vec![lead(None, "@{x.id}")])),
    ];
    check(
        &CrmCall::Composite(parts),
        expect![[r#"
        POST /services/data/v62.0/composite
        x-call-id: 7
        content-type: application/json
        {"allOrNone":false,"compositeRequest":[{"method":"GET","url":"/services/data/v62.0/query?q=SELECT%20Id%2C%20Email%20FROM%20Contact%20WHERE%20Email%20%3D%20%27visitor0%40long.example%27","referenceId":"call7_0"},{"method":"POST","url":"/services/data/v62.0/sobjects/Lead","referenceId":"call7_1","httpHeaders":{"Sforce-Auto-Assign":"FALSE","Sforce-Duplicate-Rule-Header":"allowSave=false"},"body":{"LastName":"@{x.id}","City":null}}]}
    "#]],
    );
}

#[test]
fn a_query_too_long_for_a_url_goes_in_a_body() {
    let (short, _) = request(CallId(1), &CrmCall::Find(by_email(200)), (&credentials(), None));
    assert_eq!(short.method(), Method::GET);
    let (long, delivered) =
        request(CallId(1), &CrmCall::Find(by_email(2_000)), (&credentials(), None));
    assert_eq!(
        (long.method(), long.uri().path()),
        (&Method::POST, "/services/data/v62.0/composite")
    );
    assert_eq!(delivered.kind, "query");
}

#[test]
fn deleted_rows_and_further_pages_have_their_own_resources() {
    let find =
        Find { include_deleted: true, fields: vec![], filter: Filter::All(vec![]), ..by_email(0) };
    assert!(
        shown(&CrmCall::Find(find))
            .starts_with("GET /services/data/v62.0/queryAll?q=SELECT%20Id%20FROM%20Contact\n")
    );
    let more = CrmCall::More { locator: "/services/data/v62.0/query/0r8xx5-2000".into() };
    assert!(shown(&more).starts_with("GET /services/data/v62.0/query/0r8xx5-2000\n"));
}

#[test]
fn a_bulk_job_is_five_kinds_of_requests() {
    let job = || String::from("750");
    let open = BulkCall::Create { object: "Lead".into(), operation: SaveOperation::Create };
    check(
        &CrmCall::Bulk(open),
        expect![[r#"
        POST /services/data/v62.0/jobs/ingest
        x-call-id: 7
        content-type: application/json
        {"object":"Lead","operation":"insert","contentType":"CSV","columnDelimiter":"COMMA","lineEnding":"LF"}
    "#]],
    );
    check(
        &CrmCall::Bulk(BulkCall::Upload { job: job(), rows: vec![lead(None, "Doe")] }),
        expect![[r#"
        PUT /services/data/v62.0/jobs/ingest/750/batches
        x-call-id: 7
        content-type: text/csv
        LastName,City
        Doe,#N/A

    "#]],
    );
    check(
        &CrmCall::Bulk(BulkCall::Close { job: job() }),
        expect![[r#"
        PATCH /services/data/v62.0/jobs/ingest/750
        x-call-id: 7
        content-type: application/json
        {"state":"UploadComplete"}
    "#]],
    );
    assert!(
        shown(&CrmCall::Bulk(BulkCall::Poll { job: job() }))
            .starts_with("GET /services/data/v62.0/jobs/ingest/750\n")
    );
    let failed = BulkCall::Results { job: job(), list: BulkList::Failed };
    assert!(
        shown(&CrmCall::Bulk(failed))
            .starts_with("GET /services/data/v62.0/jobs/ingest/750/failedResults/\n")
    );
}

#[test]
fn what_was_delivered_is_told_part_by_part() {
    let parts = vec![
        CrmCall::Find(by_email(1)),
        CrmCall::Save(save(SaveOperation::Create, vec![lead(None, "Doe")])),
    ];
    let (_, told) = request(CallId(1), &CrmCall::Composite(parts), (&credentials(), None));
    let told: Vec<(&str, usize, usize)> =
        told.parts.iter().map(|part| (part.operation, part.rows, part.headers.len())).collect();
    assert_eq!(told, [("query", 0, 0), ("create", 1, 2)]);
}
