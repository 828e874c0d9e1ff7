//! Every shipped suite can be read.

use crate::disk::{Disk, scenario_files};
use scenarios::{load, load_text, render_terminal, unparse};

#[test]
fn every_shipped_suite_loads() {
    let loaded = load(&Disk, &scenario_files("suites"));
    let found: String = loaded
        .diagnostics
        .iter()
        .map(|found| render_terminal(found, &loaded.sources, false) + "\n")
        .collect();
    assert!(found.is_empty(), "{} problems\n{found}", loaded.diagnostics.len());
}

#[test]
fn every_shipped_scenario_comes_back_from_its_own_text() {
    for mut scenario in load(&Disk, &scenario_files("suites")).scenarios {
        if !scenario.world.csv.is_empty() {
            // The text has no folder of its own in which the export would lie.
            continue;
        }
        let written = unparse(&scenario);
        let again = load_text("again.scenario.yaml", &written);
        assert!(again.diagnostics.is_empty(), "{:#?}\n{written}", again.diagnostics);
        scenario.id = again.scenarios[0].id.clone();
        scenario.case = None;
        assert_eq!(again.scenarios, [scenario], "{written}");
    }
}
