//! What came of a world, counted against what is truly so in it. No judgement of the engine's is taken for true here:
//! who was matched and who owns what is compared with what was planted.

use std::collections::{BTreeMap, BTreeSet};

use scenarios::{
    Change, ChangeKind, NoteSeen, Observation, Origin, Text,
    ast::{Action, Outcome},
    email::normalize,
};

use crate::population::{TrueMatch, Truth};

/// What came of a world.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Score {
    /// How long the world lasted, in virtual milliseconds.
    pub virtual_ms: i64,
    /// Calls that the org counts.
    pub api_calls: u64,
    /// Leads that were created.
    pub created: u64,
    /// Syncs of a person by what became of them.
    pub outcomes: BTreeMap<Outcome, u64>,
    /// Refused and given up, by the rule that says why.
    pub refused: BTreeMap<String, u64>,
    /// Visitors who were matched with the wrong record, with one though there is none, or not though there is one.
    pub wrong_matches: u64,
    /// Visitors who were matched with the right record.
    pub right_matches: u64,
    /// Visitors who were matched with any record.
    pub claimed_matches: u64,
    /// Visitors whom a record should match.
    pub true_matches: u64,
    /// Visitors whose match is known beforehand.
    pub judged_matches: u64,
    /// New leads with another owner than the true one.
    pub wrong_owners: u64,
    /// New leads whose owner is known beforehand.
    pub judged_owners: u64,
    /// New leads for somebody whom the org held already.
    pub duplicates_created: u64,
    /// Creates that found somebody whom the org held already, and made nothing.
    pub duplicates_prevented: u64,
    /// Syncs of a person.
    pub syncs: u64,
}

impl Score {
    /// Counts a run.
    pub fn of(observation: &Observation, truths: &[Truth]) -> Self {
        let mut score = Self {
            virtual_ms: observation.ended - observation.started,
            api_calls: observation.calls.iter().map(|call| u64::from(call.api_calls)).sum(),
            ..Self::default()
        };
        score.syncs(observation);
        let leads = Leads::of(observation);
        score.created = leads.created.len() as u64;
        score.duplicates_created = leads.duplicates(truths);
        score.matches(observation, truths, &leads);
        score.owners(observation, truths, &leads);
        score
    }

    /// Counts by name, with the number of samples.
    pub fn counts(&self) -> Vec<(&'static str, u64, u64)> {
        let outcome = |it| self.outcomes.get(&it).copied().unwrap_or(0);
        let syncs = self.syncs;
        vec![
            ("created", outcome(Outcome::Created), syncs),
            ("updated", outcome(Outcome::Updated), syncs),
            ("no_op", outcome(Outcome::NoOp), syncs),
            ("refused", outcome(Outcome::Refused), syncs),
            ("dead_lettered", outcome(Outcome::DeadLettered), syncs),
            ("wrong_matches", self.wrong_matches, self.judged_matches),
            ("wrong_owners", self.wrong_owners, self.judged_owners),
            ("duplicates_created", self.duplicates_created, syncs),
            ("duplicates_prevented", self.duplicates_prevented, syncs),
        ]
    }

    /// Right matches among those that were claimed, and how many were.
    pub fn precision(&self) -> Option<(f64, u64)> {
        rate(self.right_matches, self.claimed_matches)
    }

    /// Right matches among those that there are, and how many there are.
    pub fn recall(&self) -> Option<(f64, u64)> {
        rate(self.right_matches, self.true_matches)
    }

    /// What became of the syncs of persons.
    fn syncs(&mut self, observation: &Observation) {
        let mut last: BTreeMap<u64, (&NoteSeen, Outcome)> = BTreeMap::new();
        let mut actions: BTreeMap<u64, Action> = BTreeMap::new();
        for note in &observation.notes {
            let Some(intent) = note.intent else { continue };
            if let Some(action) = note.action {
                actions.insert(intent, action);
            }
            if let Some(outcome) = note.outcome {
                last.insert(intent, (note, outcome));
            }
        }
        for (intent, (note, outcome)) in last {
            let Some(action) = actions.get(&intent).filter(|it| it.is_person_sync()) else {
                continue;
            };
            self.syncs += 1;
            *self.outcomes.entry(outcome).or_default() += 1;
            let rule = note.rule.as_deref().unwrap_or("no rule");
            if matches!(outcome, Outcome::Refused | Outcome::DeadLettered) {
                *self.refused.entry(rule.to_owned()).or_default() += 1;
            }
            let found =
                matches!(outcome, Outcome::Updated | Outcome::NoOp) && note.record.is_some();
            self.duplicates_prevented += u64::from(found && may_create(*action));
        }
    }

