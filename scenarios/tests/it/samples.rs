//! Two full samples: they load, check, and come back from their own text.

use crate::words::Small;
use scenarios::{check, load_text, render_terminal, unparse};

const OUTAGE: &str = include_str!("samples/outage.scenario.yaml");
const CALLS: &str = include_str!("samples/calls.scenario.yaml");
const CONTACT: &str = include_str!("samples/contact-beats-leads.scenario.yaml");

#[test]
fn the_samples_load_and_check() {
    for (text, cases) in [(OUTAGE, 1), (CALLS, 1), (CONTACT, 3)] {
        let loaded = load_text("sample.scenario.yaml", text);
        assert!(loaded.diagnostics.is_empty(), "{:#?}", loaded.diagnostics);
        assert_eq!(loaded.scenarios.len(), cases);
        let found = check(&loaded.scenarios, &Small);
        let shown: Vec<String> =
            found.iter().map(|found| render_terminal(found, &loaded.sources, false)).collect();
        assert!(found.is_empty(), "{}", shown.join("\n"));
    }
}

#[test]
fn the_samples_come_back_from_their_own_text() {
    for text in [OUTAGE, CALLS, CONTACT] {
        for mut scenario in load_text("sample.scenario.yaml", text).scenarios {
            let written = unparse(&scenario);
            let again = load_text("again.scenario.yaml", &written);
            assert!(again.diagnostics.is_empty(), "{:#?}\n{written}", again.diagnostics);
            if let Some(case) = scenario.case.take() {
                scenario.id = format!("{}-{case}", scenario.id).into();
            }
            assert_eq!(again.scenarios, [scenario], "{written}");
        }
    }
}

#[test]
fn a_column_keeps_the_text_of_its_row() {
    let scenarios = load_text("sample.scenario.yaml", CONTACT).scenarios;
    let written = unparse(&scenarios[0]);
    assert!(written.contains("zip: 02139, country: US"), "{written}");
    assert!(unparse(&scenarios[1]).contains("zip: 02139, country: ''"));
}
