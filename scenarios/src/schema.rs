//! The JSON Schema of the format (draft-07), for editors.
//!
//! Built from the same word tables that the decoder reads. It is looser than the loader: a `${column}` may stand for any single value, and names, times and
//! formulas are plain texts to it. `schema/scenario.v1.json` is this text.

mod engine;
mod expect;
mod liaison;
mod messenger;
mod neighbours;
mod packages;
mod signals;
mod timeline;
mod world;

use crate::words::Words;
use serde_json::{Map, Value, json};

/// The schema as pretty JSON with a final newline.
pub fn schema_json() -> String {
    let mut definitions = Map::new();
    definitions
        .insert("text".to_owned(), json!({ "type": ["string", "number", "boolean", "null"] }));
    definitions.insert(
        "texts".to_owned(),
        json!({ "anyOf": [text(), { "type": "array", "items": text() }] }),
    );
    definitions.insert(
        "whole".to_owned(),
        json!({ "anyOf": [{ "type": "integer", "minimum": 0 }, column()] }),
    );
    definitions.insert("flag".to_owned(), json!({ "anyOf": [{ "type": "boolean" }, column()] }));
    let duration = r"^[-+]?([0-9]+(ms|[dhms]))+$|\$\{";
    definitions.insert("duration".to_owned(), json!({ "type": "string", "pattern": duration }));
    definitions.insert(
        "fields".to_owned(),
        json!({ "type": ["object", "null"], "additionalProperties": text() }),
    );
    world::define(&mut definitions);
    engine::define(&mut definitions);
    timeline::define(&mut definitions);
    expect::define(&mut definitions);
    let mut root = object(
        "a scenario: the world, the engine, what happens, and what must be true",
        &["format", "scenario", "title", "requirements", "clock"],
        vec![
            ("format", json!({ "const": crate::ast::FORMAT })),
            ("scenario", json!({ "type": "string", "pattern": "^[a-z0-9-]+(/[a-z0-9-]+)*$" })),
            ("title", text()),
            ("about", text()),
            ("requirements", json!({ "type": "array", "items": text() })),
            ("tags", reference("texts")),
            ("seed", reference("whole")),
            ("schedule_seed", reference("whole")),
            ("clock", reference("clock")),
            ("use", reference("texts")),
            ("cases", cases()),
            ("world", reference("world")),
            ("engine", reference("engine")),
            ("timeline", json!({ "type": ["array", "null"], "items": reference("line") })),
            ("expect", json!({ "type": ["array", "null"], "items": reference("expectation") })),
            (
                "hold",
                json!({ "type": ["object", "null"], "additionalProperties": reference("matcher") }),
            ),
        ],
    );
    definitions.insert("clock".to_owned(), clock());
    if let Value::Object(root) = &mut root {
        root.insert("$schema".to_owned(), json!("http://json-schema.org/draft-07/schema#"));
        root.insert("title".to_owned(), json!("leadsim scenario, format 1"));
        root.insert("definitions".to_owned(), Value::Object(definitions));
    }
    let text = serde_json::to_string_pretty(&root).expect("maps with text keys are always JSON");
    text + "\n"
}

fn clock() -> Value {
    let keys = vec![("starts", text()), ("until", text()), ("latency", reference("duration"))];
    object("when it starts (an instant with its UTC offset) and ends", &["starts"], keys)
}

fn cases() -> Value {
    json!({
        "description": "the scenario runs once per row; ${column} stands for the row's value",
        "type": "array",
        "minItems": 1,
        "maxItems": crate::MAX_CASES,
        "items": { "type": "object", "required": ["case"], "additionalProperties": text() },
    })
}

/// A map with these keys and no others.
fn object(description: &str, required: &[&str], keys: Vec<(&str, Value)>) -> Value {
    let properties: Map<String, Value> =
        keys.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
    let mut out = json!({ "description": description, "type": "object" });
    if required.is_empty() {
        out = json!({ "description": description, "type": ["object", "null"] });
    }
    if let Value::Object(out) = &mut out {
        if !required.is_empty() {
            out.insert("required".to_owned(), json!(required));
        }
        out.insert("properties".to_owned(), Value::Object(properties));
        out.insert("additionalProperties".to_owned(), json!(false));
    }
    out
}

/// A map of names to things of one kind.
fn named(of: &Value) -> Value {
    json!({ "type": ["object", "null"], "additionalProperties": of })
}

fn list(of: &Value) -> Value {
    json!({ "type": ["array", "null"], "items": of })
}

fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/definitions/{name}") })
}

fn text() -> Value {
    reference("text")
}

/// A value that a row of `cases:` fills in.
fn column() -> Value {
    json!({ "type": "string", "pattern": r"\$\{" })
}

/// One of the words of a table.
fn word<T>(words: &Words<T>) -> Value {
    let names: Vec<&str> = words.iter().map(|(name, _)| *name).collect();
    json!({ "anyOf": [{ "enum": names }, column()] })
}
