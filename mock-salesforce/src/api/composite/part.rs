//! One part: its references are replaced, then the same functions answer it that answer a call of its own.

use axum::http::StatusCode;
use percent_encoding::percent_decode_str;
use serde_json::Value as Json;

use super::{Answered, Part, reference};
use crate::{
    FieldInput, Org,
    api::{
        body::parameter,
        collections, describe,
        error::{Answer, Refusal},
        query,
        reply::Reply,
        roots::{NEWEST_VERSION, OLDEST_VERSION},
        sobjects::row,
        visit::Visit,
    },
    soql::Visible,
};

/// Is it a query or a collection, of which there may be few?
pub(super) fn is_query(url: &str) -> bool {
    let path = url.split('?').next().unwrap_or_default();
    path.contains("/query") || path.contains("/composite/sobjects")
}

/// A part's answer; a refusal is an answer too.
pub(super) fn answer(org: &mut Org, visit: &Visit, part: &Part, earlier: &[Answered]) -> Reply {
    routed(org, visit, part, earlier, false).unwrap_or_else(Reply::from)
}

/// A part's answer; `Err` when it makes the whole call fail.
pub(super) fn answer_or_fail(
    org: &mut Org,
    visit: &Visit,
    part: &Part,
    earlier: &[Answered],
) -> Result<Reply, Reply> {
    let reply = routed(org, visit, part, earlier, true).map_err(Reply::from)?;
    let has_failed_row = is_query(&part.url)
        && reply.body.as_deref().is_some_and(|body| body.starts_with(b"[{\"success\":false"));
    if reply.status.as_u16() >= 300 || has_failed_row { Err(reply) } else { Ok(reply) }
}

/// A part's address, taken apart.
struct Address {
    segments: Vec<String>,
    query: Option<String>,
}

fn routed(
    org: &mut Org,
    visit: &Visit,
    part: &Part,
    earlier: &[Answered],
    all_or_none: bool,
) -> Answer {
    let url = reference::replaced_text(&part.url, earlier)?;
    let body = match &part.body {
        Some(body) => reference::replaced(body, earlier)?,
        None => Json::Null,
    };
    let (version, address) = address(&url)?;
    let mut visit = visit.clone();
    visit.version = version;
    visit.saving.api_version = version;
    for (name, value) in part.http_headers.iter().flatten() {
        visit.take_header(name, value)?;
    }
    let segments: Vec<&str> = address.segments.iter().map(String::as_str).collect();
    let query = address.query.as_deref();
    match segments.first().copied() {
        Some("sobjects") => sobject(org, &visit, &part.method, (&segments, query), body),
        Some("query" | "queryAll") if part.method == "GET" => match segments.as_slice() {
            [_, locator] => query::page_at(org, &visit, locator),
            [verb] => {
                let visible = if *verb == "queryAll" { Visible::All } else { Visible::Live };
                query::ask(org, &visit, &parameter(query, "q").unwrap_or_default(), visible)
            }
            _ => Err(unsupported(&visit, part)),
        },
        Some("composite") => {
            collection(org, &visit, &part.method, (&segments, query), (body, all_or_none))
                .unwrap_or_else(|| Err(unsupported(&visit, part)))
        }
        _ => Err(unsupported(&visit, part)),
    }
}

fn sobject(
    org: &mut Org,
    visit: &Visit,
    method: &str,
    (segments, query): (&[&str], Option<&str>),
    body: Json,
) -> Answer {
    let wanted = parameter(query, "fields");
    let wanted = wanted.as_deref();
    match (method, segments) {
        ("POST", [_, object]) => row::create(org, visit, object, sent(body)?),
        ("GET", [_, object, "describe"]) => describe::full(org, visit, object),
        ("GET", [_, object, id]) => row::retrieve(org, visit, (object, id), wanted),
        ("PATCH", [_, object, id]) => row::update(org, visit, (object, id), sent(body)?),
        ("DELETE", [_, object, id]) => row::delete(org, visit, object, id),
        ("GET", [_, object, field, value]) => {
            row::retrieve_by_key(org, visit, (object, field, value), wanted)
        }
        ("DELETE", [_, object, field, value]) => {
            row::delete_by_key(org, visit, (object, field, value))
        }
        ("PATCH", [_, object, field, value]) => {
            let update_only = parameter(query, "updateOnly")
                .is_some_and(|only| only.eq_ignore_ascii_case("true"));
            row::upsert(
                org,
                visit,
                &row::UpsertKey { object, field, value, update_only },
                sent(body)?,
            )
        }
        _ => {
            let what = format!(
                "composite part {method} {}",
                segments.first().copied().unwrap_or_default()
            );
            visit.mock.count_unsupported(&what);
            Err(Refusal::unsupported(&what))
        }
    }
}

