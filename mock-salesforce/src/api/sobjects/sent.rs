//! What may the body of a save say? Fields; a type that is the address's; no key of the address, and no file.

use axum::http::StatusCode;

use crate::{
    FieldKind, ObjectSchema,
    api::{body::parse, error::Refusal, visit::Visit},
    org::SentFields,
};

/// The body of a save, and its text as far as errors can point into it.
pub(in crate::api) struct Sent<'b> {
    pub(in crate::api) fields: SentFields<'b>,
    pub(in crate::api) text: &'b [u8],
}

impl<'b> Sent<'b> {
    /// Reads a request's body.
    pub(in crate::api) fn read(text: &'b [u8]) -> Result<Self, Refusal> {
        Ok(Self { fields: parse(text)?, text })
    }

    /// Takes `attributes` out; its type, where it is sent, must be the object of the address.
    pub(super) fn of(mut self, object: &str) -> Result<Self, Refusal> {
        match self.fields.take_type() {
            Some(other) if !other.eq_ignore_ascii_case(object) => {
                let message = format!(
                    "attributes.type {other} does not match the sobject {object} of the address"
                );
                Err(Refusal::request(StatusCode::BAD_REQUEST, "INVALID_TYPE", &message))
            }
            _ => Ok(self),
        }
    }

    /// `field` belongs into the address, not into the body.
    pub(super) fn without(self, field: &str) -> Result<Self, Refusal> {
        if self.fields.keys().any(|key| key.eq_ignore_ascii_case(field)) {
            let message = format!("The {field} field should not be specified in the sobject data.");
            return Err(Refusal::request(StatusCode::BAD_REQUEST, "INVALID_FIELD", &message));
        }
        Ok(self)
    }

    /// Files are not emulated: a body that carries one is refused and counted.
    pub(super) fn without_files(
        self,
        visit: &Visit,
        object: &ObjectSchema,
    ) -> Result<Self, Refusal> {
        if object.plan().files.is_empty() {
            return Ok(self);
        }
        let is_file =
            |key: &&str| object.field(key).is_some_and(|field| field.kind == FieldKind::Base64);
        if let Some(field) = self.fields.keys().find(is_file) {
            let what = format!("files: {}.{field}", object.name);
            visit.mock.count_unsupported(&what);
            return Err(Refusal::unsupported(&what));
        }
        Ok(self)
    }
}
