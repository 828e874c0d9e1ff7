//! What answers below `/services/data/{version}`: a table of paths and methods, and the functions behind them.
//!
//! A path is a row of literal segments and of names in braces; where several fit, the one that is literal first goes
//! before the others. A function takes the whole [`Call`] and asks it for what it needs, so that nothing is read, decoded
//! or copied that nobody asks for. None of them waits for anything. Every other path is routed by axum.

use std::{borrow::Cow, sync::LazyLock};

use axum::http::{HeaderMap, Method, StatusCode, request::Parts};
use bytes::Bytes;
use percent_encoding::percent_decode_str;

use super::{
    auth::{Origin, Peer},
    error::{Answer, Refusal},
    reply::Reply,
    unsupported,
    visit::{Caller, Visit},
};
use crate::{Mock, Timestamp, segments::Segments};

/// Most segments of a pattern.
const SEGMENTS_MAX: usize = 6;
/// Most names in a pattern.
const NAMES_MAX: usize = 4;

/// Answers a call.
pub(super) type Act = fn(&Call<'_>) -> Answer;

/// A path and the methods that it has.
pub(super) type Resource = Vec<(&'static str, Methods)>;

/// What answers at a path, by method.
#[derive(Debug, Clone, Default)]
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

    fn act(&self, method: &Method) -> Option<Act> {
        let wanted = if method == Method::HEAD { &Method::GET } else { method };
        self.0.iter().find(|(own, _)| own == wanted).map(|(_, act)| *act)
    }
}

/// A call to a resource, let in by the front.
pub(super) struct Call<'c> {
    pub(super) mock: &'c Mock,
    pub(super) caller: Caller,
    pub(super) now: Timestamp,
    pub(super) parts: &'c Parts,
    pub(super) body: &'c Bytes,
    peer: Option<Peer>,
    taken: Taken<'c>,
}

impl<'c> Call<'c> {
    /// Who calls, with which headers.
    pub(super) fn visit(&self) -> Result<Visit, Refusal> {
        Visit::of((self.mock, self.now), self.caller, &self.parts.headers)
    }

