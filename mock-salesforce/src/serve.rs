//! Serving on a socket: HTTP/1.1 on loopback, with or without TLS, draining at the end.
//!
//! A test needs three lines:
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use mock_salesforce::MockSalesforce;
//!
//! let salesforce = MockSalesforce::start().await?;
//! let login = salesforce.credentials()?; // url, username, password, client_id, access_token and more
//! // Let the program under test talk to `login.url`, then look at what it left behind:
//! let leads = salesforce.mock().org().schema().index_of("Lead").expect("every org has leads");
//! assert_eq!(salesforce.mock().org().count(leads), 0);
//! # assert!(login.url.starts_with("http://127.0.0.1:"));
//! # salesforce.shutdown().await;
//! # Ok(())
//! # }
//! ```

mod connection;
mod files;
mod line;
mod target;
mod tls;
mod waiting;

use std::{
    io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    path::PathBuf,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use serde::Serialize;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::watch,
    task::{JoinHandle, JoinSet},
    time::{MissedTickBehavior, interval, sleep, timeout},
};

use crate::{Mock, Org, SeedError, clock::Wall, standard_org};

pub use tls::TlsError;

use connection::Host;
use files::Files;
use waiting::{BEAT, Beat};

/// Most connections at once; more wait in the socket's queue.
pub const CONNECTION_LIMIT: usize = 10_000;
/// How long connections may take to finish once the server stops.
pub const DRAIN: Duration = Duration::from_secs(10);
/// How often due work of the org (flows, jobs) is looked for.
const DUE_INTERVAL: Duration = Duration::from_millis(20);
/// How long to wait when a connection could not be accepted.
const ACCEPT_PAUSE: Duration = Duration::from_millis(20);

/// Where and how to serve. The default is a free port of loopback, without TLS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Serving {
    /// Where to listen; port 0 takes a free one.
    pub address: SocketAddr,
    /// Over TLS, with a certificate made at the start?
    pub tls: bool,
    /// Where files for clients are written; a temporary directory when absent.
    pub state_dir: Option<PathBuf>,
}

impl Default for Serving {
    fn default() -> Self {
        Self { address: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), tls: false, state_dir: None }
    }
}

/// What a client needs to log in, in every way that there is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Credentials {
    /// Where the org is.
    pub url: String,
    /// The first active user.
    pub username: String,
    /// The user's password.
    pub password: String,
    /// The security token behind it.
    pub security_token: String,
    /// Consumer key of the default connected app.
    pub client_id: String,
    /// Its secret.
    pub client_secret: String,
    /// A live session of the user.
    pub access_token: String,
    /// A refresh token of the user.
    pub refresh_token: String,
    /// The key that JWT assertions may be signed with; it goes when the server goes.
    pub jwt_key_file: PathBuf,
    /// The certificate authority to trust; absent without TLS.
    pub ca_file: Option<PathBuf>,
}

/// A mock on a loopback socket. Stops when it is dropped.
#[derive(Debug)]
pub struct MockSalesforce {
    mock: Mock,
    address: SocketAddr,
    ca_pem: Option<String>,
    state_dir: Option<PathBuf>,
    files: Mutex<Option<Files>>,
    beats: watch::Sender<Beat>,
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
    /// There is no certificate.
    #[error("could not serve over TLS")]
    Tls(#[from] TlsError),
}

/// Why there are no credentials.
#[derive(Debug, thiserror::Error)]
pub enum CredentialsError {
    /// Nobody can log in.
    #[error("the org has no active user: add one to its users")]
    NoUser,
    /// The files for clients could not be written.
    #[error("could not write the files for clients")]
    Files(#[from] io::Error),
}

impl MockSalesforce {
    /// Serves the default org on a free port of loopback, on the machine's time.
    pub async fn start() -> Result<Self, StartError> {
        Self::serve(standard_mock()?, Serving::default()).await
    }

    /// The same over TLS. Clients trust [`Credentials::ca_file`] or [`MockSalesforce::ca_pem`].
    pub async fn start_tls() -> Result<Self, StartError> {
        Self::serve(standard_mock()?, Serving { tls: true, ..Serving::default() }).await
    }

    /// Serves `mock` on a free port of loopback.
    pub async fn serving(mock: Mock) -> Result<Self, StartError> {
        Self::serve(mock, Serving::default()).await
    }

    /// Serves `mock` on an address.
    pub async fn serving_on(mock: Mock, address: SocketAddr) -> Result<Self, StartError> {
        Self::serve(mock, Serving { address, ..Serving::default() }).await
    }

