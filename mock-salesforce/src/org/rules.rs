//! The org's rules, compiled: names are ids, fields are slots, formulas are trees.
//!
//! They come with the seed, and an admin can add and switch them while the org runs.

use std::sync::Arc;

use indexmap::IndexMap;
use serde_json::{Value as Json, json};

use crate::formula::{self, Formula, FormulaProblem};
use crate::id::SfId;
use crate::schema::{FieldIndex, FieldKind, FieldSchema, ObjectIndex, ObjectSchema, Schema};
use crate::seed::{
    AssignmentRuleSeed, DuplicateAction, DuplicateRuleSeed, FlowSeed, FlowStage, FlowTrigger,
    MatchFieldSeed, MatchMethod, MatchingRuleSeed, OrgSeed, SeedError, ValidationRuleSeed,
};
use crate::timestamp::Timestamp;
use crate::value::Value;

use super::Org;
use super::coerce::{Misfit, coerce};
use super::context::{FieldInput, Origin, SaveContext};
use super::found::unknown;
use super::record_type::RecordTypeRule;

/// Active duplicate rules of one object, as Salesforce limits them.
const DUPLICATE_RULES_MAX: usize = 5;
/// Matching rules of one duplicate rule.
const MATCHING_RULES_MAX: usize = 3;

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
    pub(super) fn add_rules(&mut self, seed: &OrgSeed, now: Timestamp) -> Result<(), SeedError> {
        for rule in &seed.validation_rules {
            self.add_validation_rule(rule)?;
        }
        for rule in &seed.duplicate_rules {
            self.add_duplicate_rule(rule, now)?;
        }
        for rule in &seed.assignment_rules {
            self.add_assignment_rule(rule, now)?;
        }
        for flow in &seed.flows {
            self.add_flow(flow)?;
        }
        self.check_default_owners()
    }

    /// Default owners must be there.
    pub(super) fn check_default_owners(&self) -> Result<(), SeedError> {
        let settings = &self.settings;
        for (place, owner) in [
            ("settings.default_lead_owner", &settings.default_lead_owner),
            ("settings.default_case_owner", &settings.default_case_owner),
        ] {
            let owner = owner.as_deref();
            if let Some(name) = owner.filter(|name| self.owner_named(name).is_none()) {
                return Err(unknown(place, "user or queue", name));
            }
        }
        Ok(())
    }

    /// Adds a validation rule; one of the same name and object is replaced.
    pub fn add_validation_rule(&mut self, seed: &ValidationRuleSeed) -> Result<(), SeedError> {
        let place = format!("validation rule {}", seed.name);
        let object = self.rule_object(&place, &seed.object)?;
        let field = match &seed.field {
            Some(name) => Some(rule_field(&place, &object, name)?),
            None => None,
        };
        let rule = ValidationRule {
            name: seed.name.clone(),
            object: object.index,
            when: condition(&self.schema, &place, object.index, &seed.when)?,
            message: seed.message.clone(),
            field,
            active: seed.active,
        };
        self.rules.validation.retain(|old| old.name != rule.name || old.object != rule.object);
        self.rules.validation.push(Arc::new(rule));
        Ok(())
    }

    /// Adds a duplicate rule and indexes what it compares exactly.
    pub fn add_duplicate_rule(
        &mut self,
        seed: &DuplicateRuleSeed,
        now: Timestamp,
    ) -> Result<(), SeedError> {
        let place = format!("duplicate rule {}", seed.name);
        let object = self.rule_object(&place, &seed.object)?;
        let own = self.rules.duplicates.iter().filter(|r| r.active && r.object == object.index);
        if seed.active && own.count() >= DUPLICATE_RULES_MAX {
            return Err(contradiction(&place, "an object has at most 5 active duplicate rules"));
        }
        let matching = self.matching_rules(&place, seed, &object)?;
        let when = match &seed.when {
            Some(text) => Some(condition(&self.schema, &place, object.index, text)?),
            None => None,
        };
        for rule in &matching {
            for field in rule.fields().filter(|field| field.method == MatchMethod::Exact) {
                self.table_mut(rule.object).add_index(field.other);
            }
        }
        let row = json!({"SobjectType": object.name.as_ref(), "DeveloperName": seed.name,
            "MasterLabel": seed.name.replace('_', " "), "Language": "en_US", "IsActive": seed.active});
        let id = self.rule_row("DuplicateRule", None, row, now)?;
        for rule in &matching {
            let fuzzy = rule.fields().any(|field| field.method != MatchMethod::Exact);
            let engine = if fuzzy { "FuzzyMatchEngine" } else { "ExactMatchEngine" };
            let object = self.schema.at(rule.object).name.to_string();
            let row = json!({"SobjectType": object, "DeveloperName": rule.name,
                "MasterLabel": rule.name.replace('_', " "), "Language": "en_US",
                "MatchEngine": engine, "RuleStatus": "Active"});
            self.rule_row("MatchingRule", None, row, now)?;
        }
        self.rules.duplicates.push(Arc::new(DuplicateRule {
            name: seed.name.clone(),
            object: object.index,
            matching,
            when,
            enforce_sharing: seed.enforce_sharing,
            exempt: seed.exempt.clone(),
            id,
            report: seed.report,
            on_create: seed.on_create,
            on_update: seed.on_update,
            alert_text: seed.alert_text.clone(),
            api_visible: seed.api_visible,
            active: seed.active,
        }));
        Ok(())
    }

    /// Adds an assignment rule.
    pub fn add_assignment_rule(
        &mut self,
        seed: &AssignmentRuleSeed,
        now: Timestamp,
    ) -> Result<SfId, SeedError> {
        let place = format!("assignment rule {}", seed.name);
        let object = self.rule_object(&place, &seed.object)?;
        let taken = self.rules.assignment.iter().any(|r| r.active && r.object == object.index);
        if seed.active && taken {
            return Err(contradiction(&place, "an object has one active assignment rule"));
        }
        let mut entries = Vec::new();
        for entry in &seed.entries {
            let when = match &entry.when {
                Some(text) => Some(condition(&self.schema, &place, object.index, text)?),
                None => None,
            };
            entries.push((when, self.rule_owner(&place, entry.owner.as_deref())?));
        }
        let row =
            json!({"Name": seed.name, "SobjectType": object.name.as_ref(), "Active": seed.active});
        let id = self.rule_row("AssignmentRule", seed.id.as_deref(), row, now)?;
        let (name, object, active) = (seed.name.clone(), object.index, seed.active);
        self.rules.assignment.push(Arc::new(AssignmentRule { id, name, object, entries, active }));
        Ok(id)
    }

    /// Adds a flow; one of the same name and object is replaced where it stands. Flows run in the
    /// order in which they were added.
    pub fn add_flow(&mut self, seed: &FlowSeed) -> Result<(), SeedError> {
        let place = format!("flow {}", seed.name);
        let object = self.rule_object(&place, &seed.object)?;
        check_flow(&place, seed)?;
        let when = match &seed.when {
            Some(text) => Some(condition(&self.schema, &place, object.index, text)?),
            None => None,
        };
        let mut set = self.flow_settings(&place, &object, &object, &seed.set)?;
        if let Some(owner) = self.rule_owner(&place, seed.owner.as_deref())? {
            let field = rule_field(&place, &object, "OwnerId")?;
            set.push((field, Setting::Constant(Value::Id(owner))));
        }
        let mut create = Vec::new();
        for row in &seed.create {
            let target = self.rule_object(&place, &row.object)?;
            let fields = self.flow_settings(&place, &object, &target, &row.fields)?;
            create.push(NewRow { object: target.index, fields });
        }
        let flow = Arc::new(Flow {
            name: seed.name.clone(),
            object: object.index,
            on: seed.on.clone(),
            when,
            set,
            create,
            delete: seed.delete,
            fail: seed.fail.clone(),
            stage: seed.stage,
            delay_ms: seed.delay_ms,
            active: seed.active,
        });
        let flows = &mut self.rules.flows;
        match flows.iter_mut().find(|old| old.name == flow.name && old.object == flow.object) {
            Some(old) => *old = flow,
            None => flows.push(flow),
        }
        Ok(())
    }

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

    fn matching_rules(
        &self,
        place: &str,
        seed: &DuplicateRuleSeed,
        object: &ObjectSchema,
    ) -> Result<Vec<MatchingRule>, SeedError> {
        let seeds = matching_seeds(seed);
        if seeds.len() > MATCHING_RULES_MAX {
            return Err(contradiction(place, "a duplicate rule has at most 3 matching rules"));
        }
        let mut rules = Vec::new();
        for seed in &seeds {
            let other = self.rule_object(place, &seed.object)?;
            let lists = std::iter::once(&seed.fields).chain(&seed.alternatives);
            let alternatives = lists
                .filter(|fields| !fields.is_empty())
                .map(|fields| match_fields(place, fields, object, &other))
                .collect::<Result<Vec<_>, _>>()?;
            if alternatives.is_empty() {
                return Err(contradiction(place, "a duplicate rule compares at least one field"));
            }
            let name = if seed.name.is_empty() {
                format!("{}_Matching_Rule", other.name)
            } else {
                seed.name.clone()
            };
            rules.push(MatchingRule { name, object: other.index, alternatives });
        }
        Ok(rules)
    }

    fn rule_object(&self, place: &str, name: &str) -> Result<Arc<ObjectSchema>, SeedError> {
        let index = self.schema.index_of(name).ok_or_else(|| unknown(place, "object", name))?;
        Ok(self.schema.shared(index))
    }

    fn rule_owner(&self, place: &str, name: Option<&str>) -> Result<Option<SfId>, SeedError> {
        let Some(name) = name else { return Ok(None) };
        let owner = self.owner_named(name).ok_or_else(|| unknown(place, "user or queue", name))?;
        Ok(Some(owner))
    }

    /// What fields of `target` get, from constants, names and formulas over rows of `object`.
    fn flow_settings(
        &self,
        place: &str,
        object: &ObjectSchema,
        target: &ObjectSchema,
        values: &IndexMap<String, Json>,
    ) -> Result<Vec<(FieldIndex, Setting)>, SeedError> {
        let mut settings = Vec::new();
        for (name, json) in values {
            let field = rule_field(place, target, name)?;
            let setting = match json.get("formula").and_then(Json::as_str) {
                Some(text) => Formula::compile(&self.schema, object.index, text)
                    .map(Setting::Formula)
                    .map_err(|problems| first(place, problems))?,
                None => self.constant(place, target.field_at(field), json)?,
            };
            settings.push((field, setting));
        }
        Ok(settings)
    }

    /// A value, or a row by its name where a reference is wanted.
    fn constant(
        &self,
        place: &str,
        field: &FieldSchema,
        json: &Json,
    ) -> Result<Setting, SeedError> {
        let named = || {
            let name = json.as_str().filter(|_| field.kind == FieldKind::Reference)?;
            let row =
                |target: &ObjectIndex| self.row_named(&self.schema.at(*target).name, "Name", name);
            self.owner_named(name).or_else(|| field.targets.iter().find_map(row))
        };
        if let Some(id) = named() {
            return Ok(Setting::Constant(Value::Id(id)));
        }
        coerce(field, json, Origin::Rest).map(Setting::Constant).map_err(
            |(Misfit::Type(error) | Misfit::Id(error))| SeedError::Refused {
                place: place.to_owned(),
                refusals: vec![error],
            },
        )
    }

    fn rule_row(
        &mut self,
        object: &str,
        id: Option<&str>,
        row: Json,
        now: Timestamp,
    ) -> Result<SfId, SeedError> {
        let user = self.administrator().unwrap_or(SfId::EMPTY);
        let cx = SaveContext { origin: Origin::Import, ..SaveContext::rest(user, now) };
        let Json::Object(map) = row else { return Ok(SfId::EMPTY) };
        let mut input: FieldInput = map.into_iter().collect();
        if let Some(id) = id {
            input.insert("Id".to_owned(), Json::from(id));
        }
        self.import(&cx, object, &input)
            .map_err(|error| contradiction(&format!("{object} row"), &error.to_string()))
    }
}

