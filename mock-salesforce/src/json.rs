//! JSON written straight into a byte buffer, in the key order and number formats of the wire reference §0.3.
//!
//! A `serde_json::Value` per row costs more than the query that found it, so rows are written, not built.

mod pretty;

use crate::value::ValueRef;

pub(crate) use pretty::pretty;

/// Writes `text` as a JSON string.
pub(crate) fn write_text(out: &mut Vec<u8>, text: &str) {
    out.push(b'"');
    let bytes = text.as_bytes();
    let mut clean_from = 0;
    for (at, byte) in bytes.iter().enumerate() {
        let Some(escape) = escape(*byte) else { continue };
        out.extend_from_slice(bytes.get(clean_from..at).unwrap_or_default());
        match escape {
            Escape::Short(letter) => out.extend_from_slice(&[b'\\', letter]),
            Escape::Control(code) => out.extend_from_slice(format!("\\u{code:04x}").as_bytes()),
        }
        clean_from = at + 1;
    }
    out.extend_from_slice(bytes.get(clean_from..).unwrap_or_default());
    out.push(b'"');
}

enum Escape {
    Short(u8),
    Control(u8),
}

fn escape(byte: u8) -> Option<Escape> {
    match byte {
        b'"' | b'\\' => Some(Escape::Short(byte)),
        b'\n' => Some(Escape::Short(b'n')),
        b'\r' => Some(Escape::Short(b'r')),
        b'\t' => Some(Escape::Short(b't')),
        8 => Some(Escape::Short(b'b')),
        12 => Some(Escape::Short(b'f')),
        0..=31 => Some(Escape::Control(byte)),
        _ => None,
    }
}

/// Writes `"name":`.
pub(crate) fn write_key(out: &mut Vec<u8>, name: &str) {
    write_text(out, name);
    out.push(b':');
}

/// Writes anything that formats into characters without quotes or control characters.
pub(crate) fn write_plain(out: &mut Vec<u8>, plain: impl std::fmt::Display) {
    use std::io::Write as _;
    write!(out, "{plain}").expect("writing to memory does not fail");
}

/// Writes a number of rows or bytes.
pub(crate) fn write_count(out: &mut Vec<u8>, count: usize) {
    write_plain(out, count);
}

/// Writes the value of a field.
pub(crate) fn write_value<'v>(out: &mut Vec<u8>, value: impl Into<ValueRef<'v>>) {
    let value = value.into();
    match value {
        ValueRef::Null => out.extend_from_slice(b"null"),
        ValueRef::Bool(true) => out.extend_from_slice(b"true"),
        ValueRef::Bool(false) => out.extend_from_slice(b"false"),
        ValueRef::Int(number) => write_plain(out, number),
        ValueRef::Double(number) if !number.is_finite() => out.extend_from_slice(b"null"),
        ValueRef::Text(text) => write_text(out, text),
        ValueRef::Double(_) => write_plain(out, value),
        ValueRef::Id(_) | ValueRef::Date(_) | ValueRef::DateTime(_) | ValueRef::Time(_) => {
            out.push(b'"');
            write_plain(out, value);
            out.push(b'"');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Timestamp, Value};

    fn written(value: &Value) -> String {
        let mut out = Vec::new();
        write_value(&mut out, value);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn values_are_written_as_salesforce_writes_them() {
        assert_eq!(written(&Value::Int(60)), "60");
        assert_eq!(written(&Value::Double(23.0)), "23.0");
        assert_eq!(written(&Value::DateTime(Timestamp(0))), "\"1970-01-01T00:00:00.000+0000\"");
        assert_eq!(written(&Value::Date(0)), "\"1970-01-01\"");
        assert_eq!(written(&Value::Null), "null");
    }

    #[test]
    fn text_is_escaped_where_json_demands_it() {
        assert_eq!(
            written(&Value::Text("a\"b\\c\nd\u{1}é/".into())),
            "\"a\\\"b\\\\c\\nd\\u0001é/\""
        );
    }
}
