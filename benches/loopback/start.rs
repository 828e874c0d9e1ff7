//! How long a server takes from its start to its first created row, and what it holds in memory before.

use std::{error::Error, fs, time::Instant};

use crate::{
    driver::Driver,
    server::{Profile, Server},
    work::Work,
};

/// What one start took.
pub(crate) struct Start {
    pub(crate) milliseconds: f64,
    /// Resident memory of the server before its first call, in megabytes.
    pub(crate) megabytes: f64,
}

/// Starts a server, creates a lead in it, and stops it.
pub(crate) fn start() -> Result<Start, Box<dyn Error>> {
    let began = Instant::now();
    let server = Server::start(Profile::Fresh)?;
    Driver::connect(&server, Work::Create)?.sizes()?;
    let milliseconds = began.elapsed().as_secs_f64() * 1_000.0;
    let other = Server::start(Profile::Fresh)?;
    let status = fs::read_to_string(format!("/proc/{}/status", other.process.id()))?;
    let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = resident.and_then(|text| text.trim().strip_suffix(" kB"));
    let kilobytes: f64 = kilobytes.ok_or("the server tells no memory")?.parse()?;
    Ok(Start { milliseconds, megabytes: kilobytes / 1_000.0 })
}
