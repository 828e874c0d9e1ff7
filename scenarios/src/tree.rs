//! YAML text → a tree of maps, lists and scalars in which every scalar keeps its source text and place.
//!
//! Strict: duplicate keys, tags, several documents, keys that are no scalars, and whatever exceeds the limits below are errors. Aliases are expanded
//! here, within a budget, so that a small file cannot become a huge tree. Typing happens later: `no`, `02139` and `1e3` are texts in this tree.

use crate::columns::Mask;
use crate::diagnostic::{Diagnostic, code};
use crate::source::{FileId, Span, Text};
use serde_saphyr::granit_parser::{self, Event, Parser, ScalarStyle};
use std::collections::{BTreeMap, BTreeSet};

/// How deep maps and lists may nest.
pub const MAX_DEPTH: usize = 64;

/// How many nodes the aliases of a file may add.
pub const MAX_ALIAS_NODES: usize = 100_000;

/// How many nodes a file may have.
pub const MAX_NODES: usize = 4_000_000;

/// A map, a list or a scalar.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) kind: NodeKind,
    pub(crate) span: Span,
}

#[derive(Clone, Debug)]
pub(crate) enum NodeKind {
    Scalar(Scalar),
    List(Vec<Node>),
    Map(Vec<(Scalar, Node)>),
}

/// A scalar and whether it is plain (neither quoted nor a block).
#[derive(Clone, Debug)]
pub(crate) struct Scalar {
    pub(crate) text: Text,
    pub(crate) plain: bool,
}

impl Scalar {
    /// Whether it is a plain scalar that YAML reads as nothing.
    pub(crate) fn is_null(&self) -> bool {
        self.plain && matches!(&*self.text.text, "" | "~" | "null" | "Null" | "NULL")
    }
}

impl Node {
    /// What it is, for a person.
    pub(crate) fn shape(&self) -> &'static str {
        match &self.kind {
            NodeKind::Scalar(scalar) if scalar.is_null() => "nothing",
            NodeKind::Scalar(_) => "a single value",
            NodeKind::List(_) => "a list",
            NodeKind::Map(_) => "a map",
        }
    }

    /// The value of a key, if it is a map that has it.
    pub(crate) fn get(&self, key: &str) -> Option<&Node> {
        match &self.kind {
            NodeKind::Map(entries) => {
                entries.iter().find(|(name, _)| name.text == key).map(|(_, node)| node)
            }
            _ => None,
        }
    }
}

/// The tree of a file, or why there is none.
pub(crate) fn parse(file: FileId, text: &str) -> Result<Node, Diagnostic> {
    let masked = Mask::of(text);
    let mut builder = Builder {
        file,
        mask: &masked,
        open: Vec::new(),
        anchors: BTreeMap::new(),
        nodes: 0,
        aliased: 0,
        root: None,
        documents: 0,
    };
    let options = granit_parser::options! {
        flow_nesting_limit: MAX_DEPTH,
        block_nesting_limit: MAX_DEPTH,
        disallow_directives: true,
        emit_comments: false,
    };
    for event in Parser::new_from_str_with_options(&masked.text, options) {
        let (event, span) = event.map_err(|error| syntax_error(file, text, &error))?;
        if let Some(tag) = event.tag() {
            let whole = span.tag_span().unwrap_or(span);
            return Err(tag_error(tag, builder.span(&whole, text.len())));
        }
        let span = builder.span(&span, text.len());
        builder.take(event, span)?;
    }
    builder.root.ok_or_else(|| {
        // Comments at most: the first line of them is as good a place as any.
        let start = text.len() - text.trim_start().len();
        let length = text.trim_start().lines().next().unwrap_or("").len();
        let span = Span::new(file, if length > 0 { start..start + length } else { 0..0 });
        Diagnostic::error(code::EMPTY, span, "the file says nothing")
            .help("write a scenario, or delete the file")
    })
}

