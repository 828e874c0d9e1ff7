//! A map whose keys are asked for one by one; what nobody asked for is an error with a hint.

use crate::ast::{Fields, Pair};
use crate::decode::Decoder;
use crate::diagnostic::{Diagnostic, code};
use crate::hint::hint;
use crate::source::{Place, Span, Text};
use crate::tree::{Node, NodeKind, Scalar};

/// A map that is being read.
pub(crate) struct Map<'n> {
    entries: Vec<(&'n Scalar, &'n Node, bool)>,
    asked: Vec<&'static str>,
    pub(crate) span: Span,
    /// What it is, for messages: "a user".
    what: &'static str,
}

impl<'n> Map<'n> {
    /// The node as a map; nothing at all counts as an empty one.
    pub(crate) fn of(node: &'n Node, what: &'static str, d: &mut Decoder<'_>) -> Option<Map<'n>> {
        let entries = match &node.kind {
            NodeKind::Map(entries) => {
                entries.iter().map(|(key, value)| (key, value, false)).collect()
            }
            NodeKind::Scalar(scalar) if scalar.is_null() => Vec::new(),
            _ => {
                d.shape(
                    node,
                    &format!("{what} (a map)"),
                    "write a map: `key: value` lines, or `{ key: value }`",
                );
                return None;
            }
        };
        Some(Map { entries, asked: Vec::new(), span: node.span, what })
    }

    /// The place of the whole map.
    pub(crate) fn place(&self) -> Place {
        Place(self.span)
    }

    /// The value of a key, which may be absent.
    pub(crate) fn take(&mut self, key: &'static str) -> Option<&'n Node> {
        self.asked.push(key);
        let entry = self.entries.iter_mut().find(|(name, _, _)| name.text == key)?;
        entry.2 = true;
        Some(entry.1)
    }

    /// Whether the key is there.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.entries.iter().any(|(name, _, _)| name.text == key)
    }

    /// The value of a key that must be there.
    pub(crate) fn require(&mut self, key: &'static str, d: &mut Decoder<'_>) -> Option<&'n Node> {
        let found = self.take(key);
        if found.is_none() {
            d.error(
                code::MISSING_KEY,
                self.head(),
                format!("{} needs `{key}`", self.what),
                format!("add `{key}:` and its value"),
            );
        }
        found
    }

    /// Its first line is enough to point at.
    fn head(&self) -> Span {
        let end = self.entries.first().map_or(self.span.end, |(key, _, _)| key.text.span.end);
        Span { end: end.max(self.span.start), ..self.span }
    }

    /// A text that may be absent.
    pub(crate) fn text(&mut self, key: &'static str, d: &mut Decoder<'_>) -> Option<Text> {
        self.take(key).and_then(|node| d.text(node))
    }

    /// A text that must be there; empty if it is not.
    pub(crate) fn required_text(&mut self, key: &'static str, d: &mut Decoder<'_>) -> Text {
        self.require(key, d).and_then(|node| d.text(node)).unwrap_or_default()
    }

    /// A list of texts that may be absent.
    pub(crate) fn texts(&mut self, key: &'static str, d: &mut Decoder<'_>) -> Vec<Text> {
        self.take(key).map(|node| d.texts(node)).unwrap_or_default()
    }

    /// `true` or `false`.
    pub(crate) fn flag(&mut self, key: &'static str, default: bool, d: &mut Decoder<'_>) -> bool {
        self.take(key).and_then(|node| d.flag(node)).unwrap_or(default)
    }

    /// A duration that is not negative.
    pub(crate) fn duration(&mut self, key: &'static str, d: &mut Decoder<'_>) -> Option<i64> {
        self.take(key).and_then(|node| d.duration(node))
    }

    /// A whole number.
    pub(crate) fn number<T: TryFrom<u64>>(
        &mut self,
        key: &'static str,
        d: &mut Decoder<'_>,
    ) -> Option<T> {
        self.take(key).and_then(|node| d.number(node))
    }

    /// Names with single values.
    pub(crate) fn fields(&mut self, key: &'static str, d: &mut Decoder<'_>) -> Fields {
        self.take(key).map(|node| d.fields(node)).unwrap_or_default()
    }

    /// All remaining keys, each with its value.
    pub(crate) fn rest(&mut self) -> Vec<(&'n Scalar, &'n Node)> {
        let rest = self.entries.iter_mut().filter(|(_, _, used)| !used);
        rest.map(|entry| {
            entry.2 = true;
            (entry.0, entry.1)
        })
        .collect()
    }

    /// Reports the keys that nobody asked for.
    pub(crate) fn finish(self, d: &mut Decoder<'_>) {
        for (key, _, _) in self.entries.iter().filter(|(_, _, used)| !used) {
            let message = format!("{} has no key `{}`", self.what, key.text);
            let offered = self.asked.iter().filter(|asked| !self.has(asked)).copied();
            let help = if key.text == "<<" {
                Some(
                    "merge keys are not part of YAML 1.2; share worlds and engines with `use:`"
                        .to_owned(),
                )
            } else {
                hint(&key.text, offered)
            };
            d.out.push(
                Diagnostic::error(code::UNKNOWN_KEY, key.text.span, message)
                    .help("remove the key")
                    .maybe_help(help),
            );
        }
    }
}

impl Decoder<'_> {
    /// A map of names to single values.
    pub(crate) fn fields(&mut self, node: &Node) -> Vec<Pair> {
        let Some(mut map) = Map::of(node, "a map of names and values", self) else {
            return Vec::new();
        };
        let mut pairs = Vec::new();
        for (key, value) in map.rest() {
            let value = self.text(value).unwrap_or_default();
            pairs.push((key.text.clone(), value));
        }
        pairs
    }

    /// The items of a list.
    pub(crate) fn list<'n>(&mut self, node: &'n Node, wanted: &str) -> &'n [Node] {
        match &node.kind {
            NodeKind::List(items) => items,
            NodeKind::Scalar(scalar) if scalar.is_null() => &[],
            _ => {
                self.shape(node, wanted, "write a list: `- value` lines, or `[value, value]`");
                &[]
            }
        }
    }

    /// A map of names to things, each read by `read`.
    pub(crate) fn named<T>(
        &mut self,
        node: Option<&Node>,
        what: &'static str,
        read: impl Fn(&mut Self, Text, &Node) -> Option<T>,
    ) -> Vec<T> {
        let Some(mut map) = node.and_then(|node| Map::of(node, what, self)) else {
            return Vec::new();
        };
        map.rest()
            .into_iter()
            .filter_map(|(key, value)| read(self, key.text.clone(), value))
            .collect()
    }
}
