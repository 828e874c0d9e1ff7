//! `world:` in the schema.

use super::{list, named, object, reference, text, word};
use crate::words::{
    DUPLICATE_ACTIONS, FIELD_KINDS, FLOW_TRIGGERS, PERMISSIONS, UNKNOWN_OWNERS, USER_PRESETS,
};
use serde_json::{Map, Value, json};

pub(super) fn define(definitions: &mut Map<String, Value>) {
    let mut define = |name: &str, value: Value| definitions.insert(name.to_owned(), value);
    define("permissions", list(&word(PERMISSIONS)));
    define("custom_field", custom_field(&[]));
    define("validation_rule", validation_rule(&[]));
    define("new_field", custom_field(&["name"]));
    define("new_validation_rule", validation_rule(&["name"]));
    define("object_setup", object_setup());
    define("record", record());
    define("world", world());
}

fn world() -> Value {
    let org = vec![
        ("time_zone", text()),
        ("api_allocation", reference("whole")),
        ("enforce_allocation", reference("flag")),
        ("conversion_rules", reference("flag")),
        ("row_locks", reference("duration")),
        ("concurrent_calls", reference("whole")),
        ("bulk_job", reference("duration")),
        ("search_delay", reference("duration")),
        ("default_lead_owner", text()),
    ];
    let queue =
        vec![("name", text()), ("objects", reference("texts")), ("members", reference("texts"))];
    let csv = vec![("object", text()), ("file", text()), ("unknown_owners", word(UNKNOWN_OWNERS))];
    object(
        "the org before the first line",
        &[],
        vec![
            ("org", object("the org itself", &[], org)),
            ("users", named(&user())),
            ("queues", named(&object("a queue", &[], queue))),
            ("companies", named(&super::signals::company())),
            ("objects", named(&reference("object_setup"))),
            ("campaigns", named(&campaign())),
            ("records", list(&reference("record"))),
            ("neighbours", super::neighbours::neighbours()),
            ("csv", list(&object("records out of an export", &["object", "file"], csv))),
        ],
    )
}

fn user() -> Value {
    object(
        "a user of the org",
        &[],
        vec![
            ("name", text()),
            ("email", text()),
            ("active", reference("flag")),
            ("time_zone", text()),
            ("preset", word(USER_PRESETS)),
            ("permissions", named(&reference("permissions"))),
            ("read_only_fields", named(&reference("texts"))),
            ("hidden_fields", named(&reference("texts"))),
        ],
    )
}

fn custom_field(extra: &[&'static str]) -> Value {
    let mut keys = vec![
        ("type", word(FIELD_KINDS)),
        ("length", reference("whole")),
        ("unique", reference("flag")),
        ("external_id", reference("flag")),
        ("required", reference("flag")),
        ("restricted", reference("flag")),
        ("values", reference("texts")),
        ("default", text()),
    ];
    keys.extend(extra.iter().map(|key| (*key, text())));
    let required: Vec<&str> = ["type"].into_iter().chain(extra.iter().copied()).collect();
    object("a custom field", &required, keys)
}

fn validation_rule(extra: &[&'static str]) -> Value {
    let mut keys = vec![
        ("when", text()),
        ("message", text()),
        ("field", text()),
        ("active", reference("flag")),
    ];
    keys.extend(extra.iter().map(|key| (*key, text())));
    let required: Vec<&str> =
        ["when", "message"].into_iter().chain(extra.iter().copied()).collect();
    object("refuses a save while its formula is true", &required, keys)
}

fn object_setup() -> Value {
    let duplicate_rule = vec![
        ("match", reference("texts")),
        ("against", reference("texts")),
        ("on_create", word(DUPLICATE_ACTIONS)),
        ("on_update", word(DUPLICATE_ACTIONS)),
        ("alert", text()),
        ("active", reference("flag")),
    ];
    let entry =
        object("first match wins", &["when", "owner"], vec![("when", text()), ("owner", text())]);
    let assignment_rule = vec![("active", reference("flag")), ("entries", list(&entry))];
    let flow = vec![
        ("on", word(FLOW_TRIGGERS)),
        ("when", text()),
        ("set", reference("fields")),
        ("after", reference("duration")),
    ];
    object(
        "what is special about an object in this org",
        &[],
        vec![
            ("fields", named(&reference("custom_field"))),
            ("required", reference("texts")),
            ("validation_rules", named(&reference("validation_rule"))),
            ("duplicate_rules", named(&object("a duplicate rule", &["match"], duplicate_rule))),
            ("assignment_rule", object("the lead assignment rule", &["entries"], assignment_rule)),
            ("flows", named(&object("a record-triggered flow", &["on", "set"], flow))),
        ],
    )
}

fn campaign() -> Value {
    let status =
        vec![("name", text()), ("responded", reference("flag")), ("default", reference("flag"))];
    let status = json!({ "anyOf": [text(), object("a member status", &["name"], status)] });
    let keys = vec![("name", text()), ("statuses", list(&status)), ("active", reference("flag"))];
    object("a campaign", &[], keys)
}

fn record() -> Value {
    object(
        "a record that is there before the first line",
        &["object"],
        vec![
            ("key", text()),
            ("object", text()),
            ("fields", reference("fields")),
            ("created", text()),
            ("modified", text()),
            ("deleted", reference("flag")),
            ("converted_to", text()),
            ("opportunities", reference("whole")),
            ("contacts", reference("whole")),
        ],
    )
}
