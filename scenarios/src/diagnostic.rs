//! What is wrong with a file: a code, a place, a hint.

use crate::source::Span;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Nothing runs.
    Error,
    /// Worth a look.
    Warning,
}

/// Something wrong with a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// `E001`…
    pub code: &'static str,
    /// How bad.
    pub severity: Severity,
    /// What, in one line.
    pub message: String,
    /// Where: the first label is the place, the others are context.
    pub labels: Vec<(Span, String)>,
    /// What to do.
    pub help: Option<String>,
}
