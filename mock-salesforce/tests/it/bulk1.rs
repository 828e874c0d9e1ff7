//! Bulk 1.0.

use mock_salesforce::org::SystemPermission;
use mock_salesforce::seed::{AssignmentEntrySeed, AssignmentRuleSeed, UserSeed};
use mock_salesforce::{FaultBody, FaultRule, Verdict};
use serde_json::{Value as Json, json};

use crate::client::{Answer, Client, NOW};

const XML: &str = "application/xml; charset=UTF-8";

struct Bulk {
    client: Client,
}

impl Bulk {
    fn new() -> Self {
        Self::of(Client::new())
    }

    fn of(client: Client) -> Self {
        let mut bulk = Self { client };
        let token = bulk.client.token().to_owned();
        bulk.client.use_token("");
        bulk.client.header("x-sfdc-session", &token);
        bulk
    }

    fn call(&mut self, method: &str, path: &str, kind: &str, body: &str) -> Answer {
        self.client.header("content-type", kind);
        self.client.raw(method, &format!("//services/async/59.0{path}"), body)
    }

    fn get(&mut self, path: &str, kind: &str) -> Answer {
        self.call("GET", path, kind, "")
    }

    fn job(&mut self, operation: &str, content: &str, more: &str) -> String {
        let body = format!(
            "<jobInfo xmlns=\"http://www.force.com/2009/06/asyncapi/dataload\"><operation>{operation}</operation><object>Lead</object>{more}<contentType>{content}</contentType></jobInfo>"
        );
        let made = self.call("POST", "/job", XML, &body);
        assert_eq!(made.status, 201, "{}", made.text);
        inside(&made.text, "id")
    }

    fn batch(&mut self, job: &str, kind: &str, body: &str) -> String {
        let made = self.call("POST", &format!("/job/{job}/batch"), kind, body);
        assert_eq!(made.status, 201, "{}", made.text);
        if kind.starts_with("application/json") {
            made.json()["id"].as_str().unwrap().to_owned()
        } else {
            inside(&made.text, "id")
        }
    }

    fn result(&mut self, job: &str, batch: &str) -> Answer {
        self.get(&format!("/job/{job}/batch/{batch}/result"), XML)
    }
}

fn inside(text: &str, tag: &str) -> String {
    let (_, rest) = text.split_once(&format!("<{tag}>")).unwrap_or_else(|| panic!("{tag}: {text}"));
    rest.split('<').next().unwrap().to_owned()
}

#[test]
#[expect(clippy::cognitive_complexity, reason = "one job from its beginning to its end")]
fn a_csv_job_goes_from_open_to_closed_in_xml() {
    let mut bulk = Bulk::new();
    let job = bulk.job("insert", "CSV", "<concurrencyMode>Parallel</concurrencyMode>");
    assert!(job.starts_with("750"));
    let user = bulk.client.user;
    let info = bulk.get(&format!("/job/{job}"), XML);
    assert_eq!(info.header("content-type"), "application/xml");
    let wanted = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><jobInfo\n   xmlns=\"http://www.force.com/2009/06/asyncapi/dataload\">\n <id>{job}</id>\n <operation>insert</operation>\n <object>Lead</object>\n <createdById>{user}</createdById>\n <createdDate>2026-05-13T10:00:00.000Z</createdDate>\n <systemModstamp>2026-05-13T10:00:00.000Z</systemModstamp>\n <state>Open</state>\n <concurrencyMode>Parallel</concurrencyMode>\n <contentType>CSV</contentType>\n <numberBatchesQueued>0</numberBatchesQueued>\n <numberBatchesInProgress>0</numberBatchesInProgress>\n <numberBatchesCompleted>0</numberBatchesCompleted>\n <numberBatchesFailed>0</numberBatchesFailed>\n <numberBatchesTotal>0</numberBatchesTotal>\n <numberRecordsProcessed>0</numberRecordsProcessed>\n <numberRetries>0</numberRetries>\n <apiVersion>59.0</apiVersion>\n <numberRecordsFailed>0</numberRecordsFailed>\n <totalProcessingTime>0</totalProcessingTime>\n <apiActiveProcessingTime>0</apiActiveProcessingTime>\n <apexProcessingTime>0</apexProcessingTime>\n</jobInfo>"
    );
    assert_eq!(info.text, wanted);
    let empty = bulk.get(&format!("/job/{job}/batch"), XML);
    assert!(empty.text.ends_with("dataload\"/>"), "{}", empty.text);
    let csv = "LastName,Company\r\nLee,\"A, B\"\r\nPoe,\r\n";
    let batch = bulk.batch(&job, "text/csv; charset=UTF-8", csv);
    assert!(batch.starts_with("751"));
    let closed = bulk.call(
        "POST",
        &format!("/job/{job}"),
        XML,
        "<jobInfo xmlns='x'><state>Closed</state></jobInfo>",
    );
    assert_eq!((closed.status.as_u16(), inside(&closed.text, "state").as_str()), (200, "Closed"));
    let polled = bulk.get(&format!("/job/{job}/batch/{batch}"), XML);
    assert_eq!(polled.header("content-type"), "application/xml");
    assert_eq!(inside(&polled.text, "state"), "Completed");
    assert_eq!(
        (
            inside(&polled.text, "numberRecordsProcessed"),
            inside(&polled.text, "numberRecordsFailed")
        ),
        ("2".to_owned(), "1".to_owned())
    );
    let result = bulk.result(&job, &batch);
    assert_eq!(result.header("content-type"), "text/csv");
    let lines: Vec<&str> = result.text.lines().collect();
    assert_eq!(lines[0], "\"Id\",\"Success\",\"Created\",\"Error\"");
    assert!(lines[1].starts_with("\"00Q") && lines[1].ends_with(",\"true\",\"true\",\"\""));
    assert_eq!(
        lines[2],
        "\"\",\"false\",\"false\",\"REQUIRED_FIELD_MISSING:Required fields are missing: [Company]:Company --\""
    );
    let request = bulk.get(&format!("/job/{job}/batch/{batch}/request"), XML);
    assert_eq!((request.text.as_str(), request.header("content-type")), (csv, "text/csv"));
    let late = bulk.call("POST", &format!("/job/{job}/batch"), "text/csv", csv);
    assert_eq!(
        (late.status.as_u16(), inside(&late.text, "exceptionCode").as_str()),
        (400, "InvalidJobState")
    );
}

