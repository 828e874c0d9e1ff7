//! A field and its value as a scenario writes them → the field of the org and JSON as an API would send it.

use mock_salesforce::{FieldInput, FieldKind, FieldSchema, ObjectSchema, SfId, Timestamp};
use scenarios::{
    Text,
    ast::Fields,
    time::{parse_instant, parse_offset},
};
use serde_json::Value as Json;

use super::Names;

/// Something wrong with one field.
#[derive(Debug)]
pub(crate) struct BadField {
    pub(crate) at: Text,
    pub(crate) message: String,
    pub(crate) help: String,
}

/// The field behind an API name, or behind a reference name without `Id` (`Owner`).
pub(crate) fn find_field<'s>(object: &'s ObjectSchema, name: &str) -> Option<&'s FieldSchema> {
    object.field(name).or_else(|| object.relationship(name))
}

/// Fields as an API would send them. `starts` is what offsets count from.
pub(crate) fn field_input(
    object: &ObjectSchema,
    fields: &Fields,
    names: &Names,
    starts: i64,
) -> Result<FieldInput, Vec<BadField>> {
    let mut input = FieldInput::new();
    let mut bad = Vec::new();
    for (name, value) in fields {
        let Some(field) = find_field(object, name) else {
            bad.push(BadField {
                at: name.clone(),
                message: format!("{} has no field `{name}`", object.name),
                help: "correct the name, or define it below `world.objects`".to_owned(),
            });
            continue;
        };
        match json_value(field, value, names, starts) {
            Ok(json) => {
                input.insert(field.name.to_string(), json);
            }
            Err(message) => bad.push(BadField {
                at: value.clone(),
                message: format!("{}.{}: {message}", object.name, field.name),
                help: "write a value of the field's type, or a name that the file defines"
                    .to_owned(),
            }),
        }
    }
    if bad.is_empty() { Ok(input) } else { Err(bad) }
}

/// A value as JSON by its field's type; a blank is null.
pub(crate) fn json_value(
    field: &FieldSchema,
    text: &str,
    names: &Names,
    starts: i64,
) -> Result<Json, String> {
    if text.is_empty() {
        return Ok(Json::Null);
    }
    match field.kind {
        FieldKind::Reference | FieldKind::Id => reference(field, text, names),
        FieldKind::Boolean => match text {
            "true" => Ok(Json::Bool(true)),
            "false" => Ok(Json::Bool(false)),
            _ => Err(format!("`{text}` is neither `true` nor `false`")),
        },
        FieldKind::DateTime => moment(text, starts)
            .map(|at| Json::String(at.to_string()))
            .ok_or_else(|| format!("`{text}` is neither an instant nor an offset")),
        FieldKind::Date => Ok(Json::String(day(text, starts))),
        FieldKind::Int | FieldKind::Double | FieldKind::Currency | FieldKind::Percent => {
            let number: Option<serde_json::Number> = text.parse().ok();
            number.map(Json::Number).ok_or_else(|| format!("`{text}` is not a number"))
        }
        _ => Ok(Json::String(text.to_owned())),
    }
}

fn reference(field: &FieldSchema, text: &str, names: &Names) -> Result<Json, String> {
    let id = names.referred(&field.reference_to, text).or_else(|| text.parse::<SfId>().ok());
    id.map(|id| Json::String(id.to_string())).ok_or_else(|| format!("nothing is called `{text}`"))
}

/// An instant, or an offset from the start.
pub(crate) fn moment(text: &str, starts: i64) -> Option<Timestamp> {
    let offset = parse_offset(text).map(|offset| starts.saturating_add(offset));
    offset.or_else(|| parse_instant(text)).map(Timestamp)
}

/// A day as written, or the day in UTC of an offset from the start.
fn day(text: &str, starts: i64) -> String {
    match parse_offset(text) {
        None => text.to_owned(),
        Some(offset) => {
            let at = Timestamp(starts.saturating_add(offset)).to_string();
            at.split('T').next().unwrap_or_default().to_owned()
        }
    }
}
