//! The floor: what a bare axum server can do on this machine, now, with bodies of the same size.
//!
//! It answers with bytes that it has, so whatever the real server is slower is its own work. Throughput is measured
//! with as many exchanges in flight as the run had, latency with one at a time.

use std::{
    io,
    time::{Duration, Instant},
};

use axum::{Router, routing::post};
use bytes::Bytes;
use hdrhistogram::Histogram;

use super::{
    LoadError, Tally,
    local::Server,
    tally::{latencies, note},
};
use crate::crm::{
    Exchange,
    live::{Limits, Live},
};

/// How long throughput is measured.
const THROUGHPUT_FOR: Duration = Duration::from_secs(1);
/// How many exchanges latency is measured with.
const LATENCY_SAMPLES: usize = 500;
/// Exchanges in flight, at most: more only queue up.
const IN_FLIGHT_LIMIT: usize = 64;

/// What the bare server did.
#[derive(Debug)]
pub struct Floor {
    /// Exchanges in a second.
    pub calls_per_s: f64,
    /// Latency of single exchanges, in microseconds.
    pub call_us: Histogram<u64>,
    /// Bytes of the request's body.
    pub request_bytes: usize,
    /// Bytes of the answer's body.
    pub answer_bytes: usize,
}

impl Floor {
    /// Visits in a second, each of so many exchanges.
    pub fn visits_per_s(&self, calls_per_visit: f64) -> Option<f64> {
        (calls_per_visit > 0.0).then(|| self.calls_per_s / calls_per_visit)
    }
}

/// Measures the floor for a run with these bodies.
pub(super) async fn measure(tally: &Tally, workers: usize) -> Result<Floor, LoadError> {
    let (request_bytes, answer_bytes) = tally.bytes_per_call();
    let answer = Bytes::from(vec![b' '; answer_bytes]);
    let router = Router::new().route("/", post(move |_: Bytes| async move { answer }));
    let server = Server::start("floor", router)?;
    let live = Live::new(&server.url(), Limits::default())?;
    let body = Bytes::from(vec![b' '; request_bytes]);
    let mut call_us = latencies();
    for _ in 0..LATENCY_SAMPLES {
        let sent = Instant::now();
        exchange(&live, &body, answer_bytes).await?;
        note(&mut call_us, sent.elapsed());
    }
    let calls_per_s =
        throughput(&live, &body, answer_bytes, workers.clamp(1, IN_FLIGHT_LIMIT)).await?;
    Ok(Floor { calls_per_s, call_us, request_bytes, answer_bytes })
}

async fn throughput(
    live: &Live,
    body: &Bytes,
    answer_bytes: usize,
    in_flight: usize,
) -> Result<f64, LoadError> {
    let started = Instant::now();
    let senders: Vec<_> = (0..in_flight)
        .map(|_| {
            let (live, body) = (live.clone(), body.clone());
            tokio::spawn(async move {
                let mut count = 0_u32;
                while started.elapsed() < THROUGHPUT_FOR {
                    exchange(&live, &body, answer_bytes).await?;
                    count += 1;
                }
                Ok::<u32, io::Error>(count)
            })
        })
        .collect();
    let mut count = 0.0;
    for sender in senders {
        count += f64::from(sender.await.map_err(io::Error::other)??);
    }
    Ok(count / started.elapsed().as_secs_f64())
}

async fn exchange(live: &Live, body: &Bytes, answer_bytes: usize) -> io::Result<()> {
    let request =
        axum::http::Request::post("/").body(body.clone()).expect("a path of one slash is a URI");
    match live.exchange(request).await {
        Exchange::Answered { response, cut: false, .. }
            if response.body().len() == answer_bytes =>
        {
            Ok(())
        }
        other => Err(io::Error::other(format!("the bare server answered {other:?}"))),
    }
}
