//! Bulk ingest jobs on the org's clock (§6.1).

use bytes::Bytes;
use mock_salesforce::org::bulk::{JobKind, JobRequest, JobState, Operation};
use mock_salesforce::schema::CustomField;
use mock_salesforce::{FieldKind, SfId};
use serde_json::json;

use crate::org_fixture::{Fixture, seed};

fn request(operation: Operation) -> JobRequest {
    JobRequest::new(JobKind::Ingest, "Lead", operation)
}

fn told(csv: Vec<u8>) -> String {
    String::from_utf8(csv).unwrap()
}

fn run(f: &mut Fixture, request: JobRequest, file: &str) -> SfId {
    let id = f.org.create_job(&f.cx, request).unwrap();
    f.org.upload_job(id, f.cx.now, Bytes::from(file.to_owned())).unwrap();
    f.org.close_job(id, f.cx.now).unwrap();
    f.org.run_due(f.cx.now);
    id
}

#[test]
fn rows_succeed_and_fail_by_themselves() {
    let mut f = Fixture::plain();
    let file = "LastName,Company,City\nLee,\"Acme, \"\"Inc\"\"\",\"two\nlines\"\n,Globex,Bonn\n";
    let id = run(&mut f, request(Operation::Insert), file);
    let job = f.org.job(id).unwrap();
    assert_eq!((job.state, job.processed(), job.failed()), (JobState::JobComplete, 2, 1));
    let lead = f.rows("Lead")[0];
    assert_eq!(
        told(job.successful_results()),
        format!(
            "\"sf__Id\",\"sf__Created\",LastName,Company,City\n\"{lead}\",\"true\",\"Lee\",\"Acme, \"\"Inc\"\"\",\"two\nlines\"\n"
        )
    );
    assert_eq!(
        told(job.failed_results()),
        "\"sf__Id\",\"sf__Error\",LastName,Company,City\n\
         \"\",\"REQUIRED_FIELD_MISSING:Required fields are missing: [LastName]:LastName --\",\"\",\"Globex\",\"Bonn\"\n"
    );
    assert_eq!(told(job.unprocessed_rows()), "LastName,Company,City\n");
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
        told(f.org.job(id).unwrap().failed_results())
            .contains("MALFORMED_ID:malformed id foo:Id --")
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
    assert_eq!(told(job.unprocessed_rows()), "LastName,foo\n\"x\",\"y\"\n");
}

#[test]
fn a_row_that_has_not_as_many_cells_as_the_header_fails_by_itself() {
    let mut f = Fixture::plain();
    let file = "LastName,\"Company\"\na,b\nx\nx,y,z\nc,d\n";
    let id = run(&mut f, request(Operation::Insert), file);
    let job = f.org.job(id).unwrap();
    assert_eq!((job.state, job.processed(), job.failed()), (JobState::JobComplete, 4, 2));
    let odd = |cells: u8| {
        format!(
            "\"\",\"INVALID_FIELD:Number of fields in header is different from the row. header = 2 row = {cells}:--\",\"\",\"\"\n"
        )
    };
    assert_eq!(
        told(job.failed_results()),
        format!("\"sf__Id\",\"sf__Error\",LastName,\"Company\"\n{}{}", odd(1), odd(3))
    );
    assert!(told(job.successful_results()).ends_with("\"true\",\"c\",\"d\"\n"));
}

#[test]
fn a_cell_that_is_no_value_of_its_field_is_told_with_its_column() {
    let mut f = Fixture::plain();
    let file = "LastName,Company,NumberOfEmployees,HasOptedOutOfEmail\na,b,4.5,true\na,b,1,maybe\n";
    let id = run(&mut f, request(Operation::Insert), file);
    let failed = told(f.org.job(id).unwrap().failed_results());
    for text in [
        "INVALID_FIELD:Failed to deserialize field at col 2. Due to, '4.5' is not a valid value for the type xsd:int:NumberOfEmployees --",
        "INVALID_FIELD:Failed to deserialize field at col 3. Due to, 'maybe' is not valid for type xsd:boolean, should be '0', '1', 'true' or 'false':HasOptedOutOfEmail --",
    ] {
        assert!(failed.contains(text), "{failed}");
    }
}

