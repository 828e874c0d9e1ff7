//! Posting lists: which rows hold a value, found without reading the others.
//!
//! An index holds hashes and row handles, no values: the rows themselves decide. It is cut into
//! shards that copies of the org share until one of them writes, and growth moves the entries of
//! one shard at a time: at 1,000,000 values about four thousand. New rows of a large index wait for
//! each other and are noted together.

mod entries;
mod posting;
mod shard;
mod waiting;

use std::hash::{BuildHasher, Hasher};
use std::sync::Arc;

use foldhash::fast::FixedState;
use smallvec::SmallVec;

use crate::id::SfId;
use crate::value::ValueRef;

use super::table::Handle;
use shard::{Rows, Shard};
use waiting::Waiting;

/// How many tables a large index is cut into.
const SHARDS: usize = 256;
/// Values from which on an index is large.
const LARGE: usize = 4_096;
/// Values that are looked for side by side.
const TOGETHER: usize = 32;
/// What is kept of each of them.
type Together<T> = SmallVec<[T; TOGETHER]>;
/// The hash is a place to look, nothing a journal can see; the seed is fixed all the same.
const SEED: u64 = 0x0005_ee0f_1ead;

/// An index over one field.
#[derive(Clone, Debug)]
pub(crate) struct Index {
    shards: Vec<Arc<Shard>>,
    /// Rows that are not in the shards yet.
    waiting: Waiting,
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

impl Index {
    pub(crate) fn new() -> Self {
        Self { shards: vec![Arc::default()], waiting: Waiting::default(), last: None }
    }

    /// Notes that a row holds a value. `key_of` tells what any noted row holds, this one, too.
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
        if self.shards.len() == 1 {
            return self.note((hash, row), |other| same_key(key_of(other), value), || value);
        }
        self.waiting.push(hash, row);
        if self.waiting.is_full() {
            self.note_waiting(key_of);
        }
    }

