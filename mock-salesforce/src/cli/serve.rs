//! `mock-salesforce serve`: an org on a socket until SIGTERM or Ctrl-C.

use std::{
    io::{self, Write as _},
    net::SocketAddr,
    path::PathBuf,
};

use clap::Args;
use mock_salesforce::{
    Clock as _, Mock, MockSalesforce, Org, Serving, StartError,
    api::{NEWEST_VERSION, OLDEST_VERSION},
    clock::Wall,
    store::{self, Durability},
};

use super::{org_file, told};

/// Where the files for clients are, below the directory of `--data`.
const CLIENT_FILES: &str = "client-files";

/// Fewest characters of a control token.
const CONTROL_TOKEN_MIN: usize = 8;

/// Serve an org until SIGTERM or Ctrl-C.
///
/// The first line on standard output is one JSON object with the address and the credentials.
#[derive(Debug, Args)]
pub(super) struct Serve {
    /// Where to listen; port 0 takes a free one.
    #[arg(long, default_value = "127.0.0.1:0", value_name = "ADDRESS:PORT", value_parser = address)]
    bind: SocketAddr,
    /// Listen on an address that other machines can reach.
    #[arg(long)]
    allow_remote: bool,
    /// The org as a JSON file; without it the standard org.
    #[arg(long, value_name = "FILE")]
    org: Option<PathBuf>,
    /// Serve over TLS, with a certificate made at the start for loopback and for Salesforce's host names.
    #[arg(long)]
    tls: bool,
    /// The newest API version that is served, such as 59.0.
    #[arg(long, value_name = "VERSION", value_parser = version)]
    api_version: Option<u16>,
    /// Where the files for clients are written, such as the JWT test key; without it below --data, or in a temporary
    /// directory.
    #[arg(long, value_name = "DIR")]
    state_dir: Option<PathBuf>,
    /// Keep the org in this directory, across restarts and the death of the process.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Demand this token of control calls, and take them from other machines, too; without it they are for this
    /// machine alone.
    #[arg(long, value_name = "TOKEN", value_parser = control_token)]
    control_token: Option<String>,
    /// With --data: answer once the disk has a change, not once the operating system has it.
    #[arg(long, requires = "data")]
    sync: bool,
}

impl Serve {
    /// Serves until a signal comes.
    pub(super) fn run(self) -> Result<(), String> {
        if !self.bind.ip().is_loopback() && !self.allow_remote {
            return Err(format!(
                "`{}` is not loopback: other machines could reach it; pass --allow-remote to listen there all the same",
                self.bind
            ));
        }
        let mock = self.mock()?;
        if let Some(token) = &self.control_token {
            mock.require_control_token(token);
        }
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()
            .map_err(|error| format!("no runtime: {error}"))?;
        // Beside a store, what a killed process leaves behind is written over by the next one.
        let state_dir = self.state_dir.or_else(|| self.data.map(|dir| dir.join(CLIENT_FILES)));
        let serving = Serving { address: self.bind, tls: self.tls, state_dir };
        runtime.block_on(serve(mock, serving))
    }

    fn mock(&self) -> Result<Mock, String> {
        let mut seed = match &self.org {
            Some(path) => org_file::read(path)?,
            None => mock_salesforce::standard_org(),
        };
        if let Some(version) = self.api_version {
            seed.settings.newest_api_version = version;
        }
        if let Some(dir) = &self.data {
            let durability = if self.sync { Durability::Machine } else { Durability::Process };
            // A store that is there goes on with its own org unless another one is asked for.
            let is_said = self.org.is_some() || self.api_version.is_some();
            return store::open(dir, is_said.then_some(&seed), durability, Wall)
                .map_err(|error| told(&error));
        }
        let org = Org::new(&seed, Wall.now()).map_err(|error| match &self.org {
            Some(path) => format!("the org in `{}` is not valid: {error}", path.display()),
            None => format!("the org is not valid: {error}"),
        })?;
        Ok(Mock::new(org, Wall))
    }
}

/// `127.0.0.1:8080`
fn address(text: &str) -> Result<SocketAddr, String> {
    text.parse().map_err(|_| "no address with a port; write it like 127.0.0.1:8080".to_owned())
}

/// A token that a header can carry and nobody guesses at once.
fn control_token(text: &str) -> Result<String, String> {
    let legal = text.len() >= CONTROL_TOKEN_MIN && text.bytes().all(|byte| byte.is_ascii_graphic());
    legal.then(|| text.to_owned()).ok_or_else(|| {
        format!(
            "no token; use at least {CONTROL_TOKEN_MIN} letters, digits and signs, without blanks"
        )
    })
}

/// `59.0`, `59` or `v59.0`
fn version(text: &str) -> Result<u16, String> {
    let number = text.strip_prefix('v').unwrap_or(text);
    let number = number.strip_suffix(".0").unwrap_or(number);
    let version =
        number.parse().ok().filter(|version| (OLDEST_VERSION..=NEWEST_VERSION).contains(version));
    version.ok_or_else(|| {
        format!("no version that is emulated; name one of {OLDEST_VERSION}.0 to {NEWEST_VERSION}.0")
    })
}

async fn serve(mock: Mock, serving: Serving) -> Result<(), String> {
    // Watched before anybody is told that the server is there: a signal that comes at once must drain, too.
    let terminated = terminated()?;
    let server = MockSalesforce::serve(mock, serving).await.map_err(|error| refused(&error))?;
    let credentials = server.credentials().map_err(|error| told(&error))?;
    let line = serde_json::to_string(&credentials)
        .map_err(|error| format!("the credentials could not be written: {error}"))?;
    let mut out = io::stdout();
    writeln!(out, "{line}")
        .and_then(|()| out.flush())
        .map_err(|error| format!("standard output is gone: {error}"))?;
    terminated.await;
    server.shutdown().await;
    Ok(())
}

fn refused(error: &StartError) -> String {
    let hint = match error {
        StartError::Listen(_, cause) => match cause.kind() {
            io::ErrorKind::AddrInUse => "; stop what listens there, or name port 0 for a free one",
            io::ErrorKind::PermissionDenied => "; name a port above 1023, or 0 for a free one",
            io::ErrorKind::AddrNotAvailable => "; name an address of this machine",
            _ => "",
        },
        _ => "",
    };
    format!("{}{hint}", told(error))
}

/// Resolves at SIGTERM or Ctrl-C.
fn terminated() -> Result<impl Future<Output = ()>, String> {
    use tokio::signal::unix::{SignalKind, signal};
    let watch = |kind| {
        signal(kind).map_err(|error: io::Error| format!("signals cannot be watched: {error}"))
    };
    let (mut terminate, mut interrupt) =
        (watch(SignalKind::terminate())?, watch(SignalKind::interrupt())?);
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_written_in_three_ways() {
        assert_eq!([version("59"), version("59.0"), version("v59.0")], [Ok(59), Ok(59), Ok(59)]);
        for text in ["30.0", "69", "x", ""] {
            assert_eq!(
                version(text).unwrap_err(),
                "no version that is emulated; name one of 31.0 to 68.0"
            );
        }
    }

    #[test]
    fn an_address_has_a_port() {
        assert!(address("127.0.0.1:0").is_ok());
        assert_eq!(
            address("localhost").unwrap_err(),
            "no address with a port; write it like 127.0.0.1:8080"
        );
    }
}