#[test]
fn a_job_takes_its_time_when_the_org_says_so_and_can_be_stopped() {
    let mut seed = seed();
    seed.settings.bulk_job_ms = 10_000;
    let mut f = Fixture::new(&seed);
    let rows = "Lee,Acme\n".repeat(300);
    let id = run(&mut f, request(Operation::Insert), &format!("LastName,Company\n{rows}"));
    let at = |f: &mut Fixture, ms: i64| {
        f.org.run_due(f.cx.now.plus_ms(ms));
        (f.org.job(id).unwrap().state, f.org.job(id).unwrap().processed())
    };
    assert_eq!(at(&mut f, 0), (JobState::UploadComplete, 0));
    assert_eq!(at(&mut f, 1), (JobState::InProgress, 0));
    assert_eq!(at(&mut f, 5_000), (JobState::InProgress, 200));
    assert_eq!(f.org.delete_job(id).unwrap_err().code, "INVALIDJOBSTATE");
    f.org.abort_job(id, f.cx.now).unwrap();
    f.org.run_due(f.cx.now.plus_ms(20_000));
    let job = f.org.job(id).unwrap();
    assert_eq!((job.state, f.rows("Lead").len()), (JobState::Aborted, 200));
    assert_eq!(told(job.unprocessed_rows()).lines().count(), 101);
    f.org.delete_job(id).unwrap();
    assert!(f.org.job(id).is_none());
}

#[test]
fn a_job_has_one_file_and_one_life() {
    let mut f = Fixture::plain();
    let id = run(&mut f, request(Operation::Insert), "LastName,Company\nx,y\n");
    assert_eq!(f.org.upload_job(id, f.cx.now, Bytes::new()).unwrap_err().code, "INVALIDJOB");
    assert_eq!(f.org.close_job(id, f.cx.now).unwrap_err().code, "INVALIDJOBSTATE");
    assert_eq!(
        f.org.close_job(SfId::numbered(*b"750", 9), f.cx.now).unwrap_err().code,
        "NOT_FOUND"
    );
    let wrong = JobRequest { object: "Leed".to_owned(), ..request(Operation::Insert) };
    assert_eq!(f.org.create_job(&f.cx, wrong).unwrap_err().code, "INVALIDJOB");
}

#[test]
fn a_job_that_is_given_up_keeps_what_is_done() {
    let mut seed = seed();
    seed.settings.bulk_job_ms = 10_000;
    let mut f = Fixture::new(&seed);
    let rows = "Lee,Acme\n".repeat(300);
    let id = run(&mut f, request(Operation::Insert), &format!("LastName,Company\n{rows}"));
    f.org.run_due(f.cx.now.plus_ms(5_000));
    let later = f.cx.now.plus_ms(5_000);
    f.org.fail_job(id, later, "InternalServerError : too many attempts").unwrap();
    f.org.run_due(f.cx.now.plus_ms(20_000));
    let job = f.org.job(id).unwrap();
    assert_eq!((job.state, job.processed(), job.failed()), (JobState::Failed, 200, 0));
    assert_eq!(job.error_message.as_deref(), Some("InternalServerError : too many attempts"));
    assert_eq!(told(job.unprocessed_rows()).lines().count(), 101);
    assert_eq!(f.rows("Lead").len(), 200);
    let open = f.org.create_job(&f.cx, request(Operation::Insert)).unwrap();
    for without_work in [id, open] {
        assert_eq!(f.org.fail_job(without_work, later, "x").unwrap_err().code, "INVALIDJOBSTATE");
    }
    let unknown: SfId = "750000000000000AAA".parse().unwrap();
    assert_eq!(f.org.fail_job(unknown, later, "x").unwrap_err().code, "NOT_FOUND");
}

#[test]
fn a_job_is_complete_when_its_time_is_over() {
    let mut seed = seed();
    seed.settings.bulk_job_ms = 10_000;
    let mut f = Fixture::new(&seed);
    let rows = "Lee,Acme\n".repeat(700);
    let id = run(&mut f, request(Operation::Insert), &format!("LastName,Company\n{rows}"));
    f.org.run_due(f.cx.now.plus_ms(9_999));
    assert_eq!(f.org.job(id).unwrap().state, JobState::InProgress);
    f.org.run_due(f.cx.now.plus_ms(10_000));
    assert_eq!(
        (f.org.job(id).unwrap().state, f.org.job(id).unwrap().processed()),
        (JobState::JobComplete, 700)
    );
    assert_eq!(f.org.next_due(), None);
}

#[test]
fn the_same_key_twice_in_a_chunk_is_refused_and_each_row_has_one_outcome() {
    let mut seed = seed();
    let key = CustomField { external_id: true, ..CustomField::new("Ext__c", FieldKind::String) };
    seed.fields.insert("Lead".to_owned(), vec![key]);
    let mut f = Fixture::new(&seed);
    let upsert =
        JobRequest { external_id_field: Some("ext__C".to_owned()), ..request(Operation::Upsert) };
    let id = run(&mut f, upsert, "Ext__c,LastName,Company\na,x,y\nb,x,y\nA,x,y\n,x,y\n");
    let failed = told(f.org.job(id).unwrap().failed_results());
    assert_eq!(
        failed.matches("DUPLICATE_VALUE:Duplicate external id specified: ").count(),
        2,
        "{failed}"
    );
    assert!(failed.contains("specified: A:Ext__c --"), "{failed}");
    assert!(failed.contains("MISSING_ARGUMENT:Ext__c not specified:Ext__c --"), "{failed}");
    assert_eq!(f.rows("Lead").len(), 1);
}

