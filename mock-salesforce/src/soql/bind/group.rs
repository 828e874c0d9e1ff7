//! Grouped statements: what is selected is a key of the groups or an aggregate of their rows.
//!
//! Values without an alias are called `expr0`, `expr1` and so on, keys by their field (wire reference §4.2).

use std::{cell::RefCell, sync::Arc};

use super::{
    Binder, Level, Scope,
    filter::About,
    last_segment,
    order::{is_long_text, picklist},
};
use crate::{
    FieldKind, FieldSchema,
    soql::{
        ast::{Argument, Call, GroupMode, Name, Operand, Ordering, Query, Selected},
        error::SoqlError,
        function::{Aggregation, Function},
        statement::{Aggregate, GroupColumn, Grouping, OrderKey, Term},
    },
};

/// Most keys under `ROLLUP` and `CUBE`.
const SUBTOTAL_KEYS: usize = 3;

/// The keys and the aggregates that a statement has asked for so far.
pub(super) struct Groups {
    mode: GroupMode,
    keys: Vec<Term>,
    aggregates: Vec<Aggregate>,
}

impl Binder<'_> {
    /// The grouping of a statement that has one, with its order.
    pub(super) fn grouping(
        &self,
        query: &Query<'_>,
        scope: Scope<'_>,
        level: Level,
    ) -> Result<Option<(Grouping, Vec<OrderKey>)>, SoqlError> {
        let aggregate = query.select.iter().find_map(aggregate_in);
        let at = query.group.as_ref().map(|group| group.span).or(aggregate.map(|name| name.span));
        self.lone_count(query)?;
        let Some(at) = at.filter(|_| !is_bare_count(query)) else { return Ok(None) };
        if level != Level::Outer {
            let message = "Only root queries support aggregate expressions";
            return Err(self.malformed(at, message));
        }
        if query.group.is_none() && (query.limit.is_some() || query.offset.is_some()) {
            let bound = if query.limit.is_some() { "LIMIT" } else { "OFFSET" };
            let message = format!(
                "Non-grouped query that uses overall aggregate functions cannot also use {bound}"
            );
            return Err(self.malformed(at, &message));
        }
        let groups = RefCell::new(self.keys(query, scope)?);
        let columns = self.group_columns(query, scope, &groups)?;
        let having = match &query.having {
            Some(condition) => Some(self.test(condition, About::Groups(scope, &groups))?),
            None => None,
        };
        let order = query.order.iter().map(|key| self.group_order(key, scope, &groups));
        let order = order.collect::<Result<_, _>>()?;
        let Groups { mode, keys, aggregates } = groups.into_inner();
        Ok(Some((Grouping { mode, keys, aggregates, columns, having }, order)))
    }

    /// `COUNT()` stands alone: beside it, with groups or in an order it is `COUNT(field)`.
    fn lone_count(&self, query: &Query<'_>) -> Result<(), SoqlError> {
        let Some(at) = query.select.iter().find_map(count_in) else { return Ok(()) };
        let message = if query.select.len() > 1 {
            "COUNT() must be the only element of the field list"
        } else if query.group.is_some() {
            "COUNT() can not be used with GROUP BY: use COUNT(fieldName)"
        } else if !query.order.is_empty() {
            "COUNT() can not be used with ORDER BY: use COUNT(fieldName)"
        } else {
            return Ok(());
        };
        Err(self.malformed(at.span, message))
    }

    fn keys(&self, query: &Query<'_>, scope: Scope<'_>) -> Result<Groups, SoqlError> {
        let mut groups =
            Groups { mode: GroupMode::Plain, keys: Vec::new(), aggregates: Vec::new() };
        let Some(group) = &query.group else { return Ok(groups) };
        groups.mode = group.mode;
        if group.mode != GroupMode::Plain && group.keys.len() > SUBTOTAL_KEYS {
            let message =
                format!("GROUP BY ROLLUP and CUBE can have at most {SUBTOTAL_KEYS} fields");
            return Err(self.malformed(group.span, &message));
        }
        for operand in &group.keys {
            let (term, field) = self.term(operand, scope)?;
            if !is_groupable(&term, field) {
                let name = last_segment(operand.subject().text);
                let message = format!("field '{name}' can not be grouped in a query call");
                return Err(self.at(operand.span(), "INVALID_FIELD", &message));
            }
            if !groups.keys.contains(&term) {
                groups.keys.push(term);
            }
        }
        Ok(groups)
    }

    fn group_columns(
        &self,
        query: &Query<'_>,
        scope: Scope<'_>,
        groups: &RefCell<Groups>,
    ) -> Result<Vec<GroupColumn>, SoqlError> {
        let mut columns: Vec<GroupColumn> = Vec::with_capacity(query.select.len());
        let mut unnamed = 0_usize;
        for item in &query.select {
            let Selected::Value { operand, alias } = item else {
                let message = "a grouped statement selects its keys and aggregate functions only";
                return Err(self.malformed(query.from.span, message));
            };
            let value = self.cell(operand, scope, &mut groups.borrow_mut())?;
            let name: Arc<str> = match (alias, operand) {
                (Some(alias), _) => alias.text.into(),
                (None, Operand::Path(name)) => self.key_name(*name, scope)?,
                (None, Operand::Call(_)) => {
                    unnamed += 1;
                    format!("expr{}", unnamed - 1).into()
                }
            };
            if columns.iter().any(|column| column.name.eq_ignore_ascii_case(&name)) {
                let span = alias.map_or(operand.span(), |alias| alias.span);
                return Err(self.malformed(span, &format!("duplicate alias: {name}")));
            }
            columns.push(GroupColumn { name, value });
        }
        Ok(columns)
    }

    /// A key is called by its field, in canonical case.
    fn key_name(&self, name: Name<'_>, scope: Scope<'_>) -> Result<Arc<str>, SoqlError> {
        let (_, field) = self.path(name, scope)?;
        Ok(field.map_or_else(|| last_segment(name.text).into(), |field| Arc::clone(&field.name)))
    }

    fn group_order(
        &self,
        key: &Ordering<'_>,
        scope: Scope<'_>,
        groups: &RefCell<Groups>,
    ) -> Result<OrderKey, SoqlError> {
        let (term, field) = match &key.operand {
            Operand::Path(name) => {
                let (path, field) = self.path(*name, scope)?;
                (Some(Term::Field(path)), field)
            }
            Operand::Call(_) => (None, None),
        };
        if term.is_some_and(|term| !groups.borrow().keys.contains(&term)) {
            let message = format!(
                "Ordered field must be grouped or aggregated: {}",
                key.operand.subject().text
            );
            return Err(self.malformed(key.operand.span(), &message));
        }
        let of = self.cell(&key.operand, scope, &mut groups.borrow_mut())?;
        let (descending, nulls_last) = (key.descending, key.nulls_last);
        Ok(OrderKey { of, descending, nulls_last, picklist: picklist(field) })
    }

    /// Something that has a value for every group.
    pub(super) fn cell(
        &self,
        operand: &Operand<'_>,
        scope: Scope<'_>,
        groups: &mut Groups,
    ) -> Result<Term, SoqlError> {
        if let Operand::Call(call) = operand {
            match Function::named(call.function.text) {
                Some(Function::Aggregate(function)) => {
                    return self.aggregate(function, call, scope, groups);
                }
                Some(Function::Grouping) => return self.subtotal(call, scope, groups),
                Some(Function::Format) => {
                    let of = self.cell(self.only_operand(call)?, scope, groups)?;
                    return self.format(call, of);
                }
                _ => {}
            }
        }
        let (term, _) = self.term(operand, scope)?;
        let at = groups.keys.iter().position(|key| *key == term).ok_or_else(|| {
            let written = operand.subject().text;
            let message = format!("Field must be grouped or aggregated: {written}");
            self.malformed(operand.span(), &message)
        })?;
        Ok(Term::Key { at, kind: term.kind(), case_sensitive: term.case_sensitive() })
    }

    fn aggregate(
        &self,
        function: Aggregation,
        call: &Call<'_>,
        scope: Scope<'_>,
        groups: &mut Groups,
    ) -> Result<Term, SoqlError> {
        let (of, field) = match call.arguments.as_slice() {
            [] if function == Aggregation::Count => (None, None),
            [Argument::Operand(operand)] => {
                let (term, field) = self.term(operand, scope)?;
                (Some(term), field)
            }
            _ => return Err(SoqlError::unexpected(self.text, call.open)),
        };
        let shown = call.arguments.first().map_or("", |argument| match argument {
            Argument::Operand(operand) => operand.subject().text,
            Argument::Literal(_) => "",
        });
        if let Some(term) = &of {
            if !supports(function, term, field) {
                let function = call.function.text.to_ascii_uppercase();
                let message = format!(
                    "field {} does not support aggregate operator {function}",
                    last_segment(shown)
                );
                return Err(self.malformed(call.function.span, &message));
            }
            if groups.mode == GroupMode::Plain && groups.keys.contains(term) {
                let message = format!("Grouped field should not be aggregated: {shown}");
                return Err(self.malformed(call.function.span, &message));
            }
        }
        let kind = match function {
            Aggregation::Count | Aggregation::CountDistinct => FieldKind::Int,
            Aggregation::Sum | Aggregation::Avg => match of.as_ref().map(Term::kind) {
                Some(kind @ (FieldKind::Currency | FieldKind::Percent)) => kind,
                _ => FieldKind::Double,
            },
            Aggregation::Min | Aggregation::Max => {
                of.as_ref().map_or(FieldKind::String, Term::kind)
            }
        };
        let aggregate = Aggregate { function, of, picklist: picklist(field) };
        let known = groups.aggregates.iter().position(|known| *known == aggregate);
        let at = known.unwrap_or_else(|| {
            groups.aggregates.push(aggregate);
            groups.aggregates.len() - 1
        });
        Ok(Term::Aggregate { at, kind })
    }

    /// `GROUPING(Status)`
    fn subtotal(
        &self,
        call: &Call<'_>,
        scope: Scope<'_>,
        groups: &Groups,
    ) -> Result<Term, SoqlError> {
        let operand = self.only_operand(call)?;
        let (term, _) = self.term(operand, scope)?;
        let at = groups.keys.iter().position(|key| *key == term);
        at.filter(|_| groups.mode != GroupMode::Plain).map(|at| Term::Subtotal { at }).ok_or_else(
            || {
                let message =
                    format!("Field must be grouped by ROLLUP or CUBE: {}", operand.subject().text);
                self.malformed(operand.span(), &message)
            },
        )
    }
}

