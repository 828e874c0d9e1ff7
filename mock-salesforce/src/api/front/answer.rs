//! The answer's way out: common headers, layout, and what faults make of it.

use std::cell::RefCell;

use axum::{
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header, request::Parts, response},
    response::Response,
};
use bytes::Bytes;
use http_body_util::Full;

use super::{Answered, collect::collected, is_auth};
use crate::{
    Mock, Timestamp,
    api::{
        error::Refusal,
        reply::{JSON, Reply, Written, put_headers},
        soap,
        visit::header_text,
    },
    fault::{FaultBody, Hit, Verdict, WireFault},
    json,
    operation::Operation,
    org::ApiUsage,
};

/// The header that tells one answer from all others.
pub(super) const REQUEST_ID: HeaderName = HeaderName::from_static("x-sfdc-request-id");
/// The header that tells the use of the allocation.
const LIMIT_INFO: HeaderName = HeaderName::from_static("sforce-limit-info");

/// The path or the query is too long: the page that the web server in front answers.
pub(super) fn uri_too_long() -> Written {
    let page = "<h1>Bad Message 414</h1><pre>reason: URI Too Long</pre>";
    Reply::text(StatusCode::URI_TOO_LONG, "text/html;charset=iso-8859-1", page).written()
}

/// The org moved, and the call came to the host where it was: nothing but a login is answered there.
pub(super) fn moved(mock: &Mock, parts: &Parts) -> Option<Reply> {
    let instance = mock.instance()?;
    let (path, host) = (parts.uri.path(), header_text(&parts.headers, header::HOST));
    let is_org = ["/services/data", "/services/async", "/services/Soap"];
    if host == Some(&*instance) || !is_org.iter().any(|it| path.starts_with(it)) {
        return None;
    }
    let page = "<h1>Found</h1><p>The instance has moved.</p>";
    let reply = Reply::text(StatusCode::FOUND, "text/html;charset=UTF-8", page);
    let location = format!("https://{instance}{}", parts.uri);
    Some(reply.with("location", location))
}

/// The headers are too long together: another page of that server.
pub(super) fn headers_too_long() -> Written {
    let page = "<h1>Bad Message 431</h1><pre>reason: Request Header Fields Too Large</pre>";
    let status = StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE;
    Reply::text(status, "text/html;charset=iso-8859-1", page).written()
}

/// The body is longer than `limit` bytes, or broke off.
pub(super) fn body_too_large(limit: usize) -> Written {
    too_large(limit).written()
}

/// The refusal of a body that is longer than `limit` bytes.
pub(super) fn too_large(limit: usize) -> Refusal {
    let message = format!("The request body is larger than {limit} bytes, or broke off");
    Refusal::request(StatusCode::PAYLOAD_TOO_LARGE, "REQUEST_BODY_TOO_LARGE", &message)
}

/// The call cannot be kept, so nothing may be promised.
pub(super) fn not_kept() -> Written {
    let message =
        "the org's store cannot be written: see the server's log, free the disk, start again";
    Refusal::request(StatusCode::SERVICE_UNAVAILABLE, "SERVER_UNAVAILABLE", message).written()
}

/// The carrier of an answer that never arrives.
pub(super) fn nothing() -> Written {
    let mut response = Written::default();
    *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
    response
}

/// The answer that a fault makes up.
pub(super) fn made_up(status: u16, body: &FaultBody, operation: Operation) -> Written {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    match body {
        FaultBody::Error { code, message } | FaultBody::Data { code, message, .. }
            if is_auth(operation) =>
        {
            let mut out = b"{\"error\":".to_vec();
            json::write_text(&mut out, code);
            out.extend_from_slice(b",\"error_description\":");
            json::write_text(&mut out, message);
            out.push(b'}');
            Reply::json(status, out).written()
        }
        FaultBody::Error { code, message } | FaultBody::Data { code, message, .. }
            if operation == Operation::Soap =>
        {
            soap::made_up(status, code, message).written()
        }
        FaultBody::Error { code, message } => Refusal::request(status, code, message).written(),
        FaultBody::Data { code, message, fields } => {
            Refusal::data(status, code, message, fields).written()
        }
        FaultBody::Html(page) => {
            Reply::text(status, "text/html; charset=utf-8", page.as_str()).written()
        }
        FaultBody::Raw { content_type, text } => {
            let mut response = Reply::text(status, JSON, text.as_str()).written();
            if let Ok(value) = HeaderValue::from_str(content_type) {
                response.headers_mut().insert(header::CONTENT_TYPE, value);
            }
            response
        }
    }
}

