//! From what was sent to typed values (wire reference §3.3 and §7.3).
//!
//! Text is trimmed and empty text is null; e-mail addresses are stored in lower case. A value of
//! the wrong JSON type is a parser error, before any rule; a bad id is a later stage. Over the bulk
//! and SOAP doors everything is text, and the error says so in its own words.

use serde_json::Value as Json;

use crate::id::SfId;
use crate::schema::{FieldKind, FieldSchema};
use crate::timestamp::{Timestamp, parse_clock, parse_date};
use crate::value::{FieldValue, Value, ValueRef};

use super::context::Origin;
use super::error::OrgError;
use super::fields::JsonRef;

/// Why a value cannot be taken, by the stage that says so.
#[derive(Debug)]
pub(crate) enum Misfit {
    /// Wrong type: before everything else.
    Type(OrgError),
    /// Not an id: after unknown and unwritable fields.
    Id(OrgError),
}

/// The typed value of a field.
pub(crate) fn coerce(field: &FieldSchema, json: &Json, origin: Origin) -> Result<Value, Misfit> {
    coerce_sent(field, json.into(), origin).map(FieldValue::into_owned)
}

/// The typed value of a field; text that is stored as it was sent is not copied.
pub(crate) fn coerce_sent<'j>(
    field: &FieldSchema,
    json: JsonRef<'j>,
    origin: Origin,
) -> Result<FieldValue<'j>, Misfit> {
    let wrong = || Misfit::Type(wrong_type(field, json, origin));
    let value = match (json, field.kind) {
        (JsonRef::Null, FieldKind::Boolean) => Some(Value::Bool(false)),
        (JsonRef::Null, _) => Some(Value::Null),
        (JsonRef::Text(text), _) => return coerce_text(field, text, origin),
        (JsonRef::Bool(b), FieldKind::Boolean) => Some(Value::Bool(b)),
        (JsonRef::Number(n), FieldKind::Int) => whole(n.as_f64()),
        (JsonRef::Number(n), kind) if kind.is_number() => n.as_f64().map(|n| rounded(n, field)),
        _ => None,
    };
    value.map(FieldValue::Computed).ok_or_else(wrong)
}

/// The typed value of a field that was sent as text.
pub(crate) fn coerce_text<'t>(
    field: &FieldSchema,
    text: &'t str,
    origin: Origin,
) -> Result<FieldValue<'t>, Misfit> {
    match field.kind {
        kind if is_plain(kind) => Ok(plain_text(text)),
        FieldKind::Id | FieldKind::Reference => {
            id_of(text).map(FieldValue::Computed).map_err(Misfit::Id)
        }
        kind => text_as(kind, trimmed(text), field)
            .ok_or_else(|| Misfit::Type(wrong_type(field, JsonRef::Text(text), origin))),
    }
}

fn text_as<'t>(kind: FieldKind, text: &'t str, field: &FieldSchema) -> Option<FieldValue<'t>> {
    if text.is_empty() {
        let empty = if kind == FieldKind::Boolean { Value::Bool(false) } else { Value::Null };
        return Some(FieldValue::Computed(empty));
    }
    let value = match kind {
        FieldKind::Email if !is_lower(text) => Some(Value::text(&text.to_lowercase())),
        FieldKind::Boolean => boolean(text),
        FieldKind::Int => whole(text.parse().ok()),
        FieldKind::Double | FieldKind::Currency | FieldKind::Percent => {
            text.parse().ok().filter(|n: &f64| n.is_finite()).map(|n| rounded(n, field))
        }
        FieldKind::Date => {
            let from_moment = || Timestamp::parse(text).map(Timestamp::days);
            parse_date(text).or_else(from_moment).map(Value::Date)
        }
        FieldKind::DateTime => Timestamp::parse(text).map(|at| Value::DateTime(at.whole_second())),
        FieldKind::Time => parse_clock(text).map(Value::Time),
        FieldKind::Address | FieldKind::Location => None,
        _ => return Some(FieldValue::Stored(ValueRef::Text(text))),
    };
    value.map(FieldValue::Computed)
}

