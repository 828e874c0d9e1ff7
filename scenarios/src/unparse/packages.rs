//! `engine.packages` as text.

use super::expect::matchers;
use super::yaml::{Block, Flow, list};
use crate::ast::{
    AssigneeSetup, AssignmentRuleSetup, ConvertSetup, MatchmakerSetup, PackagesSetup, ResponseSetup,
};
use crate::words::{MATCH_CRITERIA, word_of};

pub(super) fn write(packages: Option<&PackagesSetup>, out: &mut Block) {
    let Some(packages) = packages else { return };
    if *packages == PackagesSetup::default() {
        out.entry(1, "packages", "{}");
        return;
    }
    out.open(1, "packages");
    if let Some(setup) = &packages.response_management {
        out.entry(2, "response_management", &response_management(setup));
    }
    if let Some(setup) = &packages.matchmaker {
        matchmaker(setup, out);
    }
}

fn response_management(setup: &ResponseSetup) -> String {
    let mut flow = Flow::new();
    flow.text("temporary_owner", &setup.temporary_owner);
    flow.some("reassign", &setup.reassign);
    matchers(&mut flow, "qualified", &setup.qualified);
    matchers(&mut flow, "response", &setup.response);
    flow.some("notify", &setup.notify);
    flow.finish()
}

fn matchmaker(setup: &MatchmakerSetup, out: &mut Block) {
    out.open(2, "matchmaker");
    out.entry(3, "trigger_owner", &super::yaml::text(&setup.trigger_owner));
    if !setup.match_by.is_empty() {
        let words = setup.match_by.iter().map(|it| word_of(MATCH_CRITERIA, it).to_owned());
        out.entry(3, "match_by", &list(words));
    }
    if !setup.excluded_domains.is_empty() {
        out.entry(3, "excluded_domains", &super::yaml::texts(&setup.excluded_domains));
    }
    if let Some(most) = setup.max_owner_changes {
        out.entry(3, "max_owner_changes", &most.to_string());
    }
    if !setup.rules.is_empty() {
        out.open(3, "rules");
    }
    for found in &setup.rules {
        out.entry(4, &found.name, &rule(found));
    }
    if let Some(found) = &setup.convert {
        out.entry(3, "convert", &convert(found));
    }
}

fn rule(rule: &AssignmentRuleSetup) -> String {
    let mut flow = Flow::new();
    flow.flag("unmatched", rule.unmatched);
    matchers(&mut flow, "when", &rule.when);
    match &rule.assign {
        AssigneeSetup::AccountOwner => flow.flag("account_owner", true),
        AssigneeSetup::TeamRole(wanted) => flow.text("team_role", wanted),
        AssigneeSetup::Owner(owner) => flow.text("owner", owner),
        AssigneeSetup::RoundRobin(users) => flow.entry("round_robin", super::yaml::texts(users)),
    }
    flow.finish()
}

fn convert(convert: &ConvertSetup) -> String {
    let mut flow = Flow::new();
    matchers(&mut flow, "when", &convert.when);
    flow.optional("status", convert.status.as_ref());
    flow.some_pairs("statuses", &convert.statuses);
    flow.finish()
}
