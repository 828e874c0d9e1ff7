//! A statement with every name resolved: what is left to do needs rows only.

use std::{collections::BTreeSet, sync::Arc};

use super::{ast::Operator, like::Pattern};
use crate::{FieldIndex, FieldKind, ObjectIndex, SfId, Value};

/// A resolved statement.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Statement {
    pub(crate) object: ObjectIndex,
    pub(crate) columns: Vec<Column>,
    pub(crate) filter: Option<Test>,
    pub(crate) shape: Shape,
    pub(crate) order: Vec<OrderKey>,
    pub(crate) limit: Option<usize>,
    pub(crate) offset: usize,
}

/// What a statement answers with.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Shape {
    /// Rows.
    Rows,
    /// `SELECT COUNT()`.
    Count,
}

/// One key of a row in the answer.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Column {
    /// A field of the row.
    Field { name: Arc<str>, place: Place },
    /// An address of the row, by its parts in alphabetical order.
    Address { name: Arc<str>, parts: Vec<(&'static str, Option<FieldIndex>)> },
    /// The row that a field refers to.
    Parent { name: Arc<str>, reference: Place, columns: Vec<Column> },
    /// The rows that refer to this one.
    Children { name: Arc<str>, reference: FieldIndex, statement: Box<Statement> },
}

/// A field at the end of a path, by the object that the path leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    /// The field in each object that the path can lead to; absent where that object has no such field.
    pub(crate) fields: Vec<(ObjectIndex, Slot)>,
}

/// Where a row keeps a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Slot {
    /// The row's id.
    Id,
    /// A field.
    Field(FieldIndex),
    /// `Owner.Type`: the kind of thing that a polymorphic reference leads to.
    TypeName,
    /// Nothing: a polymorphic path that this object does not have.
    Absent,
}

/// A field reached over references.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FieldPath {
    /// The reference fields on the way.
    pub(crate) references: Vec<Place>,
    /// The field.
    pub(crate) place: Place,
    /// Its type.
    pub(crate) kind: FieldKind,
    /// Does the case of its text count?
    pub(crate) case_sensitive: bool,
}

impl FieldPath {
    /// The field, when it belongs to the row itself.
    pub(crate) fn own_field(&self) -> Option<Slot> {
        match (self.references.as_slice(), self.place.fields.as_slice()) {
            ([], [(_, slot)]) => Some(*slot),
            _ => None,
        }
    }
}

/// A condition.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Test {
    And(Vec<Test>),
    Or(Vec<Test>),
    Not(Box<Test>),
    /// `Field op value`.
    Compare {
        path: FieldPath,
        operator: Operator,
        value: Value,
    },
    /// `Field op range`: a date literal, or a day of a moment.
    Range {
        path: FieldPath,
        operator: Operator,
        start: Value,
        end: Value,
    },
    /// `Field LIKE pattern`.
    Like {
        path: FieldPath,
        pattern: Pattern,
    },
    /// `Field IN (…)`.
    In {
        path: FieldPath,
        values: Vec<Value>,
    },
    /// `Field IN (SELECT …)`.
    InRows {
        path: FieldPath,
        statement: Box<Statement>,
        column: Place,
    },
    /// `Field IN (…)` with ids that a statement found.
    InIds {
        path: FieldPath,
        ids: BTreeSet<SfId>,
    },
    /// `Field INCLUDES (…)`: one of the sets is contained.
    Includes {
        path: FieldPath,
        sets: Vec<Vec<String>>,
    },
}

/// One key of `ORDER BY`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct OrderKey {
    pub(crate) path: FieldPath,
    pub(crate) descending: bool,
    pub(crate) nulls_last: bool,
    /// The values of a picklist, in the order in which they sort.
    pub(crate) picklist: Vec<Arc<str>>,
}
