//! What a bulk query found, written once in the job's format.
//!
//! CSV: every cell quoted, parents as `Account.Name`, columns in the order asked for, datetimes ending in `Z`, null as
//! an empty cell. JSON: rows as REST writes them, but datetimes are milliseconds since 1970. XML: `<records>` (wire
//! reference §6.2, §6.3).

use std::fmt::Write as _;

use bytes::Bytes;

use crate::record::Record;
use crate::soql::ast::{Operand, Query, Selected};
use crate::soql::{Column, Place, Statement, value_at};
use crate::value::Value;
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
            Content::Json => self.json(ids),
            Content::Xml => self.xml(ids),
        }
    }

    fn records<'i>(&'i self, ids: &'i [SfId]) -> impl Iterator<Item = &'i Record> {
        ids.iter().filter_map(|id| self.org.get(*id))
    }

    fn csv(&self, query: &Query<'_>, ids: &[SfId], dialect: Dialect) -> FoundRows {
        let object = &self.org.schema().at(self.statement.object).name;
        let leaves = leaves(query, &self.statement.columns, object);
        let mut out = Vec::with_capacity(64 + ids.len() * leaves.len() * 12);
        write_line(&mut out, dialect, leaves.iter().map(|leaf| leaf.path.as_str()));
        let (header, mut ends) = (out.len(), Vec::with_capacity(ids.len()));
        let mut cell = String::new();
        for record in self.records(ids) {
            for (at, leaf) in leaves.iter().enumerate() {
                if at > 0 {
                    out.push(dialect.delimiter.byte());
                }
                cell.clear();
                self.leaf_text(record, leaf, &mut cell);
                write_cell(&mut out, &cell);
            }
            write_ending(&mut out, dialect);
            ends.push(out.len());
        }
        let count = ends.len();
        FoundRows { bytes: out.into(), header, ends, count }
    }

    fn leaf_text(&self, record: &Record, leaf: &Leaf<'_>, cell: &mut String) {
        let mut record = record;
        for reference in &leaf.references {
            match self.parent(record, reference) {
                Some(parent) => record = parent,
                None => return,
            }
        }
        write_text(cell, &value_at(self.org, record, leaf.place));
    }

    fn parent(&self, record: &Record, reference: &Place) -> Option<&Record> {
        value_at(self.org, record, reference).as_id().and_then(|id| self.org.get(id))
    }

    fn json(&self, ids: &[SfId]) -> FoundRows {
        let mut out = b"[".to_vec();
        let mut count = 0;
        for record in self.records(ids) {
            if count > 0 {
                out.push(b',');
            }
            count += 1;
            self.json_row(&mut out, record, &self.statement.columns);
        }
        out.push(b']');
        FoundRows { bytes: out.into(), header: 0, ends: Vec::new(), count }
    }

    fn json_row(&self, out: &mut Vec<u8>, record: &Record, columns: &[Column]) {
        let (name, version, id) =
            (&self.org.schema().at(record.object()).name, self.version, record.id());
        json::write_plain(
            out,
            format_args!(
                "{{\"attributes\":{{\"type\":\"{name}\",\"url\":\"/services/data/v{version}.0/sobjects/{name}/{id}\"}}"
            ),
        );
        for column in columns {
            out.push(b',');
            match column {
                Column::Field { name, place } => {
                    json::write_key(out, name);
                    match &*value_at(self.org, record, place) {
                        Value::DateTime(at) => json::write_plain(out, at.0),
                        value => json::write_value(out, value),
                    }
                }
                Column::Parent { name, reference, columns } => {
                    json::write_key(out, name);
                    match self.parent(record, reference) {
                        Some(parent) => self.json_row(out, parent, columns),
                        None => out.extend_from_slice(b"null"),
                    }
                }
                // Refused before.
                _ => out.extend_from_slice(b"\"\":null"),
            }
        }
        out.push(b'}');
    }

    fn xml(&self, ids: &[SfId]) -> FoundRows {
        let mut out = String::from(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><queryResult xmlns=\"http://www.force.com/2009/06/asyncapi/dataload\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">",
        );
        let mut count = 0;
        for record in self.records(ids) {
            count += 1;
            self.xml_row(&mut out, ("records", record), &self.statement.columns);
        }
        out.push_str("</queryResult>");
        FoundRows { bytes: out.into(), header: 0, ends: Vec::new(), count }
    }

    fn xml_row(&self, out: &mut String, (tag, record): (&str, &Record), columns: &[Column]) {
        let name = &self.org.schema().at(record.object()).name;
        let _infallible = write!(out, "<{tag} xsi:type=\"sObject\"><type>{name}</type>");
        for column in columns {
            match column {
                Column::Field { name, place } => {
                    let mut text = String::new();
                    let value = value_at(self.org, record, place);
                    write_text(&mut text, &value);
                    let _infallible = match value.is_null() {
                        true => write!(out, "<{name} xsi:nil=\"true\"/>"),
                        false => {
                            write!(
                                out,
                                "<{name}>{}</{name}>",
                                quick_xml::escape::partial_escape(&text)
                            )
                        }
                    };
                }
                Column::Parent { name, reference, columns } => {
                    match self.parent(record, reference) {
                        Some(parent) => self.xml_row(out, (name, parent), columns),
                        None => {
                            let _infallible = write!(out, "<{name} xsi:nil=\"true\"/>");
                        }
                    }
                }
                // Refused before.
                _ => {}
            }
        }
        let _infallible = write!(out, "</{tag}>");
    }
}

