//! What do `result.json` and a journal line look like, to a program? Their JSON Schemas, made from the model.
//!
//! The same texts are shipped in `reports/schema/`; a test keeps them current.

use crate::model::{JournalLine, RunResult};
use schemars::{JsonSchema, generate::SchemaSettings};

/// The JSON Schema of `result.json`.
pub fn result_schema() -> String {
    schema::<RunResult>()
}

/// The JSON Schema of one journal line.
pub fn journal_schema() -> String {
    schema::<JournalLine>()
}

fn schema<T: JsonSchema>() -> String {
    let schema = SchemaSettings::draft07().into_generator().into_root_schema_for::<T>();
    let mut text = serde_json::to_string_pretty(&schema).expect("a schema is JSON");
    text.push('\n');
    text
}
