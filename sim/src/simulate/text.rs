//! A simulation for a reader.

use std::io::{self, Write};

use scenarios::{ast::Outcome, time::format_offset};

use super::{Report, STRATEGIES, strategy_name};
use crate::hold::Missed;

/// Findings that are shown for one strategy.
const SHOWN_LIMIT: usize = 20;

/// Writes what a simulation showed, and which bounds it missed.
pub fn write_report(out: &mut dyn Write, report: &Report, missed: &[Missed]) -> io::Result<()> {
    let plan = &report.plan;
    writeln!(out, "world       seed {}, {} visitors", plan.seed, plan.visitors)?;
    speed(out, report)?;
    outcomes(out, report)?;
    table(out, report)?;
    findings(out, report)?;
    for miss in missed {
        writeln!(out, "missed      {miss}")?;
    }
    writeln!(out, "repeat      {}", report.repeat())
}

fn speed(out: &mut dyn Write, report: &Report) -> io::Result<()> {
    let Some(main) = report.played.first() else { return Ok(()) };
    let figures = report.figures();
    let Some(speed) = figures.get("visitors_per_s") else { return Ok(()) };
    let floor = speed.ratio().map(|it| format!(", {it:.3}x floor")).unwrap_or_default();
    writeln!(
        out,
        "speed       {:.0} visitors/s in {:.2} s{floor} ({:.0} bare calls/s)",
        speed.value,
        main.wall.as_secs_f64(),
        report.floor.calls_per_s
    )?;
    writeln!(out, "lasted      {} of virtual time", format_offset(main.score.virtual_ms))
}

fn outcomes(out: &mut dyn Write, report: &Report) -> io::Result<()> {
    let Some(main) = report.played.first() else { return Ok(()) };
    let score = &main.score;
    let of = |it| score.outcomes.get(&it).copied().unwrap_or(0);
    writeln!(
        out,
        "syncs       {} created, {} updated, {} no-op, {} refused, {} dead-lettered",
        of(Outcome::Created),
        of(Outcome::Updated),
        of(Outcome::NoOp),
        of(Outcome::Refused),
        of(Outcome::DeadLettered)
    )?;
    for (why, count) in &score.refused {
        writeln!(out, "            {count} refused: {why}")?;
    }
    let percent = |rate: Option<(f64, u64)>| match rate {
        Some((rate, samples)) => format!("{:.2} % of {samples}", rate * 100.0),
        None => "no samples".to_owned(),
    };
    writeln!(
        out,
        "matching    precision {}, recall {}; {} wrong of {}",
        percent(score.precision()),
        percent(score.recall()),
        score.wrong_matches,
        score.judged_matches
    )?;
    writeln!(out, "owners      {} wrong of {}", score.wrong_owners, score.judged_owners)?;
    writeln!(
        out,
        "duplicates  {} created, {} prevented",
        score.duplicates_created, score.duplicates_prevented
    )
}

fn table(out: &mut dyn Write, report: &Report) -> io::Result<()> {
    writeln!(
        out,
        "\nstrategy      calls/visitor      calls  created  updated  refused  findings  virtual"
    )?;
    for (strategy, name) in STRATEGIES {
        let Some(it) = report.played.iter().find(|it| it.strategy == strategy) else { continue };
        let score = &it.score;
        let of = |outcome| score.outcomes.get(&outcome).copied().unwrap_or(0);
        writeln!(
            out,
            "{name:<12} {:>14.4} {:>10} {:>8} {:>8} {:>8} {:>9}  {}",
            super::ratio(score.api_calls, u64::from(report.plan.visitors)),
            score.api_calls,
            of(Outcome::Created),
            of(Outcome::Updated),
            of(Outcome::Refused),
            it.findings.len(),
            format_offset(score.virtual_ms)
        )?;
    }
    writeln!(out)
}

fn findings(out: &mut dyn Write, report: &Report) -> io::Result<()> {
    for it in report.played.iter().filter(|it| !it.findings.is_empty()) {
        writeln!(out, "findings    {} with {}:", it.findings.len(), strategy_name(it.strategy))?;
        for finding in it.findings.iter().take(SHOWN_LIMIT) {
            writeln!(out, "  {finding}")?;
        }
        if it.findings.len() > SHOWN_LIMIT {
            writeln!(out, "  and {} more", it.findings.len() - SHOWN_LIMIT)?;
        }
    }
    Ok(())
}
