//! Open queries: what `nextRecordsUrl` leads to.
//!
//! A cursor keeps the ids that the query found, and the resolved statement to write each page with. A user has at most
//! ten; the oldest goes first; all die after two days (wire reference §4.1, §13). Cursors of lists of children count
//! for themselves, since one page can have many.

use std::{collections::BTreeMap, sync::Arc};

use crate::{
    SfId, Timestamp,
    soql::{Statement, Visible},
};

/// Most open cursors of one user.
pub(crate) const CURSOR_LIMIT: usize = 10;
/// Most open cursors of lists of children of one user.
pub(crate) const CHILD_CURSOR_LIMIT: usize = 2_000;
/// How long a cursor lives, in milliseconds.
pub(crate) const CURSOR_MS: i64 = 2 * 24 * 3_600_000;

/// A query with pages left.
#[derive(Debug, Clone)]
pub(crate) struct Cursor {
    pub(crate) user: SfId,
    pub(crate) opened: Timestamp,
    pub(crate) statement: Arc<Statement>,
    pub(crate) ids: Arc<[SfId]>,
    pub(crate) visible: Visible,
    /// Rows a page.
    pub(crate) batch: usize,
    /// Is it a list of children in a row of another query?
    pub(crate) children: bool,
}

/// Every open cursor.
#[derive(Debug, Default)]
pub(crate) struct Cursors {
    opened: u64,
    open: BTreeMap<SfId, Cursor>,
}

impl Cursors {
    /// Keeps a cursor and gives its locator.
    pub(crate) fn open(&mut self, cursor: Cursor) -> SfId {
        self.forget(cursor.opened);
        let limit = if cursor.children { CHILD_CURSOR_LIMIT } else { CURSOR_LIMIT };
        let is_rival = |open: &Cursor| open.user == cursor.user && open.children == cursor.children;
        let mut rivals = self.open.iter().filter(|(_, open)| is_rival(open)).map(|(id, _)| *id);
        if let (Some(oldest), true) = (rivals.next(), rivals.count() + 1 >= limit) {
            self.open.remove(&oldest);
        }
        self.opened += 1;
        let locator = SfId::numbered(*b"0r8", self.opened);
        self.open.insert(locator, cursor);
        locator
    }

    /// The cursor of a locator.
    pub(crate) fn get(&mut self, locator: SfId, user: SfId, now: Timestamp) -> Option<Cursor> {
        self.forget(now);
        self.open.get(&locator).filter(|cursor| cursor.user == user).cloned()
    }

    /// Closes every cursor; locators that were given lead nowhere.
    pub(crate) fn forget_all(&mut self) {
        self.open.clear();
    }

    /// Queries opened so far: the number of the last locator.
    pub(crate) fn opened(&self) -> u64 {
        self.opened
    }

    /// Goes on after the locator of this number.
    pub(crate) fn go_on_after(&mut self, opened: u64) {
        self.opened = opened;
    }

    fn forget(&mut self, now: Timestamp) {
        self.open.retain(|_, cursor| now.0 - cursor.opened.0 < CURSOR_MS);
    }
}
