//! Elements written into a byte buffer.
//!
//! Names come from the mock itself and are written as they are; texts are escaped. A character
//! that no XML document can carry becomes U+FFFD, since an answer has to be readable.

use std::fmt::Display;

/// Writes `<name>`; attributes may follow the name.
pub(crate) fn open(out: &mut Vec<u8>, name: &str) {
    out.push(b'<');
    out.extend_from_slice(name.as_bytes());
    out.push(b'>');
}

/// Writes `</name>`.
pub(crate) fn close(out: &mut Vec<u8>, name: &str) {
    out.extend_from_slice(b"</");
    out.extend_from_slice(name.as_bytes());
    out.push(b'>');
}

/// Writes `<name/>`.
pub(crate) fn empty(out: &mut Vec<u8>, name: &str) {
    out.push(b'<');
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(b"/>");
}

/// Writes `<name xsi:nil="true"/>`.
pub(crate) fn nil(out: &mut Vec<u8>, name: &str) {
    out.push(b'<');
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(b" xsi:nil=\"true\"/>");
}

/// Writes `<name>content</name>`.
pub(crate) fn element(out: &mut Vec<u8>, name: &str, content: impl Display) {
    open(out, name);
    text(out, &content.to_string());
    close(out, name);
}

/// Writes a text, escaped for elements and for attributes in double quotes.
pub(crate) fn text(out: &mut Vec<u8>, content: &str) {
    let mut from = 0;
    for (at, letter) in content.char_indices() {
        let Some(instead) = instead_of(letter) else { continue };
        out.extend_from_slice(content.get(from..at).unwrap_or_default().as_bytes());
        out.extend_from_slice(instead.as_bytes());
        from = at + letter.len_utf8();
    }
    out.extend_from_slice(content.get(from..).unwrap_or_default().as_bytes());
}

fn instead_of(letter: char) -> Option<&'static str> {
    match letter {
        '&' => Some("&amp;"),
        '<' => Some("&lt;"),
        '>' => Some("&gt;"),
        '"' => Some("&quot;"),
        '\r' => Some("&#xD;"),
        '\t' | '\n' => None,
        '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => Some("\u{fffd}"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(content: &str) -> String {
        let mut out = Vec::new();
        element(&mut out, "a", content);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn texts_are_escaped_and_nothing_else() {
        assert_eq!(written("<A & \"B\"> é\t\n'"), "<a>&lt;A &amp; &quot;B&quot;&gt; é\t\n'</a>");
        assert_eq!(written("a\r\u{1}b"), "<a>a&#xD;\u{fffd}b</a>");
    }

    #[test]
    fn nothing_is_nil_and_empty_is_empty() {
        let mut out = Vec::new();
        nil(&mut out, "opportunityId");
        empty(&mut out, "result");
        assert_eq!(out, b"<opportunityId xsi:nil=\"true\"/><result/>");
    }
}
