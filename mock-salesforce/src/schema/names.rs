//! What a name means, in any case: asked for every field of every save.

use std::hash::{BuildHasher as _, Hasher as _};

use foldhash::fast::FixedState;
use hashbrown::HashTable;

/// The hash is a place to look, nothing that can be seen; the seed is fixed all the same.
const SEED: u64 = 0x0001_abe1_5eed;

/// The bit of small letters, in each of eight bytes.
const SMALL: u64 = 0x2020_2020_2020_2020;

/// Names in any case, and what they mean.
#[derive(Clone, Debug)]
pub(super) struct Names<T>(HashTable<(Box<str>, T)>);

impl<T> Default for Names<T> {
    fn default() -> Self {
        Self(HashTable::new())
    }
}

impl<T: Copy> Names<T> {
    pub(super) fn get(&self, name: &str) -> Option<T> {
        // Nearly everybody writes a name as it is written.
        let same = |own: &str| own == name || own.eq_ignore_ascii_case(name);
        let found = self.0.find(hash_of(name), |(own, _)| same(own));
        found.map(|(_, meaning)| *meaning)
    }

    /// Gives a name a meaning, the one that it had before or not.
    pub(super) fn insert(&mut self, name: &str, meaning: T) {
        let hash = hash_of(name);
        match self.0.find_mut(hash, |(own, _)| own.eq_ignore_ascii_case(name)) {
            Some((_, old)) => *old = meaning,
            None => {
                self.0.insert_unique(hash, (name.into(), meaning), |(own, _)| hash_of(own));
            }
        }
    }

    /// Forgets the names whose meaning does not fit.
    pub(super) fn retain(&mut self, fits: impl Fn(T) -> bool) {
        self.0.retain(|(_, meaning)| fits(*meaning));
    }
}

/// Eight bytes at a time. The bit that tells small letters from large ones is always set: names
/// that differ in nothing else have one hash, and hardly any others do.
fn hash_of(name: &str) -> u64 {
    let mut hasher = FixedState::with_seed(SEED).build_hasher();
    let (words, rest) = name.as_bytes().as_chunks::<8>();
    for word in words {
        hasher.write_u64(u64::from_le_bytes(*word) | SMALL);
    }
    let rest = rest.iter().fold(name.len() as u64, |word, byte| (word << 8) | u64::from(*byte));
    hasher.write_u64(rest | SMALL);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_in_any_case_until_they_are_forgotten() {
        let mut names = Names::default();
        for (at, name) in ["Id", "External_Id__c", "Email", "LastModifiedById"].iter().enumerate() {
            names.insert(name, at);
        }
        names.insert("EMAIL", 7);
        assert_eq!(names.get("external_id__C"), Some(1));
        assert_eq!((names.get("email"), names.get("Emai"), names.get("")), (Some(7), None, None));
        names.retain(|at| at != 7);
        assert_eq!((names.get("Email"), names.get("id")), (None, Some(0)));
    }
}
