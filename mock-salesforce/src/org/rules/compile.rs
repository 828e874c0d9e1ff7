//! How do the rules of a seed become rules of the org?
//!
//! Names are looked up and formulas compiled once, so that a wrong rule is refused where it is
//! given and not at a save. Validation rules (wire reference §14) are compiled here, assignment
//! rules (§8.2) too; an object has one active assignment rule. Duplicate rules and flows have
//! files of their own: [`duplicate_rule`], [`flow`].

mod duplicate_rule;
mod flow;

use std::sync::Arc;

use serde_json::{Value as Json, json};

use crate::formula::{self, Formula, FormulaProblem};
use crate::id::SfId;
use crate::org::Org;
use crate::org::context::{FieldInput, Origin, SaveContext};
use crate::org::found::unknown;
use crate::schema::{FieldIndex, ObjectIndex, ObjectSchema, Schema};
use crate::seed::{AssignmentRuleSeed, OrgSeed, SeedError, ValidationRuleSeed};
use crate::timestamp::Timestamp;

use super::{AssignmentRule, ValidationRule};

impl Org {
    pub(in crate::org) fn add_rules(
        &mut self,
        seed: &OrgSeed,
        now: Timestamp,
    ) -> Result<(), SeedError> {
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
    pub(in crate::org) fn check_default_owners(&self) -> Result<(), SeedError> {
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
    fn rule_object(&self, place: &str, name: &str) -> Result<Arc<ObjectSchema>, SeedError> {
        let index = self.schema.index_of(name).ok_or_else(|| unknown(place, "object", name))?;
        Ok(self.schema.shared(index))
    }

    fn rule_owner(&self, place: &str, name: Option<&str>) -> Result<Option<SfId>, SeedError> {
        let Some(name) = name else { return Ok(None) };
        let owner = self.owner_named(name).ok_or_else(|| unknown(place, "user or queue", name))?;
        Ok(Some(owner))
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

fn contradiction(place: &str, reason: &str) -> SeedError {
    SeedError::Contradiction { place: place.to_owned(), reason: reason.to_owned() }
}
