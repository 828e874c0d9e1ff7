//! `engine.liaison`: what workflows name exists.

use crate::ast::{ActionKind, LiaisonSetup, SyncLead, Verb, WorkflowAction};
use crate::check::Checker;
use crate::diagnostic::{Diagnostic, code};
use crate::source::Text;

impl<'a> Checker<'a> {
    pub(super) fn liaison(&mut self) {
        let Some(liaison) = &self.scenario.engine.liaison else { return };
        for user in liaison.users.iter().filter_map(|it| it.user.as_ref()) {
            self.user(user);
        }
        liaison.enrichment.iter().for_each(|mapping| self.mapping(mapping));
        liaison.distribution.iter().for_each(|rule| self.product_user(&rule.assign_to));
        liaison.tasks.iter().for_each(|task| self.fields("Task", &task.fields));
        for action in liaison.workflows.iter().flat_map(|it| &it.actions) {
            self.workflow_action(liaison, action);
        }
    }

    fn workflow_action(&mut self, liaison: &'a LiaisonSetup, action: &'a WorkflowAction) {
        match &action.kind {
            ActionKind::SyncLead(SyncLead { user, to, .. }) => {
                if let Some(to) = to {
                    self.system(to);
                }
                if let Some(user) = user {
                    self.product_user(user);
                }
            }
            ActionKind::CreateTask { task, assignee } => {
                self.task_template(liaison, task);
                if let Some(assignee) = assignee {
                    self.product_user(assignee);
                }
            }
            ActionKind::ConvertLead(convert) => {
                if let Some(user) = &convert.assign_to {
                    self.product_user(user);
                }
            }
            ActionKind::AddToCampaign { campaign, status, fields } => {
                self.campaign_status(campaign, status.as_ref());
                self.fields("CampaignMember", fields);
            }
            ActionKind::ChangeCampaignStatus { campaign, status } => {
                self.campaign_status(campaign, Some(status));
            }
        }
    }

    /// A user of the product who is linked with a CRM user, at the start or later (LL-19, LL-20).
    fn product_user(&mut self, name: &Text) {
        let Some(liaison) = &self.scenario.engine.liaison else { return };
        if liaison.users.is_empty() {
            return self.user(name);
        }
        let Some(found) = liaison.users.iter().find(|it| it.key == *name) else {
            let known: Vec<&str> = liaison.users.iter().map(|it| it.key.as_str()).collect();
            return self.unknown(code::UNKNOWN_NAME, "user of the product", name, known);
        };
        let is_linked_later = self.scenario.timeline.iter().any(
            |line| matches!(&line.verb, Verb::LinkUser { user, crm_user: Some(_) } if user == name),
        );
        if found.user.is_none() && !is_linked_later {
            let message = format!("`{name}` is not linked with a CRM user and cannot be chosen");
            let problem = Diagnostic::error(code::UNKNOWN_NAME, name.span, message);
            let help = "link the user in `liaison.users` (LL-19)";
            self.out.push(problem.context(found.key.span, "not linked here").help(help));
        }
    }

    /// A template of the list, at the start or later (LL-17, LL-18).
    fn task_template(&mut self, liaison: &LiaisonSetup, name: &Text) {
        let is_added =
            self.scenario.timeline.iter().any(
                |line| matches!(&line.verb, Verb::AddTaskTemplate { task, .. } if task == name),
            );
        if !is_added && !liaison.tasks.iter().any(|it| it.name == *name) {
            let known: Vec<&str> = liaison.tasks.iter().map(|it| it.name.as_str()).collect();
            self.unknown(code::UNKNOWN_NAME, "task template", name, known);
        }
    }

    /// A verb about workflows; false for another one.
    pub(super) fn liaison_verb(&mut self, verb: &'a Verb) -> bool {
        let liaison = self.scenario.engine.liaison.as_ref();
        match verb {
            Verb::EnterWorkflow { workflow, .. } | Verb::RemoveWorkflow { workflow } => {
                let workflows = liaison.map_or(&[][..], |it| it.workflows.as_slice());
                if !workflows.iter().any(|it| it.name == *workflow) {
                    let known: Vec<&str> = workflows.iter().map(|it| it.name.as_str()).collect();
                    self.unknown(code::UNKNOWN_NAME, "workflow", workflow, known);
                }
            }
            Verb::AddTaskTemplate { fields, .. } => self.fields("Task", fields),
            Verb::LinkUser { user, crm_user } => {
                let users = liaison.map_or(&[][..], |it| it.users.as_slice());
                if !users.iter().any(|it| it.key == *user) {
                    let known: Vec<&str> = users.iter().map(|it| it.key.as_str()).collect();
                    self.unknown(code::UNKNOWN_NAME, "user of the product", user, known);
                }
                if let Some(crm_user) = crm_user {
                    self.user(crm_user);
                }
            }
            _ => return false,
        }
        true
    }
}
