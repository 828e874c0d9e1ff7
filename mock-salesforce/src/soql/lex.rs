//! SOQL text to tokens.
//!
//! A dotted path is one token, so that an error stands at the path's start as Salesforce's does
//! (wire reference §4.3). The last token is always the end of the statement.

use winnow::{
    LocatingSlice, Parser,
    ascii::digit1,
    combinator::{alt, dispatch, fail, opt, peek, preceded, repeat, terminated},
    error::{ContextError, ErrMode},
    stream::{Location, Stream},
    token::{any, one_of, take, take_while},
};

use super::{
    ast::{Operator, Span},
    error::SoqlError,
};

/// Longest statement, in characters (wire reference §13).
pub const STATEMENT_LIMIT: usize = 100_000;
/// Deepest nesting of parentheses that is read.
pub const NESTING_LIMIT: usize = 64;

type Input<'s> = LocatingSlice<&'s str>;
type Lexed<T> = Result<T, ErrMode<ContextError>>;

/// A token and its place.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Token<'s> {
    pub(crate) kind: TokenKind<'s>,
    pub(crate) span: Span,
}

impl Location for Token<'_> {
    fn previous_token_end(&self) -> usize {
        self.span.end
    }

    fn current_token_start(&self) -> usize {
        self.span.start
    }
}

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum TokenKind<'s> {
    /// A keyword, a name or a dotted path.
    Word(&'s str),
    /// What stands between quotes, escapes still in it.
    Text(&'s str),
    Number(&'s str),
    Date(&'s str),
    DateTime(&'s str),
    Operator(Operator),
    Comma,
    Colon,
    Open,
    Close,
    End,
}

/// Cuts a statement into tokens.
pub(crate) fn tokens(text: &str) -> Result<Vec<Token<'_>>, SoqlError> {
    if text.chars().count() > STATEMENT_LIMIT {
        let message =
            format!("SOQL statements can not be longer than {STATEMENT_LIMIT} characters");
        return Err(SoqlError::new("MALFORMED_QUERY", message));
    }
    let mut input = LocatingSlice::new(text);
    let mut tokens = Vec::with_capacity(text.len() / 6 + 2);
    let mut depth = 0_usize;
    loop {
        skip_blanks(&mut input);
        let start = input.current_token_start();
        if input.is_empty() {
            tokens.push(Token { kind: TokenKind::End, span: Span { start, end: start } });
            return Ok(tokens);
        }
        let kind = token.parse_next(&mut input).map_err(|_| refused(text, start))?;
        let span = Span { start, end: input.previous_token_end() };
        depth = match kind {
            TokenKind::Open => depth + 1,
            TokenKind::Close => depth.saturating_sub(1),
            _ => depth,
        };
        if depth > NESTING_LIMIT {
            return Err(SoqlError::at(text, span, "QUERY_TOO_COMPLICATED", TOO_COMPLICATED));
        }
        tokens.push(Token { kind, span });
    }
}

const TOO_COMPLICATED: &str =
    "Query is either selecting too many fields or the filter conditions are too complicated.";

fn skip_blanks(input: &mut Input<'_>) {
    let blanks = input.as_ref().len() - input.as_ref().trim_start().len();
    input.next_slice(blanks);
}

/// The character at `start` begins no token, or a token that never ends.
fn refused(text: &str, start: usize) -> SoqlError {
    let rest = text.get(start..).unwrap_or_default();
    if rest.starts_with('\'') {
        let span = Span { start, end: text.len() };
        let message = match bad_escape(rest) {
            Some(escape) => format!(
                "Invalid string literal '{rest}'. Illegal character sequence '{escape}' in string literal."
            ),
            None => "unexpected char: '''".to_owned(),
        };
        return SoqlError::at(text, span, "MALFORMED_QUERY", &message);
    }
    let end = start + rest.chars().next().map_or(0, char::len_utf8);
    SoqlError::unexpected(text, Span { start, end })
}

/// The first backslash sequence that SOQL has not.
fn bad_escape(quoted: &str) -> Option<String> {
    let mut chars = quoted.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            continue;
        }
        let next = chars.next()?;
        if !is_escape(next) {
            return Some(format!("\\{next}"));
        }
    }
    None
}

fn is_escape(c: char) -> bool {
    "nrtbfNRTBF\"'\\uU_%".contains(c)
}

fn token<'s>(input: &mut Input<'s>) -> Lexed<TokenKind<'s>> {
    dispatch! { peek(any);
        'a'..='z' | 'A'..='Z' | '_' => word.map(TokenKind::Word),
        '0'..='9' => alt((datetime, date, number)),
        '+' | '-' | '.' => number,
        '\'' => quoted.map(TokenKind::Text),
        ',' => any.value(TokenKind::Comma),
        ':' => any.value(TokenKind::Colon),
        '(' => any.value(TokenKind::Open),
        ')' => any.value(TokenKind::Close),
        '=' | '!' | '<' | '>' => operator.map(TokenKind::Operator),
        _ => fail,
    }
    .parse_next(input)
}

