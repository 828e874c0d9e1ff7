//! A row that is being made: a slot a field, and one run of text behind them.
//!
//! Rows come one after the other, each gone as soon as it is stored: the memory of one is kept for the next.

use std::cell::RefCell;

use crate::id::SfId;
use crate::schema::{FieldIndex, ObjectIndex};
use crate::timestamp::Timestamp;
use crate::value::ValueRef;

/// Room for the fields of most objects, in a piece of memory that allocators give out fast.
const FIELDS: usize = 64;
/// Room for the texts of most rows, in bytes.
const TEXT: usize = 512;
/// Fields, and bytes of texts, whose memory is kept for the next row.
const SPARE_FIELDS: usize = 1_024;
const SPARE_TEXT: usize = 16 * 1_024;

#[derive(Clone, Debug)]
pub(super) struct Loose {
    pub(super) id: SfId,
    pub(super) object: ObjectIndex,
    pub(super) deleted: bool,
    room: Room,
}

/// The memory of a row.
#[derive(Clone, Debug, Default)]
struct Room {
    slots: Vec<Slot>,
    /// One bit a field, set where the field has a value: the map of the row as it is stored.
    held: Vec<u8>,
    /// Texts one after the other; those that were replaced stay until the row is stored.
    text: String,
}

thread_local! {
    /// The memory of the row that was there last.
    static SPARE: RefCell<Option<Room>> = const { RefCell::new(None) };
}

impl Room {
    /// Without a value.
    fn empty() -> Self {
        // Where a thread ends, there is nothing to be had from it.
        let spare = SPARE.try_with(|spare| spare.borrow_mut().take()).ok().flatten();
        spare.unwrap_or_else(|| Self {
            slots: Vec::with_capacity(FIELDS),
            held: Vec::with_capacity(FIELDS / 8),
            text: String::with_capacity(TEXT),
        })
    }
}

impl Drop for Loose {
    fn drop(&mut self) {
        let mut room = std::mem::take(&mut self.room);
        if room.slots.capacity() > SPARE_FIELDS || room.text.capacity() > SPARE_TEXT {
            return;
        }
        room.slots.clear();
        room.held.clear();
        room.text.clear();
        // A thread that ends needs it no more.
        let _ = SPARE.try_with(|spare| spare.replace(Some(room)));
    }
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
        Self { id, object, deleted: false, room: Room::empty() }
    }

    /// Another row that begins with the same values.
    pub(super) fn like(&self, id: SfId) -> Self {
        let mut room = Room::empty();
        room.slots.extend_from_slice(&self.room.slots);
        room.held.extend_from_slice(&self.room.held);
        room.text.push_str(&self.room.text);
        Self { id, room, ..*self }
    }

    /// Makes places for the first `fields` fields.
    pub(super) fn widen(&mut self, fields: usize) {
        self.room.slots.resize(self.room.slots.len().max(fields), Slot::Null);
        self.room.held.resize(self.room.slots.len().div_ceil(8), 0);
    }

    #[inline]
    pub(super) fn get(&self, field: FieldIndex) -> ValueRef<'_> {
        let slot = self.room.slots.get(usize::from(field.0));
        slot.map_or(ValueRef::Null, |slot| self.view(*slot))
    }

    /// Has a field a value?
    #[inline]
    pub(super) fn holds(&self, field: FieldIndex) -> bool {
        self.room
            .held
            .get(usize::from(field.0 / 8))
            .is_some_and(|byte| byte >> (field.0 % 8) & 1 == 1)
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
        if at >= self.room.slots.len() {
            self.widen(at + 1);
        }
        if let (Some(place), Some(held)) =
            (self.room.slots.get_mut(at), self.room.held.get_mut(at / 8))
        {
            let bit = 1 << (at % 8);
            *held = if matches!(slot, Slot::Null) { *held & !bit } else { *held | bit };
            *place = slot;
        }
    }

    /// Which fields have a value, up to the last one that has.
    pub(super) fn map(&self) -> &[u8] {
        let last = self.room.held.iter().rposition(|byte| *byte != 0);
        last.and_then(|last| self.room.held.get(..=last)).unwrap_or_default()
    }

    /// Eight slots at a time, and which of them have a value.
    pub(super) fn eights(&self) -> impl Iterator<Item = (&[Slot], u8)> {
        self.room.slots.chunks(8).zip(self.room.held.iter().copied())
    }

    /// Values in field order.
    pub(super) fn stored(&self) -> impl Iterator<Item = (FieldIndex, ValueRef<'_>)> {
        let fields = (0..).map(FieldIndex).zip(&self.room.slots);
        let held = fields.filter(|(_, slot)| !matches!(slot, Slot::Null));
        held.map(|(field, slot)| (field, self.view(*slot)))
    }

    /// Bytes that it takes on the heap.
    pub(super) fn bytes(&self) -> usize {
        self.room.slots.capacity() * size_of::<Slot>() + self.room.text.capacity()
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
                ValueRef::Text(self.room.text.get(at..at + length).unwrap_or_default())
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
        self.room.text.as_bytes().get(at..at + length).unwrap_or_default()
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
        let at = u32::try_from(self.room.text.len()).expect("a body is smaller than 4 GiB");
        let length = u32::try_from(text.len()).expect("a body is smaller than 4 GiB");
        self.room.text.push_str(text);
        Slot::Text { at, length }
    }
}
