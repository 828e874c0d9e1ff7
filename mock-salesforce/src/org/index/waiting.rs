//! New rows that wait to be noted in a large index.
//!
//! A place of a large index is a place of memory that nobody has been at for long. Gone to one after
//! the other, each costs a wait for main memory; gone to side by side they cost hardly more than one.
//! So new rows stand in line until there are enough of them, and whoever looks for a value looks
//! through the line, too: it is short, and lies in one piece.

use crate::org::table::Handle;

/// Rows in a line that is full.
const ROWS: usize = 32;

/// Rows and the hashes of their values, in the order of their coming.
#[derive(Clone, Debug, Default)]
pub(super) struct Waiting {
    hashes: Vec<u32>,
    rows: Vec<Handle>,
}

impl Waiting {
    pub(super) fn push(&mut self, hash: u32, row: Handle) {
        if self.hashes.capacity() == 0 {
            self.hashes.reserve_exact(ROWS);
            self.rows.reserve_exact(ROWS);
        }
        self.hashes.push(hash);
        self.rows.push(row);
    }

    pub(super) fn is_full(&self) -> bool {
        self.hashes.len() >= ROWS
    }

    /// Takes a row out; false if it does not wait with this hash.
    pub(super) fn remove(&mut self, hash: u32, row: Handle) -> bool {
        let Some(at) = self.iter().position(|waiting| waiting == (hash, row)) else { return false };
        self.hashes.remove(at);
        self.rows.remove(at);
        true
    }

    pub(super) fn clear(&mut self) {
        self.hashes.clear();
        self.rows.clear();
    }

    pub(super) fn hashes(&self) -> &[u32] {
        &self.hashes
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (u32, Handle)> {
        self.hashes.iter().copied().zip(self.rows.iter().copied())
    }

    /// Rows whose values have this hash.
    pub(super) fn of(&self, hash: u32) -> impl Iterator<Item = Handle> {
        // Most often there is none, and that is seen without a look at each.
        let held = self.hashes.iter().filter(|other| **other == hash).count();
        let from = if held == 0 { self.hashes.len() } else { 0 };
        self.iter().skip(from).filter(move |(other, _)| *other == hash).map(|(_, row)| row)
    }

    pub(super) fn bytes(&self) -> usize {
        self.hashes.capacity() * size_of::<u32>() + self.rows.capacity() * size_of::<Handle>()
    }
}
