//! `world:`, the org before the first line.

use crate::ast::{Fields, Moment};
use crate::source::{Place, Text};

/// `world:`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WorldSetup {
    /// `org:`.
    pub org: OrgSetup,
    /// `users:` in file order.
    pub users: Vec<UserSetup>,
    /// `queues:`.
    pub queues: Vec<QueueSetup>,
    /// `companies:` that visited the site.
    pub companies: Vec<crate::ast::CompanySetup>,
    /// `objects:`.
    pub objects: Vec<ObjectSetup>,
    /// `campaigns:`.
    pub campaigns: Vec<CampaignSetup>,
    /// `records:`, taken as they are.
    pub records: Vec<RecordSetup>,
    /// `csv:`.
    pub csv: Vec<CsvSetup>,
    /// `neighbours:`, the systems beside Salesforce.
    pub neighbours: Vec<crate::ast::NeighbourSetup>,
}

/// `world.org`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OrgSetup {
    /// IANA name of the org's zone.
    pub time_zone: Option<Text>,
    /// Daily API calls.
    pub api_allocation: Option<u64>,
    /// Whether the org refuses calls beyond the allocation.
    pub enforce_allocation: bool,
    /// Whether validation and duplicate rules hold for what a conversion makes.
    pub conversion_rules: bool,
    /// How long a write holds the locks of its rows, in milliseconds; no locks if absent.
    pub row_locks: Option<i64>,
    /// Calls that may run at once, each taken to last 20 s; any number if absent.
    pub concurrent_calls: Option<u32>,
    /// How long a bulk job takes, in milliseconds.
    pub bulk_job: Option<i64>,
    /// How old the search index is, in milliseconds.
    pub search_delay: Option<i64>,
    /// User or queue that gets leads which no assignment rule entry takes.
    pub default_lead_owner: Option<Text>,
}

/// One of `world.users`.
#[derive(Clone, Debug, PartialEq)]
pub struct UserSetup {
    /// The name that the file uses.
    pub key: Text,
    /// First and last name; the key if absent.
    pub name: Option<Text>,
    /// E-mail address.
    pub email: Option<Text>,
    /// Whether the user can log in and own; true if absent.
    pub active: bool,
    /// IANA name.
    pub time_zone: Option<Text>,
    /// Objects that are limited to what is listed; others are unlimited.
    pub permissions: Vec<ObjectPermission>,
    /// Fields that the user may read but not write, by object.
    pub read_only_fields: Vec<(Text, Vec<Text>)>,
    /// Fields that do not exist for the user, by object.
    pub hidden_fields: Vec<(Text, Vec<Text>)>,
}

impl UserSetup {
    /// An active user without limits.
    pub fn new(key: impl Into<Text>, name: impl Into<Text>) -> UserSetup {
        UserSetup {
            key: key.into(),
            name: Some(name.into()),
            email: None,
            active: true,
            time_zone: None,
            permissions: Vec::new(),
            read_only_fields: Vec::new(),
            hidden_fields: Vec::new(),
        }
    }
}

/// A user as customers of some time have them; the decoder spells it out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserPreset {
    /// `legacy_2022`: set up for Signals in early 2022, without the right to create accounts (AC-04).
    Legacy2022,
}

/// What a user may do with one object.
#[derive(Clone, Debug, PartialEq)]
pub struct ObjectPermission {
    /// The object's API name.
    pub object: Text,
    /// What is allowed.
    pub allow: Vec<Permission>,
}

/// One of the four things that one may do with an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Permission {
    /// `read`
    Read,
    /// `create`
    Create,
    /// `edit`
    Edit,
    /// `delete`
    Delete,
}

/// One of `world.queues`.
#[derive(Clone, Debug, PartialEq)]
pub struct QueueSetup {
    /// The name that the file uses.
    pub key: Text,
    /// Label; the key if absent.
    pub name: Option<Text>,
    /// Objects that it may own.
    pub objects: Vec<Text>,
    /// Users.
    pub members: Vec<Text>,
}

