//! The rows that share a value, in order: an owner of a million leads is added to and taken from
//! without moving a million.

use std::sync::Arc;

use smallvec::{SmallVec, smallvec};

use crate::org::table::Handle;

/// Rows in a part that is full.
const PART: usize = 1_024;

/// Rows that need no memory of their own. Most values that are there twice are there a few times.
const NEAR: usize = 4;

/// Handles in ascending order: full parts, which copies share, then the rest.
#[derive(Clone, Debug, Default)]
pub(crate) struct Posting {
    parts: Vec<Arc<Vec<Handle>>>,
    rest: SmallVec<[Handle; NEAR]>,
}

impl Posting {
    pub(super) fn of(a: Handle, b: Handle) -> Self {
        Self { parts: Vec::new(), rest: smallvec![a.min(b), a.max(b)] }
    }

    pub(super) fn first(&self) -> Option<Handle> {
        self.parts.first().map_or(self.rest.first(), |part| part.first()).copied()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.parts.is_empty() && self.rest.is_empty()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = Handle> {
        self.parts.iter().flat_map(|part| part.iter()).chain(&self.rest).copied()
    }

    pub(super) fn bytes(&self) -> usize {
        let parts = self.parts.iter().map(|part| part.capacity()).sum::<usize>();
        let rest = if self.rest.spilled() { self.rest.capacity() } else { 0 };
        let places = parts + rest;
        size_of::<Self>() + places * size_of::<Handle>()
    }

    pub(super) fn insert(&mut self, row: Handle) {
        // A new row comes behind all others.
        if self.rest.last().is_some_and(|last| *last < row) && self.rest.len() < PART - 1 {
            return self.rest.push(row);
        }
        let at = self.part_of(row);
        let Some(part) = self.parts.get_mut(at) else { return self.insert_behind(row) };
        let part = Arc::make_mut(part);
        let Err(place) = part.binary_search(&row) else { return };
        part.insert(place, row);
        if part.len() == 2 * PART {
            let upper = part.split_off(PART);
            self.parts.insert(at + 1, Arc::new(upper));
        }
    }

    /// Puts a row behind the full parts.
    fn insert_behind(&mut self, row: Handle) {
        let Err(place) = self.rest.binary_search(&row) else { return };
        self.rest.insert(place, row);
        if self.rest.len() == PART {
            self.parts.push(Arc::new(std::mem::take(&mut self.rest).into_vec()));
        }
    }

    pub(super) fn remove(&mut self, row: Handle) {
        let at = self.part_of(row);
        let Some(part) = self.parts.get_mut(at) else {
            if let Ok(place) = self.rest.binary_search(&row) {
                self.rest.remove(place);
            }
            return;
        };
        let part = Arc::make_mut(part);
        if let Ok(place) = part.binary_search(&row) {
            part.remove(place);
        }
        if part.is_empty() {
            self.parts.remove(at);
        }
    }

    /// The first part that ends with this row or after it.
    fn part_of(&self, row: Handle) -> usize {
        self.parts.partition_point(|part| part.last().is_some_and(|last| *last < row))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    proptest! {
        #[test]
        fn a_posting_holds_what_a_set_holds(steps in prop::collection::vec((any::<bool>(), 2_u32..6_000), 1..4_000)) {
            let mut posting = Posting::of(1, 0);
            for row in 2..3_000 {
                posting.insert(row);
            }
            let mut set: BTreeSet<u32> = (0..3_000).collect();
            for (add, row) in steps {
                if add {
                    posting.insert(row);
                    set.insert(row);
                } else {
                    posting.remove(row);
                    set.remove(&row);
                }
            }
            prop_assert_eq!(posting.first(), set.first().copied());
            prop_assert!(posting.iter().eq(set));
        }
    }
}
