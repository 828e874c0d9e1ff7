//! A call inside a call: what composite, batch and graph carry out for their parts.
//!
//! The same functions answer it that answer a call of its own, so that a part can do what a call can and shares the
//! transaction of what is around it. What those functions do not cover is refused and counted (wire reference §5.3, §5.4).

mod collection;
mod sobject;

use std::collections::BTreeMap;

use axum::http::{Method, StatusCode};
use percent_encoding::percent_decode_str;
use serde_json::Value as Json;

use super::{
    actions,
    body::{parameter, parse},
    describe,
    error::{Answer, Refusal},
    front, limits, query,
    reply::Reply,
    search, tree, unsupported,
    version::{NEWEST_VERSION, OLDEST_VERSION},
    visit::Visit,
};
use crate::{FieldInput, Org, soql::Visible};

/// One call inside another.
#[derive(Debug, Clone)]
pub(super) struct Subrequest<'s> {
    /// HTTP method.
    pub(super) method: &'s str,
    /// Address, with or without `/services/data`; the query may have blanks in it.
    pub(super) url: &'s str,
    /// Body; null when there is none.
    pub(super) body: Json,
    /// Headers of its own; one that the call around it has, too, is replaced.
    pub(super) headers: Option<&'s BTreeMap<String, String>>,
    /// Does a failed row make it fail, since all of the call around it goes together?
    pub(super) all_or_none: bool,
}

/// An address, taken apart.
struct Address {
    version: u16,
    segments: Vec<String>,
    query: Option<String>,
}

/// A subrequest's answer; a refusal is an answer too.
pub(super) fn answer(org: &mut Org, visit: &Visit, call: Subrequest<'_>) -> Reply {
    routed(org, visit, call).unwrap_or_else(Reply::from)
}

fn routed(org: &mut Org, visit: &Visit, call: Subrequest<'_>) -> Answer {
    let address = address(call.url)?;
    let mut visit = visit.part(address.version);
    for (name, value) in call.headers.into_iter().flatten() {
        visit.take_header(name, value)?;
    }
    let segments: Vec<&str> = address.segments.iter().map(String::as_str).collect();
    let at = At { visit: &visit, segments: &segments, query: address.query.as_deref() };
    let answered = match segments.first().copied() {
        Some("sobjects") => sobject::answer(org, &at, call.method, call.body),
        Some("composite") => {
            collection_or_tree(org, &at, call.method, (call.body, call.all_or_none))
        }
        Some("query" | "queryAll") if call.method == "GET" => asked(org, &at),
        Some("limits") if call.method == "GET" => limit(org, &at),
        Some("search") if call.method == "GET" => {
            Some(search::answer(org, &visit, &at.parameter("q").unwrap_or_default()))
        }
        Some("parameterizedSearch") if call.method == "GET" => {
            Some(search::asked(org, &visit, at.query))
        }
        Some("actions") => actions::answer(org, &visit, call.method, &segments, &call.body),
        _ => None,
    };
    match answered {
        Some(Err(refusal)) if refusal.0.status == StatusCode::NOT_FOUND => {
            Err(unsupported::lacking(org, &visit.mock, &segments).unwrap_or(refusal))
        }
        Some(answer) => answer,
        None => Err(unsupported(&at, call.method)),
    }
}

/// Where a subrequest goes, and on whose behalf.
struct At<'a> {
    visit: &'a Visit,
    /// Of the path, behind the version.
    segments: &'a [&'a str],
    query: Option<&'a str>,
}

impl At<'_> {
    fn parameter(&self, name: &str) -> Option<String> {
        parameter(self.query, name)
    }
}

fn collection_or_tree(
    org: &mut Org,
    at: &At<'_>,
    method: &str,
    (body, all_or_none): (Json, bool),
) -> Option<Answer> {
    if let ("POST", [_, "tree", object]) = (method, at.segments) {
        let text = text_of(&body);
        let body = object_of(body);
        return Some(
            body.and_then(|body| tree::plant(org, at.visit, object, (body, text.as_bytes()))),
        );
    }
    collection::answer(org, at, method, (body, all_or_none))
}

fn asked(org: &mut Org, at: &At<'_>) -> Option<Answer> {
    match at.segments {
        [_, locator] => Some(query::page_at(org, at.visit, locator)),
        [verb] => {
            let visible = if *verb == "queryAll" { Visible::All } else { Visible::Live };
            Some(query::answer(org, at.visit, at.query, visible))
        }
        _ => None,
    }
}

