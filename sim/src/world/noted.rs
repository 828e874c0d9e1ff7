//! What is written down of the world beside what the engine says: changes of the org, views, faults that fired.

use engine::Rules;
use mock_salesforce::{Change, ChangeKind, Org};

use super::World;
use crate::{journal::What, packages};

/// The object whose fields mirror those of the record that it points at.
const MIRROR: &str = "CampaignMember";

impl<R: Rules + Clone> World<'_, R> {
    /// Writes down what changed in the org since the last time.
    pub(super) fn write_changes(&mut self, cause: u64) {
        let org = self.mock.org();
        for change in org.changes_since(self.changes_seen).iter() {
            self.changes_seen = change.seq;
            let at = self.clock.of_org(change.at).max(self.clock.now());
            let what = match packages::told(&org, change) {
                Some(note) => What::Note(note),
                None => What::Changed(with_computed(&org, change)),
            };
            self.journal.add(at, cause, what);
        }
    }

    /// An instant is over: views are seen, and perhaps nothing is left to happen.
    pub(super) fn is_over_after_looking(&mut self) -> bool {
        self.look();
        self.is_over()
    }

    /// Writes down every watched view that is not what it was.
    pub(super) fn look(&mut self) {
        let now = self.clock.now();
        let mut seen = self.watch.news(now, &self.subject, &self.messenger);
        seen.extend(self.links_opened());
        seen.extend(self.searches_made());
        for seen in seen {
            self.journal.add(now, 0, What::Seen(seen));
        }
    }

    pub(super) fn faults_fired(&self) -> Vec<u64> {
        self.mock.faults().fired().map(|(_, count)| count).collect()
    }

    /// The fault that fired since.
    pub(super) fn fault_since(&self, before: &[u64]) -> Option<String> {
        let faults = self.mock.faults();
        let mut fired = faults.fired().zip(before);
        fired.find(|((_, count), before)| *count > **before).map(|((id, _), _)| id.to_owned())
    }
}

/// A change with the fields that the org computes on reading, where a new row has such.
fn with_computed(org: &Org, change: &Change) -> Change {
    let mut change = change.clone();
    let object = org.schema().at(change.object);
    if change.kind != ChangeKind::Created || &*object.name != MIRROR {
        return change;
    }
    if let Some(row) = org.get(change.id) {
        for field in object.fields() {
            let value = org.value(row, field.index);
            let stored = change.fields.contains(field.index);
            if !stored && !value.is_null() {
                change.fields.push(field.index, value.into_owned());
            }
        }
    }
    change
}
