//! The clauses of a search, in their order.
//!
//! Columns of errors are counted from 0, other than in SOQL (wire reference §4.4).

use super::term::{self, Term, TermError};
use crate::soql::{SoqlError, ast::Span};

/// Longest search in characters.
const TEXT_LIMIT: usize = 100_000;
/// Most objects that one search returns.
const OBJECT_LIMIT: usize = 20;

/// A search.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Search {
    pub(crate) term: Term,
    /// The term as it was written.
    pub(crate) text: String,
    pub(crate) group: Group,
    /// Which objects, and what of them; empty: every searchable object.
    pub(crate) returning: Vec<Returning>,
    pub(crate) limit: Option<usize>,
    /// Are field labels asked for (`WITH METADATA = 'LABELS'`)?
    pub(crate) labels: bool,
    /// The whole search; empty where its parts came apart.
    pub(crate) source: String,
}

/// Where words are looked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Group {
    /// Every searchable field.
    #[default]
    All,
    /// Names.
    Name,
    /// E-mail addresses.
    Email,
    /// Phone numbers.
    Phone,
}

impl Group {
    /// The group of this name, in any case; the sidebar looks everywhere.
    pub(crate) fn of(name: &str) -> Option<Self> {
        match name.to_ascii_uppercase().as_str() {
            "ALL" | "SIDEBAR" => Some(Self::All),
            "NAME" => Some(Self::Name),
            "EMAIL" => Some(Self::Email),
            "PHONE" => Some(Self::Phone),
            _ => None,
        }
    }
}

/// What is returned of one object.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Returning {
    pub(crate) object: String,
    /// Fields parted by commas; the id when empty.
    pub(crate) fields: String,
    /// What stands behind `WHERE`.
    pub(crate) condition: Option<String>,
    /// What stands behind `ORDER BY`.
    pub(crate) order: Option<String>,
    pub(crate) limit: Option<usize>,
    pub(crate) offset: usize,
    /// Where in the search the object, the fields, the condition and the order stand.
    pub(crate) places: [usize; 4],
}

/// Reads a search.
pub(crate) fn parse(text: &str) -> Result<Search, SoqlError> {
    if text.chars().count() > TEXT_LIMIT {
        let message = format!("SOSL statements can not be longer than {TEXT_LIMIT} characters");
        return Err(SoqlError::new("MALFORMED_SEARCH", message));
    }
    let mut reader = Reader { text, at: 0 };
    if !reader.take("FIND") {
        return Err(no_term());
    }
    let (term, written) = reader.term()?;
    let mut search = Search {
        term,
        text: written,
        group: Group::All,
        returning: Vec::new(),
        limit: None,
        labels: false,
        source: text.to_owned(),
    };
    if reader.take("IN") {
        search.group = reader.group()?;
    }
    if reader.take("RETURNING") {
        search.returning = reader.returning()?;
    }
    while reader.take("WITH") {
        search.labels |= reader.with()?;
    }
    if reader.take("LIMIT") {
        search.limit = Some(reader.number()?);
    }
    if reader.take("UPDATE") {
        return Err(SoqlError::unsupported(
            text,
            Span { start: reader.at, end: text.len() },
            "UPDATE TRACKING and VIEWSTAT of SOSL",
        ));
    }
    if reader.word().is_empty() { Ok(search) } else { Err(reader.unexpected()) }
}

fn no_term() -> SoqlError {
    let message = "No search term found. The search term must be enclosed in braces.";
    SoqlError::new("MALFORMED_SEARCH", message)
}

/// The term of a parameterized search.
pub(super) fn plain_term(text: &str) -> Result<Term, SoqlError> {
    let term = term::read_plain(text)
        .map_err(|error| SoqlError::new("MALFORMED_SEARCH", error.message))?;
    long_enough(term, text)
}

