//! A run of six scenarios as a bundle: green ones, a failed one, a missed figure and a bug of ours.

use indexmap::IndexMap;
use reports::model::{
    Bundle, CatalogueText, FindingResult, JournalLine, Manifest, Place, RequirementResult,
    RuleResult, RunResult, ScenarioOutcome, ScenarioRecord, ScenarioResult, Summary,
};

const OUTAGE: (&str, &str) =
    (include_str!("sample/outage.scenario.yaml"), include_str!("sample/outage.ndjson"));
const NOTHING: (&str, &str) =
    (include_str!("sample/nothing.scenario.yaml"), include_str!("sample/nothing.ndjson"));
const CONTACT: &str = include_str!("sample/contact.scenario.yaml");
const CONTACT_ANY: &str = include_str!("sample/contact-any.ndjson");
const CONTACT_SYNCED: &str = include_str!("sample/contact-synced.ndjson");

/// The whole run.
pub(crate) fn sample() -> Bundle {
    let mut scenarios = vec![
        green("qualified/creation/no-push-step", NOTHING, &["EX-01"]),
        green(
            "qualified/duplicates/contact-beats-lead[any]",
            (CONTACT, CONTACT_ANY),
            &["DD-04", "AS-05"],
        ),
        green(
            "qualified/duplicates/contact-beats-lead[synced]",
            (CONTACT, CONTACT_SYNCED),
            &["DD-04"],
        ),
        green("qualified/resilience/budget", NOTHING, &["EX-01"]),
        green(
            "qualified/resilience/outage-during-first-sync",
            OUTAGE,
            &["EX-05", "EX-06", "AS-01", "LC-03"],
        ),
        green("qualified/resilience/restart", NOTHING, &[]),
    ];
    hold_missed(&mut scenarios[3].0);
    wrong_owner(&mut scenarios[4].0);
    our_bug(&mut scenarios[5].0);
    let (results, records): (Vec<_>, Vec<_>) = scenarios.into_iter().unzip();
    Bundle {
        manifest: Manifest {
            bundle: 1,
            tool: "leadsim 0.1.0".into(),
            suite: "scenarios/suites".into(),
            suite_hash: "5f1d9c0e".repeat(8),
            again: "leadsim run scenarios/suites".into(),
        },
        result: result(results),
        scenarios: records,
        catalogue: catalogue(),
    }
}

fn result(scenarios: Vec<ScenarioResult>) -> RunResult {
    let mut requirements: IndexMap<String, RequirementResult> = IndexMap::new();
    let mut rules: IndexMap<String, RuleResult> =
        catalogue().rules.into_iter().map(|it| (it.id, RuleResult::default())).collect();
    for scenario in &scenarios {
        for id in &scenario.requirements {
            requirements.entry(id.clone()).or_default().scenarios.push(scenario.id.clone());
        }
        for rule in &scenario.rules {
            rules.entry(rule.clone()).or_default().exercised += 1;
        }
    }
    RunResult {
        version: 1,
        tool: "leadsim 0.1.0".into(),
        summary: Summary { passed: 3, failed: 2, errors: 1 },
        scenarios,
        requirements,
        rules,
    }
}

fn green(id: &str, texts: (&str, &str), requirements: &[&str]) -> (ScenarioResult, ScenarioRecord) {
    let (source, journal) = texts;
    let known = names().into_iter().filter(|it| journal.contains(&it.0)).collect();
    let journal: Vec<JournalLine> =
        journal.lines().map(|it| serde_json::from_str(it).unwrap()).collect();
    let title = source.lines().find_map(|it| it.strip_prefix("title: ")).unwrap();
    let mut rules: Vec<String> = journal.iter().filter_map(|it| it.rule.clone()).collect();
    rules.sort();
    rules.dedup();
    let base = id.split('[').next().unwrap();
    let file = format!("{base}.scenario.yaml");
    let result = ScenarioResult {
        id: id.into(),
        title: title.into(),
        file: file.clone(),
        outcome: ScenarioOutcome::Passed,
        seed: 7,
        virtual_ms: journal.last().map_or(0, |it| it.at),
        requirements: requirements.iter().map(|it| (*it).to_owned()).collect(),
        rules,
        tags: vec!["sample".into()],
        checks: 18,
        figures: [("api_calls".to_owned(), 5.0)].into_iter().collect(),
        findings: Vec::new(),
        again: format!("leadsim run scenarios/suites --filter 'id({id})'"),
    };
    let record =
        ScenarioRecord { id: id.into(), file, source: source.into(), names: known, journal };
    (result, record)
}

fn names() -> IndexMap<String, String> {
    let names = [
        ("0055g00000DanaRAAA", "dana"),
        ("0055g00000OrgUsAAA", "org_user"),
        ("0055g00000AnaRuAAA", "ana"),
        ("0055g00000BoCheAAA", "bo"),
        ("00Q5g00000PatLeEAA", "lead"),
        ("0035g00000SamCoAAA", "sam_contact"),
        ("00Q5g00000SamOlAAA", "sam_lead_old"),
        ("00Q5g00000SamNeAAA", "sam_lead_new"),
    ];
    names.iter().map(|(id, name)| ((*id).to_owned(), (*name).to_owned())).collect()
}

fn wrong_owner(scenario: &mut ScenarioResult) {
    scenario.outcome = ScenarioOutcome::Failed;
    let place = |line, column, length| Place { file: scenario.file.clone(), line, column, length };
    let owner = FindingResult {
        code: "F210".into(),
        message: "the owner of the lead is another one".into(),
        concerns: vec!["AS-01".into()],
        expected: "dana (Dana Reyes)".into(),
        actual: "org_user (Website Integration)".into(),
        place: Some(place(62, 16, 4)),
        at_ms: Some(197_080),
        related: vec![21, 23, 24, 25],
        why: vec![
            "#21 owner.rep_not_connected: dana has no personal connection to Salesforce".into(),
            "#6 trigger.rep_started: the armed step fires".into(),
        ],
    };
    let reason = FindingResult {
        code: "F310".into(),
        message: "a reason was not given".into(),
        concerns: vec!["AS-01".into()],
        expected: "owner.chat_rep".into(),
        actual: "trigger.rep_started, owner.rep_not_connected, sync.created".into(),
        place: Some(place(69, 38, 14)),
        at_ms: Some(420_000),
        related: vec![21],
        why: vec![
            "#21 owner.rep_not_connected: dana has no personal connection to Salesforce".into(),
        ],
    };
    scenario.findings = vec![owner, reason];
}

fn hold_missed(scenario: &mut ScenarioResult) {
    scenario.outcome = ScenarioOutcome::HoldMissed;
    scenario.findings = vec![FindingResult {
        code: "F900".into(),
        message: "a held figure was missed: api_calls_per_visitor".into(),
        concerns: vec!["api_calls_per_visitor".into()],
        expected: "at most 4".into(),
        actual: "5".into(),
        place: None,
        at_ms: None,
        related: Vec::new(),
        why: Vec::new(),
    }];
}

fn our_bug(scenario: &mut ScenarioResult) {
    scenario.outcome = ScenarioOutcome::Error;
    scenario.findings = vec![FindingResult {
        code: "BUG".into(),
        message: "the tool broke: an armed step has an experience".into(),
        concerns: Vec::new(),
        expected: String::new(),
        actual: String::new(),
        place: None,
        at_ms: None,
        related: Vec::new(),
        why: Vec::new(),
    }];
}

fn catalogue() -> CatalogueText {
    serde_json::from_str(include_str!("sample/catalogue.json")).unwrap()
}
