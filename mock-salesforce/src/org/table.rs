//! The rows of one object, deleted ones too, and the indexes over them.

mod rows;

use crate::id::SfId;
use crate::record::Record;
use crate::schema::{FieldIndex, FieldKind, FieldSchema, ObjectIndex, ObjectSchema};
use crate::value::ValueRef;

use super::computed::is_computed;
use super::index::Index;
use super::prepared::is_setup;

pub(crate) use rows::Handle;
use rows::Rows;

/// All rows of one object, deleted ones too, with the indexes over them.
#[derive(Clone, Debug)]
pub(crate) struct Table {
    rows: Rows,
    indexes: Vec<(FieldIndex, Index)>,
    live: usize,
    setup: bool,
}

/// What the rows of one object take, in bytes asked of the allocator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Memory {
    /// The rows, deleted ones too.
    pub rows: usize,
    /// Each index, by its field.
    pub indexes: Vec<(FieldIndex, usize)>,
}

impl Table {
    pub(crate) fn new(object: &ObjectSchema) -> Self {
        let fields = object.fields().filter(|field| is_indexed(object, field));
        Self {
            rows: Rows::new(object.key_prefix),
            indexes: fields.map(|field| (field.index, Index::new())).collect(),
            live: 0,
            setup: is_setup(&object.name),
        }
    }

    /// Do its rows say who may do what?
    pub(crate) fn is_setup(&self) -> bool {
        self.setup
    }

    /// The id that the next new row gets.
    pub(crate) fn next_id(&mut self) -> SfId {
        self.rows.next_id()
    }

    pub(crate) fn get(&self, id: SfId) -> Option<&Record> {
        self.rows.at(self.rows.handle(id)?)
    }

    /// Adds a row. Its id is the next own one, or one that no row has yet.
    ///
    /// Gives the row as it is stored. The indexes read it as it came: a packed row has to be counted through for each.
    pub(crate) fn insert(&mut self, record: &Record) -> Record {
        let stored = record.packed();
        self.live += usize::from(!record.is_deleted());
        let handle = self.rows.insert(record.id(), stored.clone());
        let rows = &self.rows;
        for (field, index) in &mut self.indexes {
            if record.holds(*field) {
                index.insert(record.get(*field), handle, key_of(rows, *field));
            }
        }
        stored
    }

    /// Puts a row in the place of the one with its id and returns the old one.
    pub(crate) fn replace(&mut self, record: Record) -> Option<Record> {
        let record = record.pack();
        let handle = self.rows.handle(record.id())?;
        let old = self.rows.at(handle)?.clone();
        let changed = |field: FieldIndex| old.get(field) != record.get(field);
        // An index compares values with rows: it forgets the old value while the old row is there.
        for (field, index) in self.indexes.iter_mut().filter(|(field, _)| changed(*field)) {
            index.remove(old.get(*field), handle, key_of(&self.rows, *field));
        }
        self.rows.replace(handle, record.clone());
        for (field, index) in self.indexes.iter_mut().filter(|(field, _)| changed(*field)) {
            index.insert(record.get(*field), handle, key_of(&self.rows, *field));
        }
        self.live = self.live + usize::from(old.is_deleted()) - usize::from(record.is_deleted());
        Some(old)
    }

    /// Takes a row out for good.
    pub(crate) fn remove(&mut self, id: SfId) -> Option<Record> {
        let handle = self.rows.handle(id)?;
        let old = self.rows.at(handle)?;
        for (field, index) in &mut self.indexes {
            index.remove(old.get(*field), handle, key_of(&self.rows, *field));
        }
        let old = self.rows.remove(handle)?;
        self.live -= usize::from(!old.is_deleted());
        Some(old)
    }

    /// Rows in id order.
    pub(crate) fn rows(&self) -> impl Iterator<Item = &Record> {
        self.rows.iter()
    }

    /// How many rows are not deleted.
    pub(crate) fn live(&self) -> usize {
        self.live
    }

    pub(crate) fn memory(&self) -> Memory {
        let indexes = self.indexes.iter().map(|(field, index)| (*field, index.bytes()));
        Memory { rows: self.rows.bytes(), indexes: indexes.collect() }
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
        for handle in self.rows.handles() {
            let value = self.rows.at(handle).map_or(ValueRef::Null, |row| row.get(field));
            index.insert(value, handle, key_of(&self.rows, field));
        }
        self.indexes.push((field, index));
    }

    /// Ids of the rows that hold a value, ascending; `None` when the field has no index.
    pub(crate) fn lookup(&self, field: FieldIndex, value: ValueRef<'_>) -> Option<Vec<SfId>> {
        let (_, index) = self.indexes.iter().find(|(own, _)| *own == field)?;
        let mut rows = Vec::new();
        index.find(value, key_of(&self.rows, field), |row| rows.push(row));
        Some(self.rows.ids(&mut rows))
    }

    /// Ids of the rows that hold one of some values, ascending; `None` when the field has no index.
    ///
    /// A lookup waits for memory four times, each time for the time before. The waits of several lookups
    /// are one, if they are begun together.
    pub(crate) fn lookup_any(
        &self,
        field: FieldIndex,
        values: &[ValueRef<'_>],
    ) -> Option<Vec<SfId>> {
        let (_, index) = self.indexes.iter().find(|(own, _)| *own == field)?;
        let mut rows = Vec::with_capacity(values.len());
        let ask_for = |rows: &[Handle]| self.rows.ask_for(rows);
        index.find_any(values, key_of(&self.rows, field), ask_for, |row| rows.push(row));
        Some(self.rows.ids(&mut rows))
    }
}

/// What the row of a handle holds in a field.
fn key_of<'r>(rows: &'r Rows, field: FieldIndex) -> impl Fn(Handle) -> ValueRef<'r> {
    move |handle| {
        rows.at(handle).map_or(ValueRef::Null, |row| {
            row.ask_for();
            row.get(field)
        })
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
            table.insert(&Record::new(lead.index, id));
        }
        for text in ["00Q000000000001AAA", "00QZZ0000000001AAA"] {
            let id = text[..15].parse().unwrap();
            table.insert(&Record::new(lead.index, id));
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
        table.insert(&Record::new(lead.index, SfId::numbered(lead.key_prefix, 2)));
        let first = table.next_id();
        table.insert(&Record::new(lead.index, first));
        assert_eq!(table.next_id(), SfId::numbered(lead.key_prefix, 3));
    }
}
