//! INV-12: writes of leads carry an explicit assignment rule header and an explicit duplicate rule header; updates of
//! contacts carry the assignment rule header, since what a trigger saves inherits it.
//!
//! No false alarm: looked at are single and collection writes of leads by the engine, whose headers are those of the exchange; bulk jobs say it in the job and are not
//! judged. The value is compared only where the set-up says what the profile demands on inserts; on updates it is always FALSE. Who is in a workflow is inserted as the
//! "Assign To" of its Sync Lead demands (LL-05); the scenario says so, not the engine.

use super::address::value;
use super::{Facts, Verdict};
use crate::ast::{ActionKind, AssignMode, CallOperation, Scenario, SyncLead, Verb};
use crate::observation::CallSeen;
use crate::source::Text;
use std::collections::{BTreeMap, BTreeSet};

const ASSIGN: &str = "Sforce-Auto-Assign";
const DUPLICATES: &str = "Sforce-Duplicate-Rule-Header";

pub(crate) fn check(facts: &Facts<'_>) -> Verdict {
    let mut verdict = Verdict::default();
    let setup = &facts.observation.setup;
    let Some(on_insert) = setup.auto_assign_on_insert.as_deref() else { return verdict };
    let modes = AssignModes::of(facts.scenario);
    for call in facts.observation.calls.iter().filter(|call| is_judged(call)) {
        let wanted = match call.operation {
            CallOperation::Create | CallOperation::Upsert => modes.demanded(call, on_insert),
            CallOperation::Update => vec!["FALSE"],
            _ => continue,
        };
        verdict.evaluated += 1;
        let assign = header(call, ASSIGN);
        let agrees = |wanted: &&str| match *wanted {
            RULE_ID => assign.is_some_and(|value| value.starts_with("01Q")),
            wanted => assign.is_some_and(|value| value.eq_ignore_ascii_case(wanted)),
        };
        if !wanted.iter().any(agrees) {
            let actual = format!("{ASSIGN} was {}", assign.unwrap_or("absent"));
            let expected = format!("{ASSIGN}: {}", wanted.join(" or "));
            verdict.broken(&expected, actual, Some(call.at), vec![call.seq]);
        }
        let is_lead = call.object.as_deref() == Some("Lead");
        if is_lead && setup.duplicate_header && header(call, DUPLICATES).is_none() {
            let actual = format!("{DUPLICATES} was absent");
            verdict.broken(
                "an explicit duplicate rule header",
                actual,
                Some(call.at),
                vec![call.seq],
            );
        }
    }
    verdict
}

fn is_judged(call: &CallSeen) -> bool {
    match call.object.as_deref() {
        Some("Lead") => true,
        Some("Contact") => call.operation == CallOperation::Update,
        _ => false,
    }
}

/// What the scenario's workflows demand of inserts.
struct AssignModes<'s> {
    scenario: &'s Scenario,
    /// Visitors by each address that the timeline gives them.
    visitors: BTreeMap<String, BTreeSet<&'s str>>,
}

impl<'s> AssignModes<'s> {
    fn of(scenario: &'s Scenario) -> Self {
        let mut visitors: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
        let address = |fields: &'s [(Text, Text)]| {
            let mut fields = fields.iter();
            fields.find(|(name, _)| name.trim_start_matches("visitor.") == "email").map(|it| &it.1)
        };
        for line in &scenario.timeline {
            let (visitor, email) = match &line.verb {
                Verb::Land(land) => (&land.visitor, land.identified_by.as_ref()),
                Verb::Enter { visitor, fields } | Verb::EnterWorkflow { visitor, fields, .. } => {
                    (visitor, address(fields))
                }
                _ => continue,
            };
            if let Some(email) = email {
                visitors.entry(key(email)).or_default().insert(visitor);
            }
        }
        Self { scenario, visitors }
    }

    /// The values that may stand in the header of an insert: those of the workflows that the person has entered by then.
    fn demanded(&self, call: &CallSeen, usual: &'s str) -> Vec<&'s str> {
        let emails = call.rows.iter().filter_map(|row| value(&row.sends, "Email"));
        let visitors: BTreeSet<&str> =
            emails.filter_map(|it| self.visitors.get(&key(it))).flatten().copied().collect();
        let starts = self.scenario.clock.starts;
        let entered = self.scenario.timeline.iter().filter_map(|line| match &line.verb {
            Verb::EnterWorkflow { visitor, workflow, .. } => {
                let by_then = starts + line.at <= call.at;
                (by_then && visitors.contains(visitor.as_str())).then_some(workflow)
            }
            _ => None,
        });
        let workflows = self.scenario.engine.liaison.iter().flat_map(|it| &it.workflows);
        let mut demanded = BTreeSet::new();
        for workflow in entered {
            let actions = workflows.clone().filter(|it| it.name == *workflow);
            demanded.extend(actions.flat_map(|it| &it.actions).filter_map(|it| match &it.kind {
                ActionKind::SyncLead(sync) => Some(header_of(sync)),
                _ => None,
            }));
        }
        if demanded.is_empty() { vec![usual] } else { demanded.into_iter().collect() }
    }
}

/// What stands for the id of an assignment rule.
const RULE_ID: &str = "the rule's id";

fn header_of(sync: &SyncLead) -> &'static str {
    match sync.assign_to {
        Some(AssignMode::SalesforceRules) if sync.by_id => RULE_ID,
        Some(AssignMode::SalesforceRules) => "TRUE",
        Some(AssignMode::User | AssignMode::DistributionRules) | None => "FALSE",
    }
}

fn key(email: &str) -> String {
    crate::email::normalize(email).unwrap_or_else(|| email.to_lowercase())
}

fn header<'c>(call: &'c CallSeen, name: &str) -> Option<&'c str> {
    call.headers
        .iter()
        .find(|(header, _)| header.eq_ignore_ascii_case(name))
        .map(|(_, value)| &**value)
}
