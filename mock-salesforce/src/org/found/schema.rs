//! Which objects, fields and globals does an org have when it is founded?
//!
//! The standard ones (wire reference §12), then the seed's own: objects before fields, so that
//! objects can refer to each other; formula fields last, since they use the others. An object
//! with record types gets its `RecordTypeId`; the org's lead statuses become the picklist.

use serde_json::Value as Json;

use crate::schema::{CustomField, FieldChange, FieldKind, Schema};
use crate::seed::{LeadStatusSeed, OrgSeed, SeedError};

pub(super) fn founded_schema(seed: &OrgSeed) -> Result<Schema, SeedError> {
    let mut schema = Schema::standard();
    define_globals(&mut schema, seed)?;
    for object in &seed.objects {
        schema.add_object(object)?;
    }
    add_fields(&mut schema, seed)?;
    for record_type in &seed.record_types {
        let known =
            schema.object(&record_type.object).is_some_and(|o| o.field("RecordTypeId").is_some());
        if !known {
            schema.add_record_type_field(&record_type.object)?;
        }
    }
    if !seed.lead_statuses.is_empty() {
        schema.alter_field("Lead", "Status", &lead_status_change(&seed.lead_statuses))?;
    }
    Ok(schema)
}

fn define_globals(schema: &mut Schema, seed: &OrgSeed) -> Result<(), SeedError> {
    let globals = schema.globals_mut();
    let roots = [
        ("$Label", &seed.labels),
        ("$Setup", &seed.custom_settings),
        ("$CustomMetadata", &seed.custom_metadata),
    ];
    for (root, values) in roots {
        globals.define_all(root, values).map_err(|place| {
            let reason = "must be text, a number or a truth: correct the value".to_owned();
            SeedError::Contradiction { place, reason }
        })?;
    }
    for name in &seed.custom_permissions {
        globals.permit(name);
    }
    Ok(())
}

/// Adds the custom fields of every object: formula fields last, since they use the others.
fn add_fields(schema: &mut Schema, seed: &OrgSeed) -> Result<(), SeedError> {
    let own = seed.objects.iter().map(|object| (&object.name, &object.fields));
    let fields: Vec<(&String, &CustomField)> = own
        .chain(&seed.fields)
        .flat_map(|(object, fields)| fields.iter().map(move |field| (object, field)))
        .collect();
    let (computed, plain): (Vec<_>, Vec<_>) =
        fields.into_iter().partition(|(_, field)| field.formula.is_some());
    for (object, field) in plain.into_iter().chain(computed) {
        schema.add_field(object, field)?;
    }
    Ok(())
}

fn lead_status_change(statuses: &[LeadStatusSeed]) -> FieldChange {
    let default = statuses.iter().find(|s| s.default).or_else(|| statuses.first());
    FieldChange {
        values: Some(statuses.iter().map(|s| s.label.clone()).collect()),
        default: default.map(|s| Json::from(s.label.as_str())),
        ..FieldChange::default()
    }
}

impl Schema {
    /// Record types give their object a `RecordTypeId`.
    fn add_record_type_field(&mut self, object: &str) -> Result<(), SeedError> {
        let reference = CustomField {
            label: Some("Record Type ID".to_owned()),
            reference_to: vec!["RecordType".to_owned()],
            ..CustomField::new("RecordTypeId", FieldKind::Reference)
        };
        self.add_standard_field(object, &reference, "RecordType")?;
        Ok(())
    }
}