    fn matches(&mut self, observation: &Observation, truths: &[Truth], leads: &Leads<'_>) {
        let mut first: BTreeMap<&str, Option<&str>> = BTreeMap::new();
        for note in observation.notes.iter().filter(|note| &*note.question == "match") {
            if let Some(visitor) = note.visitor() {
                first.entry(visitor).or_insert(note.chosen.as_deref());
            }
        }
        for truth in truths {
            let wanted = match &truth.matched {
                TrueMatch::Open => continue,
                TrueMatch::Nobody => None,
                TrueMatch::Record(key) => id_of(observation, "record", key),
                TrueMatch::LeadOf(email) => leads.of_email(email),
            };
            let found = first.get(truth.visitor.as_str()).copied().flatten();
            self.judged_matches += 1;
            self.claimed_matches += u64::from(found.is_some());
            self.true_matches += u64::from(wanted.is_some());
            self.right_matches += u64::from(found.is_some() && found == wanted);
            self.wrong_matches += u64::from(found != wanted);
        }
    }

    fn owners(&mut self, observation: &Observation, truths: &[Truth], leads: &Leads<'_>) {
        for (email, owner) in truths.iter().filter_map(|it| it.lead.as_ref()) {
            let Some(found) = leads.owner_of(email) else { continue };
            let wanted =
                id_of(observation, "user", owner).or_else(|| id_of(observation, "queue", owner));
            self.judged_owners += 1;
            self.wrong_owners += u64::from(wanted != Some(found));
        }
    }
}

fn rate(part: u64, of: u64) -> Option<(f64, u64)> {
    (of > 0).then(|| (super::ratio(part, of), of))
}

fn may_create(action: Action) -> bool {
    matches!(action, Action::Create | Action::CreateOrUpdate | Action::ManualCreate)
}

/// What a change wrote on a field.
fn value<'o>(change: &'o Change, name: &str) -> Option<&'o str> {
    let found = change.fields.iter().find(|(field, _)| &**field == name);
    found.and_then(|(_, value)| value.as_deref())
}

/// The id of what the world calls so.
fn id_of<'o>(observation: &'o Observation, kind: &str, name: &Text) -> Option<&'o str> {
    let of_kind = observation.names.get(&format!("{kind}:{name}"));
    of_kind.or_else(|| observation.names.get(name.as_str())).map(String::as_str)
}

/// A lead that the engine created.
struct NewLead<'o> {
    email: String,
    id: &'o str,
    /// The owner when the save was over: the org's own rules and packages may have had a say in it.
    owner: Option<&'o str>,
    at: i64,
}

/// The leads that the engine created, and whom the world held.
struct Leads<'o> {
    /// In the order in which they were created.
    created: Vec<NewLead<'o>>,
    by_email: BTreeMap<String, usize>,
    /// Addresses of the world's people.
    held: BTreeSet<String>,
}

impl<'o> Leads<'o> {
    fn of(observation: &'o Observation) -> Self {
        let mut leads =
            Self { created: Vec::new(), by_email: BTreeMap::new(), held: BTreeSet::new() };
        for change in &observation.changes {
            match change.kind {
                ChangeKind::Created => leads.take_new(change),
                _ => leads.take_owner(change),
            }
        }
        leads
    }

    fn take_new(&mut self, change: &'o Change) {
        let email = value(change, "Email").and_then(normalize);
        match (change.origin, &*change.object, email) {
            (Origin::Engine, "Lead", email) => {
                let email = email.unwrap_or_default();
                self.by_email.entry(email.clone()).or_insert(self.created.len());
                let owner = value(change, "OwnerId");
                self.created.push(NewLead { email, id: &change.id, owner, at: change.at });
            }
            (Origin::World, "Lead" | "Contact", Some(email)) => {
                self.held.insert(email);
            }
            _ => {}
        }
    }

    /// A change of owner in the save that made the lead.
    fn take_owner(&mut self, change: &'o Change) {
        let Some(owner) = value(change, "OwnerId") else { return };
        let of_late = self.created.iter_mut().rev().take_while(|it| it.at == change.at);
        for lead in of_late.filter(|it| it.id == &*change.id) {
            lead.owner = Some(owner);
        }
    }

    fn first(&self, email: &str) -> Option<&NewLead<'o>> {
        self.created.get(*self.by_email.get(email)?)
    }

    fn of_email(&self, email: &str) -> Option<&'o str> {
        self.first(email).map(|it| it.id)
    }

    fn owner_of(&self, email: &str) -> Option<&'o str> {
        self.first(email).and_then(|it| it.owner)
    }

    /// Second leads for an address, and leads for addresses that the world held and that should have none.
    fn duplicates(&self, truths: &[Truth]) -> u64 {
        let wanted: BTreeSet<&str> =
            truths.iter().filter_map(|it| it.lead.as_ref()).map(|(email, _)| &**email).collect();
        let mut seen = BTreeSet::new();
        let emails = self.created.iter().map(|it| it.email.as_str());
        let twice = emails.filter(|email| {
            let is_first = seen.insert(*email);
            !is_first || (!wanted.contains(email) && self.held.contains(*email))
        });
        twice.count() as u64
    }
}
