//! An exchange as it is kept: texts and small bodies in one run of bytes, whose memory the next exchange takes over.
//!
//! Nearly all exchanges go unread, so what can be told from the rest is told when somebody reads.

use axum::http::{HeaderMap, Method};
use bytes::Bytes;

use super::{Exchange, NotedHeaders, redact};
use crate::{
    Timestamp,
    ahead::ask_for_lines,
    fault::WireFault,
    operation::{Operation, classify},
};

/// Longest run of bytes that waits for another exchange.
const SMALL: usize = 4 * 1024;

/// Lines of memory that are asked for ahead: those of most exchanges.
const LINES_MAX: usize = 16;

/// What is known of a call when it arrives.
pub(crate) struct Arrival<'r> {
    pub(crate) headers: &'r HeaderMap,
    pub(crate) path: &'r str,
    pub(crate) query: &'r str,
    pub(crate) operation: Operation,
    pub(crate) body: &'r Bytes,
}

/// What became of a call.
pub(crate) struct Outcome<'r> {
    pub(crate) method: Method,
    pub(crate) operation: Operation,
    /// 0 when it never arrived.
    pub(crate) status: u16,
    pub(crate) body: &'r Bytes,
    pub(crate) rule: Option<String>,
    pub(crate) wire: Option<WireFault>,
}

/// One exchange, without secrets.
#[derive(Debug, Clone, Default)]
pub(crate) struct Noted {
    /// Headers, path, query, body of the request, body of the answer.
    run: Vec<u8>,
    /// Where each of them ends, but for the last.
    ends: [usize; 4],
    /// Bodies that are too large to be copied.
    shared: Option<Box<Bodies>>,
    seq: u64,
    at: Timestamp,
    method: Method,
    operation: Option<Operation>,
    status: u16,
    fault: Option<String>,
    wire: Option<WireFault>,
}

#[derive(Debug, Clone, Default)]
struct Bodies {
    request: Option<Bytes>,
    answer: Option<Bytes>,
}

impl Noted {
    /// Writes down what arrived.
    pub(crate) fn arrived(mut self: Box<Self>, arrival: &Arrival<'_>) -> Box<Self> {
        self.run.clear();
        // Room for most: what is larger than a small body is not copied.
        self.run.reserve(SMALL / 4);
        self.shared = None;
        redact::headers(arrival.headers, &mut self.run);
        let headers = self.run.len();
        self.run.extend_from_slice(arrival.path.as_bytes());
        let path = self.run.len();
        redact::query(arrival.query, &mut self.run);
        let query = self.run.len();
        if let Some(large) = redact::body(arrival.operation, arrival.body, &mut self.run) {
            self.shared.get_or_insert_default().request = Some(large);
        }
        self.ends = [headers, path, query, self.run.len()];
        self
    }

    /// Writes down what became of it.
    pub(super) fn answered(&mut self, seq: u64, at: Timestamp, outcome: Outcome<'_>) {
        if let Some(large) = redact::body(outcome.operation, outcome.body, &mut self.run) {
            self.shared.get_or_insert_default().answer = Some(large);
        }
        (self.seq, self.at, self.method) = (seq, at, outcome.method);
        (self.operation, self.status) = (Some(outcome.operation), outcome.status);
        (self.fault, self.wire) = (outcome.rule, outcome.wire);
    }

    pub(super) fn seq(&self) -> u64 {
        self.seq
    }

    /// About how many bytes it takes beside its fixed part.
    pub(super) fn weight(&self) -> usize {
        let bodies = self.shared.iter().flat_map(|both| [&both.request, &both.answer]);
        self.run.len() + bodies.flatten().map(Bytes::len).sum::<usize>()
    }

    /// Asks for its memory, which is going to be written to.
    pub(super) fn ask_for(&self) {
        ask_for_lines(&self.run, LINES_MAX);
    }

    /// May its memory wait for the next exchange?
    pub(super) fn is_small(&self) -> bool {
        self.run.capacity() <= SMALL
    }

    /// As it is told.
    pub(super) fn exchange(&self) -> Exchange {
        let [headers, path, query, body] = self.ends;
        let text = |from, to| String::from_utf8_lossy(self.part(from, to)).into_owned();
        let shared = self.shared.as_deref();
        let whole = |large: Option<&Bytes>, from, to| {
            large.cloned().unwrap_or_else(|| Bytes::copy_from_slice(self.part(from, to)))
        };
        let request_headers = NotedHeaders(text(0, headers).into());
        let (path, query) = (text(headers, path), text(path, query));
        let call = classify(&self.method, &path, &query);
        Exchange {
            seq: self.seq,
            at: self.at,
            call_id: request_headers.get("x-call-id").map(str::to_owned),
            operation: self.operation.unwrap_or(call.operation),
            object: call.object.map(str::to_owned),
            method: self.method.clone(),
            request_body: whole(shared.and_then(|both| both.request.as_ref()), self.ends[2], body),
            response_body: whole(
                shared.and_then(|both| both.answer.as_ref()),
                body,
                self.run.len(),
            ),
            status: self.status,
            fault: self.fault.clone(),
            wire: self.wire,
            request_headers,
            path,
            query,
        }
    }

    fn part(&self, from: usize, to: usize) -> &[u8] {
        self.run.get(from..to).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exchange_is_told_as_it_was_and_its_memory_taken_over() {
        let mut headers = HeaderMap::new();
        headers.insert("x-call-id", "7".parse().unwrap());
        let large = Bytes::from(vec![b'x'; 10_000]);
        let mut noted = Box::<Noted>::default();
        for (path, body) in
            [("/services/data/v62.0/sobjects/Lead", &large), ("/id/a", &Bytes::new())]
        {
            let operation = Operation::Create;
            let arrival =
                Arrival { headers: &headers, path, query: "a=1&token=x", operation, body };
            noted = noted.arrived(&arrival);
            let (method, answer) = (Method::POST, Bytes::from_static(b"[]"));
            let (rule, wire) = (None, None);
            let outcome = Outcome { method, operation, status: 201, body: &answer, rule, wire };
            noted.answered(1, Timestamp(5), outcome);
            let told = noted.exchange();
            assert_eq!((told.path.as_str(), told.query.as_str()), (path, "a=1&token=[redacted]"));
            assert_eq!((told.request_body, told.response_body), (body.clone(), answer));
            assert_eq!((told.call_id.as_deref(), told.status), (Some("7"), 201));
            assert_eq!(told.object.as_deref(), path.ends_with("Lead").then_some("Lead"));
        }
        assert!(noted.is_small());
        assert_eq!(noted.weight(), "x-call-id: 7\n/id/aa=1&token=[redacted][]".len());
    }
}
