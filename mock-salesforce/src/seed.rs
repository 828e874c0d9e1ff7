//! An org as a file: users, queues, custom fields, rules and settings.
//!
//! Names stand for ids: a user by name, username or id, a queue by name. What is not said has the
//! default of a fresh org: one administrator, the standard lead statuses, no rules.

mod login;

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use thiserror::Error;

use crate::org::{Crud, FieldAccess, OrgError};
use crate::schema::{CustomField, CustomObject, SchemaError};

pub use login::{ConnectedAppSeed, LoginPolicy};

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
    /// Queues.
    pub queues: Vec<QueueSeed>,
    /// Permission sets.
    pub permission_sets: Vec<PermissionSetSeed>,
    /// Custom objects with their fields.
    pub objects: Vec<CustomObject>,
    /// Custom fields by object.
    pub fields: IndexMap<String, Vec<CustomField>>,
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
}

impl Default for OrganizationSeed {
    fn default() -> Self {
        let time_zone = "America/Los_Angeles".to_owned();
        Self { id: None, name: "Acme".to_owned(), time_zone, sandbox: false }
    }
}

/// What the org's admin has set up.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "snake_case")]
pub struct OrgSettings {
    /// API calls allowed in 24 hours.
    pub api_allocation: u64,
    /// Are more refused?
    pub enforce_api_allocation: bool,
    /// First API version whose duplicate payload is spelt `duplicateResult`; older ones say
    /// `duplicateResut`.
    pub duplicate_result_since: u16,
    /// Do validation and duplicate rules apply to records made by lead conversion?
    pub conversion_enforces_rules: bool,
    /// Who owns leads that no assignment entry takes: a user or a queue. The first active
    /// administrator when absent.
    pub default_lead_owner: Option<String>,
    /// Where custom lead fields go on conversion: `Score__c: Contact.Score__c`.
    pub lead_field_mapping: IndexMap<String, String>,
    /// How long a bulk job takes, in milliseconds; 0 is final at the first poll.
    pub bulk_job_ms: u64,
    /// Days that deleted rows stay in the recycle bin.
    pub recycle_bin_days: u32,
    /// How old the search index is, in milliseconds.
    pub search_delay_ms: u64,
    /// The newest API version that is served.
    pub newest_api_version: u16,
}

impl Default for OrgSettings {
    fn default() -> Self {
        Self {
            api_allocation: 15_000,
            enforce_api_allocation: false,
            duplicate_result_since: 60,
            conversion_enforces_rules: false,
            default_lead_owner: None,
            lead_field_mapping: IndexMap::new(),
            bulk_job_ms: 0,
            recycle_bin_days: 15,
            search_delay_ms: 0,
            newest_api_version: crate::api::NEWEST_VERSION,
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
    /// IANA time zone; the organization's when absent.
    pub time_zone: Option<String>,
    /// The user's own password; the org's when absent.
    pub password: Option<String>,
    /// The user's own security token; the org's when absent.
    pub security_token: Option<String>,
    /// May the user call the API ("API Enabled")?
    pub api_enabled: bool,
    /// What the profile lets this user do; everything that is not named is allowed.
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

/// Rights by object and by `Object.Field`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "snake_case")]
pub struct PermissionsSeed {
    /// Object rights.
    pub objects: IndexMap<String, Crud>,
    /// Field rights.
    pub fields: IndexMap<String, FieldAccess>,
}

/// A permission set: it adds to the profiles of its users.
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
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
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
}

/// One validation rule: when its formula is true, the save is refused.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
pub struct ValidationRuleSeed {
    /// The object.
    pub object: String,
    /// Name.
    pub name: String,
    /// The error condition, a formula.
    pub when: String,
    /// What the user is told.
    pub message: String,
    /// The field that the message stands at; the top of the page when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// Does it run?
    #[serde(default = "yes")]
    pub active: bool,
}

/// What a duplicate rule does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DuplicateAction {
    /// The save is refused.
    Block,
    /// The save is refused unless the caller says `allowSave`.
    #[default]
    Alert,
    /// The save goes through in silence.
    Allow,
    /// The rule does not run.
    Off,
}

/// How two values of a field are compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MatchMethod {
    /// Equal without regard to case.
    #[default]
    Exact,
    /// First names: equal, initials, common short forms, or nearly equal.
    FuzzyFirstName,
    /// Last names: nearly equal.
    FuzzyLastName,
    /// Company names: legal forms and punctuation do not count, nearly equal.
    FuzzyCompany,
    /// Phone numbers: digits only, without the country code.
    FuzzyPhone,
    /// Other text: punctuation does not count, nearly equal.
    Fuzzy,
}

