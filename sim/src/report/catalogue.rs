//! The sentences behind ids, so that a report stands on its own.

use engine::Rule;
use reports::model::{CatalogueText, RequirementText, RuleText};
use scenarios::catalogue::{Catalogue, Kind, Requirement, Scope};

/// The sentences behind the ids of rules and requirements.
pub fn catalogue_text() -> CatalogueText {
    let rules = Rule::ALL.iter().map(|rule| RuleText {
        id: rule.id().to_owned(),
        sentence: rule.sentence().to_owned(),
        requirements: rule.requirements().iter().map(|id| (*id).to_owned()).collect(),
    });
    let requirements = Catalogue::embedded().requirements().map(requirement_text);
    CatalogueText { rules: rules.collect(), requirements: requirements.collect() }
}

fn requirement_text(row: &Requirement) -> RequirementText {
    let titles: Vec<&str> = row
        .sources
        .iter()
        .map(|id| Catalogue::embedded().document(id).map_or(id.as_str(), |it| it.title.as_str()))
        .collect();
    let section = row.section.as_ref().map(|section| format!(": {section}")).unwrap_or_default();
    let kinds: Vec<&str> = row
        .kind
        .iter()
        .map(|kind| match kind {
            Kind::Engine => "E",
            Kind::Model => "M",
            Kind::Lint => "L",
            Kind::Recommendation => "R",
        })
        .collect();
    RequirementText {
        id: row.id.clone(),
        sentence: row.rule.clone(),
        source: format!("{}{section}", titles.join(", ")),
        kind: kinds.join(" "),
        scope: if row.scope == Scope::Now { "now" } else { "later" }.to_owned(),
        gated: row.is_gated(),
    }
}
