//! The front door: everything that every call passes, in one layer round the routes.
//!
//! Path and body are bounded and normalised, the fault plan is asked, the session is checked, the call is counted, the
//! routes answer, common headers are set, and the exchange is noted. What the wire does to the answer is left in the
//! response's extensions ([`WireFault`]). Nothing but the body is waited for: in process the future is ready at once.

mod answer;
mod charset;
mod collect;
mod encoding;
mod faulted;
mod negotiate;
mod normal;
mod session;

pub(super) use answer::{http_date, told};
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
    BoxError,
    body::{Body, HttpBody},
    http::{HeaderName, HeaderValue, Method, Request, StatusCode, header, request::Parts},
    response::Response,
};
use bytes::Bytes;
use http_body_util::Full;
use tower::Service;

use super::{
    auth::Peer,
    bulk1, control,
    error::Refusal,
    reply::Written,
    version,
    visit::{Entered, Quirks, has, header_text},
};
use crate::{
    Mock, Timestamp,
    fault::{FaultBody, Hit, Verdict, WireFault},
    operation::{Operation, of_path},
    store::{self, Asked, Call, ChangedNothing, NotKept},
    traffic::{Arrival, Noted, Outcome},
};
use collect::collected;

static PRETTY: HeaderName = HeaderName::from_static("x-prettyprint");

/// An answer that is written out.
pub(crate) type Answered = axum::http::Response<Full<Bytes>>;

/// Largest request body in bytes (wire reference §13).
pub const BODY_LIMIT: usize = 50 * 1024 * 1024;
/// Largest body of a Bulk 2.0 upload in bytes.
pub const UPLOAD_LIMIT: usize = 150 * 1024 * 1024;
/// Longest path and query in bytes.
pub const URI_LIMIT: usize = 16_384;
/// Longest block of headers in bytes.
pub const HEADERS_LIMIT: usize = 16_384;

/// The front door of a mock.
#[derive(Debug, Clone)]
pub(crate) struct Front {
    pub(super) mock: Mock,
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
        let peer = request.extensions().get::<Peer>().copied();
        Box::pin(async move { Ok(front.answer(request, peer).await.map(Body::new)) })
    }
}

