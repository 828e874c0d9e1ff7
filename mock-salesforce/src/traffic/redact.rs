//! Takes secrets out of what is noted: credentials and tokens, wherever a client may put them.

use axum::http::HeaderMap;
use bytes::Bytes;

use super::{BODY_LIMIT, NotedHeaders};
use crate::operation::Operation;

/// What stands where a secret stood.
const REPLACEMENT: &str = "[redacted]";

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
];

/// Names of SOAP elements whose texts are secrets.
const SECRET_ELEMENTS: &[&str] =
    &["password", "newPassword", "oldPassword", "sessionId", "sessionIds", "accessToken"];

/// The headers without those that carry a session.
pub(crate) fn headers(all: &HeaderMap) -> NotedHeaders {
    let mut text = String::with_capacity(all.len() * 32);
    for (name, value) in all {
        let secret = SECRET_HEADERS.contains(&name.as_str());
        let Some(value) = value.to_str().ok().filter(|_| !secret) else { continue };
        for part in [name.as_str(), ": ", value, "\n"] {
            text.push_str(part);
        }
    }
    NotedHeaders(text.into())
}

/// The query string or form with its secrets replaced.
pub(crate) fn query(query: &str) -> String {
    if !SECRETS.iter().any(|name| query.contains(name)) {
        return query.to_owned();
    }
    let pairs = query.split('&').map(|pair| match pair.split_once('=') {
        Some((name, _)) if SECRETS.contains(&name) => format!("{name}={REPLACEMENT}"),
        _ => pair.to_owned(),
    });
    pairs.collect::<Vec<_>>().join("&")
}

/// The body, cut at [`BODY_LIMIT`]; of calls about authentication without secrets.
pub(crate) fn body(operation: Operation, body: &Bytes) -> Bytes {
    if operation == Operation::Auth {
        return Bytes::from(auth_body(body));
    }
    if operation == Operation::Soap {
        let text = xml_body(&String::from_utf8_lossy(body));
        let end = text.floor_char_boundary(BODY_LIMIT);
        return Bytes::from(text.get(..end).unwrap_or_default().to_owned());
    }
    body.slice(..body.len().min(BODY_LIMIT))
}

fn auth_body(body: &[u8]) -> String {
    let Ok(text) = std::str::from_utf8(body) else { return REPLACEMENT.to_owned() };
    if let Ok(serde_json::Value::Object(mut object)) = serde_json::from_str(text) {
        for name in SECRETS {
            if let Some(value) = object.get_mut(*name) {
                *value = REPLACEMENT.into();
            }
        }
        return serde_json::Value::Object(object).to_string();
    }
    if text.trim_start().starts_with('<') { REPLACEMENT.to_owned() } else { query(text) }
}

/// An envelope with the texts of secret elements replaced, whatever their prefixes; it need not be well formed.
fn xml_body(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, tag)) = rest.split_once('<') {
        out.push_str(before);
        out.push('<');
        let Some((start, after)) = tag.split_once('>') else {
            rest = tag;
            continue;
        };
        out.push_str(start);
        out.push('>');
        rest = after;
        let name = start.split(char::is_whitespace).next().unwrap_or_default();
        let name = name.rsplit(':').next().unwrap_or_default();
        if SECRET_ELEMENTS.contains(&name) && !start.starts_with('/') && !start.ends_with('/') {
            out.push_str(REPLACEMENT);
            rest = after.find("</").and_then(|end| after.get(end..)).unwrap_or_default();
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_of_forms_queries_and_answers_are_replaced() {
        assert_eq!(
            query("grant_type=password&username=a%40b.c&password=x"),
            "grant_type=password&username=a%40b.c&password=[redacted]"
        );
        assert_eq!(query("q=SELECT+Id+FROM+Lead"), "q=SELECT+Id+FROM+Lead");
        assert_eq!(
            auth_body(br#"{"access_token":"00D!x","token_type":"Bearer"}"#),
            r#"{"access_token":"[redacted]","token_type":"Bearer"}"#
        );
        assert_eq!(auth_body(b"<password>x</password>"), "[redacted]");
    }

    #[test]
    fn secrets_of_envelopes_are_replaced_whatever_their_prefixes() {
        let sent = "<e:Body><n1:login xmlns:n1=\"u\"><n1:username>a@b.c</n1:username><n1:password x=\"1\"><![CDATA[p<w]]></n1:password></n1:login><sessionId/></e:Body>";
        assert_eq!(
            xml_body(sent),
            "<e:Body><n1:login xmlns:n1=\"u\"><n1:username>a@b.c</n1:username><n1:password x=\"1\">[redacted]</n1:password></n1:login><sessionId/></e:Body>"
        );
        assert_eq!(xml_body("<sessionId>00D!x</sessionId>"), "<sessionId>[redacted]</sessionId>");
        assert_eq!(xml_body("<sessionId>00D!x"), "<sessionId>[redacted]");
        assert_eq!(xml_body("a < b"), "a < b");
    }

    #[test]
    fn no_header_with_a_session_is_kept() {
        let mut all = HeaderMap::new();
        all.insert("authorization", "Bearer x".parse().unwrap());
        all.insert("x-sfdc-session", "x".parse().unwrap());
        all.insert("x-call-id", "7".parse().unwrap());
        let noted = headers(&all);
        assert_eq!(noted.iter().collect::<Vec<_>>(), [("x-call-id", "7")]);
        assert_eq!((noted.get("X-Call-Id"), noted.get("authorization")), (Some("7"), None));
    }
}
