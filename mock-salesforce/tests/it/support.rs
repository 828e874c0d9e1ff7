//! The support matrix holds what it says: no route and no construct without a row, no row without its test.

use std::{collections::BTreeSet, fs, path::Path};

use mock_salesforce::{
    api, formula, soql, sosl,
    support::{self, Status},
};
use serde_json::json;

use crate::client::Client;

/// What has no row, or names a test that is not there, for now. It shrinks, and ends empty.
const NOT_YET: &[&str] = &[];

/// Fails with everything that is missing, and with everything in [`NOT_YET`] that is there by now.
fn settle(kind: &str, missing: BTreeSet<String>) {
    let allowed = |entry: &String| NOT_YET.contains(&entry.as_str());
    let news: Vec<&String> = missing.iter().filter(|entry| !allowed(entry)).collect();
    assert!(news.is_empty(), "{kind}: {news:#?}");
}

fn routes_of_rows() -> BTreeSet<&'static str> {
    support::rows().iter().flat_map(|row| &row.routes).map(String::as_str).collect()
}

fn constructs_of_rows() -> BTreeSet<&'static str> {
    support::rows().iter().flat_map(|row| &row.constructs).map(String::as_str).collect()
}

/// The address of a pattern: something that is there, where that is possible.
fn address(pattern: &str, id: &str) -> String {
    let fill = |part: &str| match part {
        "{version}" if pattern.starts_with("/services/data") => "v62.0".to_owned(),
        "{version}" => "62.0".to_owned(),
        "{object}" => "Lead".to_owned(),
        "{field}" => "External_Id__c".to_owned(),
        "{name}" => "x".to_owned(),
        "{id}" | "{row}" => id.to_owned(),
        part if part.starts_with('{') => "x".to_owned(),
        part => part.to_owned(),
    };
    pattern.split('/').map(fill).collect::<Vec<_>>().join("/")
}

#[test]
fn every_route_has_a_row_and_every_row_its_route() {
    let rows = routes_of_rows();
    let mut routed = BTreeSet::new();
    // What a wildcard answers is that there is nothing.
    for pattern in api::paths().into_iter().filter(|pattern| !pattern.contains("{*")) {
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE"] {
            let mut client = Client::new();
            let id = client.create("Lead", json!({"LastName": "A", "Company": "B"}));
            let answer = client.raw(method, &address(&pattern, &id), "");
            let refused =
                answer.status.as_u16() == 405 || answer.text.contains("must use HTTP POST");
            if !refused {
                routed.insert(format!("{method} {pattern}"));
            }
        }
    }
    let missing = routed.iter().filter(|route| !rows.contains(route.as_str()));
    settle("routes without a row", missing.cloned().collect());
    let emulated = support::rows().iter().filter(|row| row.status != Status::Refused);
    // A POST can say which method it means, and a wildcard says that there is nothing.
    let is_there = |route: &String| {
        let tunnelled = route.strip_prefix("POST ").map(|path| format!("PATCH {path}"));
        let wildcard = route.contains("{*");
        wildcard || routed.contains(route) || tunnelled.is_some_and(|route| routed.contains(&route))
    };
    let named = emulated.flat_map(|row| &row.routes).filter(|route| !is_there(route));
    settle("rows without their route", named.cloned().collect());
}

#[test]
fn every_construct_has_a_row_and_every_row_its_construct() {
    let soap = api::soap_calls().into_iter().map(|call| format!("soap:{call}"));
    let known: BTreeSet<String> = [soql::constructs(), sosl::constructs()]
        .into_iter()
        .flatten()
        .map(|construct| (*construct).to_owned())
        .chain(formula::constructs().into_iter().map(|name| format!("formula:{name}")))
        .chain(soap)
        .collect();
    let rows = constructs_of_rows();
    let missing = known.iter().filter(|construct| !rows.contains(construct.as_str()));
    settle("constructs without a row", missing.cloned().collect());
    let emulated = support::rows().iter().filter(|row| row.status != Status::Refused);
    let named = emulated.flat_map(|row| &row.constructs).filter(|name| !known.contains(*name));
    settle("rows without their construct", named.cloned().collect());
}

