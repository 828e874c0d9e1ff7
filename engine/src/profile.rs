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
/// The profile field that holds the visitor's own id; it is kept only where a mapping writes it.
pub const VISITOR_ID: &str = "id";

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
    /// The website told it, such as the visitor's own id.
    Website,
    /// The marketing product knows it: a form, a list, a score.
    Product,
    /// An enrichment vendor guessed it.
    Enrichment(crate::Vendor, crate::Confidence),
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
            Self::Website => "website",
            Self::Product => "product",
            Self::Enrichment(vendor, _) => vendor.word(),
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

    /// Takes a value, whatever is held.
    pub fn take(&mut self, field: ProfileField, heard: Known) {
        self.fields.insert(field, heard);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_learned_once() {
        let mut profile = Profile::default();
        assert!(profile.learn("zip".into(), said("94105", 1)));
        assert!(!profile.learn("zip".into(), said("94105", 2)));
        assert!(profile.learn("zip".into(), said("10001", 3)));
        assert_eq!(profile.named("zip"), Some("10001"));
    }

    #[test]
    fn a_value_that_was_said_before_is_stale_however_late_it_arrives() {
        let mut profile = Profile::default();
        profile.learn("zip".into(), said("94105", 5));
        assert!(!profile.learn("zip".into(), said("10001", 4)));
        assert_eq!(profile.get(&"zip".into()), Some("94105"));
    }

    #[test]
    fn of_two_values_said_at_once_the_later_heard_wins() {
        let mut profile = Profile::default();
        profile.learn("zip".into(), said("94105", 5));
        assert!(profile.learn("zip".into(), said("10001", 5)));
    }

    #[test]
    fn a_blank_is_held_but_is_no_value() {
        let mut profile = Profile::default();
        profile.learn("zip".into(), said("  ", 1));
        assert_eq!(profile.named("zip"), None);
        assert_eq!(profile.held(&"zip".into()).map(|it| it.source.word()), Some("typed"));
    }

    fn said(value: &str, at: i64) -> Known {
        Known { value: value.to_owned(), at: Timestamp(at), source: FieldSource::Typed }
    }
}
