//! The org's rules as they are held: names are ids, fields are slots, formulas are trees.
//!
//! They come with the seed ([`compile`]), and an admin can add and switch them while the org runs.

mod compile;

use std::sync::Arc;

use crate::formula::Formula;
use crate::id::SfId;
use crate::schema::{FieldIndex, ObjectIndex};
use crate::seed::{DuplicateAction, FlowStage, FlowTrigger, MatchMethod};
use crate::value::Value;

use super::Org;
use super::context::Origin;
use super::record_type::RecordTypeRule;

/// When its formula is true, the save is refused.
#[derive(Clone, Debug)]
pub struct ValidationRule {
    /// Name.
    pub name: String,
    /// The object.
    pub object: ObjectIndex,
    /// The error condition.
    pub when: Formula,
    /// What the user is told.
    pub message: String,
    /// The field that the message stands at.
    pub field: Option<FieldIndex>,
    /// Does it run?
    pub active: bool,
}

/// Compares the row that is saved with rows that are there.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "the switches of the rule's setup page")]
pub struct DuplicateRule {
    /// Developer name.
    pub name: String,
    /// The object.
    pub object: ObjectIndex,
    /// Its matching rules.
    pub matching: Vec<MatchingRule>,
    /// Rows that it looks at.
    pub when: Option<Formula>,
    /// Are rows that the running user does not see left out?
    pub enforce_sharing: bool,
    /// Doors at which it does not run.
    pub exempt: Vec<Origin>,
    /// Id of its row.
    pub id: SfId,
    /// Does a row that is saved all the same go into a record set?
    pub report: bool,
    /// What happens on create.
    pub on_create: DuplicateAction,
    /// What happens on update.
    pub on_update: DuplicateAction,
    /// What the user is told.
    pub alert_text: String,
    /// Does the answer name the rows that match?
    pub api_visible: bool,
    /// Does it run?
    pub active: bool,
}

/// Which rows of an object match.
#[derive(Clone, Debug)]
pub struct MatchingRule {
    /// Developer name.
    pub name: String,
    /// The object whose rows are compared.
    pub object: ObjectIndex,
    /// Lists of fields: a row matches when all of one list match.
    pub alternatives: Vec<Vec<MatchField>>,
}

impl MatchingRule {
    /// Every pair of fields that it compares.
    pub(crate) fn fields(&self) -> impl Iterator<Item = &MatchField> {
        self.alternatives.iter().flatten()
    }
}

/// Two fields that must match.
#[derive(Clone, Copy, Debug)]
pub struct MatchField {
    /// Of the row that is saved.
    pub own: FieldIndex,
    /// Of the rows it is compared with.
    pub other: FieldIndex,
    /// How they are compared.
    pub method: MatchMethod,
    /// Do two blanks match?
    pub match_blank: bool,
}

/// Gives new rows to users and queues.
#[derive(Clone, Debug)]
pub struct AssignmentRule {
    /// Id of its row.
    pub id: SfId,
    /// Name.
    pub name: String,
    /// The object.
    pub object: ObjectIndex,
    /// When an entry fits, and who gets the row (nobody: the owner stays).
    pub entries: Vec<(Option<Formula>, Option<SfId>)>,
    /// Is it the one that runs?
    pub active: bool,
}

/// Sets fields or the owner of rows that fit.
#[derive(Clone, Debug)]
pub struct Flow {
    /// Name.
    pub name: String,
    /// The object.
    pub object: ObjectIndex,
    /// What starts it.
    pub on: Vec<FlowTrigger>,
    /// Its entry condition.
    pub when: Option<Formula>,
    /// Fields with what they get.
    pub set: Vec<(FieldIndex, Setting)>,
    /// Rows that it creates.
    pub create: Vec<NewRow>,
    /// Does it delete the row?
    pub delete: bool,
    /// What it fails with.
    pub fail: Option<String>,
    /// Where in the save it runs.
    pub stage: FlowStage,
    /// How long after the save it runs, in milliseconds.
    pub delay_ms: u64,
    /// Does it run?
    pub active: bool,
}

/// A row that a flow creates.
#[derive(Clone, Debug)]
pub struct NewRow {
    /// Its object.
    pub object: ObjectIndex,
    /// Its fields with what they get.
    pub fields: Vec<(FieldIndex, Setting)>,
}

/// What a flow puts into a field.
#[derive(Clone, Debug)]
pub enum Setting {
    /// This value.
    Constant(Value),
    /// What a formula gives.
    Formula(Formula),
}

/// Rules of an org, each kind in its order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rules {
    pub(super) validation: Vec<Arc<ValidationRule>>,
    pub(super) duplicates: Vec<Arc<DuplicateRule>>,
    pub(super) assignment: Vec<Arc<AssignmentRule>>,
    pub(super) flows: Vec<Arc<Flow>>,
    pub(super) record_types: Vec<RecordTypeRule>,
}

impl Org {
    /// Switches every rule and flow of a name on or off. Answers whether there was one.
    pub fn set_rule_active(&mut self, name: &str, active: bool) -> bool {
        let mut found = false;
        let rules = &mut self.rules;
        for rule in rules.validation.iter_mut().filter(|rule| rule.name == name) {
            Arc::make_mut(rule).active = active;
            found = true;
        }
        for rule in rules.duplicates.iter_mut().filter(|rule| rule.name == name) {
            Arc::make_mut(rule).active = active;
            found = true;
        }
        for rule in rules.assignment.iter_mut().filter(|rule| rule.name == name) {
            Arc::make_mut(rule).active = active;
            found = true;
        }
        for flow in rules.flows.iter_mut().filter(|flow| flow.name == name) {
            Arc::make_mut(flow).active = active;
            found = true;
        }
        found
    }
}
