//! Transactions: what a refused save did is undone step by step, nothing is copied beforehand.

use crate::id::SfId;
use crate::record::Record;
use crate::schema::ObjectIndex;

use super::Org;

/// Steps that can be undone, newest last.
#[derive(Clone, Debug, Default)]
pub(crate) struct UndoLog {
    steps: Vec<Undo>,
    open: usize,
}

#[derive(Clone, Debug)]
enum Undo {
    Inserted(ObjectIndex, SfId),
    Replaced(Record),
    Removed(Record),
}

impl UndoLog {
    /// The row as it was before the newest step, if that step replaced it.
    pub(super) fn before(&self, id: SfId) -> Option<&Record> {
        match self.steps.last() {
            Some(Undo::Replaced(old)) if old.id() == id => Some(old),
            _ => None,
        }
    }

    fn push(&mut self, step: Undo) {
        if self.open > 0 {
            self.steps.push(step);
        }
    }
}

impl Org {
    /// Runs `f`; if it fails, everything that it did to rows, feed and agenda is undone.
    /// Transactions nest: an inner failure undoes the inner part only.
    pub fn transaction<T, E>(&mut self, f: impl FnOnce(&mut Self) -> Result<T, E>) -> Result<T, E> {
        let steps = self.undo.steps.len();
        let (feed, agenda) = (self.feed.mark(), self.agenda.mark());
        self.undo.open += 1;
        let outcome = f(self);
        if outcome.is_err() {
            self.roll_back(steps);
            self.feed.roll_back(feed);
            self.agenda.roll_back(agenda);
        }
        self.undo.open -= 1;
        if self.undo.open == 0 {
            self.undo.steps.clear();
            self.feed.trim();
        }
        outcome
    }

    /// Runs `f` as one save of several rows: duplicate rules do not see rows of the same save.
    pub fn batch<T>(&mut self, f: impl FnOnce(&mut Self) -> T) -> T {
        let outer = self.batch.replace(Vec::new());
        let outcome = f(self);
        self.batch = outer;
        outcome
    }

    /// Puts in a row, and gives it as it is stored.
    pub(crate) fn insert_row(&mut self, row: &Record) -> Record {
        let (object, id) = (row.object(), row.id());
        let stored = self.table_mut(object).insert(row);
        self.undo.push(Undo::Inserted(object, id));
        if let Some(batch) = &mut self.batch {
            // Ids are given out in order: a row comes after those before it.
            let at = if batch.last().is_none_or(|last| *last < id) {
                batch.len()
            } else {
                batch.partition_point(|other| *other < id)
            };
            batch.insert(at, id);
        }
        stored
    }

    pub(crate) fn replace_row(&mut self, row: Record) {
        if let Some(old) = self.table_mut(row.object()).replace(row) {
            self.undo.push(Undo::Replaced(old));
        }
    }

    pub(crate) fn remove_row(&mut self, object: ObjectIndex, id: SfId) {
        if let Some(old) = self.table_mut(object).remove(id) {
            self.undo.push(Undo::Removed(old));
        }
    }

    fn roll_back(&mut self, to: usize) {
        while self.undo.steps.len() > to {
            match self.undo.steps.pop() {
                Some(Undo::Inserted(object, id)) => {
                    self.table_mut(object).remove(id);
                }
                Some(Undo::Replaced(old)) => {
                    self.table_mut(old.object()).replace(old);
                }
                Some(Undo::Removed(old)) => {
                    self.table_mut(old.object()).insert(&old);
                }
                None => {}
            }
        }
    }
}
