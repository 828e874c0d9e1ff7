//! The scenario language: files, diagnostics, expectations and invariants.
//!
//! A leaf: it knows neither engine nor mock, and reads nothing from disk. `FORMAT.md` beside this crate is the manual of the format.
#![forbid(unsafe_code)]

pub mod ast;
pub mod blind;
mod cases;
pub mod catalogue;
mod check;
mod columns;
mod compare;
mod decode;
pub mod diagnostic;
pub mod email;
mod expect;
mod filter;
mod finding;
mod glob;
mod hint;
mod history;
mod invariant;
mod judge;
pub mod lint;
mod load;
mod notes;
mod observation;
mod packs;
pub mod provoke;
mod render;
mod schema;
mod source;
pub mod time;
mod tree;
mod twins;
mod unparse;
mod vocabulary;
mod words;

pub use cases::MAX_CASES;
pub use check::{api_name, check};
pub use diagnostic::{Diagnostic, Severity};
pub use filter::Filter;
pub use finding::{Finding, HoldVerdict, Judgement, Why};
pub use invariant::INVARIANTS;
pub use judge::judge;
pub use load::{Loaded, load, load_text};
pub use observation::*;
pub use packs::MAX_PACKS;
pub use render::{render_json, render_terminal};
pub use schema::schema_json;
pub use source::{
    FileId, Location, NotUtf8, Place, SourceError, SourceFile, SourceMap, Sources, Span, Text,
    text_of,
};
pub use tree::{MAX_ALIAS_NODES, MAX_DEPTH, MAX_NODES};
pub use unparse::unparse;
pub use vocabulary::{
    FaultWord, FieldWord, FormulaProblem, SettingValues, SettingWord, View, Vocabulary, names_field,
};

/// The largest file that is read, in bytes: a saved world of ten thousand visitors has about ten million.
pub const MAX_FILE_BYTES: usize = 32 * 1024 * 1024;
