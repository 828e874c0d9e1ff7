//! The control plane on a socket: who may call, and faults that only a socket shows.

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    time::{Duration, Instant},
};

use mock_salesforce::{FaultRule, Mock, MockSalesforce, Org, Verdict, clock::Wall, standard_org};

use crate::client::NOW;

/// Sends one request with these headers and gives status and whole text.
fn exchange(server: &MockSalesforce, line: &str, headers: &[&str]) -> (u16, String) {
    let mut stream = TcpStream::connect(server.address()).unwrap();
    let headers = headers.join("\r\n") + if headers.is_empty() { "" } else { "\r\n" };
    write!(stream, "{line} HTTP/1.1\r\n{headers}Connection: close\r\nContent-Length: 0\r\n\r\n")
        .unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    let status = text.split(' ').nth(1).and_then(|status| status.parse().ok());
    (status.unwrap_or_else(|| panic!("{text}")), text)
}

fn on_a_server(mock: Mock, test: impl FnOnce(&MockSalesforce) + Send + 'static) {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    runtime.block_on(async {
        let server = MockSalesforce::serving(mock).await.unwrap();
        let server = tokio::task::spawn_blocking(move || {
            test(&server);
            server
        });
        server.await.unwrap().shutdown().await;
    });
}

fn mock() -> Mock {
    Mock::new(Org::new(&standard_org(), NOW).unwrap(), Wall)
}

const HEALTH: &str = "GET /__mock/health";
const RESET: &str = "POST /__mock/reset";

#[test]
fn only_this_machine_may_make_control_calls() {
    on_a_server(mock(), |server| {
        let status = |line, headers: &[&str]| exchange(server, line, headers).0;
        let own = format!("Host: {}", server.address());
        let origin = format!("Origin: http://{}", server.address());
        for headers in [
            &["Host: localhost"][..],
            &[&own],
            &["Host: [::1]:8080"],
            &[&own, &origin],
            &["Host: localhost", "X-Forwarded-For: 127.0.0.1"],
            &["Host: localhost", "Sec-Fetch-Site: same-origin"],
        ] {
            assert_eq!(status(RESET, headers), 200, "{headers:?}");
        }
        for headers in [
            &["Host: evil.example"][..],
            &["Host: localhost.evil.example"],
            &["Host: localhost", "Origin: http://evil.example"],
            &["Host: localhost", "Origin: null"],
            &["Host: localhost", "Origin: http://localhost:1"],
            &["Host: localhost", "Sec-Fetch-Site: cross-site"],
            &["Host: localhost", "X-Forwarded-For: 127.0.0.1, 10.0.0.9"],
            &["Host: localhost", "Forwarded: for=10.0.0.9"],
        ] {
            let (status, text) = exchange(server, RESET, headers);
            assert_eq!(status, 403, "{headers:?}");
            assert!(text.contains("\"problem\":\"forbidden\""), "{text}");
        }
    });
}

#[test]
fn with_a_token_every_call_must_carry_it() {
    let mock = mock();
    assert!(mock.require_control_token("open-sesame"));
    assert!(!mock.require_control_token("another"));
    on_a_server(mock, |server| {
        let status = |headers: &[&str]| exchange(server, HEALTH, headers).0;
        assert_eq!(status(&["Host: localhost"]), 403);
        assert_eq!(status(&["Host: localhost", "X-Mock-Token: open-sesam"]), 403);
        assert_eq!(status(&["Host: localhost", "X-Mock-Token: open-sesame"]), 200);
        assert_eq!(status(&["Host: mock.internal", "Authorization: Bearer open-sesame"]), 200);
        let foreign = ["Host: a", "X-Mock-Token: open-sesame", "Origin: http://b"];
        assert_eq!(status(&foreign), 403);
    });
}

#[test]
fn a_slow_body_comes_in_pieces() {
    let mock = mock();
    let user = mock.first_user().unwrap().0;
    let token = mock.access_token(user);
    let verdict = Verdict::Dribble { chunk: 100, ms: 20 };
    mock.faults().add(FaultRule { times: Some(1), ..FaultRule::new("slow", verdict) });
    on_a_server(mock, move |server| {
        let bearer = format!("Authorization: Bearer {token}");
        let get = || {
            let start = Instant::now();
            let headers = ["Host: localhost", &bearer];
            let (_, text) = exchange(server, "GET /services/data", &headers);
            let body = text.split_once("\r\n\r\n").unwrap().1.to_owned();
            (body, start.elapsed())
        };
        let (slow, took) = get();
        assert!(slow.len() > 500 && took >= Duration::from_millis(100), "{} {took:?}", slow.len());
        let (fast, _) = get();
        assert!(slow.contains("/services/data/v62.0") && fast.contains("/services/data/v62.0"));
    });
}
