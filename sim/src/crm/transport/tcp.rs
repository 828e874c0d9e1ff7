//! HTTP/1.1 over loopback TCP: a server on a thread of its own, and one connection kept alive.

use std::{fmt, io, net::SocketAddr, thread};

use axum::{Router, http::Request};
use bytes::Bytes;
use tokio::{
    net::{TcpListener, TcpStream},
    runtime::{Builder, Runtime},
    sync::oneshot,
};

use super::{
    Exchange, Transport,
    wire::{LastFault, Sender, serve},
};

/// Speaks HTTP to the router over loopback.
pub struct Tcp {
    address: SocketAddr,
    sender: Sender,
    runtime: Runtime,
    stop: Option<oneshot::Sender<()>>,
    server: Option<thread::JoinHandle<()>>,
}

impl fmt::Debug for Tcp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tcp").field("address", &self.address).finish_non_exhaustive()
    }
}

impl Tcp {
    /// Serves the router on a free port of 127.0.0.1 and connects to it with the first request.
    pub fn serve(router: Router) -> io::Result<Self> {
        let runtime = Builder::new_current_thread().enable_io().build()?;
        let serving = Builder::new_current_thread().enable_io().build()?;
        let listener = serving.block_on(TcpListener::bind(("127.0.0.1", 0)))?;
        let address = listener.local_addr()?;
        let faults = LastFault::default();
        let (stop, stopped) = oneshot::channel();
        let sender = Sender::new(faults.clone());
        let server = thread::Builder::new().name("crm-tcp".into()).spawn(move || {
            serving.block_on(async move {
                tokio::select! {
                    () = accept(listener, router, faults) => {}
                    _ = stopped => {}
                }
            });
        })?;
        Ok(Self { address, sender, runtime, stop: Some(stop), server: Some(server) })
    }
}

async fn accept(listener: TcpListener, router: Router, faults: LastFault) {
    while let Ok((stream, _)) = listener.accept().await {
        if stream.set_nodelay(true).is_ok() {
            tokio::spawn(serve(stream, router.clone(), faults.clone()));
        }
    }
}

impl Transport for Tcp {
    fn exchange(&mut self, request: Request<Bytes>) -> Exchange {
        let Self { address, sender, runtime, .. } = self;
        runtime.block_on(sender.exchange(request, async || {
            let stream = TcpStream::connect(*address).await.ok()?;
            stream.set_nodelay(true).ok()?;
            Some(stream)
        }))
    }
}

impl Drop for Tcp {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(server) = self.server.take()
            && server.join().is_err()
        {
            tracing::error!("the server of a tcp transport panicked");
        }
    }
}