/// The answer of a route with the headers that every answer has (wire reference §0.4).
pub(in crate::api) fn told(reply: Reply, now: Timestamp, usage: Option<ApiUsage>) -> Written {
    let mut headers = common_of_json(now, reply.has_location());
    if let Some(body) = &reply.body {
        headers.insert(header::CONTENT_LENGTH, body.len().into());
        if reply.content_type != JSON {
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(reply.content_type));
        }
    } else {
        headers.remove(header::CONTENT_LENGTH);
        headers.remove(header::CONTENT_TYPE);
    }
    put_headers(reply.headers, &mut headers);
    match usage {
        Some(usage) => headers.insert(LIMIT_INFO, limit_info(usage)),
        None => headers.remove(LIMIT_INFO),
    };
    let mut response = Written::new(reply.body.unwrap_or_default().into());
    *response.status_mut() = reply.status;
    *response.headers_mut() = headers;
    response
}

/// Sets the headers that every answer has on one that has others already.
pub(super) fn finish(mut response: Written, now: Timestamp, usage: Option<ApiUsage>) -> Written {
    let headers = response.headers_mut();
    let cached = headers.remove(header::CACHE_CONTROL);
    put_common(headers, now);
    if let Some(cached) = cached {
        headers.insert(header::CACHE_CONTROL, cached);
    }
    if let Some(usage) = usage {
        headers.insert(LIMIT_INFO, limit_info(usage));
    }
    response
}

fn put_common(headers: &mut HeaderMap, now: Timestamp) {
    let date = HeaderValue::from_maybe_shared(Bytes::from(http_date(now)));
    headers.insert(header::DATE, date.unwrap_or(HeaderValue::from_static("")));
    for (name, text) in [
        (header::STRICT_TRANSPORT_SECURITY, "max-age=31536000; includeSubDomains"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_XSS_PROTECTION, "1; mode=block"),
        (ROBOTS, "none"),
        (header::CACHE_CONTROL, "no-cache,must-revalidate,max-age=0,no-store,private"),
        (header::VARY, "Accept-Encoding"),
    ] {
        headers.insert(name, HeaderValue::from_static(text));
    }
}

/// The headers of an answer in JSON that has none of its own, or of one that says where a row is: made once a second.
fn common_of_json(at: Timestamp, located: bool) -> HeaderMap {
    thread_local! {
        static LAST: RefCell<Option<Common>> = const { RefCell::new(None) };
    }
    let at = at.whole_second();
    LAST.with_borrow_mut(|last| {
        let common = match last {
            Some(common) if common.second == at => common,
            _ => last.insert(Common::of_json(at)),
        };
        if located { common.located.clone() } else { common.plain.clone() }
    })
}

/// Headers that answers of one second have in common, with places for what most of them tell beside: to put something
/// there moves nothing.
struct Common {
    second: Timestamp,
    plain: HeaderMap,
    /// The same with a place for `Location`.
    located: HeaderMap,
}

impl Common {
    fn of_json(second: Timestamp) -> Self {
        let mut plain = HeaderMap::with_capacity(16);
        plain.insert(header::CONTENT_TYPE, HeaderValue::from_static(JSON));
        put_common(&mut plain, second);
        plain.insert(header::CONTENT_LENGTH, HeaderValue::from_static("0"));
        plain.insert(LIMIT_INFO, HeaderValue::from_static(""));
        plain.insert(REQUEST_ID, HeaderValue::from_static("0"));
        let mut located = plain.clone();
        located.insert(header::LOCATION, HeaderValue::from_static(""));
        Self { second, plain, located }
    }
}

