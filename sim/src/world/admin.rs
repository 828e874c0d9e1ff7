//! The timeline's admin verbs: what people do in Salesforce behind the engine's back.

use std::sync::Arc;

use engine::Rules;
use mock_salesforce::{
    Org, OrgError, SaveContext, SfId,
    org::{Conversion, FieldAccess},
    schema::FieldChange,
};
use scenarios::{
    Text,
    ast::{ChangePermission, Convert, Fields, Permission, RecordRef, SchemaChange, Verb},
};

use super::{World, find::Finder};
use crate::lower::{
    names::NameKind,
    org::{ADMINISTRATOR, custom_field, rule_name, validation_rule},
    value::field_input,
};

/// The lead status that a conversion leaves.
const CONVERTED_STATUS: &str = "Closed - Converted";

impl<R: Rules + Clone> World<'_, R> {
    /// Carries out an admin verb; says why it could not.
    pub(super) fn administer(&mut self, verb: &Verb) -> Result<(), String> {
        match verb {
            Verb::Create { object, key, fields, by } => {
                let cx = self.context(by.as_ref())?;
                self.create(&cx, object, (key.as_ref(), fields))
            }
            Verb::Update { record, fields, by } => {
                let cx = self.context(by.as_ref())?;
                self.update(&cx, record, fields)
            }
            Verb::Delete { record, by } => {
                let cx = self.context(by.as_ref())?;
                let id = self.record(record)?;
                let object = self.object_of(id)?;
                self.mock.org().delete(&cx, &object, id).map_err(|errors| refused(&errors))
            }
            Verb::Undelete { record, by } => {
                let cx = self.context(by.as_ref())?;
                let id = self.record(record)?;
                self.mock.org().undelete(&cx, id).map_err(|errors| refused(&errors))
            }
            Verb::Convert(convert) => self.convert(convert),
            Verb::Merge { into, from, by } => {
                let cx = self.context(by.as_ref())?;
                let master = self.record(into)?;
                let losers: Result<Vec<SfId>, String> =
                    from.iter().map(|record| self.record(record)).collect();
                let merged = self.mock.org().merge(&cx, master, &losers?);
                merged.map(|_| ()).map_err(|errors| refused(&errors))
            }
            Verb::Deactivate { user } => self.set_active(user, false),
            Verb::Activate { user } => self.set_active(user, true),
            Verb::ChangeSchema { object, change } => self.change_schema(object, change),
            Verb::ChangePermission(change) => self.change_permission(change),
            _ => Ok(()),
        }
    }

    pub(super) fn context(&self, by: Option<&Text>) -> Result<SaveContext, String> {
        let user = self.user(by.map_or(ADMINISTRATOR, |by| &**by))?;
        Ok(SaveContext::admin(user, self.clock.org_now()))
    }

    fn user(&self, name: &str) -> Result<SfId, String> {
        let user = self.names.find(&[NameKind::User], name);
        user.ok_or_else(|| format!("there is no user `{name}`"))
    }

    fn record(&self, record: &RecordRef) -> Result<SfId, String> {
        let org = self.mock.org();
        Finder { scenario: self.scenario, names: &self.names, org: &org }.find(record)
    }

    fn object_of(&self, id: SfId) -> Result<String, String> {
        let org = self.mock.org();
        let row = org.get(id).ok_or_else(|| format!("there is no record {id}"))?;
        Ok(org.schema().at(row.object()).name.to_string())
    }

    fn create(
        &mut self,
        cx: &SaveContext,
        object: &Text,
        (key, fields): (Option<&Text>, &Fields),
    ) -> Result<(), String> {
        let input = self.input(object, fields)?;
        let saved =
            self.mock.org().create(cx, object, &input).map_err(|errors| refused(&errors))?;
        if let Some(key) = key {
            self.names.add(NameKind::Record, Arc::clone(&key.text), saved.id);
        }
        Ok(())
    }

    fn update(
        &mut self,
        cx: &SaveContext,
        record: &RecordRef,
        fields: &Fields,
    ) -> Result<(), String> {
        let id = self.record(record)?;
        let object = self.object_of(id)?;
        let input = self.input(&object, fields)?;
        let saved = self.mock.org().update(cx, &object, id, &input);
        saved.map(|_| ()).map_err(|errors| refused(&errors))
    }

    fn input(&self, object: &str, fields: &Fields) -> Result<mock_salesforce::FieldInput, String> {
        let org = self.mock.org();
        let schema = org.schema().object(object);
        let schema = schema.ok_or_else(|| format!("the org has no object `{object}`"))?;
        field_input(schema, fields, &self.names, self.scenario.clock.starts)
            .map_err(|bad| bad.into_iter().map(|it| it.message).collect::<Vec<_>>().join("; "))
    }

    fn convert(&mut self, convert: &Convert) -> Result<(), String> {
        let cx = self.context(convert.by.as_ref())?;
        let found =
            |record: &Option<RecordRef>| record.as_ref().map(|it| self.record(it)).transpose();
        let conversion = Conversion {
            lead: Some(self.record(&convert.record)?),
            converted_status: CONVERTED_STATUS.to_owned(),
            account: found(&convert.account)?,
            contact: found(&convert.contact)?,
            owner: convert.owner.as_ref().map(|owner| self.user(owner)).transpose()?,
            do_not_create_opportunity: true,
            ..Conversion::default()
        };
        let converted =
            self.mock.org().convert(&cx, &conversion).map_err(|errors| refused(&errors))?;
        if let Some(key) = &convert.contact_key {
            self.names.add(NameKind::Record, Arc::clone(&key.text), converted.contact);
        }
        Ok(())
    }

    fn set_active(&mut self, user: &Text, active: bool) -> Result<(), String> {
        let cx = self.context(None)?;
        let id = self.user(user)?;
        self.mock.org().set_user_active(&cx, id, active).map_err(|errors| refused(&errors))
    }

    fn change_schema(&mut self, object: &Text, change: &SchemaChange) -> Result<(), String> {
        let cx = self.context(None)?;
        let mut org = self.mock.org();
        let required =
            |required| FieldChange { required: Some(required), ..FieldChange::default() };
        let schema_words = |error: mock_salesforce::schema::SchemaError| error.to_string();
        match change {
            SchemaChange::AddField(field) => {
                org.add_field(object, &custom_field(field)).map_err(schema_words)
            }
            SchemaChange::RemoveField(field) => {
                org.remove_field(object, field).map_err(schema_words)
            }
            SchemaChange::Require(field) => {
                org.alter_field(object, field, &required(true)).map_err(schema_words)
            }
            SchemaChange::Unrequire(field) => {
                org.alter_field(object, field, &required(false)).map_err(schema_words)
            }
            SchemaChange::ActivateRule(rule) => switch(&mut org, object, rule, true),
            SchemaChange::DeactivateRule(rule) => switch(&mut org, object, rule, false),
            SchemaChange::AddConvertedStatus(name) => set_status(&mut org, &cx, name, true),
            SchemaChange::RemoveConvertedStatus(name) => set_status(&mut org, &cx, name, false),
            SchemaChange::AddValidationRule(rule) => org
                .add_validation_rule(&validation_rule(object, rule))
                .map_err(|error| error.to_string()),
        }
    }

    fn change_permission(&mut self, change: &ChangePermission) -> Result<(), String> {
        let user = self.user(&change.user)?;
        let mut org = self.mock.org();
        let unknown = || format!("the org has no object `{}`", change.object);
        let object = org.schema().index_of(&change.object).ok_or_else(unknown)?;
        let mut crud = org.permitted(user, object);
        let granted = change.allow.iter().map(|right| (right, true));
        for (right, value) in granted.chain(change.deny.iter().map(|right| (right, false))) {
            match right {
                Permission::Read => crud.read = value,
                Permission::Create => crud.create = value,
                Permission::Edit => crud.update = value,
                Permission::Delete => crud.delete = value,
            }
        }
        org.set_permission(user, object, crud);
        let hidden = change.hide_fields.iter().map(|field| (field, FieldAccess::None));
        for (name, access) in
            hidden.chain(change.lock_fields.iter().map(|it| (it, FieldAccess::Read)))
        {
            let unknown = || format!("{} has no field `{name}`", change.object);
            let field = org.schema().at(object).field_index(name).ok_or_else(unknown)?;
            org.set_field_permission(user, (object, field), access);
        }
        Ok(())
    }
}

/// Says whether leads can be converted with a status.
fn set_status(org: &mut Org, cx: &SaveContext, name: &str, is: bool) -> Result<(), String> {
    org.set_converted_status(cx, name, is).map_err(|error| format!("{error:?}"))
}

/// Switches a rule of an object on or off. Only duplicate rules are named without their object.
fn switch(org: &mut Org, object: &str, rule: &Text, active: bool) -> Result<(), String> {
    let found =
        org.set_rule_active(&rule_name(object, rule), active) || org.set_rule_active(rule, active);
    if found { Ok(()) } else { Err(format!("{object} has no rule `{rule}`")) }
}

/// Salesforce's words.
fn refused(errors: &[OrgError]) -> String {
    let words: Vec<String> =
        errors.iter().map(|error| format!("{}: {}", error.code, error.message)).collect();
    format!("Salesforce refused it: {}", words.join("; "))
}
