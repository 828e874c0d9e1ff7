//! A row that is being made: values in a list, sorted by field.

use crate::id::SfId;
use crate::schema::{FieldIndex, ObjectIndex};
use crate::value::{Value, ValueRef};

/// Room for the values of most rows.
const CAPACITY: usize = 40;

#[derive(Clone, Debug)]
pub(super) struct Loose {
    pub(super) id: SfId,
    pub(super) object: ObjectIndex,
    pub(super) deleted: bool,
    values: Vec<(FieldIndex, Value)>,
}

impl Loose {
    pub(super) fn new(object: ObjectIndex, id: SfId) -> Self {
        Self { id, object, deleted: false, values: Vec::with_capacity(CAPACITY) }
    }

    pub(super) fn get(&self, field: FieldIndex) -> ValueRef<'_> {
        let found = self.place(field).ok().and_then(|at| self.values.get(at));
        found.map_or(ValueRef::Null, |(_, value)| value.view())
    }

    pub(super) fn set(&mut self, field: FieldIndex, value: Value) {
        match (self.place(field), value.is_null()) {
            (Ok(at), true) => {
                self.values.remove(at);
            }
            (Ok(at), false) => {
                if let Some((_, slot)) = self.values.get_mut(at) {
                    *slot = value;
                }
            }
            (Err(_), true) => {}
            (Err(at), false) => self.values.insert(at, (field, value)),
        }
    }

    pub(super) fn stored(&self) -> impl Iterator<Item = (FieldIndex, ValueRef<'_>)> {
        self.values.iter().map(|(field, value)| (*field, value.view()))
    }

    /// Fields come mostly in order: the end is tried first.
    fn place(&self, field: FieldIndex) -> Result<usize, usize> {
        match self.values.last() {
            Some((last, _)) if *last < field => Err(self.values.len()),
            _ => self.values.binary_search_by_key(&field, |(own, _)| *own),
        }
    }
}
