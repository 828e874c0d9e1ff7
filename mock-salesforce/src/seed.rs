//! An org as a file: users, queues, custom fields, rules and settings.
//!
//! Names stand for ids: a user by name, username or id, a queue by name. What is not said has the
//! default of a fresh org: one administrator, the standard lead statuses, no rules.

mod access;
mod login;
mod rules;
mod settings;

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use thiserror::Error;

use crate::org::OrgError;
use crate::schema::{CustomField, CustomObject, SchemaError};

pub use access::{PermissionSetSeed, PermissionsSeed, ProfileSeed, RoleSeed, SharingModel};
pub use login::{ConnectedAppSeed, LoginPolicy};
pub use rules::{
    AssignmentEntrySeed, AssignmentRuleSeed, DuplicateAction, DuplicateRuleSeed, FlowSeed,
    FlowStage, FlowTrigger, MatchFieldSeed, MatchMethod, MatchingRuleSeed, NewRowSeed,
    ValidationRuleSeed,
};
pub use settings::{ConcurrentCalls, ErrorStaging, OrgSettings, RowLocks};

/// An org before its first row.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "snake_case")]
pub struct OrgSeed {
    /// The organization.
    pub organization: OrganizationSeed,
    /// What the admin has set up.
    pub settings: OrgSettings,
    /// How users log in.
    pub login: LoginPolicy,
    /// Programs that may ask for tokens; one that takes every loopback callback when empty.
    pub connected_apps: Vec<ConnectedAppSeed>,
    /// Users; one administrator when empty.
    pub users: Vec<UserSeed>,
    /// Roles, each after the one above it.
    pub roles: Vec<RoleSeed>,
    /// Profiles that say more than a name.
    pub profiles: Vec<ProfileSeed>,
    /// Queues.
    pub queues: Vec<QueueSeed>,
    /// Permission sets.
    pub permission_sets: Vec<PermissionSetSeed>,
    /// Custom objects with their fields.
    pub objects: Vec<CustomObject>,
    /// Custom fields by object.
    pub fields: IndexMap<String, Vec<CustomField>>,
    /// Custom labels: `$Label.Name` in formulas.
    pub labels: IndexMap<String, Json>,
    /// Org-wide values of custom settings: `$Setup.Settings__c.Field__c`.
    pub custom_settings: IndexMap<String, Json>,
    /// Records of custom metadata types: `$CustomMetadata.Type__mdt.Record.Field__c`.
    pub custom_metadata: IndexMap<String, Json>,
    /// Names of custom permissions: `$Permission.Name`. Profiles and permission sets give them.
    pub custom_permissions: Vec<String>,
    /// Lead statuses; the four standard ones when empty.
    pub lead_statuses: Vec<LeadStatusSeed>,
    /// Record types.
    pub record_types: Vec<RecordTypeSeed>,
    /// Validation rules.
    pub validation_rules: Vec<ValidationRuleSeed>,
    /// Duplicate rules in order.
    pub duplicate_rules: Vec<DuplicateRuleSeed>,
    /// Assignment rules; at most one active per object.
    pub assignment_rules: Vec<AssignmentRuleSeed>,
    /// Flows in order.
    pub flows: Vec<FlowSeed>,
    /// Campaigns with their member statuses.
    pub campaigns: Vec<CampaignSeed>,
}

/// The organization row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "snake_case")]
pub struct OrganizationSeed {
    /// Id; made when absent.
    pub id: Option<String>,
    /// Name.
    pub name: String,
    /// IANA time zone of the org.
    pub time_zone: String,
    /// Is it a sandbox?
    pub sandbox: bool,
    /// The first month of the fiscal year, 1 to 12.
    pub fiscal_year_start_month: u8,
}

impl Default for OrganizationSeed {
    fn default() -> Self {
        let time_zone = "America/Los_Angeles".to_owned();
        Self {
            id: None,
            name: "Acme".to_owned(),
            time_zone,
            sandbox: false,
            fiscal_year_start_month: 1,
        }
    }
}

/// One user.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "snake_case")]
pub struct UserSeed {
    /// Id; made when absent.
    pub id: Option<String>,
    /// Full name; the last word is the last name.
    pub name: String,
    /// Username; made from the name when empty.
    pub username: String,
    /// E-mail address; the username when absent.
    pub email: Option<String>,
    /// May the user log in and own rows?
    pub active: bool,
    /// Name of the profile.
    pub profile: String,
    /// Name of the role; none when absent.
    pub role: Option<String>,
    /// `Standard`, or the kind of a user who cannot own what a standard user can, such as `CsnOnly`
    /// or `Guest`.
    pub user_type: String,
    /// IANA time zone; the organization's when absent.
    pub time_zone: Option<String>,
    /// The user's own password; the org's when absent.
    pub password: Option<String>,
    /// The user's own security token; the org's when absent.
    pub security_token: Option<String>,
    /// May the user call the API ("API Enabled")?
    pub api_enabled: bool,
    /// What this user may do, over what the profile says of the same things.
    pub permissions: PermissionsSeed,
}