fn long_enough(term: Term, text: &str) -> Result<Term, SoqlError> {
    if term.is_long_enough() {
        return Ok(term);
    }
    let message = format!("search term must be longer than one character: {}", text.trim());
    Err(SoqlError::new("MALFORMED_SEARCH", message))
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Reader<'t> {
    fn skip_blanks(&mut self) {
        let left = self.left();
        self.at += left.len() - left.trim_start().len();
    }

    fn left(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// The next word, without taking it; one character when it is none.
    fn word(&mut self) -> &'t str {
        self.skip_blanks();
        let left = self.left();
        let end = left.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(left.len());
        let end = if end == 0 { left.chars().next().map_or(0, char::len_utf8) } else { end };
        left.get(..end).unwrap_or_default()
    }

    fn take(&mut self, word: &str) -> bool {
        let is = self.word().eq_ignore_ascii_case(word);
        self.at += if is { word.len() } else { 0 };
        is
    }

    fn expect(&mut self, word: &str) -> Result<(), SoqlError> {
        if self.take(word) { Ok(()) } else { Err(self.unexpected()) }
    }

    fn name(&mut self) -> Result<&'t str, SoqlError> {
        let word = self.word();
        if !word.starts_with(|c: char| c.is_alphabetic()) {
            return Err(self.unexpected());
        }
        self.at += word.len();
        Ok(word)
    }

    fn number(&mut self) -> Result<usize, SoqlError> {
        let word = self.word();
        let number = word.parse().map_err(|_| self.unexpected())?;
        self.at += word.len();
        Ok(number)
    }

    fn unexpected(&mut self) -> SoqlError {
        let word = self.word();
        let shown = if word.is_empty() { "<EOF>" } else { word };
        self.refused(self.at, &format!("unexpected token: '{shown}'"))
    }

    /// A refusal at a byte of the text.
    fn refused(&self, at: usize, what: &str) -> SoqlError {
        let (head, row, column) = lines_about(self.text, at);
        SoqlError::new("MALFORMED_SEARCH", format!("{head}line {row}:{column} {what}"))
    }

    fn term(&mut self) -> Result<(Term, String), SoqlError> {
        self.skip_blanks();
        let inner = self.left().strip_prefix('{').ok_or_else(no_term)?;
        let start = self.at + 1;
        let end = closing(inner).ok_or_else(no_term)?;
        let written = inner.get(..end).unwrap_or_default();
        let term = term::read(written)
            .map_err(|TermError { at, message }| self.refused(start + at, &message))?;
        self.at = start + end + 1;
        Ok((long_enough(term, written)?, written.trim().to_owned()))
    }

    fn group(&mut self) -> Result<Group, SoqlError> {
        let group = Group::of(self.word()).ok_or_else(|| self.unexpected())?;
        self.name()?;
        self.expect("FIELDS")?;
        Ok(group)
    }

    fn returning(&mut self) -> Result<Vec<Returning>, SoqlError> {
        let mut all = Vec::new();
        loop {
            if all.len() >= OBJECT_LIMIT {
                let message = format!("a search returns at most {OBJECT_LIMIT} objects");
                return Err(SoqlError::new("MALFORMED_SEARCH", message));
            }
            let object = self.name()?.to_owned();
            let places = [self.at - object.len(); 4];
            let one = Returning { object, places, ..Returning::default() };
            let one = if self.take("(") { self.of_object(one)? } else { one };
            all.push(one);
            if !self.take(",") {
                return Ok(all);
            }
        }
    }

    fn of_object(&mut self, mut one: Returning) -> Result<Returning, SoqlError> {
        let [_, fields, condition, order] = &mut one.places;
        self.until_clause(fields).clone_into(&mut one.fields);
        if one.fields.is_empty() {
            return Err(self.unexpected());
        }
        if self.take("USING") {
            return Err(SoqlError::unsupported(
                self.text,
                Span { start: self.at, end: self.text.len() },
                "USING LISTVIEW",
            ));
        }
        if self.take("WHERE") {
            one.condition = Some(self.until_clause(condition).to_owned());
        }
        if self.take("ORDER") {
            self.expect("BY")?;
            one.order = Some(self.until_clause(order).to_owned());
        }
        if self.take("LIMIT") {
            one.limit = Some(self.number()?);
        }
        if self.take("OFFSET") {
            one.offset = self.number()?;
        }
        self.expect(")")?;
        Ok(one)
    }

    /// The text up to the next clause or the closing parenthesis, outside of quotes and inner parentheses; it starts at
    /// `start`.
    fn until_clause(&mut self, start: &mut usize) -> &'t str {
        self.skip_blanks();
        *start = self.at;
        let mut depth = 0_usize;
        loop {
            let word = self.word();
            match word {
                "" => break,
                "(" => depth += 1,
                ")" if depth == 0 => break,
                ")" => depth -= 1,
                "'" => {
                    self.at += 1 + quoted(self.left().get(1..).unwrap_or_default());
                    continue;
                }
                clause if depth == 0 && is_clause(clause) => break,
                _ => {}
            }
            self.at += word.len();
        }
        self.text.get(*start..self.at).unwrap_or_default().trim()
    }

    /// What stands behind `WITH`; true when it asks for labels.
    fn with(&mut self) -> Result<bool, SoqlError> {
        let at = self.at;
        let name = self.name()?;
        if name.eq_ignore_ascii_case("METADATA") {
            self.expect("=")?;
            let value = self.literal()?;
            return if value.eq_ignore_ascii_case("LABELS") {
                Ok(true)
            } else {
                Err(self.unexpected())
            };
        }
        // Spelling is never corrected here, which is what an org without a better word does.
        if name.eq_ignore_ascii_case("SPELL_CORRECTION") {
            self.expect("=")?;
            self.name()?;
            return Ok(false);
        }
        Err(SoqlError::unsupported(
            self.text,
            Span { start: at, end: self.text.len() },
            "WITH clauses of SOSL but METADATA and SPELL_CORRECTION",
        ))
    }

    fn literal(&mut self) -> Result<&'t str, SoqlError> {
        self.expect("'")?;
        let left = self.left();
        let length = quoted(left);
        let value = left.get(..length.saturating_sub(1)).unwrap_or_default();
        self.at += length;
        Ok(value)
    }
}

