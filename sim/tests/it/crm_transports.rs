//! The CRM in front of the real mock: what calls come to, and that no transport tells it differently.

use engine::{
    Answer, AutoAssign, BulkCall, BulkList, CallId, CrmCall, Done, Filter, Find, Lost, RecordId,
    Refusal, Reply, Row, Save, SaveOperation, SaveRow, Value,
};
use mock_salesforce::{
    FaultBody, FaultRule, Mock, Operation, Org, OrgSeed, Timestamp, Verdict, clock::Fixed,
    seed::UserSeed,
};
use proptest::prelude::*;
use sim::crm::{
    Credentials, Crm,
    transport::{Direct, Duplex, Tcp},
};

const NOW: Timestamp = Timestamp(1_767_225_600_000);

/// The same org three times, each behind another transport.
fn crms(faults: &[FaultRule]) -> Vec<(Mock, Crm)> {
    let mock = || {
        let user = UserSeed {
            name: "Sync User".into(),
            username: "sync@acme.example".into(),
            ..UserSeed::default()
        };
        let org = Org::new(&OrgSeed { users: vec![user], ..OrgSeed::default() }, NOW).unwrap();
        let mock = Mock::new(org, Fixed(NOW));
        for fault in faults {
            mock.faults().add(fault.clone());
        }
        let credentials = Credentials::of_mock(&mock.login(), "sync@acme.example");
        (mock, credentials)
    };
    let ((direct, a), (duplex, b), (tcp, c)) = (mock(), mock(), mock());
    let crms = [
        Crm::new(Direct::new(direct.router()), a),
        Crm::new(Duplex::new(duplex.router()), b),
        Crm::new(Tcp::serve(tcp.router()).unwrap(), c),
    ];
    [direct, duplex, tcp].into_iter().zip(crms).collect()
}

/// The answers to these calls after a login, once every transport has given the same.
fn answers(faults: &[FaultRule], calls: &[CrmCall]) -> Vec<(Answer, u64)> {
    let mut told: Vec<Vec<(Answer, u64)>> = Vec::new();
    for (_, mut crm) in crms(faults) {
        let calls = std::iter::once(&CrmCall::Login).chain(calls);
        let carried_out = calls.zip(0..).map(|(call, id)| crm.carry_out(CallId(id), call));
        told.push(carried_out.map(|it| (it.answer, it.slow_ms)).skip(1).collect());
    }
    assert_eq!(told[0], told[1], "direct and duplex");
    assert_eq!(told[0], told[2], "direct and tcp");
    told.swap_remove(0)
}

fn replies(faults: &[FaultRule], calls: &[CrmCall]) -> Vec<Reply> {
    answers(faults, calls).into_iter().map(|(answer, _)| answer.reply).collect()
}

fn find(email: &str) -> CrmCall {
    CrmCall::Find(Find {
        object: "Lead".into(),
        fields: vec!["Email".into(), "LastName".into(), "CreatedDate".into(), "Owner.Name".into()],
        filter: Filter::OneOf("Email".into(), vec![email.into()]),
        include_deleted: false,
        first: None,
    })
}

fn row(id: Option<&RecordId>, fields: &[(&str, &str)]) -> SaveRow {
    SaveRow {
        id: id.cloned(),
        fields: fields.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect(),
    }
}

fn create(rows: Vec<SaveRow>) -> CrmCall {
    CrmCall::Save(Save {
        object: "Lead".into(),
        operation: SaveOperation::Create,
        rows,
        auto_assign: AutoAssign::Off,
        allow_duplicate: false,
        all_or_none: false,
        by: None,
    })
}

fn update(rows: Vec<SaveRow>) -> CrmCall {
    let CrmCall::Save(save) = create(rows) else { unreachable!() };
    CrmCall::Save(Save { operation: SaveOperation::Update, ..save })
}

const PAT: [(&str, &str); 3] =
    [("LastName", "O'Brien \\' ß"), ("Company", "Acme"), ("Email", "pat@x.example")];

