//! On whose behalf, when and how a row is saved.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use crate::id::SfId;
use crate::timestamp::Timestamp;

use super::error::OrgError;

/// The body of a save as it was sent: field names in any case, JSON values.
pub type FieldInput = IndexMap<String, serde_json::Value>;

/// Where a save comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// The REST API.
    #[default]
    Rest,
    /// The SOAP API.
    Soap,
    /// The Bulk APIs.
    Bulk,
    /// Somebody in the user interface or in setup.
    Admin,
    /// A trigger, a flow or an assignment rule of the org.
    Automation,
    /// The initial world: no rules run.
    Import,
}

/// `Sforce-Auto-Assign`, or its SOAP and Bulk counterparts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AssignmentHeader {
    /// Not sent: over REST as if it were `True`, elsewhere as if it were `False` (§8.2).
    #[default]
    Absent,
    /// No rule runs.
    False,
    /// The active rule runs.
    True,
    /// This rule runs.
    Rule(SfId),
}

/// `Sforce-Duplicate-Rule-Header`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DuplicateHeader {
    /// Save although a rule alerts.
    pub allow_save: bool,
    /// Give all fields of the records that match.
    pub include_details: bool,
    /// Match only what the user sees.
    pub run_as_current_user: bool,
}

/// On whose behalf, when and how a row is saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SaveContext {
    /// The running user.
    pub user: SfId,
    /// The org's time.
    pub now: Timestamp,
    /// API version, such as 62.
    pub api_version: u16,
    /// Do assignment rules run?
    pub assignment: AssignmentHeader,
    /// What happens on a duplicate alert?
    pub duplicates: DuplicateHeader,
    /// Where the save comes from.
    pub origin: Origin,
}

impl SaveContext {
    /// A REST call without headers.
    pub fn rest(user: SfId, now: Timestamp) -> Self {
        Self {
            user,
            now,
            api_version: 62,
            assignment: AssignmentHeader::Absent,
            duplicates: DuplicateHeader::default(),
            origin: Origin::Rest,
        }
    }

    /// Somebody in the user interface: alerts are seen and passed, no assignment.
    pub fn admin(user: SfId, now: Timestamp) -> Self {
        let duplicates = DuplicateHeader { allow_save: true, ..DuplicateHeader::default() };
        Self { origin: Origin::Admin, duplicates, ..Self::rest(user, now) }
    }

    /// The same user and time, on behalf of an automation.
    pub(crate) fn automation(&self) -> Self {
        Self { origin: Origin::Automation, assignment: AssignmentHeader::Absent, ..*self }
    }
}

/// A row that was saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Saved {
    /// Its id.
    pub id: SfId,
    /// Is it new?
    pub created: bool,
}

/// Why an upsert did nothing.
#[derive(Clone, Debug, PartialEq)]
pub enum UpsertRefusal {
    /// The row was refused.
    Errors(Vec<OrgError>),
    /// Several rows have the key (HTTP 300), in id order.
    SeveralMatches(Vec<SfId>),
}
