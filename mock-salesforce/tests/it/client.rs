//! A client of the mock's router, without a socket: the answer must be there at the first poll.

use std::{
    pin::pin,
    task::{Context, Poll, Waker},
};

use axum::{
    Router,
    body::Body,
    http::{HeaderMap, Request, StatusCode},
};
use mock_salesforce::{
    CustomField, FieldKind, Mock, Org, OrgSeed, SfId, Timestamp, WireFault, clock::Manual,
    standard_org,
};
use serde_json::Value as Json;
use tower::Service as _;

/// 2026-05-13T10:00:00Z, a Wednesday.
pub(crate) const NOW: Timestamp = Timestamp(1_778_666_400_000);

/// A mock and a session in it.
pub(crate) struct Client {
    pub(crate) mock: Mock,
    pub(crate) clock: Manual,
    pub(crate) user: SfId,
    router: Router,
    token: String,
    headers: Vec<(&'static str, String)>,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
    /// The body as it is, where it is no text.
    pub(crate) bytes: Vec<u8>,
    pub(crate) wire: Option<WireFault>,
}

impl Answer {
    pub(crate) fn json(&self) -> Json {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    /// `id` of a save result.
    pub(crate) fn id(&self) -> String {
        self.json()["id"].as_str().unwrap_or_else(|| panic!("no id: {}", self.text)).to_owned()
    }

    /// `errorCode` of the first error.
    pub(crate) fn code(&self) -> String {
        self.json()[0]["errorCode"]
            .as_str()
            .unwrap_or_else(|| panic!("no code: {}", self.text))
            .to_owned()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

impl Client {
    /// The standard org without its duplicate rule.
    pub(crate) fn new() -> Self {
        let mut seed = standard_org();
        seed.duplicate_rules.clear();
        Self::of(seed)
    }

    pub(crate) fn of(seed: OrgSeed) -> Self {
        let clock = Manual::new(NOW);
        Self::over(Mock::new(Org::new(&seed, NOW).unwrap(), clock.clone()), clock)
    }

    /// A client of a mock that is there.
    pub(crate) fn over(mock: Mock, clock: Manual) -> Self {
        let (user, _) = mock.first_user().unwrap();
        let token = mock.access_token(user);
        let router = mock.router();
        Self { mock, clock, user, router, token, headers: Vec::new() }
    }

    pub(crate) fn seed_with(fields: &[(&str, FieldKind)]) -> OrgSeed {
        let mut seed = standard_org();
        seed.duplicate_rules.clear();
        let lead = seed.fields.get_mut("Lead").unwrap();
        lead.extend(fields.iter().map(|(name, kind)| CustomField::new(name, *kind)));
        seed
    }

    pub(crate) fn token(&self) -> &str {
        &self.token
    }

    pub(crate) fn use_token(&mut self, token: &str) {
        token.clone_into(&mut self.token);
    }

    /// Sends this header with every call from now on.
    pub(crate) fn header(&mut self, name: &'static str, value: &str) -> &mut Self {
        self.headers.retain(|(known, _)| *known != name);
        self.headers.push((name, value.to_owned()));
        self
    }

    /// A call below `/services/data/v62.0`.
    pub(crate) fn call(&mut self, method: &str, path: &str, body: &str) -> Answer {
        self.raw(method, &format!("/services/data/v62.0{path}"), body)
    }

    pub(crate) fn raw(&mut self, method: &str, path: &str, body: &str) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        if !self.token.is_empty() {
            request = request.header("authorization", format!("Bearer {}", self.token));
        }
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        self.send(request.body(Body::from(body.to_owned())).unwrap())
    }

    pub(crate) fn send(&mut self, request: Request<Body>) -> Answer {
        let response = at_once(self.router.call(request)).unwrap();
        let (parts, body) = response.into_parts();
        let bytes = at_once(axum::body::to_bytes(body, usize::MAX)).unwrap();
        Answer {
            status: parts.status,
            headers: parts.headers,
            text: String::from_utf8_lossy(&bytes).into_owned(),
            bytes: bytes.to_vec(),
            wire: parts.extensions.get().copied(),
        }
    }

    pub(crate) fn get(&mut self, path: &str) -> Answer {
        self.call("GET", path, "")
    }

    /// The rows of a query.
    pub(crate) fn query(&mut self, soql: &str) -> Answer {
        let encoded =
            percent_encoding::utf8_percent_encode(soql, percent_encoding::NON_ALPHANUMERIC);
        self.get(&format!("/query?q={encoded}"))
    }

    /// Creates a row and gives its id.
    pub(crate) fn create(&mut self, object: &str, fields: Json) -> String {
        let answer = self.call("POST", &format!("/sobjects/{object}"), &fields.to_string());
        assert_eq!(answer.status, 201, "{}", answer.text);
        answer.id()
    }
}

/// What a future gives that never waits.
fn at_once<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("the router waited for something"),
    }
}
