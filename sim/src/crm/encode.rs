//! A call as an HTTP request (wire reference §1.1, §3.3, §4.1, §5.2, §5.3, §6.1).
//!
//! | call | request |
//! |---|---|
//! | login | `POST /services/oauth2/token`, password grant |
//! | find | `GET query` or `queryAll`; a statement too long for a URL goes as the one part of a composite |
//! | save of one row | `POST sobjects/X` or `PATCH sobjects/X/ID`; by an external id `PATCH sobjects/X/FIELD/VALUE` |
//! | save of several rows | `POST` or `PATCH composite/sobjects`, each row on its own unless the call says otherwise (`allOrNone`) |
//! | composite | `POST composite`; no part refers to another, since no call asks for that |
//! | bulk | `jobs/ingest`, CSV |
//! | convert | SOAP `convertLead` |
//! | describe | `GET sobjects/X/describe` |
//!
//! A write of leads always says what it wants of assignment rules and of duplicate rules: silence would leave both to
//! the server's defaults (absent `Sforce-Auto-Assign` means `TRUE`, §8.2).

pub mod csv_rows;
mod delivered;
pub mod json;
pub mod soap;
pub mod soql;

use std::borrow::Cow;

use axum::http::{HeaderName, HeaderValue, Method, Request, header::CONTENT_TYPE};
use bytes::Bytes;
use engine::{BulkCall, BulkList, CallId, CrmCall, Find, ObjectName, Save, SaveOperation, SaveRow};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value as Json, json};

pub use self::delivered::{Delivered, Part};
use super::session::Credentials;

/// The API's root in the version that we speak.
pub const API: &str = "/services/data/v62.0";
/// Longest path with query that goes into a request line, in bytes; Salesforce refuses about 16 KB (§4.1).
pub const URL_LIMIT: usize = 15_500;
/// Longest id or name in a path, in bytes; Salesforce's are far shorter.
pub const SEGMENT_LIMIT: usize = 1_000;
/// The header that names a call, for faults and journals.
pub const CALL_ID: &str = "x-call-id";

const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The request for a call, without authorization, and what it carries.
pub fn request(
    id: CallId,
    call: &CrmCall,
    (credentials, token): (&Credentials, Option<&str>),
) -> (Request<Bytes>, Delivered) {
    let delivered = Delivered::of(call);
    let sent = match call {
        CrmCall::Login => login(credentials),
        CrmCall::Composite(calls) => composite(id, calls, &delivered),
        CrmCall::Find(find) => query(find, delivered.soql(0)),
        CrmCall::More { locator } => more(locator),
        CrmCall::Save(save) => Sent::save(save),
        CrmCall::Bulk(bulk) => Sent::bulk(bulk),
        CrmCall::Convert(rows) => Sent::convert(rows, token),
        CrmCall::Describe(object) => describe(object),
        // Other systems have an encoding of their own: nothing goes to Salesforce.
        CrmCall::Beside { .. } => Sent::new(Method::GET, "/".to_owned(), Body::None),
    };
    (sent.into_request(id), delivered)
}

/// A request on its way: what composites and plain requests share.
struct Sent {
    method: Method,
    /// Path and query.
    url: String,
    headers: Vec<(&'static str, Cow<'static, str>)>,
    body: Body,
}

enum Body {
    None,
    Json(Json),
    Form(String),
    Csv(Vec<u8>),
    Soap(String),
}

impl Sent {
    fn new(method: Method, url: String, body: Body) -> Self {
        Self { method, url, headers: Vec::new(), body }
    }

