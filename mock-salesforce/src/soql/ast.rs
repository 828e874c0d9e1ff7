//! A SOQL statement as it was written: names and literals with their place, nothing resolved yet.
//!
//! Source: SOQL and SOSL Reference; wire reference §4.2.

/// Where a piece of a statement stands: byte offsets into its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

/// A name or a dotted path, as written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Name<'s> {
    /// The text, dots included.
    pub text: &'s str,
    /// Its place.
    pub span: Span,
}

/// A whole statement, or the statement inside a subquery.
#[derive(Debug, Clone, PartialEq)]
pub struct Query<'s> {
    /// What stands between `SELECT` and `FROM`.
    pub select: Vec<Selected<'s>>,
    /// The object, or in a subquery the child relationship.
    pub from: Name<'s>,
    /// `FROM Lead l`.
    pub alias: Option<Name<'s>>,
    /// `FROM Contact c, c.Account a`: paths that have a name of their own.
    pub joins: Vec<Join<'s>>,
    /// `USING SCOPE mine`.
    pub scope: Option<Name<'s>>,
    /// `WHERE`.
    pub filter: Option<Condition<'s>>,
    /// `GROUP BY`.
    pub group: Option<Group<'s>>,
    /// `HAVING`.
    pub having: Option<Condition<'s>>,
    /// `ORDER BY`.
    pub order: Vec<Ordering<'s>>,
    /// `LIMIT`.
    pub limit: Option<Bound>,
    /// `OFFSET`.
    pub offset: Option<Bound>,
    /// `FOR VIEW`, `FOR REFERENCE`.
    pub purpose: Option<Purpose>,
}

/// A path after `FROM` and what it is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Join<'s> {
    /// `c.Account`.
    pub path: Name<'s>,
    /// `a`.
    pub alias: Name<'s>,
}

/// `GROUP BY`.
#[derive(Debug, Clone, PartialEq)]
pub struct Group<'s> {
    /// Are there subtotals?
    pub mode: GroupMode,
    /// What rows of a group have in common.
    pub keys: Vec<Operand<'s>>,
    /// Where the first key stands.
    pub span: Span,
}

/// Which subtotals a grouped statement has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GroupMode {
    /// None.
    Plain,
    /// `ROLLUP`: of every leading part of the keys.
    Rollup,
    /// `CUBE`: of every combination of the keys.
    Cube,
}

/// What the rows are fetched for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// `FOR VIEW`: somebody looks at them.
    View,
    /// `FOR REFERENCE`: something that refers to them is looked at.
    Reference,
}

/// A number after `LIMIT` or `OFFSET`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bound {
    /// How many.
    pub count: u64,
    /// Its place.
    pub span: Span,
}

/// One item of the field list.
#[derive(Debug, Clone, PartialEq)]
pub enum Selected<'s> {
    /// `Name`, `Owner.Name`, `COUNT(Id) n`.
    Value {
        /// The field or the function.
        operand: Operand<'s>,
        /// The name it is given.
        alias: Option<Name<'s>>,
    },
    /// `(SELECT Id FROM Contacts)`.
    Children(Box<Query<'s>>),
    /// `FIELDS(STANDARD)`.
    Fields {
        /// `ALL`, `CUSTOM` or `STANDARD`.
        group: Name<'s>,
    },
    /// `TYPEOF Owner WHEN User THEN Name ELSE Id END`.
    TypeOf {
        /// The relationship.
        relationship: Name<'s>,
        /// What is selected of each object.
        branches: Vec<Branch<'s>>,
        /// What is selected of every other object.
        otherwise: Vec<Name<'s>>,
    },
}

/// `WHEN User THEN FirstName, LastName`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Branch<'s> {
    /// The object.
    pub object: Name<'s>,
    /// Its fields.
    pub fields: Vec<Name<'s>>,
}

