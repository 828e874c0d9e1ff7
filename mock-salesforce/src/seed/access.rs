//! Who may do what, as a seed says it: profiles, permission sets, roles, sharing.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use crate::org::{Crud, FieldAccess, SystemPermission};

/// Rights by object, by `Object.Field` and of the system.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "snake_case")]
pub struct PermissionsSeed {
    /// Object rights.
    pub objects: IndexMap<String, Crud>,
    /// Field rights.
    pub fields: IndexMap<String, FieldAccess>,
    /// System permissions that are given or taken.
    pub system: IndexMap<SystemPermission, bool>,
    /// Custom permissions that are given or taken, by their names.
    pub custom: IndexMap<String, bool>,
}

/// A profile: what its users may do. What it does not name is allowed; system permissions that it
/// does not name are those of a standard user, or of an administrator for `System Administrator`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "snake_case")]
pub struct ProfileSeed {
    /// Name, as users give it.
    pub name: String,
    /// What it says.
    pub permissions: PermissionsSeed,
}

/// A permission set: it adds to the profiles of its users. Rows of `PermissionSetAssignment` say
/// who has it; the API can add and remove them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "snake_case")]
pub struct PermissionSetSeed {
    /// Name.
    pub name: String,
    /// Its users.
    pub users: Vec<String>,
    /// What it adds.
    pub permissions: PermissionsSeed,
}

/// A role of the hierarchy. Users above the owner of a row may do what the owner may.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "snake_case")]
pub struct RoleSeed {
    /// Id; made when absent.
    pub id: Option<String>,
    /// Name, as users give it.
    pub name: String,
    /// The role above it, which the seed names earlier.
    pub parent: Option<String>,
}

/// What everybody may do with the rows of others (organization-wide default).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SharingModel {
    /// Nothing.
    Private,
    /// Read.
    Read,
    /// Read and change.
    ReadWrite,
    /// Read, change and give to others.
    ReadWriteTransfer,
    /// Everything that the owner may, delete included.
    #[default]
    FullAccess,
}