fn saved(reply: &Reply) -> Vec<RecordId> {
    match reply {
        Reply::Done(Done::Saved(results)) => {
            results.iter().map(|result| result.clone().unwrap()).collect()
        }
        other => panic!("{other:?}"),
    }
}

fn rows(reply: &Reply) -> &[Row] {
    match reply {
        Reply::Done(Done::Rows { rows, .. }) => rows,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_created_lead_is_found_with_the_types_of_its_fields() {
    let told = replies(
        &[],
        &[find("pat@x.example"), create(vec![row(None, &PAT)]), find("PAT@x.example")],
    );
    assert!(rows(&told[0]).is_empty());
    let found = rows(&told[2]);
    assert_eq!(found[0].id, saved(&told[1])[0]);
    assert_eq!(found[0].get("LastName"), Some(&Value::from("O'Brien \\' ß")));
    assert_eq!(found[0].get("CreatedDate"), Some(&Value::Instant(engine::Timestamp(NOW.0))));
    assert_eq!(found[0].get("Owner.Name"), Some(&Value::from("Sync User")));
}

#[test]
fn rows_of_a_collection_stand_alone() {
    let told = replies(&[], &[create(vec![row(None, &PAT), row(None, &[("LastName", "Doe")])])]);
    let Reply::Done(Done::Saved(results)) = &told[0] else { panic!("{told:?}") };
    assert!(results[0].is_ok());
    let refusal = results[1].as_ref().unwrap_err();
    assert_eq!(
        (refusal.code.as_str(), refusal.fields[0].as_str()),
        ("REQUIRED_FIELD_MISSING", "Company")
    );
}

#[test]
fn a_composites_parts_are_answered_in_order() {
    let parts = vec![
        find("pat@x.example"),
        create(vec![row(None, &PAT)]),
        create(vec![row(None, &[("LastName", "Doe")])]),
    ];
    let told = replies(&[], &[CrmCall::Composite(parts), find("pat@x.example")]);
    let Reply::Done(Done::Parts(parts)) = &told[0] else { panic!("{told:?}") };
    assert!(rows(&parts[0]).is_empty());
    assert_eq!(saved(&parts[1]), [rows(&told[1])[0].id.clone()]);
    assert!(
        matches!(&parts[2], Reply::Refused(Refusal { code, .. }) if code == "REQUIRED_FIELD_MISSING")
    );
}

#[test]
fn updates_of_one_and_of_several_answer_with_the_ids() {
    for (_, mut crm) in crms(&[]) {
        let mut call = |call: &CrmCall| crm.carry_out(CallId(1), call).answer.reply;
        call(&CrmCall::Login);
        let ids = saved(&call(&create(vec![
            row(None, &PAT),
            row(None, &[("LastName", "Roe"), ("Company", "B")]),
        ])));
        let title = [("Title", "Captain")];
        assert_eq!(saved(&call(&update(vec![row(Some(&ids[0]), &title)]))), ids[..1]);
        assert_eq!(
            saved(&call(&update(vec![row(Some(&ids[0]), &title), row(Some(&ids[1]), &title)]))),
            ids
        );
    }
}

#[test]
fn a_query_too_long_for_a_url_is_answered_as_any_other() {
    let mut addresses: Vec<Value> =
        (0..1_500).map(|n| Value::from(format!("nobody{n}@x.example").as_str())).collect();
    addresses.push("pat@x.example".into());
    let CrmCall::Find(short) = find("") else { unreachable!() };
    let long = Find { filter: Filter::OneOf("Email".into(), addresses), ..short };
    let told = replies(&[], &[create(vec![row(None, &PAT)]), CrmCall::Find(long)]);
    assert_eq!(rows(&told[1])[0].id, saved(&told[0])[0]);
}

#[test]
fn hostile_text_stays_text_in_a_query() {
    let hostile = ["' OR Id != '", "\\", "\\'", "%", "a\nb", "') OR (Id != '", "\u{0}", "💥"];
    for text in hostile {
        let told = replies(&[], &[create(vec![row(None, &PAT)]), find(text)]);
        assert!(rows(&told[1]).is_empty(), "{text}: {told:?}");
    }
}

#[test]
fn every_page_of_a_long_result_is_read_one_call_each() {
    for (mock, mut crm) in crms(&[]) {
        crm.carry_out(CallId(0), &CrmCall::Login);
        for first in 0..11 {
            let many = (0..200)
                .map(|n| row(None, &[("LastName", &format!("L{first}-{n}")), ("Company", "Many")]))
                .collect();
            let reply = crm.carry_out(CallId(1), &create(many)).answer.reply;
            assert_eq!(saved(&reply).len(), 200);
        }
        let before = mock.traffic().recorded();
        let CrmCall::Find(all) = find("") else { unreachable!() };
        let all = CrmCall::Find(Find {
            filter: Filter::OneOf("Company".into(), vec!["Many".into()]),
            ..all
        });
        let Reply::Done(Done::Rows { rows: first, more: Some(locator) }) =
            crm.carry_out(CallId(2), &all).answer.reply
        else {
            panic!("there should be two pages")
        };
        let second = crm.carry_out(CallId(3), &CrmCall::More { locator }).answer.reply;
        assert_eq!(first.len() + rows(&second).len(), 2_200);
        assert_eq!(rows(&second)[0].get("Owner.Name"), Some(&Value::from("Sync User")));
        assert_eq!(mock.traffic().recorded() - before, 2);
    }
}

#[test]
fn every_answer_tells_usage_and_the_mocks_time() {
    let (answer, _) = answers(&[], &[find("x@x.example")]).remove(0);
    assert_eq!(answer.server_time, Some(engine::Timestamp(NOW.0)));
    assert_eq!(answer.usage.map(|usage| usage.used), Some(1));
}

fn fault(operation: Operation, verdict: Verdict) -> FaultRule {
    FaultRule { operations: vec![operation], times: Some(1), ..FaultRule::new("f", verdict) }
}

fn unavailable(code: &str) -> Reply {
    Reply::Unavailable { code: code.into() }
}

/// What the faulted call was answered, and how many leads there are afterwards.
fn faulted_create(verdict: Verdict) -> (Reply, usize) {
    let calls = [create(vec![row(None, &PAT)]), find("pat@x.example")];
    let told = replies(&[fault(Operation::Create, verdict)], &calls);
    (told[0].clone(), rows(&told[1]).len())
}

#[test]
fn faults_of_the_wire_leave_a_write_unknown_or_unsent() {
    assert_eq!(faulted_create(Verdict::CommitThenLose), (Reply::Lost(Lost::Unknown), 1));
    assert_eq!(faulted_create(Verdict::ResetBefore), (Reply::Lost(Lost::NotSent), 0));
    assert_eq!(faulted_create(Verdict::Truncate { keep: 5 }), (Reply::Lost(Lost::Unknown), 1));
    assert_eq!(faulted_create(Verdict::Truncate { keep: 0 }), (Reply::Lost(Lost::Unknown), 1));
}

#[test]
fn faults_of_the_wire_make_a_read_unavailable() {
    let faulted =
        |verdict| replies(&[fault(Operation::Query, verdict)], &[find("pat@x.example")]).remove(0);
    assert_eq!(faulted(Verdict::CommitThenLose), unavailable("no answer"));
    assert_eq!(faulted(Verdict::ResetBefore), Reply::Lost(Lost::NotSent));
    assert_eq!(faulted(Verdict::Truncate { keep: 9 }), unavailable("cut answer"));
}

#[test]
fn a_slow_answer_is_told_as_slow_and_nobody_waits() {
    let started = std::time::Instant::now();
    let slow = fault(Operation::Query, Verdict::Slow { ms: 60_000 });
    let told = answers(&[slow], &[find("a@x.example"), find("a@x.example")]);
    assert_eq!(told.iter().map(|(_, slow_ms)| *slow_ms).collect::<Vec<_>>(), [60_000, 0]);
    assert!(started.elapsed() < std::time::Duration::from_secs(30));
}

#[test]
fn answers_of_the_fault_plan_are_read_as_salesforces_own() {
    let answer = |status, body| faulted_create(Verdict::Answer { status, body }).0;
    let error = |code: &str| FaultBody::Error { code: code.into(), message: "m".into() };
    assert_eq!(answer(503, FaultBody::Html("<html>".into())), unavailable("service unavailable"));
    assert_eq!(answer(503, error("SERVER_UNAVAILABLE")), unavailable("SERVER_UNAVAILABLE"));
    for (status, code) in
        [(500, "UNABLE_TO_LOCK_ROW"), (403, "REQUEST_LIMIT_EXCEEDED"), (401, "INVALID_SESSION_ID")]
    {
        assert!(
            matches!(answer(status, error(code)), Reply::Refused(refusal) if refusal.code == code)
        );
    }
}

#[test]
fn an_expired_session_is_refused_and_a_new_login_helps() {
    let expire = fault(Operation::Query, Verdict::ExpireSessions);
    let told = replies(
        &[expire],
        &[find("a@x.example"), find("a@x.example"), CrmCall::Login, find("a@x.example")],
    );
    for reply in &told[..2] {
        assert!(
            matches!(reply, Reply::Refused(refusal) if refusal.code == "INVALID_SESSION_ID"),
            "{reply:?}"
        );
    }
    assert_eq!(told[2], Reply::Done(Done::LoggedIn));
    assert!(rows(&told[3]).is_empty());
}

#[test]
fn a_bulk_job_is_loaded_and_its_results_are_read() {
    for (_, mut crm) in crms(&[]) {
        let mut call = |call: BulkCall| crm.carry_out(CallId(1), &CrmCall::Bulk(call)).answer.reply;
        assert!(
            matches!(call(BulkCall::Poll { job: "750".into() }), Reply::Refused(_)),
            "nobody logged in"
        );
        crm.carry_out(CallId(0), &CrmCall::Login);
        let mut call = |call: BulkCall| crm.carry_out(CallId(1), &CrmCall::Bulk(call)).answer.reply;
        let opened =
            call(BulkCall::Create { object: "Lead".into(), operation: SaveOperation::Create });
        let Reply::Done(Done::JobOpened { job }) = opened else { panic!("{opened:?}") };
        let rows =
            vec![row(None, &PAT), row(None, &[("LastName", "No company, \"quoted\"\nline")])];
        assert_eq!(call(BulkCall::Upload { job: job.clone(), rows }), Reply::Done(Done::JobTaken));
        assert_eq!(call(BulkCall::Close { job: job.clone() }), Reply::Done(Done::JobTaken));
        let polled = call(BulkCall::Poll { job: job.clone() });
        assert_eq!(
            polled,
            Reply::Done(Done::JobState { is_final: true, state: "JobComplete".into() })
        );
        let mut list = |list| match call(BulkCall::Results { job: job.clone(), list }) {
            Reply::Done(Done::JobResults(rows)) => rows,
            other => panic!("{other:?}"),
        };
        assert!(matches!(list(BulkList::Successful)[0].result, Some(Ok(_))));
        let failed = list(BulkList::Failed).remove(0);
        assert_eq!(failed.columns[0], ("LastName".into(), "No company, \"quoted\"\nline".into()));
        assert_eq!(failed.result.unwrap().unwrap_err().code, "REQUIRED_FIELD_MISSING");
        assert!(list(BulkList::Unprocessed).is_empty());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_text_makes_a_query_that_is_taken_and_finds_nothing_else(texts in prop::collection::vec(r"[\\\\'%_\n\r\t\x00a-z ()\PC]{1,30}", 8)) {
        let (_, mut crm) = crms(&[]).swap_remove(0);
        crm.carry_out(CallId(0), &CrmCall::Login);
        crm.carry_out(CallId(1), &create(vec![row(None, &PAT)]));
        for text in texts {
            let reply = crm.carry_out(CallId(2), &find(&text)).answer.reply;
            prop_assert!(rows(&reply).is_empty(), "{:?}", reply);
        }
    }
}
