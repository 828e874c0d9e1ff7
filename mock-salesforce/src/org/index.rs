//! Posting lists: which rows hold a value, found without reading the others.
//!
//! An index stores hashes of normalised values, no texts; a lookup compares the candidates with the
//! rows themselves. It is cut into shards, so that growth never moves more than a shard at once.

use std::collections::BTreeSet;
use std::hash::{BuildHasher, Hasher};

use foldhash::fast::FixedState;
use hashbrown::HashTable;

use crate::id::SfId;
use crate::value::ValueRef;

/// How many tables a large index is cut into.
const SHARDS: usize = 256;
/// Values from which on an index is large.
const LARGE: usize = 4_096;
/// The hash is a place to look, nothing a journal can see; the seed is fixed all the same.
const SEED: u64 = 0x0005_ee0f_1ead;

/// An index over one field.
#[derive(Clone, Debug)]
pub(crate) struct Index {
    shards: Vec<HashTable<Posting>>,
}

#[derive(Clone, Debug)]
struct Posting {
    hash: u64,
    rows: Rows,
}

#[derive(Clone, Debug)]
enum Rows {
    One(SfId),
    Many(BTreeSet<SfId>),
}

impl Index {
    pub(crate) fn new() -> Self {
        Self { shards: vec![HashTable::new()] }
    }

    /// A small index is one table; it is cut once, when it gets large.
    fn cut(&mut self) {
        let [only] = self.shards.as_mut_slice() else { return };
        if only.len() < LARGE {
            return;
        }
        let small = std::mem::take(only);
        self.shards = vec![HashTable::new(); SHARDS];
        for posting in small {
            let hash = posting.hash;
            if let Some(shard) = self.shards.get_mut(shard_of(hash, SHARDS)) {
                shard.insert_unique(hash, posting, |p| p.hash);
            }
        }
    }

    pub(crate) fn insert(&mut self, value: ValueRef<'_>, id: SfId) {
        self.cut();
        let Some((hash, shard)) = self.place(value) else { return };
        let entry = shard.entry(hash, |p| p.hash == hash, |p| p.hash);
        match entry {
            hashbrown::hash_table::Entry::Vacant(slot) => {
                slot.insert(Posting { hash, rows: Rows::One(id) });
            }
            hashbrown::hash_table::Entry::Occupied(mut slot) => slot.get_mut().rows.insert(id),
        }
    }

    pub(crate) fn remove(&mut self, value: ValueRef<'_>, id: SfId) {
        let Some((hash, shard)) = self.place(value) else { return };
        let Ok(mut entry) = shard.find_entry(hash, |p| p.hash == hash) else { return };
        let empty = match &mut entry.get_mut().rows {
            Rows::One(only) => *only == id,
            Rows::Many(many) => {
                many.remove(&id);
                many.is_empty()
            }
        };
        if empty {
            entry.remove();
        }
    }

    /// Rows that may hold the value, in id order: all that do, and those of colliding hashes.
    pub(crate) fn candidates(&self, value: ValueRef<'_>) -> Vec<SfId> {
        let Some(hash) = hash_of(value) else { return Vec::new() };
        let shard = self.shards.get(shard_of(hash, self.shards.len()));
        match shard.and_then(|s| s.find(hash, |p| p.hash == hash)).map(|p| &p.rows) {
            None => Vec::new(),
            Some(Rows::One(id)) => vec![*id],
            Some(Rows::Many(many)) => many.iter().copied().collect(),
        }
    }

    fn place(&mut self, value: ValueRef<'_>) -> Option<(u64, &mut HashTable<Posting>)> {
        let hash = hash_of(value)?;
        let count = self.shards.len();
        Some((hash, self.shards.get_mut(shard_of(hash, count))?))
    }
}

impl Rows {
    fn insert(&mut self, id: SfId) {
        match self {
            Self::One(only) if *only == id => {}
            Self::One(only) => *self = Self::Many(BTreeSet::from([*only, id])),
            Self::Many(many) => {
                many.insert(id);
            }
        }
    }
}

