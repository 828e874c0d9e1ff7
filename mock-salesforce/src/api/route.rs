//! What answers below `/services/data/{version}`: routes of axum, and the functions behind them.
//!
//! A function takes the whole [`Call`] and asks it for what it needs, so that nothing is read, decoded or copied that
//! nobody asks for. None of them waits for anything.

use std::future::{Ready, ready};

use axum::{
    body::Body,
    extract::{FromRequestParts as _, RawPathParams, Request},
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
    pub(super) fn at(self, path: &str) -> MethodRouter {
        let named = path.contains('{');
        let has = self.names();
        let refused = |method: Method, uri: Uri| async move {
            unsupported::method_of_resource(&method, uri.path(), &has)
        };
        let known = self.0.into_iter().filter_map(|(method, act)| {
            Some((MethodFilter::try_from(method).ok()?, Acting { act, named }))
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
    /// Has the path names behind the version?
    named: bool,
}

impl<S> Handler<Self, S> for Acting {
    type Future = Ready<Response>;

    fn call(self, request: Request, _: S) -> Self::Future {
        let (mut parts, _) = request.into_parts();
        let names = self.named.then(|| at_once(RawPathParams::from_request_parts(&mut parts, &())));
        let names = match names.transpose() {
            Ok(names) => names,
            Err(refused) => return ready(refused.into_response()),
        };
        let mut reply = self.reply(&parts, names.as_ref()).unwrap_or_else(Reply::from);
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
    fn reply(self, parts: &Parts, names: Option<&RawPathParams>) -> Answer {
        let entered = Entered::of(parts)?;
        let Entered { mock, now, peer, body, .. } = entered;
        let caller = entered.caller.ok_or_else(Refusal::not_found)?;
        (self.act)(&Call { mock, caller, now: *now, peer: *peer, parts, body, names })
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
    /// Absent where the path has none behind the version.
    names: Option<&'c RawPathParams>,
}

impl<'c> Call<'c> {
    /// Who calls, with which headers.
    pub(super) fn visit(&self) -> Result<Visit, Refusal> {
        Visit::of((self.mock, self.now), self.caller, &self.parts.headers)
    }

    /// What stands in the path in the places of the pattern's names behind the version, decoded.
    pub(super) fn path<const N: usize>(&self) -> [&'c str; N] {
        let mut texts = [""; N];
        let names = self.names.into_iter().flatten().skip(1);
        for (place, (_, text)) in texts.iter_mut().zip(names) {
            *place = text;
        }
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
