//! What is known of a visitor: the Visitor 360, field by field.
//!
//! Each value remembers when it was said and where it came from (VI-04, VI-06, MS-03). A value that was said before the
//! one that we hold is stale, however late it arrives (FM-12, INV-07).

use std::collections::BTreeMap;

use crate::{ProfileField, Timestamp};

/// The profile field that holds the e-mail address.
pub const EMAIL: &str = "email";
/// The profile field that holds the company's name.
pub const COMPANY: &str = "company";

/// Where a value of the profile came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FieldSource {
    /// A marketing cookie.
    Cookie,
    /// An earlier visit on this device.
    EarlierVisit,
    /// The visitor typed it.
    Typed,
    /// A rep entered it.
    Rep,
    /// A step read it from the CRM.
    Crm,
}

impl FieldSource {
    /// The word for it in the rep's view.
    pub fn word(self) -> &'static str {
        match self {
            Self::Cookie => "cookie",
            Self::EarlierVisit => "earlier_visit",
            Self::Typed => "typed",
            Self::Rep => "rep",
            Self::Crm => "crm",
        }
    }
}

/// A value of the profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// The value as it was said; it may be blank.
    pub value: String,
    /// When it was said, by the visitor's clock.
    pub at: Timestamp,
    /// Where it came from.
    pub source: FieldSource,
}

/// What is known of a visitor.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Profile {
    fields: BTreeMap<ProfileField, Known>,
}

impl Profile {
    /// Takes a value, unless a later one is held already. Says whether the profile changed its value.
    pub fn learn(&mut self, field: ProfileField, heard: Known) -> bool {
        match self.fields.get(&field) {
            Some(held) if held.at > heard.at => false,
            Some(held) => {
                let differs = held.value != heard.value;
                self.fields.insert(field, heard);
                differs
            }
            None => self.fields.insert(field, heard).is_none(),
        }
    }

    /// The value of a field, unless it is unknown or blank.
    pub fn get(&self, field: &ProfileField) -> Option<&str> {
        self.fields.get(field).and_then(Known::said)
    }

    /// The value of the field with this name, unless it is unknown or blank.
    pub fn named(&self, field: &str) -> Option<&str> {
        self.fields.iter().find(|(name, _)| name.as_str() == field).and_then(|(_, it)| it.said())
    }

    /// What is held of a field, blank or not.
    pub fn held(&self, field: &ProfileField) -> Option<&Known> {
        self.fields.get(field)
    }

    /// Every field that was ever said, blank ones too, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&ProfileField, &Known)> {
        self.fields.iter()
    }
}

impl Known {
    fn said(&self) -> Option<&str> {
        let text = self.value.trim();
        (!text.is_empty()).then_some(text)
    }
}
