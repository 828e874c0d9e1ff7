//! One connection: the TLS handshake, requests, wire faults, and an orderly end.

use std::{
    future::poll_fn,
    net::SocketAddr,
    ops::ControlFlow,
    pin::{Pin, pin},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::Poll,
    time::Duration,
};

use axum::{body::Body, response::Response};
use hyper::{
    body::Incoming,
    header::{CONNECTION, HeaderValue},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::TokioIo;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    sync::watch::{self, error::RecvError},
    time::{sleep, timeout},
};
use tokio_rustls::TlsAcceptor;

use crate::{
    Mock,
    api::{Front, Peer},
    fault::WireFault,
};

use super::{
    line::{ComingBody, CutBody, DribbledBody, Line, SentBody},
    target::Targets,
    waiting::{Beat, Waiting},
};

/// How long a client may take over the TLS handshake.
const HANDSHAKE_LIMIT: Duration = Duration::from_secs(10);

/// How requests are counted that nobody is asked about: they have an empty answer, and the connection ends.
const UNREADABLE: &str = "requests that are no HTTP";

/// What every connection of a server needs.
#[derive(Clone)]
pub(super) struct Host {
    pub(super) mock: Mock,
    pub(super) front: Front,
    pub(super) tls: Option<TlsAcceptor>,
}

/// Serves a connection until it ends, or until the server stops.
pub(super) async fn serve(
    host: Host,
    (stream, address): (TcpStream, SocketAddr),
    beats: watch::Receiver<Beat>,
) {
    // Small answers must not wait for more to send.
    let _ = stream.set_nodelay(true);
    let reset = Arc::new(AtomicBool::new(false));
    let line = Line::new(stream, Arc::clone(&reset));
    let local = address.ip().to_canonical().is_loopback();
    let exchange = Exchange {
        front: host.front,
        mock: host.mock,
        reset,
        waiting: Waiting::begun(),
        peer: Peer { local, tls: host.tls.is_some() },
    };
    let Some(tls) = host.tls else { return converse(line, exchange, beats).await };
    match timeout(HANDSHAKE_LIMIT, tls.accept(line)).await {
        Ok(Ok(stream)) => converse(stream, exchange, beats).await,
        Ok(Err(error)) => tracing::debug!(%error, "a TLS handshake failed"),
        Err(_) => tracing::debug!("a TLS handshake took too long"),
    }
}

async fn converse(
    stream: impl AsyncRead + AsyncWrite + Unpin,
    exchange: Exchange,
    mut beats: watch::Receiver<Beat>,
) {
    let (waiting, mock) = (exchange.waiting.clone(), exchange.mock.clone());
    let stream = Targets::new(stream, waiting.clone());
    let exchange = Arc::new(exchange);
    let service = service_fn(move |request| Arc::clone(&exchange).answer(request));
    let connection = http1::Builder::new()
        // Salesforce writes `Content-Type`, and some clients look for exactly that.
        .title_case_headers(true)
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = std::pin::pin!(connection);
    let ended = loop {
        let told = match ended_or_told(connection.as_mut(), &mut beats).await {
            ControlFlow::Break(ended) => break ended,
            ControlFlow::Continue(told) => told,
        };
        match told {
            Ok(Beat { stops: false, number }) if waiting.is_over(number) => {
                return tracing::debug!("a client was silent for too long");
            }
            Ok(Beat { stops: false, .. }) => {}
            // A sender that is gone means a server that is gone: the same.
            Ok(_) | Err(_) => {
                connection.as_mut().graceful_shutdown();
                break connection.await;
            }
        }
    };
    if let Err(error) = ended {
        if error.is_parse() {
            mock.count_unsupported(UNREADABLE);
        }
        tracing::debug!(%error, "a connection ended early");
    }
}

/// How a connection ends, or the next beat, if that comes first.
///
/// A connection is asked at each piece of a request; to ask for a beat as well takes a lock. So that is asked for once,
/// which is enough to be woken, and then only when there is one.
async fn ended_or_told<C: Future>(
    mut connection: Pin<&mut C>,
    beats: &mut watch::Receiver<Beat>,
) -> ControlFlow<C::Output, Result<Beat, RecvError>> {
    let seen = beats.clone();
    let told = async { beats.changed().await.map(|()| *beats.borrow_and_update()) };
    let mut told = pin!(told);
    let mut asked = false;
    poll_fn(|cx| {
        if let Poll::Ready(ended) = connection.as_mut().poll(cx) {
            return Poll::Ready(ControlFlow::Break(ended));
        }
        if asked && matches!(seen.has_changed(), Ok(false)) {
            return Poll::Pending;
        }
        asked = true;
        told.as_mut().poll(cx).map(ControlFlow::Continue)
    })
    .await
}

/// What the requests of a connection are answered with.
struct Exchange {
    front: Front,
    mock: Mock,
    reset: Arc<AtomicBool>,
    waiting: Waiting,
    peer: Peer,
}

/// The connection breaks here.
#[derive(Debug, thiserror::Error)]
#[error("connection reset by a fault")]
struct ConnectionReset;

impl Exchange {
    async fn answer(
        self: Arc<Self>,
        request: hyper::Request<Incoming>,
    ) -> Result<hyper::Response<SentBody>, ConnectionReset> {
        let answering = self.waiting.answering();
        let request = request.map(|body| ComingBody::new(body, self.waiting.clone()));
        let mut response = self.front.answer(request, Some(self.peer)).await;
        if self.waiting.has_left_body() {
            response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
        }
        match response.extensions().get::<WireFault>().copied() {
            None => Ok(response.map(|body| SentBody::whole(body, answering))),
            Some(fault) => {
                let bent = self.act(response.map(Body::new), fault).await?;
                Ok(bent.map(|body| SentBody::bent(body, answering)))
            }
        }
    }

    /// Does to the socket what a wire fault says.
    async fn act(&self, response: Response, fault: WireFault) -> Result<Response, ConnectionReset> {
        Ok(match fault {
            WireFault::ResetBeforeSend | WireFault::LostAfterCommit => {
                self.reset.store(true, Ordering::Release);
                return Err(ConnectionReset);
            }
            WireFault::TruncatedBody => response.map(|body| Body::new(CutBody::new(body))),
            WireFault::Dribble { chunk, ms } => {
                let ms = if self.mock.clock_runs() { ms } else { 0 };
                let pause = Duration::from_millis(u64::from(ms));
                response.map(|body| Body::new(DribbledBody::new(body, chunk, pause)))
            }
            WireFault::SlowBy(ms) => {
                if self.mock.clock_runs() {
                    sleep(Duration::from_millis(ms)).await;
                }
                response
            }
        })
    }
}
