use crate::sample::sample;
use expect_test::expect;
use reports::terminal::{Style, failure, render};

#[test]
fn a_run_reads_as_areas_and_then_every_failure_in_full() {
    expect![[r#"
        ok    qualified/creation       1 passed
        ok    qualified/duplicates     2 passed
        FAIL  qualified/resilience     0 passed, 2 failed, 1 error

        HOLD  qualified/resilience/budget  virtual 1m
              An Experience without a push step creates no lead
        error[F900]: a held figure was missed: api_calls_per_visitor  api_calls_per_visitor
           expected: at most 4
           actual:   5
           = again:   leadsim run scenarios/suites --filter 'id(qualified/resilience/budget)'

        FAIL  qualified/resilience/outage-during-first-sync  virtual 7m
              A 30-second outage of Salesforce neither loses nor doubles the lead of a chatting visitor
        error[F210]: the owner of the lead is another one  AS-01
          --> qualified/resilience/outage-during-first-sync.scenario.yaml:62:16
           |
        53 |   - by: 3m50s
           | ...
        62 |         Owner: dana
           |                ^^^^ expected: dana (Dana Reyes)
           |                     actual:   org_user (Website Integration)
           = at:      3m17s80ms after the start
           = why:     #21 owner.rep_not_connected: dana has no personal connection to Salesforce
                      #6 trigger.rep_started: the armed step fires
           = journal: #23 create Lead
                      #24 Lead created
                      #25 201 Created
        error[F310]: a reason was not given  AS-01
          --> qualified/resilience/outage-during-first-sync.scenario.yaml:69:38
           |
        64 |   - at: end
           | ...
        69 |       reasons: [trigger.rep_started, owner.chat_rep]
           |                                      ^^^^^^^^^^^^^^ expected: owner.chat_rep
           |                                                     actual:   trigger.rep_started, owner.rep_not_connected, sync.created
           = at:      7m after the start
           = why:     #21 owner.rep_not_connected: dana has no personal connection to Salesforce
           = again:   leadsim run scenarios/suites --filter 'id(qualified/resilience/outage-during-first-sync)'

        BUG   qualified/resilience/restart  virtual 1m
              An Experience without a push step creates no lead
        error[BUG]: the tool broke: an armed step has an experience
           = again:   leadsim run scenarios/suites --filter 'id(qualified/resilience/restart)'
    "#]].assert_eq(&render(&sample(), Style::plain()));
}

#[test]
fn a_green_run_is_one_line_an_area() {
    let mut bundle = sample();
    bundle.result.scenarios.truncate(3);
    bundle.scenarios.truncate(3);
    expect![[r#"
        ok    qualified/creation       1 passed
        ok    qualified/duplicates     2 passed
    "#]]
    .assert_eq(&render(&bundle, Style::plain()));
}

#[test]
fn colours_come_only_when_they_are_asked_for() {
    assert!(!render(&sample(), Style::plain()).contains('\u{1b}'));
    assert!(failure(&sample(), 4, Style::coloured()).contains("\u{1b}[1;31mFAIL\u{1b}[0m"));
}

#[test]
fn a_place_that_is_not_in_the_file_is_named_all_the_same() {
    let mut bundle = sample();
    let place = bundle.result.scenarios[4].findings[0].place.as_mut().unwrap();
    (place.line, place.column, place.length) = (u32::MAX, u32::MAX, u32::MAX);
    bundle.result.scenarios[4].findings.truncate(1);
    expect![[r#"
        FAIL  qualified/resilience/outage-during-first-sync  virtual 7m
              A 30-second outage of Salesforce neither loses nor doubles the lead of a chatting visitor
        error[F210]: the owner of the lead is another one  AS-01
                  --> qualified/resilience/outage-during-first-sync.scenario.yaml:4294967295:4294967295
                   |
                   | expected: dana (Dana Reyes)
                   | actual:   org_user (Website Integration)
           = at:      3m17s80ms after the start
           = why:     #21 owner.rep_not_connected: dana has no personal connection to Salesforce
                      #6 trigger.rep_started: the armed step fires
           = journal: #23 create Lead
                      #24 Lead created
                      #25 201 Created
           = again:   leadsim run scenarios/suites --filter 'id(qualified/resilience/outage-during-first-sync)'
    "#]].assert_eq(&failure(&bundle, 4, Style::plain()));
}

#[test]
fn nothing_in_a_bundle_commands_the_terminal() {
    let mut bundle = sample();
    bundle.result.scenarios[4].findings[0].actual = "\u{1b}]0;owned\u{7}".into();
    bundle.result.scenarios[4].title = "a\r\u{1b}[2K".into();
    assert!(!failure(&bundle, 4, Style::plain()).contains(['\u{1b}', '\r', '\u{7}']));
}
