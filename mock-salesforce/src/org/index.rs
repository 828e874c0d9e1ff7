//! Posting lists: which rows hold a value, found without reading the others.
//!
//! An index holds row handles, no values and no hashes: it asks the rows for their keys. It is cut
//! into shards that copies of the org share until one of them writes, and growth moves one shard at
//! a time: at 1,000,000 values about four thousand handles.

mod posting;

use std::hash::{BuildHasher, Hasher};
use std::sync::Arc;

use foldhash::fast::FixedState;
use hashbrown::HashTable;

use crate::value::ValueRef;

use super::table::Handle;
use posting::Posting;

/// How many tables a large index is cut into.
const SHARDS: usize = 256;
/// Values from which on an index is large.
const LARGE: usize = 4_096;
/// The hash is a place to look, nothing a journal can see; the seed is fixed all the same.
const SEED: u64 = 0x0005_ee0f_1ead;
/// Set in an entry that is not a row but the place of a list of rows.
const MANY: u32 = 1 << 31;

/// An index over one field.
#[derive(Clone, Debug)]
pub(crate) struct Index {
    shards: Vec<Arc<Shard>>,
}

/// A part of the values. An entry is the only row that holds a value, or the place of a list.
#[derive(Clone, Debug, Default)]
struct Shard {
    entries: HashTable<u32>,
    lists: Vec<Posting>,
    /// Places of lists that are gone.
    free: Vec<u32>,
}

impl Index {
    pub(crate) fn new() -> Self {
        Self { shards: vec![Arc::default()] }
    }

    /// Notes that a row holds a value. `key_of` tells what any noted row holds, this one too.
    pub(crate) fn insert<'r>(
        &mut self,
        value: ValueRef<'_>,
        row: Handle,
        key_of: impl Fn(Handle) -> ValueRef<'r>,
    ) {
        let Some(hash) = hash_of(value) else { return };
        self.cut(&key_of);
        if let Some(shard) = self.shard_mut(hash) {
            shard.insert((hash, value), row, key_of);
        }
    }

    /// Forgets that a row holds a value; `key_of` still tells that it does.
    pub(crate) fn remove<'r>(
        &mut self,
        value: ValueRef<'_>,
        row: Handle,
        key_of: impl Fn(Handle) -> ValueRef<'r>,
    ) {
        let Some(hash) = hash_of(value) else { return };
        if let Some(shard) = self.shard_mut(hash) {
            shard.remove((hash, value), row, key_of);
        }
    }

    /// The rows that hold a value, by handle.
    pub(crate) fn find<'r>(
        &self,
        value: ValueRef<'_>,
        key_of: impl Fn(Handle) -> ValueRef<'r>,
    ) -> impl Iterator<Item = Handle> {
        let found = hash_of(value).and_then(|hash| {
            let shard = self.shards.get(shard_of(hash, self.shards.len()))?;
            let same = |entry: &u32| same_key(key_of(shard.first(*entry)), value);
            Some((shard, *shard.entries.find(hash, same)?))
        });
        let list = found.and_then(|(shard, entry)| shard.list(entry));
        let only = found.filter(|(_, entry)| entry & MANY == 0).map(|(_, entry)| entry);
        only.into_iter().chain(list.into_iter().flat_map(Posting::iter))
    }

    /// Bytes that it takes.
    pub(crate) fn bytes(&self) -> usize {
        let lists = |shard: &Shard| shard.lists.iter().map(Posting::bytes).sum::<usize>();
        let tables = self
            .shards
            .iter()
            .map(|shard| size_of::<Shard>() + shard.entries.allocation_size() + lists(shard));
        tables.sum()
    }

    /// A small index is one table; it is cut once, when it gets large.
    fn cut<'r>(&mut self, key_of: &impl Fn(Handle) -> ValueRef<'r>) {
        let [only] = self.shards.as_mut_slice() else { return };
        if only.entries.len() < LARGE {
            return;
        }
        let only = Arc::unwrap_or_clone(std::mem::take(only));
        let mut shards: Vec<Shard> = vec![Shard::default(); SHARDS];
        for entry in &only.entries {
            let Some(hash) = hash_of(key_of(only.first(*entry))) else { continue };
            if let Some(shard) = shards.get_mut(shard_of(hash, SHARDS)) {
                let entry = match only.list(*entry) {
                    Some(list) => shard.add_list(list.clone()),
                    None => *entry,
                };
                shard.push(hash, entry, key_of);
            }
        }
        self.shards = shards.into_iter().map(Arc::new).collect();
    }

    fn shard_mut(&mut self, hash: u64) -> Option<&mut Shard> {
        let count = self.shards.len();
        self.shards.get_mut(shard_of(hash, count)).map(Arc::make_mut)
    }
}

