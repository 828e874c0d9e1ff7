//! The live client against servers that misbehave.

use std::{
    io,
    time::{Duration, Instant},
};

use engine::{
    AutoAssign, CallId, CrmCall, Done, Filter, Find, Lost, Refusal, Reply, Save, SaveOperation,
    SaveRow,
};
use sim::crm::{
    Credentials, Session,
    live::{Limits, Live},
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
};
use wiremock::{
    Mock, MockServer, ResponseTemplate,
    matchers::{any, body_string_contains, header, method, path},
};

const LIMITS: Limits = Limits {
    connect: Duration::from_secs(2),
    exchange: Duration::from_secs(1),
    answer_bytes: 10_000,
};

fn find() -> CrmCall {
    CrmCall::Find(Find {
        object: "Lead".into(),
        fields: vec!["Email".into()],
        filter: Filter::OneOf("Email".into(), vec!["pat@x.example".into()]),
        include_deleted: false,
        first: None,
    })
}

fn create() -> CrmCall {
    CrmCall::Save(Save {
        object: "Lead".into(),
        operation: SaveOperation::Create,
        rows: vec![SaveRow { id: None, fields: vec![("LastName".into(), "Doe".into())] }],
        auto_assign: AutoAssign::Off,
        allow_duplicate: false,
        all_or_none: false,
        by: None,
    })
}

fn session() -> Session {
    Session::new(Credentials {
        client_id: "app".into(),
        client_secret: "secret".into(),
        username: "sync@acme.example".into(),
        password: "word".into(),
    })
}

async fn asked(base: &str, call: &CrmCall) -> Reply {
    let live = Live::new(base, LIMITS).unwrap();
    live.carry_out(&mut session(), CallId(1), call).await.1.reply
}

async fn server(answer: ResponseTemplate) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(any()).respond_with(answer).mount(&server).await;
    server
}

/// What a read and a write make of a server's only answer.
async fn read_and_write(answer: ResponseTemplate) -> (Reply, Reply) {
    let server = server(answer).await;
    (asked(&server.uri(), &find()).await, asked(&server.uri(), &create()).await)
}

/// A server that reads one request for each connection, sends these bytes and hangs up.
async fn hangs_up_after(bytes: &'static [u8]) -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = [0; 4096];
            let _ = stream.read(&mut request).await;
            let _ = stream.write_all(bytes).await;
        }
    });
    base
}

fn unavailable(code: &str) -> Reply {
    Reply::Unavailable { code: code.into() }
}

const UNKNOWN: Reply = Reply::Lost(Lost::Unknown);

#[tokio::test]
async fn a_login_keeps_its_token_for_later_calls() {
    let server = MockServer::start().await;
    let token = r#"{"access_token":"00D!token","instance_url":"http://elsewhere.example","token_type":"Bearer"}"#;
    let rows = r#"{"totalSize":0,"done":true,"records":[]}"#;
    Mock::given(method("POST"))
        .and(path("/services/oauth2/token"))
        .and(body_string_contains("grant_type=password"))
        .respond_with(ResponseTemplate::new(200).set_body_raw(token, "application/json"))
        .expect(1)
        .mount(&server)
        .await;
    Mock::given(path("/services/data/v62.0/query"))
        .and(header("authorization", "Bearer 00D!token"))
        .and(header("x-call-id", "2"))
        .respond_with(ResponseTemplate::new(200).set_body_raw(rows, "application/json"))
        .expect(1)
        .mount(&server)
        .await;

    let live = Live::new(&server.uri(), LIMITS).unwrap();
    let mut session = session();
    let (_, login) = live.carry_out(&mut session, CallId(1), &CrmCall::Login).await;
    let (_, found) = live.carry_out(&mut session, CallId(2), &find()).await;

    assert_eq!(login.reply, Reply::Done(Done::LoggedIn));
    assert_eq!(found.reply, Reply::Done(Done::Rows { rows: vec![], more: None }));
}

