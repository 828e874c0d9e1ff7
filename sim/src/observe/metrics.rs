//! The figures of a run: exact counts and virtual durations.

use std::collections::{BTreeMap, BTreeSet};

use engine::{IntentId, NoteKind, Outcome, Rule};
use scenarios::{
    CallSeen, Change, ChangeKind, Metric, Origin, Reading, Sample, Unit,
    ast::{CallOutcome, Scenario, Verb},
};

use crate::journal::{Journal, What};

/// A lead was complete and due → it was there, in virtual ms.
pub(crate) const TIME_TO_LEAD: &str = "sync.time_to_lead";

/// An intent came to be → it was settled, in virtual ms.
const AGE: &str = "sync.age";

/// The figures that `metric:` and `hold:` may name, each with what it counts.
pub(crate) const METRICS: [(&str, &str); 16] = [
    (TIME_TO_LEAD, "virtual time from when a lead was complete and due until it was there"),
    ("api_calls", "API calls that the engine spent"),
    ("api_calls_per_visitor", "API calls for each visitor"),
    ("api_calls_per_lead", "API calls for each lead that was created"),
    ("visitors", "visitors who landed"),
    ("leads_created", "leads that the engine created"),
    (
        "duplicates_created",
        "leads that the engine created although a live record had the e-mail address",
    ),
    ("intents_created", "intents that ended in a new record"),
    ("intents_updated", "intents that ended in a changed record"),
    ("intents_no_op", "intents for which nothing was to be done"),
    ("intents_refused", "intents that Salesforce refused for good"),
    ("intents_dead_lettered", "intents that used up every attempt"),
    (AGE, "virtual time from when an intent came to be until it was settled"),
    ("calls_in_flight", "calls under way at once"),
    (
        "owners_overridden",
        "leads of ours that the org gave to somebody else, as far as that was noticed",
    ),
    ("duplicates_found", "addresses of ours for which reconciliation found several live records"),
];

/// All figures of a run.
pub(super) fn metrics(
    scenario: &Scenario,
    changes: &[Change],
    calls: &[CallSeen],
    journal: &Journal,
) -> BTreeMap<String, Metric> {
    let mut figures = Figures::default();
    figures.intents(journal);
    figures.calls(calls);
    figures.in_flight(calls);
    figures.leads(changes);
    let visitors = visitors(scenario);
    let count = |set: usize| u32::try_from(set).map_or(f64::MAX, f64::from);
    let mut metrics = figures.counts;
    metrics.insert("visitors", Series::of(count(visitors)));
    let calls = metrics.get("api_calls").cloned().unwrap_or_default();
    metrics.insert("api_calls_per_visitor", calls.per(visitors));
    metrics.insert("api_calls_per_lead", calls.per(figures.leads));
    let mut all: BTreeMap<String, Metric> =
        metrics.into_iter().map(|(name, series)| (name.to_owned(), series.metric())).collect();
    let times =
        Metric { unit: Unit::Milliseconds, reading: Reading::Each, samples: figures.times_to_lead };
    all.insert(TIME_TO_LEAD.to_owned(), times);
    let ages = Metric { unit: Unit::Milliseconds, reading: Reading::Each, samples: figures.ages };
    all.insert(AGE.to_owned(), ages);
    all
}

fn visitors(scenario: &Scenario) -> usize {
    let landed = scenario.timeline.iter().filter_map(|line| match &line.verb {
        Verb::Land(land) => Some(&*land.visitor.text),
        _ => None,
    });
    landed.collect::<BTreeSet<_>>().len()
}

/// A count over time: its value after each change.
#[derive(Debug, Clone, Default)]
struct Series {
    samples: Vec<Sample>,
}

impl Series {
    fn of(value: f64) -> Self {
        Self { samples: vec![Sample { at: i64::MIN, value }] }
    }

    fn add(&mut self, at: i64, more: f64) {
        let before = self.samples.last().map_or(0.0, |sample| sample.value);
        self.samples.push(Sample { at, value: before + more });
    }

    fn per(&self, number: usize) -> Self {
        let Ok(number) = u32::try_from(number) else { return Self::default() };
        if number == 0 {
            return Self::default();
        }
        let shares = self.samples.iter();
        let shares =
            shares.map(|it| Sample { at: it.at, value: it.value / f64::from(number) }).collect();
        Self { samples: shares }
    }

    fn metric(self) -> Metric {
        Metric { unit: Unit::Number, reading: Reading::Latest, samples: self.samples }
    }
}

#[derive(Debug, Default)]
struct Figures {
    counts: BTreeMap<&'static str, Series>,
    times_to_lead: Vec<Sample>,
    ages: Vec<Sample>,
    leads: usize,
}

impl Figures {
    fn count(&mut self, name: &'static str, at: i64, more: f64) {
        self.counts.entry(name).or_insert_with(|| Series::of(0.0)).add(at, more);
    }

