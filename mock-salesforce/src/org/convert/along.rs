//! What moves along when a lead is converted?
//!
//! Wire reference §9: tasks and events, open and closed, move to the contact. A campaign
//! membership stays the same row: it keeps its lead and gains the contact.

use crate::id::SfId;
use crate::org::Org;
use crate::org::context::SaveContext;
use crate::org::delete::touch;
use crate::org::error::OrgError;
use crate::org::feed::ChangeKind;
use crate::value::Value;

impl Org {
    pub(super) fn move_activities(
        &mut self,
        cx: &SaveContext,
        lead: SfId,
        contact: SfId,
    ) -> Result<(), Vec<OrgError>> {
        for object in ["Task", "Event"] {
            let object = self.standard(object);
            let Some(who) = object.field_index("WhoId") else { continue };
            for id in self.referring(&object, "WhoId", lead) {
                self.repoint(cx, id, who, contact)?;
            }
        }
        Ok(())
    }

    /// Memberships keep their lead and gain the contact.
    pub(super) fn join_memberships(&mut self, cx: &SaveContext, lead: SfId, contact: SfId) {
        let members = self.standard("CampaignMember");
        let Some(field) = members.field_index("ContactId") else { return };
        for id in self.referring(&members, "LeadId", lead) {
            let Some(mut row) = self.live(id).cloned() else { continue };
            row.set(field, Value::Id(contact));
            touch(&members, &mut row, cx);
            self.replace_row(row);
            self.note(
                cx,
                ChangeKind::Updated,
                (members.index, id),
                vec![(field, Value::Id(contact))],
            );
        }
    }
}
