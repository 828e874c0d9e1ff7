//! What is wrong with a scenario that only its world shows: gathered, so that all of it is said at once.

use scenarios::{Diagnostic, Severity, Span};

/// The code of every problem that lowering finds.
const CODE: &str = "E700";

/// Problems found so far.
#[derive(Debug, Default)]
pub(crate) struct Problems {
    found: Vec<Diagnostic>,
    /// Stands for the place of what the file does not say.
    home: Span,
}

impl Problems {
    /// None yet; what is missing from the file is told at `home`.
    pub(crate) fn at_home(home: Span) -> Self {
        Self { found: Vec::new(), home }
    }

    /// Notes a problem at a place, and what to do about it.
    pub(crate) fn add(&mut self, at: Span, message: impl Into<String>, help: impl Into<String>) {
        let at = if at.is_empty() { self.home } else { at };
        let labels = if at.is_empty() { Vec::new() } else { vec![(at, String::new())] };
        self.found.push(Diagnostic {
            code: CODE,
            severity: Severity::Error,
            message: message.into(),
            labels,
            help: Some(help.into()),
            requirements: &[],
        });
    }

    /// The value, unless there is a problem.
    pub(crate) fn or<T>(self, value: T) -> Result<T, Vec<Diagnostic>> {
        if self.found.is_empty() { Ok(value) } else { Err(self.found) }
    }

    /// All of them.
    pub(crate) fn into_found(self) -> Vec<Diagnostic> {
        self.found
    }
}
