//! Hostile input: texts of the corpus, cut, doubled, spliced and sprinkled with words of their language.
//!
//! Every target takes any bytes without a panic, without an answer of 500, and in bounded time. A short run is part of the tests;
//! `FUZZ_SECONDS=300 cargo test --release -p mock-salesforce --test fuzz` gives each target five minutes, and `FUZZ_SEED=7` another
//! order. An input that breaks something belongs into `corpus/` with the fix.
#![cfg(test)]

#[path = "../it/client.rs"]
#[expect(dead_code, reason = "shared with the integration tests, which use all of it")]
mod client;
mod corpus;
mod mutate;

use std::{
    io::Write as _,
    time::{Duration, Instant},
};

use axum::{body::Body, http::Request};
use client::{Answer, Client};
use mock_salesforce::formula::{Formula, Scope};
use mock_salesforce::{SaveContext, soql, sosl};
use mutate::Dice;
use serde_json::json;

/// Inputs of a short run.
const INPUTS: u64 = 400;
/// Inputs that one org takes before a fresh one is made: orgs grow.
const INPUTS_OF_AN_ORG: u64 = 200;
/// Longest time for one input, on a machine that has other things to do.
const INPUT_TIME: Duration = Duration::from_secs(10);

fn setting(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// Feeds a target with the corpus as it is, then with what becomes of it.
fn fuzz(target: &str, words: &[&str], feed: impl Fn(&mut Client, &[u8])) {
    let corpus = corpus::of(target);
    let seed = setting("FUZZ_SEED").unwrap_or_default();
    let end = setting("FUZZ_SECONDS").map(|seconds| Instant::now() + Duration::from_secs(seconds));
    let mut client = fresh();
    let mut done = 0_u64;
    loop {
        let is_over = end.map_or(done >= INPUTS, |end| Instant::now() >= end);
        if is_over && done >= corpus.len() as u64 {
            break;
        }
        let mut dice = Dice::new(seed, done);
        let whole = usize::try_from(done).ok().and_then(|at| corpus.get(at)).cloned();
        let input = whole.unwrap_or_else(|| mutate::mutated(&corpus, words, &mut dice));
        let started = Instant::now();
        let outcome =
            std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| feed(&mut client, &input)));
        let took = started.elapsed();
        assert!(
            outcome.is_ok() && took < INPUT_TIME,
            "{target}: input {done} of seed {seed} after {took:?}: {:?}",
            String::from_utf8_lossy(&input)
        );
        done += 1;
        if done.is_multiple_of(INPUTS_OF_AN_ORG) {
            client = fresh();
        }
    }
    assert!(done >= corpus.len() as u64);
    if end.is_some() {
        let told = writeln!(std::io::stderr(), "{target}: {done} inputs");
        assert!(told.is_ok(), "standard error is gone");
    }
}

/// An org with a few rows.
fn fresh() -> Client {
    let mut client = Client::new();
    let account = client.create("Account", json!({"Name": "Acme", "Website": "acme.example"}));
    client.create(
        "Contact",
        json!({"LastName": "Lee", "AccountId": account, "Email": "lee@acme.example"}),
    );
    for n in 0..3 {
        client.create(
            "Lead",
            json!({"LastName": format!("L{n}"), "Company": "Acme", "NumberOfEmployees": n}),
        );
    }
    client
}

fn answered(answer: &Answer) {
    let status = answer.status.as_u16();
    assert!(status < 500 || matches!(status, 501 | 503), "{status}: {}", answer.text);
}

fn encoded(bytes: &[u8]) -> String {
    percent_encoding::percent_encode(bytes, percent_encoding::NON_ALPHANUMERIC).to_string()
}

fn sent(
    client: &mut Client,
    (method, path): (&str, &str),
    kind: &str,
    body: &[u8],
) -> Option<Answer> {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header("authorization", format!("Bearer {}", client.token()))
        .header("x-sfdc-session", client.token())
        .header("content-type", kind)
        .body(Body::from(body.to_vec()));
    // An address that is none never leaves a client.
    let answer = client.send(request.ok()?);
    answered(&answer);
    Some(answer)
}