/// What XML Schema says of a text that is no value of a field; cells of Bulk files and SOAP have its words.
pub(crate) fn not_of_type(kind: FieldKind, text: &str) -> String {
    match kind {
        FieldKind::Boolean => format!(
            "'{text}' is not valid for type xsd:boolean, should be '0', '1', 'true' or 'false'"
        ),
        _ => format!("'{text}' is not a valid value for the type {}", kind.soap_type()),
    }
}

/// The same of a text that is sent for a field; nothing where it fits, or where another stage decides.
pub(crate) fn misfit(field: &FieldSchema, text: &str) -> Option<String> {
    let text = trimmed(text);
    let typed = field.kind.is_number()
        || matches!(
            field.kind,
            FieldKind::Boolean | FieldKind::Date | FieldKind::DateTime | FieldKind::Time
        );
    (typed && text_as(field.kind, text, field).is_none()).then(|| not_of_type(field.kind, text))
}

/// Is text of this kind stored as it was sent, but for blanks around it?
pub(crate) fn is_plain(kind: FieldKind) -> bool {
    kind.is_text() && kind != FieldKind::Email
}

/// The value of a field of such a kind.
#[inline]
pub(crate) fn plain_text(text: &str) -> FieldValue<'_> {
    let text = trimmed(text);
    FieldValue::Stored(if text.is_empty() { ValueRef::Null } else { ValueRef::Text(text) })
}

/// The text without blanks around it: most have none.
#[inline]
pub(crate) fn trimmed(text: &str) -> &str {
    let plain = |end: Option<&u8>| end.is_some_and(u8::is_ascii_graphic);
    let bytes = text.as_bytes();
    if plain(bytes.first()) && plain(bytes.last()) { text } else { text.trim() }
}

/// Is it certain that the text is in lower case?
fn is_lower(text: &str) -> bool {
    let other = |byte: u8| u8::from(!byte.is_ascii() || byte.is_ascii_uppercase());
    text.bytes().fold(0, |any, byte| any | other(byte)) == 0
}

fn boolean(text: &str) -> Option<Value> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "1" => Some(Value::Bool(true)),
        "false" | "0" => Some(Value::Bool(false)),
        _ => None,
    }
}

/// Reads an id, or says why not.
pub(crate) fn id_of(text: &str) -> Result<Value, OrgError> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(Value::Null);
    }
    text.parse::<SfId>()
        .map(Value::Id)
        .map_err(|malformed| OrgError::new("MALFORMED_ID", malformed.to_string()))
}

#[expect(clippy::cast_possible_truncation, reason = "the range is checked first")]
fn whole(n: Option<f64>) -> Option<Value> {
    n.filter(|n| n.fract() == 0.0 && n.abs() <= 9.0e15).map(|n| Value::Int(n as i64))
}

/// A number at the scale of its field, half away from zero.
fn rounded(n: f64, field: &FieldSchema) -> Value {
    if field.scale >= 15 {
        return Value::Double(n);
    }
    let factor = 10_f64.powi(i32::from(field.scale));
    let scaled = (n * factor).round() / factor;
    Value::Double(if scaled.is_finite() { scaled } else { n })
}

fn wrong_type(field: &FieldSchema, json: JsonRef<'_>, origin: Origin) -> OrgError {
    if matches!(origin, Origin::Bulk | Origin::Soap) {
        let shown = match json {
            JsonRef::Text(text) => text.to_owned(),
            other => other.to_string(),
        };
        let message = format!("{}: value not of required type: {shown}", field.label);
        return OrgError::new("INVALID_TYPE_ON_FIELD_IN_RECORD", message).about([&*field.name]);
    }
    let kind = field.kind.name();
    let message = match json {
        JsonRef::Nested(Json::Array(_)) => {
            format!(
                "Cannot deserialize instance of {kind} from START_ARRAY value [line:1, column:1]"
            )
        }
        _ => format!(
            "Cannot deserialize instance of {kind} from {} value {} or request may be missing a \
             required field at [line:1, column:1]",
            token(json),
            shown(json)
        ),
    };
    let error = OrgError::new("JSON_PARSER_ERROR", message).without_fields();
    OrgError { input: Some(field.name.to_string()), ..error }
}

