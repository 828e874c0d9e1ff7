//! Where the rows of one object are: own ids by counter, other ids through a tree.
//!
//! Rows stand in chunks that copies of the org share until one of them writes: growing adds a chunk
//! and moves no row, and a copy of a large org copies a list of chunks.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::iter::Peekable;
use std::sync::Arc;

use crate::ahead::ask_for;
use crate::id::SfId;
use crate::record::Record;

/// Rows in one chunk.
const CHUNK: usize = 512;
/// Set in the handles of rows whose ids this org did not give out. There are fewer rows than this.
const FOREIGN: u32 = 1 << 30;

/// Which row, as indexes name it: in four bytes.
pub(crate) type Handle = u32;

/// All rows of one object.
#[derive(Clone, Debug)]
pub(super) struct Rows {
    prefix: [u8; 3],
    own: Chunks,
    /// The id that comes after those of all own rows.
    next: SfId,
    foreign: Chunks,
    by_id: Arc<BTreeMap<SfId, Handle>>,
    /// Places of foreign rows that are gone.
    free: Vec<Handle>,
}

impl Rows {
    pub(super) fn new(prefix: [u8; 3]) -> Self {
        Self {
            prefix,
            own: Chunks::default(),
            next: SfId::numbered(prefix, 1),
            foreign: Chunks::default(),
            by_id: Arc::default(),
            free: Vec::new(),
        }
    }

    /// The id that the next new row gets.
    pub(super) fn next_id(&mut self) -> SfId {
        while self.by_id.contains_key(&self.next) {
            self.push(Record::vacant());
        }
        self.next
    }

    pub(super) fn handle(&self, id: SfId) -> Option<Handle> {
        match self.own_place(id) {
            Some(at) if self.own.get(at).is_some_and(|row| !row.is_vacant()) => handle(at),
            _ => self.by_id.get(&id).copied(),
        }
    }

    /// The row of a handle that an index or [`Rows::handle`] gave.
    pub(super) fn at(&self, handle: Handle) -> Option<&Record> {
        self.place_of(handle).filter(|row| !row.is_vacant())
    }

    fn place_of(&self, handle: Handle) -> Option<&Record> {
        match handle & FOREIGN {
            0 => self.own.get(place(handle)),
            _ => self.foreign.get(place(handle & !FOREIGN)),
        }
    }

    /// Asks for some rows, so that they are near when each is read.
    pub(super) fn ask_for(&self, handles: &[Handle]) {
        for handle in handles {
            self.ask_for_place(*handle);
        }
        for row in handles.iter().filter_map(|handle| self.place_of(*handle)) {
            row.ask_for();
        }
    }

    fn ask_for_place(&self, handle: Handle) {
        match handle & FOREIGN {
            0 => self.own.ask_for(place(handle)),
            _ => self.foreign.ask_for(place(handle & !FOREIGN)),
        }
    }

    /// The id of a handle's row, for own rows without reading it.
    pub(super) fn id(&self, handle: Handle) -> Option<SfId> {
        match handle & FOREIGN {
            0 => Some(self.id_after(place(handle))),
            _ => self.at(handle).map(Record::id),
        }
    }

    /// The ids of some rows, ascending, each once.
    pub(super) fn ids(&self, handles: &mut Vec<Handle>) -> Vec<SfId> {
        handles.sort_unstable();
        handles.dedup();
        let mut ids: Vec<SfId> = handles.iter().filter_map(|handle| self.id(*handle)).collect();
        // Handles are in id order, but for rows with ids from elsewhere.
        if handles.last().is_some_and(|last| last & FOREIGN != 0) {
            ids.sort_unstable();
        }
        ids
    }

    /// Puts in a row whose id no row has.
    pub(super) fn insert(&mut self, id: SfId, row: Record) -> Handle {
        if id == self.next {
            self.push(row);
            return handle(self.own.length - 1).unwrap_or_default();
        }
        match self.own_place(id) {
            Some(at) if at < self.own.length && !self.by_id.contains_key(&id) => {
                self.own.replace(at, row);
                handle(at).unwrap_or_default()
            }
            _ => self.insert_foreign(id, row),
        }
    }

    /// Puts in the row that has the next id, or nothing in its place.
    fn push(&mut self, row: Record) {
        self.own.push(row);
        self.next = self.next.following();
    }

    /// Puts a row in the place of another.
    pub(super) fn replace(&mut self, handle: Handle, row: Record) -> Option<Record> {
        match handle & FOREIGN {
            0 => self.own.replace(place(handle), row),
            _ => self.foreign.replace(place(handle & !FOREIGN), row),
        }
    }

