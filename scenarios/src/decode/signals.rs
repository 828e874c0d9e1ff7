//! Signals: `world.companies`, `engine.signals` and its verbs.

use crate::ast::{AccountListSetup, CompanySetup, SignalsSetup, SignalsVerb};
use crate::decode::{Decoder, Map};
use crate::source::Text;
use crate::tree::{Node, NodeKind};
use crate::words::ENGAGEMENT_INTENTS;

/// The verbs of Signals.
pub(crate) const SIGNALS_VERBS: [&str; 6] = [
    "open_list",
    "push_accounts",
    "open_account",
    "create_account",
    "retry_account",
    "edit_account",
];

impl Decoder<'_> {
    pub(crate) fn company(&mut self, key: Text, node: &Node) -> Option<CompanySetup> {
        let mut map = Map::of(node, "a company", self)?;
        let company = CompanySetup {
            key,
            name: map.text("name", self),
            domain: map.text("domain", self),
            icp: map.flag("icp", false, self),
            intent: map
                .take("intent")
                .and_then(|node| self.word(node, ENGAGEMENT_INTENTS))
                .unwrap_or_default(),
            fields: map.fields("fields", self),
        };
        map.finish(self);
        Some(company)
    }

    pub(crate) fn signals(&mut self, node: &Node) -> Option<SignalsSetup> {
        let mut map = Map::of(node, "`signals`", self)?;
        let signals = SignalsSetup {
            enabled: map.flag("enabled", true, self),
            admins: map.texts("admins", self),
            lists: self.named(map.take("lists"), "`lists`", Decoder::account_list),
        };
        map.finish(self);
        Some(signals)
    }

    fn account_list(&mut self, list: Text, node: &Node) -> Option<AccountListSetup> {
        let mut map = Map::of(node, "an account list", self)?;
        let intents = map.take("intent").map(|node| match &node.kind {
            NodeKind::List(items) => items.iter().collect(),
            _ => vec![node],
        });
        let intents = intents.unwrap_or_default();
        let setup = AccountListSetup {
            list,
            not_in_salesforce: map.flag("not_in_salesforce", false, self),
            icp: map.take("icp").and_then(|node| self.flag(node)),
            intents: intents
                .into_iter()
                .filter_map(|node| self.word(node, ENGAGEMENT_INTENTS))
                .collect(),
        };
        map.finish(self);
        Some(setup)
    }

    pub(crate) fn signals_verb(&mut self, word: &str, map: &mut Map<'_>) -> SignalsVerb {
        let by = map.required_text("by", self);
        match word {
            "open_list" => SignalsVerb::OpenList { list: map.required_text("list", self), by },
            "push_accounts" => SignalsVerb::PushAccounts {
                list: map.required_text("list", self),
                by,
                confirmed: map.flag("confirm", false, self),
            },
            "open_account" => {
                SignalsVerb::OpenAccount { account: map.required_text("account", self), by }
            }
            "create_account" => {
                SignalsVerb::CreateAccount { account: map.required_text("account", self), by }
            }
            "retry_account" => {
                SignalsVerb::RetryAccount { account: map.required_text("account", self), by }
            }
            _ => SignalsVerb::EditAccount {
                account: map.required_text("account", self),
                by,
                fields: map
                    .require("fields", self)
                    .map(|node| self.fields(node))
                    .unwrap_or_default(),
            },
        }
    }
}
