//! Rows that others hold: locks of transactions, and approval locks.
//!
//! Salesforce locks a row that is written and the parents that the write counts up, until the
//! transaction ends; who cannot have a lock is refused (`UNABLE_TO_LOCK_ROW`, wire reference §7.1,
//! §18). Here a save holds its locks for a fixed time of the org's clock, so that what is refused
//! follows from the clock and the saves before alone. A save at the very same moment counts as the
//! same call and is not in its own way. Off unless the org's settings switch it on; a row can also
//! be held by hand.

use std::collections::{BTreeMap, BTreeSet};

use crate::id::SfId;
use crate::schema::{FieldIndex, ObjectIndex, Schema};
use crate::seed::{OrgSettings, SeedError};
use crate::timestamp::Timestamp;
use crate::value::ValueRef;

use super::Org;
use super::access::{SystemPermission, is_system};
use super::context::{Origin, SaveContext};
use super::error::OrgError;
use super::found::unknown;
use super::save::Draft;

/// Locks that are remembered; expired ones are dropped when there are more.
const LOCKS_MAX: usize = 10_000;

/// Who holds what.
#[derive(Clone, Debug, Default)]
pub(crate) struct Locks {
    /// From when to when a row is held.
    held: BTreeMap<SfId, (Timestamp, Timestamp)>,
    /// References whose targets a write locks too.
    parents: Vec<(ObjectIndex, FieldIndex)>,
    /// Rows in an approval process.
    approvals: BTreeSet<SfId>,
}

impl Locks {
    pub(super) fn set_parents(
        &mut self,
        schema: &Schema,
        settings: &OrgSettings,
    ) -> Result<(), SeedError> {
        let mut parents = Vec::new();
        for name in settings.row_locks.iter().flat_map(|locks| &locks.parents) {
            let (object, field) = name.split_once('.').unwrap_or((name, ""));
            let found = schema
                .object(object)
                .and_then(|object| Some((object.index, object.field_index(field)?)));
            let place = "settings.row_locks.parents";
            parents.push(found.ok_or_else(|| unknown(place, "field", name))?);
        }
        self.parents = parents;
        Ok(())
    }
}

impl Org {
    /// Somebody holds a row from one moment until another, as a long transaction does.
    pub fn hold_row(&mut self, id: SfId, from: Timestamp, until: Timestamp) {
        self.locks.held.insert(id, (from.plus_ms(-1), until));
    }

    /// Puts a row into an approval process, which locks it for editing, or takes it out.
    pub fn set_approval_lock(&mut self, id: SfId, locked: bool) {
        if locked {
            self.locks.approvals.insert(id);
        } else {
            self.locks.approvals.remove(&id);
        }
    }

    /// The locks that a save needs: taken, or refused.
    pub(crate) fn take_locks(&mut self, cx: &SaveContext, draft: &Draft) -> Result<(), OrgError> {
        let none = self.settings.row_locks.is_none() && self.locks.held.is_empty();
        if none || cx.origin == Origin::Import {
            return Ok(());
        }
        let mut wanted = BTreeSet::new();
        if !draft.is_new() {
            wanted.insert(draft.after.id());
        }
        for (object, field) in &self.locks.parents {
            if *object != draft.object.index {
                continue;
            }
            let before = draft.before.as_ref().map(|row| row.get(*field));
            let both = [Some(draft.after.get(*field)), before.filter(|_| draft.changed(*field))];
            wanted.extend(both.into_iter().flatten().filter_map(ValueRef::as_id));
        }
        self.lock_all(cx.now, &wanted)
    }

    /// The lock that a delete needs.
    pub(crate) fn take_lock(&mut self, cx: &SaveContext, id: SfId) -> Result<(), OrgError> {
        let none = self.settings.row_locks.is_none() && self.locks.held.is_empty();
        if none { Ok(()) } else { self.lock_all(cx.now, &BTreeSet::from([id])) }
    }

    fn lock_all(&mut self, now: Timestamp, wanted: &BTreeSet<SfId>) -> Result<(), OrgError> {
        let held = |id: &&SfId| {
            self.locks.held.get(*id).is_some_and(|(from, until)| *from < now && now < *until)
        };
        let taken: Vec<String> = wanted.iter().filter(held).map(ToString::to_string).collect();
        if !taken.is_empty() {
            let message = format!(
                "unable to obtain exclusive access to this record or {} records: {}",
                taken.len(),
                taken.join(",")
            );
            return Err(OrgError::new("UNABLE_TO_LOCK_ROW", message));
        }
        let Some(locks) = &self.settings.row_locks else { return Ok(()) };
        let until = now.plus_ms(i64::try_from(locks.hold_ms).unwrap_or(i64::MAX));
        if self.locks.held.len() > LOCKS_MAX {
            self.locks.held.retain(|_, (_, end)| *end > now);
        }
        for id in wanted {
            self.locks.held.insert(*id, (now, until));
        }
        Ok(())
    }

    /// A row in an approval process is changed by administrators alone.
    pub(crate) fn check_approval_lock(&self, cx: &SaveContext, id: SfId) -> Result<(), OrgError> {
        let locked = self.locks.approvals.contains(&id);
        if !locked || is_system(cx) || self.has(cx.user, SystemPermission::ModifyAllData) {
            return Ok(());
        }
        Err(OrgError::new("ENTITY_IS_LOCKED", "entity is locked for editing"))
    }
}
