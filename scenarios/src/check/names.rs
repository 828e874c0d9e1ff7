//! The names that a file gives: users, queues, campaigns, records, reps, visitors, experiences, aliases.

use crate::ast::{Check, Scenario, Verb};
use crate::check::Checker;
use crate::diagnostic::{Diagnostic, code};
use crate::source::Text;
use std::collections::BTreeMap;

/// Names by kind, each with the place where it was given.
#[derive(Default)]
pub(super) struct Names<'a> {
    pub(super) users: BTreeMap<&'a str, &'a Text>,
    pub(super) queues: BTreeMap<&'a str, &'a Text>,
    pub(super) campaigns: BTreeMap<&'a str, &'a Text>,
    pub(super) reps: BTreeMap<&'a str, &'a Text>,
    pub(super) visitors: BTreeMap<&'a str, &'a Text>,
    pub(super) experiences: BTreeMap<&'a str, &'a Text>,
    /// Records with their object.
    pub(super) records: BTreeMap<&'a str, (&'a Text, &'a str)>,
    /// Aliases of expectations with their object.
    pub(super) aliases: BTreeMap<&'a str, (&'a Text, &'a str)>,
}

impl<'a> Names<'a> {
    pub(super) fn of(scenario: &'a Scenario, out: &mut Vec<Diagnostic>) -> Names<'a> {
        let mut names = Names::default();
        let world = &scenario.world;
        let connections = &scenario.engine.connections;
        names.users.extend(world.users.iter().map(|user| (user.key.as_str(), &user.key)));
        names.reps.extend(connections.reps.iter().map(|rep| (rep.rep.as_str(), &rep.rep)));
        names.experiences.extend(
            scenario.engine.experiences.iter().map(|found| (found.name.as_str(), &found.name)),
        );
        for queue in &world.queues {
            clash(&queue.key, "a user", names.users.get(queue.key.as_str()).copied(), out);
            names.queues.insert(&queue.key, &queue.key);
        }
        for campaign in &world.campaigns {
            names.campaigns.insert(&campaign.key, &campaign.key);
        }
        names.add_records(scenario, out);
        names.add_aliases(scenario, out);
        for line in &scenario.timeline {
            let arriving = match &line.verb {
                Verb::Land(land) => &land.visitor,
                Verb::EnterWorkflow { visitor, .. } => visitor,
                _ => continue,
            };
            names.visitors.entry(arriving).or_insert(arriving);
        }
        names
    }

    fn add_records(&mut self, scenario: &'a Scenario, out: &mut Vec<Diagnostic>) {
        let world = scenario
            .world
            .records
            .iter()
            .filter_map(|record| Some((record.key.as_ref()?, record.object.as_str())));
        let lines = scenario.timeline.iter().filter_map(|line| match &line.verb {
            Verb::Create { key, object, .. } => Some((key.as_ref()?, object.as_str())),
            Verb::Convert(convert) => Some((convert.contact_key.as_ref()?, "Contact")),
            _ => None,
        });
        let beside = scenario.world.neighbours.iter().flat_map(|system| {
            let keys = system.records.iter().filter_map(|it| it.key.as_ref());
            keys.map(|key| (key, system.system.as_str()))
        });
        for (key, object) in world.chain(lines).chain(beside) {
            clash(key, "a record", self.records.get(key.as_str()).map(|(key, _)| *key), out);
            clash(key, "a campaign", self.campaigns.get(key.as_str()).copied(), out);
            self.records.entry(key).or_insert((key, object));
        }
    }

    fn add_aliases(&mut self, scenario: &'a Scenario, out: &mut Vec<Diagnostic>) {
        for expectation in &scenario.expect {
            let (Check::Record(check) | Check::Neighbour(check)) = &expectation.check else {
                continue;
            };
            let Some(alias) = &check.alias else { continue };
            clash(alias, "a record", self.records.get(alias.as_str()).map(|(key, _)| *key), out);
            clash(alias, "a campaign", self.campaigns.get(alias.as_str()).copied(), out);
            clash(alias, "a match", self.aliases.get(alias.as_str()).map(|(key, _)| *key), out);
            self.aliases.entry(alias).or_insert((alias, &check.object));
        }
    }

    /// Whether a reference can mean it.
    pub(super) fn has(&self, name: &str) -> bool {
        self.users.contains_key(name)
            || self.queues.contains_key(name)
            || self.campaigns.contains_key(name)
            || self.records.contains_key(name)
            || self.aliases.contains_key(name)
    }

    /// Everything that a reference can mean.
    pub(super) fn anything(&self) -> Vec<&'a str> {
        let people = self.users.keys().chain(self.queues.keys()).chain(self.campaigns.keys());
        people.chain(self.records.keys()).chain(self.aliases.keys()).copied().collect()
    }
}

fn clash(name: &Text, what: &str, other: Option<&Text>, out: &mut Vec<Diagnostic>) {
    if let Some(other) = other {
        let message = format!("`{name}` is the name of {what} already");
        out.push(
            Diagnostic::error(code::DUPLICATE_NAME, name.span, message)
                .context(other.span, "first here")
                .help("rename one of them"),
        );
    }
}

impl<'a> Checker<'a> {
    fn name(&mut self, what: &str, name: &Text, known: Vec<&'a str>) {
        if !known.contains(&name.as_str()) {
            self.unknown(code::UNKNOWN_NAME, what, name, known);
        }
    }

    pub(super) fn user(&mut self, name: &Text) {
        if !self.names.users.contains_key(name.as_str()) {
            let known = self.names.users.keys().copied().collect();
            self.name("user", name, known);
        }
    }

    pub(super) fn owner(&mut self, name: &Text) {
        let names = &self.names;
        if !names.users.contains_key(name.as_str()) && !names.queues.contains_key(name.as_str()) {
            let known = names.users.keys().chain(names.queues.keys()).copied().collect();
            self.name("user or queue", name, known);
        }
    }

    pub(super) fn rep(&mut self, name: &Text) {
        if !self.names.reps.contains_key(name.as_str()) {
            let known = self.names.reps.keys().copied().collect();
            self.name("rep", name, known);
        }
    }

    pub(super) fn campaign(&mut self, name: &Text) {
        if !self.names.campaigns.contains_key(name.as_str()) {
            let known = self.names.campaigns.keys().copied().collect();
            self.name("campaign", name, known);
        }
    }

    pub(super) fn experience(&mut self, name: &Text) {
        if !self.names.experiences.contains_key(name.as_str()) {
            let known = self.names.experiences.keys().copied().collect();
            self.name("experience", name, known);
        }
    }

    pub(super) fn visitor(&mut self, name: &Text) {
        if !self.names.visitors.contains_key(name.as_str()) {
            let known = self.names.visitors.keys().copied().collect();
            self.name("visitor", name, known);
        }
    }

    /// The object of a record or alias.
    pub(super) fn record(&mut self, name: &Text) -> Option<&'a str> {
        let names = &self.names;
        let found = names.records.get(name.as_str()).or_else(|| names.aliases.get(name.as_str()));
        if let Some((_, object)) = found {
            return Some(object);
        }
        if names.campaigns.contains_key(name.as_str()) {
            return Some("Campaign");
        }
        let known = names
            .records
            .keys()
            .chain(names.aliases.keys())
            .chain(names.campaigns.keys())
            .copied()
            .collect();
        self.name("record", name, known);
        None
    }
}
