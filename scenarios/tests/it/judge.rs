//! Verdicts over small runs that are built by hand: text in, findings out.

use expect_test::{Expect, expect};
use scenarios::ast::{Action, CallOperation, CallOutcome, Outcome, Scenario};
use scenarios::{
    CallSeen, Change, ChangeKind, Judgement, Metric, NoteSeen, Observation, Origin, Reading,
    RowSeen, Sample, SourceMap, SourceOutcome, SourceSeen, Unit, Values, View, ViewSeen, judge,
    load_text,
};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::Arc;

const DANA: &str = "005000000000001AAA";
const ORG: &str = "005000000000002AAA";
const LEAD: &str = "00Q000000000001AAA";
const OLD: &str = "00Q000000000002AAA";

/// A scenario with these expectations, and its file.
pub(crate) fn scenario(rest: &str) -> (Scenario, SourceMap) {
    let text = format!(
        "format: 1\nscenario: a/b\ntitle: t\nrequirements: [AS-01]\nclock: {{ starts: 1970-01-01T00:00:00Z }}\nworld: {{ users: {{ dana: {{}}, org_user: {{}} }} }}\n\
         engine: {{ mapping: {{ lead: {{ visitor.zip: PostalCode }} }} }}\ntimeline:\n  - {{ at: 0s, land: {{ visitor: pat }} }}\n{rest}"
    );
    let mut loaded = load_text("a.scenario.yaml", &text);
    assert!(loaded.diagnostics.is_empty(), "{:#?}", loaded.diagnostics);
    (loaded.scenarios.remove(0), loaded.sources)
}

pub(crate) fn values(pairs: &[(&str, &str)]) -> Values {
    pairs
        .iter()
        .map(|(name, value)| {
            (Arc::from(*name), Some(Arc::from(*value)).filter(|value: &Arc<str>| !value.is_empty()))
        })
        .collect()
}

/// A change at a second.
pub(crate) fn change(
    (seq, second): (u64, i64),
    origin: Origin,
    kind: ChangeKind,
    id: &str,
    fields: &[(&str, &str)],
) -> Change {
    let object = if id.starts_with("00Q") {
        "Lead"
    } else if id.starts_with("003") {
        "Contact"
    } else if id.starts_with("00v") {
        "CampaignMember"
    } else if id.starts_with("00T") {
        "Task"
    } else {
        "Event"
    };
    Change {
        seq,
        at: second * 1000,
        kind,
        object: object.into(),
        id: id.into(),
        by: ORG.into(),
        origin,
        cause: None,
        fields: values(fields),
    }
}

pub(crate) fn note(seq: u64, second: i64, question: &str, rule: &str) -> NoteSeen {
    NoteSeen {
        seq,
        at: second * 1000,
        subject: Some(scenarios::SubjectSeen::Visitor("pat".into())),
        intent: Some(1),
        action: Some(Action::Create),
        question: question.into(),
        rule: Some(rule.into()),
        chosen: None,
        rejected: Vec::new(),
        record: None,
        outcome: None,
        withheld: Vec::new(),
        text: format!("{question} because of {rule}").into(),
    }
}

pub(crate) fn call(
    seq: u64,
    second: i64,
    operation: CallOperation,
    outcome: CallOutcome,
) -> CallSeen {
    CallSeen {
        seq,
        at: second * 1000,
        answered_at: Some(second * 1000 + 20),
        system: None,
        operation,
        object: Some("Lead".into()),
        outcome: Some(outcome),
        ambiguous: false,
        code: None,
        headers: vec![("Sforce-Auto-Assign".into(), "FALSE".into())],
        soql: None,
        rows: Vec::new(),
        api_calls: 1,
    }
}

pub(crate) fn row(sends: &[(&str, &str)], id: Option<&str>) -> RowSeen {
    RowSeen {
        sends: values(sends),
        id: id.map(Into::into),
        outcome: None,
        code: None,
        intent: Some(1),
    }
}

