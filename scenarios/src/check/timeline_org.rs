//! `timeline:`: what administrators do, and faults.

use crate::ast::{ChangePermission, Convert, Fault, FaultVerdict, RecordRef, SchemaChange, Verb};
use crate::check::Checker;
use crate::diagnostic::code;
use crate::source::Text;

/// The word that `activate_rule` takes for the assignment rule.
const ASSIGNMENT_RULE: &str = "assignment_rule";

impl<'a> Checker<'a> {
    pub(super) fn org_verb(&mut self, verb: &'a Verb) {
        match verb {
            Verb::Create { object, fields, by, .. } => {
                self.by(by.as_ref());
                if let Some(object) = self.object(object) {
                    self.fields(object, fields);
                }
            }
            Verb::Update { record, fields, by } => {
                self.by(by.as_ref());
                if let Some(object) = self.reference_of(record) {
                    self.fields(object, fields);
                }
            }
            Verb::Delete { record, by } | Verb::Undelete { record, by } => {
                self.by(by.as_ref());
                self.reference_of(record);
            }
            Verb::Convert(convert) => self.convert(convert),
            Verb::Merge { into, from, by } => self.merge(into, from, by.as_ref()),
            Verb::Deactivate { user } | Verb::Activate { user } => self.user(user),
            Verb::ChangeSchema { object, change } => {
                if let Some(object) = self.object(object) {
                    self.schema_change(object, change);
                }
            }
            Verb::ChangePermission(change) => self.permission(change),
            Verb::Fault(fault) => self.fault(fault),
            _ => {}
        }
    }

    fn by(&mut self, user: Option<&Text>) {
        if let Some(user) = user {
            self.user(user);
        }
    }

