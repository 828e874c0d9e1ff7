//! The mock over loopback against a bare axum echo of equal body sizes, interleaved in one run.
//!
//! Each server is a process of its own on processor 0, the driver is on the last one. What is compared is
//! processor time of the server a request (`/proc/PID/task/*/schedstat`, in nanoseconds): unlike wall time it holds on a
//! machine that others use too. The servers take turns, round by round; the median of the rounds' ratios is printed.
//!
//! Beside these: rows of CSV jobs and of collections a second of the server's processor, creates into a server that
//! keeps its org in a directory, and the time from a server's start to its first created row.
//!
//! `cargo bench -p benches --bench loopback [-- ROUNDS [NAME]]`, where only the lines with NAME in their names run.
#![forbid(unsafe_code)]

mod driver;
mod ingest;
mod server;
mod start;
mod work;

use std::{env, error::Error, io::Write as _};

use driver::{Driver, Measured};
use server::{Profile, Server};
use start::Start;
use work::Work;

/// The allocator of the programs that are shipped; the echo has it, too.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const ROUNDS: usize = 15;
/// Requests of one server in one round.
const REQUESTS: usize = 4_000;
/// Most CSV jobs of one server.
const JOBS: usize = 5;
const START: &str = "start to first 201";
/// Requests with a collection of 200 rows in one round.
const COLLECTIONS: usize = 60;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).filter(|text| text != "--bench").collect();
    if let [role, profile] = arguments.as_slice()
        && role == server::ROLE
    {
        return server::run(profile.parse()?);
    }
    let rounds = arguments.first().and_then(|text| text.parse().ok()).unwrap_or(ROUNDS);
    compare(rounds, arguments.get(1).map_or("", String::as_str))
}

fn compare(rounds: usize, wanted: &str) -> Result<(), Box<dyn Error>> {
    let echo = Server::start(Profile::Echo)?;
    let bare = Server::start(Profile::Bare)?;
    let ruled = Server::start(Profile::Ruled)?;
    let kept = Server::start(Profile::Kept)?;
    let lines: [(&str, &Server, Work, f64); 6] = [
        ("create, bare", &bare, Work::Create, 0.55),
        ("create, ruled", &ruled, Work::Create, 0.40),
        ("create, bare, --data", &kept, Work::Create, 0.0),
        ("find by e-mail (SOQL)", &bare, Work::Find, 0.60),
        ("find by e-mail, ruled", &ruled, Work::Find, 0.60),
        ("read by external id", &bare, Work::Key, 0.60),
    ];
    let mut out = std::io::stdout();
    writeln!(out, "server processor time, {rounds} rounds of {REQUESTS} requests, 16 connections")?;
    for (name, server, work, aim) in lines.into_iter().filter(|line| line.0.contains(wanted)) {
        let mut driver = Driver::connect(server, work)?;
        let sizes = driver.sizes()?;
        let mut floor = Driver::connect_echo(&echo, work, sizes)?;
        let pairs = alternate(rounds, REQUESTS, &mut driver, &mut floor)?;
        let (own, bare_echo) = (per_request(&pairs, 0), per_request(&pairs, 1));
        let ratio = median(pairs.iter().map(|(own, echo)| echo.ns() / own.ns()).collect());
        let told = if aim > 0.0 { format!(" (aim {aim:.2})") } else { String::new() };
        writeln!(out, "{name:24} {own:7.2} us   echo {bare_echo:6.2} us   ratio {ratio:.2}{told}")?;
    }
    let collections = [("200 rows, bare", &bare), ("200 rows, ruled", &ruled)];
    for (name, server) in collections.into_iter().filter(|line| line.0.contains(wanted)) {
        let mut driver = Driver::connect(server, Work::Collection)?;
        driver.sizes()?;
        let runs: Result<Vec<Measured>, _> =
            (0..rounds).map(|_| driver.round(COLLECTIONS)).collect();
        let records = median(runs?.iter().map(|run| 200.0e9 / run.ns()).collect());
        writeln!(out, "{name:24} {records:9.0} records a processor second")?;
    }
    let jobs = [("CSV ingest, bare", &bare), ("CSV ingest, ruled", &ruled)];
    for (name, server) in jobs.into_iter().filter(|line| line.0.contains(wanted)) {
        let runs: Result<Vec<f64>, _> =
            (0..rounds.min(JOBS)).map(|run| ingest::ingest(server, run)).collect();
        writeln!(out, "{name:24} {:9.0} rows a processor second", median(runs?))?;
    }
    if START.contains(wanted) {
        tell_start(&mut out, rounds)?;
    }
    Ok(())
}

/// Wall time, unlike the rest: it is what somebody waits for.
fn tell_start(out: &mut impl std::io::Write, rounds: usize) -> Result<(), Box<dyn Error>> {
    let starts: Result<Vec<Start>, _> = (0..rounds).map(|_| start::start()).collect();
    let starts = starts?;
    let milliseconds = median(starts.iter().map(|start| start.milliseconds).collect());
    let megabytes = median(starts.iter().map(|start| start.megabytes).collect());
    writeln!(
        out,
        "{START}: {milliseconds:.1} ms of wall time (aim 20); resident before it {megabytes:.1} MB (aim 15)"
    )?;
    Ok(())
}

fn alternate(
    rounds: usize,
    requests: usize,
    a: &mut Driver,
    b: &mut Driver,
) -> Result<Vec<(Measured, Measured)>, Box<dyn Error>> {
    a.round(requests)?;
    b.round(requests)?;
    (0..rounds).map(|_| Ok((a.round(requests)?, b.round(requests)?))).collect()
}

fn per_request(pairs: &[(Measured, Measured)], which: usize) -> f64 {
    let ns = |(a, b): &(Measured, Measured)| if which == 0 { a.ns() } else { b.ns() };
    median(pairs.iter().map(ns).collect()) / 1_000.0
}

fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers.get(numbers.len() / 2).copied().unwrap_or_default()
}
