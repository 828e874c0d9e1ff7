//! Single values: texts stay texts, everything else says what it should have been.

use crate::ast::Moment;
use crate::decode::Decoder;
use crate::diagnostic::{Diagnostic, code};
use crate::hint::hint;
use crate::source::Text;
use crate::time::{parse_instant, parse_offset};
use crate::tree::{Node, NodeKind, Scalar};
use crate::words::Words;

impl Decoder<'_> {
    /// The scalar of a node.
    pub(crate) fn scalar<'n>(&mut self, node: &'n Node, wanted: &str) -> Option<&'n Scalar> {
        if let NodeKind::Scalar(scalar) = &node.kind {
            return Some(scalar);
        }
        self.shape(node, wanted, "write one value, without brackets and keys");
        None
    }

    /// A text as written. A bare `null` could mean two things, so it means neither; a value that is left out is the empty text.
    pub(crate) fn text(&mut self, node: &Node) -> Option<Text> {
        let scalar = self.scalar(node, "a single value")?;
        if scalar.is_null() && !scalar.text.is_empty() {
            let word = &scalar.text;
            let message = format!("it is not clear whether `{word}` is a text or nothing");
            let help = format!("write '' for a blank value, or '{word}' in quotes for the text");
            self.out.push(Diagnostic::error(code::AMBIGUOUS_NULL, node.span, message).help(help));
            return None;
        }
        Some(scalar.text.clone())
    }

    /// A text, or nothing if the value is `null`, `~` or left out.
    pub(crate) fn text_or_null(&mut self, node: &Node) -> Option<Text> {
        let scalar = self.scalar(node, "a single value")?;
        (!scalar.is_null()).then(|| scalar.text.clone())
    }

    /// A list of texts; a single text counts as a list of one.
    pub(crate) fn texts(&mut self, node: &Node) -> Vec<Text> {
        if let NodeKind::Scalar(scalar) = &node.kind
            && !scalar.is_null()
        {
            return self.text(node).into_iter().collect();
        }
        self.list(node, "a list of values").iter().filter_map(|item| self.text(item)).collect()
    }

    fn value_error<T>(&mut self, scalar: &Scalar, wanted: &str, help: &str) -> Option<T> {
        let message = format!("`{}` is not {wanted}", scalar.text);
        self.error(code::VALUE, scalar.text.span, message, help);
        None
    }

    /// `true` or `false`.
    pub(crate) fn flag(&mut self, node: &Node) -> Option<bool> {
        let scalar = self.scalar(node, "`true` or `false`")?;
        match (&*scalar.text.text, scalar.plain) {
            ("true", true) => Some(true),
            ("false", true) => Some(false),
            _ => self.value_error(
                scalar,
                "`true` or `false`",
                "write `true` or `false`, without quotes",
            ),
        }
    }

    /// A whole number that is not negative.
    pub(crate) fn number<T: TryFrom<u64>>(&mut self, node: &Node) -> Option<T> {
        let scalar = self.scalar(node, "a whole number")?;
        let digits: String = scalar.text.chars().filter(|c| *c != '_').collect();
        let wild = !digits.chars().all(|c| c.is_ascii_digit()) || scalar.text.starts_with('_');
        let number = if wild {
            None
        } else {
            digits.parse::<u64>().ok().and_then(|number| T::try_from(number).ok())
        };
        number.or_else(|| {
            self.value_error(
                scalar,
                "a whole number that fits here",
                "write digits without sign or unit",
            )
        })
    }

    /// A duration that is not negative, in milliseconds.
    pub(crate) fn duration(&mut self, node: &Node) -> Option<i64> {
        let scalar = self.scalar(node, "a duration")?;
        let help = "write a number and a unit: `500ms`, `2m40s`, `1h`, `3d`";
        parse_offset(&scalar.text)
            .filter(|ms| *ms >= 0)
            .or_else(|| self.value_error(scalar, "a duration", help))
    }

    /// An offset (perhaps negative) or an instant.
    pub(crate) fn moment(&mut self, node: &Node) -> Option<Moment> {
        let scalar = self.scalar(node, "a time")?;
        let offset = parse_offset(&scalar.text).map(Moment::Offset);
        let help =
            "write an offset from the start (`2m40s`), or an instant (`2026-03-04T10:00:00-08:00`)";
        offset
            .or_else(|| parse_instant(&scalar.text).map(Moment::Instant))
            .or_else(|| self.value_error(scalar, "a time", help))
    }

    /// A time as an offset from `clock.starts`, in milliseconds.
    pub(crate) fn offset(&mut self, node: &Node) -> Option<i64> {
        match self.moment(node)? {
            Moment::Offset(offset) => Some(offset),
            Moment::Instant(instant) => {
                Some(instant.saturating_sub(self.starts.unwrap_or(instant)))
            }
        }
    }

    /// One of a closed list of words.
    pub(crate) fn word<T: Copy>(&mut self, node: &Node, words: &Words<T>) -> Option<T> {
        let names = || words.iter().map(|(name, _)| *name);
        let listed: Vec<String> = names().map(|name| format!("`{name}`")).collect();
        let scalar = self.scalar(node, &format!("one of {}", listed.join(", ")))?;
        let found =
            words.iter().find(|(name, _)| scalar.text == *name).map(|(_, meaning)| *meaning);
        if found.is_none() {
            let message = format!("`{}` is none of {}", scalar.text, listed.join(", "));
            let help = hint(&scalar.text, names()).filter(|help| help.starts_with("did"));
            self.out.push(
                Diagnostic::error(code::VALUE, scalar.text.span, message)
                    .help("write one of them")
                    .maybe_help(help),
            );
        }
        found
    }
}
