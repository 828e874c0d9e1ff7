//! A stored row: one run of bytes.
//!
//! ```text
//! head    1 byte   bit 7: deleted; bits 0-3: counter characters of the id, 15 = the id is written in full
//! object  2 bytes
//! id      key prefix and counter characters, or 15 characters
//! width   2 bytes  length of the map
//! map     one bit a field, up to the last field that has a value
//! codes   one byte a value: its type, and its length where that is short
//! values  the bytes that the codes promise, in field order
//! ```
//!
//! A moment or an id that equals the one before it in the row (creation and modification, owner and
//! creator) takes a code and no bytes.

mod write;

use std::cell::RefCell;

use bytes::{Bytes, BytesMut};

use crate::ahead::ask_for_lines;
use crate::id::SfId;
use crate::schema::{FieldIndex, ObjectIndex};
use crate::timestamp::Timestamp;
use crate::value::ValueRef;

use super::loose::Loose;
use super::words;
use write::written;

/// Codes below this are the length of a text in bytes.
const LONG_TEXT: u8 = 200;
const FALSE: u8 = 201;
const TRUE: u8 = 202;
const INT_1: u8 = 203;
const INT_4: u8 = 204;
const INT_8: u8 = 205;
/// A double that is a whole number of at most one byte, or four.
const WHOLE_1: u8 = 206;
const WHOLE_4: u8 = 207;
const DOUBLE: u8 = 208;
const DATE: u8 = 209;
const TIME: u8 = 210;
/// A moment in whole seconds since the epoch, in four bytes.
const SECONDS: u8 = 211;
const MILLIS: u8 = 212;
const SAME_MOMENT: u8 = 213;
const SAME_ID: u8 = 214;
const FULL_ID: u8 = 215;
/// `OWN_ID + n`: an id of this org with `n` counter characters, 0 to 9.
const OWN_ID: u8 = 216;
const OWN_ID_LAST: u8 = OWN_ID + 9;
/// A word of [`words`], by its number.
const WORD: u8 = 226;

const DELETED: u8 = 0x80;
const FULL: u8 = 0x0f;
const OBJECT_AT: usize = 1;
const ID_AT: usize = 3;
const PREFIX: usize = 3;

/// Lines of a row that are asked for ahead: those of most rows.
const LINES_MAX: usize = 8;

/// Bytes of memory that new rows are put into one after the other.
const PIECE: usize = 64 * 1024;
/// Bytes of a row that goes there; a longer one has memory of its own.
const SHARING_MAX: usize = PIECE / 16;

/// The bytes of a row. Equal rows have equal bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Packed(Bytes);

impl Packed {
    pub(super) fn vacant() -> Self {
        Self(Bytes::new())
    }

    pub(super) fn is_vacant(&self) -> bool {
        self.0.is_empty()
    }

    /// What it takes on the heap.
    pub(super) fn bytes(&self) -> usize {
        self.0.len()
    }

    /// A row that takes the place of another. It has memory of its own: in a piece with others it would keep what they
    /// leave behind.
    pub(super) fn of(loose: &Loose) -> Self {
        written(loose, |row| Self(Bytes::copy_from_slice(row)))
    }

    /// A new row, in one piece of memory with those before it.
    pub(super) fn of_new(loose: &Loose) -> Self {
        thread_local! {
            static PLACE: RefCell<BytesMut> = RefCell::new(BytesMut::new());
        }
        let placed = |row: &[u8]| PLACE.with_borrow_mut(|place| put_behind(place, row));
        written(loose, |row| {
            let alone = row.len() > SHARING_MAX;
            Self(if alone { Bytes::copy_from_slice(row) } else { placed(row) })
        })
    }

    pub(super) fn id(&self) -> SfId {
        let digits = self.id_digits();
        match digits {
            Some(digits) => own_id(self.slice(ID_AT, PREFIX + digits)),
            None => SfId::from_bytes(self.slice(ID_AT, SfId::LENGTH)),
        }
    }

    pub(super) fn object(&self) -> ObjectIndex {
        ObjectIndex(self.short(OBJECT_AT))
    }

    pub(super) fn is_deleted(&self) -> bool {
        self.0.first().is_some_and(|head| head & DELETED != 0)
    }

