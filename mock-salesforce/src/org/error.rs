//! Refusals in Salesforce's words: every status code this org answers with, and its text.
//!
//! Wire reference §7.1. The HTTP status is the business of the API in front.

use crate::id::SfId;

use super::duplicates::DuplicateResult;

/// One refusal, as an element of a REST error array or of a save result.
#[derive(Clone, Debug, PartialEq)]
pub struct OrgError {
    /// Status code, such as `REQUIRED_FIELD_MISSING`.
    pub code: &'static str,
    /// The text in full.
    pub message: String,
    /// Names of the fields at fault. `None`: the answer has no such key.
    pub fields: Option<Vec<String>>,
    /// What a duplicate rule found, with `DUPLICATES_DETECTED`.
    pub duplicates: Option<Box<DuplicateResult>>,
    /// The key of the body that a `JSON_PARSER_ERROR` is about; who has the text of the body can
    /// replace the position at the end of the message.
    pub input: Option<String>,
}

impl OrgError {
    /// A refusal with an empty list of fields.
    pub fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            fields: Some(Vec::new()),
            duplicates: None,
            input: None,
        }
    }

    /// The same, about these fields.
    #[must_use]
    pub fn about<'a>(mut self, fields: impl IntoIterator<Item = &'a str>) -> Self {
        self.fields = Some(fields.into_iter().map(str::to_owned).collect());
        self
    }

    /// The same, without the `fields` key.
    #[must_use]
    pub fn without_fields(mut self) -> Self {
        self.fields = None;
        self
    }

    /// An object, URL or row that does not exist for this user.
    pub fn not_found() -> Self {
        Self::new("NOT_FOUND", "The requested resource does not exist").without_fields()
    }

    pub(crate) fn no_such_column(field: &str, object: &str) -> Self {
        let message = format!("No such column '{field}' on sobject of type {object}");
        Self::new("INVALID_FIELD", message).without_fields()
    }

    pub(crate) fn required(fields: &[&str]) -> Self {
        let list = fields.join(", ");
        Self::new("REQUIRED_FIELD_MISSING", format!("Required fields are missing: [{list}]"))
            .about(fields.iter().copied())
    }

    pub(crate) fn invalid_cross_reference() -> Self {
        Self::new("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id")
    }

    pub(crate) fn is_deleted() -> Self {
        Self::new("ENTITY_IS_DELETED", "entity is deleted")
    }

    pub(crate) fn no_access() -> Self {
        Self::new("INSUFFICIENT_ACCESS_OR_READONLY", "insufficient access rights on object id")
    }

    pub(crate) fn no_access_to_reference(id: SfId) -> Self {
        let message =
            format!("insufficient access rights on cross-reference id: {}", id.as_str_15());
        Self::new("INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY", message)
    }

    pub(crate) fn converted_lead() -> Self {
        Self::new("CANNOT_UPDATE_CONVERTED_LEAD", "cannot reference converted lead")
    }
}
