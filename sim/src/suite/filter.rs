//! Which scenarios are meant: `tag(assignment) & requirement(AS-*) & !name(/slow/)`.
//!
//! `&`, `|`, `!` and parentheses over `tag(…)`, `requirement(…)`, `name(…)` and `case(…)`. The argument is a glob with
//! `*` and `?`, or `/text/` for whatever contains the text. A bare word is looked for in the id.

use std::fmt;

use scenarios::ast::Scenario;

/// Deepest nesting of parentheses and negations.
const DEPTH_LIMIT: usize = 64;

/// A filter expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Filter {
    /// All of them.
    All(Vec<Filter>),
    /// Any of them.
    Any(Vec<Filter>),
    /// Not this one.
    Not(Box<Filter>),
    /// Something about the scenario fits a pattern.
    Holds(Subject, Pattern),
}

/// What a pattern is held against.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// One of its tags.
    Tag,
    /// One of its requirements.
    Requirement,
    /// Its full id.
    Name,
    /// The name of its row.
    Case,
}

/// A text with wildcards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pattern {
    /// `*` is any text, `?` any character.
    Glob(String),
    /// Anywhere.
    Contains(String),
}

/// A filter that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilterError {
    text: String,
    at: usize,
    expected: &'static str,
}

impl fmt::Display for FilterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "filter cannot be read: expected {} at character {}",
            self.expected,
            self.at + 1
        )?;
        writeln!(f, "  | {}", self.text)?;
        write!(f, "  | {}^", " ".repeat(self.at))
    }
}

impl std::error::Error for FilterError {}

impl std::str::FromStr for Filter {
    type Err = FilterError;

    fn from_str(text: &str) -> Result<Self, FilterError> {
        let mut reader = Reader { text: text.chars().collect(), at: 0 };
        let filter = reader.any(0)?;
        match reader.peek() {
            None => Ok(filter),
            Some(_) => Err(reader.expected("`&`, `|` or the end")),
        }
    }
}

impl Filter {
    /// Whether the scenario is meant.
    pub fn selects(&self, scenario: &Scenario) -> bool {
        match self {
            Self::All(parts) => parts.iter().all(|part| part.selects(scenario)),
            Self::Any(parts) => parts.iter().any(|part| part.selects(scenario)),
            Self::Not(part) => !part.selects(scenario),
            Self::Holds(subject, pattern) => match subject {
                Subject::Tag => scenario.tags.iter().any(|tag| pattern.fits(tag)),
                Subject::Requirement => scenario.requirements.iter().any(|id| pattern.fits(id)),
                Subject::Name => pattern.fits(&scenario.full_id()),
                Subject::Case => scenario.case.as_ref().is_some_and(|case| pattern.fits(case)),
            },
        }
    }
}

impl Pattern {
    fn fits(&self, text: &str) -> bool {
        match self {
            Self::Glob(glob) => glob_fits(glob, text),
            Self::Contains(part) => text.contains(part.as_str()),
        }
    }
}

/// Whether `*` and `?` of the glob can be filled so that it is the text. Takes time in proportion to both at worst.
fn glob_fits(glob: &str, text: &str) -> bool {
    let (glob, text): (Vec<char>, Vec<char>) = (glob.chars().collect(), text.chars().collect());
    let (mut g, mut t) = (0, 0);
    let mut last_star: Option<(usize, usize)> = None;
    while t < text.len() {
        match glob.get(g) {
            Some('*') => {
                last_star = Some((g, t));
                g += 1;
            }
            Some(c) if *c == '?' || Some(c) == text.get(t) => {
                g += 1;
                t += 1;
            }
            _ => {
                let Some((star, from)) = last_star else { return false };
                last_star = Some((star, from + 1));
                g = star + 1;
                t = from + 1;
            }
        }
    }
    glob.iter().skip(g).all(|c| *c == '*')
}

struct Reader {
    text: Vec<char>,
    at: usize,
}

impl Reader {
    fn peek(&mut self) -> Option<char> {
        while self.text.get(self.at).is_some_and(|c| c.is_whitespace()) {
            self.at += 1;
        }
        self.text.get(self.at).copied()
    }

    fn takes(&mut self, wanted: char) -> bool {
        let found = self.peek() == Some(wanted);
        self.at += usize::from(found);
        found
    }

    fn expected(&self, expected: &'static str) -> FilterError {
        FilterError { text: self.text.iter().collect(), at: self.at, expected }
    }