    /// What stands in the path in the places of the pattern's names, decoded.
    pub(super) fn path<const N: usize>(&self) -> Result<[Cow<'c, str>; N], Refusal> {
        let mut decoded = [const { Cow::Borrowed("") }; N];
        for ((into, name), text) in decoded.iter_mut().zip(self.taken.names).zip(self.taken.texts) {
            *into = plain(text).ok_or_else(|| not_utf8(name))?;
        }
        Ok(decoded)
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

/// A segment without its percents; `None` when it is no text.
fn plain(segment: &str) -> Option<Cow<'_, str>> {
    if segment.contains('%') {
        percent_decode_str(segment).decode_utf8().ok()
    } else {
        Some(Cow::Borrowed(segment))
    }
}

fn not_utf8(name: &str) -> Refusal {
    let message = format!("Invalid URL: Invalid UTF-8 in `{name}`");
    Refusal(Box::new(Reply::text(StatusCode::BAD_REQUEST, "text/plain; charset=utf-8", message)))
}

/// What stands in a path in the places of a pattern's names.
#[derive(Default)]
struct Taken<'c> {
    names: [&'static str; NAMES_MAX],
    texts: [&'c str; NAMES_MAX],
}

/// A pattern, cut into segments.
struct Route {
    segments: Vec<Segment>,
    methods: Methods,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Segment {
    Literal(&'static str),
    Name(&'static str),
}

impl Route {
    fn new(path: &'static str, methods: Methods) -> Self {
        let cut = |segment: &'static str| {
            let name = segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
            name.map_or(Segment::Literal(segment), Segment::Name)
        };
        let segments = path.split('/').skip(1).map(cut).collect();
        Self { segments, methods }
    }

    fn take<'c>(&self, path: &[&'c str]) -> Option<Taken<'c>> {
        let mut taken = Taken::default();
        let mut places = taken.names.iter_mut().zip(&mut taken.texts);
        for (segment, text) in self.segments.iter().zip(path) {
            match segment {
                Segment::Literal(own) if own == text => {}
                Segment::Literal(_) => return None,
                Segment::Name(name) => {
                    let (own_name, own_text) = places.next()?;
                    (*own_name, *own_text) = (name, text);
                }
            }
        }
        Some(taken)
    }
}

/// Every route, by how many segments it has; literal segments before names.
static ROUTES: LazyLock<[Vec<Route>; SEGMENTS_MAX + 1]> = LazyLock::new(|| {
    let mut routes = [const { Vec::new() }; SEGMENTS_MAX + 1];
    for (path, methods) in super::resources() {
        let route = Route::new(path, methods);
        if let Some(of_length) = routes.get_mut(route.segments.len()) {
            of_length.push(route);
        }
    }
    for of_length in &mut routes {
        of_length.sort_by(|a, b| a.segments.cmp(&b.segments));
    }
    routes
});

/// Answers a call that the front has let in.
pub(super) fn answer(
    (mock, caller, now): (&Mock, Caller, Timestamp),
    (parts, body, peer): (&Parts, &Bytes, Option<Peer>),
) -> Reply {
    let path = parts.uri.path().strip_prefix("/services/data/").unwrap_or_default();
    let mut segments = [""; SEGMENTS_MAX];
    let mut count = 0;
    // The first one is the version.
    for segment in Segments::of(path).skip(1) {
        match segments.get_mut(count) {
            Some(place) => *place = segment,
            None => return unsupported::route(mock, &parts.method, parts.uri.path()).into(),
        }
        count += 1;
    }
    let segments = segments.get(..count).unwrap_or_default();
    let of_length = ROUTES.get(count).map_or(&[][..], Vec::as_slice);
    let found = of_length.iter().find_map(|route| Some((route, route.take(segments)?)));
    let Some((route, taken)) = found else {
        return unsupported::route(mock, &parts.method, parts.uri.path()).into();
    };
    let Some(act) = route.methods.act(&parts.method) else {
        let has = route.methods.names();
        return unsupported::method_of_resource(&parts.method, parts.uri.path(), &has).into();
    };
    let mut reply =
        act(&Call { mock, caller, now, parts, body, peer, taken }).unwrap_or_else(Reply::from);
    if reply.status == StatusCode::NOT_FOUND
        && let Some(refusal) = unsupported::lacking(&mock.org(), mock, segments)
    {
        reply = refusal.into();
    }
    if parts.method == Method::HEAD { reply.head() } else { reply }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken<'c>(
        patterns: &[&'static str],
        path: &'c str,
    ) -> Option<(usize, [&'c str; NAMES_MAX])> {
        let mut routes: Vec<(usize, Route)> =
            patterns.iter().map(|path| Route::new(path, Methods::default())).enumerate().collect();
        routes.sort_by(|(_, a), (_, b)| a.segments.cmp(&b.segments));
        let path: Vec<&str> = path.split('/').collect();
        let fits = |route: &Route| {
            (route.segments.len() == path.len()).then(|| route.take(&path)).flatten()
        };
        routes.iter().find_map(|(at, route)| Some((*at, fits(route)?.texts)))
    }

    #[test]
    fn literal_segments_go_before_names_and_names_are_taken_down() {
        let patterns = ["/a/{x}", "/a/b", "/{y}/b/{z}", "/a/{x}/c"];
        assert_eq!(taken(&patterns, "a/b"), Some((1, [""; NAMES_MAX])));
        assert_eq!(taken(&patterns, "a/d"), Some((0, ["d", "", "", ""])));
        assert_eq!(taken(&patterns, "a/b/c"), Some((3, ["b", "", "", ""])));
        assert_eq!(taken(&patterns, "a/b/d"), Some((2, ["a", "d", "", ""])));
        assert_eq!(taken(&patterns, "b/a"), None);
    }

    #[test]
    fn every_route_has_room_for_its_segments_and_names() {
        for (path, _) in super::super::resources() {
            assert!(path.matches('/').count() <= SEGMENTS_MAX, "{path}");
            assert!(path.matches('{').count() <= NAMES_MAX, "{path}");
        }
    }

    #[test]
    fn segments_are_decoded_where_there_is_something_to_decode() {
        assert!(matches!(plain("a+b"), Some(Cow::Borrowed("a+b"))));
        assert_eq!(plain("a%2Fb%zz").as_deref(), Some("a/b%zz"));
        assert_eq!(plain("%ff"), None);
        let refused = not_utf8("id").0;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST);
        assert_eq!(refused.body.as_deref(), Some(&b"Invalid URL: Invalid UTF-8 in `id`"[..]));
    }
}