/// Are the two values one key? Text is compared without regard to case.
pub(crate) fn same_key<'a, 'b>(a: impl Into<ValueRef<'a>>, b: impl Into<ValueRef<'b>>) -> bool {
    let (a, b) = (a.into(), b.into());
    match (a, b) {
        (ValueRef::Text(a), ValueRef::Text(b)) => same_text(a, b),
        _ => match (a.as_number(), b.as_number()) {
            (Some(a), Some(b)) => a.to_bits() == b.to_bits(),
            _ => a == b,
        },
    }
}

/// Are the two texts equal without regard to case?
pub(crate) fn same_text(a: &str, b: &str) -> bool {
    if a.is_ascii() && b.is_ascii() {
        return a.eq_ignore_ascii_case(b);
    }
    lower(a).eq(lower(b))
}

fn lower(text: &str) -> impl Iterator<Item = char> {
    text.chars().flat_map(char::to_lowercase)
}

fn shard_of(hash: u64, count: usize) -> usize {
    usize::try_from(hash >> 32 & 0xff).unwrap_or_default() % count.max(1)
}

fn hash_of(value: ValueRef<'_>) -> Option<u64> {
    let mut hasher = FixedState::with_seed(SEED).build_hasher();
    match value {
        ValueRef::Null => return None,
        ValueRef::Text(text) if text.is_ascii() => hash_ascii(&mut hasher, text.as_bytes()),
        ValueRef::Text(text) => {
            let folded: String = lower(text).collect();
            hash_ascii(&mut hasher, folded.as_bytes());
        }
        ValueRef::Id(id) => hasher.write(id.as_str_15().as_bytes()),
        ValueRef::Bool(b) => hasher.write_u8(u8::from(b)),
        ValueRef::Int(_) | ValueRef::Double(_) => hasher.write_u64(value.as_number()?.to_bits()),
        ValueRef::Date(n) | ValueRef::Time(n) => hasher.write_i32(n),
        ValueRef::DateTime(at) => hasher.write_i64(at.0),
    }
    Some(hasher.finish())
}

/// Hashes text with its ASCII letters in lower case, sixteen bytes at a time.
fn hash_ascii(hasher: &mut impl Hasher, text: &[u8]) {
    for piece in text.chunks(16) {
        let mut buffer = [0_u8; 16];
        for (place, byte) in buffer.iter_mut().zip(piece) {
            *place = byte.to_ascii_lowercase();
        }
        hasher.write_u128(u128::from_le_bytes(buffer));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Value;

    fn id(n: u64) -> SfId {
        SfId::numbered(*b"00Q", n)
    }

    #[test]
    fn text_is_found_in_any_case_and_no_longer_after_removal() {
        let mut index = Index::new();
        index.insert(Value::text("Pat@Example.com").view(), id(2));
        index.insert(Value::text("pat@example.COM").view(), id(1));
        assert_eq!(index.candidates(Value::text("PAT@example.com").view()), [id(1), id(2)]);
        index.remove(Value::text("pat@example.com").view(), id(1));
        assert_eq!(index.candidates(Value::text("pat@example.com").view()), [id(2)]);
        index.remove(Value::text("pat@example.com").view(), id(2));
        assert!(index.candidates(Value::text("pat@example.com").view()).is_empty());
    }

    #[test]
    fn an_index_that_grows_large_still_finds_everything() {
        let mut index = Index::new();
        for n in 0..10_000 {
            index.insert(Value::text(&format!("person{n}@example.com")).view(), id(n));
        }
        for n in [0, 4_095, 4_096, 9_999] {
            let value = Value::text(&format!("PERSON{n}@example.com"));
            assert_eq!(index.candidates(value.view()), [id(n)]);
        }
    }

    #[test]
    fn case_folding_goes_beyond_ascii() {
        assert!(same_text("ÄRGER", "ärger"));
        let mut index = Index::new();
        index.insert(Value::text("ÄRGER").view(), id(1));
        assert_eq!(index.candidates(Value::text("ärger").view()), [id(1)]);
    }
}
