//! Files that are read and warned of, each with the code that its first line names.

use std::collections::BTreeSet;

use crate::disk::{Disk, root, scenario_files};
use crate::words::Small;
use scenarios::{Severity, check, lint::LINTS, load, render_json, render_terminal};

/// The code that the first line of a file names.
fn expected(path: &str) -> String {
    let text = std::fs::read_to_string(root().join(path)).unwrap();
    text.lines().next().unwrap().strip_prefix("# warns ").unwrap().to_owned()
}

#[test]
fn every_file_gives_exactly_the_warning_that_it_names() {
    for path in scenario_files("lints") {
        let mut loaded = load(&Disk, std::slice::from_ref(&path));
        let mut found = std::mem::take(&mut loaded.diagnostics);
        found.extend(check(&loaded.scenarios, &Small));
        let told: Vec<String> =
            found.iter().map(|it| render_terminal(it, &loaded.sources, false)).collect();
        assert_eq!(found.len(), 1, "{path}:\n{}", told.join("\n"));
        let warning = &found[0];
        assert_eq!(warning.severity, Severity::Warning, "{path}: {}", told[0]);
        assert_eq!(warning.code, expected(&path), "{path}: {}", told[0]);
        assert!(warning.help.is_some(), "{path}: what to do is missing");
        for id in warning.requirements {
            assert!(told[0].contains(id), "{path}: {}", told[0]);
        }
        let json = render_json(warning, &loaded.sources);
        assert_eq!(json["severity"], "warning");
        assert!(!json["requirements"].as_array().unwrap().is_empty());
    }
}

#[test]
fn every_lint_has_a_file() {
    let files = scenario_files("lints");
    let shown: BTreeSet<String> = files.iter().map(|path| expected(path)).collect();
    let missing: Vec<_> = LINTS.iter().filter(|it| !shown.contains(it.code)).collect();
    assert!(missing.is_empty(), "no file shows {missing:?}");
}
