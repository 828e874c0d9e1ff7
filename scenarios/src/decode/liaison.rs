//! `engine.liaison`: workflows and what they draw on; and the verbs about them.

use crate::ast::{
    ActionKind, AssignMode, Condition, ConvertLead, DistributionSetup, LiaisonSetup, Line,
    ProductUser, SyncLead, TaskSetup, Verb, Workflow, WorkflowAction,
};
use crate::decode::{Decoder, Map};
use crate::diagnostic::code;
use crate::source::{Place, Text};
use crate::tree::{Node, NodeKind, Scalar};
use crate::words::ASSIGN_MODES;

/// Every action of a workflow.
pub(crate) const ACTIONS: [&str; 5] =
    ["sync_lead", "create_task", "convert_lead", "add_to_campaign", "change_campaign_status"];

/// The verbs that are about workflows.
pub(crate) const VERBS: [&str; 4] =
    ["enter_workflow", "add_task_template", "remove_workflow", "link_user"];

/// Most prospects of one list.
const PROSPECTS_MAX: i64 = 10_000;

impl Decoder<'_> {
    pub(crate) fn liaison(&mut self, node: &Node) -> Option<LiaisonSetup> {
        let mut map = Map::of(node, "`liaison`", self)?;
        let distribution = map
            .take("distribution")
            .map(|node| self.list(node, "a list of distribution rules"))
            .unwrap_or_default();
        let setup = LiaisonSetup {
            users: self.named(map.take("users"), "`users`", Decoder::product_user),
            filler: map.text("filler", self),
            enrichment: self.named(map.take("enrichment"), "`enrichment`", Decoder::object_pairs),
            distribution: distribution.iter().filter_map(|it| self.distribution(it)).collect(),
            tasks: self.named(map.take("tasks"), "`tasks`", Decoder::task),
            workflows: self.named(map.take("workflows"), "`workflows`", Decoder::workflow),
            place: map.place(),
        };
        map.finish(self);
        Some(setup)
    }

    #[expect(
        clippy::unnecessary_wraps,
        reason = "a reader for `named`, which takes readers that may fail"
    )]
    fn product_user(&mut self, key: Text, node: &Node) -> Option<ProductUser> {
        Some(ProductUser { key, user: self.text_or_null(node) })
    }

    fn distribution(&mut self, node: &Node) -> Option<DistributionSetup> {
        let mut map = Map::of(node, "a distribution rule", self)?;
        let when = self
            .named(map.take("when"), "`when`", |d, field, node| Some((field, d.condition(node)?)));
        let rule = DistributionSetup {
            when,
            takes_unknown: map.flag("takes_unknown", false, self),
            assign_to: map.required_text("assign_to", self),
        };
        map.finish(self);
        Some(rule)
    }

    fn condition(&mut self, node: &Node) -> Option<Condition> {
        if !matches!(node.kind, NodeKind::Map(_)) {
            return Some(Condition::OneOf(self.texts(node)));
        }
        let mut map = Map::of(node, "a condition", self)?;
        let at_least = map.take("at_least").and_then(|node| self.whole(node));
        let at_most = map.take("at_most").and_then(|node| self.whole(node));
        let span = map.span;
        map.finish(self);
        if at_least.is_none() && at_most.is_none() {
            self.error(
                code::MISSING_KEY,
                span,
                "write `at_least`, `at_most`, or a list of values",
                "for example `{ at_least: 1 }` or `[Hot, Warm]`",
            );
        }
        Some(Condition::Within { at_least, at_most })
    }

    fn whole(&mut self, node: &Node) -> Option<i64> {
        let text = self.text(node)?;
        let number = text.parse().ok();
        if number.is_none() {
            let message = format!("`{text}` is not a whole number");
            self.error(code::VALUE, node.span, message, "write digits, with a sign if need be");
        }
        number
    }

    #[expect(
        clippy::unnecessary_wraps,
        reason = "a reader for `named`, which takes readers that may fail"
    )]
    fn task(&mut self, name: Text, node: &Node) -> Option<TaskSetup> {
        Some(TaskSetup { name, fields: self.fields(node) })
    }

    fn workflow(&mut self, name: Text, node: &Node) -> Option<Workflow> {
        let mut map = Map::of(node, "a workflow", self)?;
        let actions = map
            .require("actions", self)
            .map(|node| self.list(node, "a list of actions"))
            .unwrap_or_default();
        let actions = actions.iter().filter_map(|item| self.workflow_action(item)).collect();
        map.finish(self);
        Some(Workflow { name, actions })
    }

    fn workflow_action(&mut self, node: &Node) -> Option<WorkflowAction> {
        let (word, value) = self.only_entry(node, "an action", &ACTIONS)?;
        let kind = self.action_kind(word, value)?;
        Some(WorkflowAction { kind, place: Place(node.span) })
    }

    fn action_kind(&mut self, word: &Scalar, node: &Node) -> Option<ActionKind> {
        if !ACTIONS.contains(&word.text.as_str()) {
            self.unknown_word(word, &format!("there is no action `{}`", word.text), &ACTIONS);
            return None;
        }
        let mut map = Map::of(node, "this action", self)?;
        let kind = match word.text.as_str() {
            "sync_lead" => ActionKind::SyncLead(self.sync_lead(&mut map)),
            "create_task" => ActionKind::CreateTask {
                task: map.required_text("task", self),
                assignee: map.text("assignee", self),
            },
            "convert_lead" => ActionKind::ConvertLead(self.convert_lead(&mut map)),
            "add_to_campaign" => ActionKind::AddToCampaign {
                campaign: map.required_text("campaign", self),
                status: map.text("status", self),
                fields: map.fields("fields", self),
            },
            _ => ActionKind::ChangeCampaignStatus {
                campaign: map.required_text("campaign", self),
                status: map.required_text("status", self),
            },
        };
        map.finish(self);
        Some(kind)
    }

    fn sync_lead(&mut self, map: &mut Map<'_>) -> SyncLead {
        let assign_to = map.take("assign_to").and_then(|node| self.word(node, ASSIGN_MODES));
        let user = map.text("user", self);
        let by_id = map.flag("by_id", false, self);
        let names_user = assign_to == Some(AssignMode::User);
        if names_user != user.is_some() {
            let message = "`user` goes with `assign_to: user`, and the other way round";
            self.error(code::CONTRADICTION, map.span, message, "add or remove `user`");
        }
        if by_id && assign_to != Some(AssignMode::SalesforceRules) {
            let message = "`by_id` goes with `assign_to: salesforce_rules`";
            self.error(
                code::CONTRADICTION,
                map.span,
                message,
                "remove `by_id`, or change `assign_to`",
            );
        }
        let to = map.text("to", self).filter(|it| *it != "salesforce");
        if to.is_some() && assign_to.is_some() {
            let message = "`assign_to` is about owners in Salesforce; leave it out with `to`";
            self.error(code::CONTRADICTION, map.span, message, "remove `assign_to`, or `to`");
        }
        SyncLead { to, assign_to, user, by_id }
    }

    fn convert_lead(&mut self, map: &mut Map<'_>) -> ConvertLead {
        let convert = ConvertLead {
            status: map.required_text("status", self),
            assign_to: map.text("assign_to", self).filter(|it| *it != "lead_owner"),
            attach_to_account: map.flag("attach_to_account", false, self),
            opportunity: map.flag("opportunity", false, self),
            opportunity_name: map.text("opportunity_name", self),
            notify: map.flag("notify", false, self),
        };
        if convert.opportunity_name.is_some() && !convert.opportunity {
            let message = "`opportunity_name` goes with `opportunity: true`";
            self.error(
                code::CONTRADICTION,
                map.span,
                message,
                "add `opportunity: true`, or remove the name",
            );
        }
        convert
    }

    /// One line, or one for each prospect of a list that enters a workflow: `#` stands for the prospect's number.
    pub(crate) fn lines(&mut self, node: &Node) -> Vec<Line> {
        let count = node.get("enter_workflow").and_then(|it| it.get("prospects"));
        let count = count.and_then(|it| self.whole(it));
        let Some(line) = self.line(node) else { return Vec::new() };
        let Some(count) = count else { return vec![line] };
        if !(1..=PROSPECTS_MAX).contains(&count) {
            let message = format!("a list has from 1 to {PROSPECTS_MAX} prospects");
            self.error(
                code::VALUE,
                node.span,
                message,
                format!("write a number from 1 to {PROSPECTS_MAX}"),
            );
            return Vec::new();
        }
        (1..=count).map(|number| of_prospect(&line, number)).collect()
    }

    /// A verb about workflows.
    pub(crate) fn liaison_verb(&mut self, word: &str, map: &mut Map<'_>) -> Verb {
        match word {
            "enter_workflow" => {
                map.take("prospects");
                Verb::EnterWorkflow {
                    visitor: self.visitor(map),
                    workflow: map.required_text("workflow", self),
                    fields: map.fields("fields", self),
                }
            }
            "add_task_template" => Verb::AddTaskTemplate {
                task: map.required_text("task", self),
                fields: map.fields("fields", self),
            },
            "remove_workflow" => {
                Verb::RemoveWorkflow { workflow: map.required_text("workflow", self) }
            }
            _ => Verb::LinkUser {
                user: map.required_text("user", self),
                crm_user: map.take("as").and_then(|node| self.text_or_null(node)),
            },
        }
    }
}

/// The line for one prospect of a list.
fn of_prospect(line: &Line, number: i64) -> Line {
    let numbered = |text: &Text| Text {
        text: text.text.replace('#', &number.to_string()).into(),
        span: text.span,
    };
    let mut line = line.clone();
    if let Verb::EnterWorkflow { visitor, fields, .. } = &mut line.verb {
        *visitor = numbered(visitor);
        for (_, value) in fields {
            *value = numbered(value);
        }
    }
    line
}
