//! Worlds from CSV exports: rows are kept as given, and what is wrong is named with file and line.

use std::fs;

use expect_test::{Expect, expect};
use scenarios::ChangeKind;
use sim::{
    RunOptions, run_scenario,
    suite::{Suite, discover},
};
use tempfile::TempDir;

const SCENARIO: &str = "\
format: 1
scenario: csv/world
title: A world from an export
requirements: []
tags: [example]
clock: { starts: 2026-03-02T09:00:00-08:00 }
world:
  users: { org_user: { name: Sync } }
  csv: [{ object: Lead, file: leads.csv, unknown_owners: OWNERS }]
engine: { connections: { org_user: org_user } }
timeline: [{ at: 0s, land: { visitor: pat } }]
";

fn world(csv: &[u8], owners: &str) -> (TempDir, Suite) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("one.scenario.yaml"), SCENARIO.replace("OWNERS", owners)).unwrap();
    fs::write(folder.path().join("leads.csv"), csv).unwrap();
    let suite = Suite::of(discover(&[folder.path().to_owned()]).unwrap());
    (folder, suite)
}

fn refused(csv: &[u8], expected: Expect) {
    let (_folder, suite) = world(csv, "error");
    let told: Vec<_> = suite.diagnostics.iter().map(|it| it.message.clone()).collect();
    assert!(suite.is_broken());
    expected.assert_eq(&told.join("\n"));
}

#[test]
fn an_export_with_a_byte_order_mark_and_quoted_lines_is_taken_as_it_is() {
    let csv = "\u{feff}\"Id\",\"LastName\",\"Company\",\"OwnerId\",\"Description\",\"CreatedDate\"\r\n\
               \"00QDn000000AAAAMA4\",\"Lee\",\"Northwind\",\"005Dn000000BBBBIA4\",\"two\r\nlines, \"\"quoted\"\"\",\"2025-01-02T03:04:05.000Z\"\r\n";
    let (_folder, suite) = world(csv.as_bytes(), "create");
    assert!(!suite.is_broken(), "{}", suite.told(false));
    let outcome = run_scenario(&suite.scenarios[0], &RunOptions::default()).unwrap();
    let lead = outcome.observation.changes.iter().find(|it| &*it.object == "Lead").unwrap();
    assert_eq!((lead.kind, &*lead.id), (ChangeKind::Created, "00QDn000000AAAAMA4"));
    let field = |name: &str| {
        let found = lead.fields.iter().find(|(field, _)| &**field == name);
        found.and_then(|(_, value)| value.as_deref()).unwrap_or_default().to_owned()
    };
    assert_eq!(field("Description"), "two\r\nlines, \"quoted\"");
    assert_eq!(field("OwnerId"), "005Dn000000BBBBIA4");
    assert_eq!(field("CreatedDate"), "2025-01-02T03:04:05.000+0000");
}

#[test]
fn what_is_wrong_is_named_with_file_and_line() {
    refused(
        b"LastName,Company\nLee\n",
        expect!["leads.csv:2: the row has 1 cells, and the header has 2"],
    );
    refused(
        b"LastName,Shoe_Size__c\nLee,42\n",
        expect![
            "leads.csv:1: unknown field Lead.Shoe_Size__c: correct the name or define the field"
        ],
    );
    refused(
        b"LastName,lastname\nLee,Lee\n",
        expect!["leads.csv:1: column `lastname` is there twice"],
    );
    refused(b"", expect!["leads.csv:1: there is no header row with API names"]);
    refused(b"LastName\n\xff\xfe\n", expect!["leads.csv:2: cell 1 is not UTF-8"]);
    refused(
        b"LastName,OwnerId\nLee,005Dn000000BBBBIA4\nKim,me\n",
        expect![[r#"
        leads.csv:2: OwnerId `005Dn000000BBBBIA4` is no user and no queue of this world
        leads.csv:3: OwnerId `me` is not an id"#]],
    );
    refused(
        b"Id,LastName\n003Dn000000AAAAMA4,Lee\n",
        expect!["leads.csv:2: Lead 003Dn000000AAAAMA4: the id begins as another object's"],
    );
}

#[test]
fn a_quote_that_is_never_closed_swallows_no_rows() {
    let csv = "LastName,Company,Email\nRay,\"Y\nZ \"\"q\"\"\",a@b.example\nKim,Z,\"c@d.example\nLee,X,l@x.example\n";
    refused(csv.as_bytes(), expect!["leads.csv:4: a quote opens here and is never closed"]);
}

#[test]
fn a_column_without_a_name_is_told_by_its_place() {
    refused(b"LastName,,Email\nLee,X,a@b.example\n", expect!["leads.csv:1: column 2 has no name"]);
}

#[test]
fn ids_with_made_up_checksums_are_rows_like_others() {
    let csv = "Id,LastName,Company,OwnerId\n00Q000000000001AAA,Lee,X,005000000000001AAB\n\
               00Q000000000002AAB,Ray,Y,005000000000001AAB\n";
    let (_folder, suite) = world(csv.as_bytes(), "create");
    assert!(!suite.is_broken(), "{}", suite.told(false));
}

#[test]
fn a_world_without_a_connection_is_told_at_a_place() {
    let folder = tempfile::tempdir().unwrap();
    let text = "format: 1\nscenario: x/y\ntitle: T\nrequirements: []\ntags: [example]\n\
                clock: { starts: 2026-03-02T09:00:00-08:00 }\ntimeline: [{ at: 0s, land: { visitor: pat } }]\n";
    fs::write(folder.path().join("one.scenario.yaml"), text).unwrap();
    let told = Suite::of(discover(&[folder.path().to_owned()]).unwrap()).told(false);
    assert!(told.contains("one.scenario.yaml:2:11"), "{told}");
}
