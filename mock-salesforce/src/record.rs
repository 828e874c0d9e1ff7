//! One row of one object: values by field slot, nulls not stored.

use crate::id::SfId;
use crate::schema::{FieldIndex, ObjectIndex};
use crate::value::{NULL, Value};

/// One row. Slots are sorted by field; a field without a slot is null.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    id: SfId,
    object: ObjectIndex,
    deleted: bool,
    fields: Vec<FieldIndex>,
    values: Vec<Value>,
}

impl Record {
    /// A row without values.
    pub(crate) fn new(object: ObjectIndex, id: SfId) -> Self {
        Self { id, object, deleted: false, fields: Vec::new(), values: Vec::new() }
    }

    /// A row with these values.
    pub(crate) fn with_values(
        object: ObjectIndex,
        id: SfId,
        mut values: Vec<(FieldIndex, Value)>,
    ) -> Self {
        values.sort_by_key(|(field, _)| *field);
        values.retain(|(_, value)| !value.is_null());
        let mut record = Self::new(object, id);
        record.fields.reserve_exact(values.len());
        record.values.reserve_exact(values.len());
        for (field, value) in values {
            record.set(field, value);
        }
        record
    }

    /// Its id.
    pub fn id(&self) -> SfId {
        self.id
    }

    /// The object it is a row of.
    pub fn object(&self) -> ObjectIndex {
        self.object
    }

    /// Is it in the recycle bin?
    pub fn is_deleted(&self) -> bool {
        self.deleted
    }

    /// What a field holds as stored. Fields that are computed on reading (roll-ups, fields of a
    /// campaign member's person, formulas) need [`crate::Org::value`].
    pub fn get(&self, field: FieldIndex) -> &Value {
        match self.fields.binary_search(&field) {
            Ok(at) => self.values.get(at).unwrap_or(&NULL),
            Err(_) => &NULL,
        }
    }

    /// Every stored value, in field order.
    pub fn stored(&self) -> impl Iterator<Item = (FieldIndex, &Value)> {
        self.fields.iter().copied().zip(&self.values)
    }

    pub(crate) fn set(&mut self, field: FieldIndex, value: Value) {
        match (self.fields.binary_search(&field), value.is_null()) {
            (Ok(at), true) => {
                self.fields.remove(at);
                self.values.remove(at);
            }
            (Ok(at), false) => {
                if let Some(slot) = self.values.get_mut(at) {
                    *slot = value;
                }
            }
            (Err(_), true) => {}
            (Err(at), false) => {
                self.fields.insert(at, field);
                self.values.insert(at, value);
            }
        }
    }

    pub(crate) fn set_deleted(&mut self, deleted: bool) {
        self.deleted = deleted;
    }
}