/// One of `world.objects`: what is special about an object in this org.
#[derive(Clone, Debug, PartialEq)]
pub struct ObjectSetup {
    /// API name.
    pub object: Text,
    /// Custom fields.
    pub fields: Vec<CustomField>,
    /// Standard fields made required.
    pub required: Vec<Text>,
    /// Validation rules.
    pub validation_rules: Vec<ValidationRule>,
    /// Duplicate rules.
    pub duplicate_rules: Vec<DuplicateRule>,
    /// The assignment rule (Lead).
    pub assignment_rule: Option<AssignmentRule>,
    /// Record-triggered flows.
    pub flows: Vec<Flow>,
}

impl ObjectSetup {
    /// An object with nothing special about it.
    pub fn new(object: impl Into<Text>) -> ObjectSetup {
        ObjectSetup {
            object: object.into(),
            fields: Vec::new(),
            required: Vec::new(),
            validation_rules: Vec::new(),
            duplicate_rules: Vec::new(),
            assignment_rule: None,
            flows: Vec::new(),
        }
    }
}

/// What kind of value a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FieldKind {
    /// `text`
    Text,
    /// `textarea`
    Textarea,
    /// `email`
    Email,
    /// `phone`
    Phone,
    /// `url`
    Url,
    /// `checkbox`
    Checkbox,
    /// `number`
    Number,
    /// `currency`
    Currency,
    /// `date`
    Date,
    /// `datetime`
    Datetime,
    /// `picklist`
    Picklist,
    /// `multipicklist`
    Multipicklist,
    /// A reference to a record of another object; not a kind that a custom field of a scenario can have.
    Reference,
    /// An id; not a kind that a custom field of a scenario can have.
    Id,
}

/// A custom field.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a key of the format")]
pub struct CustomField {
    /// API name, ending in `__c`.
    pub name: Text,
    /// `type`.
    pub kind: FieldKind,
    /// Characters, for texts.
    pub length: Option<u32>,
    /// Whether no two records share a value.
    pub unique: bool,
    /// Whether upsert can address it.
    pub external_id: bool,
    /// Whether it must have a value.
    pub required: bool,
    /// Whether a picklist takes its values only.
    pub restricted: bool,
    /// Picklist values.
    pub values: Vec<Text>,
    /// Value on insert.
    pub default: Option<Text>,
}

impl CustomField {
    /// An optional field of a kind.
    pub fn new(name: impl Into<Text>, kind: FieldKind) -> CustomField {
        CustomField {
            name: name.into(),
            kind,
            length: None,
            unique: false,
            external_id: false,
            required: false,
            restricted: false,
            values: Vec::new(),
            default: None,
        }
    }
}

/// A validation rule: it refuses a save while its formula is true.
#[derive(Clone, Debug, PartialEq)]
pub struct ValidationRule {
    /// Its name in the file.
    pub name: Text,
    /// The formula.
    pub when: Text,
    /// What the refusal says.
    pub message: Text,
    /// The field that the refusal names.
    pub field: Option<Text>,
    /// Whether it works from the start; true if absent.
    pub active: bool,
}

/// A duplicate rule.
#[derive(Clone, Debug, PartialEq)]
pub struct DuplicateRule {
    /// Its name in the file.
    pub name: Text,
    /// `match`: fields that must all agree.
    pub match_fields: Vec<Text>,
    /// Objects whose records count; the rule's own object if empty.
    pub against: Vec<Text>,
    /// What happens on insert; allow if absent.
    pub on_create: DuplicateAction,
    /// What happens on update; allow if absent.
    pub on_update: DuplicateAction,
    /// The alert's text.
    pub alert: Option<Text>,
    /// Whether it works from the start; true if absent.
    pub active: bool,
}

