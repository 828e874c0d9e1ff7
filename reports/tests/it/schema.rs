use crate::sample::sample;
use expect_test::expect_file;
use reports::schema::{journal_schema, result_schema};
use serde_json::Value;

#[test]
fn the_shipped_schemas_are_current() {
    expect_file!["../../schema/result.v1.json"].assert_eq(&result_schema());
    expect_file!["../../schema/journal.v1.json"].assert_eq(&journal_schema());
}

#[test]
fn a_result_is_as_its_schema_says() {
    let schema: Value = serde_json::from_str(&result_schema()).unwrap();
    let result: Value =
        serde_json::from_str(&reports::bundle::result_json(&sample().result)).unwrap();
    jsonschema::validate(&schema, &result).unwrap();
    assert_eq!(result["summary"]["failed"], 2);
    assert_eq!(result["requirements"]["DD-04"]["scenarios"].as_array().unwrap().len(), 2);
}

#[test]
fn every_journal_line_is_as_its_schema_says() {
    let schema: Value = serde_json::from_str(&journal_schema()).unwrap();
    let schema = jsonschema::validator_for(&schema).unwrap();
    for record in sample().scenarios {
        for line in reports::bundle::journal_ndjson(&record.journal).lines() {
            schema.validate(&serde_json::from_str(line).unwrap()).unwrap();
        }
    }
}
