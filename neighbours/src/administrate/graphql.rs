//! As much of GraphQL as clients of a small schema use: one operation, fields with arguments and aliases, variables,
//! values of every kind. No fragments, no directives.

use serde_json::{Map, Value as Json};

/// Levels of braces and brackets.
const DEPTH_MAX: usize = 32;

/// A document: one operation with its variables filled in.
#[derive(Debug, PartialEq)]
pub(super) struct Document {
    pub(super) operation: Operation,
    pub(super) fields: Vec<Field>,
}

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operation {
    Query,
    Mutation,
}

impl Operation {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Query => "query",
            Self::Mutation => "mutation",
        }
    }
}

/// A field of a selection.
#[derive(Debug, PartialEq)]
pub(super) struct Field {
    pub(super) alias: Option<String>,
    pub(super) name: String,
    pub(super) arguments: Map<String, Json>,
    pub(super) fields: Vec<Field>,
}

impl Field {
    /// The name under which the answer has it.
    pub(super) fn key(&self) -> &str {
        self.alias.as_deref().unwrap_or(&self.name)
    }
}

/// Reads a document.
pub(super) fn parse(text: &str, variables: &Map<String, Json>) -> Result<Document, String> {
    let mut reader = Reader { tokens: tokens(text)?, at: 0, depth: 0, variables };
    let mut operation = Operation::Query;
    if let Some(Token::Name(word)) = reader.peek() {
        operation = match word.as_str() {
            "query" => Operation::Query,
            "mutation" => Operation::Mutation,
            other => return Err(format!("the mock reads queries and mutations, not {other}")),
        };
        reader.at += 1;
        if let Some(Token::Name(_)) = reader.peek() {
            reader.at += 1;
        }
        if reader.eat('(') {
            reader.skip_to_closing()?;
        }
    }
    let fields = reader.selection()?;
    match reader.peek() {
        None => Ok(Document { operation, fields }),
        Some(token) => Err(format!("the mock reads one operation; found {token:?} behind it")),
    }
}

#[derive(Debug, Clone, PartialEq)]
enum Token {
    Name(String),
    Text(String),
    Number(String),
    Mark(char),
}

fn tokens(text: &str) -> Result<Vec<Token>, String> {
    let mut tokens = Vec::new();
    let mut chars = text.chars().peekable();
    while let Some(&char) = chars.peek() {
        if char.is_whitespace() || char == ',' || char == '\u{feff}' {
            chars.next();
        } else if char == '#' {
            while chars.next_if(|it| *it != '\n').is_some() {}
        } else if char == '"' {
            chars.next();
            tokens.push(Token::Text(string(&mut chars)?));
        } else if char == '-' || char.is_ascii_digit() {
            let mut number = String::new();
            let is_part = |it: &char| it.is_ascii_alphanumeric() || "+-.".contains(*it);
            while let Some(part) = chars.next_if(is_part) {
                number.push(part);
            }
            tokens.push(Token::Number(number));
        } else if char == '_' || char.is_ascii_alphabetic() {
            let mut name = String::new();
            while let Some(part) = chars.next_if(|it| *it == '_' || it.is_ascii_alphanumeric()) {
                name.push(part);
            }
            tokens.push(Token::Name(name));
        } else if "{}()[]:$!=".contains(char) {
            chars.next();
            tokens.push(Token::Mark(char));
        } else {
            return Err(format!("cannot read '{char}'"));
        }
    }
    Ok(tokens)
}