#[test]
fn a_json_job_speaks_json_and_takes_the_mode_as_a_number() {
    let mut bulk = Bulk::new();
    let body = json!({"operation": "insert", "object": "Lead", "concurrencyMode": 0, "contentType": "JSON"});
    let made = bulk.call("POST", "/job", "application/json", &body.to_string());
    assert_eq!((made.status.as_u16(), made.header("content-type")), (201, "application/json"));
    let info = made.json();
    assert_eq!(
        (&info["concurrencyMode"], &info["assignmentRuleId"], &info["fastPathEnabled"]),
        (&json!("Parallel"), &json!(null), &json!(false))
    );
    assert_eq!(info["createdDate"], "2026-05-13T10:00:00.000+0000");
    let job = info["id"].as_str().unwrap().to_owned();
    let rows =
        json!([{"LastName": "Lee", "Company": "A", "NumberOfEmployees": 3}, {"LastName": "x"}]);
    let added =
        bulk.call("POST", &format!("/job/{job}/batch"), "application/json", &rows.to_string());
    let batch = added.json();
    assert_eq!(
        (added.status.as_u16(), &batch["state"], &batch["stateMessage"]),
        (201, &json!("Queued"), &json!(null))
    );
    let batch = batch["id"].as_str().unwrap().to_owned();
    // The batch speaks as its job does, whatever the request says of itself.
    let polled = bulk.get(&format!("/job/{job}/batch/{batch}"), XML);
    assert_eq!(
        (polled.header("content-type"), &polled.json()["state"]),
        ("application/json", &json!("Completed"))
    );
    assert!(bulk.get(&format!("/job/{job}"), XML).text.starts_with("<?xml"));
    let result = bulk.result(&job, &batch).json();
    assert_eq!((&result[0]["success"], &result[0]["created"]), (&json!(true), &json!(true)));
    assert_eq!(
        result[1],
        json!({"success": false, "created": false, "id": null, "errors": [{"statusCode": "REQUIRED_FIELD_MISSING",
            "message": "Required fields are missing: [Company]", "fields": ["Company"], "extendedErrorDetails": null}]})
    );
    let list = bulk.get(&format!("/job/{job}/batch"), "application/json").json();
    assert_eq!(list["batchInfo"].as_array().unwrap().len(), 1);
}