/// What the parser says, in our words where a person would not understand it.
fn syntax_error(file: FileId, text: &str, error: &granit_parser::ScanError) -> Diagnostic {
    let start = error.marker().byte_offset().unwrap_or(0).min(text.len());
    let start = (0..=start).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    let end = text
        .get(start..)
        .and_then(|rest| rest.chars().next())
        .map_or(start, |next| start + next.len_utf8());
    let span = Span::new(file, start..end);
    let message = error.kind().to_string();
    let limits = message.contains("nesting")
        || message.contains("recursion")
        || message.contains("too deep");
    if limits {
        return too_deep(span);
    }
    let found = Diagnostic::error(code::SYNTAX, span, format!("this is not YAML: {message}"))
        .help(remedy(&message));
    let line_start = text.get(..start).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
    let line = text.get(line_start..).unwrap_or("").lines().next().unwrap_or("");
    let indent: String = line.chars().take_while(|c| c.is_whitespace()).collect();
    if indent.contains('\t') {
        return found.help("YAML is indented with spaces, not with tabs");
    }
    if line.matches(": ").count() > 1 && !line.contains(['{', '\'', '"']) {
        return found.help("quote a value that contains `: `");
    }
    found
}

/// A map or list that is not closed yet.
struct Open {
    node: Node,
    key: Option<Scalar>,
    keys: BTreeSet<std::sync::Arc<str>>,
    anchor: usize,
    size: usize,
    height: usize,
}

/// A node that can be repeated.
struct Anchored {
    node: Node,
    size: usize,
    height: usize,
}

struct Builder<'m> {
    file: FileId,
    mask: &'m Mask<'m>,
    open: Vec<Open>,
    anchors: BTreeMap<usize, Anchored>,
    nodes: usize,
    aliased: usize,
    root: Option<Node>,
    documents: usize,
}

