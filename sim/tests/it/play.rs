//! Scenario text in, journal text out: a whole run as a person reads it.

use expect_test::{Expect, expect};
use reports::model::JournalLine;
use scenarios::{ast::Scenario, load_text};
use sim::{RunError, RunOptions, RunOutcome, run_scenario};

/// A small world in which most of these tests play.
const WORLD: &str = "\
format: 1
scenario: it/play
title: A test
requirements: []
tags: [example]
clock: { starts: 2026-03-02T09:00:00-08:00 }
world:
  users: { dana: { name: Dana Reyes }, org_user: { name: Sync } }
engine:
  connections: { org_user: org_user, reps: { dana: dana } }
  mapping:
    lead: { visitor.email: Email, visitor.last_name: LastName, visitor.company: Company }
  experiences:
    form: { steps: [{ ask: [email, last_name, company] }, { push: { to: salesforce, action: create_lead, when: now } }] }
";

pub(crate) fn scenario(text: &str) -> Scenario {
    let mut loaded = load_text("play.scenario.yaml", text);
    assert!(loaded.diagnostics.is_empty(), "{:#?}", loaded.diagnostics);
    loaded.scenarios.remove(0)
}

pub(crate) fn run(scenario: &Scenario) -> RunOutcome {
    run_scenario(scenario, &RunOptions::default()).unwrap()
}

/// One line for each thing that happened: ms, lane, kind, words.
fn told(line: &JournalLine) -> String {
    let rule = line.rule.as_ref().map(|rule| format!(" [{rule}]")).unwrap_or_default();
    let of = format!("{:?}", line.lane).to_lowercase();
    format!("{} {of} {}: {}{rule}\n", line.at, line.kind, line.text)
}

/// Plays the timeline in the small world and compares what happened but for decisions.
fn check(timeline: &str, expected: Expect) {
    let scenario = scenario(&format!("{WORLD}{timeline}"));
    let outcome = run(&scenario);
    let journal = outcome.journal(&scenario);
    let lines =
        journal.iter().filter(|line| !matches!(&*line.kind, "decision" | "source" | "opened"));
    expected.assert_eq(&lines.map(told).collect::<String>());
}