impl Front {
    /// The answer to a call from `peer`, or from the process itself.
    pub(crate) async fn answer<B>(&self, request: Request<B>, peer: Option<Peer>) -> Answered
    where
        B: HttpBody<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        let (mut parts, body) = request.into_parts();
        match self.read(&mut parts, body).await {
            Ok(body) => self.exchange(parts, body, peer),
            Err(Unread::Answered(response)) => response.map(Full::new),
            Err(Unread::Control(body)) => {
                if let Some(peer) = peer {
                    parts.extensions.insert(peer);
                }
                answer::whole(control::answer(&self.mock, parts, body).await).await.map(Full::new)
            }
        }
    }

    /// Bounds and normalises a call, and reads its body.
    async fn read<B>(&self, parts: &mut Parts, body: B) -> Result<Bytes, Unread>
    where
        B: HttpBody<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        if parts.uri.path_and_query().is_some_and(|path| path.as_str().len() > URI_LIMIT) {
            return Err(answer::uri_too_long().into());
        }
        if headers_length(parts) > HEADERS_LIMIT {
            return Err(answer::headers_too_long().into());
        }
        normal::normalise(parts);
        if control::is_control(parts.uri.path()) {
            return Err(Unread::Control(Body::new(body)));
        }
        let limit = if parts.method == Method::PUT { UPLOAD_LIMIT } else { BODY_LIMIT };
        // Who says how long it is needs not send it.
        if body.size_hint().lower() > limit as u64 {
            return Err(answer::body_too_large(limit).into());
        }
        let body = collected(body, limit).await;
        let body = body.ok_or_else(|| answer::body_too_large(limit))?;
        encoding::plain(parts, body, limit).map_err(|refusal| refusal.written().into())
    }

    /// Has the faults, the routes and the journal see a call that was read.
    fn exchange(&self, mut parts: Parts, body: Bytes, peer: Option<Peer>) -> Answered {
        let operation = of_path(&parts.method, parts.uri.path()).operation;
        let gzip = encoding::accepts_gzip(&parts.headers);
        let noted = self.mock.traffic().begin().map(|noted| {
            let (headers, path) = (&parts.headers, parts.uri.path());
            let query = parts.uri.query().unwrap_or_default();
            noted.arrived(&Arrival { headers, path, query, operation, body: &body })
        });
        let now = self.mock.now();
        let incoming = Incoming { method: parts.method.clone(), now, noted, operation, gzip };
        Quirks::clear(&mut parts.headers);
        let hit = faulted::hit(&self.mock, (&parts, &body), now);
        let verdict = hit.as_ref().map_or(&Verdict::Pass, |hit| &hit.verdict);
        faulted::prepare(&self.mock, verdict, &mut parts);
        let response = match verdict {
            Verdict::ResetBefore => answer::nothing(),
            Verdict::Answer {
                status,
                body: FaultBody::Error { code, message } | FaultBody::Data { code, message, .. },
            } if parts.uri.path().starts_with("/services/async/") => {
                bulk1::made_up(*status, &parts.headers, (code, message)).written()
            }
            Verdict::Answer { status, body: told } => answer::made_up(*status, told, operation),
            _ => self.carry_out((parts, body, peer), now),
        };
        self.deliver(incoming, hit, response)
    }

    /// 32 hexadecimal digits that no other answer has, the same in every run.
    fn request_id(&self) -> HeaderValue {
        // Odd, so that it has an inverse and no two numbers give one id.
        const SPREAD: u128 = 0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835;
        let number = u128::from(self.requests.fetch_add(1, Ordering::Relaxed)) + 1;
        let digit = |digit: u8| if digit < 10 { b'0' + digit } else { b'a' + digit - 10 };
        let bytes = number.wrapping_mul(SPREAD).to_be_bytes();
        let digits = bytes.map(|byte| [digit(byte >> 4), digit(byte & 15)]);
        let id = HeaderValue::from_bytes(digits.as_flattened());
        id.unwrap_or(HeaderValue::from_static("0"))
    }

    /// Has the call answered; one that changes something is kept first where the org is kept.
    fn carry_out(
        &self,
        (parts, body, peer): (Parts, Bytes, Option<Peer>),
        now: Timestamp,
    ) -> Written {
        let Some(store) = self.mock.store() else { return self.answered((parts, body, peer), now) };
        store.run_due(&self.mock);
        if !store::is_kept(&parts) {
            return self.answered((parts, body, peer), now);
        }
        let asked = Asked::Call(Call::of(&parts, &body));
        let kept = store.keep(&self.mock, asked, || {
            // The store says when it is: the same at the next start.
            let response = self.answered((parts, body, peer), self.mock.now());
            let changed = response.extensions().get::<ChangedNothing>().is_none();
            let status = changed.then(|| response.status().as_u16());
            (response, status)
        });
        kept.unwrap_or_else(|NotKept| answer::not_kept())
    }

    /// Checks the session, counts the call and lets the routes answer.
    pub(super) fn answered(
        &self,
        (parts, body, peer): (Parts, Bytes, Option<Peer>),
        now: Timestamp,
    ) -> Written {
        if let Some(moved) = answer::moved(&self.mock, &parts) {
            return told(moved, now, None);
        }
        let pretty =
            has(&parts.headers, &PRETTY) && header_text(&parts.headers, &PRETTY) == Some("1");
        let response = self.admitted((parts, body, peer), now);
        if pretty { answer::prettied(response) } else { response }
    }

    /// The answer of the routes, or why the call does not get to them.
    fn admitted(
        &self,
        (parts, body, peer): (Parts, Bytes, Option<Peer>),
        now: Timestamp,
    ) -> Written {
        let admission = match session::admit(&self.mock, &parts, now) {
            Ok(admission) => admission,
            Err(refusal) => return told(refusal.into(), now, None),
        };
        let caller = admission.as_ref().map(|admission| admission.caller);
        let usage = admission.and_then(|admission| admission.usage);
        let body = match negotiate::negotiate(&self.mock, &parts) {
            Ok(charset) => charset.text(body),
            Err(refusal) => return told(refusal.into(), now, usage),
        };
        let entered = Entered { mock: self.mock.clone(), caller, now, usage, peer, body };
        let mut response = routed((parts, entered));
        // Only calls to the resources of a version tell what is used up.
        if let (Some(caller), Some(_)) = (caller, usage) {
            version::warn(&mut response, caller.version);
        }
        response
    }

    /// Notes the exchange, then does to the answer what the wire does.
    fn deliver(&self, incoming: Incoming, hit: Option<Hit>, response: Written) -> Answered {
        let (mut parts, body) = response.into_parts();
        let wire = hit.as_ref().and_then(|hit| answer::wire(&hit.verdict));
        if let Some(hit) = &hit {
            answer::altered(&mut parts, hit);
        }
        let lost = wire == Some(WireFault::ResetBeforeSend);
        let status = if lost { 0 } else { parts.status.as_u16() };
        let rule = hit.as_ref().map(|hit| hit.rule.clone());
        let (method, operation) = (incoming.method, incoming.operation);
        let outcome = Outcome { method, operation, status, body: &body, rule, wire };
        self.mock.traffic().record(incoming.noted, incoming.now, outcome);
        parts.headers.insert(answer::REQUEST_ID, self.request_id());
        let body = if incoming.gzip { encoding::compressed(&mut parts, body) } else { body };
        match hit {
            Some(hit) => answer::sent(parts, body, &hit.verdict, wire),
            None => Response::from_parts(parts, Full::new(body)),
        }
    }
}

