//! How a request gets to the CRM: straight into the router, through a pipe in memory, or over loopback TCP.
//!
//! All three give the same exchange for the same request. What a fault does to the wire is an extension of the
//! response on `direct`, and an act on the connection on the others.

mod direct;
mod duplex;
mod tcp;
mod wire;

use std::fmt::Debug;

use axum::http::{Request, Response};
use bytes::Bytes;
use engine::Lost;
use mock_salesforce::fault::WireFault;

pub use self::{direct::Direct, duplex::Duplex, tcp::Tcp};

/// Longest answer that is read, in bytes; a longer one counts as cut there.
pub const ANSWER_LIMIT: usize = 32 * 1024 * 1024;

/// Delivers one request and takes its whole answer.
pub trait Transport: Debug + Send {
    /// One exchange. Nothing else happens meanwhile.
    fn exchange(&mut self, request: Request<Bytes>) -> Exchange;
}

/// What came of sending a request.
#[derive(Debug)]
pub enum Exchange {
    /// An answer came, whole or cut.
    Answered {
        /// The answer, its body as far as it arrived.
        response: Response<Bytes>,
        /// Whether the body ended before its end.
        cut: bool,
        /// How many milliseconds a fault made it slower.
        slow_ms: u64,
    },
    /// No answer came.
    Lost(Lost),
}

impl Exchange {
    /// A whole answer, not slowed.
    pub fn answered(response: Response<Bytes>) -> Self {
        Self::Answered { response, cut: false, slow_ms: 0 }
    }

    /// How many milliseconds a fault made the answer slower.
    pub fn slow_ms(&self) -> u64 {
        match self {
            Self::Answered { slow_ms, .. } => *slow_ms,
            Self::Lost(_) => 0,
        }
    }

    /// The answer as the wire left it.
    fn with_fault(response: Response<Bytes>, fault: Option<WireFault>) -> Self {
        match fault {
            Some(WireFault::ResetBeforeSend) => Self::Lost(Lost::NotSent),
            Some(WireFault::LostAfterCommit) => Self::Lost(Lost::Unknown),
            Some(WireFault::TruncatedBody) => Self::Answered { response, cut: true, slow_ms: 0 },
            Some(WireFault::SlowBy(slow_ms)) => Self::Answered { response, cut: false, slow_ms },
            Some(WireFault::Dribble { chunk, ms }) => {
                let pieces = response.body().len().div_ceil(chunk.max(1) as usize) as u64;
                let slow_ms = pieces.saturating_mul(u64::from(ms));
                Self::Answered { response, cut: false, slow_ms }
            }
            None => Self::answered(response),
        }
    }
}

#[cfg(test)]
mod tests {
    use axum::{
        Extension, Router,
        body::Body,
        http::{Request, Response},
        routing::any,
    };

    use super::*;

    /// Answers with what the path says, as the fault layer would.
    async fn act(request: Request<Body>) -> Response<Body> {
        let fault = match request.uri().path() {
            "/reset" => Some(WireFault::ResetBeforeSend),
            "/lost" => Some(WireFault::LostAfterCommit),
            "/cut" => Some(WireFault::TruncatedBody),
            "/slow" => Some(WireFault::SlowBy(5_000)),
            _ => None,
        };
        let length = if fault == Some(WireFault::TruncatedBody) { "100" } else { "7" };
        let mut response = Response::builder()
            .header("content-length", length)
            .header("x", "y")
            .body("answer!".into())
            .unwrap();
        if let Some(fault) = fault {
            response.extensions_mut().insert(fault);
        }
        response
    }

    fn transports() -> Vec<Box<dyn Transport>> {
        let router = || Router::new().fallback(any(act)).layer(Extension(()));
        vec![
            Box::new(Direct::new(router())),
            Box::new(Duplex::new(router())),
            Box::new(Tcp::serve(router()).unwrap()),
        ]
    }

    fn seen(exchange: Exchange) -> String {
        match exchange {
            Exchange::Answered { response, cut, slow_ms } => {
                let body = String::from_utf8_lossy(response.body()).into_owned();
                format!(
                    "{} {} {body} cut={cut} slow={slow_ms}",
                    response.status().as_u16(),
                    response.headers()["x"].to_str().unwrap()
                )
            }
            Exchange::Lost(lost) => format!("{lost:?}"),
        }
    }

    #[test]
    fn every_transport_tells_the_same_of_the_same_faults() {
        for mut transport in transports() {
            let mut at = |path: &str| {
                seen(transport.exchange(Request::get(path).body(Bytes::new()).unwrap()))
            };
            for _ in 0..2 {
                assert_eq!(at("/"), "200 y answer! cut=false slow=0");
                assert_eq!(at("/reset"), "NotSent");
                assert_eq!(at("/slow"), "200 y answer! cut=false slow=5000");
                assert_eq!(at("/lost"), "Unknown");
                assert_eq!(at("/cut"), "200 y answer! cut=true slow=0");
            }
            assert_eq!(at("/"), "200 y answer! cut=false slow=0");
        }
    }
}