#[test]
fn every_test_that_a_row_names_is_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut tests = BTreeSet::new();
    collect(&root.join("tests/it"), "", &mut tests);
    collect(&root.join("src"), "", &mut tests);
    let named =
        support::rows().iter().filter_map(|row| row.test.as_deref().map(|test| (row, test)));
    let missing = named.filter(|(_, test)| !tests.contains(*test));
    settle(
        "tests that are not there",
        missing.map(|(row, test)| format!("{} {test}", row.id)).collect(),
    );
}

/// Every `#[test]` of a directory: `file::name`, and `module::tests::name` for unit tests.
fn collect(dir: &Path, module: &str, tests: &mut BTreeSet<String>) {
    for entry in fs::read_dir(dir).unwrap().map(Result::unwrap) {
        let path = entry.path();
        let stem = path.file_stem().unwrap().to_str().unwrap();
        let inner = if module.is_empty() { stem.to_owned() } else { format!("{module}::{stem}") };
        if path.is_dir() {
            collect(&path, &inner, tests);
        } else if path.extension().is_some_and(|kind| kind == "rs") {
            let module = if ["main", "lib"].contains(&stem) { module.to_owned() } else { inner };
            read(&fs::read_to_string(&path).unwrap(), &module, tests);
        }
    }
}

fn read(text: &str, module: &str, tests: &mut BTreeSet<String>) {
    let mut inside = module.to_owned();
    let mut is_test = false;
    for line in text.lines().map(str::trim) {
        if let Some(name) = line.strip_prefix("mod ").and_then(|rest| rest.strip_suffix(" {")) {
            inside = format!("{module}::{name}");
        }
        is_test |= line == "#[test]" || line.starts_with("#[tokio::test");
        let function = line.strip_prefix("fn ").or_else(|| line.strip_prefix("async fn "));
        if let (true, Some(function)) = (is_test, function) {
            let name = function.split('(').next().unwrap();
            tests.insert(format!("{inside}::{name}"));
            is_test = false;
        }
    }
}

#[test]
fn the_matrix_is_answered_as_json_and_as_a_page() {
    let mut client = Client::new();
    client.get("/chatter/feeds");
    client.get("/chatter/feeds");
    let all = client.raw("GET", "/__mock/support", "").json();
    let total: usize = ["supported", "partial", "refused"]
        .iter()
        .filter_map(|s| usize::try_from(all["counts"][s].as_u64()?).ok())
        .sum();
    assert_eq!(total, all["rows"].as_array().unwrap().len());
    let refused = client.raw("GET", "/__mock/support?status=refused", "").json();
    assert!(refused["rows"].as_array().unwrap().iter().all(|row| row["status"] == "refused"));
    let control = client.raw("GET", "/__mock/support?area=control", "").json();
    assert!(control["rows"].as_array().unwrap().iter().all(|row| row["area"] == "control"));
    let page = client.raw("GET", "/__mock/support.html", "");
    assert_eq!(page.header("content-type"), "text/html;charset=utf-8");
    assert!(page.header("content-security-policy").starts_with("default-src 'none'"));
    assert!(page.text.starts_with("<!doctype html>"));
}

#[test]
fn refused_calls_are_counted_at_their_row() {
    let mut client = Client::new();
    for _ in 0..3 {
        client.raw("POST", "/cometd/62.0/handshake", "[]");
    }
    let rows = client.raw("GET", "/__mock/support?area=streaming", "").json();
    let cometd =
        rows["rows"].as_array().unwrap().iter().find(|row| row["id"] == "streaming.cometd");
    assert_eq!(cometd.unwrap()["refused_calls"], 3);
}
