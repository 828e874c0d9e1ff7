//! A prospect's way through a workflow: one action after the other, each begun when the one before it is over (LL-01).
//!
//! A conversion is a job of its own that may wait for weeks: the workflow goes on without it.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use crate::{
    Action, AssignTo, Config, CrmUsers, Engine, EventId, EventKind, IntentId, NoteKind,
    ProfileField, Question, Rule, Rules, SourceEvent, TaskName, TaskTemplate, WorkflowAction,
    WorkflowId, engine::Todo, intent::Work, profile::FieldSource, sync::PersonWork, visitor::Who,
};

/// Which of a workflow's actions comes when so many of them have been begun? Nothing when the workflow is over (LL-01).
pub(crate) fn next_action(begun: usize, actions: usize) -> Option<usize> {
    (begun < actions).then_some(begun)
}

/// May a prospect enter a workflow, and why or why not (LL-01)?
pub(crate) fn may_enter_workflow(is_configured: bool, was_removed: bool) -> Result<Rule, Rule> {
    if is_configured && !was_removed {
        Ok(Rule::WorkflowEntered)
    } else {
        Err(Rule::UnknownWorkflow)
    }
}

/// Names a way through a workflow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct RunId(u64);

/// A prospect's way through a workflow.
#[derive(Debug)]
struct Run {
    who: Who,
    workflow: WorkflowId,
    /// How many of its actions were begun.
    begun: usize,
    cause: EventId,
}

/// The workflows under way, and what can be changed while they are.
#[derive(Debug)]
pub(crate) struct Workflows {
    /// "Link CRM Users", as it is now.
    pub(crate) users: CrmUsers,
    /// The task templates, as they are now.
    pub(crate) tasks: BTreeMap<TaskName, TaskTemplate>,
    /// Workflows that are not there any more; who is in one goes on.
    removed: BTreeSet<WorkflowId>,
    last: u64,
    runs: BTreeMap<RunId, Run>,
    /// The action that a run waits for.
    waiting: BTreeMap<IntentId, RunId>,
}

impl Workflows {
    /// Nobody is in a workflow yet.
    pub(crate) fn new(config: &Config) -> Self {
        let liaison = config.liaison.as_ref();
        Self {
            users: liaison.map(|it| it.users.clone()).unwrap_or_default(),
            tasks: liaison.map(|it| it.tasks.clone()).unwrap_or_default(),
            removed: BTreeSet::new(),
            last: 0,
            runs: BTreeMap::new(),
            waiting: BTreeMap::new(),
        }
    }
}

impl<R: Rules> Engine<R> {
    /// A prospect enters a workflow.
    pub(crate) fn on_workflow_entered(
        &mut self,
        who: Who,
        event: &SourceEvent,
        workflow: &WorkflowId,
        values: &[(ProfileField, String)],
    ) {
        self.learn(who, event, values, FieldSource::Product);
        let liaison = self.config.liaison.as_ref();
        let is_configured = liaison.is_some_and(|it| it.workflows.contains_key(workflow));
        let was_removed = self.workflows.removed.contains(workflow);
        let entered = self.rules.may_enter_workflow(is_configured, was_removed);
        let (Ok(because) | Err(because)) = entered;
        self.sources.explain(event.id, because);
        self.decided_plainly(who, None, (Question::Trigger, because), Some(workflow.to_string()));
        if entered.is_err() {
            let text = format!("there is no workflow {workflow}; nothing is started");
            return self.alert(Some(who.into()), None, because, text);
        }
        self.workflows.last += 1;
        let id = RunId(self.workflows.last);
        let run = Run { who, workflow: workflow.clone(), begun: 0, cause: event.id };
        self.workflows.runs.insert(id, run);
        self.todo.push_back(Todo::Act(id));
    }

    /// The settings changed: what is new can be chosen from now on (LL-18, LL-20).
    pub(crate) fn on_settings_changed(&mut self, event: &SourceEvent) {
        self.sources.explain(event.id, Rule::SettingsChanged);
        match &event.kind {
            EventKind::TaskTemplateAdded(name, template) => {
                self.workflows.tasks.insert(name.clone(), template.clone());
            }
            EventKind::UserLinked(user, crm_user) => {
                self.workflows.users.insert(user.clone(), crm_user.clone());
            }
            EventKind::WorkflowRemoved(workflow) => {
                self.workflows.removed.insert(workflow.clone());
            }
            _ => {}
        }
    }

