//! The command line from outside: exit codes, messages and files.

use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

use reports::model::Bundle;
use tempfile::TempDir;

const GREEN: &str = "\
format: 1
scenario: cli/green
title: Nothing happens and nothing is expected but that
requirements: []
tags: [example]
clock: { starts: 2026-03-02T09:00:00-08:00 }
world: { users: { org_user: { name: Sync } } }
engine: { connections: { org_user: org_user } }
timeline: [{ at: 0s, land: { visitor: pat } }]
expect:
  - { at: end, record: { object: Lead, count: 0 } }
";

fn leadsim(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_leadsim"));
    command.current_dir(folder).args(arguments).output().unwrap()
}

/// A folder with one scenario in it.
fn folder(text: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("one.scenario.yaml"), text).unwrap();
    folder
}

fn last_line(output: &Output) -> String {
    let stdout = String::from_utf8_lossy(&output.stdout);
    stdout.lines().last().unwrap_or_default().to_owned()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn a_green_run_ends_with_0_and_leaves_four_files() {
    let folder = folder(GREEN);
    let output = leadsim(folder.path(), &["run", "one.scenario.yaml"]);
    assert_eq!(
        (output.status.code(), last_line(&output).as_str()),
        (Some(0), "1 passed, 0 failed")
    );
    for file in ["index.html", "result.json", "junit.xml", "run.bundle"] {
        assert!(folder.path().join("target/reports").join(file).is_file(), "{file}");
    }
}

#[test]
fn a_finding_ends_with_1() {
    let folder = folder(&GREEN.replace("count: 0", "count: 1"));
    let output = leadsim(folder.path(), &["run", ".", "--out", "out"]);
    assert_eq!(
        (output.status.code(), last_line(&output).as_str()),
        (Some(1), "0 passed, 1 failed")
    );
}

#[test]
fn a_missed_figure_ends_with_3() {
    let held = format!("{GREEN}hold: {{ visitors: {{ at_most: 0 }} }}\n");
    let output = leadsim(folder(&held).path(), &["run", "."]);
    assert_eq!(
        (output.status.code(), last_line(&output).as_str()),
        (Some(3), "0 passed, 1 failed")
    );
}

#[test]
fn what_cannot_be_run_ends_with_2_and_says_what_and_where() {
    let broken = folder(&GREEN.replace("land:", "lnad:"));
    for command in ["run", "check"] {
        let output = leadsim(broken.path(), &[command, "."]);
        assert_eq!(output.status.code(), Some(2));
        assert!(stderr(&output).contains("one.scenario.yaml:9:"), "{}", stderr(&output));
    }
    let green = folder(GREEN);
    let cases: [(&[&str], &str); 4] = [
        (&["run", "no/such/path"], "cannot read `no/such/path`"),
        (&["run", "--fliter", "x"], "--filter"),
        (&["run", ".", "--filter", "tag("], "filter cannot be read"),
        (&["why", "no.bundle", "visitor:pat"], "cannot read `no.bundle`"),
    ];
    for (arguments, expected) in cases {
        let output = leadsim(green.path(), arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(stderr(&output).contains(expected), "{}", stderr(&output));
    }
}

#[test]
fn a_folder_that_takes_no_reports_is_told_before_anything_is_played() {
    let green = folder(GREEN);
    let output = leadsim(green.path(), &["run", ".", "--out", "one.scenario.yaml"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("cannot write reports to `one.scenario.yaml`"));
    assert!(output.stdout.is_empty(), "{}", String::from_utf8_lossy(&output.stdout));
}

#[test]
fn an_empty_selection_ends_with_4() {
    let folder = folder(GREEN);
    for arguments in
        [["run", ".", "--filter", "tag(none)"], ["list", "scenarios", ".", "--filter=nobody"]]
    {
        assert_eq!(leadsim(folder.path(), &arguments).status.code(), Some(4), "{arguments:?}");
    }
    let empty = tempfile::tempdir().unwrap();
    assert_eq!(leadsim(empty.path(), &["run", "."]).status.code(), Some(4));
}

#[test]
fn without_paths_the_suites_in_the_binary_are_listed() {
    let elsewhere = tempfile::tempdir().unwrap();
    let output = leadsim(elsewhere.path(), &["check"]);
    assert!(String::from_utf8_lossy(&output.stdout).starts_with("embedded suites: "));
}

#[test]
fn a_run_is_the_same_twice_and_can_be_asked_why() {
    let folder = folder(GREEN);
    let output = leadsim(folder.path(), &["run", ".", "--check-determinism"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let why = leadsim(folder.path(), &["why", "target/reports/run.bundle", "visitor:pat"]);
    assert_eq!(why.status.code(), Some(0), "{}", stderr(&why));
    let nobody = leadsim(folder.path(), &["why", "target/reports/run.bundle", "visitor:kim"]);
    assert_eq!(nobody.status.code(), Some(2));
}

#[test]
fn a_result_and_its_journals_fit_their_schemas() {
    let folder = folder(GREEN);
    assert_eq!(leadsim(folder.path(), &["run", "."]).status.code(), Some(0));
    let schema = |format| {
        let output = leadsim(folder.path(), &["schema", format]);
        let schema = serde_json::from_slice(&output.stdout).unwrap();
        jsonschema::validator_for(&schema).unwrap()
    };
    let reports = folder.path().join("target/reports");
    let result = serde_json::from_slice(&fs::read(reports.join("result.json")).unwrap()).unwrap();
    schema("result").validate(&result).unwrap();
    let bundle = Bundle::read(&fs::read(reports.join("run.bundle")).unwrap()).unwrap();
    let journal = schema("journal");
    for line in bundle.scenarios.iter().flat_map(|it| &it.journal) {
        journal.validate(&serde_json::to_value(line).unwrap()).unwrap();
    }
}

#[test]
fn lists_and_schemas_are_json_where_asked() {
    let folder = folder(GREEN);
    let all: [&[&str]; 9] = [
        &["list", "scenarios", ".", "--json"],
        &["list", "rules", "--json"],
        &["list", "requirements", "--json"],
        &["list", "settings", "--json"],
        &["list", "metrics", "--json"],
        &["check", ".", "--json"],
        &["schema", "scenario"],
        &["schema", "result"],
        &["schema", "journal"],
    ];
    for arguments in all {
        let output = leadsim(folder.path(), arguments);
        assert_eq!(output.status.code(), Some(0), "{arguments:?}");
        serde_json::from_slice::<serde_json::Value>(&output.stdout).unwrap();
    }
}
