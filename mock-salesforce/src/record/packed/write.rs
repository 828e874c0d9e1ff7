//! A row on its way into its bytes: what each value is written as.

use std::cell::RefCell;

use crate::id::SfId;
use crate::record::loose::{Loose, Slot};
use crate::record::words;
use crate::timestamp::Timestamp;

use super::{
    DATE, DELETED, DOUBLE, FALSE, FULL, FULL_ID, INT_1, INT_4, INT_8, LONG_TEXT, MILLIS, OWN_ID,
    SAME_ID, SAME_MOMENT, SECONDS, TIME, TRUE, WHOLE_1, WHOLE_4, WORD, ones,
};

/// Bytes of a row whose memory is kept for the next one to be written.
const SCRATCH_MAX: usize = 64 * 1024;

/// Writes a row, and has it read.
pub(super) fn written<T>(loose: &Loose, read: impl FnOnce(&[u8]) -> T) -> T {
    thread_local! {
        static SCRATCH: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
    }
    SCRATCH.with_borrow_mut(|out| {
        out.clear();
        write_head(loose, out);
        let codes = write_map(loose, out);
        write_values(loose, out, codes);
        let told = read(out);
        if out.len() > SCRATCH_MAX {
            *out = Vec::new();
        }
        told
    })
}

/// Writes everything before the map.
fn write_head(loose: &Loose, out: &mut Vec<u8>) {
    let head = out.len();
    let [low, high] = loose.object.0.to_le_bytes();
    out.extend_from_slice(&[0, low, high]);
    let length = push_id(out, loose.id).unwrap_or(FULL);
    if let Some(place) = out.get_mut(head) {
        *place = if loose.deleted { DELETED | length } else { length };
    }
}

/// Writes which fields have a value, and room for the code of each; gives the place of the first.
fn write_map(loose: &Loose, out: &mut Vec<u8>) -> usize {
    let map = loose.map();
    out.extend_from_slice(&u16::try_from(map.len()).unwrap_or(u16::MAX).to_le_bytes());
    out.extend_from_slice(map);
    let codes = out.len();
    out.resize(codes + ones(map), 0);
    codes
}

/// Writes the values behind the codes, and the code of each to its place.
fn write_values(loose: &Loose, out: &mut Vec<u8>, codes: usize) {
    let mut writer = Writer { values: out, moment: None, id: None };
    let mut at = codes;
    for (eight, mut held) in loose.eights() {
        while let Some(slot) = eight.get(held.trailing_zeros() as usize) {
            held &= held - 1;
            let code = writer.push(loose, slot);
            if let Some(place) = writer.values.get_mut(at) {
                *place = code;
            }
            at += 1;
        }
    }
}

/// What is written so far.
struct Writer<'v> {
    values: &'v mut Vec<u8>,
    moment: Option<Timestamp>,
    id: Option<SfId>,
}

impl Writer<'_> {
    /// Writes the bytes of a value and gives its code.
    #[inline]
    fn push(&mut self, loose: &Loose, slot: &Slot) -> u8 {
        match slot {
            Slot::Text { at, length } => self.push_text(loose.text_at(*at, *length)),
            Slot::Bool(true) => TRUE,
            Slot::Null | Slot::Bool(false) => FALSE,
            Slot::DateTime(at) => self.push_moment(*at),
            Slot::Id(id) => self.push_id(*id),
            Slot::Int(n) => self.push_int(*n),
            Slot::Double(n) => self.push_double(*n),
            Slot::Date(days) => self.push_bytes(DATE, &days.to_le_bytes()),
            Slot::Time(ms) => self.push_bytes(TIME, &ms.to_le_bytes()),
        }
    }

    #[inline]
    fn push_bytes(&mut self, code: u8, bytes: &[u8]) -> u8 {
        self.values.extend_from_slice(bytes);
        code
    }

    #[inline]
    fn push_text(&mut self, text: &[u8]) -> u8 {
        match u8::try_from(text.len()) {
            Ok(length) if length < LONG_TEXT => match words::number_of(text) {
                Some(number) => self.push_bytes(WORD, &number.to_le_bytes()),
                None => self.push_bytes(length, text),
            },
            _ => self.push_long(text),
        }
    }

    #[cold]
    fn push_long(&mut self, text: &[u8]) -> u8 {
        if let Some(number) = words::number_of(text) {
            return self.push_bytes(WORD, &number.to_le_bytes());
        }
        let length = u32::try_from(text.len()).unwrap_or(u32::MAX);
        self.values.extend_from_slice(&length.to_le_bytes());
        self.push_bytes(LONG_TEXT, text)
    }

    fn push_int(&mut self, n: i64) -> u8 {
        if let Ok(n) = i8::try_from(n) {
            self.push_bytes(INT_1, &n.to_le_bytes())
        } else if let Ok(n) = i32::try_from(n) {
            self.push_bytes(INT_4, &n.to_le_bytes())
        } else {
            self.push_bytes(INT_8, &n.to_le_bytes())
        }
    }

    #[expect(clippy::cast_possible_truncation, reason = "what does not come back is not cut")]
    fn push_double(&mut self, n: f64) -> u8 {
        let whole = n as i32;
        if f64::from(whole).to_bits() != n.to_bits() {
            return self.push_bytes(DOUBLE, &n.to_le_bytes());
        }
        match i8::try_from(whole) {
            Ok(small) => self.push_bytes(WHOLE_1, &small.to_le_bytes()),
            Err(_) => self.push_bytes(WHOLE_4, &whole.to_le_bytes()),
        }
    }

    fn push_moment(&mut self, at: Timestamp) -> u8 {
        if self.moment == Some(at) {
            return SAME_MOMENT;
        }
        self.moment = Some(at);
        let seconds = u32::try_from(at.0.div_euclid(1_000));
        match seconds {
            Ok(seconds) if at.0 % 1_000 == 0 => self.push_bytes(SECONDS, &seconds.to_le_bytes()),
            _ => self.push_bytes(MILLIS, &at.0.to_le_bytes()),
        }
    }

    fn push_id(&mut self, id: SfId) -> u8 {
        if self.id == Some(id) {
            return SAME_ID;
        }
        self.id = Some(id);
        match push_id(self.values, id) {
            Some(digits) => OWN_ID + digits,
            None => FULL_ID,
        }
    }
}

/// Writes an id; gives the length of its counter, if it is of this org.
fn push_id(out: &mut Vec<u8>, id: SfId) -> Option<u8> {
    let counter = id.own_counter();
    match counter {
        Some(digits) => {
            out.extend_from_slice(&id.prefix_bytes());
            out.extend_from_slice(digits);
        }
        None => out.extend_from_slice(id.as_bytes()),
    }
    counter.and_then(|digits| u8::try_from(digits.len()).ok())
}
