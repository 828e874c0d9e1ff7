//! Flows, triggers and workflow rules of the org's admin: before the save, after it, or later
//! (wire reference §15).
//!
//! A flow acts once on a row within one transaction; what it sets starts other flows but not
//! itself. A workflow rule's field updates save the row once more, without validation and duplicate
//! rules, and only triggers see that. A delayed flow acts when its time comes, if the row is still
//! there. What fails refuses the save that started it, as a trigger that throws or as a flow.

use std::sync::Arc;

use crate::automation::Changes;
use crate::formula::Scope;
use crate::id::SfId;
use crate::record::Record;
use crate::schema::{FieldIndex, FieldKind, FieldSchema, ObjectIndex};
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
    /// Before-save flows, then before-triggers, change the row that is being saved.
    pub(crate) fn run_before_flows(
        &self,
        cx: &SaveContext,
        draft: &mut Draft,
    ) -> Result<(), Vec<OrgError>> {
        if self.rules.flows.is_empty() {
            return Ok(());
        }
        let mut ran = false;
        for stage in [FlowStage::BeforeSave, FlowStage::BeforeTrigger] {
            if stage == FlowStage::BeforeSave && self.resaving {
                continue;
            }
            for flow in self.rules.flows.iter().filter(|flow| flow.stage == stage) {
                ran |= self.run_before_flow(cx, flow, draft)?;
            }
        }
        if ran { self.derive(cx, draft) } else { Ok(()) }
    }

    /// Answers whether the flow started.
    fn run_before_flow(
        &self,
        cx: &SaveContext,
        flow: &Flow,
        draft: &mut Draft,
    ) -> Result<bool, Vec<OrgError>> {
        let trigger = trigger_of(draft);
        let scope = scope_of(self, cx, draft, &draft.after);
        if !starts(flow, trigger, &scope) {
            return Ok(false);
        }
        fail(flow, trigger)?;
        for (field, value) in values_of(&scope, flow.object, &flow.set)? {
            draft.set(field, value);
        }
        Ok(true)
    }

    /// After-triggers and after-save flows save the row again, now or later.
    pub(crate) fn run_after_flows(
        &mut self,
        cx: &SaveContext,
        draft: &Draft,
        stage: FlowStage,
    ) -> Result<(), Vec<OrgError>> {
        if self.rules.flows.is_empty() {
            return Ok(());
        }
        let id = draft.after.id();
        for (at, flow) in self.flows_of(draft.object.index, stage) {
            if self.running.contains(&(at, id)) {
                continue;
            }
            let Some(row) = self.live(id).cloned() else { return Ok(()) };
            let trigger = trigger_of(draft);
            if !starts(&flow, trigger, &scope_of(self, cx, draft, &row)) {
                continue;
            }
            if flow.delay_ms > 0 {
                let delay = i64::try_from(flow.delay_ms).unwrap_or(i64::MAX);
                let due = Due::Flow { flow: at, id, cx: cx.automation() };
                self.agenda.push(cx.now.plus_ms(delay), due);
                continue;
            }
            fail(&flow, trigger)?;
            self.act(cx, (at, &flow), &row)?;
        }
        Ok(())
    }

    /// Workflow rules: all their field updates are one more save, and rows are created after it.
    pub(crate) fn run_workflow(
        &mut self,
        cx: &SaveContext,
        draft: &Draft,
    ) -> Result<(), Vec<OrgError>> {
        if self.rules.flows.is_empty() {
            return Ok(());
        }
        let id = draft.after.id();
        let (mut values, mut fired) = (Values::new(), Vec::new());
        for (at, flow) in self.flows_of(draft.object.index, FlowStage::Workflow) {
            let Some(row) = self.live(id) else { return Ok(()) };
            let scope = scope_of(self, cx, draft, row);
            if !starts(&flow, trigger_of(draft), &scope) {
                continue;
            }
            fail(&flow, trigger_of(draft))?;
            for (field, value) in values_of(&scope, flow.object, &flow.set)? {
                values.retain(|(own, _)| *own != field);
                values.push((field, value));
            }
            fired.push((at, flow));
        }
        let Some((_, first)) = fired.first() else { return Ok(()) };
        let cause = format!("workflow rule {}", first.name);
        let (lenient, resaving) = (self.lenient, self.resaving);
        (self.lenient, self.resaving) = (true, true);
        let saved = if values.is_empty() {
            Ok(id)
        } else {
            self.because(&cause, |org| org.save_existing(&cx.automation(), id, values))
        };
        (self.lenient, self.resaving) = (lenient, resaving);
        saved?;
        let Some(row) = self.live(id).cloned() else { return Ok(()) };
        fired.iter().try_for_each(|(_, flow)| self.create_rows(cx, flow, &row))
    }

    /// Flows and triggers that start when a row is deleted.
    pub(crate) fn run_delete_flows(
        &mut self,
        cx: &SaveContext,
        changes: &Changes,
    ) -> Result<(), Vec<OrgError>> {
        let row = &changes.after;
        let mut flows = self.flows_of(changes.object.index, FlowStage::AfterTrigger);
        flows.extend(self.flows_of(changes.object.index, FlowStage::AfterSave));
        for (_, flow) in flows {
            let before = changes.before.as_ref();
            let scope = Scope { org: self, cx, before, after: row, is_new: false };
            if starts(&flow, FlowTrigger::Delete, &scope) {
                fail(&flow, FlowTrigger::Delete)?;
                self.create_rows(cx, &flow, row)?;
            }
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
        let _refused = self.transaction(|org| {
            fail(&flow, FlowTrigger::Update)?;
            org.act(cx, (at, &flow), &row)
        });
    }

    fn flows_of(&self, object: ObjectIndex, stage: FlowStage) -> Vec<(usize, Arc<Flow>)> {
        let flows = self.rules.flows.iter().enumerate();
        let wanted = |flow: &Arc<Flow>| flow.stage == stage && flow.object == object && flow.active;
        flows.filter(|(_, flow)| wanted(flow)).map(|(at, flow)| (at, Arc::clone(flow))).collect()
    }

    fn act(
        &mut self,
        cx: &SaveContext,
        (at, flow): (usize, &Arc<Flow>),
        row: &Record,
    ) -> Result<(), Vec<OrgError>> {
        let id = row.id();
        let scope = Scope { org: self, cx, before: None, after: row, is_new: false };
        let values = values_of(&scope, flow.object, &flow.set)?;
        self.running.push((at, id));
        let inner = cx.automation();
        let outcome: Result<(), Vec<OrgError>> = self.because(&cause(flow), |org| {
            if values.iter().any(|(field, value)| row.get(*field) != value) {
                org.save_existing(&inner, id, values)?;
            }
            if flow.delete {
                let object = org.schema.at(flow.object).name.to_string();
                org.delete(&inner, &object, id)?;
            }
            Ok(())
        });
        self.running.pop();
        outcome.map_err(|errors| failed(flow, "update", &errors))?;
        self.create_rows(cx, flow, row)
    }

    fn create_rows(
        &mut self,
        cx: &SaveContext,
        flow: &Arc<Flow>,
        row: &Record,
    ) -> Result<(), Vec<OrgError>> {
        for new in &flow.create {
            let scope = Scope { org: self, cx, before: None, after: row, is_new: false };
            let values = values_of(&scope, new.object, &new.fields)?;
            let object = self.schema.shared(new.object);
            let inner = cx.automation();
            let saved = self.because(&cause(flow), |org| org.save_new(&inner, &object, values));
            saved.map_err(|errors| failed(flow, "create", &errors))?;
        }
        Ok(())
    }
}

