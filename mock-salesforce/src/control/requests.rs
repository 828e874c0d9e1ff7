//! The journal of requests, filtered and in pages. Secrets are not in it: they are taken out when it is written.

use indexmap::IndexMap;
use serde::Serialize;

use super::{Control, ControlError, page_of};
use crate::{
    fault::WireFault,
    operation::Operation,
    traffic::{Exchange, RequestFilter},
};

/// Bytes of a body that a list shows when nobody asks for another number.
const BODY_SHOWN: usize = 4_096;

/// A page of the journal, oldest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RequestPage {
    /// The requests.
    pub requests: Vec<SeenRequest>,
    /// The number to go on after, when there are more.
    pub next: Option<u64>,
    /// Requests since the start, noted or not.
    pub recorded: u64,
    /// Of those, how many are kept.
    pub kept: usize,
    /// How many went to make room.
    pub dropped: u64,
}

/// One request and its answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SeenRequest {
    /// Counted from 1.
    pub seq: u64,
    /// When it arrived.
    pub at: String,
    /// Its `x-call-id`.
    pub call_id: Option<String>,
    /// What it was for.
    pub operation: Operation,
    /// The object it named.
    pub object: Option<String>,
    /// HTTP method.
    pub method: String,
    /// Path.
    pub path: String,
    /// Query string, as it was sent.
    pub query: String,
    /// Headers of the request.
    pub headers: IndexMap<String, String>,
    /// Body of the request.
    pub body: String,
    /// Status of the answer; 0 when the request never arrived.
    pub status: u16,
    /// Body of the answer.
    pub answer: String,
    /// The fault that hit it.
    pub fault: Option<String>,
    /// What the wire did to the answer.
    pub wire: Option<WireFault>,
    /// Were bodies cut for this list?
    pub cut: bool,
}

impl Control {
    /// Requests that fit, oldest first.
    pub fn requests(&self, filter: &RequestFilter) -> Result<RequestPage, ControlError> {
        let limit = page_of(filter.limit)?;
        let traffic = self.mock.traffic();
        let shown = filter.body_bytes.unwrap_or(BODY_SHOWN);
        let fitting: Vec<Exchange> =
            traffic.iter().filter(|exchange| filter.fits(exchange)).collect();
        let skipped = filter.last.map_or(0, |last| fitting.len().saturating_sub(last));
        let page: Vec<&Exchange> = fitting.iter().skip(skipped).take(limit).collect();
        let more = fitting.len() - skipped > page.len();
        Ok(RequestPage {
            next: page.last().map(|exchange| exchange.seq).filter(|_| more),
            requests: page.into_iter().map(|exchange| seen(exchange, shown)).collect(),
            recorded: traffic.recorded(),
            kept: traffic.kept(),
            dropped: traffic.dropped(),
        })
    }

    /// One request, with its bodies as far as they were kept.
    pub fn request(&self, seq: u64) -> Result<SeenRequest, ControlError> {
        let traffic = self.mock.traffic();
        traffic.get(seq).map(|exchange| seen(&exchange, usize::MAX)).ok_or_else(|| {
            let message = format!("request {seq} is not in the journal");
            ControlError::not_found(message, "old requests go to make room; list what is there")
        })
    }

    /// Forgets every request. Numbers go on.
    pub fn clear_requests(&self) {
        self.mock.traffic().clear();
    }
}

fn seen(exchange: &Exchange, shown: usize) -> SeenRequest {
    let bodies = [&exchange.request_body, &exchange.response_body];
    SeenRequest {
        seq: exchange.seq,
        at: exchange.at.to_string(),
        call_id: exchange.call_id.clone(),
        operation: exchange.operation,
        object: exchange.object.clone(),
        method: exchange.method.to_string(),
        path: exchange.path.clone(),
        query: exchange.query.clone(),
        headers: exchange
            .request_headers
            .iter()
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect(),
        body: text(&exchange.request_body, shown),
        status: exchange.status,
        answer: text(&exchange.response_body, shown),
        fault: exchange.fault.clone(),
        wire: exchange.wire,
        cut: bodies.iter().any(|body| body.len() > shown),
    }
}

fn text(body: &[u8], shown: usize) -> String {
    String::from_utf8_lossy(body.get(..shown).unwrap_or(body)).into_owned()
}