    /// What a marketer is offered, and what the latest conversion of the prospect made (LL-18 to LL-20, LL-22, LL-24).
    pub(crate) fn liaison_view(&self, who: Who) -> Vec<(&'static str, String)> {
        if self.config.liaison.is_none() {
            return Vec::new();
        }
        let users = self.workflows.users.iter().filter(|(_, linked)| linked.is_some());
        let users: Vec<&str> = users.map(|(user, _)| user.as_str()).collect();
        let tasks: Vec<&str> = self.workflows.tasks.keys().map(TaskName::as_str).collect();
        let statuses: Vec<&str> = self.conversions.statuses.iter().map(String::as_str).collect();
        let mut fields = vec![
            ("liaison.users", users.join(", ")),
            ("liaison.tasks", tasks.join(", ")),
            ("liaison.converted_statuses", statuses.join(", ")),
        ];
        if let Some(made) = self.conversions.results.get(&who) {
            let made = [
                ("converted_account", &made.account),
                ("converted_contact", &made.contact),
                ("converted_opportunity", &made.opportunity),
            ];
            fields.extend(
                made.iter().filter_map(|(name, id)| Some((*name, (*id).as_ref()?.to_string()))),
            );
        }
        fields
    }

    /// Runs actions until one has to be waited for.
    pub(crate) fn act(&mut self, id: RunId) {
        let config = Arc::clone(&self.config);
        let Some(liaison) = &config.liaison else { return };
        while let Some(run) = self.workflows.runs.get_mut(&id) {
            let actions = liaison.workflows.get(&run.workflow).map_or(&[][..], Vec::as_slice);
            let place = self.rules.next_action(run.begun, actions.len());
            let Some(action) = place.and_then(|it| actions.get(it)) else {
                self.workflows.runs.remove(&id);
                return;
            };
            run.begun += 1;
            let (who, cause) = (run.who, run.cause);
            let begun = self.begin_action(who, cause, action);
            if let Some(intent) = begun.filter(|it| self.intents.contains_key(it)) {
                self.workflows.waiting.insert(intent, id);
                return;
            }
        }
    }

    /// Begins an action. The intent to wait for, if the workflow waits for it.
    fn begin_action(
        &mut self,
        who: Who,
        cause: EventId,
        action: &WorkflowAction,
    ) -> Option<IntentId> {
        match action {
            WorkflowAction::SyncLead(to) => Some(self.sync_lead(who, cause, to)),
            WorkflowAction::SyncBeside(to) => {
                let id = self.sync_beside(who, cause, *to);
                self.decided_plainly(who, Some(id), (Question::Trigger, Rule::NextAction), None);
                Some(id)
            }
            WorkflowAction::AddToCampaign(target) => Some(self.add_to_campaign(who, cause, target)),
            WorkflowAction::CreateTask(task, assignee) => {
                Some(self.create_task(who, cause, (task, assignee.as_ref())))
            }
            WorkflowAction::ConvertLead(options) => {
                self.schedule_conversion(who, cause, options);
                None
            }
            WorkflowAction::ChangeCampaignStatus(target) => {
                Some(self.change_campaign_status(who, cause, target))
            }
        }
    }

    fn sync_lead(&mut self, who: Who, cause: EventId, to: &AssignTo) -> IntentId {
        let work = PersonWork::of_workflow(to.clone());
        let id = self.open(who, Action::SyncLead, cause, Work::Person(Box::new(work)));
        self.decided_plainly(who, Some(id), (Question::Trigger, Rule::NextAction), None);
        self.note(Some(who.into()), Some(id), NoteKind::Due);
        self.begin(id);
        id
    }

    /// An intent is settled: the workflow that waited for it goes on.
    pub(crate) fn after_action(&mut self, intent: IntentId) {
        if let Some(run) = self.workflows.waiting.remove(&intent) {
            self.todo.push_back(Todo::Act(run));
        }
    }
}
