//! What is told of one scenario once it is opened? Its story, its file, its timeline and its decisions.

use super::decisions::{Decisions, decisions};
use super::listing::{SourceLine, listing};
use super::prose::{Prose, prose};
use super::timeline::{Timeline, timeline};
use super::words::Link;
use crate::model::{CatalogueText, ScenarioRecord, ScenarioResult};
use crate::outline::outline;
use askama::Template;

/// The part of a scenario that is opened on demand.
#[derive(Debug, Template)]
#[template(path = "panel.html")]
pub(super) struct Panel<'a> {
    scenario: &'a ScenarioResult,
    requirements: Vec<Link>,
    figures: Vec<(&'a str, String)>,
    about: Vec<String>,
    prose: Prose,
    listing: Vec<SourceLine>,
    timeline: Timeline,
    decisions: Decisions,
}

/// The opened part of this scenario.
pub(super) fn panel<'a>(
    scenario: &'a ScenarioResult,
    record: &ScenarioRecord,
    catalogue: &CatalogueText,
) -> Panel<'a> {
    Panel {
        scenario,
        requirements: scenario.requirements.iter().map(|it| Link::requirement(it)).collect(),
        figures: scenario.figures.iter().map(|it| (it.0.as_str(), it.1.to_string())).collect(),
        about: outline(&record.source).about.lines().map(str::to_owned).collect(),
        prose: prose(record),
        listing: listing(scenario, record),
        timeline: timeline(scenario, record),
        decisions: decisions(record, catalogue),
    }
}
