//! The words, operators and parentheses of an expression.

use std::{iter::Peekable, str::CharIndices};

use super::TermError;

/// Most words and phrases of one expression.
const WORD_LIMIT: usize = 1_000;
/// Characters that mean something and stand for themselves only behind a backslash.
const RESERVED: &[char] = &['&', '|', '!', '^', '~', '[', ']', '{', '}'];

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    Words(Vec<String>),
    And,
    Or,
    Not,
    Open,
    Close,
}

impl Token {
    /// The error of a token that cannot stand where it does.
    pub(super) fn unexpected(&self, at: usize) -> TermError {
        let shown = match self {
            Self::Words(words) => words.join(" "),
            Self::And => "AND".to_owned(),
            Self::Or => "OR".to_owned(),
            Self::Not => "NOT".to_owned(),
            Self::Open => "(".to_owned(),
            Self::Close => ")".to_owned(),
        };
        TermError { at, message: format!("unexpected token: '{shown}'") }
    }

    /// An operator, or words.
    fn of_word(word: &str) -> Option<Self> {
        match word.to_ascii_uppercase().as_str() {
            "AND" => Some(Self::And),
            "OR" => Some(Self::Or),
            "NOT" => Some(Self::Not),
            _ => Self::of_words(word),
        }
    }

    /// Wildcards stay in the words; everything else that is no letter parts them.
    fn of_words(text: &str) -> Option<Self> {
        let parts: Vec<String> = text
            .split(|c: char| !c.is_alphanumeric() && !matches!(c, '*' | '?'))
            .filter(|part| part.chars().any(char::is_alphanumeric))
            .map(str::to_lowercase)
            .collect();
        (!parts.is_empty()).then_some(Self::Words(parts))
    }
}

/// Cuts an expression into tokens. A `strict` one has its reserved characters escaped.
pub(super) fn tokens(text: &str, strict: bool) -> Result<Vec<(usize, Token)>, TermError> {
    let mut tokens = Vec::new();
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.peek().copied() {
        if tokens.len() >= WORD_LIMIT {
            let message = format!("a search has at most {WORD_LIMIT} words");
            return Err(TermError { at, message });
        }
        let token = match c {
            '"' => Token::of_words(&quoted(&mut chars, at)?),
            '(' | ')' => {
                chars.next();
                Some(if c == '(' { Token::Open } else { Token::Close })
            }
            c if c.is_whitespace() => {
                chars.next();
                None
            }
            _ => Token::of_word(&bare(&mut chars, strict)?),
        };
        tokens.extend(token.map(|token| (at, token)));
    }
    Ok(tokens)
}

type Chars<'t> = Peekable<CharIndices<'t>>;

/// What stands between quotation marks.
fn quoted(chars: &mut Chars<'_>, at: usize) -> Result<String, TermError> {
    chars.next();
    let mut text = String::new();
    while let Some((_, c)) = chars.next() {
        match c {
            '"' => return Ok(text),
            '\\' => text.extend(chars.next().map(|(_, c)| c)),
            c => text.push(c),
        }
    }
    Err(TermError { at, message: "the quotation mark is never closed".to_owned() })
}

/// What stands up to a blank, a quotation mark or a parenthesis.
fn bare(chars: &mut Chars<'_>, strict: bool) -> Result<String, TermError> {
    let mut text = String::new();
    while let Some((at, c)) =
        chars.next_if(|(_, c)| !c.is_whitespace() && !matches!(c, '(' | ')' | '"'))
    {
        if c == '\\' {
            // An escaped wildcard is punctuation like any other.
            let escaped = chars.next().map_or(' ', |(_, c)| c);
            text.push(if escaped.is_alphanumeric() { escaped } else { ' ' });
        } else if strict && RESERVED.contains(&c) {
            let message = format!("mismatched character '{c}' expecting '}}'");
            return Err(TermError { at, message });
        } else {
            text.push(c);
        }
    }
    Ok(text)
}