/// What the routes answer to a call that was let in.
fn routed((mut parts, entered): (Parts, Entered)) -> Written {
    let (now, usage) = (entered.now, entered.usage);
    // Resources of a version take the body as it was read; extractors of axum ask for it.
    let sent = if entered.body.is_empty() || usage.is_some() {
        Body::empty()
    } else {
        Body::from(entered.body.clone())
    };
    parts.extensions.insert(entered);
    let answered = at_once(super::ROUTES.clone().call(Request::from_parts(parts, sent)));
    let (parts, body) = answered.unwrap_or_else(|never| match never {}).into_parts();
    let body = at_once(collected(body, usize::MAX)).unwrap_or_default();
    let response = Written::from_parts(parts, body);
    // What resources of a version answer has all of its headers already.
    if response.headers().contains_key(header::DATE) {
        return response;
    }
    answer::finish(response, now, usage)
}

/// Why the body of a call is not read.
enum Unread {
    /// There is an answer without it.
    Answered(Box<Written>),
    /// The control plane has bounds of its own.
    Control(Body),
}

impl From<Written> for Unread {
    fn from(response: Written) -> Self {
        Self::Answered(Box::new(response))
    }
}

/// What a future gives that never waits, as those of the routes do.
pub(super) fn at_once<F: Future>(future: F) -> F::Output {
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
        let body = collected(body, UPLOAD_LIMIT).await.unwrap_or_default();
        front.answered((parts, body, None), front.mock.now()).map(Body::from)
    })
}

/// A request while it is being answered.
struct Incoming {
    method: Method,
    now: Timestamp,
    /// What is noted of it; absent when traffic keeps nothing.
    noted: Option<Box<Noted>>,
    operation: Operation,
    /// May the answer be compressed?
    gzip: bool,
}

fn headers_length(parts: &Parts) -> usize {
    parts.headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum()
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
