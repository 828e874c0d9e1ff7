//! A scenario as it is written → an org, an engine configuration and an agenda: names become ids.
//!
//! What `check` could not see is said here, with its place: nothing is guessed, nothing is left out in silence.

mod csv;
mod engine;
mod known_org;
mod liaison;
pub(crate) mod names;
mod neighbours;
pub(crate) mod org;
mod packages;
mod problems;
mod records;
mod settings;
pub(crate) mod signals;
mod timeline;
pub(crate) mod value;

use std::sync::Arc;

use ::engine::Config;
use mock_salesforce::{Org, Timestamp};
use scenarios::{Diagnostic, ast::Scenario};

pub(crate) use self::{names::Names, problems::Problems, timeline::Act};
use crate::sources::Origin;

/// A scenario ready to be played.
#[derive(Debug)]
pub(crate) struct Lowered {
    pub(crate) config: Arc<Config>,
    pub(crate) org: Org,
    pub(crate) names: Names,
    /// The systems beside the org.
    pub(crate) beside:
        std::collections::BTreeMap<::engine::System, crate::neighbour::NeighbourSetup>,
    /// The timeline's lines, each with its time in ms since the epoch.
    pub(crate) acts: Vec<(i64, Act)>,
}

/// Lowers a scenario; CSV files come from `origin`.
pub(crate) fn lower(scenario: &Scenario, origin: Origin) -> Result<Lowered, Vec<Diagnostic>> {
    let mut problems = Problems::at_home(scenario.id.span);
    let (mut seed, mut names) = org::org_seed(&scenario.world, &mut problems);
    let mut traits = scenario.engine.settings.iter();
    seed.settings.default_owner_without_rule =
        traits.any(|(name, value)| *name == "no_rule_owner" && *value == "default_owner");
    if scenario.engine.packages.is_some() {
        crate::packages::schema::extend(&mut seed);
    }
    let mut org = match Org::new(&seed, Timestamp(scenario.clock.starts)) {
        Ok(org) => org,
        Err(error) => {
            problems.add(
                scenario.id.span,
                format!("the world makes no org: {error}"),
                "correct `world`",
            );
            return Err(problems.into_found());
        }
    };
    make_required(scenario, &mut org, &mut problems);
    records::import_records(scenario, &mut org, &mut names, &mut problems);
    csv::import_csv(scenario, origin, (&mut org, &names), &mut problems);
    let config = Arc::new(engine::config(scenario, &org, &names, &mut problems));
    let acts = timeline::acts(scenario, &names, &mut problems);
    let beside = neighbours::neighbours(scenario, &config, &names, &mut problems);
    problems.or(Lowered { config, org, names, beside, acts })
}

/// Standard fields that this org demands.
fn make_required(scenario: &Scenario, org: &mut Org, problems: &mut Problems) {
    use mock_salesforce::schema::FieldChange;
    for object in &scenario.world.objects {
        for field in &object.required {
            let change = FieldChange { required: Some(true), ..FieldChange::default() };
            if let Err(error) = org.alter_field(&object.object, field, &change) {
                problems.add(field.span, error.to_string(), "name a field of the object");
            }
        }
    }
}
