//! No bytes make the loader panic or hang, and what is built in Rust comes back from its own text.

use crate::words::Small;
use proptest::prelude::*;
use scenarios::ast::{
    Action, CallOperation, CallOutcome, CallsCheck, Check, Deadline, ExpectTime, Expectation,
    ExplainCheck, Line, Matcher, Moment, Outcome, Push, PushAction, PushTiming, RecordCheck,
    RecordSetup, Scenario, StepKind, Subject, UpdateScope, UserSetup, Verb,
};
use scenarios::{
    Observation, Place, SourceMap, Text, check, judge, load_text, render_json, render_terminal,
    unparse,
};

/// Loads, checks, renders: whatever the text, nothing panics, and whatever is wrong comes with a hint.
fn survives(text: &str) {
    let loaded = load_text("hostile.scenario.yaml", text);
    let found = check(&loaded.scenarios, &Small);
    for problem in loaded.diagnostics.iter().chain(&found) {
        assert!(!render_terminal(problem, &loaded.sources, false).is_empty());
        assert!(problem.help.is_some(), "no hint: {problem:?}");
        assert!(render_json(problem, &loaded.sources).is_object());
    }
    for scenario in &loaded.scenarios {
        judge(scenario, &Observation::default());
        let written = unparse(scenario);
        assert!(load_text("again.scenario.yaml", &written).diagnostics.is_empty(), "{written}");
    }
}

const SAMPLES: [&str; 2] = [
    include_str!("samples/outage.scenario.yaml"),
    include_str!("samples/contact-beats-leads.scenario.yaml"),
];

/// A sample with a few pieces cut out, doubled or replaced.
fn mangled() -> impl Strategy<Value = String> {
    let edit = (
        any::<prop::sample::Index>(),
        0_usize..12,
        "[-{}\\[\\]:,#&*!|>'\"%@` \\n\\t0-9a-z$~\u{e9}]{0,6}",
    );
    (0_usize..2, prop::collection::vec(edit, 1..5)).prop_map(|(sample, edits)| {
        let mut text: Vec<char> = SAMPLES[sample].chars().collect();
        for (at, length, new) in edits {
            let at = at.index(text.len());
            let end = (at + length).min(text.len());
            text.splice(at..end, new.chars());
        }
        text.into_iter().collect()
    })
}

/// Any text that a file can hold; `${…}` is the one thing that has no spelling of its own.
fn any_text() -> impl Strategy<Value = Text> {
    let odd = prop::sample::select(vec![
        "",
        "null",
        "~",
        "no",
        "02139",
        "1e3",
        "0x1F",
        "yes",
        "- a",
        "? b",
        "a: b",
        "a #b",
        "#",
        "'",
        "\"",
        "{",
        "[x]",
        "&a",
        "*a",
        "!t",
        "%",
        "@",
        "`",
        "|",
        ">",
        " lead",
        "trail ",
        "a\nb",
        "a\tb",
        "---",
        "...",
        "<<",
        "=",
        "\u{feff}x",
        "\u{85}",
        "é",
        "\u{2028}",
        "😀",
        "key:",
        "2026-03-02",
        "12:30",
        "true",
        ".5",
        "+1 555",
        "(a)",
        "\\",
        "a,b",
        "\u{0}",
        "\u{7f}",
    ]);
    prop_oneof![odd.prop_map(Text::from), "[ -#%-~\u{e0}-\u{ff}]{0,12}".prop_map(Text::from)]
}

fn name() -> impl Strategy<Value = Text> {
    "[a-z][a-z0-9_]{0,8}".prop_map(Text::from)
}

fn matcher() -> impl Strategy<Value = Matcher> {
    let leaf = prop_oneof![
        any_text().prop_map(Matcher::Is),
        Just(Matcher::Present(Place::default())),
        Just(Matcher::Absent(Place::default())),
        any_text().prop_map(Matcher::Contains),
        any_text().prop_map(Matcher::Matches),
        prop::collection::vec(any_text(), 1..4).prop_map(Matcher::OneOf),
        (any_text(), any_text()).prop_map(|(low, high)| Matcher::Between(low, high)),
        any_text().prop_map(Matcher::AtMost),
    ];
    leaf.prop_recursive(2, 4, 1, |inner| inner.prop_map(|inner| Matcher::Not(Box::new(inner))))
}

