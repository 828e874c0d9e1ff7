//! The little YAML that `unparse` writes.

use crate::source::Text;

/// A text as a scalar that is read back as the same text, in a block and in `{ }` alike.
pub(super) fn text(text: &str) -> String {
    if is_plain(text) {
        return text.to_owned();
    }
    if text.chars().any(needs_escape) {
        return escaped(text);
    }
    format!("'{}'", text.replace('\'', "''"))
}

/// Whether a text can stand without quotes everywhere.
fn is_plain(text: &str) -> bool {
    let null = matches!(text, "" | "~" | "null" | "Null" | "NULL");
    let start =
        text.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '/' | '_' | '.' | '+' | '('));
    let rest = text.chars().all(|c| c.is_alphanumeric() || " /_.+@()-:*?=;<>!%^~\\".contains(c));
    let edges = !text.ends_with(|c: char| c.is_whitespace() || c == ':');
    let documents = text.starts_with("...") || text.starts_with("---");
    !null && start && rest && edges && !text.contains(": ") && !text.contains(" #") && !documents
}

fn needs_escape(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{85}' | '\u{2028}' | '\u{2029}' | '\u{feff}')
        || (c as u32) >= 0xfffe
}

fn escaped(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            c if needs_escape(c) => out.extend(["\\U", &format!("{:08x}", c as u32)]),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// A list of texts in `[ ]`.
pub(super) fn texts(texts: &[Text]) -> String {
    list(texts.iter().map(|item| text(item)))
}

/// A list in `[ ]`.
pub(super) fn list(items: impl Iterator<Item = String>) -> String {
    let items: Vec<String> = items.collect();
    format!("[{}]", items.join(", "))
}

/// Names with texts in `{ }`.
pub(super) fn pairs(pairs: &[(Text, Text)]) -> String {
    let mut flow = Flow::new();
    for (name, value) in pairs {
        flow.entry(name, text(value));
    }
    flow.finish()
}

/// A map in `{ }`.
#[derive(Default)]
pub(super) struct Flow {
    entries: Vec<String>,
}

impl Flow {
    pub(super) fn new() -> Flow {
        Flow::default()
    }

    /// A key and a value that is written already.
    pub(super) fn entry(&mut self, key: &str, value: impl Into<String>) {
        self.entries.push(format!("{}: {}", text(key), value.into()));
    }

    /// A key and a text.
    pub(super) fn text(&mut self, key: &str, value: &str) {
        self.entry(key, text(value));
    }

    /// A key and a text that may be absent.
    pub(super) fn optional(&mut self, key: &str, value: Option<&Text>) {
        if let Some(value) = value {
            self.text(key, value);
        }
    }

    /// A key and a list that is left out if it is empty.
    pub(super) fn some(&mut self, key: &str, values: &[Text]) {
        if !values.is_empty() {
            self.entry(key, texts(values));
        }
    }

    /// A key and names with texts, left out if there are none.
    pub(super) fn some_pairs(&mut self, key: &str, values: &[(Text, Text)]) {
        if !values.is_empty() {
            self.entry(key, pairs(values));
        }
    }

    /// `key: true`, left out if it is false.
    pub(super) fn flag(&mut self, key: &str, value: bool) {
        if value {
            self.entry(key, "true");
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    pub(super) fn finish(self) -> String {
        if self.entries.is_empty() {
            "{}".to_owned()
        } else {
            format!("{{ {} }}", self.entries.join(", "))
        }
    }
}

/// Lines with indentation.
pub(super) struct Block {
    text: String,
}

impl Block {
    pub(super) fn new() -> Block {
        Block { text: String::new() }
    }

    pub(super) fn line(&mut self, depth: usize, line: &str) {
        self.text.push_str(&"  ".repeat(depth));
        self.text.push_str(line);
        self.text.push('\n');
    }

    /// `key: value`.
    pub(super) fn entry(&mut self, depth: usize, key: &str, value: &str) {
        self.line(depth, &format!("{}: {value}", text(key)));
    }

    /// `key:` over lines that follow.
    pub(super) fn open(&mut self, depth: usize, key: &str) {
        self.line(depth, &format!("{}:", text(key)));
    }

    pub(super) fn blank(&mut self) {
        self.text.push('\n');
    }

    pub(super) fn finish(self) -> String {
        self.text
    }
}
