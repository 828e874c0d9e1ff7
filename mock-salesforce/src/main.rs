//! `mock-salesforce`: a Salesforce org on a loopback port, for any client in any language.

#![forbid(unsafe_code)]

use std::{
    io::{self, Write as _},
    net::SocketAddr,
    path::PathBuf,
    process::ExitCode,
};

use clap::{Parser, Subcommand};
use mock_salesforce::{Mock, MockSalesforce, Org, OrgSeed, clock::Wall};
use serde_json::json;

/// A Salesforce org behind its APIs, in memory.
#[derive(Debug, Parser)]
#[command(version, about)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve an org until SIGTERM or Ctrl-C.
    ///
    /// The first line on standard output is one JSON object with the address and the credentials.
    Serve {
        /// Where to listen; port 0 takes a free one.
        #[arg(long, default_value = "127.0.0.1:0", value_name = "ADDRESS:PORT")]
        bind: SocketAddr,
        /// Listen on an address that other machines can reach.
        #[arg(long)]
        allow_remote: bool,
        /// The org as a JSON file; without it the standard org.
        #[arg(long, value_name = "FILE")]
        org: Option<PathBuf>,
    },
}

fn main() -> ExitCode {
    let Command::Serve { bind, allow_remote, org } = Cli::parse().command;
    match serve(bind, allow_remote, org) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            // There is nowhere left to say that standard error is gone.
            let _ = writeln!(io::stderr(), "error: {message}");
            ExitCode::from(2)
        }
    }
}

fn serve(bind: SocketAddr, allow_remote: bool, org: Option<PathBuf>) -> Result<(), String> {
    if !bind.ip().is_loopback() && !allow_remote {
        return Err(format!(
            "`{bind}` is not loopback; hint: pass --allow-remote to listen there all the same"
        ));
    }
    let seed = match org {
        Some(path) => read_seed(&path)?,
        None => mock_salesforce::standard_org(),
    };
    let now = mock_salesforce::Clock::now(&Wall);
    let org = Org::new(&seed, now).map_err(|error| format!("the org is not valid: {error}"))?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| format!("no runtime: {error}"))?;
    runtime.block_on(run(Mock::new(org, Wall), bind))
}

fn read_seed(path: &PathBuf) -> Result<OrgSeed, String> {
    let shown = path.display();
    let text = std::fs::read_to_string(path)
        .map_err(|error| format!("could not read `{shown}`: {error}"))?;
    serde_json::from_str(&text).map_err(|error| format!("`{shown}` is not an org: {error}"))
}

async fn run(mock: Mock, bind: SocketAddr) -> Result<(), String> {
    let server = MockSalesforce::serving_on(mock, bind).await.map_err(|error| {
        let cause = std::error::Error::source(&error)
            .map_or_else(String::new, |cause| format!(": {cause}"));
        format!("{error}{cause}")
    })?;
    writeln!(io::stdout(), "{}", announcement(&server)?)
        .map_err(|error| format!("standard output is gone: {error}"))?;
    terminated().await?;
    server.shutdown().await;
    Ok(())
}

/// The address and the credentials, for the program that started this one.
fn announcement(server: &MockSalesforce) -> Result<serde_json::Value, String> {
    let mock = server.mock();
    let (user, username) = mock.first_user().ok_or("the org has no active user")?;
    let login = mock.login().clone();
    Ok(
        json!({"url": server.url(), "username": username, "password": login.password, "security_token": login.security_token,
        "client_id": login.client_id, "client_secret": login.client_secret, "access_token": mock.access_token(user),
        "refresh_token": mock.refresh_token(user)}),
    )
}

/// Resolves at SIGTERM or Ctrl-C.
async fn terminated() -> Result<(), String> {
    use tokio::signal::unix::{SignalKind, signal};
    let refused = |error: io::Error| format!("signals cannot be watched: {error}");
    let mut terminate = signal(SignalKind::terminate()).map_err(refused)?;
    tokio::select! {
        _ = terminate.recv() => Ok(()),
        interrupted = tokio::signal::ctrl_c() => interrupted.map_err(refused),
    }
}
