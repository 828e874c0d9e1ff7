//! Flows: record-triggered automations of the org's admin, before the save, after it, or later.
//!
//! A flow acts once on a row within one transaction; what it sets starts other flows but not
//! itself. A delayed flow acts when its time comes, if the row is still there and not converted.

use std::sync::Arc;

use crate::formula::Scope;
use crate::id::SfId;
use crate::record::Record;
use crate::schema::{FieldKind, FieldSchema};
use crate::seed::{FlowStage, FlowTrigger};
use crate::value::Value;

use super::Org;
use super::agenda::Due;
use super::coerce::{Misfit, coerce};
use super::context::{Origin, SaveContext};
use super::error::OrgError;
use super::rules::{Flow, Setting};
use super::save::{Draft, Values, one};

impl Org {
    /// Before-save flows change the row that is being saved.
    pub(crate) fn run_before_flows(
        &self,
        cx: &SaveContext,
        draft: &mut Draft,
    ) -> Result<(), Vec<OrgError>> {
        let mut ran = false;
        for flow in &self.rules.flows {
            if flow.stage != FlowStage::BeforeSave || !self.starts(cx, flow, draft, &draft.after) {
                continue;
            }
            for (field, value) in self.settings_of(cx, flow, draft)? {
                draft.set(field, value);
            }
            ran = true;
        }
        if ran { self.derive(cx, draft) } else { Ok(()) }
    }

    /// After-save flows save the row again, now or later.
    pub(crate) fn run_after_flows(
        &mut self,
        cx: &SaveContext,
        draft: &Draft,
    ) -> Result<(), Vec<OrgError>> {
        let id = draft.after.id();
        for (at, flow) in self.rules.flows.clone().into_iter().enumerate() {
            if flow.stage != FlowStage::AfterSave || self.running.contains(&(at, id)) {
                continue;
            }
            let Some(row) = self.live(id).cloned() else { return Ok(()) };
            if !self.starts(cx, &flow, draft, &row) {
                continue;
            }
            if flow.delay_ms > 0 {
                let delay = i64::try_from(flow.delay_ms).unwrap_or(i64::MAX);
                let due = Due::Flow { flow: at, id, cx: cx.automation() };
                self.agenda.push(cx.now.plus_ms(delay), due);
                continue;
            }
            self.act(cx, (at, &flow), &row)?;
        }
        Ok(())
    }

    /// A flow whose time has come. What it cannot save stays undone.
    pub(crate) fn run_delayed_flow(&mut self, at: usize, id: SfId, cx: &SaveContext) {
        let Some(flow) = self.rules.flows.get(at).cloned().filter(|flow| flow.active) else {
            return;
        };
        let Some(row) = self.live(id).cloned() else { return };
        // A refusal is the org's own business: Salesforce mails it to its admin.
        let _refused = self.transaction(|org| org.act(cx, (at, &flow), &row));
    }

    fn act(
        &mut self,
        cx: &SaveContext,
        (at, flow): (usize, &Arc<Flow>),
        row: &Record,
    ) -> Result<(), Vec<OrgError>> {
        let id = row.id();
        let scope = Scope { org: self, cx, before: None, after: row, is_new: false };
        let values = values_of(&scope, flow)?;
        if values.iter().all(|(field, value)| row.get(*field) == value) {
            return Ok(());
        }
        self.running.push((at, id));
        let cx = cx.automation();
        let outcome =
            self.because(&format!("flow {}", flow.name), |org| org.save_existing(&cx, id, values));
        self.running.pop();
        outcome.map(|_| ()).map_err(|errors| failed(flow, &errors))
    }

    fn starts(&self, cx: &SaveContext, flow: &Flow, draft: &Draft, row: &Record) -> bool {
        let trigger = if draft.is_new() { FlowTrigger::Create } else { FlowTrigger::Update };
        let called = flow.active && flow.object == draft.object.index && flow.on.contains(&trigger);
        let scope = Scope {
            org: self,
            cx,
            before: draft.before.as_ref(),
            after: row,
            is_new: draft.is_new(),
        };
        called && flow.when.as_ref().is_none_or(|when| when.holds(&scope))
    }

    fn settings_of(
        &self,
        cx: &SaveContext,
        flow: &Flow,
        draft: &Draft,
    ) -> Result<Values, Vec<OrgError>> {
        let scope = Scope {
            org: self,
            cx,
            before: draft.before.as_ref(),
            after: &draft.after,
            is_new: draft.is_new(),
        };
        values_of(&scope, flow)
    }
}

fn values_of(scope: &Scope<'_>, flow: &Flow) -> Result<Values, Vec<OrgError>> {
    let object = scope.org.schema.at(flow.object);
    let value = |(field, setting): &(crate::FieldIndex, Setting)| {
        let value = match setting {
            Setting::Constant(value) => value.clone(),
            Setting::Formula(formula) => {
                stored_form(object.field_at(*field), formula.evaluate(scope)).map_err(one)?
            }
        };
        Ok((*field, value))
    };
    flow.set.iter().map(value).collect()
}

/// A formula's value as the field stores it.
fn stored_form(field: &FieldSchema, value: Value) -> Result<Value, OrgError> {
    match (field.kind, &value) {
        (FieldKind::Boolean, Value::Null) => Ok(Value::Bool(false)),
        (_, Value::Null)
        | (FieldKind::Boolean, Value::Bool(_))
        | (FieldKind::Date, Value::Date(_))
        | (FieldKind::DateTime, Value::DateTime(_)) => Ok(value),
        _ => coerce(field, &value.to_json(), Origin::Bulk)
            .map_err(|(Misfit::Type(error) | Misfit::Id(error))| error),
    }
}

/// The save that started a flow fails with it.
fn failed(flow: &Flow, errors: &[OrgError]) -> Vec<OrgError> {
    let why: Vec<String> =
        errors.iter().map(|error| format!("{}: {}", error.code, error.message)).collect();
    let message = format!(
        "We can't save this record because the “{}” process failed. Give your Salesforce admin these \
         details. This error occurred when the flow tried to update records: {}.",
        flow.name,
        why.join("; ")
    );
    one(OrgError::new("CANNOT_EXECUTE_FLOW_TRIGGER", message))
}
