//! `world.neighbours`, `engine.map` and the mappings of other systems → what stands beside the org, and what the engine
//! knows of it.

use std::{collections::BTreeMap, sync::Arc};

use engine::{
    Destination, MarketingPlatform, Neighbours, Step, System, SystemMapping, WorkflowAction,
};
use neighbours::{LinkSetup, Setup};
use scenarios::{
    Text,
    ast::{self, Moment, NeighbourRecord, Scenario},
};
use serde_json::{Map, Value as Json};

use super::{Names, Problems, names::NameKind};
use crate::neighbour::{NeighbourSetup, SeededRecord, mock_system};

/// When a lead that went by way of the platform should have arrived, in ms: its usual lag and a minute.
const MAP_LAG_MS: i64 = 180_000;
/// How old a record is that does not say it, in ms.
const USUAL_AGE_MS: i64 = 86_400_000;

/// What the engine knows of other systems.
pub(super) fn configured(scenario: &Scenario) -> Neighbours {
    let setup = &scenario.engine;
    let mut mapping: BTreeMap<System, SystemMapping> = BTreeMap::new();
    for of in &setup.mapping {
        let Some(system) = System::from_word(&of.object) else { continue };
        let pairs = of.fields.iter().map(|(from, to)| {
            let from = from.strip_prefix("visitor.").unwrap_or(from);
            (from.into(), (&*to.text).into())
        });
        mapping.entry(system).or_default().fields = pairs.collect();
    }
    for of in &setup.constants {
        let Some(system) = System::from_word(&of.object) else { continue };
        let pairs = of.fields.iter().map(|(to, value)| ((&*to.text).into(), value.to_string()));
        mapping.entry(system).or_default().constants = pairs.collect();
    }
    let map = setup.map.as_ref().and_then(|map| {
        let system = System::from_word(&map.system)?;
        Some(MarketingPlatform { system, lag_ms: map.lag.unwrap_or(MAP_LAG_MS) })
    });
    Neighbours { mapping, map }
}

/// Where a push step goes.
pub(super) fn destination(to: &Text) -> Destination {
    System::from_word(to).map_or(Destination::Salesforce, Destination::Beside)
}

/// The systems that a scenario lists or sends something to.
pub(super) fn neighbours(
    scenario: &Scenario,
    config: &engine::Config,
    names: &Names,
    problems: &mut Problems,
) -> BTreeMap<System, NeighbourSetup> {
    let mut setups: BTreeMap<System, NeighbourSetup> = BTreeMap::new();
    for system in needed(config) {
        setups.insert(system, usual(system, config));
    }
    for of in &scenario.world.neighbours {
        let Some(system) = System::from_word(&of.system) else { continue };
        let mut lowering = Lowering { scenario, names, problems };
        let setup = lowering.neighbour(of, usual(system, config));
        setups.insert(system, setup);
    }
    setups
}

/// The systems that the engine may send something to.
fn needed(config: &engine::Config) -> Vec<System> {
    let steps = config.experiences.values().flat_map(|it| &it.steps);
    let pushed = steps.filter_map(|step| match step {
        Step::Push(push) => match push.to {
            Destination::Beside(system) => Some(system),
            Destination::Salesforce => None,
        },
        _ => None,
    });
    let actions = config.liaison.iter().flat_map(|it| it.workflows.values().flatten());
    let synced = actions.filter_map(|action| match action {
        WorkflowAction::SyncBeside(system) => Some(*system),
        _ => None,
    });
    let map = config.neighbours.map.map(|it| it.system);
    pushed.chain(synced).chain(map).collect()
}

/// A system as its documents describe it; the marketing platform is linked to Salesforce.
fn usual(system: System, config: &engine::Config) -> NeighbourSetup {
    let mut setup = Setup::new(mock_system(system));
    if config.neighbours.map.is_some_and(|it| it.system == system) {
        setup.link = Some(LinkSetup::new(setup.system));
    }
    NeighbourSetup { setup, records: Vec::new(), connector: None }
}

struct Lowering<'a> {
    scenario: &'a Scenario,
    names: &'a Names,
    problems: &'a mut Problems,
}

impl Lowering<'_> {
    fn neighbour(&mut self, of: &ast::NeighbourSetup, mut to: NeighbourSetup) -> NeighbourSetup {
        let setup = &mut to.setup;
        setup.custom_fields = of.fields.iter().map(ToString::to_string).collect();
        setup.multiple_prospects = of.multiple_prospects;
        if let Some(status) = of.duplicate_status.and_then(|it| u16::try_from(it).ok()) {
            setup.duplicate_status = status;
        }
        if let Some(limits) = &of.limits {
            set_limits(limits, &mut setup.limits);
        }
        if let Some(link) = &of.link {
            let own = setup.link.get_or_insert_with(|| LinkSetup::new(setup.system));
            own.lag_ms = link.lag.unwrap_or(own.lag_ms);
            own.down = link.down.as_ref().map(ToString::to_string);
            if !link.mapping.is_empty() {
                let pairs = link.mapping.iter();
                own.mapping = pairs.map(|(a, b)| (a.to_string(), b.to_string())).collect();
            }
            to.connector = link.user.as_ref().map(|it| Arc::clone(&it.text));
        }
        let kind = System::from_word(&of.system).map_or("lead", System::object);
        to.records = of.records.iter().map(|it| self.record(it, kind, &to.setup)).collect();
        to
    }

    fn record(&mut self, record: &NeighbourRecord, usual: &str, setup: &Setup) -> SeededRecord {
        let starts = self.scenario.clock.starts;
        let since_epoch = |moment: &Moment| moment.since_epoch(starts);
        let updated = record.updated.as_ref().map(since_epoch);
        let created = record.created.as_ref().map(since_epoch).or(updated);
        let created = created.unwrap_or_else(|| starts.saturating_sub(USUAL_AGE_MS));
        let mut fields = Map::new();
        for (name, value) in &record.fields {
            if !setup.has_field(name) {
                let message = format!("{} has no field `{name}`", setup.system.word());
                self.problems.add(name.span, message, "list it in `fields`, or use a standard one");
            }
            fields.insert(name.to_string(), Json::from(&*value.text));
        }
        let linked = record.linked_to.as_ref();
        SeededRecord {
            key: record.key.as_ref().map(|it| Arc::clone(&it.text)),
            kind: record.kind.as_ref().map_or(usual, |it| it).to_owned(),
            fields,
            created,
            updated: updated.unwrap_or(created),
            crm_id: linked.and_then(|it| self.linked(it)),
        }
    }

    fn linked(&mut self, name: &Text) -> Option<String> {
        let id = self.names.find(&[NameKind::Record], name);
        if id.is_none() {
            let message = format!("there is no record `{name}`");
            self.problems.add(name.span, message, "name a record of `world.records`");
        }
        id.map(|id| id.to_string())
    }
}

fn set_limits(limits: &ast::NeighbourLimits, own: &mut neighbours::Limits) {
    own.calls = limits.calls.map_or(own.calls, u64::from);
    own.window_ms = limits.per.unwrap_or(own.window_ms);
    own.daily = limits.daily.map_or(own.daily, u64::from);
    own.concurrent = limits.at_once.map_or(own.concurrent, |it| it as usize);
}
