//! Load against servers that do not keep what they promise: what is wrong must be told as wrong, and what is only lost
//! must not.

use std::time::Duration;

use mock_salesforce::{
    FaultBody, FaultRule, Mock, MockSalesforce, Operation, Org, OrgSeed, Verdict,
    clock::{Clock as _, Wall},
    seed::UserSeed,
};
use sim::{
    crm::Credentials,
    hold::{Side, missed, parse},
    load::{LoadReport, METRICS, Plan, press},
};

const USERNAME: &str = "sync@acme.example";

async fn pressed(mix: &str, faults: impl IntoIterator<Item = FaultRule>) -> LoadReport {
    let user =
        UserSeed { name: "Sync User".into(), username: USERNAME.into(), ..UserSeed::default() };
    let org = Org::new(&OrgSeed { users: vec![user], ..OrgSeed::default() }, Wall.now()).unwrap();
    let mock = Mock::new(org, Wall);
    for fault in faults {
        assert!(mock.faults().add(fault));
    }
    let server = MockSalesforce::serving(mock.clone()).await.unwrap();
    let credentials = Credentials::of_mock(&mock.login(), USERNAME);
    let plan = Plan {
        target: Some((server.url(), credentials)),
        rate: 100.0,
        duration: Duration::from_millis(200),
        workers: 32,
        mix: mix.parse().unwrap(),
    };
    press(plan, |_| {}).await.unwrap()
}

fn on(operation: Operation, verdict: Verdict) -> FaultRule {
    FaultRule { operations: vec![operation], every: Some(5), ..FaultRule::new("f", verdict) }
}

#[tokio::test]
async fn a_server_that_answers_and_does_not_save_is_wrong() {
    let text = r#"{"id":"00Q000000000001AAA","success":true,"errors":[]}"#.into();
    let body = FaultBody::Raw { content_type: "application/json".into(), text };
    let report =
        pressed("new=1", [on(Operation::Create, Verdict::Answer { status: 201, body })]).await;

    assert_eq!((report.tally.done, report.tally.wrong), (16, 4));
    assert_eq!(report.audit.missing, 4);
    let findings = report.findings();
    assert_eq!(findings.len(), 5, "{findings:#?}");
    assert!(findings[0].contains("was written as"), "{findings:#?}");
    assert!(
        findings[4].contains("4 leads were answered as created and are not there"),
        "{findings:#?}"
    );
}

#[tokio::test]
async fn a_server_that_saves_and_does_not_answer_is_not_wrong() {
    let report = pressed("new=1", [on(Operation::Create, Verdict::CommitThenLose)]).await;

    assert_eq!(report.findings(), Vec::<String>::new());
    assert_eq!((report.tally.done, report.tally.failed), (16, 4));
    assert_eq!(
        report.tally.failures.iter().collect::<Vec<_>>(),
        [(&"lost: Unknown".to_owned(), &4)]
    );
    assert_eq!((report.audit.unsure, report.audit.missing, report.audit.uncalled_for), (4, 0, 0));
    assert_eq!(report.audit.held, 32 + 20, "known leads and new ones");
}

#[tokio::test]
async fn an_overloaded_server_fails_visits_and_a_held_figure_tells() {
    let busy = Verdict::Answer { status: 503, body: FaultBody::Html("<html>busy</html>".into()) };
    let report = pressed("new=1,known=1,refused=1,lookup=1", [on(Operation::Query, busy)]).await;

    assert!(report.tally.failed > 0);
    assert_eq!(report.findings(), Vec::<String>::new());
    let bounds =
        parse(Side::AtMost, "failed_visits=0,duplicates_created=0,wrong_replies=0", &METRICS)
            .unwrap();
    let missed: Vec<&str> =
        missed(&bounds, &report.figures()).iter().map(|it| it.bound.metric.name).collect();
    assert_eq!(missed, ["failed_visits"]);
}

#[tokio::test]
async fn a_slow_server_does_not_slow_the_arrivals() {
    let report = pressed("lookup=1", [FaultRule::new("f", Verdict::Slow { ms: 300 })]).await;

    assert_eq!(report.tally.planned, 20);
    assert_eq!(report.tally.done + report.tally.skipped, 20);
    assert!(
        report.elapsed < Duration::from_secs(4),
        "20 visits of 300 ms each overlap: {:?}",
        report.elapsed
    );
    assert!(report.tally.visit_us.min() >= 300_000, "{}", report.tally.visit_us.min());
}

#[tokio::test]
async fn a_session_that_runs_out_is_renewed() {
    let expire =
        FaultRule { nth: Some(7), times: Some(1), ..FaultRule::new("f", Verdict::ExpireSessions) };
    let report = pressed("new=1", [expire]).await;

    assert_eq!(report.findings(), Vec::<String>::new());
    assert_eq!((report.tally.done, report.tally.failed), (20, 0));
}
