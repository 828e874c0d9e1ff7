//! The rules of an org: validation, duplicates, assignment, flows.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::org::Origin;

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

/// One matching rule of a duplicate rule: rows of one object, and what must match.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "snake_case")]
pub struct MatchingRuleSeed {
    /// Developer name; `OBJECT_Matching_Rule` when empty.
    pub name: String,
    /// The object whose rows are compared.
    pub object: String,
    /// Fields that must all match.
    pub fields: Vec<MatchFieldSeed>,
    /// Other lists of fields: a row matches as well when all of one of them match.
    pub alternatives: Vec<Vec<MatchFieldSeed>>,
}

/// One duplicate rule.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "snake_case")]
#[expect(clippy::struct_excessive_bools, reason = "the switches of the rule's setup page")]
pub struct DuplicateRuleSeed {
    /// Developer name.
    pub name: String,
    /// The object.
    pub object: String,
    /// The objects whose rows are compared; the object itself when empty.
    pub against: Vec<String>,
    /// Fields that must all match.
    pub fields: Vec<MatchFieldSeed>,
    /// Matching rules, at most three, instead of `against` and `fields`.
    pub matching: Vec<MatchingRuleSeed>,
    /// Rows that the rule looks at, a formula; all when absent.
    pub when: Option<String>,
    /// Are rows that the running user does not see left out of the comparison?
    pub enforce_sharing: bool,
    /// Doors at which the rule does not run.
    pub exempt: Vec<Origin>,
    /// Does a row that is saved all the same go into a `DuplicateRecordSet` ("Report")?
    pub report: bool,
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
            matching: Vec::new(),
            when: None,
            enforce_sharing: false,
            exempt: Vec::new(),
            report: false,
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
    /// A row is deleted. Only after-save flows and after-triggers start then.
    Delete,
}

/// Where in the save a flow runs (wire reference §15), in this order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FlowStage {
    /// Before validation; it changes the row that is being saved.
    BeforeSave,
    /// A before-trigger, after before-save flows; it changes the row that is being saved.
    BeforeTrigger,
    /// An after-trigger, before assignment rules; it saves the row again.
    AfterTrigger,
    /// A workflow rule, after assignment: the row is saved again without validation and duplicate
    /// rules, and only triggers see that.
    Workflow,
    /// Last of all; it saves the row again.
    #[default]
    AfterSave,
}

/// A row that a flow creates.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "snake_case")]
pub struct NewRowSeed {
    /// Its object.
    pub object: String,
    /// Its fields: a JSON value, a name where a reference is wanted, or `{"formula": "…"}` over the
    /// row that started the flow.
    pub fields: IndexMap<String, Json>,
}

/// One flow or trigger: on create, update or delete, when a formula is true, set fields or the
/// owner, create rows, delete the row, or fail.
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
    /// Fields that it sets: a JSON value, a name where a reference is wanted, or
    /// `{"formula": "…"}`.
    pub set: IndexMap<String, Json>,
    /// The new owner: a user or a queue.
    pub owner: Option<String>,
    /// Rows that it creates (not before the save).
    pub create: Vec<NewRowSeed>,
    /// Does it delete the row (not before the save)?
    pub delete: bool,
    /// What it fails with: the save that started it is refused with this text.
    pub fail: Option<String>,
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
            create: Vec::new(),
            delete: false,
            fail: None,
            stage: FlowStage::AfterSave,
            delay_ms: 0,
            active: true,
        }
    }
}

fn yes() -> bool {
    true
}
