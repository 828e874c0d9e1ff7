//! Servers on loopback, each with a runtime of its own: the mock to press, and the echo that is the floor.

use std::{io, net::SocketAddr};

use axum::{Router, serve::ListenerExt as _};
use mock_salesforce::{
    Mock, Org,
    clock::{Clock as _, Wall},
    standard_org,
};
use tokio::{
    net::TcpListener,
    runtime::{Builder, Runtime},
};

use super::LoadError;
use crate::crm::Credentials;

/// API calls a day: nobody presses a mock to meet its allowance.
const ALLOCATION: u64 = 1_000_000_000;

/// A server on a free port of 127.0.0.1. It ends when it is dropped.
#[derive(Debug)]
pub(super) struct Server {
    address: SocketAddr,
    runtime: Option<Runtime>,
}

impl Server {
    pub(super) fn start(name: &str, router: Router) -> io::Result<Self> {
        let runtime =
            Builder::new_multi_thread().worker_threads(1).thread_name(name).enable_all().build()?;
        let listener = std::net::TcpListener::bind(("127.0.0.1", 0))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let listener = {
            let _inside = runtime.enter();
            TcpListener::from_std(listener)?
        };
        let listener = listener.tap_io(|stream| {
            if let Err(error) = stream.set_nodelay(true) {
                tracing::debug!(%error, "a connection keeps its delay");
            }
        });
        runtime.spawn(async move {
            if let Err(error) = axum::serve(listener, router).await {
                tracing::error!(%error, "a server on loopback ended");
            }
        });
        Ok(Self { address, runtime: Some(runtime) })
    }

    pub(super) fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// The standard org, fresh, on loopback.
#[derive(Debug)]
pub(super) struct LocalMock {
    server: Server,
    credentials: Credentials,
}

impl LocalMock {
    pub(super) fn start() -> Result<Self, LoadError> {
        let mut seed = standard_org();
        seed.settings.api_allocation = ALLOCATION;
        let org =
            Org::new(&seed, Wall.now()).map_err(|error| LoadError::Mock(error.to_string()))?;
        let mock = Mock::new(org, Wall);
        let (_, username) =
            mock.first_user().ok_or_else(|| LoadError::Mock("its org has no user".into()))?;
        let credentials = Credentials::of_mock(&mock.login(), &username);
        Ok(Self { server: Server::start("mock", mock.router())?, credentials })
    }

    pub(super) fn url(&self) -> String {
        self.server.url()
    }

    pub(super) fn credentials(&self) -> Credentials {
        self.credentials.clone()
    }
}