fn expectation() -> impl Strategy<Value = Expectation> {
    let pairs = || {
        prop::collection::btree_map(name(), matcher(), 0..3)
            .prop_map(|map| map.into_iter().collect::<Vec<_>>())
    };
    let record =
        (name(), pairs(), pairs(), any::<bool>()).prop_map(|(object, filter, fields, deleted)| {
            Check::Record(RecordCheck {
                object,
                filter,
                count: Some("2".into()),
                alias: None,
                fields,
                deleted,
            })
        });
    let explain = (name(), prop::collection::vec(name(), 0..3)).prop_map(|(visitor, reasons)| {
        let mut check = ExplainCheck::new(Subject::Visitor(visitor));
        check.action = Some(Action::ManualSync);
        check.outcome = Some(Outcome::DeadLettered);
        check.reasons = reasons;
        Check::Explain(check)
    });
    let calls = pairs().prop_map(|header| {
        Check::Calls(CallsCheck {
            to: None,
            operation: Some(CallOperation::Update),
            object: None,
            outcome: Some(CallOutcome::Lost),
            code: None,
            header,
            sends: vec!["OwnerId".into()],
            sends_not: Vec::new(),
            values: Vec::new(),
            count: None,
            exchanges: true,
        })
    });
    let time = prop_oneof![
        (0_i64..100_000).prop_map(|at| ExpectTime::At(Deadline::Offset(at))),
        Just(ExpectTime::By(Deadline::End)),
    ];
    (time, prop_oneof![record, explain, calls])
        .prop_map(|(time, check)| Expectation::new(time, check))
}

fn any_scenario() -> impl Strategy<Value = Scenario> {
    let fields = || {
        prop::collection::btree_map(name(), any_text(), 0..4)
            .prop_map(|map| map.into_iter().collect::<Vec<_>>())
    };
    let record = (fields(), -1_000_000_i64..0).prop_map(|(fields, created)| {
        let mut record = RecordSetup::new(None, "Lead", fields);
        record.created = Some(Moment::Offset(created));
        record
    });
    let parts = (
        "[!-#%-~ ]{1,20}".prop_filter("a title is not blank", |title| !title.trim().is_empty()),
        prop::collection::vec(record, 0..3),
        prop::collection::vec((0_i64..1_000_000, fields()), 0..4),
        prop::collection::vec(expectation(), 0..4),
        (any_text(), any::<u64>()),
    );
    parts.prop_map(|(title, records, enters, expect, (about, seed))| {
        let mut scenario = Scenario {
            id: "a/b".into(),
            title: title.into(),
            about: Some(about),
            seed,
            ..Scenario::default()
        };
        scenario.world.users = vec![UserSetup::new("dana", "Dana Reyes")];
        scenario.world.records = records;
        let push =
            Push::new(PushAction::UpdatePerson, PushTiming::Wait, Some(UpdateScope::AnyMatch));
        let steps = vec![StepKind::Push(push).into()];
        scenario.engine.experiences =
            vec![scenarios::ast::Experience { name: "chat".into(), steps }];
        let enters = enters.into_iter().filter(|(_, fields)| !fields.is_empty());
        scenario.timeline = enters
            .map(|(at, fields)| Line::new(at, Verb::Enter { visitor: "pat".into(), fields }))
            .collect();
        scenario.expect = expect;
        scenario
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_makes_the_loader_panic(text in "\\PC{0,200}") {
        survives(&text);
    }

    #[test]
    fn no_yaml_like_text_makes_the_loader_panic(text in "[-{}\\[\\]:,#&*!|>'\"%@` \\n\\ta-c$]{0,120}") {
        survives(&text);
    }

    #[test]
    fn no_mangled_sample_makes_the_loader_panic(text in mangled()) {
        survives(&text);
    }

    #[test]
    fn what_is_built_comes_back_from_its_text(scenario in any_scenario()) {
        let written = unparse(&scenario);
        let loaded = load_text("a.scenario.yaml", &written);
        prop_assert!(loaded.diagnostics.is_empty(), "{:#?}\n{}", loaded.diagnostics, written);
        prop_assert_eq!(&loaded.scenarios[0], &scenario, "{}", written);
    }

    #[test]
    fn no_text_makes_the_filter_panic(text in "[a-z()!&|* é]{0,40}") {
        let _ = scenarios::Filter::parse(&text, &mut SourceMap::default());
    }
}

#[test]
fn a_huge_file_is_refused_by_its_size() {
    let text = "x".repeat(scenarios::MAX_FILE_BYTES + 1);
    let found = load_text("huge.scenario.yaml", &text);
    assert_eq!(found.diagnostics.iter().map(|found| found.code).collect::<Vec<_>>(), ["E001"]);
}
