//! The org's schema as rows: what `EntityDefinition` and `FieldDefinition` of the Tooling API tell.
//!
//! An object shows itself and its fields to a user as far as the user sees them. Source: Tooling API Reference.

use crate::id::SfId;
use crate::record::Record;
use crate::schema::{FieldKind, FieldSchema, ObjectSchema, Schema};
use crate::timestamp::Timestamp;
use crate::value::Value;

use super::Org;

impl Org {
    /// An org of which the rows are the objects and fields of this one, as far as the user sees them.
    pub(crate) fn catalogue(&self, user: SfId, now: Timestamp) -> Self {
        let mut told = Self::bare(Schema::tooling(), (*self.settings).clone(), now);
        for object in self.schema.objects() {
            if !self.permitted(user, object.index).read {
                continue;
            }
            let entity = told.tell("EntityDefinition", &entity(object));
            let seen = |field: &&FieldSchema| self.readable(user, object.index, field.index);
            for field in object.fields().filter(seen) {
                let mut values = definition(object, field);
                values.push(("EntityRowId", Value::Id(entity)));
                values.push(("IsIndexed", self.is_indexed(object.index, field.index).into()));
                told.tell("FieldDefinition", &values);
            }
        }
        told
    }

    fn tell(&mut self, object: &str, values: &[(&str, Value)]) -> SfId {
        let schema = self.standard(object);
        let id = self.table_mut(schema.index).next_id();
        let values = values
            .iter()
            .filter_map(|(name, value)| Some((schema.field_index(name)?, value.clone())));
        self.insert_row(&Record::with_values(schema.index, id, values.collect()));
        id
    }
}

fn entity(object: &ObjectSchema) -> Vec<(&'static str, Value)> {
    let developer_name = object.name.strip_suffix("__c").unwrap_or(&object.name);
    vec![
        ("DurableId", Value::text(&object.name)),
        ("QualifiedApiName", Value::text(&object.name)),
        ("DeveloperName", Value::text(developer_name)),
        ("MasterLabel", Value::text(&object.label)),
        ("Label", Value::text(&object.label)),
        ("PluralLabel", Value::text(&object.label_plural)),
        ("KeyPrefix", Value::text(object.prefix().unwrap_or_default())),
        ("IsCustomizable", object.createable.into()),
        ("IsQueryable", true.into()),
        ("IsRetrieveable", true.into()),
        ("IsSearchable", object.searchable.into()),
        ("IsEverCreatable", object.createable.into()),
        ("IsEverUpdatable", object.updateable.into()),
        ("IsEverDeletable", object.deletable.into()),
        ("IsTriggerable", object.createable.into()),
        ("IsLayoutable", object.createable.into()),
    ]
}

fn definition(object: &ObjectSchema, field: &FieldSchema) -> Vec<(&'static str, Value)> {
    let number = |n: u32| Value::Int(i64::from(n));
    let developer_name = field.name.strip_suffix("__c").unwrap_or(&field.name);
    vec![
        ("DurableId", Value::text(&format!("{}.{developer_name}", object.name))),
        ("QualifiedApiName", Value::text(&field.name)),
        ("DeveloperName", Value::text(developer_name)),
        ("MasterLabel", Value::text(&field.label)),
        ("Label", Value::text(&field.label)),
        ("EntityDefinitionId", Value::text(&object.name)),
        ("DataType", Value::text(&data_type(field))),
        ("ValueTypeId", Value::text(field.kind.name())),
        ("Length", number(field.length)),
        ("Precision", number(field.precision.into())),
        ("Scale", number(field.scale.into())),
        ("RelationshipName", Value::text(field.relationship_name.as_deref().unwrap_or_default())),
        ("IsNillable", field.access.nillable.into()),
        ("IsCalculated", field.formula.is_some().into()),
        ("IsNameField", field.name_field.into()),
        ("IsApiFilterable", field.filterable.into()),
    ]
}

/// The type as setup names it: `Text(80)`, `Lookup(User)`.
fn data_type(field: &FieldSchema) -> String {
    let number = |name: &str| {
        let whole = field.precision.saturating_sub(field.scale);
        format!("{name}({whole}, {})", field.scale)
    };
    match field.kind {
        FieldKind::Reference => format!("Lookup({})", field.reference_to.join(",")),
        FieldKind::String if field.name_field => "Name".to_owned(),
        FieldKind::String => format!("Text({})", field.length),
        FieldKind::TextArea if field.length > 255 => format!("Long Text Area({})", field.length),
        FieldKind::TextArea => format!("Text Area({})", field.length),
        FieldKind::Boolean => "Checkbox".to_owned(),
        FieldKind::Picklist => "Picklist".to_owned(),
        FieldKind::MultiPicklist => "Picklist (Multi-Select)".to_owned(),
        FieldKind::Int => format!("Number({}, 0)", field.digits),
        FieldKind::Double => number("Number"),
        FieldKind::Currency => number("Currency"),
        FieldKind::Percent => number("Percent"),
        FieldKind::DateTime => "Date/Time".to_owned(),
        FieldKind::Url => format!("URL({})", field.length),
        kind => capitalised(kind.name()),
    }
}

fn capitalised(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
