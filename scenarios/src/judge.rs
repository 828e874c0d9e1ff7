//! The verdict over a run: expectations, figures and invariants, every mismatch of them.
//!
//! Codes: `F101` number of records, `F102` a field, `F103` outcome, `F104` owner, `F105` match, `F106` a candidate passed over, `F107` a reason that is missing,
//! `F108` a reason that should not be there, `F109` fields withheld, `F110` number of calls, `F111` a metric, `F112` a view, `F113` a `throughout:`,
//! `F114` a name that means nothing in this run, `F115` a playback, `F116` a search, `F120` a run that did not settle; invariants have their own ids.

use crate::ast::{Check, Deadline, ExpectTime, Expectation, Scenario};
use crate::compare::{Meaning, describe, figure_matches, matcher_span};
use crate::finding::{Finding, HoldVerdict, Judgement, Why};
use crate::history::{History, Instant};
use crate::notes::Notes;
use crate::observation::{NoteSeen, Observation, Reading};
use crate::source::Span;
use crate::{expect, invariant};
use std::collections::BTreeMap;

/// How many decisions a finding quotes.
const MAX_WHY: usize = 6;

/// Judges a run.
pub fn judge(scenario: &Scenario, observation: &Observation) -> Judgement {
    let history = History::of(observation);
    let meaning = Meaning { scenario, observation, aliases: BTreeMap::new() };
    let mut judge = Judge {
        scenario,
        observation,
        history,
        meaning,
        notes: Notes::of(observation),
        findings: Vec::new(),
    };
    for (index, expectation) in scenario.expect.iter().enumerate() {
        judge.expectation(index, expectation);
    }
    if !observation.settled {
        judge.findings.push(unsettled(scenario, observation));
    }
    let invariants_evaluated =
        invariant::check_all(scenario, observation, &judge.history, &mut judge.findings);
    Judgement {
        holds: scenario.hold.iter().map(|hold| held(hold, observation)).collect(),
        checks_evaluated: scenario.expect.len(),
        invariants_evaluated,
        findings: judge.findings,
    }
}

/// One run against one scenario.
pub(crate) struct Judge<'a> {
    pub(crate) scenario: &'a Scenario,
    pub(crate) observation: &'a Observation,
    pub(crate) history: History<'a>,
    pub(crate) meaning: Meaning<'a>,
    pub(crate) notes: Notes<'a>,
    findings: Vec<Finding>,
}

/// A moment at which something is looked at.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Now {
    /// Milliseconds since the Unix epoch.
    pub(crate) at: i64,
    /// How many changes had been committed.
    pub(crate) instant: Instant,
}

