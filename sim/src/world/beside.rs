//! What the systems beside Salesforce do in the world: their connectors write to the org, their faults begin.

use engine::{Rules, System};
use mock_salesforce::{SaveContext, Timestamp, fault::FaultRule};
use neighbours::LinkStatus;
use scenarios::ast::{Fault, FaultVerdict};

use super::World;
use crate::{
    journal::{BesideChange, What},
    lower::{names::NameKind, org::ADMINISTRATOR},
    neighbour::carry,
};

impl<R: Rules + Clone> World<'_, R> {
    /// The connectors write what is due; what the org says to it, they keep.
    pub(super) fn carry_connectors(&mut self) {
        for (system, user, outgoing) in self.beside.outgoing() {
            let name = user.as_deref().unwrap_or(ADMINISTRATOR);
            let Some(by) = self.names.find(&[NameKind::User], name) else { continue };
            let cx = SaveContext::admin(by, self.clock.org_now());
            let outcome = carry(&self.mock, &cx, &outgoing);
            let seq = self.note_sync(system, &outgoing.record, &outcome);
            self.beside.carried(system, &outgoing.record, outcome);
            self.write_changes(seq);
        }
    }

    fn note_sync(&mut self, system: System, record: &str, outcome: &Result<String, String>) -> u64 {
        let synced =
            BesideChange::Synced { system, record: record.to_owned(), outcome: outcome.clone() };
        self.journal.add(self.clock.now(), 0, What::Beside(Box::new(synced)))
    }

    /// Writes down what changed in the other systems since the last time.
    pub(super) fn write_beside(&mut self, cause: u64) {
        for (system, change) in self.beside.changes() {
            let at = self.clock.now();
            let what = What::Beside(Box::new(BesideChange::Changed { system, change }));
            self.journal.add(at, cause, what);
        }
    }

    /// A fault of another system begins.
    pub(super) fn begin_fault_beside(&mut self, fault: &Fault, system: &str) -> Result<(), String> {
        let now = self.clock.now();
        let until = fault.lasts.map(|ms| now.saturating_add(ms));
        let absent = || format!("the scenario has no {system}");
        let system = System::from_word(system).ok_or_else(absent)?;
        let mock = self.beside.mock(system).ok_or_else(absent)?;
        match &fault.verdict {
            FaultVerdict::LinkDown(reason) => {
                mock.set_link(LinkStatus::Down { reason: reason.to_string(), until });
                Ok(())
            }
            FaultVerdict::LinkSlow(extra) => {
                mock.slow_link(*extra, until);
                Ok(())
            }
            _ => {
                let rule = super::fault::rule(fault, now);
                let rule = FaultRule { from: Some(Timestamp(now)), object: None, ..rule };
                let added = self.beside.faults(system).is_some_and(|mut plan| plan.add(rule));
                let full = || "the fault plan is full: use fewer faults".to_owned();
                added.then_some(()).ok_or_else(full)
            }
        }
    }
}
