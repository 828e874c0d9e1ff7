//! Each invariant: silent over a run that obeys it, loud over one that breaks it.

use crate::judge::{call, change, note, row, run, scenario, show};
use expect_test::{Expect, expect};
use scenarios::ast::{CallOperation, CallOutcome, Outcome};
use scenarios::{ChangeKind, INVARIANTS, Observation, ObservedSetup, Origin, SourceSeen, judge};
use std::collections::{BTreeMap, BTreeSet};

const DANA: &str = "005000000000001AAA";
const ORG: &str = "005000000000002AAA";
const LEAD: &str = "00Q000000000001AAA";
const OLD: &str = "00Q000000000002AAA";
const SECOND: &str = "00Q000000000003AAA";

/// A run with everything known that the invariants ask for.
fn known() -> Observation {
    let mut observation = run();
    let fields = ["Email", "LastName", "PostalCode"].map(str::to_owned);
    observation.setup = ObservedSetup {
        writable: BTreeMap::from([("Lead".to_owned(), BTreeSet::from(fields))]),
        auto_assign_on_insert: Some("FALSE".to_owned()),
        max_attempts: Some(3),
        quota_pause: Some(60_000),
        secrets: vec!["session-token-1234".to_owned()],
        ..ObservedSetup::default()
    };
    observation
}

fn check(timeline: &str, observation: &Observation, expected: Expect) {
    let (scenario, sources) = scenario(timeline);
    expected.assert_eq(&show(&judge(&scenario, observation), &sources));
}

#[test]
fn a_correct_run_breaks_none_and_most_look_at_something() {
    let observation = known();
    let (scenario, _) = scenario("");
    let judgement = judge(&scenario, &observation);
    assert_eq!(judgement.findings, []);
    assert_eq!(judgement.invariants_evaluated.len(), INVARIANTS.len());
    for id in ["INV-01", "INV-03", "INV-05", "INV-06", "INV-12", "INV-15"] {
        assert!(judgement.invariants_evaluated[id] > 0, "{id}");
    }
}

