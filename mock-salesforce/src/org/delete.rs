//! The recycle bin: rows go into it with what belongs to them and come back the same way (§3.5).

use std::sync::Arc;

use crate::automation::Changes;
use crate::id::SfId;
use crate::record::Record;
use crate::schema::ObjectSchema;
use crate::timestamp::DAY_MS;
use crate::value::Value;

use super::Org;
use super::context::SaveContext;
use super::error::OrgError;
use super::feed::ChangeKind;
use super::save::one;

/// Rows that one delete may take along, as Salesforce limits a cascade.
const CASCADE_MAX: usize = 100_000;

impl Org {
    /// Deletes a row: it goes to the recycle bin with the children that belong to it.
    pub fn delete(
        &mut self,
        cx: &SaveContext,
        object: &str,
        id: SfId,
    ) -> Result<(), Vec<OrgError>> {
        let object = self.object(object).map_err(one)?;
        self.transaction(|org| {
            let row = org.target(&object, id).map_err(one)?;
            org.check_delete_right(cx, row).map_err(one)?;
            org.may_delete(cx, &object)?;
            org.check_approval_lock(cx, id).map_err(one)?;
            org.take_lock(cx, id).map_err(one)?;
            org.keep_a_default(&object, id).map_err(one)?;
            org.delete_cascading(cx, id)
        })
    }

    /// Takes a row back out of the recycle bin, with the children that went with it.
    pub fn undelete(&mut self, cx: &SaveContext, id: SfId) -> Result<(), Vec<OrgError>> {
        self.transaction(|org| {
            let row = org.get(id).ok_or_else(|| one(OrgError::invalid_cross_reference()))?;
            let modstamp = org.stored(row, "SystemModstamp").into_owned();
            let days = i64::from(org.settings.recycle_bin_days);
            let expired = match modstamp {
                Value::DateTime(at) => cx.now.0 - at.0 > days * DAY_MS,
                _ => false,
            };
            let merged = !org.stored(row, "MasterRecordId").is_null();
            if !row.is_deleted() || expired || merged {
                let text = "entity is not in the recycle bin";
                return Err(one(OrgError::new("UNDELETE_FAILED", text)));
            }
            org.restore(cx, id, &modstamp)
        })
    }

    /// Takes a row out of the recycle bin for good, with the children that went with it.
    pub fn purge(&mut self, cx: &SaveContext, id: SfId) -> Result<(), Vec<OrgError>> {
        self.transaction(|org| {
            let row = org.get(id).ok_or_else(|| one(OrgError::invalid_cross_reference()))?;
            if !row.is_deleted() {
                let text = "entity is not in the recycle bin";
                return Err(one(OrgError::new("DELETE_FAILED", text)));
            }
            let object = org.schema.shared(row.object());
            let modstamp = org.stored(row, "SystemModstamp").into_owned();
            org.may_delete(cx, &object)?;
            org.remove_deleted(id, &modstamp);
            Ok(())
        })
    }

    /// Removes a deleted row and what was deleted with it.
    fn remove_deleted(&mut self, id: SfId, modstamp: &Value) {
        let mut waiting = vec![id];
        while let Some(next) = waiting.pop() {
            let Some(row) = self.get(next) else { continue };
            if !row.is_deleted() || self.stored(row, "SystemModstamp") != *modstamp {
                continue;
            }
            let object = row.object();
            waiting.extend(self.belongings(next, true));
            self.remove_row(object, next);
        }
    }

    /// Rows that belong to a row, found by its child relationships.
    fn belongings(&self, id: SfId, deleted: bool) -> Vec<SfId> {
        let Some(object) = self.schema.of_prefix(id.prefix_bytes()) else { return Vec::new() };
        let mut found = Vec::new();
        for child in self.schema.at(object).children.iter().filter(|child| child.cascade_delete) {
            let ids = self.lookup(child.object, child.field, &Value::Id(id)).unwrap_or_default();
            let wanted = |id: &SfId| self.get(*id).is_some_and(|row| row.is_deleted() == deleted);
            found.extend(ids.into_iter().filter(wanted));
        }
        found
    }

    fn delete_cascading(&mut self, cx: &SaveContext, id: SfId) -> Result<(), Vec<OrgError>> {
        let mut waiting = vec![id];
        let mut done = 0;
        while let Some(next) = waiting.pop() {
            if self.live(next).is_none() {
                continue;
            }
            done += 1;
            if done > CASCADE_MAX {
                let text = format!("delete would take more than {CASCADE_MAX} rows along");
                return Err(one(OrgError::new("OPERATION_TOO_LARGE", text)));
            }
            waiting.extend(self.belongings(next, false));
            self.mark(cx, next, ChangeKind::Deleted)?;
        }
        Ok(())
    }

    fn restore(
        &mut self,
        cx: &SaveContext,
        id: SfId,
        modstamp: &Value,
    ) -> Result<(), Vec<OrgError>> {
        let mut waiting = vec![id];
        while let Some(next) = waiting.pop() {
            let same_delete = self.get(next).is_some_and(|row| {
                row.is_deleted() && self.stored(row, "SystemModstamp") == modstamp
            });
            if !same_delete {
                continue;
            }
            waiting.extend(self.belongings(next, true));
            self.mark(cx, next, ChangeKind::Undeleted)?;
        }
        Ok(())
    }

    /// Marks a row deleted or not, and tells it.
    pub(crate) fn mark(
        &mut self,
        cx: &SaveContext,
        id: SfId,
        kind: ChangeKind,
    ) -> Result<(), Vec<OrgError>> {
        let Some(before) = self.get(id).cloned() else { return Ok(()) };
        let object = self.schema.shared(before.object());
        let mut after = before.clone();
        after.set_deleted(kind == ChangeKind::Deleted);
        touch(&object, &mut after, cx);
        self.replace_row(after.clone());
        self.note(cx, kind, (object.index, id), Vec::new());
        let changes = Changes { kind, object: Arc::clone(&object), before: Some(before), after };
        self.tell_automations(cx, changes)
    }

    /// A campaign keeps at least one default and one responded status (§10).
    fn keep_a_default(&self, object: &ObjectSchema, id: SfId) -> Result<(), OrgError> {
        if &*object.name != "CampaignMemberStatus" {
            return Ok(());
        }
        let Some(row) = self.live(id) else { return Ok(()) };
        let Some(campaign) = self.stored(row, "CampaignId").as_id() else { return Ok(()) };
        let statuses = self.member_statuses(campaign);
        for field in ["IsDefault", "HasResponded"] {
            let holders = statuses.iter().filter(|status| self.stored(status, field).is_true());
            if self.stored(row, field).is_true() && holders.count() == 1 {
                let text = "You must have at least one default and one responded status.";
                return Err(OrgError::new("DELETE_FAILED", text));
            }
        }
        Ok(())
    }
}

/// Notes who changed a row and when.
pub(crate) fn touch(object: &ObjectSchema, row: &mut Record, cx: &SaveContext) {
    let system = object.system;
    let now = Value::from(cx.now);
    let stamps = [
        (system.modified_date, now.clone()),
        (system.modified_by, Value::Id(cx.user)),
        (system.modstamp, now),
    ];
    for (field, value) in stamps {
        if let Some(field) = field {
            row.set(field, value);
        }
    }
}
