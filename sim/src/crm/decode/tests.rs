use axum::http::Response;
use engine::{
    AutoAssign, BulkList, FieldName, Filter, Find, RecordId, Row, SaveOperation, SaveRow, Value,
};
use proptest::prelude::*;

use super::*;

fn find(fields: &[&str]) -> CrmCall {
    CrmCall::Find(Find {
        object: "Lead".into(),
        fields: fields.iter().map(|name| (*name).into()).collect(),
        filter: Filter::All(vec![]),
        include_deleted: false,
        first: None,
    })
}

fn save(operation: SaveOperation, ids: &[Option<&str>]) -> CrmCall {
    CrmCall::Save(Save {
        object: "Lead".into(),
        operation,
        rows: ids.iter().map(|id| SaveRow { id: id.map(RecordId::from), fields: vec![] }).collect(),
        auto_assign: AutoAssign::Off,
        allow_duplicate: false,
        all_or_none: false,
        by: None,
    })
}

fn create() -> CrmCall {
    save(SaveOperation::Create, &[None])
}

fn replied(call: &CrmCall, status: u16, body: &str) -> Reply {
    let response = Response::builder().status(status).body(Bytes::from(body.to_owned())).unwrap();
    answer(call, Exchange::answered(response)).reply
}

fn refused(call: &CrmCall, status: u16, body: &str) -> Refusal {
    match replied(call, status, body) {
        Reply::Refused(refusal) => refusal,
        other => panic!("{other:?}"),
    }
}

fn unavailable_as(code: &str) -> Reply {
    unavailable(code)
}

const UNKNOWN: Reply = Reply::Lost(Lost::Unknown);

#[test]
fn a_page_gives_its_rows_as_asked_for() {
    let body = r#"{"totalSize":3,"done":false,"nextRecordsUrl":"/services/data/v62.0/query/0r8x-2000","records":[
        {"attributes":{"type":"Lead"},"Id":"00Q1","CreatedDate":"2021-12-03T17:59:15.000+0000","NumberOfEmployees":5,
         "Description":"2021-12-03T17:59:15.000+0000","AnnualRevenue":2.5,"Owner":{"attributes":{},"IsActive":true},"Who":null}]}"#;
    let fields = [
        "createddate",
        "CreatedDate",
        "Description",
        "NumberOfEmployees",
        "AnnualRevenue",
        "Owner.IsActive",
        "Who.Name",
        "Id",
    ];
    let Reply::Done(Done::Rows { rows, more }) = replied(&find(&fields), 200, body) else {
        panic!("no rows")
    };
    assert_eq!(more.as_deref(), Some("/services/data/v62.0/query/0r8x-2000"));
    let values: Vec<Value> = rows[0].fields.iter().map(|(_, value)| value.clone()).collect();
    assert_eq!(
        values[1..],
        [
            Value::Instant(Timestamp(1_638_554_355_000)),
            "2021-12-03T17:59:15.000+0000".into(),
            Value::Int(5),
            Value::Double(2.5),
            Value::Bool(true),
            Value::Null,
            "00Q1".into(),
        ]
    );
}

#[test]
fn a_further_page_gives_what_was_sent_under_dotted_names() {
    let body = r#"{"totalSize":1,"done":true,"records":[{"attributes":{},"Id":"00Q1","Owner":{"attributes":{},"Name":"Dana"}}]}"#;
    let row = Row {
        id: "00Q1".into(),
        fields: vec![("Id".into(), "00Q1".into()), ("Owner.Name".into(), "Dana".into())],
    };
    let more = CrmCall::More { locator: "x".into() };
    assert_eq!(replied(&more, 200, body), Reply::Done(Done::Rows { rows: vec![row], more: None }));
}

