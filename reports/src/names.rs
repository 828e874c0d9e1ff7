//! What does the scenario file call the record or user with this id?

use indexmap::IndexMap;

/// Digits and letters of an id without its case-safe suffix.
const SHORT_ID: usize = 15;
/// Characters of an id with it.
const LONG_ID: usize = 18;

/// Names by id.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Names<'a>(pub(crate) &'a IndexMap<String, String>);

impl<'a> Names<'a> {
    /// The name that the file gives to this id, if it gives one.
    pub(crate) fn name(self, id: &str) -> Option<&'a str> {
        self.0.get(id).map(String::as_str).filter(|name| !name.is_empty())
    }

    /// `dana (005…)` for a known id; anything else as it is.
    pub(crate) fn call(self, text: &str) -> String {
        match self.name(text) {
            Some(name) if name != text => format!("{name} ({text})"),
            _ => text.to_owned(),
        }
    }
}

/// Whether this text has the form of a record id.
pub(crate) fn is_id(text: &str) -> bool {
    let starts_as_key = text.starts_with(|it: char| it.is_ascii_digit() || it == 'a');
    matches!(text.len(), SHORT_ID | LONG_ID)
        && starts_as_key
        && text.chars().all(|it| it.is_ascii_alphanumeric())
        && text.chars().any(|it| it.is_ascii_digit())
}

/// Whether two ids mean one record, be they of 15 or of 18 characters.
pub(crate) fn same_id(one: &str, other: &str) -> bool {
    let short = |id: &str| id.get(..SHORT_ID).map(str::to_owned);
    is_id(one) && is_id(other) && short(one) == short(other)
}

/// The object whose records have ids that start like this one, for the objects that reports speak of.
pub(crate) fn object_of(id: &str) -> Option<&'static str> {
    let object = match id.get(..3)? {
        "001" => "account",
        "003" => "contact",
        "005" => "user",
        "00Q" => "lead",
        "00U" => "event",
        "00v" => "campaign member",
        "00G" => "queue",
        "701" => "campaign",
        _ => return None,
    };
    is_id(id).then_some(object)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_the_same_with_and_without_its_suffix() {
        assert!(same_id("00Q5g00000abcde", "00Q5g00000abcdeEAA"));
        assert!(!same_id("00Q5g00000abcde", "00Q5g00000abcdE"));
        assert!(!same_id("pat", "pat"));
    }

    #[test]
    fn an_id_tells_its_object() {
        assert_eq!(object_of("00Q5g00000abcdeEAA"), Some("lead"));
        assert_eq!(object_of("00Q"), None);
    }
}
