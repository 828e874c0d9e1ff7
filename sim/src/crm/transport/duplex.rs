//! HTTP/1.1 through a pipe in memory: the whole protocol, no sockets.

use std::fmt;

use axum::{Router, http::Request};
use bytes::Bytes;
use tokio::{
    io::duplex,
    runtime::{Builder, Runtime},
};

use super::{
    Exchange, Transport,
    wire::{LastFault, Sender, serve},
};

/// How many bytes the pipe holds in each direction.
const PIPE_BYTES: usize = 64 * 1024;

/// Speaks HTTP to the router through a pipe.
pub struct Duplex {
    router: Router,
    sender: Sender,
    faults: LastFault,
    runtime: Runtime,
}

impl fmt::Debug for Duplex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Duplex")
    }
}

impl Duplex {
    /// A transport to this router.
    pub fn new(router: Router) -> Self {
        let runtime = Builder::new_current_thread()
            .build()
            .expect("a runtime without drivers needs nothing of the system");
        let faults = LastFault::default();
        Self { router, sender: Sender::new(faults.clone()), faults, runtime }
    }
}

impl Transport for Duplex {
    fn exchange(&mut self, request: Request<Bytes>) -> Exchange {
        let Self { router, sender, faults, runtime } = self;
        runtime.block_on(sender.exchange(request, async || {
            let (near, far) = duplex(PIPE_BYTES);
            tokio::spawn(serve(far, router.clone(), faults.clone()));
            Some(near)
        }))
    }
}
