//! `engine.packages`: Response Management and Matchmaker.

use crate::ast::{
    AssigneeSetup, AssignmentRuleSetup, ConvertSetup, MatchmakerSetup, PackagesSetup, ResponseSetup,
};
use crate::decode::{Decoder, Map};
use crate::diagnostic::code;
use crate::source::Text;
use crate::tree::Node;
use crate::words::MATCH_CRITERIA;

/// What a rule may say about who gets the lead; exactly one of these.
const ASSIGNEES: [&str; 4] = ["account_owner", "team_role", "owner", "round_robin"];

impl Decoder<'_> {
    pub(super) fn packages(&mut self, node: &Node) -> Option<PackagesSetup> {
        let mut map = Map::of(node, "`packages`", self)?;
        let packages = PackagesSetup {
            response_management: map
                .take("response_management")
                .and_then(|node| self.response_management(node)),
            matchmaker: map.take("matchmaker").and_then(|node| self.matchmaker(node)),
        };
        map.finish(self);
        Some(packages)
    }

    fn response_management(&mut self, node: &Node) -> Option<ResponseSetup> {
        let mut map = Map::of(node, "`response_management`", self)?;
        let setup = ResponseSetup {
            temporary_owner: map.required_text("temporary_owner", self),
            reassign: map.texts("reassign", self),
            qualified: self.matchers(map.take("qualified")),
            response: self.matchers(map.take("response")),
            notify: map.texts("notify", self),
            place: map.place(),
        };
        map.finish(self);
        Some(setup)
    }

    fn matchmaker(&mut self, node: &Node) -> Option<MatchmakerSetup> {
        let mut map = Map::of(node, "`matchmaker`", self)?;
        let criteria = map.take("match_by").map(|node| self.list(node, "a list of criteria"));
        let criteria = criteria.unwrap_or_default().iter();
        let setup = MatchmakerSetup {
            trigger_owner: map.required_text("trigger_owner", self),
            match_by: criteria.filter_map(|item| self.word(item, MATCH_CRITERIA)).collect(),
            excluded_domains: map.texts("excluded_domains", self),
            max_owner_changes: map.number("max_owner_changes", self),
            rules: self.named(map.take("rules"), "`rules`", Decoder::matchmaker_rule),
            convert: map.take("convert").and_then(|node| self.auto_convert(node)),
            place: map.place(),
        };
        map.finish(self);
        Some(setup)
    }

    fn matchmaker_rule(&mut self, name: Text, node: &Node) -> Option<AssignmentRuleSetup> {
        let mut map = Map::of(node, "a rule", self)?;
        let said = ASSIGNEES.iter().filter(|key| map.has(key)).count();
        let unmatched = map.flag("unmatched", false, self);
        let when = self.matchers(map.take("when"));
        let to_owner = map.flag("account_owner", false, self);
        let wanted = map.text("team_role", self);
        let owner = map.text("owner", self);
        let round = map.texts("round_robin", self);
        let span = map.span;
        map.finish(self);
        let assign = match (wanted, owner) {
            _ if said != 1 => {
                let known = ASSIGNEES.join(", ");
                let message = format!("the rule `{name}` says exactly one of {known}");
                self.error(code::EXACTLY_ONE, span, message, "keep one of them");
                return None;
            }
            (Some(wanted), _) => AssigneeSetup::TeamRole(wanted),
            (_, Some(owner)) => AssigneeSetup::Owner(owner),
            _ if to_owner => AssigneeSetup::AccountOwner,
            _ => AssigneeSetup::RoundRobin(round),
        };
        Some(AssignmentRuleSetup { name, unmatched, when, assign })
    }

    fn auto_convert(&mut self, node: &Node) -> Option<ConvertSetup> {
        let mut map = Map::of(node, "`convert`", self)?;
        let setup = ConvertSetup {
            when: self.matchers(map.take("when")),
            status: map.text("status", self),
            statuses: map.fields("statuses", self),
        };
        map.finish(self);
        Some(setup)
    }
}
