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
        good.text.starts_with("\"sf__Id\",\"sf__Created\",External_Id__c,LastName,Company\n\"00Q"),
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
            .starts_with("External_Id__c,")
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

#[test]
fn a_file_is_uploaded_once() {
    let mut client = Client::new();
    let made = job(&mut client, json!({"object": "Lead", "operation": "insert"}));
    let id = made["id"].as_str().unwrap().to_owned();
    let path = format!("/jobs/ingest/{id}/batches");
    assert_eq!(client.call("PUT", &path, "LastName,Company\nA,B\n").status, 201);
    let again = client.call("PUT", &path, "LastName,Company\nA,B\n");
    assert_eq!((again.status.as_u16(), again.code().as_str()), (400, "INVALIDJOB"));
    assert!(again.text.contains("only do 'PUT' once"), "{}", again.text);
    client.call("PATCH", &format!("/jobs/ingest/{id}"), r#"{"state":"UploadComplete"}"#);
    assert_eq!(
        client.call("PATCH", &format!("/jobs/ingest/{id}"), r#"{"state":"UploadComplete"}"#).code(),
        "INVALIDJOBSTATE"
    );
    assert_eq!(
        client.call("PATCH", &format!("/jobs/ingest/{id}"), r#"{"state":"Open"}"#).code(),
        "INVALIDJOBSTATE"
    );
}

#[test]
fn a_job_comes_with_its_file_in_parts() {
    let mut client = Client::new();
    let body = "--BOUNDARY\r\nContent-Type: application/json\r\nContent-Disposition: form-data; name=\"job\"\r\n\r\n{\"object\":\"Lead\",\"contentType\":\"CSV\",\"operation\":\"insert\"}\r\n\r\n--BOUNDARY\r\nContent-Type: text/csv\r\nContent-Disposition: form-data; name=\"content\"; filename=\"content\"\r\n\r\nLastName,Company\nA,B\nC,D\n\r\n--BOUNDARY--\r\n";
    // Files written by hand end their lines in LF alone.
    for body in [body.to_owned(), format!("\n{}", body.replace("\r\n", "\n"))] {
        client.header("content-type", "multipart/form-data; boundary=\"BOUNDARY\"");
        let made = client.call("POST", "/jobs/ingest/", &body);
        assert_eq!((made.status.as_u16(), &made.json()["state"]), (200, &json!("UploadComplete")));
        client.header("content-type", "application/json");
        let polled = client.get(&format!("/jobs/ingest/{}", made.id())).json();
        assert_eq!(
            (&polled["state"], &polled["numberRecordsProcessed"]),
            (&json!("JobComplete"), &json!(2))
        );
    }
}

#[test]
fn delimiters_and_line_endings_are_those_of_the_job() {
    let mut client = Client::new();
    let made = job(
        &mut client,
        json!({"object": "Lead", "operation": "insert", "columnDelimiter": "SEMICOLON", "lineEnding": "CRLF"}),
    );
    let id = made["id"].as_str().unwrap().to_owned();
    run(&mut client, &id, "LastName;Company\r\n\"A;1\";B\r\n");
    let good = client.get(&format!("/jobs/ingest/{id}/successfulResults")).text;
    assert!(good.starts_with("\"sf__Id\";\"sf__Created\";LastName;Company\r\n"), "{good}");
    assert!(good.ends_with("\"true\";\"A;1\";\"B\"\r\n"), "{good}");
    let made = job(&mut client, json!({"object": "Lead", "operation": "insert"}));
    let id = made["id"].as_str().unwrap().to_owned();
    let polled = run(&mut client, &id, "LastName,Company\r\nA,B\r\n");
    assert_eq!(polled["state"], "Failed");
    assert_eq!(
        polled["errorMessage"],
        "ClientInputError : LineEnding is invalid on user data. Current LineEnding setting is LF"
    );
}

#[test]
fn lists_of_jobs_are_filtered_and_paged() {
    let mut client = Client::new();
    let insert = json!({"object": "Lead", "operation": "insert"});
    for _ in 0..1_001 {
        job(&mut client, insert.clone());
    }
    let page = client.get("/jobs/ingest?jobType=V2Ingest").json();
    assert_eq!((&page["done"], page["records"].as_array().unwrap().len()), (&json!(false), 1_000));
    let next = page["nextRecordsUrl"].as_str().unwrap().to_owned();
    let rest = client.raw("GET", &next, "").json();
    assert_eq!((&rest["done"], rest["records"].as_array().unwrap().len()), (&json!(true), 1));
    assert_eq!(rest["records"][0]["jobType"], "V2Ingest");
    let none = client.get("/jobs/ingest?isPkChunkingEnabled=true").json();
    assert_eq!(none, json!({"done": true, "nextRecordsUrl": null, "records": []}));
}

#[test]
fn wrong_properties_are_told_with_their_place() {
    let mut client = Client::new();
    let answer = client.call("POST", "/jobs/ingest", r#"{"object":"Lead","operation":1}"#);
    assert_eq!((answer.status.as_u16(), answer.code().as_str()), (400, "API_ERROR"));
    assert!(answer.text.contains("Value does not match expected type at [line:1, column:"));
    let answer =
        client.call("POST", "/jobs/ingest", r#"{"object":"Lead","operation":"insert","nmae":1}"#);
    assert!(answer.text.contains("Unrecognized field"), "{}", answer.text);
    let upsert = json!({"object": "Lead", "operation": "upsert", "externalIdFieldName": "Company"});
    assert_eq!(client.call("POST", "/jobs/ingest", &upsert.to_string()).code(), "INVALIDJOB");
    client.header("content-type", "text/plain");
    assert_eq!(client.call("POST", "/jobs/ingest", "{}").status, 415);
}

#[test]
fn what_is_younger_than_the_version_is_not_there() {
    let mut client = Client::new();
    assert_eq!(client.raw("GET", "/services/data/v40.0/jobs/ingest", "").status, 404);
    assert_eq!(client.raw("GET", "/services/data/v41.0/jobs/ingest", "").status, 200);
    assert_eq!(client.raw("GET", "/services/data/v46.0/jobs/query", "").status, 404);
    assert_eq!(client.raw("GET", "/services/data/v47.0/jobs/query", "").status, 200);
}

#[test]
fn unprocessed_rows_of_a_stopped_job_are_told() {
    let mut client = Client::new();
    let made = job(&mut client, json!({"object": "Lead", "operation": "insert"}));
    let id = made["id"].as_str().unwrap().to_owned();
    client.call("PUT", &format!("/jobs/ingest/{id}/batches"), "LastName,Company\nA,B\n");
    client.call("PATCH", &format!("/jobs/ingest/{id}"), r#"{"state":"Aborted"}"#);
    let rows = client.get(&format!("/jobs/ingest/{id}/unprocessedrecords/")).text;
    assert_eq!(rows, "LastName,Company\n\"A\",\"B\"\n");
    let none = client.get(&format!("/jobs/ingest/{id}/successfulResults/")).text;
    assert_eq!(none, "\"sf__Id\",\"sf__Created\",LastName,Company\n");
}