/// The decisions of a create at 58 to 60 s.
fn decisions() -> Vec<NoteSeen> {
    let mut opened = note(2, 58, "trigger", "trigger.rep_started");
    opened.outcome = Some(Outcome::Pending);
    let mut matched = note(3, 59, "match", "match.none");
    matched.rejected = vec![(OLD.into(), "match.converted".into())];
    let mut owner = note(4, 59, "owner", "owner.chat_rep");
    owner.chosen = Some(DANA.into());
    let mut done = note(6, 60, "outcome", "sync.created");
    done.outcome = Some(Outcome::Created);
    done.record = Some(LEAD.into());
    done.withheld = vec!["phone".into()];
    vec![opened, matched, owner, done]
}

fn metric(unit: Unit, reading: Reading, value: f64) -> Metric {
    Metric { unit, reading, samples: vec![Sample { at: 60_000, value }] }
}

/// A lead that a chat made at 60 s, owned by Dana; an older lead of the world.
pub(crate) fn run() -> Observation {
    let old = [("Email", "OLD@x.example"), ("LastName", "Lee"), ("OwnerId", ORG)];
    let sent = [("Email", "pat@x.example"), ("LastName", "Lee"), ("OwnerId", DANA)];
    let mut lead = sent.to_vec();
    lead.extend([
        ("CreatedDate", "1970-01-01T00:01:00.000+0000"),
        ("PostalCode", "02139"),
        ("Amount__c", "10.0"),
    ]);
    let mut create = call(5, 60, CallOperation::Create, CallOutcome::Done);
    create.rows = vec![row(&sent, Some(LEAD))];
    let names = [("dana", DANA), ("org_user", ORG), ("old", OLD)];
    let land = SourceSeen {
        id: 1,
        at: 0,
        what: "land".into(),
        outcome: Some((SourceOutcome::Applied, "x".into())),
        times_settled: 1,
    };
    let view = [("matched_record", LEAD), ("offers", "sync_fields, edit")];
    Observation {
        ended: 120_000,
        settled: true,
        names: names.map(|(name, id)| (name.to_owned(), id.to_owned())).into(),
        changes: vec![
            change((1, 0), Origin::World, ChangeKind::Created, OLD, &old),
            change((5, 60), Origin::Engine, ChangeKind::Created, LEAD, &lead),
        ],
        calls: vec![create],
        notes: decisions(),
        sources: vec![land],
        views: vec![ViewSeen {
            seq: 7,
            at: 61_000,
            view: View::Rep,
            of: "pat".into(),
            fields: view.map(|(name, value)| (name.to_owned(), value.to_owned())).into(),
        }],
        metrics: BTreeMap::from([
            ("sync.time_to_lead".to_owned(), metric(Unit::Milliseconds, Reading::Each, 5000.0)),
            ("api_calls_per_visitor".to_owned(), metric(Unit::Number, Reading::Latest, 3.5)),
        ]),
        ..Observation::default()
    }
}

pub(crate) fn show(judgement: &Judgement, sources: &SourceMap) -> String {
    let mut out = String::new();
    for finding in &judgement.findings {
        let place = sources.locate(finding.span);
        let place = place.map_or("-".to_owned(), |at| format!("{}:{}", at.line, at.column));
        write!(out, "{} {place} {}", finding.code, finding.message).unwrap();
        if !finding.related.is_empty() {
            let decisions = finding.why.len();
            write!(out, " (journal {:?}, {decisions} decisions)", finding.related).unwrap();
        }
        out.push('\n');
    }
    for hold in &judgement.holds {
        let held = if hold.held { "held" } else { "missed" };
        writeln!(out, "{} {}: {held} with {:?}", hold.metric, hold.expected, hold.actual).unwrap();
    }
    out
}

fn check(expectations: &str, observation: &Observation, expected: Expect) {
    let (scenario, sources) = scenario(expectations);
    let judgement = judge(&scenario, observation);
    expected.assert_eq(&show(&judgement, &sources));
}