#[test]
fn parents_are_named_by_their_keys() {
    let mut seed = seed();
    let key = CustomField { external_id: true, ..CustomField::new("Ext__c", FieldKind::String) };
    seed.fields.insert("Account".to_owned(), vec![key]);
    let mut f = Fixture::new(&seed);
    let account = f.create("Account", json!({"Name": "A", "Ext__c": "k1"})).unwrap();
    let contacts = JobRequest { object: "Contact".to_owned(), ..request(Operation::Insert) };
    let id = run(&mut f, contacts.clone(), "LastName,Account.Ext__c\nLee,k1\nPoe,k2\nRay,#N/A\n");
    let job = f.org.job(id).unwrap();
    assert_eq!((job.processed(), job.failed()), (3, 1));
    assert!(
        told(job.failed_results())
            .contains("Foreign key external ID: k2 not found for field Ext__c in entity Account")
    );
    let contact = f.rows("Contact")[0];
    assert_eq!(f.value(contact, "AccountId").as_id(), Some(account));
    for (file, column) in [
        ("LastName,Account.Name\nx,y\n", "Account.Name"),
        ("LastName,Nobody.Ext__c\nx,y\n", "Nobody.Ext__c"),
        ("LastName,Account:Lead.Ext__c\nx,y\n", "Account:Lead.Ext__c"),
    ] {
        let id = run(&mut f, contacts.clone(), file);
        let message = f.org.job(id).unwrap().error_message.clone().unwrap();
        assert_eq!(message, format!("InvalidBatch : Field name not found : {column}"));
    }
}

#[test]
fn jobs_are_forgotten_after_seven_days() {
    let mut f = Fixture::plain();
    let id = run(&mut f, request(Operation::Insert), "LastName,Company\nx,y\n");
    let week = f.cx.now.plus_ms(7 * 86_400_000);
    f.org.forget_old_jobs(week.plus_ms(-1));
    assert!(f.org.job(id).is_some());
    f.org.forget_old_jobs(week);
    assert!(f.org.job(id).is_none());
}

#[test]
fn batches_of_a_day_are_counted_always_and_refused_when_the_org_says_so() {
    let mut f = Fixture::plain();
    let classic = JobRequest::new(JobKind::Classic, "Lead", Operation::Insert);
    let id = f.org.create_job(&f.cx, classic.clone()).unwrap();
    for _ in 0..15_000 {
        f.org.add_batch(id, f.cx.now, Bytes::new()).unwrap();
    }
    let another = f.org.create_job(&f.cx, classic).unwrap();
    f.org.add_batch(another, f.cx.now, Bytes::new()).unwrap();
    assert_eq!(f.org.bulk_usage(f.cx.now).batches, 15_001);
    f.org.set_api_allocation(15_000, true);
    let refused = f.org.add_batch(another, f.cx.now, Bytes::new()).unwrap_err();
    assert_eq!(
        (refused.code, &*refused.message),
        ("EXCEEDEDQUOTA", "ApiBatchItems Limit exceeded.")
    );
    assert_eq!(
        f.org.create_job(&f.cx, request(Operation::Insert)).unwrap_err().code,
        "EXCEEDEDQUOTA"
    );
    f.org.add_batch(another, f.cx.now.plus_ms(86_460_000), Bytes::new()).unwrap();
}

#[test]
fn a_file_is_read_strictly() {
    let mut f = Fixture::plain();
    for (file, message) in [
        ("\u{feff}LastName,Company\na,b\n", "Field name not found : \u{feff}LastName"),
        (
            "\u{feff}\"LastName\",\"Company\"\na,b\n",
            "Failed to parse CSV. Found unescaped quote. A value with quote should be within a quote",
        ),
        (
            "LastName,Company\n\"a\" ,b\n",
            "Failed to parse CSV. Not expecting more text after end quote",
        ),
        (
            "LastName,Company\n\"a,b\n",
            "Failed to parse CSV. EOF reached before closing an opened quote",
        ),
    ] {
        let id = run(&mut f, request(Operation::Insert), file);
        let job = f.org.job(id).unwrap();
        assert_eq!(job.state, JobState::Failed);
        assert_eq!(job.error_message.clone().unwrap(), format!("InvalidBatch : {message}"));
    }
}
