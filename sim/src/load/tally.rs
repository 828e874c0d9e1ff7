//! Counts and latencies of a run, and the figures that follow from them.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use hdrhistogram::Histogram;

use super::{
    Arrivals,
    audit::Audit,
    floor::Floor,
    visit::{Known, Outcome, Report},
};
use crate::hold::{Figure, Figures, Kind, Metric};

/// Texts of contradictions that are kept; all are counted.
pub(super) const TEXT_LIMIT: usize = 20;
/// Longest latency that is told apart, in microseconds: an hour.
const LONGEST_US: u64 = 3_600_000_000;

/// Every figure that load measures.
pub const METRICS: [Metric; 15] = [
    Metric { name: "api_calls_per_visitor", kind: Kind::Exact },
    Metric { name: "call_p50_ms", kind: Kind::Wall },
    Metric { name: "call_p90_ms", kind: Kind::Wall },
    Metric { name: "call_p99_ms", kind: Kind::Wall },
    Metric { name: "calls_per_s", kind: Kind::Wall },
    Metric { name: "duplicates_created", kind: Kind::Exact },
    Metric { name: "failed_visits", kind: Kind::Exact },
    Metric { name: "late_starts", kind: Kind::Exact },
    Metric { name: "leads_missing", kind: Kind::Exact },
    Metric { name: "skipped_starts", kind: Kind::Exact },
    Metric { name: "visit_p50_ms", kind: Kind::Wall },
    Metric { name: "visit_p90_ms", kind: Kind::Wall },
    Metric { name: "visit_p99_ms", kind: Kind::Wall },
    Metric { name: "visitors_per_s", kind: Kind::Wall },
    Metric { name: "wrong_replies", kind: Kind::Exact },
];

/// How the visits of a run went.
#[derive(Debug)]
pub struct Tally {
    /// Visits in the schedule.
    pub planned: u64,
    /// Visits that started later than they should have.
    pub late: u64,
    /// Visits that were left out because too many were in flight.
    pub skipped: u64,
    /// Visits in which every answer was right.
    pub done: u64,
    /// Visits that the server refused or did not answer.
    pub failed: u64,
    /// Visits in which the server contradicted itself.
    pub wrong: u64,
    /// Exchanges.
    pub calls: u64,
    /// Why visits failed, and how often.
    pub failures: BTreeMap<String, u64>,
    /// The first contradictions, in words.
    pub wrong_texts: Vec<String>,
    /// Visits from their intended start, in microseconds.
    pub visit_us: Histogram<u64>,
    /// Exchanges, in microseconds.
    pub call_us: Histogram<u64>,
    /// Addresses of leads that must be there.
    pub(super) created: BTreeSet<String>,
    /// Addresses of leads that may be there.
    pub(super) unsure: BTreeSet<String>,
    bytes: (u64, u64),
}

/// A histogram of latencies in microseconds, three digits exact.
pub(super) fn latencies() -> Histogram<u64> {
    Histogram::new_with_bounds(1, LONGEST_US, 3)
        .expect("the bounds are in order and the digits are few")
}

/// Notes a latency.
pub(super) fn note(histogram: &mut Histogram<u64>, latency: Duration) {
    histogram.saturating_record(u64::try_from(latency.as_micros()).unwrap_or(LONGEST_US).max(1));
}

impl Tally {
    pub(super) fn new(known: &[Known]) -> Self {
        Self {
            planned: 0,
            late: 0,
            skipped: 0,
            done: 0,
            failed: 0,
            wrong: 0,
            calls: 0,
            failures: BTreeMap::new(),
            wrong_texts: Vec::new(),
            visit_us: latencies(),
            call_us: latencies(),
            created: known.iter().map(|lead| lead.email.clone()).collect(),
            unsure: BTreeSet::new(),
            bytes: (0, 0),
        }
    }

    pub(super) fn count(&mut self, report: Report) {
        note(&mut self.visit_us, report.latency);
        for latency in &report.calls {
            note(&mut self.call_us, *latency);
        }
        self.calls += report.calls.len() as u64;
        self.bytes = (self.bytes.0 + report.bytes.0, self.bytes.1 + report.bytes.1);
        self.created.extend(report.created);
        self.unsure.extend(report.unsure);
        match report.outcome {
            Outcome::Done => self.done += 1,
            Outcome::Failed(why) => {
                self.failed += 1;
                *self.failures.entry(why).or_default() += 1;
            }
            Outcome::Wrong(text) => {
                self.wrong += 1;
                if self.wrong_texts.len() < TEXT_LIMIT {
                    self.wrong_texts.push(text);
                }
            }
        }
    }

    pub(super) fn arrived(&mut self, arrivals: Arrivals) {
        self.planned = arrivals.planned;
        self.late = arrivals.late;
        self.skipped = arrivals.skipped;
    }

    /// Visits that are through, whatever came of them.
    pub fn through(&self) -> u64 {
        self.done + self.failed + self.wrong
    }

    /// Exchanges of a visit, on average.
    pub fn calls_per_visit(&self) -> f64 {
        ratio(self.calls, self.through())
    }

    /// Bytes of an exchange's bodies on average, sent and received.
    pub(super) fn bytes_per_call(&self) -> (usize, usize) {
        let mean = |bytes: u64| usize::try_from(bytes / self.calls.max(1)).unwrap_or(usize::MAX);
        (mean(self.bytes.0), mean(self.bytes.1))
    }

    pub(super) fn figures(&self, audit: &Audit, floor: &Floor, elapsed: Duration) -> Figures {
        let per_s = |count: u64| ratio(count, 1) / elapsed.as_secs_f64().max(f64::MIN_POSITIVE);
        let calls_per_visit = self.calls_per_visit();
        let count = |value: u64, samples: u64| Figure::exact(ratio(value, 1), samples);
        let mut figures = Figures::from([
            ("api_calls_per_visitor", Figure::exact(calls_per_visit, self.through())),
            ("calls_per_s", Figure::wall(per_s(self.calls), Some(floor.calls_per_s), self.calls)),
            ("duplicates_created", count(audit.duplicates, audit.held)),
            ("failed_visits", count(self.failed, self.through())),
            ("late_starts", count(self.late, self.planned)),
            ("leads_missing", count(audit.missing, self.through())),
            ("skipped_starts", count(self.skipped, self.planned)),
            (
                "visitors_per_s",
                Figure::wall(per_s(self.done), floor.visits_per_s(calls_per_visit), self.done),
            ),
            ("wrong_replies", count(self.wrong, self.through())),
        ]);
        for (call, visit, percentile) in [
            ("call_p50_ms", "visit_p50_ms", 50.0),
            ("call_p90_ms", "visit_p90_ms", 90.0),
            ("call_p99_ms", "visit_p99_ms", 99.0),
        ] {
            let bare = percentile_ms(&floor.call_us, percentile);
            let of = |histogram: &Histogram<u64>, floor| {
                Figure::wall(percentile_ms(histogram, percentile), Some(floor), histogram.len())
            };
            figures.insert(call, of(&self.call_us, bare));
            figures.insert(visit, of(&self.visit_us, bare * calls_per_visit));
        }
        figures
    }
}

/// A percentile in milliseconds.
pub(super) fn percentile_ms(histogram: &Histogram<u64>, percentile: f64) -> f64 {
    ratio(histogram.value_at_percentile(percentile), 1_000)
}

#[expect(clippy::cast_precision_loss, reason = "counts here are far below 2^52")]
fn ratio(count: u64, of: u64) -> f64 {
    if of == 0 { 0.0 } else { count as f64 / of as f64 }
}
