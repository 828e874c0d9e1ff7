//! What a reply says that is not about the question: the session, the allowance, a crowd, another row, the org's clock
//! (FM-15, FM-16, FM-20, FM-26, FM-66, FM-85).

use super::{Budget, Flight};
use crate::{Answer, Engine, NoteKind, Refusal, RefusedWrite, Reply, Rule, Rules, Verdict, limits};

/// Whether a reply is about the session or the allowance, rather than about the question.
pub(super) enum Trouble {
    Expired,
    /// All calls wait, for this reason.
    Held(Rule),
    /// Too many at once.
    Crowded,
    /// Another row of the same call failed.
    RolledBack,
    None,
}

impl<R: Rules> Engine<R> {
    pub(super) fn trouble(&self, reply: &Reply) -> Trouble {
        match reply {
            Reply::Refused(refusal) => self.trouble_of(refusal),
            _ => Trouble::None,
        }
    }

    pub(super) fn trouble_of(&self, refusal: &Refusal) -> Trouble {
        let write = RefusedWrite { object: "", operation: None };
        match self.rules.classify_refusal(&write, refusal, &self.config) {
            Verdict::SessionExpired => Trouble::Expired,
            Verdict::LimitReached => Trouble::Held(Rule::BudgetHold),
            Verdict::ApiRetired => Trouble::Held(Rule::ApiRetired),
            Verdict::Crowded => Trouble::Crowded,
            Verdict::RolledBack => Trouble::RolledBack,
            _ => Trouble::None,
        }
    }

    /// Nothing can go through: all calls wait, and one asks now and then.
    pub(super) fn on_held(&mut self, flight: Flight, because: Rule) {
        self.exchange.next.push_back(flight);
        if self.exchange.budget == Budget::Held {
            return;
        }
        self.exchange.budget = Budget::Held;
        let why = match because {
            Rule::ApiRetired => "Salesforce no longer speaks this version of its API",
            _ => "the API allowance is used up",
        };
        self.tell_waiting(because, why);
        self.arm_probe();
        let text = format!("{why}; calls wait until it is back");
        self.note(None, None, NoteKind::Alert { because, text });
    }

    /// What every answer tells beside its reply: calls used, the org's clock, whether the service is there.
    pub(super) fn learn_of(&mut self, answer: &Answer) {
        self.exchange.pressure.learn_usage(answer.usage);
        self.hear_of_service(&answer.reply);
        let Some(at) = answer.server_time else { return };
        let ahead_ms = at.0.saturating_sub(self.now.0);
        let was_far = self.ahead_ms.abs() > limits::CLOCK_DIFFERENCE_MS;
        self.ahead_ms = ahead_ms;
        if ahead_ms.abs() > limits::CLOCK_DIFFERENCE_MS && !was_far {
            let why = format!("the org's clock is {} s ahead of ours", ahead_ms / 1_000);
            self.tell_waiting(Rule::ClockDiffers, &why);
            self.alert(None, None, Rule::ClockDiffers, why);
        }
    }

    /// Time to see whether the allowance is back.
    pub(crate) fn on_probe(&mut self) {
        self.exchange.pressure.is_probe_armed = false;
        self.exchange.budget = Budget::Probing;
        self.exchange.is_flushing = true;
    }
}
