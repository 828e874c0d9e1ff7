//! The front door: everything that every call passes, in one layer round the routes.
//!
//! Path and body are bounded and normalised, the fault plan is asked, the session is checked, the call is counted, the
//! routes answer, common headers are set, and the exchange is noted. What the wire does to the answer is left in the
//! response's extensions ([`WireFault`]). Nothing here waits: in process the future is ready at once.

mod answer;
mod encoding;
mod negotiate;
mod session;

pub(super) use answer::http_date;
pub(super) use session::token as session_token;

use std::{
    convert::Infallible,
    future::Future,
    pin::{Pin, pin},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    task::{Context, Poll, Waker},
};

use axum::{
    Router,
    body::{Body, HttpBody as _, to_bytes},
    http::{HeaderName, HeaderValue, Method, Request, StatusCode, Uri, request::Parts},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use tower::Service;

use super::{
    bulk1, control,
    error::Refusal,
    version,
    visit::{Quirks, header_text},
};
use crate::{
    Mock, SfId,
    fault::{self, FaultBody, Hit, Verdict, WireFault},
    operation::{Call as Classified, Operation, classify},
    store::{self, Asked, Call, ChangedNothing, NotKept},
    traffic::{Exchange, NotedHeaders, redact_body, redact_headers, redact_query},
};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-sfdc-request-id");

/// Largest request body in bytes (wire reference §13).
pub const BODY_LIMIT: usize = 50 * 1024 * 1024;
/// Largest body of a Bulk 2.0 upload in bytes.
pub const UPLOAD_LIMIT: usize = 150 * 1024 * 1024;
/// Longest path and query in bytes.
pub const URI_LIMIT: usize = 16_384;
/// Longest block of headers in bytes.
pub const HEADERS_LIMIT: usize = 16_384;

/// The routes behind the front door.
#[derive(Debug, Clone)]
pub(crate) struct Front {
    pub(super) mock: Mock,
    pub(super) routes: Router,
    /// Requests answered so far.
    pub(super) requests: Arc<AtomicU64>,
}

impl Service<Request<Body>> for Front {
    type Response = Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let front = self.clone();
        Box::pin(async move { Ok(front.answer(request).await) })
    }
}

impl Front {
    async fn answer(self, request: Request<Body>) -> Response {
        let (mut parts, body) = request.into_parts();
        if parts.uri.path_and_query().is_some_and(|path| path.as_str().len() > URI_LIMIT) {
            return answer::uri_too_long();
        }
        if headers_length(&parts) > HEADERS_LIMIT {
            return answer::headers_too_long();
        }
        normalise(&mut parts);
        if control::is_control(parts.uri.path()) {
            return control::answer(&self.mock, parts, body).await;
        }
        let limit = if parts.method == Method::PUT { UPLOAD_LIMIT } else { BODY_LIMIT };
        // Who says how long it is needs not send it.
        if body.size_hint().lower() > limit as u64 {
            return answer::body_too_large(limit);
        }
        let Ok(body) = to_bytes(body, limit).await else { return answer::body_too_large(limit) };
        let body = match encoding::plain(&mut parts, body, limit) {
            Ok(body) => body,
            Err(refusal) => return refusal.into_response(),
        };
        let uri = parts.uri.clone();
        let call = classify(&parts.method, uri.path(), uri.query().unwrap_or_default());
        let noted = self.mock.traffic().keeps().then(|| redact_headers(&parts.headers));
        let gzip = encoding::accepts_gzip(&parts.headers);
        let method = parts.method.clone();
        let incoming = Incoming { method, uri: &uri, noted, call, body, gzip };
        Quirks::clear(&mut parts.headers);
        let hit = self.hit(&incoming, &parts);
        let verdict = hit.as_ref().map_or(&Verdict::Pass, |hit| &hit.verdict);
        effects(&self.mock, verdict, &mut parts);
        let response = match verdict {
            Verdict::ResetBefore => answer::nothing(),
            Verdict::Answer {
                status,
                body: FaultBody::Error { code, message } | FaultBody::Data { code, message, .. },
            } if parts.uri.path().starts_with("/services/async/") => {
                bulk1::made_up(*status, &parts.headers, (code, message)).into_response()
            }
            Verdict::Answer { status, body } => answer::made_up(*status, body, call.operation),
            _ => self.carry_out(parts, incoming.body.clone()).await,
        };
        self.deliver(incoming, hit, response).await
    }

