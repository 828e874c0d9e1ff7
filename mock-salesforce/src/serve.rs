//! Serving on a socket: HTTP/1.1 on loopback, wire faults as acts on the socket, draining at the end.

mod line;

use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use axum::{Router, body::Body, response::Response};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::watch,
    task::{JoinHandle, JoinSet},
    time::{sleep, timeout},
};
use tower::Service;

use crate::{Mock, Org, SeedError, clock::Wall, fault::WireFault, standard_org};

use line::{CutBody, Line};

/// Most connections at once; more wait in the socket's queue.
pub const CONNECTION_LIMIT: usize = 10_000;
/// How long connections may take to finish once the server stops.
pub const DRAIN: Duration = Duration::from_secs(10);
/// How often due work of the org (flows, jobs) is looked for.
const DUE_INTERVAL: Duration = Duration::from_millis(20);

/// A mock on a loopback socket. Stops when it is dropped.
///
/// ```no_run
/// # async fn test() -> Result<(), Box<dyn std::error::Error>> {
/// let salesforce = mock_salesforce::MockSalesforce::start().await?;
/// let url = salesforce.url();
/// let org = salesforce.mock().org();
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct MockSalesforce {
    mock: Mock,
    address: SocketAddr,
    stop: watch::Sender<bool>,
    server: JoinHandle<()>,
}

/// Why a mock does not serve.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The default org is wrong.
    #[error("the org could not be made")]
    Seed(#[from] SeedError),
    /// The socket is not to be had.
    #[error("could not listen on {0}")]
    Listen(SocketAddr, #[source] io::Error),
}

impl MockSalesforce {
    /// Serves the default org on a free port of loopback, on the machine's time.
    pub async fn start() -> Result<Self, StartError> {
        let org = Org::new(&standard_org(), crate::Clock::now(&Wall))?;
        Self::serving(Mock::new(org, Wall)).await
    }

    /// Serves `mock` on a free port of loopback.
    pub async fn serving(mock: Mock) -> Result<Self, StartError> {
        Self::serving_on(mock, SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await
    }

    /// Serves `mock` on an address.
    pub async fn serving_on(mock: Mock, address: SocketAddr) -> Result<Self, StartError> {
        let refused = |error| StartError::Listen(address, error);
        let listener = TcpListener::bind(address).await.map_err(refused)?;
        let address = listener.local_addr().map_err(refused)?;
        let (stop, stopped) = watch::channel(false);
        let server = tokio::spawn(serve(listener, mock.clone(), stopped));
        Ok(Self { mock, address, stop, server })
    }

    /// What is served.
    pub fn mock(&self) -> &Mock {
        &self.mock
    }

    /// Where it is served.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where it is served, for clients.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Takes no more connections, lets open ones finish for at most [`DRAIN`], and stops.
    pub async fn shutdown(mut self) {
        self.stop.send_replace(true);
        // A server that panicked has nothing left to drain.
        let _ = (&mut self.server).await;
    }
}

impl Drop for MockSalesforce {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn serve(listener: TcpListener, mock: Mock, mut stopped: watch::Receiver<bool>) {
    let router = mock.router();
    let mut connections = JoinSet::new();
    loop {
        let room = connections.len() < CONNECTION_LIMIT;
        let stream = tokio::select! {
            stream = accept(&listener), if room => stream,
            Some(_) = connections.join_next() => continue,
            () = sleep(DUE_INTERVAL), if mock.clock_runs() => {
                run_due(&mock);
                continue;
            }
            _ = stopped.changed() => break,
        };
        let service = (router.clone(), mock.clock_runs());
        connections.spawn(connection(stream, service, stopped.clone()));
    }
    drop(listener);
    let drained = timeout(DRAIN, async { while connections.join_next().await.is_some() {} }).await;
    if drained.is_err() {
        tracing::warn!(open = connections.len(), "connections were cut at the end of the drain");
    }
}

/// The next connection.
async fn accept(listener: &TcpListener) -> TcpStream {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => return stream,
            // Out of descriptors, or the peer is gone already: the next one may do better.
            Err(error) => tracing::warn!(%error, "a connection was not accepted"),
        }
        sleep(DUE_INTERVAL).await;
    }
}

/// Lets the org do what is due by now.
fn run_due(mock: &Mock) {
    let now = mock.now();
    let mut org = mock.org();
    if org.next_due().is_some_and(|due| due <= now) {
        org.run_due(now);
    }
}

async fn connection(
    stream: TcpStream,
    (router, waits): (Router, bool),
    mut stopped: watch::Receiver<bool>,
) {
    // Small answers must not wait for more to send.
    let _ = stream.set_nodelay(true);
    let reset = Arc::new(AtomicBool::new(false));
    let line = Line::new(stream, Arc::clone(&reset));
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        let mut router = router.clone();
        let reset = Arc::clone(&reset);
        async move {
            let response =
                router.call(request.map(Body::new)).await.unwrap_or_else(|never| match never {});
            act(response, &reset, waits).await
        }
    });
    let connection = http1::Builder::new().serve_connection(TokioIo::new(line), service);
    let mut connection = std::pin::pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        _ = stopped.changed() => {
            connection.as_mut().graceful_shutdown();
            connection.as_mut().await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection ended early");
    }
}

/// The connection breaks here.
#[derive(Debug, thiserror::Error)]
#[error("connection reset by a fault")]
struct ConnectionReset;

/// Does to the socket what a wire fault says.
async fn act(
    response: Response,
    reset: &AtomicBool,
    waits: bool,
) -> Result<hyper::Response<Body>, ConnectionReset> {
    match response.extensions().get::<WireFault>().copied() {
        None => Ok(response),
        Some(WireFault::ResetBeforeSend | WireFault::LostAfterCommit) => {
            reset.store(true, Ordering::Release);
            Err(ConnectionReset)
        }
        Some(WireFault::TruncatedBody) => Ok(response.map(|body| Body::new(CutBody::new(body)))),
        Some(WireFault::SlowBy(ms)) => {
            if waits {
                sleep(Duration::from_millis(ms)).await;
            }
            Ok(response)
        }
    }
}
