//! `query?q=…&columns=true`: what the columns of a statement are, without its rows.

use serde_json::{Value as Json, json};

use super::resolved;
use crate::{
    FieldKind, FieldSchema, ObjectIndex, Org,
    api::{error::Answer, reply::Reply, visit::Visit},
    soql::{Column, Place, Shape, Slot, Statement},
};

/// Describes the columns of a statement.
pub(super) fn answer(org: &Org, visit: &Visit, text: &str) -> Answer {
    let statement = resolved(org, visit, text)?;
    Ok(describe(org, &statement))
}

/// What the columns of a statement of `org` are.
pub(super) fn describe(org: &Org, statement: &Statement) -> Reply {
    let object = org.schema().at(statement.object);
    let (columns, grouped) = match &statement.shape {
        Shape::Groups(grouping) => {
            let column = |column: &crate::soql::GroupColumn| {
                described(&column.name, kind_text(column.value.kind()), None, Kind::Aggregate)
            };
            (grouping.columns.iter().map(column).collect(), !grouping.keys.is_empty())
        }
        Shape::Rows | Shape::Count => (of_columns(org, &statement.columns), false),
    };
    let id_selected = statement.columns.iter().any(|column| column.name() == "Id");
    let body = json!({"columnMetadata": columns, "entityName": &*object.name, "groupBy": grouped,
        "idSelected": id_selected, "keyPrefix": object.prefix()});
    Reply::ok(body.to_string().into_bytes())
}

fn of_columns(org: &Org, columns: &[Column]) -> Vec<Json> {
    columns.iter().map(|column| of_column(org, column)).collect()
}

fn of_column(org: &Org, column: &Column) -> Json {
    match column {
        Column::Field { name, place } => {
            let field = field_at(org, place);
            let kind = field.map_or(FieldKind::String, |field| field.kind);
            described(name, kind_text(kind), field, Kind::Plain(Vec::new()))
        }
        Column::Function { name, of } => {
            described(name, kind_text(of.kind()), None, Kind::Plain(Vec::new()))
        }
        Column::Address { name, .. } => described(name, "Address", None, Kind::Plain(Vec::new())),
        Column::Parent { name, columns, .. } => {
            described(name, "SObject", None, Kind::Plain(of_columns(org, columns)))
        }
        Column::Variant { name, otherwise, .. } => {
            described(name, "SObject", None, Kind::Plain(of_columns(org, otherwise)))
        }
        Column::Children { name, statement, .. } => {
            let inner = inner(org, statement);
            described(name, "List", None, Kind::Children(inner))
        }
    }
}

fn inner(org: &Org, statement: &Statement) -> Vec<Json> {
    of_columns(org, &statement.columns)
}

/// What a column is besides a value.
enum Kind {
    Aggregate,
    Plain(Vec<Json>),
    Children(Vec<Json>),
}

fn described(name: &str, apex: &str, field: Option<&FieldSchema>, kind: Kind) -> Json {
    let (aggregate, joined) = match kind {
        Kind::Aggregate => (true, Vec::new()),
        Kind::Children(columns) => (true, columns),
        Kind::Plain(columns) => (false, columns),
    };
    json!({"aggregate": aggregate, "apexType": apex, "booleanType": apex == "Boolean", "columnName": name,
        "custom": field.is_some_and(|field| field.custom), "displayName": name, "foreignKeyName": field.and_then(|f| f.relationship_name.as_deref()),
        "insertable": field.is_some_and(|field| field.access.createable), "joinColumns": joined,
        "numberType": matches!(apex, "Integer" | "Double"), "textType": apex == "String",
        "updatable": field.is_some_and(|field| field.access.updateable)})
}

/// The field that a column shows, when it is one field.
fn field_at<'o>(org: &'o Org, place: &Place) -> Option<&'o FieldSchema> {
    let at = |object: ObjectIndex, slot: Slot| match slot {
        Slot::Id => org.schema().at(object).field("Id"),
        Slot::Stored(field) | Slot::Field(field) => Some(org.schema().at(object).field_at(field)),
        Slot::TypeName | Slot::Absent => None,
    };
    place.fields.iter().find_map(|(object, slot)| at(*object, *slot))
}

fn kind_text(kind: FieldKind) -> &'static str {
    match kind {
        FieldKind::Id | FieldKind::Reference => "Id",
        FieldKind::Boolean => "Boolean",
        FieldKind::Int => "Integer",
        kind if kind.is_number() => "Double",
        FieldKind::Date => "Date",
        FieldKind::DateTime => "Datetime",
        FieldKind::Time => "Time",
        FieldKind::Address => "Address",
        _ => "String",
    }
}
