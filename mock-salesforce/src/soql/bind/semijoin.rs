//! `Field IN (SELECT Reference FROM Object …)`, with the limits of wire reference §4.2.

use std::collections::BTreeSet;

use super::{Binder, Level, Scope, last_segment};
use crate::{
    FieldKind, FieldSchema, ObjectIndex,
    soql::{
        ast::{Condition, Name, Operand, Query, Selected, Set},
        error::SoqlError,
        statement::{Column, Place, Statement, Term, Test},
    },
};

/// Most semi-joins of one statement (wire reference §13).
const SEMIJOIN_LIMIT: usize = 2;
/// Objects that no semi-join looks in (SOQL and SOSL Reference, Semi-Joins and Anti-Joins).
const EXCLUDED: &[&str] = &[
    "ActivityHistory",
    "Attachment",
    "Event",
    "EventAttendee",
    "Note",
    "OpenActivity",
    "Tag",
    "Task",
];

impl<'a> Binder<'a> {
    /// Semi-joins stand at the top of `WHERE`: not below `OR`, `NOT` or parentheses with `OR` in them.
    pub(super) fn check_semijoins(&self, condition: &Condition<'_>) -> Result<(), SoqlError> {
        match condition {
            Condition::And(all) => all.iter().try_for_each(|one| self.check_semijoins(one)),
            Condition::Or(all) => all.iter().try_for_each(|one| {
                self.refuse_semijoins(one, "Semi join sub-selects are not allowed with the 'OR' operator")
            }),
            Condition::Not(one) => self.refuse_semijoins(
                one,
                "Semi join sub-selects are only allowed at the top level WHERE expressions and not in nested WHERE expressions.",
            ),
            _ => Ok(()),
        }
    }

    fn refuse_semijoins(&self, condition: &Condition<'_>, why: &str) -> Result<(), SoqlError> {
        match condition {
            Condition::And(all) | Condition::Or(all) => {
                all.iter().try_for_each(|one| self.refuse_semijoins(one, why))
            }
            Condition::Not(one) => self.refuse_semijoins(one, why),
            Condition::In { left, set: Set::Rows(_), .. } => Err(self.malformed(left.span(), why)),
            _ => Ok(()),
        }
    }

    pub(super) fn semijoin(
        &self,
        left: &Operand<'_>,
        query: &Query<'_>,
        scope: Scope<'_>,
        level: Level,
    ) -> Result<Test, SoqlError> {
        if level == Level::Semijoin {
            let message = "Nesting of semi join sub-selects is not supported";
            return Err(self.malformed(left.span(), message));
        }
        self.count_semijoin(left)?;
        let (of, outer, name) = self.left(left, scope)?;
        let object = self.object(query.from)?;
        self.check_inner(query, object, scope)?;
        let statement = self.statement(query, object, Level::Semijoin)?;
        let (column, inner, inner_name) = self.inner(query, &statement)?;
        let targets = |field: &FieldSchema, object: ObjectIndex| -> BTreeSet<ObjectIndex> {
            if field.kind == FieldKind::Id {
                BTreeSet::from([object])
            } else {
                field.targets.iter().copied().collect()
            }
        };
        if targets(inner, object).is_disjoint(&targets(outer, scope.object)) {
            let message = format!(
                "The selected field '{inner_name}' in the subquery and the left operand field in the where expression in the outer query '{name}' should point to the same object type"
            );
            return Err(self.malformed(left.span(), &message));
        }
        Ok(Test::InRows { of, statement: Box::new(statement), column })
    }

    fn count_semijoin(&self, left: &Operand<'_>) -> Result<(), SoqlError> {
        let mut tally = self.tally.borrow_mut();
        tally.semijoins += 1;
        if tally.semijoins > SEMIJOIN_LIMIT {
            let message = format!("Maximum {SEMIJOIN_LIMIT} semi join sub-selects are allowed.");
            return Err(self.at(left.span(), "EXCEEDED_MAX_SEMIJOIN_SUBSELECTS", &message));
        }
        Ok(())
    }

    /// The left side: an id or a reference of the object itself.
    fn left<'n>(
        &self,
        left: &Operand<'n>,
        scope: Scope<'_>,
    ) -> Result<(Term, &'a FieldSchema, &'n str), SoqlError> {
        let Operand::Path(name) = left else {
            return Err(SoqlError::unexpected(self.text, left.span()));
        };
        let (path, field) = self.path(*name, scope)?;
        let shown = last_segment(name.text);
        if !path.references.is_empty() {
            let message = "The left operand cannot have more than one level of relationships";
            return Err(self.malformed(name.span, message));
        }
        match field {
            Some(field) if is_id(field) => Ok((Term::Field(path), field, shown)),
            _ => {
                let message = format!(
                    "The left operand field in the where expression for outer query should be an id field, cannot use: '{shown}'"
                );
                Err(self.malformed(name.span, &message))
            }
        }
    }

    fn check_inner(
        &self,
        query: &Query<'_>,
        object: ObjectIndex,
        scope: Scope<'_>,
    ) -> Result<(), SoqlError> {
        let name = &*self.org.schema().at(object).name;
        let refuse = |message: &str| Err(self.malformed(query.from.span, message));
        if object == scope.object {
            return refuse("The inner and outer selects should not be on the same object type");
        }
        if EXCLUDED.contains(&name) {
            return refuse(&format!(
                "Entity '{name}' is not supported for semi join inner selects"
            ));
        }
        let bounded = query.limit.is_some() || query.offset.is_some() || query.purpose.is_some();
        if bounded || !query.order.is_empty() {
            return refuse(
                "ORDER BY, LIMIT, OFFSET and FOR are not supported in semi join sub-selects",
            );
        }
        Ok(())
    }

    /// What the inner statement selects: one id or reference of its own object.
    fn inner<'s>(
        &self,
        query: &Query<'_>,
        statement: &'s Statement,
    ) -> Result<(Place, &'a FieldSchema, &'s str), SoqlError> {
        let first = query.select.first();
        let written: Option<Name<'_>> = match first {
            Some(Selected::Value { operand, .. }) => Some(operand.head()),
            _ => None,
        };
        if let [Column::Field { name, place }] = statement.columns.as_slice()
            && let Some(field) = self.org.schema().at(statement.object).field(name)
            && is_id(field)
        {
            return Ok((place.clone(), field, name));
        }
        let (shown, span) =
            written.map_or(("", query.from.span), |name| (last_segment(name.text), name.span));
        let message =
            format!("Semi join sub-selects can only query id fields, cannot use: '{shown}'");
        Err(self.malformed(span, &message))
    }
}

fn is_id(field: &FieldSchema) -> bool {
    matches!(field.kind, FieldKind::Id | FieldKind::Reference)
}
