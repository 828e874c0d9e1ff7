//! The router as a function: no sockets, no copies. The canonical transport of a run.

use std::fmt;

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Request, Response},
};
use bytes::Bytes;
use engine::Lost;
use mock_salesforce::fault::WireFault;
use tokio::runtime::{Builder, Runtime};
use tower::ServiceExt as _;

use super::{ANSWER_LIMIT, Exchange, Transport};

/// Calls the router in this thread.
pub struct Direct {
    router: Router,
    runtime: Runtime,
}

impl fmt::Debug for Direct {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Direct")
    }
}

impl Direct {
    /// A transport into this router.
    pub fn new(router: Router) -> Self {
        let runtime = Builder::new_current_thread()
            .build()
            .expect("a runtime without drivers needs nothing of the system");
        Self { router, runtime }
    }
}

impl Transport for Direct {
    fn exchange(&mut self, request: Request<Bytes>) -> Exchange {
        let router = self.router.clone();
        let answered = self.runtime.block_on(async move {
            let Ok(response) = router.oneshot(request.map(Body::from)).await;
            let (mut parts, body) = response.into_parts();
            let fault = parts.extensions.remove::<WireFault>();
            // In process a body breaks only by being too long.
            let body = to_bytes(body, ANSWER_LIMIT).await.ok()?;
            Some(Exchange::with_fault(Response::from_parts(parts, body), fault))
        });
        answered.unwrap_or(Exchange::Lost(Lost::Unknown))
    }
}
