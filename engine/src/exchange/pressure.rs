//! How much is sent at once, and for whom what is left of the allowance is (FM-13, FM-15, FM-16, FM-18).
//!
//! All of it is learned from answers: a crowd, a batch that was too much, the number of calls that were used.

use std::collections::BTreeSet;

use super::{Asker, Flight, Lane, Part, Reading, Request};
use crate::{
    ApiUsage, CallId, Engine, IntentId, Question, Refusal, Rule, Rules, Verdict, limits,
    timers::Wake,
};

/// What the answers say of how much may be sent.
#[derive(Debug)]
pub(super) struct Pressure {
    /// Calls that may be under way.
    at_once: usize,
    /// The last call that was sent when a crowd was seen: what was sent before says nothing new.
    crowded_after: u64,
    /// Keys of a list or rows of a batch, after one was too much.
    most: Option<usize>,
    usage: Option<ApiUsage>,
    pub(super) is_probe_armed: bool,
}

impl Default for Pressure {
    fn default() -> Self {
        Self {
            at_once: limits::CALLS_IN_FLIGHT_MAX,
            crowded_after: 0,
            most: None,
            usage: None,
            is_probe_armed: false,
        }
    }
}

impl Pressure {
    pub(super) fn at_once(&self) -> usize {
        self.at_once
    }

    /// Keys of a list or rows of a batch, of as many as are configured.
    pub(super) fn most(&self, configured: usize) -> usize {
        self.most.map_or(configured, |it| it.min(configured))
    }

    pub(super) fn learn_usage(&mut self, usage: Option<ApiUsage>) {
        self.usage = usage.or(self.usage);
    }
}

impl<R: Rules> Engine<R> {
    /// A call was answered that there were too many.
    pub(super) fn on_crowded(&mut self, call: CallId) {
        if call.0 <= self.exchange.pressure.crowded_after {
            return;
        }
        let now = self.exchange.pressure.at_once.min(self.exchange.in_flight.len() + 1);
        self.exchange.pressure.at_once = self.rules.calls_at_once(now, true);
        self.exchange.pressure.crowded_after = self.exchange.last_call;
        let text = format!(
            "{now} calls at once are too many: {} go from here on",
            self.exchange.pressure.at_once
        );
        self.alert(None, None, Rule::FewerAtOnce, text);
    }

    /// A call was carried out: one more may be under way, and batches may grow again.
    pub(super) fn on_carried_out(&mut self, call: CallId) {
        let pressure = &mut self.exchange.pressure;
        if pressure.at_once < limits::CALLS_IN_FLIGHT_MAX && call.0 > pressure.crowded_after {
            pressure.at_once = self.rules.calls_at_once(pressure.at_once, false);
        }
    }

    /// Whether a row was refused because its batch asks too much of the org: a lock, or a limit.
    pub(super) fn is_heavy(&self, refusal: &Refusal) -> bool {
        let row = crate::RefusedWrite { object: "", operation: None };
        let verdict = self.rules.classify_refusal(&row, refusal, &self.config);
        verdict == Verdict::TooMuch
            || (verdict == Verdict::Transient && refusal.message.contains("exclusive access"))
    }

    /// Rows of a batch were too much, or met a lock: the next batches are smaller.
    pub(super) fn on_heavy_batch(&mut self, requests: &[Request]) {
        if requests.len() > 1 {
            self.exchange.pressure.most = Some(self.rules.batch_after_trouble(requests.len()));
            self.tell(requests.iter(), Rule::SmallerBatches);
        }
    }

    /// A list that was too long goes again in shorter ones; whether that is possible.
    pub(super) fn split(&mut self, reading: &Reading, refusal: &Refusal) -> bool {
        let (shape, requests) = reading.asked();
        let read = crate::RefusedWrite { object: "", operation: None };
        let verdict = self.rules.classify_refusal(&read, refusal, &self.config);
        if verdict != Verdict::TooMuch || requests.len() < 2 {
            return false;
        }
        let most = self.rules.batch_after_trouble(requests.len());
        if most >= requests.len() {
            return false;
        }
        self.exchange.pressure.most = Some(most);
        self.tell(requests.iter(), Rule::SmallerBatches);
        for part in requests.chunks(most.max(1)) {
            let reading = Reading::new(shape.clone(), part.to_vec());
            self.exchange.next.push_back(Flight::Parts(vec![Part::Read(reading)]));
        }
        true
    }

    /// Another row of the call failed and took these with it: they go again without it (FM-26, FM-27).
    pub(super) fn on_rolled_back(&mut self, requests: Vec<Request>) {
        self.tell(requests.iter(), Rule::RolledBack);
        for request in requests {
            self.ask(request);
        }
    }

    /// How many lanes may send, the most urgent first.
    pub(super) fn open_lanes(&mut self) -> usize {
        let Some(usage) = self.exchange.pressure.usage else { return Lane::COUNT };
        if self.exchange.budget == super::Budget::Probing
            || self.rules.may_spend(usage, false, &self.config.settings)
        {
            return Lane::COUNT;
        }
        let [_, waiting @ ..] = &self.exchange.ready;
        if waiting.iter().any(|it| !it.is_empty()) {
            let held: Vec<IntentId> =
                waiting.iter().flatten().filter_map(|it| it.ticket.asker.intent()).collect();
            let why = format!(
                "{} of {} calls are used; the rest is for people",
                usage.used, usage.allowed
            );
            self.tell_of(&held.into_iter().collect(), Rule::BudgetReserved, &why);
            self.arm_probe();
        }
        usize::from(self.rules.may_spend(usage, true, &self.config.settings))
    }

    /// Whether the allowance is back is asked slowly.
    pub(super) fn arm_probe(&mut self) {
        if !std::mem::replace(&mut self.exchange.pressure.is_probe_armed, true) {
            self.wake_at(self.now.plus_ms(limits::BUDGET_PROBE_MS), Wake::Probe);
        }
    }

    pub(super) fn tell<'r>(&mut self, requests: impl Iterator<Item = &'r Request>, because: Rule) {
        let intents: BTreeSet<IntentId> =
            requests.filter_map(|it| it.ticket.asker.intent()).collect();
        for id in intents {
            if let Some(about) = self.intents.get(&id).map(|it| it.about) {
                self.decided_plainly(about, Some(id), (Question::Answer, because), None);
            }
        }
    }
}

impl Asker {
    fn intent(self) -> Option<IntentId> {
        match self {
            Self::Intent(id) => Some(id),
            Self::Display(_)
            | Self::ReadStep(_)
            | Self::Account(_)
            | Self::Statuses
            | Self::OwnerCheck(_)
            | Self::Reconciliation => None,
        }
    }
}
