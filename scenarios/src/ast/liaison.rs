//! `engine.liaison`, workflows of CRM actions.

use crate::ast::{Fields, ObjectFields, Pair};
use crate::source::{Place, Text};

/// `engine.liaison`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LiaisonSetup {
    /// `users`: users of the product, and the CRM users whom they are linked with; without any, everybody is a CRM user under the
    /// same name.
    pub users: Vec<ProductUser>,
    /// `filler`: what an empty Company or Last Name gets; `Anonymous` if absent.
    pub filler: Option<Text>,
    /// `enrichment` by object: visitor field, CRM field.
    pub enrichment: Vec<ObjectFields>,
    /// `distribution`: the first rule that fits decides.
    pub distribution: Vec<DistributionSetup>,
    /// `tasks` by name.
    pub tasks: Vec<TaskSetup>,
    /// `workflows` by name.
    pub workflows: Vec<Workflow>,
    /// Where it stands.
    pub place: Place,
}

/// A user of the product.
#[derive(Clone, Debug, PartialEq)]
pub struct ProductUser {
    /// The name that the file uses.
    pub key: Text,
    /// The CRM user; nothing: not linked.
    pub user: Option<Text>,
}

/// A distribution rule.
#[derive(Clone, Debug, PartialEq)]
pub struct DistributionSetup {
    /// Visitor fields, and what must be true of them.
    pub when: Vec<(Text, Condition)>,
    /// Whether prospects of whom a field is unknown fit.
    pub takes_unknown: bool,
    /// The user of the product who takes them.
    pub assign_to: Text,
}

/// What must be true of a value.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition {
    /// It is one of these.
    OneOf(Vec<Text>),
    /// It is a number within these bounds.
    Within {
        /// `at_least`
        at_least: Option<i64>,
        /// `at_most`
        at_most: Option<i64>,
    },
}

/// A task template.
#[derive(Clone, Debug, PartialEq)]
pub struct TaskSetup {
    /// The name that the file uses.
    pub name: Text,
    /// Fields of the task.
    pub fields: Vec<Pair>,
}

/// One of `liaison.workflows`.
#[derive(Clone, Debug, PartialEq)]
pub struct Workflow {
    /// The name that the file uses.
    pub name: Text,
    /// The actions, in order.
    pub actions: Vec<WorkflowAction>,
}

/// One action of a workflow, and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct WorkflowAction {
    /// What it does.
    pub kind: ActionKind,
    /// Where it stands.
    pub place: Place,
}

/// What an action does.
#[derive(Clone, Debug, PartialEq)]
pub enum ActionKind {
    /// `sync_lead`
    SyncLead(SyncLead),
    /// `create_task`
    CreateTask {
        /// A template.
        task: Text,
        /// A user of the product; the record's owner if absent.
        assignee: Option<Text>,
    },
    /// `convert_lead`
    ConvertLead(ConvertLead),
    /// `add_to_campaign`
    AddToCampaign {
        /// Key of a campaign.
        campaign: Text,
        /// Status; the campaign's default if absent.
        status: Option<Text>,
        /// Further fields of the member.
        fields: Fields,
    },
    /// `change_campaign_status`
    ChangeCampaignStatus {
        /// Key of a campaign.
        campaign: Text,
        /// The new status.
        status: Text,
    },
}

/// `sync_lead`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SyncLead {
    /// `to`: a system beside Salesforce; Salesforce if absent.
    pub to: Option<Text>,
    /// `assign_to`; nothing: left empty.
    pub assign_to: Option<AssignMode>,
    /// The user of the product, with `assign_to: user`.
    pub user: Option<Text>,
    /// Whether the org's rule is named by its id, with `assign_to: salesforce_rules`.
    pub by_id: bool,
}

/// `assign_to` of `sync_lead`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AssignMode {
    /// `user`
    User,
    /// `salesforce_rules`
    SalesforceRules,
    /// `distribution_rules`
    DistributionRules,
}

/// `convert_lead`.
#[derive(Clone, Debug, PartialEq)]
pub struct ConvertLead {
    /// The converted status.
    pub status: Text,
    /// `assign_to`: a user of the product; the lead's owner if absent.
    pub assign_to: Option<Text>,
    /// Whether the contact joins an account of the company's name.
    pub attach_to_account: bool,
    /// Whether there is to be an opportunity.
    pub opportunity: bool,
    /// Its name; the company's if absent.
    pub opportunity_name: Option<Text>,
    /// Whether Salesforce tells the owner by e-mail.
    pub notify: bool,
}
