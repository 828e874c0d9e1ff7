//! In which character set a body comes: what its `Content-Type` says, else what an XML document says of itself, else UTF-8.
//!
//! Behind the front every body is UTF-8. An XML document that was in another set loses its declaration, which would be
//! wrong from then on.

use axum::http::StatusCode;
use bytes::Bytes;
use encoding_rs::{Encoding, UTF_16BE, mem::decode_latin1};
use memchr::memmem;

use crate::api::error::Refusal;

/// How bytes become text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Charset {
    /// They are text already, or nobody says that they are not.
    Utf8,
    /// Each is a character: ISO-8859-1.
    Latin1,
    /// As the library has it.
    Other(&'static Encoding),
    /// As the XML document says.
    Declared,
}

impl Charset {
    /// The character set of a `Content-Type`.
    pub(super) fn of(kind: &str) -> Result<Self, Refusal> {
        let (media, parameters) = kind.split_once(';').unwrap_or((kind, ""));
        let undeclared = if media.contains("xml") { Self::Declared } else { Self::Utf8 };
        // Parts have types of their own.
        if media.trim_start().starts_with("multipart/") {
            return Ok(Self::Utf8);
        }
        let named = parameters.split(';').find_map(|parameter| {
            let (name, value) = parameter.split_once('=')?;
            name.trim().eq_ignore_ascii_case("charset").then(|| value.trim().trim_matches('"'))
        });
        let Some(name) = named.filter(|name| !name.is_empty()) else { return Ok(undeclared) };
        Self::named(name).ok_or_else(|| {
            let message =
                format!("Content-Type header specified in HTTP request is not supported: {kind}");
            let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
            Refusal::request(status, "UNSUPPORTED_MEDIA_TYPE", &message)
        })
    }

    fn named(name: &str) -> Option<Self> {
        let is = |names: &[&str]| names.iter().any(|known| known.eq_ignore_ascii_case(name));
        if is(&["utf-8", "utf8", "us-ascii", "ascii"]) {
            return Some(Self::Utf8);
        }
        if is(&["iso-8859-1", "iso8859-1", "latin1"]) {
            return Some(Self::Latin1);
        }
        // Without a mark its larger bytes come first.
        if is(&["utf-16"]) {
            return Some(Self::Other(UTF_16BE));
        }
        Encoding::for_label_no_replacement(name.as_bytes()).map(Self::Other)
    }

    /// The body as UTF-8.
    pub(super) fn text(self, body: Bytes) -> Bytes {
        let text = match self {
            Self::Utf8 => return body,
            Self::Latin1 => decode_latin1(&body).into_owned(),
            Self::Other(encoding) => encoding.decode(&body).0.into_owned(),
            Self::Declared => match declared(&body) {
                None | Some(Self::Utf8 | Self::Declared) => return body,
                Some(other) => return other.text(body),
            },
        };
        undeclared(text).into()
    }
}

/// What an XML document says of itself, in letters of ASCII.
fn declared(body: &[u8]) -> Option<Charset> {
    let declaration = body.trim_ascii_start().strip_prefix(b"<?xml")?;
    let declaration = declaration.get(..memmem::find(declaration, b"?>")?)?;
    let declaration = str::from_utf8(declaration).ok()?;
    let (_, value) = declaration.split_once("encoding")?;
    let value = value.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    Charset::named(value.split(quote).nth(1)?)
}

/// The text without the declaration of an XML document.
fn undeclared(mut text: String) -> String {
    let rest = text.trim_start().strip_prefix("<?xml").and_then(|rest| rest.split_once("?>"));
    let declaration = rest.map_or(0, |(_, rest)| text.len() - rest.len());
    text.drain(..declaration);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(kind: &str, body: &[u8]) -> String {
        let text = Charset::of(kind).unwrap().text(Bytes::copy_from_slice(body));
        String::from_utf8(text.to_vec()).unwrap()
    }

    #[test]
    fn a_body_is_read_as_its_type_says() {
        for (kind, body) in [
            ("application/json", "{\"a\":\"é€\"}".as_bytes()),
            ("application/json; charset=UTF-8", "{\"a\":\"é€\"}".as_bytes()),
            ("application/json;charset=\"windows-1252\"", b"{\"a\":\"\xe9\x80\"}"),
            ("application/json; Charset=utf-16LE", b"{\0\"\0a\0\"\0:\0\"\0\xe9\0\xac\x20\"\0}\0"),
            ("text/csv; charset=UTF-16", b"\0{\0\"\0a\0\"\0:\0\"\0\xe9\x20\xac\0\"\0}"),
            ("text/csv; charset=UTF-16", b"\xff\xfe{\0\"\0a\0\"\0:\0\"\0\xe9\0\xac\x20\"\0}\0"),
        ] {
            assert_eq!(read(kind, body), "{\"a\":\"é€\"}", "{kind}");
        }
        assert_eq!(read("text/csv; charset=ISO-8859-1", b"\xe9\x80"), "é\u{80}");
        assert_eq!(
            Charset::of("multipart/form-data; boundary=x; charset=a").unwrap(),
            Charset::Utf8
        );
        assert_eq!(Charset::of("text/csv; charset=EBCDIC").unwrap_err().0.status, 415);
    }

    #[test]
    fn an_xml_document_may_say_it_itself_and_says_it_no_more() {
        let latin = b"<?xml version='1.0' encoding = 'ISO-8859-1'?><a>\xe9</a>";
        assert_eq!(read("text/xml", latin), "<a>é</a>");
        assert_eq!(read("application/xml; charset=ISO-8859-1", latin), "<a>é</a>");
        let plain = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><a>é</a>";
        assert_eq!(read("text/xml", plain.as_bytes()), plain);
        assert_eq!(read("text/xml", b"<a/>"), "<a/>");
    }
}
