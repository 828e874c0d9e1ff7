//! `world:`: zones, permissions, rules, records.

use crate::ast::{
    CustomField, FieldKind, Moment, ObjectSetup, RecordSetup, UserSetup, ValidationRule,
};
use crate::check::Checker;
use crate::diagnostic::{Diagnostic, code};

impl<'a> Checker<'a> {
    pub(super) fn world(&mut self) {
        let world = &self.scenario.world;
        self.zone(world.org.time_zone.as_ref());
        if let Some(owner) = &world.org.default_lead_owner {
            self.owner(owner);
        }
        world.users.iter().for_each(|user| self.user_setup(user));
        for queue in &world.queues {
            queue.members.iter().for_each(|member| self.user(member));
            for object in &queue.objects {
                self.object(object);
            }
        }
        world.objects.iter().for_each(|object| self.object_setup(object));
        world.records.iter().for_each(|record| self.record_setup(record));
        for csv in &world.csv {
            self.object(&csv.object);
        }
    }

    fn user_setup(&mut self, user: &'a UserSetup) {
        self.zone(user.time_zone.as_ref());
        for permission in &user.permissions {
            self.object(&permission.object);
        }
        for (object, fields) in user.read_only_fields.iter().chain(&user.hidden_fields) {
            let Some(object) = self.object(object) else { continue };
            for field in fields {
                self.field(object, field);
            }
        }
    }

    fn object_setup(&mut self, setup: &'a ObjectSetup) {
        let Some(object) = self.object(&setup.object) else { return };
        setup.fields.iter().for_each(|field| self.custom_field(field));
        for field in &setup.required {
            self.field(object, field);
        }
        for rule in &setup.validation_rules {
            self.validation_rule(object, rule);
        }
        for rule in &setup.duplicate_rules {
            self.duplicate_rule(object, rule);
        }
        for entry in setup.assignment_rule.iter().flat_map(|rule| &rule.entries) {
            self.formula(object, &entry.when);
            self.owner(&entry.owner);
        }
        for flow in &setup.flows {
            if let Some(when) = &flow.when {
                self.formula(object, when);
            }
            self.fields(object, &flow.set);
        }
    }

    fn duplicate_rule(&mut self, object: &'a str, rule: &'a crate::ast::DuplicateRule) {
        if rule.match_fields.is_empty() {
            self.error(
                code::IMPOSSIBLE,
                &rule.name,
                format!("the rule `{}` matches on no field", rule.name),
                "list the fields that are compared",
            );
        }
        for field in &rule.match_fields {
            self.field(object, field);
        }
        for against in &rule.against {
            self.object(against);
        }
    }

    pub(super) fn custom_field(&mut self, field: &CustomField) {
        if !field.name.ends_with("__c") {
            let help = format!("call it `{}__c`", field.name);
            let message = format!("`{}` is no name for a custom field", field.name);
            self.out
                .push(Diagnostic::error(code::UNKNOWN_FIELD, field.name.span, message).help(help));
        }
        let picklist = matches!(field.kind, FieldKind::Picklist | FieldKind::Multipicklist);
        if picklist && field.restricted && field.values.is_empty() {
            let message = format!("`{}` takes its values only, and has none", field.name);
            self.error(
                code::IMPOSSIBLE,
                &field.name,
                message,
                "list `values`, or remove `restricted`",
            );
        }
        if field.length == Some(0) {
            self.error(
                code::IMPOSSIBLE,
                &field.name,
                format!("`{}` has no room for a character", field.name),
                "write a `length` of 1 or more",
            );
        }
        if let Some(default) = &field.default {
            self.value(field.kind, &field.name, default);
        }
    }

    pub(super) fn validation_rule(&mut self, object: &'a str, rule: &ValidationRule) {
        self.formula(object, &rule.when);
        if let Some(field) = &rule.field {
            self.field(object, field);
        }
    }

    fn record_setup(&mut self, record: &'a RecordSetup) {
        let Some(object) = self.object(&record.object) else { return };
        self.fields(object, &record.fields);
        let starts = self.scenario.clock.starts;
        let epoch = |moment: Option<Moment>| moment.map(|moment| moment.since_epoch(starts));
        if let (Some(created), Some(modified)) = (epoch(record.created), epoch(record.modified))
            && modified < created
        {
            self.error_at(
                code::TIME_ORDER,
                record.place.0,
                "the record was modified before it was created",
                "exchange the two times",
            );
        }
        if let Some(contact) = &record.converted_to {
            if object != "Lead" {
                self.error(
                    code::CONTRADICTION,
                    contact,
                    format!("only a Lead can be converted, not a {object}"),
                    "remove `converted_to`, or make it a Lead",
                );
            }
            if self.record(contact).is_some_and(|found| found != "Contact") {
                self.error(
                    code::CONTRADICTION,
                    contact,
                    format!("`{contact}` is not a Contact"),
                    "name a Contact of this file",
                );
            }
        }
        if object != "Account" && (record.opportunities > 0 || record.contacts > 0) {
            let message =
                format!("`opportunities` and `contacts` hang off an Account, not off a {object}");
            self.error_at(
                code::CONTRADICTION,
                record.place.0,
                message,
                "remove them, or make it an Account",
            );
        }
    }
}