#[test]
fn a_second_lead_for_one_address_breaks_inv_01_unless_the_first_is_gone() {
    let second = |seq, second| {
        change(
            (seq, second),
            Origin::Engine,
            ChangeKind::Created,
            SECOND,
            &[("Email", "PAT@x.example ")],
        )
    };
    let mut observation = known();
    observation.changes.push(second(8, 70));
    check(
        "",
        &observation,
        expect![[r#"
        INV-01 2:11 the engine inserted the leads 00Q000000000001AAA and 00Q000000000003AAA for pat@x.example; expected: one lead per e-mail address (journal [5, 8], 0 decisions)
    "#]],
    );
    let mut observation = known();
    observation.changes.push(change((8, 65), Origin::Admin, ChangeKind::Deleted, LEAD, &[]));
    observation.changes.push(second(9, 70));
    check("", &observation, expect![[""]]);
}

#[test]
fn an_insert_beside_a_record_that_the_lookup_had_to_find_breaks_inv_02() {
    let mut observation = known();
    observation.changes.insert(
        1,
        change(
            (2, 10),
            Origin::Admin,
            ChangeKind::Created,
            "003000000000001AAA",
            &[("Email", "Pat@x.example")],
        ),
    );
    let mut lookup = call(3, 59, CallOperation::Query, CallOutcome::Done);
    lookup.soql = Some("SELECT Id FROM Contact WHERE Email = 'pat@x.example'".into());
    observation.calls.insert(0, lookup.clone());
    check(
        "",
        &observation,
        expect![[r#"
        INV-02 2:11 a lead was inserted for pat@x.example although the Contact 003000000000001AAA was there; expected: no insert (journal [3, 5], 1 decisions)
    "#]],
    );
    observation.changes[1].at = 59_010;
    check("", &observation, expect![[""]]);
}

#[test]
fn a_source_event_that_is_lost_or_settled_twice_breaks_inv_03() {
    let mut observation = known();
    observation.sources.push(SourceSeen {
        id: 2,
        at: 1000,
        what: "say".into(),
        outcome: None,
        times_settled: 0,
    });
    let mut twice = observation.sources[0].clone();
    twice.times_settled = 2;
    observation.sources.push(twice);
    check(
        "",
        &observation,
        expect![[r#"
        INV-03 2:11 the event #2 (say) has no terminal state; expected: exactly one terminal state with a reason
        INV-03 2:11 the event #1 (land) was settled 2 times; expected: exactly one terminal state with a reason
    "#]],
    );
}

#[test]
fn an_owner_that_the_engine_changes_breaks_inv_04_and_a_flow_does_not() {
    let mut observation = known();
    observation.changes.push(change(
        (8, 70),
        Origin::Automation,
        ChangeKind::Updated,
        LEAD,
        &[("OwnerId", ORG)],
    ));
    check("", &observation, expect![[""]]);
    observation.changes.push(change(
        (9, 71),
        Origin::Engine,
        ChangeKind::Updated,
        OLD,
        &[("OwnerId", DANA)],
    ));
    check(
        "",
        &observation,
        expect![[r#"
        INV-04 2:11 the engine moved the Lead 00Q000000000002AAA from 005000000000002AAA to 005000000000001AAA; expected: the owner of creation (journal [9], 0 decisions)
    "#]],
    );
}

#[test]
fn an_owner_that_was_not_decided_breaks_inv_05() {
    let mut observation = known();
    observation.notes[2].chosen = Some(ORG.into());
    check(
        "",
        &observation,
        expect![[r#"
        INV-05 2:11 the lead 00Q000000000001AAA was sent with owner 005000000000001AAA; the decision was 005000000000002AAA; expected: the owner of the decision, with its rule (journal [5, 4], 1 decisions)
    "#]],
    );
}

#[test]
fn an_unmapped_field_and_a_blanked_value_break_inv_06() {
    let mut observation = known();
    observation.calls[0].rows[0].sends.push(("Rating".into(), Some("Hot".into())));
    observation.changes.push(change(
        (8, 70),
        Origin::Engine,
        ChangeKind::Updated,
        OLD,
        &[("LastName", "")],
    ));
    check(
        "",
        &observation,
        expect![[r#"
        INV-06 2:11 the engine wrote Lead.Rating; expected: mapped fields only (journal [5], 0 decisions)
        INV-06 2:11 the engine blanked Lead.LastName of 00Q000000000002AAA, which was Lee; expected: the value stays (journal [8], 0 decisions)
    "#]],
    );
}

#[test]
fn an_older_answer_over_a_newer_one_breaks_inv_07() {
    let timeline = "  - { at: 10s, enter: { zip: '1' } }\n  - { at: 20s, enter: { zip: '2' } }\n";
    let mut observation = known();
    observation.changes.push(change(
        (8, 70),
        Origin::Engine,
        ChangeKind::Updated,
        LEAD,
        &[("PostalCode", "2")],
    ));
    check(timeline, &observation, expect![[""]]);
    observation.changes.push(change(
        (9, 71),
        Origin::Engine,
        ChangeKind::Updated,
        LEAD,
        &[("PostalCode", "1")],
    ));
    check(
        timeline,
        &observation,
        expect![[r#"
        INV-07 2:11 PostalCode of 00Q000000000001AAA got `1`, an older answer of pat; expected: the newest answer (journal [9], 0 decisions)
    "#]],
    );
}

#[test]
fn a_doubled_event_task_and_member_break_inv_08() {
    let mut observation = known();
    for (seq, id) in [(8, "00U000000000001AAA"), (9, "00U000000000002AAA")] {
        let fields = [
            ("WhoId", LEAD),
            ("Subject", "Conversation"),
            ("StartDateTime", "1970-01-01T00:01:00.000+0000"),
        ];
        observation.changes.push(change(
            (seq, 70),
            Origin::Engine,
            ChangeKind::Created,
            id,
            &fields,
        ));
    }
    for (seq, id) in [(10, "00v000000000001AAA"), (11, "00v000000000002AAA")] {
        observation.changes.push(change(
            (seq, 71),
            Origin::Engine,
            ChangeKind::Created,
            id,
            &[("CampaignId", "7"), ("LeadId", LEAD)],
        ));
    }
    for (seq, id) in [(12, "00T000000000001AAA"), (13, "00T000000000002AAA")] {
        let fields = [("WhoId", LEAD), ("Subject", "Call back")];
        let created = (Origin::Engine, ChangeKind::Created);
        observation.changes.push(change((seq, 72), created.0, created.1, id, &fields));
    }
    check(
        "",
        &observation,
        expect![[r#"
        INV-08 2:11 2 campaign members for 7 00Q000000000001AAA; expected: 1 (journal [10, 11], 0 decisions)
        INV-08 2:11 2 identical events `Conversation`; expected: 1 (journal [8, 9], 0 decisions)
        INV-08 2:11 2 tasks `Call back`; expected: 1 (journal [12, 13], 0 decisions)
    "#]],
    );
}

#[test]
fn a_call_during_the_pause_breaks_inv_09() {
    let mut observation = known();
    let mut refused = call(8, 70, CallOperation::Query, CallOutcome::Refused);
    refused.code = Some("REQUEST_LIMIT_EXCEEDED".into());
    observation.calls.push(refused);
    observation.calls.push(call(9, 100, CallOperation::Query, CallOutcome::Done));
    observation.calls.push(call(10, 140, CallOperation::Query, CallOutcome::Done));
    check(
        "",
        &observation,
        expect![[r#"
        INV-09 2:11 a call was sent during the pause (journal #9); expected: no call until the planned resume (journal [8, 9], 0 decisions)
    "#]],
    );
}

#[test]
fn a_permanent_error_that_is_retried_breaks_inv_10() {
    let mut observation = known();
    let mut refused = call(8, 70, CallOperation::Create, CallOutcome::Refused);
    refused.rows = vec![row(&[("LastName", "Lee")], None)];
    refused.rows[0].code = Some("REQUIRED_FIELD_MISSING".into());
    observation.calls.push(refused.clone());
    let again = refused;
    observation.calls.push(scenarios::CallSeen { seq: 9, at: 80_000, ..again });
    check(
        "",
        &observation,
        expect![[r#"
        INV-10 2:11 a row that was refused with REQUIRED_FIELD_MISSING was sent again unchanged; expected: no retry of a permanent error (journal [8, 9], 0 decisions)
    "#]],
    );
    // An administrator changed something in between: the retry may be a new try.
    observation.changes.push(change(
        (8, 75),
        Origin::Admin,
        ChangeKind::Updated,
        OLD,
        &[("LastName", "Leo")],
    ));
    check("", &observation, expect![[""]]);
}

#[test]
fn giving_a_transient_error_up_early_breaks_inv_10() {
    let mut observation = known();
    let mut failed = call(8, 70, CallOperation::Update, CallOutcome::Unavailable);
    failed.rows = vec![row(&[("LastName", "Lee")], Some(OLD))];
    failed.rows[0].intent = Some(2);
    observation.calls.push(failed);
    let mut dead = note(9, 80, "outcome", "sync.gave_up");
    dead.intent = Some(2);
    dead.outcome = Some(Outcome::DeadLettered);
    observation.notes.push(dead);
    check(
        "",
        &observation,
        expect![[r#"
        INV-10 2:11 an intent was given up after 1 of 3 attempts; expected: all attempts are used (journal [8, 9], 1 decisions)
    "#]],
    );
}

#[test]
fn a_lost_insert_that_is_repeated_without_looking_breaks_inv_11() {
    let mut observation = known();
    let mut lost = call(2, 50, CallOperation::Create, CallOutcome::Lost);
    lost.ambiguous = true;
    lost.rows = vec![row(&[("LastName", "Lee")], None)];
    observation.calls.insert(0, lost);
    check(
        "",
        &observation,
        expect![[r#"
        INV-11 2:11 an insert of unknown outcome was repeated without looking; expected: a read-back first (journal [2, 5], 1 decisions)
    "#]],
    );
    observation.calls.insert(1, call(3, 55, CallOperation::Query, CallOutcome::Done));
    check("", &observation, expect![[""]]);
}

#[test]
fn a_write_of_a_lead_without_the_headers_breaks_inv_12() {
    let mut observation = known();
    observation.setup.duplicate_header = true;
    observation.calls[0].headers.clear();
    check(
        "",
        &observation,
        expect![[r#"
        INV-12 2:11 Sforce-Auto-Assign was absent; expected: Sforce-Auto-Assign: FALSE (journal [5], 0 decisions)
        INV-12 2:11 Sforce-Duplicate-Rule-Header was absent; expected: an explicit duplicate rule header (journal [5], 0 decisions)
    "#]],
    );
}

#[test]
fn a_secret_in_a_note_breaks_inv_15() {
    let mut observation = known();
    observation.notes[0].text = "logged in with session-token-1234".into();
    check(
        "",
        &observation,
        expect![[r#"
        INV-15 2:11 a decision shows a secret; expected: secrets are masked (journal [2], 1 decisions)
    "#]],
    );
}
