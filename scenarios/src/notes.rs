//! The engine's notes by visitor, by record and by intent, so that an explanation costs as much as its own notes.

use crate::ast::Action;
use crate::observation::{NoteSeen, Observation, SubjectSeen};
use std::collections::{BTreeMap, BTreeSet};

/// Notes by what they are about. Numbers are indexes in the observation's list.
#[derive(Debug)]
pub(crate) struct Notes<'o> {
    all: &'o [NoteSeen],
    by_subject: BTreeMap<&'o SubjectSeen, Vec<usize>>,
    by_record: BTreeMap<&'o str, Vec<usize>>,
    by_intent: BTreeMap<u64, Vec<usize>>,
    actions: BTreeMap<u64, Action>,
}

impl<'o> Notes<'o> {
    pub(crate) fn of(observation: &'o Observation) -> Notes<'o> {
        let mut notes = Notes {
            all: &observation.notes,
            by_subject: BTreeMap::new(),
            by_record: BTreeMap::new(),
            by_intent: BTreeMap::new(),
            actions: BTreeMap::new(),
        };
        observation.notes.iter().enumerate().for_each(|(index, note)| notes.add(index, note));
        notes
    }

    fn add(&mut self, index: usize, note: &'o NoteSeen) {
        if let Some(subject) = &note.subject {
            self.by_subject.entry(subject).or_default().push(index);
        }
        let matched = note.chosen.as_deref().filter(|_| &*note.question == "match");
        let record = note.record.as_deref();
        for id in record.into_iter().chain(matched.filter(|id| record != Some(id))) {
            self.by_record.entry(id).or_default().push(index);
        }
        let Some(intent) = note.intent else { return };
        self.by_intent.entry(intent).or_default().push(index);
        if let Some(action) = note.action {
            self.actions.insert(intent, action);
        }
    }

    fn get(&self, indexes: Option<&Vec<usize>>) -> Vec<&'o NoteSeen> {
        indexes.into_iter().flatten().filter_map(|index| self.all.get(*index)).collect()
    }

    /// Notes about a subject, oldest first.
    pub(crate) fn of_subject(&self, subject: &SubjectSeen) -> Vec<&'o NoteSeen> {
        self.get(self.by_subject.get(subject))
    }

    /// Notes about a record until `at`, with all notes of the intents that they belong to, oldest first.
    pub(crate) fn of_record(&self, id: &str, at: i64) -> Vec<&'o NoteSeen> {
        let mut indexes: BTreeSet<usize> =
            self.by_record.get(id).into_iter().flatten().copied().collect();
        indexes.retain(|index| self.all.get(*index).is_some_and(|note| note.at <= at));
        let intents: BTreeSet<u64> =
            indexes.iter().filter_map(|index| self.all.get(*index)?.intent).collect();
        indexes.extend(intents.iter().filter_map(|intent| self.by_intent.get(intent)).flatten());
        indexes
            .into_iter()
            .filter_map(|index| self.all.get(index))
            .filter(|note| note.at <= at)
            .collect()
    }

    /// The action of the intent that a note belongs to.
    pub(crate) fn action(&self, note: &NoteSeen) -> Option<Action> {
        note.intent.and_then(|intent| self.actions.get(&intent).copied()).or(note.action)
    }
}