    /// Takes a row out.
    pub(super) fn remove(&mut self, handle: Handle) -> Option<Record> {
        let at = place(handle & !FOREIGN);
        if handle & FOREIGN == 0 {
            if at + 1 == self.own.length {
                let row = self.own.pop();
                self.next = self.id_after(self.own.length);
                return row;
            }
            return self.own.replace(at, Record::vacant());
        }
        let row = self.foreign.replace(at, Record::vacant())?;
        Arc::make_mut(&mut self.by_id).remove(&row.id());
        self.free.push(handle);
        Some(row)
    }

    /// Rows in id order.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Record> {
        let own = self.own.iter().filter(|row| !row.is_vacant());
        let foreign = self.by_id.values().filter_map(|handle| self.at(*handle));
        Merged { a: own.peekable(), b: foreign.peekable() }
    }

    /// Bytes that all rows take. Changes that tell of new rows share them.
    pub(super) fn bytes(&self) -> usize {
        let tree = self.by_id.len() * size_of::<(SfId, Handle)>();
        self.own.bytes() + self.foreign.bytes() + tree
    }

    /// Handles of all rows.
    pub(super) fn handles(&self) -> impl Iterator<Item = Handle> {
        let held = |(at, row): (usize, &Record)| (!row.is_vacant()).then(|| handle(at)).flatten();
        self.own.iter().enumerate().filter_map(held).chain(self.by_id.values().copied())
    }

    fn insert_foreign(&mut self, id: SfId, row: Record) -> Handle {
        let handle = if let Some(handle) = self.free.pop() {
            self.foreign.replace(place(handle & !FOREIGN), row);
            handle
        } else {
            let at = self.foreign.length;
            self.foreign.push(row);
            handle(at).unwrap_or_default() | FOREIGN
        };
        Arc::make_mut(&mut self.by_id).insert(id, handle);
        handle
    }

    fn id_after(&self, count: usize) -> SfId {
        SfId::numbered(self.prefix, count as u64 + 1)
    }

    fn own_place(&self, id: SfId) -> Option<usize> {
        usize::try_from(id.counter(self.prefix)?).ok()?.checked_sub(1)
    }
}

fn place(handle: Handle) -> usize {
    handle as usize
}

fn handle(at: usize) -> Option<Handle> {
    Handle::try_from(at).ok()
}

/// Rows in a line, cut into chunks. A chunk has all of its places from the start: whoever looks for a row goes from the
/// list of chunks to its place, and nowhere else between them.
#[derive(Clone, Debug, Default)]
struct Chunks {
    chunks: Vec<Arc<[Record]>>,
    length: usize,
}

impl Chunks {
    fn get(&self, at: usize) -> Option<&Record> {
        self.chunks.get(at / CHUNK)?.get(at % CHUNK)
    }

    fn ask_for(&self, at: usize) {
        if let Some(chunk) = self.chunks.get(at / CHUNK) {
            ask_for(chunk, at % CHUNK);
        }
    }

    fn push(&mut self, row: Record) {
        if self.length == self.chunks.len() * CHUNK {
            self.chunks.push(std::iter::repeat_n(Record::vacant(), CHUNK).collect());
        }
        self.length += 1;
        self.replace(self.length - 1, row);
    }

    fn pop(&mut self) -> Option<Record> {
        let last = self.length.checked_sub(1)?;
        let row = self.replace(last, Record::vacant());
        self.length = last;
        if last.is_multiple_of(CHUNK) {
            self.chunks.pop();
        }
        row
    }

    fn replace(&mut self, at: usize, row: Record) -> Option<Record> {
        let slot = Arc::make_mut(self.chunks.get_mut(at / CHUNK)?).get_mut(at % CHUNK)?;
        Some(std::mem::replace(slot, row))
    }

    fn iter(&self) -> impl Iterator<Item = &Record> {
        self.chunks.iter().flat_map(|chunk| chunk.iter()).take(self.length)
    }

    fn bytes(&self) -> usize {
        let places = self.chunks.iter().map(|chunk| chunk.len()).sum::<usize>();
        places * size_of::<Record>() + self.iter().map(Record::weight).sum::<usize>()
    }
}

struct Merged<A: Iterator, B: Iterator> {
    a: Peekable<A>,
    b: Peekable<B>,
}

impl<'a, A, B> Iterator for Merged<A, B>
where
    A: Iterator<Item = &'a Record>,
    B: Iterator<Item = &'a Record>,
{
    type Item = &'a Record;

    fn next(&mut self) -> Option<&'a Record> {
        match (self.a.peek(), self.b.peek()) {
            (Some(a), Some(b)) if a.id().cmp(&b.id()) == Ordering::Greater => self.b.next(),
            (Some(_), _) => self.a.next(),
            (None, _) => self.b.next(),
        }
    }
}
