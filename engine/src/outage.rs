//! After an outage: whoever waited longest goes first (FM-82).
//!
//! Everybody who found the service gone tries again at times of their own, so that new work would overtake the old. Once the
//! service answers after a long silence, all of them go at once, the oldest first, as fast as calls may go. A short
//! stumble changes nothing: there the pauses are what protects the service.

use std::collections::BTreeSet;

use crate::{
    Engine, IntentId, Question, Reply, Rule, Rules, Timestamp, exchange::Asker, intent::Stage,
};

/// Whether the service is gone, and who waits for it.
#[derive(Debug, Default)]
pub(crate) struct Outage {
    since: Option<Timestamp>,
    waiting: BTreeSet<IntentId>,
}

impl<R: Rules> Engine<R> {
    /// An intent found the service gone.
    pub(crate) fn waits_for_service(&mut self, id: IntentId) {
        self.outage.waiting.insert(id);
    }

    /// What a reply says of the service.
    pub(crate) fn hear_of_service(&mut self, reply: &Reply) {
        match reply {
            Reply::Unavailable { .. } | Reply::Lost(_) => {
                self.outage.since.get_or_insert(self.now);
            }
            Reply::Refused(_) => {}
            Reply::Done(_) => {
                let Some(since) = self.outage.since.take() else { return };
                let waiting = std::mem::take(&mut self.outage.waiting);
                if self.now >= since.plus_ms(self.config.retry.max_delay_ms) {
                    self.bring_forward(waiting);
                }
            }
        }
    }

    fn bring_forward(&mut self, waiting: BTreeSet<IntentId>) {
        let pauses = |id: &IntentId| {
            self.intents.get(id).is_some_and(|it| matches!(it.stage, Stage::Pausing))
        };
        let waiting: Vec<IntentId> = waiting.into_iter().filter(pauses).collect();
        for id in self.rules.order_after_outage(waiting) {
            for due in self.again.values_mut() {
                due.retain(|it| *it != Asker::Intent(id));
            }
            let Some(about) = self.intents.get(&id).map(|it| it.about) else { continue };
            let answer = (Question::Answer, Rule::BackInOrder);
            self.decided_plainly(about, Some(id), answer, None);
            self.retry(id);
        }
    }
}