    /// 32 hexadecimal digits that no other answer has, the same in every run.
    fn request_id(&self) -> HeaderValue {
        // Odd, so that it has an inverse and no two numbers give one id.
        const SPREAD: u128 = 0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835;
        let number = u128::from(self.requests.fetch_add(1, Ordering::Relaxed)) + 1;
        let id = format!("{:032x}", number.wrapping_mul(SPREAD));
        HeaderValue::from_maybe_shared(Bytes::from(id)).unwrap_or(HeaderValue::from_static("0"))
    }

    /// What the fault plan does to the call.
    fn hit(&self, incoming: &Incoming<'_>, parts: &Parts) -> Option<Hit> {
        let asks = {
            let faults = self.mock.faults();
            if faults.is_empty() {
                return None;
            }
            faults.asks_for_user()
        };
        let caller = if asks { caller(&self.mock, parts) } else { None };
        let asked = fault::Asked {
            call: incoming.call,
            method: &incoming.method,
            path: incoming.uri.path(),
            query: incoming.uri.query().unwrap_or_default(),
            body: &incoming.body,
            caller: caller.as_ref().map(|(id, name)| (*id, name.as_str())),
        };
        let now = self.mock.now();
        self.mock.faults().decide(&asked, now)
    }

    /// Has the call answered; one that changes something is kept first where the org is kept.
    async fn carry_out(&self, parts: Parts, body: Bytes) -> Response {
        let Some(store) = self.mock.store() else { return self.answered(parts, body).await };
        store.run_due(&self.mock);
        if !store::is_kept(&parts) {
            return self.answered(parts, body).await;
        }
        let asked = Asked::Call(Call::of(&parts, &body));
        let kept = store.keep(&self.mock, asked, || {
            let response = at_once(self.answered(parts, body));
            let changed = response.extensions().get::<ChangedNothing>().is_none();
            let status = changed.then(|| response.status().as_u16());
            (response, status)
        });
        kept.unwrap_or_else(|NotKept| answer::not_kept())
    }

    /// Checks the session, counts the call and lets the routes answer.
    pub(super) async fn answered(&self, mut parts: Parts, body: Bytes) -> Response {
        let pretty = header_text(&parts.headers, "x-prettyprint") == Some("1");
        let admission = match session::admit(&self.mock, &mut parts) {
            Ok(admission) => admission,
            Err(refusal) => return answer::finish(refusal.into_response(), self.mock.now(), None),
        };
        if let Err(refusal) = negotiate::negotiate(&self.mock, &parts) {
            let usage = admission.as_ref().map(|admission| admission.usage);
            return answer::finish(refusal.into_response(), self.mock.now(), usage);
        }
        parts.extensions.insert(self.mock.clone());
        let mut routes = self.routes.clone();
        let answered = routes.call(Request::from_parts(parts, Body::from(body))).await;
        let response = answered.unwrap_or_else(|never| match never {});
        let usage = admission.as_ref().map(|admission| admission.usage);
        let mut response = answer::finish(response, self.mock.now(), usage);
        if let Some(admission) = admission {
            version::warn(&mut response, admission.version);
        }
        if pretty { answer::prettied(response).await } else { response }
    }

    /// Notes the exchange, then does to the answer what the wire does.
    async fn deliver(
        self,
        incoming: Incoming<'_>,
        hit: Option<Hit>,
        response: Response,
    ) -> Response {
        let (mut parts, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap_or_default();
        let Some(hit) = hit else {
            let status = parts.status.as_u16();
            let gzip = incoming.gzip;
            self.note(incoming, Outcome { status, body: &body, rule: None, wire: None });
            parts.headers.insert(REQUEST_ID, self.request_id());
            let body = if gzip { encoding::compressed(&mut parts, body) } else { body };
            return Response::from_parts(parts, Body::from(body));
        };
        answer::altered(&mut parts, &hit);
        let wire = answer::wire(&hit.verdict);
        let status =
            if wire == Some(WireFault::ResetBeforeSend) { 0 } else { parts.status.as_u16() };
        let gzip = incoming.gzip;
        self.note(incoming, Outcome { status, body: &body, rule: Some(hit.rule), wire });
        parts.headers.insert(REQUEST_ID, self.request_id());
        let body = if gzip { encoding::compressed(&mut parts, body) } else { body };
        answer::sent(parts, body, &hit.verdict, wire)
    }

    fn note(&self, incoming: Incoming<'_>, outcome: Outcome<'_>) {
        let mut traffic = self.mock.traffic();
        let Some(request_headers) = incoming.noted else { return traffic.count() };
        let operation = incoming.call.operation;
        let exchange = Exchange {
            seq: 0,
            at: self.mock.now(),
            call_id: request_headers.get("x-call-id").map(str::to_owned),
            operation,
            object: incoming.call.object.map(str::to_owned),
            method: incoming.method,
            path: incoming.uri.path().to_owned(),
            query: redact_query(incoming.uri.query().unwrap_or_default()),
            request_headers,
            request_body: redact_body(operation, &incoming.body),
            status: outcome.status,
            response_body: redact_body(operation, outcome.body),
            fault: outcome.rule,
            wire: outcome.wire,
        };
        traffic.record(exchange);
    }
}

/// What a future gives that never waits, as those of the routes do.
fn at_once<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => unreachable!("routes answer in place, without waiting for anything"),
    }
}

