//! The words that a scenario may use: the engine's rules, the catalogue, the mock's schema and formulas.

use std::sync::LazyLock;

use engine::Rule;
use mock_salesforce::{FieldKind, Operation, Org, OrgSeed, Schema, Timestamp, formula};
use scenarios::{
    FaultWord, FieldWord, FormulaProblem, SettingValues, SettingWord, View, Vocabulary,
    ast::{self, CustomField},
    catalogue::{Catalogue, Scope, Takes},
};

use crate::{faults, lower::org::custom_field, observe::METRICS};

/// Profiles that the engine plays.
const PROFILES: [&str; 3] = ["qualified", "lead_liaison", "full_circle"];
/// Where a push step can push to.
const DESTINATIONS: [&str; 5] =
    ["salesforce", "marketo", "account_engagement", "dynamics", "administrate"];
/// Settings that are not set by name below `settings`: connections have a key of their own.
const NOT_BY_NAME: [&str; 1] = ["integration_user"];
/// Operations that a fault may name.
const FAULT_OPERATIONS: [Operation; 10] = [
    Operation::Query,
    Operation::Create,
    Operation::Update,
    Operation::Delete,
    Operation::Upsert,
    Operation::Collections,
    Operation::Composite,
    Operation::Bulk,
    Operation::Auth,
    Operation::Soap,
];

/// An org without anything of its own: the standard schema.
static STANDARD: LazyLock<Org> = LazyLock::new(|| {
    Org::new(&OrgSeed::default(), Timestamp(0)).expect("the shipped schema makes an org")
});

/// The vocabulary of this build.
#[derive(Debug, Clone, Copy, Default)]
pub struct Words;

impl Words {
    fn schema() -> &'static Schema {
        STANDARD.schema()
    }
}

impl Vocabulary for Words {
    fn rules(&self) -> Vec<&str> {
        Rule::ALL.iter().map(|rule| rule.id()).collect()
    }

    fn requirements(&self) -> Vec<&str> {
        Catalogue::embedded().requirements().map(|it| it.id.as_str()).collect()
    }

    fn profiles(&self) -> Vec<&str> {
        PROFILES.to_vec()
    }

    fn settings(&self) -> Vec<SettingWord<'_>> {
        let settings = Catalogue::embedded().settings();
        let usable = settings.filter(|of| {
            of.scope == Scope::Now && !NOT_BY_NAME.contains(&of.setting.name.as_str())
        });
        usable
            .map(|of| SettingWord {
                name: &of.setting.name,
                values: match of.setting.takes {
                    Takes::Choice => {
                        SettingValues::OneOf(of.setting.values.iter().map(String::as_str).collect())
                    }
                    Takes::Duration => SettingValues::Duration,
                    Takes::Count => SettingValues::Count,
                    Takes::Field => SettingValues::Field(of.setting.default_value()),
                    Takes::User => SettingValues::Text,
                },
            })
            .collect()
    }

    fn metrics(&self) -> Vec<&str> {
        METRICS.iter().map(|(name, _)| *name).collect()
    }

    fn fault_operations(&self) -> Vec<&str> {
        let limits = [Operation::Limits, Operation::Describe, Operation::Retrieve];
        FAULT_OPERATIONS.iter().chain(&limits).map(|operation| operation.id()).collect()
    }

    fn fault_kinds(&self) -> Vec<FaultWord<'_>> {
        faults::KINDS.iter().map(|kind| FaultWord { name: kind.name, takes: kind.takes }).collect()
    }

    fn view_fields(&self, view: View) -> Option<Vec<&str>> {
        Some(crate::view_fields::view_fields(view).to_vec())
    }

    fn destinations(&self) -> Vec<&str> {
        DESTINATIONS.to_vec()
    }

    fn package_fields(&self) -> Vec<(&str, CustomField)> {
        crate::packages::schema::words()
    }

    fn objects(&self) -> Vec<&str> {
        Self::schema().objects().map(|object| &*object.name).collect()
    }

    fn fields(&self, object: &str) -> Vec<&str> {
        let object = Self::schema().object(object);
        object.map(|it| it.fields().map(|field| &*field.name).collect()).unwrap_or_default()
    }

    fn field(&self, object: &str, name: &str) -> Option<FieldWord> {
        let field = Self::schema().object(object)?.field(name)?;
        let values = if field.picklist.restricted {
            field.picklist.values.iter().map(|value| value.value.to_string()).collect()
        } else {
            Vec::new()
        };
        Some(FieldWord { kind: field_kind(field.kind), values })
    }

    fn formula(&self, object: &str, custom: &[CustomField], text: &str) -> Vec<FormulaProblem> {
        let problems = if custom.is_empty() {
            formula::check(Self::schema(), object, text)
        } else {
            let mut org = STANDARD.clone();
            // A field that cannot be defined is a problem of its own, told elsewhere.
            let defined =
                custom.iter().filter(|field| org.add_field(object, &custom_field(field)).is_ok());
            let _number = defined.count();
            formula::check(org.schema(), object, text)
        };
        let told = problems.into_iter();
        told.map(|it| FormulaProblem { range: it.range, message: it.message, hint: it.hint })
            .collect()
    }
}

fn field_kind(kind: FieldKind) -> ast::FieldKind {
    match kind {
        FieldKind::Id => ast::FieldKind::Id,
        FieldKind::Reference => ast::FieldKind::Reference,
        FieldKind::Picklist => ast::FieldKind::Picklist,
        FieldKind::MultiPicklist => ast::FieldKind::Multipicklist,
        FieldKind::Boolean => ast::FieldKind::Checkbox,
        FieldKind::Currency => ast::FieldKind::Currency,
        FieldKind::Int | FieldKind::Double | FieldKind::Percent => ast::FieldKind::Number,
        FieldKind::TextArea => ast::FieldKind::Textarea,
        FieldKind::Phone => ast::FieldKind::Phone,
        FieldKind::Date => ast::FieldKind::Date,
        FieldKind::DateTime => ast::FieldKind::Datetime,
        FieldKind::Url => ast::FieldKind::Url,
        FieldKind::Email => ast::FieldKind::Email,
        FieldKind::String
        | FieldKind::Combobox
        | FieldKind::Time
        | FieldKind::Address
        | FieldKind::Location
        | FieldKind::Base64 => ast::FieldKind::Text,
    }
}
