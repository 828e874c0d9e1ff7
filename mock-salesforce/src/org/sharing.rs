//! Which rows a user may see, change, give away and delete (sharing model of the org).
//!
//! Object rights come first ([`super::access`]). Of the rows of an object a user has what the
//! organization-wide default says, and everything of the rows that are their own, their queues', or
//! owned by somebody below them in the role hierarchy. View All and Modify All see past that.
//! Nobody shares by hand or by criteria here.

use std::collections::BTreeSet;

use crate::id::SfId;
use crate::record::Record;
use crate::schema::ObjectIndex;
use crate::seed::SharingModel;

use super::Org;
use super::access::{SystemPermission, is_system};
use super::context::SaveContext;
use super::error::OrgError;
use super::save::Draft;

/// Roles above one another, and groups in groups, that are followed.
const DEPTH_MAX: usize = 50;

/// What a user may do with a row. Each step contains the ones before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RowRight {
    /// It is not there for the user.
    None,
    /// See it.
    Read,
    /// Change it.
    Edit,
    /// Give it to somebody else.
    Transfer,
    /// Everything, delete included.
    All,
}

impl Org {
    /// Does the user see the row?
    pub fn visible(&self, user: SfId, row: &Record) -> bool {
        self.access.sharing.is_empty() || self.row_right(user, row) >= RowRight::Read
    }

    /// Is it an activity in the archive, which only `queryAll` finds?
    pub(crate) fn is_archived(&self, row: &Record) -> bool {
        let archived = self.schema.at(row.object()).system.archived;
        archived.is_some_and(|field| row.get(field).is_true())
    }

    /// Are there rows of the object that some users do not see?
    pub fn is_shared_selectively(&self, object: ObjectIndex) -> bool {
        self.access.sharing.contains_key(&object)
    }

    /// What sharing lets a user do with a row. Object rights are asked apart from this.
    pub fn row_right(&self, user: SfId, row: &Record) -> RowRight {
        let usual = match self.access.sharing.get(&row.object()) {
            None | Some(SharingModel::FullAccess) => return RowRight::All,
            Some(SharingModel::Private) => RowRight::None,
            Some(SharingModel::Read) => RowRight::Read,
            Some(SharingModel::ReadWrite) => RowRight::Edit,
            Some(SharingModel::ReadWriteTransfer) => RowRight::Transfer,
        };
        let Some(owner) = self.schema.at(row.object()).system.owner else { return RowRight::All };
        let Some(owner) = row.get(owner).as_id() else { return RowRight::All };
        let crud = self.permitted(user, row.object());
        if crud.modify_all
            || owner == user
            || self.has(user, SystemPermission::ModifyAllData)
            || self.acts_for(user, owner)
        {
            return RowRight::All;
        }
        if crud.view_all || self.has(user, SystemPermission::ViewAllData) {
            return usual.max(RowRight::Read);
        }
        usual
    }

    /// Is the user in the queue, or above the owner or a member of the queue in the hierarchy?
    fn acts_for(&self, user: SfId, owner: SfId) -> bool {
        if owner.prefix() != "00G" {
            return self.is_above(user, owner);
        }
        let members = self.members(owner);
        members.contains(&user) || members.iter().any(|member| self.is_above(user, *member))
    }

    /// Users of a queue or group, those of groups in it too.
    pub(crate) fn members(&self, group: SfId) -> BTreeSet<SfId> {
        let (mut users, mut groups) = (BTreeSet::new(), BTreeSet::from([group]));
        let mut waiting = vec![group];
        while let Some(next) = waiting.pop() {
            let (direct, nested): (Vec<SfId>, Vec<SfId>) =
                self.direct_members(next).into_iter().partition(|id| id.prefix() == "005");
            users.extend(direct);
            let room = DEPTH_MAX.saturating_sub(groups.len());
            waiting.extend(nested.into_iter().take(room).filter(|group| groups.insert(*group)));
        }
        users
    }

    /// Users and groups that are in a group themselves.
    fn direct_members(&self, group: SfId) -> Vec<SfId> {
        let object = self.standard("GroupMember");
        let rows = self.referring(&object, "GroupId", group);
        let member = |id: SfId| self.stored(self.get(id)?, "UserOrGroupId").as_id();
        rows.into_iter().filter_map(member).collect()
    }

    /// Is a user's role above another's?
    fn is_above(&self, user: SfId, other: SfId) -> bool {
        let role_of = |id: SfId| self.stored(self.get(id)?, "UserRoleId").as_id();
        let (Some(wanted), Some(role)) = (role_of(user), role_of(other)) else { return false };
        let parent = |role: &SfId| self.stored(self.get(*role)?, "ParentRoleId").as_id();
        std::iter::successors(parent(&role), parent).take(DEPTH_MAX).any(|role| role == wanted)
    }

    /// May the row be changed (and given away, if its owner changes) by the running user?
    pub(crate) fn check_row_rights(&self, cx: &SaveContext, draft: &Draft) -> Result<(), OrgError> {
        let Some(before) = &draft.before else { return Ok(()) };
        if self.access.sharing.is_empty() || is_system(cx) {
            return Ok(());
        }
        let right = self.row_right(cx.user, before);
        let given_away = draft.object.system.owner.is_some_and(|owner| draft.changed(owner));
        let transfers = || {
            self.has(cx.user, SystemPermission::TransferRecord)
                || &*draft.object.name == "Lead"
                    && self.has(cx.user, SystemPermission::TransferLeads)
        };
        let transferred = right >= RowRight::Transfer || right >= RowRight::Read && transfers();
        let allowed = if given_away {
            transferred && (right >= RowRight::Edit || draft.given().count() == 1)
        } else {
            right >= RowRight::Edit
        };
        if allowed { Ok(()) } else { Err(OrgError::no_access()) }
    }

    /// May the row be deleted by the running user?
    pub(crate) fn check_delete_right(
        &self,
        cx: &SaveContext,
        row: &Record,
    ) -> Result<(), OrgError> {
        let free = self.access.sharing.is_empty() || is_system(cx);
        if free || self.row_right(cx.user, row) == RowRight::All {
            return Ok(());
        }
        Err(OrgError::no_access())
    }

    /// May a row of the running user refer to this one?
    pub(crate) fn check_reference_right(
        &self,
        cx: &SaveContext,
        row: &Record,
    ) -> Result<(), OrgError> {
        if is_system(cx) || self.visible(cx.user, row) {
            return Ok(());
        }
        Err(OrgError::no_access_to_reference(row.id()))
    }
}
