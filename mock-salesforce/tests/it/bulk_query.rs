//! Bulk 2.0 queries.

use serde_json::{Value as Json, json};

use crate::client::{Answer, Client};

fn ask(client: &mut Client, operation: &str, soql: &str) -> Answer {
    let body = json!({"operation": operation, "query": soql});
    client.call("POST", "/jobs/query", &body.to_string())
}

fn id(answer: &Answer) -> String {
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()["id"].as_str().unwrap().to_owned()
}

fn leads(client: &mut Client, count: usize) {
    for n in 0..count {
        client.create("Lead", json!({"LastName": format!("L{n}"), "Company": "Q \"x\""}));
    }
}

#[test]
#[expect(clippy::cognitive_complexity, reason = "one job from its beginning to its end")]
fn a_query_job_is_created_watched_and_read_in_pages() {
    let mut client = Client::new();
    leads(&mut client, 5);
    let made = ask(&mut client, "query", "SELECT Id, LastName FROM Lead WHERE Company LIKE 'Q%'");
    let id = id(&made);
    assert_eq!(
        made.json(),
        json!({"id": id, "operation": "query", "object": "Lead", "createdById": client.user.to_string(),
            "createdDate": "2026-05-13T10:00:00.000+0000", "systemModstamp": "2026-05-13T10:00:00.000+0000",
            "state": "UploadComplete", "concurrencyMode": "Parallel", "contentType": "CSV", "apiVersion": 62.0,
            "lineEnding": "LF", "columnDelimiter": "COMMA"})
    );
    let polled = client.get(&format!("/jobs/query/{id}")).json();
    assert_eq!((&polled["state"], &polled["jobType"]), (&json!("JobComplete"), &json!("V2Query")));
    assert_eq!(polled["numberRecordsProcessed"], 5);
    let (mut rows, mut locator) = (Vec::new(), String::new());
    while locator != "null" {
        let page = client.get(&format!("/jobs/query/{id}/results?maxRecords=2&locator={locator}"));
        assert_eq!(page.header("content-type"), "text/csv");
        let mut lines = page.text.lines();
        assert_eq!(lines.next(), Some("\"Id\",\"LastName\""));
        rows.extend(lines.map(str::to_owned));
        locator = page.header("sforce-locator").to_owned();
        let last = locator == "null";
        assert_eq!(page.header("sforce-numberofrecords"), if last { "1" } else { "2" });
    }
    assert_eq!(rows.len(), 5);
    let wrong = client.get(&format!("/jobs/query/{id}/results?locator=OTk"));
    assert_eq!((wrong.status.as_u16(), wrong.code().as_str()), (400, "INVALID_QUERY_LOCATOR"));
    let other = client.raw("GET", &format!("/services/data/v61.0/jobs/query/{id}/results"), "");
    assert_eq!(other.status, 409);
    assert_eq!(client.call("DELETE", &format!("/jobs/query/{id}"), "").status, 204);
    assert_eq!(client.get(&format!("/jobs/query/{id}")).status, 404);
}

#[test]
fn columns_come_as_asked_with_parents_and_every_type() {
    let mut client = Client::new();
    let account = client.create("Account", json!({"Name": "A, \"B\"", "NumberOfEmployees": 7}));
    client.create(
        "Contact",
        json!({"LastName": "Lee", "AccountId": account, "Birthdate": "2001-02-03"}),
    );
    client.create("Contact", json!({"LastName": "Poe"}));
    let soql = "SELECT c.account.name, LastName, Contact.CreatedDate, Account.NumberOfEmployees, Birthdate, IsDeleted FROM Contact c ORDER BY LastName";
    let id = id(&ask(&mut client, "query", soql));
    assert_eq!(
        client.get(&format!("/jobs/query/{id}/results")).text,
        "\"Account.Name\",\"LastName\",\"CreatedDate\",\"Account.NumberOfEmployees\",\"Birthdate\",\"IsDeleted\"\n\
         \"A, \"\"B\"\"\",\"Lee\",\"2026-05-13T10:00:00.000Z\",\"7\",\"2001-02-03\",\"false\"\n\
         \"\",\"Poe\",\"2026-05-13T10:00:00.000Z\",\"\",\"\",\"false\"\n"
    );
}

#[test]
fn query_all_sees_deleted_rows_and_no_rows_are_a_header() {
    let mut client = Client::new();
    leads(&mut client, 1);
    let lead = client.query("SELECT Id FROM Lead").json()["records"][0]["Id"].clone();
    client.call("DELETE", &format!("/sobjects/Lead/{}", lead.as_str().unwrap()), "");
    let read = |client: &mut Client, operation: &str| {
        let id = id(&ask(client, operation, "SELECT Id FROM Lead"));
        client.get(&format!("/jobs/query/{id}/results")).text
    };
    assert_eq!(read(&mut client, "query"), "\"Id\"\n");
    assert_eq!(read(&mut client, "queryAll").lines().count(), 2);
}

#[test]
fn what_bulk_queries_cannot_do_is_refused() {
    let mut client = Client::new();
    for soql in [
        "SELECT COUNT(Id) FROM Lead",
        "SELECT COUNT() FROM Lead",
        "SELECT Company FROM Lead GROUP BY Company",
        "SELECT Id FROM Lead LIMIT 1 OFFSET 1",
        "SELECT Id, (SELECT Id FROM Contacts) FROM Account",
        "SELECT Address FROM Lead",
        "SELECT Bogus__c FROM Lead",
        "SELECT FROM",
        "",
    ] {
        let answer = ask(&mut client, "query", soql);
        assert_eq!(answer.status, 400, "{soql}: {}", answer.text);
    }
    let unknown = ask(&mut client, "query", "SELECT Bogus__c FROM Lead");
    assert_eq!(unknown.code(), "INVALID_FIELD");
    assert_eq!(ask(&mut client, "insert", "SELECT Id FROM Lead").code(), "INVALIDJOB");
}

#[test]
fn a_query_takes_its_time_and_can_be_stopped() {
    let mut seed = mock_salesforce::standard_org();
    seed.settings.bulk_job_ms = 60_000;
    let mut client = Client::of(seed);
    let id = id(&ask(&mut client, "query", "SELECT Id FROM Lead"));
    let early = client.get(&format!("/jobs/query/{id}/results"));
    assert_eq!((early.status.as_u16(), early.code().as_str()), (400, "INVALIDJOBSTATE"));
    assert_eq!(client.call("DELETE", &format!("/jobs/query/{id}"), "").status, 204);
    let made = ask(&mut client, "query", "SELECT Id FROM Lead");
    let id = made.json()["id"].as_str().unwrap().to_owned();
    let stopped = client.call("PATCH", &format!("/jobs/query/{id}"), r#"{"state":"Aborted"}"#);
    assert_eq!(stopped.json()["state"], "Aborted");
}

#[test]
fn result_pages_are_listed() {
    let mut client = Client::new();
    let id = id(&ask(&mut client, "query", "SELECT Id FROM Lead"));
    let pages: Json = client.get(&format!("/jobs/query/{id}/resultPages")).json();
    let url = format!("/services/data/v62.0/jobs/query/{id}/results?locator=MA");
    assert_eq!(
        pages,
        json!({"resultPages": [{"resultUrl": url}], "nextRecordsUrl": null, "done": true})
    );
    assert_eq!(client.raw("GET", &url, "").status, 200);
}
