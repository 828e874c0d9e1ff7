//! Rows of the initial world and of CSV exports: taken as they are, no rule runs.
//!
//! Given `Id`, `OwnerId`, `CreatedDate`, `LastModifiedDate`, `SystemModstamp`, `IsConverted` and
//! `Converted…Id` are kept, and so is every other field, read-only ones too. What is absent gets the
//! value that a new row has. References may point at rows that come later.

use std::sync::Arc;

use serde_json::Value as Json;
use thiserror::Error;

use crate::id::SfId;
use crate::record::Record;
use crate::schema::{FieldIndex, FieldKind, ObjectIndex, ObjectSchema};
use crate::value::{Value, ValueRef};

use super::Org;
use super::coerce::{Misfit, coerce};
use super::context::{FieldInput, Origin, SaveContext};
use super::person;

/// Why a row cannot be imported.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ImportError {
    /// No such object.
    #[error("unknown object {0}: name one of this org's objects")]
    UnknownObject(String),
    /// No such field.
    #[error("unknown field {object}.{field}: correct the name or define the field")]
    UnknownField {
        /// The object.
        object: String,
        /// The field.
        field: String,
    },
    /// A value does not fit its field.
    #[error("{object}.{field}: {reason}")]
    BadValue {
        /// The object.
        object: String,
        /// The field.
        field: String,
        /// Why, in Salesforce's words.
        reason: String,
    },
    /// The id is another object's or a row has it already.
    #[error("{object} {id}: {reason}")]
    BadId {
        /// The object.
        object: String,
        /// The id.
        id: String,
        /// Why.
        reason: &'static str,
    },
}

/// The columns of an import, found once for all rows.
#[derive(Clone, Debug)]
pub struct Columns {
    object: Arc<ObjectSchema>,
    /// `None`: the column is the id.
    fields: Vec<Option<FieldIndex>>,
}

impl Columns {
    /// The object of the rows.
    pub fn object(&self) -> ObjectIndex {
        self.object.index
    }
}

impl Org {
    /// Finds the columns of a CSV header.
    pub fn columns(&self, object: &str, header: &[&str]) -> Result<Columns, ImportError> {
        let schema =
            self.object(object).map_err(|_| ImportError::UnknownObject(object.to_owned()))?;
        let find = |name: &&str| {
            let name = name.trim();
            if name.eq_ignore_ascii_case("id") {
                return Ok(None);
            }
            schema.field_index(name).map(Some).ok_or_else(|| ImportError::UnknownField {
                object: schema.name.to_string(),
                field: name.to_owned(),
            })
        };
        let fields = header.iter().map(find).collect::<Result<_, _>>()?;
        Ok(Columns { object: Arc::clone(&schema), fields })
    }

    /// Takes one row of a CSV file. An empty cell is no value.
    pub fn import_cells<'a>(
        &mut self,
        cx: &SaveContext,
        columns: &Columns,
        cells: impl IntoIterator<Item = &'a str>,
    ) -> Result<SfId, ImportError> {
        let mut values = Vec::with_capacity(columns.fields.len() + 8);
        let mut id = None;
        for (column, cell) in columns.fields.iter().zip(cells) {
            match column {
                None => id = given_id(&columns.object, cell)?,
                Some(_) if cell.is_empty() => {}
                Some(field) => values.push((*field, cell_value(&columns.object, *field, cell)?)),
            }
        }
        self.import_values(cx, &columns.object, id, values)
    }

    /// Takes one row as a JSON map.
    pub fn import(
        &mut self,
        cx: &SaveContext,
        object: &str,
        fields: &FieldInput,
    ) -> Result<SfId, ImportError> {
        let names: Vec<&str> =
            fields.keys().map(String::as_str).filter(|k| *k != "attributes").collect();
        let columns = self.columns(object, &names)?;
        let mut values = Vec::with_capacity(names.len() + 8);
        let mut id = None;
        for (column, name) in columns.fields.iter().zip(&names) {
            let json = fields.get(*name).unwrap_or(&Json::Null);
            match column {
                None => id = given_id(&columns.object, json.as_str().unwrap_or_default())?,
                Some(field) => values.push((*field, json_value(&columns.object, *field, json)?)),
            }
        }
        self.import_values(cx, &columns.object, id, values)
    }

    fn import_values(
        &mut self,
        cx: &SaveContext,
        object: &ObjectSchema,
        id: Option<SfId>,
        mut values: Vec<(FieldIndex, Value)>,
    ) -> Result<SfId, ImportError> {
        let id = match id {
            Some(id) if self.table(object.index).get(id).is_some() => {
                let (object, id) = (object.name.to_string(), id.to_string());
                return Err(ImportError::BadId { object, id, reason: "a row has this id already" });
            }
            Some(id) => id,
            None => self.table_mut(object.index).next_id(),
        };
        fill(cx, object, &mut values);
        let mut row = Record::with_values(object.index, id, values);
        if object.system.is_deleted.is_some_and(|field| row.get(field).is_true()) {
            row.set_deleted(true);
        }
        self.complete_activity(cx, object, &mut row);
        self.insert_row(&row);
        Ok(id)
    }
}