/// `SELECT COUNT()` and nothing else.
pub(super) fn is_bare_count(query: &Query<'_>) -> bool {
    match query.select.as_slice() {
        [item @ Selected::Value { alias: None, .. }] => {
            query.group.is_none() && count_in(item).is_some()
        }
        _ => false,
    }
}

/// `COUNT()` in a field list.
fn count_in<'s>(item: &Selected<'s>) -> Option<Name<'s>> {
    let Selected::Value { operand: Operand::Call(call), .. } = item else { return None };
    let is_count = call.arguments.is_empty() && call.function.text.eq_ignore_ascii_case("count");
    is_count.then_some(call.function)
}

/// The aggregate function in an item of a field list.
fn aggregate_in<'s>(item: &Selected<'s>) -> Option<Name<'s>> {
    fn within<'s>(operand: &Operand<'s>) -> Option<Name<'s>> {
        let Operand::Call(call) = operand else { return None };
        if matches!(Function::named(call.function.text), Some(Function::Aggregate(_))) {
            return Some(call.function);
        }
        call.arguments.iter().find_map(|argument| match argument {
            Argument::Operand(operand) => within(operand),
            Argument::Literal(_) => None,
        })
    }
    match item {
        Selected::Value { operand, .. } => within(operand),
        _ => None,
    }
}

