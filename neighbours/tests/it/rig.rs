//! One system behind its router, with a clock that a test moves.

use std::{
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    task::{Context, Poll, Waker},
};

use axum::{Router, body::Body, http::Request};
use http_body_util::BodyExt as _;
use neighbours::{Neighbour, Setup};
use tower::ServiceExt as _;

/// 2026-03-04T18:00:00Z
pub(crate) const START: i64 = 1_772_647_200_000;

/// The mocks wait for nothing.
pub(crate) fn block<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => unreachable!("the mocks wait for nothing"),
    }
}

pub(crate) struct Rig {
    pub(crate) neighbour: Neighbour,
    router: Router,
    now: Arc<AtomicI64>,
    pub(crate) token: String,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) status: u16,
    pub(crate) headers: Vec<String>,
    pub(crate) body: String,
}

impl Said {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find_map(|it| it.strip_prefix(name)?.strip_prefix(": "))
    }

    /// Status and body, as a test quotes them.
    pub(crate) fn line(&self) -> String {
        format!("{} {}", self.status, self.body)
    }
}

impl Rig {
    pub(crate) fn new(setup: Setup) -> Self {
        let now = Arc::new(AtomicI64::new(START));
        let clock = Arc::clone(&now);
        let neighbour = Neighbour::new(setup, Arc::new(move || clock.load(Ordering::Relaxed)));
        Self { router: neighbour.router(), neighbour, now, token: String::new() }
    }

    pub(crate) fn later(&self, ms: i64) {
        self.now.fetch_add(ms, Ordering::Relaxed);
    }

    /// `METHOD path`, headers `name: value` one a line, body.
    pub(crate) async fn ask(&self, line: &str, headers: &str, body: &str) -> Said {
        let (method, path) = line.split_once(' ').unwrap();
        let mut request = Request::builder().method(method).uri(path);
        if !self.token.is_empty() {
            request = request.header("authorization", format!("Bearer {}", self.token));
        }
        for header in headers.lines() {
            let (name, value) = header.trim().split_once(": ").unwrap();
            request = request.header(name, value);
        }
        let request = request.body(Body::from(body.to_owned())).unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let status = response.status().as_u16();
        let text = |(name, value): (&axum::http::HeaderName, &axum::http::HeaderValue)| {
            format!("{name}: {}", value.to_str().unwrap())
        };
        let headers = response.headers().iter().map(text).collect();
        let body = response.into_body().collect().await.unwrap().to_bytes();
        Said { status, headers, body: String::from_utf8(body.to_vec()).unwrap() }
    }

    /// Logs in, and keeps the token.
    pub(crate) async fn log_in(&mut self, line: &str, form: &str) -> Said {
        let said = self.ask(line, "content-type: application/x-www-form-urlencoded", form).await;
        let body: serde_json::Value = serde_json::from_str(&said.body).unwrap_or_default();
        self.token = body["access_token"].as_str().unwrap_or_default().to_owned();
        said
    }
}
