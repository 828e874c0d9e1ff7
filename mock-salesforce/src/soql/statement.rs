//! A statement with every name resolved: what is left to do needs rows only.

use std::{collections::BTreeSet, sync::Arc};

use jiff::tz::TimeZone;

use super::{
    ast::{GroupMode, Operator, Purpose},
    calendar::Calendar,
    function::{Aggregation, DateFunction},
    like::Pattern,
};
use crate::{FieldIndex, FieldKind, ObjectIndex, SfId, Value};

/// A resolved statement.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Statement {
    pub(crate) object: ObjectIndex,
    /// Whose rights decide which rows there are.
    pub(crate) reader: SfId,
    pub(crate) columns: Vec<Column>,
    pub(crate) filter: Option<Test>,
    pub(crate) shape: Shape,
    pub(crate) order: Vec<OrderKey>,
    pub(crate) limit: Option<usize>,
    pub(crate) offset: usize,
    pub(crate) purpose: Option<Purpose>,
}

/// What a statement answers with.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Shape {
    /// Rows.
    Rows,
    /// `SELECT COUNT()`.
    Count,
    /// Groups of rows.
    Groups(Box<Grouping>),
}

/// How rows are grouped and what is said of each group.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Grouping {
    pub(crate) mode: GroupMode,
    pub(crate) keys: Vec<Term>,
    pub(crate) aggregates: Vec<Aggregate>,
    /// The keys of a group's row in the answer.
    pub(crate) columns: Vec<GroupColumn>,
    pub(crate) having: Option<Test>,
}

/// One key of a group's row in the answer.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct GroupColumn {
    pub(crate) name: Arc<str>,
    pub(crate) value: Term,
}

/// `SUM(Amount)`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Aggregate {
    pub(crate) function: Aggregation,
    /// Absent in `COUNT()`.
    pub(crate) of: Option<Term>,
    /// The values of a picklist in order, for `MIN` and `MAX`.
    pub(crate) picklist: Vec<Arc<str>>,
}

/// One key of a row in the answer.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Column {
    /// A field of the row.
    Field { name: Arc<str>, place: Place },
    /// A function of the row.
    Function { name: Arc<str>, of: Term },
    /// An address of the row, by its parts in alphabetical order.
    Address { name: Arc<str>, parts: Vec<(&'static str, Option<FieldIndex>)> },
    /// The row that a field refers to.
    Parent { name: Arc<str>, reference: Place, columns: Vec<Column> },
    /// The row that a field refers to, with columns by the object that it is of.
    Variant {
        name: Arc<str>,
        reference: Place,
        branches: Vec<(ObjectIndex, Vec<Column>)>,
        otherwise: Vec<Column>,
    },
    /// The rows that refer to this one.
    Children { name: Arc<str>, reference: FieldIndex, statement: Arc<Statement> },
}

impl Column {
    /// Its key in the answer.
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Field { name, .. }
            | Self::Function { name, .. }
            | Self::Address { name, .. }
            | Self::Parent { name, .. }
            | Self::Variant { name, .. }
            | Self::Children { name, .. } => name,
        }
    }
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
    /// A field that every row of the object stores.
    Stored(FieldIndex),
    /// A field that follows from others.
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

/// Something that has a value for every row, or for every group.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Term {
    /// A field.
    Field(FieldPath),
    /// A part of a date or moment.
    Date { function: DateFunction, of: FieldPath, zone: TimeZone, fiscal: Calendar },
    /// How far an address is from a place.
    Distance(Distance),
    /// A value as the user's locale writes it.
    Format { of: Box<Term>, zone: TimeZone },
    /// A key of the group.
    Key { at: usize, kind: FieldKind, case_sensitive: bool },
    /// What an aggregate function says of the group.
    Aggregate { at: usize, kind: FieldKind },
    /// Is the group a subtotal over this key? 1 or 0.
    Subtotal { at: usize },
}

impl Term {
    /// The type of its values.
    pub(crate) fn kind(&self) -> FieldKind {
        match self {
            Self::Field(path) => path.kind,
            Self::Date { function: DateFunction::DayOnly, .. } => FieldKind::Date,
            Self::Date { .. } | Self::Subtotal { .. } => FieldKind::Int,
            Self::Distance(_) => FieldKind::Double,
            Self::Format { .. } => FieldKind::String,
            Self::Key { kind, .. } | Self::Aggregate { kind, .. } => *kind,
        }
    }

    /// Does the case of its text count?
    pub(crate) fn case_sensitive(&self) -> bool {
        match self {
            Self::Field(path) => path.case_sensitive,
            Self::Key { case_sensitive, .. } => *case_sensitive,
            _ => false,
        }
    }
}

/// `DISTANCE(Address, GEOLOCATION(37.77, -122.41), 'km')`
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Distance {
    pub(crate) latitude: FieldPath,
    pub(crate) longitude: FieldPath,
    /// Latitude and longitude of the place, in degrees.
    pub(crate) from: (f64, f64),
    /// How long the earth's radius is in the unit asked for.
    pub(crate) radius: f64,
}

/// A condition.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Test {
    And(Vec<Test>),
    Or(Vec<Test>),
    Not(Box<Test>),
    /// `Field op value`.
    Compare {
        of: Term,
        operator: Operator,
        value: Value,
    },
    /// `Field op range`: a date literal, or a day of a moment.
    Range {
        of: Term,
        operator: Operator,
        start: Value,
        end: Value,
    },
    /// `Field LIKE pattern`.
    Like {
        of: Term,
        pattern: Pattern,
    },
    /// `Field IN (…)`.
    In {
        of: Term,
        values: Vec<Value>,
    },
    /// `Field IN (SELECT …)`.
    InRows {
        of: Term,
        statement: Box<Statement>,
        column: Place,
    },
    /// `Field IN (…)` with ids that a statement found, or that a scope allows.
    InIds {
        of: Term,
        ids: BTreeSet<SfId>,
    },
    /// The reference leads to a row of this object.
    LeadsTo {
        of: Term,
        prefix: [u8; 3],
    },
    /// `Field INCLUDES (…)`: one of the sets is contained.
    Includes {
        of: Term,
        sets: Vec<Vec<String>>,
    },
}

/// One key of `ORDER BY`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct OrderKey {
    pub(crate) of: Term,
    pub(crate) descending: bool,
    pub(crate) nulls_last: bool,
    /// The values of a picklist, in the order in which they sort.
    pub(crate) picklist: Vec<Arc<str>>,
}