/// Answers a call that was answered before: no faults, no traffic.
pub(super) fn answered_again(front: &Front, request: Request<Body>) -> Response {
    let (parts, body) = request.into_parts();
    at_once(async {
        if control::is_control(parts.uri.path()) {
            return control::answered_again(&front.mock, parts, body).await;
        }
        let body = to_bytes(body, UPLOAD_LIMIT).await.unwrap_or_default();
        front.answered(parts, body).await
    })
}

/// What a verdict does before the call is looked at.
fn effects(mock: &Mock, verdict: &Verdict, parts: &mut Parts) {
    match verdict {
        Verdict::ExpireSessions => mock.expire_sessions(),
        Verdict::ExpireSession => {
            if let Ok(token) = session::token(&parts.headers) {
                mock.expire_session(token);
            }
        }
        Verdict::ForgetCursors => mock.cursors().forget_all(),
        Verdict::ShortPages { rows } => {
            Quirks { page_rows: Some(*rows), rows: None }.put(&mut parts.headers);
        }
        Verdict::FailRows(rows) => {
            Quirks { page_rows: None, rows: Some(rows.clone().into()) }.put(&mut parts.headers);
        }
        _ => {}
    }
}

/// Whose session a request carries, with the username.
fn caller(mock: &Mock, parts: &Parts) -> Option<(SfId, String)> {
    let token = session::token(&parts.headers).ok()?;
    let user = mock.sessions().session(token, mock.now())?.holder.user;
    Some((user, mock.username(user).unwrap_or_default()))
}

/// What became of a request.
struct Outcome<'r> {
    /// 0 when it never arrived.
    status: u16,
    body: &'r Bytes,
    rule: Option<String>,
    wire: Option<WireFault>,
}

/// A request while it is being answered.
struct Incoming<'r> {
    method: Method,
    uri: &'r Uri,
    /// What is noted of its headers; absent when traffic keeps nothing.
    noted: Option<NotedHeaders>,
    call: Classified<'r>,
    body: Bytes,
    /// May the answer be compressed?
    gzip: bool,
}

fn headers_length(parts: &Parts) -> usize {
    parts.headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum()
}

/// Single slashes, none at the end, no `.json`, and `POST …?_HttpMethod=PATCH` as the method that it means (wire
/// reference §0.1, §0.5).
fn normalise(parts: &mut Parts) {
    let path = parts.uri.path();
    let plain = match negotiate::suffix(path) {
        Some((plain, "json")) => plain,
        _ => path,
    };
    if plain.contains("//") || (plain.len() > 1 && plain.ends_with('/')) || plain.len() < path.len()
    {
        let segments: Vec<&str> = plain.split('/').filter(|segment| !segment.is_empty()).collect();
        let mut tidy = format!("/{}", segments.join("/"));
        if let Some(query) = parts.uri.query() {
            tidy.push('?');
            tidy.push_str(query);
        }
        if let Ok(uri) = tidy.parse::<Uri>() {
            parts.uri = uri;
        }
    }
    if parts.method == Method::POST
        && let Some(method) = tunnelled(parts)
    {
        parts.method = method;
    }
}

fn tunnelled(parts: &Parts) -> Option<Method> {
    let by_query = parts
        .uri
        .query()
        .unwrap_or_default()
        .split('&')
        .find_map(|pair| pair.strip_prefix("_HttpMethod="));
    let wanted = by_query.or_else(|| header_text(&parts.headers, "x-http-method-override"))?;
    ["PATCH", "DELETE", "GET"].contains(&wanted).then(|| wanted.parse().ok())?
}

/// The refusal of a method that a path does not have.
pub(super) fn method_not_allowed(method: &Method, allowed: &str) -> Refusal {
    let message = format!("HTTP Method '{method}' not allowed. Allowed are {allowed}");
    let mut refusal =
        Refusal::routing(StatusCode::METHOD_NOT_ALLOWED, "METHOD_NOT_ALLOWED", &message);
    refusal.0.headers.push(("allow", allowed.to_owned()));
    refusal
}

/// Is the call about tokens, whose errors are objects?
fn is_auth(operation: Operation) -> bool {
    operation == Operation::Auth
}
