//! `leadsim load`: presses a mock on the wall clock.

use std::{
    io::{self, Write as _},
    time::Duration,
};

use indicatif::{ProgressBar, ProgressStyle};

use super::setup_error;
use crate::{
    crm::Credentials,
    exit::Exit,
    hold::{self, Bound, HoldError, Side},
    load::{self, LoadError, METRICS, Mix, Plan, VISIT_LIMIT, WORKER_LIMIT},
};

/// Visits start on schedule, however slow the answers are. What was written is read back, and at the end the leads in
/// the org are counted. Rates and latencies are told as multiples of what a bare server does on this machine.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// A server on loopback, such as `http://127.0.0.1:8080`; without it, a mock in this process.
    #[arg(long, value_name = "URL")]
    target: Option<String>,
    /// Who logs in at the target, with the mock's own password; by default the user of `mock-salesforce serve`.
    #[arg(long, value_name = "NAME", default_value = "admin@mock-salesforce.example")]
    username: String,
    /// Visits that start in a second; more than the server takes shows what it takes.
    #[arg(long, value_name = "N/s", default_value = "100/s", value_parser = rate)]
    rate: f64,
    /// For how long visits start.
    #[arg(long = "for", value_name = "TIME", default_value = "10s", value_parser = duration)]
    duration: Duration,
    /// Most visits in flight; one that would be too many is left out and counted.
    #[arg(long, value_name = "N", default_value = "64", value_parser = clap::value_parser!(u32).range(1..=i64::from(WORKER_LIMIT)))]
    workers: u32,
    /// Which kinds of visits, with weights: new, known, refused, lookup.
    #[arg(long, value_name = "KIND=N,…", default_value = "new=70,known=20,refused=5,lookup=5")]
    mix: Mix,
    /// Figures that must reach this, such as `visitors_per_s=0.02x floor`.
    #[arg(long, value_name = "FIGURE=LIMIT,…")]
    at_least: Vec<String>,
    /// Figures that must not exceed this, such as `duplicates_created=0,failed_visits=0`.
    #[arg(long, value_name = "FIGURE=LIMIT,…")]
    at_most: Vec<String>,
}

