//! References and owners of a row: they must exist, be active, and take rows of the object
//! (wire reference §7.1, §8.1).

use crate::id::SfId;
use crate::record::Record;
use crate::schema::{FieldSchema, ObjectSchema};
use crate::value::ValueRef;

use super::Org;
use super::access::{SystemPermission, is_system};
use super::context::SaveContext;
use super::error::OrgError;
use super::save::Draft;

impl Org {
    pub(crate) fn check_references(&self, cx: &SaveContext, draft: &Draft) -> Vec<OrgError> {
        let object = &draft.object;
        let fields = object.plan().references.iter().filter(|field| draft.changed(**field));
        let mut errors = Vec::new();
        for field in fields.map(|field| object.field_at(*field)) {
            let Some(id) = draft.after.get(field.index).as_id() else { continue };
            let outcome = if Some(field.index) == object.system.owner {
                self.check_owner_of(cx, object, id)
            } else {
                self.check_reference(cx, (object, field), id)
            };
            errors.extend(outcome.err());
        }
        errors.extend(self.check_old_owner(cx, draft).err());
        errors
    }

    fn check_reference(
        &self,
        cx: &SaveContext,
        (object, field): (&ObjectSchema, &FieldSchema),
        id: SfId,
    ) -> Result<(), OrgError> {
        let row = self.get(id);
        if row.is_none() && &*field.name == "RecordTypeId" {
            let message = format!("Record Type ID: this ID value isn't valid for the user: {id}");
            return Err(
                OrgError::new("INVALID_CROSS_REFERENCE_KEY", message).about(["RecordTypeId"])
            );
        }
        let row = row.ok_or_else(OrgError::invalid_cross_reference)?;
        if row.is_deleted() {
            return Err(OrgError::no_access_to_reference(id));
        }
        self.check_reference_right(cx, row)?;
        let activity = matches!(&*object.name, "Task" | "Event" | "CampaignMember");
        let converted = id.prefix() == "00Q" && self.stored(row, "IsConverted").is_true();
        if activity && converted { Err(OrgError::converted_lead()) } else { Ok(()) }
    }

    /// May rows of the object belong to this user or queue?
    pub(crate) fn check_owner(
        &self,
        cx: &SaveContext,
        object: &ObjectSchema,
        owner: SfId,
    ) -> Result<(), OrgError> {
        let row = self.live(owner).ok_or_else(OrgError::invalid_cross_reference)?;
        match owner.prefix() {
            "005" if self.has_left(row) && !self.may_go_to_inactive(cx, object) => {
                Err(inactive(object, owner))
            }
            "005" if !self.permitted(owner, object.index).read && owner != cx.user => {
                let message = "The new owner must have read permission";
                Err(OrgError::new("TRANSFER_REQUIRES_READ", message).about(["OwnerId"]))
            }
            "005" if self.is_guest(row) => {
                let message = "Operation not valid for this user type";
                Err(OrgError::new("OP_WITH_INVALID_USER_TYPE_EXCEPTION", message)
                    .about(["OwnerId"]))
            }
            "00G" if !self.queue_takes(owner, &object.name) => {
                let message = "Queue not associated with this SObject type";
                Err(OrgError::new("INVALID_OPERATION", message).about(["OwnerId"]))
            }
            _ => Ok(()),
        }
    }

    fn has_left(&self, user: &Record) -> bool {
        let fields = self.schema.at(user.object()).plan().user;
        !fields.is_some_and(|[active, _]| user.get(active).is_true())
    }

    /// Is it a user of a kind that owns nothing?
    fn is_guest(&self, user: &Record) -> bool {
        let kind = self.schema.at(user.object()).plan().user.map(|[_, kind]| user.get(kind));
        kind.and_then(ValueRef::as_text).is_some_and(|kind| kind != "Standard")
    }

    fn may_go_to_inactive(&self, cx: &SaveContext, object: &ObjectSchema) -> bool {
        let activity = matches!(&*object.name, "Task" | "Event");
        activity && self.settings.activities_take_inactive_owners
            || self.has(cx.user, SystemPermission::UpdateInactiveOwners)
    }

    /// In some orgs no row can be changed whose owner has left.
    fn check_old_owner(&self, cx: &SaveContext, draft: &Draft) -> Result<(), OrgError> {
        if !self.settings.inactive_owners_block_updates || draft.is_new() || is_system(cx) {
            return Ok(());
        }
        let Some(field) = draft.object.system.owner.filter(|field| !draft.changed(*field)) else {
            return Ok(());
        };
        let Some(owner) = draft.after.get(field).as_id() else { return Ok(()) };
        let left = owner.prefix() == "005" && self.get(owner).is_some_and(|row| self.has_left(row));
        if left && !self.has(cx.user, SystemPermission::UpdateInactiveOwners) {
            return Err(inactive(&draft.object, owner));
        }
        Ok(())
    }

    /// Does the queue list the object?
    pub fn queue_takes(&self, queue: SfId, object: &str) -> bool {
        let schema = self.standard("QueueSobject");
        self.referring(&schema, "QueueId", queue).into_iter().any(|id| {
            let kind = self.get(id).map(|row| self.stored(row, "SobjectType"));
            kind.and_then(ValueRef::as_text).is_some_and(|name| name.eq_ignore_ascii_case(object))
        })
    }
}

fn inactive(object: &ObjectSchema, owner: SfId) -> OrgError {
    let message = format!(
        "operation performed with inactive user [{}] as owner of {}",
        owner.as_str_15(),
        object.label.to_lowercase()
    );
    OrgError::new("INACTIVE_OWNER_OR_USER", message).about(["OwnerId"])
}
