//! Hashes and what they lead to, sorted by hash, with gaps: a look goes to where the hash should be
//! and reads on for a few entries.
//!
//! An entry is eight bytes, hash and meaning together, so that a look touches one place of memory
//! and growing touches no row.

use crate::ahead::ask_for;

/// A place without an entry. No row has this handle.
const GAP: u64 = u64::MAX;
/// Places behind the last one that a hash can ask for, so that nothing has to wrap round.
const TAIL: usize = 32;
/// Places that memory gives at once.
const LINE: usize = 8;
/// Entries that fill seven of eight places, not more.
const FULL: (usize, usize) = (7, 8);
/// Growing adds an eighth; to a small table, a half.
const GROWTH: usize = 8;
const GROWTH_SMALL: usize = 2;
/// Places of a table that is not small any more.
const SMALL: usize = 512;
/// Places of a table that holds anything at all.
const FIRST: usize = 8;

/// Sorted entries with gaps.
#[derive(Clone, Debug, Default)]
pub(super) struct Entries {
    places: Vec<u64>,
    used: usize,
}

impl Entries {
    pub(super) fn len(&self) -> usize {
        self.used
    }

    pub(super) fn bytes(&self) -> usize {
        self.places.capacity() * size_of::<u64>()
    }

    /// The place of the entry of this hash that fits, with its meaning; or the place where it would stand.
    pub(super) fn find(
        &self,
        hash: u32,
        fits: impl Fn(u32) -> bool,
    ) -> Result<(usize, u32), usize> {
        let from = self.home(hash);
        let mut at = from;
        for entry in self.places.get(from..).unwrap_or_default() {
            if hash_of(*entry) > hash || *entry == GAP {
                break;
            }
            if hash_of(*entry) == hash && fits(meaning_of(*entry)) {
                return Ok((at, meaning_of(*entry)));
            }
            at += 1;
        }
        Err(at)
    }

    /// Asks for where a hash is looked for, and for what moves when it is put there.
    #[inline]
    pub(super) fn ask_for(&self, hash: u32) {
        let home = self.home(hash);
        ask_for(&self.places, home);
        ask_for(&self.places, home + LINE);
    }

    pub(super) fn insert(&mut self, hash: u32, meaning: u32) {
        let at = self.find(hash, |_| false).map_or_else(|at| at, |(at, _)| at);
        self.insert_at(at, hash, meaning);
    }

    /// The same at the place that [`Entries::find`] gave.
    pub(super) fn insert_at(&mut self, at: usize, hash: u32, meaning: u32) {
        let (filled, of) = FULL;
        let full = self.used * of >= self.room() * filled;
        if full || !self.put(at, entry_of(hash, meaning)) {
            self.grow();
            return self.insert(hash, meaning);
        }
        self.used += 1;
    }

    /// Gives the entry at a place another meaning.
    pub(super) fn replace(&mut self, at: usize, meaning: u32) {
        if let Some(entry) = self.places.get_mut(at) {
            *entry = entry_of(hash_of(*entry), meaning);
        }
    }

    /// Takes an entry out; those that stand behind it because of it move up.
    pub(super) fn remove(&mut self, at: usize) {
        let mut gap = at;
        while let Some(entry) = self.places.get(gap + 1).copied() {
            if entry == GAP || self.home(hash_of(entry)) > gap {
                break;
            }
            self.write(gap, entry);
            gap += 1;
        }
        self.write(gap, GAP);
        self.used -= 1;
    }

    /// Every entry, by hash.
    pub(super) fn iter(&self) -> impl Iterator<Item = (u32, u32)> {
        let entries = self.places.iter().filter(|entry| **entry != GAP);
        entries.map(|entry| (hash_of(*entry), meaning_of(*entry)))
    }

    /// Puts an entry in its place; false if there is no room behind it.
    fn put(&mut self, at: usize, entry: u64) -> bool {
        let behind = self.places.get(at..).unwrap_or_default();
        let Some(gap) = behind.iter().position(|other| *other == GAP) else { return false };
        self.places.copy_within(at..at + gap, at + 1);
        self.write(at, entry);
        true
    }

    fn grow(&mut self) {
        let part = if self.room() < SMALL { GROWTH_SMALL } else { GROWTH };
        let room = (self.room() + self.room().div_ceil(part)).max(FIRST);
        let old = std::mem::replace(&mut self.places, vec![GAP; room + TAIL]);
        let mut next = 0;
        for entry in old.into_iter().filter(|entry| *entry != GAP) {
            // In order, each to its home or behind the one before.
            let at = self.home(hash_of(entry)).max(next);
            if at >= self.places.len() {
                self.places.push(GAP);
            }
            self.write(at, entry);
            next = at + 1;
        }
    }

    fn write(&mut self, at: usize, entry: u64) {
        if let Some(place) = self.places.get_mut(at) {
            *place = entry;
        }
    }

    /// Places that hashes ask for.
    fn room(&self) -> usize {
        self.places.len().saturating_sub(TAIL)
    }

    /// Where an entry of this hash stands if nothing stands in its way; higher hashes, higher homes.
    fn home(&self, hash: u32) -> usize {
        let home = (u64::from(hash) * self.room() as u64) >> 32;
        usize::try_from(home).unwrap_or_default()
    }
}

fn entry_of(hash: u32, meaning: u32) -> u64 {
    (u64::from(hash) << 32) | u64::from(meaning)
}

fn hash_of(entry: u64) -> u32 {
    u32::try_from(entry >> 32).unwrap_or_default()
}

fn meaning_of(entry: u64) -> u32 {
    u32::try_from(entry & u64::from(u32::MAX)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    proptest! {
        #[test]
        fn entries_hold_what_a_set_holds(steps in prop::collection::vec((any::<bool>(), 0_u32..40, 0_u32..8), 0..600), spread in prop::sample::select(vec![1_u32, 0x0400_0000, 0x0660_0001])) {
            let mut entries = Entries::default();
            let mut set = BTreeSet::new();
            for (add, hash, meaning) in steps {
                let hash = hash.wrapping_mul(spread);
                let held = entries.find(hash, |own| own == meaning).ok();
                prop_assert_eq!(held.is_some(), set.contains(&(hash, meaning)));
                match held {
                    None if add => {
                        entries.insert(hash, meaning);
                        set.insert((hash, meaning));
                    }
                    Some((at, _)) if !add => {
                        entries.remove(at);
                        set.remove(&(hash, meaning));
                    }
                    _ => {}
                }
            }
            prop_assert_eq!(entries.len(), set.len());
            let held: BTreeSet<(u32, u32)> = entries.iter().collect();
            prop_assert_eq!(held, set);
        }
    }

    #[test]
    fn a_large_table_is_nearly_full_and_finds_everything() {
        let hash = |n: u32| n.wrapping_mul(0x9e37_79b1);
        let mut entries = Entries::default();
        for n in 0..100_000 {
            entries.insert(hash(n), n);
        }
        assert!((0..100_000).all(|n| entries.find(hash(n), |own| own == n).is_ok()));
        assert!((100_000..200_000).all(|n| entries.find(hash(n), |_| true).is_err()));
        assert!(entries.bytes() < 100_000 * 11);
    }
}