#[tokio::test]
async fn an_html_503_is_unavailable_to_reads_and_writes() {
    let page = ResponseTemplate::new(503).set_body_raw("<html>maintenance</html>", "text/html");
    assert_eq!(
        read_and_write(page).await,
        (unavailable("service unavailable"), unavailable("service unavailable"))
    );
}

#[tokio::test]
async fn an_html_page_with_200_tells_a_write_nothing() {
    let page = ResponseTemplate::new(200).set_body_raw("<html>welcome</html>", "text/html");
    assert_eq!(read_and_write(page).await, (unavailable("html page"), UNKNOWN));
}

#[tokio::test]
async fn json_of_another_shape_tells_a_write_nothing() {
    for body in [r#"{"hello":"world"}"#, "[1,2,3]", "null", "\"00Q1\"", r#"[{"id":"00Q1"}]"#] {
        let json = ResponseTemplate::new(200).set_body_raw(body, "application/json");
        assert_eq!(
            read_and_write(json).await,
            (unavailable("unexpected shape"), UNKNOWN),
            "{body}"
        );
    }
    let half =
        ResponseTemplate::new(200).set_body_raw(r#"{"totalSize":1,"done":tr"#, "application/json");
    assert_eq!(read_and_write(half).await, (unavailable("unreadable answer"), UNKNOWN));
}

#[tokio::test]
async fn a_slow_answer_is_not_waited_for() {
    let started = Instant::now();
    let slow = ResponseTemplate::new(200).set_delay(Duration::from_secs(20));
    assert_eq!(read_and_write(slow).await, (unavailable("no answer"), UNKNOWN));
    assert!(started.elapsed() < Duration::from_secs(10), "{:?}", started.elapsed());
}

#[tokio::test]
async fn an_endless_answer_is_cut() {
    let long = ResponseTemplate::new(200)
        .set_body_raw("[".repeat(LIMITS.answer_bytes + 1), "application/json");
    assert_eq!(read_and_write(long).await, (unavailable("cut answer"), UNKNOWN));
}

#[tokio::test]
async fn a_body_that_breaks_off_is_cut() {
    let base =
        hangs_up_after(b"HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{\"totalSize\":0,").await;
    assert_eq!(asked(&base, &find()).await, unavailable("cut answer"));
    assert_eq!(asked(&base, &create()).await, UNKNOWN);
}

#[tokio::test]
async fn a_connection_that_breaks_before_the_answer_leaves_a_write_unknown() {
    let server = MockServer::start().await;
    let reset = |_: &wiremock::Request| io::Error::new(io::ErrorKind::ConnectionReset, "reset");
    Mock::given(any()).respond_with_err(reset).mount(&server).await;
    assert_eq!(asked(&server.uri(), &find()).await, unavailable("no answer"));
    assert_eq!(asked(&server.uri(), &create()).await, UNKNOWN);

    let base = hangs_up_after(b"HTTP/1.1 20").await;
    assert_eq!(asked(&base, &create()).await, UNKNOWN);
}

#[tokio::test]
async fn a_port_nobody_listens_on_was_sent_nothing() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    assert_eq!(asked(&base, &create()).await, Reply::Lost(Lost::NotSent));
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let elsewhere = MockServer::start().await;
    Mock::given(any()).respond_with(ResponseTemplate::new(200)).expect(0).mount(&elsewhere).await;
    let redirect = ResponseTemplate::new(307).insert_header("location", elsewhere.uri().as_str());
    assert_eq!(read_and_write(redirect).await, (unavailable("redirect"), unavailable("redirect")));
}

#[tokio::test]
async fn salesforces_errors_keep_their_codes() {
    for (status, code) in
        [(401, "INVALID_SESSION_ID"), (403, "REQUEST_LIMIT_EXCEEDED"), (500, "UNABLE_TO_LOCK_ROW")]
    {
        let body = format!(r#"[{{"message":"m","errorCode":"{code}"}}]"#);
        let server =
            server(ResponseTemplate::new(status).set_body_raw(body, "application/json")).await;
        let reply = asked(&server.uri(), &create()).await;
        assert!(
            matches!(&reply, Reply::Refused(Refusal { code: given, .. }) if given == code),
            "{reply:?}"
        );
    }
}
