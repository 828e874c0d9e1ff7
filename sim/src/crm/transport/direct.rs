//! The router as a function: no sockets, no runtime. The canonical transport of a run.

use std::{
    fmt,
    pin::pin,
    task::{Context, Poll, Waker},
};

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Request, Response},
};
use bytes::Bytes;
use engine::Lost;
use mock_salesforce::fault::WireFault;
use tower::Service as _;

use super::{ANSWER_LIMIT, Exchange, Transport};

/// Calls the router in this thread.
pub struct Direct {
    router: Router,
}

impl fmt::Debug for Direct {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Direct")
    }
}

impl Direct {
    /// A transport into this router, which must answer without waiting for anything.
    pub fn new(router: Router) -> Self {
        Self { router }
    }
}

impl Transport for Direct {
    fn exchange(&mut self, request: Request<Bytes>) -> Exchange {
        let answer = self.router.call(request.map(Body::from));
        at_once(async {
            let Ok(response) = answer.await;
            let (mut parts, body) = response.into_parts();
            let fault = parts.extensions.remove::<WireFault>();
            // In process a body breaks only by being too long.
            let Ok(body) = to_bytes(body, ANSWER_LIMIT).await else {
                return Exchange::Lost(Lost::Unknown);
            };
            Exchange::with_fault(Response::from_parts(parts, body), fault)
        })
    }
}

/// Takes a future's output without waiting.
fn at_once<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => unreachable!("the mock's router has no I/O and no timers to wait for"),
    }
}
