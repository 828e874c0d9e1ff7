//! Refusals in Salesforce's words: the one place that knows statuses and the order of keys.
//!
//! Errors are always an array. Data errors have `message, errorCode, fields`; errors of routing have
//! `errorCode, message`; errors of queries have `message, errorCode`; a duplicate rule's payload comes first
//! (wire reference §0.6, §7.1, §7.2).

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};

use super::{
    duplicates::{self, WriteRecord},
    reply::{Reply, Written},
};
use crate::{OrgError, json, soql::SoqlError};

/// A refusal, ready to be sent.
#[derive(Debug, Clone)]
pub(crate) struct Refusal(pub(crate) Box<Reply>);

/// What a route answers, or why not.
pub(crate) type Answer = Result<Reply, Refusal>;

/// What a save was about, where the same code means different statuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Target {
    /// The row exists, or is new.
    Known,
    /// The URL names a row that never existed.
    Missing,
}

/// How the payload of a duplicate rule is written.
#[derive(Clone, Copy)]
pub(crate) struct Payload<'w> {
    /// Its key.
    pub(crate) key: &'static str,
    /// Writes a record that matches.
    pub(crate) record: WriteRecord<'w>,
}

impl Payload<'_> {
    /// For errors that never have one.
    pub(crate) const NONE: Self =
        Self { key: "duplicateResult", record: &|out, _| out.extend_from_slice(b"null") };
}

impl Refusal {
    /// The URL, the method or the session is wrong.
    pub(crate) fn routing(status: StatusCode, code: &str, message: &str) -> Self {
        let mut out = b"[{\"errorCode\":".to_vec();
        json::write_text(&mut out, code);
        out.extend_from_slice(b",\"message\":");
        json::write_text(&mut out, message);
        out.extend_from_slice(b"}]");
        Self(Box::new(Reply::json(status, out)))
    }

    /// A query or a request is wrong.
    pub(crate) fn request(status: StatusCode, code: &str, message: &str) -> Self {
        let mut out = b"[".to_vec();
        write_error(&mut out, code, message);
        out.push(b']');
        Self(Box::new(Reply::json(status, out)))
    }

    /// Data are wrong, with a code that need not be one of the org's own.
    pub(crate) fn data(status: StatusCode, code: &str, message: &str, fields: &[String]) -> Self {
        let mut out = b"[".to_vec();
        write_error(&mut out, code, message);
        out.pop();
        out.extend_from_slice(b",\"fields\":");
        write_texts(&mut out, fields);
        out.extend_from_slice(b"}]");
        Self(Box::new(Reply::json(status, out)))
    }

    /// 404 for what is not there.
    pub(crate) fn not_found() -> Self {
        Self::routing(StatusCode::NOT_FOUND, "NOT_FOUND", "The requested resource does not exist")
    }

    /// What Salesforce has and this mock has not.
    pub(crate) fn unsupported(what: &str) -> Self {
        let message = format!("mock-salesforce does not emulate {what}");
        Self::routing(StatusCode::NOT_IMPLEMENTED, "NOT_IMPLEMENTED", &message)
    }

    /// A save was refused.
    pub(crate) fn save(errors: &[OrgError], target: Target, payload: Payload<'_>) -> Self {
        if let [error] = errors
            && is_routing(error)
        {
            return Self::not_found();
        }
        let status =
            errors.first().map_or(StatusCode::BAD_REQUEST, |error| status(error.code, target));
        let mut out = b"[".to_vec();
        for (at, error) in errors.iter().enumerate() {
            if at > 0 {
                out.push(b',');
            }
            write_save_error(&mut out, error, payload);
        }
        out.push(b']');
        Self(Box::new(Reply::json(status, out)))
    }
}

impl From<SoqlError> for Refusal {
    fn from(error: SoqlError) -> Self {
        let status = if error.unsupported.is_some() {
            StatusCode::NOT_IMPLEMENTED
        } else {
            StatusCode::BAD_REQUEST
        };
        Self::request(status, error.code, &error.message)
    }
}

impl Refusal {
    /// As HTTP.
    pub(crate) fn written(self) -> Written {
        self.0.written()
    }
}

impl From<Refusal> for Reply {
    fn from(refusal: Refusal) -> Self {
        *refusal.0
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        self.0.into_response()
    }
}

fn is_routing(error: &OrgError) -> bool {
    error.code == "NOT_FOUND" && error.message == "The requested resource does not exist"
}

