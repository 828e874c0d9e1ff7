//! Signals in the schema.

use super::{list, named, object, reference, text, word};
use crate::words::ENGAGEMENT_INTENTS;
use serde_json::{Value, json};

type Keys = Vec<(&'static str, Value)>;

/// One of `world.companies`.
pub(super) fn company() -> Value {
    let keys = vec![
        ("name", text()),
        ("domain", text()),
        ("icp", reference("flag")),
        ("intent", word(ENGAGEMENT_INTENTS)),
        ("fields", reference("fields")),
    ];
    object("a company that visited", &[], keys)
}

/// `engine.signals`.
pub(super) fn setup() -> Value {
    let intents = json!({ "anyOf": [word(ENGAGEMENT_INTENTS), list(&word(ENGAGEMENT_INTENTS))] });
    let account_list = vec![
        ("not_in_salesforce", reference("flag")),
        ("icp", reference("flag")),
        ("intent", intents),
    ];
    object(
        "account creation from Signals",
        &[],
        vec![
            ("enabled", reference("flag")),
            ("admins", reference("texts")),
            ("lists", named(&object("an account list; filters combine", &[], account_list))),
        ],
    )
}

/// The verbs of Signals.
pub(super) fn verbs() -> Keys {
    let list = || vec![("list", text()), ("by", text())];
    let account = || vec![("account", text()), ("by", text())];
    let mut push = list();
    push.push(("confirm", reference("flag")));
    let mut edit = account();
    edit.push(("fields", reference("fields")));
    vec![
        ("open_list", object("an account list is opened", &["list", "by"], list())),
        ("push_accounts", object("\"Push to Salesforce\"", &["list", "by"], push)),
        ("open_account", object("an Account 360 is opened", &["account", "by"], account())),
        ("create_account", object("\"Create in Salesforce\"", &["account", "by"], account())),
        ("retry_account", object("\"Retry\"", &["account", "by"], account())),
        ("edit_account", object("fields of a company", &["account", "by", "fields"], edit)),
    ]
}
