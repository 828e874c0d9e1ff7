//! What a bulk query found, written once in the job's format.
//!
//! CSV: every cell quoted, parents as `Account.Name`, columns in the order asked for, datetimes ending in `Z`, null as
//! an empty cell. JSON: rows as REST writes them, but datetimes are milliseconds since 1970. XML: `<records>` (wire
//! reference §6.2, §6.3).

use bytes::Bytes;

use crate::record::Record;
use crate::soql::ast::{Operand, Query, Selected};
use crate::soql::{Column, Place, Row, Sink, Statement, Subject, Term, Visible, Walk, value_at};
use crate::value::{FieldValue, Value, ValueRef};
use crate::xml;
use crate::{SfId, json};

use super::super::Org;
use super::csv_file::{write_cell, write_ending, write_line};
use super::request::{Content, Dialect};

/// Rows of a page when nobody says how many.
pub const PAGE_ROWS: usize = 50_000;

/// Rows that were found, in the job's format.
#[derive(Clone, Debug)]
pub struct FoundRows {
    bytes: Bytes,
    /// CSV: where the header ends.
    header: usize,
    /// CSV: where each row ends.
    ends: Vec<usize>,
    count: usize,
}

impl FoundRows {
    fn whole(bytes: Vec<u8>, count: usize) -> Self {
        Self { bytes: bytes.into(), header: 0, ends: Vec::new(), count }
    }

    /// How many rows were found.
    pub fn count(&self) -> usize {
        self.count
    }

    /// All rows, with their header.
    pub fn bytes(&self) -> &Bytes {
        &self.bytes
    }

    /// The header and at most `rows` rows of a CSV file from the `from`-th on, and how many those are. `None` when
    /// there are not so many.
    pub fn page(&self, from: usize, rows: usize) -> Option<(Vec<u8>, usize)> {
        if from > self.count || from == self.count && from > 0 {
            return None;
        }
        let to = from.saturating_add(rows).min(self.count);
        let place = |row: usize| match row.checked_sub(1) {
            Some(before) => self.ends.get(before).copied().unwrap_or(self.header),
            None => self.header,
        };
        let mut page = self.bytes.get(..self.header).unwrap_or_default().to_vec();
        page.extend_from_slice(self.bytes.get(place(from)..place(to)).unwrap_or_default());
        Some((page, to - from))
    }
}

/// What rows are written with.
#[derive(Clone, Copy)]
pub(super) struct Writer<'w> {
    pub(super) org: &'w Org,
    pub(super) statement: &'w Statement,
    pub(super) visible: Visible,
    pub(super) version: u16,
}

impl Writer<'_> {
    /// Writes the rows of these ids.
    pub(super) fn write(
        &self,
        query: &Query<'_>,
        ids: &[SfId],
        (content, dialect): (Content, Dialect),
    ) -> FoundRows {
        match content {
            Content::Csv => self.csv(query, ids, dialect),
            Content::Json => {
                let mut sink = Json { out: b"[".to_vec(), version: self.version, first: true };
                let count = self.walk(&mut sink, ids);
                sink.out.push(b']');
                FoundRows::whole(sink.out, count)
            }
            Content::Xml => {
                let mut sink = Xml { out: XML_HEAD.as_bytes().to_vec(), open: Vec::new() };
                let count = self.walk(&mut sink, ids);
                xml::close(&mut sink.out, "queryResult");
                FoundRows::whole(sink.out, count)
            }
        }
    }

    fn records<'i>(&'i self, ids: &'i [SfId]) -> impl Iterator<Item = &'i Record> {
        ids.iter().filter_map(|id| self.org.get(*id))
    }

    fn walk(&self, sink: &mut impl Sink, ids: &[SfId]) -> usize {
        let walk = Walk { org: self.org, visible: self.visible, pages: None };
        let mut count = 0;
        for record in self.records(ids) {
            walk.row(sink, None, record, &self.statement.columns);
            count += 1;
        }
        count
    }

    fn csv(&self, query: &Query<'_>, ids: &[SfId], dialect: Dialect) -> FoundRows {
        let object = &self.org.schema().at(self.statement.object).name;
        let leaves = leaves(query, &self.statement.columns, object);
        let mut out = Vec::with_capacity(64 + ids.len() * leaves.len() * 12);
        write_line(&mut out, dialect, leaves.iter().map(|leaf| leaf.path.as_str()));
        let (header, mut ends) = (out.len(), Vec::with_capacity(ids.len()));
        for record in self.records(ids) {
            for (at, leaf) in leaves.iter().enumerate() {
                out.extend((at > 0).then(|| dialect.delimiter.byte()));
                self.cell(&mut out, record, leaf);
            }
            write_ending(&mut out, dialect);
            ends.push(out.len());
        }
        let count = ends.len();
        FoundRows { bytes: out.into(), header, ends, count }
    }

    fn cell(&self, out: &mut Vec<u8>, record: &Record, leaf: &Leaf<'_>) {
        let parent = |record: &Record, reference: &&Place| {
            value_at(self.org, record, reference).as_id().and_then(|id| self.org.get(id))
        };
        let end = leaf.references.iter().try_fold(record, parent);
        let row = end.map(|record| Row { org: self.org, record });
        let value = match (&row, leaf.source) {
            (None, _) => FieldValue::Stored(ValueRef::Null),
            (Some(row), Source::Place(place)) => value_at(row.org, row.record, place),
            (Some(row), Source::Term(term)) => row.read(term),
        };
        match value.view() {
            ValueRef::Text(text) => write_cell(out, text),
            other => {
                out.push(b'"');
                write_plain(out, other);
                out.push(b'"');
            }
        }
    }
}