#[test]
fn an_xml_job_takes_rows_with_nil_and_tells_results_in_xml() {
    let mut bulk = Bulk::new();
    let lead = bulk.client_lead(json!({"City": "Bonn", "Phone": "1"}));
    let job = bulk.job("update", "XML", "");
    let rows = format!(
        "<?xml version=\"1.0\"?><sObjects xmlns=\"http://www.force.com/2009/06/asyncapi/dataload\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><sObject><Id>{lead}</Id><City xsi:nil=\"true\"/><Phone></Phone></sObject><sObject><Id>{lead}</Id><LastName xsi:nil=\"true\"/></sObject></sObjects>"
    );
    let batch = bulk.batch(&job, XML, &rows);
    let result = bulk.result(&job, &batch);
    assert_eq!(result.header("content-type"), "application/xml");
    assert!(
        result.text.contains(&format!(
            "<result><id>{lead}</id><success>true</success><created>false</created></result>"
        )),
        "{}",
        result.text
    );
    assert!(result.text.contains("<errors><fields>LastName</fields><message>Required fields are missing: [LastName]</message><statusCode>REQUIRED_FIELD_MISSING</statusCode></errors><success>false</success>"));
    let read = bulk.client.query("SELECT City, Phone FROM Lead").json();
    assert_eq!(
        (&read["records"][0]["City"], &read["records"][0]["Phone"]),
        (&Json::Null, &json!("1"))
    );
}

impl Bulk {
    fn client_lead(&mut self, more: Json) -> String {
        let mut fields = json!({"LastName": "Lee", "Company": "Acme"});
        fields.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let token = self.client.mock.access_token(self.client.user);
        self.client.use_token(&token);
        self.client.header("content-type", "application/json");
        self.client.create("Lead", fields)
    }
}

#[test]
fn queries_give_ids_of_results_and_rows_in_the_jobs_format() {
    let mut bulk = Bulk::new();
    bulk.client_lead(json!({}));
    let soql = "SELECT Id, IsConverted, CreatedDate, Owner.Name FROM Lead";
    let job = bulk.job("query", "CSV", "");
    let batch = bulk.batch(&job, "text/csv", soql);
    let list = bulk.result(&job, &batch);
    assert_eq!(list.header("content-type"), "application/xml");
    let result = inside(&list.text, "result");
    assert_eq!((result.len(), &result[..3]), (15, "752"));
    let rows = bulk.get(&format!("/job/{job}/batch/{batch}/result/{result}"), XML);
    assert_eq!(rows.header("content-type"), "text/csv");
    assert!(
        rows.text.starts_with("\"Id\",\"IsConverted\",\"CreatedDate\",\"Owner.Name\"\n\"00Q"),
        "{}",
        rows.text
    );
    let job = bulk.job("query", "JSON", "");
    let batch = bulk.batch(&job, "application/json", soql);
    let result = bulk.result(&job, &batch).json()[0].as_str().unwrap().to_owned();
    let rows = bulk.get(&format!("/job/{job}/batch/{batch}/result/{result}"), "application/json");
    let row = &rows.json()[0];
    assert_eq!((&row["CreatedDate"], &row["IsConverted"]), (&json!(NOW.0), &json!(false)));
    assert_eq!(
        (&row["attributes"]["type"], &row["Owner"]["attributes"]["type"]),
        (&json!("Lead"), &json!("User"))
    );
    let job = bulk.job("query", "XML", "");
    let batch = bulk.batch(&job, XML, soql);
    let result = inside(&bulk.result(&job, &batch).text, "result");
    let rows = bulk.get(&format!("/job/{job}/batch/{batch}/result/{result}"), XML).text;
    assert!(rows.contains("<records xsi:type=\"sObject\"><type>Lead</type><Id>00Q"), "{rows}");
    let job = bulk.job("query", "CSV", "");
    let batch = bulk.batch(&job, "text/csv", "SELECT Id FROM Lead WHERE LastName = 'nobody'");
    let result = inside(&bulk.result(&job, &batch).text, "result");
    let rows = bulk.get(&format!("/job/{job}/batch/{batch}/result/{result}"), XML).text;
    assert_eq!(rows, "Records not found for this query\n");
}

