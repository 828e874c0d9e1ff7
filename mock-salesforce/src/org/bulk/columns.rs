//! The header of a CSV file against the schema, once; then each row as typed values.
//!
//! An empty cell is left out, `#N/A` clears, `Account.Ext__c` and `Owner:User.Ext__c` name a parent by its key. A
//! column that is no field of the object, or none that the user sees, is wrong for the whole file. Within a row the
//! stages are those of any save: types, parents, fields that may not be written, ids (wire reference §7.1).

use crate::id::SfId;
use crate::schema::{FieldIndex, FieldKind, FieldSchema, ObjectIndex, ObjectSchema};
use crate::value::{FieldValue, Value};

use super::super::Org;
use super::super::coerce::{Misfit, coerce_text, is_plain, not_of_type};
use super::super::context::{Origin, SaveContext};
use super::super::error::OrgError;
use super::super::save::{Takes, one, unwritable};
use super::csv_file::{CELL_CHARS_MAX, CsvRow};
use super::request::Operation;

/// A cell that clears its field.
const CLEAR: &str = "#N/A";

/// What the columns of a file mean.
#[derive(Clone, Debug)]
pub(super) struct Columns {
    columns: Vec<Column>,
}

#[derive(Clone, Debug)]
struct Column {
    means: Meaning,
    /// May the user write the field?
    writable: bool,
    /// Is a cell stored as it is, but for blanks around it?
    plain: bool,
}

#[derive(Clone, Debug)]
enum Meaning {
    /// The row's id.
    Id,
    /// The key of an upsert, which is a field too.
    Key(FieldIndex),
    /// A field.
    Field(FieldIndex),
    /// A reference, by a key of the parent.
    Parent { field: FieldIndex, target: ObjectIndex, key: FieldIndex },
}

/// One row, read.
#[derive(Debug, Default)]
pub(super) struct Row<'c> {
    /// What stands in the column `Id`.
    pub(super) id: Option<&'c str>,
    /// What stands in the column of the key.
    pub(super) key: Option<&'c str>,
}

impl Row<'_> {
    /// The id that it gave.
    pub(super) fn told(&self) -> Option<SfId> {
        self.id.and_then(|id| id.parse().ok())
    }
}

impl Columns {
    /// Finds every column of a header.
    pub(super) fn of(
        org: &Org,
        cx: &SaveContext,
        object: &ObjectSchema,
        (header, operation, key): (&[String], Operation, Option<FieldIndex>),
    ) -> Result<Self, String> {
        let mut columns: Vec<Column> = Vec::with_capacity(header.len());
        let create = matches!(operation, Operation::Insert | Operation::Upsert);
        for name in header {
            let found = meaning(org, cx, object, name);
            let mut means = found.ok_or_else(|| format!("Field name not found : {name}"))?;
            if let Meaning::Field(field) = means
                && Some(field) == key
            {
                means = Meaning::Key(field);
            }
            let writable =
                means.field().is_none_or(|field| writable(org, cx, (object, field), create));
            if columns.iter().any(|column| column.means.field() == means.field()) {
                return Err(format!("Duplicate field name found : {name}"));
            }
            let plain = match means {
                Meaning::Field(field) => writable && is_plain(object.field_at(field).kind),
                _ => false,
            };
            columns.push(Column { means, writable, plain });
        }
        Ok(Self { columns })
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.columns.len()
    }

    /// What stands in the column of the key.
    pub(super) fn key_of(&self, row: CsvRow<'_>) -> Option<String> {
        let at = self.columns.iter().position(|column| matches!(column.means, Meaning::Key(_)))?;
        row.cells().nth(at).filter(|key| !key.trim().is_empty()).map(str::to_owned)
    }

    /// Reads one row: the fields without id and key go to `taker`.
    pub(super) fn read<'c>(
        &self,
        org: &Org,
        object: &ObjectSchema,
        row: CsvRow<'c>,
        taker: &mut impl Takes<'c>,
    ) -> Result<Row<'c>, (Option<SfId>, Vec<OrgError>)> {
        let mut read = Row::default();
        let mut wrong = Wrong::default();
        for (at, (column, cell)) in self.columns.iter().zip(row.cells()).enumerate() {
            if cell.is_empty() {
                continue;
            }
            let means = &column.means;
            if let Meaning::Field(field) = *means
                && column.plain
                && cell != CLEAR
                && cell.len() <= CELL_CHARS_MAX
            {
                taker.take_plain(field, cell);
                continue;
            }
            let Some(field) = means.field() else {
                read.id = Some(cell.trim());
                continue;
            };
            if matches!(means, Meaning::Key(_)) {
                read.key = Some(cell);
                continue;
            }
            if !column.writable {
                wrong.locked.push(field);
            }
            wrong.note(value_of(org, object, (at, means), cell), field, taker);
        }
        match wrong.first(object) {
            None => Ok(read),
            Some(errors) => Err((read.told(), errors)),
        }
    }
}

