//! The SOQL grammar, over tokens.
//!
//! The grammar needs one token of lookahead, so it never backtracks: the first token that does not fit is
//! the one named in the error. The end of the statement is a token like any other, and a statement that does
//! not end there is refused. What Salesforce has and this mock has not is refused by name
//! ([`SoqlError::unsupported`]), never skipped.
//!
//! Source: SOQL and SOSL Reference; wire reference §4.2, §4.3.

mod clause;
mod condition;
mod select;

use winnow::stream::{Stream, TokenSlice};

use super::{
    ast::{Join, Name, Query, Selected, Span},
    error::SoqlError,
    lex::{Token, TokenKind, tokens},
};

/// Most child subqueries in one statement (wire reference §13).
const SUBQUERY_LIMIT: usize = 20;
/// Deepest statement in a statement that is read; how deep one may be is for the schema and the version to say.
const STATEMENT_DEPTH: usize = 8;

/// Words that end a field list, an alias position or a condition.
const RESERVED: &[&str] = &[
    "and", "asc", "desc", "excludes", "from", "group", "having", "in", "includes", "like", "limit",
    "not", "null", "nulls", "or", "order", "select", "using", "where", "with", "for", "offset",
    "update", "all", "typeof", "when", "then", "else", "end", "as",
];

/// Reads a whole statement.
pub fn parse(text: &str) -> Result<Query<'_>, SoqlError> {
    let tokens = tokens(text)?;
    let mut reader = Reader { text, tokens: TokenSlice::new(&tokens), depth: 0, subqueries: 0 };
    let query = reader.query()?;
    match reader.peek().kind {
        TokenKind::End => Ok(query),
        _ => Err(reader.unexpected()),
    }
}

/// The tokens still to be read, and the text they came from.
struct Reader<'t, 's> {
    text: &'s str,
    tokens: TokenSlice<'t, Token<'s>>,
    /// How many statements deep.
    depth: usize,
    /// How many lists of children there have been.
    subqueries: usize,
}

impl<'s> Reader<'_, 's> {
    fn query(&mut self) -> Result<Query<'s>, SoqlError> {
        self.expect_keyword("select")?;
        let select = self.list(Self::selected)?;
        self.expect_keyword("from")?;
        let from = self.object()?;
        let alias = self.object_alias()?;
        let joins = self.joins()?;
        let scope = if self.accept_keyword("using") { Some(self.scope()?) } else { None };
        let filter = if self.accept_keyword("where") { Some(self.condition()?) } else { None };
        self.refuse_with()?;
        let group = if self.accept_keyword("group") { Some(self.group()?) } else { None };
        let having = match &group {
            Some(_) if self.accept_keyword("having") => Some(self.condition()?),
            _ => None,
        };
        let order = if self.accept_keyword("order") {
            self.expect_keyword("by")?;
            self.list(Self::ordering)?
        } else {
            Vec::new()
        };
        let limit = if self.accept_keyword("limit") { Some(self.bound()?) } else { None };
        let offset = if self.accept_keyword("offset") { Some(self.bound()?) } else { None };
        let purpose = self.purpose()?;
        Ok(Query {
            select,
            from,
            alias,
            joins,
            scope,
            filter,
            group,
            having,
            order,
            limit,
            offset,
            purpose,
        })
    }

    /// `FROM Lead l` or `FROM Lead AS l`.
    fn object_alias(&mut self) -> Result<Option<Name<'s>>, SoqlError> {
        if self.accept_keyword("as") { self.name().map(Some) } else { Ok(self.alias()) }
    }

    /// `, c.Account a` after the object.
    fn joins(&mut self) -> Result<Vec<Join<'s>>, SoqlError> {
        let mut joins = Vec::new();
        while self.accept(TokenKind::Comma) {
            let path = self.name()?;
            self.accept_keyword("as");
            let alias = self.name()?;
            joins.push(Join { path, alias });
        }
        Ok(joins)
    }

    fn children(&mut self) -> Result<Selected<'s>, SoqlError> {
        self.subqueries += 1;
        if self.subqueries > SUBQUERY_LIMIT {
            let message = format!("Maximum number of subqueries exceeded: {SUBQUERY_LIMIT}");
            return Err(SoqlError::at(self.text, self.peek().span, "MALFORMED_QUERY", &message));
        }
        self.nested().map(|query| Selected::Children(Box::new(query)))
    }

    /// A statement between parentheses, of which the first is read.
    fn nested(&mut self) -> Result<Query<'s>, SoqlError> {
        if self.depth >= STATEMENT_DEPTH {
            return Err(self.unexpected());
        }
        self.depth += 1;
        let query = self.query()?;
        self.depth -= 1;
        self.expect(TokenKind::Close)?;
        Ok(query)
    }

    fn alias(&mut self) -> Option<Name<'s>> {
        let token = self.peek();
        match token.kind {
            TokenKind::Word(text) if !is_reserved(text) && !text.contains('.') => {
                self.next();
                Some(Name { text, span: token.span })
            }
            _ => None,
        }
    }

    fn list<T>(
        &mut self,
        item: fn(&mut Self) -> Result<T, SoqlError>,
    ) -> Result<Vec<T>, SoqlError> {
        let mut items = vec![item(self)?];
        while self.accept(TokenKind::Comma) {
            items.push(item(self)?);
        }
        Ok(items)
    }

    fn name(&mut self) -> Result<Name<'s>, SoqlError> {
        let token = self.peek();
        match token.kind {
            TokenKind::Word(text) if !is_reserved(text) => {
                self.next();
                Ok(Name { text, span: token.span })
            }
            _ => Err(self.unexpected()),
        }
    }

    /// A name after `FROM` or `WHEN`, where `Group` and `Order` are objects.
    fn object(&mut self) -> Result<Name<'s>, SoqlError> {
        let token = self.peek();
        match token.kind {
            TokenKind::Word(text)
                if ["group", "order"].iter().any(|object| object.eq_ignore_ascii_case(text)) =>
            {
                self.next();
                Ok(Name { text, span: token.span })
            }
            _ => self.name(),
        }
    }

    /// The error for a token where a value should be; a colon begins a bind variable.
    fn bind_or_unexpected(&self) -> SoqlError {
        let token = self.peek();
        if token.kind == TokenKind::Colon {
            let message = "Bind variables only allowed in Apex code";
            return SoqlError::at(self.text, token.span, "MALFORMED_QUERY", message);
        }
        self.unexpected()
    }

    fn unexpected(&self) -> SoqlError {
        SoqlError::unexpected(self.text, self.peek().span)
    }

    fn peek(&self) -> Token<'s> {
        let end = self.text.len();
        let at_end = Token { kind: TokenKind::End, span: Span { start: end, end } };
        self.tokens.peek_token().map_or(at_end, |token| *token)
    }

    fn next(&mut self) {
        self.tokens.next_token();
    }

    fn accept(&mut self, kind: TokenKind<'_>) -> bool {
        let found = self.peek().kind == kind;
        if found {
            self.next();
        }
        found
    }

    fn expect(&mut self, kind: TokenKind<'_>) -> Result<(), SoqlError> {
        if self.accept(kind) { Ok(()) } else { Err(self.unexpected()) }
    }

    fn at_keyword(&self, keyword: &str) -> bool {
        matches!(self.peek().kind, TokenKind::Word(text) if text.eq_ignore_ascii_case(keyword))
    }

    fn accept_keyword(&mut self, keyword: &str) -> bool {
        let found = self.at_keyword(keyword);
        if found {
            self.next();
        }
        found
    }

    fn expect_keyword(&mut self, keyword: &str) -> Result<(), SoqlError> {
        if self.accept_keyword(keyword) { Ok(()) } else { Err(self.unexpected()) }
    }
}

