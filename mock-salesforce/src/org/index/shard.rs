//! A part of an index: the values of some hashes.

use super::entries::Entries;
use super::posting::Posting;
use crate::org::table::Handle;

/// Set in an entry that is not a row but the place of a list of rows.
const MANY: u32 = 1 << 31;

/// A part of the values. An entry is the only row that holds a value, or the place of a list.
#[derive(Clone, Debug, Default)]
pub(super) struct Shard {
    entries: Entries,
    lists: Vec<Posting>,
    /// Places of lists that are gone.
    free: Vec<u32>,
}

/// The rows that hold a value.
#[derive(Clone, Copy, Debug)]
pub(super) enum Rows<'s> {
    One(Handle),
    Many(&'s Posting),
}

impl Shard {
    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    /// Bytes that it takes.
    pub(super) fn bytes(&self) -> usize {
        let lists = self.lists.iter().map(Posting::bytes).sum::<usize>();
        size_of::<Self>() + self.entries.bytes() + lists
    }

    /// Hashes, and the rows of each value that has one.
    pub(super) fn iter(&self) -> impl Iterator<Item = (u32, Rows<'_>)> {
        self.entries.iter().map(|(hash, entry)| (hash, self.rows(entry)))
    }

    /// Takes over the rows of a value that it does not have.
    pub(super) fn take(&mut self, hash: u32, rows: Rows<'_>) {
        let entry = match rows {
            Rows::One(row) => row,
            Rows::Many(list) => self.add_list(list.clone()),
        };
        self.entries.insert(hash, entry);
    }

    /// Asks for where a hash is looked for.
    #[inline]
    pub(super) fn ask_for(&self, hash: u32) {
        self.entries.ask_for(hash);
    }

    /// What an entry stands for.
    #[inline]
    pub(super) fn rows(&self, entry: u32) -> Rows<'_> {
        self.list(entry).map_or(Rows::One(entry), Rows::Many)
    }

    /// The entry of a value, and where it stands; or where it would. `same` tells whether a row holds it.
    pub(super) fn find(
        &self,
        hash: u32,
        same: impl Fn(Handle) -> bool,
    ) -> Result<(usize, u32), usize> {
        self.entries.find(hash, |entry| same(self.first(entry)))
    }

    /// Gives the list that the row went into, if others hold the value too.
    pub(super) fn insert(
        &mut self,
        (hash, row): (u32, Handle),
        same: impl Fn(Handle) -> bool,
    ) -> Option<u32> {
        let (at, entry) = match self.find(hash, same) {
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

    pub(super) fn remove(&mut self, (hash, row): (u32, Handle), same: impl Fn(Handle) -> bool) {
        let Ok((at, entry)) = self.find(hash, same) else { return };
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
    pub(super) fn first(&self, entry: u32) -> Handle {
        self.list(entry).map_or(entry, |list| list.first().unwrap_or_default())
    }

    fn list(&self, entry: u32) -> Option<&Posting> {
        if entry & MANY == 0 { None } else { self.lists.get((entry & !MANY) as usize) }
    }

    pub(super) fn list_mut(&mut self, entry: u32) -> Option<&mut Posting> {
        if entry & MANY == 0 { None } else { self.lists.get_mut((entry & !MANY) as usize) }
    }
}
