//! Who may do what: object rights, field rights and system permissions by user.
//!
//! What a user's own entry says comes first, then what the profile says, then the default: every
//! object and field is open, and system permissions are those of an administrator for the profile
//! `System Administrator`, else those of a standard user. Permission sets only ever add.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::id::SfId;
use crate::schema::{FieldIndex, ObjectIndex, ObjectSchema};
use crate::seed::SharingModel;

use super::Org;
use super::context::{Origin, SaveContext};
use super::error::OrgError;
use super::save::one;

/// The profile whose users are administrators.
pub(crate) const ADMINISTRATORS: &str = "System Administrator";

/// Rights on the rows of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "the six rights of a profile")]
pub struct Crud {
    /// May create rows.
    #[serde(default)]
    pub create: bool,
    /// May see rows.
    #[serde(default)]
    pub read: bool,
    /// May change rows.
    #[serde(default)]
    pub update: bool,
    /// May delete rows.
    #[serde(default)]
    pub delete: bool,
    /// Sees all rows, whoever owns them.
    #[serde(default)]
    pub view_all: bool,
    /// May do everything with all rows, whoever owns them.
    #[serde(default)]
    pub modify_all: bool,
}

impl Crud {
    /// Create, read, update and delete what sharing allows.
    pub const ALL: Self =
        Self { create: true, read: true, update: true, delete: true, ..Self::NONE };
    /// No right.
    pub const NONE: Self = Self {
        create: false,
        read: false,
        update: false,
        delete: false,
        view_all: false,
        modify_all: false,
    };

    fn or(self, other: Self) -> Self {
        Self {
            create: self.create || other.create,
            read: self.read || other.read,
            update: self.update || other.update,
            delete: self.delete || other.delete,
            view_all: self.view_all || other.view_all,
            modify_all: self.modify_all || other.modify_all,
        }
    }
}

/// Rights on a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldAccess {
    /// The user does not see it.
    None,
    /// The user sees it.
    Read,
    /// The user sees and changes it.
    Edit,
}

/// Permissions that are not about one object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SystemPermission {
    /// "API Enabled".
    ApiEnabled,
    /// "View Setup and Configuration".
    ViewSetup,
    /// "Transfer Leads": give leads of others away, if they can be read.
    TransferLeads,
    /// "Transfer Record": the same for every object.
    TransferRecord,
    /// "Convert Leads".
    ConvertLeads,
    /// "Marketing User": create, change and delete campaigns.
    MarketingUser,
    /// "View All Data".
    ViewAllData,
    /// "Modify All Data".
    ModifyAllData,
    /// "View and Edit Converted Leads".
    EditConvertedLeads,
    /// "Bulk API Hard Delete".
    HardDelete,
    /// "Update Records with Inactive Owners".
    UpdateInactiveOwners,
    /// "Set Audit Fields upon Record Creation".
    CreateAuditFields,
}

impl SystemPermission {
    /// Has a user this permission when nothing says otherwise?
    fn usual(self, administrator: impl FnOnce() -> bool) -> bool {
        match self {
            Self::ApiEnabled
            | Self::ViewSetup
            | Self::TransferLeads
            | Self::ConvertLeads
            | Self::MarketingUser => true,
            Self::TransferRecord | Self::ViewAllData | Self::ModifyAllData => administrator(),
            Self::EditConvertedLeads
            | Self::HardDelete
            | Self::UpdateInactiveOwners
            | Self::CreateAuditFields => false,
        }
    }
}

/// What one profile or permission set says.
#[derive(Clone, Debug, Default)]
pub(crate) struct Grants {
    pub(crate) objects: BTreeMap<ObjectIndex, Crud>,
    pub(crate) fields: BTreeMap<(ObjectIndex, FieldIndex), FieldAccess>,
    pub(crate) system: BTreeMap<SystemPermission, bool>,
    /// Custom permissions, by their names in lower case.
    pub(crate) custom: BTreeMap<String, bool>,
}

/// Rights of all users.
#[derive(Clone, Debug, Default)]
pub(crate) struct AccessControl {
    /// What is said of one user.
    pub(crate) users: BTreeMap<SfId, Grants>,
    /// What profiles say, by their ids.
    pub(crate) profiles: BTreeMap<SfId, Grants>,
    /// What permission sets add, by their ids.
    pub(crate) sets: BTreeMap<SfId, Grants>,
    /// What everybody may do with the rows of others; full access for objects that are not here.
    pub(crate) sharing: BTreeMap<ObjectIndex, SharingModel>,
}

impl Org {
    /// What a user may do with rows of an object.
    pub fn permitted(&self, user: SfId, object: ObjectIndex) -> Crud {
        let Some(own) = self.said(user, |grants| grants.objects.get(&object).copied()) else {
            return Crud::ALL;
        };
        self.sets_of(user).filter_map(|set| set.objects.get(&object)).fold(own, |a, b| a.or(*b))
    }

    /// Does the user see the field?
    pub fn readable(&self, user: SfId, object: ObjectIndex, field: FieldIndex) -> bool {
        self.field_access(user, object, field) >= FieldAccess::Read
    }