    fn any(&mut self, depth: usize) -> Result<Filter, FilterError> {
        let mut parts = vec![self.all(depth)?];
        while self.takes('|') {
            parts.push(self.all(depth)?);
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Filter::Any(parts) })
    }

    fn all(&mut self, depth: usize) -> Result<Filter, FilterError> {
        let mut parts = vec![self.one(depth)?];
        while self.takes('&') {
            parts.push(self.one(depth)?);
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Filter::All(parts) })
    }

    fn one(&mut self, depth: usize) -> Result<Filter, FilterError> {
        if depth > DEPTH_LIMIT {
            return Err(self.expected("less nesting"));
        }
        if self.takes('!') {
            return Ok(Filter::Not(Box::new(self.one(depth + 1)?)));
        }
        if self.takes('(') {
            let inner = self.any(depth + 1)?;
            return if self.takes(')') { Ok(inner) } else { Err(self.expected("`)`")) };
        }
        self.predicate()
    }

    fn predicate(&mut self) -> Result<Filter, FilterError> {
        self.peek();
        let start = self.at;
        let word = self.word();
        if word.is_empty() {
            return Err(self.expected("`tag(…)`, `requirement(…)`, `name(…)`, `case(…)` or a word"));
        }
        if self.text.get(self.at) != Some(&'(') {
            return Ok(Filter::Holds(Subject::Name, Pattern::Contains(word)));
        }
        let subject = match word.as_str() {
            "tag" => Subject::Tag,
            "requirement" => Subject::Requirement,
            "name" | "id" => Subject::Name,
            "case" => Subject::Case,
            _ => {
                self.at = start;
                return Err(self.expected("`tag`, `requirement`, `name` or `case`"));
            }
        };
        self.at += 1;
        let pattern = self.pattern()?;
        if self.takes(')') {
            Ok(Filter::Holds(subject, pattern))
        } else {
            Err(self.expected("`)`"))
        }
    }

    fn word(&mut self) -> String {
        let rest = self.text.iter().skip(self.at);
        let word: String =
            rest.take_while(|c| !c.is_whitespace() && !"()&|!".contains(**c)).collect();
        self.at += word.chars().count();
        word
    }

    fn pattern(&mut self) -> Result<Pattern, FilterError> {
        let quoted = self.takes('/');
        let end = if quoted { '/' } else { ')' };
        let inner: String = self.text.iter().skip(self.at).take_while(|c| **c != end).collect();
        self.at += inner.chars().count();
        if quoted && !self.takes('/') {
            return Err(self.expected("`/`"));
        }
        let inner = if quoted { inner } else { inner.trim().to_owned() };
        if inner.is_empty() {
            return Err(self.expected("a pattern"));
        }
        Ok(if quoted { Pattern::Contains(inner) } else { Pattern::Glob(inner) })
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};
    use scenarios::Text;

    use super::*;

    fn scenario() -> Scenario {
        Scenario {
            id: Text::from("qualified/outage"),
            case: Some(Text::from("long")),
            tags: vec![Text::from("retry")],
            requirements: vec![Text::from("AS-01"), Text::from("EX-06")],
            ..Scenario::default()
        }
    }

    fn selects(filter: &str) -> bool {
        filter.parse::<Filter>().unwrap().selects(&scenario())
    }

    fn refused(filter: &str, expected: Expect) {
        expected.assert_eq(&filter.parse::<Filter>().unwrap_err().to_string());
    }

    #[test]
    fn predicates_combine() {
        assert!(selects("outage"));
        assert!(selects("tag(retry) & requirement(AS-*) & !name(/slow/)"));
        assert!(selects("case(lo?g) & (tag(x) | tag(ret*))"));
        assert!(selects("name(qualified/outage[long])"));
        assert!(!selects("tag(retry) & requirement(DD-*)"));
        assert!(!selects("!(tag(retry))"));
    }

    #[test]
    fn what_cannot_be_read_is_shown() {
        refused(
            "tag(retry) tag(x)",
            expect![[r#"
                filter cannot be read: expected `&`, `|` or the end at character 12
                  | tag(retry) tag(x)
                  |            ^"#]],
        );
        refused(
            "tags(retry)",
            expect![[r#"
                filter cannot be read: expected `tag`, `requirement`, `name` or `case` at character 1
                  | tags(retry)
                  | ^"#]],
        );
        refused(
            "tag(",
            expect![[r#"
                filter cannot be read: expected a pattern at character 5
                  | tag(
                  |     ^"#]],
        );
        assert!("!".repeat(1_000).parse::<Filter>().is_err());
    }

    #[test]
    fn a_glob_of_many_stars_ends() {
        assert!(!glob_fits(&"a*".repeat(40), &"a".repeat(39)));
        assert!(glob_fits(&"a*".repeat(40), &"a".repeat(40)));
    }
}