#[test]
fn a_long_query_is_answered_inside_a_composite() {
    let inner = r#"{"totalSize":0,"done":true,"records":[]}"#;
    let body = |status: u16, inner: &str| {
        format!(
            r#"{{"compositeResponse":[{{"body":{inner},"httpHeaders":{{}},"httpStatusCode":{status},"referenceId":"query"}}]}}"#
        )
    };
    assert_eq!(
        replied(&find(&[]), 200, &body(200, inner)),
        Reply::Done(Done::Rows { rows: vec![], more: None })
    );
    let error = r#"[{"message":"m","errorCode":"MALFORMED_QUERY"}]"#;
    assert_eq!(refused(&find(&[]), 200, &body(400, error)).code, "MALFORMED_QUERY");
    assert_eq!(
        replied(&find(&[]), 200, r#"{"compositeResponse":[]}"#),
        unavailable_as("unexpected shape")
    );
}

#[test]
fn rows_are_saved_one_by_one_or_together() {
    let done = |results: Vec<&str>| {
        Reply::Done(Done::Saved(results.into_iter().map(RecordId::from).map(Ok).collect()))
    };
    assert_eq!(
        replied(&create(), 201, r#"{"id":"00Q1","success":true,"errors":[]}"#),
        done(vec!["00Q1"])
    );
    assert_eq!(replied(&save(SaveOperation::Update, &[Some("00Q7")]), 204, ""), done(vec!["00Q7"]));
    let body = r#"[{"id":"00Q1","success":true,"errors":[]},
        {"success":false,"errors":[{"statusCode":"INVALID_EMAIL_ADDRESS","message":"m","fields":["Email"]}]}]"#;
    let Reply::Done(Done::Saved(results)) =
        replied(&save(SaveOperation::Create, &[None, None]), 200, body)
    else {
        panic!()
    };
    assert_eq!(results[0], Ok("00Q1".into()));
    assert_eq!(results[1].as_ref().unwrap_err().fields, [FieldName::from("Email")]);
}

#[test]
fn a_composites_parts_have_answers_of_their_own() {
    let call = CrmCall::Composite(vec![
        find(&["Email"]),
        create(),
        save(SaveOperation::Update, &[Some("00Q7")]),
    ]);
    let body = r#"{"compositeResponse":[
        {"body":{"totalSize":0,"done":true,"records":[]},"httpStatusCode":200,"referenceId":"a"},
        {"body":[{"message":"m","errorCode":"REQUIRED_FIELD_MISSING","fields":["LastName"]}],"httpStatusCode":400,"referenceId":"b"},
        {"body":null,"httpHeaders":{},"httpStatusCode":204,"referenceId":"c"}]}"#;
    let Reply::Done(Done::Parts(parts)) = replied(&call, 200, body) else { panic!() };
    assert_eq!(parts[0], Reply::Done(Done::Rows { rows: vec![], more: None }));
    assert!(
        matches!(&parts[1], Reply::Refused(refusal) if refusal.code == "REQUIRED_FIELD_MISSING")
    );
    assert_eq!(parts[2], Reply::Done(Done::Saved(vec![Ok("00Q7".into())])));
    assert_eq!(replied(&call, 200, r#"{"compositeResponse":[]}"#), UNKNOWN, "parts are missing");
}

#[test]
fn both_spellings_of_the_duplicate_payload_are_read() {
    for key in ["duplicateResut", "duplicateResult"] {
        let body = format!(
            r#"[{{"{key}":{{"allowSave":true,"duplicateRule":"Leads_DR","matchResults":[{{"entityType":"Contact","matchRecords":[
               {{"record":{{"attributes":{{"type":"Contact"}},"Id":"0031"}}}}]}}]}},"errorCode":"DUPLICATES_DETECTED","message":"m"}}]"#
        );
        let refusal = refused(&create(), 400, &body);
        assert_eq!(refusal.duplicates, [("Contact".into(), "0031".into())]);
        assert_eq!(refusal.duplicate_rule, Some(("Leads_DR".into(), true)));
    }
}

#[test]
fn several_errors_are_one_refusal() {
    let body = r#"[{"message":"one","errorCode":"V","fields":["A"]},{"message":"two","errorCode":"V","fields":["B"]}]"#;
    let refusal = refused(&create(), 400, body);
    assert_eq!((refusal.code.as_str(), refusal.message.as_str()), ("V", "one; two"));
    assert_eq!(refusal.fields, [FieldName::from("A"), "B".into()]);
    let body = r#"[{"message":"No such column 'foo__c' on sobject of type Lead","errorCode":"INVALID_FIELD"}]"#;
    assert_eq!(refused(&create(), 400, body).fields, [FieldName::from("foo__c")]);
}

