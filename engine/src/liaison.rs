//! How workflows of CRM actions are configured: actions, task templates, distribution rules, and who of the product's users
//! is which user of the CRM (LL-01 to LL-38).

use std::collections::BTreeMap;

use crate::{FieldName, MemberTarget, ProductUserId, ProfileField, TaskName, UserId, WorkflowId};

/// Workflows and what they draw on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Liaison {
    /// Owns new leads when "Assign To" is empty, and when nothing else decides (LL-10).
    pub sync_user: UserId,
    /// Takes tasks and conversions of leads that a queue owns (K-24).
    pub fallback_user: Option<UserId>,
    /// "Link CRM Users": the product's users, and whom they are in the CRM (LL-20).
    pub users: BTreeMap<ProductUserId, Option<UserId>>,
    /// Scores, grades and behaviours of a prospect, and where they are written (LL-04).
    pub enrichment: Enrichment,
    /// The distribution rules, the first that fits decides (LL-09).
    pub distribution: Vec<DistributionRule>,
    /// The task templates (LL-17).
    pub tasks: BTreeMap<TaskName, TaskTemplate>,
    /// The workflows.
    pub workflows: BTreeMap<WorkflowId, Vec<WorkflowAction>>,
}

/// Qualification data and where they are written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Enrichment {
    /// Profile field to lead field.
    pub lead: Vec<(ProfileField, FieldName)>,
    /// Profile field to contact field.
    pub contact: Vec<(ProfileField, FieldName)>,
}

/// A rule of Lead Distribution: who takes prospects of whom all this is true.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DistributionRule {
    /// What must be true of the prospect.
    pub when: Vec<(ProfileField, Fits)>,
    /// Whether a condition holds for a prospect of whom the field is unknown.
    pub takes_unknown: bool,
    /// Who takes them.
    pub user: ProductUserId,
}

/// What must be true of a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fits {
    /// It is one of these, without regard to case.
    OneOf(Vec<String>),
    /// It is a whole number within these bounds, both included.
    Within(Option<i64>, Option<i64>),
}

/// Fields that every task of a template has.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TaskTemplate {
    /// The task's fields.
    pub fields: Vec<(FieldName, String)>,
}

/// An action of a workflow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WorkflowAction {
    /// "Sync Lead to SFDC".
    SyncLead(AssignTo),
    /// "Sync Lead to MSD", "Sync Lead to Administrate" (LL-14, LL-15).
    SyncBeside(crate::System),
    /// "Create Task", for this user or the record's owner.
    CreateTask(TaskName, Option<ProductUserId>),
    /// "Convert Lead to Contact".
    ConvertLead(ConvertOptions),
    /// "Add to SFDC Campaign".
    AddToCampaign(MemberTarget),
    /// "Change Status in SFDC Campaign".
    ChangeCampaignStatus(MemberTarget),
}

/// "Assign To" of "Sync Lead to SFDC": who owns a new lead (LL-05).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AssignTo {
    /// This user.
    User(ProductUserId),
    /// Whom the org's assignment rules choose: the active one, or the one with this id.
    SalesforceRules(Option<String>),
    /// Whom our distribution rules choose.
    DistributionRules,
    /// Left empty: the Sync User.
    Empty,
}

/// What is chosen for "Convert Lead to Contact".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConvertOptions {
    /// The status that the lead gets.
    pub status: String,
    /// The contact's owner; the lead's owner when absent (LL-23).
    pub user: Option<ProductUserId>,
    /// "Attach to existing account if same account name exists" (LL-26, LL-27).
    pub attach_to_account: bool,
    /// Whether there is to be an opportunity (LL-28).
    pub opportunity: bool,
    /// Its name; the company's when absent.
    pub opportunity_name: Option<String>,
    /// "Send notification email" (LL-29).
    pub notify: bool,
}
