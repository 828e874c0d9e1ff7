//! `engine.liaison` as text, and the verbs about workflows.

use super::yaml::{Block, Flow, list, pairs, text, texts};
use crate::ast::{
    ActionKind, Condition, ConvertLead, DistributionSetup, LiaisonSetup, SyncLead, Verb,
    WorkflowAction,
};
use crate::words::{ASSIGN_MODES, word_of};

pub(super) fn write(setup: &LiaisonSetup, out: &mut Block) {
    if *setup == LiaisonSetup::default() {
        out.entry(1, "liaison", "{}");
        return;
    }
    out.open(1, "liaison");
    if !setup.users.is_empty() {
        let mut users = Flow::new();
        for found in &setup.users {
            users.entry(&found.key, found.user.as_ref().map_or("null".to_owned(), |it| text(it)));
        }
        out.entry(2, "users", &users.finish());
    }
    if let Some(filler) = &setup.filler {
        out.entry(2, "filler", &text(filler));
    }
    if !setup.enrichment.is_empty() {
        out.open(2, "enrichment");
        setup.enrichment.iter().for_each(|it| out.entry(3, &it.object, &pairs(&it.fields)));
    }
    if !setup.distribution.is_empty() {
        out.open(2, "distribution");
        setup.distribution.iter().for_each(|it| out.line(3, &format!("- {}", distribution(it))));
    }
    if !setup.tasks.is_empty() {
        out.open(2, "tasks");
        setup.tasks.iter().for_each(|it| out.entry(3, &it.name, &pairs(&it.fields)));
    }
    if !setup.workflows.is_empty() {
        out.open(2, "workflows");
    }
    for workflow in &setup.workflows {
        out.open(3, &workflow.name);
        if workflow.actions.is_empty() {
            out.entry(4, "actions", "[]");
            continue;
        }
        out.open(4, "actions");
        workflow.actions.iter().for_each(|it| out.line(5, &format!("- {}", action(it))));
    }
}

fn distribution(rule: &DistributionSetup) -> String {
    let mut when = Flow::new();
    rule.when.iter().for_each(|(field, wanted)| when.entry(field, condition(wanted)));
    let mut flow = Flow::new();
    if !when.is_empty() {
        flow.entry("when", when.finish());
    }
    if rule.takes_unknown {
        flow.flag("takes_unknown", true);
    }
    flow.text("assign_to", &rule.assign_to);
    flow.finish()
}

fn condition(condition: &Condition) -> String {
    match condition {
        Condition::OneOf(words) if words.len() == 1 => list(words.iter().map(|it| text(it))),
        Condition::OneOf(words) => texts(words),
        Condition::Within { at_least, at_most } => {
            let mut flow = Flow::new();
            for (key, bound) in [("at_least", at_least), ("at_most", at_most)] {
                if let Some(bound) = bound {
                    flow.entry(key, bound.to_string());
                }
            }
            flow.finish()
        }
    }
}

fn action(action: &WorkflowAction) -> String {
    let mut flow = Flow::new();
    let word = match &action.kind {
        ActionKind::SyncLead(sync) => {
            sync_lead(sync, &mut flow);
            "sync_lead"
        }
        ActionKind::CreateTask { task, assignee } => {
            flow.text("task", task);
            flow.optional("assignee", assignee.as_ref());
            "create_task"
        }
        ActionKind::ConvertLead(convert) => {
            convert_lead(convert, &mut flow);
            "convert_lead"
        }
        ActionKind::AddToCampaign { campaign, status, fields } => {
            flow.text("campaign", campaign);
            flow.optional("status", status.as_ref());
            flow.some_pairs("fields", fields);
            "add_to_campaign"
        }
        ActionKind::ChangeCampaignStatus { campaign, status } => {
            flow.text("campaign", campaign);
            flow.text("status", status);
            "change_campaign_status"
        }
    };
    format!("{word}: {}", flow.finish())
}

fn sync_lead(sync: &SyncLead, flow: &mut Flow) {
    flow.optional("to", sync.to.as_ref());
    if let Some(mode) = &sync.assign_to {
        flow.entry("assign_to", word_of(ASSIGN_MODES, mode));
    }
    flow.optional("user", sync.user.as_ref());
    if sync.by_id {
        flow.flag("by_id", true);
    }
}

fn convert_lead(convert: &ConvertLead, flow: &mut Flow) {
    flow.text("status", &convert.status);
    flow.optional("assign_to", convert.assign_to.as_ref());
    for (key, flag) in [
        ("attach_to_account", convert.attach_to_account),
        ("opportunity", convert.opportunity),
        ("notify", convert.notify),
    ] {
        if flag {
            flow.flag(key, true);
        }
    }
    flow.optional("opportunity_name", convert.opportunity_name.as_ref());
}

/// A verb about workflows; nothing for another one.
pub(super) fn verb(verb: &Verb) -> Option<(&'static str, Flow)> {
    let mut flow = Flow::new();
    let word = match verb {
        Verb::EnterWorkflow { visitor, workflow, fields } => {
            flow.text("visitor", visitor);
            flow.text("workflow", workflow);
            flow.some_pairs("fields", fields);
            "enter_workflow"
        }
        Verb::AddTaskTemplate { task, fields } => {
            flow.text("task", task);
            flow.some_pairs("fields", fields);
            "add_task_template"
        }
        Verb::RemoveWorkflow { workflow } => {
            flow.text("workflow", workflow);
            "remove_workflow"
        }
        Verb::LinkUser { user, crm_user } => {
            flow.text("user", user);
            flow.entry("as", crm_user.as_ref().map_or("null".to_owned(), |it| text(it)));
            "link_user"
        }
        _ => return None,
    };
    Some((word, flow))
}