impl Meaning {
    fn field(&self) -> Option<FieldIndex> {
        match self {
            Self::Id => None,
            Self::Key(field) | Self::Field(field) | Self::Parent { field, .. } => Some(*field),
        }
    }
}

fn writable(
    org: &Org,
    cx: &SaveContext,
    (object, field): (&ObjectSchema, FieldIndex),
    create: bool,
) -> bool {
    let access = object.field_at(field).access;
    let own = if create { access.createable } else { access.updateable };
    own && org.editable(cx.user, object.index, field)
}

fn meaning(org: &Org, cx: &SaveContext, object: &ObjectSchema, name: &str) -> Option<Meaning> {
    if name.eq_ignore_ascii_case("id") {
        return Some(Meaning::Id);
    }
    let visible = |field: &&FieldSchema| org.readable(cx.user, object.index, field.index);
    let Some((relationship, key)) = name.split_once('.') else {
        let field = object.field(name).filter(visible)?;
        return (field.kind != FieldKind::Address).then_some(Meaning::Field(field.index));
    };
    let (relationship, told) = match relationship.split_once(':') {
        Some((relationship, told)) => (relationship, Some(told)),
        None => (relationship, None),
    };
    let field = object.relationship(relationship).filter(visible)?;
    let target = match told {
        Some(told) => {
            org.schema().index_of(told).filter(|target| field.targets.contains(target))?
        }
        None => field.targets.first().copied().filter(|_| !field.polymorphic())?,
    };
    let key = org.schema().at(target).field(key).filter(|key| key.is_key())?;
    Some(Meaning::Parent { field: field.index, target, key: key.index })
}

fn value_of<'c>(
    org: &Org,
    object: &ObjectSchema,
    (at, means): (usize, &Meaning),
    cell: &'c str,
) -> Result<FieldValue<'c>, Stage> {
    let schema = means.field().map(|field| object.field_at(field));
    let boolean = schema.is_some_and(|field| field.kind == FieldKind::Boolean);
    match (means, schema) {
        _ if cell == CLEAR => {
            Ok(FieldValue::Computed(if boolean { Value::Bool(false) } else { Value::Null }))
        }
        (_, Some(field)) if cell.len() > CELL_CHARS_MAX => {
            let text =
                format!("{}: data value too large (max length={CELL_CHARS_MAX})", field.label);
            Err(Stage::Type(OrgError::new("STRING_TOO_LONG", text).about([&*field.name])))
        }
        (Meaning::Parent { target, key, .. }, _) => {
            let target = org.schema().at(*target);
            let key = target.field_at(*key);
            let value = coerce_text(key, cell, Origin::Bulk).map_err(|misfit| match misfit {
                Misfit::Type(error) | Misfit::Id(error) => Stage::Parent(error),
            })?;
            let parent = org.parent_of_key(key, target, &value.into_owned());
            parent.map(FieldValue::Computed).map_err(Stage::Parent)
        }
        (_, Some(field)) => coerce_text(field, cell, Origin::Bulk).map_err(|misfit| match misfit {
            Misfit::Type(_) => Stage::Type(unread(field, cell, at)),
            Misfit::Id(error) => Stage::Id(error),
        }),
        (_, None) => Ok(FieldValue::Computed(Value::Null)),
    }
}

/// A cell that is no value of its field; columns are counted from zero.
fn unread(field: &FieldSchema, cell: &str, at: usize) -> OrgError {
    let text = format!(
        "Failed to deserialize field at col {at}. Due to, {}",
        not_of_type(field.kind, cell.trim())
    );
    OrgError::new("INVALID_FIELD", text).about([&*field.name])
}

/// An error by the stage that tells it.
enum Stage {
    Type(OrgError),
    Parent(OrgError),
    Id(OrgError),
}

/// The errors of a row.
#[derive(Debug, Default)]
struct Wrong {
    types: Option<OrgError>,
    parent: Option<OrgError>,
    locked: Vec<FieldIndex>,
    ids: Vec<OrgError>,
}

impl Wrong {
    fn note<'r>(
        &mut self,
        value: Result<FieldValue<'r>, Stage>,
        field: FieldIndex,
        taker: &mut impl Takes<'r>,
    ) {
        match value {
            Ok(value) => taker.take(field, value),
            Err(Stage::Type(error)) => self.types = self.types.take().or(Some(error)),
            Err(Stage::Parent(error)) => self.parent = self.parent.take().or(Some(error)),
            Err(Stage::Id(error)) => self.ids.push(error),
        }
    }

    fn first(self, object: &ObjectSchema) -> Option<Vec<OrgError>> {
        let typed = self.types.is_none() && self.ids.is_empty();
        if typed && self.parent.is_none() && self.locked.is_empty() {
            return None;
        }
        let locked: Vec<&str> =
            self.locked.iter().map(|field| &*object.field_at(*field).name).collect();
        let locked = (!locked.is_empty()).then(|| unwritable(&locked));
        let first = self.types.or(self.parent).or(locked).map(one);
        first.or((!self.ids.is_empty()).then_some(self.ids))
    }
}
