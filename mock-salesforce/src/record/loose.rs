//! A row that is being made: a slot a field, and one run of text behind them.

use crate::id::SfId;
use crate::schema::{FieldIndex, ObjectIndex};
use crate::timestamp::Timestamp;
use crate::value::ValueRef;

/// Room for the fields of most objects, in a piece of memory that allocators give out fast.
const FIELDS: usize = 64;
/// Room for the texts of most rows, in bytes.
const TEXT: usize = 512;

#[derive(Clone, Debug)]
pub(super) struct Loose {
    pub(super) id: SfId,
    pub(super) object: ObjectIndex,
    pub(super) deleted: bool,
    pub(super) slots: Vec<Slot>,
    /// Texts one after the other; those that were replaced stay until the row is stored.
    text: String,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Slot {
    Null,
    Bool(bool),
    Int(i64),
    Double(f64),
    Text { at: u32, length: u32 },
    Id(SfId),
    Date(i32),
    DateTime(Timestamp),
    Time(i32),
}

impl Loose {
    pub(super) fn new(object: ObjectIndex, id: SfId) -> Self {
        Self {
            id,
            object,
            deleted: false,
            slots: Vec::with_capacity(FIELDS),
            text: String::with_capacity(TEXT),
        }
    }

    /// Another row that begins with the same values.
    pub(super) fn like(&self, id: SfId) -> Self {
        let mut text = String::with_capacity(TEXT);
        text.push_str(&self.text);
        Self { id, slots: self.slots.clone(), text, ..*self }
    }

    /// Makes places for the first `fields` fields.
    pub(super) fn widen(&mut self, fields: usize) {
        self.slots.resize(self.slots.len().max(fields), Slot::Null);
    }

    #[inline]
    pub(super) fn get(&self, field: FieldIndex) -> ValueRef<'_> {
        let slot = self.slots.get(usize::from(field.0));
        slot.map_or(ValueRef::Null, |slot| self.view(*slot))
    }

    #[inline]
    pub(super) fn text_length(&self, field: FieldIndex) -> Option<usize> {
        match self.slots.get(usize::from(field.0)) {
            Some(Slot::Text { length, .. }) => Some(*length as usize),
            _ => None,
        }
    }

    pub(super) fn set(&mut self, field: FieldIndex, value: ValueRef<'_>) {
        let at = usize::from(field.0);
        let slot = self.slot_of(value);
        if at >= self.slots.len() {
            self.widen(at + 1);
        }
        if let Some(place) = self.slots.get_mut(at) {
            *place = slot;
        }
    }

    /// Values in field order.
    pub(super) fn stored(&self) -> impl Iterator<Item = (FieldIndex, ValueRef<'_>)> {
        let fields = (0..).map(FieldIndex).zip(&self.slots);
        let held = fields.filter(|(_, slot)| !matches!(slot, Slot::Null));
        held.map(|(field, slot)| (field, self.view(*slot)))
    }

    /// Bytes that it takes on the heap.
    pub(super) fn bytes(&self) -> usize {
        self.slots.capacity() * size_of::<Slot>() + self.text.capacity()
    }

    #[inline]
    pub(super) fn view(&self, slot: Slot) -> ValueRef<'_> {
        match slot {
            Slot::Null => ValueRef::Null,
            Slot::Bool(b) => ValueRef::Bool(b),
            Slot::Int(n) => ValueRef::Int(n),
            Slot::Double(n) => ValueRef::Double(n),
            Slot::Text { at, length } => {
                let (at, length) = (at as usize, length as usize);
                ValueRef::Text(self.text.get(at..at + length).unwrap_or_default())
            }
            Slot::Id(id) => ValueRef::Id(id),
            Slot::Date(days) => ValueRef::Date(days),
            Slot::DateTime(at) => ValueRef::DateTime(at),
            Slot::Time(ms) => ValueRef::Time(ms),
        }
    }

    fn slot_of(&mut self, value: ValueRef<'_>) -> Slot {
        match value {
            ValueRef::Null => Slot::Null,
            ValueRef::Bool(b) => Slot::Bool(b),
            ValueRef::Int(n) => Slot::Int(n),
            ValueRef::Double(n) => Slot::Double(n),
            ValueRef::Text(text) => {
                let at = u32::try_from(self.text.len()).expect("a body is smaller than 4 GiB");
                let length = u32::try_from(text.len()).expect("a body is smaller than 4 GiB");
                self.text.push_str(text);
                Slot::Text { at, length }
            }
            ValueRef::Id(id) => Slot::Id(id),
            ValueRef::Date(days) => Slot::Date(days),
            ValueRef::DateTime(at) => Slot::DateTime(at),
            ValueRef::Time(ms) => Slot::Time(ms),
        }
    }
}
