//! The JSON Schema is current, takes what the loader takes, and refuses what a person is likely to get wrong.

use crate::disk::{root, scenario_files};
use expect_test::expect_file;
use jsonschema::Validator;
use serde_json::Value;

fn validator() -> Validator {
    jsonschema::draft7::new(&serde_json::from_str(&scenarios::schema_json()).unwrap()).unwrap()
}

fn problems(validator: &Validator, text: &str) -> Vec<String> {
    let value: Value = serde_saphyr::from_str(text).unwrap();
    validator
        .iter_errors(&value)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect()
}

#[test]
fn the_shipped_schema_is_current() {
    expect_file!["../../schema/scenario.v1.json"].assert_eq(&scenarios::schema_json());
}

#[test]
fn the_samples_are_valid() {
    let validator = validator();
    for text in [
        include_str!("samples/outage.scenario.yaml"),
        include_str!("samples/calls.scenario.yaml"),
        include_str!("samples/contact-beats-leads.scenario.yaml"),
    ] {
        assert_eq!(problems(&validator, text), Vec::<String>::new());
    }
}

#[test]
fn every_shipped_suite_is_valid() {
    let validator = validator();
    let mut found = Vec::new();
    for path in scenario_files("suites") {
        let text = std::fs::read_to_string(root().join(&path)).unwrap();
        // A column that stands unquoted between braces is this loader's courtesy, not YAML.
        let Ok(value) = serde_saphyr::from_str::<Value>(&text) else { continue };
        found.extend(
            validator
                .iter_errors(&value)
                .map(|error| format!("{path} {}: {error}", error.instance_path())),
        );
    }
    assert_eq!(found, Vec::<String>::new());
}

#[test]
fn likely_mistakes_are_refused() {
    let validator = validator();
    let head = "format: 1\nscenario: a/b\ntitle: t\nrequirements: []\nclock: { starts: 2026-03-02T09:00:00Z }\n";
    assert_eq!(problems(&validator, head), Vec::<String>::new());
    for rest in [
        "timelines: []\n",
        "timeline: [{ at: 1s, chta: { with: dana } }]\n",
        "timeline: [{ at: 1s, leave: {}, say: { text: x } }]\n",
        "timeline: [{ leave: {} }]\n",
        "expect: [{ record: { object: Lead } }]\n",
        "expect: [{ at: end, by: 1s, record: { object: Lead } }]\n",
        "expect: [{ at: end, record: { object: Lead, count: { more: 1 } } }]\n",
        "expect: [{ at: end, explain: { subject: lead, outcome: untouched } }]\n",
        "engine: { experiences: { chat: { steps: [{ push: { to: salesforce, action: create, when: now } }] } } }\n",
        "world: { users: { dana: { name: Dana, actve: true } } }\n",
        "world: { objects: { Lead: { fields: { A__c: { type: string } } } } }\n",
        "cases: [{ zip: 1 }]\n",
    ] {
        assert!(!problems(&validator, &format!("{head}{rest}")).is_empty(), "{rest}");
    }
}
