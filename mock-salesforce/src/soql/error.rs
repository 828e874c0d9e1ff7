//! How SOQL says no: code, text, and where a place is known the caret under it.
//!
//! Wire reference §4.3. The context line is a window of the statement's line: 30 characters to the left
//! of the token and 31 to the right, each side stretched to the end of the word it would cut.

use super::ast::Span;

/// Characters shown to the left of the caret.
const CONTEXT_LEFT: usize = 30;
/// Characters shown to the right of the caret.
const CONTEXT_RIGHT: usize = 31;

/// A statement that Salesforce refuses, or that this mock does not emulate.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {message}")]
pub struct SoqlError {
    /// Salesforce's code, for example `MALFORMED_QUERY`.
    pub code: &'static str,
    /// The whole message, caret lines included.
    pub message: String,
    /// Set when Salesforce would accept the statement and this mock does not: what it lacks.
    pub unsupported: Option<&'static str>,
    /// Set when the statement asks for an object that Salesforce has and this mock has not; it is refused as if no org
    /// had it.
    pub absent: Option<&'static str>,
    /// The byte that is meant, and how long the lines about it are.
    place: Option<(usize, usize)>,
}

impl SoqlError {
    /// A refusal without a place.
    pub(crate) fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), unsupported: None, absent: None, place: None }
    }

    /// A refusal at a place of `text`.
    pub(crate) fn at(text: &str, span: Span, code: &'static str, message: &str) -> Self {
        let head = caret(text, span.start);
        let place = Some((span.start, head.len()));
        Self { place, ..Self::new(code, format!("{head}{message}")) }
    }

    /// The same refusal, about an object that Salesforce has.
    pub(crate) fn about(self, absent: Option<&'static str>) -> Self {
        Self { absent, ..self }
    }

    /// The same refusal with other lines about its place: `head` makes them of the byte.
    pub(crate) fn told_at(self, head: impl FnOnce(usize) -> String) -> Self {
        let Some((offset, length)) = self.place else { return self };
        let head = head(offset);
        let message = format!("{head}{}", self.message.get(length..).unwrap_or_default());
        Self { message, place: Some((offset, head.len())), ..self }
    }

    /// `unexpected token: '…'` at a place of `text`.
    pub(crate) fn unexpected(text: &str, span: Span) -> Self {
        let token = text.get(span.start..span.end).filter(|token| !token.is_empty());
        let message = format!("unexpected token: '{}'", token.unwrap_or("<EOF>"));
        Self::at(text, span, "MALFORMED_QUERY", &message)
    }

    /// Something that Salesforce has and this mock has not.
    pub(crate) fn unsupported(text: &str, span: Span, what: &'static str) -> Self {
        let message = format!("mock-salesforce does not emulate {what}");
        Self { unsupported: Some(what), ..Self::at(text, span, "NOT_IMPLEMENTED", &message) }
    }
}

/// The lines in front of the text of an error at byte `offset`.
fn caret(text: &str, offset: usize) -> String {
    let offset = floor_boundary(text, offset);
    let (before, after) = text.split_at(offset);
    let row = before.matches('\n').count() + 1;
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    let line_end = after.find('\n').map_or(text.len(), |at| offset + at);
    let line: Vec<char> = text.get(line_start..line_end).unwrap_or_default().chars().collect();
    let column = text.get(line_start..offset).unwrap_or_default().chars().count();

    let is_word =
        |at: usize| line.get(at).is_some_and(|c| c.is_ascii_alphanumeric() || "_.".contains(*c));
    let mut from = column.saturating_sub(CONTEXT_LEFT);
    while from > 0 && is_word(from - 1) {
        from -= 1;
    }
    let mut to = (column + CONTEXT_RIGHT).min(line.len());
    while is_word(to) {
        to += 1;
    }
    let context: String = line.iter().skip(from).take(to.saturating_sub(from)).collect();
    let indent = " ".repeat(column - from);
    format!("\n{context}\n{indent}^\nERROR at Row:{row}:Column:{}\n", column + 1)
}

fn floor_boundary(text: &str, offset: usize) -> usize {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_caret_stands_under_the_token_as_recorded() {
        assert_eq!(
            caret("select count() from XYZZY", 20),
            "\nselect count() from XYZZY\n                    ^\nERROR at Row:1:Column:21\n"
        );
    }

    #[test]
    fn the_context_line_never_cuts_a_word_and_stays_on_its_line() {
        let text = "SELECT Id\nFROM Lead WHERE SomeVeryLongFieldNameIndeed__c = 'x' AND Wrong__c = 'a' AND AnotherOne__c = 1";
        let at = text.find("Wrong__c").unwrap();
        assert_eq!(
            caret(text, at),
            "\nSomeVeryLongFieldNameIndeed__c = 'x' AND Wrong__c = 'a' AND AnotherOne__c\n                                         ^\nERROR at Row:2:Column:58\n"
        );
    }

    #[test]
    fn the_end_of_the_statement_is_named() {
        let error = SoqlError::unexpected("SELECT Id", Span { start: 9, end: 9 });
        assert!(
            error.message.ends_with("Column:10\nunexpected token: '<EOF>'"),
            "{}",
            error.message
        );
    }
}