/// The lines about a byte of a search, its row and its column, which is counted from 0.
pub(super) fn lines_about(text: &str, at: usize) -> (String, usize, usize) {
    let before = text.get(..at).unwrap_or(text);
    let row = before.matches('\n').count() + 1;
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    let line = text.get(line_start..).unwrap_or_default().lines().next().unwrap_or_default();
    let column = before.get(line_start..).unwrap_or_default().chars().count();
    let blanks = " ".repeat(column.saturating_sub(1));
    (format!("\n{line}\n{blanks}^\nERROR at Row:{row}:Column:{column}\n"), row, column)
}

fn is_clause(word: &str) -> bool {
    ["WHERE", "USING", "ORDER", "LIMIT", "OFFSET"]
        .iter()
        .any(|clause| word.eq_ignore_ascii_case(clause))
}

/// Bytes up to and with the quotation mark that ends a text.
fn quoted(text: &str) -> usize {
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => {
                chars.next();
            }
            '\'' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// Where the brace closes that is open.
fn closing(text: &str) -> Option<usize> {
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => {
                chars.next();
            }
            '}' => return Some(at),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(text: &str) -> String {
        parse(text).unwrap_err().message
    }

    #[test]
    fn every_clause_is_read() {
        let search = parse(
            "find {ann\\-lee} in email fields returning Lead(Id, Name where Company = 'a) limit 1' and (x = 1) order by Name desc limit 5 offset 2), Contact with metadata = 'LABELS' limit 10",
        )
        .unwrap();
        assert_eq!((search.group, search.limit, search.labels), (Group::Email, Some(10), true));
        let lead = &search.returning[0];
        assert_eq!(lead.condition.as_deref(), Some("Company = 'a) limit 1' and (x = 1)"));
        assert_eq!(
            (lead.fields.as_str(), lead.order.as_deref(), lead.limit, lead.offset),
            ("Id, Name", Some("Name desc"), Some(5), 2)
        );
        assert_eq!(
            search.returning[1],
            Returning { object: "Contact".to_owned(), places: [135; 4], ..Returning::default() }
        );
    }

    #[test]
    fn columns_are_counted_from_nought() {
        assert_eq!(
            message("FIND {John|jane_gray@uoa.edu} RETURNING Contact"),
            "\nFIND {John|jane_gray@uoa.edu} RETURNING Contact\n         ^\nERROR at Row:1:Column:10\nline 1:10 mismatched character '|' expecting '}'"
        );
        assert!(message("FIND {ab} RETURNING Lead(Id").contains("unexpected token: '<EOF>'"));
        assert!(message("FIND {ab}\nIN NO FIELDS").contains("Row:2:Column:3"));
    }

    #[test]
    fn a_term_must_be_there_and_long_enough() {
        let none = "No search term found. The search term must be enclosed in braces.";
        for text in ["", "SELECT Id", "FIND nothing", "FIND {ab", "FIND"] {
            assert_eq!(message(text), none, "{text}");
        }
        assert!(message("FIND {a}").contains("longer than one character"));
        assert!(parse("FIND {ab} WITH HIGHLIGHT").unwrap_err().unsupported.is_some());
        assert!(
            parse("FIND {ab} RETURNING Lead(Id USING LISTVIEW=x)")
                .unwrap_err()
                .unsupported
                .is_some()
        );
    }
}