/// The HTTP status of a data error (wire reference §7.1).
pub(crate) fn status(code: &str, target: Target) -> StatusCode {
    match code {
        "NOT_FOUND" | "ENTITY_IS_DELETED" => StatusCode::NOT_FOUND,
        "INVALID_CROSS_REFERENCE_KEY" if target == Target::Missing => StatusCode::NOT_FOUND,
        "UNABLE_TO_LOCK_ROW" => StatusCode::INTERNAL_SERVER_ERROR,
        "REQUEST_LIMIT_EXCEEDED"
        | "INSUFFICIENT_ACCESS"
        | "INSUFFICIENT_ACCESS_OR_READONLY"
        | "API_CURRENTLY_DISABLED" => StatusCode::FORBIDDEN,
        "SERVER_UNAVAILABLE" | "REQUEST_RUNNING_TOO_LONG" => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::BAD_REQUEST,
    }
}

fn write_save_error(out: &mut Vec<u8>, error: &OrgError, payload: Payload<'_>) {
    if let Some(found) = &error.duplicates {
        out.push(b'{');
        json::write_key(out, payload.key);
        duplicates::write(out, found, payload.record);
        out.extend_from_slice(b",\"errorCode\":");
        json::write_text(out, error.code);
        out.extend_from_slice(b",\"message\":");
        json::write_text(out, &error.message);
        out.push(b'}');
        return;
    }
    let Some(fields) = &error.fields else { return write_error(out, error.code, &error.message) };
    write_error(out, error.code, &error.message);
    out.pop();
    out.extend_from_slice(b",\"fields\":");
    write_texts(out, fields);
    out.push(b'}');
}

fn write_error(out: &mut Vec<u8>, code: &str, message: &str) {
    out.extend_from_slice(b"{\"message\":");
    json::write_text(out, message);
    out.extend_from_slice(b",\"errorCode\":");
    json::write_text(out, code);
    out.push(b'}');
}

/// `errors` of a save result in collections: `statusCode, message, fields` (wire reference §5.1).
pub(crate) fn write_item_errors(out: &mut Vec<u8>, errors: &[OrgError]) {
    out.push(b'[');
    for (at, error) in errors.iter().enumerate() {
        if at > 0 {
            out.push(b',');
        }
        out.extend_from_slice(b"{\"statusCode\":");
        json::write_text(out, error.code);
        out.extend_from_slice(b",\"message\":");
        json::write_text(out, &error.message);
        out.extend_from_slice(b",\"fields\":");
        write_texts(out, error.fields.as_deref().unwrap_or_default());
        out.push(b'}');
    }
    out.push(b']');
}

fn write_texts(out: &mut Vec<u8>, texts: &[String]) {
    out.push(b'[');
    for (at, text) in texts.iter().enumerate() {
        if at > 0 {
            out.push(b',');
        }
        json::write_text(out, text);
    }
    out.push(b']');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(refusal: Refusal) -> String {
        String::from_utf8(refusal.0.body.unwrap_or_default()).unwrap()
    }

    #[test]
    fn each_kind_of_error_has_its_order_of_keys() {
        let data =
            [OrgError::new("REQUIRED_FIELD_MISSING", "Required fields are missing: [LastName]")
                .about(["LastName"])];
        assert_eq!(
            body(Refusal::save(&data, Target::Known, Payload::NONE)),
            r#"[{"message":"Required fields are missing: [LastName]","errorCode":"REQUIRED_FIELD_MISSING","fields":["LastName"]}]"#
        );
        let unknown = [OrgError::new("INVALID_FIELD", "No such column").without_fields()];
        assert_eq!(
            body(Refusal::save(&unknown, Target::Known, Payload::NONE)),
            r#"[{"message":"No such column","errorCode":"INVALID_FIELD"}]"#
        );
        assert_eq!(
            body(Refusal::not_found()),
            r#"[{"errorCode":"NOT_FOUND","message":"The requested resource does not exist"}]"#
        );
    }

    #[test]
    fn a_row_that_never_was_is_404_and_a_bad_reference_is_400() {
        assert_eq!(status("INVALID_CROSS_REFERENCE_KEY", Target::Missing), 404);
        assert_eq!(status("INVALID_CROSS_REFERENCE_KEY", Target::Known), 400);
        assert_eq!(status("UNABLE_TO_LOCK_ROW", Target::Known), 500);
    }
}