    /// May the user change the field?
    pub fn editable(&self, user: SfId, object: ObjectIndex, field: FieldIndex) -> bool {
        self.field_access(user, object, field) == FieldAccess::Edit
    }

    /// Has the user a system permission?
    pub fn has(&self, user: SfId, permission: SystemPermission) -> bool {
        let own = self.said(user, |grants| grants.system.get(&permission).copied());
        own.unwrap_or_else(|| permission.usual(|| self.is_administrator(user)))
            || self.sets_of(user).any(|set| set.system.get(&permission) == Some(&true))
    }

    /// Sets a user's own right on an object.
    pub fn set_permission(&mut self, user: SfId, object: ObjectIndex, crud: Crud) {
        self.access.users.entry(user).or_default().objects.insert(object, crud);
    }

    /// Sets a user's own right on a field.
    pub fn set_field_permission(
        &mut self,
        user: SfId,
        (object, field): (ObjectIndex, FieldIndex),
        access: FieldAccess,
    ) {
        self.access.users.entry(user).or_default().fields.insert((object, field), access);
    }

    /// Has the user a custom permission, by its name in lower case?
    pub(crate) fn has_custom_permission(&self, user: SfId, name: &str) -> bool {
        let own = self.said(user, |grants| grants.custom.get(name).copied());
        own.unwrap_or_default() || self.sets_of(user).any(|set| set.custom.get(name) == Some(&true))
    }

    /// Gives a user a system permission or takes it.
    pub fn set_system_permission(
        &mut self,
        user: SfId,
        permission: SystemPermission,
        granted: bool,
    ) {
        self.access.users.entry(user).or_default().system.insert(permission, granted);
    }

    pub(crate) fn may_create(
        &self,
        cx: &SaveContext,
        object: &ObjectSchema,
    ) -> Result<(), Vec<OrgError>> {
        self.may(cx, object, object.createable, |crud| crud.create)
    }

    pub(crate) fn may_update(
        &self,
        cx: &SaveContext,
        object: &ObjectSchema,
    ) -> Result<(), Vec<OrgError>> {
        self.may(cx, object, object.updateable, |crud| crud.update || crud.modify_all)
    }

    pub(crate) fn may_delete(
        &self,
        cx: &SaveContext,
        object: &ObjectSchema,
    ) -> Result<(), Vec<OrgError>> {
        self.may(cx, object, object.deletable, |crud| crud.delete || crud.modify_all)
    }

    fn may(
        &self,
        cx: &SaveContext,
        object: &ObjectSchema,
        possible: bool,
        right: impl Fn(Crud) -> bool,
    ) -> Result<(), Vec<OrgError>> {
        let system = is_system(cx);
        let crud = if system { Crud::ALL } else { self.permitted(cx.user, object.index) };
        if !crud.read && !crud.view_all && !crud.modify_all {
            return Err(one(OrgError::not_found()));
        }
        let campaigns = &*object.name == "Campaign" && !system;
        let marketing = !campaigns || self.has(cx.user, SystemPermission::MarketingUser);
        let allowed = possible && right(crud) && marketing;
        if allowed { Ok(()) } else { Err(one(OrgError::no_access())) }
    }

    pub(crate) fn is_administrator(&self, user: SfId) -> bool {
        let name = self.profile_of(user).and_then(|id| self.get(id));
        name.is_some_and(|row| self.stored(row, "Name").as_text() == Some(ADMINISTRATORS))
    }

    pub(crate) fn profile_of(&self, user: SfId) -> Option<SfId> {
        self.stored(self.get(user)?, "ProfileId").as_id()
    }

    fn field_access(&self, user: SfId, object: ObjectIndex, field: FieldIndex) -> FieldAccess {
        let key = (object, field);
        let Some(own) = self.said(user, |grants| grants.fields.get(&key).copied()) else {
            return FieldAccess::Edit;
        };
        self.sets_of(user).filter_map(|set| set.fields.get(&key)).fold(own, |a, b| a.max(*b))
    }

    /// What a user's own entry says, else the profile's.
    fn said<T>(&self, user: SfId, asked: impl Fn(&Grants) -> Option<T>) -> Option<T> {
        let access = &self.access;
        if let Some(own) = access.users.get(&user).and_then(&asked) {
            return Some(own);
        }
        if access.profiles.is_empty() {
            return None;
        }
        self.profile_of(user).and_then(|id| access.profiles.get(&id)).and_then(asked)
    }

    fn sets_of(&self, user: SfId) -> impl Iterator<Item = &Grants> {
        let assigned = if self.access.sets.is_empty() {
            Vec::new()
        } else {
            let object = self.standard("PermissionSetAssignment");
            self.referring(&object, "AssigneeId", user)
        };
        assigned.into_iter().filter_map(|id| {
            let set = self.stored(self.get(id)?, "PermissionSetId").as_id()?;
            self.access.sets.get(&set)
        })
    }
}

/// Flows, triggers and the initial world act for the system: no rights are asked.
pub(crate) fn is_system(cx: &SaveContext) -> bool {
    matches!(cx.origin, Origin::Automation | Origin::Import)
}
