//! The mock alone, through its router in process: what it can do before an engine asks for anything.

use std::time::Duration;

use axum::http::{Request, StatusCode};
use benches::{NOW, email, org_of_leads};
use bytes::Bytes;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use mock_salesforce::{Mock, clock::Manual};
use serde_json::json;
use sim::crm::{
    Exchange,
    transport::{Direct, Transport as _},
};

const API: &str = "/services/data/v62.0";
const RECORDS: u32 = 100_000;
const ROWS: u64 = 200;

/// A mock, and a session in it.
struct Client {
    transport: Direct,
    token: String,
    sent: u64,
}

impl Client {
    fn new() -> Self {
        let org = org_of_leads(RECORDS, 5).expect("rows of ours are sound");
        let mock = Mock::new(org, Manual::new(NOW));
        mock.traffic().set_capacity(0);
        let (user, _) = mock.first_user().expect("the standard org has users");
        Self { transport: Direct::new(mock.router()), token: mock.access_token(user), sent: 0 }
    }

    fn send(&mut self, method: &str, path: &str, body: String) -> StatusCode {
        self.sent += 1;
        let request = Request::builder()
            .method(method)
            .uri(format!("{API}{path}"))
            .header("authorization", format!("Bearer {}", self.token))
            .header("content-type", "application/json")
            .header("sforce-auto-assign", "FALSE")
            .header("sforce-duplicate-rule-header", "allowSave=true")
            .body(Bytes::from(body))
            .expect("a request of ours is one");
        match self.transport.exchange(request) {
            Exchange::Answered { response, .. } => response.status(),
            Exchange::Lost(_) => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    fn create(&mut self) -> StatusCode {
        let body = json!({ "LastName": "Lee", "Company": "Northwind", "Email": self.new_email() });
        self.send("POST", "/sobjects/Lead", body.to_string())
    }

    fn find(&mut self) -> StatusCode {
        let number = u32::try_from(self.sent * 7_919 % u64::from(RECORDS)).unwrap_or(0);
        let soql = format!("SELECT+Id,OwnerId+FROM+Lead+WHERE+Email='{}'", email(number));
        self.send("GET", &format!("/query?q={soql}"), String::new())
    }

    fn collection(&mut self) -> StatusCode {
        let row = |number: u64| {
            let email = format!("row.{number}.{}@new.example", self.sent);
            json!({ "attributes": { "type": "Lead" }, "LastName": "Lee", "Company": "Northwind", "Email": email })
        };
        let rows: Vec<_> = (0..ROWS).map(row).collect();
        self.send(
            "POST",
            "/composite/sobjects",
            json!({ "allOrNone": false, "records": rows }).to_string(),
        )
    }

    fn new_email(&self) -> String {
        format!("visitor.{}@new.example", self.sent)
    }
}

fn mock_throughput(criterion: &mut Criterion) {
    let mut client = Client::new();
    let mut group = criterion.benchmark_group("mock_throughput");
    group.throughput(Throughput::Elements(1));
    assert_eq!(client.create(), StatusCode::CREATED);
    group.bench_function("create a lead", |bencher| bencher.iter(|| client.create()));
    assert_eq!(client.find(), StatusCode::OK);
    group.bench_function("find by address", |bencher| bencher.iter(|| client.find()));
    group.throughput(Throughput::Elements(ROWS));
    assert_eq!(client.collection(), StatusCode::OK);
    group.bench_function("create 200 leads", |bencher| bencher.iter(|| client.collection()));
    group.finish();
}

criterion_group! {
    name = group;
    config = Criterion::default().sample_size(10).warm_up_time(Duration::from_millis(300)).measurement_time(Duration::from_secs(1));
    targets = mock_throughput
}
criterion_main!(group);
