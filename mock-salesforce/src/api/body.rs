//! What a request says: query parameters, and JSON bodies with Salesforce's parser errors (wire reference §7.3).

mod maps;
mod position;

use std::{borrow::Cow, cell::LazyCell, ops::Range};

use axum::http::StatusCode;
use percent_encoding::percent_decode;
use serde_json::Value;

use super::error::Refusal;
use crate::{
    FieldInput, OrgError,
    json::{mistyped, unreadable},
    org::{SentFields, SentValue},
};
pub(super) use maps::maps;

/// What marks a text as UTF-8.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// A parameter of a query string or form, decoded; `+` is a blank.
pub(super) fn parameter(query: Option<&str>, name: &str) -> Option<String> {
    let [value] = parameters(query, [name]);
    value
}

/// Several of them; where one is there twice, the first counts.
pub(super) fn parameters<const N: usize>(
    query: Option<&str>,
    names: [&str; N],
) -> [Option<String>; N] {
    let mut values = [const { None }; N];
    let mut rest = query;
    while let Some(query) = rest {
        let end = memchr::memchr(b'&', query.as_bytes());
        rest = end.and_then(|end| query.get(end + 1..));
        let pair = end.and_then(|end| query.get(..end)).unwrap_or(query);
        for (value, name) in values.iter_mut().zip(names).filter(|(value, _)| value.is_none()) {
            *value = pair.strip_prefix(name).and_then(|after| match after.strip_prefix('=') {
                Some(value) => Some(decoded(value)),
                None => after.is_empty().then(String::new),
            });
        }
    }
    values
}

/// Percent-decoded text; `+` is a blank.
pub(super) fn decoded(value: &str) -> String {
    let mut plain = value.as_bytes().to_vec();
    for byte in &mut plain {
        // Without a branch, so that many are looked at at once.
        *byte = if *byte == b'+' { b' ' } else { *byte };
    }
    if memchr::memchr(b'%', &plain).is_some() {
        plain = percent_decode(&plain).collect();
    }
    String::from_utf8(plain)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

/// Any JSON body: an object always.
pub(super) fn parse<'b, T: serde::Deserialize<'b>>(body: &'b [u8]) -> Result<T, Refusal> {
    // Some clients mark their UTF-8.
    let body = body.strip_prefix(BYTE_ORDER_MARK).unwrap_or(body);
    if body.iter().all(u8::is_ascii_whitespace) {
        let message = "The HTTP entity body is required, but this request has no entity body.";
        return Err(Refusal::request(StatusCode::BAD_REQUEST, "JSON_PARSER_ERROR", message));
    }
    if body.trim_ascii_start().starts_with(b"[") {
        let message = mistyped("sequence", "a map", "[line:1, column:1]");
        return Err(Refusal::request(StatusCode::BAD_REQUEST, "JSON_PARSER_ERROR", &message));
    }
    // Text that is known to be text is not looked through once more, string by string.
    let read = match str::from_utf8(body) {
        Ok(text) => serde_json::from_str(text),
        Err(_) => serde_json::from_slice(body),
    };
    read.map_err(|error| {
        Refusal::request(StatusCode::BAD_REQUEST, "JSON_PARSER_ERROR", &unreadable(body, &error))
    })
}

/// A truth of an envelope; null is false, as it is to Salesforce (django-salesforce sends `"allOrNone": null`).
pub(super) fn truth<'de, D: serde::Deserializer<'de>>(sent: D) -> Result<bool, D::Error> {
    <Option<bool> as serde::Deserialize>::deserialize(sent).map(Option::unwrap_or_default)
}

/// The errors with the place of the value that does not fit, as far as the body tells it.
pub(super) fn placed(mut errors: Vec<OrgError>, body: &[u8]) -> Vec<OrgError> {
    place(&mut errors, body, || Some(0..body.len()));
    errors
}

/// Gives the errors of each of the `records` of a body the place of the value that does not fit.
pub(super) fn place_in_records<'e>(records: impl Iterator<Item = &'e mut [OrgError]>, body: &[u8]) {
    let body = body.strip_prefix(BYTE_ORDER_MARK).unwrap_or(body);
    let items = LazyCell::new(|| position::items(body, "records").unwrap_or_default());
    for (record, errors) in records.enumerate() {
        place(errors, body, || items.get(record).cloned());
    }
}

