//! What a job tells of its rows: three CSV files of a job of Bulk 2.0 in its own dialect, one result of a batch of
//! Bulk 1.0 in its own format, rows in the order in which they were sent.

use std::fmt::Write as _;

use quick_xml::escape::partial_escape;

use crate::json;

use super::super::error::OrgError;
use super::batch::{Batch, Outcome, Rows};
use super::csv_file::{CsvFile, write_cell, write_ending, write_line};
use super::request::{Content, Dialect, JobKind};
use super::{BatchState, Job};

/// First version whose failed results have an id (wire reference §6.1).
const FAILED_ID_SINCE: u16 = 53;

impl Job {
    /// Rows that were saved: `sf__Id`, `sf__Created` and the columns of the file.
    pub fn successful_results(&self) -> Vec<u8> {
        let own = |outcome: &Outcome| match outcome {
            Outcome::Saved { id, created } => Some([id.to_string(), created.to_string()]),
            Outcome::Refused(_) => None,
        };
        self.results_file(&["sf__Id", "sf__Created"], own)
    }

    /// Rows that were refused: `sf__Id`, `sf__Error` and the columns of the file.
    pub fn failed_results(&self) -> Vec<u8> {
        let names: &[&str] = if self.context.api_version < FAILED_ID_SINCE {
            &["sf__Error"]
        } else {
            &["sf__Id", "sf__Error"]
        };
        let own = |outcome: &Outcome| match outcome {
            Outcome::Saved { .. } => None,
            Outcome::Refused(refused) => {
                let id = refused.id.map(|id| id.to_string()).unwrap_or_default();
                Some([id, error_text(&refused.errors)])
            }
        };
        self.results_file(names, own)
    }

    /// Rows that were never tried.
    pub fn unprocessed_rows(&self) -> Vec<u8> {
        let mut out = Vec::new();
        let Some((batch, file)) = self.file() else { return out };
        out.extend_from_slice(file.header_text().as_bytes());
        write_ending(&mut out, self.request.dialect);
        let mut rows = file.rows_from(batch.outcomes().len());
        while let Some(row) = rows.next() {
            write_line(&mut out, self.request.dialect, row.cells());
        }
        out
    }

    /// Reads the file of a job that ended before its turn, so that its rows can be told.
    pub(super) fn read_unprocessed(&mut self) {
        let dialect = self.request.dialect;
        if self.request.kind != JobKind::Ingest {
            return;
        }
        if let Some(batch) = self.batches.first_mut()
            && matches!(batch.rows, Rows::Text)
            && let Ok(file) = CsvFile::read(&batch.text, dialect)
        {
            batch.rows = Rows::Csv(Box::new(file));
        }
    }

    fn file(&self) -> Option<(&Batch, &CsvFile)> {
        let batch = self.batches.first()?;
        match &batch.rows {
            Rows::Csv(file) => Some((batch, file)),
            _ => None,
        }
    }

    fn results_file(
        &self,
        names: &[&str],
        own: impl Fn(&Outcome) -> Option<[String; 2]>,
    ) -> Vec<u8> {
        let mut out = Vec::new();
        let dialect = self.request.dialect;
        let Some((batch, file)) = self.file() else {
            write_line(&mut out, dialect, names.iter().copied());
            return out;
        };
        write_header(&mut out, dialect, (names, file.header_text()));
        let mut rows = file.rows_from(0);
        for (at, outcome) in batch.outcomes().iter().enumerate() {
            let Some(row) = rows.next() else { return out };
            let Some(first) = own(outcome) else { continue };
            let first = first.iter().skip(2 - names.len()).map(String::as_str);
            if file.odd_cells(at).is_some() {
                let none = std::iter::repeat_n("", file.header().len());
                write_line(&mut out, dialect, first.chain(none));
            } else {
                write_line(&mut out, dialect, first.chain(row.cells()));
            }
        }
        out
    }

    /// The result of a batch of Bulk 1.0, when it has one.
    pub fn batch_results(&self, batch: &Batch) -> Option<Vec<u8>> {
        if batch.state != BatchState::Completed || self.request.operation.is_query() {
            return None;
        }
        Some(match self.request.content {
            Content::Csv => csv_results(batch),
            Content::Json => json_results(batch),
            Content::Xml => xml_results(batch).into_bytes(),
        })
    }
}

