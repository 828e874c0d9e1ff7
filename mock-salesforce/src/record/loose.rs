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
    slots: Vec<Slot>,
    /// One bit a field, set where the field has a value: the map of the row as it is stored.
    held: Vec<u8>,
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
            held: Vec::with_capacity(FIELDS / 8),
            text: String::with_capacity(TEXT),
        }
    }

    /// Another row that begins with the same values.
    pub(super) fn like(&self, id: SfId) -> Self {
        let mut text = String::with_capacity(TEXT);
        text.push_str(&self.text);
        Self { id, slots: self.slots.clone(), held: self.held.clone(), text, ..*self }
    }

    /// Makes places for the first `fields` fields.
    pub(super) fn widen(&mut self, fields: usize) {
        self.slots.resize(self.slots.len().max(fields), Slot::Null);
        self.held.resize(self.slots.len().div_ceil(8), 0);
    }

    #[inline]
    pub(super) fn get(&self, field: FieldIndex) -> ValueRef<'_> {
        let slot = self.slots.get(usize::from(field.0));
        slot.map_or(ValueRef::Null, |slot| self.view(*slot))
    }

    /// Has a field a value?
    #[inline]
    pub(super) fn holds(&self, field: FieldIndex) -> bool {
        self.held.get(usize::from(field.0 / 8)).is_some_and(|byte| byte >> (field.0 % 8) & 1 == 1)
    }

    pub(super) fn set(&mut self, field: FieldIndex, value: ValueRef<'_>) {
        let slot = self.slot_of(value);
        self.put(field, slot);
    }

    /// The same with text.
    #[inline]
    pub(super) fn set_text(&mut self, field: FieldIndex, text: &str) {
        let slot = self.slot_of_text(text);
        self.put(field, slot);
    }

    #[inline]
    fn put(&mut self, field: FieldIndex, slot: Slot) {
        let at = usize::from(field.0);
        if at >= self.slots.len() {
            self.widen(at + 1);
        }
        if let (Some(place), Some(held)) = (self.slots.get_mut(at), self.held.get_mut(at / 8)) {
            let bit = 1 << (at % 8);
            *held = if matches!(slot, Slot::Null) { *held & !bit } else { *held | bit };
            *place = slot;
        }
    }

    /// Which fields have a value, up to the last one that has.
    pub(super) fn map(&self) -> &[u8] {
        let last = self.held.iter().rposition(|byte| *byte != 0);
        last.and_then(|last| self.held.get(..=last)).unwrap_or_default()
    }

    /// Eight slots at a time, and which of them have a value.
    pub(super) fn eights(&self) -> impl Iterator<Item = (&[Slot], u8)> {
        self.slots.chunks(8).zip(self.held.iter().copied())
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

    /// The bytes of a text.
    #[inline]
    pub(super) fn text_at(&self, at: u32, length: u32) -> &[u8] {
        let (at, length) = (at as usize, length as usize);
        self.text.as_bytes().get(at..at + length).unwrap_or_default()
    }

    fn slot_of(&mut self, value: ValueRef<'_>) -> Slot {
        match value {
            ValueRef::Null => Slot::Null,
            ValueRef::Bool(b) => Slot::Bool(b),
            ValueRef::Int(n) => Slot::Int(n),
            ValueRef::Double(n) => Slot::Double(n),
            ValueRef::Text(text) => self.slot_of_text(text),
            ValueRef::Id(id) => Slot::Id(id),
            ValueRef::Date(days) => Slot::Date(days),
            ValueRef::DateTime(at) => Slot::DateTime(at),
            ValueRef::Time(ms) => Slot::Time(ms),
        }
    }

    #[inline]
    fn slot_of_text(&mut self, text: &str) -> Slot {
        let at = u32::try_from(self.text.len()).expect("a body is smaller than 4 GiB");
        let length = u32::try_from(text.len()).expect("a body is smaller than 4 GiB");
        self.text.push_str(text);
        Slot::Text { at, length }
    }
}
