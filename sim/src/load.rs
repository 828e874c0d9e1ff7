//! Load on the wall clock: visits over real HTTP on loopback, each reply checked.
//!
//! Arrivals are open: a visit starts when the schedule says so, however slow the answers are, and its latency counts
//! from that moment. A visit that would be one too many in flight is left out and counted; none is bunched up for
//! later. Nothing here is deterministic but what is checked: what was answered must be what the org holds, during the
//! run and at its end. Wall figures are told as multiples of a floor of the same run.

mod audit;
mod floor;
mod local;
mod mix;
mod pressed;
mod tally;
mod text;
mod visit;

use std::{sync::Arc, time::Duration};

use tokio::{
    sync::{Semaphore, mpsc},
    time::{Instant, sleep_until},
};

pub use self::{
    audit::Audit,
    mix::{Mix, MixError, Share, VisitKind},
    tally::{METRICS, Tally},
    text::write_report,
};
use self::{
    local::LocalMock,
    pressed::Pressed,
    visit::{Known, Visitor},
};
use crate::{
    crm::{Credentials, live::TargetError},
    hold::Figures,
};

/// A visit that starts later than this after its intended start is a late one.
pub const LATE_AFTER: Duration = Duration::from_millis(10);
/// Most visits in one run.
pub const VISIT_LIMIT: u64 = 10_000_000;
/// Most visits in flight at once.
pub const WORKER_LIMIT: u32 = 10_000;
/// Reports of visits that wait to be counted.
const REPORT_QUEUE: usize = 1_024;

/// What to press, how hard and how long.
#[derive(Debug, Clone)]
pub struct Plan {
    /// A server on loopback and who logs in there; without one, a mock in this process.
    pub target: Option<(String, Credentials)>,
    /// Visits that start in a second.
    pub rate: f64,
    /// For how long visits start.
    pub duration: Duration,
    /// Most visits in flight at once.
    pub workers: usize,
    /// Which kinds of visits.
    pub mix: Mix,
}

impl Plan {
    /// How many visits the schedule holds.
    pub fn visits(&self) -> u64 {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "the cast saturates, and the limit is below"
        )]
        let visits = (self.rate * self.duration.as_secs_f64()).round() as u64;
        visits.clamp(1, VISIT_LIMIT)
    }
}

/// Why there was no load.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The target is not one.
    #[error(transparent)]
    Target(#[from] TargetError),
    /// The mock in this process does not start.
    #[error("the mock does not start: {0}")]
    Mock(String),
    /// A socket or a thread.
    #[error("no server on loopback: {0}")]
    Io(#[from] std::io::Error),
    /// The target does not let us in, or does not do what load begins with.
    #[error("{doing} failed: {answer}; is there a Salesforce mock at {target}?")]
    Setup {
        /// What was tried.
        doing: &'static str,
        /// What came back.
        answer: String,
        /// Where.
        target: String,
    },
}

/// What a run showed.
#[derive(Debug)]
pub struct LoadReport {
    /// What was asked for.
    pub plan: Plan,
    /// Where it went.
    pub target: String,
    /// How the visits went.
    pub tally: Tally,
    /// What the org holds at the end.
    pub audit: Audit,
    /// What a bare server can do on this machine, now.
    pub floor: floor::Floor,
    /// From the first intended start to the last answer.
    pub elapsed: Duration,
}

impl LoadReport {
    /// The figures by name.
    pub fn figures(&self) -> Figures {
        self.tally.figures(&self.audit, &self.floor, self.elapsed)
    }

    /// What was wrong: replies that were not what the org holds.
    pub fn findings(&self) -> Vec<String> {
        let mut findings = self.tally.wrong_texts.clone();
        findings.extend(self.audit.findings());
        if self.tally.done == 0 {
            findings.push("no visit was done".into());
        }
        findings
    }
}

/// Presses, checks, and measures the floor. `progress` is told how many visits are through.
pub async fn press(plan: Plan, mut progress: impl FnMut(u64)) -> Result<LoadReport, LoadError> {
    let local = if plan.target.is_none() { Some(LocalMock::start()?) } else { None };
    let (target, credentials) = match (&plan.target, &local) {
        (Some((target, credentials)), _) => (target.clone(), credentials.clone()),
        (None, Some(local)) => (local.url(), local.credentials()),
        (None, None) => unreachable!("without a target a local mock was started"),
    };
    let pressed = Arc::new(Pressed::connect(&target, credentials).await?);
    let known = visit::known_leads(&pressed, plan.workers).await.map_err(|answer| {
        LoadError::Setup { doing: "creating the known leads", answer, target: target.clone() }
    })?;
    let mut tally = Tally::new(&known);
    let started = Instant::now();
    let (reports, mut inbox) = mpsc::channel(REPORT_QUEUE);
    let counting = async {
        while let Some(report) = inbox.recv().await {
            tally.count(report);
            progress(tally.through());
        }
    };
    let (arrivals, ()) = tokio::join!(arrive(&plan, &pressed, known, started, reports), counting);
    let elapsed = started.elapsed();
    tally.arrived(arrivals);
    let audit = audit::audit(&pressed, &tally).await.map_err(|answer| LoadError::Setup {
        doing: "counting the leads",
        answer,
        target: target.clone(),
    })?;
    drop(local);
    let floor = floor::measure(&tally, plan.workers).await?;
    Ok(LoadReport { plan, target, tally, audit, floor, elapsed })
}

/// What the schedule met with.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Arrivals {
    planned: u64,
    late: u64,
    skipped: u64,
}

/// Starts every visit at its moment, or leaves it out when too many are in flight.
async fn arrive(
    plan: &Plan,
    pressed: &Arc<Pressed>,
    known: Vec<Known>,
    started: Instant,
    reports: mpsc::Sender<visit::Report>,
) -> Arrivals {
    let mut arrivals = Arrivals { planned: plan.visits(), ..Arrivals::default() };
    let slots = Arc::new(Semaphore::new(plan.workers));
    // One known lead for each slot, so that no two visits in flight write the same one.
    let (give_back, mut free) = mpsc::channel(plan.workers.max(1));
    for lead in known {
        if give_back.try_send(lead).is_err() {
            break;
        }
    }
    for number in 0..arrivals.planned {
        let intended = started + moment(number, plan.rate);
        sleep_until(intended).await;
        let Ok(slot) = Arc::clone(&slots).try_acquire_owned() else {
            arrivals.skipped += 1;
            continue;
        };
        let Ok(lead) = free.try_recv() else {
            arrivals.skipped += 1;
            continue;
        };
        arrivals.late += u64::from(intended.elapsed() > LATE_AFTER);
        let visitor = Visitor::new(Arc::clone(pressed), plan.mix.kind(number), number, lead);
        let (reports, give_back) = (reports.clone(), give_back.clone());
        tokio::spawn(async move {
            let (mut report, lead) = visitor.visit().await;
            report.latency = intended.elapsed();
            // There is room for every lead, and the count reads until the last sender is gone.
            let _ = give_back.try_send(lead);
            drop(slot);
            let _ = reports.send(report).await;
        });
    }
    arrivals
}

/// When the visit with this number starts, after the first.
#[expect(clippy::cast_precision_loss, reason = "the limit of visits is far below 2^52")]
fn moment(number: u64, rate: f64) -> Duration {
    Duration::from_secs_f64(number as f64 / rate)
}

#[cfg(test)]
mod tests;
