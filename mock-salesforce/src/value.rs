//! What a field can hold.

use std::borrow::Cow;
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

impl Value {
    /// Text; empty text is null, as Salesforce stores it.
    pub fn text(text: &str) -> Self {
        if text.is_empty() { Self::Null } else { Self::Text(text.into()) }
    }

    /// The value without its memory.
    pub fn view(&self) -> ValueRef<'_> {
        match self {
            Self::Null => ValueRef::Null,
            Self::Bool(b) => ValueRef::Bool(*b),
            Self::Int(n) => ValueRef::Int(*n),
            Self::Double(n) => ValueRef::Double(*n),
            Self::Text(text) => ValueRef::Text(text),
            Self::Id(id) => ValueRef::Id(*id),
            Self::Date(days) => ValueRef::Date(*days),
            Self::DateTime(at) => ValueRef::DateTime(*at),
            Self::Time(ms) => ValueRef::Time(*ms),
        }
    }

    /// Is there no value?
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// The text, if it is text.
    pub fn as_text(&self) -> Option<&str> {
        self.view().as_text()
    }

    /// The id, if it is one.
    pub fn as_id(&self) -> Option<SfId> {
        self.view().as_id()
    }

    /// Is it the checkbox, and ticked?
    pub fn is_true(&self) -> bool {
        matches!(self, Self::Bool(true))
    }

    /// The number, if it is one.
    pub fn as_number(&self) -> Option<f64> {
        self.view().as_number()
    }

    /// The value as a REST answer writes it.
    pub fn to_json(&self) -> Json {
        self.view().to_json()
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.view().fmt(f)
    }
}

/// A value that a row holds, looked at without a copy: what [`crate::Record::get`] gives.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum ValueRef<'a> {
    /// No value.
    #[default]
    Null,
    /// A checkbox.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A double, currency or percent.
    Double(f64),
    /// Text of every kind.
    Text(&'a str),
    /// An id or a reference.
    Id(SfId),
    /// Days since the epoch.
    Date(i32),
    /// A moment.
    DateTime(Timestamp),
    /// Milliseconds since midnight.
    Time(i32),
}

impl<'a> ValueRef<'a> {
    /// Is there no value?
    pub fn is_null(self) -> bool {
        matches!(self, Self::Null)
    }

    /// The text, if it is text.
    pub fn as_text(self) -> Option<&'a str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The id, if it is one.
    pub fn as_id(self) -> Option<SfId> {
        match self {
            Self::Id(id) => Some(id),
            _ => None,
        }
    }

    /// Is it the checkbox, and ticked?
    pub fn is_true(self) -> bool {
        matches!(self, Self::Bool(true))
    }

    /// The number, if it is one.
    #[expect(clippy::cast_precision_loss, reason = "Salesforce numbers are doubles")]
    pub fn as_number(self) -> Option<f64> {
        match self {
            Self::Int(n) => Some(n as f64),
            Self::Double(n) => Some(n),
            _ => None,
        }
    }

    /// A copy that stands by itself.
    pub fn into_owned(self) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::Bool(b) => Value::Bool(b),
            Self::Int(n) => Value::Int(n),
            Self::Double(n) => Value::Double(n),
            Self::Text(text) => Value::text(text),
            Self::Id(id) => Value::Id(id),
            Self::Date(days) => Value::Date(days),
            Self::DateTime(at) => Value::DateTime(at),
            Self::Time(ms) => Value::Time(ms),
        }
    }

    /// The value as a REST answer writes it.
    pub fn to_json(self) -> Json {
        match self {
            Self::Null => Json::Null,
            Self::Bool(b) => Json::Bool(b),
            Self::Int(n) => Json::Number(n.into()),
            Self::Double(n) => Number::from_f64(n).map_or(Json::Null, Json::Number),
            other => Json::String(other.to_string()),
        }
    }
}

/// The value as text: what CSV results and messages show. Null is empty.
impl fmt::Display for ValueRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => Ok(()),
            Self::Bool(b) => write!(f, "{b}"),
            Self::Int(n) => write!(f, "{n}"),
            Self::Double(n) => write_double(f, *n),
            Self::Text(text) => f.write_str(text),
            Self::Id(id) => write!(f, "{id}"),
            Self::Date(days) => write!(f, "{}", DateText(*days)),
            Self::DateTime(at) => write!(f, "{at}"),
            Self::Time(ms) => write!(f, "{}", TimeText(*ms)),
        }
    }
}

/// Writes a number as the platform does, which is written in Java: from 10,000,000 on, and below a thousandth, with an
/// exponent.
fn write_double(f: &mut fmt::Formatter<'_>, n: f64) -> fmt::Result {
    let size = n.abs();
    if size < 1e7 && (size >= 1e-3 || size == 0.0) || !n.is_finite() {
        return write!(f, "{n:?}");
    }
    let text = format!("{n:e}");
    let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let point = if digits.contains('.') { "" } else { ".0" };
    write!(f, "{digits}{point}E{exponent}")
}

impl<'a> From<&'a Value> for ValueRef<'a> {
    fn from(value: &'a Value) -> Self {
        value.view()
    }
}

impl<'a> From<&'a Cow<'_, Value>> for ValueRef<'a> {
    fn from(value: &'a Cow<'_, Value>) -> Self {
        value.view()
    }
}

impl PartialEq<Value> for ValueRef<'_> {
    fn eq(&self, other: &Value) -> bool {
        *self == other.view()
    }
}

impl PartialEq<&Value> for ValueRef<'_> {
    fn eq(&self, other: &&Value) -> bool {
        *self == other.view()
    }
}

impl PartialEq<ValueRef<'_>> for Value {
    fn eq(&self, other: &ValueRef<'_>) -> bool {
        self.view() == *other
    }
}

/// What a field says: as a row stores it, or worked out while reading.
#[derive(Clone, Debug)]
pub enum FieldValue<'a> {
    /// The row holds it.
    Stored(ValueRef<'a>),
    /// It follows from something else.
    Computed(Value),
}

impl FieldValue<'_> {
    /// The value without its memory.
    pub fn view(&self) -> ValueRef<'_> {
        match self {
            Self::Stored(value) => *value,
            Self::Computed(value) => value.view(),
        }
    }

    /// A copy that stands by itself.
    pub fn into_owned(self) -> Value {
        match self {
            Self::Stored(value) => value.into_owned(),
            Self::Computed(value) => value,
        }
    }

    /// Is there no value?
    pub fn is_null(&self) -> bool {
        self.view().is_null()
    }

    /// The text, if it is text.
    pub fn as_text(&self) -> Option<&str> {
        self.view().as_text()
    }

    /// The id, if it is one.
    pub fn as_id(&self) -> Option<SfId> {
        self.view().as_id()
    }

    /// Is it the checkbox, and ticked?
    pub fn is_true(&self) -> bool {
        self.view().is_true()
    }

    /// The number, if it is one.
    pub fn as_number(&self) -> Option<f64> {
        self.view().as_number()
    }

    /// The value as a REST answer writes it.
    pub fn to_json(&self) -> Json {
        self.view().to_json()
    }
}

impl fmt::Display for FieldValue<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.view().fmt(f)
    }
}

impl<'a> From<&'a FieldValue<'_>> for ValueRef<'a> {
    fn from(value: &'a FieldValue<'_>) -> Self {
        value.view()
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