/// What a duplicate rule does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DuplicateAction {
    /// `block`: refuses always.
    Block,
    /// `alert`: refuses unless the caller allows saving.
    Alert,
    /// `allow`: saves.
    Allow,
    /// `off`: does not look.
    Off,
}

/// The lead assignment rule of the org.
#[derive(Clone, Debug, PartialEq)]
pub struct AssignmentRule {
    /// Whether it works; true if absent.
    pub active: bool,
    /// First match wins.
    pub entries: Vec<AssignmentEntry>,
}

/// One entry of an assignment rule.
#[derive(Clone, Debug, PartialEq)]
pub struct AssignmentEntry {
    /// The formula.
    pub when: Text,
    /// User or queue.
    pub owner: Text,
}

/// A record-triggered flow that sets fields.
#[derive(Clone, Debug, PartialEq)]
pub struct Flow {
    /// Its name in the file.
    pub name: Text,
    /// What starts it.
    pub on: FlowTrigger,
    /// The formula; always if absent.
    pub when: Option<Text>,
    /// What it writes.
    pub set: Fields,
    /// How long after the save it runs, in milliseconds; 0 is in the same transaction.
    pub after: i64,
}

/// What starts a flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FlowTrigger {
    /// `create`
    Create,
    /// `update`
    Update,
    /// `both`
    Both,
}

/// One of `world.campaigns`.
#[derive(Clone, Debug, PartialEq)]
pub struct CampaignSetup {
    /// The name that the file uses.
    pub key: Text,
    /// Its name in the org; the key if absent.
    pub name: Option<Text>,
    /// Member statuses; the org's standard ones if empty.
    pub statuses: Vec<CampaignStatus>,
    /// Whether it is active; true if absent.
    pub active: bool,
}

/// A member status of a campaign.
#[derive(Clone, Debug, PartialEq)]
pub struct CampaignStatus {
    /// Its label.
    pub name: Text,
    /// Whether it counts as a response.
    pub responded: Option<bool>,
    /// Whether it is the campaign's default.
    pub default: Option<bool>,
}

/// One of `world.records`.
#[derive(Clone, Debug, PartialEq)]
pub struct RecordSetup {
    /// The name that the file uses.
    pub key: Option<Text>,
    /// Object API name.
    pub object: Text,
    /// Its fields.
    pub fields: Fields,
    /// `CreatedDate`; before the start if absent.
    pub created: Option<Moment>,
    /// `LastModifiedDate`; as `created` if absent.
    pub modified: Option<Moment>,
    /// Whether it lies in the recycle bin.
    pub deleted: bool,
    /// For a converted lead: key of its contact.
    pub converted_to: Option<Text>,
    /// For an account: that many opportunities hang off it.
    pub opportunities: u32,
    /// For an account: that many further contacts hang off it.
    pub contacts: u32,
    /// Where it stands.
    pub place: Place,
}

impl RecordSetup {
    /// A record without dates.
    pub fn new(key: Option<Text>, object: impl Into<Text>, fields: Fields) -> RecordSetup {
        RecordSetup {
            key,
            object: object.into(),
            fields,
            created: None,
            modified: None,
            deleted: false,
            converted_to: None,
            opportunities: 0,
            contacts: 0,
            place: Place::default(),
        }
    }
}

/// One of `world.csv`: records out of an export.
#[derive(Clone, Debug, PartialEq)]
pub struct CsvSetup {
    /// Object API name.
    pub object: Text,
    /// Path, relative to the file that names it.
    pub file: Text,
    /// `file` resolved by [`crate::Sources::resolve`]; as `file` if built in Rust.
    pub path: String,
    /// What to do with an owner that is no user of the world.
    pub unknown_owners: UnknownOwners,
}

/// What to do with an `OwnerId` of a CSV that is no user of the world.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum UnknownOwners {
    /// `error`
    #[default]
    Error,
    /// `create`
    Create,
}
