//! Merging: a master takes in one or two rows of its object; what pointed at them points at it.

use std::sync::Arc;

use crate::automation::Changes;
use crate::id::SfId;
use crate::record::Record;
use crate::schema::{FieldIndex, ObjectIndex};
use crate::value::Value;

use super::Org;
use super::context::{FieldInput, SaveContext};
use super::delete::touch;
use super::error::OrgError;
use super::feed::ChangeKind;
use super::save::one;

/// Rows that one merge takes in (§13).
const LOSERS_MAX: usize = 2;

/// What came of a merge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Merged {
    /// The row that stays.
    pub master: SfId,
    /// Rows that refer to it now, in the order in which they were found.
    pub related: Vec<SfId>,
}

impl Org {
    /// Merges rows into a master. The master keeps its own values; the others are deleted and say
    /// in `MasterRecordId` where they went.
    pub fn merge(
        &mut self,
        cx: &SaveContext,
        master: SfId,
        losers: &[SfId],
    ) -> Result<Merged, Vec<OrgError>> {
        self.merge_with(cx, master, losers, &FieldInput::new())
    }

    /// The same; the master takes these values as well. Validation and duplicate rules stay out of
    /// it, as of every merge.
    pub fn merge_with(
        &mut self,
        cx: &SaveContext,
        master: SfId,
        losers: &[SfId],
        fields: &FieldInput,
    ) -> Result<Merged, Vec<OrgError>> {
        self.transaction(|org| {
            org.check_merge(cx, master, losers)?;
            org.take_values(cx, master, fields)?;
            let mut related = Vec::new();
            for loser in losers {
                related.extend(org.reparent(cx, *loser, master)?);
                org.absorb(cx, *loser, master)?;
            }
            org.told_merge(cx, master)?;
            Ok(Merged { master, related })
        })
    }

    fn take_values(
        &mut self,
        cx: &SaveContext,
        master: SfId,
        fields: &FieldInput,
    ) -> Result<(), Vec<OrgError>> {
        let Some(row) = self.live(master).filter(|_| !fields.is_empty()) else { return Ok(()) };
        let object = self.schema.shared(row.object());
        let values = self.read_fields(cx, &object, fields, false)?;
        let outer = std::mem::replace(&mut self.lenient, true);
        let saved = self.save_existing(cx, master, values);
        self.lenient = outer;
        saved.map(|_| ())
    }

    fn check_merge(
        &self,
        cx: &SaveContext,
        master: SfId,
        losers: &[SfId],
    ) -> Result<(), Vec<OrgError>> {
        let invalid = |text: &str| one(OrgError::new("INVALID_OPERATION", text));
        if losers.is_empty() || losers.len() > LOSERS_MAX {
            return Err(invalid("a merge takes one or two records besides the master"));
        }
        let object =
            self.schema.of_prefix(master.prefix_bytes()).map(|index| self.schema.shared(index));
        let object = object.ok_or_else(|| one(OrgError::invalid_cross_reference()))?;
        if !object.mergeable {
            return Err(invalid("records of this object cannot be merged"));
        }
        for (at, id) in losers.iter().chain([&master]).enumerate() {
            let row = self.target(&object, *id).map_err(one)?;
            if self.stored(row, "IsConverted").is_true() {
                return Err(one(OrgError::converted_lead()));
            }
            if losers.iter().take(at).any(|other| other == id) {
                return Err(invalid("a record cannot be merged with itself"));
            }
        }
        self.may_delete(cx, &object)?;
        self.may_update(cx, &object)
    }

    /// Everything live that refers to one row refers to the other from now on.
    fn reparent(
        &mut self,
        cx: &SaveContext,
        from: SfId,
        to: SfId,
    ) -> Result<Vec<SfId>, Vec<OrgError>> {
        let mut moved = Vec::new();
        let Some(object) = self.schema.of_prefix(from.prefix_bytes()) else { return Ok(moved) };
        let links: Vec<(ObjectIndex, FieldIndex)> = self
            .schema
            .at(object)
            .children
            .iter()
            .map(|child| (child.object, child.field))
            .collect();
        for (child, field) in links {
            let ids = self.lookup(child, field, &Value::Id(from)).unwrap_or_default();
            for id in ids.into_iter().filter(|id| *id != to) {
                self.repoint(cx, id, field, to)?;
                let row = self.live(id).filter(|row| row.get(field).as_id() == Some(to));
                moved.extend(row.map(Record::id).filter(|id| !moved.contains(id)));
            }
        }
        Ok(moved)
    }

    /// Points one reference at another row. A second membership in a campaign is dropped instead.
    pub(crate) fn repoint(
        &mut self,
        cx: &SaveContext,
        id: SfId,
        field: FieldIndex,
        to: SfId,
    ) -> Result<(), Vec<OrgError>> {
        let Some(mut row) = self.live(id).cloned() else { return Ok(()) };
        let object = self.schema.shared(row.object());
        if &*object.name == "CampaignMember" && self.is_member(&row, field, to) {
            return self.mark(cx, id, ChangeKind::Deleted);
        }
        row.set(field, Value::Id(to));
        touch(&object, &mut row, cx);
        self.replace_row(row);
        self.note(cx, ChangeKind::Updated, (object.index, id), vec![(field, Value::Id(to))]);
        Ok(())
    }

    fn is_member(&self, member: &Record, field: FieldIndex, person: SfId) -> bool {
        let campaign = self.stored(member, "CampaignId");
        let others = self.lookup(member.object(), field, &Value::Id(person)).unwrap_or_default();
        let rows = others.into_iter().filter_map(|id| self.live(id));
        rows.into_iter()
            .any(|row| row.id() != member.id() && self.stored(row, "CampaignId") == campaign)
    }

    fn absorb(&mut self, cx: &SaveContext, loser: SfId, master: SfId) -> Result<(), Vec<OrgError>> {
        let Some(mut row) = self.live(loser).cloned() else { return Ok(()) };
        let object = self.schema.shared(row.object());
        if let Some(field) = object.field_index("MasterRecordId") {
            row.set(field, Value::Id(master));
        }
        self.replace_row(row);
        self.mark(cx, loser, ChangeKind::Deleted)
    }

    fn told_merge(&mut self, cx: &SaveContext, master: SfId) -> Result<(), Vec<OrgError>> {
        let Some(before) = self.live(master).cloned() else { return Ok(()) };
        let object = self.schema.shared(before.object());
        let mut after = before.clone();
        touch(&object, &mut after, cx);
        self.replace_row(after.clone());
        self.note(cx, ChangeKind::Merged, (object.index, master), Vec::new());
        let kind = ChangeKind::Merged;
        let changes = Changes { kind, object: Arc::clone(&object), before: Some(before), after };
        self.tell_automations(cx, changes)
    }
}
