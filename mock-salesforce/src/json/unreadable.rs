//! Why a text is no JSON, or not the JSON that is wanted, in the words of Salesforce's parser (wire reference §7.3).

use serde_json::error::Category;

/// Why a body cannot be read, in the words of Salesforce's parser; its columns are just past what it read.
pub(crate) fn unreadable(body: &[u8], error: &serde_json::Error) -> String {
    let (line, column) = (error.line().max(1), error.column());
    let text = error.to_string();
    let reason = text.split(" at line ").next().unwrap_or_default();
    let found = body
        .split(|byte| *byte == b'\n')
        .nth(line - 1)
        .and_then(|line| line.get(column.saturating_sub(1)))
        .map_or('?', |byte| char::from(*byte));
    let place = format!("at [line:{line}, column:{}]", column + 1);
    match error.classify() {
        Category::Eof => {
            let what = if reason.contains("string") {
                "in VALUE_STRING"
            } else {
                "within/between OBJECT entries"
            };
            format!("Unexpected end-of-input {what} {place}")
        }
        Category::Syntax if reason == "expected ident" => {
            format!(
                "Unrecognized token starting with '{found}': was expecting 'null', 'true', 'false' {place}"
            )
        }
        Category::Syntax => {
            format!(
                "Unexpected character ('{found}' (code {})): {} {place}",
                u32::from(found),
                expected(reason)
            )
        }
        Category::Data | Category::Io => match reason.strip_prefix("invalid type: ") {
            Some(types) => match types.split_once(", expected ") {
                Some((found, wanted)) => mistyped(found, wanted, &place),
                None => format!("{types} {place}"),
            },
            None => format!("Cannot deserialize the request: {} {place}", reason.replace('`', "")),
        },
    }
}

/// A value of another type than the request has there; `found` and `wanted` are serde's words.
pub(crate) fn mistyped(found: &str, wanted: &str, place: &str) -> String {
    let (token, value) = match found.split_once(' ').unwrap_or((found, "")) {
        ("string", text) => ("VALUE_STRING", text.trim_matches('"')),
        ("integer", number) => ("VALUE_NUMBER_INT", number.trim_matches('`')),
        ("floating", number) => {
            ("VALUE_NUMBER_FLOAT", number.trim_start_matches("point ").trim_matches('`'))
        }
        ("boolean", "`true`") => ("VALUE_TRUE", "true"),
        ("boolean", _) => ("VALUE_FALSE", "false"),
        ("null", _) => ("VALUE_NULL", "null"),
        ("sequence", _) => ("START_ARRAY", "["),
        _ => ("START_OBJECT", "{"),
    };
    let wanted = match wanted.strip_prefix("a ").unwrap_or(wanted) {
        "sequence" => "list",
        wanted if wanted.starts_with("struct ") => "map",
        wanted => wanted,
    };
    let place = place.strip_prefix("at ").unwrap_or(place);
    format!(
        "Cannot deserialize instance of {wanted} from {token} value {value} or request may be missing a required \
         field at {place}"
    )
}

/// What the parser wanted in the place of what it found.
fn expected(reason: &str) -> &str {
    match reason {
        "trailing comma" | "key must be a string" => {
            "was expecting double-quote to start field name"
        }
        "expected `:`" => "was expecting a colon to separate field name and value",
        "expected `,` or `}`" => "was expecting comma to separate OBJECT entries",
        "expected `,` or `]`" => "was expecting comma to separate ARRAY entries",
        "expected value" => {
            "expected a valid value (number, String, array, object, 'true', 'false' or 'null')"
        }
        "trailing characters" => "was expecting the end of the document",
        "control character (\\u0000-\\u001F) found while parsing a string" => {
            "has to be escaped using backslash to be included in string value"
        }
        "invalid escape" => "unrecognized character escape",
        other => other,
    }
}