/// The names in front are quoted, the others stand as they were sent.
fn write_header(out: &mut Vec<u8>, dialect: Dialect, (names, sent): (&[&str], &str)) {
    for name in names {
        write_cell(out, name);
        out.push(dialect.delimiter.byte());
    }
    out.extend_from_slice(sent.as_bytes());
    write_ending(out, dialect);
}

fn csv_results(batch: &Batch) -> Vec<u8> {
    let dialect = Dialect::default();
    let mut out = Vec::with_capacity(64 * batch.outcomes().len());
    write_line(&mut out, dialect, ["Id", "Success", "Created", "Error"]);
    for outcome in batch.outcomes() {
        match outcome {
            Outcome::Saved { id, created } => {
                json::write_plain(&mut out, format_args!("\"{id}\",\"true\",\"{created}\",\"\""));
            }
            Outcome::Refused(refused) => {
                out.extend_from_slice(b"\"\",\"false\",\"false\",");
                write_cell(&mut out, &error_text(&refused.errors));
            }
        }
        write_ending(&mut out, dialect);
    }
    out
}

fn json_results(batch: &Batch) -> Vec<u8> {
    let mut out = b"[".to_vec();
    for (at, outcome) in batch.outcomes().iter().enumerate() {
        out.extend((at > 0).then_some(b','));
        match outcome {
            Outcome::Saved { id, created } => json::write_plain(
                &mut out,
                format_args!(
                    "{{\"success\":true,\"created\":{created},\"id\":\"{id}\",\"errors\":[]}}"
                ),
            ),
            Outcome::Refused(refused) => {
                out.extend_from_slice(
                    b"{\"success\":false,\"created\":false,\"id\":null,\"errors\":[",
                );
                write_json_errors(&mut out, &refused.errors);
                out.extend_from_slice(b"]}");
            }
        }
    }
    out.push(b']');
    out
}

fn write_json_errors(out: &mut Vec<u8>, errors: &[OrgError]) {
    for (at, error) in errors.iter().enumerate() {
        out.extend((at > 0).then_some(b','));
        write_json_error(out, error);
    }
}

fn write_json_error(out: &mut Vec<u8>, error: &OrgError) {
    out.extend_from_slice(b"{\"statusCode\":");
    json::write_text(out, error.code);
    out.extend_from_slice(b",\"message\":");
    json::write_text(out, &error.message);
    out.extend_from_slice(b",\"fields\":[");
    for (at, field) in error.fields.iter().flatten().enumerate() {
        if at > 0 {
            out.push(b',');
        }
        json::write_text(out, field);
    }
    out.extend_from_slice(b"],\"extendedErrorDetails\":null}");
}

fn xml_results(batch: &Batch) -> String {
    let mut out = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><results xmlns=\"http://www.force.com/2009/06/asyncapi/dataload\">",
    );
    for outcome in batch.outcomes() {
        out.push_str("<result>");
        match outcome {
            Outcome::Saved { id, created } => {
                let _infallible =
                    write!(out, "<id>{id}</id><success>true</success><created>{created}</created>");
            }
            Outcome::Refused(refused) => {
                refused.errors.iter().for_each(|error| write_xml_error(&mut out, error));
                out.push_str("<success>false</success><created>false</created>");
            }
        }
        out.push_str("</result>");
    }
    out.push_str("</results>");
    out
}

fn write_xml_error(out: &mut String, error: &OrgError) {
    out.push_str("<errors>");
    for field in error.fields.iter().flatten() {
        let _infallible = write!(out, "<fields>{field}</fields>");
    }
    let (code, message) = (error.code, partial_escape(error.message.as_str()));
    let _infallible =
        write!(out, "<message>{message}</message><statusCode>{code}</statusCode></errors>");
}

/// `CODE:message:FIELDS --`, one after the other.
fn error_text(errors: &[OrgError]) -> String {
    let one = |error: &OrgError| {
        let fields = error.fields.as_deref().unwrap_or_default().join(", ");
        let space = if fields.is_empty() { "" } else { " " };
        format!("{}:{}:{fields}{space}--", error.code, error.message)
    };
    errors.iter().map(one).collect::<Vec<_>>().join(";")
}
