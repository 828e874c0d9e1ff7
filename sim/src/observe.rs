//! What a run left behind, for the judge: the org's changes, calls, decisions, views and figures, as plain data.

mod beside;
mod calls;
mod changes;
pub(crate) mod metrics;
mod notes;
mod setup;
pub(crate) mod words;

use std::collections::BTreeMap;

use engine::Config;
use scenarios::{
    Change, Observation, ViewSeen,
    ast::{Scenario, Verb},
};

use crate::{
    journal::{Journal, What},
    lower::names::NameKind,
    world::Played,
};

pub(crate) use self::{changes::initial, metrics::METRICS};

/// What is known of a world before it is played.
#[derive(Debug)]
pub(crate) struct Before {
    /// The records of the world.
    pub(crate) changes: Vec<Change>,
    pub(crate) config: std::sync::Arc<Config>,
}

/// Observes a world that was played.
pub(crate) fn observe(scenario: &Scenario, before: Before, played: &Played) -> Observation {
    let org = played.mock.org();
    let Before { mut changes, config } = before;
    changes::committed(&played.journal, org.schema(), &mut changes);
    beside::add(played, scenario.clock.starts, &mut changes);
    let (calls, beside) = calls::calls(&played.journal);
    let (notes, sources) = notes::notes(&played.journal, scenario);
    let setup = setup::setup(&config, &org, &changes);
    let metrics = metrics::metrics(scenario, &changes, &calls, &played.journal);
    Observation {
        started: scenario.clock.starts,
        ended: played.ended,
        settled: played.unsettled.is_empty() && !played.runaway,
        unsettled: played.unsettled.clone(),
        names: beside::names(played),
        reps: reps(&config, scenario, played),
        changes,
        calls,
        beside,
        notes,
        sources,
        views: views(&played.journal),
        metrics,
        setup,
    }
}

/// Whose personal connection each rep has at the end.
fn reps(config: &Config, scenario: &Scenario, played: &Played) -> BTreeMap<String, Option<String>> {
    let own = |user: &engine::UserId| user.to_string();
    let configured = config.reps.iter();
    let mut reps: BTreeMap<String, Option<String>> =
        configured.map(|(id, rep)| (id.to_string(), rep.connection.as_ref().map(own))).collect();
    for (_, entry) in played.journal.entries() {
        let What::Line(index) = &entry.what else { continue };
        match scenario.timeline.get(*index).map(|line| &line.verb) {
            Some(Verb::Disconnect { rep }) => {
                reps.insert(rep.to_string(), None);
            }
            Some(Verb::Connect { rep, user }) => {
                let id = played.names.find(&[NameKind::User], user);
                reps.insert(rep.to_string(), id.map(|id| id.to_string()));
            }
            _ => {}
        }
    }
    reps
}

fn views(journal: &Journal) -> Vec<ViewSeen> {
    let seen = journal.entries().filter_map(|(seq, entry)| match &entry.what {
        What::Seen(seen) => Some(ViewSeen {
            seq,
            at: entry.at,
            view: seen.view,
            of: seen.of.as_str().into(),
            fields: seen.fields.clone(),
        }),
        _ => None,
    });
    seen.collect()
}