/// A field path, or a function of one.
#[derive(Debug, Clone, PartialEq)]
pub enum Operand<'s> {
    /// `Account.Owner.Name`.
    Path(Name<'s>),
    /// `COUNT()`, `SUM(Amount)`, `CALENDAR_YEAR(convertTimezone(CreatedDate))`.
    Call(Call<'s>),
}

/// A function and what it is applied to.
#[derive(Debug, Clone, PartialEq)]
pub struct Call<'s> {
    /// The function's name.
    pub function: Name<'s>,
    /// Where its parenthesis opens.
    pub open: Span,
    /// What stands between the parentheses.
    pub arguments: Vec<Argument<'s>>,
}

/// What a function is applied to.
#[derive(Debug, Clone, PartialEq)]
pub enum Argument<'s> {
    /// A field, or another function.
    Operand(Operand<'s>),
    /// A number or a text.
    Literal(Literal<'s>),
}

impl<'s> Operand<'s> {
    /// The place of the whole operand's first token.
    pub fn span(&self) -> Span {
        self.head().span
    }

    /// The path, or the function's name.
    pub fn head(&self) -> Name<'s> {
        match self {
            Self::Path(name) | Self::Call(Call { function: name, .. }) => *name,
        }
    }

    /// The field that it is about, or the function that is about none.
    pub fn subject(&self) -> Name<'s> {
        match self {
            Self::Path(name) => *name,
            Self::Call(call) => match call.arguments.first() {
                Some(Argument::Operand(inner)) => inner.subject(),
                _ => call.function,
            },
        }
    }
}

/// A condition tree.
#[derive(Debug, Clone, PartialEq)]
pub enum Condition<'s> {
    /// All hold.
    And(Vec<Condition<'s>>),
    /// One holds.
    Or(Vec<Condition<'s>>),
    /// Does not hold.
    Not(Box<Condition<'s>>),
    /// `Field op literal`.
    Compare {
        /// Left side.
        left: Operand<'s>,
        /// Operator.
        operator: Operator,
        /// Right side.
        right: Literal<'s>,
    },
    /// `Field IN (…)`, `Field NOT IN (…)`.
    In {
        /// Left side.
        left: Operand<'s>,
        /// `NOT IN`.
        negated: bool,
        /// The set.
        set: Set<'s>,
    },
    /// `Field INCLUDES (…)`, `Field EXCLUDES (…)`.
    Includes {
        /// Left side.
        left: Operand<'s>,
        /// `EXCLUDES`.
        negated: bool,
        /// Sets of values joined by semicolons.
        values: Vec<Literal<'s>>,
    },
}

/// What `IN` looks in.
#[derive(Debug, Clone, PartialEq)]
pub enum Set<'s> {
    /// `('a', 'b')`.
    Values(Vec<Literal<'s>>),
    /// `(SELECT AccountId FROM Contact)`.
    Rows(Box<Query<'s>>),
}

/// A comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    /// `=`
    Equal,
    /// `!=`, `<>`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
    /// `LIKE`
    Like,
}

/// A literal and its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Literal<'s> {
    /// What it says.
    pub kind: LiteralKind<'s>,
    /// Its place.
    pub span: Span,
}

/// What a literal says.
#[derive(Debug, Clone, PartialEq)]
pub enum LiteralKind<'s> {
    /// `NULL`
    Null,
    /// `TRUE`, `FALSE`
    Bool(bool),
    /// Digits as written.
    Number(&'s str),
    /// `'text'`, escapes still in it.
    Text(&'s str),
    /// `2026-01-31`
    Date(&'s str),
    /// `2026-01-31T10:00:00Z`
    DateTime(&'s str),
    /// `USD5000`
    Currency(&'s str),
    /// `TODAY`, `LAST_N_DAYS:3`
    DateLiteral {
        /// The literal's name.
        name: &'s str,
        /// The number after the colon.
        n: Option<u32>,
    },
}

/// One key of `ORDER BY`.
#[derive(Debug, Clone, PartialEq)]
pub struct Ordering<'s> {
    /// What to order by.
    pub operand: Operand<'s>,
    /// `DESC`.
    pub descending: bool,
    /// `NULLS LAST`.
    pub nulls_last: bool,
}
