//! How many tasks may the engine have written about a person? As many as actions of workflows ask for.
//!
//! No false alarm: every entry into a workflow is taken to run every action of it, and one whose prospect cannot be told by address counts for everybody.
//! A person whose address nobody has in the timeline may be any of them.

use super::Facts;
use crate::ast::{ActionKind, Verb, WorkflowAction};
use crate::history::RecordIndex;
use crate::source::Text;

/// What tells tasks apart: whom they are about, and what they are called.
pub(super) const TASK: [&str; 2] = ["WhoId", "Subject"];

/// How often actions that write a task of this subject were run for the person whom these tasks are about.
pub(super) fn runs(facts: &Facts<'_>, tasks: &[RecordIndex], subject: &str) -> usize {
    let addresses: Vec<&str> = tasks.iter().filter_map(|task| address(facts, *task)).collect();
    let (mut of_person, mut of_all) = (0, 0);
    for line in &facts.scenario.timeline {
        let Verb::EnterWorkflow { visitor, workflow, .. } = &line.verb else { continue };
        let known = addresses_of(facts, visitor);
        let is_known = |it: &str| known.iter().any(|known| known.eq_ignore_ascii_case(it));
        let asked = actions(facts, workflow, subject);
        of_all += asked;
        if known.is_empty() || addresses.iter().any(|it| is_known(it)) {
            of_person += asked;
        }
    }
    if of_person == 0 { of_all } else { of_person }
}

/// The address of the person whom a task is about, when the task was written.
fn address<'o>(facts: &Facts<'o>, task: RecordIndex) -> Option<&'o str> {
    let written = facts.history.record(task)?.changes.first()? + 1;
    let who = facts.history.value(task, "WhoId", written)?;
    facts.history.value(facts.history.find(who)?, "Email", written)
}

/// The addresses that a prospect has in the timeline.
fn addresses_of<'a>(facts: &Facts<'a>, prospect: &Text) -> Vec<&'a str> {
    let mut addresses = Vec::new();
    for line in &facts.scenario.timeline {
        if let Verb::EnterWorkflow { visitor, fields, .. } = &line.verb
            && visitor == prospect
        {
            let given = fields.iter().filter(|(field, _)| *field == "email");
            addresses.extend(given.map(|(_, address)| address.trim()));
        }
    }
    addresses
}

/// How many actions of a workflow write a task of this subject.
fn actions(facts: &Facts<'_>, workflow: &Text, subject: &str) -> usize {
    let Some(liaison) = &facts.scenario.engine.liaison else { return 0 };
    let workflow = liaison.workflows.iter().find(|it| it.name == *workflow);
    let is_such = |action: &&WorkflowAction| {
        let ActionKind::CreateTask { task, .. } = &action.kind else { return false };
        subject_of(facts, task).is_none_or(|it| it == subject)
    };
    workflow.map_or(0, |it| it.actions.iter().filter(is_such).count())
}

/// The subject of a template; nothing when it is not the same all the time.
fn subject_of<'a>(facts: &Facts<'a>, task: &Text) -> Option<&'a str> {
    let is_changed = facts.scenario.timeline.iter().any(
        |line| matches!(&line.verb, Verb::AddTaskTemplate { task: added, .. } if added == task),
    );
    let liaison = facts.scenario.engine.liaison.as_ref().filter(|_| !is_changed)?;
    let template = liaison.tasks.iter().find(|it| it.name == *task)?;
    let (_, subject) = template.fields.iter().find(|(field, _)| *field == "Subject")?;
    Some(subject)
}
