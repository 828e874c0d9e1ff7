//! Files → scenarios, one per row of a `cases:` table, and everything that is wrong with the files.
//!
//! A file with an error yields no scenario; the other files are read all the same, so that one run of `check` names every error of a suite.

use crate::ast::{Scenario, SourcePath};
use crate::cases::{self, Case, Usage};
use crate::decode::{self, Decoder};
use crate::diagnostic::{Diagnostic, code};
use crate::packs;
use crate::source::{FileId, SourceError, SourceMap, Sources, Span, Text};
use crate::tree::{self, Node};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What came out of a load.
#[derive(Clone, Debug, Default)]
pub struct Loaded {
    /// The scenarios, in the order of the paths and of the rows of a table.
    pub scenarios: Vec<Scenario>,
    /// What is wrong with the files.
    pub diagnostics: Vec<Diagnostic>,
    /// The files, for rendering diagnostics.
    pub sources: SourceMap,
}

/// Reads scenario files; the packs that they use come from the same `sources`.
pub fn load<P: AsRef<str>>(sources: &dyn Sources, paths: &[P]) -> Loaded {
    let mut loader = Loader { sources, loaded: Loaded::default(), packs: BTreeMap::new() };
    for path in paths {
        loader.file(path.as_ref());
    }
    loader.loaded
}

/// Reads one text, without packs.
pub fn load_text(path: &str, text: &str) -> Loaded {
    let sources = BTreeMap::from([(path.to_owned(), text.to_owned())]);
    load(&sources, &[path])
}

struct Loader<'a> {
    sources: &'a dyn Sources,
    loaded: Loaded,
    /// Trees of packs that were read before, or why there is none.
    packs: BTreeMap<String, Result<Arc<Node>, String>>,
}

impl Loader<'_> {
    fn file(&mut self, path: &str) {
        let id = match self.read(path) {
            Ok(id) => id,
            Err(error) => {
                self.unreadable(path, &error);
                return;
            }
        };
        let Some(root) = self.tree(id) else { return };
        let before = self.loaded.diagnostics.len();
        let root = self.with_packs(path, root);
        let rows = match root.get("cases") {
            Some(table) => cases::rows(table, &mut self.loaded.diagnostics),
            None => Vec::new(),
        };
        if self.loaded.diagnostics.len() > before {
            // The packs or the table are broken: decode once all the same, for the errors of the rest. Without a row every column would be one.
            if root.get("cases").is_none() || !rows.is_empty() {
                self.decode(path, &root, rows.first(), &mut Usage::default());
            }
            return;
        }
        let mut usage = Usage::default();
        let mut scenarios = Vec::new();
        if root.get("cases").is_none() {
            scenarios.extend(self.decode(path, &root, None, &mut usage));
        }
        for case in &rows {
            scenarios.extend(self.decode(path, &root, Some(case), &mut usage));
        }
        usage.report(&rows, &mut self.loaded.diagnostics);
        if self.loaded.diagnostics.len() == before {
            self.loaded.scenarios.extend(scenarios);
        }
    }

    fn read(&mut self, path: &str) -> Result<FileId, SourceError> {
        let text = self.sources.read(path)?;
        if text.len() > crate::MAX_FILE_BYTES {
            return Err(SourceError::TooLarge);
        }
        Ok(self.loaded.sources.add(path, text))
    }

    fn unreadable(&mut self, path: &str, error: &SourceError) {
        let shown = match error {
            SourceError::NotUtf8(found) => found.shown.clone(),
            _ => Arc::from(""),
        };
        let id = self.loaded.sources.add(path, shown);
        self.loaded.diagnostics.push(unreadable(id, path, error));
    }

    fn tree(&mut self, id: FileId) -> Option<Node> {
        let text = self.loaded.sources.file(id)?.text.clone();
        match tree::parse(id, &text) {
            Ok(root) => Some(root),
            Err(error) => {
                self.loaded.diagnostics.push(error);
                None
            }
        }
    }

    fn with_packs(&mut self, path: &str, root: Node) -> Node {
        let mut decoder = Decoder::new(self.sources, &self.loaded.sources);
        let paths = packs::paths(&root, &mut decoder);
        let found = decoder.out;
        self.loaded.diagnostics.extend(found);
        let packs: Vec<Node> = paths.iter().filter_map(|pack| self.pack(path, pack)).collect();
        packs::merge_all(&packs, root)
    }

    fn pack(&mut self, from: &str, named: &Text) -> Option<Node> {
        let path = self.sources.resolve(from, named);
        if !self.packs.contains_key(&path) {
            let tree = self.read_pack(&path);
            self.packs.insert(path.clone(), tree.map(Arc::new));
        }
        match self.packs.get(&path)?.clone() {
            Ok(tree) => Some((*tree).clone()),
            Err(reason) => {
                let message = format!("the pack `{path}` cannot be used: {reason}");
                let problem = Diagnostic::error(code::MISSING_FILE, named.span, message);
                self.push(problem.help("the path is relative to the file that names it"));
                None
            }
        }
    }

    fn read_pack(&mut self, path: &str) -> Result<Node, String> {
        let own = || "it has errors of its own".to_owned();
        let id = self.read(path).map_err(|error| match error {
            SourceError::NotUtf8(_) => {
                self.unreadable(path, &error);
                own()
            }
            _ => error.to_string(),
        })?;
        let root = self.tree(id).ok_or_else(own)?;
        let mut decoder = Decoder::new(self.sources, &self.loaded.sources);
        packs::check_pack(&root, &mut decoder);
        let found = decoder.out;
        let broken = !found.is_empty();
        self.loaded.diagnostics.extend(found);
        if broken { Err(own()) } else { Ok(root) }
    }

    /// One row of a file. Errors that an earlier row had already are not repeated.
    fn decode(
        &mut self,
        path: &str,
        root: &Node,
        case: Option<&Case>,
        usage: &mut Usage,
    ) -> Option<Scenario> {
        let mut root = root.clone();
        let mut found = Vec::new();
        cases::substitute(&mut root, case, usage, &mut found);
        let mut decoder = Decoder::new(self.sources, &self.loaded.sources);
        let mut scenario = decode::scenario(&root, case.map(|case| &case.name), &mut decoder);
        found.append(&mut decoder.out);
        scenario.path = SourcePath(path.to_owned());
        let good = found.is_empty();
        for problem in found {
            self.push(problem);
        }
        good.then_some(scenario)
    }

    fn push(&mut self, problem: Diagnostic) {
        if !self.loaded.diagnostics.contains(&problem) {
            self.loaded.diagnostics.push(problem);
        }
    }
}

fn unreadable(id: FileId, path: &str, error: &SourceError) -> Diagnostic {
    let found =
        |span| Diagnostic::error(code::UNREADABLE, span, format!("cannot read `{path}`: {error}"));
    let nowhere = Span::new(id, 0..0);
    match error {
        SourceError::NotUtf8(bad) => {
            let end = bad.at + char::REPLACEMENT_CHARACTER.len_utf8();
            let help = if bad.utf16 {
                "it begins like UTF-16; save the file as UTF-8"
            } else {
                "save the file as UTF-8"
            };
            let at = Span::new(id, bad.at..end);
            found(at).label(format!("the byte {:#04x} is no text", bad.byte)).help(help)
        }
        SourceError::Missing => found(nowhere).help("name a file that is there"),
        SourceError::TooLarge => found(nowhere).help("put its scenarios into several files"),
        SourceError::Other(_) => found(nowhere).help("name a file that this user can read"),
    }
}
