//! Rows of the org, in the engine's words.

use std::collections::BTreeSet;

use engine::{FieldValues, Timestamp, UserId};
use mock_salesforce::{FieldInput, Org, OrgError, Record, SfId, Tx, Value, ValueRef};
use serde_json::Value as Json;

/// Every field of a row that has a value, computed ones too.
pub(super) fn fields(org: &Org, row: &Record) -> FieldValues {
    let object = org.schema().at(row.object());
    let values = object.fields().map(|field| (field, org.value(row, field.index)));
    values
        .filter(|(_, value)| !value.is_null())
        .map(|(field, value)| (field.name.clone().into(), worded(value.view())))
        .collect()
}

fn worded(value: ValueRef<'_>) -> engine::Value {
    match value {
        ValueRef::Null => engine::Value::Null,
        ValueRef::Bool(it) => engine::Value::Bool(it),
        ValueRef::Int(it) => engine::Value::Int(it),
        ValueRef::Double(it) => engine::Value::Double(it),
        ValueRef::DateTime(at) => engine::Value::Instant(Timestamp(at.0)),
        other => engine::Value::Text(other.to_string().into()),
    }
}

/// A value as text by field name, computed ones too; empty when there is none.
pub(super) fn text(org: &Org, row: &Record, field: &str) -> String {
    let field = org.schema().at(row.object()).field_index(field);
    field.map_or_else(String::new, |index| org.value(row, index).view().to_string())
}

/// A stored value by field name.
pub(super) fn value<'r>(org: &Org, row: &'r Record, field: &str) -> ValueRef<'r> {
    let object = org.schema().at(row.object());
    object.field_index(field).map_or(ValueRef::Null, |index| row.get(index))
}

/// A stored instant by field name.
pub(super) fn instant(org: &Org, row: &Record, field: &str) -> Option<Timestamp> {
    match value(org, row, field) {
        ValueRef::DateTime(at) => Some(Timestamp(at.0)),
        _ => None,
    }
}

/// A stored count by field name; 0 when there is none, or no sensible one.
pub(super) fn count(org: &Org, row: &Record, field: &str) -> u64 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "an administrator may have written anything; the cast saturates"
    )]
    let counted = value(org, row, field).as_number().unwrap_or(0.0) as u64;
    counted
}

/// A row that is there, by the reference that another one holds.
pub(super) fn referred<'o>(org: &'o Org, row: &Record, field: &str) -> Option<&'o Record> {
    org.live(value(org, row, field).as_id()?)
}

/// The owner of a row.
pub(super) fn owner(org: &Org, row: &Record) -> UserId {
    text(org, row, "OwnerId").into()
}

/// Rows of an object whose reference is a row, in id order.
pub(super) fn referring(org: &Org, object: &str, field: &str, to: SfId) -> Vec<SfId> {
    let Some(object) = org.schema().object(object) else { return Vec::new() };
    let Some(field) = object.field_index(field) else { return Vec::new() };
    org.matches(object, field, &Value::Id(to))
}

/// The rows of an object that are not deleted.
pub(super) fn live<'o>(org: &'o Org, object: &str) -> impl Iterator<Item = &'o Record> + use<'o> {
    let object = org.schema().object(object);
    let rows = object.into_iter().flat_map(|it| org.rows(it.index));
    rows.filter(|row| !row.is_deleted())
}

/// Users who are not active.
pub(super) fn inactive_users(org: &Org) -> BTreeSet<UserId> {
    let users = live(org, "User").filter(|row| !value(org, row, "IsActive").is_true());
    users.map(|row| row.id().to_string().into()).collect()
}

/// Updates a row; Salesforce's words if it says no.
pub(super) fn update(
    tx: &mut Tx<'_>,
    object: &str,
    id: SfId,
    fields: &[(&str, Json)],
) -> Result<(), String> {
    let fields = fields.iter().map(|(field, value)| ((*field).to_owned(), value.clone()));
    let input: FieldInput = fields.collect();
    tx.update(object, id, &input).map(|_| ()).map_err(|errors| said(&errors))
}

/// Salesforce's words.
pub(super) fn said(errors: &[OrgError]) -> String {
    let words: Vec<String> =
        errors.iter().map(|error| format!("{}: {}", error.code, error.message)).collect();
    words.join("; ")
}
