//! The org at any instant of a run, out of the list of changes.
//!
//! Nothing is copied: a record is the list of its changes, a field's value is the last change that names it. The index by value holds every value that a field ever
//! had, so that one index serves all instants; who looks a record up checks the instant afterwards.

use crate::observation::{Change, ChangeKind, Observation};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

/// From how many records of an object on an index is worth building.
const INDEX_FROM: usize = 24;

/// An instant of the run: so many changes had been committed.
pub(crate) type Instant = usize;

/// A record's place in [`History::records`].
pub(crate) type RecordIndex = usize;

/// One record.
#[derive(Debug)]
pub(crate) struct Record<'o> {
    pub(crate) object: &'o str,
    pub(crate) id: &'o str,
    /// Its changes, as indexes in the observation's list.
    pub(crate) changes: Vec<usize>,
}

type ByValue = BTreeMap<String, Vec<RecordIndex>>;

/// The org over time.
pub(crate) struct History<'o> {
    pub(crate) changes: &'o [Change],
    /// For every change the latest time up to it.
    times: Vec<i64>,
    pub(crate) records: Vec<Record<'o>>,
    by_id: BTreeMap<&'o str, RecordIndex>,
    by_object: BTreeMap<&'o str, Vec<RecordIndex>>,
    indexes: RefCell<BTreeMap<(String, String), Rc<ByValue>>>,
}

impl<'o> History<'o> {
    pub(crate) fn of(observation: &'o Observation) -> History<'o> {
        let changes = observation.changes.as_slice();
        let mut history = History {
            changes,
            times: Vec::with_capacity(changes.len()),
            records: Vec::new(),
            by_id: BTreeMap::new(),
            by_object: BTreeMap::new(),
            indexes: RefCell::default(),
        };
        let mut latest = i64::MIN;
        for (index, change) in changes.iter().enumerate() {
            latest = latest.max(change.at);
            history.times.push(latest);
            history.add(index, change);
        }
        history
    }

    fn add(&mut self, index: usize, change: &'o Change) {
        let next = self.records.len();
        let at = *self.by_id.entry(&change.id).or_insert(next);
        if at == next {
            self.by_object.entry(&change.object).or_default().push(next);
            self.records.push(Record {
                object: &change.object,
                id: &change.id,
                changes: Vec::new(),
            });
        }
        if let Some(record) = self.records.get_mut(at) {
            record.changes.push(index);
        }
    }

    /// The instant after everything that was committed until `at`, milliseconds since the Unix epoch.
    pub(crate) fn instant(&self, at: i64) -> Instant {
        self.times.partition_point(|time| *time <= at)
    }

    /// After the last change.
    pub(crate) fn end(&self) -> Instant {
        self.changes.len()
    }

    pub(crate) fn record(&self, index: RecordIndex) -> Option<&Record<'o>> {
        self.records.get(index)
    }

    pub(crate) fn find(&self, id: &str) -> Option<RecordIndex> {
        self.by_id.get(id).copied()
    }

    /// All records that an object ever had.
    pub(crate) fn of_object(&self, object: &str) -> &[RecordIndex] {
        self.by_object.get(object).map_or(&[], Vec::as_slice)
    }

    /// The record's changes before an instant, newest first.
    fn before(
        &self,
        index: RecordIndex,
        instant: Instant,
    ) -> impl Iterator<Item = &'o Change> + use<'_, 'o> {
        let changes = self.record(index).map_or(&[][..], |record| &record.changes);
        let changes = changes.iter().rev().filter(move |change| **change < instant);
        changes.filter_map(|change| self.changes.get(*change))
    }

    /// The value of a field at an instant; nothing for a blank one.
    pub(crate) fn value(
        &self,
        index: RecordIndex,
        field: &str,
        instant: Instant,
    ) -> Option<&'o str> {
        if field == "Id" {
            return self.record(index).map(|record| record.id);
        }
        let named = |change: &'o Change| change.fields.iter().find(|(name, _)| **name == *field);
        let (_, value) = self.before(index, instant).find_map(named)?;
        value.as_deref().filter(|value| !value.is_empty())
    }

    /// The change that gave a field its value at an instant.
    pub(crate) fn writer(
        &self,
        index: RecordIndex,
        field: &str,
        instant: Instant,
    ) -> Option<&'o Change> {
        self.before(index, instant)
            .find(|change| change.fields.iter().any(|(name, _)| **name == *field))
    }

    /// How the record stands at an instant.
    pub(crate) fn standing(&self, index: RecordIndex, instant: Instant) -> Standing {
        for change in self.before(index, instant) {
            match change.kind {
                ChangeKind::Created | ChangeKind::Undeleted | ChangeKind::Converted => {
                    return Standing::Live;
                }
                ChangeKind::Deleted => return Standing::Deleted,
                ChangeKind::Merged => return Standing::Merged,
                ChangeKind::Updated => {}
            }
        }
        Standing::Absent
    }

    /// Records of an object of which a field had this value at some time, without case.
    pub(crate) fn ever(&self, object: &str, field: &str, value: &str) -> Vec<RecordIndex> {
        let records = self.of_object(object);
        if records.len() < INDEX_FROM {
            return records.to_vec();
        }
        let key = (object.to_owned(), field.to_owned());
        let known = self.indexes.borrow().get(&key).cloned();
        let index = known.unwrap_or_else(|| {
            let built = Rc::new(self.build_index(records, field));
            self.indexes.borrow_mut().insert(key, Rc::clone(&built));
            built
        });
        index.get(&value.to_lowercase()).cloned().unwrap_or_default()
    }

    fn build_index(&self, records: &[RecordIndex], field: &str) -> ByValue {
        let mut index = ByValue::new();
        for at in records {
            for value in self.values(*at, field) {
                index.entry(value.to_lowercase()).or_default().push(*at);
            }
        }
        index.values_mut().for_each(Vec::dedup);
        index
    }

    /// Every value that a field of a record ever had.
    fn values(&self, index: RecordIndex, field: &str) -> impl Iterator<Item = &'o str> {
        let named = |change: &'o Change| change.fields.iter().find(|(name, _)| **name == *field);
        self.before(index, self.end()).filter_map(named).filter_map(|(_, value)| value.as_deref())
    }
}

/// How a record stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// It does not exist yet.
    Absent,
    /// It can be seen.
    Live,
    /// It lies in the recycle bin.
    Deleted,
    /// It lost a merge.
    Merged,
}
