//! Serving on loopback: real sockets, and faults as acts on them.

use std::{
    io::{ErrorKind, Read as _, Write as _},
    net::TcpStream,
};

use mock_salesforce::{
    FaultRule, Mock, MockSalesforce, Operation, Org, Verdict, clock::Fixed, standard_org,
};

use crate::client::NOW;

fn mock() -> Mock {
    Mock::new(Org::new(&standard_org(), NOW).unwrap(), Fixed(NOW))
}

/// Sends one request and reads until the connection ends.
fn exchange(server: &MockSalesforce, line: &str, body: &str) -> Result<String, ErrorKind> {
    let mock = server.mock();
    let token = mock.access_token(mock.first_user().unwrap().0);
    let mut stream = TcpStream::connect(server.address()).map_err(|error| error.kind())?;
    let length = body.len();
    write!(stream, "{line} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: Bearer {token}\r\nContent-Length: {length}\r\n\r\n{body}")
        .map_err(|error| error.kind())?;
    let mut text = String::new();
    stream.read_to_string(&mut text).map_err(|error| error.kind())?;
    Ok(text)
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

const CREATE: &str = "POST //services/data/v62.0/sobjects/Lead/";
const LEAD: &str = r#"{"LastName":"A","Company":"B"}"#;

#[test]
fn calls_are_answered_on_a_socket() {
    on_a_server(mock(), |server| {
        let answer = exchange(server, CREATE, LEAD).unwrap().to_ascii_lowercase();
        assert!(answer.starts_with("http/1.1 201 created\r\n"), "{answer}");
        assert!(answer.contains("\r\ndate: wed, 13 may 2026 10:00:00 gmt\r\n"), "{answer}");
        assert!(answer.contains("\r\nsforce-limit-info: api-usage=1/15000\r\n"), "{answer}");
        let token = exchange(
            server,
            "POST /services/oauth2/token?grant_type=client_credentials&client_id=3MVG9mockConsumerKey&client_secret=mockConsumerSecret",
            "",
        );
        assert!(token.unwrap().contains(r#""instance_url":"http://localhost""#));
    });
}

#[test]
fn wire_faults_are_acts_on_the_socket() {
    let mock = mock();
    for (nth, verdict) in [
        (1, Verdict::ResetBefore),
        (2, Verdict::CommitThenLose),
        (3, Verdict::Truncate { keep: 5 }),
    ] {
        let rule = FaultRule {
            operations: vec![Operation::Create],
            nth: Some(nth),
            times: Some(1),
            ..FaultRule::new(format!("f{nth}"), verdict)
        };
        mock.faults().add(rule);
    }
    on_a_server(mock, |server| {
        let leads = || {
            let org = server.mock().org();
            org.count(org.schema().index_of("Lead").unwrap())
        };
        assert_eq!(exchange(server, CREATE, LEAD), Err(ErrorKind::ConnectionReset));
        assert_eq!(leads(), 0);
        assert_eq!(exchange(server, CREATE, LEAD), Err(ErrorKind::ConnectionReset));
        assert_eq!(leads(), 1);
        let cut = exchange(server, CREATE, &LEAD.replace('A', "Z")).unwrap();
        assert!(cut.ends_with("\r\n\r\n{\"id\""), "{cut}");
        assert_eq!(leads(), 2);
    });
}
