//! HTTP/1.1 on both ends of a connection of any kind: what `duplex` and `tcp` share.
//!
//! The serving end turns what a fault does to the wire into acts: it hangs up instead of answering, or in the middle
//! of an answer's body. It never sleeps: a run's time is virtual, so a slow answer is only noted as slow. A hung-up
//! connection does not tell whether the request had arrived; the serving end notes that too, for whoever sends.

use std::{
    fmt,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
};

use axum::{
    Router,
    body::{Body, HttpBody},
    http::{HeaderValue, Request, Response, header::HOST},
};
use bytes::{Bytes, BytesMut};
use engine::Lost;
use http_body_util::{BodyExt as _, Full};
use hyper::{
    body::{Frame, Incoming},
    client::conn::http1::{SendRequest, handshake},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::TokioIo;
use mock_salesforce::fault::WireFault;
use tokio::io::{AsyncRead, AsyncWrite};
use tower::ServiceExt as _;

use super::{ANSWER_LIMIT, Exchange};

/// What was done to the last answer. One exchange runs at a time, so one place is enough.
#[derive(Debug, Clone, Default)]
pub(super) struct LastFault(Arc<Mutex<Option<WireFault>>>);

impl LastFault {
    fn note(&self, fault: Option<WireFault>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = fault;
    }

    fn take(&self) -> Option<WireFault> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// The fault plan broke the connection.
#[derive(Debug)]
struct HungUp;

impl fmt::Display for HungUp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a fault broke the connection")
    }
}

impl std::error::Error for HungUp {}

/// Serves the router on a connection until either end hangs up.
pub(super) async fn serve(
    io: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    router: Router,
    faults: LastFault,
) {
    let service = service_fn(move |request: Request<Incoming>| {
        let (router, faults) = (router.clone(), faults.clone());
        async move {
            let Ok(mut response) = router.oneshot(request.map(Body::new)).await;
            let fault = response.extensions_mut().remove::<WireFault>();
            faults.note(fault);
            match fault {
                Some(WireFault::ResetBeforeSend | WireFault::LostAfterCommit) => Err(HungUp),
                Some(WireFault::TruncatedBody) => {
                    Ok(response.map(|body| Body::new(CutBody::new(body))))
                }
                Some(WireFault::SlowBy(_) | WireFault::Dribble { .. }) | None => Ok(response),
            }
        }
    });
    // Hyper's own `Date` would be wall time.
    let served = http1::Builder::new()
        .auto_date_header(false)
        .serve_connection(TokioIo::new(io), service)
        .await;
    if let Err(error) = served {
        tracing::debug!(%error, "connection ended early");
    }
}

/// A body that breaks off after its bytes: no length is known, so that hyper promises more than comes.
struct CutBody {
    body: Body,
    /// Gives hyper one turn to send what it has.
    paused: bool,
}

impl CutBody {
    fn new(body: Body) -> Self {
        Self { body, paused: false }
    }
}

impl HttpBody for CutBody {
    type Data = Bytes;
    type Error = axum::BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::BoxError>>> {
        match Pin::new(&mut self.body).poll_frame(context) {
            Poll::Ready(Some(Ok(frame))) => Poll::Ready(Some(Ok(frame))),
            Poll::Pending => Poll::Pending,
            Poll::Ready(_) if self.paused => Poll::Ready(Some(Err(HungUp.into()))),
            Poll::Ready(_) => {
                self.paused = true;
                context.waker().wake_by_ref();
                Poll::Pending
            }
        }
    }
}

/// The sending end: one connection, kept alive until it breaks.
#[derive(Debug, Default)]
pub(super) struct Sender {
    connection: Option<SendRequest<Full<Bytes>>>,
    faults: LastFault,
}

impl Sender {
    pub(super) fn new(faults: LastFault) -> Self {
        Self { connection: None, faults }
    }

    /// One exchange over the connection, or over a new one that `connect` makes.
    pub(super) async fn exchange<I>(
        &mut self,
        request: Request<Bytes>,
        connect: impl AsyncFnOnce() -> Option<I>,
    ) -> Exchange
    where
        I: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let ready = match self.connection.take().filter(|connection| !connection.is_closed()) {
            Some(connection) => Some(connection),
            None => connected(connect).await,
        };
        let Some(mut connection) = ready else { return Exchange::Lost(Lost::NotSent) };
        let mut request = request.map(Full::new);
        request.headers_mut().entry(HOST).or_insert(HeaderValue::from_static("localhost"));
        let Ok(response) = connection.send_request(request).await else {
            let arrived = self.faults.take() != Some(WireFault::ResetBeforeSend);
            return Exchange::Lost(if arrived { Lost::Unknown } else { Lost::NotSent });
        };
        let (parts, body) = response.into_parts();
        let (body, cut) = whole_body(body).await;
        let response = Response::from_parts(parts, body);
        let fault = self.faults.take();
        if cut {
            // The connection ends with the answer.
            return Exchange::Answered { response, cut, slow_ms: 0 };
        }
        self.connection = Some(connection);
        Exchange::with_fault(response, fault)
    }
}

async fn connected<I>(connect: impl AsyncFnOnce() -> Option<I>) -> Option<SendRequest<Full<Bytes>>>
where
    I: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let (sender, connection) = handshake(TokioIo::new(connect().await?)).await.ok()?;
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            tracing::debug!(%error, "connection ended early");
        }
    });
    Some(sender)
}

/// The body as far as it came, and whether it broke off or was too long.
async fn whole_body(mut body: Incoming) -> (Bytes, bool) {
    let mut whole = BytesMut::new();
    while let Some(frame) = body.frame().await {
        let Ok(frame) = frame else { return (whole.freeze(), true) };
        let Ok(data) = frame.into_data() else { continue };
        if whole.len() + data.len() > ANSWER_LIMIT {
            return (whole.freeze(), true);
        }
        whole.extend_from_slice(&data);
    }
    (whole.freeze(), false)
}
