//! Clauses after the conditions: grouping, order, bounds, and what the rows are for.
//!
//! What exists in Apex alone is refused in Salesforce's words (wire reference §4.2).

use super::Reader;
use crate::soql::{
    ast::{Bound, Group, GroupMode, Name, Ordering, Purpose, Span},
    error::SoqlError,
    lex::TokenKind,
};

/// `WITH …` that Apex has and the API has not.
pub(crate) const APEX_MODES: &[&str] = &["SECURITY_ENFORCED", "USER_MODE", "SYSTEM_MODE"];

impl<'s> Reader<'_, 's> {
    /// `SCOPE mine`, after `USING`.
    pub(super) fn scope(&mut self) -> Result<Name<'s>, SoqlError> {
        self.expect_keyword("scope")?;
        self.name()
    }

    /// `BY Status`, `BY ROLLUP(Status, Rating)`, after `GROUP`.
    pub(super) fn group(&mut self) -> Result<Group<'s>, SoqlError> {
        self.expect_keyword("by")?;
        let span = self.peek().span;
        let mode = match () {
            () if self.accept_keyword("rollup") => GroupMode::Rollup,
            () if self.accept_keyword("cube") => GroupMode::Cube,
            () => {
                return Ok(Group { mode: GroupMode::Plain, keys: self.list(Self::operand)?, span });
            }
        };
        self.expect(TokenKind::Open)?;
        let keys = self.list(Self::operand)?;
        self.expect(TokenKind::Close)?;
        Ok(Group { mode, keys, span })
    }

    pub(super) fn ordering(&mut self) -> Result<Ordering<'s>, SoqlError> {
        let operand = self.operand()?;
        let descending = self.accept_keyword("desc");
        if !descending {
            self.accept_keyword("asc");
        }
        let nulls_last = if self.accept_keyword("nulls") {
            let last = self.accept_keyword("last");
            if !last {
                self.expect_keyword("first")?;
            }
            last
        } else {
            false
        };
        Ok(Ordering { operand, descending, nulls_last })
    }

    /// The number after `LIMIT` or `OFFSET`.
    pub(super) fn bound(&mut self) -> Result<Bound, SoqlError> {
        let token = self.peek();
        let TokenKind::Number(digits) = token.kind else {
            return Err(self.bind_or_unexpected());
        };
        let Ok(count) = digits.parse::<u64>() else {
            return Err(self.unexpected());
        };
        self.next();
        Ok(Bound { count, span: token.span })
    }

    /// `WITH …`, of which the API has none that the mock has.
    pub(super) fn refuse_with(&mut self) -> Result<(), SoqlError> {
        let start = self.peek().span;
        if !self.accept_keyword("with") {
            return Ok(());
        }
        Err(match APEX_MODES.iter().find(|mode| self.at_keyword(mode)) {
            Some(mode) => self.apex_only(self.peek().span, &format!("WITH {mode}")),
            None => SoqlError::unsupported(self.text, start, "WITH DATA CATEGORY"),
        })
    }

    /// `FOR VIEW`, `FOR REFERENCE`, and the clauses after the bounds that are refused.
    pub(super) fn purpose(&mut self) -> Result<Option<Purpose>, SoqlError> {
        self.refuse_with()?;
        let start = self.peek().span;
        let purpose = if self.accept_keyword("for") {
            Some(match () {
                () if self.accept_keyword("view") => Purpose::View,
                () if self.accept_keyword("reference") => Purpose::Reference,
                () if self.at_keyword("update") => return Err(self.apex_only(start, "FOR UPDATE")),
                () => return Err(self.unexpected()),
            })
        } else {
            None
        };
        let start = self.peek().span;
        if self.accept_keyword("update") {
            if self.at_keyword("tracking") || self.at_keyword("viewstat") {
                return Err(SoqlError::unsupported(
                    self.text,
                    start,
                    "UPDATE TRACKING and UPDATE VIEWSTAT",
                ));
            }
            return Err(self.unexpected());
        }
        if self.accept_keyword("all") {
            self.expect_keyword("rows")?;
            return Err(self.apex_only(start, "ALL ROWS"));
        }
        Ok(purpose)
    }

    fn apex_only(&self, span: Span, clause: &str) -> SoqlError {
        let message = format!("{clause} not allowed in this context");
        SoqlError::at(self.text, span, "MALFORMED_QUERY", &message)
    }
}
