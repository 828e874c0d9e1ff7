//! What is wrong with a file: a code, a place, a hint.
//!
//! Codes never change their meaning. `E0xx` come from reading a file, `E1xx` from checking the suite; [`code`] lists them
//! all. `W0xx` are warnings about a configuration that works and is not advised, see [`crate::lint`].

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
    /// The requirements that say so, for a warning.
    pub requirements: &'static [&'static str],
}

impl Diagnostic {
    /// An error at a place.
    pub fn error(code: &'static str, span: Span, message: impl Into<String>) -> Diagnostic {
        Diagnostic {
            code,
            severity: Severity::Error,
            message: message.into(),
            labels: vec![(span, String::new())],
            help: None,
            requirements: &[],
        }
    }

    /// A warning at a place: the lint that gives it says its code and its requirements.
    pub fn warning(span: Span, message: impl Into<String>) -> Diagnostic {
        Diagnostic { severity: Severity::Warning, ..Diagnostic::error("", span, message) }
    }

    /// The same with words at the caret.
    #[must_use]
    pub fn label(mut self, words: impl Into<String>) -> Diagnostic {
        if let Some(first) = self.labels.first_mut() {
            first.1 = words.into();
        }
        self
    }

    /// The same with a second place.
    #[must_use]
    pub fn context(mut self, span: Span, words: impl Into<String>) -> Diagnostic {
        self.labels.push((span, words.into()));
        self
    }

    /// The same with what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Diagnostic {
        self.help = Some(help.into());
        self
    }

    /// The same with what to do, if there is something.
    #[must_use]
    pub fn maybe_help(mut self, help: Option<String>) -> Diagnostic {
        self.help = help.or(self.help);
        self
    }

    /// Where it is.
    pub fn span(&self) -> Span {
        self.labels.first().map(|(span, _)| *span).unwrap_or_default()
    }
}

/// The codes.
pub mod code {
    /// The file cannot be read: it is not there, too large or not text.
    pub const UNREADABLE: &str = "E001";
    /// The file says nothing.
    pub const EMPTY: &str = "E002";
    /// The file is not YAML.
    pub const SYNTAX: &str = "E003";
    /// Nesting, aliases or size beyond the limits.
    pub const LIMIT: &str = "E004";
    /// A key stands twice in one map.
    pub const DUPLICATE_KEY: &str = "E005";
    /// A YAML tag.
    pub const TAG: &str = "E006";
    /// More than one document in a file.
    pub const DOCUMENTS: &str = "E007";
    /// `format` is missing or not the one that is understood.
    pub const FORMAT: &str = "E010";
    /// A key that means nothing here.
    pub const UNKNOWN_KEY: &str = "E011";
    /// A key that must be there is not.
    pub const MISSING_KEY: &str = "E012";
    /// A map where a list should be, and the like.
    pub const SHAPE: &str = "E013";
    /// A value that cannot be read as what it should be.
    pub const VALUE: &str = "E014";
    /// Not exactly one of several keys.
    pub const EXACTLY_ONE: &str = "E015";
    /// A verb, step, check or matcher that does not exist.
    pub const UNKNOWN_WORD: &str = "E016";
    /// A bare `null` where a text is meant.
    pub const AMBIGUOUS_NULL: &str = "E017";
    /// Keys that contradict each other.
    pub const CONTRADICTION: &str = "E018";
    /// It is not clear which visitor is meant.
    pub const WHICH_VISITOR: &str = "E019";
    /// A `cases:` table that is no table.
    pub const CASES: &str = "E020";
    /// `${column}` without such a column.
    pub const UNKNOWN_COLUMN: &str = "E021";
    /// A column that nothing uses.
    pub const UNUSED_COLUMN: &str = "E022";
    /// A file that is named cannot be had.
    pub const MISSING_FILE: &str = "E023";
    /// Two scenarios have one id.
    pub const DUPLICATE_ID: &str = "E101";
    /// No requirements.
    pub const NO_REQUIREMENTS: &str = "E102";
    /// A requirement that does not exist.
    pub const UNKNOWN_REQUIREMENT: &str = "E103";
    /// A rule that does not exist.
    pub const UNKNOWN_RULE: &str = "E104";
    /// A name that nothing has.
    pub const UNKNOWN_NAME: &str = "E105";
    /// An object that does not exist.
    pub const UNKNOWN_OBJECT: &str = "E106";
    /// A field that does not exist.
    pub const UNKNOWN_FIELD: &str = "E107";
    /// A value that its field cannot hold.
    pub const FIELD_VALUE: &str = "E108";
    /// A setting that does not exist.
    pub const UNKNOWN_SETTING: &str = "E109";
    /// A value that its setting does not take.
    pub const SETTING_VALUE: &str = "E110";
    /// A metric that does not exist.
    pub const UNKNOWN_METRIC: &str = "E111";
    /// An operation that no fault can hit.
    pub const UNKNOWN_OPERATION: &str = "E112";
    /// A fault that has no such name.
    pub const UNKNOWN_FAULT: &str = "E140";
    /// A profile or destination that does not exist.
    pub const UNKNOWN_PROFILE: &str = "E113";
    /// A line before the line above it, or before the start.
    pub const TIME_ORDER: &str = "E114";
    /// A time after the end.
    pub const AFTER_END: &str = "E115";
    /// An `as` that nothing uses.
    pub const UNUSED_ALIAS: &str = "E116";
    /// A condition that nothing can meet.
    pub const IMPOSSIBLE: &str = "E117";
    /// A formula that Salesforce would not take.
    pub const FORMULA: &str = "E118";
    /// Two things have one name.
    pub const DUPLICATE_NAME: &str = "E119";
    /// A time zone that does not exist.
    pub const TIME_ZONE: &str = "E120";
    /// A visitor acts before landing.
    pub const BEFORE_LANDING: &str = "E121";
    /// A filter expression that cannot be read.
    pub const FILTER: &str = "E130";
}