/// One field of a matching rule.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "snake_case")]
pub struct MatchFieldSeed {
    /// The field of the row that is saved.
    pub field: String,
    /// The field of the rows it is compared with; of the same name when absent.
    pub on: Option<String>,
    /// How they are compared.
    pub method: MatchMethod,
    /// Do two blanks match?
    pub match_blank: bool,
}

/// One duplicate rule.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "snake_case")]
pub struct DuplicateRuleSeed {
    /// Developer name.
    pub name: String,
    /// The object.
    pub object: String,
    /// The objects whose rows are compared; the object itself when empty.
    pub against: Vec<String>,
    /// Fields that must all match.
    pub fields: Vec<MatchFieldSeed>,
    /// What happens on create.
    pub on_create: DuplicateAction,
    /// What happens on update.
    pub on_update: DuplicateAction,
    /// What the user is told.
    pub alert_text: String,
    /// Does the answer name the rows that match? They may be hidden by sharing.
    pub api_visible: bool,
    /// Does it run?
    pub active: bool,
}

impl Default for DuplicateRuleSeed {
    fn default() -> Self {
        Self {
            name: String::new(),
            object: String::new(),
            against: Vec::new(),
            fields: Vec::new(),
            on_create: DuplicateAction::Alert,
            on_update: DuplicateAction::Off,
            alert_text: "Use one of these records?".to_owned(),
            api_visible: true,
            active: true,
        }
    }
}

/// One assignment rule.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "snake_case")]
pub struct AssignmentRuleSeed {
    /// Id; made when absent.
    pub id: Option<String>,
    /// Name.
    pub name: String,
    /// `Lead` or `Case`.
    pub object: String,
    /// Is it the one that runs?
    pub active: bool,
    /// Entries in order; the first that fits decides.
    pub entries: Vec<AssignmentEntrySeed>,
}

impl Default for AssignmentRuleSeed {
    fn default() -> Self {
        Self {
            id: None,
            name: "Standard".to_owned(),
            object: "Lead".to_owned(),
            active: true,
            entries: Vec::new(),
        }
    }
}

/// One entry of an assignment rule.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "snake_case")]
pub struct AssignmentEntrySeed {
    /// When it fits, a formula; always when absent.
    pub when: Option<String>,
    /// Who gets the row: a user or a queue. Nobody else ("do not reset owner") when absent.
    pub owner: Option<String>,
}

/// When a flow starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FlowTrigger {
    /// A row is new.
    Create,
    /// A row changes.
    Update,
}

/// Where in the save a flow runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FlowStage {
    /// Before validation; it changes the row that is being saved.
    BeforeSave,
    /// After assignment; it saves the row again.
    #[default]
    AfterSave,
}

/// One flow: on create or update, when a formula is true, set fields or the owner.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "snake_case")]
pub struct FlowSeed {
    /// Name.
    pub name: String,
    /// The object.
    pub object: String,
    /// What starts it.
    pub on: Vec<FlowTrigger>,
    /// Its entry condition, a formula; always when absent.
    pub when: Option<String>,
    /// Fields that it sets: a JSON value, or `{"formula": "…"}`.
    pub set: IndexMap<String, Json>,
    /// The new owner: a user or a queue.
    pub owner: Option<String>,
    /// Where in the save it runs.
    pub stage: FlowStage,
    /// How long after the save it runs, in milliseconds (after-save flows only).
    pub delay_ms: u64,
    /// Does it run?
    pub active: bool,
}

impl Default for FlowSeed {
    fn default() -> Self {
        Self {
            name: String::new(),
            object: "Lead".to_owned(),
            on: vec![FlowTrigger::Create, FlowTrigger::Update],
            when: None,
            set: IndexMap::new(),
            owner: None,
            stage: FlowStage::AfterSave,
            delay_ms: 0,
            active: true,
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

fn yes() -> bool {
    true
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
