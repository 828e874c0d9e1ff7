//! One run: reads the leads of up to 100 jobs, then the accounts of their companies, and converts them all in one call
//! (LL-32). Each job gets its own answer; what fails is that job's alone.

use std::collections::BTreeSet;

use crate::{
    Engine, IntentId, PersonKind, Question, Rule, Rules,
    exchange::{Ask, Asker, Flight, Got, Lane, Part, Reading, Request, Shape, Slot, Ticket},
    intent::{Intent, Stage},
};

/// The jobs of a run, and what is being asked for them.
#[derive(Debug)]
pub(crate) struct Run {
    members: Vec<IntentId>,
    phase: Phase,
    /// Answers that are still to come.
    pending: BTreeSet<(IntentId, Slot)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    Leads,
    Accounts,
    Hanging,
    Converting,
}

impl<R: Rules> Engine<R> {
    pub(super) fn begin_run(&mut self, members: Vec<IntentId>) {
        if members.is_empty() {
            return;
        }
        for id in &members {
            self.take_key(*id);
            let Some(about) = self.intents.get(id).map(|it| it.about) else { continue };
            self.decided_plainly(about, Some(*id), (Question::Trigger, Rule::ConvertRun), None);
        }
        let questions: Vec<(IntentId, Slot, String)> = members
            .iter()
            .filter_map(|id| {
                let (lead, _) = self.job(*id)?.linked.as_ref()?;
                Some((*id, Slot::Kept(PersonKind::Lead), lead.to_string()))
            })
            .collect();
        self.conversions.run = Some(Run { members, phase: Phase::Leads, pending: BTreeSet::new() });
        self.ask_together(&Shape::LeadsById, questions);
    }

    /// Asks for several jobs in one query.
    pub(super) fn ask_together(&mut self, shape: &Shape, questions: Vec<(IntentId, Slot, String)>) {
        let mut requests = Vec::with_capacity(questions.len());
        for (id, slot, value) in questions {
            let ask = Ask::Read(shape.clone(), value.as_str().into());
            requests.extend(self.request_of_run(id, slot, ask));
        }
        if !requests.is_empty() {
            let reading = Reading::new(shape.clone(), requests);
            self.send_together(Part::Read(reading));
        }
    }

    pub(super) fn request_of_run(&mut self, id: IntentId, slot: Slot, ask: Ask) -> Option<Request> {
        let round = self.intents.get(&id)?.round;
        self.conversions.run.as_mut()?.pending.insert((id, slot));
        let ticket = Ticket { asker: Asker::Intent(id), slot, round };
        Some(Request { ticket, lane: Lane::Background, ask })
    }

    pub(super) fn send_together(&mut self, part: Part) {
        self.queue_flight(Flight::Parts(vec![part]));
    }

    /// An answer for one job; the last one lets the run go on.
    pub(crate) fn on_conversion_got(&mut self, id: IntentId, slot: Slot, got: Got) {
        if let Some(run) = &mut self.conversions.run {
            run.pending.remove(&(id, slot));
        }
        match got {
            Got::Rows(rows) => self.on_conversion_rows(id, slot, rows),
            Got::Converted(converted) => self.on_converted(id, &converted),
            Got::Refused(refusal) if slot == Slot::Save => self.on_conversion_refused(id, &refusal),
            Got::Refused(refusal) => {
                self.conversion_failed(id, Rule::RetryUnavailable, refusal.code);
            }
            Got::Nothing { why } => self.conversion_failed(id, Rule::RetryUnavailable, why),
            Got::Unknown | Got::Saved(_) | Got::Met(_) => {
                let is_write = slot == Slot::Save;
                if let Some(work) = self.job_mut(id) {
                    work.in_doubt |= is_write;
                }
                let because = if is_write { Rule::ReadBack } else { Rule::RetryUnavailable };
                self.conversion_failed(id, because, "the answer was lost".to_owned());
            }
        }
        self.go_on_with_run();
    }

    /// Asks the next question, once everything asked before is answered.
    fn go_on_with_run(&mut self) {
        while let Some(run) = &mut self.conversions.run {
            if !run.pending.is_empty() {
                return;
            }
            if run.members.is_empty() || run.phase == Phase::Converting {
                self.conversions.run = None;
                return;
            }
            run.phase = match run.phase {
                Phase::Leads => Phase::Accounts,
                Phase::Accounts => Phase::Hanging,
                Phase::Hanging | Phase::Converting => Phase::Converting,
            };
            match run.phase {
                Phase::Leads => {}
                Phase::Accounts => self.ask_for_accounts(),
                Phase::Hanging => self.ask_what_hangs(),
                Phase::Converting => self.convert_together(),
            }
        }
    }

    pub(super) fn members(&self) -> Vec<IntentId> {
        self.conversions.run.as_ref().map(|it| it.members.clone()).unwrap_or_default()
    }

    /// The job has no part in the run any more.
    pub(super) fn leave_run(&mut self, id: IntentId) {
        if let Some(run) = &mut self.conversions.run {
            run.members.retain(|it| *it != id);
            run.pending.retain(|(it, _)| *it != id);
        }
        if let Some(intent) = self.intents.get_mut(&id).filter(|it| is_converting(it)) {
            intent.stage = Stage::Held;
        }
    }
}

fn is_converting(intent: &Intent) -> bool {
    matches!(intent.stage, Stage::Converting)
}
