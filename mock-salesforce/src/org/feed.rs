//! The change feed: what became of which row, by whom, when, in order.

mod changes;

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::id::SfId;
use crate::record::Record;
use crate::schema::ObjectIndex;
use crate::timestamp::Timestamp;

use super::context::Origin;
use super::{Org, SaveContext};

use changes::Line;
pub use changes::{ChangeFeed, ChangedFields};

/// Changes that are kept, give or take a thousand; older ones are dropped.
const CHANGES_MAX: usize = 400_000;
/// Bytes that they may take. A new row's change shares the row's memory as long as both are there.
const CHANGES_WEIGHT_MAX: usize = 256 * 1024 * 1024;

/// What became of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    /// It is new.
    Created,
    /// Fields changed.
    Updated,
    /// It went to the recycle bin.
    Deleted,
    /// It came back from there.
    Undeleted,
    /// The lead was converted.
    Converted,
    /// The row took in others; they are deleted.
    Merged,
}

/// One change of one row.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// Position in the feed, from 1, never reused by a committed change.
    pub seq: u64,
    /// The org's time.
    pub at: Timestamp,
    /// What became of the row.
    pub kind: ChangeKind,
    /// The object.
    pub object: ObjectIndex,
    /// The row.
    pub id: SfId,
    /// The running user.
    pub by: SfId,
    /// Where the save came from.
    pub origin: Origin,
    /// The rule, flow or automation that did it, if one did.
    pub cause: Option<Arc<str>>,
    /// Changed fields with their new values.
    pub fields: ChangedFields,
    /// The row as it was, sharing its memory; absent when it is new.
    pub before: Option<Record>,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Feed {
    changes: Line,
    seq: u64,
    cause: Vec<Arc<str>>,
}

impl Feed {
    pub(super) fn mark(&self) -> (usize, u64) {
        (self.changes.len(), self.seq)
    }

    pub(super) fn roll_back(&mut self, (length, seq): (usize, u64)) {
        self.changes.truncate(length);
        self.seq = seq;
    }

    pub(super) fn trim(&mut self) {
        let changes = &mut self.changes;
        while changes.len() > CHANGES_MAX || changes.weight() > CHANGES_WEIGHT_MAX {
            if !changes.drop_chunk() {
                return;
            }
        }
    }
}

impl Org {
    /// The change feed, oldest first: the newest 399,000 changes at least, or those that fit into
    /// 256 MiB.
    pub fn changes(&self) -> ChangeFeed<'_> {
        self.changes_since(0)
    }

    /// The position of the newest change; 0 before the first.
    pub fn changes_seen(&self) -> u64 {
        self.feed.seq
    }

    /// The changes after a position.
    pub fn changes_since(&self, seq: u64) -> ChangeFeed<'_> {
        self.feed.changes.after(seq)
    }

    pub(crate) fn note(
        &mut self,
        cx: &SaveContext,
        kind: ChangeKind,
        (object, id): (ObjectIndex, SfId),
        fields: impl Into<ChangedFields>,
    ) {
        let before = self.undo.before(id).cloned();
        self.feed.seq += 1;
        self.feed.changes.push(Change {
            seq: self.feed.seq,
            at: cx.now,
            kind,
            object,
            id,
            by: cx.user,
            origin: cx.origin,
            cause: self.feed.cause.last().cloned(),
            fields: fields.into(),
            before,
        });
    }

    /// Runs `f` and names `cause` in every change that it makes.
    pub(crate) fn because<T>(&mut self, cause: &str, f: impl FnOnce(&mut Self) -> T) -> T {
        self.feed.cause.push(cause.into());
        let outcome = f(self);
        self.feed.cause.pop();
        outcome
    }
}