fn token(json: JsonRef<'_>) -> &'static str {
    match json {
        JsonRef::Null => "VALUE_NULL",
        JsonRef::Bool(true) => "VALUE_TRUE",
        JsonRef::Bool(false) => "VALUE_FALSE",
        JsonRef::Number(n) if n.is_f64() => "VALUE_NUMBER_FLOAT",
        JsonRef::Number(_) => "VALUE_NUMBER_INT",
        JsonRef::Text(_) => "VALUE_STRING",
        JsonRef::Nested(Json::Array(_)) => "START_ARRAY",
        JsonRef::Nested(_) | JsonRef::Object(_) => "START_OBJECT",
    }
}

fn shown(json: JsonRef<'_>) -> String {
    match json {
        JsonRef::Text(text) => text.to_owned(),
        JsonRef::Nested(Json::Object(_)) | JsonRef::Object(_) => "{".to_owned(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::Schema;
    use serde_json::json;

    fn taken(field: &str, json: Json) -> Result<Value, String> {
        let schema = Schema::standard();
        let (object, field) = field.split_once('.').unwrap();
        let field = schema.object(object).unwrap().field(field).unwrap().clone();
        coerce(&field, &json, Origin::Rest).map_err(|misfit| match misfit {
            Misfit::Type(e) | Misfit::Id(e) => format!("{}: {}", e.code, e.message),
        })
    }

    #[test]
    fn text_is_trimmed_empty_text_is_null_and_email_is_lower_case() {
        assert_eq!(taken("Lead.Company", json!("  Acme ")), Ok(Value::text("Acme")));
        assert_eq!(taken("Lead.Company", json!("   ")), Ok(Value::Null));
        assert_eq!(
            taken("Lead.Email", json!("Chloe.Myers@example.com")),
            Ok(Value::text("chloe.myers@example.com"))
        );
    }

    #[test]
    fn numbers_are_read_from_numbers_and_from_text() {
        assert_eq!(taken("Lead.NumberOfEmployees", json!(12)), Ok(Value::Int(12)));
        assert_eq!(taken("Lead.NumberOfEmployees", json!("12")), Ok(Value::Int(12)));
        assert_eq!(taken("Opportunity.Amount", json!(1.239)), Ok(Value::Double(1.24)));
    }

    #[test]
    fn dates_take_moments_and_moments_take_every_offset() {
        assert_eq!(
            taken("Contact.Birthdate", json!("2024-02-29T10:00:00Z")),
            Ok(Value::Date(19_782))
        );
        assert!(taken("Event.StartDateTime", json!("2021-04-14T18:52:45+02:00")).is_ok());
    }

    #[test]
    fn a_wrong_type_is_a_parser_error_in_the_parsers_words() {
        assert_eq!(
            taken("Event.StartDateTime", json!("2017-10-17 00:00:00")).unwrap_err(),
            "JSON_PARSER_ERROR: Cannot deserialize instance of datetime from VALUE_STRING value \
             2017-10-17 00:00:00 or request may be missing a required field at [line:1, column:1]"
        );
        assert_eq!(
            taken("Lead.Salutation", json!(["a"])).unwrap_err(),
            "JSON_PARSER_ERROR: Cannot deserialize instance of picklist from START_ARRAY value \
             [line:1, column:1]"
        );
        assert!(
            taken("Lead.Company", json!(12))
                .unwrap_err()
                .contains("string from VALUE_NUMBER_INT value 12")
        );
        assert_eq!(
            taken("Lead.OwnerId", json!("foo")).unwrap_err(),
            "MALFORMED_ID: malformed id foo"
        );
    }
}
