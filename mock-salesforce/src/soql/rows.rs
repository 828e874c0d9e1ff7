//! Writes rows as a query answers them: `attributes` first, then the columns in the order selected.
//!
//! Null is always written; an empty reference is `null`, never `{}`; no children is `null` (wire reference §4.1).

use super::{
    eval,
    run::{Visible, children},
    statement::{Column, Statement},
};
use crate::{FieldIndex, Org, Record, SfId, Value, json};

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
    /// Writes `[row,row]`.
    pub(crate) fn rows(&self, out: &mut Vec<u8>, statement: &Statement, ids: &[SfId]) {
        out.push(b'[');
        let mut first = true;
        for record in ids.iter().filter_map(|id| self.org.get(*id)) {
            if !first {
                out.push(b',');
            }
            first = false;
            self.row(out, record, &statement.columns);
        }
        out.push(b']');
    }

    /// Writes one row.
    pub(crate) fn row(&self, out: &mut Vec<u8>, record: &Record, columns: &[Column]) {
        out.extend_from_slice(b"{\"attributes\":");
        self.attributes(out, record);
        for column in columns {
            out.push(b',');
            self.column(out, record, column);
        }
        out.push(b'}');
    }

    /// Writes `{"type":…,"url":…}`.
    pub(crate) fn attributes(&self, out: &mut Vec<u8>, record: &Record) {
        let name = &self.org.schema().at(record.object()).name;
        let (version, id) = (self.version, record.id());
        json::write_plain(
            out,
            format_args!(
                "{{\"type\":\"{name}\",\"url\":\"/services/data/v{version}.0/sobjects/{name}/{id}\"}}"
            ),
        );
    }

    fn column(&self, out: &mut Vec<u8>, record: &Record, column: &Column) {
        match column {
            Column::Field { name, place } => {
                json::write_key(out, name);
                json::write_value(out, &eval::value_at(self.org, record, place));
            }
            Column::Address { name, parts } => {
                json::write_key(out, name);
                self.address(out, record, parts);
            }
            Column::Parent { name, reference, columns } => {
                json::write_key(out, name);
                let parent = eval::value_at(self.org, record, reference)
                    .as_id()
                    .and_then(|id| self.org.get(id));
                match parent {
                    Some(parent) => self.row(out, parent, columns),
                    None => out.extend_from_slice(b"null"),
                }
            }
            Column::Children { name, reference, statement } => {
                json::write_key(out, name);
                self.children(out, record, *reference, statement);
            }
        }
    }

    fn children(
        &self,
        out: &mut Vec<u8>,
        record: &Record,
        reference: FieldIndex,
        statement: &Statement,
    ) {
        let found = children(self.org, statement, reference, record.id(), self.visible);
        if found.ids.is_empty() {
            out.extend_from_slice(b"null");
            return;
        }
        out.extend_from_slice(b"{\"totalSize\":");
        json::write_count(out, found.total);
        out.extend_from_slice(b",\"done\":true,\"records\":");
        self.rows(out, statement, &found.ids);
        out.push(b'}');
    }

    fn address(&self, out: &mut Vec<u8>, record: &Record, parts: &[(&str, Option<FieldIndex>)]) {
        let value = |field: &Option<FieldIndex>| {
            field.map_or(Value::Null, |field| self.org.value(record, field).into_owned())
        };
        let values: Vec<(&str, Value)> =
            parts.iter().map(|(part, field)| (*part, value(field))).collect();
        if values.iter().all(|(_, value)| value.is_null()) {
            out.extend_from_slice(b"null");
            return;
        }
        let mut separator = b'{';
        for (part, value) in values {
            out.push(separator);
            separator = b',';
            json::write_key(out, part);
            json::write_value(out, &value);
        }
        out.push(b'}');
    }
}
