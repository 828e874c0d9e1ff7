//! The expression in the braces: words, phrases, wildcards, `AND`, `OR`, `AND NOT`, parentheses.
//!
//! Words beside each other must all be there, in any field. A word with punctuation in it, such as an address, is a
//! phrase: its parts stand beside each other in one field. Operators are words in capitals or not; `AND NOT` binds first, then `AND`, then `OR`.

mod tokens;

use tokens::{Token, tokens};

use super::words::words;

/// Deepest nesting of parentheses.
const DEPTH_LIMIT: usize = 50;

/// What is looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Term {
    /// Words beside each other, in lower case, with `*` and `?` as wildcards.
    Phrase(Vec<String>),
    /// All of them.
    And(Vec<Term>),
    /// One of them.
    Or(Vec<Term>),
    /// Not this.
    Not(Box<Term>),
}

/// Why an expression is none: what is wrong, and at which byte.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TermError {
    pub(super) at: usize,
    pub(super) message: String,
}

/// Reads an expression as it stands between the braces of `FIND`.
pub(super) fn read(text: &str) -> Result<Term, TermError> {
    let tokens = tokens(text, true)?;
    parsed(text, &tokens)
}

/// Reads the text of a parameterized search: nothing has to be escaped in it.
pub(super) fn read_plain(text: &str) -> Result<Term, TermError> {
    let tokens = tokens(text, false)?;
    parsed(text, &tokens)
}

fn parsed(text: &str, tokens: &[(usize, Token)]) -> Result<Term, TermError> {
    let mut reader = Reader { tokens, at: 0, end: text.len() };
    let term = reader.any(0)?;
    match reader.peek() {
        Some((at, token)) => Err(token.unexpected(*at)),
        None => Ok(term),
    }
}

struct Reader<'t> {
    tokens: &'t [(usize, Token)],
    at: usize,
    end: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<&(usize, Token)> {
        self.tokens.get(self.at)
    }

    fn is(&self, token: &Token) -> bool {
        self.peek().is_some_and(|(_, next)| next == token)
    }

    fn take(&mut self, token: &Token) -> bool {
        let is = self.is(token);
        self.at += usize::from(is);
        is
    }

    fn any(&mut self, depth: usize) -> Result<Term, TermError> {
        let mut terms = vec![self.all(depth)?];
        while self.take(&Token::Or) {
            terms.push(self.all(depth)?);
        }
        Ok(of(terms, Term::Or))
    }

    fn all(&mut self, depth: usize) -> Result<Term, TermError> {
        let mut terms = vec![self.one(depth)?];
        loop {
            if self.take(&Token::And) {
                terms.push(self.and_term(depth)?);
            } else if matches!(self.peek(), Some((_, Token::Words(_) | Token::Open))) {
                terms.push(self.one(depth)?);
            } else {
                return Ok(of(terms, Term::And));
            }
        }
    }

    /// What stands behind `AND`.
    fn and_term(&mut self, depth: usize) -> Result<Term, TermError> {
        if self.take(&Token::Not) {
            return Ok(Term::Not(Box::new(self.one(depth)?)));
        }
        self.one(depth)
    }

    fn one(&mut self, depth: usize) -> Result<Term, TermError> {
        let Some((at, token)) = self.tokens.get(self.at) else {
            return Err(TermError { at: self.end, message: "unexpected token: '}'".to_owned() });
        };
        self.at += 1;
        match token {
            Token::Words(words) => Ok(Term::Phrase(words.clone())),
            Token::Open if depth < DEPTH_LIMIT => {
                let inner = self.any(depth + 1)?;
                if self.take(&Token::Close) {
                    return Ok(inner);
                }
                let message = "the parenthesis is never closed".to_owned();
                Err(TermError { at: *at, message })
            }
            Token::Open => {
                let message = format!("parentheses are nested more than {DEPTH_LIMIT} deep");
                Err(TermError { at: *at, message })
            }
            other => Err(other.unexpected(*at)),
        }
    }
}

/// Several terms are joined; one stands for itself.
fn of(mut terms: Vec<Term>, join: fn(Vec<Term>) -> Term) -> Term {
    if terms.len() == 1 { terms.remove(0) } else { join(terms) }
}

impl Term {
    /// Is there anything to look for: a word of at least two letters, or of a letter and a wildcard?
    pub(super) fn is_long_enough(&self) -> bool {
        match self {
            Self::Phrase(words) => words.iter().map(|word| word.chars().count()).sum::<usize>() > 1,
            Self::And(terms) | Self::Or(terms) => terms.iter().all(Self::is_long_enough),
            Self::Not(term) => term.is_long_enough(),
        }
    }

    /// The text whose words these are, as one address, if the term is a single phrase without wildcards.
    pub(super) fn is_address(&self, text: &str) -> bool {
        let Self::Phrase(own) = self else { return false };
        text.contains('@') && !text.contains(['*', '?', '"', ' ']) && *own == words(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(term: &Term) -> String {
        match term {
            Term::Phrase(words) => words.join("_"),
            Term::And(terms) => {
                format!("({})", terms.iter().map(show).collect::<Vec<_>>().join(" & "))
            }
            Term::Or(terms) => {
                format!("({})", terms.iter().map(show).collect::<Vec<_>>().join(" | "))
            }
            Term::Not(term) => format!("!{}", show(term)),
        }
    }

    #[test]
    fn expressions_have_operators_phrases_and_wildcards() {
        for (text, wanted) in [
            ("smith", "smith"),
            ("ann.lee\\-x@example.com", "ann_lee_x_example_com"),
            ("Joe Smith", "(joe & smith)"),
            ("\"Joe Smith\" OR acme*", "(joe_smith | acme*)"),
            ("a1 AND b1 OR c1", "((a1 & b1) | c1)"),
            ("a1 AND (b1 OR c1) AND NOT d1", "(a1 & (b1 | c1) & !d1)"),
            ("sm?th", "sm?th"),
            ("what\\?", "what"),
        ] {
            assert_eq!(show(&read(text).unwrap()), wanted, "{text}");
        }
    }

    #[test]
    fn what_is_no_expression_says_where() {
        for (text, at, said) in [
            ("John|jane", 4, "mismatched character '|'"),
            ("", 0, "unexpected token: '}'"),
            ("a1 OR", 5, "unexpected token: '}'"),
            ("NOT a1", 0, "unexpected token: 'NOT'"),
            ("(a1", 0, "never closed"),
            ("a1)", 2, "unexpected token: ')'"),
            ("\"a1", 0, "never closed"),
        ] {
            let error = read(text).unwrap_err();
            assert_eq!(error.at, at, "{text}");
            assert!(error.message.contains(said), "{text}: {}", error.message);
        }
        assert!(read(&"(".repeat(10_000)).is_err());
        assert!(read(&"a ".repeat(10_000)).is_err());
        assert_eq!(show(&read_plain("John|jane!").unwrap()), "john_jane");
    }
}