    fn save(save: &Save) -> Self {
        let method = match save.operation {
            SaveOperation::Create if save.by.is_none() => Method::POST,
            SaveOperation::Create | SaveOperation::Update => Method::PATCH,
        };
        let (url, body) = match save.rows.as_slice() {
            [row] => {
                let object = segment(save.object.as_str());
                let url = match (&row.id, &save.by) {
                    (Some(id), _) => format!("{API}/sobjects/{object}/{}", segment(id.as_str())),
                    (None, Some(by)) => {
                        let (field, value) = (segment(by.field.as_str()), segment(&by.value));
                        format!("{API}/sobjects/{object}/{field}/{value}")
                    }
                    (None, None) => format!("{API}/sobjects/{object}"),
                };
                (url, Json::Object(json::fields(&row.fields)))
            }
            rows => {
                let records: Vec<Json> =
                    rows.iter().map(|row| json::record(&save.object, row)).collect();
                (
                    format!("{API}/composite/sobjects"),
                    json!({ "allOrNone": save.all_or_none, "records": records }),
                )
            }
        };
        Self { method, url, headers: delivered::save_headers(save), body: Body::Json(body) }
    }

    fn convert(rows: &[SaveRow], token: Option<&str>) -> Self {
        let body = Body::Soap(soap::convert_lead(rows, token.unwrap_or_default()));
        let headers = vec![("SOAPAction", "\"\"".into())];
        Self { headers, ..Self::new(Method::POST, soap::ENDPOINT.into(), body) }
    }

    fn bulk(bulk: &BulkCall) -> Self {
        let at = |job: &str, rest: &str| format!("{API}/jobs/ingest/{}{rest}", segment(job));
        match bulk {
            BulkCall::Create { object, operation } => {
                let operation = match operation {
                    SaveOperation::Create => "insert",
                    SaveOperation::Update => "update",
                };
                let job = json!({
                    "object": object.as_str(), "operation": operation,
                    "contentType": "CSV", "columnDelimiter": "COMMA", "lineEnding": "LF",
                });
                Self::new(Method::POST, format!("{API}/jobs/ingest"), Body::Json(job))
            }
            BulkCall::Upload { job, rows } => {
                Self::new(Method::PUT, at(job, "/batches"), Body::Csv(csv_rows::write(rows)))
            }
            BulkCall::Close { job } => Self::new(
                Method::PATCH,
                at(job, ""),
                Body::Json(json!({ "state": "UploadComplete" })),
            ),
            BulkCall::Poll { job } => Self::new(Method::GET, at(job, ""), Body::None),
            BulkCall::Results { job, list } => {
                let list = match list {
                    BulkList::Successful => "/successfulResults/",
                    BulkList::Failed => "/failedResults/",
                    BulkList::Unprocessed => "/unprocessedrecords/",
                };
                Self::new(Method::GET, at(job, list), Body::None)
            }
        }
    }

    /// This request as a part of a composite.
    fn into_part(self, reference: String) -> Json {
        let mut part = Map::new();
        part.insert("method".into(), self.method.as_str().into());
        part.insert("url".into(), self.url.into());
        part.insert("referenceId".into(), reference.into());
        if !self.headers.is_empty() {
            let headers: Map<String, Json> = self
                .headers
                .iter()
                .map(|(name, value)| ((*name).into(), (&**value).into()))
                .collect();
            part.insert("httpHeaders".into(), headers.into());
        }
        if let Body::Json(body) = self.body {
            part.insert("body".into(), body);
        }
        part.into()
    }

    fn into_request(self, id: CallId) -> Request<Bytes> {
        let (content_type, body) = match self.body {
            Body::None => (None, Bytes::new()),
            Body::Json(json) => (Some("application/json"), json.to_string().into()),
            Body::Form(form) => (Some("application/x-www-form-urlencoded"), form.into()),
            Body::Csv(csv) => (Some("text/csv"), csv.into()),
            Body::Soap(envelope) => (Some("text/xml; charset=UTF-8"), envelope.into()),
        };
        let mut request = Request::new(body);
        *request.method_mut() = self.method;
        *request.uri_mut() =
            self.url.parse().expect("a path whose parts are percent-encoded is a URI");
        let headers = request.headers_mut();
        headers.insert(CALL_ID, HeaderValue::from(id.0));
        if let Some(content_type) = content_type {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
        }
        for (name, value) in self.headers {
            let name =
                HeaderName::from_bytes(name.as_bytes()).expect("our header names are tokens");
            // A rule id with a character that no header takes is none; the org says so.
            let value = HeaderValue::from_str(&value).unwrap_or(HeaderValue::from_static("TRUE"));
            headers.insert(name, value);
        }
        request
    }
}