    /// Notes all rows that wait.
    fn note_waiting<'r>(&mut self, key_of: impl Fn(Handle) -> ValueRef<'r>) {
        let mut waiting = std::mem::take(&mut self.waiting);
        waiting.hashes().iter().for_each(|hash| self.ask_for(*hash));
        for (hash, row) in waiting.iter() {
            let same = |other| same_key(key_of(other), key_of(row));
            self.note((hash, row), same, || key_of(row));
        }
        waiting.clear();
        self.waiting = waiting;
    }

    /// Notes a row in its shard. `same` tells whether another row holds its value.
    fn note<'v>(
        &mut self,
        (hash, row): (u32, Handle),
        same: impl Fn(Handle) -> bool,
        value: impl FnOnce() -> ValueRef<'v>,
    ) {
        let Some(shard) = self.shard_mut(hash) else { return };
        let list = shard.insert((hash, row), same);
        self.last = list.and_then(|list| value().as_id().map(|id| Last { id, hash, list }));
    }

    /// Asks for the place of a hash, so that it is near when somebody gets there.
    #[inline]
    fn ask_for(&self, hash: u32) {
        if let Some(shard) = self.shard(hash) {
            shard.ask_for(hash);
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
        self.last = None;
        if self.waiting.remove(hash, row) {
            return;
        }
        if let Some(shard) = self.shard_mut(hash) {
            shard.remove((hash, row), |other| same_key(key_of(other), value));
        }
    }

    /// Tells the rows that hold a value: those that wait last, the others by handle.
    pub(crate) fn find<'r>(
        &self,
        value: ValueRef<'_>,
        key_of: impl Fn(Handle) -> ValueRef<'r>,
        tell: impl FnMut(Handle),
    ) {
        self.tell(hash_of(value), None, |row| same_key(key_of(row), value), tell);
    }

    /// The same for several values. `ask_for` asks for rows that are going to be read.
    pub(crate) fn find_any<'r>(
        &self,
        values: &[ValueRef<'_>],
        key_of: impl Fn(Handle) -> ValueRef<'r>,
        ask_for: impl Fn(&[Handle]),
        mut tell: impl FnMut(Handle),
    ) {
        for values in values.chunks(TOGETHER) {
            let hashes: Together<Option<u32>> =
                values.iter().map(|value| hash_of(*value)).collect();
            hashes.iter().flatten().for_each(|hash| self.ask_for(*hash));
            let likely: Together<Option<u32>> =
                hashes.iter().map(|hash| self.first_entry((*hash)?)).collect();
            ask_for(&self.rows_of(&hashes, &likely));
            for ((value, hash), likely) in values.iter().zip(hashes).zip(likely) {
                self.tell(hash, likely, |row| same_key(key_of(row), *value), &mut tell);
            }
        }
    }

    /// A row of each of these entries.
    fn rows_of(&self, hashes: &[Option<u32>], entries: &[Option<u32>]) -> Together<Handle> {
        let row = |(hash, entry): (&Option<u32>, &Option<u32>)| {
            Some(self.shard((*hash)?)?.first((*entry)?))
        };
        hashes.iter().zip(entries).filter_map(row).collect()
    }

    /// Tells the rows that hold a value of this hash. `likely` is the first entry of the hash, if somebody knows it.
    fn tell(
        &self,
        hash: Option<u32>,
        likely: Option<u32>,
        same: impl Fn(Handle) -> bool,
        mut tell: impl FnMut(Handle),
    ) {
        let Some(hash) = hash else { return };
        if let Some(shard) = self.shard(hash) {
            let entry = likely
                .filter(|entry| same(shard.first(*entry)))
                .or_else(|| Some(shard.find(hash, &same).ok()?.1));
            match entry.map(|entry| shard.rows(entry)) {
                Some(Rows::One(row)) => tell(row),
                Some(Rows::Many(list)) => list.iter().for_each(&mut tell),
                None => {}
            }
        }
        self.waiting.of(hash).filter(|row| same(*row)).for_each(tell);
    }

    fn first_entry(&self, hash: u32) -> Option<u32> {
        Some(self.shard(hash)?.find(hash, |_| true).ok()?.1)
    }

    fn shard(&self, hash: u32) -> Option<&Shard> {
        self.shards.get(shard_of(hash, self.shards.len())).map(|shard| &**shard)
    }

    /// Bytes that it takes.
    pub(crate) fn bytes(&self) -> usize {
        self.shards.iter().map(|shard| shard.bytes()).sum::<usize>() + self.waiting.bytes()
    }

    /// A small index is one table; it is cut once, when it gets large.
    fn cut(&mut self) {
        let [only] = self.shards.as_mut_slice() else { return };
        if only.len() < LARGE {
            return;
        }
        let only = Arc::unwrap_or_clone(std::mem::take(only));
        self.last = None;
        let mut shards: Vec<Shard> = vec![Shard::default(); SHARDS];
        for (hash, rows) in only.iter() {
            if let Some(shard) = shards.get_mut(shard_of(hash, SHARDS)) {
                shard.take(hash, rows);
            }
        }
        self.shards = shards.into_iter().map(Arc::new).collect();
    }

    fn shard_mut(&mut self, hash: u32) -> Option<&mut Shard> {
        let count = self.shards.len();
        self.shards.get_mut(shard_of(hash, count)).map(Arc::make_mut)
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
        let mut rows = Vec::new();
        index.find(ValueRef::Text(text), |row| keys[row as usize].view(), |row| rows.push(row));
        rows
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
    fn a_row_that_waits_is_found_shared_and_forgotten_like_any_other() {
        let keys: Vec<Value> =
            (0..6_000).map(|n| Value::text(&format!("person{}@example.com", n % 5_000))).collect();
        let key_of = |row: Handle| keys[row as usize].view();
        let mut index = Index::new();
        for row in 0..6_000_u32 {
            index.insert(key_of(row), row, key_of);
            let name = key_of(row);
            let same = found(&index, &keys, name.as_text().unwrap());
            let both = [row.wrapping_sub(5_000), row];
            assert_eq!(same, if row < 5_000 { &both[1..] } else { &both[..] });
            if row % 7 == 0 {
                index.remove(key_of(row), row, key_of);
                assert!(!found(&index, &keys, name.as_text().unwrap()).contains(&row));
                index.insert(key_of(row), row, key_of);
            }
        }
    }

    #[test]
    fn several_values_are_found_as_each_is() {
        let keys: Vec<Value> =
            (0..9_000).map(|n| Value::text(&format!("person{}@example.com", n % 8_000))).collect();
        let key_of = |row: Handle| keys[row as usize].view();
        let mut index = Index::new();
        for row in 0..9_000 {
            index.insert(key_of(row), row, key_of);
        }
        let nobody = Value::text("nobody@example.com");
        let asked: Vec<ValueRef<'_>> = (0..100)
            .map(|n| if n % 10 == 3 { ValueRef::Null } else { key_of(n * 83) })
            .chain([nobody.view()])
            .collect();
        let (mut each, mut all) = (Vec::new(), Vec::new());
        for value in &asked {
            index.find(*value, key_of, |row| each.push(row));
        }
        index.find_any(&asked, key_of, |_| {}, |row| all.push(row));
        assert_eq!(each, all);
        assert!(each.len() > asked.len() * 8 / 10);
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
