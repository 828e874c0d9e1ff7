//! Why a control call does nothing: what, where, and what to do.

use serde::Serialize;

use crate::{
    SeedError, clock::SteerError, fault::SpecError, org::ImportError, schema::SchemaError,
};

/// What kind of refusal it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Problem {
    /// The call contradicts itself or its limits.
    Invalid,
    /// The caller may not make control calls.
    Forbidden,
    /// Nothing has that name.
    NotFound,
    /// The path has no such method.
    MethodNotAllowed,
    /// It contradicts what is there.
    Conflict,
    /// It is more than the mock keeps or takes.
    TooLarge,
}

/// Why a control call does nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("{message}: {hint}")]
pub struct ControlError {
    /// What kind of refusal it is.
    pub problem: Problem,
    /// What is wrong, and where.
    pub message: String,
    /// What to do.
    pub hint: String,
}

impl ControlError {
    pub(crate) fn new(
        problem: Problem,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) -> Self {
        Self { problem, message: message.into(), hint: hint.into() }
    }

    pub(crate) fn invalid(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::new(Problem::Invalid, message, hint)
    }

    pub(crate) fn not_found(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::new(Problem::NotFound, message, hint)
    }

    pub(crate) fn conflict(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::new(Problem::Conflict, message, hint)
    }

    pub(crate) fn too_large(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::new(Problem::TooLarge, message, hint)
    }

    /// A message that ends with what to do behind its last colon.
    fn told(problem: Problem, text: &str) -> Self {
        let (message, hint) = text.rsplit_once(": ").unwrap_or((text, "correct it, and ask again"));
        Self::new(problem, message, hint)
    }
}

impl From<SpecError> for ControlError {
    fn from(error: SpecError) -> Self {
        Self::told(Problem::Invalid, &error.to_string())
    }
}

impl From<SteerError> for ControlError {
    fn from(error: SteerError) -> Self {
        let problem =
            if error == SteerError::Driven { Problem::Conflict } else { Problem::Invalid };
        Self::told(problem, &error.to_string())
    }
}

impl From<SeedError> for ControlError {
    fn from(error: SeedError) -> Self {
        Self::told(Problem::Invalid, &error.to_string())
    }
}

impl From<SchemaError> for ControlError {
    fn from(error: SchemaError) -> Self {
        Self::told(Problem::Invalid, &error.to_string())
    }
}

impl From<ImportError> for ControlError {
    fn from(error: ImportError) -> Self {
        Self::told(Problem::Invalid, &error.to_string())
    }
}