    /// Serves `mock` as it is said.
    pub async fn serve(mock: Mock, serving: Serving) -> Result<Self, StartError> {
        let refused = |error| StartError::Listen(serving.address, error);
        let listener = TcpListener::bind(serving.address).await.map_err(refused)?;
        let address = listener.local_addr().map_err(refused)?;
        let now = crate::Clock::now(&Wall);
        let identity = serving.tls.then(|| tls::identity(now)).transpose()?;
        let (tls, ca_pem) = identity.map(|made| (made.acceptor, made.ca_pem)).unzip();
        let beats = watch::Sender::default();
        let host = Host { front: crate::api::front(mock.clone()), mock: mock.clone(), tls };
        let server = tokio::spawn(run(listener, host, beats.clone()));
        let (state_dir, files) = (serving.state_dir, Mutex::new(None));
        Ok(Self { mock, address, ca_pem, state_dir, files, beats, server })
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
        let scheme = if self.ca_pem.is_some() { "https" } else { "http" };
        let mut address = self.address;
        // "Every address" is none that a client can ask for.
        match address.ip() {
            IpAddr::V4(ip) if ip.is_unspecified() => address.set_ip(Ipv4Addr::LOCALHOST.into()),
            IpAddr::V6(ip) if ip.is_unspecified() => address.set_ip(Ipv6Addr::LOCALHOST.into()),
            _ => {}
        }
        format!("{scheme}://{address}")
    }

    /// The certificate authority that clients must trust, when it serves over TLS.
    pub fn ca_pem(&self) -> Option<&str> {
        self.ca_pem.as_deref()
    }

    /// What a client needs to log in: a new session each time. The files are written at the first call, and removed
    /// when the server goes.
    pub fn credentials(&self) -> Result<Credentials, CredentialsError> {
        let (user, username) = self.mock.first_user().ok_or(CredentialsError::NoUser)?;
        let (jwt_key_file, ca_file) = self.files()?;
        let login = self.mock.login();
        let (password, security_token) = {
            let org = self.mock.org();
            let (password, token) = org.password_of(user);
            (password.to_owned(), token.to_owned())
        };
        let (access_token, refresh_token) = self.mock.give_tokens(user);
        Ok(Credentials {
            url: self.url(),
            username,
            password,
            security_token,
            client_id: login.client_id,
            client_secret: login.client_secret,
            access_token,
            refresh_token,
            jwt_key_file,
            ca_file,
        })
    }

    fn files(&self) -> io::Result<(PathBuf, Option<PathBuf>)> {
        let mut held = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        let files = match held.take() {
            Some(files) => files,
            None => Files::write(self.state_dir.as_deref(), self.ca_pem.as_deref())?,
        };
        let paths = (files.jwt_key.clone(), files.ca.clone());
        *held = Some(files);
        Ok(paths)
    }

    /// Takes no more connections, lets open ones finish for at most [`DRAIN`], and stops.
    pub async fn shutdown(mut self) {
        self.beats.send_modify(|beat| beat.stops = true);
        // A server that panicked has nothing left to drain.
        let _ = (&mut self.server).await;
    }
}

impl Drop for MockSalesforce {
    fn drop(&mut self) {
        self.server.abort();
    }
}

fn standard_mock() -> Result<Mock, SeedError> {
    Ok(Mock::new(Org::new(&standard_org(), crate::Clock::now(&Wall))?, Wall))
}

async fn run(listener: TcpListener, host: Host, beats: watch::Sender<Beat>) {
    let mut connections = JoinSet::new();
    let mut heard = beats.subscribe();
    let mut due = interval(DUE_INTERVAL);
    due.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut beat = interval(BEAT);
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        let room = connections.len() < CONNECTION_LIMIT;
        let accepted = tokio::select! {
            accepted = accept(&listener), if room => accepted,
            Some(_) = connections.join_next() => continue,
            _ = due.tick(), if host.mock.clock_runs() => {
                host.mock.run_due();
                continue;
            }
            _ = beat.tick() => {
                beats.send_modify(|beat| beat.number += 1);
                continue;
            }
            _ = heard.wait_for(|beat| beat.stops) => break,
        };
        connections.spawn(connection::serve(host.clone(), accepted, beats.subscribe()));
    }
    drop(listener);
    let drained = timeout(DRAIN, async { while connections.join_next().await.is_some() {} }).await;
    if drained.is_err() {
        tracing::warn!(open = connections.len(), "connections were cut at the end of the drain");
    }
}

/// The next connection.
async fn accept(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok(accepted) => return accepted,
            // Out of descriptors, or the peer is gone already: the next one may do better.
            Err(error) => tracing::warn!(%error, "a connection was not accepted"),
        }
        sleep(ACCEPT_PAUSE).await;
    }
}
