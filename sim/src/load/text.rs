//! A load run for a reader.

use std::io::{self, Write};

use hdrhistogram::Histogram;

use super::{LoadReport, tally::percentile_ms};
use crate::hold::{Figures, Missed};

/// Writes what a run showed, and which bounds it missed.
pub fn write_report(out: &mut dyn Write, report: &LoadReport, missed: &[Missed]) -> io::Result<()> {
    let figures = report.figures();
    visits(out, report, &figures)?;
    latencies(out, report, &figures)?;
    org(out, report)?;
    for text in report.findings() {
        writeln!(out, "wrong     {text}")?;
    }
    for miss in missed {
        writeln!(out, "missed    {miss}")?;
    }
    Ok(())
}

fn visits(out: &mut dyn Write, report: &LoadReport, figures: &Figures) -> io::Result<()> {
    let (tally, plan) = (&report.tally, &report.plan);
    let whose = if plan.target.is_some() { "" } else { " (mock in this process)" };
    let shares: Vec<String> = plan
        .mix
        .shares()
        .iter()
        .map(|share| format!("{} {}", share.kind.id(), share.weight))
        .collect();
    writeln!(out, "load      {}{whose}", report.target)?;
    writeln!(
        out,
        "arrivals  {}/s for {:?}, open, at most {} in flight; {}",
        plan.rate,
        plan.duration,
        plan.workers,
        shares.join(", ")
    )?;
    writeln!(
        out,
        "visits    {} planned: {} done, {} failed, {} wrong, {} left out; {} started late",
        tally.planned, tally.done, tally.failed, tally.wrong, tally.skipped, tally.late
    )?;
    for (why, count) in &tally.failures {
        writeln!(out, "          {count} failed: {why}")?;
    }
    let (visits, calls) =
        (shown(figures, "visitors_per_s", "visits/s"), shown(figures, "calls_per_s", "calls/s"));
    writeln!(out, "rate      {visits}, {calls}; {:.2} calls a visit", tally.calls_per_visit())?;
    let floor = &report.floor;
    writeln!(
        out,
        "floor     {:.0} calls/s of a bare axum server, {} bytes out and {} back",
        floor.calls_per_s, floor.request_bytes, floor.answer_bytes
    )
}

/// A wall figure, and how many times the floor it is.
fn shown(figures: &Figures, name: &str, unit: &str) -> String {
    let Some(figure) = figures.get(name) else { return format!("no {unit}") };
    let ratio = figure.ratio().map(|ratio| format!(" ({ratio:.4}x floor)")).unwrap_or_default();
    format!("{:.1} {unit}{ratio}", figure.value)
}

fn latencies(out: &mut dyn Write, report: &LoadReport, figures: &Figures) -> io::Result<()> {
    writeln!(
        out,
        "latency   ms {:>9} {:>9} {:>9} {:>9} {:>9}",
        "p50", "p90", "p99", "p99.9", "max"
    )?;
    let lines = [
        ("visit", &report.tally.visit_us, "visit_p50_ms", "visit_p99_ms"),
        ("call", &report.tally.call_us, "call_p50_ms", "call_p99_ms"),
    ];
    for (name, histogram, p50, p99) in lines {
        let times =
            |name: &str| figures.get(name).and_then(crate::hold::Figure::ratio).unwrap_or_default();
        line(out, name, histogram)?;
        writeln!(out, "    p50 {:.1}x floor, p99 {:.1}x floor", times(p50), times(p99))?;
    }
    line(out, "floor", &report.floor.call_us)?;
    writeln!(out, "    one call at a time; a visit counts from its intended start")
}

fn line(out: &mut dyn Write, name: &str, histogram: &Histogram<u64>) -> io::Result<()> {
    write!(out, "  {name:<10}")?;
    for percentile in [50.0, 90.0, 99.0, 99.9, 100.0] {
        write!(out, " {:>9.3}", percentile_ms(histogram, percentile))?;
    }
    Ok(())
}

fn org(out: &mut dyn Write, report: &LoadReport) -> io::Result<()> {
    let audit = &report.audit;
    writeln!(
        out,
        "org       {} leads answered as created, {} unsure; {} held, {} missing, {} duplicates, {} uncalled for",
        audit.created,
        audit.unsure,
        audit.held,
        audit.missing,
        audit.duplicates,
        audit.uncalled_for
    )
}
