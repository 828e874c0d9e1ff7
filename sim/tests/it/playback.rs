//! A playback link is really served: over a socket, without logging in, and nothing else is to be had there.

use std::path::Path;

use scenarios::ast::Scenario;
use serde_json::Value;
use sim::{RunOptions, run_scenario, suite};

fn shipped(id: &str) -> Scenario {
    let suites = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scenarios/suites");
    let suite = suite::Suite::of(suite::discover(&[suites]).unwrap());
    suite.scenarios.into_iter().find(|it| it.full_id() == id).unwrap()
}

/// The part of a link that opens it.
fn token(link: &str) -> String {
    link.rsplit('/').next().unwrap().to_owned()
}

#[tokio::test]
async fn a_link_of_a_run_opens_over_a_socket_and_a_guess_does_not() {
    let scenario = shipped("qualified/playback/calls-in-a-recording[occurrence]");
    let outcome = run_scenario(&scenario, &RunOptions::default()).unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = tokio::spawn(axum::serve(listener, outcome.playback()).into_future());
    let token = token(&outcome.playback_link("pat"));
    let opened = reqwest::get(format!("http://{address}/{token}")).await.unwrap();
    assert_eq!(opened.status().as_u16(), 200);
    assert_eq!(opened.headers()["cache-control"], "no-store");
    let body: Value = serde_json::from_slice(&opened.bytes().await.unwrap()).unwrap();
    assert_eq!(body["calls"], serde_json::json!([{ "at": "2026-03-02T17:03:02Z" }]));
    assert_eq!(body["transcript"][0]["text"], "Thanks");
    let guess = reqwest::get(format!("http://{address}/{}", "0".repeat(32))).await.unwrap();
    let name = reqwest::get(format!("http://{address}/pat")).await.unwrap();
    assert_eq!((guess.status().as_u16(), name.status().as_u16()), (404, 404));
    assert_eq!(guess.bytes().await.unwrap(), name.bytes().await.unwrap());
    server.abort();
}

#[test]
fn no_capability_stands_in_a_journal() {
    let scenario = shipped("qualified/playback/what-a-link-shows");
    let outcome = run_scenario(&scenario, &RunOptions::default()).unwrap();
    let token = token(&outcome.playback_link("pat"));
    let lines = outcome.journal(&scenario);
    assert!(lines.iter().any(|line| line.kind == "view"), "the playback was looked at");
    let shows = lines.iter().filter(|line| format!("{line:?}").contains(&token)).count();
    assert_eq!(shows, 0);
}
