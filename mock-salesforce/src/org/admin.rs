//! What an admin does while the org runs: users, schema, packages.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::automation::Automation;
use crate::id::SfId;
use crate::schema::{CustomField, FieldChange, Schema, SchemaError};
use crate::seed::{OrgSettings, SeedError, SharingModel};
use crate::value::Value;

use super::Org;
use super::context::SaveContext;
use super::error::OrgError;
use super::feed::ChangeKind;
use super::found::unknown;
use super::save::one;

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
        row.set(field, Value::Bool(active));
        self.replace_row(row);
        self.note(cx, ChangeKind::Updated, (users.index, user), vec![(field, Value::Bool(active))]);
        Ok(())
    }

    /// Sets the org up anew. Nothing changes when a name stands for nothing.
    pub fn set_settings(&mut self, settings: &OrgSettings) -> Result<(), SeedError> {
        let before = self.settings.clone();
        let outcome = self.change_settings(settings).and_then(|()| self.check_default_owners());
        if outcome.is_err() {
            self.change_settings(&before)?;
        }
        outcome
    }

    /// Takes settings whose default owners may not be there yet.
    pub(super) fn change_settings(&mut self, settings: &OrgSettings) -> Result<(), SeedError> {
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
        self.settings = settings.clone();
        Ok(())
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
