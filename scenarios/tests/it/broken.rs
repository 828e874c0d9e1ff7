//! Files that must be refused, each with the code that its first line names.

use crate::disk::{Disk, root, scenario_files};
use crate::words::Small;
use expect_test::expect_file;
use scenarios::{check, diagnostic::code, load, render_json, render_terminal};

/// The code that the first line of a file names; after `for` stand the requirements that it answers.
fn expected(path: &str) -> String {
    let bytes = std::fs::read(root().join(path)).unwrap();
    let text = String::from_utf8_lossy(&bytes);
    let expected = text.lines().next().unwrap().strip_prefix("# expects ").unwrap();
    expected.split_once(" for ").map_or(expected, |(code, _)| code).to_owned()
}

#[test]
fn every_broken_file_is_refused_with_the_code_that_it_names() {
    let mut shown = String::new();
    for path in scenario_files("broken") {
        // A duplicate id takes two files.
        let paths = if path.contains("same-id") {
            scenario_files("broken").into_iter().filter(|path| path.contains("same-id")).collect()
        } else {
            vec![path.clone()]
        };
        let mut loaded = load(&Disk, &paths);
        let mut found = std::mem::take(&mut loaded.diagnostics);
        found.extend(check(&loaded.scenarios, &Small));
        let codes: Vec<&str> = found.iter().map(|found| found.code).collect();
        let expected = expected(&path);
        assert!(
            codes.iter().all(|code| *code == expected) && !codes.is_empty(),
            "{path}: {codes:?} instead of {expected}"
        );
        for problem in &found {
            let told = render_terminal(problem, &loaded.sources, false);
            assert!(told.contains('^') && problem.help.is_some(), "no caret or no hint: {told}");
            shown.push_str(&told);
            shown.push_str("\n\n");
            let json = render_json(problem, &loaded.sources);
            assert_eq!(json["code"], expected.as_str());
            assert!(json["line"].as_u64().unwrap() >= 1);
        }
    }
    expect_file!["broken.txt"].assert_eq(&shown);
}

#[test]
fn every_code_of_a_file_has_a_broken_file() {
    let files = scenario_files("broken");
    let covered: Vec<String> = files.iter().map(|path| expected(path)).collect();
    let all = [
        code::UNREADABLE,
        code::EMPTY,
        code::SYNTAX,
        code::LIMIT,
        code::DUPLICATE_KEY,
        code::TAG,
        code::DOCUMENTS,
        code::FORMAT,
        code::UNKNOWN_KEY,
        code::MISSING_KEY,
        code::SHAPE,
        code::VALUE,
        code::EXACTLY_ONE,
        code::UNKNOWN_WORD,
        code::AMBIGUOUS_NULL,
        code::CONTRADICTION,
        code::WHICH_VISITOR,
        code::CASES,
        code::UNKNOWN_COLUMN,
        code::UNUSED_COLUMN,
        code::MISSING_FILE,
        code::DUPLICATE_ID,
        code::NO_REQUIREMENTS,
        code::UNKNOWN_REQUIREMENT,
        code::UNKNOWN_RULE,
        code::UNKNOWN_NAME,
        code::UNKNOWN_OBJECT,
        code::UNKNOWN_FIELD,
        code::FIELD_VALUE,
        code::UNKNOWN_SETTING,
        code::SETTING_VALUE,
        code::UNKNOWN_METRIC,
        code::UNKNOWN_OPERATION,
        code::UNKNOWN_FAULT,
        code::UNKNOWN_PROFILE,
        code::TIME_ORDER,
        code::AFTER_END,
        code::UNUSED_ALIAS,
        code::IMPOSSIBLE,
        code::FORMULA,
        code::DUPLICATE_NAME,
        code::TIME_ZONE,
        code::BEFORE_LANDING,
    ];
    let missing: Vec<&&str> =
        all.iter().filter(|code| !covered.iter().any(|covered| covered == **code)).collect();
    assert!(missing.is_empty(), "no broken file for {missing:?}");
}

#[test]
fn all_errors_of_a_file_come_at_once() {
    let text = "format: 1\nscenario: a/b\nrequirements: [AS-01]\nclock: { starts: now }\nseed: x\ntimeline:\n  - { at: 1, leave: {} }\n  - { at: 0s, chta: {} }\n";
    let found = scenarios::load_text("a.scenario.yaml", text);
    let codes: Vec<&str> = found.diagnostics.iter().map(|found| found.code).collect();
    assert_eq!(codes, ["E012", "E014", "E014", "E014", "E019", "E016"]);
}