    fn intents(&mut self, journal: &Journal) {
        let mut due: BTreeMap<IntentId, i64> = BTreeMap::new();
        let mut opened: BTreeMap<IntentId, i64> = BTreeMap::new();
        self.counts.insert("owners_overridden", Series::of(0.0));
        self.counts.insert("duplicates_found", Series::of(0.0));
        for (name, _) in METRICS.iter().filter(|(name, _)| name.starts_with("intents_")) {
            self.counts.insert(name, Series::of(0.0));
        }
        for (_, entry) in journal.entries() {
            let What::Note(note) = &entry.what else { continue };
            match (&note.kind, note.intent) {
                (NoteKind::Due, Some(intent)) => {
                    due.entry(intent).or_insert(entry.at);
                }
                (NoteKind::Opened { .. }, Some(intent)) => {
                    opened.insert(intent, entry.at);
                }
                (NoteKind::Alert { because: Rule::OwnerOverridden, .. }, _) => {
                    self.count("owners_overridden", entry.at, 1.0);
                }
                (NoteKind::Alert { because: Rule::ReconcileDuplicate, .. }, _) => {
                    self.count("duplicates_found", entry.at, 1.0);
                }
                (NoteKind::Settled(settled), intent) => {
                    let age = intent.and_then(|intent| opened.remove(&intent));
                    self.ages.extend(age.map(|since| span(entry.at, entry.at - since)));
                    let since = intent.and_then(|intent| due.remove(&intent));
                    self.settled(settled.outcome, entry.at, since);
                }
                _ => {}
            }
        }
    }

    fn settled(&mut self, outcome: Outcome, at: i64, due: Option<i64>) {
        self.count(intent_figure(outcome), at, 1.0);
        if let (Outcome::Created, Some(due)) = (outcome, due) {
            self.times_to_lead.push(span(at, at - due));
        }
    }

    /// Calls under way: one more when a call is sent, one less when it is answered.
    fn in_flight(&mut self, calls: &[CallSeen]) {
        self.counts.insert("calls_in_flight", Series::of(0.0));
        let exchanges: BTreeMap<u64, &CallSeen> =
            calls.iter().rev().map(|call| (call.seq, call)).collect();
        let mut turns: Vec<(i64, f64)> = Vec::new();
        for call in exchanges.values() {
            turns.push((call.at, 1.0));
            turns.extend(call.answered_at.map(|at| (at, -1.0)));
        }
        turns.sort_by_key(|(at, _)| *at);
        for (at, more) in turns {
            self.count("calls_in_flight", at, more);
        }
    }

    fn calls(&mut self, calls: &[CallSeen]) {
        self.counts.insert("api_calls", Series::of(0.0));
        for call in calls.iter().filter(|call| call.api_calls > 0) {
            // What never arrived was never counted.
            if call.outcome == Some(CallOutcome::Lost) && !call.ambiguous {
                continue;
            }
            self.count("api_calls", call.at, f64::from(call.api_calls));
        }
    }

    /// Leads of the engine, and those for an address that a live lead or contact had already.
    fn leads(&mut self, changes: &[Change]) {
        self.counts.insert("leads_created", Series::of(0.0));
        self.counts.insert("duplicates_created", Series::of(0.0));
        let mut people = People::default();
        for change in changes {
            let known = people.note(change);
            let created = change.origin == Origin::Engine && change.kind == ChangeKind::Created;
            if !created || &*change.object != "Lead" {
                continue;
            }
            self.leads += 1;
            self.count("leads_created", change.at, 1.0);
            if known {
                self.count("duplicates_created", change.at, 1.0);
            }
        }
    }
}

/// E-mail addresses of live leads and contacts.
#[derive(Debug, Default)]
struct People<'c> {
    of_record: BTreeMap<&'c str, String>,
    live: BTreeMap<String, usize>,
}

impl<'c> People<'c> {
    /// Takes a change; tells whether another live record had the new record's address.
    fn note(&mut self, change: &'c Change) -> bool {
        if !matches!(&*change.object, "Lead" | "Contact") {
            return false;
        }
        match change.kind {
            ChangeKind::Created | ChangeKind::Updated | ChangeKind::Undeleted => {
                let email = change.fields.iter().find(|(name, _)| &**name == "Email");
                let Some((_, email)) = email else { return false };
                self.forget(&change.id);
                let Some(email) = email.as_deref().map(normalised) else { return false };
                let live = self.live.entry(email.clone()).or_insert(0);
                let known = *live > 0;
                *live += 1;
                self.of_record.insert(&change.id, email);
                known
            }
            ChangeKind::Deleted | ChangeKind::Converted | ChangeKind::Merged => {
                self.forget(&change.id);
                false
            }
        }
    }

    fn forget(&mut self, id: &str) {
        if let Some(email) = self.of_record.remove(id)
            && let Some(live) = self.live.get_mut(&email)
        {
            *live = live.saturating_sub(1);
        }
    }
}

/// A sample of a span of time, in ms.
fn span(at: i64, ms: i64) -> Sample {
    Sample { at, value: i32::try_from(ms).map_or(f64::MAX, f64::from) }
}

fn normalised(email: &str) -> String {
    email.trim().to_lowercase()
}

fn intent_figure(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Created => "intents_created",
        Outcome::Updated => "intents_updated",
        Outcome::NoOp => "intents_no_op",
        Outcome::Refused => "intents_refused",
        Outcome::DeadLettered => "intents_dead_lettered",
    }
}
