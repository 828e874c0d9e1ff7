//! What a job is asked to be: which API, object, operation, dialect.

use crate::id::SfId;

/// Which API a job belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum JobKind {
    /// Bulk API 2.0 ingest.
    Ingest,
    /// Bulk API 2.0 query.
    Query,
    /// Bulk API 1.0.
    Classic,
}

impl JobKind {
    /// `jobType` on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ingest => "V2Ingest",
            Self::Query => "V2Query",
            Self::Classic => "Classic",
        }
    }
}

/// What a job does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// Creates rows.
    Insert,
    /// Updates them by `Id`.
    Update,
    /// Updates or creates them by a key.
    Upsert,
    /// Deletes them by `Id`.
    Delete,
    /// Deletes them for good.
    HardDelete,
    /// Reads rows that are not deleted.
    Query,
    /// Reads all rows.
    QueryAll,
}

impl Operation {
    /// Every operation.
    const ALL: [Self; 7] = [
        Self::Insert,
        Self::Update,
        Self::Upsert,
        Self::Delete,
        Self::HardDelete,
        Self::Query,
        Self::QueryAll,
    ];

    /// The operation of a name, in any case.
    pub fn of(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|operation| operation.name().eq_ignore_ascii_case(name))
    }

    /// Its name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Insert => "insert",
            Self::Update => "update",
            Self::Upsert => "upsert",
            Self::Delete => "delete",
            Self::HardDelete => "hardDelete",
            Self::Query => "query",
            Self::QueryAll => "queryAll",
        }
    }

    /// Does it read rows?
    pub fn is_query(self) -> bool {
        matches!(self, Self::Query | Self::QueryAll)
    }
}

/// The format of a job's rows and results.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Content {
    /// Comma-separated values.
    #[default]
    Csv,
    /// `<sObjects>`.
    Xml,
    /// An array of objects.
    Json,
}

impl Content {
    /// The format of a name such as `CSV`.
    pub fn of(name: &str) -> Option<Self> {
        [Self::Csv, Self::Xml, Self::Json].into_iter().find(|content| content.name() == name)
    }

    /// Its name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Csv => "CSV",
            Self::Xml => "XML",
            Self::Json => "JSON",
        }
    }

    /// Its media type, without a character set: clients compare it as a whole.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv",
            Self::Xml => "application/xml",
            Self::Json => "application/json",
        }
    }
}

/// What separates columns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Delimiter {
    /// `^`
    Caret,
    /// `,`
    #[default]
    Comma,
    /// `|`
    Pipe,
    /// `;`
    Semicolon,
    /// Tabulator.
    Tab,
    /// `` ` ``
    Backquote,
}

impl Delimiter {
    /// The delimiter of a wire name such as `COMMA`.
    pub fn of(name: &str) -> Option<Self> {
        let all =
            [Self::Caret, Self::Comma, Self::Pipe, Self::Semicolon, Self::Tab, Self::Backquote];
        all.into_iter().find(|delimiter| delimiter.name() == name)
    }

    /// Its wire name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Caret => "CARET",
            Self::Comma => "COMMA",
            Self::Pipe => "PIPE",
            Self::Semicolon => "SEMICOLON",
            Self::Tab => "TAB",
            Self::Backquote => "BACKQUOTE",
        }
    }

    /// Its byte.
    pub fn byte(self) -> u8 {
        match self {
            Self::Caret => b'^',
            Self::Comma => b',',
            Self::Pipe => b'|',
            Self::Semicolon => b';',
            Self::Tab => b'\t',
            Self::Backquote => b'`',
        }
    }
}

/// How rows are written in CSV.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Dialect {
    /// What separates the columns.
    pub delimiter: Delimiter,
    /// Do lines end in carriage return and line feed?
    pub crlf: bool,
}

impl Dialect {
    /// `lineEnding` on the wire.
    pub fn line_ending(self) -> &'static str {
        if self.crlf { "CRLF" } else { "LF" }
    }
}

/// What a new job is asked to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobRequest {
    /// Which API asks.
    pub kind: JobKind,
    /// The object's name. Queries of Bulk 2.0 have it from their statement.
    pub object: String,
    /// What to do.
    pub operation: Operation,
    /// The key of an upsert.
    pub external_id_field: Option<String>,
    /// The assignment rule that runs; none when absent.
    pub assignment_rule: Option<SfId>,
    /// The format of rows and results.
    pub content: Content,
    /// How they look in CSV.
    pub dialect: Dialect,
    /// Bulk 1.0: one batch after the other?
    pub serial: bool,
    /// Bulk 1.0: rows of the table in one batch of a query; no chunks when absent.
    pub chunk_rows: Option<u64>,
    /// Bulk 2.0: the statement of a query.
    pub query: Option<String>,
}

impl JobRequest {
    /// A job of this kind with every other property at its default.
    pub fn new(kind: JobKind, object: &str, operation: Operation) -> Self {
        Self {
            kind,
            object: object.to_owned(),
            operation,
            external_id_field: None,
            assignment_rule: None,
            content: Content::Csv,
            dialect: Dialect::default(),
            serial: false,
            chunk_rows: None,
            query: None,
        }
    }
}
