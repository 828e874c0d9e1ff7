//! Posting lists: which rows hold a value, found without reading the others.
//!
//! An index holds hashes and row handles, no values: the rows themselves decide. It is cut into
//! shards that copies of the org share until one of them writes, and growth moves the entries of
//! one shard at a time: at 1,000,000 values about four thousand.

mod entries;
mod posting;

use std::hash::{BuildHasher, Hasher};
use std::sync::Arc;

use foldhash::fast::FixedState;

use crate::id::SfId;
use crate::value::ValueRef;

use super::table::Handle;
use entries::Entries;
pub(crate) use posting::Posting;

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
    /// The reference that a row was noted for last, if others hold it too: the next row is likely to hold it.
    last: Option<Last>,
}

/// A reference that several rows hold, and where their list is.
#[derive(Clone, Copy, Debug)]
struct Last {
    id: SfId,
    hash: u32,
    list: u32,
}

/// The rows that hold a value.
#[derive(Debug)]
pub(crate) enum Found<'i> {
    None,
    One(Handle),
    Many(&'i Posting),
}

/// A part of the values. An entry is the only row that holds a value, or the place of a list.
#[derive(Clone, Debug, Default)]
struct Shard {
    entries: Entries,
    lists: Vec<Posting>,
    /// Places of lists that are gone.
    free: Vec<u32>,
}

impl Index {
    pub(crate) fn new() -> Self {
        Self { shards: vec![Arc::default()], last: None }
    }

    /// Notes that a row holds a value. `key_of` tells what any other noted row holds.
    pub(crate) fn insert<'r>(
        &mut self,
        value: ValueRef<'_>,
        row: Handle,
        key_of: impl Fn(Handle) -> ValueRef<'r>,
    ) {
        if let Some(last) = self.last.filter(|last| value == ValueRef::Id(last.id))
            && let Some(list) =
                self.shard_mut(last.hash).and_then(|shard| shard.list_mut(last.list))
        {
            return list.insert(row);
        }
        let Some(hash) = hash_of(value) else { return };
        self.cut();
        let Some(shard) = self.shard_mut(hash) else { return };
        let list = shard.insert((hash, value), row, key_of);
        self.last = list.zip(value.as_id()).map(|(list, id)| Last { id, hash, list });
    }

    /// Forgets that a row holds a value; `key_of` still tells that it does.
    pub(crate) fn remove<'r>(
        &mut self,
        value: ValueRef<'_>,
        row: Handle,
        key_of: impl Fn(Handle) -> ValueRef<'r>,
    ) {
        let Some(hash) = hash_of(value) else { return };
        self.last = None;
        if let Some(shard) = self.shard_mut(hash) {
            shard.remove((hash, value), row, key_of);
        }
    }

    /// The rows that hold a value, by handle.
    pub(crate) fn find<'r>(
        &self,
        value: ValueRef<'_>,
        key_of: impl Fn(Handle) -> ValueRef<'r>,
    ) -> Found<'_> {
        let found = hash_of(value).and_then(|hash| {
            let shard = self.shards.get(shard_of(hash, self.shards.len()))?;
            let (_, entry) = shard.find((hash, value), key_of).ok()?;
            Some(shard.list(entry).map_or(Found::One(entry), Found::Many))
        });
        found.unwrap_or(Found::None)
    }

    /// Bytes that it takes.
    pub(crate) fn bytes(&self) -> usize {
        let lists = |shard: &Shard| shard.lists.iter().map(Posting::bytes).sum::<usize>();
        let shards = self.shards.iter();
        shards.map(|shard| size_of::<Shard>() + shard.entries.bytes() + lists(shard)).sum()
    }

    /// A small index is one table; it is cut once, when it gets large.
    fn cut(&mut self) {
        let [only] = self.shards.as_mut_slice() else { return };
        if only.entries.len() < LARGE {
            return;
        }
        let only = Arc::unwrap_or_clone(std::mem::take(only));
        self.last = None;
        let mut shards: Vec<Shard> = vec![Shard::default(); SHARDS];
        for (hash, entry) in only.entries.iter() {
            if let Some(shard) = shards.get_mut(shard_of(hash, SHARDS)) {
                let entry = match only.list(entry) {
                    Some(list) => shard.add_list(list.clone()),
                    None => entry,
                };
                shard.entries.insert(hash, entry);
            }
        }
        self.shards = shards.into_iter().map(Arc::new).collect();
    }

    fn shard_mut(&mut self, hash: u32) -> Option<&mut Shard> {
        let count = self.shards.len();
        self.shards.get_mut(shard_of(hash, count)).map(Arc::make_mut)
    }
}

impl Shard {
    /// The entry of a value, and where it stands; or where it would.
    fn find<'r>(
        &self,
        (hash, value): (u32, ValueRef<'_>),
        key_of: impl Fn(Handle) -> ValueRef<'r>,
    ) -> Result<(usize, u32), usize> {
        self.entries.find(hash, |entry| same_key(key_of(self.first(entry)), value))
    }

    /// Gives the list that the row went into, if others hold the value too.
    fn insert<'r>(
        &mut self,
        (hash, value): (u32, ValueRef<'_>),
        row: Handle,
        key_of: impl Fn(Handle) -> ValueRef<'r>,
    ) -> Option<u32> {
        let (at, entry) = match self.find((hash, value), key_of) {
            Ok(found) => found,
            Err(at) => {
                self.entries.insert_at(at, hash, row);
                return None;
            }
        };
        if entry == row {
            return None;
        }
        if let Some(list) = self.list_mut(entry) {
            list.insert(row);
            return Some(entry);
        }
        let list = self.add_list(Posting::of(entry, row));
        self.entries.replace(at, list);
        Some(list)
    }

    fn remove<'r>(
        &mut self,
        (hash, value): (u32, ValueRef<'_>),
        row: Handle,
        key_of: impl Fn(Handle) -> ValueRef<'r>,
    ) {
        let Ok((at, entry)) = self.find((hash, value), key_of) else { return };
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
        self.entries.remove(at);
        if entry & MANY != 0 {
            self.free.push(entry);
        }
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
        self.list(entry).map_or(entry, |list| list.first().unwrap_or_default())
    }

    fn list(&self, entry: u32) -> Option<&Posting> {
        if entry & MANY == 0 { None } else { self.lists.get((entry & !MANY) as usize) }
    }

    fn list_mut(&mut self, entry: u32) -> Option<&mut Posting> {
        if entry & MANY == 0 { None } else { self.lists.get_mut((entry & !MANY) as usize) }
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
    if a == b || a.eq_ignore_ascii_case(b) {
        return true;
    }
    !(a.is_ascii() && b.is_ascii()) && lower(a).eq(lower(b))
}

fn lower(text: &str) -> impl Iterator<Item = char> {
    text.chars().flat_map(char::to_lowercase)
}

/// The low bits of a hash choose the shard, the high ones the place in it.
fn shard_of(hash: u32, count: usize) -> usize {
    (hash & 0xff) as usize % count.max(1)
}

fn hash_of(value: ValueRef<'_>) -> Option<u32> {
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
    u32::try_from(hasher.finish() >> 32).ok()
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
        match index.find(ValueRef::Text(text), |row| keys[row as usize].view()) {
            Found::None => Vec::new(),
            Found::One(row) => vec![row],
            Found::Many(list) => list.iter().collect(),
        }
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
