//! A formula as it was written.

use std::ops::Range;
use std::sync::Arc;

/// A node with its place in the text.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Expr {
    pub(crate) span: Range<usize>,
    pub(crate) node: Node,
    /// Levels from here to the deepest leaf.
    pub(crate) depth: usize,
}

impl Expr {
    pub(crate) fn new(span: Range<usize>, node: Node) -> Self {
        let below = match &node {
            Node::Number(_) | Node::Text(_) | Node::Field(_) => 0,
            Node::Call(_, arguments) => arguments.iter().map(|a| a.depth).max().unwrap_or(0),
            Node::Unary(_, inner) => inner.depth,
            Node::Binary(_, a, b) => a.depth.max(b.depth),
        };
        Self { span, node, depth: below + 1 }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Node {
    Number(f64),
    Text(Arc<str>),
    /// `Company`, `Account.Name`, `Owner:User.Name`, `$User.Id`.
    Field(Vec<Segment>),
    Call(String, Vec<Expr>),
    Unary(Unary, Box<Expr>),
    Binary(Binary, Box<Expr>, Box<Expr>),
}

/// One part of a field path, with the object that a polymorphic one is read as.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Segment {
    pub(crate) name: String,
    pub(crate) object: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unary {
    Minus,
    Plus,
    Not,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Binary {
    Or,
    And,
    Equal,
    Unequal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Concat,
    Add,
    Subtract,
    Multiply,
    Divide,
    Power,
}

impl Binary {
    /// Does it not matter how a chain of it is bracketed?
    pub(crate) fn is_associative(self) -> bool {
        matches!(self, Self::Or | Self::And | Self::Concat)
    }

    pub(crate) fn sign(self) -> &'static str {
        match self {
            Self::Or => "||",
            Self::And => "&&",
            Self::Equal => "=",
            Self::Unequal => "<>",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
            Self::Concat => "&",
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Multiply => "*",
            Self::Divide => "/",
            Self::Power => "^",
        }
    }
}