impl Shard {
    fn insert<'r>(
        &mut self,
        (hash, value): (u64, ValueRef<'_>),
        row: Handle,
        key_of: impl Fn(Handle) -> ValueRef<'r>,
    ) {
        let same = |entry: &u32| same_key(key_of(first(&self.lists, *entry)), value);
        let Some(entry) = self.entries.find(hash, same).copied() else {
            return self.push(hash, row, &key_of);
        };
        if entry == row {
            return;
        }
        if let Some(list) = self.list_mut(entry) {
            return list.insert(row);
        }
        let list = self.add_list(Posting::of(entry, row));
        if let Some(entry) = self.entries.find_mut(hash, |own| *own == entry) {
            *entry = list;
        }
    }

    fn remove<'r>(
        &mut self,
        (hash, value): (u64, ValueRef<'_>),
        row: Handle,
        key_of: impl Fn(Handle) -> ValueRef<'r>,
    ) {
        let same = |entry: &u32| same_key(key_of(first(&self.lists, *entry)), value);
        let Some(entry) = self.entries.find(hash, same).copied() else { return };
        let gone = match self.list_mut(entry) {
            Some(list) => {
                list.remove(row);
                list.is_empty()
            }
            None => entry == row,
        };
        if !gone {
            return;
        }
        if let Ok(own) = self.entries.find_entry(hash, |own| *own == entry) {
            own.remove();
        }
        if entry & MANY != 0 {
            self.free.push(entry);
        }
    }

    fn push<'r>(&mut self, hash: u64, entry: u32, key_of: &impl Fn(Handle) -> ValueRef<'r>) {
        let lists = &self.lists;
        let rehash = |entry: &u32| hash_of(key_of(first(lists, *entry))).unwrap_or_default();
        self.entries.insert_unique(hash, entry, rehash);
    }

    /// Keeps a list and gives the entry that stands for it.
    fn add_list(&mut self, list: Posting) -> u32 {
        if let Some(entry) = self.free.pop() {
            if let Some(place) = self.list_mut(entry) {
                *place = list;
            }
            return entry;
        }
        let place = u32::try_from(self.lists.len()).unwrap_or_default();
        self.lists.push(list);
        MANY | place
    }

    /// One of the rows that an entry stands for; they all have one key.
    fn first(&self, entry: u32) -> Handle {
        first(&self.lists, entry)
    }

    fn list(&self, entry: u32) -> Option<&Posting> {
        if entry & MANY == 0 { None } else { self.lists.get((entry & !MANY) as usize) }
    }

    fn list_mut(&mut self, entry: u32) -> Option<&mut Posting> {
        if entry & MANY == 0 { None } else { self.lists.get_mut((entry & !MANY) as usize) }
    }
}

fn first(lists: &[Posting], entry: u32) -> Handle {
    if entry & MANY == 0 {
        return entry;
    }
    lists.get((entry & !MANY) as usize).and_then(Posting::first).unwrap_or_default()
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

    fn found(index: &Index, keys: &[Value], text: &str) -> Vec<Handle> {
        index.find(ValueRef::Text(text), |row| keys[row as usize].view()).collect()
    }

    #[test]
    fn text_is_found_in_any_case_and_no_longer_after_removal() {
        let keys = ["Pat@Example.com", "pat@example.COM", "pat@example.com"].map(Value::text);
        let key_of = |row: Handle| keys[row as usize].view();
        let mut index = Index::new();
        for row in [2, 0, 1] {
            index.insert(key_of(row), row, key_of);
        }
        assert_eq!(found(&index, &keys, "PAT@example.com"), [0, 1, 2]);
        index.remove(key_of(0), 0, key_of);
        assert_eq!(found(&index, &keys, "pat@example.com"), [1, 2]);
        index.remove(key_of(2), 2, key_of);
        index.remove(key_of(1), 1, key_of);
        assert!(found(&index, &keys, "pat@example.com").is_empty());
        index.insert(key_of(1), 1, key_of);
        assert_eq!(found(&index, &keys, "pat@example.com"), [1]);
    }

    #[test]
    fn an_index_that_grows_large_still_finds_everything() {
        let keys: Vec<Value> =
            (0..20_000).map(|n| Value::text(&format!("person{}@example.com", n / 2))).collect();
        let key_of = |row: Handle| keys[row as usize].view();
        let mut index = Index::new();
        for row in 0..20_000 {
            index.insert(key_of(row), row, key_of);
        }
        let copy = index.clone();
        for row in 0..20_000 {
            index.remove(key_of(row), row, key_of);
        }
        for n in [0, 4_095, 4_096, 9_999] {
            let address = format!("PERSON{n}@example.com");
            assert_eq!(found(&copy, &keys, &address), [2 * n, 2 * n + 1]);
            assert!(found(&index, &keys, &address).is_empty());
        }
    }

    #[test]
    fn case_folding_goes_beyond_ascii() {
        assert!(same_text("ÄRGER", "ärger"));
        let keys = [Value::text("ÄRGER")];
        let mut index = Index::new();
        index.insert(keys[0].view(), 0, |_| keys[0].view());
        assert_eq!(found(&index, &keys, "ärger"), [0]);
    }
}
