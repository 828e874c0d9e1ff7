//! Conditions: of rows in `WHERE`, of groups in `HAVING`.

use std::cell::RefCell;

use super::{Binder, Level, Scope, group::Groups, last_segment, literal::Meaning};
use crate::{
    FieldKind, FieldSchema,
    soql::{
        ast::{Condition, Literal, LiteralKind, Name, Operand, Operator, Set},
        error::SoqlError,
        like::Pattern,
        statement::{Term, Test},
        text::unescape,
    },
};

/// What conditions are about.
#[derive(Clone, Copy)]
pub(super) enum About<'g, 'q> {
    Rows(Scope<'q>, Level),
    Groups(Scope<'q>, &'g RefCell<Groups>),
}

/// The left side of a comparison.
struct Left<'a, 's> {
    of: Term,
    /// What messages call it.
    name: Name<'s>,
    field: Option<&'a FieldSchema>,
}

impl<'a> Binder<'a> {
    /// `WHERE`.
    pub(super) fn conditions(
        &self,
        condition: &Condition<'_>,
        scope: Scope<'_>,
        level: Level,
    ) -> Result<Test, SoqlError> {
        self.check_semijoins(condition)?;
        self.test(condition, About::Rows(scope, level))
    }

    pub(super) fn test(
        &self,
        condition: &Condition<'_>,
        about: About<'_, '_>,
    ) -> Result<Test, SoqlError> {
        match condition {
            Condition::And(all) => self.tests(all, about).map(Test::And),
            Condition::Or(all) => self.tests(all, about).map(Test::Or),
            Condition::Not(one) => Ok(Test::Not(Box::new(self.test(one, about)?))),
            Condition::Compare { left, operator, right } => {
                self.comparison(left, *operator, right, about)
            }
            Condition::In { left, negated, set } => {
                let test = match (set, about) {
                    (Set::Values(values), _) => self.membership(left, values, about)?,
                    (Set::Rows(query), About::Rows(scope, level)) => {
                        self.semijoin(left, query, scope, level)?
                    }
                    (Set::Rows(query), About::Groups(..)) => {
                        return Err(SoqlError::unexpected(self.text, query.from.span));
                    }
                };
                Ok(negate(test, *negated))
            }
            Condition::Includes { left, negated, values } => {
                let test = self.inclusion(left, values, about)?;
                Ok(negate(test, *negated))
            }
        }
    }

    fn tests(&self, all: &[Condition<'_>], about: About<'_, '_>) -> Result<Vec<Test>, SoqlError> {
        all.iter().map(|one| self.test(one, about)).collect()
    }

    fn side<'s>(
        &self,
        operand: &Operand<'s>,
        about: About<'_, 's>,
    ) -> Result<Left<'a, 's>, SoqlError> {
        let head = operand.head();
        let name = Name { text: last_segment(operand.subject().text), span: head.span };
        let (of, field) = match about {
            About::Rows(scope, _) => self.term(operand, scope)?,
            About::Groups(scope, groups) => {
                (self.cell(operand, scope, &mut groups.borrow_mut())?, None)
            }
        };
        if field.is_some_and(|field| !field.filterable) || of.kind().is_compound() {
            let message = format!("field '{}' can not be filtered in a query call", name.text);
            return Err(self.at(name.span, "INVALID_FIELD", &message));
        }
        Ok(Left { of, name, field })
    }

    fn comparison(
        &self,
        left: &Operand<'_>,
        operator: Operator,
        right: &Literal<'_>,
        about: About<'_, '_>,
    ) -> Result<Test, SoqlError> {
        let Left { of, name, field } = self.side(left, about)?;
        if operator == Operator::Like {
            return self.like(of, name, right);
        }
        self.check_operator(&of, operator, name)?;
        let name = field.map_or(name, |field| Name { text: &field.name, span: name.span });
        Ok(match self.meaning(of.kind(), right, name)? {
            Meaning::Value(value) => Test::Compare { of, operator, value },
            Meaning::Range(start, end) => Test::Range { of, operator, start, end },
        })
    }

    fn check_operator(
        &self,
        of: &Term,
        operator: Operator,
        name: Name<'_>,
    ) -> Result<(), SoqlError> {
        let equality = matches!(operator, Operator::Equal | Operator::NotEqual);
        let kind = of.kind();
        let refused = match of {
            Term::Distance(_) => !matches!(operator, Operator::Less | Operator::Greater),
            _ => !equality && matches!(kind, FieldKind::Boolean | FieldKind::MultiPicklist),
        };
        if refused {
            let what = if matches!(of, Term::Distance(_)) { "distance" } else { kind.name() };
            return Err(self.invalid_operator(what, name));
        }
        Ok(())
    }

    fn invalid_operator(&self, kind: &str, name: Name<'_>) -> SoqlError {
        let message = format!("invalid operator on {kind} field");
        self.at(name.span, "INVALID_QUERY_FILTER_OPERATOR", &message)
    }

    fn like(&self, of: Term, name: Name<'_>, right: &Literal<'_>) -> Result<Test, SoqlError> {
        let kind = of.kind();
        let is_text = kind.is_text() && kind != FieldKind::MultiPicklist;
        match right.kind {
            LiteralKind::Text(raw) if is_text => {
                self.check_length(raw, right)?;
                Ok(Test::Like { of, pattern: Pattern::new(raw) })
            }
            _ if !is_text => Err(self.invalid_operator(kind.name(), name)),
            _ => Err(self.wrong_type(kind, name)),
        }
    }

    fn membership(
        &self,
        left: &Operand<'_>,
        values: &[Literal<'_>],
        about: About<'_, '_>,
    ) -> Result<Test, SoqlError> {
        let Left { of, name, field } = self.side(left, about)?;
        self.check_operator(&of, Operator::Equal, name)?;
        let name = field.map_or(name, |field| Name { text: &field.name, span: name.span });
        let mut meant = Vec::with_capacity(values.len());
        let mut ranges = Vec::new();
        for literal in values {
            match self.meaning(of.kind(), literal, name)? {
                Meaning::Value(value) => meant.push(value),
                Meaning::Range(start, end) => {
                    ranges.push(Test::Range {
                        of: of.clone(),
                        operator: Operator::Equal,
                        start,
                        end,
                    });
                }
            }
        }
        let within = Test::In { of, values: meant };
        if ranges.is_empty() {
            return Ok(within);
        }
        ranges.push(within);
        Ok(Test::Or(ranges))
    }

    fn inclusion(
        &self,
        left: &Operand<'_>,
        values: &[Literal<'_>],
        about: About<'_, '_>,
    ) -> Result<Test, SoqlError> {
        let Left { of, name, .. } = self.side(left, about)?;
        if of.kind() != FieldKind::MultiPicklist {
            return Err(self.invalid_operator(of.kind().name(), name));
        }
        let sets = values.iter().map(|literal| match literal.kind {
            LiteralKind::Text(raw) => Ok(unescape(raw).split(';').map(str::to_owned).collect()),
            _ => Err(self.wrong_type(of.kind(), name)),
        });
        Ok(Test::Includes { sets: sets.collect::<Result<_, _>>()?, of })
    }
}

fn negate(test: Test, negated: bool) -> Test {
    if negated { Test::Not(Box::new(test)) } else { test }
}
