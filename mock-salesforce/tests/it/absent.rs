//! Objects that Salesforce has and this mock has not, asked for through every API.

use serde_json::json;

use crate::{
    client::Client,
    soap::{fault, soap},
};

/// What was counted, with a matrix that has a row for all of it.
fn counted(client: &Client) -> Vec<(String, u64)> {
    let tally = client.mock.unsupported();
    assert_eq!(mock_salesforce::support::matrix(&tally).unplaced.len(), 0);
    tally.into_iter().collect()
}

fn one(what: &str) -> (String, u64) {
    (what.to_owned(), 1)
}

#[test]
fn soap_counts_them() {
    let mut client = Client::new();
    let create = |object: &str| {
        format!("<create><sObjects><type>{object}</type><Name>A</Name></sObjects></create>")
    };
    let answer = soap(&mut client, "", &create("order"));
    assert_eq!(fault(&answer).0, "INVALID_TYPE");
    let answer = soap(&mut client, "", &create("ContentVersion"));
    assert_eq!(fault(&answer).0, "FUNCTIONALITY_NOT_ENABLED");
    let describe = "<describeSObject><sObjectType>ListView</sObjectType></describeSObject>";
    assert_eq!(fault(&soap(&mut client, "", describe)).0, "INVALID_TYPE");
    assert_eq!(fault(&soap(&mut client, "", &create("Nothing"))).0, "INVALID_TYPE");
    assert_eq!(
        counted(&client),
        [
            one("SOAP: files: ContentVersion"),
            one("SOAP: objects: ListView"),
            one("SOAP: objects: Order")
        ]
    );
}

#[test]
fn bulk_jobs_count_them() {
    let mut client = Client::new();
    let mut job = |object: &str| {
        let body = json!({"object": object, "operation": "insert"}).to_string();
        let answer = client.call("POST", "/jobs/ingest", &body);
        (answer.status.as_u16(), answer.code())
    };
    assert_eq!(job("Order"), (400, "INVALIDJOB".to_owned()));
    assert_eq!(job("ContentVersion"), (501, "NOT_IMPLEMENTED".to_owned()));
    assert_eq!(job("Nothing"), (400, "INVALIDJOB".to_owned()));
    let mut query = |object: &str| {
        let body = json!({"operation": "query", "query": format!("SELECT Id FROM {object}")});
        let answer = client.call("POST", "/jobs/query", &body.to_string());
        (answer.status.as_u16(), answer.code())
    };
    assert_eq!(query("Quote"), (400, "INVALID_TYPE".to_owned()));
    assert_eq!(query("ContentDocument"), (501, "NOT_IMPLEMENTED".to_owned()));
    assert_eq!(
        counted(&client),
        [
            one("Bulk job: files: ContentVersion"),
            one("Bulk job: objects: Order"),
            one("Bulk query: files: ContentDocument"),
            one("Bulk query: objects: Quote")
        ]
    );
}

#[test]
fn bulk_1_jobs_count_them() {
    let mut client = Client::new();
    let token = client.token().to_owned();
    client.use_token("");
    client.header("x-sfdc-session", &token);
    client.header("content-type", "application/json");
    let mut code = |object: &str| {
        let body = json!({"object": object, "operation": "insert", "contentType": "JSON"});
        let answer = client.raw("POST", "//services/async/59.0/job", &body.to_string());
        answer.json()["exceptionCode"].as_str().unwrap().to_owned()
    };
    assert_eq!(code("Order"), "InvalidJob");
    assert_eq!(code("ContentVersion"), "FeatureNotEnabled");
    assert_eq!(code("Nothing"), "InvalidJob");
    assert_eq!(
        counted(&client),
        [one("Bulk 1.0 job: files: ContentVersion"), one("Bulk 1.0 job: objects: Order")]
    );
}

#[test]
fn composite_resources_count_them() {
    let mut client = Client::new();
    let records = |object: &str| {
        json!({"records": [{"attributes": {"type": object, "referenceId": "a"}, "Name": "A"}]})
            .to_string()
    };
    let items = client.call("POST", "/composite/sobjects", &records("Order")).json();
    assert_eq!(items[0]["errors"][0]["statusCode"], "INVALID_TYPE");
    assert_eq!(client.call("POST", "/composite/tree/Quote", &records("Quote")).status, 404);
    let ids = "/composite/sobjects/Contract?ids=800Hs0000000001MAA&fields=Id";
    assert_eq!(client.get(ids).status, 404);
    let batch = json!({"batchRequests": [{"method": "GET", "url": "v62.0/sobjects/Asset"}]});
    let batch = client.call("POST", "/composite/batch", &batch.to_string()).json();
    assert_eq!(batch["results"][0]["statusCode"], 404);
    assert_eq!(
        counted(&client),
        [
            one("objects: Asset"),
            one("objects: Contract"),
            one("objects: Order"),
            one("objects: Quote")
        ]
    );
}
