//! The rows of one object: own ids in chunks by counter, foreign ids (from imports) in a tree.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::iter::Peekable;

use crate::id::SfId;
use crate::record::Record;
use crate::schema::{FieldIndex, FieldKind, FieldSchema, ObjectIndex, ObjectSchema};
use crate::value::ValueRef;

use super::computed::is_computed;
use super::index::{Index, same_key};

/// Rows in one chunk. Growth adds a chunk and moves nothing.
const CHUNK: usize = 4_096;

/// All rows of one object, deleted ones too, with the indexes over them.
#[derive(Clone, Debug)]
pub(crate) struct Table {
    prefix: [u8; 3],
    chunks: Vec<Vec<Record>>,
    own: usize,
    foreign: BTreeMap<SfId, Record>,
    indexes: Vec<(FieldIndex, Index)>,
    live: usize,
}

impl Table {
    pub(crate) fn new(object: &ObjectSchema) -> Self {
        let mut table = Self {
            prefix: object.key_prefix,
            chunks: Vec::new(),
            own: 0,
            foreign: BTreeMap::new(),
            indexes: Vec::new(),
            live: 0,
        };
        for field in object.fields().filter(|field| is_indexed(object, field)) {
            table.add_index(field.index);
        }
        table
    }

    /// The id that the next new row gets.
    pub(crate) fn next_id(&mut self) -> SfId {
        loop {
            let id = SfId::numbered(self.prefix, self.own as u64 + 1);
            if !self.foreign.contains_key(&id) {
                return id;
            }
            self.push_own(Record::vacant());
        }
    }

    pub(crate) fn get(&self, id: SfId) -> Option<&Record> {
        match self.own_position(id) {
            Some(at) => self.chunks.get(at / CHUNK)?.get(at % CHUNK),
            None => self.foreign.get(&id),
        }
    }

    /// Adds a row. Its id is the next own one, or a foreign one that no row has yet.
    pub(crate) fn insert(&mut self, record: Record) {
        let record = record.pack();
        for (field, index) in &mut self.indexes {
            index.insert(record.get(*field), record.id());
        }
        self.live += usize::from(!record.is_deleted());
        let next = SfId::numbered(self.prefix, self.own as u64 + 1);
        if record.id() == next {
            self.push_own(record);
        } else {
            self.foreign.insert(record.id(), record);
        }
    }

    /// Puts a row in the place of the one with its id and returns the old one.
    pub(crate) fn replace(&mut self, record: Record) -> Option<Record> {
        let record = record.pack();
        let own = self.own_position(record.id());
        let slot = match own {
            Some(at) => self.chunks.get_mut(at / CHUNK)?.get_mut(at % CHUNK)?,
            None => self.foreign.get_mut(&record.id())?,
        };
        let id = record.id();
        let (was, is) = (slot.is_deleted(), record.is_deleted());
        let old = std::mem::replace(slot, record);
        let new = &*slot;
        for (field, index) in &mut self.indexes {
            let (before, after) = (old.get(*field), new.get(*field));
            if before != after {
                index.remove(before, id);
                index.insert(after, id);
            }
        }
        self.live = self.live + usize::from(was) - usize::from(is);
        Some(old)
    }

    /// Takes a row out for good.
    pub(crate) fn remove(&mut self, id: SfId) -> Option<Record> {
        let old = match self.own_position(id) {
            Some(at) => self.take_own(at)?,
            None => self.foreign.remove(&id)?,
        };
        for (field, index) in &mut self.indexes {
            index.remove(old.get(*field), id);
        }
        self.live -= usize::from(!old.is_deleted());
        Some(old)
    }

    /// Rows in id order.
    pub(crate) fn rows(&self) -> impl Iterator<Item = &Record> {
        let own = self.chunks.iter().flatten().filter(|row| !row.is_vacant());
        Merged { a: own.peekable(), b: self.foreign.values().peekable() }
    }

    /// How many rows are not deleted.
    pub(crate) fn live(&self) -> usize {
        self.live
    }

    pub(crate) fn is_indexed(&self, field: FieldIndex) -> bool {
        self.indexes.iter().any(|(own, _)| *own == field)
    }

