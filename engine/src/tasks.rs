//! Tasks of workflows: about the lead or contact, written once (LL-16 to LL-21).

use crate::{
    Action, Decision, Engine, EventId, IntentId, Outcome, OwnerDecision, Person, ProductUserId,
    Question, RecordId, Row, Rule, Rules, SaveOperation, SaveRow, TaskName, TaskTemplate,
    Timestamp, Value,
    exchange::{Shape, Slot},
    intent::{Ending, Stage, Work},
    visitor::{Record, Who},
};

/// What a task's intent is after, and how far it got.
#[derive(Debug)]
pub(crate) struct TaskWork {
    template: TaskTemplate,
    assignee: Option<ProductUserId>,
    /// Whom it is assigned to, once decided.
    pub(crate) owner: Option<OwnerDecision>,
    sent_at: Option<Timestamp>,
    /// Since when nobody knows whether it was written.
    doubt: Option<Timestamp>,
}

impl TaskWork {
    /// Nobody knows whether it was written.
    pub(crate) fn doubt(&mut self) {
        self.doubt = self.doubt.or(self.sent_at);
    }
}

impl<R: Rules> Engine<R> {
    /// A workflow creates a task. The template is taken as it is now.
    pub(crate) fn create_task(
        &mut self,
        who: Who,
        cause: EventId,
        (name, assignee): (&TaskName, Option<&ProductUserId>),
    ) -> IntentId {
        let template = self.workflows.tasks.get(name).cloned();
        let is_known = template.is_some();
        let work = TaskWork {
            template: template.unwrap_or_default(),
            assignee: assignee.cloned(),
            owner: None,
            sent_at: None,
            doubt: None,
        };
        let id = self.open(who, Action::CreateTask, cause, Work::Task(Box::new(work)));
        let task = Some(name.to_string());
        self.decided_plainly(who, Some(id), (Question::Trigger, Rule::NextAction), task);
        if is_known {
            self.begin(id);
        } else {
            let text = format!("there is no task template {name}; add it to the settings");
            self.alert(Some(who.into()), Some(id), Rule::TaskUnknown, text.clone());
            self.settle(id, Ending::new(Outcome::Refused, Rule::TaskUnknown).saying(text));
        }
        id
    }

    /// The person is resolved: whose is the task?
    pub(crate) fn on_task_person(&mut self, id: IntentId, target: Option<&Person>) {
        let Some(target) = target else {
            return self.settle(id, Ending::no_op(Rule::TaskNoPerson));
        };
        if !self.decide_assignee(id, target.owner().as_ref()) {
            return;
        }
        let Some(intent) = self.intents.get_mut(&id) else { return };
        let Work::Task(work) = &mut intent.work else { return };
        let record = Record::of(target);
        if work.doubt.is_some() {
            intent.stage = Stage::Checking(record.clone());
            return self.read_for(id, Slot::Existing, Shape::TasksOf, record.id.as_str());
        }
        self.write_task(id, &record.id);
    }

    /// Decides once. Whether somebody can have the task.
    fn decide_assignee(&mut self, id: IntentId, record_owner: Option<&crate::UserId>) -> bool {
        let Some(intent) = self.intents.get(&id) else { return false };
        let (about, Work::Task(work)) = (intent.about, &intent.work) else { return false };
        if work.owner.is_some() {
            return true;
        }
        let users = &self.workflows.users;
        let assignee = work.assignee.as_ref();
        match self.rules.task_assignee(assignee, record_owner, users, &self.config) {
            Ok(owner) => {
                let decision = Decision {
                    question: Question::Owner,
                    because: owner.because,
                    chosen: Some(owner.owner.to_string()),
                    rejected: owner.rejected.clone(),
                    withheld: Vec::new(),
                };
                self.decided(about, Some(id), decision);
                if let Some(Work::Task(work)) = self.intents.get_mut(&id).map(|it| &mut it.work) {
                    work.owner = Some(owner);
                }
                true
            }
            Err(because) => {
                let text = "the assignee is not linked with a CRM user".to_owned();
                self.alert(Some(about), Some(id), because, text.clone());
                self.settle(id, Ending::new(Outcome::Refused, because).saying(text));
                false
            }
        }
    }

    fn write_task(&mut self, id: IntentId, who: &RecordId) {
        let now = self.now;
        let Some(Work::Task(work)) = self.intents.get_mut(&id).map(|it| &mut it.work) else {
            return;
        };
        let Some(owner) = &work.owner else { return };
        let fields = self.rules.task_fields(&work.template, who, &owner.owner);
        work.sent_at = Some(now);
        self.save(id, "Task", SaveOperation::Create, SaveRow { id: None, fields });
    }

    /// The read-back: is our task there already?
    pub(crate) fn on_existing_tasks(&mut self, id: IntentId, record: &Record, rows: &[Row]) {
        let Some(intent) = self.intents.get(&id) else { return };
        let (about, Work::Task(work)) = (intent.about, &intent.work) else { return };
        let since = work.doubt.unwrap_or_default();
        let subject = |fields: &[(crate::FieldName, String)]| {
            let mut fields = fields.iter();
            fields.find(|(name, _)| name.as_str() == "Subject").map(|(_, value)| value.clone())
        };
        let subject = subject(&work.template.fields);
        let is_ours = |row: &&Row| {
            let held = row.get("Subject").and_then(Value::text).map(std::borrow::Cow::into_owned);
            let created = row.get("CreatedDate");
            !self.ledger.has_written(&row.id)
                && held == subject
                && matches!(created, Some(Value::Instant(at)) if second(*at) >= second(since))
        };
        let Some(found) = rows.iter().find(is_ours).map(|it| it.id.clone()) else {
            return self.write_task(id, &record.id);
        };
        let answer = (Question::Answer, Rule::ConfirmedByReadBack);
        self.decided_plainly(about, Some(id), answer, Some(found.to_string()));
        self.on_task_saved(id, &found);
    }

    pub(crate) fn on_task_saved(&mut self, id: IntentId, task: &RecordId) {
        let Some(Work::Task(work)) = self.intents.get(&id).map(|it| &it.work) else { return };
        let owner = work.owner.as_ref().map(|it| it.owner.clone());
        self.ledger.wrote(task);
        let ending = Ending::new(Outcome::Created, Rule::TaskWritten).at(task);
        self.settle(id, Ending { owner, ..ending });
    }
}

/// Salesforce keeps whole seconds.
fn second(at: Timestamp) -> i64 {
    at.0.div_euclid(1000)
}
