//! `engine:` in the schema.

use super::{column, list, named, object, reference, text, word};
use crate::words::{PUSH_ACTIONS, PUSH_TIMINGS, STRATEGIES, UPDATE_SCOPES};
use serde_json::{Map, Value, json};

pub(super) fn define(definitions: &mut Map<String, Value>) {
    let mut define = |name: &str, value: Value| definitions.insert(name.to_owned(), value);
    define("step", step());
    define("engine", engine());
}

fn engine() -> Value {
    let rep = object("a rep", &[], vec![("name", text()), ("user", text())]);
    let connections = vec![
        ("org_user", text()),
        ("integration_user", text()),
        ("reps", named(&json!({ "anyOf": [text(), rep] }))),
    ];
    let campaign = object(
        "a campaign and a status",
        &["campaign"],
        vec![("campaign", text()), ("status", text())],
    );
    let experience = object("an experience", &["steps"], vec![("steps", list(&reference("step")))]);
    let factor =
        json!({ "anyOf": [{ "type": "number", "minimum": 1, "maximum": 1000 }, column()] });
    let retry = vec![
        ("first_delay", reference("duration")),
        ("factor", factor),
        ("max_delay", reference("duration")),
        ("max_attempts", reference("whole")),
        ("jitter", text()),
    ];
    let batching = vec![
        ("strategy", word(STRATEGIES)),
        ("max_records", reference("whole")),
        ("max_wait", reference("duration")),
        ("all_or_none", reference("flag")),
    ];
    object(
        "how the product under test is configured",
        &[],
        vec![
            ("profile", text()),
            ("connections", object("who is connected as whom", &[], connections)),
            ("mapping", named(&reference("fields"))),
            ("constants", named(&reference("fields"))),
            ("values", named(&named(&reference("fields")))),
            ("campaign_mapping", json!({ "anyOf": [text(), campaign] })),
            ("experiences", named(&experience)),
            ("settings", reference("fields")),
            ("allow", reference("fields")),
            ("retry", object("how transient failures are retried", &[], retry)),
            ("batching", object("how writes are gathered", &[], batching)),
            ("messenger", super::messenger::setup()),
            ("liaison", super::liaison::liaison()),
            ("signals", super::signals::setup()),
            ("packages", super::packages::packages()),
            ("map", super::neighbours::map()),
        ],
    )
}

/// A step is a map with exactly one of these keys.
fn step() -> Value {
    let push = vec![
        ("to", text()),
        ("action", word(PUSH_ACTIONS)),
        ("when", word(PUSH_TIMINGS)),
        ("records", word(UPDATE_SCOPES)),
        ("reason", text()),
    ];
    let campaign = vec![
        ("to", text()),
        ("campaign", text()),
        ("status", text()),
        ("fields", reference("fields")),
    ];
    let offer = vec![("owner", text()), ("attendees", reference("texts"))];
    let mut step = object(
        "one step",
        &["push"],
        vec![
            ("push", object("create or update in the CRM", &["to", "action", "when"], push)),
            ("ask", reference("texts")),
            ("say", text()),
            (
                "route_to_rep",
                object("waits until a rep chats", &[], vec![("reps", reference("texts"))]),
            ),
            (
                "offer_meeting",
                object("waits until a meeting is booked or declined", &["owner"], offer),
            ),
            ("add_to_campaign", object("adds the person to a campaign", &["campaign"], campaign)),
            (
                "read_crm",
                object(
                    "reads a field",
                    &["field", "into"],
                    vec![("field", text()), ("into", text())],
                ),
            ),
        ],
    );
    if let Value::Object(step) = &mut step {
        step.remove("required");
        step.insert("minProperties".to_owned(), json!(1));
        step.insert("maxProperties".to_owned(), json!(1));
    }
    step
}
