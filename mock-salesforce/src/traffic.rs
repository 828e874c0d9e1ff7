//! Traffic: every request and answer, in order, bounded and without secrets.
//!
//! Secrets are taken out before an exchange is stored, never when it is read. The oldest exchanges make room for
//! new ones; how many went is counted.

mod filter;
mod noted;
mod redact;

use std::collections::VecDeque;
use std::slice;

use axum::http::Method;
use bytes::Bytes;

use crate::{Timestamp, ahead::ask_for, fault::WireFault, operation::Operation};

pub use filter::{RequestFilter, StatusFilter};
pub(crate) use noted::{Arrival, Noted, Outcome};

/// Exchanges kept when nobody says otherwise.
pub const DEFAULT_CAPACITY: usize = 1_000;
/// Bytes of bodies that are kept when nobody says otherwise.
pub const DEFAULT_BYTES: usize = 64 * 1024 * 1024;
/// Longest body kept, in bytes; a longer one is cut there.
pub const BODY_LIMIT: usize = 256 * 1024;

/// Most exchanges whose memory waits for others.
const SPARE_MAX: usize = 16;

/// One call and its answer.
#[derive(Debug, Clone)]
pub struct Exchange {
    /// Counted from 1, over everything that ever arrived.
    pub seq: u64,
    /// When it arrived, on the mock's clock.
    pub at: Timestamp,
    /// The request's `x-call-id`.
    pub call_id: Option<String>,
    /// What it was for.
    pub operation: Operation,
    /// The object it named.
    pub object: Option<String>,
    /// HTTP method.
    pub method: Method,
    /// Path, as it was routed.
    pub path: String,
    /// Query string, still percent-encoded, secrets replaced.
    pub query: String,
    /// The request's headers, secrets left out.
    pub request_headers: NotedHeaders,
    /// The request's body, secrets replaced, at most [`BODY_LIMIT`] bytes.
    pub request_body: Bytes,
    /// The answer's status. An answer that was lost has one too: it tells what the org did.
    pub status: u16,
    /// The answer's body, as the org wrote it, secrets replaced, at most [`BODY_LIMIT`] bytes.
    pub response_body: Bytes,
    /// The rule that hit it.
    pub fault: Option<String>,
    /// What the wire did to the answer.
    pub wire: Option<WireFault>,
}

/// Headers as they are noted: one piece of text, so that a journal of many exchanges stays cheap.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NotedHeaders(Box<str>);

impl NotedHeaders {
    /// Names in lower case, and values.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.lines().filter_map(|line| line.split_once(": "))
    }

    /// The value of a header, by its name in any case.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.iter().find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }
}

/// The journal of exchanges.
#[derive(Debug, Clone)]
pub struct Traffic {
    /// Boxed: to take out the oldest, whose memory nobody has touched for long, reads none of it.
    exchanges: VecDeque<Box<Noted>>,
    /// The memory of exchanges that went: the next ones are written there.
    spare: VecDeque<Box<Noted>>,
    capacity: usize,
    /// Most bytes of bodies.
    bytes_max: usize,
    bytes: usize,
    recorded: u64,
    dropped: u64,
}

impl Default for Traffic {
    fn default() -> Self {
        Self::with_capacity(DEFAULT_CAPACITY)
    }
}

impl Traffic {
    /// A journal of at most `capacity` exchanges; with 0 nothing is kept, and all is still counted.
    pub fn with_capacity(capacity: usize) -> Self {
        Self {
            exchanges: VecDeque::new(),
            spare: VecDeque::new(),
            capacity,
            bytes_max: DEFAULT_BYTES,
            bytes: 0,
            recorded: 0,
            dropped: 0,
        }
    }

    /// Changes how many exchanges are kept; the oldest go first.
    pub fn set_capacity(&mut self, capacity: usize) {
        self.capacity = capacity;
        self.make_room();
    }

    /// Changes how many bytes of bodies are kept; the oldest exchanges go first.
    pub fn set_byte_capacity(&mut self, bytes: usize) {
        self.bytes_max = bytes;
        self.make_room();
    }

    /// Forgets what is kept. Numbers go on.
    pub fn clear(&mut self) {
        self.dropped += self.exchanges.len() as u64;
        self.exchanges.clear();
        self.bytes = 0;
    }

    fn make_room(&mut self) {
        while self.exchanges.len() > self.capacity || self.bytes > self.bytes_max {
            let Some(oldest) = self.exchanges.pop_front() else { return };
            self.bytes = self.bytes.saturating_sub(oldest.weight());
            self.dropped += 1;
            if self.spare.len() < SPARE_MAX && oldest.is_small() {
                self.spare.push_back(oldest);
            }
        }
    }

    /// Where the next exchange is written, if exchanges are kept at all.
    pub(crate) fn begin(&mut self) -> Option<Box<Noted>> {
        (self.capacity > 0).then(|| self.spare.pop_back().unwrap_or_default())
    }

    /// Exchanges kept, oldest first.
    pub fn iter(&self) -> impl Iterator<Item = Exchange> {
        self.exchanges.iter().map(|noted| noted.exchange())
    }

    /// How many exchanges are kept.
    pub fn kept(&self) -> usize {
        self.exchanges.len()
    }

    /// The exchange of a number, if it is kept.
    pub fn get(&self, seq: u64) -> Option<Exchange> {
        self.exchanges.iter().find(|noted| noted.seq() == seq).map(|noted| noted.exchange())
    }

    /// The newest exchange.
    pub fn last(&self) -> Option<Exchange> {
        self.exchanges.back().map(|noted| noted.exchange())
    }

    /// Takes out what is kept, oldest first.
    pub fn drain(&mut self) -> Vec<Exchange> {
        self.bytes = 0;
        self.exchanges.drain(..).map(|noted| noted.exchange()).collect()
    }

    /// How many exchanges there were.
    pub fn recorded(&self) -> u64 {
        self.recorded
    }

    /// How many went to make room.
    pub fn dropped(&self) -> u64 {
        self.dropped
    }

    /// Notes an exchange, or only counts it.
    pub(crate) fn record(
        &mut self,
        noted: Option<Box<Noted>>,
        at: Timestamp,
        outcome: Outcome<'_>,
    ) {
        self.recorded += 1;
        let Some(mut noted) = noted.filter(|_| self.capacity > 0) else {
            self.dropped += 1;
            return;
        };
        noted.answered(self.recorded, at, outcome);
        self.bytes += noted.weight();
        self.exchanges.push_back(noted);
        self.make_room();
        self.ask_for_next();
    }

    /// Asks for the memory that the next exchange is written to, and for the exchange that makes room then: nobody has
    /// been there for long.
    fn ask_for_next(&self) {
        if let Some(noted) = self.spare.back() {
            noted.ask_for();
        }
        if let Some(oldest) = self.exchanges.front() {
            ask_for(slice::from_ref(&**oldest), 0);
        }
    }
}
