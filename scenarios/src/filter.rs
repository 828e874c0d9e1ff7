//! Filter expressions: which scenarios to run.
//!
//! `tag(assignment) & requirement(AS-*) & !name(*slow*)`. Predicates are `tag`, `requirement`, `name` (the id, `[case]` included) and `setting`; their arguments are
//! globs. `&` binds stronger than `|`, `!` strongest, parentheses group. A bare word is a part of the id, or a glob over it if it has a `*` or `?`.

use crate::ast::Scenario;
use crate::diagnostic::{Diagnostic, code};
use crate::glob;
use crate::hint::hint;
use crate::source::{FileId, SourceMap, Span};
use std::sync::Arc;

/// How deep parentheses and `!` may nest.
const MAX_DEPTH: usize = 64;

const PREDICATES: [&str; 4] = ["tag", "requirement", "name", "setting"];

/// A filter expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filter {
    root: Expression,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Expression {
    Word(String),
    Tag(String),
    Requirement(String),
    Name(String),
    Setting(String),
    Not(Box<Expression>),
    All(Vec<Expression>),
    Any(Vec<Expression>),
}

/// What to do about a bracket that is not closed.
const CLOSE: &str = "close the bracket, or quote the expression for the shell";

impl Filter {
    /// Reads an expression; `sources` gets it as a file called `--filter`, so that the diagnostic has something to point at.
    pub fn parse(text: &str, sources: &mut SourceMap) -> Result<Filter, Diagnostic> {
        let file = sources.add("--filter", Arc::from(text));
        let mut parser = Parser { file, text, at: 0, depth: 0 };
        let root = parser.any()?;
        parser.space();
        if parser.at < text.len() {
            let help = "join conditions with `&` or `|`";
            return Err(parser.problem("the expression should end here", help));
        }
        Ok(Filter { root })
    }

    /// Whether the filter takes a scenario.
    pub fn matches(&self, scenario: &Scenario) -> bool {
        holds(&self.root, scenario)
    }
}

fn holds(expression: &Expression, scenario: &Scenario) -> bool {
    match expression {
        Expression::Word(word) if word.contains(['*', '?']) => {
            glob::matches(word, &scenario.full_id())
        }
        Expression::Word(word) => scenario.full_id().contains(word.as_str()),
        Expression::Tag(glob) => scenario.tags.iter().any(|tag| glob::matches(glob, tag)),
        Expression::Requirement(glob) => {
            scenario.requirements.iter().any(|id| glob::matches(glob, id))
        }
        Expression::Name(glob) => glob::matches(glob, &scenario.full_id()),
        Expression::Setting(glob) => {
            scenario.engine.settings.iter().any(|(name, _)| glob::matches(glob, name))
        }
        Expression::Not(inner) => !holds(inner, scenario),
        Expression::All(parts) => parts.iter().all(|part| holds(part, scenario)),
        Expression::Any(parts) => parts.iter().any(|part| holds(part, scenario)),
    }
}

struct Parser<'t> {
    file: FileId,
    text: &'t str,
    at: usize,
    depth: usize,
}

impl<'t> Parser<'t> {
    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn space(&mut self) {
        self.at += self.rest().len() - self.rest().trim_start().len();
    }

    fn eat(&mut self, c: char) -> bool {
        self.space();
        let found = self.rest().starts_with(c);
        if found {
            self.at += c.len_utf8();
        }
        found
    }

    fn problem(&self, message: &str, help: &str) -> Diagnostic {
        let length = self.rest().chars().next().map_or(0, char::len_utf8);
        let at = if length == 0 { self.at.saturating_sub(1) } else { self.at };
        let at = (0..=at).rev().find(|at| self.text.is_char_boundary(*at)).unwrap_or(0);
        let end = (self.at + length).max(at);
        Diagnostic::error(code::FILTER, Span::new(self.file, at..end), message).help(help)
    }

    fn any(&mut self) -> Result<Expression, Diagnostic> {
        let mut parts = vec![self.all()?];
        while self.eat('|') {
            self.eat('|');
            parts.push(self.all()?);
        }
        Ok(single(parts, Expression::Any))
    }

    fn all(&mut self) -> Result<Expression, Diagnostic> {
        let mut parts = vec![self.unary()?];
        while self.eat('&') {
            self.eat('&');
            parts.push(self.unary()?);
        }
        Ok(single(parts, Expression::All))
    }