/// Can rows be grouped by it? The describe says so of fields; of functions, those of dates can.
fn is_groupable(term: &Term, field: Option<&FieldSchema>) -> bool {
    match term {
        Term::Date { .. } => true,
        Term::Field(path) => {
            let measured = path.kind.is_number() && path.kind != FieldKind::Int;
            let never = matches!(
                path.kind,
                FieldKind::Address
                    | FieldKind::MultiPicklist
                    | FieldKind::DateTime
                    | FieldKind::Time
            );
            !measured && !never && !field.is_some_and(is_long_text)
        }
        _ => false,
    }
}

/// Which aggregate functions a type has (SOQL and SOSL Reference, Support for Field Types in Aggregate Functions).
fn supports(function: Aggregation, term: &Term, field: Option<&FieldSchema>) -> bool {
    let kind = term.kind();
    let never = kind.is_compound()
        || matches!(kind, FieldKind::Boolean | FieldKind::MultiPicklist)
        || field.is_some_and(is_long_text);
    match function {
        Aggregation::Sum | Aggregation::Avg => kind.is_number(),
        Aggregation::Count | Aggregation::CountDistinct => !never,
        Aggregation::Min | Aggregation::Max => {
            !never && kind != FieldKind::Id && kind != FieldKind::Time
        }
    }
}
