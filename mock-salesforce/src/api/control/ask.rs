//! A control call taken apart, and an answer put together.

use axum::{
    extract::Query,
    http::{StatusCode, request::Parts},
};
use bytes::Bytes;
use serde::{Serialize, de::DeserializeOwned};

use super::{Outcome, Page};
use crate::{
    api::visit::header_text,
    control::{Control, ControlError},
    json,
};

/// The content type of answers.
pub(super) const JSON: &str = "application/json;charset=UTF-8";

/// One control call.
pub(super) struct Ask {
    pub(super) control: Control,
    /// What stands in the places of the path's pattern.
    pub(super) params: Vec<String>,
    pub(super) parts: Parts,
    pub(super) body: Bytes,
}

impl Ask {
    /// What stands in a place of the path's pattern.
    pub(super) fn param(&self, place: usize) -> &str {
        self.params.get(place).map_or("", String::as_str)
    }

    /// The query string.
    pub(super) fn query<T: DeserializeOwned>(&self) -> Result<T, ControlError> {
        let read = Query::<T>::try_from_uri(&self.parts.uri);
        read.map(|Query(query)| query).map_err(|error| {
            let text = error.to_string();
            let text = text.trim_start_matches("Failed to deserialize query string: ");
            ControlError::invalid(
                format!("query string: {text}"),
                "correct the parameter, or leave it out",
            )
        })
    }

    /// The body as a JSON object; no body is an empty one.
    pub(super) fn body<T: DeserializeOwned>(&self) -> Result<T, ControlError> {
        let body: &[u8] = if self.body.is_empty() { b"{}" } else { &self.body };
        // An array would be taken for the fields of an object, one after the other.
        if !body.trim_ascii_start().starts_with(b"{") {
            return Err(ControlError::invalid("body: it is no object", "send JSON in braces"));
        }
        Self::read(body)
    }

    /// The body as a JSON array of objects.
    pub(super) fn list<T: DeserializeOwned>(&self) -> Result<Vec<T>, ControlError> {
        Self::read(&self.body)
    }

    fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, ControlError> {
        serde_json::from_slice(body).map_err(|error| {
            ControlError::invalid(
                format!("body: {error}"),
                "send JSON with the fields that this call has",
            )
        })
    }

    /// Is the body a CSV file?
    pub(super) fn is_csv(&self) -> bool {
        header_text(&self.parts.headers, "content-type")
            .is_some_and(|kind| kind.starts_with("text/csv"))
    }

    /// JSON with 200.
    pub(super) fn ok(&self, body: &impl Serialize) -> Outcome {
        self.with(StatusCode::OK, body)
    }

    /// JSON with 201.
    pub(super) fn made(&self, body: &impl Serialize) -> Outcome {
        self.with(StatusCode::CREATED, body)
    }

    fn with(&self, status: StatusCode, body: &impl Serialize) -> Outcome {
        let mut body = serde_json::to_vec(body).map_err(|error| {
            ControlError::conflict(format!("the answer cannot be written: {error}"), "report this")
        })?;
        if header_text(&self.parts.headers, "x-prettyprint") == Some("1") {
            body = json::pretty(&body);
        }
        Ok(Page { status, content_type: JSON, body })
    }
}

/// A page for people.
pub(super) fn html(page: String) -> Page {
    let content_type = "text/html;charset=utf-8";
    Page { status: StatusCode::OK, content_type, body: page.into_bytes() }
}
