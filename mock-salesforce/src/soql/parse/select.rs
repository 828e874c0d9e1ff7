//! Field lists: fields, functions, `FIELDS(…)`, `TYPEOF`, lists of children.

use super::Reader;
use crate::soql::{
    ast::{Argument, Branch, Call, Name, Operand, Selected},
    error::SoqlError,
    lex::TokenKind,
};

impl<'s> Reader<'_, 's> {
    pub(super) fn selected(&mut self) -> Result<Selected<'s>, SoqlError> {
        if self.accept(TokenKind::Open) {
            return self.children();
        }
        if self.accept_keyword("typeof") {
            return self.type_of();
        }
        let head = self.name()?;
        if head.text.eq_ignore_ascii_case("fields") && self.accept(TokenKind::Open) {
            return self.fields();
        }
        let operand = self.operand_after(head)?;
        Ok(Selected::Value { operand, alias: self.alias() })
    }

    /// `ALL)`, after `FIELDS(`.
    fn fields(&mut self) -> Result<Selected<'s>, SoqlError> {
        let token = self.peek();
        let TokenKind::Word(text) = token.kind else { return Err(self.unexpected()) };
        self.next();
        self.expect(TokenKind::Close)?;
        Ok(Selected::Fields { group: Name { text, span: token.span } })
    }

    /// `Owner WHEN User THEN Name ELSE Id END`, after `TYPEOF`.
    fn type_of(&mut self) -> Result<Selected<'s>, SoqlError> {
        let relationship = self.name()?;
        let mut branches = Vec::new();
        while self.accept_keyword("when") {
            let object = self.object()?;
            self.expect_keyword("then")?;
            branches.push(Branch { object, fields: self.list(Self::name)? });
        }
        if branches.is_empty() {
            return Err(self.unexpected());
        }
        let otherwise =
            if self.accept_keyword("else") { self.list(Self::name)? } else { Vec::new() };
        self.expect_keyword("end")?;
        Ok(Selected::TypeOf { relationship, branches, otherwise })
    }

    pub(super) fn operand(&mut self) -> Result<Operand<'s>, SoqlError> {
        let head = self.name()?;
        self.operand_after(head)
    }

    /// The path `function`, or a call of it. Nesting is bounded by that of parentheses.
    fn operand_after(&mut self, function: Name<'s>) -> Result<Operand<'s>, SoqlError> {
        let open = self.peek().span;
        if !self.accept(TokenKind::Open) {
            return Ok(Operand::Path(function));
        }
        if self.accept(TokenKind::Close) {
            return Ok(Operand::Call(Call { function, open, arguments: Vec::new() }));
        }
        let arguments = self.list(Self::argument)?;
        self.expect(TokenKind::Close)?;
        Ok(Operand::Call(Call { function, open, arguments }))
    }

    fn argument(&mut self) -> Result<Argument<'s>, SoqlError> {
        match self.peek().kind {
            TokenKind::Number(_) | TokenKind::Text(_) => self.literal().map(Argument::Literal),
            _ => self.operand().map(Argument::Operand),
        }
    }
}