/// The matching rules of a seed, those too that are said in short.
fn matching_seeds(seed: &DuplicateRuleSeed) -> Vec<MatchingRuleSeed> {
    if !seed.matching.is_empty() {
        return seed.matching.clone();
    }
    let own = std::slice::from_ref(&seed.object);
    let names = if seed.against.is_empty() { own } else { &seed.against };
    let rule = |object: &String| MatchingRuleSeed {
        object: object.clone(),
        fields: seed.fields.clone(),
        ..MatchingRuleSeed::default()
    };
    names.iter().map(rule).collect()
}

fn rule_field(place: &str, object: &ObjectSchema, name: &str) -> Result<FieldIndex, SeedError> {
    let full = format!("{}.{name}", object.name);
    object.field_index(name).ok_or_else(|| unknown(place, "field", &full))
}

fn condition(
    schema: &Schema,
    place: &str,
    object: ObjectIndex,
    text: &str,
) -> Result<Formula, SeedError> {
    formula::condition(schema, object, text).map_err(|problems| first(place, problems))
}

fn first(place: &str, problems: Vec<FormulaProblem>) -> SeedError {
    let problem = problems.into_iter().next();
    let problem = problem.unwrap_or_else(|| FormulaProblem::new(0..0, "the formula is broken"));
    SeedError::Formula {
        place: place.to_owned(),
        start: problem.range.start,
        end: problem.range.end,
        message: problem.message,
        hint: problem.hint,
    }
}

