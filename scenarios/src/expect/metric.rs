//! `metric`: a figure of the run. One without samples meets nothing.

use crate::ast::MetricCheck;
use crate::compare::{describe, figure_matches, matcher_span, show_figure};
use crate::finding::Finding;
use crate::judge::{Judge, Now, mismatch};
use crate::observation::{Metric, Reading, Sample};

pub(crate) fn evaluate(judge: &mut Judge<'_>, check: &MetricCheck, now: Now) -> Vec<Finding> {
    let metric = judge.observation.metrics.get(check.name.as_str());
    let samples: Vec<&Sample> = metric
        .into_iter()
        .flat_map(|metric| &metric.samples)
        .filter(|sample| sample.at <= now.at)
        .collect();
    let wrong = match (metric, samples.last()) {
        (Some(metric), Some(last)) => wrong_sample(metric, &samples, last, check),
        _ => None,
    };
    let expected = describe(&check.value);
    let actual = match (metric, wrong) {
        (Some(metric), Some(sample)) => show_figure(sample.value, metric.unit),
        (_, None) if !samples.is_empty() => return Vec::new(),
        _ => "no samples".to_owned(),
    };
    let message = format!("{} is {actual}, expected {expected}", check.name);
    let mut finding = mismatch("F111", matcher_span(&check.value), message);
    finding.expected = expected;
    finding.actual = actual;
    finding.at = wrong.map(|sample| sample.at);
    vec![finding]
}

fn wrong_sample<'s>(
    metric: &Metric,
    samples: &[&'s Sample],
    last: &'s Sample,
    check: &MetricCheck,
) -> Option<&'s Sample> {
    let wrong = |sample: &&Sample| !figure_matches(&check.value, sample.value);
    match metric.reading {
        Reading::Latest => Some(last).filter(wrong),
        Reading::Each => samples.iter().copied().find(wrong),
    }
}
