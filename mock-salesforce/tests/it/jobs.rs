//! Bulk 2.0 ingest.

use serde_json::{Value as Json, json};

use crate::client::{Client, NOW};

fn job(client: &mut Client, body: Json) -> Json {
    let answer = client.call("POST", "/jobs/ingest/", &body.to_string());
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()
}

fn run(client: &mut Client, id: &str, csv: &str) -> Json {
    let upload = client.call("PUT", &format!("/jobs/ingest/{id}/batches/"), csv);
    assert_eq!((upload.status.as_u16(), upload.text.as_str()), (201, ""));
    let closed =
        client.call("PATCH", &format!("/jobs/ingest/{id}"), r#"{"state":"UploadComplete"}"#);
    assert_eq!(closed.json()["state"], "UploadComplete");
    client.get(&format!("/jobs/ingest/{id}")).json()
}

#[test]
fn a_job_is_created_filled_closed_and_read() {
    let mut client = Client::new();
    let made = job(
        &mut client,
        json!({"object": "lead", "operation": "upsert", "externalIdFieldName": "External_Id__c",
        "contentType": "CSV", "lineEnding": "LF"}),
    );
    let id = made["id"].as_str().unwrap().to_owned();
    assert!(id.starts_with("750"));
    assert_eq!(
        made,
        json!({"id": id, "operation": "upsert", "object": "Lead", "createdById": client.user.to_string(),
            "createdDate": "2026-05-13T10:00:00.000+0000", "systemModstamp": "2026-05-13T10:00:00.000+0000", "state": "Open",
            "externalIdFieldName": "External_Id__c", "concurrencyMode": "Parallel", "contentType": "CSV", "apiVersion": 62.0,
            "contentUrl": format!("services/data/v62.0/jobs/ingest/{id}/batches"), "lineEnding": "LF", "columnDelimiter": "COMMA"})
    );
    let polled =
        run(&mut client, &id, "External_Id__c,LastName,Company\na,Smith,\"Ac,me\"\nb,,Acme\n");
    assert_eq!((&polled["state"], &polled["jobType"]), (&json!("JobComplete"), &json!("V2Ingest")));
    assert_eq!(
        (&polled["numberRecordsProcessed"], &polled["numberRecordsFailed"]),
        (&json!(2), &json!(1))
    );
    let good = client.get(&format!("/jobs/ingest/{id}/successfulResults/"));
    assert_eq!(good.header("content-type"), "text/csv");
    assert!(
        good.text.starts_with(
            "\"sf__Id\",\"sf__Created\",\"External_Id__c\",\"LastName\",\"Company\"\n\"00Q"
        ),
        "{}",
        good.text
    );
    let bad = client.get(&format!("/jobs/ingest/{id}/failedResults/")).text;
    assert!(
        bad.contains("REQUIRED_FIELD_MISSING:Required fields are missing: [LastName]:LastName --"),
        "{bad}"
    );
    assert!(
        client
            .get(&format!("/jobs/ingest/{id}/unprocessedrecords/"))
            .text
            .starts_with("\"External_Id__c\"")
    );
    assert_eq!(client.get("/jobs/ingest").json()["records"][0]["id"], json!(id));
    assert_eq!(client.call("DELETE", &format!("/jobs/ingest/{id}"), "").status, 204);
    assert_eq!(client.get(&format!("/jobs/ingest/{id}")).status, 404);
}

#[test]
fn a_job_takes_its_time_when_the_org_says_so_and_can_be_stopped() {
    let mut seed = mock_salesforce::standard_org();
    seed.settings.bulk_job_ms = 60_000;
    let mut client = Client::of(seed);
    let insert = json!({"object": "Lead", "operation": "insert"});
    let id = job(&mut client, insert.clone())["id"].as_str().unwrap().to_owned();
    let polled = run(&mut client, &id, "LastName,Company\nA,B\n");
    assert_ne!(polled["state"], "JobComplete");
    client.clock.set(NOW.plus_ms(60_000));
    assert_eq!(client.get(&format!("/jobs/ingest/{id}")).json()["state"], "JobComplete");
    let id = job(&mut client, insert)["id"].as_str().unwrap().to_owned();
    let stopped = client.call("PATCH", &format!("/jobs/ingest/{id}"), r#"{"state":"Aborted"}"#);
    assert_eq!(stopped.json()["state"], "Aborted");
}

#[test]
fn jobs_that_make_no_sense_are_refused() {
    let mut client = Client::new();
    for body in [
        json!({"object": "Nothing", "operation": "insert"}),
        json!({"object": "Lead", "operation": "guess"}),
        json!({"object": "Lead", "operation": "insert", "contentType": "XML"}),
        json!({"object": "Lead", "operation": "upsert"}),
    ] {
        assert_eq!(client.call("POST", "/jobs/ingest", &body.to_string()).status, 400, "{body}");
    }
}