    pub(super) fn get(&self, field: FieldIndex) -> ValueRef<'_> {
        let layout = self.layout();
        let field = usize::from(field.0);
        let Some(byte) = layout.map.get(field / 8) else { return ValueRef::Null };
        if byte >> (field % 8) & 1 == 0 {
            return ValueRef::Null;
        }
        let below = layout.map.get(..field / 8).unwrap_or_default();
        let rank = ones(below) + (byte & ((1 << (field % 8)) - 1)).count_ones() as usize;
        let before = layout.codes.get(..rank).unwrap_or_default();
        let at = skip(before, layout.values);
        let code = layout.codes.get(rank).copied().unwrap_or(FALSE);
        match code {
            SAME_MOMENT => last(&layout, before, |code| matches!(code, SECONDS | MILLIS)),
            SAME_ID => last(&layout, before, |code| matches!(code, FULL_ID..=OWN_ID_LAST)),
            _ => value(code, layout.values, at),
        }
    }

    /// Asks for all of its memory.
    #[inline]
    pub(super) fn ask_for(&self) {
        ask_for_lines(&self.0, LINES_MAX);
    }

    pub(super) fn stored(&self) -> Stored<'_> {
        let layout = self.layout();
        Stored { layout, field: 0, rank: 0, at: 0, moment: ValueRef::Null, id: ValueRef::Null }
    }

    fn layout(&self) -> Layout<'_> {
        let id = self.id_digits().map_or(SfId::LENGTH, |digits| PREFIX + digits);
        let width_at = ID_AT + id;
        let width = usize::from(self.short(width_at));
        let rest = self.0.get(width_at + 2..).unwrap_or_default();
        let (map, rest) = rest.split_at_checked(width).unwrap_or_default();
        let (codes, values) = rest.split_at_checked(ones(map)).unwrap_or_default();
        Layout { map, codes, values }
    }

    fn id_digits(&self) -> Option<usize> {
        let head = self.0.first().copied().unwrap_or(FULL) & FULL;
        (head != FULL).then_some(usize::from(head))
    }

    fn slice(&self, at: usize, length: usize) -> &[u8] {
        self.0.get(at..at + length).unwrap_or_default()
    }

    fn short(&self, at: usize) -> u16 {
        u16::from_le_bytes(fixed(&self.0, at))
    }
}

/// Where the parts of a row are.
#[derive(Clone, Copy)]
struct Layout<'a> {
    map: &'a [u8],
    codes: &'a [u8],
    values: &'a [u8],
}

/// The values of a row, in field order.
pub(super) struct Stored<'a> {
    layout: Layout<'a>,
    field: u16,
    rank: usize,
    at: usize,
    moment: ValueRef<'a>,
    id: ValueRef<'a>,
}

impl<'a> Iterator for Stored<'a> {
    type Item = (FieldIndex, ValueRef<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        let code = *self.layout.codes.get(self.rank)?;
        while self.layout.map.get(usize::from(self.field / 8))? >> (self.field % 8) & 1 == 0 {
            self.field += 1;
        }
        let found = match code {
            SAME_MOMENT => self.moment,
            SAME_ID => self.id,
            _ => value(code, self.layout.values, self.at),
        };
        match found {
            ValueRef::DateTime(_) => self.moment = found,
            ValueRef::Id(_) => self.id = found,
            _ => {}
        }
        self.at += size(code, self.layout.values, self.at);
        self.rank += 1;
        self.field += 1;
        Some((FieldIndex(self.field - 1), found))
    }
}

/// Puts a row behind those before it, or at the beginning of another piece of memory.
fn put_behind(place: &mut BytesMut, row: &[u8]) -> Bytes {
    if place.capacity() < row.len() {
        *place = BytesMut::with_capacity(PIECE);
    }
    place.extend_from_slice(row);
    place.split().freeze()
}

fn own_id(bytes: &[u8]) -> SfId {
    let (prefix, digits) = bytes.split_at_checked(PREFIX).unwrap_or_default();
    SfId::own(prefix.try_into().unwrap_or_default(), digits)
}

/// Where the value after those of these codes begins.
fn skip(codes: &[u8], values: &[u8]) -> usize {
    let short = |code: u8| SIZES.get(usize::from(code)).map_or(0, |size| usize::from(*size));
    let both = |(sum, long): (usize, usize), code: &u8| {
        (sum + short(*code), long + usize::from(*code == LONG_TEXT))
    };
    let (sum, long) = codes.iter().fold((0, 0), both);
    if long == 0 {
        return sum;
    }
    codes.iter().fold(0, |at, code| at + size(*code, values, at))
}

