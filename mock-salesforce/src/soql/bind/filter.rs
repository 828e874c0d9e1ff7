//! Conditions: a literal must fit the type of its field.

use std::collections::BTreeSet;

use super::{Binder, Level, Scope, last_segment};
use crate::{
    FieldKind, FieldSchema, SfId, Timestamp, Value,
    soql::{
        ast::{Condition, Literal, LiteralKind, Name, Operand, Operator, Query, Set},
        dates,
        error::SoqlError,
        like::Pattern,
        statement::{FieldPath, Test},
        text::unescape,
    },
};

/// Longest text in a condition, in characters (wire reference §13).
const TEXT_LIMIT: usize = 4_000;

/// What a literal means next to its field.
enum Meaning {
    Value(Value),
    /// From the first up to, not including, the second.
    Range(Value, Value),
}

impl<'a> Binder<'a> {
    pub(super) fn test(
        &self,
        condition: &Condition<'_>,
        scope: Scope<'_>,
        level: Level,
    ) -> Result<Test, SoqlError> {
        match condition {
            Condition::And(all) => self.tests(all, scope, level).map(Test::And),
            Condition::Or(all) => self.tests(all, scope, level).map(Test::Or),
            Condition::Not(one) => Ok(Test::Not(Box::new(self.test(one, scope, level)?))),
            Condition::Compare { left, operator, right } => {
                self.comparison(*left, *operator, right, scope)
            }
            Condition::In { left, negated, set } => {
                let test = match set {
                    Set::Values(values) => self.membership(*left, values, scope)?,
                    Set::Rows(query) => self.semijoin(*left, query, scope, level)?,
                };
                Ok(negate(test, *negated))
            }
            Condition::Includes { left, negated, values } => {
                let test = self.inclusion(*left, values, scope)?;
                Ok(negate(test, *negated))
            }
        }
    }