/// `composite/sobjects` inside a composite; `None` for what is not that.
fn collection(
    org: &mut Org,
    visit: &Visit,
    method: &str,
    (segments, query): (&[&str], Option<&str>),
    (body, all_or_none): (Json, bool),
) -> Option<Answer> {
    let records = |body| {
        let mut records: collections::save::Records =
            serde_json::from_value(body).map_err(not_json)?;
        records.all_or_none |= all_or_none;
        Ok(records)
    };
    Some(match (method, segments) {
        ("POST", [_, "sobjects"]) => {
            records(body).and_then(|records| collections::save::create(org, visit, records))
        }
        ("PATCH", [_, "sobjects"]) => {
            records(body).and_then(|records| collections::save::update(org, visit, records))
        }
        ("PATCH", [_, "sobjects", object, field]) => records(body)
            .and_then(|records| collections::save::upsert(org, visit, (object, field), records)),
        ("DELETE", [_, "sobjects"]) => {
            let asked =
                parameter(query, "allOrNone").is_some_and(|all| all.eq_ignore_ascii_case("true"));
            collections::save::delete(
                org,
                visit,
                &parameter(query, "ids").unwrap_or_default(),
                asked || all_or_none,
            )
        }
        ("POST", [_, "sobjects", object]) => serde_json::from_value(body)
            .map_err(not_json)
            .and_then(|wanted| collections::read(org, visit, object, &wanted)),
        _ => return None,
    })
}

fn sent(body: Json) -> Result<row::Sent<'static>, Refusal> {
    match body {
        Json::Object(fields) => {
            Ok(row::Sent { fields: fields.into_iter().collect::<FieldInput>(), text: b"" })
        }
        _ => Err(Refusal::request(
            StatusCode::BAD_REQUEST,
            "INVALID_INPUT",
            "the body of the subrequest must be an object",
        )),
    }
}

fn not_json(error: serde_json::Error) -> Refusal {
    Refusal::request(StatusCode::BAD_REQUEST, "JSON_PARSER_ERROR", &error.to_string())
}

fn unsupported(visit: &Visit, part: &Part) -> Refusal {
    let path = part.url.split('?').next().unwrap_or_default();
    let what =
        format!("composite part {} {}", part.method, path.split('/').nth(4).unwrap_or_default());
    visit.mock.count_unsupported(&what);
    Refusal::unsupported(&what)
}

/// `/services/data/v62.0/…`; the query may have blanks in it.
fn address(url: &str) -> Result<(u16, Address), Refusal> {
    let (path, query) =
        url.split_once('?').map_or((url, None), |(path, query)| (path, Some(query)));
    let mut segments = path.split('/').filter(|segment| !segment.is_empty());
    let root = (segments.next(), segments.next());
    let version =
        segments.next().and_then(|text| text.strip_prefix('v')?.strip_suffix(".0")?.parse().ok());
    match (root, version) {
        ((Some("services"), Some("data")), Some(version @ OLDEST_VERSION..=NEWEST_VERSION)) => {
            let segments = segments
                .map(|segment| percent_decode_str(segment).decode_utf8_lossy().into_owned())
                .collect();
            Ok((version, Address { segments, query: query.map(str::to_owned) }))
        }
        _ => Err(Refusal::not_found()),
    }
}
