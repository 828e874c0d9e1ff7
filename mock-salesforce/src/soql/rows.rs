//! Walks rows as a query answers them: `attributes` first, then the columns in the order selected.
//!
//! Null is always told; an empty reference is null, never an empty row; no children is null (wire reference §4.1).
//! What takes the rows is a [`Sink`]: JSON here, XML and CSV elsewhere.

use std::sync::Arc;

use super::{
    eval::{self, Row, Subject},
    run::{Found, Group, Visible, children},
    statement::{Column, Grouping, Place, Statement},
};
use crate::{FieldIndex, ObjectIndex, Org, Record, SfId, Value, json, value::ValueRef};

/// Where rows are, below the version.
const ROOT: &str = "sobjects";

/// What takes rows.
pub(crate) trait Sink {
    /// A row begins; with a key it is the parent of the row around it.
    fn open_row(&mut self, key: Option<&str>, org: &Org, record: &Record);
    /// The row ends.
    fn close_row(&mut self);
    /// A value of the row.
    fn value(&mut self, key: &str, value: ValueRef<'_>);
    /// An address of the row, part by part.
    fn address(&mut self, key: &str, parts: &[(&'static str, Value)]);
    /// There is no parent, or there are no children.
    fn none(&mut self, key: &str);
    /// A list of children begins; with an address where more of them are.
    fn open_children(&mut self, key: &str, total: usize, next: Option<&str>);
    /// The list of children ends.
    fn close_children(&mut self);
}

/// Keeps the children that do not fit a page, and says where they are.
pub(crate) trait Pages {
    /// Children a page.
    fn batch(&self) -> usize;
    /// The address of the page after the first.
    fn open(&self, statement: &Arc<Statement>, ids: Vec<SfId>) -> String;
}

/// What rows are written with.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Writer<'o> {
    /// Where the rows are.
    pub(crate) org: &'o Org,
    /// The API version of the request, which addresses of rows repeat.
    pub(crate) version: u16,
    /// Which children are seen.
    pub(crate) visible: Visible,
}

impl Writer<'_> {
    /// Writes `[row,row]`; long lists of children are cut where `pages` says.
    pub(crate) fn rows(
        &self,
        out: &mut Vec<u8>,
        statement: &Statement,
        ids: &[SfId],
        pages: Option<&dyn Pages>,
    ) {
        let mut sink = Json { out, version: self.version, root: ROOT, first: true };
        self.all(&mut sink, statement, ids, pages);
    }

    /// Writes `[row,row]` as the Tooling API addresses them.
    pub(crate) fn tooling_rows(&self, out: &mut Vec<u8>, statement: &Statement, ids: &[SfId]) {
        let root = "tooling/sobjects";
        let mut sink = Json { out, version: self.version, root, first: true };
        self.all(&mut sink, statement, ids, None);
    }

    fn all(
        &self,
        sink: &mut Json<'_>,
        statement: &Statement,
        ids: &[SfId],
        pages: Option<&dyn Pages>,
    ) {
        sink.out.push(b'[');
        let walk = Walk { org: self.org, visible: self.visible, pages };
        for record in ids.iter().filter_map(|id| self.org.of(statement.object, *id)) {
            walk.row(sink, None, record, &statement.columns);
        }
        sink.out.push(b']');
    }

    /// Writes one row.
    pub(crate) fn row(&self, out: &mut Vec<u8>, record: &Record, columns: &[Column]) {
        let walk = Walk { org: self.org, visible: self.visible, pages: None };
        let mut sink = Json { out, version: self.version, root: ROOT, first: true };
        walk.row(&mut sink, None, record, columns);
    }

    /// Writes the rows of groups: `[{"attributes":{"type":"AggregateResult"},…}]`.
    pub(crate) fn groups(out: &mut Vec<u8>, grouping: &Grouping, groups: &[Group]) {
        out.push(b'[');
        for (at, group) in groups.iter().enumerate() {
            if at > 0 {
                out.push(b',');
            }
            out.extend_from_slice(b"{\"attributes\":{\"type\":\"AggregateResult\"}");
            for column in &grouping.columns {
                out.push(b',');
                json::write_key(out, &column.name);
                json::write_value(out, &group.read(&column.value));
            }
            out.push(b'}');
        }
        out.push(b']');
    }
}

/// What rows are walked with.
#[derive(Clone, Copy)]
pub(crate) struct Walk<'w> {
    pub(crate) org: &'w Org,
    /// Which children are seen.
    pub(crate) visible: Visible,
    /// Where children go that do not fit; all of them fit when absent.
    pub(crate) pages: Option<&'w dyn Pages>,
}

impl Walk<'_> {
    /// Tells a sink one row.
    pub(crate) fn row(
        &self,
        sink: &mut impl Sink,
        key: Option<&str>,
        record: &Record,
        columns: &[Column],
    ) {
        sink.open_row(key, self.org, record);
        for column in columns {
            self.column(sink, record, column);
        }
        sink.close_row();
    }

