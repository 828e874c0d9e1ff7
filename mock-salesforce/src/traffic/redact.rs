//! Takes secrets out of what is noted: credentials and tokens, wherever a client may put them.

use std::ops::Range;

use axum::http::HeaderMap;
use bytes::Bytes;
use memchr::{memchr, memchr3_iter};

use super::BODY_LIMIT;
use crate::operation::Operation;

/// What stands where a secret stood.
const REPLACEMENT: &str = "[redacted]";

/// Bodies up to this length in bytes are copied when they are noted.
const COPIED_MAX: usize = 8 * 1024;

/// Headers that carry a session.
const SECRET_HEADERS: &[&str] =
    &["authorization", "proxy-authorization", "cookie", "x-sfdc-session"];

/// Names of form fields, query parameters and JSON keys whose values are secrets.
const SECRETS: &[&str] = &[
    "password",
    "client_secret",
    "refresh_token",
    "access_token",
    "oauth_token",
    "token",
    "assertion",
    "code",
    "code_verifier",
    "signature",
    "sid",
    "sessionId",
    "NewPassword",
];

/// In the body of a call about a user's password, and in its answer.
const NEW_PASSWORD: &[u8] = b"NewPassword";

/// Names of SOAP elements whose texts are secrets.
const SECRET_ELEMENTS: &[&str] =
    &["password", "newPassword", "oldPassword", "sessionId", "sessionIds", "accessToken"];

/// A run of characters shorter than this is no token.
const TOKEN_MIN: usize = 16;

/// Writes the headers without those that carry a session, each as a line.
pub(super) fn headers(all: &HeaderMap, out: &mut Vec<u8>) {
    for (name, value) in all {
        let (name, value) = (name.as_str(), value.as_bytes());
        // Of what a header can hold, text is what is ASCII.
        if SECRET_HEADERS.contains(&name) || !value.is_ascii() {
            continue;
        }
        for part in [name.as_bytes(), b": ", value, b"\n"] {
            out.extend_from_slice(part);
        }
    }
}

/// Writes the query string or form with its secrets replaced.
pub(super) fn query(query: &str, out: &mut Vec<u8>) {
    let mut rest = query.as_bytes();
    loop {
        let end = memchr(b'&', rest).unwrap_or(rest.len());
        let (pair, behind) = rest.split_at_checked(end).unwrap_or_default();
        let name = memchr(b'=', pair).and_then(|end| pair.get(..end));
        match name.filter(|name| SECRETS.iter().any(|secret| secret.as_bytes() == *name)) {
            Some(name) => {
                for part in [name, b"=", REPLACEMENT.as_bytes()] {
                    out.extend_from_slice(part);
                }
            }
            None => out.extend_from_slice(pair),
        }
        let Some((separator, next)) = behind.split_first() else { return };
        out.push(*separator);
        rest = next;
    }
}

/// Writes the body, cut at [`BODY_LIMIT`], without secrets. A large one that has none is given back instead: it shares
/// the memory of the call.
pub(super) fn body(operation: Operation, body: &Bytes, out: &mut Vec<u8>) -> Option<Bytes> {
    let kept = body.get(..BODY_LIMIT).unwrap_or(body);
    let password = || kept.windows(NEW_PASSWORD.len()).any(|part| part == NEW_PASSWORD);
    if operation == Operation::Auth || (operation == Operation::Other && password()) {
        auth_body(kept, out);
        return None;
    }
    if let Some(clean) = without_tokens(kept) {
        return if clean.len() <= COPIED_MAX {
            out.extend(clean);
            None
        } else {
            Some(clean.into())
        };
    }
    // A small body must not keep the buffer that it was read into, which is wanted for the next.
    if kept.len() <= COPIED_MAX {
        out.extend_from_slice(kept);
        return None;
    }
    // Nor a part of a large one all of it.
    let part = kept.len() < body.len();
    Some(if part { Bytes::copy_from_slice(kept) } else { body.clone() })
}

fn auth_body(body: &[u8], out: &mut Vec<u8>) {
    let Ok(text) = std::str::from_utf8(body) else {
        return out.extend_from_slice(REPLACEMENT.as_bytes());
    };
    if let Ok(serde_json::Value::Object(mut object)) = serde_json::from_str(text) {
        for name in SECRETS {
            if let Some(value) = object.get_mut(*name) {
                *value = REPLACEMENT.into();
            }
        }
        let text = serde_json::Value::Object(object).to_string();
        return out.extend_from_slice(text.as_bytes());
    }
    if text.trim_start().starts_with('<') {
        return out.extend_from_slice(REPLACEMENT.as_bytes());
    }
    query(text, out);
}