impl Judge<'_> {
    fn expectation(&mut self, index: usize, expectation: &Expectation) {
        let mut found = match expectation.time {
            ExpectTime::At(deadline) => {
                let now = self.now(deadline);
                self.evaluate(&expectation.check, now)
            }
            ExpectTime::By(deadline) => self.by(expectation, deadline),
            ExpectTime::Throughout => match &expectation.check {
                Check::Invariant(check) => expect::throughout::evaluate(self, check),
                other => {
                    let now = self.now(Deadline::End);
                    self.evaluate(other, now)
                }
            },
        };
        for finding in &mut found {
            finding.expectation = Some(index);
            finding.ids = self.scenario.requirements.iter().map(ToString::to_string).collect();
            if finding.span.is_empty() {
                finding.span = expectation.place.0;
            }
        }
        self.findings.append(&mut found);
    }

    /// `by`: first at the deadline, where most things are true that ever become true, then at every earlier moment at which something happened.
    fn by(&mut self, expectation: &Expectation, deadline: Deadline) -> Vec<Finding> {
        let last = self.now(deadline);
        let found = self.evaluate(&expectation.check, last);
        if found.is_empty() {
            return found;
        }
        let earlier = self.moments(&expectation.check, last);
        for now in earlier {
            if self.evaluate(&expectation.check, now).is_empty() {
                return Vec::new();
            }
        }
        // The last look names an alias again, for the entries that use it.
        self.evaluate(&expectation.check, last)
    }

    /// Moments before `last` at which what a check looks at changed, newest first.
    fn moments(&self, check: &Check, last: Now) -> Vec<Now> {
        let observation = self.observation;
        let mut times: Vec<i64> = match check {
            Check::Record(check) | Check::Neighbour(check) => {
                let changes =
                    observation.changes.iter().filter(|change| check.object == *change.object);
                changes.map(|change| change.at).collect()
            }
            Check::Explain(_) => observation.notes.iter().map(|note| note.at).collect(),
            Check::Calls(_) => observation
                .calls
                .iter()
                .chain(&observation.beside)
                .flat_map(|call| [Some(call.at), call.answered_at])
                .flatten()
                .collect(),
            Check::Metric(check) => {
                let metric = observation.metrics.get(check.name.as_str());
                metric
                    .into_iter()
                    .flat_map(|metric| &metric.samples)
                    .map(|sample| sample.at)
                    .collect()
            }
            Check::RepView(_)
            | Check::VisitorView(_)
            | Check::AccountView(_)
            | Check::ListView(_)
            | Check::Playback(_)
            | Check::Search(_) => observation.views.iter().map(|view| view.at).collect(),
            Check::Invariant(_) => Vec::new(),
        };
        times.push(observation.started);
        times.retain(|at| *at < last.at);
        times.sort_unstable();
        times.dedup();
        times.into_iter().rev().map(|at| self.moment(at)).collect()
    }

    fn moment(&self, at: i64) -> Now {
        Now { at, instant: self.history.instant(at) }
    }

    fn now(&self, deadline: Deadline) -> Now {
        match deadline {
            Deadline::Offset(offset) => {
                self.moment(self.scenario.clock.starts.saturating_add(offset))
            }
            Deadline::End => Now {
                at: self.observation.ended.max(self.observation.started),
                instant: self.history.end(),
            },
        }
    }

    fn evaluate(&mut self, check: &Check, now: Now) -> Vec<Finding> {
        let mut found = match check {
            Check::Record(check) | Check::Neighbour(check) => {
                expect::record::evaluate(self, check, now)
            }
            Check::Explain(check) => expect::explain::evaluate(self, check, now),
            Check::Calls(check) => expect::calls::evaluate(self, check, now),
            Check::Metric(check) => expect::metric::evaluate(self, check, now),
            Check::RepView(check) => expect::view::evaluate(self, check, crate::View::Rep, now),
            Check::VisitorView(check) => {
                expect::view::evaluate(self, check, crate::View::Visitor, now)
            }
            Check::AccountView(check) => {
                expect::view::evaluate(self, check, crate::View::Account, now)
            }
            Check::ListView(check) => expect::view::evaluate(self, check, crate::View::List, now),
            Check::Invariant(check) => expect::throughout::evaluate(self, check),
            Check::Search(check) => expect::search::evaluate(self, check, now),
            Check::Playback(check) => expect::playback::evaluate(self, check, now),
        };
        for finding in &mut found {
            finding.at.get_or_insert(now.at);
        }
        found
    }

    /// Decisions about a record until `now`, those about `question` first.
    pub(crate) fn why(&self, id: &str, question: Option<&str>, now: Now) -> Vec<Why> {
        let about = self.notes.of_record(id, now.at);
        let (mut first, rest): (Vec<&NoteSeen>, Vec<&NoteSeen>) =
            about.into_iter().partition(|note| question == Some(&*note.question));
        first.extend(rest);
        first.into_iter().take(MAX_WHY).map(quote).collect()
    }
}

/// A note as a reason.
pub(crate) fn quote(note: &NoteSeen) -> Why {
    Why {
        seq: note.seq,
        rule: note.rule.as_ref().map(ToString::to_string),
        text: note.text.to_string(),
    }
}

/// A finding of an expectation, to be completed.
pub(crate) fn mismatch(code: &'static str, span: Span, message: String) -> Finding {
    Finding { code, span, message, ..Finding::default() }
}

fn unsettled(scenario: &Scenario, observation: &Observation) -> Finding {
    let open = observation.unsettled.join("; ");
    Finding {
        code: "F120",
        ids: Vec::new(),
        span: scenario.clock.place.0,
        expected: "no call in flight and no intent unsettled".to_owned(),
        actual: if open.is_empty() { "something was still open".to_owned() } else { open },
        at: Some(observation.ended),
        message: "the run reached its end unsettled".to_owned(),
        ..Finding::default()
    }
}

fn held(hold: &crate::ast::Hold, observation: &Observation) -> HoldVerdict {
    let metric = observation.metrics.get(hold.metric.as_str());
    let latest = metric.and_then(|metric| metric.samples.last()).map(|sample| sample.value);
    let all = metric.is_some_and(|metric| match metric.reading {
        Reading::Latest => latest.is_some_and(|figure| figure_matches(&hold.value, figure)),
        Reading::Each => {
            !metric.samples.is_empty()
                && metric.samples.iter().all(|sample| figure_matches(&hold.value, sample.value))
        }
    });
    let worst = metric.filter(|metric| metric.reading == Reading::Each).and_then(|metric| {
        metric
            .samples
            .iter()
            .map(|sample| sample.value)
            .find(|figure| !figure_matches(&hold.value, *figure))
    });
    HoldVerdict {
        metric: hold.metric.to_string(),
        expected: describe(&hold.value),
        actual: worst.or(latest),
        held: all,
        span: matcher_span(&hold.value),
    }
}