/// `api-usage=18/5000`
fn limit_info(usage: ApiUsage) -> HeaderValue {
    let (mut used, mut max) = ([0; 20], [0; 20]);
    let parts = [b"api-usage=", digits(usage.used, &mut used), b"/", digits(usage.max, &mut max)];
    let (mut text, mut length) = ([0; 51], 0);
    for part in parts {
        if let Some(place) = text.get_mut(length..length + part.len()) {
            place.copy_from_slice(part);
        }
        length += part.len();
    }
    let told = text.get(..length).unwrap_or_default();
    HeaderValue::from_bytes(told).unwrap_or(HeaderValue::from_static(""))
}

/// The digits of a number.
fn digits(number: u64, room: &mut [u8; 20]) -> &[u8] {
    let (mut rest, mut from) = (number, room.len());
    for place in room.iter_mut().rev() {
        *place = b'0' + u8::try_from(rest % 10).unwrap_or_default();
        rest /= 10;
        from -= 1;
        if rest == 0 {
            break;
        }
    }
    room.get(from..).unwrap_or_default()
}

const ROBOTS: HeaderName = HeaderName::from_static("x-robots-tag");

/// `Fri, 03 Dec 2021 17:59:15 GMT`
pub(in crate::api) fn http_date(at: Timestamp) -> String {
    let (year, month, day) = crate::timestamp::civil(at.days());
    let weekdays = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
    let months =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let pick = |names: &[&'static str], at: usize| names.get(at).copied().unwrap_or_default();
    let weekday = pick(&weekdays, usize::try_from(at.days().rem_euclid(7)).unwrap_or_default());
    let month = pick(&months, usize::try_from(month).unwrap_or(1).saturating_sub(1));
    let seconds = at.time_of_day() / 1_000;
    let mut text = String::with_capacity(29);
    let two = |text: &mut String, number: i64| {
        for digit in [number / 10 % 10, number % 10] {
            text.push(char::from(b'0' + u8::try_from(digit).unwrap_or_default()));
        }
    };
    text.push_str(weekday);
    text.push_str(", ");
    two(&mut text, day.into());
    text.push(' ');
    text.push_str(month);
    text.push(' ');
    two(&mut text, i64::from(year) / 100);
    two(&mut text, i64::from(year) % 100);
    for (before, number) in [(' ', seconds / 3_600), (':', seconds / 60 % 60), (':', seconds % 60)]
    {
        text.push(before);
        two(&mut text, number.into());
    }
    text.push_str(" GMT");
    text
}

/// The answer laid out for `X-PrettyPrint: 1`.
pub(super) fn prettied(response: Written) -> Written {
    let is_json = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"application/json"));
    if !is_json {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    parts.headers.remove(header::CONTENT_LENGTH);
    Written::from_parts(parts, json::pretty(&body).into())
}

/// What a verdict has the wire do.
pub(super) fn wire(verdict: &Verdict) -> Option<WireFault> {
    match verdict {
        Verdict::ResetBefore => Some(WireFault::ResetBeforeSend),
        Verdict::CommitThenLose => Some(WireFault::LostAfterCommit),
        Verdict::Truncate { .. } => Some(WireFault::TruncatedBody),
        Verdict::Slow { ms } => Some(WireFault::SlowBy(*ms)),
        Verdict::Dribble { chunk, ms } => Some(WireFault::Dribble { chunk: *chunk, ms: *ms }),
        _ => None,
    }
}

/// Gives the answer the headers of the rule that hit it, and the usage that the rule tells.
pub(super) fn altered(parts: &mut response::Parts, hit: &Hit) {
    for (name, value) in &hit.headers {
        if let (Ok(name), Ok(value)) =
            (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_str(value))
        {
            parts.headers.insert(name, value);
        }
    }
    let Verdict::LimitInfo { used, max, jitter } = hit.verdict else { return };
    let Some((true_used, true_max)) = parts.headers.get(LIMIT_INFO).and_then(usage_of) else {
        return;
    };
    let wobble = jitter.checked_mul(2).and_then(|span| span.checked_add(1));
    let step = wobble.map_or(hit.draw, |span| hit.draw % span);
    let used = used.unwrap_or(true_used).saturating_add(step).saturating_sub(jitter);
    let text = format!("api-usage={used}/{}", max.unwrap_or(true_max));
    if let Ok(value) = HeaderValue::from_str(&text) {
        parts.headers.insert(LIMIT_INFO, value);
    }
}

