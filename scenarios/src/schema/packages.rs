//! `engine.packages` in the schema.

use super::{list, named, object, reference, text, word};
use crate::words::MATCH_CRITERIA;
use serde_json::{Value, json};

pub(super) fn packages() -> Value {
    let conditions = || named(&reference("matcher"));
    let response = vec![
        ("temporary_owner", text()),
        ("reassign", reference("texts")),
        ("qualified", conditions()),
        ("response", conditions()),
        ("notify", reference("texts")),
    ];
    let rule = vec![
        ("unmatched", reference("flag")),
        ("when", conditions()),
        ("account_owner", json!({ "const": true })),
        ("team_role", text()),
        ("owner", text()),
        ("round_robin", reference("texts")),
    ];
    let convert =
        vec![("when", conditions()), ("status", text()), ("statuses", reference("fields"))];
    let matchmaker = vec![
        ("trigger_owner", text()),
        ("match_by", list(&word(MATCH_CRITERIA))),
        ("excluded_domains", reference("texts")),
        ("max_owner_changes", reference("whole")),
        ("rules", named(&object("who gets which leads", &[], rule))),
        ("convert", object("automatic conversion of matched leads", &[], convert)),
    ];
    object(
        "packages that are installed in the org",
        &[],
        vec![
            ("response_management", object("who waits for an owner", &[], response)),
            ("matchmaker", object("match with accounts and assign", &[], matchmaker)),
        ],
    )
}
