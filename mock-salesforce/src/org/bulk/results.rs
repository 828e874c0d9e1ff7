//! What a job tells of its rows: three CSV files in the job's own dialect.

use std::fmt::Write as _;

use super::super::error::OrgError;
use super::{Job, RowResult};

impl Job {
    /// Rows that were saved: `sf__Id`, `sf__Created` and the columns of the file.
    pub fn successful_results(&self) -> String {
        let own = |result: &RowResult| {
            let id = result.id.filter(|_| result.errors.is_empty())?;
            Some([id.to_string(), result.created.to_string()])
        };
        self.results_file(["sf__Id", "sf__Created"], own)
    }

    /// Rows that were refused: `sf__Id`, `sf__Error` and the columns of the file.
    pub fn failed_results(&self) -> String {
        let own = |result: &RowResult| {
            let failed = !result.errors.is_empty();
            let id = result.id.map(|id| id.to_string()).unwrap_or_default();
            failed.then(|| [id, error_text(&result.errors)])
        };
        self.results_file(["sf__Id", "sf__Error"], own)
    }

    /// Rows that were never tried.
    pub fn unprocessed_rows(&self) -> String {
        let mut out = String::new();
        self.line(&mut out, &self.header);
        for row in self.rows.iter().skip(self.results.len()) {
            self.line(&mut out, row);
        }
        out
    }

    fn results_file(
        &self,
        names: [&str; 2],
        own: impl Fn(&RowResult) -> Option<[String; 2]>,
    ) -> String {
        let mut out = String::new();
        let header: Vec<&str> =
            names.into_iter().chain(self.header.iter().map(String::as_str)).collect();
        self.line(&mut out, &header);
        for (result, row) in self.results.iter().zip(&self.rows) {
            if let Some(first) = own(result) {
                let cells: Vec<&str> = first
                    .iter()
                    .map(String::as_str)
                    .chain(row.iter().map(String::as_str))
                    .collect();
                self.line(&mut out, &cells);
            }
        }
        out
    }

    fn line<T: AsRef<str>>(&self, out: &mut String, cells: &[T]) {
        let delimiter = char::from(self.request.delimiter.byte());
        for (at, cell) in cells.iter().enumerate() {
            if at > 0 {
                out.push(delimiter);
            }
            let quoted = cell.as_ref().replace('"', "\"\"");
            let _infallible = write!(out, "\"{quoted}\"");
        }
        out.push_str(if self.request.crlf { "\r\n" } else { "\n" });
    }
}

/// `CODE:message:FIELDS --`, one after the other.
fn error_text(errors: &[OrgError]) -> String {
    let one = |error: &OrgError| {
        let fields = error.fields.as_deref().unwrap_or_default().join(", ");
        format!("{}:{}:{fields} --", error.code, error.message)
    };
    errors.iter().map(one).collect::<Vec<_>>().join("; ")
}
