//! Conditions: `WHERE` and `HAVING`.
//!
//! `AND` and `OR` never stand side by side without parentheses (wire reference §4.2).

use super::Reader;
use crate::soql::{
    ast::{Condition, Literal, LiteralKind, Operand, Operator, Set, Span},
    error::SoqlError,
    lex::TokenKind,
};

impl<'s> Reader<'_, 's> {
    pub(super) fn condition(&mut self) -> Result<Condition<'s>, SoqlError> {
        let first = self.negated()?;
        if self.at_keyword("and") {
            return self.joined(first, "and").map(Condition::And);
        }
        if self.at_keyword("or") {
            return self.joined(first, "or").map(Condition::Or);
        }
        Ok(first)
    }

    /// The conditions after `first`, all joined by the same word; the other word is refused.
    fn joined(
        &mut self,
        first: Condition<'s>,
        word: &str,
    ) -> Result<Vec<Condition<'s>>, SoqlError> {
        let mut all = vec![first];
        while self.accept_keyword(word) {
            all.push(self.negated()?);
        }
        if self.at_keyword("and") || self.at_keyword("or") {
            return Err(self.unexpected());
        }
        Ok(all)
    }

    fn negated(&mut self) -> Result<Condition<'s>, SoqlError> {
        let mut negated = false;
        while self.accept_keyword("not") {
            negated = !negated;
        }
        let condition = if self.accept(TokenKind::Open) {
            let inner = self.condition()?;
            self.expect(TokenKind::Close)?;
            inner
        } else {
            self.comparison()?
        };
        Ok(if negated { Condition::Not(Box::new(condition)) } else { condition })
    }

    fn comparison(&mut self) -> Result<Condition<'s>, SoqlError> {
        let left = self.operand()?;
        let token = self.peek();
        if let TokenKind::Operator(operator) = token.kind {
            self.next();
            return Ok(Condition::Compare { left, operator, right: self.literal()? });
        }
        if self.accept_keyword("like") {
            return Ok(Condition::Compare {
                left,
                operator: Operator::Like,
                right: self.literal()?,
            });
        }
        if self.accept_keyword("in") {
            return self.membership(left, false);
        }
        if self.accept_keyword("not") {
            self.expect_keyword("in")?;
            return self.membership(left, true);
        }
        let negated = self.at_keyword("excludes");
        if negated || self.at_keyword("includes") {
            self.next();
            return Ok(Condition::Includes { left, negated, values: self.values()? });
        }
        Err(self.unexpected())
    }

    fn membership(&mut self, left: Operand<'s>, negated: bool) -> Result<Condition<'s>, SoqlError> {
        let open = self.peek();
        self.expect(TokenKind::Open).map_err(|error| match open.kind {
            TokenKind::Colon => self.bind_or_unexpected(),
            _ => error,
        })?;
        if self.at_keyword("select") {
            let query = self.nested()?;
            return Ok(Condition::In { left, negated, set: Set::Rows(Box::new(query)) });
        }
        let values = self.list(Self::literal)?;
        self.expect(TokenKind::Close)?;
        Ok(Condition::In { left, negated, set: Set::Values(values) })
    }

    fn values(&mut self) -> Result<Vec<Literal<'s>>, SoqlError> {
        self.expect(TokenKind::Open)?;
        let values = self.list(Self::literal)?;
        self.expect(TokenKind::Close)?;
        Ok(values)
    }

    pub(super) fn literal(&mut self) -> Result<Literal<'s>, SoqlError> {
        let token = self.peek();
        let kind = match token.kind {
            TokenKind::Text(text) => LiteralKind::Text(text),
            TokenKind::Number(digits) => LiteralKind::Number(digits),
            TokenKind::Date(date) => LiteralKind::Date(date),
            TokenKind::DateTime(datetime) => LiteralKind::DateTime(datetime),
            TokenKind::Word(word) => return self.word_literal(word, token.span),
            _ => return Err(self.bind_or_unexpected()),
        };
        self.next();
        Ok(Literal { kind, span: token.span })
    }

    fn word_literal(&mut self, word: &'s str, span: Span) -> Result<Literal<'s>, SoqlError> {
        let plain = match () {
            () if word.eq_ignore_ascii_case("null") => Some(LiteralKind::Null),
            () if word.eq_ignore_ascii_case("true") => Some(LiteralKind::Bool(true)),
            () if word.eq_ignore_ascii_case("false") => Some(LiteralKind::Bool(false)),
            () => None,
        };
        if let Some(kind) = plain {
            self.next();
            return Ok(Literal { kind, span });
        }
        if is_currency(word) {
            self.next();
            return Ok(Literal { kind: LiteralKind::Currency(word), span });
        }
        if !super::super::dates::is_literal(word) {
            return Err(self.unexpected());
        }
        self.next();
        let n = if self.accept(TokenKind::Colon) { Some(self.literal_count()?) } else { None };
        if n.is_some() != super::super::dates::takes_count(word) {
            return Err(SoqlError::unexpected(
                self.text,
                if n.is_some() { span } else { self.peek().span },
            ));
        }
        Ok(Literal { kind: LiteralKind::DateLiteral { name: word, n }, span })
    }

    fn literal_count(&mut self) -> Result<u32, SoqlError> {
        let TokenKind::Number(digits) = self.peek().kind else {
            return Err(self.unexpected());
        };
        let count = digits.parse().map_err(|_| self.unexpected())?;
        self.next();
        Ok(count)
    }
}

