//! Which formats the REST API speaks: JSON comes in, JSON goes out (wire reference §0.1, §0.6).
//!
//! XML is refused and counted: Salesforce speaks it, this mock does not. Uploads of bulk jobs have formats of their own
//! and are let through.

use axum::http::{HeaderMap, Method, StatusCode, header, request::Parts};

use super::charset::Charset;
use crate::{
    Mock,
    api::{error::Refusal, visit::header_text},
    segments::Segments,
};

/// Resources whose bodies and answers are JSON.
const JSON_RESOURCES: [&str; 7] =
    ["sobjects", "composite", "query", "queryAll", "actions", "limits", "parameterizedSearch"];

/// Refuses what a caller sends or wants in another format than JSON; tells the character set of what is sent.
pub(super) fn negotiate(mock: &Mock, parts: &Parts) -> Result<Charset, Refusal> {
    let path = parts.uri.path();
    let xml = wants_xml(&parts.headers) || suffix(path).is_some_and(|(_, format)| format == "xml");
    let carries = matches!(parts.method, Method::POST | Method::PATCH | Method::PUT);
    let kind = header_text(&parts.headers, header::CONTENT_TYPE).filter(|_| carries);
    // Nearly everything is sent as this.
    let kind = kind.filter(|kind| *kind != "application/json");
    let charset = kind.map_or(Ok(Charset::Utf8), Charset::of)?;
    let other = kind.filter(|kind| !is_json(kind));
    if !(xml || other.is_some()) || !is_json_resource(path) {
        return Ok(charset);
    }
    if xml {
        mock.count_unsupported("answers in XML");
        let message = "mock-salesforce answers in JSON only: ask for application/json";
        return Err(Refusal::request(StatusCode::NOT_ACCEPTABLE, "NOT_ACCEPTABLE", message));
    }
    other.map_or(Ok(charset), |kind| Err(refused(mock, kind)))
}

/// Is it the path of a resource of [`JSON_RESOURCES`]?
fn is_json_resource(path: &str) -> bool {
    let resource = path.strip_prefix("/services/data/").and_then(|rest| Segments::of(rest).nth(1));
    let resource = resource.and_then(|name| name.split('.').next());
    resource.is_some_and(|resource| JSON_RESOURCES.contains(&resource))
}

/// The format at the end of an address (`sobjects/Lead.json`), and the address without it. What stands behind a key
/// field is a value and has no format.
pub(super) fn suffix(path: &str) -> Option<(&str, &str)> {
    let at_end = |dot, format| Some((path.strip_suffix(dot)?, format));
    let found = at_end(".json", "json").or_else(|| at_end(".xml", "xml"))?;
    let rest = path.strip_prefix("/services/data/")?;
    (Segments::of(rest).count() <= 4).then_some(found)
}

fn refused(mock: &Mock, kind: &str) -> Refusal {
    let media = media_type(kind);
    if media == "multipart/form-data" {
        let what = "files in multipart bodies";
        mock.count_unsupported(what);
        return Refusal::unsupported(what);
    }
    if media.contains("xml") {
        mock.count_unsupported(&format!("bodies of type {media}"));
    }
    let message = format!("Content-Type header specified in HTTP request is not supported: {kind}");
    Refusal::request(StatusCode::UNSUPPORTED_MEDIA_TYPE, "UNSUPPORTED_MEDIA_TYPE", &message)
}

fn media_type(kind: &str) -> &str {
    kind.split(';').next().unwrap_or_default().trim()
}

fn is_json(kind: &str) -> bool {
    if kind == "application/json" {
        return true;
    }
    let media = media_type(kind);
    media.eq_ignore_ascii_case("application/json") || media.is_empty() || media.ends_with("+json")
}

/// Is XML accepted, and JSON not?
fn wants_xml(headers: &HeaderMap) -> bool {
    let Some(accepted) = header_text(headers, header::ACCEPT) else { return false };
    let kinds = || accepted.split(',').map(media_type);
    let any = |kind: &str| kind == "*/*" || kind == "application/*" || kind.ends_with("json");
    kinds().any(|kind| matches!(kind, "application/xml" | "text/xml")) && !kinds().any(any)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn xml(value: &str) -> bool {
        wants_xml(&HeaderMap::from_iter([(header::ACCEPT, value.parse().unwrap())]))
    }

    #[test]
    fn xml_is_wanted_only_where_json_will_not_do() {
        assert!(xml("application/xml") && xml("text/xml;q=0.9"));
        assert!(
            !xml("application/xml, */*;q=0.1") && !xml("application/json") && !xml("text/html")
        );
    }

    #[test]
    fn a_format_may_stand_at_the_end_of_an_address() {
        let root = "/services/data/v62.0";
        for (path, format) in [("/sobjects/Lead.json", Some("json")), ("/limits.xml", Some("xml"))]
        {
            let path = format!("{root}{path}");
            assert_eq!(suffix(&path).map(|(_, format)| format), format, "{path}");
        }
        for path in ["", "/sobjects/Lead/External_Id__c/a.json", "/sobjects/Lead.csv"] {
            assert_eq!(suffix(&format!("{root}{path}")), None, "{path}");
        }
    }

    #[test]
    fn json_has_parameters_and_dialects() {
        assert!(
            is_json("application/json; charset=UTF-8") && is_json("application/merge-patch+json")
        );
        assert!(!is_json("application/x-www-form-urlencoded") && !is_json("text/plain"));
    }
}
