//! How does a flow of a seed become one of the org?
//!
//! Its fields get constants, rows by their names or what formulas over the row give. A flow is
//! refused that its place in the order of execution (wire reference §15) does not allow: only
//! after the save are rows created and deleted, and only an after-save flow can wait.

use std::sync::Arc;

use indexmap::IndexMap;
use serde_json::Value as Json;

use crate::formula::Formula;
use crate::org::Org;
use crate::org::coerce::{Misfit, coerce};
use crate::org::context::Origin;
use crate::org::rules::{Flow, NewRow, Setting};
use crate::schema::{FieldIndex, FieldKind, FieldSchema, ObjectIndex, ObjectSchema};
use crate::seed::{FlowSeed, FlowStage, FlowTrigger, SeedError};
use crate::value::Value;

use super::{condition, contradiction, first, rule_field};

impl Org {
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
