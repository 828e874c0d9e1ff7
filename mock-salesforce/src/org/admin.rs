//! What an admin does while the org runs: users, schema, packages.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;
use serde_json::Value as Json;

use crate::automation::Automation;
use crate::id::SfId;
use crate::record::Record;
use crate::schema::{CustomField, FieldChange, Schema, SchemaError};
use crate::seed::{DuplicateAction, OrgSettings, SeedError, SharingModel};
use crate::value::Value;

use super::Org;
use super::context::SaveContext;
use super::error::OrgError;
use super::feed::ChangeKind;
use super::found::unknown;
use super::import::ImportError;
use super::save::one;

/// Longest wait that a setting can ask for, in milliseconds: ten years.
const WAIT_MS_MAX: u64 = 10 * 365 * 24 * 3_600_000;

/// A rule or flow, as an admin's list shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RuleOutline {
    /// `validation_rule`, `duplicate_rule`, `assignment_rule` or `flow`.
    pub kind: &'static str,
    /// The object.
    pub object: String,
    /// Name.
    pub name: String,
    /// Does it run?
    pub active: bool,
    /// What a duplicate rule does on create.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_create: Option<DuplicateAction>,
    /// What a duplicate rule does on update.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_update: Option<DuplicateAction>,
}

impl Org {
    /// Activates or deactivates a user. What the user owns stays as it is.
    pub fn set_user_active(
        &mut self,
        cx: &SaveContext,
        user: SfId,
        active: bool,
    ) -> Result<(), Vec<OrgError>> {
        let users = self.standard("User");
        let mut row = self.target(&users, user).map_err(one)?.clone();
        let Some(field) = users.field_index("IsActive") else { return Ok(()) };
        if row.get(field) == Value::Bool(active) {
            return Ok(());
        }
        row.set(field, Value::Bool(active));
        self.transaction(|org| {
            org.replace_row(row);
            let fields = vec![(field, Value::Bool(active))];
            org.note(cx, ChangeKind::Updated, (users.index, user), fields);
            Ok(())
        })
    }

    /// Makes a lead status, or says anew whether leads can be converted with it.
    pub fn set_converted_status(
        &mut self,
        cx: &SaveContext,
        label: &str,
        converted: bool,
    ) -> Result<(), ImportError> {
        let statuses = self.standard("LeadStatus");
        let own = |row: &&Record| self.stored(row, "MasterLabel").as_text() == Some(label);
        let found = self.rows(statuses.index).find(own).cloned();
        let (Some(mut row), Some(flag)) = (found, statuses.field_index("IsConverted")) else {
            let texts = [("MasterLabel", Json::from(label)), ("ApiName", Json::from(label))];
            let flags = [("IsConverted", Json::from(converted)), ("IsDefault", Json::from(false))];
            let input = texts.into_iter().chain(flags);
            let input = input.map(|(name, value)| (name.to_owned(), value)).collect();
            return self.import(cx, "LeadStatus", &input).map(|_| ());
        };
        row.set(flag, Value::Bool(converted));
        self.replace_row(row);
        Ok(())
    }

    /// Sets the org up anew. Nothing changes when a name stands for nothing.
    pub fn set_settings(&mut self, settings: &OrgSettings) -> Result<(), SeedError> {
        let before = (*self.settings).clone();
        let outcome = self.change_settings(settings).and_then(|()| self.check_default_owners());
        if outcome.is_err() {
            self.change_settings(&before)?;
        }
        outcome
    }

    /// Takes settings whose default owners may not be there yet.
    pub(super) fn change_settings(&mut self, settings: &OrgSettings) -> Result<(), SeedError> {
        let waits =
            [("bulk_job_ms", settings.bulk_job_ms), ("search_delay_ms", settings.search_delay_ms)];
        if let Some((place, _)) = waits.into_iter().find(|(_, ms)| *ms > WAIT_MS_MAX) {
            let reason = format!("nothing waits longer than {WAIT_MS_MAX} ms: say less");
            return Err(SeedError::Contradiction { place: format!("settings.{place}"), reason });
        }
        let mut sharing = BTreeMap::new();
        for (name, model) in &settings.sharing {
            let object = self.schema.index_of(name);
            let object = object.ok_or_else(|| unknown("settings.sharing", "object", name))?;
            if *model != SharingModel::FullAccess {
                sharing.insert(object, *model);
            }
        }
        self.locks.set_parents(&self.schema, settings)?;
        self.access.sharing = sharing;
        *self.settings = settings.clone();
        Ok(())
    }

    /// The rules and flows of the org, each kind in its order.
    pub fn rule_outlines(&self) -> Vec<RuleOutline> {
        let name = |object| self.schema.at(object).name.to_string();
        let outline = |kind, object, rule: &str, active| RuleOutline {
            kind,
            object: name(object),
            name: rule.to_owned(),
            active,
            on_create: None,
            on_update: None,
        };
        let rules = &self.rules;
        let mut all: Vec<RuleOutline> = Vec::new();
        let validation = rules.validation.iter();
        all.extend(validation.map(|r| outline("validation_rule", r.object, &r.name, r.active)));
        all.extend(rules.duplicates.iter().map(|r| RuleOutline {
            on_create: Some(r.on_create),
            on_update: Some(r.on_update),
            ..outline("duplicate_rule", r.object, &r.name, r.active)
        }));
        let assignment = rules.assignment.iter();
        all.extend(assignment.map(|r| outline("assignment_rule", r.object, &r.name, r.active)));
        all.extend(rules.flows.iter().map(|r| outline("flow", r.object, &r.name, r.active)));
        all
    }

    /// Changes what the duplicate rules of a name do; absent parts stay. Answers whether there was one.
    pub fn set_duplicate_actions(
        &mut self,
        name: &str,
        on_create: Option<DuplicateAction>,
        on_update: Option<DuplicateAction>,
    ) -> bool {
        let mut found = false;
        for rule in self.rules.duplicates.iter_mut().filter(|rule| rule.name == name) {
            let rule = Arc::make_mut(rule);
            rule.on_create = on_create.unwrap_or(rule.on_create);
            rule.on_update = on_update.unwrap_or(rule.on_update);
            found = true;
        }
        found
    }

    /// Adds a custom field.
    pub fn add_field(&mut self, object: &str, field: &CustomField) -> Result<(), SchemaError> {
        let (object, at) = self.change_schema().add_field(object, field)?;
        self.index_if_key(object, at);
        Ok(())
    }

    /// Removes a field. Rows keep what they hold in it; nobody sees it.
    pub fn remove_field(&mut self, object: &str, field: &str) -> Result<(), SchemaError> {
        self.change_schema().remove_field(object, field)
    }

    /// Changes a field's label, limits or picklist values.
    pub fn alter_field(
        &mut self,
        object: &str,
        field: &str,
        change: &FieldChange,
    ) -> Result<(), SchemaError> {
        let (object, at) = self.change_schema().alter_field(object, field, change)?;
        self.index_if_key(object, at);
        Ok(())
    }

    /// The schema, to be changed as of the time that was last read or saved at.
    fn change_schema(&mut self) -> &mut Schema {
        self.schema_changed = self.reader.now;
        Arc::make_mut(&mut self.schema)
    }

    /// Installs a package. Packages run in the order of their installation.
    pub fn add_automation(&mut self, automation: Arc<dyn Automation>) {
        self.automations.push(automation);
    }

    fn index_if_key(&mut self, object: crate::ObjectIndex, field: crate::FieldIndex) {
        let schema = self.schema.shared(object);
        if super::table::is_indexed(&schema, schema.field_at(field)) {
            self.table_mut(object).add_index(field);
        }
    }
}