/// Gives the errors of a record of a tree the place of the value that does not fit. The way to the record goes from list
/// to list: by the key of each, but for the first, and a number in it.
pub(super) fn place_in_tree(errors: &mut [OrgError], body: &[u8], way: &[(Option<&str>, usize)]) {
    let body = body.strip_prefix(BYTE_ORDER_MARK).unwrap_or(body);
    place(errors, body, || position::item(body, way));
}

/// `part` says which part of the body the errors are about; it is not asked for nothing.
fn place(errors: &mut [OrgError], body: &[u8], part: impl Fn() -> Option<Range<usize>>) {
    for error in errors {
        let Some(key) = error.input.as_deref() else { continue };
        let at = part().and_then(|part| position::after_value(body, part, key));
        if let Some((line, column)) = at
            && let Some((head, _)) = error.message.rsplit_once("[line:")
        {
            error.message = format!("{head}[line:{line}, column:{column}]");
        }
    }
}

/// A record of a collection: its object, its id, and its fields without both.
pub(super) struct TypedRecord<'b> {
    /// `attributes.type`.
    pub(super) object: Option<Cow<'b, str>>,
    /// `id` or `Id`, where it is a text.
    pub(super) id: Option<Cow<'b, str>>,
    /// Everything else.
    pub(super) fields: SentFields<'b>,
}

/// Takes `attributes` out of a record.
pub(super) fn untyped(fields: &mut FieldInput) -> Option<String> {
    let attributes = fields.shift_remove("attributes")?;
    attributes.get("type").and_then(Value::as_str).map(str::to_owned)
}

/// Takes a record of a collection apart.
pub(super) fn typed(mut fields: SentFields<'_>) -> TypedRecord<'_> {
    let object = fields.take_type();
    let id = fields.take(|name| name.len() == 2 && name.eq_ignore_ascii_case("id"));
    let id = id.and_then(|id| match id {
        SentValue::Text(text) => Some(text),
        _ => None,
    });
    TypedRecord { object, id, fields }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, serde::Deserialize)]
    struct Envelope {
        #[serde(default, rename = "all")]
        _all: bool,
        #[serde(rename = "list")]
        _list: Vec<Value>,
    }

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
                && body.contains(
                    "was expecting double-quote to start field name at [line:1, column:9]"
                ),
            "{body}"
        );
        let told = |body: &[u8]| {
            let refused = parse::<Envelope>(body).map(|_| ()).unwrap_err();
            String::from_utf8(refused.0.body.unwrap()).unwrap()
        };
        assert!(told(b"[true,[]]").contains(
            "Cannot deserialize instance of map from START_ARRAY value [ or request may be missing a required field \
             at [line:1, column:1]"
        ));
        assert!(told(br#"{"all":"yes","list":[]}"#).contains(
            "Cannot deserialize instance of boolean from VALUE_STRING value yes or request may be missing a required \
             field at [line:1, column:13]"
        ));
        assert!(told(br#"{"list":{}}"#).contains(
            "Cannot deserialize instance of list from START_OBJECT value { or request may be missing a required field"
        ));
        assert!(
            told(b"{}").contains(
                "Cannot deserialize the request: missing field list at [line:1, column:3]"
            )
        );
        assert!(parse::<Envelope>(b"\xef\xbb\xbf{\"list\":[]}").is_ok());
        let refusal = parse::<FieldInput>(b"").unwrap_err();
        assert!(
            String::from_utf8(refusal.0.body.unwrap()).unwrap().contains("entity body is required")
        );
    }
}