/// A value as CSV and XML show it.
fn write_text(out: &mut String, value: &Value) {
    match value {
        Value::Text(text) => out.push_str(text),
        Value::DateTime(at) => {
            let text = at.to_string();
            out.push_str(text.strip_suffix("+0000").unwrap_or(&text));
            out.push('Z');
        }
        other => {
            let _infallible = write!(out, "{other}");
        }
    }
}

/// A column of a CSV file.
struct Leaf<'s> {
    path: String,
    references: Vec<&'s Place>,
    place: &'s Place,
}

/// The columns in the order asked for; the statement keeps those of one parent together.
fn leaves<'s>(query: &Query<'_>, columns: &'s [Column], object: &str) -> Vec<Leaf<'s>> {
    let mut all = Vec::new();
    flatten(columns, "", &mut Vec::new(), &mut all);
    let asked: Vec<Option<&str>> = query.select.iter().map(path_of).collect();
    let expanded = asked.iter().position(Option::is_none);
    let own = |path: &&str, leaf: &str| {
        let alias = query.alias.map(|alias| alias.text);
        path.split_once('.').is_some_and(|(first, rest)| {
            let outer = first.eq_ignore_ascii_case(object)
                || alias.is_some_and(|alias| alias.eq_ignore_ascii_case(first));
            outer && rest.eq_ignore_ascii_case(leaf)
        })
    };
    all.sort_by_cached_key(|leaf| {
        let named = asked.iter().position(|path| {
            path.is_some_and(|path| path.eq_ignore_ascii_case(&leaf.path) || own(&path, &leaf.path))
        });
        named.or(expanded).unwrap_or(usize::MAX)
    });
    all
}

fn path_of<'q>(item: &Selected<'q>) -> Option<&'q str> {
    match item {
        Selected::Value { operand: Operand::Path(name), .. } => Some(name.text),
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
        match column {
            Column::Field { name, place } => {
                all.push(Leaf { path: format!("{before}{name}"), references: way.clone(), place });
            }
            Column::Parent { name, reference, columns } => {
                way.push(reference);
                flatten(columns, &format!("{before}{name}."), way, all);
                way.pop();
            }
            // Refused before.
            _ => {}
        }
    }
}