#[test]
fn a_query_that_cannot_be_carried_out_fails_its_batch() {
    let mut bulk = Bulk::new();
    for (soql, code) in [
        ("SELECT Bogus__c FROM Lead", "INVALID_FIELD"),
        ("SELECT Id FROM Contact", "INVALID_TYPE_FOR_OPERATION"),
        ("SELECT Address FROM Lead", "FUNCTIONALITY_NOT_ENABLED"),
    ] {
        let job = bulk.job("query", "CSV", "");
        let batch = bulk.batch(&job, "text/csv", soql);
        let polled = bulk.get(&format!("/job/{job}/batch/{batch}"), XML).text;
        assert_eq!(inside(&polled, "state"), "Failed");
        let message = inside(&polled, "stateMessage");
        assert!(
            message.starts_with(&format!("InvalidBatch : Failed to process query: {code}: ")),
            "{message}"
        );
        assert_eq!(
            inside(&bulk.result(&job, &batch).text, "exceptionMessage"),
            "Records not processed"
        );
        let aborted = bulk.call(
            "POST",
            &format!("/job/{job}"),
            XML,
            "<jobInfo><state>Aborted</state></jobInfo>",
        );
        assert_eq!(inside(&aborted.text, "state"), "Aborted");
    }
}

#[test]
fn a_method_that_an_address_does_not_have_is_named_with_those_it_has() {
    let mut bulk = Bulk::new();
    for (method, path, allowed) in [
        ("DELETE", "/job", "POST"),
        ("GET", "/job", "POST"),
        ("PUT", "/job/750000000000000AAA", "GET,POST"),
        ("POST", "/job/750000000000000AAA/batch/751000000000000AAA/result", "GET"),
    ] {
        let refused = bulk.call(method, path, XML, "");
        assert_eq!(refused.status, 405);
        assert_eq!(
            inside(&refused.text, "exceptionMessage"),
            format!("HTTP Method '{method}' not allowed. Allowed are {allowed}")
        );
    }
}

#[test]
fn errors_have_codes_of_their_own_in_the_form_of_the_request() {
    let mut bulk = Bulk::new();
    let unknown = bulk.get("/job/750000000000000AAA", XML);
    assert_eq!(
        (unknown.status.as_u16(), inside(&unknown.text, "exceptionCode").as_str()),
        (400, "InvalidJob")
    );
    let body = |text: &str| format!("<jobInfo>{text}</jobInfo>");
    for (doc, code) in [
        (
            body(
                "<operation>insert</operation><object>Nobody</object><contentType>CSV</contentType>",
            ),
            "InvalidJob",
        ),
        (body("<operation>guess</operation><object>Lead</object>"), "InvalidJob"),
        (
            body(
                "<operation>upsert</operation><object>Lead</object><contentType>CSV</contentType>",
            ),
            "InvalidJob",
        ),
        (
            body(
                "<operation>insert</operation><object>Lead</object><contentType>ZIP_CSV</contentType>",
            ),
            "FeatureNotEnabled",
        ),
        ("<jobInfo".to_owned(), "InvalidJob"),
    ] {
        let answer = bulk.call("POST", "/job", XML, &doc);
        assert_eq!(
            (answer.status.as_u16(), inside(&answer.text, "exceptionCode").as_str()),
            (400, code),
            "{doc}"
        );
    }
    assert!(bulk.client.mock.unsupported().contains_key("Bulk 1.0 content type ZIP_CSV"));
    let old = bulk.client.raw("GET", "/services/async/20.0/job/750000000000000AAA", "");
    assert_eq!(inside(&old.text, "exceptionCode"), "InvalidVersion");
    assert_eq!(inside(&bulk.get("/jobs", XML).text, "exceptionCode"), "InvalidUrl");
    bulk.client.header("x-sfdc-session", "00D000000000000!INVALID");
    let refused = bulk.call("POST", "/job", XML, "");
    assert_eq!(refused.status, 400);
    assert!(
        refused.text.contains("<exceptionCode>InvalidSessionId</exceptionCode>"),
        "{}",
        refused.text
    );
    let refused = bulk.call("POST", "/job", "application/json", "");
    assert_eq!(
        refused.json(),
        json!({"exceptionCode": "InvalidSessionId", "exceptionMessage": "Invalid session id"})
    );
}

#[test]
fn batches_of_a_serial_job_go_one_after_the_other() {
    let mut seed = mock_salesforce::standard_org();
    seed.settings.bulk_job_ms = 10_000;
    let mut bulk = Bulk::of(Client::of(seed));
    let job = bulk.job("insert", "CSV", "<concurrencyMode>Serial</concurrencyMode>");
    let csv = "LastName,Company\nLee,Acme\n";
    let batches = [bulk.batch(&job, "text/csv", csv), bulk.batch(&job, "text/csv", csv)];
    let mut states = |ms: i64| {
        bulk.client.clock.set(NOW.plus_ms(ms));
        batches
            .clone()
            .map(|batch| inside(&bulk.get(&format!("/job/{job}/batch/{batch}"), XML).text, "state"))
    };
    assert_eq!(states(0), ["Queued", "Queued"]);
    assert_eq!(states(5_000), ["InProgress", "Queued"]);
    assert_eq!(states(12_000), ["Completed", "InProgress"]);
    let early = bulk.result(&job, &batches[1]);
    assert_eq!(inside(&early.text, "exceptionMessage"), "Batch not completed");
    bulk.call("POST", &format!("/job/{job}"), XML, "<jobInfo><state>Aborted</state></jobInfo>");
    let stopped = bulk.get(&format!("/job/{job}/batch/{}", batches[1]), XML).text;
    assert_eq!(inside(&stopped, "state"), "NotProcessed");
}

