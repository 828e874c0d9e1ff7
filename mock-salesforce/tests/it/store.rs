//! Orgs that outlive their process.

use std::{
    fs,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicU32, Ordering},
};

use mock_salesforce::{
    FaultRule, Mock, OrgSeed, Timestamp, Verdict,
    clock::Manual,
    standard_org,
    store::{self, Durability, StoreError},
};
use serde_json::{Value as Json, json};

use crate::client::{Client, NOW};

/// A directory that goes with its test.
struct Dir(PathBuf);

impl Dir {
    fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("mock-salesforce-store-{}-{count}", std::process::id());
        Self(std::env::temp_dir().join(name))
    }
}

impl Drop for Dir {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn seed() -> OrgSeed {
    let mut seed = standard_org();
    seed.duplicate_rules.clear();
    seed
}

fn opened(dir: &Dir, clock: &Manual) -> Mock {
    store::open(&dir.0, Some(&seed()), Durability::Process, clock.clone()).unwrap()
}

fn leads(client: &mut Client) -> Json {
    client.query("SELECT Id, LastName, CreatedDate, OwnerId FROM Lead ORDER BY Id").json()["records"].clone()
}

/// A call of the partner API, with its status and answer.
fn soap(client: &mut Client, call: &str) -> (u16, String) {
    let envelope = format!(
        "<e:Envelope xmlns=\"urn:partner.soap.sforce.com\" xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\"><e:Header><SessionHeader><sessionId>{}</sessionId></SessionHeader><QueryOptions><batchSize>200</batchSize></QueryOptions></e:Header><e:Body>{call}</e:Body></e:Envelope>",
        client.token()
    );
    client.header("content-type", "text/xml").header("soapaction", "\"\"");
    let answer = client.raw("POST", "/services/Soap/u/62.0", &envelope);
    client.header("content-type", "application/json");
    (answer.status.as_u16(), answer.text)
}

#[test]
fn what_was_answered_is_there_again() {
    let (dir, clock) = (Dir::new(), Manual::new(NOW));
    let mut client = Client::over(opened(&dir, &clock), clock.clone());
    let kept =
        client.create("Lead", json!({"LastName": "A", "Company": "x", "External_Id__c": "1"}));
    clock.set(NOW.plus_ms(90_500));
    let records = json!({"allOrNone": false, "records": [
        {"attributes": {"type": "Lead"}, "LastName": "B", "Company": "x"},
        {"attributes": {"type": "Lead"}, "LastName": "refused"},
        {"attributes": {"type": "Lead"}, "LastName": "C", "Company": "x"}]});
    client.call("POST", "/composite/sobjects", &records.to_string());
    assert_eq!(
        client.call("PATCH", &format!("/sobjects/Lead/{kept}"), r#"{"Title":"y"}"#).status,
        204
    );
    let job = json!({"object": "Lead", "operation": "insert"}).to_string();
    let job = client.call("POST", "/jobs/ingest", &job).id();
    client.call("PUT", &format!("/jobs/ingest/{job}/batches"), "LastName,Company\nD,x\nE,\n");
    client.call("PATCH", &format!("/jobs/ingest/{job}"), r#"{"state":"UploadComplete"}"#);
    assert_eq!(client.get(&format!("/jobs/ingest/{job}")).json()["numberRecordsFailed"], 1);
    let (before, token) = (leads(&mut client), client.token().to_owned());
    assert_eq!(before.as_array().unwrap().len(), 4);
    drop(client);

    clock.set(NOW.plus_ms(200_000));
    let mock = opened(&dir, &clock);
    let mut client = Client::over(mock, clock);
    client.use_token(&token);
    assert_eq!(leads(&mut client), before, "rows, ids, times and the session");
    assert_eq!(client.get(&format!("/jobs/ingest/{job}")).json()["state"], "JobComplete");
    let next = client.create("Lead", json!({"LastName": "F", "Company": "x"}));
    assert!(before.as_array().unwrap().iter().all(|row| row["Id"] != json!(next)), "{next}");
    let key = client.call("PATCH", "/sobjects/Lead/External_Id__c/1", r#"{"Title":"z"}"#);
    assert_eq!(key.json()["id"], json!(kept));
}

#[test]
fn an_answer_that_was_lost_has_happened() {
    let (dir, clock) = (Dir::new(), Manual::new(NOW));
    let mut client = Client::over(opened(&dir, &clock), clock.clone());
    client.mock.faults().add(FaultRule {
        nth: Some(1),
        times: Some(1),
        ..FaultRule::new("lost", Verdict::CommitThenLose)
    });
    let lead = r#"{"LastName":"lost","Company":"x"}"#;
    assert!(client.call("POST", "/sobjects/Lead", lead).wire.is_some());
    drop(client);
    let mut client = Client::over(opened(&dir, &clock), clock);
    assert_eq!(leads(&mut client)[0]["LastName"], "lost");
}

#[test]
fn old_calls_count_in_the_allocation_and_old_sessions_die() {
    let (dir, clock) = (Dir::new(), Manual::new(NOW));
    let mut client = Client::over(opened(&dir, &clock), clock.clone());
    for _ in 0..5 {
        client.get("/limits");
    }
    client.create("Lead", json!({"LastName": "A", "Company": "x"}));
    let token = client.token().to_owned();
    drop(client);
    clock.set(NOW.plus_ms(86_400_000 / 2));
    let mock = opened(&dir, &clock);
    assert_eq!(mock.api_usage().used, 6);
    let mut client = Client::over(mock, clock);
    client.use_token(&token);
    assert_eq!(client.get("/limits").status, 401);
}

#[test]
fn sessions_that_ended_are_over_when_the_calls_are_made_again() {
    let (dir, clock) = (Dir::new(), Manual::new(NOW));
    let mut client = Client::over(opened(&dir, &clock), clock.clone());
    client.get("/limits");
    clock.set(NOW.plus_ms(30 * 3_600_000));
    assert_eq!(client.raw("GET", "/services/oauth2/userinfo", "").status, 403);
    let lead = "<create><sObjects><type>Lead</type><LastName>A</LastName><Company>x</Company></sObjects></create>";
    assert_eq!(soap(&mut client, lead).0, 500);
    client
        .mock
        .faults()
        .add(FaultRule { nth: Some(1), ..FaultRule::new("ended", Verdict::ExpireSession) });
    let token = client.mock.access_token(client.user);
    client.use_token(&token);
    assert_eq!(client.get("/limits").status, 401);
    assert_eq!(soap(&mut client, lead).0, 500);
    drop(client);
    let mut client = Client::over(opened(&dir, &clock), clock);
    assert_eq!(leads(&mut client), json!([]));
    client.use_token(&token);
    assert_eq!(client.get("/limits").status, 401);
}

#[test]
fn queries_of_reads_do_not_matter_when_the_calls_are_made_again() {
    let (dir, clock) = (Dir::new(), Manual::new(NOW));
    let mut client = Client::over(opened(&dir, &clock), clock.clone());
    for _ in 0..2 {
        let record = json!({"attributes": {"type": "Lead"}, "LastName": "B", "Company": "x"});
        let records = json!({"records": vec![record; 200]});
        client.call("POST", "/composite/sobjects", &records.to_string());
    }
    client.header("sforce-query-options", "batchSize=200");
    let all = "SELECT Id FROM Lead";
    let read = client.query(all).json()["nextRecordsUrl"].clone();
    let query = "<query><queryString>SELECT Id FROM Lead</queryString></query>";
    let (_, page) = soap(&mut client, query);
    let (_, rest) = page.split_once("<queryLocator>").unwrap();
    let (locator, _) = rest.split_once('<').unwrap();
    let more = format!("<queryMore><queryLocator>{locator}</queryLocator></queryMore>");
    assert_eq!(soap(&mut client, &more).0, 200);
    drop(client);
    let mut client = Client::over(opened(&dir, &clock), clock);
    assert_eq!(client.raw("GET", read.as_str().unwrap(), "").status, 400);
    let again =
        client.header("sforce-query-options", "batchSize=200").query(all).json()["nextRecordsUrl"]
            .clone();
    assert_ne!(again, read);
}

#[test]
fn a_store_goes_on_with_its_own_org() {
    let (dir, clock) = (Dir::new(), Manual::new(NOW));
    drop(opened(&dir, &clock));
    let mut other = seed();
    other.organization.name = "Other".to_owned();
    let refused = store::open(&dir.0, Some(&other), Durability::Process, clock.clone());
    assert!(matches!(refused, Err(StoreError::OtherOrg { .. })), "{refused:?}");
    assert!(store::open(&dir.0, None, Durability::Process, clock).is_ok());
}

#[test]
fn a_directory_that_is_in_use_or_no_store_is_refused() {
    let (dir, clock) = (Dir::new(), Manual::new(NOW));
    let held = opened(&dir, &clock);
    let refused = store::open(&dir.0, None, Durability::Process, clock.clone()).unwrap_err();
    assert!(refused.to_string().contains("could not be opened"), "{refused}");
    drop(held);
    let file = Dir::new();
    fs::write(&file.0, "no directory").unwrap();
    let refused = store::open(&file.0, None, Durability::Process, clock);
    fs::remove_file(&file.0).unwrap();
    assert!(refused.is_err());
}

/// A program that serves a directory.
struct Program {
    child: Child,
    said: Json,
}

impl Program {
    fn serving(dir: &Path) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_mock-salesforce"))
            .args(["serve", "--data"])
            .arg(dir)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        Self {
            child,
            said: serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}")),
        }
    }

    fn call(&self, line: &str, token: &str, body: &str) -> String {
        let address =
            self.said["url"].as_str().unwrap().strip_prefix("http://").unwrap().to_owned();
        let mut stream = TcpStream::connect(&address).unwrap();
        let length = body.len();
        write!(stream, "{line} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: Bearer {token}\r\nContent-Length: {length}\r\n\r\n{body}").unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        text
    }

    fn token(&self) -> String {
        self.said["access_token"].as_str().unwrap().to_owned()
    }

    /// What `kill -9` does.
    fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

#[test]
fn a_killed_program_loses_nothing_that_it_promised() {
    let dir = Dir::new();
    let mut promised = Vec::new();
    let mut first_token = None;
    for round in 0..3 {
        let program = Program::serving(&dir.0);
        let token = first_token.get_or_insert_with(|| program.token()).clone();
        for n in 0..5 {
            let lead = format!(
                r#"{{"LastName":"R{round}N{n}","Company":"x","External_Id__c":"{round}-{n}"}}"#
            );
            let answer = program.call("POST /services/data/v62.0/sobjects/Lead", &token, &lead);
            assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
            promised.push(format!("R{round}N{n}"));
        }
        program.kill();
    }
    let program = Program::serving(&dir.0);
    let query = "GET /services/data/v62.0/query?q=SELECT+LastName+FROM+Lead+ORDER+BY+Id";
    let answer = program.call(query, &program.token(), "");
    let rows: Json = serde_json::from_str(answer.split("\r\n\r\n").nth(1).unwrap()).unwrap();
    let names: Vec<&str> = rows["records"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["LastName"].as_str().unwrap())
        .collect();
    assert_eq!(names, promised);
    program.kill();
}

#[test]
fn times_come_from_the_store() {
    let (dir, clock) = (Dir::new(), Manual::new(NOW));
    let mut client = Client::over(opened(&dir, &clock), clock.clone());
    client.create("Lead", json!({"LastName": "A", "Company": "x"}));
    let before = leads(&mut client);
    drop(client);
    let clock = Manual::new(Timestamp(0));
    let mut client = Client::over(opened(&dir, &clock), clock);
    assert_eq!(leads(&mut client), before);
}

#[test]
fn a_store_that_leads_elsewhere_is_refused() {
    let (dir, clock) = (Dir::new(), Manual::new(NOW));
    let mut client = Client::over(opened(&dir, &clock), clock.clone());
    // Behind the store's back, as another version of the program might.
    let cx = mock_salesforce::SaveContext::admin(client.user, NOW);
    let fields = [("Name".to_owned(), json!("secret"))].into_iter().collect();
    client.mock.org().create(&cx, "Account", &fields).unwrap();
    client.create("Lead", json!({"LastName": "A", "Company": "x"}));
    drop(client);
    let refused = store::open(&dir.0, None, Durability::Process, clock).unwrap_err().to_string();
    assert!(refused.contains("leads elsewhere at call 2: it was answered with status 201 at change 2 and now with status 201 at change 1"), "{refused}");
}
