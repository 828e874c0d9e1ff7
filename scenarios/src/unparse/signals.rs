//! Signals as text.

use super::yaml::{self, Block, Flow, pairs};
use crate::ast::{CompanySetup, EngagementIntent, SignalsSetup, SignalsVerb};
use crate::words::{ENGAGEMENT_INTENTS, word_of};

/// One of `world.companies`.
pub(super) fn company(company: &CompanySetup) -> String {
    let mut flow = Flow::new();
    flow.optional("name", company.name.as_ref());
    flow.optional("domain", company.domain.as_ref());
    flow.flag("icp", company.icp);
    if company.intent != EngagementIntent::default() {
        flow.entry("intent", word_of(ENGAGEMENT_INTENTS, &company.intent));
    }
    flow.some_pairs("fields", &company.fields);
    flow.finish()
}

/// `engine.signals`.
pub(super) fn setup(signals: &SignalsSetup, out: &mut Block) {
    if signals.enabled && signals.admins.is_empty() && signals.lists.is_empty() {
        return out.entry(1, "signals", "{}");
    }
    out.open(1, "signals");
    if !signals.enabled {
        out.entry(2, "enabled", "false");
    }
    if !signals.admins.is_empty() {
        out.entry(2, "admins", &yaml::texts(&signals.admins));
    }
    if !signals.lists.is_empty() {
        out.open(2, "lists");
    }
    for list in &signals.lists {
        let mut flow = Flow::new();
        flow.flag("not_in_salesforce", list.not_in_salesforce);
        if let Some(icp) = list.icp {
            flow.entry("icp", icp.to_string());
        }
        if !list.intents.is_empty() {
            let words = list.intents.iter().map(|it| word_of(ENGAGEMENT_INTENTS, it).to_owned());
            flow.entry("intent", yaml::list(words));
        }
        out.entry(3, &list.list, &flow.finish());
    }
}

/// A line about Signals.
pub(super) fn verb(verb: &SignalsVerb) -> (&'static str, Flow) {
    let mut flow = Flow::new();
    flow.optional("list", verb.list());
    flow.optional("account", verb.account());
    flow.text("by", verb.by());
    let word = match verb {
        SignalsVerb::OpenList { .. } => "open_list",
        SignalsVerb::PushAccounts { confirmed, .. } => {
            flow.flag("confirm", *confirmed);
            "push_accounts"
        }
        SignalsVerb::OpenAccount { .. } => "open_account",
        SignalsVerb::CreateAccount { .. } => "create_account",
        SignalsVerb::RetryAccount { .. } => "retry_account",
        SignalsVerb::EditAccount { fields, .. } => {
            flow.entry("fields", pairs(fields));
            "edit_account"
        }
    };
    (word, flow)
}
