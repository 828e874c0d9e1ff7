//! `world.records` and `world.csv`.

use crate::ast::{CsvSetup, RecordSetup};
use crate::decode::{Decoder, Map};
use crate::diagnostic::{Diagnostic, code};
use crate::source::Text;
use crate::tree::Node;
use crate::words::UNKNOWN_OWNERS;

impl Decoder<'_> {
    pub(crate) fn records(&mut self, node: Option<&Node>) -> Vec<RecordSetup> {
        let Some(node) = node else { return Vec::new() };
        self.list(node, "a list of records").iter().filter_map(|item| self.record(item)).collect()
    }

    fn record(&mut self, node: &Node) -> Option<RecordSetup> {
        let mut map = Map::of(node, "a record", self)?;
        let key = map.text("key", self);
        let object = map.required_text("object", self);
        let fields = map.fields("fields", self);
        let mut moment = |key, d: &mut Self| map.take(key).and_then(|node| d.moment(node));
        let (created, modified) = (moment("created", self), moment("modified", self));
        let record = RecordSetup {
            key,
            object,
            fields,
            created,
            modified,
            deleted: map.flag("deleted", false, self),
            converted_to: map.text("converted_to", self),
            opportunities: map.number("opportunities", self).unwrap_or(0),
            contacts: map.number("contacts", self).unwrap_or(0),
            place: map.place(),
        };
        map.finish(self);
        Some(record)
    }

    pub(crate) fn csv(&mut self, node: Option<&Node>) -> Vec<CsvSetup> {
        let Some(node) = node else { return Vec::new() };
        self.list(node, "a list of files").iter().filter_map(|item| self.csv_file(item)).collect()
    }

    fn csv_file(&mut self, node: &Node) -> Option<CsvSetup> {
        let mut map = Map::of(node, "a CSV file", self)?;
        let object = map.required_text("object", self);
        let file = map.required_text("file", self);
        let unknown_owners =
            map.take("unknown_owners").and_then(|node| self.word(node, UNKNOWN_OWNERS));
        map.finish(self);
        let path = self.path_of(&file);
        if !file.is_empty() && !self.sources.exists(&path) {
            let found = Diagnostic::error(
                code::MISSING_FILE,
                file.span,
                format!("there is no file `{path}`"),
            );
            self.out.push(found.help("the path is relative to the file that names it"));
        }
        Some(CsvSetup { object, file, path, unknown_owners: unknown_owners.unwrap_or_default() })
    }

    /// The path of a file that a text names.
    fn path_of(&self, file: &Text) -> String {
        let from = self.map.file(file.span.file).map_or("", |source| source.path.as_str());
        self.sources.resolve(from, file)
    }
}
