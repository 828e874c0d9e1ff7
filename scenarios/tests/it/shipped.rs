//! Every shipped suite can be read.

use crate::disk::{Disk, scenario_files};
use scenarios::{load, render_terminal};

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
