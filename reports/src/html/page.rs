//! What stands on the page before anything is opened? The verdict, the scenarios with their findings, and coverage.

use super::anchor;
use super::coverage::{RequirementRow, RuleRow, requirements, rules};
use super::finding::{Finding, findings};
use crate::area::area;
use crate::model::{Bundle, Manifest, ScenarioOutcome, ScenarioResult, Summary};
use crate::moment::moment;
use crate::terminal::last_line;
use askama::Template;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use indexmap::IndexMap;
use sha2::{Digest, Sha256};

const STYLE: &str = include_str!("../../templates/report.css");
const SCRIPT: &str = include_str!("../../templates/report.js");

/// The whole page.
#[derive(Debug, Template)]
#[template(path = "page.html")]
pub(super) struct Page<'a> {
    manifest: &'a Manifest,
    summary: Summary,
    verdict: String,
    unmet: usize,
    hold_missed: usize,
    style: &'static str,
    style_hash: String,
    script: &'static str,
    script_hash: String,
    areas: Vec<&'a str>,
    groups: Vec<Group<'a>>,
    left_out: usize,
    requirements: Vec<RequirementRow>,
    requirement_gaps: usize,
    rules: Vec<RuleRow>,
    rule_gaps: usize,
}

/// Scenarios under one heading.
#[derive(Debug)]
struct Group<'a> {
    heading: &'a str,
    is_red: bool,
    rows: Vec<Row<'a>>,
}

/// A scenario in the list.
#[derive(Debug)]
struct Row<'a> {
    scenario: &'a ScenarioResult,
    anchor: String,
    href: String,
    area: &'a str,
    name: &'a str,
    case: &'a str,
    outcome: &'static str,
    word: &'static str,
    sign: &'static str,
    took: String,
    /// What the filter looks at, in lower case.
    sought: String,
    findings: Vec<Finding>,
    packed: Option<String>,
}

/// The page of this run, with what each scenario has packed.
pub(super) fn page(bundle: &Bundle, packed: Vec<Option<String>>) -> Page<'_> {
    let left_out = packed.iter().filter(|it| it.is_none()).count();
    let mut groups: IndexMap<&str, Group<'_>> = IndexMap::new();
    let red = Group { heading: "Needs attention", is_red: true, rows: Vec::new() };
    groups.insert("", red);
    for (scenario, packed) in bundle.result.scenarios.iter().zip(packed) {
        let row = row(bundle, scenario, packed);
        let heading = if row.area.is_empty() { "." } else { row.area };
        let key = if scenario.outcome == ScenarioOutcome::Passed { heading } else { "" };
        let group = Group { heading, is_red: false, rows: Vec::new() };
        groups.entry(key).or_insert(group).rows.push(row);
    }
    let requirements = requirements(bundle);
    let rules = rules(bundle);
    let count = |outcome| bundle.result.scenarios.iter().filter(|it| it.outcome == outcome).count();
    Page {
        manifest: &bundle.manifest,
        summary: bundle.result.summary,
        verdict: last_line(&bundle.result.summary),
        unmet: count(ScenarioOutcome::Failed),
        hold_missed: count(ScenarioOutcome::HoldMissed),
        style: STYLE,
        style_hash: hash(STYLE),
        script: SCRIPT,
        script_hash: hash(SCRIPT),
        areas: crate::area::areas(&bundle.result.scenarios).into_keys().collect(),
        groups: groups.into_values().filter(|it| !it.rows.is_empty()).collect(),
        left_out,
        requirement_gaps: requirements.iter().filter(|it| it.is_gap).count(),
        requirements,
        rule_gaps: rules.iter().filter(|it| it.is_gap).count(),
        rules,
    }
}

fn row<'a>(bundle: &Bundle, scenario: &'a ScenarioResult, packed: Option<String>) -> Row<'a> {
    let (outcome, word, sign) = match scenario.outcome {
        ScenarioOutcome::Passed => ("passed", "passed", "✓"),
        ScenarioOutcome::Failed => ("failed", "failed", "✗"),
        ScenarioOutcome::HoldMissed => ("failed", "held figure missed", "✗"),
        ScenarioOutcome::Error => ("error", "error in leadsim", "!"),
    };
    let area = area(&scenario.id);
    let rest = scenario.id.strip_prefix(area).unwrap_or(&scenario.id).trim_start_matches('/');
    let name = rest.split('[').next().unwrap_or(rest);
    let case = rest.strip_prefix(name).unwrap_or("");
    let sought =
        [&scenario.id, &scenario.title, &scenario.requirements.join(" "), &scenario.tags.join(" ")];
    let anchor = anchor::scenario(&scenario.id);
    Row {
        scenario,
        href: anchor::href(&anchor),
        anchor,
        area,
        name,
        case,
        outcome,
        word,
        sign,
        took: moment(scenario.virtual_ms),
        sought: sought.map(|it| it.to_lowercase()).join(" "),
        findings: findings(scenario, &bundle.catalogue),
        packed,
    }
}

/// The hash by which a content security policy knows a part of the page.
fn hash(text: &str) -> String {
    format!("sha256-{}", STANDARD.encode(Sha256::digest(text.as_bytes())))
}
