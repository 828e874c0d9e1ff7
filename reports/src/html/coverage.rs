//! Which requirements have a scenario, and which rules were ever a reason?

use super::anchor;
use super::words::Link;
use crate::model::Bundle;
use indexmap::IndexMap;

/// A requirement and the scenarios that prove it.
#[derive(Debug)]
pub(super) struct RequirementRow {
    pub(super) anchor: String,
    pub(super) id: String,
    pub(super) sentence: String,
    pub(super) source: String,
    pub(super) kind: String,
    pub(super) is_later: bool,
    /// Whether coverage demands a scenario and there is none.
    pub(super) is_gap: bool,
    pub(super) scenarios: Vec<Link>,
}

/// A rule and the scenarios in which it was a reason.
#[derive(Debug)]
pub(super) struct RuleRow {
    pub(super) anchor: String,
    pub(super) id: String,
    pub(super) sentence: String,
    pub(super) requirements: Vec<Link>,
    pub(super) is_gap: bool,
    pub(super) scenarios: Vec<Link>,
}

/// The catalogue's requirements, in its order, then those that only scenarios name.
pub(super) fn requirements(bundle: &Bundle) -> Vec<RequirementRow> {
    let named = &bundle.result.requirements;
    let scenarios = |id: &str| -> Vec<Link> {
        let found = named.get(id).map(|it| it.scenarios.iter());
        found.into_iter().flatten().map(|it| Link::scenario(it)).collect()
    };
    let catalogue = &bundle.catalogue.requirements;
    let mut rows: Vec<RequirementRow> = Vec::new();
    for it in catalogue {
        let scenarios = scenarios(&it.id);
        rows.push(RequirementRow {
            anchor: anchor::requirement(&it.id),
            id: it.id.clone(),
            sentence: it.sentence.clone(),
            source: it.source.clone(),
            kind: it.kind.clone(),
            is_later: it.scope == "later",
            is_gap: it.gated && scenarios.is_empty(),
            scenarios,
        });
    }
    for id in named.keys().filter(|id| catalogue.iter().all(|it| it.id != **id)) {
        rows.push(RequirementRow {
            anchor: anchor::requirement(id),
            id: id.clone(),
            sentence: "not in the catalogue".to_owned(),
            source: String::new(),
            kind: String::new(),
            is_later: false,
            is_gap: false,
            scenarios: scenarios(id),
        });
    }
    rows
}

/// The rules, in the order of the pipeline.
pub(super) fn rules(bundle: &Bundle) -> Vec<RuleRow> {
    let mut scenarios: IndexMap<&str, Vec<Link>> = IndexMap::new();
    for scenario in &bundle.result.scenarios {
        for rule in &scenario.rules {
            scenarios.entry(rule).or_default().push(Link::scenario(&scenario.id));
        }
    }
    let rules = bundle.catalogue.rules.iter().map(|it| {
        let scenarios = scenarios.get(it.id.as_str()).cloned().unwrap_or_default();
        RuleRow {
            anchor: anchor::rule(&it.id),
            id: it.id.clone(),
            sentence: it.sentence.clone(),
            requirements: it.requirements.iter().map(|it| Link::requirement(it)).collect(),
            is_gap: scenarios.is_empty(),
            scenarios,
        }
    });
    rules.collect()
}
