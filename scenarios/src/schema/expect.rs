//! `expect:` in the schema.

use super::{column, object, reference, text, word};
use crate::words::{ACTIONS, CALL_OPERATIONS, CALL_OUTCOMES, INVARIANTS, OUTCOMES, SEARCH_GROUPS};
use serde_json::{Map, Value, json};

pub(super) fn define(definitions: &mut Map<String, Value>) {
    let mut define = |name: &str, value: Value| definitions.insert(name.to_owned(), value);
    define("matcher", matcher());
    define(
        "matchers",
        json!({ "type": ["object", "null"], "additionalProperties": reference("matcher") }),
    );
    define("expectation", expectation());
}

/// A literal, or a map with exactly one of these keys.
fn matcher() -> Value {
    let only_true = || json!({ "anyOf": [{ "const": true }, column()] });
    let pair = json!({ "type": "array", "items": text(), "minItems": 2, "maxItems": 2 });
    let mut conditions = object(
        "a condition",
        &[],
        vec![
            ("present", only_true()),
            ("absent", only_true()),
            ("matches", text()),
            ("contains", text()),
            ("not", reference("matcher")),
            ("one_of", reference("texts")),
            ("at_most", text()),
            ("at_least", text()),
            ("between", pair),
        ],
    );
    if let Value::Object(conditions) = &mut conditions {
        conditions.insert("type".to_owned(), json!("object"));
        conditions.insert("minProperties".to_owned(), json!(1));
        conditions.insert("maxProperties".to_owned(), json!(1));
    }
    json!({ "anyOf": [text(), conditions] })
}

/// One time word, and one check beside `at` and `by`.
fn expectation() -> Value {
    let invariant =
        vec![("invariant", word(INVARIANTS)), ("object", text()), ("key", reference("texts"))];
    let metric = vec![("name", text()), ("value", reference("matcher"))];
    let mut expectation = object(
        "one time word and one check",
        &["at"],
        vec![
            ("at", text()),
            ("by", text()),
            ("throughout", object("holds after every change", &["invariant", "object"], invariant)),
            ("record", record()),
            ("explain", explain()),
            ("calls", calls()),
            ("metric", object("a figure of the run", &["name", "value"], metric)),
            ("rep_view", reference("matchers")),
            ("visitor_view", reference("matchers")),
            ("account_view", reference("matchers")),
            ("list_view", reference("matchers")),
            ("playback", reference("matchers")),
            ("search", search()),
            ("neighbour", super::neighbours::check()),
        ],
    );
    if let Value::Object(expectation) = &mut expectation {
        expectation.remove("required");
        expectation.insert(
            "oneOf".to_owned(),
            json!([
                { "required": ["at"], "minProperties": 2, "maxProperties": 2 },
                { "required": ["by"], "minProperties": 2, "maxProperties": 2 },
                { "required": ["throughout"], "maxProperties": 1 },
            ]),
        );
    }
    expectation
}

fn record() -> Value {
    object(
        "how many records agree, and what they look like",
        &["object"],
        vec![
            ("object", text()),
            ("where", reference("matchers")),
            ("count", reference("matcher")),
            ("as", text()),
            ("fields", reference("matchers")),
            ("deleted", reference("flag")),
        ],
    )
}

fn search() -> Value {
    object(
        "how many records a search of the org finds",
        &["find", "returning"],
        vec![
            ("find", text()),
            ("in", word(SEARCH_GROUPS)),
            ("returning", text()),
            ("rows", reference("matcher")),
        ],
    )
}

fn explain() -> Value {
    object(
        "what the engine decided, and why",
        &["subject"],
        vec![
            ("subject", text()),
            ("action", word(ACTIONS)),
            ("outcome", word(OUTCOMES)),
            ("owner", reference("matcher")),
            ("matched", reference("matcher")),
            ("passed_over", reference("fields")),
            ("reasons", reference("texts")),
            ("not", reference("texts")),
            ("withheld", reference("texts")),
        ],
    )
}

fn calls() -> Value {
    object(
        "how many calls the org saw",
        &[],
        vec![
            ("to", text()),
            ("operation", word(CALL_OPERATIONS)),
            ("object", text()),
            ("outcome", word(CALL_OUTCOMES)),
            ("code", reference("matcher")),
            ("header", reference("matchers")),
            ("sends", reference("texts")),
            ("sends_not", reference("texts")),
            ("values", reference("matchers")),
            ("count", reference("matcher")),
            ("exchanges", reference("flag")),
        ],
    )
}