#[test]
fn queries() {
    let words = [
        "SELECT ",
        " FROM Lead",
        " WHERE ",
        "(SELECT Id FROM Contacts)",
        " GROUP BY ",
        "ROLLUP(",
        "COUNT(Id)",
        " HAVING ",
        " ORDER BY ",
        " NULLS LAST",
        " LIMIT 1",
        " OFFSET 1",
        "TYPEOF Owner WHEN User THEN Id END",
        "FIELDS(ALL)",
        "'",
        "\\",
        "(",
        ")",
        " AND ",
        " OR ",
        " NOT ",
        " IN ",
        "LAST_N_DAYS:9",
        "2026-01-01",
        "null",
        "Owner.Name",
        "A.B.C.D.E.F.G",
        "LIKE '%a%'",
        "INCLUDES ('a;b')",
        "\u{0}",
        "é",
        "%",
        ":x",
        " FOR UPDATE",
        " ALL ROWS",
        "toLabel(Status)",
        "FORMAT(",
    ];
    fuzz("soql", &words, |client, input| {
        let text = String::from_utf8_lossy(input);
        // The answer of the parser alone, for texts that are too long for an address.
        let _ = soql::parse(&text);
        let query = encoded(text.as_bytes());
        if query.len() < 15_000 {
            answered(&client.get(&format!("/query?q={query}")));
        }
    });
}

#[test]
fn searches() {
    let words = [
        "FIND {",
        "}",
        " IN EMAIL FIELDS",
        " RETURNING Lead(Id",
        " WHERE ",
        " ORDER BY ",
        " LIMIT ",
        " OFFSET ",
        " WITH METADATA='LABELS'",
        "(",
        ")",
        "\"",
        "\\",
        "*",
        "?",
        " AND ",
        " OR ",
        " AND NOT ",
        "'",
        ",",
        "é",
        "\u{0}",
        "UPDATE TRACKING",
    ];
    fuzz("sosl", &words, |client, input| {
        let text = String::from_utf8_lossy(input);
        assert!(!sosl::constructs().is_empty());
        let query = encoded(text.as_bytes());
        if query.len() < 15_000 {
            answered(&client.get(&format!("/search?q={query}")));
            answered(&client.get(&format!("/parameterizedSearch?q={query}&sobject=Lead")));
        }
    });
}

#[test]
fn formulas() {
    let words = [
        "AND(",
        "IF(",
        "CASE(",
        "TEXT(",
        "REGEX(",
        "City",
        "Status",
        "NumberOfEmployees",
        "CreatedDate",
        "Owner:User.Name",
        "$User.Id",
        "\"",
        "1e308",
        "-",
        "^",
        "&",
        "=",
        "(",
        ")",
        ",",
        "TODAY()",
        "NULL",
        "PRIORVALUE(",
        "LPAD(",
        "ADDMONTHS(",
        "/*",
        "*/",
        "é",
        "(a+)+$",
        "\\",
        "SUBSTITUTE(",
        "DATE(",
        "VLOOKUP(",
        "$ObjectType.",
    ];
    fuzz("formula", &words, |client, input| {
        let text = String::from_utf8_lossy(input);
        let org = client.mock.org();
        let lead = org.schema().index_of("Lead").expect("the standard org has leads");
        let Ok(formula) = Formula::compile(org.schema(), lead, &text) else { return };
        let cx = SaveContext::rest(client.user, client::NOW);
        for after in org.rows(lead) {
            formula.evaluate(&Scope { org: &org, cx: &cx, before: None, after, is_new: true });
        }
    });
}

