//! After the platform took a record: is the lead in Salesforce by now? (TS-03, FM-83, K-18)
//!
//! One look when the lag that the customer knows is over; if nothing is there, the platform is asked for its sync error.

use crate::{
    Action, Engine, Filter, IntentId, MapFacts, Person, Question, RecordId, Row, Rule, Rules,
    System, Topology, Value,
    engine::Todo,
    exchange::{Got, Slot},
    intent::{Ending, Stage, Work},
    map_link,
    timers::Wake,
};

/// What a look at the link is about, and how far it got.
#[derive(Debug)]
pub(crate) struct MapCheckWork {
    system: System,
    record: RecordId,
    looks: u32,
}

impl<R: Rules> Engine<R> {
    /// The platform took a record that is to come to Salesforce.
    pub(crate) fn check_link_later(&mut self, id: IntentId, to: System, record: &RecordId) {
        let settings = &self.config.settings;
        let Some(map) = self.config.neighbours.map.filter(|it| it.system == to) else { return };
        let Some(intent) = self.intents.get(&id) else { return };
        if settings.topology != Topology::ViaMap || matches!(intent.action, Action::Sync(_)) {
            return;
        }
        let (about, cause) = (intent.about, intent.cause);
        let work = MapCheckWork { system: to, record: record.clone(), looks: 0 };
        let check = self.open(about, Action::MapCheck, cause, Work::MapCheck(Box::new(work)));
        self.wake_at(self.now.plus_ms(map.lag_ms), Wake::MapCheck(check));
    }

    /// The lag is over.
    pub(crate) fn on_map_check_due(&mut self, id: IntentId) {
        if self.intents.get(&id).is_some_and(|it| matches!(it.stage, Stage::Held)) {
            self.begin(id);
        }
    }

    /// Salesforce was looked at.
    pub(crate) fn on_map_looked(&mut self, id: IntentId, target: Option<&Person>) {
        let Some(intent) = self.intents.get_mut(&id) else { return };
        let Work::MapCheck(work) = &mut intent.work else { return };
        work.looks += 1;
        let (system, record) = (work.system, work.record.clone());
        if let Some(target) = target {
            let facts = MapFacts { in_crm: true, sync_error: None, looks: 1 };
            let because = self.rules.diagnose_map(&facts).because;
            return self.settle(id, Ending::no_op(because).at(&target.id));
        }
        intent.stage = Stage::LookingBeside;
        let filter = Filter::OneOf("Id".into(), vec![record.as_str().into()]);
        let find = self.find_beside(system, filter);
        self.ask_beside(id, Slot::Beside, system, find);
    }

    /// The platform said what it knows of its record.
    pub(crate) fn on_map_told(&mut self, id: IntentId, got: Got) {
        match got {
            Got::Rows(rows) => self.diagnose(id, &rows),
            Got::Refused(refusal) => self.pause(id, Rule::RetryUnavailable, refusal.code),
            Got::Nothing { why } => self.pause(id, Rule::RetryUnavailable, why),
            Got::Unknown | Got::Saved(_) | Got::Converted(_) | Got::Met(_) => {
                self.pause(id, Rule::RetryUnavailable, "the answer was lost".to_owned());
            }
        }
    }

    fn diagnose(&mut self, id: IntentId, rows: &[Row]) {
        let Some(intent) = self.intents.get(&id) else { return };
        let about = intent.about;
        let Work::MapCheck(work) = &intent.work else { return };
        let (system, record) = (work.system, work.record.clone());
        let told = rows.iter().find(|it| it.id == record).zip(system.sync_error_field());
        let error = told.and_then(|(row, field)| row.get(field)).and_then(Value::text);
        let facts = MapFacts { in_crm: false, sync_error: error.as_deref(), looks: work.looks };
        let diagnosis = self.rules.diagnose_map(&facts);
        let text = map_link::told(system, record.as_str(), &facts);
        let chosen = Some(record.to_string());
        self.decided_plainly(about, Some(id), (Question::Answer, diagnosis.because), chosen);
        if diagnosis.looks_again {
            self.hold(id);
            let lag_ms = self.config.neighbours.map.map_or(0, |it| it.lag_ms);
            self.wake_at(self.now.plus_ms(lag_ms), Wake::MapCheck(id));
            return;
        }
        self.alert(Some(about), Some(id), diagnosis.because, text.clone());
        self.settle(id, Ending::no_op(diagnosis.because).at(&record).saying(text));
    }

    /// The look at the link is settled: whatever waits for the lead may look again.
    pub(crate) fn after_map_check(&mut self, who: crate::visitor::Who) {
        self.todo.push_back(Todo::Waiting(who));
    }
}