fn login(credentials: &Credentials) -> Sent {
    let pairs = [
        ("grant_type", "password"),
        ("client_id", &credentials.client_id),
        ("client_secret", &credentials.client_secret),
        ("username", &credentials.username),
        ("password", &credentials.password),
    ];
    let form: Vec<String> =
        pairs.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
    Sent::new(Method::POST, "/services/oauth2/token".into(), Body::Form(form.join("&")))
}

fn describe(object: &ObjectName) -> Sent {
    let url = format!("{API}/sobjects/{}/describe", segment(object.as_str()));
    Sent::new(Method::GET, url, Body::None)
}

fn query(find: &Find, soql: &str) -> Sent {
    let url = query_url(find, soql);
    if url.len() <= URL_LIMIT {
        return Sent::new(Method::GET, url, Body::None);
    }
    let part = Sent::new(Method::GET, url, Body::None).into_part("query".into());
    let body = json!({ "allOrNone": false, "compositeRequest": [part] });
    Sent::new(Method::POST, format!("{API}/composite"), Body::Json(body))
}

fn query_url(find: &Find, soql: &str) -> String {
    let resource = if find.include_deleted { "queryAll" } else { "query" };
    format!("{API}/{resource}?q={}", encoded(soql))
}

/// Locators come as the path of the next page; a bare one is taken too.
fn more(locator: &str) -> Sent {
    let name = locator.rsplit('/').next().unwrap_or(locator);
    Sent::new(Method::GET, format!("{API}/query/{}", segment(name)), Body::None)
}

/// The reference ids hold the call's number, so that a visitor's text such as `@{x.id}` names no part: Salesforce
/// refuses the row that holds it.
fn composite(id: CallId, calls: &[CrmCall], delivered: &Delivered) -> Sent {
    let parts: Vec<Json> = calls
        .iter()
        .enumerate()
        .map(|(index, call)| {
            sub_request(call, delivered.soql(index)).into_part(format!("call{}_{index}", id.0))
        })
        .collect();
    let all_or_none = calls.iter().any(|it| matches!(it, CrmCall::Save(save) if save.all_or_none));
    let body = json!({ "allOrNone": all_or_none, "compositeRequest": parts });
    Sent::new(Method::POST, format!("{API}/composite"), Body::Json(body))
}

fn sub_request(call: &CrmCall, soql: &str) -> Sent {
    match call {
        CrmCall::Find(find) => Sent::new(Method::GET, query_url(find, soql), Body::None),
        CrmCall::Save(save) => Sent::save(save),
        CrmCall::More { locator } => more(locator),
        // Salesforce refuses these as parts, in its own words.
        CrmCall::Bulk(bulk) => Sent::bulk(bulk),
        CrmCall::Convert(rows) => Sent::convert(rows, None),
        CrmCall::Describe(object) => describe(object),
        CrmCall::Beside { call, .. } => sub_request(call, soql),
        CrmCall::Login => Sent::new(Method::POST, "/services/oauth2/token".into(), Body::None),
        CrmCall::Composite(_) => Sent::new(Method::POST, format!("{API}/composite"), Body::None),
    }
}

fn encoded(text: &str) -> String {
    utf8_percent_encode(text, UNRESERVED).to_string()
}

/// An id or a name as one segment of a path. What is longer than any of Salesforce's is cut: no such thing exists.
fn segment(text: &str) -> String {
    encoded(text.get(..text.floor_char_boundary(SEGMENT_LIMIT)).unwrap_or_default())
}

#[cfg(test)]
mod tests;