    fn unary(&mut self) -> Result<Expression, Diagnostic> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(self.problem(
                &format!("the expression nests deeper than {MAX_DEPTH} levels"),
                "remove brackets that change nothing",
            ));
        }
        let found = if self.eat('!') {
            self.unary().map(|inner| Expression::Not(Box::new(inner)))
        } else if self.eat('(') {
            self.group()
        } else {
            self.word()
        };
        self.depth -= 1;
        found
    }

    fn group(&mut self) -> Result<Expression, Diagnostic> {
        let inner = self.any()?;
        if !self.eat(')') {
            return Err(self.problem("`)` is missing here", CLOSE));
        }
        Ok(inner)
    }

    fn word(&mut self) -> Result<Expression, Diagnostic> {
        self.space();
        let start = self.at;
        let stop = |c: char| c.is_whitespace() || matches!(c, '(' | ')' | '&' | '|' | '!');
        let word = self.rest().split(stop).next().unwrap_or("");
        if word.is_empty() {
            let help = "write a condition like `tag(assignment)`, or a part of an id";
            return Err(self.problem("a condition is missing here", help));
        }
        self.at += word.len();
        if !self.rest().starts_with('(') {
            return Ok(Expression::Word(word.to_owned()));
        }
        self.at += 1;
        let Some((argument, _)) = self.rest().split_once(')') else {
            return Err(self.problem("`)` is missing here", CLOSE));
        };
        let trimmed = argument.trim().to_owned();
        if trimmed.is_empty() {
            return Err(self.problem(
                &format!("`{word}` needs something to look for"),
                "write it between the brackets",
            ));
        }
        self.at += argument.len() + 1;
        match word {
            "tag" => Ok(Expression::Tag(trimmed)),
            "requirement" => Ok(Expression::Requirement(trimmed)),
            "name" => Ok(Expression::Name(trimmed)),
            "setting" => Ok(Expression::Setting(trimmed)),
            other => {
                let span = Span::new(self.file, start..start + word.len());
                let found = Diagnostic::error(
                    code::FILTER,
                    span,
                    format!("there is no condition `{other}`"),
                );
                Err(found.maybe_help(hint(other, PREDICATES)))
            }
        }
    }
}

fn single(mut parts: Vec<Expression>, join: impl Fn(Vec<Expression>) -> Expression) -> Expression {
    match parts.pop() {
        Some(only) if parts.is_empty() => only,
        Some(last) => {
            parts.push(last);
            join(parts)
        }
        None => join(parts),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render_terminal;
    use crate::source::Text;
    use expect_test::{Expect, expect};

    fn takes(filter: &str) -> bool {
        let scenario = Scenario {
            id: Text::from("assignment/chat-rep"),
            case: Some(Text::from("connected")),
            requirements: vec![Text::from("AS-01")],
            tags: vec![Text::from("assignment")],
            ..Scenario::default()
        };
        Filter::parse(filter, &mut SourceMap::default()).unwrap().matches(&scenario)
    }

    fn check(filter: &str, expected: Expect) {
        let mut sources = SourceMap::default();
        let error = Filter::parse(filter, &mut sources).unwrap_err();
        expected.assert_eq(&(render_terminal(&error, &sources, false) + "\n"));
    }

    #[test]
    fn conditions_are_joined() {
        for filter in [
            "tag(assignment) & requirement(AS-*) & !name(*slow*)",
            "chat-rep",
            "*[connected]",
            "nothing | (tag(assign*) & !tag(x))",
            "!!chat",
        ] {
            assert!(takes(filter), "{filter}");
        }
        for filter in ["tag(x)", "chat & slow", "!assignment", "requirement(AS)", "name(chat)"] {
            assert!(!takes(filter), "{filter}");
        }
    }

    #[test]
    fn a_broken_expression_is_pointed_at() {
        check(
            "tag(a",
            expect![[r#"
                error[E130]: `)` is missing here
                 --> --filter:1:5
                  |
                1 | tag(a
                  |     ^
                  |
                  = help: close the bracket, or quote the expression for the shell
            "#]],
        );
        check(
            "tga(a)",
            expect![[r#"
            error[E130]: there is no condition `tga`
             --> --filter:1:1
              |
            1 | tga(a)
              | ^^^
              |
              = help: did you mean `tag`?
        "#]],
        );
    }

    #[test]
    fn an_unfinished_expression_is_pointed_at() {
        check(
            "a & ",
            expect![[r#"
            error[E130]: a condition is missing here
             --> --filter:1:4
              |
            1 | a & 
              |    ^
              |
              = help: write a condition like `tag(assignment)`, or a part of an id
        "#]],
        );
        check(
            "a b",
            expect![[r#"
            error[E130]: the expression should end here
             --> --filter:1:3
              |
            1 | a b
              |   ^
              |
              = help: join conditions with `&` or `|`
        "#]],
        );
        check(
            "(a | b",
            expect![[r#"
                error[E130]: `)` is missing here
                 --> --filter:1:6
                  |
                1 | (a | b
                  |      ^
                  |
                  = help: close the bracket, or quote the expression for the shell
            "#]],
        );
        check(
            "",
            expect![[r#"
            error[E130]: a condition is missing here
            --> --filter
             = help: write a condition like `tag(assignment)`, or a part of an id
        "#]],
        );
    }
}
