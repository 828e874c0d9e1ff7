//! Where things stand: files, byte spans in them, lines and columns.
//!
//! Every scalar of a scenario keeps its source text and its place, so that a diagnostic can point at it and a text stays the text that was written.
//! This crate reads nothing from disk: [`Sources`] hands it the text of a path.

use std::borrow::Borrow;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

/// One of the files of a [`SourceMap`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub u32);

/// Bytes `start..end` of a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The file.
    pub file: FileId,
    /// The first byte.
    pub start: usize,
    /// The byte after the last one.
    pub end: usize,
}

impl Span {
    /// Bytes `range` of `file`.
    pub fn new(file: FileId, range: Range<usize>) -> Span {
        Span { file, start: range.start, end: range.end }
    }

    /// Whether it points nowhere: the thing was built in Rust, not read from a file.
    pub fn is_empty(self) -> bool {
        self.start == 0 && self.end == 0
    }
}

/// The place of a thing that is not a scalar. Two things that differ in their place only are equal.
#[derive(Clone, Copy, Debug, Default)]
pub struct Place(pub Span);

impl PartialEq for Place {
    fn eq(&self, _other: &Place) -> bool {
        true
    }
}

impl Eq for Place {}

/// A scalar: its text as written (before any YAML typing, after `${column}` of a case was put in), and where it stands. The place is no part of equality.
#[derive(Clone, Debug, Default)]
pub struct Text {
    /// The text.
    pub text: Arc<str>,
    /// Its place; empty for a text that was built in Rust.
    pub span: Span,
}

impl Text {
    /// A text at a place.
    pub fn new(text: impl Into<Arc<str>>, span: Span) -> Text {
        Text { text: text.into(), span }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Text {
        Text::new(text, Span::default())
    }
}

impl From<String> for Text {
    fn from(text: String) -> Text {
        Text::new(text, Span::default())
    }
}

impl From<Arc<str>> for Text {
    fn from(text: Arc<str>) -> Text {
        Text::new(text, Span::default())
    }
}

impl PartialEq for Text {
    fn eq(&self, other: &Text) -> bool {
        self.text == other.text
    }
}

impl Eq for Text {}

impl PartialEq<str> for Text {
    fn eq(&self, other: &str) -> bool {
        &*self.text == other
    }
}

impl PartialEq<&str> for Text {
    fn eq(&self, other: &&str) -> bool {
        &*self.text == *other
    }
}

impl PartialOrd for Text {
    fn partial_cmp(&self, other: &Text) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Text {
    fn cmp(&self, other: &Text) -> std::cmp::Ordering {
        self.text.cmp(&other.text)
    }
}

impl Borrow<str> for Text {
    fn borrow(&self) -> &str {
        &self.text
    }
}

impl AsRef<str> for Text {
    fn as_ref(&self) -> &str {
        &self.text
    }
}

impl std::ops::Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// A file as it was read.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// The path that a diagnostic names.
    pub path: String,
    /// The whole text; empty if it could not be read.
    pub text: Arc<str>,
}

/// Why a source could not be had.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SourceError {
    /// There is no such file.
    #[error("no such file")]
    Missing,
    /// The file is larger than [`crate::MAX_FILE_BYTES`].
    #[error("the file is larger than {} bytes", crate::MAX_FILE_BYTES)]
    TooLarge,
    /// The file is not UTF-8.
    #[error("the file is not UTF-8 text")]
    NotUtf8(NotUtf8),
    /// Anything else that the file system said.
    #[error("{0}")]
    Other(String),
}

/// Where a file stops being UTF-8.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotUtf8 {
    /// The file to the end of the line with the first byte that is no text; U+FFFD stands for what is none.
    pub shown: Arc<str>,
    /// Where in `shown` the first U+FFFD stands that the file does not hold itself.
    pub at: usize,
    /// The byte it stands for.
    pub byte: u8,
    /// Whether the file begins with the byte order mark of UTF-16.
    pub utf16: bool,
}

/// The text of a file, from its bytes.
pub fn text_of(bytes: Vec<u8>) -> Result<Arc<str>, SourceError> {
    String::from_utf8(bytes).map(Arc::from).map_err(|error| {
        let (at, bytes) = (error.utf8_error().valid_up_to(), error.as_bytes());
        let rest = bytes.get(at..).unwrap_or_default();
        let line = rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
        SourceError::NotUtf8(NotUtf8 {
            shown: String::from_utf8_lossy(bytes.get(..at + line).unwrap_or(bytes)).into(),
            at,
            byte: rest.first().copied().unwrap_or_default(),
            utf16: bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff"),
        })
    })
}