fn limit(org: &mut Org, at: &At<'_>) -> Option<Answer> {
    match at.segments {
        [_] => Some(Ok(limits::of(org, at.visit))),
        [_, "recordCount"] => Some(Ok(limits::counts(org, at.parameter("sObjects").as_deref()))),
        _ => None,
    }
}

/// Why nobody answers: there is no such resource, it has no such method, or this mock has not got that far.
fn unsupported(at: &At<'_>, method: &str) -> Refusal {
    let first = at.segments.first().copied().unwrap_or_default();
    if !unsupported::is_resource(first) {
        return Refusal::not_found();
    }
    let has = methods_of(at.segments);
    let known = Method::from_bytes(method.as_bytes()).unwrap_or(Method::TRACE);
    if !has.is_empty() && !has.split(',').any(|name| name == method) {
        return front::method_not_allowed(&known, has);
    }
    let what = format!("subrequest {method} {}", at.segments.first().copied().unwrap_or_default());
    at.visit.mock.count_unsupported(&what);
    Refusal::unsupported(&what)
}

/// The methods of a resource that parts can be about; empty where none is known.
fn methods_of(segments: &[&str]) -> &'static str {
    match segments {
        ["sobjects"]
        | ["sobjects", _, "describe"]
        | ["query" | "queryAll" | "limits" | "search", ..] => "GET,HEAD",
        ["sobjects", _] => "HEAD,GET,POST",
        ["sobjects", ..] => unsupported::ROW_METHODS,
        ["composite", "sobjects"] => "DELETE,PATCH,POST",
        ["composite", "sobjects", _] | ["parameterizedSearch"] => "GET,HEAD,POST",
        ["composite", "sobjects", _, _] => "PATCH",
        ["composite", "tree", _] => "POST",
        _ => "",
    }
}

/// A body that must be an object.
fn object_of(body: Json) -> Result<FieldInput, Refusal> {
    match body {
        Json::Object(fields) => Ok(fields.into_iter().collect()),
        other => parse(text_of(&other).as_bytes()),
    }
}

/// The body as it would have come by itself, which is where errors point into.
fn text_of(body: &Json) -> String {
    if body.is_null() { String::new() } else { body.to_string() }
}

/// `/services/data/v62.0/…` or `v62.0/…`, with one slash or more at its head.
fn address(url: &str) -> Result<Address, Refusal> {
    let (path, query) =
        url.split_once('?').map_or((url, None), |(path, query)| (path, Some(query)));
    let path = path.trim_start_matches('/');
    let path = path.strip_prefix("services/data/").unwrap_or(path);
    let mut segments = path.split('/').filter(|segment| !segment.is_empty());
    let version =
        segments.next().and_then(|text| text.strip_prefix('v')?.strip_suffix(".0")?.parse().ok());
    let Some(version @ OLDEST_VERSION..=NEWEST_VERSION) = version else {
        return Err(Refusal::not_found());
    };
    let segments = segments
        .map(|segment| percent_decode_str(segment).decode_utf8_lossy().into_owned())
        .collect();
    Ok(Address { version, segments, query: query.map(str::to_owned) })
}

/// Is it a query or a collection, of which a composite may have few?
pub(super) fn is_query(url: &str) -> bool {
    let path = url.split('?').next().unwrap_or_default();
    path.contains("/query") || path.contains("/composite/sobjects")
}

/// Is the answer a failure, a collection with a failed row among them?
pub(super) fn failed(url: &str, reply: &Reply) -> bool {
    let has_failed_row = is_query(url)
        && reply.body.as_deref().is_some_and(|body| body.starts_with(b"[{\"success\":false"));
    reply.status.as_u16() >= 400 || reply.status == StatusCode::MULTIPLE_CHOICES || has_failed_row
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(url: &str) -> Option<String> {
        let address = address(url).ok()?;
        Some(format!("{} {} {:?}", address.version, address.segments.join(" "), address.query))
    }

    #[test]
    fn addresses_come_with_and_without_their_root() {
        let wanted = r#"62 sobjects Lead a/b Some("fields=Id, Name")"#;
        for root in ["/services/data/", "", "/", "//services/data/"] {
            let url = format!("{root}v62.0/sobjects//Lead/a%2Fb?fields=Id, Name");
            assert_eq!(read(&url).as_deref(), Some(wanted), "{url}");
        }
        for url in ["", "sobjects/Lead", "/services/data/v20.0/limits", "v99.0/limits", "vx/limits"]
        {
            assert_eq!(read(url), None, "{url}");
        }
    }
}
