//! Bulk ingest jobs on the org's clock (§6.1).

use mock_salesforce::org::bulk::{Delimiter, JobRequest, JobState, Operation};
use mock_salesforce::schema::CustomField;
use mock_salesforce::{FieldKind, SfId};
use serde_json::json;

use crate::org_fixture::{Fixture, seed};

fn request(operation: Operation) -> JobRequest {
    JobRequest {
        object: "Lead".to_owned(),
        operation,
        external_id_field: None,
        assignment_rule: None,
        delimiter: Delimiter::Comma,
        crlf: false,
    }
}

fn run(f: &mut Fixture, request: JobRequest, file: &str) -> SfId {
    let id = f.org.create_job(&f.cx, request).unwrap();
    f.org.upload_job(id, f.cx.now, file.as_bytes().to_vec()).unwrap();
    f.org.close_job(id, f.cx.now).unwrap();
    f.org.run_due(f.cx.now);
    id
}

#[test]
fn rows_succeed_and_fail_by_themselves() {
    let mut f = Fixture::plain();
    let file =
        "\u{feff}LastName,Company,City\nLee,\"Acme, \"\"Inc\"\"\",\"two\nlines\"\n,Globex,Bonn\n";
    let id = run(&mut f, request(Operation::Insert), file);
    let job = f.org.job(id).unwrap();
    assert_eq!((job.state, job.processed(), job.failed()), (JobState::JobComplete, 2, 1));
    let lead = f.rows("Lead")[0];
    assert_eq!(
        job.successful_results(),
        format!(
            "\"sf__Id\",\"sf__Created\",\"LastName\",\"Company\",\"City\"\n\"{lead}\",\"true\",\"Lee\",\"Acme, \"\"Inc\"\"\",\"two\nlines\"\n"
        )
    );
    assert_eq!(
        job.failed_results(),
        "\"sf__Id\",\"sf__Error\",\"LastName\",\"Company\",\"City\"\n\
         \"\",\"REQUIRED_FIELD_MISSING:Required fields are missing: [LastName]:LastName --\",\"\",\"Globex\",\"Bonn\"\n"
    );
    assert_eq!(job.unprocessed_rows(), "\"LastName\",\"Company\",\"City\"\n");
}

#[test]
fn updates_upserts_and_deletes_find_their_rows() {
    let mut seed = seed();
    let key = CustomField { external_id: true, ..CustomField::new("Ext__c", FieldKind::String) };
    seed.fields.insert("Lead".to_owned(), vec![key]);
    let mut f = Fixture::new(&seed);
    let lead = f.lead(json!({"City": "Bonn", "Phone": "1", "Ext__c": "v1"}));
    run(&mut f, request(Operation::Update), &format!("Id,City,Phone\n{lead},#N/A,\n"));
    assert_eq!((f.text(lead, "City"), f.text(lead, "Phone")), (String::new(), "1".to_owned()));
    let upsert =
        JobRequest { external_id_field: Some("Ext__c".to_owned()), ..request(Operation::Upsert) };
    let id = run(&mut f, upsert, "Ext__c,LastName,Company\nv1,Changed,A\nv2,New,B\n");
    assert_eq!(f.org.job(id).unwrap().failed(), 0);
    assert_eq!((f.text(lead, "LastName"), f.rows("Lead").len()), ("Changed".to_owned(), 2));
    let id = run(&mut f, request(Operation::Delete), &format!("Id\n{lead}\nfoo\n"));
    assert!(
        f.org.job(id).unwrap().failed_results().contains("MALFORMED_ID:malformed id foo:Id --")
    );
    assert_eq!(f.rows("Lead").len(), 1);
}

#[test]
fn a_column_that_is_no_field_fails_the_job() {
    let mut f = Fixture::plain();
    let id = run(&mut f, request(Operation::Insert), "LastName,foo\nx,y\n");
    let job = f.org.job(id).unwrap();
    assert_eq!(
        (job.state, job.error_message.as_deref()),
        (JobState::Failed, Some("InvalidBatch : Field name not found : foo"))
    );
    assert_eq!(job.unprocessed_rows(), "\"LastName\",\"foo\"\n\"x\",\"y\"\n");
    let id = run(&mut f, request(Operation::Insert), "LastName,Company\nx\n");
    assert_eq!(f.org.job(id).unwrap().state, JobState::Failed);
}

#[test]
fn a_job_takes_its_time_when_the_org_says_so_and_can_be_stopped() {
    let mut seed = seed();
    seed.settings.bulk_job_ms = 10_000;
    let mut f = Fixture::new(&seed);
    let rows = "Lee,Acme\n".repeat(300);
    let id = run(&mut f, request(Operation::Insert), &format!("LastName,Company\n{rows}"));
    assert_eq!(f.org.job(id).unwrap().state, JobState::UploadComplete);
    f.org.run_due(f.cx.now.plus_ms(1));
    assert_eq!(
        (f.org.job(id).unwrap().state, f.org.job(id).unwrap().processed()),
        (JobState::InProgress, 200)
    );
    assert_eq!(f.org.delete_job(id).unwrap_err().code, "INVALIDJOBSTATE");
    f.org.abort_job(id, f.cx.now).unwrap();
    f.org.run_due(f.cx.now.plus_ms(20_000));
    let job = f.org.job(id).unwrap();
    assert_eq!((job.state, f.rows("Lead").len()), (JobState::Aborted, 200));
    assert_eq!(job.unprocessed_rows().lines().count(), 101);
    f.org.delete_job(id).unwrap();
    assert!(f.org.job(id).is_none());
}

#[test]
fn a_job_has_one_file_and_one_life() {
    let mut f = Fixture::plain();
    let id = run(&mut f, request(Operation::Insert), "LastName,Company\nx,y\n");
    assert_eq!(f.org.upload_job(id, f.cx.now, Vec::new()).unwrap_err().code, "INVALIDJOBSTATE");
    assert_eq!(f.org.close_job(id, f.cx.now).unwrap_err().code, "INVALIDJOBSTATE");
    assert_eq!(
        f.org.close_job(SfId::numbered(*b"750", 9), f.cx.now).unwrap_err().code,
        "NOT_FOUND"
    );
    let wrong = JobRequest { object: "Leed".to_owned(), ..request(Operation::Insert) };
    assert_eq!(f.org.create_job(&f.cx, wrong).unwrap_err().code, "INVALIDENTITY");
}
