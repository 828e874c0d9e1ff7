//! Serving on loopback: real sockets, and faults as acts on them.

use std::{
    io::{BufRead as _, BufReader, ErrorKind, Read as _, Write as _},
    net::TcpStream,
    path::Path,
    process::{Child, Command, Stdio},
    sync::Arc,
    time::Duration,
};

use mock_salesforce::{
    FaultRule, Mock, MockSalesforce, Operation, Org, Serving, Verdict, clock::Fixed, standard_org,
};

use serde_json::Value as Json;
use tokio_rustls::rustls::{
    ClientConfig, ClientConnection, RootCertStore, StreamOwned,
    crypto::ring::default_provider,
    pki_types::{CertificateDer, pem::PemObject as _},
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
    on(mock, Serving::default(), test);
}

fn on(mock: Mock, serving: Serving, test: impl FnOnce(&MockSalesforce) + Send + 'static) {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    runtime.block_on(async {
        let server = MockSalesforce::serve(mock, serving).await.unwrap();
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

/// As Workbench and curl send a query that was pasted, on one connection.
#[test]
fn an_address_may_hold_characters_that_no_uri_may() {
    on_a_server(mock(), |server| {
        let mock = server.mock();
        let token = mock.access_token(mock.first_user().unwrap().0);
        let mut stream = TcpStream::connect(server.address()).unwrap();
        let mut ask = |line: &str, body: &str| {
            let length = body.len();
            write!(stream, "{line} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}").unwrap();
            let mut text = Vec::new();
            while !text.ends_with(b"}") && !text.ends_with(b"]") {
                let mut piece = [0; 4096];
                let length = stream.read(&mut piece).unwrap();
                assert!(length > 0, "{}", String::from_utf8_lossy(&text));
                text.extend_from_slice(&piece[..length]);
            }
            String::from_utf8(text).unwrap()
        };
        let lead = ask(
            "POST /services/data/v60.0/sobjects/Lead",
            r#"{"LastName":"<\"A\">","Company":"C","NumberOfEmployees":3}"#,
        );
        assert!(lead.starts_with("HTTP/1.1 201"), "{lead}");
        let query = "GET /services/data/v60.0/query?q=SELECT+LastName+FROM+Lead+WHERE+NumberOfEmployees>2+AND+NumberOfEmployees<4";
        for _ in 0..2 {
            let found = ask(query, "");
            assert!(found.contains(r#""LastName":"<\"A\">""#), "{found}");
        }
        let refused = ask("GET /services/data/v60.0/query?q=SELECT+\"Id\"+FROM+Lead", "");
        assert!(refused.contains("MALFORMED_QUERY"), "{refused}");
    });
}

/// Sends bytes, and reads until nothing more comes.
fn told(server: &MockSalesforce, pieces: &[&[u8]]) -> String {
    let mut stream = TcpStream::connect(server.address()).unwrap();
    stream.set_nodelay(true).unwrap();
    let mut text = Vec::new();
    for (at, piece) in pieces.iter().enumerate() {
        // What the server ended may be written to no more.
        let _ = stream.write_all(piece);
        if at + 1 < pieces.len() {
            let mut some = [0; 4096];
            let length = stream.read(&mut some).unwrap();
            text.extend_from_slice(&some[..length]);
        }
    }
    let _ = stream.read_to_end(&mut text);
    String::from_utf8_lossy(&text).into_owned()
}

#[test]
fn an_address_may_hold_letters_of_any_character_set() {
    on_a_server(mock(), |server| {
        let token = server.mock().access_token(server.mock().first_user().unwrap().0);
        let rest = format!(
            "HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer {token}\r\n\r\n"
        );
        for letters in [&b"\xe9"[..], b"\xc3\xa9", b"O\\'Neil"] {
            let start = b"GET /services/data/v62.0/query?q=SELECT+Id+FROM+Lead+WHERE+LastName='";
            let request = [start, letters, b"' ", rest.as_bytes()].concat();
            let answer = told(server, &[&request]);
            assert!(answer.contains(r#"{"totalSize":0,"done":true,"records":[]}"#), "{answer}");
        }
    });
}

#[test]
fn what_is_no_request_is_counted() {
    on_a_server(mock(), |server| {
        assert!(told(server, &[b"GET \x01 HTTP/1.1\r\n\r\n"]).starts_with("HTTP/1.1 400"));
        // The connection's end is seen here before it is there.
        let counted = (0..500).map(|_| {
            std::thread::sleep(Duration::from_millis(10));
            server.mock().unsupported()
        });
        let counted = counted.into_iter().find(|counted| !counted.is_empty()).unwrap();
        assert_eq!(counted.get("requests that are no HTTP"), Some(&1));
        assert_eq!(mock_salesforce::support::matrix(&counted).unplaced.len(), 0);
    });
}

/// The refusal is there before the body is: what comes of it must not be taken for a request.
#[test]
fn what_is_left_of_a_body_is_no_request() {
    on_a_server(mock(), |server| {
        let long = "a".repeat(17_000);
        let head = format!("POST /{long} HTTP/1.1\r\nHost: x\r\nContent-Length: 45\r\n\r\n");
        let body = b"GET /__mock/<health> HTTP/1.1\r\nHost: y\r\n\r\n";
        let answers = told(server, &[head.as_bytes(), body]);
        assert!(
            answers.starts_with("HTTP/1.1 414") && answers.contains("Connection: close"),
            "{answers}"
        );
        assert_eq!(answers.matches("HTTP/1.1").count(), 1, "{answers}");
        let whole = [head.as_bytes(), body].concat();
        let answers = told(server, &[&whole, b"GET /__mock/health HTTP/1.1\r\nHost: z\r\n\r\n"]);
        assert_eq!(answers.matches("HTTP/1.1").count(), 1, "{answers}");
        assert!(server.mock().unsupported().is_empty());
    });
}

#[test]
fn names_of_headers_are_written_as_salesforce_writes_them() {
    on_a_server(mock(), |server| {
        let answer = exchange(server, CREATE, LEAD).unwrap();
        for name in ["Content-Type", "Content-Length", "Date", "Location", "Sforce-Limit-Info"] {
            assert!(answer.contains(&format!("\r\n{name}: ")), "{name} in {answer}");
        }
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

/// One request over TLS to `name`, trusting nobody but `ca`.
fn over_tls(server: &MockSalesforce, ca: &str, name: &str) -> Result<String, std::io::Error> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(ca.as_bytes()).unwrap()).unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let connection =
        ClientConnection::new(Arc::new(config), name.to_owned().try_into().unwrap()).unwrap();
    let mut stream = StreamOwned::new(connection, TcpStream::connect(server.address())?);
    write!(
        stream,
        "POST /services/oauth2/token?grant_type=password&client_id=3MVG9mockConsumerKey&client_secret=mockConsumerSecret\
         &username=admin@mock-salesforce.example&password=mock-passwordmockSecurityToken HTTP/1.1\r\nHost: {name}\r\n\
         Connection: close\r\nContent-Length: 0\r\n\r\n"
    )?;
    let mut text = String::new();
    stream.read_to_string(&mut text)?;
    Ok(text)
}

#[test]
fn tls_is_served_under_salesforces_names_to_who_trusts_the_authority() {
    let tls = || Serving { tls: true, ..Serving::default() };
    let other = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let server = runtime.block_on(MockSalesforce::serve(mock(), tls())).unwrap();
        server.ca_pem().unwrap().to_owned()
    });
    let other = other.join().unwrap();
    on(mock(), tls(), move |server| {
        assert!(server.url().starts_with("https://127.0.0.1:"));
        let ca = std::fs::read_to_string(server.credentials().unwrap().ca_file.unwrap()).unwrap();
        for name in ["localhost", "127.0.0.1", "acme.my.salesforce.com", "login.salesforce.com"] {
            let answer = over_tls(server, &ca, name).unwrap();
            assert!(answer.contains(&format!(r#""instance_url":"https://{name}""#)), "{answer}");
        }
        assert!(over_tls(server, &ca, "salesforce.example").is_err());
        assert!(over_tls(server, &other, "localhost").is_err());
    });
}

#[test]
fn a_lost_answer_is_lost_under_tls_too() {
    let mock = mock();
    let rule = FaultRule {
        operations: vec![Operation::Auth],
        ..FaultRule::new("lost", Verdict::CommitThenLose)
    };
    mock.faults().add(rule);
    on(mock, Serving { tls: true, ..Serving::default() }, |server| {
        let ca = server.ca_pem().unwrap().to_owned();
        let lost = over_tls(server, &ca, "localhost").unwrap_err();
        assert_eq!(lost.kind(), ErrorKind::ConnectionReset);
        let user = server.mock().first_user().unwrap().0;
        assert_eq!(server.mock().sessions().logins(user), 1);
    });
}

#[test]
fn forty_calls_at_once_are_all_answered() {
    on_a_server(mock(), |server| {
        let statuses: Vec<String> = std::thread::scope(|scope| {
            let call = || exchange(server, CREATE, LEAD).unwrap()[..12].to_owned();
            let calls: Vec<_> = (0..40).map(|_| scope.spawn(call)).collect();
            calls.into_iter().map(|call| call.join().unwrap()).collect()
        });
        assert!(statuses.iter().all(|status| status == "HTTP/1.1 201"), "{statuses:?}");
    });
}

/// Runs the program; the first line that it prints.
fn started(arguments: &[&str]) -> (Child, Json) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_mock-salesforce"))
        .arg("serve")
        .args(arguments)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    (child, serde_json::from_str(&line).unwrap())
}

#[test]
fn the_program_announces_itself_and_drains_at_sigterm() {
    let (mut child, line) = started(&["--api-version", "59.0"]);
    assert_eq!(
        line.as_object().unwrap().keys().collect::<Vec<_>>(),
        [
            "url",
            "username",
            "password",
            "security_token",
            "client_id",
            "client_secret",
            "access_token",
            "refresh_token",
            "jwt_key_file",
            "ca_file"
        ]
    );
    assert_eq!(line["ca_file"], Json::Null);
    let key = Path::new(line["jwt_key_file"].as_str().unwrap()).to_owned();
    assert_eq!(std::fs::read_to_string(&key).unwrap(), mock_salesforce::auth::TEST_KEY);
    let address = line["url"].as_str().unwrap().strip_prefix("http://").unwrap().to_owned();
    let mut stream = TcpStream::connect(&address).unwrap();
    write!(stream, "GET /services/data HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
    let mut head = [0; 15];
    stream.read_exact(&mut head).unwrap();
    assert_eq!(&head, b"HTTP/1.1 200 OK");
    let killed = Command::new("kill").arg("-TERM").arg(child.id().to_string()).status().unwrap();
    assert!(killed.success() && child.wait().unwrap().success());
    assert!(!key.exists());
}

#[test]
fn the_program_says_what_is_wrong_and_what_to_do() {
    let told = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_mock-salesforce"))
            .arg("serve")
            .args(arguments)
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(2));
        assert!(output.stdout.is_empty());
        String::from_utf8(output.stderr).unwrap()
    };
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = taken.local_addr().unwrap().to_string();
    let org = std::env::temp_dir().join(format!("mock-salesforce-org-{}.json", std::process::id()));
    std::fs::write(&org, "{\"users\": [\n  {\"nmae\": \"A\"}]}").unwrap();
    let org_text = org.to_str().unwrap();
    for (arguments, parts) in [
        (vec!["--bind", "0.0.0.0:0"], vec!["`0.0.0.0:0` is not loopback", "--allow-remote"]),
        (vec!["--bind", "here"], vec!["no address with a port", "127.0.0.1:8080"]),
        (vec!["--api-version", "12.0"], vec!["31.0 to 68.0"]),
        (vec!["--org", "/nowhere/org.json"], vec!["could not read the org in `/nowhere/org.json`"]),
        (
            vec!["--org", org_text],
            vec!["is not an org: unknown field `nmae`", "2 |   {\"nmae\": \"A\"}]}\n"],
        ),
    ] {
        let text = told(&arguments);
        assert!(parts.iter().all(|part| text.contains(part)), "{text}");
    }
    let _ = std::fs::remove_file(&org);
    let busy = told(&["--bind", &taken]);
    assert!(busy.starts_with(&format!("error: could not listen on {taken}: ")), "{busy}");
    assert!(busy.contains("name port 0 for a free one"), "{busy}");
}
