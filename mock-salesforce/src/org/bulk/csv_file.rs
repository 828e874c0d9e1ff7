//! The CSV file of a batch: delimiters, line endings, quoted cells of several lines.
//!
//! Salesforce reads it strictly, and a mark of UTF-8 in front of it is a letter to it: what cannot be read fails the whole
//! batch, in the words of its reader (the same as that of its open Java client). The file stays as it was sent, with the place where each row begins; cells are read when they are needed.

mod parting;

use bytes::Bytes;
use bytestring::ByteString;

use super::request::Dialect;
pub(super) use parting::CsvRow;
use parting::Parting;

/// Most columns (wire reference §13).
pub(super) const COLUMNS_MAX: usize = 5_000;
/// Most characters of one row (wire reference §13).
pub(super) const ROW_CHARS_MAX: usize = 400_000;
/// Most characters of one cell (wire reference §13).
pub(super) const CELL_CHARS_MAX: usize = 131_072;

/// A file whose rows are known.
#[derive(Clone, Debug)]
pub(crate) struct CsvFile {
    text: ByteString,
    dialect: Dialect,
    header: Vec<String>,
    header_text: String,
    /// Where each row begins.
    starts: Vec<u32>,
    /// Rows with another number of cells than the header, and that number.
    odd: Vec<(usize, usize)>,
}

impl CsvFile {
    /// Reads a file from its header to its last row, or says what is wrong with it.
    pub(super) fn read(text: &Bytes, dialect: Dialect) -> Result<Self, String> {
        let text = ByteString::try_from(text.clone())
            .map_err(|_| "ClientInputError : the data is not UTF-8".to_owned())?;
        let (header, header_text) = (Vec::new(), String::new());
        let (starts, odd) = (Vec::new(), Vec::new());
        let mut file = Self { text, dialect, header, header_text, starts, odd };
        file.scan().map_err(|message| format!("InvalidBatch : {message}"))?;
        Ok(file)
    }

    fn scan(&mut self) -> Result<(), String> {
        let text = self.text.clone();
        let mut reader = self.reader(0, &text);
        if let Some(header) = reader.next() {
            self.header = header.cells().map(|name| name.trim().to_owned()).collect();
            header.text().clone_into(&mut self.header_text);
        }
        if self.header.len() > COLUMNS_MAX {
            return Err(unparsed(&format!(
                "Exceeded max number of columns per record : {COLUMNS_MAX}"
            )));
        }
        if let Some(reason) = parting::fault(text.as_bytes(), reader.delimiter, 0) {
            return Err(unparsed(reason));
        }
        loop {
            let start = reader.at;
            let passed = reader.pass().map_err(unparsed)?;
            let Some((has, length)) = passed else { return Ok(()) };
            if has != self.header.len() {
                self.odd.push((self.starts.len(), has));
            }
            if length > ROW_CHARS_MAX {
                return Err(unparsed(&format!(
                    "Exceeded max length for one record: {length}. Max length for one record should be less than or \
                     equal to {ROW_CHARS_MAX}"
                )));
            }
            self.starts.push(u32::try_from(start).unwrap_or(u32::MAX));
        }
    }

    /// Does the header end as the job says lines end?
    pub(super) fn check_ending(&self) -> Result<(), String> {
        let mut quoted = false;
        let ends = |byte: &u8| {
            quoted ^= *byte == b'"';
            *byte == b'\n' && !quoted
        };
        let Some(end) = self.text.as_bytes().iter().position(ends) else { return Ok(()) };
        let header = self.text.get(..end).unwrap_or_default();
        if header.ends_with('\r') == self.dialect.crlf {
            return Ok(());
        }
        let told = self.dialect.line_ending();
        Err(format!(
            "ClientInputError : LineEnding is invalid on user data. Current LineEnding setting is {told}"
        ))
    }

    /// The names of the columns, as sent.
    pub(super) fn header(&self) -> &[String] {
        &self.header
    }

    /// The first line as sent.
    pub(super) fn header_text(&self) -> &str {
        &self.header_text
    }

    /// How many cells a row has, where that is not as many as the header.
    pub(super) fn odd_cells(&self, row: usize) -> Option<usize> {
        let found = self.odd.binary_search_by_key(&row, |(odd, _)| *odd).ok()?;
        self.odd.get(found).map(|(_, cells)| *cells)
    }

    /// How many rows there are.
    pub(super) fn count(&self) -> usize {
        self.starts.len()
    }

    /// Reads rows from the `from`-th on.
    pub(super) fn rows_from(&self, from: usize) -> RowReader<'_> {
        let start = self.starts.get(from).map_or(self.text.len(), |start| *start as usize);
        self.reader(start, &self.text)
    }

    fn reader<'f>(&self, at: usize, text: &'f str) -> RowReader<'f> {
        let delimiter = self.dialect.delimiter.byte();
        RowReader { text, delimiter, at, parting: Parting::default() }
    }
}

/// Why a file is no CSV, as Salesforce begins to say it.
fn unparsed(reason: &str) -> String {
    format!("Failed to parse CSV. {reason}")
}

/// Reads one row after the other into the same place.
#[derive(Debug)]
pub(super) struct RowReader<'f> {
    text: &'f str,
    delimiter: u8,
    /// Where the next row begins, or blank lines before it.
    at: usize,
    parting: Parting,
}