fn name<'s>(input: &mut Input<'s>) -> Lexed<&'s str> {
    (
        one_of(|c: char| c.is_ascii_alphabetic() || c == '_'),
        take_while(0.., |c: char| c.is_ascii_alphanumeric() || c == '_'),
    )
        .take()
        .parse_next(input)
}

fn word<'s>(input: &mut Input<'s>) -> Lexed<&'s str> {
    (name, repeat::<_, _, (), _, _>(0.., ('.', name))).take().parse_next(input)
}

fn quoted<'s>(input: &mut Input<'s>) -> Lexed<&'s str> {
    let piece = alt((
        take_while(1.., |c: char| c != '\'' && c != '\\').void(),
        ('\\', one_of(['u', 'U']), take_while(4..=4, |c: char| c.is_ascii_hexdigit())).void(),
        ('\\', one_of(|c: char| is_escape(c) && !"uU".contains(c))).void(),
    ));
    terminated(preceded('\'', repeat::<_, _, (), _, _>(0.., piece).take()), '\'').parse_next(input)
}

fn number<'s>(input: &mut Input<'s>) -> Lexed<TokenKind<'s>> {
    let whole = (digit1, opt(('.', opt(digit1)))).void();
    let fraction = ('.', digit1).void();
    let exponent = (one_of(['e', 'E']), opt(one_of(['+', '-'])), digit1);
    (opt(one_of(['+', '-'])), alt((whole, fraction)), opt(exponent))
        .take()
        .map(TokenKind::Number)
        .parse_next(input)
}

fn digits<'s>(count: usize) -> impl Parser<Input<'s>, &'s str, ErrMode<ContextError>> {
    take_while(count..=count, |c: char| c.is_ascii_digit())
}

fn date<'s>(input: &mut Input<'s>) -> Lexed<TokenKind<'s>> {
    (digits(4), '-', digits(2), '-', digits(2)).take().map(TokenKind::Date).parse_next(input)
}

fn datetime<'s>(input: &mut Input<'s>) -> Lexed<TokenKind<'s>> {
    let zone = alt((
        one_of(['Z', 'z']).void(),
        (one_of(['+', '-']), digits(2), opt(':'), digits(2)).void(),
    ));
    let clock = (digits(2), ':', digits(2), ':', digits(2), opt(('.', digit1)));
    (digits(4), '-', digits(2), '-', digits(2), one_of(['T', 't']), clock, zone)
        .take()
        .map(TokenKind::DateTime)
        .parse_next(input)
}

fn operator(input: &mut Input<'_>) -> Lexed<Operator> {
    alt((
        take(2_usize).verify_map(|two: &str| match two {
            "!=" | "<>" => Some(Operator::NotEqual),
            "<=" => Some(Operator::LessOrEqual),
            ">=" => Some(Operator::GreaterOrEqual),
            _ => None,
        }),
        '='.value(Operator::Equal),
        '<'.value(Operator::Less),
        '>'.value(Operator::Greater),
    ))
    .parse_next(input)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<TokenKind<'_>> {
        tokens(text).unwrap().into_iter().map(|token| token.kind).collect()
    }

    #[test]
    fn a_path_is_one_token_and_the_end_is_a_token() {
        assert_eq!(
            kinds("Account.Owner.Name ,x"),
            [
                TokenKind::Word("Account.Owner.Name"),
                TokenKind::Comma,
                TokenKind::Word("x"),
                TokenKind::End
            ]
        );
    }

    #[test]
    fn dates_datetimes_and_numbers_are_told_apart() {
        assert_eq!(
            kinds("2026-01-31 2026-01-31T10:00:00.000+01:00 -1.5 20"),
            [
                TokenKind::Date("2026-01-31"),
                TokenKind::DateTime("2026-01-31T10:00:00.000+01:00"),
                TokenKind::Number("-1.5"),
                TokenKind::Number("20"),
                TokenKind::End
            ]
        );
    }

    #[test]
    fn quotes_may_be_escaped_and_other_escapes_are_refused() {
        assert_eq!(kinds(r"'O\'Brien'"), [TokenKind::Text(r"O\'Brien"), TokenKind::End]);
        assert_eq!(tokens(r"'a\d'").unwrap_err().code, "MALFORMED_QUERY");
        assert_eq!(tokens("'never ends").unwrap_err().code, "MALFORMED_QUERY");
        assert_eq!(tokens("\"double\"").unwrap_err().code, "MALFORMED_QUERY");
    }

    #[test]
    fn nesting_is_bounded() {
        let error = tokens(&"(".repeat(NESTING_LIMIT + 1)).unwrap_err();
        assert_eq!(error.code, "QUERY_TOO_COMPLICATED");
    }
}