#[test]
fn a_form_that_is_filled_makes_a_lead() {
    check(
        "\
timeline:
  - { at: 0s, land: { visitor: pat, page: /pricing } }
  - { at: 5s, start: { experience: form } }
  - { at: 10s, enter: { email: pat@northwind.example, last_name: Lee, company: Northwind } }
",
        expect![[r#"
            0 visitor event: pat lands on /pricing
            5000 visitor event: pat starts form
            10000 visitor event: pat enters email: pat@northwind.example, last_name: Lee, company: Northwind
            10000 engine due: the lead is complete and due
            10000 salesforce call: login
            10020 salesforce answer: logged in
            10020 salesforce call: query Lead
            10020 salesforce call: query Contact
            10020 salesforce call: query Lead
            10020 salesforce call: query Contact
            10020 salesforce call: query Account
            10040 salesforce answer: 0 records found
            10040 salesforce answer: 0 records found
            10040 salesforce answer: 0 records found
            10040 salesforce answer: 0 records found
            10040 salesforce answer: 0 records found
            10040 salesforce call: create Lead
            10040 salesforce change: Lead is created by org_user
            10060 salesforce answer: saved 00QHs0000000001MAA
            10060 engine settled: Mapped fields with known values were written on a new lead. [sync.created]
            2110000 salesforce call: query Lead
            2110000 salesforce call: query Contact
            2110020 salesforce answer: 1 record found
            2110020 salesforce answer: 0 records found
            2110020 salesforce call: create Event
            2110020 salesforce change: Event is created by org_user
            2110040 salesforce answer: saved 00UHs0000000001MAA
            2110040 engine settled: The conversation's Event was written. [event.conversation_written]
        "#]],
    );
}

#[test]
fn a_restart_loses_what_is_in_flight_and_keeps_what_was_stored() {
    check(
        "\
timeline:
  - { at: 0s, land: { visitor: pat } }
  - { at: 5s, start: { experience: form } }
  - { at: 10s, enter: { email: pat@northwind.example, last_name: Lee, company: Northwind } }
  - { at: 10s50ms, restart_engine: {} }
",
        expect![[r#"
            0 visitor event: pat lands on /
            5000 visitor event: pat starts form
            10000 visitor event: pat enters email: pat@northwind.example, last_name: Lee, company: Northwind
            10000 engine due: the lead is complete and due
            10000 salesforce call: login
            10020 salesforce answer: logged in
            10020 salesforce call: query Lead
            10020 salesforce call: query Contact
            10020 salesforce call: query Lead
            10020 salesforce call: query Contact
            10020 salesforce call: query Account
            10040 salesforce answer: 0 records found
            10040 salesforce answer: 0 records found
            10040 salesforce answer: 0 records found
            10040 salesforce answer: 0 records found
            10040 salesforce answer: 0 records found
            10040 salesforce call: create Lead
            10040 salesforce change: Lead is created by org_user
            10050 admin restart: the engine restarts: what it had in memory is lost, what it had stored is kept
            10060 salesforce answer: saved 00QHs0000000001MAA; the engine that had asked is gone
            12050 salesforce call: login
            12070 salesforce answer: logged in
            12070 salesforce call: query Lead
            12070 salesforce call: query Contact
            12090 salesforce answer: 1 record found
            12090 salesforce answer: 0 records found
            12090 engine settled: Mapped fields with known values were written on a new lead. [sync.created]
            2110000 salesforce call: query Lead
            2110000 salesforce call: query Contact
            2110020 salesforce answer: 1 record found
            2110020 salesforce answer: 0 records found
            2110020 salesforce call: create Event
            2110020 salesforce change: Event is created by org_user
            2110040 salesforce answer: saved 00UHs0000000001MAA
            2110040 engine settled: The conversation's Event was written. [event.conversation_written]
        "#]],
    );
}

#[test]
fn what_people_do_in_salesforce_is_told_with_what_it_changed() {
    check(
        "\
timeline:
  - { at: 1s, create: { object: Lead, key: kim, fields: { LastName: Kim, Company: Globex, Owner: dana } } }
  - { at: 2s, update: { record: kim, fields: { Rating: Hot } } }
  - { at: 3s, delete: { record: kim } }
  - { at: 4s, update: { record: { object: Lead, where: { LastName: Kim } }, fields: { Rating: Cold } } }
",
        expect![[r#"
               1000 admin admin: an administrator creates Lead kim: LastName: Kim, Company: Globex, Owner: dana
               1000 admin change: Lead kim is created by administrator
               2000 admin admin: an administrator updates kim: Rating: Hot
               2000 admin change: Lead kim is updated by administrator
               3000 admin admin: an administrator deletes kim
               3000 admin change: Lead kim is deleted by administrator
               4000 admin admin: an administrator updates the Lead with LastName: Kim: Rating: Cold
               4000 admin admin: could not be done: no Lead agrees with the filter
        "#]],
    );
}

#[test]
fn a_line_that_cannot_be_carried_out_is_told_with_its_place() {
    let text = "timeline:\n  - { at: 1s, create: { object: Lead, key: kim, fields: { FirstName: Kim } } }\n";
    let outcome = run(&scenario(&format!("{WORLD}{text}")));
    let troubles: Vec<_> = outcome.troubles.iter().map(|it| (it.line, it.text.as_str())).collect();
    expect![[r#"
        [
            (
                0,
                "Salesforce refused it: REQUIRED_FIELD_MISSING: Required fields are missing: [LastName, Company]",
            ),
        ]"#]].assert_eq(&format!("{troubles:#?}"));
}

#[test]
fn names_that_stand_for_nothing_are_problems_with_a_place() {
    let text = WORLD.replace("reps: { dana: dana }", "reps: { dana: nobody }");
    let scenario = scenario(&format!("{text}timeline: [{{ at: 0s, land: {{ visitor: pat }} }}]\n"));
    let error = run_scenario(&scenario, &RunOptions::default()).unwrap_err();
    let RunError::Lowering(problems) = error else { panic!("{error}") };
    let told: Vec<_> = problems.iter().map(|it| it.message.as_str()).collect();
    assert_eq!(told, ["there is no user `nobody`"]);
    assert!(!problems[0].labels.is_empty());
}

#[test]
fn playback_links_are_masked_in_the_journal_and_whole_in_the_org() {
    let text = "\
timeline:
  - { at: 0s, land: { visitor: pat } }
  - { at: 5s, start: { experience: form } }
  - { at: 10s, enter: { email: pat@northwind.example, last_name: Lee, company: Northwind } }
  - { at: 1m, leave: {} }
";
    let scenario = scenario(&format!("{WORLD}{text}"));
    let outcome = run(&scenario);
    let description = |fields: &scenarios::Values| {
        let found = fields.iter().find(|(name, _)| &**name == "Description");
        found.and_then(|(_, value)| value.clone())
    };
    let written =
        outcome.observation.changes.iter().find_map(|it| description(&it.fields)).unwrap();
    let token = written.rsplit('/').next().unwrap();
    assert!(token.len() >= 32, "{written}");
    let journal = serde_json::to_string(&outcome.journal(&scenario)).unwrap();
    assert!(!journal.contains(token));
    assert!(journal.contains("https://playback.qualified.example/…/…"));
}