/// What a row that does not say otherwise has.
fn fill(cx: &SaveContext, object: &ObjectSchema, values: &mut Vec<(FieldIndex, Value)>) {
    let system = object.system;
    let said = |values: &[(FieldIndex, Value)], field| values.iter().any(|(f, _)| *f == field);
    let find = |values: &[(FieldIndex, Value)], field: Option<FieldIndex>| {
        let field = field?;
        values.iter().find(|(f, _)| *f == field).map(|(_, value)| value.clone())
    };
    let now = Value::from(cx.now);
    let created = find(values, system.created_date);
    let modified = find(values, system.modified_date).or_else(|| created.clone());
    let user = Value::Id(cx.user);
    let absent = [
        (system.owner, user.clone()),
        (system.created_by, user.clone()),
        (system.modified_by, user),
        (system.created_date, created.unwrap_or_else(|| now.clone())),
        (system.modstamp, modified.clone().unwrap_or_else(|| now.clone())),
        (system.modified_date, modified.unwrap_or(now)),
    ];
    for (field, value) in absent {
        if let Some(field) = field.filter(|field| !said(values, *field)) {
            values.push((field, value));
        }
    }
    for field in object.fields().filter(|field| !field.default.is_null()) {
        if !said(values, field.index) {
            values.push((field.index, field.default.clone()));
        }
    }
    fill_name(object, values);
}

fn fill_name(object: &ObjectSchema, values: &mut Vec<(FieldIndex, Value)>) {
    let Some(name) = object.system.name else { return };
    let (Some(first), Some(last)) =
        (object.field_index("FirstName"), object.field_index("LastName"))
    else {
        return;
    };
    let held = |wanted: FieldIndex| {
        values.iter().find(|(f, _)| *f == wanted).map_or(ValueRef::Null, |(_, v)| v.view())
    };
    let full = person::full_name(held(first), held(last));
    if !full.is_null() {
        values.retain(|(field, _)| *field != name);
        values.push((name, full));
    }
}

fn given_id(object: &ObjectSchema, text: &str) -> Result<Option<SfId>, ImportError> {
    let bad = |reason| ImportError::BadId {
        object: object.name.to_string(),
        id: text.to_owned(),
        reason,
    };
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let fits = |id: &SfId| id.prefix_bytes() == object.key_prefix;
    let read = SfId::from_export(text);
    // A checksum that somebody made up turns the prefix into another one: then the characters count as they are.
    let plain = || text.get(..15).and_then(|head| head.parse().ok()).filter(fits);
    match read {
        Ok(id) if fits(&id) => Ok(Some(id)),
        Ok(_) => plain().map(Some).ok_or_else(|| bad("the id begins as another object's")),
        Err(_) => Err(bad("an id is 15 or 18 letters and digits")),
    }
}

fn cell_value(object: &ObjectSchema, field: FieldIndex, cell: &str) -> Result<Value, ImportError> {
    let schema = object.field_at(field);
    match schema.kind {
        FieldKind::Email => Ok(Value::text(&cell.trim().to_lowercase())),
        kind if kind.is_text() => Ok(Value::text(cell.trim())),
        kind if kind.is_compound() => Ok(Value::Null),
        FieldKind::Reference => SfId::from_export(cell)
            .map(Value::Id)
            .or_else(|_| json_value(object, field, &Json::from(cell))),
        _ => json_value(object, field, &Json::from(cell)),
    }
}

fn json_value(object: &ObjectSchema, field: FieldIndex, json: &Json) -> Result<Value, ImportError> {
    let schema = object.field_at(field);
    coerce(schema, json, Origin::Bulk).map_err(|(Misfit::Type(error) | Misfit::Id(error))| {
        ImportError::BadValue {
            object: object.name.to_string(),
            field: schema.name.to_string(),
            reason: error.message,
        }
    })
}