    fn tests(
        &self,
        all: &[Condition<'_>],
        scope: Scope<'_>,
        level: Level,
    ) -> Result<Vec<Test>, SoqlError> {
        all.iter().map(|one| self.test(one, scope, level)).collect()
    }

    fn operand(
        &self,
        left: Operand<'_>,
        scope: Scope<'_>,
    ) -> Result<(FieldPath, Name<'a>, Option<&'a FieldSchema>), SoqlError>
    where
        Self: 'a,
    {
        let Operand::Path(name) = left else {
            return Err(self.unsupported(left.span(), "functions in conditions"));
        };
        let (path, field) = self.path(name, scope)?;
        let shown = self.text.get(name.span.start..name.span.end).unwrap_or_default();
        let shown = Name { text: last_segment(shown), span: name.span };
        if field.is_some_and(|field| !field.filterable) || path.kind == FieldKind::Address {
            let message = format!("field '{}' can not be filtered in a query call", shown.text);
            return Err(self.at(name.span, "INVALID_FIELD", &message));
        }
        Ok((path, shown, field))
    }

    fn comparison(
        &self,
        left: Operand<'_>,
        operator: Operator,
        right: &Literal<'_>,
        scope: Scope<'_>,
    ) -> Result<Test, SoqlError> {
        let (path, name, field) = self.operand(left, scope)?;
        if operator == Operator::Like {
            return self.like(path, name, right);
        }
        self.check_operator(path.kind, operator, name)?;
        let name = field.map_or(name, |field| Name { text: &field.name, span: name.span });
        Ok(match self.meaning(path.kind, right, name)? {
            Meaning::Value(value) => Test::Compare { path, operator, value },
            Meaning::Range(start, end) => Test::Range { path, operator, start, end },
        })
    }

    fn check_operator(
        &self,
        kind: FieldKind,
        operator: Operator,
        name: Name<'_>,
    ) -> Result<(), SoqlError> {
        let equality = matches!(operator, Operator::Equal | Operator::NotEqual);
        if !equality && matches!(kind, FieldKind::Boolean | FieldKind::MultiPicklist) {
            let message = format!("invalid operator on {} field", kind.name());
            return Err(self.at(name.span, "INVALID_QUERY_FILTER_OPERATOR", &message));
        }
        Ok(())
    }

    fn like(
        &self,
        path: FieldPath,
        name: Name<'_>,
        right: &Literal<'_>,
    ) -> Result<Test, SoqlError> {
        let is_text = path.kind.is_text() && path.kind != FieldKind::MultiPicklist;
        match right.kind {
            LiteralKind::Text(raw) if is_text => {
                Ok(Test::Like { path, pattern: Pattern::new(raw) })
            }
            _ if !is_text => {
                let message = format!("invalid operator on {} field", path.kind.name());
                Err(self.at(name.span, "INVALID_QUERY_FILTER_OPERATOR", &message))
            }
            _ => Err(self.wrong_type(path.kind, name)),
        }
    }

    fn membership(
        &self,
        left: Operand<'_>,
        values: &[Literal<'_>],
        scope: Scope<'_>,
    ) -> Result<Test, SoqlError> {
        let (path, name, _) = self.operand(left, scope)?;
        let mut meant = Vec::with_capacity(values.len());
        for literal in values {
            match self.meaning(path.kind, literal, name)? {
                Meaning::Value(value) => meant.push(value),
                Meaning::Range(..) => {
                    return Err(self.unsupported(literal.span, "date literals inside IN"));
                }
            }
        }
        Ok(Test::In { path, values: meant })
    }

    fn inclusion(
        &self,
        left: Operand<'_>,
        values: &[Literal<'_>],
        scope: Scope<'_>,
    ) -> Result<Test, SoqlError> {
        let (path, name, _) = self.operand(left, scope)?;
        if path.kind != FieldKind::MultiPicklist {
            let message = format!("invalid operator on {} field", path.kind.name());
            return Err(self.at(name.span, "INVALID_QUERY_FILTER_OPERATOR", &message));
        }
        let sets = values.iter().map(|literal| match literal.kind {
            LiteralKind::Text(raw) => Ok(unescape(raw).split(';').map(str::to_owned).collect()),
            _ => Err(self.wrong_type(path.kind, name)),
        });
        Ok(Test::Includes { sets: sets.collect::<Result<_, _>>()?, path })
    }

    /// `Field IN (SELECT Reference FROM Object …)`, with the limits of wire reference §4.2.
    fn semijoin(
        &self,
        left: Operand<'_>,
        query: &Query<'_>,
        scope: Scope<'_>,
        level: Level,
    ) -> Result<Test, SoqlError> {
        let (path, name, field) = self.operand(left, scope)?;
        if level == Level::Semijoin || !path.references.is_empty() || !is_id(path.kind) {
            return Err(self.at(name.span, "MALFORMED_QUERY", "semi join sub-selects need an id or reference field of the object itself on their left"));
        }
        let object = self.object(query.from)?;
        let statement = self.statement(query, object, Level::Semijoin)?;
        let clauses = !query.order.is_empty() || query.limit.is_some() || query.offset.is_some();
        let column = match statement.columns.as_slice() {
            [crate::soql::statement::Column::Field { name, place }] if !clauses => {
                Some((name.clone(), place.clone()))
            }
            _ => None,
        };
        let inner = column.and_then(|(name, place)| {
            let field = self.org.schema().at(object).field(&name)?;
            is_id(field.kind).then_some((place, field, name))
        });
        let Some((place, inner, inner_name)) = inner else {
            return Err(self.at(query.from.span, "MALFORMED_QUERY", "semi join sub-selects must select one id or reference field, without ORDER BY, LIMIT and OFFSET"));
        };
        let targets = |field: &FieldSchema, object| {
            if field.kind == FieldKind::Id { vec![object] } else { field.targets.clone() }
        };
        let outer: BTreeSet<_> = field
            .map(|field| targets(field, scope.object))
            .unwrap_or_default()
            .into_iter()
            .collect();
        if !targets(inner, object).iter().any(|target| outer.contains(target)) {
            let message = format!(
                "The selected field '{inner_name}' in the subquery and the left operand field in the where expression in the outer query '{}' should point to the same object type",
                name.text
            );
            return Err(self.at(name.span, "MALFORMED_QUERY", &message));
        }
        Ok(Test::InRows { path, statement: Box::new(statement), column: place })
    }

    fn meaning(
        &self,
        kind: FieldKind,
        literal: &Literal<'_>,
        name: Name<'_>,
    ) -> Result<Meaning, SoqlError> {
        let wrong = || self.wrong_type(kind, name);
        let value = match (&literal.kind, kind) {
            (LiteralKind::Null, FieldKind::Boolean) => Value::Bool(false),
            (LiteralKind::Null, _) => Value::Null,
            (LiteralKind::Bool(value), FieldKind::Boolean) => Value::Bool(*value),
            (LiteralKind::Text(raw), FieldKind::Id | FieldKind::Reference) => {
                self.id(raw, literal)?
            }
            (LiteralKind::Text(raw), kind) if kind.is_text() => self.checked_text(raw, literal)?,
            (LiteralKind::Number(digits), kind) if kind.is_number() => {
                Value::Double(digits.parse().map_err(|_| wrong())?)
            }
            (LiteralKind::Date(day), FieldKind::Date) => {
                let day = dates::parse_date(day).ok_or_else(|| self.invalid_date(literal))?;
                Value::Date(dates::epoch_days(day))
            }
            (LiteralKind::DateTime(moment), FieldKind::DateTime) => {
                let moment =
                    dates::parse_datetime(moment).ok_or_else(|| self.invalid_date(literal))?;
                Value::DateTime(Timestamp(moment))
            }
            (LiteralKind::DateLiteral { name: word, n }, FieldKind::Date | FieldKind::DateTime) => {
                return self.date_range(kind, word, *n).ok_or_else(|| self.invalid_date(literal));
            }
            _ => return Err(wrong()),
        };
        Ok(Meaning::Value(value))
    }

    fn id(&self, raw: &str, literal: &Literal<'_>) -> Result<Value, SoqlError> {
        let text = unescape(raw);
        if text.is_empty() {
            return Ok(Value::Null);
        }
        let id: Result<SfId, _> = text.parse();
        id.map(Value::Id).map_err(|_| {
            self.at(
                literal.span,
                "INVALID_QUERY_FILTER_OPERATOR",
                &format!("invalid ID field: {text}"),
            )
        })
    }

    fn checked_text(&self, raw: &str, literal: &Literal<'_>) -> Result<Value, SoqlError> {
        if raw.len() > TEXT_LIMIT && raw.chars().count() > TEXT_LIMIT {
            let message =
                format!("a text in a condition can not be longer than {TEXT_LIMIT} characters");
            return Err(self.at(literal.span, "MALFORMED_QUERY", &message));
        }
        Ok(Value::text(&unescape(raw)))
    }

    fn date_range(&self, kind: FieldKind, word: &str, n: Option<u32>) -> Option<Meaning> {
        let today = dates::day_of(self.asker.now.0, &self.asker.zone)?;
        let range = dates::range(word, n, today)?;
        Some(if kind == FieldKind::Date {
            let days = |day| Value::Date(dates::epoch_days(day));
            Meaning::Range(days(range.start), days(range.end))
        } else {
            let moment =
                |day| Some(Value::DateTime(Timestamp(dates::midnight(day, &self.asker.zone)?)));
            Meaning::Range(moment(range.start)?, moment(range.end)?)
        })
    }

    fn invalid_date(&self, literal: &Literal<'_>) -> SoqlError {
        let shown = self.text.get(literal.span.start..literal.span.end).unwrap_or_default();
        self.at(literal.span, "MALFORMED_QUERY", &format!("Invalid date: {shown}"))
    }

    fn wrong_type(&self, kind: FieldKind, name: Name<'_>) -> SoqlError {
        let (kind, quotes) = match kind {
            FieldKind::DateTime => ("dateTime", "should not be enclosed in quotes"),
            FieldKind::Id | FieldKind::Reference => ("ID", "should be enclosed in quotes"),
            kind if kind.is_text() => ("string", "should be enclosed in quotes"),
            kind => (kind.name(), "should not be enclosed in quotes"),
        };
        let message = format!(
            "value of filter criterion for field '{}' must be of type {kind} and {quotes}",
            name.text
        );
        self.at(name.span, "INVALID_FIELD", &message)
    }
}

fn is_id(kind: FieldKind) -> bool {
    matches!(kind, FieldKind::Id | FieldKind::Reference)
}

fn negate(test: Test, negated: bool) -> Test {
    if negated { Test::Not(Box::new(test)) } else { test }
}
