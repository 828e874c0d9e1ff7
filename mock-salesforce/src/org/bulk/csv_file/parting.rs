//! A row of a CSV file as cells: where each begins and ends, and what quoted ones say.
//!
//! A cell that begins with a quote ends with the next one that is not doubled; what follows up to the delimiter belongs to
//! it all the same. Elsewhere a quote is a letter. A line ends with CR, LF or both; blank lines are no rows.

use std::ops::Range;

use memchr::{memchr, memchr_iter, memchr3, memchr3_iter};

/// The cells of one row; the next one is read into the same memory.
#[derive(Debug, Default)]
pub(super) struct Parting {
    cells: Vec<Cell>,
    /// What the quoted cells say, one after the other.
    unquoted: Vec<u8>,
}

/// Where a cell stands: in its row, or in what was unquoted.
#[derive(Clone, Copy, Debug)]
struct Cell {
    from: usize,
    to: usize,
    quoted: bool,
}

/// A row, parted.
#[derive(Clone, Copy, Debug)]
pub(in crate::org::bulk) struct CsvRow<'r> {
    text: &'r str,
    unquoted: &'r str,
    cells: &'r [Cell],
}

impl<'r> CsvRow<'r> {
    /// Its cells.
    pub(in crate::org::bulk) fn cells(self) -> impl Iterator<Item = &'r str> {
        self.cells.iter().map(move |cell| {
            let text = if cell.quoted { self.unquoted } else { self.text };
            text.get(cell.from..cell.to).unwrap_or_default()
        })
    }

    /// The row as it was sent, without its end.
    pub(super) fn text(self) -> &'r str {
        self.text
    }

    /// How many there are.
    pub(super) fn len(self) -> usize {
        self.cells.len()
    }

    /// The bytes of all cells together.
    pub(super) fn length(self) -> usize {
        self.cells.iter().map(|cell| cell.to - cell.from).sum()
    }
}

impl Parting {
    /// Parts the first row that begins at `from` or behind it, and tells where it stands.
    pub(super) fn part(&mut self, text: &[u8], delimiter: u8, from: usize) -> Option<Range<usize>> {
        let blank = text.get(from..)?.iter().take_while(|byte| is_end(**byte)).count();
        let start = from + blank;
        let first = *text.get(start)?;
        self.unquoted.clear();
        let plain = if first == b'"' { None } else { self.part_plain(text, delimiter, start) };
        let end = plain.unwrap_or_else(|| self.part_quoted(text, delimiter, start));
        Some(start..end)
    }

    /// Parts a row without quoted cells, and tells where it ends; `None` if it has one.
    fn part_plain(&mut self, text: &[u8], delimiter: u8, start: usize) -> Option<usize> {
        self.cells.clear();
        let rest = text.get(start..)?;
        let mut from = 0;
        for to in memchr3_iter(delimiter, b'\n', b'\r', rest) {
            self.cells.push(Cell { from, to, quoted: false });
            if rest.get(to) != Some(&delimiter) {
                return Some(start + to);
            }
            from = to + 1;
            if rest.get(from) == Some(&b'"') {
                return None;
            }
        }
        self.cells.push(Cell { from, to: rest.len(), quoted: false });
        Some(text.len())
    }

    fn part_quoted(&mut self, text: &[u8], delimiter: u8, start: usize) -> usize {
        self.cells.clear();
        let mut at = start;
        loop {
            let end = if text.get(at) == Some(&b'"') {
                self.unquote(text, delimiter, at + 1)
            } else {
                let end = end_of_cell(text, delimiter, at);
                self.cells.push(Cell { from: at - start, to: end - start, quoted: false });
                end
            };
            if text.get(end) != Some(&delimiter) {
                return end;
            }
            at = end + 1;
        }
    }

    /// The row that was parted last, whose text this is.
    pub(super) fn row<'r>(&'r self, text: &'r str) -> CsvRow<'r> {
        CsvRow {
            text,
            unquoted: str::from_utf8(&self.unquoted).unwrap_or_default(),
            cells: &self.cells,
        }
    }

    /// Reads a quoted cell from behind its first quote; gives the place of what ends it.
    fn unquote(&mut self, text: &[u8], delimiter: u8, from: usize) -> usize {
        let start = self.unquoted.len();
        let mut at = from;
        loop {
            let rest = text.get(at..).unwrap_or_default();
            let length = rest.iter().position(|byte| *byte == b'"').unwrap_or(rest.len());
            self.unquoted.extend_from_slice(rest.get(..length).unwrap_or_default());
            at = (at + length + 1).min(text.len());
            if text.get(at) != Some(&b'"') {
                break;
            }
            self.unquoted.push(b'"');
            at += 1;
        }
        let end = end_of_cell(text, delimiter, at);
        self.unquoted.extend_from_slice(text.get(at..end).unwrap_or_default());
        self.cells.push(Cell { from: start, to: self.unquoted.len(), quoted: true });
        end
    }
}