impl RowReader<'_> {
    /// Passes the next row by: how many cells it has, and the bytes of all of them together. Fails where its quotes are
    /// not in order.
    fn pass(&mut self) -> Result<Option<(usize, usize)>, &'static str> {
        let text = self.text.as_bytes();
        if let Some(row) = parting::plain_row(text, self.delimiter, self.at) {
            self.at = row.end;
            return Ok(Some((row.cells, row.length)));
        }
        if let Some(reason) = parting::fault(text, self.delimiter, self.at) {
            return Err(reason);
        }
        Ok(self.next().map(|row| (row.len(), row.length())))
    }

    /// The next row.
    pub(super) fn next(&mut self) -> Option<CsvRow<'_>> {
        let place = self.parting.part(self.text.as_bytes(), self.delimiter, self.at)?;
        self.at = place.end;
        Some(self.parting.row(self.text.get(place).unwrap_or_default()))
    }
}

/// Writes a line of quoted cells.
pub(crate) fn write_line<'c>(
    out: &mut Vec<u8>,
    dialect: Dialect,
    cells: impl IntoIterator<Item = &'c str>,
) {
    for (at, cell) in cells.into_iter().enumerate() {
        if at > 0 {
            out.push(dialect.delimiter.byte());
        }
        write_cell(out, cell);
    }
    write_ending(out, dialect);
}

/// Writes one quoted cell.
pub(crate) fn write_cell(out: &mut Vec<u8>, cell: &str) {
    out.push(b'"');
    for (at, part) in cell.split('"').enumerate() {
        if at > 0 {
            out.extend_from_slice(b"\"\"");
        }
        out.extend_from_slice(part.as_bytes());
    }
    out.push(b'"');
}

/// Ends a line.
pub(crate) fn write_ending(out: &mut Vec<u8>, dialect: Dialect) {
    out.extend_from_slice(if dialect.crlf { b"\r\n" } else { b"\n" });
}

#[cfg(test)]
mod tests {
    use super::super::request::Delimiter;
    use super::*;

    fn rows(text: &str, dialect: Dialect) -> Vec<Vec<String>> {
        let file = CsvFile::read(&Bytes::from(text.to_owned()), dialect).unwrap();
        let mut reader = file.rows_from(0);
        let mut all = vec![file.header().to_vec()];
        while let Some(row) = reader.next() {
            all.push(row.cells().map(str::to_owned).collect());
        }
        assert_eq!(all.len(), file.count() + 1);
        all
    }

    #[test]
    fn cells_may_hold_delimiters_quotes_and_line_ends() {
        let text = "A,B\n\"x, \"\"y\"\"\",\"1\n2\"\n\n,\n";
        assert_eq!(rows(text, Dialect::default()), [["A", "B"], ["x, \"y\"", "1\n2"], ["", ""]]);
        let dialect = Dialect { delimiter: Delimiter::Backquote, crlf: true };
        assert_eq!(rows("A`B\r\nx,`y\r\n", dialect), [["A", "B"], ["x,", "y"]]);
    }

    #[test]
    fn a_row_in_the_middle_is_found_by_its_place() {
        let text = Bytes::from_static(b"A,B\r\n\"a\r\n1\",b\r\nc,d\r\ne,f");
        let file = CsvFile::read(&text, Dialect { crlf: true, ..Dialect::default() }).unwrap();
        let mut reader = file.rows_from(1);
        assert_eq!(reader.next().unwrap().cells().collect::<Vec<_>>(), ["c", "d"]);
        assert!(file.rows_from(3).next().is_none());
        file.check_ending().unwrap();
    }

    #[test]
    fn what_is_wrong_with_a_file_is_told() {
        let read =
            |text: &'static [u8]| CsvFile::read(&Bytes::from_static(text), Dialect::default());
        let odd = read(b"\"A\",B\nx,y\nx\n1,2,3\n").unwrap();
        assert_eq!([0, 1, 2, 3].map(|row| odd.odd_cells(row)), [None, Some(1), Some(3), None]);
        assert_eq!(odd.header_text(), "\"A\",B");
        let quotes = "InvalidBatch : Failed to parse CSV. Found unescaped quote. A value with quote should be within a quote";
        assert_eq!(read(b"A,B\nx, \"y\"\n").unwrap_err(), quotes);
        assert_eq!(read(b"\xef\xbb\xbf\"A\",B\nx,y\n").unwrap_err(), quotes);
        assert!(
            read(b"A,B\nx,\"y\" \n")
                .unwrap_err()
                .ends_with("Not expecting more text after end quote")
        );
        assert!(
            read(b"A,B\nx,\"y\n")
                .unwrap_err()
                .ends_with("EOF reached before closing an opened quote")
        );
        assert_eq!(read(b"\xef\xbb\xbfA\nx\n").unwrap().header(), ["\u{feff}A"]);
        assert!(read(b"A\n\xff\n").unwrap_err().starts_with("ClientInputError"));
        assert!(
            read(b"A,B\r\nx,y\r\n").unwrap().check_ending().unwrap_err().ends_with("setting is LF")
        );
    }
}
