use super::*;

fn plan(rate: f64, ms: u64) -> Plan {
    Plan {
        target: None,
        rate,
        duration: Duration::from_millis(ms),
        workers: 16,
        mix: Mix::default(),
    }
}

#[test]
fn the_schedule_holds_rate_times_duration_visits() {
    assert_eq!(plan(200.0, 10_000).visits(), 2_000);
    assert_eq!(plan(0.1, 100).visits(), 1);
    assert_eq!(plan(f64::MAX, 10_000).visits(), VISIT_LIMIT);
    assert_eq!(moment(3, 2.0), Duration::from_millis(1_500));
}

#[tokio::test]
async fn a_short_load_on_a_mock_of_its_own_is_right_in_every_reply() {
    let mut seen = 0;
    let report = press(plan(100.0, 400), |through| seen = through).await.unwrap();

    assert_eq!(report.findings(), Vec::<String>::new());
    assert_eq!((seen, report.tally.planned), (40 - report.tally.skipped, 40));
    assert_eq!(report.tally.done, seen);
    let figures = report.figures();
    assert!(figures["duplicates_created"].value < 1.0);
    assert!(figures["visitors_per_s"].ratio().unwrap() > 0.0);
    let names: Vec<&str> = figures.keys().copied().collect();
    assert_eq!(
        names,
        METRICS.map(|metric| metric.name),
        "every figure is listed, and every listed figure is measured"
    );
    let mut text = Vec::new();
    write_report(&mut text, &report, &[]).unwrap();
    assert!(String::from_utf8(text).unwrap().contains("0 missing, 0 duplicates"));
}

#[tokio::test]
async fn a_target_that_is_not_loopback_is_refused_before_anything_is_sent() {
    let credentials = Credentials::of_mock(&mock_salesforce::Login::default(), "x");
    let plan =
        Plan { target: Some(("https://login.salesforce.com".into(), credentials)), ..plan(1.0, 1) };
    let refused = press(plan, |_| {}).await.unwrap_err();
    assert!(refused.to_string().contains("belongs to Salesforce"), "{refused}");
}