/// Why the command did not do its work.
#[derive(Debug, thiserror::Error)]
enum CommandError {
    #[error(transparent)]
    Hold(#[from] HoldError),
    #[error(transparent)]
    Load(#[from] LoadError),
    #[error("{0}")]
    Io(#[from] io::Error),
}

pub(super) fn run(args: Args) -> Exit {
    match press(args) {
        Ok(exit) => exit,
        Err(error) => setup_error(error),
    }
}

fn press(args: Args) -> Result<Exit, CommandError> {
    let bounds = bounds(&args)?;
    let plan = plan(args);
    let runtime =
        tokio::runtime::Builder::new_multi_thread().thread_name("load").enable_all().build()?;
    let bar = bar(plan.visits());
    let report = runtime.block_on(load::press(plan, |through| bar.set_position(through)));
    bar.finish_and_clear();
    let report = report?;
    let missed = hold::missed(&bounds, &report.figures());
    let mut text = Vec::new();
    load::write_report(&mut text, &report, &missed)?;
    // A reader that went away ends the output, and is no error.
    let _ended = io::stdout().lock().write_all(&text);
    Ok(if !report.findings().is_empty() {
        Exit::Finding
    } else if missed.is_empty() {
        Exit::Passed
    } else {
        Exit::HoldMissed
    })
}

fn plan(args: Args) -> Plan {
    let credentials = Credentials::of_mock(&mock_salesforce::Login::default(), &args.username);
    Plan {
        target: args.target.map(|target| (target, credentials)),
        rate: args.rate,
        duration: args.duration,
        workers: usize::try_from(args.workers).unwrap_or(usize::MAX),
        mix: args.mix,
    }
}

fn bounds(args: &Args) -> Result<Vec<Bound>, HoldError> {
    let mut bounds = Vec::new();
    for (side, texts) in [(Side::AtLeast, &args.at_least), (Side::AtMost, &args.at_most)] {
        for text in texts {
            bounds.extend(hold::parse(side, text, &METRICS)?);
        }
    }
    Ok(bounds)
}

/// Shows itself on a terminal only.
fn bar(visits: u64) -> ProgressBar {
    let style =
        ProgressStyle::with_template("{wide_bar} {pos}/{len} visits, {per_sec}, {eta} to go");
    ProgressBar::new(visits).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

/// `200/s` or `200`.
fn rate(text: &str) -> Result<f64, String> {
    let number = text.trim().strip_suffix("/s").unwrap_or(text).trim();
    let rate: f64 =
        number.parse().map_err(|_| format!("`{text}` is not a rate; write for example 200/s"))?;
    #[expect(clippy::cast_precision_loss, reason = "the limit is far below 2^52")]
    let limit = VISIT_LIMIT as f64;
    let is_possible = rate.is_finite() && rate > 0.001 && rate <= limit;
    is_possible
        .then_some(rate)
        .ok_or_else(|| format!("`{text}` is not possible; rates go from 0.001/s to {limit}/s"))
}

/// Longest load: a day.
const LONGEST: Duration = Duration::from_hours(24);

/// `500ms`, `10s`, `2m`, `1h`.
fn duration(text: &str) -> Result<Duration, String> {
    let text = text.trim();
    let not_one =
        || format!("`{text}` is not a time; write for example 500ms, 10s or 2m, up to 24h");
    let split = text.find(|c: char| c.is_ascii_alphabetic()).ok_or_else(not_one)?;
    let (number, unit) = text.split_at(split);
    let unit_s = match unit {
        "ms" => 0.001,
        "s" => 1.0,
        "m" => 60.0,
        "h" => 3_600.0,
        _ => return Err(not_one()),
    };
    let number: f64 = number.trim().parse().map_err(|_| not_one())?;
    let duration = Duration::try_from_secs_f64(number * unit_s).map_err(|_| not_one())?;
    (!duration.is_zero() && duration <= LONGEST).then_some(duration).ok_or_else(not_one)
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Debug, Parser)]
    struct Cli {
        #[command(flatten)]
        load: Args,
    }

    fn read(line: &str) -> Result<Args, String> {
        let words = std::iter::once("load").chain(line.split_whitespace());
        Cli::try_parse_from(words).map(|cli| cli.load).map_err(|error| error.to_string())
    }

    #[test]
    fn rates_and_times_have_units() {
        let args = read("--rate 250/s --for 2m --workers 8 --mix new=1").unwrap();
        assert_eq!((args.rate, args.duration), (250.0, Duration::from_mins(2)));
        assert_eq!(duration("1.5s"), Ok(Duration::from_millis(1_500)));
        assert_eq!(duration("500ms"), Ok(Duration::from_millis(500)));
        for text in ["", "10", "s", "-1s", "0s", "25h", "1e9h", "nans", "10 parsecs"] {
            assert!(duration(text).is_err(), "{text}");
        }
        for text in ["", "0/s", "-5", "inf", "nan", "1e30/s", "5/m"] {
            assert!(rate(text).is_err(), "{text}");
        }
    }

    #[test]
    fn what_cannot_be_run_is_refused() {
        assert!(read("--workers 0").is_err());
        assert!(read("--workers 10001").is_err());
        assert!(read("--mix old=3").unwrap_err().contains("there is no kind of visit `old`"));
        let args = read("--at-most duplicate_created=0").unwrap();
        assert!(
            bounds(&args).unwrap_err().to_string().contains("did you mean `duplicates_created`?")
        );
    }

    #[test]
    fn bounds_may_be_said_several_times() {
        let args = read(
            "--at-most duplicates_created=0,failed_visits=0 --at-most late_starts=5 --at-least visitors_per_s=0.01xfloor",
        );
        assert_eq!(bounds(&args.unwrap()).unwrap().len(), 4);
    }
}
