//! `world.neighbours`, `engine.map`, `enrich` and `neighbour` in the schema.

use super::{list, named, object, reference, text};
use serde_json::{Value, json};

pub(super) fn neighbours() -> Value {
    let record = vec![
        ("key", text()),
        ("kind", text()),
        ("fields", reference("fields")),
        ("created", text()),
        ("updated", text()),
        ("linked_to", text()),
    ];
    let link = vec![
        ("lag", reference("duration")),
        ("user", text()),
        ("mapping", reference("fields")),
        ("down", text()),
    ];
    let limits = vec![
        ("calls", reference("whole")),
        ("per", reference("duration")),
        ("daily", reference("whole")),
        ("at_once", reference("whole")),
    ];
    named(&object(
        "a system beside Salesforce",
        &[],
        vec![
            ("records", list(&object("a record of the system", &[], record))),
            ("fields", reference("texts")),
            ("link", object("its connector to Salesforce", &[], link)),
            ("limits", object("how much it takes", &[], limits)),
            ("duplicate_status", reference("whole")),
            ("multiple_prospects", reference("flag")),
        ],
    ))
}

pub(super) fn map() -> Value {
    let keys = vec![("system", text()), ("lag", reference("duration"))];
    json!({ "anyOf": [text(), object("the marketing platform", &["system"], keys)] })
}

pub(super) fn enrich() -> Value {
    object(
        "a vendor tells what it knows of the visitor",
        &["vendor", "level"],
        vec![
            ("visitor", text()),
            ("vendor", text()),
            ("level", text()),
            ("fields", reference("fields")),
        ],
    )
}

pub(super) fn check() -> Value {
    object(
        "how many records of a system beside Salesforce agree, and what they look like",
        &["system"],
        vec![
            ("system", text()),
            ("where", reference("matchers")),
            ("count", reference("matcher")),
            ("as", text()),
            ("fields", reference("matchers")),
        ],
    )
}