    /// The object of a record that a line means.
    fn reference_of(&mut self, record: &'a RecordRef) -> Option<&'a str> {
        match record {
            RecordRef::Name(name) => self.record(name),
            RecordRef::Where { object, fields } => {
                let object = self.object(object)?;
                self.fields(object, fields);
                Some(object)
            }
        }
    }

    fn reference_to(&mut self, record: &'a RecordRef, wanted: &str) {
        let found = self.reference_of(record);
        if let (Some(found), RecordRef::Name(name)) = (found, record)
            && found != wanted
        {
            self.error(
                code::CONTRADICTION,
                name,
                format!("`{name}` is a {found}, not a {wanted}"),
                format!("name a {wanted}"),
            );
        }
    }

    fn convert(&mut self, convert: &'a Convert) {
        self.reference_to(&convert.record, "Lead");
        if let Some(account) = &convert.account {
            self.reference_to(account, "Account");
        }
        if let Some(contact) = &convert.contact {
            self.reference_to(contact, "Contact");
        }
        if let (Some(key), Some(_)) = (&convert.contact_key, &convert.contact) {
            let message = "`contact_key` names a new contact; `contact` takes one that exists";
            self.error(code::CONTRADICTION, key, message, "remove one of them");
        }
        self.by(convert.owner.as_ref());
        self.by(convert.by.as_ref());
    }

    fn merge(&mut self, into: &'a RecordRef, from: &'a [RecordRef], by: Option<&Text>) {
        self.by(by);
        let object = self.reference_of(into);
        for loser in from {
            match object {
                Some(object) => self.reference_to(loser, object),
                None => {
                    self.reference_of(loser);
                }
            }
            if let (RecordRef::Name(survivor), RecordRef::Name(loser)) = (into, loser)
                && survivor == loser
            {
                self.error(
                    code::CONTRADICTION,
                    loser,
                    "a record cannot be merged into itself",
                    "name another record",
                );
            }
        }
        if !(1..=2).contains(&from.len())
            && let RecordRef::Name(name) = into
        {
            self.error(
                code::IMPOSSIBLE,
                name,
                "Salesforce merges one or two records into another",
                "list one or two records under `from`",
            );
        }
    }

    fn schema_change(&mut self, object: &'a str, change: &'a SchemaChange) {
        match change {
            SchemaChange::AddField(field) => self.custom_field(field),
            SchemaChange::RemoveField(field)
            | SchemaChange::Require(field)
            | SchemaChange::Unrequire(field) => {
                self.field(object, field);
            }
            SchemaChange::AddValidationRule(rule) => self.validation_rule(object, rule),
            SchemaChange::AddConvertedStatus(_) | SchemaChange::RemoveConvertedStatus(_) => {}
            SchemaChange::ActivateRule(rule) | SchemaChange::DeactivateRule(rule) => {
                self.org_rule(object, rule);
            }
        }
    }

    /// A validation or duplicate rule of the object, those that the timeline adds included.
    fn org_rule(&mut self, object: &str, rule: &Text) {
        let scenario = self.scenario;
        let setups = scenario.world.objects.iter().filter(|setup| setup.object == *object);
        let mut known: Vec<&str> = vec![ASSIGNMENT_RULE];
        for setup in setups {
            known.extend(setup.validation_rules.iter().map(|rule| rule.name.as_str()));
            known.extend(setup.duplicate_rules.iter().map(|rule| rule.name.as_str()));
        }
        known.extend(scenario.timeline.iter().filter_map(|line| match &line.verb {
            Verb::ChangeSchema { change: SchemaChange::AddValidationRule(rule), .. } => {
                Some(rule.name.as_str())
            }
            _ => None,
        }));
        if !known.contains(&rule.as_str()) {
            self.unknown(code::UNKNOWN_NAME, "rule of the org", rule, known);
        }
    }

    fn permission(&mut self, change: &'a ChangePermission) {
        self.user(&change.user);
        let Some(object) = self.object(&change.object) else { return };
        for field in change.hide_fields.iter().chain(&change.lock_fields) {
            self.field(object, field);
        }
        let both = change.allow.iter().any(|permission| change.deny.contains(permission));
        if both {
            self.error(
                code::CONTRADICTION,
                &change.object,
                "one permission is both allowed and denied",
                "remove it from one of the two lists",
            );
        }
    }

    fn fault(&mut self, fault: &'a Fault) {
        let known = self.vocabulary.fault_operations();
        for operation in &fault.operations {
            if !known.contains(&operation.as_str()) {
                let words = known.iter().copied().chain(["any"]);
                self.unknown(code::UNKNOWN_OPERATION, "operation", operation, words);
            }
        }
        if let Some(object) = &fault.object {
            self.object(object);
        }
        self.fault_on(fault);
        if let FaultVerdict::Named(named) = &fault.verdict {
            self.named_fault(named);
        }
        if fault.times == Some(0) || fault.lasts == Some(0) {
            let message = format!("the fault `{}` hits no call", fault.id);
            self.error(code::IMPOSSIBLE, &fault.id, message, "write 1 or more");
        }
    }
}

/// The records that a line names.
pub(super) fn references(verb: &Verb) -> Vec<&Text> {
    let refs: Vec<&RecordRef> = match verb {
        Verb::Update { record, .. }
        | Verb::Delete { record, .. }
        | Verb::Undelete { record, .. } => vec![record],
        Verb::Convert(convert) => {
            [Some(&convert.record), convert.account.as_ref(), convert.contact.as_ref()]
                .into_iter()
                .flatten()
                .collect()
        }
        Verb::Merge { into, from, .. } => std::iter::once(into).chain(from).collect(),
        _ => Vec::new(),
    };
    let names = refs.into_iter().filter_map(|record| match record {
        RecordRef::Name(name) => Some(name),
        RecordRef::Where { .. } => None,
    });
    let values: &[(Text, Text)] = match verb {
        Verb::Create { fields, .. } | Verb::Update { fields, .. } => fields,
        _ => &[],
    };
    names.chain(values.iter().map(|(_, value)| value)).collect()
}
