//! Converted statuses: pulled every night at 02:00 by the org's clock (LL-25), and once more when a conversion is refused
//! because of its status (FM-57).

use crate::{
    Engine, IntentId, Question, Row, Rule, Rules, Value,
    exchange::{Ask, Asker, Got, Lane, Request, Shape, Slot, Ticket},
    timers::Wake,
};

impl<R: Rules> Engine<R> {
    /// The nightly pull is armed as soon as the engine hears of anything.
    pub(crate) fn arm_pull(&mut self) {
        if self.config.liaison.is_none() || self.conversions.pull.is_some() {
            return;
        }
        let at = self.rules.next_pull(self.now, &self.config.org.time_zone);
        self.conversions.pull = Some(self.wake_at(at, Wake::Pull));
    }

    /// It is two o'clock in the morning.
    pub(crate) fn on_pull_due(&mut self) {
        self.conversions.pull = None;
        self.arm_pull();
        self.conversions.attempts = 0;
        self.pull_statuses();
    }

    pub(crate) fn pull_statuses(&mut self) {
        if std::mem::replace(&mut self.conversions.is_pulling, true) {
            return;
        }
        let ticket = Ticket { asker: Asker::Statuses, slot: Slot::Statuses, round: 0 };
        let ask = Ask::Read(Shape::ConvertedStatuses, "true".into());
        self.ask(Request { ticket, lane: Lane::Background, ask });
    }

    pub(crate) fn on_statuses_got(&mut self, got: Got) {
        self.conversions.is_pulling = false;
        let Got::Rows(rows) = got else {
            self.conversions.attempts += 1;
            let attempts = self.conversions.attempts;
            if self.later(Asker::Statuses, attempts).is_none() {
                let text = "the converted statuses could not be pulled; the next pull is tonight";
                self.alert(None, None, Rule::RetriesExhausted, text.to_owned());
                self.refresh_is_over();
            }
            return;
        };
        self.conversions.statuses = rows.iter().filter_map(label).collect();
        self.refresh_is_over();
    }

    /// Jobs whose status was refused look again: it is gone, or the refusal had another cause.
    fn refresh_is_over(&mut self) {
        for id in std::mem::take(&mut self.conversions.waiting) {
            let Some(about) = self.intents.get(&id).map(|it| it.about) else { continue };
            let Some(status) = self.job(id).map(|it| it.options.status.clone()) else { continue };
            let refreshed = (Question::Answer, Rule::ConvertStatusesRefreshed);
            self.decided_plainly(about, Some(id), refreshed, Some(status.clone()));
            if self.rules.is_offered(&status, &self.conversions.statuses) {
                let now = self.now;
                self.again_in_a_later_run(id, now);
            } else {
                self.reject_status(id, Rule::ConvertStatusGone);
            }
        }
    }

    /// A conversion was refused because of its status: the statuses are pulled once, then the job fails.
    pub(super) fn on_status_refused(&mut self, id: IntentId) {
        let Some(work) = self.job_mut(id) else { return };
        if std::mem::replace(&mut work.has_refreshed, true) {
            return self.reject_status(id, Rule::ConvertStatusGone);
        }
        self.leave_run(id);
        self.hold(id);
        self.conversions.waiting.push(id);
        self.conversions.attempts = 0;
        self.pull_statuses();
    }
}

fn label(row: &Row) -> Option<String> {
    row.get("MasterLabel").and_then(Value::text).map(std::borrow::Cow::into_owned)
}