/// The body with everything replaced that is a secret wherever it stands: the passwords and session ids of SOAP,
/// access tokens, refresh tokens and signed assertions. `None` when there is nothing of the kind.
fn without_tokens(body: &[u8]) -> Option<Vec<u8>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    let is_xml = body.trim_ascii_start().starts_with(b"<");
    if !is_xml && !may_hold_tokens(body) {
        return None;
    }
    if is_xml {
        elements(body, &mut found);
    }
    for (at, byte) in body.iter().enumerate() {
        let token = match byte {
            b'!' => access_token(body, at),
            b'J' | b'A' => marked(body, at),
            _ => None,
        };
        found.extend(token);
    }
    if found.is_empty() {
        return None;
    }
    found.sort_by_key(|range| range.start);
    let mut clean = Vec::with_capacity(body.len());
    let mut from = 0;
    for range in found {
        if range.start < from {
            from = from.max(range.end);
            continue;
        }
        clean.extend_from_slice(body.get(from..range.start)?);
        clean.extend_from_slice(REPLACEMENT.as_bytes());
        from = range.end;
    }
    clean.extend_from_slice(body.get(from..)?);
    Some(clean)
}

/// Is there a mark of a token: `!`, `5A` or `yJ`?
fn may_hold_tokens(body: &[u8]) -> bool {
    let before = |at: usize| at.checked_sub(1).and_then(|at| body.get(at));
    memchr3_iter(b'!', b'A', b'J', body).any(|at| match body.get(at) {
        Some(b'A') => before(at) == Some(&b'5'),
        Some(b'J') => before(at) == Some(&b'y'),
        _ => true,
    })
}

/// What stands in elements of SOAP that hold secrets.
fn elements(body: &[u8], found: &mut Vec<Range<usize>>) {
    let mut at = 0;
    while let Some(close) = position(body, at, b'>') {
        let before = body.get(at..close).unwrap_or_default();
        let open = before.iter().rposition(|byte| *byte == b'<');
        let tag = open.and_then(|open| before.get(open + 1..)).unwrap_or_default();
        at = close + 1;
        let name = tag.split(u8::is_ascii_whitespace).next().unwrap_or_default();
        let local = name.rsplit(|byte| *byte == b':').next().unwrap_or_default();
        let is_secret = SECRET_ELEMENTS.iter().any(|secret| secret.as_bytes() == local);
        if is_secret && !tag.starts_with(b"/") && !tag.ends_with(b"/") {
            // What is inside may be CDATA with angles of its own.
            let rest = body.get(at..).unwrap_or_default();
            let end =
                rest.windows(2).position(|two| two == b"</").map_or(body.len(), |end| at + end);
            found.push(at..end);
            at = end;
        }
    }
}

fn position(body: &[u8], from: usize, byte: u8) -> Option<usize> {
    body.get(from..)?.iter().position(|other| *other == byte).map(|at| from + at)
}

/// `00D…!…` around the exclamation mark at `at`.
fn access_token(body: &[u8], at: usize) -> Option<Range<usize>> {
    let start = at.checked_sub(15)?;
    let org = body.get(start..at)?;
    let is_org = org.starts_with(b"00D") && org.iter().all(u8::is_ascii_alphanumeric);
    let end = run(body, at + 1);
    (is_org && end - at > TOKEN_MIN).then_some(start..end)
}

/// A refresh token (`5Aep…`) or a signed assertion (`eyJ…`), whose third character is at `at`.
fn marked(body: &[u8], at: usize) -> Option<Range<usize>> {
    let start = at.checked_sub(if body.get(at) == Some(&b'J') { 2 } else { 1 })?;
    let rest = body.get(start..)?;
    let before = start.checked_sub(1).and_then(|before| body.get(before));
    if before.is_some_and(|byte| is_of_token(*byte)) {
        return None;
    }
    let end = run(body, start);
    let long = end - start > TOKEN_MIN;
    let token = body.get(start..end)?;
    let is_refresh = rest.starts_with(b"5Aep");
    let is_assertion = rest.starts_with(b"eyJ") && token.split(|byte| *byte == b'.').count() == 3;
    (long && (is_refresh || is_assertion)).then_some(start..end)
}

/// The end of the characters that tokens are made of.
fn run(body: &[u8], from: usize) -> usize {
    let rest = body.get(from..).unwrap_or_default();
    from + rest.iter().position(|byte| !is_of_token(*byte)).unwrap_or(rest.len())
}