/// `api-usage=18/5000`
fn usage_of(header: &HeaderValue) -> Option<(u64, u64)> {
    let (used, max) = header.to_str().ok()?.strip_prefix("api-usage=")?.split_once('/')?;
    Some((used.parse().ok()?, max.parse().ok()?))
}

/// Hands the answer over with what the wire does to it.
pub(super) fn sent(
    mut parts: response::Parts,
    body: Bytes,
    verdict: &Verdict,
    wire: Option<WireFault>,
) -> Answered {
    let lost = matches!(wire, Some(WireFault::ResetBeforeSend | WireFault::LostAfterCommit));
    let body = match verdict {
        _ if lost => Bytes::new(),
        Verdict::Truncate { keep } => {
            parts.headers.insert(header::CONTENT_LENGTH, HeaderValue::from(body.len()));
            // One byte short at least, else nothing would be cut.
            body.slice(..(*keep).min(body.len().saturating_sub(1)))
        }
        _ => body,
    };
    if lost {
        parts.status = StatusCode::SERVICE_UNAVAILABLE;
        parts.headers.clear();
    }
    if let Some(wire) = wire {
        parts.extensions.insert(wire);
    }
    Answered::from_parts(parts, Full::new(body))
}

/// An answer with its body written out.
pub(super) async fn whole(response: Response) -> Written {
    let (parts, body) = response.into_parts();
    let body = collected(body, usize::MAX).await.unwrap_or_default();
    Written::from_parts(parts, body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usage_is_told_in_digits() {
        for (used, max) in [(0, 0), (1, 5_000), (9, 10), (105, 100_000), (u64::MAX, u64::MAX)] {
            let told = limit_info(ApiUsage { used, max });
            assert_eq!(told.to_str().unwrap(), format!("api-usage={used}/{max}"));
        }
    }

    #[test]
    fn an_answer_has_the_common_headers_and_those_of_its_own() {
        let now = Timestamp::parse("2021-12-03T17:59:15Z").unwrap();
        let named = |response: &Written, name: &str| {
            response.headers().get(name).map(|value| value.to_str().unwrap().to_owned())
        };
        let plain = told(Reply::ok(Vec::new()), now, None);
        assert_eq!(named(&plain, "content-type").as_deref(), Some(JSON));
        assert_eq!(named(&plain, "date").as_deref(), Some("Fri, 03 Dec 2021 17:59:15 GMT"));
        let reply = Reply::empty(StatusCode::NO_CONTENT).with("Cache-Control", "none");
        let empty = told(reply.with("ETag", "\"a\""), now, Some(ApiUsage { used: 1, max: 2 }));
        assert_eq!(named(&empty, "content-type"), None);
        assert_eq!(named(&empty, "cache-control").as_deref(), Some("none"));
        assert_eq!(named(&empty, "sforce-limit-info").as_deref(), Some("api-usage=1/2"));
        let finished =
            finish(Reply::ok(Vec::new()).with("cache-control", "x").written(), now, None);
        assert_eq!(named(&finished, "cache-control").as_deref(), Some("x"));
        // The length is told of the one; of the other it is added on its way.
        assert_eq!(finished.headers().len() + 2, plain.headers().len());
        assert_eq!(named(&plain, "content-length").as_deref(), Some("0"));
        assert_eq!(named(&empty, "content-length"), None);
        assert_eq!(named(&plain, "sforce-limit-info"), None);
    }

    #[test]
    fn dates_of_headers_are_as_recorded() {
        let at = Timestamp::parse("2021-12-03T17:59:15Z").unwrap();
        assert_eq!(http_date(at), "Fri, 03 Dec 2021 17:59:15 GMT");
    }
}
