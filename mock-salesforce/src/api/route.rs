//! What answers below `/services/data/{version}`: routes of axum, and the functions behind them.
//!
//! A function takes the whole [`Call`] and asks it for what it needs, so that nothing is read, decoded or copied that
//! nobody asks for. None of them waits for anything.

use std::future::{Ready, ready};

use axum::{
    body::Body,
    extract::{FromRequestParts as _, RawPathParams, Request, rejection::RawPathParamsRejection},
    handler::Handler,
    http::{HeaderMap, Method, StatusCode, Uri, request::Parts},
    response::{IntoResponse as _, Response},
    routing::{MethodFilter, MethodRouter},
};
use bytes::Bytes;

use super::{
    auth::{Origin, Peer},
    error::{Answer, Refusal},
    front::{at_once, told},
    reply::Reply,
    unsupported,
    visit::{Caller, Entered, Visit},
};
use crate::{Mock, Timestamp, segments::Segments};

/// Answers a call.
pub(super) type Act = fn(&Call<'_>) -> Answer;

/// A path below the version, and the methods that it has.
pub(super) type Resource = Vec<(&'static str, Methods)>;

/// What answers at a path, by method.
#[derive(Debug, Default)]
pub(super) struct Methods(Vec<(Method, Act)>);

/// `GET`, and `HEAD` with it.
pub(super) fn get(act: Act) -> Methods {
    Methods::default().get(act)
}

/// `POST`
pub(super) fn post(act: Act) -> Methods {
    Methods::default().post(act)
}

/// `PATCH`
pub(super) fn patch(act: Act) -> Methods {
    Methods::default().patch(act)
}

/// `PUT`
pub(super) fn put(act: Act) -> Methods {
    Methods::default().with(Method::PUT, act)
}

impl Methods {
    fn with(mut self, method: Method, act: Act) -> Self {
        self.0.push((method, act));
        self
    }

    /// What they are called, in the order of the alphabet.
    fn names(&self) -> String {
        let own = self.0.iter().map(|(method, _)| method.as_str());
        let mut names: Vec<&str> = own.collect();
        if names.contains(&"GET") {
            names.push("HEAD");
        }
        names.sort_unstable();
        names.join(",")
    }

    /// As axum has them, for a path below the version.
    pub(super) fn at(self, path: &'static str) -> MethodRouter {
        let has = self.names();
        let refused = |method: Method, uri: Uri| async move {
            unsupported::method_of_resource(&method, uri.path(), &has)
        };
        let known = self.0.into_iter().filter_map(|(method, act)| {
            Some((MethodFilter::try_from(method).ok()?, Acting { act, pattern: path }))
        });
        known
            .fold(MethodRouter::new(), |methods, (method, acting)| methods.on(method, acting))
            .fallback(refused)
    }

    /// `GET` too, and `HEAD` with it.
    pub(super) fn get(self, act: Act) -> Self {
        self.with(Method::GET, act)
    }

    /// `POST` too.
    pub(super) fn post(self, act: Act) -> Self {
        self.with(Method::POST, act)
    }

    /// `PATCH` too.
    pub(super) fn patch(self, act: Act) -> Self {
        self.with(Method::PATCH, act)
    }

    /// `DELETE` too.
    pub(super) fn delete(self, act: Act) -> Self {
        self.with(Method::DELETE, act)
    }
}

/// A function as a handler of axum.
#[derive(Clone, Copy)]
struct Acting {
    act: Act,
    /// The path below the version.
    pattern: &'static str,
}

impl<S> Handler<Self, S> for Acting {
    type Future = Ready<Response>;

    fn call(self, request: Request, _: S) -> Self::Future {
        let (mut parts, _) = request.into_parts();
        let names = match Names::of(self.pattern, &mut parts) {
            Ok(names) => names,
            Err(refused) => return ready(refused.into_response()),
        };
        let mut reply = self.reply(&parts, &names).unwrap_or_else(Reply::from);
        if reply.status == StatusCode::NOT_FOUND
            && let Some(refusal) = lacking(&parts)
        {
            reply = refusal.into();
        }
        let reply = if parts.method == Method::HEAD { reply.head() } else { reply };
        ready(match Entered::of(&parts) {
            Ok(Entered { now, usage, .. }) => told(reply, *now, *usage).map(Body::from),
            Err(_) => reply.into_response(),
        })
    }
}

impl Acting {
    fn reply(self, parts: &Parts, names: &Names) -> Answer {
        let entered = Entered::of(parts)?;
        let Entered { mock, now, peer, body, .. } = entered;
        let caller = entered.caller.ok_or_else(Refusal::not_found)?;
        (self.act)(&Call { mock, caller, now: *now, peer: *peer, parts, body, names })
    }
}

/// What stands in a path in the places of a pattern's names.
enum Names {
    /// The segments of the path as they are, where the pattern has names.
    Plain(&'static str),
    /// Some of them had to be decoded.
    Decoded(RawPathParams),
}

impl Names {
    fn of(pattern: &'static str, parts: &mut Parts) -> Result<Self, RawPathParamsRejection> {
        if memchr::memchr(b'%', parts.uri.path().as_bytes()).is_none() {
            return Ok(Self::Plain(pattern));
        }
        at_once(RawPathParams::from_request_parts(parts, &())).map(Self::Decoded)
    }

    /// Puts those behind the version to their places.
    fn fill<'c>(&'c self, path: &'c str, places: &mut [&'c str]) {
        let pattern = match self {
            Self::Plain(pattern) => *pattern,
            Self::Decoded(names) => {
                let texts = names.iter().skip(1).map(|(_, text)| text);
                return places.iter_mut().zip(texts).for_each(|(place, text)| *place = text);
            }
        };
        // A pattern begins where the version stands.
        let path = path.strip_prefix("/services/data/").unwrap_or_default();
        let mut places = places.iter_mut();
        for (name, text) in Segments::of(pattern).zip(Segments::of(path)) {
            if !name.starts_with('{') {
                continue;
            }
            let Some(place) = places.next() else { return };
            *place = text;
        }
    }
}

/// What is refused instead of a 404: Salesforce has it below its objects, this mock has not.
fn lacking(parts: &Parts) -> Option<Refusal> {
    let Entered { mock, .. } = Entered::of(parts).ok()?;
    // The first three segments are those of the version.
    let segments: Vec<&str> = Segments::of(parts.uri.path()).skip(4).collect();
    unsupported::lacking(&mock.org(), mock, &segments)
}

/// A call to a resource, let in by the front.
pub(super) struct Call<'c> {
    pub(super) mock: &'c Mock,
    pub(super) caller: Caller,
    pub(super) now: Timestamp,
    pub(super) parts: &'c Parts,
    pub(super) body: &'c Bytes,
    peer: Option<Peer>,
    names: &'c Names,
}

impl<'c> Call<'c> {
    /// Who calls, with which headers.
    pub(super) fn visit(&self) -> Result<Visit, Refusal> {
        Visit::of((self.mock, self.now), self.caller, &self.parts.headers)
    }

    /// What stands in the path in the places of the pattern's names behind the version, decoded.
    pub(super) fn path<const N: usize>(&self) -> [&'c str; N] {
        let mut texts = [""; N];
        self.names.fill(self.parts.uri.path(), &mut texts);
        texts
    }

    /// The query string, as it was sent.
    pub(super) fn query(&self) -> Option<&'c str> {
        self.parts.uri.query()
    }

    pub(super) fn headers(&self) -> &'c HeaderMap {
        &self.parts.headers
    }

    /// The address that the caller knows the org by.
    pub(super) fn origin(&self) -> Origin {
        Origin::seen_by((self.parts, self.peer), self.mock.instance().as_deref())
    }
}
