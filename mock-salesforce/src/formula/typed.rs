//! A formula after its names are found and its types checked.

use std::ops::Range;
use std::sync::Arc;

use crate::schema::{FieldIndex, ObjectIndex};
use crate::value::Value;

use super::ast::{Binary, Unary};
use super::function::{Function, VLOOKUP};

/// The type of a value in a formula.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Text, ids too.
    Text,
    /// A number.
    Number,
    /// True or false.
    Boolean,
    /// A day.
    Date,
    /// A moment.
    DateTime,
    /// A time of day.
    Time,
    /// A picklist field: only some functions take it.
    Picklist,
    /// A multi-select picklist field: only some functions take it.
    MultiPicklist,
    /// A place on Earth.
    Location,
    /// `NULL`: fits everything.
    Null,
}

impl Kind {
    /// Its name in messages.
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Number => "a number",
            Self::Boolean => "true or false",
            Self::Date => "a date",
            Self::DateTime => "a date and time",
            Self::Time => "a time",
            Self::Picklist => "a picklist",
            Self::MultiPicklist => "a multi-select picklist",
            Self::Location => "a location",
            Self::Null => "null",
        }
    }

    /// Can a value of this kind stand where that one is meant?
    pub(crate) fn fits(self, other: Self) -> bool {
        self == other || self == Self::Null || other == Self::Null
    }
}

/// A node with its type.
#[derive(Clone, Debug)]
pub(crate) struct Typed {
    pub(crate) span: Range<usize>,
    pub(crate) kind: Kind,
    pub(crate) node: TypedNode,
}

impl Typed {
    /// Tells every field that is read.
    pub(crate) fn each_path(&self, tell: &mut impl FnMut(&Path)) {
        match &self.node {
            TypedNode::Constant(_) | TypedNode::Permission(_) => {}
            TypedNode::Lookup(lookup) => lookup.value.each_path(tell),
            TypedNode::Path(path) => tell(path),
            TypedNode::Call(_, arguments) => {
                for argument in arguments {
                    argument.each_path(tell);
                }
            }
            TypedNode::Unary(_, inner) => inner.each_path(tell),
            TypedNode::Binary(_, a, b) => {
                a.each_path(tell);
                b.each_path(tell);
            }
        }
    }

    /// The first function in it that is for rules alone: what it tells of a save, or of other rows, is nothing that a
    /// field shows.
    pub(crate) fn of_rules(&self) -> Option<&'static str> {
        match &self.node {
            TypedNode::Constant(_) | TypedNode::Permission(_) | TypedNode::Path(_) => None,
            TypedNode::Lookup(_) => Some(VLOOKUP),
            TypedNode::Call(Function::IsNew, _) => Some("ISNEW"),
            TypedNode::Call(Function::IsChanged, _) => Some("ISCHANGED"),
            TypedNode::Call(Function::PriorValue, _) => Some("PRIORVALUE"),
            TypedNode::Call(Function::Regex, _) => Some("REGEX"),
            TypedNode::Call(_, arguments) => arguments.iter().find_map(Self::of_rules),
            TypedNode::Unary(_, inner) => inner.of_rules(),
            TypedNode::Binary(_, a, b) => a.of_rules().or_else(|| b.of_rules()),
        }
    }

    /// The same with zero in the place of every blank number field.
    pub(crate) fn with_blanks_as_zero(self) -> Self {
        let Self { span, kind, node } = self;
        let zeroed = |typed: Box<Self>| Box::new(typed.with_blanks_as_zero());
        let node = match node {
            node @ TypedNode::Path(_) if kind == Kind::Number => {
                let zero = TypedNode::Constant(Value::Double(0.0));
                let typed = |node| Self { span: span.clone(), kind, node };
                TypedNode::Call(Function::BlankValue, vec![typed(node), typed(zero)])
            }
            TypedNode::Call(function, arguments) => {
                let arguments = arguments.into_iter().map(Self::with_blanks_as_zero).collect();
                TypedNode::Call(function, arguments)
            }
            TypedNode::Lookup(lookup) => {
                let value = lookup.value.with_blanks_as_zero();
                TypedNode::Lookup(Box::new(Lookup { value, ..*lookup }))
            }
            TypedNode::Unary(op, inner) => TypedNode::Unary(op, zeroed(inner)),
            TypedNode::Binary(op, a, b) => TypedNode::Binary(op, zeroed(a), zeroed(b)),
            node => node,
        };
        Self { span, kind, node }
    }
}

#[derive(Clone, Debug)]
pub(crate) enum TypedNode {
    Constant(Value),
    /// A custom permission of the running user, by its name in lower case.
    Permission(Arc<str>),
    Path(Path),
    /// `VLOOKUP`.
    Lookup(Box<Lookup>),
    Call(Function, Vec<Typed>),
    Unary(Unary, Box<Typed>),
    Binary(Binary, Box<Typed>, Box<Typed>),
}

/// The row of another object with a name, and a field of it.
#[derive(Clone, Debug)]
pub(crate) struct Lookup {
    pub(crate) object: ObjectIndex,
    /// The field that is given back.
    pub(crate) field: FieldIndex,
    /// The name field.
    pub(crate) by: FieldIndex,
    /// The name that is looked for.
    pub(crate) value: Typed,
}

/// Where a field is: from a start, up through references.
#[derive(Clone, Debug)]
pub(crate) struct Path {
    pub(crate) start: Start,
    /// References on the way, each with the object that the next row must be.
    pub(crate) hops: Vec<(FieldIndex, Option<ObjectIndex>)>,
    pub(crate) field: Leaf,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Start {
    /// The row itself.
    Row,
    /// The running user.
    User,
    /// The organization.
    Organization,
}

/// What is read at the end of a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Leaf {
    Field(FieldIndex),
    /// The id of the row itself.
    Id,
}