    /// Indexes a field from now on; rows that are there are read once.
    pub(crate) fn add_index(&mut self, field: FieldIndex) {
        if self.is_indexed(field) {
            return;
        }
        let mut index = Index::new();
        for record in self.rows() {
            index.insert(record.get(field), record.id());
        }
        self.indexes.push((field, index));
    }

    /// Ids of the rows that hold a value, ascending; `None` when the field has no index.
    pub(crate) fn lookup(&self, field: FieldIndex, value: ValueRef<'_>) -> Option<Vec<SfId>> {
        let (_, index) = self.indexes.iter().find(|(own, _)| *own == field)?;
        let mut ids = index.candidates(value);
        ids.retain(|id| self.get(*id).is_some_and(|row| same_key(row.get(field), value)));
        Some(ids)
    }

    fn own_position(&self, id: SfId) -> Option<usize> {
        let counter = usize::try_from(id.counter(self.prefix)?).ok()?;
        let at = counter.checked_sub(1)?;
        let held = !self.chunks.get(at / CHUNK)?.get(at % CHUNK)?.is_vacant();
        held.then_some(at)
    }

    fn push_own(&mut self, record: Record) {
        if self.own.is_multiple_of(CHUNK) {
            self.chunks.push(Vec::new());
        }
        if let Some(chunk) = self.chunks.last_mut() {
            chunk.push(record);
        }
        self.own += 1;
    }

    fn take_own(&mut self, at: usize) -> Option<Record> {
        let chunk = self.chunks.get_mut(at / CHUNK)?;
        if at + 1 != self.own {
            return Some(std::mem::replace(chunk.get_mut(at % CHUNK)?, Record::vacant()));
        }
        self.own -= 1;
        let last = chunk.pop()?;
        if chunk.is_empty() {
            self.chunks.pop();
        }
        Some(last)
    }
}

/// Which fields have an index from the start: addresses, keys, references, names.
pub(crate) fn is_indexed(object: &ObjectSchema, field: &FieldSchema) -> bool {
    if is_computed(&object.name, &field.name) {
        return false;
    }
    let audit = matches!(&*field.name, "CreatedById" | "LastModifiedById");
    field.kind == FieldKind::Email
        || field.is_key() && field.kind != FieldKind::Id
        || field.unique
        || field.kind == FieldKind::Reference && !audit
        || field.name_field
}

struct Merged<A: Iterator, B: Iterator> {
    a: Peekable<A>,
    b: Peekable<B>,
}

impl<'a, A, B> Iterator for Merged<A, B>
where
    A: Iterator<Item = &'a Record>,
    B: Iterator<Item = &'a Record>,
{
    type Item = &'a Record;

    fn next(&mut self) -> Option<&'a Record> {
        match (self.a.peek(), self.b.peek()) {
            (Some(a), Some(b)) if a.id().cmp(&b.id()) == Ordering::Greater => self.b.next(),
            (Some(_), _) => self.a.next(),
            (None, _) => self.b.next(),
        }
    }
}

/// The index of an object's rows in a list of tables.
pub(crate) fn place(object: ObjectIndex) -> usize {
    usize::from(object.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::Schema;

    #[test]
    fn own_and_foreign_ids_come_in_one_order() {
        let schema = Schema::standard();
        let lead = schema.object("Lead").unwrap();
        let mut table = Table::new(lead);
        for _ in 0..3 {
            let id = table.next_id();
            table.insert(Record::new(lead.index, id));
        }
        for text in ["00Q000000000001AAA", "00QZZ0000000001AAA"] {
            let id = text[..15].parse().unwrap();
            table.insert(Record::new(lead.index, id));
        }
        let ids: Vec<SfId> = table.rows().map(Record::id).collect();
        assert_eq!(ids.len(), 5);
        assert!(ids.is_sorted());
        assert_eq!(table.live(), 5);
        for id in ids {
            assert!(table.remove(id).is_some());
        }
        assert_eq!((table.live(), table.rows().count()), (0, 0));
    }

    #[test]
    fn a_given_id_in_the_own_range_is_never_given_out_again() {
        let schema = Schema::standard();
        let lead = schema.object("Lead").unwrap();
        let mut table = Table::new(lead);
        table.insert(Record::new(lead.index, SfId::numbered(lead.key_prefix, 2)));
        let first = table.next_id();
        table.insert(Record::new(lead.index, first));
        assert_eq!(table.next_id(), SfId::numbered(lead.key_prefix, 3));
    }
}