#[test]
fn a_query_is_cut_into_chunks_of_the_table_when_asked() {
    let mut bulk = Bulk::new();
    for _ in 0..5 {
        bulk.client_lead(json!({}));
    }
    bulk.client.header("sforce-enable-pkchunking", "chunkSize=2");
    let job = bulk.job("query", "CSV", "");
    bulk.batch(&job, "text/csv", "SELECT Id FROM Lead WHERE LastName = 'Lee' OR LastName = 'x'");
    let list = bulk.get(&format!("/job/{job}/batch"), XML).text;
    let states: Vec<&str> =
        list.split("<state>").skip(1).map(|rest| rest.split('<').next().unwrap()).collect();
    assert_eq!(states, ["NotProcessed", "Completed", "Completed", "Completed"]);
    let counts: Vec<&str> = list
        .split("<numberRecordsProcessed>")
        .skip(1)
        .map(|rest| rest.split('<').next().unwrap())
        .collect();
    assert_eq!(counts, ["0", "2", "2", "1"]);
    bulk.client.header("sforce-enable-pkchunking", "chunkSize=2; parent=Account");
    let refused = bulk.call("POST", "/job", XML, "<jobInfo><operation>query</operation><object>Lead</object><contentType>CSV</contentType></jobInfo>");
    assert_eq!(inside(&refused.text, "exceptionCode"), "FeatureNotEnabled");
}

#[test]
fn a_batch_has_at_most_ten_thousand_rows_and_an_empty_one_none() {
    let mut bulk = Bulk::new();
    let job = bulk.job("insert", "CSV", "");
    let batch =
        bulk.batch(&job, "text/csv", &format!("LastName,Company\n{}", "a,b\n".repeat(10_001)));
    let polled = bulk.get(&format!("/job/{job}/batch/{batch}"), XML).text;
    assert_eq!(inside(&polled, "state"), "Failed");
    let batch = bulk.batch(&job, "text/csv", "LastName,Company\n");
    let polled = bulk.get(&format!("/job/{job}/batch/{batch}"), XML).text;
    assert_eq!(
        (inside(&polled, "state"), inside(&polled, "numberRecordsProcessed")),
        ("Completed".to_owned(), "0".to_owned())
    );
}

#[test]
fn a_batch_that_cannot_be_read_fails_with_the_parsers_words() {
    let mut bulk = Bulk::new();
    for (content, kind, body, message) in [
        (
            "CSV",
            "text/csv",
            "LastName,Company\na,b\"c\n",
            "Failed to parse CSV. Found unescaped quote. ",
        ),
        (
            "JSON",
            "application/json",
            "{}",
            "Failed to parse JSON. Cannot deserialize instance of list from ",
        ),
        ("JSON", "application/json", "[", "Failed to parse JSON. Unexpected end-of-input "),
        ("JSON", "application/json", "[]", "Records not found"),
        ("XML", XML, "<sObjects/>", "Records not found"),
        ("XML", XML, "<sObjects>", "Failed to parse XML. "),
    ] {
        let job = bulk.job("insert", content, "");
        let batch = bulk.batch(&job, kind, body);
        let polled = bulk.get(&format!("/job/{job}/batch/{batch}"), kind);
        let told = if content == "JSON" {
            polled.json()["stateMessage"].as_str().unwrap().to_owned()
        } else {
            inside(&polled.text, "stateMessage")
        };
        assert!(told.starts_with(&format!("InvalidBatch : {message}")), "{told}");
        let refused = bulk.result(&job, &batch).text;
        assert!(refused.contains("Records not processed"), "{refused}");
    }
}

