//! Lines of the timeline that are none of the engine's business: what administrators do, and faults that begin.

use engine::Rules;
use scenarios::ast::{Fault, FaultVerdict, Verb};

use super::{Next, World, fault};
use crate::{
    faults::{Provoked, WorldFault, provoked},
    journal::What,
};

impl<R: Rules + Clone> World<'_, R> {
    /// Carries out a line that is none of the engine's business.
    pub(super) fn carry_out_line(&mut self, index: usize, seq: u64) {
        let Some(line) = self.scenario.timeline.get(index) else { return };
        match &line.verb {
            Verb::Messenger(_) => self.through_the_messenger(index, seq, None),
            Verb::RestartEngine => self.restart(seq),
            Verb::Fault(fault) => {
                if let Err(trouble) = self.begin_fault(fault, seq) {
                    self.journal.add(self.clock.now(), seq, What::Trouble(trouble));
                }
            }
            _ => match self.disturbed.hit(WorldFault::LateCommit, self.clock.now()) {
                None => self.administer_line(index, seq),
                Some(by) => {
                    self.delayed += 1;
                    let at = self.clock.now().saturating_add(by.max(0));
                    self.agenda.add(at, Next::Committed { cause: seq, line: index });
                }
            },
        }
    }

    pub(super) fn administer_line(&mut self, index: usize, seq: u64) {
        let Some(line) = self.scenario.timeline.get(index) else { return };
        if let Err(trouble) = self.administer(&line.verb) {
            self.journal.add(self.clock.now(), seq, What::Trouble(trouble));
        }
        self.write_changes(seq);
    }

    pub(super) fn begin_fault(&mut self, fault: &Fault, seq: u64) -> Result<(), String> {
        let (now, org_now) = (self.clock.now(), self.clock.org_now().0);
        if let Some(system) = &fault.on {
            return self.begin_fault_beside(fault, system);
        }
        let rule = match &fault.verdict {
            FaultVerdict::Named(named) => match provoked(fault, named, org_now)? {
                Provoked::Rule(rule) => *rule,
                Provoked::World(WorldFault::TwoEngines) => {
                    self.take_over(seq);
                    return Ok(());
                }
                Provoked::World(WorldFault::InstanceMoved) => {
                    let host = named.host.as_ref();
                    let host = host.ok_or("an org moves to some `host`: say which")?;
                    self.mock.move_instance(host);
                    return Ok(());
                }
                Provoked::World(what @ (WorldFault::BulkFailed | WorldFault::BulkAborted)) => {
                    return self.stop_jobs(what, named.message.as_deref(), seq);
                }
                Provoked::World(what) => {
                    self.disturbed.begin(what, fault, named, now);
                    self.clock.skew(self.disturbed.skew(now));
                    return Ok(());
                }
            },
            _ => fault::rule(fault, org_now),
        };
        let has_room = self.mock.faults().add(rule);
        has_room.then_some(()).ok_or_else(|| "the fault plan is full: use fewer faults".to_owned())
    }
}
