//! What a field can hold.

use std::fmt;
use std::sync::Arc;

use serde_json::{Number, Value as Json};

use crate::id::SfId;
use crate::timestamp::{DateText, TimeText, Timestamp};

/// The value of one field of one record.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Value {
    /// No value. Text is never empty: `""` is stored as null.
    #[default]
    Null,
    /// A checkbox.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A double, currency or percent.
    Double(f64),
    /// Text of every kind: string, picklist, e-mail, phone, url, textarea, multi-select.
    Text(Arc<str>),
    /// An id or a reference.
    Id(SfId),
    /// Days since the epoch.
    Date(i32),
    /// A moment, in whole seconds once saved.
    DateTime(Timestamp),
    /// Milliseconds since midnight.
    Time(i32),
}

/// The value of a field that a record does not hold.
pub const NULL: Value = Value::Null;

impl Value {
    /// Text; empty text is null, as Salesforce stores it.
    pub fn text(text: &str) -> Self {
        if text.is_empty() { Self::Null } else { Self::Text(text.into()) }
    }

    /// Is there no value?
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// The text, if it is text.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The id, if it is one.
    pub fn as_id(&self) -> Option<SfId> {
        match self {
            Self::Id(id) => Some(*id),
            _ => None,
        }
    }

    /// Is it the checkbox, and ticked?
    pub fn is_true(&self) -> bool {
        matches!(self, Self::Bool(true))
    }

    /// The number, if it is one.
    #[expect(clippy::cast_precision_loss, reason = "Salesforce numbers are doubles")]
    pub fn as_number(&self) -> Option<f64> {
        match self {
            Self::Int(n) => Some(*n as f64),
            Self::Double(n) => Some(*n),
            _ => None,
        }
    }

    /// The value as a REST answer writes it.
    pub fn to_json(&self) -> Json {
        match self {
            Self::Null => Json::Null,
            Self::Bool(b) => Json::Bool(*b),
            Self::Int(n) => Json::Number((*n).into()),
            Self::Double(n) => Number::from_f64(*n).map_or(Json::Null, Json::Number),
            other => Json::String(other.to_string()),
        }
    }
}

/// The value as text: what CSV results and messages show. Null is empty.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => Ok(()),
            Self::Bool(b) => write!(f, "{b}"),
            Self::Int(n) => write!(f, "{n}"),
            Self::Double(n) => write!(f, "{n:?}"),
            Self::Text(text) => f.write_str(text),
            Self::Id(id) => write!(f, "{id}"),
            Self::Date(days) => write!(f, "{}", DateText(*days)),
            Self::DateTime(at) => write!(f, "{at}"),
            Self::Time(ms) => write!(f, "{}", TimeText(*ms)),
        }
    }
}

impl From<SfId> for Value {
    fn from(id: SfId) -> Self {
        Self::Id(id)
    }
}

impl From<bool> for Value {
    fn from(b: bool) -> Self {
        Self::Bool(b)
    }
}

impl From<Timestamp> for Value {
    fn from(at: Timestamp) -> Self {
        Self::DateTime(at.whole_second())
    }
}
