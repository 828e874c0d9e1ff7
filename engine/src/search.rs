//! Looking a person up: leads and contacts by address, then the contacts that converted leads became, then what the
//! ledger knows and the search did not find (VI-02, DD-01, DD-11d, UP-10d).
//!
//! A lookup that failed says nothing: it is never taken for "no record" (FM-06).

use std::borrow::Cow;

use crate::{
    EmailKey, Person, PersonKind, RecordId, Row, Rules,
    exchange::{Shape, Slot},
};

/// A search under way.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Search {
    phase: Phase,
    pending: usize,
    pub(crate) found: Vec<Person>,
    pub(crate) behind: Vec<Person>,
    pub(crate) kept: Vec<Person>,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Phase {
    /// Nothing was asked yet.
    #[default]
    New,
    /// Leads and contacts by address.
    People,
    /// Contacts behind converted leads.
    Behind,
    /// Records of the ledger, or named by a duplicate rule.
    Kept,
}

/// A question to the CRM.
pub(crate) type Question = (Slot, Shape, String);

impl Search {
    /// The questions that come next; none when the search waits or is over.
    pub(crate) fn next(&mut self, key: &EmailKey, rules: &impl Rules) -> Vec<Question> {
        if self.pending > 0 {
            return Vec::new();
        }
        let questions = match self.phase {
            Phase::New => {
                self.phase = Phase::People;
                vec![
                    (Slot::Leads, Shape::LeadsByEmail, key.as_str().to_owned()),
                    (Slot::Contacts, Shape::ContactsByEmail, key.as_str().to_owned()),
                ]
            }
            Phase::People => {
                self.phase = Phase::Behind;
                let behind = rules.contacts_behind(key, &self.found);
                behind
                    .into_iter()
                    .map(|it| (Slot::Converted, Shape::ContactsById, it.to_string()))
                    .collect()
            }
            Phase::Behind | Phase::Kept => Vec::new(),
        };
        self.pending = questions.len();
        questions
    }

    /// The questions about single records.
    pub(crate) fn look_at(&mut self, records: &[(PersonKind, RecordId)]) -> Vec<Question> {
        self.phase = Phase::Kept;
        self.pending = records.len();
        let question = |(kind, id): &(PersonKind, RecordId)| {
            let shape = match kind {
                PersonKind::Lead => Shape::LeadsById,
                PersonKind::Contact => Shape::ContactsById,
            };
            (Slot::Kept(*kind), shape, id.to_string())
        };
        records.iter().map(question).collect()
    }

    /// One more question is asked than the search knows of.
    pub(crate) fn expect_one_more(&mut self) {
        self.pending += 1;
    }

    /// Rows arrived.
    pub(crate) fn take(&mut self, slot: Slot, rows: Vec<Row>) {
        self.pending = self.pending.saturating_sub(1);
        let people = |kind: PersonKind| rows.into_iter().map(move |it| Person::of_row(kind, it));
        match slot {
            Slot::Leads => self.found.extend(people(PersonKind::Lead)),
            Slot::Contacts => self.found.extend(people(PersonKind::Contact)),
            Slot::Converted => self.behind.extend(people(PersonKind::Contact)),
            Slot::Kept(kind) => self.kept.extend(people(kind)),
            _ => {}
        }
    }

    /// Whether everything asked so far was answered.
    pub(crate) fn is_answered(&self) -> bool {
        self.pending == 0
    }

    /// Whether single records were looked at.
    pub(crate) fn has_looked(&self) -> bool {
        self.phase == Phase::Kept
    }

    /// What was found, and the live records of the ledger that the search missed: they may have another address by now.
    pub(crate) fn candidates(&self) -> Cow<'_, [Person]> {
        let live = self.kept.iter().filter(|it| !it.is_deleted() && !it.is_converted());
        let mut missed = live.peekable();
        if missed.peek().is_none() {
            return Cow::Borrowed(&self.found);
        }
        Cow::Owned(self.found.iter().chain(missed).cloned().collect())
    }

    /// Whether the search saw this record.
    pub(crate) fn saw(&self, id: &RecordId) -> bool {
        self.found.iter().chain(&self.behind).chain(&self.kept).any(|it| it.id == *id)
    }

    /// Takes a record out of the search.
    pub(crate) fn remove(&mut self, id: &RecordId) -> Option<Person> {
        for list in [&mut self.found, &mut self.behind, &mut self.kept] {
            if let Some(at) = list.iter().position(|it| it.id == *id) {
                return Some(list.swap_remove(at));
            }
        }
        None
    }
}
