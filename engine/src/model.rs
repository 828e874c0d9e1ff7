//! The nouns of the field: ids, time, and values as text.

use std::{fmt, sync::Arc};

/// Milliseconds since the Unix epoch. The engine never asks what time it is; it is told.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// This instant, `ms` milliseconds later.
    #[must_use]
    pub fn plus_ms(self, ms: i64) -> Self {
        Self(self.0.saturating_add(ms))
    }
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Arc<str>);

        impl $name {
            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl<T: Into<Arc<str>>> From<T> for $name {
            fn from(id: T) -> Self {
                Self(id.into())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

id!(
    /// The id of a CRM record of any object type, as the CRM spells it.
    RecordId
);
id!(
    /// The id of a CRM user or queue: what an owner field holds.
    UserId
);
id!(
    /// A visitor of the website: one person on one device, until they turn out to be another.
    VisitorId
);
id!(
    /// A company that visited the site, as Signals knows it.
    CompanyId
);
id!(
    /// An account list of Signals.
    ListId
);
id!(
    /// A browser or device of a visitor; what a cookie identifies.
    DeviceId
);
id!(
    /// A sales rep of the chat product.
    RepId
);
id!(
    /// An Experience, by the name it was configured under.
    ExperienceId
);
id!(
    /// A workflow, by the name it was configured under.
    WorkflowId
);
id!(
    /// A user of the marketing product, who may be a user of the CRM, too.
    ProductUserId
);
id!(
    /// A task template, by the name it was configured under.
    TaskName
);
id!(
    /// A CRM object type by API name, such as `Lead`.
    ObjectName
);
id!(
    /// A CRM field by API name, such as `LastName`.
    FieldName
);
id!(
    /// A field of the visitor's profile, such as `last_name`.
    ProfileField
);

/// Whom or what a source event, an intent or a note is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// A visitor of the website.
    Visitor(VisitorId),
    /// A rep of the chat product.
    Rep(RepId),
    /// The product's own settings.
    Settings,
    /// A company of Signals.
    Account(CompanyId),
    /// An account list of Signals.
    List(ListId),
    /// A record that a package of the org works on.
    Record(RecordId),
}

impl Subject {
    /// Its kind in one word.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Visitor(_) => "visitor",
            Self::Rep(_) => "rep",
            Self::Settings => "settings",
            Self::Account(_) => "account",
            Self::List(_) => "list",
            Self::Record(_) => "record",
        }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        match self {
            Self::Visitor(visitor) => visitor.as_str(),
            Self::Rep(rep) => rep.as_str(),
            Self::Settings => self.word(),
            Self::Account(company) => company.as_str(),
            Self::List(list) => list.as_str(),
            Self::Record(record) => record.as_str(),
        }
    }

    /// The visitor, if it is one.
    pub fn visitor(&self) -> Option<&VisitorId> {
        match self {
            Self::Visitor(visitor) => Some(visitor),
            Self::Rep(_) | Self::Settings | Self::Account(_) | Self::List(_) | Self::Record(_) => {
                None
            }
        }
    }

    /// The record, if it is one.
    pub fn record(&self) -> Option<&RecordId> {
        match self {
            Self::Record(record) => Some(record),
            _ => None,
        }
    }
}

/// What kind of person record a target is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PersonKind {
    /// Not yet converted; may belong to a queue.
    Lead,
    /// Belongs to an account and to a user.
    Contact,
}

impl PersonKind {
    /// The API name of the object.
    pub fn object(self) -> &'static str {
        match self {
            Self::Lead => "Lead",
            Self::Contact => "Contact",
        }
    }
}

/// Field values by API name, in the order in which they are sent.
pub type FieldValues = Vec<(FieldName, Value)>;

/// A value of a CRM field, in the engine's words: what JSON can carry, with types that the mapping knows.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Nothing.
    Null,
    /// Text of any field type that is sent as a JSON string, record ids included.
    Text(Arc<str>),
    /// A truth value.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A fraction.
    Double(f64),
    /// An instant.
    Instant(Timestamp),
}

impl Value {
    /// The value as text where it has one; `None` for [`Value::Null`].
    pub fn text(&self) -> Option<std::borrow::Cow<'_, str>> {
        match self {
            Self::Null => None,
            Self::Text(text) => Some((&**text).into()),
            Self::Bool(it) => Some(it.to_string().into()),
            Self::Int(it) => Some(it.to_string().into()),
            Self::Double(it) => Some(it.to_string().into()),
            Self::Instant(it) => Some(it.0.to_string().into()),
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}