/// A row without quotes, counted.
#[derive(Clone, Copy, Debug)]
pub(super) struct PlainRow {
    pub(super) cells: usize,
    /// Bytes of all cells together.
    pub(super) length: usize,
    pub(super) end: usize,
}

/// Counts the cells of the first row that begins at `from` or behind it, many bytes at a time. `None`: it has quotes, and
/// must be parted to be counted.
pub(super) fn plain_row(text: &[u8], delimiter: u8, from: usize) -> Option<PlainRow> {
    let blank = text.get(from..)?.iter().take_while(|byte| is_end(**byte)).count();
    let start = from + blank;
    let rest = text.get(start..).filter(|rest| !rest.is_empty())?;
    let length = memchr3(b'"', b'\n', b'\r', rest).unwrap_or(rest.len());
    if rest.get(length) == Some(&b'"') {
        return None;
    }
    let delimiters = memchr_iter(delimiter, rest.get(..length).unwrap_or_default()).count();
    Some(PlainRow { cells: delimiters + 1, length: length - delimiters, end: start + length })
}

/// What is wrong with the quotes of the first row that begins at `from` or behind it, in the words of Salesforce's reader.
pub(super) fn fault(text: &[u8], delimiter: u8, from: usize) -> Option<&'static str> {
    let blank = text.get(from..)?.iter().take_while(|byte| is_end(**byte)).count();
    let mut at = from + blank;
    loop {
        let end = if text.get(at) == Some(&b'"') {
            let Some(end) = past_quotes(text, at + 1) else {
                return Some("EOF reached before closing an opened quote");
            };
            end
        } else {
            let end = end_of_cell(text, delimiter, at);
            if memchr(b'"', text.get(at..end)?).is_some() {
                return Some("Found unescaped quote. A value with quote should be within a quote");
            }
            end
        };
        match text.get(end) {
            Some(byte) if *byte == delimiter => at = end + 1,
            Some(byte) if !is_end(*byte) => return Some("Not expecting more text after end quote"),
            _ => return None,
        }
    }
}

/// One past the quote that closes the one in front of `from`.
fn past_quotes(text: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    loop {
        let end = at + memchr(b'"', text.get(at..)?)?;
        if text.get(end + 1) != Some(&b'"') {
            return Some(end + 1);
        }
        at = end + 2;
    }
}

/// The first delimiter or end of a line at `from` or behind it, or the end of the text.
fn end_of_cell(text: &[u8], delimiter: u8, from: usize) -> usize {
    let rest = text.get(from..).unwrap_or_default();
    // Nearly all letters stand above a comma and the ends of lines.
    let highest = delimiter.max(b'\r');
    let ends = |byte: &u8| *byte <= highest && (*byte == delimiter || is_end(*byte));
    from + rest.iter().position(ends).unwrap_or(rest.len())
}

fn is_end(byte: u8) -> bool {
    matches!(byte, b'\r' | b'\n')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn own(text: &str) -> Vec<Vec<String>> {
        let mut parting = Parting::default();
        let (mut rows, mut at) = (Vec::new(), 0);
        while let Some(place) = parting.part(text.as_bytes(), b',', at) {
            let before = at;
            at = place.end;
            let row = parting.row(&text[place]);
            let length = row.cells().map(str::len).sum::<usize>();
            assert_eq!(row.length(), length);
            if let Some(plain) = plain_row(text.as_bytes(), b',', before) {
                assert_eq!((plain.cells, plain.length, plain.end), (row.len(), length, at));
            }
            rows.push(row.cells().map(str::to_owned).collect());
        }
        rows
    }

    fn of_the_crate(text: &str) -> Vec<Vec<String>> {
        let mut builder = csv::ReaderBuilder::new();
        let reader = builder.has_headers(false).flexible(true).from_reader(text.as_bytes());
        let rows = reader.into_records().map(Result::unwrap);
        rows.map(|row| row.iter().map(str::to_owned).collect()).collect()
    }

    proptest! {
        #[test]
        fn rows_are_what_a_csv_reader_reads(text in "[ab\u{e9}\u{100}\", \t\r\n]{0,60}") {
            prop_assert_eq!(own(&text), of_the_crate(&text));
        }

        #[test]
        fn long_cells_are_what_a_csv_reader_reads(text in "([a-z\u{e9} .]{0,20}[,\",\n]){0,20}") {
            prop_assert_eq!(own(&text), of_the_crate(&text));
        }
    }
}
