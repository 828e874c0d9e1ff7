//! Changes in a line: growing moves none of them, and copies of the org share what is old.

use std::ops::Index;
use std::sync::Arc;

use crate::record::Record;
use crate::schema::FieldIndex;
use crate::value::{Value, ValueRef};

use super::Change;

/// Changes in one chunk.
const CHUNK: usize = 1_024;

/// Which fields changed, with their new values.
#[derive(Clone, Debug)]
pub struct ChangedFields(Held);

#[derive(Clone, Debug)]
enum Held {
    /// Every value of a new row, in the row's own memory.
    Row(Record),
    /// These; a value that was taken away is null.
    List(Vec<(FieldIndex, Value)>),
}

impl ChangedFields {
    /// The fields, in field order.
    pub fn iter(&self) -> impl Iterator<Item = (FieldIndex, ValueRef<'_>)> {
        let (row, list) = match &self.0 {
            Held::Row(row) => (Some(row.stored()), None),
            Held::List(list) => (None, Some(list)),
        };
        let list = list.into_iter().flatten().map(|(field, value)| (*field, value.view()));
        row.into_iter().flatten().chain(list)
    }

    /// Did this field change?
    pub fn contains(&self, field: FieldIndex) -> bool {
        match &self.0 {
            Held::Row(row) => !row.get(field).is_null(),
            Held::List(list) => list.iter().any(|(own, _)| *own == field),
        }
    }

    /// Tells of one more field.
    pub fn push(&mut self, field: FieldIndex, value: Value) {
        if let Held::Row(row) = &self.0 {
            let values = row.stored().map(|(field, value)| (field, value.into_owned()));
            self.0 = Held::List(values.collect());
        }
        if let Held::List(list) = &mut self.0 {
            list.push((field, value));
        }
    }

    /// Bytes that it takes, near enough for a bound.
    pub(super) fn weight(&self) -> usize {
        match &self.0 {
            Held::Row(row) => row.weight(),
            Held::List(list) => list.iter().map(|(_, value)| weight_of(value)).sum(),
        }
    }
}

/// Bytes that a change holds beside its own size, near enough for a bound.
fn weight_held(change: &Change) -> usize {
    change.fields.weight() + change.before.as_ref().map_or(0, Record::weight)
}

fn weight_of(value: &Value) -> usize {
    size_of::<(FieldIndex, Value)>() + value.as_text().map_or(0, |text| text.len() + 16)
}

impl From<Record> for ChangedFields {
    fn from(row: Record) -> Self {
        Self(Held::Row(row))
    }
}

impl From<Vec<(FieldIndex, Value)>> for ChangedFields {
    fn from(list: Vec<(FieldIndex, Value)>) -> Self {
        Self(Held::List(list))
    }
}

impl PartialEq for ChangedFields {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

/// Some of the changes of an org, oldest first.
#[derive(Clone, Copy, Debug)]
pub struct ChangeFeed<'a> {
    /// The end of the chunk in which they begin.
    first: &'a [Change],
    rest: &'a [Arc<Vec<Change>>],
}

impl<'a> ChangeFeed<'a> {
    /// One after the other.
    pub fn iter(self) -> impl DoubleEndedIterator<Item = &'a Change> {
        let rest = self.rest.iter().map(|chunk| chunk.as_slice());
        std::iter::once(self.first).chain(rest).flatten()
    }

    /// How many there are.
    pub fn len(self) -> usize {
        self.first.len() + self.rest.iter().map(|chunk| chunk.len()).sum::<usize>()
    }

    /// Are there none?
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// The newest.
    pub fn last(self) -> Option<&'a Change> {
        self.iter().next_back()
    }
}

impl Index<usize> for ChangeFeed<'_> {
    type Output = Change;

    fn index(&self, at: usize) -> &Change {
        self.iter().nth(at).expect("the caller counts from 0 below `len`")
    }
}

/// All changes that are kept.
#[derive(Clone, Debug, Default)]
pub(super) struct Line {
    chunks: Vec<Arc<Vec<Change>>>,
    length: usize,
    weight: usize,
}

impl Line {
    pub(super) fn len(&self) -> usize {
        self.length
    }

    /// Bytes that the changes take, near enough for a bound.
    pub(super) fn weight(&self) -> usize {
        self.weight + self.length * size_of::<Change>()
    }

    pub(super) fn push(&mut self, change: Change) {
        if self.chunks.last().is_none_or(|chunk| chunk.len() == CHUNK) {
            // The first one grows with an org that may stay small.
            let room = if self.chunks.is_empty() { 0 } else { CHUNK };
            self.chunks.push(Arc::new(Vec::with_capacity(room)));
        }
        self.length += 1;
        self.weight += weight_held(&change);
        if let Some(chunk) = self.chunks.last_mut() {
            Arc::make_mut(chunk).push(change);
        }
    }

    /// Takes back the newest until so many are left.
    pub(super) fn truncate(&mut self, length: usize) {
        while self.length > length {
            let Some(chunk) = self.chunks.last_mut() else { return };
            let gone = Arc::make_mut(chunk).pop();
            if chunk.is_empty() {
                self.chunks.pop();
            }
            let Some(gone) = gone else { continue };
            self.length -= 1;
            self.weight -= weight_held(&gone);
        }
    }

    /// Drops the oldest chunk, unless it is the newest too.
    pub(super) fn drop_chunk(&mut self) -> bool {
        if self.chunks.len() < 2 {
            return false;
        }
        let chunk = self.chunks.remove(0);
        self.length -= chunk.len();
        self.weight -= chunk.iter().map(weight_held).sum::<usize>();
        true
    }

    /// The changes after a position.
    pub(super) fn after(&self, seq: u64) -> ChangeFeed<'_> {
        let ended = |chunk: &Arc<Vec<Change>>| chunk.last().is_some_and(|last| last.seq <= seq);
        let at = self.chunks.partition_point(ended);
        let mut rest = self.chunks.get(at..).unwrap_or_default();
        let mut first: &[Change] = &[];
        if let Some((chunk, others)) = rest.split_first() {
            let from = chunk.partition_point(|change| change.seq <= seq);
            first = chunk.get(from..).unwrap_or_default();
            rest = others;
        }
        ChangeFeed { first, rest }
    }
}
