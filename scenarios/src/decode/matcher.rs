//! A literal or a matcher: a one-key map.

use crate::ast::Matcher;
use crate::decode::{Decoder, Map};
use crate::diagnostic::{Diagnostic, code};
use crate::hint::hint;
use crate::source::{Place, Text};
use crate::tree::{Node, NodeKind, Scalar};

/// Every matcher.
pub(crate) const MATCHERS: [&str; 9] =
    ["present", "absent", "matches", "contains", "not", "one_of", "at_most", "at_least", "between"];

impl Decoder<'_> {
    /// A value: a literal or a matcher.
    pub(crate) fn matcher(&mut self, node: &Node) -> Option<Matcher> {
        match &node.kind {
            NodeKind::Scalar(_) => self.text(node).map(Matcher::Is),
            NodeKind::List(_) => {
                let message =
                    "a list is no value; write `{ one_of: [ … ] }` if any of them will do";
                self.error(code::SHAPE, node.span, message, "write `{ one_of: [a, b] }`");
                None
            }
            NodeKind::Map(entries) => self.one_key(node, entries),
        }
    }

    fn one_key(&mut self, node: &Node, entries: &[(Scalar, Node)]) -> Option<Matcher> {
        let [(word, value)] = entries else {
            let message = format!("a matcher has exactly one key; this has {}", entries.len());
            let help = "for a range write `{ between: [a, b] }`";
            self.out.push(Diagnostic::error(code::EXACTLY_ONE, node.span, message).help(help));
            return None;
        };
        match word.text.as_str() {
            "present" => self.only_true(value, Matcher::Present(Place(node.span))),
            "absent" => self.only_true(value, Matcher::Absent(Place(node.span))),
            "matches" => self.text(value).map(Matcher::Matches),
            "contains" => self.text(value).map(Matcher::Contains),
            "not" => self.matcher(value).map(|matcher| Matcher::Not(Box::new(matcher))),
            "one_of" => Some(Matcher::OneOf(self.choices(value))),
            "at_most" => self.text(value).map(Matcher::AtMost),
            "at_least" => self.text(value).map(Matcher::AtLeast),
            "between" => self.between(value),
            other => {
                let message = format!("there is no matcher `{other}`");
                let found = Diagnostic::error(code::UNKNOWN_WORD, word.text.span, message);
                self.out.push(found.maybe_help(hint(other, MATCHERS)));
                None
            }
        }
    }

    fn choices(&mut self, node: &Node) -> Vec<Text> {
        let says_nothing = match &node.kind {
            NodeKind::List(items) => items.is_empty(),
            NodeKind::Scalar(scalar) => scalar.is_null(),
            NodeKind::Map(_) => false,
        };
        if says_nothing {
            let message = "`one_of` lists nothing, so nothing can be one of it";
            self.error(code::IMPOSSIBLE, node.span, message, "write `{ one_of: [a, b] }`");
        }
        self.texts(node)
    }

    fn between(&mut self, node: &Node) -> Option<Matcher> {
        let bounds = self.texts(node);
        let [low, high] = bounds.as_slice() else {
            self.error(
                code::SHAPE,
                node.span,
                "`between` takes a list of two values",
                "write `{ between: [low, high] }`",
            );
            return None;
        };
        Some(Matcher::Between(low.clone(), high.clone()))
    }

    /// Names with values or matchers.
    pub(crate) fn matchers(&mut self, node: Option<&Node>) -> Vec<(Text, Matcher)> {
        let Some(mut map) = node.and_then(|node| Map::of(node, "a map of names and values", self))
        else {
            return Vec::new();
        };
        let read = |(key, node): (&Scalar, &Node)| Some((key.text.clone(), self.matcher(node)?));
        map.rest().into_iter().filter_map(read).collect()
    }
}
