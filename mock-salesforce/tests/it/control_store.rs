//! Control calls where the org outlives its process: what they made is there again.

use std::{fs, path::PathBuf};

use mock_salesforce::{
    Mock,
    clock::Manual,
    standard_org,
    store::{self, Durability},
};
use serde_json::json;

use crate::{
    client::{Client, NOW},
    control::Running,
};

/// A directory that goes with its test.
struct Dir(PathBuf);

impl Drop for Dir {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn opened(dir: &Dir, clock: &Manual) -> Mock {
    let mut seed = standard_org();
    seed.duplicate_rules.clear();
    store::open(&dir.0, Some(&seed), Durability::Process, Running(clock.clone())).unwrap()
}

fn post(client: &mut Client, path: &str, body: &serde_json::Value) {
    let answer = client.raw("POST", &format!("/__mock{path}"), &body.to_string());
    assert!(answer.status.is_success(), "{path} {}", answer.text);
}

#[test]
fn control_calls_are_kept_with_the_org() {
    let name = format!("mock-salesforce-control-{}", std::process::id());
    let (dir, clock) = (Dir(std::env::temp_dir().join(name)), Manual::new(NOW));
    let mut client = Client::over(opened(&dir, &clock), clock.clone());
    post(&mut client, "/rows", &json!({"Lead": [{"LastName": "Seeded", "Company": "C"}]}));
    post(&mut client, "/snapshots", &json!({"name": "one"}));
    client.create("Lead", json!({"LastName": "Gone", "Company": "C"}));
    post(&mut client, "/snapshots/one/restore", &json!({}));
    post(&mut client, "/clock/freeze", &json!({"at": "2026-05-13T10:30:00Z"}));
    post(&mut client, "/faults", &json!({"preset": "fail_rows", "rows": [0]}));
    let records = json!([{"attributes": {"type": "Lead"}, "LastName": "A", "Company": "é"},
        {"attributes": {"type": "Lead"}, "LastName": "B", "Company": "C"}]);
    let saved =
        client.call("POST", "/composite/sobjects", &json!({"records": records}).to_string());
    assert_eq!(
        (&saved.json()[0]["success"], &saved.json()[1]["success"]),
        (&json!(false), &json!(true))
    );
    post(&mut client, "/clock/advance", &json!({"by": "5m"}));
    let asked = "SELECT LastName, CreatedDate FROM Lead ORDER BY Id";
    let before = client.query(asked).json()["records"].clone();
    assert_eq!(before.as_array().unwrap().len(), 2);
    assert_eq!(before[1]["CreatedDate"], "2026-05-13T10:30:00.000+0000");
    drop(client);

    clock.set(NOW.plus_ms(90_000));
    let mut again = Client::over(opened(&dir, &clock), clock);
    assert_eq!(again.query(asked).json()["records"], before);
    let clock = again.raw("GET", "/__mock/clock", "").json();
    assert_eq!(
        (&clock["now"], &clock["pace"]),
        (&json!("2026-05-13T10:35:00.000+0000"), &json!("frozen"))
    );
    let snapshots = again.raw("GET", "/__mock/snapshots", "").json();
    assert_eq!(snapshots["snapshots"][0]["name"], "one");
    assert_eq!(again.raw("GET", "/__mock/faults", "").json()["faults"], json!([]));
}