fn trigger_of(draft: &Draft) -> FlowTrigger {
    if draft.is_new() { FlowTrigger::Create } else { FlowTrigger::Update }
}

fn scope_of<'a>(org: &'a Org, cx: &'a SaveContext, draft: &'a Draft, row: &'a Record) -> Scope<'a> {
    Scope { org, cx, before: draft.before.as_ref(), after: row, is_new: draft.is_new() }
}

fn starts(flow: &Flow, trigger: FlowTrigger, scope: &Scope<'_>) -> bool {
    flow.active
        && flow.object == scope.after.object()
        && flow.on.contains(&trigger)
        && flow.when.as_ref().is_none_or(|when| when.holds(scope))
}

fn values_of(
    scope: &Scope<'_>,
    object: ObjectIndex,
    settings: &[(FieldIndex, Setting)],
) -> Result<Values, Vec<OrgError>> {
    let object = scope.org.schema.at(object);
    let value = |(field, setting): &(FieldIndex, Setting)| {
        let value = match setting {
            Setting::Constant(value) => value.clone(),
            Setting::Formula(formula) => {
                stored_form(object.field_at(*field), formula.evaluate(scope)).map_err(one)?
            }
        };
        Ok((*field, value))
    };
    settings.iter().map(value).collect()
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

fn is_trigger(flow: &Flow) -> bool {
    matches!(flow.stage, FlowStage::BeforeTrigger | FlowStage::AfterTrigger)
}

fn cause(flow: &Flow) -> String {
    let kind = match flow.stage {
        FlowStage::BeforeTrigger | FlowStage::AfterTrigger => "trigger",
        FlowStage::Workflow => "workflow rule",
        FlowStage::BeforeSave | FlowStage::AfterSave => "flow",
    };
    format!("{kind} {}", flow.name)
}

/// A flow that fails on purpose.
fn fail(flow: &Flow, trigger: FlowTrigger) -> Result<(), Vec<OrgError>> {
    let Some(text) = &flow.fail else { return Ok(()) };
    Err(one(if is_trigger(flow) { thrown(flow, trigger, text) } else { stopped(flow, text) }))
}

/// The save that started a flow fails with it.
fn failed(flow: &Flow, verb: &str, errors: &[OrgError]) -> Vec<OrgError> {
    let why: Vec<String> =
        errors.iter().map(|error| format!("{}: {}", error.code, error.message)).collect();
    let why = why.join("; ");
    one(if is_trigger(flow) {
        let text = format!("System.DmlException: {verb} failed. First error: {why}");
        thrown(flow, FlowTrigger::Update, &text)
    } else {
        let text = format!("This error occurred when the flow tried to {verb} records: {why}.");
        stopped(flow, &text)
    })
}

fn stopped(flow: &Flow, text: &str) -> OrgError {
    let message = format!(
        "We can't save this record because the “{}” process failed. Give your Salesforce admin these \
         details. {text}",
        flow.name
    );
    OrgError::new("CANNOT_EXECUTE_FLOW_TRIGGER", message)
}

fn thrown(flow: &Flow, trigger: FlowTrigger, text: &str) -> OrgError {
    let moment = if flow.stage == FlowStage::BeforeTrigger { "Before" } else { "After" };
    let event = match trigger {
        FlowTrigger::Create => "Insert",
        FlowTrigger::Update => "Update",
        FlowTrigger::Delete => "Delete",
    };
    let name = &flow.name;
    let message = format!(
        "{name}: execution of {moment}{event}\n\ncaused by: {text}\n\nTrigger.{name}: line 1, column 1"
    );
    OrgError::new("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", message)
}
