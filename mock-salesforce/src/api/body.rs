//! What a request says: query parameters, and JSON bodies with Salesforce's parser errors (wire reference §7.3).

mod position;

use axum::http::StatusCode;
use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::error::Refusal;
use crate::{FieldInput, OrgError};

/// A parameter of a query string or form, decoded; `+` is a blank.
pub(super) fn parameter(query: Option<&str>, name: &str) -> Option<String> {
    let value = query?.split('&').find_map(|pair| {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        (key == name).then_some(value)
    })?;
    Some(decoded(value))
}

/// Percent-decoded text; `+` is a blank.
pub(super) fn decoded(value: &str) -> String {
    let spaced = value.replace('+', " ");
    percent_decode_str(&spaced).decode_utf8_lossy().into_owned()
}

/// Any JSON body.
pub(super) fn parse<T: serde::de::DeserializeOwned>(body: &[u8]) -> Result<T, Refusal> {
    if body.iter().all(u8::is_ascii_whitespace) {
        let message = "The HTTP entity body is required, but this request has no entity body.";
        return Err(Refusal::request(StatusCode::BAD_REQUEST, "JSON_PARSER_ERROR", message));
    }
    serde_json::from_slice(body).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        let found = body.split(|byte| *byte == b'\n').nth(line.saturating_sub(1)).and_then(|line| line.get(column.saturating_sub(1)));
        let message = match (error.classify(), found) {
            (serde_json::error::Category::Syntax, Some(byte)) if byte.is_ascii_graphic() => format!(
                "Unexpected character ('{}' (code {byte})): {} at [line:{line}, column:{column}]",
                char::from(*byte),
                reason(&error)
            ),
            (serde_json::error::Category::Eof, _) => format!("Unexpected end-of-input at [line:{line}, column:{column}]"),
            _ => format!("{} at [line:{line}, column:{column}]", reason(&error)),
        };
        Refusal::request(StatusCode::BAD_REQUEST, "JSON_PARSER_ERROR", &message)
    })
}

/// The parser's words without its own position.
fn reason(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.split(" at line ").next().unwrap_or_default().to_owned()
}

/// The errors with the place of the value that does not fit, as far as the body tells it.
pub(super) fn placed(mut errors: Vec<OrgError>, body: &[u8]) -> Vec<OrgError> {
    for error in &mut errors {
        let Some((line, column)) =
            error.input.as_deref().and_then(|key| position::after_value(body, key))
        else {
            continue;
        };
        if let Some((head, _)) = error.message.rsplit_once("at [line:") {
            error.message = format!("{head}at [line:{line}, column:{column}]");
        }
    }
    errors
}

/// A record of a collection: its object, its id, and its fields without both.
pub(super) struct TypedRecord {
    /// `attributes.type`.
    pub(super) object: Option<String>,
    /// `id` or `Id`, where it is a text.
    pub(super) id: Option<String>,
    /// Everything else.
    pub(super) fields: FieldInput,
}

/// Takes `attributes` out of a record.
pub(super) fn untyped(fields: &mut FieldInput) -> Option<String> {
    let attributes = fields.shift_remove("attributes")?;
    attributes.get("type").and_then(Value::as_str).map(str::to_owned)
}

/// Takes a record of a collection apart.
pub(super) fn typed(mut fields: FieldInput) -> TypedRecord {
    let object = untyped(&mut fields);
    let key = fields.keys().find(|key| key.eq_ignore_ascii_case("id")).cloned();
    let id =
        key.and_then(|key| fields.shift_remove(&key)).and_then(|id| id.as_str().map(str::to_owned));
    TypedRecord { object, id, fields }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_decoded() {
        let query = Some("a=1&q=SELECT+Id%2C%20Name&b");
        assert_eq!(parameter(query, "q").unwrap(), "SELECT Id, Name");
        assert_eq!(parameter(query, "b").unwrap(), "");
        assert_eq!(parameter(query, "c"), None);
    }

    #[test]
    fn a_body_that_is_no_json_is_refused_with_its_place() {
        let refusal = parse::<FieldInput>(b"{\"a\":1,}").unwrap_err();
        let body = String::from_utf8(refusal.0.body.unwrap()).unwrap();
        assert!(
            body.contains("JSON_PARSER_ERROR")
                && body.contains("('}' (code 125))")
                && body.contains("column:8"),
            "{body}"
        );
        let refusal = parse::<FieldInput>(b"").unwrap_err();
        assert!(
            String::from_utf8(refusal.0.body.unwrap()).unwrap().contains("entity body is required")
        );
    }
}
