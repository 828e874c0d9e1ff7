//! `timeline:` in the schema.

use super::{column, list, object, reference, text, word};
use crate::words::IDENTITY_SOURCES;
use serde_json::{Map, Value, json};

pub(super) fn define(definitions: &mut Map<String, Value>) {
    let record = vec![("object", text()), ("where", reference("fields"))];
    let record = object("the only record that agrees", &["object", "where"], record);
    definitions.insert("record_ref".to_owned(), json!({ "anyOf": [text(), record] }));
    definitions.insert("line".to_owned(), line());
}

/// `at` and exactly one verb.
fn line() -> Value {
    let mut keys = vec![("at", text())];
    keys.extend(visitor_verbs());
    keys.extend(rep_verbs());
    keys.extend(org_verbs());
    keys.extend(schema_verbs());
    keys.push(("fault", fault()));
    keys.extend(super::messenger::verbs());
    keys.extend(super::liaison::verbs());
    keys.extend(super::signals::verbs());
    keys.push(("enrich", super::neighbours::enrich()));
    let mut line = object("a time and exactly one verb", &["at"], keys);
    if let Value::Object(line) = &mut line {
        line.insert("minProperties".to_owned(), json!(2));
        line.insert("maxProperties".to_owned(), json!(2));
    }
    line
}

type Keys = Vec<(&'static str, Value)>;

/// A verb about a visitor, with further keys.
fn about(description: &str, required: &[&str], mut keys: Keys) -> Value {
    keys.insert(0, ("visitor", text()));
    object(description, required, keys)
}

fn visitor_verbs() -> Keys {
    let land = vec![
        ("page", text()),
        ("identified_by", text()),
        ("source", word(IDENTITY_SOURCES)),
        ("device", text()),
    ];
    vec![
        ("land", about("the visitor comes to the site", &["visitor"], land)),
        (
            "start",
            about(
                "the visitor enters an experience",
                &["experience"],
                vec![("experience", text())],
            ),
        ),
        ("enter", json!({ "type": "object", "minProperties": 1, "additionalProperties": text() })),
        ("say", about("the visitor writes", &["text"], vec![("text", text())])),
        ("browse", about("in-site navigation", &["page"], vec![("page", text())])),
        ("decline_meeting", about("the visitor wants no meeting", &[], Vec::new())),
        ("leave", about("the site is closed", &[], Vec::new())),
        ("return", about("the visitor opens the site again", &[], vec![("page", text())])),
    ]
}

fn rep_verbs() -> Keys {
    let edit = vec![("by", text()), ("fields", reference("fields"))];
    let booking = vec![
        ("with", text()),
        ("by", text()),
        ("starts", text()),
        ("zone", text()),
        ("length", reference("duration")),
        ("attendees", reference("texts")),
    ];
    let moved = vec![("starts", text()), ("zone", text()), ("length", reference("duration"))];
    let by = || vec![("by", text())];
    vec![
        ("chat", about("a rep joins", &["with"], vec![("with", text())])),
        ("reply", about("the rep writes", &["text"], vec![("text", text())])),
        ("end_chat", about("the chat ends", &[], Vec::new())),
        ("transfer", about("another rep takes over", &["to"], vec![("to", text())])),
        ("pounce", about("a rep opens a conversation", &["by"], by())),
        ("edit", about("a rep changes visitor fields", &["by", "fields"], edit)),
        ("create_lead", about("a rep's button", &["by"], by())),
        ("sync_fields", about("a rep's button", &["by"], by())),
        ("book_meeting", about("a meeting is booked", &["starts"], booking)),
        ("cancel_meeting", about("the last meeting does not take place", &[], Vec::new())),
        ("move_meeting", about("the last meeting gets another time", &["starts"], moved)),
        (
            "connect",
            object("a rep connects", &["rep", "as"], vec![("rep", text()), ("as", text())]),
        ),
        ("disconnect", object("a rep disconnects", &["rep"], vec![("rep", text())])),
    ]
}

fn org_verbs() -> Keys {
    let record = || vec![("record", reference("record_ref")), ("by", text())];
    let create =
        vec![("object", text()), ("key", text()), ("fields", reference("fields")), ("by", text())];
    let update =
        vec![("record", reference("record_ref")), ("fields", reference("fields")), ("by", text())];
    let convert = vec![
        ("record", reference("record_ref")),
        ("contact_key", text()),
        ("account", reference("record_ref")),
        ("contact", reference("record_ref")),
        ("owner", text()),
        ("by", text()),
    ];
    let losers = json!({ "anyOf": [reference("record_ref"), list(&reference("record_ref"))] });
    let merge = vec![("into", reference("record_ref")), ("from", losers), ("by", text())];
    vec![
        ("create", object("somebody creates a record", &["object"], create)),
        ("update", object("somebody changes a record", &["record", "fields"], update)),
        ("delete", object("somebody deletes a record", &["record"], record())),
        ("undelete", object("somebody restores a record", &["record"], record())),
        ("convert", object("somebody converts a lead", &["record"], convert)),
        ("merge", object("somebody merges records", &["into", "from"], merge)),
        ("deactivate", object("a user is deactivated", &["user"], vec![("user", text())])),
        ("activate", object("a user is activated", &["user"], vec![("user", text())])),
        ("restart_engine", object("memory is lost, the store is kept", &[], Vec::new())),
    ]
}

fn schema_verbs() -> Keys {
    let schema = vec![
        ("object", text()),
        ("add_field", reference("new_field")),
        ("add_converted_status", text()),
        ("remove_converted_status", text()),
        ("remove_field", text()),
        ("require", text()),
        ("unrequire", text()),
        ("activate_rule", text()),
        ("deactivate_rule", text()),
        ("add_validation_rule", reference("new_validation_rule")),
    ];
    let permission = vec![
        ("user", text()),
        ("object", text()),
        ("allow", reference("permissions")),
        ("deny", reference("permissions")),
        ("hide_fields", reference("texts")),
        ("lock_fields", reference("texts")),
    ];
    vec![
        ("change_schema", object("the object and one change", &["object"], schema)),
        ("change_permission", object("what a user may do", &["user", "object"], permission)),
    ]
}

fn fault() -> Value {
    let only_true = || json!({ "anyOf": [{ "const": true }, column()] });
    let status =
        || json!({ "anyOf": [{ "type": "integer", "minimum": 200, "maximum": 599 }, column()] });
    let answer = vec![
        ("status", status()),
        ("code", text()),
        ("message", text()),
        ("html", reference("flag")),
    ];
    object(
        "what happens to some calls",
        &["id"],
        vec![
            ("id", text()),
            ("operations", reference("texts")),
            ("object", text()),
            ("answer", json!({ "anyOf": [status(), object("a reply", &["status"], answer)] })),
            ("commit_then_lose", only_true()),
            ("reset", only_true()),
            ("truncate", reference("whole")),
            ("slow", reference("duration")),
            ("kind", text()),
            ("on", text()),
            ("link_down", text()),
            ("link_slow", reference("duration")),
            ("rows", json!({ "type": "array", "items": reference("whole") })),
            ("by", reference("duration")),
            ("bytes", reference("whole")),
            ("used", reference("whole")),
            ("max", reference("whole")),
            ("code", text()),
            ("message", text()),
            ("host", text()),
            ("for", reference("duration")),
            ("times", reference("whole")),
            ("skip", reference("whole")),
        ],
    )
}