fn is_reserved(text: &str) -> bool {
    RESERVED.iter().any(|word| word.eq_ignore_ascii_case(text))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn refusal(text: &str) -> String {
        let error = parse(text).unwrap_err();
        format!("{} {}", error.code, error.message.lines().last().unwrap_or_default())
    }

    #[test]
    fn a_statement_has_its_clauses_in_order() {
        let query = parse(
            "SELECT Id, Owner.Name, (SELECT Id FROM CampaignMembers) FROM Lead l WHERE Email = 'a@b.c' \
             ORDER BY CreatedDate DESC NULLS LAST, Id LIMIT 10 OFFSET 5",
        )
        .unwrap();
        assert_eq!(query.select.len(), 3);
        assert_eq!(query.alias.unwrap().text, "l");
        assert_eq!(query.order.len(), 2);
        assert!(query.order[0].descending && query.order[0].nulls_last);
        assert_eq!((query.limit.unwrap().count, query.offset.unwrap().count), (10, 5));
    }

    #[test]
    fn words_after_the_last_clause_are_refused() {
        assert_eq!(
            refusal("SELECT Id FROM Lead LIMIT 1 nonsense"),
            "MALFORMED_QUERY unexpected token: 'nonsense'"
        );
        assert_eq!(
            refusal("SELECT Id FROM Lead WHERE WHERE"),
            "MALFORMED_QUERY unexpected token: 'WHERE'"
        );
        assert_eq!(refusal("SELECT Id FROM"), "MALFORMED_QUERY unexpected token: '<EOF>'");
        assert_eq!(refusal("SELECT FROM Lead"), "MALFORMED_QUERY unexpected token: 'FROM'");
        assert_eq!(refusal(""), "MALFORMED_QUERY unexpected token: '<EOF>'");
    }

    #[test]
    fn clauses_of_apex_are_refused_as_salesforce_does() {
        assert_eq!(
            refusal("SELECT Id FROM Lead ALL ROWS"),
            "MALFORMED_QUERY ALL ROWS not allowed in this context"
        );
        assert_eq!(
            refusal("SELECT Id FROM Lead FOR UPDATE"),
            "MALFORMED_QUERY FOR UPDATE not allowed in this context"
        );
        assert_eq!(
            refusal("SELECT Id FROM Lead LIMIT :n"),
            "MALFORMED_QUERY Bind variables only allowed in Apex code"
        );
    }

    #[test]
    fn what_the_mock_has_not_is_named() {
        for text in
            ["SELECT Id FROM Lead WITH DATA CATEGORY x", "SELECT Id FROM Lead UPDATE VIEWSTAT"]
        {
            let error = parse(text).unwrap_err();
            assert_eq!(error.code, "NOT_IMPLEMENTED", "{text}");
            assert!(error.unsupported.is_some(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn the_parser_never_panics_on_text(text in "\\PC{0,80}") {
            let _ = parse(&text);
        }

        #[test]
        fn the_parser_never_panics_on_pieces_of_soql(words in proptest::collection::vec(
            prop_oneof![
                Just("SELECT"), Just("FROM"), Just("WHERE"), Just("("), Just(")"), Just(","), Just("Id"), Just("Lead"),
                Just("AND"), Just("OR"), Just("NOT"), Just("IN"), Just("'a'"), Just("="), Just("!="), Just("NULL"),
                Just("LIMIT"), Just("5"), Just("ORDER"), Just("BY"), Just("TODAY"), Just("LAST_N_DAYS"), Just(":"),
                Just("COUNT()"), Just("2026-01-01"), Just("'é\\"), Just("LIKE"), Just("\n"),
            ], 0..30)) {
            let _ = parse(&words.join(" "));
        }
    }
}
