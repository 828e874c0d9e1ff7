//! The scenario language: files, diagnostics, expectations and invariants.
//!
//! A leaf: it knows neither engine nor mock, and reads nothing from disk. `FORMAT.md` beside this crate is the manual of the format.
#![forbid(unsafe_code)]

pub mod ast;
mod diagnostic;
mod finding;
mod observation;
mod source;
mod vocabulary;

pub use diagnostic::{Diagnostic, Severity};
pub use finding::{Finding, HoldVerdict, Judgement, Why};
pub use observation::*;
pub use source::{
    FileId, Location, Place, SourceError, SourceFile, SourceMap, Sources, Span, Text,
};
pub use vocabulary::{FieldWord, FormulaProblem, SettingValues, SettingWord, View, Vocabulary};

/// The largest file that is read, in bytes.
pub const MAX_FILE_BYTES: usize = 8 * 1024 * 1024;