/// Three letters and an amount: `USD5000`.
fn is_currency(word: &str) -> bool {
    word.split_at_checked(3).is_some_and(|(code, amount)| {
        code.bytes().all(|b| b.is_ascii_alphabetic())
            && !amount.is_empty()
            && amount.bytes().all(|b| b.is_ascii_digit())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::soql::parse;

    fn filter(text: &str) -> Result<String, String> {
        let statement = format!("SELECT Id FROM Lead WHERE {text}");
        parse(&statement)
            .map(|query| shape(&query.filter.unwrap()))
            .map_err(|error| error.message.lines().last().unwrap_or_default().to_owned())
    }

    fn shape(condition: &Condition<'_>) -> String {
        let list = |all: &[Condition<'_>]| all.iter().map(shape).collect::<Vec<_>>().join(" ");
        match condition {
            Condition::And(all) => format!("(and {})", list(all)),
            Condition::Or(all) => format!("(or {})", list(all)),
            Condition::Not(one) => format!("(not {})", shape(one)),
            Condition::Compare { left: Operand::Path(name), .. } => name.text.to_owned(),
            Condition::In { negated, .. } => if *negated { "not-in" } else { "in" }.to_owned(),
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn and_and_or_group_by_parentheses_only() {
        assert_eq!(filter("A = 1 AND (B = 2 OR C = 3)").unwrap(), "(and A (or B C))");
        assert_eq!(filter("A = 1 AND B = 2 OR C = 3").unwrap_err(), "unexpected token: 'OR'");
        assert_eq!(filter("A = 1 OR B = 2 AND C = 3").unwrap_err(), "unexpected token: 'AND'");
        assert_eq!(filter("NOT A = 1 AND B = 2").unwrap(), "(and (not A) B)");
        assert_eq!(filter("NOT (NOT A = 1)").unwrap(), "(not (not A))");
    }

    #[test]
    fn membership_has_its_forms() {
        assert_eq!(filter("A IN ('x', 'y')").unwrap(), "in");
        assert_eq!(filter("A NOT IN (SELECT Id FROM Lead)").unwrap(), "not-in");
        assert_eq!(filter("A IN :ids").unwrap_err(), "Bind variables only allowed in Apex code");
        assert_eq!(filter("A IN ()").unwrap_err(), "unexpected token: ')'");
        assert_eq!(filter("A IS NULL").unwrap_err(), "unexpected token: 'IS'");
    }

    #[test]
    fn a_date_literal_has_a_number_where_it_needs_one() {
        assert!(filter("CreatedDate = LAST_N_DAYS:3").is_ok());
        assert!(filter("CreatedDate = TODAY").is_ok());
        assert!(filter("CreatedDate = LAST_N_DAYS").is_err());
        assert!(filter("CreatedDate = TODAY:3").is_err());
        assert!(filter("CreatedDate = SOMEDAY").is_err());
    }
}