/// What needs no escape, as CSV and XML show it: moments end in `Z`.
fn write_plain(out: &mut Vec<u8>, value: ValueRef<'_>) {
    json::write_plain(out, value);
    if matches!(value, ValueRef::DateTime(_)) {
        out.truncate(out.len() - "+0000".len());
        out.push(b'Z');
    }
}

/// Rows as JSON, with moments as milliseconds since 1970.
struct Json {
    out: Vec<u8>,
    version: u16,
    first: bool,
}

impl Json {
    fn key(&mut self, key: &str) {
        self.out.push(b',');
        json::write_key(&mut self.out, key);
    }
}

impl Sink for Json {
    fn open_row(&mut self, key: Option<&str>, org: &Org, record: &Record) {
        match key {
            Some(key) => self.key(key),
            None if self.first => {}
            None => self.out.push(b','),
        }
        let name = &org.schema().at(record.object()).name;
        let (version, id) = (self.version, record.id());
        json::write_plain(
            &mut self.out,
            format_args!(
                "{{\"attributes\":{{\"type\":\"{name}\",\"url\":\"/services/data/v{version}.0/sobjects/{name}/{id}\"}}"
            ),
        );
    }

    fn close_row(&mut self) {
        self.out.push(b'}');
        self.first = false;
    }

    fn value(&mut self, key: &str, value: ValueRef<'_>) {
        self.key(key);
        match value {
            ValueRef::DateTime(at) => json::write_plain(&mut self.out, at.0),
            value => json::write_value(&mut self.out, value),
        }
    }

    fn none(&mut self, key: &str) {
        self.key(key);
        self.out.extend_from_slice(b"null");
    }

    // Compound fields and children are refused before.
    fn address(&mut self, _: &str, _: &[(&'static str, Value)]) {}

    fn open_children(&mut self, _: &str, _: usize, _: Option<&str>) {}

    fn close_children(&mut self) {}
}

const XML_HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><queryResult xmlns=\"http://www.force.com/2009/06/asyncapi/dataload\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">";

/// Rows as XML.
struct Xml {
    out: Vec<u8>,
    open: Vec<String>,
}

impl Sink for Xml {
    fn open_row(&mut self, key: Option<&str>, org: &Org, record: &Record) {
        let tag = key.unwrap_or("records");
        json::write_plain(&mut self.out, format_args!("<{tag} xsi:type=\"sObject\">"));
        xml::element(&mut self.out, "type", &org.schema().at(record.object()).name);
        self.open.push(tag.to_owned());
    }

    fn close_row(&mut self) {
        if let Some(tag) = self.open.pop() {
            xml::close(&mut self.out, &tag);
        }
    }

    fn value(&mut self, key: &str, value: ValueRef<'_>) {
        match value {
            ValueRef::Null => xml::nil(&mut self.out, key),
            ValueRef::Text(text) => xml::element(&mut self.out, key, text),
            other => {
                xml::open(&mut self.out, key);
                write_plain(&mut self.out, other);
                xml::close(&mut self.out, key);
            }
        }
    }

    fn none(&mut self, key: &str) {
        xml::nil(&mut self.out, key);
    }

    // Compound fields and children are refused before.
    fn address(&mut self, _: &str, _: &[(&'static str, Value)]) {}

    fn open_children(&mut self, _: &str, _: usize, _: Option<&str>) {}

    fn close_children(&mut self) {}
}

/// A column of a CSV file.
struct Leaf<'s> {
    path: String,
    references: Vec<&'s Place>,
    source: Source<'s>,
}

/// Where the value of a column comes from.
#[derive(Clone, Copy)]
enum Source<'s> {
    Place(&'s Place),
    Term(&'s Term),
}

/// The columns in the order asked for; the statement keeps those of one parent together.
fn leaves<'s>(query: &Query<'_>, columns: &'s [Column], object: &str) -> Vec<Leaf<'s>> {
    let mut all = Vec::new();
    flatten(columns, "", &mut Vec::new(), &mut all);
    let asked: Vec<Option<&str>> = query.select.iter().map(path_of).collect();
    let expanded = asked.iter().position(Option::is_none);
    let own = |path: &str, leaf: &str| {
        let alias = query.alias.map(|alias| alias.text);
        path.split_once('.').is_some_and(|(first, rest)| {
            let outer = first.eq_ignore_ascii_case(object)
                || alias.is_some_and(|alias| alias.eq_ignore_ascii_case(first));
            outer && rest.eq_ignore_ascii_case(leaf)
        })
    };
    all.sort_by_cached_key(|leaf| {
        let named = asked.iter().position(|path| {
            path.is_some_and(|path| path.eq_ignore_ascii_case(&leaf.path) || own(path, &leaf.path))
        });
        named.or(expanded).unwrap_or(usize::MAX)
    });
    all
}

/// What an item of the field list is called: the field that it is about, or its alias.
fn path_of<'q>(item: &Selected<'q>) -> Option<&'q str> {
    match item {
        Selected::Value { alias: Some(alias), .. } => Some(alias.text),
        Selected::Value { operand: Operand::Path(name), .. } => Some(name.text),
        Selected::Value { operand, .. } => Some(operand.subject().text),
        _ => None,
    }
}

fn flatten<'s>(
    columns: &'s [Column],
    before: &str,
    way: &mut Vec<&'s Place>,
    all: &mut Vec<Leaf<'s>>,
) {
    for column in columns {
        let path = format!("{before}{}", column.name());
        let source = match column {
            Column::Field { place, .. } => Source::Place(place),
            Column::Function { of, .. } => Source::Term(of),
            Column::Parent { reference, columns, .. } => {
                way.push(reference);
                flatten(columns, &format!("{path}."), way, all);
                way.pop();
                continue;
            }
            // Refused before.
            _ => continue,
        };
        all.push(Leaf { path, references: way.clone(), source });
    }
}