/// The bytes that a value of this code takes.
fn size(code: u8, values: &[u8], at: usize) -> usize {
    if code == LONG_TEXT { 4 + long(values, at) } else { usize::from(size_of_code(code)) }
}

#[expect(clippy::indexing_slicing, reason = "a code is below 256")]
/// The bytes that codes promise; those of long texts stand before them.
const SIZES: [u8; 256] = {
    let mut sizes = [0; 256];
    let mut code = u8::MAX;
    while code > 0 {
        code -= 1;
        sizes[code as usize] = size_of_code(code);
    }
    sizes
};

const fn size_of_code(code: u8) -> u8 {
    match code {
        0..LONG_TEXT => code,
        INT_1 | WHOLE_1 => 1,
        WORD => 2,
        INT_4 | WHOLE_4 | DATE | TIME | SECONDS => 4,
        INT_8 | DOUBLE | MILLIS => 8,
        FULL_ID => 15,
        OWN_ID..=OWN_ID_LAST => 3 + (code - OWN_ID),
        _ => 0,
    }
}

fn value(code: u8, values: &[u8], at: usize) -> ValueRef<'_> {
    let bytes = |from: usize, length: usize| values.get(from..from + length).unwrap_or_default();
    match code {
        0..LONG_TEXT => text(bytes(at, usize::from(code))),
        LONG_TEXT => text(bytes(at + 4, long(values, at))),
        WORD => ValueRef::Text(words::word(u16::from_le_bytes(fixed(values, at)))),
        FALSE => ValueRef::Bool(false),
        TRUE => ValueRef::Bool(true),
        INT_1 => ValueRef::Int(i8::from_le_bytes(fixed(values, at)).into()),
        INT_4 => ValueRef::Int(i32::from_le_bytes(fixed(values, at)).into()),
        INT_8 => ValueRef::Int(i64::from_le_bytes(fixed(values, at))),
        WHOLE_1 => ValueRef::Double(i8::from_le_bytes(fixed(values, at)).into()),
        WHOLE_4 => ValueRef::Double(i32::from_le_bytes(fixed(values, at)).into()),
        DOUBLE => ValueRef::Double(f64::from_le_bytes(fixed(values, at))),
        DATE => ValueRef::Date(i32::from_le_bytes(fixed(values, at))),
        TIME => ValueRef::Time(i32::from_le_bytes(fixed(values, at))),
        SECONDS => {
            let seconds = i64::from(u32::from_le_bytes(fixed(values, at)));
            ValueRef::DateTime(Timestamp(seconds * 1_000))
        }
        MILLIS => ValueRef::DateTime(Timestamp(i64::from_le_bytes(fixed(values, at)))),
        FULL_ID => ValueRef::Id(SfId::from_bytes(bytes(at, SfId::LENGTH))),
        OWN_ID..=OWN_ID_LAST => ValueRef::Id(own_id(bytes(at, size(code, values, at)))),
        _ => ValueRef::Null,
    }
}

/// The last value before the end of `codes` whose code fits.
fn last<'a>(layout: &Layout<'a>, codes: &[u8], fits: fn(u8) -> bool) -> ValueRef<'a> {
    let Some(place) = codes.iter().rposition(|code| fits(*code)) else { return ValueRef::Null };
    let (before, rest) = codes.split_at_checked(place).unwrap_or_default();
    let code = rest.first().copied().unwrap_or(FALSE);
    value(code, layout.values, skip(before, layout.values))
}

fn text(bytes: &[u8]) -> ValueRef<'_> {
    ValueRef::Text(str::from_utf8(bytes).unwrap_or_default())
}

fn long(values: &[u8], at: usize) -> usize {
    usize::try_from(u32::from_le_bytes(fixed(values, at))).unwrap_or_default()
}

fn fixed<const N: usize>(bytes: &[u8], at: usize) -> [u8; N] {
    let slice = bytes.get(at..at + N).and_then(|slice| slice.try_into().ok());
    slice.unwrap_or([0; N])
}

fn ones(map: &[u8]) -> usize {
    let (words, rest) = map.as_chunks::<8>();
    let words: u32 = words.iter().map(|word| u64::from_le_bytes(*word).count_ones()).sum();
    let (halves, rest) = rest.as_chunks::<4>();
    let halves: u32 = halves.iter().map(|half| u32::from_le_bytes(*half).count_ones()).sum();
    let rest: u32 = rest.iter().map(|byte| byte.count_ones()).sum();
    (words + halves + rest) as usize
}