/// Hands out the text of a path. `sim` reads disks and embedded suites; a map serves tests.
pub trait Sources {
    /// The text of the file at `path`.
    fn read(&self, path: &str) -> Result<Arc<str>, SourceError>;

    /// The path that `relative`, written in the file `from`, means. The default resolves `.` and `..` against the folder of `from`.
    fn resolve(&self, from: &str, relative: &str) -> String {
        join_path(from, relative)
    }

    /// Whether a file that is only named (a CSV) exists; the default tries to read it.
    fn exists(&self, path: &str) -> bool {
        self.read(path).is_ok()
    }
}

impl Sources for std::collections::BTreeMap<String, String> {
    fn read(&self, path: &str) -> Result<Arc<str>, SourceError> {
        self.get(path).map(|text| Arc::from(text.as_str())).ok_or(SourceError::Missing)
    }
}

/// `relative` as seen from the folder of `from`, with `.` and `..` resolved.
fn join_path(from: &str, relative: &str) -> String {
    if relative.starts_with('/') {
        return relative.to_owned();
    }
    let rooted = from.starts_with('/');
    let folder = from.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut parts: Vec<&str> = Vec::new();
    for part in folder.split('/').chain(relative.split('/')) {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            other => parts.push(other),
        }
    }
    let joined = parts.join("/");
    if rooted { format!("/{joined}") } else { joined }
}

/// All files that a load touched, in the order of their ids.
#[derive(Clone, Debug, Default)]
pub struct SourceMap {
    files: Vec<SourceFile>,
}

impl SourceMap {
    /// Adds a file.
    pub fn add(&mut self, path: impl Into<String>, text: Arc<str>) -> FileId {
        let id = FileId(u32::try_from(self.files.len()).unwrap_or(u32::MAX));
        self.files.push(SourceFile { path: path.into(), text });
        id
    }

    /// The file of an id.
    pub fn file(&self, id: FileId) -> Option<&SourceFile> {
        self.files.get(id.0 as usize)
    }

    /// The id of a path that was added before.
    pub fn find(&self, path: &str) -> Option<FileId> {
        let index = self.files.iter().position(|file| file.path == path)?;
        u32::try_from(index).ok().map(FileId)
    }

    /// All files.
    pub fn files(&self) -> &[SourceFile] {
        &self.files
    }

    /// Path, line and column (both from 1, columns in characters) of the start of a span; nothing for an empty span.
    pub fn locate(&self, span: Span) -> Option<Location<'_>> {
        if span.is_empty() && self.file(span.file).is_none_or(|file| !file.text.is_empty()) {
            return None;
        }
        let file = self.file(span.file)?;
        let before = file.text.get(..span.start.min(file.text.len())).unwrap_or("");
        let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
        Some(Location { path: &file.path, line, column })
    }
}

/// A place as people name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Location<'a> {
    /// The path of the file.
    pub path: &'a str,
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_relative_path_is_resolved_against_the_folder_of_the_file_that_names_it() {
        assert_eq!(
            join_path("suites/a/b.scenario.yaml", "../packs/x.pack.yaml"),
            "suites/packs/x.pack.yaml"
        );
        assert_eq!(join_path("b.scenario.yaml", "./x.csv"), "x.csv");
        assert_eq!(join_path("/a/b.yaml", "../../../x"), "/../../x");
        assert_eq!(join_path("a/b.yaml", "../../x"), "../x");
    }

    #[test]
    fn the_first_byte_that_is_no_text_is_known() {
        let Err(SourceError::NotUtf8(found)) =
            text_of(b"a: b\nc: caf\xe9 \xff\nd: \xff\n".to_vec())
        else {
            panic!("the bytes are no text")
        };
        assert_eq!(&*found.shown, "a: b\nc: caf\u{fffd} \u{fffd}");
        assert_eq!((found.at, found.byte, found.utf16), (11, 0xe9, false));
        let Err(SourceError::NotUtf8(found)) = text_of(b"\xff\xfea\0".to_vec()) else {
            panic!("UTF-16 is not UTF-8")
        };
        assert_eq!((found.at, found.utf16), (0, true));
        assert_eq!(text_of(b"a: \xc3\xa9".to_vec()), Ok(Arc::from("a: \u{e9}")));
    }

    #[test]
    fn columns_count_characters() {
        let mut map = SourceMap::default();
        let file = map.add("a.yaml", Arc::from("x\näö: y"));
        let place = map.locate(Span::new(file, 8..9)).unwrap();
        assert_eq!((place.line, place.column), (2, 5));
    }
}