impl Default for UserSeed {
    fn default() -> Self {
        Self {
            id: None,
            name: "Admin User".to_owned(),
            username: String::new(),
            email: None,
            active: true,
            profile: "System Administrator".to_owned(),
            role: None,
            user_type: "Standard".to_owned(),
            time_zone: None,
            password: None,
            security_token: None,
            api_enabled: true,
            permissions: PermissionsSeed::default(),
        }
    }
}

impl UserSeed {
    /// An active user of this name and username.
    pub fn new(name: &str, username: &str) -> Self {
        let (name, username) = (name.to_owned(), username.to_owned());
        Self { name, username, profile: "Standard User".to_owned(), ..Self::default() }
    }
}

/// One queue.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "snake_case")]
pub struct QueueSeed {
    /// Id; made when absent.
    pub id: Option<String>,
    /// Name.
    pub name: String,
    /// Objects whose rows it takes.
    pub objects: Vec<String>,
    /// Users in it.
    pub members: Vec<String>,
    /// Address that is told of new rows. Nothing is sent.
    pub email: Option<String>,
    /// Would members be told too?
    pub send_email_to_members: bool,
}

/// One lead status.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "snake_case")]
pub struct LeadStatusSeed {
    /// Label and API name.
    pub label: String,
    /// Is it the status of new leads?
    pub default: bool,
    /// Can a lead be converted with it?
    pub converted: bool,
}

/// One record type.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "snake_case")]
pub struct RecordTypeSeed {
    /// Id; made when absent.
    pub id: Option<String>,
    /// The object.
    pub object: String,
    /// Label.
    pub name: String,
    /// API name.
    pub developer_name: String,
    /// Can rows have it from now on?
    pub active: bool,
    /// Profiles whose users can choose it; all when empty.
    pub profiles: Vec<String>,
    /// Do new rows of those users have it when they do not say?
    pub default: bool,
    /// Values of restricted picklists that its rows can have; all of the field for those not named.
    pub values: IndexMap<String, Vec<String>>,
}

impl Default for RecordTypeSeed {
    fn default() -> Self {
        Self {
            id: None,
            object: String::new(),
            name: String::new(),
            developer_name: String::new(),
            active: true,
            profiles: Vec::new(),
            default: false,
            values: IndexMap::new(),
        }
    }
}

/// One campaign.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "snake_case")]
pub struct CampaignSeed {
    /// Id; made when absent.
    pub id: Option<String>,
    /// Name.
    pub name: String,
    /// Further fields.
    pub fields: IndexMap<String, Json>,
    /// Member statuses; `Sent` (default) and `Responded` when empty.
    pub statuses: Vec<MemberStatusSeed>,
}

/// One member status of a campaign.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "snake_case")]
pub struct MemberStatusSeed {
    /// Label.
    pub label: String,
    /// Is it the status of new members?
    pub default: bool,
    /// Does it count as a response?
    pub responded: bool,
}

/// Why a seed makes no org.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum SeedError {
    /// A custom field or an object name is impossible.
    #[error("{0}")]
    Schema(#[from] SchemaError),
    /// A name stands for nothing.
    #[error("{place}: unknown {kind} {name:?}: define it or correct the name")]
    Unknown {
        /// Where it is used.
        place: String,
        /// What it should be.
        kind: &'static str,
        /// The name.
        name: String,
    },
    /// A formula does not compile.
    #[error("{place}: {message} at {start}..{end}{}", hint.as_ref().map(|h| format!(" ({h})")).unwrap_or_default())]
    Formula {
        /// The rule.
        place: String,
        /// First byte of the text at fault.
        start: usize,
        /// The byte after it.
        end: usize,
        /// What is wrong.
        message: String,
        /// What to do.
        hint: Option<String>,
    },
    /// A row of the seed is refused.
    #[error("{place}: {}", refusals.iter().map(|e| e.message.as_str()).collect::<Vec<_>>().join("; "))]
    Refused {
        /// The row.
        place: String,
        /// Why.
        refusals: Vec<OrgError>,
    },
    /// Parts contradict each other.
    #[error("{place}: {reason}")]
    Contradiction {
        /// Where.
        place: String,
        /// Why, and what to do.
        reason: String,
    },
}
