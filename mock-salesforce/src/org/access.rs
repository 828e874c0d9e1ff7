//! Who may do what: object rights and field rights by user.
//!
//! A user without an entry may do everything (an administrator). An entry is the profile; permission
//! sets only ever add to it. Fields that neither names are open.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::id::SfId;
use crate::schema::{FieldIndex, ObjectIndex, ObjectSchema};

use super::Org;
use super::context::{Origin, SaveContext};
use super::error::OrgError;
use super::save::one;

/// Rights on the rows of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "the four rights of a profile")]
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
}

impl Crud {
    /// Every right.
    pub const ALL: Self = Self { create: true, read: true, update: true, delete: true };
    /// No right.
    pub const NONE: Self = Self { create: false, read: false, update: false, delete: false };

    fn or(self, other: Self) -> Self {
        Self {
            create: self.create || other.create,
            read: self.read || other.read,
            update: self.update || other.update,
            delete: self.delete || other.delete,
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

/// What one profile or permission set says.
#[derive(Clone, Debug, Default)]
pub(crate) struct Grants {
    pub(crate) objects: BTreeMap<ObjectIndex, Crud>,
    pub(crate) fields: BTreeMap<(ObjectIndex, FieldIndex), FieldAccess>,
}

/// Rights of all users.
#[derive(Clone, Debug, Default)]
pub(crate) struct AccessControl {
    pub(crate) profiles: BTreeMap<SfId, Grants>,
    pub(crate) sets: BTreeMap<SfId, Vec<Grants>>,
}

impl Org {
    /// What a user may do with rows of an object.
    pub fn permitted(&self, user: SfId, object: ObjectIndex) -> Crud {
        let profile =
            self.access.profiles.get(&user).and_then(|grants| grants.objects.get(&object));
        let Some(own) = profile else { return Crud::ALL };
        self.sets_of(user).filter_map(|set| set.objects.get(&object)).fold(*own, |a, b| a.or(*b))
    }

    /// Does the user see the field?
    pub fn readable(&self, user: SfId, object: ObjectIndex, field: FieldIndex) -> bool {
        self.field_access(user, object, field) >= FieldAccess::Read
    }

    /// May the user change the field?
    pub fn editable(&self, user: SfId, object: ObjectIndex, field: FieldIndex) -> bool {
        self.field_access(user, object, field) == FieldAccess::Edit
    }

    /// Sets a user's own right on an object.
    pub fn set_permission(&mut self, user: SfId, object: ObjectIndex, crud: Crud) {
        self.access.profiles.entry(user).or_default().objects.insert(object, crud);
    }

    /// Sets a user's own right on a field.
    pub fn set_field_permission(
        &mut self,
        user: SfId,
        (object, field): (ObjectIndex, FieldIndex),
        access: FieldAccess,
    ) {
        self.access.profiles.entry(user).or_default().fields.insert((object, field), access);
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
        self.may(cx, object, object.updateable, |crud| crud.update)
    }

    pub(crate) fn may_delete(
        &self,
        cx: &SaveContext,
        object: &ObjectSchema,
    ) -> Result<(), Vec<OrgError>> {
        self.may(cx, object, object.deletable, |crud| crud.delete)
    }

    fn may(
        &self,
        cx: &SaveContext,
        object: &ObjectSchema,
        possible: bool,
        right: impl Fn(Crud) -> bool,
    ) -> Result<(), Vec<OrgError>> {
        let crud = self.permitted(cx.user, object.index);
        let system = matches!(cx.origin, Origin::Automation | Origin::Import);
        if !crud.read && !system {
            return Err(one(OrgError::not_found()));
        }
        if possible && (system || right(crud)) { Ok(()) } else { Err(one(OrgError::no_access())) }
    }

    fn field_access(&self, user: SfId, object: ObjectIndex, field: FieldIndex) -> FieldAccess {
        let key = (object, field);
        let profile = self.access.profiles.get(&user).and_then(|grants| grants.fields.get(&key));
        let Some(own) = profile else { return FieldAccess::Edit };
        self.sets_of(user).filter_map(|set| set.fields.get(&key)).fold(*own, |a, b| a.max(*b))
    }

    fn sets_of(&self, user: SfId) -> impl Iterator<Item = &Grants> {
        self.access.sets.get(&user).into_iter().flatten()
    }
}