    fn column(&self, sink: &mut impl Sink, record: &Record, column: &Column) {
        match column {
            Column::Field { name, place } => {
                sink.value(name, eval::value_at(self.org, record, place).view());
            }
            Column::Function { name, of } => {
                sink.value(name, Row { org: self.org, record }.read(of).view());
            }
            Column::Address { name, parts } => self.address(sink, record, name, parts),
            Column::Parent { name, reference, columns } => match self.parent(record, reference) {
                Some(parent) => self.row(sink, Some(name), parent, columns),
                None => sink.none(name),
            },
            Column::Variant { name, reference, branches, otherwise } => {
                match self.parent(record, reference) {
                    Some(parent) => {
                        let columns = variant(parent.object(), branches, otherwise);
                        self.row(sink, Some(name), parent, columns);
                    }
                    None => sink.none(name),
                }
            }
            Column::Children { name, reference, statement } => {
                let found = children(self.org, statement, *reference, record.id(), self.visible);
                self.children(sink, name, statement, found);
            }
        }
    }

    fn parent(&self, record: &Record, reference: &Place) -> Option<&Record> {
        let id = eval::value_at(self.org, record, reference).as_id()?;
        self.org.get(id)
    }

    fn children(&self, sink: &mut impl Sink, name: &str, statement: &Arc<Statement>, found: Found) {
        if found.ids.is_empty() {
            return sink.none(name);
        }
        let (total, mut ids) = (found.total, found.ids);
        let cut = self.pages.filter(|pages| pages.batch() < ids.len());
        let next = cut.map(|pages| pages.open(statement, ids.clone()));
        if let Some(pages) = cut {
            ids.truncate(pages.batch());
        }
        sink.open_children(name, total, next.as_deref());
        for record in ids.iter().filter_map(|id| self.org.get(*id)) {
            self.row(sink, None, record, &statement.columns);
        }
        sink.close_children();
    }

    fn address(
        &self,
        sink: &mut impl Sink,
        record: &Record,
        name: &str,
        parts: &[(&'static str, Option<FieldIndex>)],
    ) {
        let value = |field: &Option<FieldIndex>| {
            field.map_or(Value::Null, |field| self.org.value(record, field).into_owned())
        };
        let values: Vec<(&'static str, Value)> =
            parts.iter().map(|(part, field)| (*part, value(field))).collect();
        if values.iter().all(|(_, value)| value.is_null()) {
            return sink.value(name, ValueRef::Null);
        }
        sink.address(name, &values);
    }
}

/// The columns of a row of this object under `TYPEOF`.
fn variant<'c>(
    object: ObjectIndex,
    branches: &'c [(ObjectIndex, Vec<Column>)],
    otherwise: &'c [Column],
) -> &'c [Column] {
    let branch = branches.iter().find(|(of, _)| *of == object);
    branch.map_or(otherwise, |(_, columns)| columns)
}

/// Rows as JSON.
struct Json<'j> {
    out: &'j mut Vec<u8>,
    version: u16,
    /// Where rows are, below the version.
    root: &'static str,
    /// Is the next row the first of its list?
    first: bool,
}

impl Json<'_> {
    /// `,"key":`; `attributes` always stand before.
    fn key(&mut self, key: &str) {
        self.out.push(b',');
        json::write_key(self.out, key);
    }
}

impl Sink for Json<'_> {
    fn open_row(&mut self, key: Option<&str>, org: &Org, record: &Record) {
        match key {
            Some(key) => self.key(key),
            None if self.first => {}
            None => self.out.push(b','),
        }
        let name = &org.schema().at(record.object()).name;
        let pieces = ["{\"attributes\":{\"type\":\"", name, "\",\"url\":\"/services/data/v"];
        for piece in pieces {
            self.out.extend_from_slice(piece.as_bytes());
        }
        json::write_count(self.out, self.version.into());
        for piece in [".0/", self.root, "/", name, "/"] {
            self.out.extend_from_slice(piece.as_bytes());
        }
        json::write_id(self.out, record.id());
        self.out.extend_from_slice(b"\"}");
    }

    fn close_row(&mut self) {
        self.out.push(b'}');
        self.first = false;
    }

    fn value(&mut self, key: &str, value: ValueRef<'_>) {
        self.key(key);
        json::write_value(self.out, value);
    }

    fn address(&mut self, key: &str, parts: &[(&'static str, Value)]) {
        self.key(key);
        let mut separator = b'{';
        for (part, value) in parts {
            self.out.push(separator);
            separator = b',';
            json::write_key(self.out, part);
            json::write_value(self.out, value);
        }
        self.out.push(b'}');
    }

    fn none(&mut self, key: &str) {
        self.key(key);
        self.out.extend_from_slice(b"null");
    }

    fn open_children(&mut self, key: &str, total: usize, next: Option<&str>) {
        self.key(key);
        self.out.extend_from_slice(b"{\"totalSize\":");
        json::write_count(self.out, total);
        match next {
            Some(next) => {
                self.out.extend_from_slice(b",\"done\":false,\"nextRecordsUrl\":");
                json::write_text(self.out, next);
            }
            None => self.out.extend_from_slice(b",\"done\":true"),
        }
        self.out.extend_from_slice(b",\"records\":[");
        self.first = true;
    }

    fn close_children(&mut self) {
        self.out.extend_from_slice(b"]}");
    }
}
