//! `engine.liaison` in the schema, and the verbs about workflows.

use super::{list, named, object, reference, text, word};
use crate::words::ASSIGN_MODES;
use serde_json::{Value, json};

fn flag() -> Value {
    reference("flag")
}

pub(super) fn liaison() -> Value {
    let bound = || json!({ "type": "integer" });
    let within = object("bounds", &[], vec![("at_least", bound()), ("at_most", bound())]);
    let condition = json!({ "anyOf": [reference("texts"), within] });
    let rule = vec![("when", named(&condition)), ("takes_unknown", flag()), ("assign_to", text())];
    let rule = object("a distribution rule", &["assign_to"], rule);
    let workflow = object("a workflow", &["actions"], vec![("actions", list(&action()))]);
    object(
        "workflows of CRM actions",
        &[],
        vec![
            ("users", named(&json!({ "type": ["string", "null"] }))),
            ("filler", text()),
            ("enrichment", named(&reference("fields"))),
            ("distribution", list(&rule)),
            ("tasks", named(&reference("fields"))),
            ("workflows", named(&workflow)),
        ],
    )
}

/// An action is a map with exactly one of these keys.
fn action() -> Value {
    let sync = vec![
        ("to", text()),
        ("assign_to", word(ASSIGN_MODES)),
        ("user", text()),
        ("by_id", flag()),
    ];
    let convert = vec![
        ("status", text()),
        ("assign_to", text()),
        ("attach_to_account", flag()),
        ("opportunity", flag()),
        ("opportunity_name", text()),
        ("notify", flag()),
    ];
    let campaign = vec![("campaign", text()), ("status", text()), ("fields", reference("fields"))];
    let change = vec![("campaign", text()), ("status", text())];
    let task = vec![("task", text()), ("assignee", text())];
    let mut action = object(
        "one action",
        &[],
        vec![
            ("sync_lead", object("links or creates the lead", &[], sync)),
            ("create_task", object("creates a task", &["task"], task)),
            ("convert_lead", object("converts the lead", &["status"], convert)),
            ("add_to_campaign", object("adds the person", &["campaign"], campaign)),
            (
                "change_campaign_status",
                object("changes the member's status", &["campaign", "status"], change),
            ),
        ],
    );
    if let Value::Object(action) = &mut action {
        action.insert("minProperties".to_owned(), json!(1));
        action.insert("maxProperties".to_owned(), json!(1));
    }
    action
}

pub(super) fn verbs() -> Vec<(&'static str, Value)> {
    let enter = vec![
        ("visitor", text()),
        ("workflow", text()),
        ("fields", reference("fields")),
        ("prospects", reference("whole")),
    ];
    let task = vec![("task", text()), ("fields", reference("fields"))];
    let removed = vec![("workflow", text())];
    let link = vec![("user", text()), ("as", json!({ "type": ["string", "null"] }))];
    vec![
        ("enter_workflow", object("a prospect enters a workflow", &["workflow"], enter)),
        ("add_task_template", object("the settings get a task template", &["task"], task)),
        ("remove_workflow", object("the settings lose a workflow", &["workflow"], removed)),
        ("link_user", object("a user of the product is linked", &["user", "as"], link)),
    ]
}