impl Builder<'_> {
    fn span(&self, span: &granit_parser::Span, limit: usize) -> Span {
        let range = span.byte_range().unwrap_or(0..0);
        Span::new(self.file, range.start.min(limit)..range.end.min(limit))
    }

    fn take(&mut self, event: Event<'_>, span: Span) -> Result<(), Diagnostic> {
        match event {
            Event::DocumentStart(..) => self.document(span),
            Event::Scalar(text, style, anchor, _) => self.scalar(&text, style, anchor, span),
            Event::Alias(id) => self.alias(id, span),
            Event::SequenceStart(_, anchor, _) => {
                self.start(Node { kind: NodeKind::List(Vec::new()), span }, anchor)
            }
            Event::MappingStart(_, anchor, _) => {
                self.start(Node { kind: NodeKind::Map(Vec::new()), span }, anchor)
            }
            Event::SequenceEnd | Event::MappingEnd => {
                self.close(span);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn document(&mut self, span: Span) -> Result<(), Diagnostic> {
        self.documents += 1;
        if self.documents > 1 {
            return Err(Diagnostic::error(code::DOCUMENTS, span, "a file holds one document")
                .help("give every scenario a file of its own"));
        }
        Ok(())
    }

    fn scalar(
        &mut self,
        text: &str,
        style: ScalarStyle,
        anchor: usize,
        span: Span,
    ) -> Result<(), Diagnostic> {
        self.count(1, span)?;
        // A value that is left out comes as `~` from nowhere.
        let left_out = style == ScalarStyle::Plain && span.start == span.end;
        let text = Text::new(if left_out { String::new() } else { self.mask.unmask(text) }, span);
        let scalar = Scalar { text, plain: style == ScalarStyle::Plain };
        if let Some(open) = self.open.last_mut()
            && matches!(open.node.kind, NodeKind::Map(_))
            && open.key.is_none()
        {
            return take_key(open, scalar);
        }
        self.add(Node { kind: NodeKind::Scalar(scalar), span }, anchor, 1, 0);
        Ok(())
    }

    fn alias(&mut self, id: usize, span: Span) -> Result<(), Diagnostic> {
        let Some(anchored) = self.anchors.get(&id) else {
            let message = "the alias stands inside what it repeats";
            return Err(Diagnostic::error(code::LIMIT, span, message).help(
                "write out what it should stand for, or move the anchor to a part without it",
            ));
        };
        let (size, height) = (anchored.size, anchored.height);
        self.aliased = self.aliased.saturating_add(size);
        if self.aliased > MAX_ALIAS_NODES {
            let message =
                format!("the aliases of this file repeat more than {MAX_ALIAS_NODES} values");
            return Err(Diagnostic::error(code::LIMIT, span, message)
                .help("write the values out, or put them into a pack"));
        }
        if self.open.len() + height > MAX_DEPTH {
            return Err(too_deep(span));
        }
        let key_wanted = self
            .open
            .last()
            .is_some_and(|open| matches!(open.node.kind, NodeKind::Map(_)) && open.key.is_none());
        if key_wanted {
            return Err(Diagnostic::error(code::SHAPE, span, "a key cannot be an alias")
                .help("write the key out"));
        }
        let node = anchored.node.clone();
        self.count(size, span)?;
        self.add(node, 0, size, height);
        Ok(())
    }

    fn start(&mut self, node: Node, anchor: usize) -> Result<(), Diagnostic> {
        self.count(1, node.span)?;
        if self.open.len() >= MAX_DEPTH {
            return Err(too_deep(node.span));
        }
        if let Some(open) = self.open.last()
            && matches!(open.node.kind, NodeKind::Map(_))
            && open.key.is_none()
        {
            let message = format!("a key must be a single value, not {}", node.shape());
            let help = "quote the key if it really contains brackets";
            return Err(Diagnostic::error(code::SHAPE, node.span, message).help(help));
        }
        self.open.push(Open { node, key: None, keys: BTreeSet::new(), anchor, size: 1, height: 1 });
        Ok(())
    }

    /// A flow collection ends with its bracket, a block where its last value ends.
    fn close(&mut self, span: Span) {
        if let Some(mut open) = self.open.pop() {
            let bracket = span.end == span.start + 1;
            open.node.span.end = if bracket { span.end } else { last_end(&open.node) };
            self.add(open.node, open.anchor, open.size, open.height);
        }
    }

    /// Puts a finished node where it belongs.
    fn add(&mut self, node: Node, anchor: usize, size: usize, height: usize) {
        if anchor > 0 {
            self.anchors.insert(anchor, Anchored { node: node.clone(), size, height });
        }
        let Some(open) = self.open.last_mut() else {
            self.root.get_or_insert(node);
            return;
        };
        open.size = open.size.saturating_add(size);
        open.height = open.height.max(height + 1);
        match &mut open.node.kind {
            NodeKind::List(items) => items.push(node),
            NodeKind::Map(entries) => {
                if let Some(key) = open.key.take() {
                    entries.push((key, node));
                }
            }
            NodeKind::Scalar(_) => {}
        }
    }

    fn count(&mut self, more: usize, span: Span) -> Result<(), Diagnostic> {
        self.nodes = self.nodes.saturating_add(more);
        if self.nodes > MAX_NODES {
            let message = format!("the file has more than {MAX_NODES} values");
            return Err(Diagnostic::error(code::LIMIT, span, message)
                .help("put its scenarios into several files, or its records into a CSV file"));
        }
        Ok(())
    }
}

fn take_key(open: &mut Open, key: Scalar) -> Result<(), Diagnostic> {
    if !open.keys.insert(key.text.text.clone()) {
        let message = format!("the key `{}` stands twice in one map", key.text);
        let found = Diagnostic::error(code::DUPLICATE_KEY, key.text.span, message)
            .help("remove one of them, or rename it");
        let first = match &open.node.kind {
            NodeKind::Map(entries) => entries.iter().find(|(name, _)| name.text == key.text),
            _ => None,
        };
        return Err(match first {
            Some((name, _)) => found.context(name.text.span, "first here"),
            None => found,
        });
    }
    open.key = Some(key);
    Ok(())
}

fn tag_error(tag: &granit_parser::Tag, span: Span) -> Diagnostic {
    Diagnostic::error(code::TAG, span, format!("YAML tags mean nothing here: `{}`", tag.original()))
        .help("remove the tag; what a value is follows from its place")
}

fn too_deep(span: Span) -> Diagnostic {
    let message = format!("maps and lists nest deeper than {MAX_DEPTH} levels");
    Diagnostic::error(code::LIMIT, span, message)
        .help("no scenario needs that: look for a bracket that is not closed, or lines that are indented too far")
}

/// What to do about something that the parser says.
fn remedy(message: &str) -> &'static str {
    let says = |words: &[&str]| words.iter().any(|word| message.contains(word));
    if says(&["unclosed", "expected ',' or"]) {
        "close the bracket or the quote that opens here, or put a comma between the values"
    } else if says(&["anchor"]) {
        "set the anchor (`&name`) before the alias (`*name`), or quote a value that begins with `*`"
    } else if says(&["directive"]) {
        "remove the line that begins with `%`"
    } else {
        "look at the indentation of this line and the one above it, and quote a value with special characters"
    }
}

/// Where the last thing inside a node ends.
fn last_end(node: &Node) -> usize {
    match &node.kind {
        NodeKind::Scalar(_) => node.span.end,
        NodeKind::List(items) => items.last().map_or(node.span.start, |last| last.span.end),
        NodeKind::Map(entries) => entries.last().map_or(node.span.start, |(_, last)| last.span.end),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};
    use std::fmt::Write;

    fn show(node: &Node, text: &str, out: &mut String, indent: usize) {
        let pad = " ".repeat(indent);
        let source = text.get(node.span.start..node.span.end).unwrap_or("?").replace('\n', "⏎");
        match &node.kind {
            NodeKind::Scalar(scalar) => {
                writeln!(out, "{pad}{:?} from `{source}`", &*scalar.text.text).unwrap();
            }
            NodeKind::List(items) => {
                writeln!(out, "{pad}list from `{source}`").unwrap();
                for item in items {
                    show(item, text, out, indent + 2);
                }
            }
            NodeKind::Map(entries) => {
                writeln!(out, "{pad}map from `{source}`").unwrap();
                for (key, value) in entries {
                    writeln!(out, "{pad}  {}:", key.text).unwrap();
                    show(value, text, out, indent + 4);
                }
            }
        }
    }

    fn check(text: &str, expected: Expect) {
        let out = match parse(FileId(0), text) {
            Ok(node) => {
                let mut out = String::new();
                show(&node, text, &mut out, 0);
                out
            }
            Err(error) => format!(
                "{} {:?} {}\n",
                error.code,
                error.span().start..error.span().end,
                error.message
            ),
        };
        expected.assert_eq(&out);
    }

    #[test]
    fn scalars_keep_their_text_and_place() {
        check(
            "a: [no, 02139, 1e3, 'x''y', \"\\u0041\", ~, ]\nb:\nc: |\n  two\n  lines\nd: { e: 1_000, f: 0x1F }\n",
            expect![[r#"
                map from `a: [no, 02139, 1e3, 'x''y', "\u0041", ~, ]⏎b:⏎c: |⏎  two⏎  lines⏎d: { e: 1_000, f: 0x1F }`
                  a:
                    list from `[no, 02139, 1e3, 'x''y', "\u0041", ~, ]`
                      "no" from `no`
                      "02139" from `02139`
                      "1e3" from `1e3`
                      "x'y" from `'x''y'`
                      "A" from `"\u0041"`
                      "~" from `~`
                  b:
                    "" from ``
                  c:
                    "two\nlines\n" from `two⏎  lines⏎`
                  d:
                    map from `{ e: 1_000, f: 0x1F }`
                      e:
                        "1_000" from `1_000`
                      f:
                        "0x1F" from `0x1F`
            "#]],
        );
    }

    #[test]
    fn a_column_may_stand_unquoted_in_a_flow_map() {
        check(
            "a: { b: ${zip}, c: 'x ${zip}y' }\nd: ${zip}\n",
            expect![[r#"
                map from `a: { b: ${zip}, c: 'x ${zip}y' }⏎d: ${zip}`
                  a:
                    map from `{ b: ${zip}, c: 'x ${zip}y' }`
                      b:
                        "${zip}" from `${zip}`
                      c:
                        "x ${zip}y" from `'x ${zip}y'`
                  d:
                    "${zip}" from `${zip}`
            "#]],
        );
    }

    #[test]
    fn what_is_not_strict_yaml_is_refused() {
        check(
            "a: 1\nb: 2\na: 3\n",
            expect![[r#"
            E005 10..11 the key `a` stands twice in one map
        "#]],
        );
        check(
            "a: !ref x\n",
            expect![[r#"
                E006 3..7 YAML tags mean nothing here: `!ref`
            "#]],
        );
        check(
            "a: 1\n---\nb: 2\n",
            expect![[r#"
            E007 5..8 a file holds one document
        "#]],
        );
        check(
            "\ta: 1\n",
            expect![[r#"
                map from `a: 1`
                  a:
                    "1" from `1`
            "#]],
        );
    }

    #[test]
    fn what_is_not_yaml_is_refused() {
        check(
            "a: b: c\n",
            expect![[r#"
            E003 4..5 this is not YAML: mapping values are not allowed in this context
        "#]],
        );
        check(
            "a: [1, 2\n",
            expect![[r#"
            E003 3..4 this is not YAML: unclosed bracket '['
        "#]],
        );
        check(
            "? [a]\n: b\n",
            expect![[r#"
            E013 2..3 a key must be a single value, not a list
        "#]],
        );
        check(
            "a: *nobody\n",
            expect![[r#"
            E003 3..4 this is not YAML: while parsing node, found unknown anchor
        "#]],
        );
        check(
            "",
            expect![[r#"
            E002 0..0 the file says nothing
        "#]],
        );
        check(
            "# only a comment\n",
            expect![[r#"
                E002 0..16 the file says nothing
            "#]],
        );
        check(
            "a: &x [*x]\n",
            expect![[r#"
            E004 7..9 the alias stands inside what it repeats
        "#]],
        );
        check(
            "%YAML 1.2\n---\na: 1\n",
            expect![[r#"
            E003 0..1 this is not YAML: YAML directives are disallowed
        "#]],
        );
    }

    #[test]
    fn nesting_and_repeating_have_limits() {
        check(
            &"[".repeat(500),
            expect![[r#"
            E004 64..65 maps and lists nest deeper than 64 levels
        "#]],
        );
        check(
            &(0..200).fold(String::new(), |text, depth| text + &" ".repeat(depth) + "a:\n"),
            expect![[r#"
            E004 2272..2273 maps and lists nest deeper than 64 levels
        "#]],
        );
        let mut laughs = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
        for n in 1..12 {
            let alias = vec![format!("*a{}", n - 1); 10].join(", ");
            writeln!(laughs, "a{n}: &a{n} [{alias}]").unwrap();
        }
        check(
            &laughs,
            expect![[r#"
            E004 260..263 the aliases of this file repeat more than 100000 values
        "#]],
        );
    }

    #[test]
    fn a_byte_order_mark_does_not_move_places() {
        check(
            "\u{feff}a: b\n",
            expect![[r#"
                map from `a: b`
                  a:
                    "b" from `b`
            "#]],
        );
    }
}