#[test]
fn a_fault_speaks_as_this_api_does() {
    let mut bulk = Bulk::new();
    let error = FaultBody::Error { code: "Timeout".to_owned(), message: "too slow".to_owned() };
    let answer = Verdict::Answer { status: 400, body: error };
    bulk.client.mock.faults().add(FaultRule::new("slow", answer));
    let refused = bulk.get("/job/750000000000000AAA", XML);
    assert_eq!(
        (refused.status.as_u16(), inside(&refused.text, "exceptionCode").as_str()),
        (400, "Timeout")
    );
}

#[test]
fn work_is_taken_off_the_daily_limits() {
    let mut bulk = Bulk::new();
    let job = bulk.job("insert", "CSV", "");
    bulk.batch(&job, "text/csv", "LastName,Company\na,b\n");
    bulk.client_lead(json!({}));
    bulk.client.call(
        "POST",
        "/jobs/query",
        r#"{"operation":"query","query":"SELECT Id FROM Lead"}"#,
    );
    let limits = bulk.client.get("/limits").json();
    assert_eq!(limits["DailyBulkApiBatches"], json!({"Max": 15_000, "Remaining": 14_999}));
    assert_eq!(limits["DailyBulkV2QueryJobs"], json!({"Max": 10_000, "Remaining": 9_999}));
}

#[test]
fn deletes_for_good_need_a_permission() {
    let mut bulk = Bulk::new();
    let lead = bulk.client_lead(json!({}));
    let document = "<jobInfo><operation>hardDelete</operation><object>Lead</object><contentType>CSV</contentType></jobInfo>";
    let refused = bulk.call("POST", "/job", XML, document);
    assert_eq!(inside(&refused.text, "exceptionCode"), "FeatureNotEnabled");
    let user = bulk.client.user;
    bulk.client.mock.org().set_system_permission(user, SystemPermission::HardDelete, true);
    let job = bulk.job("hardDelete", "CSV", "");
    let batch = bulk.batch(&job, "text/csv", &format!("Id\n{lead}\n"));
    assert!(bulk.result(&job, &batch).text.contains(&format!("\"{lead}\",\"true\",\"false\"")));
    assert!(bulk.client.mock.org().get(lead.parse().unwrap()).is_none());
}

#[test]
fn assignment_rules_run_only_when_the_job_names_one() {
    let mut seed = mock_salesforce::standard_org();
    seed.duplicate_rules.clear();
    seed.users.push(UserSeed::new("Rita Rep", "rita@example.com"));
    seed.assignment_rules.push(AssignmentRuleSeed {
        name: "All".to_owned(),
        object: "Lead".to_owned(),
        active: true,
        entries: vec![AssignmentEntrySeed {
            owner: Some("rita@example.com".to_owned()),
            ..AssignmentEntrySeed::default()
        }],
        ..AssignmentRuleSeed::default()
    });
    let mut bulk = Bulk::of(Client::of(seed));
    bulk.client_lead(json!({}));
    let rule =
        bulk.client.query("SELECT Id FROM AssignmentRule").json()["records"][0]["Id"].clone();
    let owner = |bulk: &mut Bulk, more: &str, name: &str| {
        let job = bulk.job("insert", "CSV", more);
        let batch = bulk.batch(&job, "text/csv", &format!("LastName,Company\n{name},b\n"));
        assert!(bulk.result(&job, &batch).text.contains("\"true\",\"true\""));
        let soql = format!("SELECT Owner.Name FROM Lead WHERE LastName = '{name}'");
        bulk.client.query(&soql).json()["records"][0]["Owner"]["Name"].clone()
    };
    assert_ne!(owner(&mut bulk, "", "Poe"), json!("Rita Rep"));
    let named = format!("<assignmentRuleId>{}</assignmentRuleId>", rule.as_str().unwrap());
    assert_eq!(owner(&mut bulk, &named, "Roe"), json!("Rita Rep"));
    let document = "<jobInfo><operation>insert</operation><object>Lead</object><assignmentRuleId>01Q000000000001</assignmentRuleId><contentType>CSV</contentType></jobInfo>";
    let refused = bulk.call("POST", "/job", XML, document);
    assert_eq!(inside(&refused.text, "exceptionCode"), "InvalidJob");
}

#[test]
fn what_maps_columns_is_refused_and_counted() {
    let mut bulk = Bulk::new();
    let job = bulk.job("insert", "CSV", "");
    let refused =
        bulk.call("POST", &format!("/job/{job}/spec"), "text/csv", "Salesforce Field,Csv Header\n");
    assert_eq!(inside(&refused.text, "exceptionCode"), "FeatureNotEnabled");
    assert!(bulk.client.mock.unsupported().contains_key("Bulk 1.0 transformation specs"));
}