fn check_flow(place: &str, seed: &FlowSeed) -> Result<(), SeedError> {
    let before = matches!(seed.stage, FlowStage::BeforeSave | FlowStage::BeforeTrigger);
    if seed.stage != FlowStage::AfterSave && seed.delay_ms > 0 {
        return Err(contradiction(place, "only an after_save flow can wait"));
    }
    if before && (!seed.create.is_empty() || seed.delete) {
        return Err(contradiction(place, "rows are created and deleted after the save"));
    }
    if seed.stage == FlowStage::Workflow && seed.delete {
        return Err(contradiction(place, "a workflow rule deletes nothing"));
    }
    if seed.on == [FlowTrigger::Delete] && !seed.set.is_empty() {
        return Err(contradiction(place, "a deleted row is not changed any more"));
    }
    Ok(())
}

fn match_fields(
    place: &str,
    fields: &[MatchFieldSeed],
    object: &ObjectSchema,
    other: &ObjectSchema,
) -> Result<Vec<MatchField>, SeedError> {
    let pair = |field: &MatchFieldSeed| {
        let own = rule_field(place, object, &field.field)?;
        let mapped = field.on.as_deref().filter(|_| other.index != object.index);
        let other = rule_field(place, other, mapped.unwrap_or(&field.field))?;
        Ok(MatchField { own, other, method: field.method, match_blank: field.match_blank })
    };
    fields.iter().map(pair).collect()
}

fn contradiction(place: &str, reason: &str) -> SeedError {
    SeedError::Contradiction { place: place.to_owned(), reason: reason.to_owned() }
}