#[test]
fn what_is_true_makes_no_finding() {
    check(
        "expect:
  - at: 59s
    record: { object: Lead, where: { Email: pat@x.example }, count: 0 }
  - by: 1m30s
    record: { object: Lead, where: { Email: PAT@x.example }, as: lead, fields: { Owner: dana, CreatedDate: 1m, PostalCode: '02139', Country: { absent: true }, LastName: { not: Leo }, Amount__c: 10 } }
  - { at: end, record: { object: Lead, where: { Owner: dana } } }
  - { at: end, record: { object: Lead, where: { LastName: Lee }, count: { between: [2, 3] } } }
  - { at: end, record: { object: Lead, where: { key: lead, CreatedDate: { between: [59s, 61s] } } } }
  - { at: 58s, explain: { subject: visitor pat, outcome: pending, reasons: [trigger.rep_started], not: [owner.chat_rep] } }
  - { at: end, explain: { subject: lead, outcome: created, owner: dana, matched: { absent: true }, passed_over: { old: match.converted }, withheld: [phone], action: create } }
  - { at: end, calls: { operation: create, object: Lead, outcome: done, header: { sforce-auto-assign: 'FALSE' }, sends: OwnerId, sends_not: [Phone], values: { Owner: dana } } }
  - { at: 10s, calls: { count: 0 } }
  - { at: end, metric: { name: sync.time_to_lead, value: { at_most: 45s } } }
  - { at: 2m, rep_view: { matched_record: lead, offers: { contains: sync_fields } } }
  - throughout: { invariant: no_duplicates, object: Lead, key: [Email] }
  - throughout: { invariant: owner_unchanged, object: Lead }
  - throughout: { invariant: no_deletes, object: Lead }
hold: { api_calls_per_visitor: { at_most: 5 } }
",
        &run(),
        expect![[r#"
            api_calls_per_visitor at most 5: held with Some(3.5)
        "#]],
    );
}

#[test]
fn every_mismatch_is_a_finding_of_its_own() {
    check(
        "expect:
  - at: 59s
    record: { object: Lead, where: { Email: pat@x.example } }
  - by: 1m30s
    record: { object: Lead, where: { Email: pat@x.example }, as: lead, fields: { Owner: org_user, PostalCode: 2139, Country: US, LastName: { contains: x } } }
  - { at: end, record: { object: Lead, where: { key: old }, deleted: true } }
  - { at: end, record: { object: Lead, where: { LastName: Lee }, count: 1 } }
  - { at: end, explain: { subject: lead, outcome: updated, owner: org_user, matched: old, passed_over: { old: match.contact_over_lead, dana: owner.x }, reasons: [owner.meeting_rep], not: [owner.chat_rep], withheld: [zip] } }
  - { at: end, explain: { subject: visitor pat, action: campaign, outcome: no_op } }
  - { at: end, calls: { operation: create, object: Lead, outcome: refused } }
  - { at: end, metric: { name: sync.time_to_lead, value: { at_most: 3s } } }
  - { at: end, metric: { name: nothing.like_it, value: { at_most: 3s } } }
  - { at: 2m, rep_view: { matched_record: old, offers: { contains: create_lead } } }
  - { at: 2m, visitor_view: { experience: chat } }
hold: { api_calls_per_visitor: { at_most: 3 }, duplicates_created: 0 }
",
        &run(),
        expect![[r#"
            F101 12:23 0 Lead records with Email = pat@x.example, expected 1
            F102 14:89 Lead `lead`: Owner is dana, expected org_user (journal [5], 4 decisions)
            F102 14:111 Lead `lead`: PostalCode is 02139, expected 2139 (journal [5], 4 decisions)
            F102 14:126 Lead `lead`: Country is blank, expected US
            F102 14:152 Lead `lead`: LastName is Lee, expected a text with `x` in it (journal [5], 4 decisions)
            F101 15:34 0 Lead records with key = old, expected 1
            F101 16:73 2 Lead records with LastName = Lee, expected 1 (journal [1, 5], 0 decisions)
            F103 17:36 the outcome for `lead` is created, expected updated (journal [2, 3, 4, 6], 4 decisions)
            F104 17:67 the owner is dana, expected org_user (journal [2, 3, 4, 6], 4 decisions)
            F105 17:86 the match is nobody, expected old (journal [2, 3, 4, 6], 4 decisions)
            F106 17:111 `old` should have been passed over because of match.contact_over_lead; it was passed over: match.converted (journal [2, 3, 4, 6], 4 decisions)
            F106 17:142 `dana` should have been passed over because of owner.x; it was not passed over (journal [2, 3, 4, 6], 4 decisions)
            F107 17:163 `owner.meeting_rep` was not given as a reason (journal [2, 3, 4, 6], 4 decisions)
            F108 17:189 `owner.chat_rep` was given as a reason (journal [2, 3, 4, 6], 4 decisions)
            F109 17:217 `zip` was not withheld (journal [2, 3, 4, 6], 4 decisions)
            F103 18:44 the outcome for `pat` is no sync at all, expected no_op
            F110 19:5 0 such calls, expected 1
            F111 20:69 sync.time_to_lead is 5s, expected at most 3s
            F111 21:67 nothing.like_it is no samples, expected at most 3s
            F112 22:43 the view of `pat`: matched_record is lead, expected old (journal [7], 0 decisions)
            F112 22:68 the view of `pat`: offers is sync_fields, edit, expected a text with `create_lead` in it (journal [7], 0 decisions)
            F112 23:43 the view of `pat`: experience is no view yet, expected chat
            api_calls_per_visitor at most 3: missed with Some(3.5)
            duplicates_created 0: missed with None
        "#]],
    );
}

#[test]
fn by_takes_what_was_true_at_any_earlier_moment() {
    let mut observation = run();
    observation.changes.push(change(
        (8, 90),
        Origin::Admin,
        ChangeKind::Updated,
        LEAD,
        &[("OwnerId", ORG)],
    ));
    let text = "expect:\n  - { by: 2m, record: { object: Lead, where: { Email: pat@x.example }, fields: { Owner: dana } } }\n";
    check(text, &observation, expect![[""]]);
    let text = "expect:\n  - { at: 2m, record: { object: Lead, where: { Email: pat@x.example }, fields: { Owner: dana } } }\n  - throughout: { invariant: owner_unchanged, object: Lead }\n";
    check(
        text,
        &observation,
        expect![[r#"
        F102 11:89 Lead `00Q000000000001AAA`: Owner is org_user, expected dana (journal [8], 4 decisions)
        F113 12:55 Lead `00Q000000000001AAA` changed hands from dana to org_user (journal [8], 4 decisions)
    "#]],
    );
}

#[test]
fn a_name_without_a_record_and_an_unsettled_end_are_findings() {
    let mut observation = run();
    observation.settled = false;
    observation.unsettled = vec!["intent 7 waits for a retry".to_owned()];
    observation.names.remove("old");
    check(
        "expect:\n  - { at: end, record: { object: Lead, where: { key: old } } }\n  - { at: end, explain: { subject: record old, outcome: created } }\n",
        &observation,
        expect![[r#"
            F114 11:54 no record got the name `old` in this run
            F114 12:43 no record got the name `old` in this run
            F120 5:8 the run reached its end unsettled
        "#]],
    );
}

#[test]
fn twins_and_deletions_are_seen_throughout() {
    let mut observation = run();
    observation.changes.push(change(
        (8, 70),
        Origin::Engine,
        ChangeKind::Updated,
        LEAD,
        &[("Email", "old@X.example")],
    ));
    observation.changes.push(change((9, 80), Origin::Admin, ChangeKind::Deleted, OLD, &[]));
    check(
        "expect:\n  - throughout: { invariant: no_duplicates, object: Lead, key: [Email] }\n  - throughout: { invariant: no_deletes, object: Lead }\n",
        &observation,
        expect![[r#"
            F113 11:53 the engine made a second Lead with Email = old@x.example (journal [8], 4 decisions)
            F113 12:50 Lead `old` was deleted (journal [9], 0 decisions)
        "#]],
    );
}

#[test]
fn the_recycle_bin_is_seen_only_when_asked_for() {
    let mut observation = run();
    observation.changes.push(change((9, 80), Origin::Admin, ChangeKind::Deleted, OLD, &[]));
    check(
        "expect:\n  - { at: end, record: { object: Lead, where: { key: old }, deleted: true } }\n  - { at: end, record: { object: Lead, where: { key: old }, count: 0 } }\n  - { at: 1m, record: { object: Lead, where: { key: old } } }\n",
        &observation,
        expect![[""]],
    );
}