#[test]
fn refusals_keep_their_code_whatever_the_status() {
    let error = |code: &str| format!(r#"[{{"message":"m","errorCode":"{code}"}}]"#);
    for (status, code) in [
        (401, "INVALID_SESSION_ID"),
        (403, "REQUEST_LIMIT_EXCEEDED"),
        (404, "ENTITY_IS_DELETED"),
        (500, "UNABLE_TO_LOCK_ROW"),
    ] {
        assert_eq!(refused(&create(), status, &error(code)).code, code);
        assert_eq!(refused(&find(&[]), status, &error(code)).code, code);
    }
    assert_eq!(refused(&create(), 401, "<html>").code, "INVALID_SESSION_ID");
    assert_eq!(
        refused(&CrmCall::Login, 400, r#"{"error":"invalid_grant","error_description":"x"}"#).code,
        "invalid_grant"
    );
    let several = refused(&find(&[]), 300, r#"["/services/data/v41.0/sobjects/Account/0011"]"#);
    assert_eq!(
        (several.code.as_str(), several.duplicates),
        ("MULTIPLE_CHOICES", vec![("Account".into(), "0011".into())])
    );
}

#[test]
fn a_login_is_refused_only_by_somebody_who_looked() {
    let error = r#"[{"message":"m","errorCode":"UNKNOWN_EXCEPTION"}]"#;
    assert_eq!(replied(&CrmCall::Login, 500, error), unavailable_as("UNKNOWN_EXCEPTION"));
    assert_eq!(refused(&CrmCall::Login, 403, error).code, "UNKNOWN_EXCEPTION");
    assert_eq!(replied(&CrmCall::Login, 302, ""), unavailable_as("redirect"));
}

#[test]
fn an_overloaded_server_is_unavailable_to_reads_and_writes() {
    let body = r#"[{"message":"Server Too Busy","errorCode":"SERVER_UNAVAILABLE"}]"#;
    for call in [create(), find(&[])] {
        assert_eq!(replied(&call, 503, body), unavailable_as("SERVER_UNAVAILABLE"));
        assert_eq!(
            replied(&call, 503, "<html>maintenance</html>"),
            unavailable_as("service unavailable")
        );
        assert_eq!(replied(&call, 307, ""), unavailable_as("redirect"));
        assert_eq!(refused(&call, 302, "").code, "REDIRECTED");
        assert_eq!(replied(&call, 414, "<h1>Bad Message 414</h1>"), unavailable_as("html page"));
    }
}

#[test]
fn an_answer_that_says_nothing_is_lost_for_a_write_and_unavailable_for_a_read() {
    for (status, body, words) in [
        (200, "<html>", "html page"),
        (200, "{\"totalSi", "unreadable answer"),
        (200, "[]", "unexpected shape"),
        (200, "{}", "unexpected shape"),
        (200, "null", "unexpected shape"),
        (200, "", "empty answer"),
        (500, "", "empty answer"),
        (502, "<html>", "html page"),
        (504, "[]", "error without a code"),
    ] {
        assert_eq!(replied(&find(&[]), status, body), unavailable_as(words), "{status} {body}");
        assert_eq!(replied(&create(), status, body), UNKNOWN, "{status} {body}");
    }
    for (exchange, read, write) in [
        (Lost::NotSent, Reply::Lost(Lost::NotSent), Reply::Lost(Lost::NotSent)),
        (Lost::Unknown, unavailable_as("no answer"), UNKNOWN),
    ] {
        assert_eq!(answer(&find(&[]), Exchange::Lost(exchange)).reply, read);
        assert_eq!(answer(&create(), Exchange::Lost(exchange)).reply, write);
    }
    let cut = || Exchange::Answered {
        response: Response::new(Bytes::from_static(b"[]")),
        cut: true,
        slow_ms: 0,
    };
    assert_eq!(answer(&find(&[]), cut()).reply, unavailable_as("cut answer"));
    assert_eq!(answer(&create(), cut()).reply, UNKNOWN);
}

#[test]
fn bulk_jobs_are_opened_polled_and_read() {
    let job = || String::from("750");
    let bulk = |call, status, body| replied(&CrmCall::Bulk(call), status, body);
    let open = BulkCall::Create { object: "Lead".into(), operation: SaveOperation::Create };
    assert_eq!(
        bulk(open, 200, r#"{"id":"750","state":"Open"}"#),
        Reply::Done(Done::JobOpened { job: job() })
    );
    assert_eq!(
        bulk(BulkCall::Upload { job: job(), rows: vec![] }, 201, ""),
        Reply::Done(Done::JobTaken)
    );
    assert_eq!(
        bulk(BulkCall::Close { job: job() }, 200, r#"{"state":"UploadComplete"}"#),
        Reply::Done(Done::JobTaken)
    );
    let state =
        |is_final, state: &str| Reply::Done(Done::JobState { is_final, state: state.into() });
    assert_eq!(
        bulk(BulkCall::Poll { job: job() }, 200, r#"{"state":"InProgress"}"#),
        state(false, "InProgress")
    );
    assert_eq!(
        bulk(BulkCall::Poll { job: job() }, 200, r#"{"state":"JobComplete"}"#),
        state(true, "JobComplete")
    );
    let list = |list, body| bulk(BulkCall::Results { job: job(), list }, 200, body);
    let failed = "\"sf__Id\",\"sf__Error\",\"LastName\"\n\"\",\"REQUIRED_FIELD_MISSING:Required: [Company]:Company --\",\"Doe\"\n";
    let Reply::Done(Done::JobResults(rows)) = list(BulkList::Failed, failed) else { panic!() };
    let refusal = rows[0].result.clone().unwrap().unwrap_err();
    assert_eq!(
        (refusal.code.as_str(), refusal.message.as_str()),
        ("REQUIRED_FIELD_MISSING", "Required: [Company]")
    );
    assert_eq!(refusal.fields, [FieldName::from("Company")]);
    assert_eq!(rows[0].columns, [("LastName".into(), "Doe".into())]);
    assert_eq!(list(BulkList::Unprocessed, ""), Reply::Done(Done::JobResults(vec![])));
    assert_eq!(list(BulkList::Successful, "<html>"), unavailable_as("html page"));
}

#[test]
fn every_answer_tells_usage_and_the_servers_time() {
    let response = Response::builder()
        .header("Sforce-Limit-Info", "api-usage=25/5000; per-app-api-usage=17/250(appName=sample)")
        .header("Date", "Fri, 03 Dec 2021 17:59:15 GMT")
        .body(Bytes::new());
    let told = answer(&find(&[]), Exchange::answered(response.unwrap()));
    assert_eq!(told.usage, Some(ApiUsage { used: 25, allowed: 5000 }));
    assert_eq!(told.server_time, Some(Timestamp(1_638_554_355_000)));
}

proptest! {
    #[test]
    fn no_body_breaks_the_decoder(status in 200_u16..600, body in r#"[\[\]{}":,a-z0-9<> ]{0,60}"#) {
        for call in [find(&["Email"]), create(), CrmCall::Login, CrmCall::Composite(vec![create()]),
            CrmCall::Bulk(BulkCall::Results { job: "7".into(), list: BulkList::Failed })] {
            replied(&call, status, &body);
        }
    }

    #[test]
    fn no_beginning_of_an_answer_is_taken_for_the_whole(keep in 0_usize..100) {
        let whole = r#"{"compositeResponse":[{"body":{"id":"00Q1","success":true,"errors":[]},"httpStatusCode":201}]}"#;
        let part = &whole[..keep.min(whole.len() - 1)];
        prop_assert_eq!(replied(&CrmCall::Composite(vec![create()]), 200, part), UNKNOWN);
        let whole = r#"[{"id":"00Q1","success":true,"errors":[]},{"id":"00Q2","success":true,"errors":[]}]"#;
        let part = &whole[..keep.min(whole.len() - 1)];
        prop_assert_eq!(replied(&save(SaveOperation::Create, &[None, None]), 200, part), UNKNOWN);
    }
}

#[test]
fn an_upsert_makes_a_record_or_meets_one_or_several() {
    let CrmCall::Save(save) = create() else { unreachable!() };
    let by = engine::ExternalId { field: "Person__c".into(), value: "pat".into() };
    let upsert = CrmCall::Save(Save { by: Some(by), ..save });
    let made = r#"{"id":"00Q1","success":true,"errors":[],"created":true}"#;
    assert_eq!(replied(&upsert, 201, made), Reply::Done(Done::Saved(vec![Ok("00Q1".into())])));
    let met = r#"{"id":"00Q1","success":true,"errors":[],"created":false}"#;
    assert_eq!(replied(&upsert, 200, met), Reply::Done(Done::Met(Some("00Q1".into()))));
    assert_eq!(replied(&upsert, 204, ""), Reply::Done(Done::Met(None)));
    let several =
        r#"["/services/data/v62.0/sobjects/Lead/00Q1","/services/data/v62.0/sobjects/Lead/00Q2"]"#;
    let refusal = refused(&upsert, 300, several);
    assert_eq!(refusal.code, "MULTIPLE_CHOICES");
    assert_eq!(refusal.duplicates.len(), 2);
    assert_eq!(replied(&upsert, 200, "<html>"), UNKNOWN);
}
