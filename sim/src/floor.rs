//! The floor of a simulation: what the same calls cost when the other end does nothing.
//!
//! A bare router echoes what it gets, through the same in-process transport, one call at a time. A world whose visitors
//! need so many calls each cannot go faster than that: whatever it is slower is engine, org, journal and judgement.

use std::time::{Duration, Instant};

use axum::{
    Router,
    http::{Request, header},
    routing::post,
};
use bytes::Bytes;

use crate::crm::transport::{Direct, Exchange, Transport as _};

/// Bytes of the echoed body: those of a lead of ours.
const BODY_BYTES: usize = 400;
/// Calls of one measurement, at most.
const CALLS_MAX: u32 = 200_000;
/// How long is measured, about.
const MEASURED_FOR: Duration = Duration::from_millis(300);
/// Calls between two looks at the clock.
const CALLS_PER_LOOK: u32 = 500;

/// Bare calls in a second, and how many were made to find out.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Floor {
    /// Calls in a second.
    pub calls_per_s: f64,
    /// Calls made.
    pub calls: u32,
}

impl Floor {
    /// Visitors in a second, each of so many calls.
    pub fn visitors_per_s(&self, calls_per_visitor: f64) -> Option<f64> {
        (calls_per_visitor > 0.0 && self.calls > 0).then(|| self.calls_per_s / calls_per_visitor)
    }
}

/// Measures the floor on this machine, now.
pub fn measure() -> Floor {
    let router = Router::new().route("/echo", post(|body: Bytes| async move { body }));
    let mut transport = Direct::new(router);
    let body = Bytes::from(vec![b'x'; BODY_BYTES]);
    echo(&mut transport, &body, CALLS_PER_LOOK);
    let begun = Instant::now();
    let mut calls = 0;
    while calls < CALLS_MAX && begun.elapsed() < MEASURED_FOR {
        calls += echo(&mut transport, &body, CALLS_PER_LOOK);
    }
    Floor { calls_per_s: f64::from(calls) / begun.elapsed().as_secs_f64(), calls }
}

/// How many of these calls were echoed.
fn echo(transport: &mut Direct, body: &Bytes, calls: u32) -> u32 {
    let mut echoed = 0;
    for _ in 0..calls {
        let request = Request::post("/echo").header(header::CONTENT_TYPE, "application/json");
        let Ok(request) = request.body(body.clone()) else { continue };
        if let Exchange::Answered { response, .. } = transport.exchange(request) {
            echoed += u32::from(response.body() == body);
        }
    }
    echoed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_floor_counts_calls_that_were_echoed() {
        let floor = measure();
        assert!(floor.calls >= CALLS_PER_LOOK && floor.calls_per_s > 0.0, "{floor:?}");
    }

    #[test]
    fn a_visitor_costs_its_calls() {
        let floor = Floor { calls_per_s: 1_000.0, calls: 10 };
        assert_eq!(floor.visitors_per_s(4.0), Some(250.0));
        assert_eq!(floor.visitors_per_s(0.0), None);
        assert_eq!(Floor { calls_per_s: 0.0, calls: 0 }.visitors_per_s(4.0), None);
    }
}
