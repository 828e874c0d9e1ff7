//! JSON written straight into a byte buffer, in the key order and number formats of the wire reference §0.3.
//!
//! A `serde_json::Value` per row costs more than the query that found it, so rows are written, not built.

mod pretty;
mod unreadable;

use crate::{
    id::SfId,
    timestamp::{Timestamp, civil},
    value::ValueRef,
};

pub(crate) use pretty::pretty;
pub(crate) use unreadable::{mistyped, unreadable};

/// Writes `text` as a JSON string.
pub(crate) fn write_text(out: &mut Vec<u8>, text: &str) {
    out.push(b'"');
    let bytes = text.as_bytes();
    if is_clean(bytes) {
        out.extend_from_slice(bytes);
        return out.push(b'"');
    }
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

/// Is there nothing to escape? Looks at every byte, so that many are looked at at once.
fn is_clean(bytes: &[u8]) -> bool {
    let odd = |byte: u8| u8::from(byte < 32) | u8::from(byte == b'"') | u8::from(byte == b'\\');
    bytes.iter().fold(0, |any, byte| any | odd(*byte)) == 0
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
    let digit = |n: usize| b'0' + u8::try_from(n % 10).unwrap_or_default();
    match count {
        0..10 => out.push(digit(count)),
        10..100 => out.extend_from_slice(&[digit(count / 10), digit(count)]),
        _ => write_plain(out, count),
    }
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
        ValueRef::Id(id) => {
            out.push(b'"');
            write_id(out, id);
            out.push(b'"');
        }
        ValueRef::DateTime(at) => {
            out.push(b'"');
            write_moment(out, at);
            out.push(b'"');
        }
        ValueRef::Date(_) | ValueRef::Time(_) => {
            out.push(b'"');
            write_plain(out, value);
            out.push(b'"');
        }
    }
}

/// Writes the 18 characters of an id.
pub(crate) fn write_id(out: &mut Vec<u8>, id: SfId) {
    out.extend_from_slice(id.as_bytes());
    out.extend_from_slice(&id.suffix());
}

/// Writes a moment as it formats, digit by digit: most rows have some.
fn write_moment(out: &mut Vec<u8>, at: Timestamp) {
    let (year, month, day) = civil(at.days());
    if !(0..=9_999).contains(&year) {
        return write_plain(out, at);
    }
    let (year, ms) = (year.unsigned_abs(), at.time_of_day().unsigned_abs());
    let seconds = ms / 1_000;
    let mut text = *b"0000-00-00T00:00:00.000+0000";
    let parts = [
        (0, year / 100),
        (2, year % 100),
        (5, month),
        (8, day),
        (11, seconds / 3_600),
        (14, seconds / 60 % 60),
        (17, seconds % 60),
        // The last digit first: it is one of two.
        (21, ms % 100),
        (20, ms % 1_000 / 10),
    ];
    for (at, number) in parts {
        if let Some(place) = text.get_mut(at..at + 2) {
            place.copy_from_slice(&two(number));
        }
    }
    out.extend_from_slice(&text);
}

/// The two digits of a number below a hundred.
fn two(number: u32) -> [u8; 2] {
    let digit = |n: u32| b'0' + u8::try_from(n % 10).unwrap_or_default();
    [digit(number / 10), digit(number)]
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
        for (number, text) in [
            (9_999_999.5, "9999999.5"),
            (1e7, "1.0E7"),
            (-115_056_052.25, "-1.1505605225E8"),
            (1e18, "1.0E18"),
            (0.001, "0.001"),
            (0.000_5, "5.0E-4"),
            (0.0, "0.0"),
        ] {
            assert_eq!(written(&Value::Double(number)), text);
        }
        assert_eq!(written(&Value::DateTime(Timestamp(0))), "\"1970-01-01T00:00:00.000+0000\"");
        for ms in [-62_135_596_800_000, -1, 86_399_999, 951_825_600_007, 253_402_300_800_000] {
            let at = Timestamp(ms);
            assert_eq!(written(&Value::DateTime(at)), format!("\"{at}\""));
        }
        let id = SfId::numbered(*b"00Q", 7);
        assert_eq!(written(&Value::Id(id)), format!("\"{id}\""));
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