/// What is between two quotes; the first one is read already.
fn string(chars: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Result<String, String> {
    let mut text = String::new();
    while let Some(char) = chars.next() {
        match char {
            '"' => return Ok(text),
            '\n' => break,
            '\\' => text.push(escaped(chars)?),
            other => text.push(other),
        }
    }
    Err("a text does not end".to_owned())
}

fn escaped(chars: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Result<char, String> {
    match chars.next() {
        Some(plain @ ('"' | '\\' | '/')) => Ok(plain),
        Some('n') => Ok('\n'),
        Some('t') => Ok('\t'),
        Some('r') => Ok('\r'),
        Some('b') => Ok('\u{8}'),
        Some('f') => Ok('\u{c}'),
        Some('u') => {
            let digits: String = chars.take(4).collect();
            let code = u32::from_str_radix(&digits, 16).ok();
            code.and_then(char::from_u32).ok_or(format!("bad escape \\u{digits}"))
        }
        other => Err(format!("bad escape {other:?}")),
    }
}

struct Reader<'a> {
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
    variables: &'a Map<String, Json>,
}

impl Reader<'_> {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn next(&mut self) -> Option<Token> {
        self.at += 1;
        self.tokens.get(self.at - 1).cloned()
    }

    fn eat(&mut self, mark: char) -> bool {
        let is_it = self.peek() == Some(&Token::Mark(mark));
        self.at += usize::from(is_it);
        is_it
    }

    fn expect(&mut self, mark: char) -> Result<(), String> {
        let found = self.peek().cloned();
        if self.eat(mark) { Ok(()) } else { Err(format!("expected '{mark}', found {found:?}")) }
    }

    fn name(&mut self) -> Result<String, String> {
        match self.next() {
            Some(Token::Name(name)) => Ok(name),
            other => Err(format!("expected a name, found {other:?}")),
        }
    }

    /// The definitions of variables say nothing that the values do not.
    fn skip_to_closing(&mut self) -> Result<(), String> {
        loop {
            match self.next() {
                Some(Token::Mark(')')) => return Ok(()),
                Some(_) => {}
                None => return Err("the definitions of variables do not end".to_owned()),
            }
        }
    }

    fn deeper(&mut self) -> Result<(), String> {
        self.depth += 1;
        if self.depth > DEPTH_MAX { Err("the query is too deep".to_owned()) } else { Ok(()) }
    }

    fn selection(&mut self) -> Result<Vec<Field>, String> {
        self.expect('{')?;
        self.deeper()?;
        let mut fields = Vec::new();
        while !self.eat('}') {
            fields.push(self.field()?);
        }
        self.depth -= 1;
        if fields.is_empty() { Err("a selection is empty".to_owned()) } else { Ok(fields) }
    }

    fn field(&mut self) -> Result<Field, String> {
        let first = self.name()?;
        let (alias, name) = if self.eat(':') { (Some(first), self.name()?) } else { (None, first) };
        let mut arguments = Map::new();
        if self.eat('(') {
            while !self.eat(')') {
                let argument = self.name()?;
                self.expect(':')?;
                arguments.insert(argument, self.value()?);
            }
        }
        let has_fields = self.peek() == Some(&Token::Mark('{'));
        let fields = if has_fields { self.selection()? } else { Vec::new() };
        Ok(Field { alias, name, arguments, fields })
    }

    fn value(&mut self) -> Result<Json, String> {
        match self.next() {
            Some(Token::Text(text)) => Ok(text.into()),
            Some(Token::Number(number)) => {
                serde_json::from_str(&number).map_err(|_| format!("{number} is no number"))
            }
            Some(Token::Name(word)) => Ok(match word.as_str() {
                "true" => true.into(),
                "false" => false.into(),
                "null" => Json::Null,
                _ => word.into(),
            }),
            Some(Token::Mark('$')) => {
                let name = self.name()?;
                Ok(self.variables.get(&name).cloned().unwrap_or(Json::Null))
            }
            Some(Token::Mark('[')) => {
                self.deeper()?;
                let mut items = Vec::new();
                while !self.eat(']') {
                    items.push(self.value()?);
                }
                self.depth -= 1;
                Ok(Json::Array(items))
            }
            Some(Token::Mark('{')) => {
                self.deeper()?;
                let mut map = Map::new();
                while !self.eat('}') {
                    let name = self.name()?;
                    self.expect(':')?;
                    map.insert(name, self.value()?);
                }
                self.depth -= 1;
                Ok(Json::Object(map))
            }
            other => Err(format!("expected a value, found {other:?}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn fields_have_aliases_arguments_and_variables() {
        let variables = json!({ "email": "o\"b@x.example" });
        let text = r#"query Find($email: String!) {
            found: contacts(filters: [{ field: email, operation: eq, value: $email }], first: 5) {
                edges { node { id } } # the rest is not asked for
            }
        }"#;
        let document = parse(text, variables.as_object().unwrap()).unwrap();
        assert_eq!(document.operation, Operation::Query);
        let found = &document.fields[0];
        assert_eq!((found.key(), found.name.as_str()), ("found", "contacts"));
        assert_eq!(found.arguments["filters"][0]["value"], "o\"b@x.example");
        assert_eq!(found.arguments["first"], 5);
        assert_eq!(found.fields[0].fields[0].fields[0].name, "id");
    }

    #[test]
    fn what_cannot_be_read_says_where() {
        let none = Map::new();
        for (text, problem) in [
            ("{ a", "expected a name, found None"),
            ("{ }", "a selection is empty"),
            ("{ a(b: \"c) }", "a text does not end"),
            ("subscription { a }", "the mock reads queries and mutations, not subscription"),
            ("{ a } { b }", "the mock reads one operation; found Mark('{') behind it"),
            ("{ ...F }", "cannot read '.'"),
        ] {
            assert_eq!(parse(text, &none).unwrap_err(), problem, "{text}");
        }
        let deep = format!("{}{}", "{ a ".repeat(40), "}".repeat(40));
        assert_eq!(parse(&deep, &none).unwrap_err(), "the query is too deep");
    }
}