fn is_of_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-' | b'=')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(write: impl FnOnce(&mut Vec<u8>)) -> String {
        let mut out = Vec::new();
        write(&mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn secrets_of_forms_queries_and_answers_are_replaced() {
        let query = |text: &str| written(|out| query(text, out));
        let auth_body = |text: &str| written(|out| auth_body(text.as_bytes(), out));
        assert_eq!(
            query("grant_type=password&username=a%40b.c&password=x"),
            "grant_type=password&username=a%40b.c&password=[redacted]"
        );
        assert_eq!(query("q=SELECT+Id+FROM+Lead"), "q=SELECT+Id+FROM+Lead");
        assert_eq!(
            auth_body(r#"{"access_token":"00D!x","token_type":"Bearer"}"#),
            r#"{"access_token":"[redacted]","token_type":"Bearer"}"#
        );
        assert_eq!(auth_body("<password>x</password>"), "[redacted]");
    }

    fn clean(text: &str) -> String {
        written(|out| assert_eq!(body(Operation::Soap, &Bytes::from(text.to_owned()), out), None))
    }

    #[test]
    fn secrets_of_soap_are_replaced_whatever_their_prefix() {
        let text = "<e:Envelope><u:login xmlns:u=\"urn\"><u:username>a@b.c</u:username><u:password>x&amp;y</u:password></u:login></e:Envelope>";
        let told = "<e:Envelope><u:login xmlns:u=\"urn\"><u:username>a@b.c</u:username><u:password>[redacted]</u:password></u:login></e:Envelope>";
        assert_eq!(clean(text), told);
        assert_eq!(
            clean("<sessionId>abc</sessionId><a/>"),
            "<sessionId>[redacted]</sessionId><a/>"
        );
        assert_eq!(clean("<password/><a>b</a>"), "<password/><a>b</a>");
        assert_eq!(clean("<password>cut"), "<password>[redacted]");
    }

    #[test]
    fn tokens_are_replaced_wherever_they_stand() {
        let secret = "A1b2C3d4E5f6G7h8I9j0._";
        assert_eq!(
            clean(&format!(r#"{{"Description":"use 00D4S000000oz4e!{secret} now"}}"#)),
            r#"{"Description":"use [redacted] now"}"#
        );
        assert_eq!(clean(&format!("5Aep{secret},x")), "[redacted],x");
        assert_eq!(
            clean(&format!(
                "eyJhbGciOiJSUzI1NiJ9.{secret2}.{secret2} x",
                secret2 = "A1b2C3d4E5f6G7h8"
            )),
            "[redacted] x"
        );
        for harmless in
            ["Hello!", "00D4S000000oz4e!", "JAJA!", "eyJ", r#"{"Name":"Alfa Jazz"}"#, ""]
        {
            assert_eq!(clean(harmless), harmless);
        }
    }

    #[test]
    fn a_small_body_is_copied_a_larger_one_shared_and_a_long_one_cut() {
        let small = written(|out| {
            assert_eq!(body(Operation::Create, &Bytes::from_static(b"{}"), out), None);
        });
        assert_eq!(small, "{}");
        let mut out = Vec::new();
        let larger = Bytes::from(vec![b'x'; COPIED_MAX + 1]);
        assert_eq!(body(Operation::Bulk, &larger, &mut out).unwrap().as_ptr(), larger.as_ptr());
        let large = Bytes::from(vec![b'x'; BODY_LIMIT + 1]);
        let kept = body(Operation::Bulk, &large, &mut out).unwrap();
        assert!(out.is_empty());
        assert_eq!(kept.len(), BODY_LIMIT);
        assert_ne!(kept.as_ptr(), large.as_ptr());
    }

    #[test]
    fn secrets_of_envelopes_are_replaced_whatever_their_prefixes() {
        let sent = "<e:Body><n1:login xmlns:n1=\"u\"><n1:username>a@b.c</n1:username><n1:password x=\"1\"><![CDATA[p<w]]></n1:password></n1:login><sessionId/></e:Body>";
        assert_eq!(
            clean(sent),
            "<e:Body><n1:login xmlns:n1=\"u\"><n1:username>a@b.c</n1:username><n1:password x=\"1\">[redacted]</n1:password></n1:login><sessionId/></e:Body>"
        );
        assert_eq!(clean("<sessionId>00D!x</sessionId>"), "<sessionId>[redacted]</sessionId>");
        assert_eq!(clean("<sessionId>00D!x"), "<sessionId>[redacted]");
        assert_eq!(clean("<a> < b"), "<a> < b");
        assert_eq!(clean("<a> < <password>p</password>"), "<a> < <password>[redacted]</password>");
    }

    #[test]
    fn no_header_with_a_session_is_kept() {
        let mut all = HeaderMap::new();
        all.insert("authorization", "Bearer x".parse().unwrap());
        all.insert("x-sfdc-session", "x".parse().unwrap());
        all.insert("x-call-id", "7".parse().unwrap());
        assert_eq!(written(|out| headers(&all, out)), "x-call-id: 7\n");
    }
}