#[test]
fn csv_files() {
    let words = [
        "LastName",
        ",",
        "\"",
        "\"\"",
        "\n",
        "\r\n",
        "\r",
        "#N/A",
        "Owner:User.Username",
        "External_Id__c",
        "\u{feff}",
        "\t",
        "|",
        "é",
        "\u{0}",
        "x,y\n",
        ",,,,,",
    ];
    fuzz("csv", &words, |client, input| {
        let job = json!({"object": "Lead", "operation": "insert", "contentType": "CSV"});
        let base = "/services/data/v62.0/jobs/ingest";
        let made = sent(client, ("POST", base), "application/json", job.to_string().as_bytes());
        let id = made.expect("the address is one").id();
        let path = |rest: &str| format!("{base}/{id}{rest}");
        sent(client, ("PUT", &path("/batches")), "text/csv", input);
        sent(client, ("PATCH", &path("")), "application/json", br#"{"state":"UploadComplete"}"#);
        for results in ["", "/successfulResults", "/failedResults", "/unprocessedrecords"] {
            sent(client, ("GET", &path(results)), "application/json", b"");
        }
    });
}

#[test]
fn json_bodies() {
    let words = [
        "{",
        "}",
        "[",
        "]",
        ":",
        ",",
        "\"",
        "null",
        "true",
        "1e999",
        "-0",
        "\"attributes\":{\"type\":\"Lead\"}",
        "\"LastName\"",
        "\"records\":[",
        "\"Id\"",
        "\\u0000",
        "\\ud800",
        "\"OwnerId\"",
        "\"2026-13-45\"",
        "é",
        "\u{0}",
        "\"Owner\":{\"type\":\"User\"}",
        "[[[[[[[[",
    ];
    fuzz("json", &words, |client, input| {
        // The first line is the call, the rest its body.
        let text = String::from_utf8_lossy(input);
        let (line, body) = text.split_once('\n').unwrap_or(("POST /sobjects/Lead", &text));
        let (method, path) = line.split_once(' ').unwrap_or(("POST", line));
        let method = if method.chars().all(|c| c.is_ascii_uppercase()) && !method.is_empty() {
            method
        } else {
            "POST"
        };
        let path = format!("/services/data/v62.0{path}");
        if path.len() < 15_000 {
            sent(client, (method, &path), "application/json", body.as_bytes());
        }
    });
}

#[test]
fn soap_envelopes() {
    let words = [
        "<",
        ">",
        "</",
        "/>",
        "<!DOCTYPE x>",
        "<!--",
        "-->",
        "<![CDATA[",
        "]]>",
        "&amp;",
        "&x;",
        "&#0;",
        "xmlns:a=\"b\"",
        "xsi:nil=\"true\"",
        "<sessionId>",
        "<query>",
        "<queryString>",
        "<create>",
        "<sObjects>",
        "<type>Lead</type>",
        "<convertLead>",
        "<leadConverts>",
        "<soapenv:Body>",
        "é",
        "\u{0}",
        "<a><a><a><a><a><a>",
    ];
    fuzz("soap", &words, |client, input| {
        let text = String::from_utf8_lossy(input).replace("{session}", client.token());
        let request = Request::builder()
            .method("POST")
            .uri("/services/Soap/u/62.0")
            .header("content-type", "text/xml")
            .header("soapaction", "\"\"")
            .body(Body::from(text))
            .expect("the address is one");
        let answer = client.send(request);
        // Faults of SOAP are answers with 500; they are XML.
        let is_fault = answer.status == 500 && answer.text.contains("Fault");
        assert!(
            is_fault || answer.status.as_u16() < 500 || answer.status == 501,
            "{}",
            answer.text
        );
    });
}

#[test]
fn composite_references() {
    let words = [
        "@{",
        "}",
        "@{a.id}",
        "@{a.records[0].Id}",
        "@{a[0].id}",
        ".",
        "[0]",
        "[99999999999999999999]",
        "\"referenceId\":\"b\"",
        "\"url\":\"/services/data/v62.0/sobjects/Lead\"",
        "\"method\":\"POST\"",
        "\"body\":{",
        "\"allOrNone\":true",
        "{",
        "}",
        "[",
        "]",
        "\"",
        ",",
        "é",
    ];
    fuzz("composite", &words, |client, input| {
        for path in ["/composite", "/composite/graph", "/composite/batch"] {
            sent(
                client,
                ("POST", &format!("/services/data/v62.0{path}")),
                "application/json",
                input,
            );
        }
    });
}
