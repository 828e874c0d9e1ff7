//! Resolves every name of a statement against the schema and the reader's permissions.
//!
//! A name that the reader may not read does not exist for them. Errors stand at the start of the path, with
//! the texts of wire reference §4.3.

mod children;
mod filter;
mod function;
mod group;
mod literal;
mod order;
mod path;
mod scope;
mod select;
mod semijoin;

pub(crate) use scope::SCOPES;
pub(crate) use select::{own_column, stored_column};

use std::{cell::RefCell, collections::BTreeSet};

use super::{
    asker::Asker,
    ast::{Join, Name, Query, Span},
    error::SoqlError,
    plans::Right,
    statement::{Shape, Statement},
};
use crate::{FieldIndex, ObjectIndex, Org, schema::absent};

/// Largest `OFFSET` (wire reference §13).
const OFFSET_LIMIT: u64 = 2_000;
/// Most references that a statement follows upwards (wire reference §13).
const REFERENCE_LIMIT: usize = 55;

/// The object whose rows tell what a user may do with rows.
pub(crate) const RECORD_ACCESS: &str = "UserRecordAccess";

/// Where a statement stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Level {
    /// The whole statement.
    Outer,
    /// A list of children, so many levels below the whole statement.
    Children(usize),
    /// The right side of `IN`.
    Semijoin,
}

/// Resolves a statement.
pub(crate) fn bind(
    org: &Org,
    asker: &Asker,
    text: &str,
    query: &Query<'_>,
) -> Result<Statement, SoqlError> {
    bound(org, asker, text, query).map(|bound| bound.statement)
}

/// A statement, and what it rests on.
pub(crate) struct Bound {
    pub(crate) statement: Statement,
    /// Absent when its meaning depends on more than the schema and the answers about rights.
    pub(crate) rights: Option<Vec<Right>>,
}

/// Resolves a statement and tells what it rests on.
pub(crate) fn bound(
    org: &Org,
    asker: &Asker,
    text: &str,
    query: &Query<'_>,
) -> Result<Bound, SoqlError> {
    let tally = RefCell::default();
    let binder = Binder { text, org, asker, tally: &tally };
    let object = binder.object(query.from)?;
    let statement = binder.statement(query, object, Level::Outer)?;
    let Tally { mut rights, personal, .. } = tally.into_inner();
    rights.sort_unstable();
    rights.dedup();
    Ok(Bound { statement, rights: (!personal).then_some(rights) })
}

/// What is counted over the whole statement.
#[derive(Debug, Default)]
struct Tally {
    /// The references that are followed upwards, by their object and their path.
    references: BTreeSet<String>,
    semijoins: usize,
    /// The answers about rights.
    rights: Vec<Right>,
    /// Does the meaning depend on the time, or on who asks in any other way than by their rights?
    personal: bool,
}

/// What names are resolved with.
#[derive(Clone, Copy)]
struct Binder<'a> {
    text: &'a str,
    org: &'a Org,
    asker: &'a Asker,
    tally: &'a RefCell<Tally>,
}

/// The object of a statement and what it may be called in paths.
#[derive(Clone, Copy)]
struct Scope<'q> {
    object: ObjectIndex,
    alias: Option<Name<'q>>,
    joins: &'q [Join<'q>],
}

impl Binder<'_> {
    fn statement(
        &self,
        query: &Query<'_>,
        object: ObjectIndex,
        level: Level,
    ) -> Result<Statement, SoqlError> {
        let scope = Scope { object, alias: query.alias, joins: &query.joins };
        self.check_joins(scope)?;
        let grouping = self.grouping(query, scope, level)?;
        let filter = self.filter(query, scope, level)?;
        let offset = query.offset.map_or(0, |offset| offset.count);
        if offset > OFFSET_LIMIT {
            let message = format!("Maximum SOQL offset allowed is {OFFSET_LIMIT}");
            return Err(SoqlError::new("NUMBER_OUTSIDE_VALID_RANGE", message));
        }
        let (columns, shape, order) = if let Some((grouping, order)) = grouping {
            (Vec::new(), Shape::Groups(Box::new(grouping)), order)
        } else {
            let (columns, shape) = self.select(query, scope, level)?;
            (columns, shape, self.order(&query.order, scope)?)
        };
        Ok(Statement {
            object,
            reader: self.asker.user,
            columns,
            filter,
            shape,
            order,
            limit: query.limit.map(|limit| usize::try_from(limit.count).unwrap_or(usize::MAX)),
            offset: usize::try_from(offset).unwrap_or(usize::MAX),
            purpose: query.purpose,
        })
    }

    /// The object after `FROM`.
    fn object(&self, name: Name<'_>) -> Result<ObjectIndex, SoqlError> {
        let known = self.known_object(name).ok_or_else(|| {
            if let Some(what) = absent::counted_as(name.text) {
                return self.unsupported(name.span, what);
            }
            let message = format!(
                "sObject type '{}' is not supported. If you are attempting to use a custom object, be sure to append \
                 the '__c' after the entity name. Please reference your WSDL or the describe call for the appropriate \
                 names.",
                name.text
            );
            self.at(name.span, "INVALID_TYPE", &message).about(absent::absent(name.text))
        })?;
        let object = self.org.schema().at(known);
        if !object.queryable {
            let message = format!("entity type {} does not support query", object.name);
            return Err(SoqlError::new("INVALID_TYPE_FOR_OPERATION", message));
        }
        // Its rows are made for the one statement that asks for them, before anything is bound.
        if &*object.name == RECORD_ACCESS {
            return Err(self.unsupported(name.span, "UserRecordAccess outside of query"));
        }
        Ok(known)
    }

    /// The object of this name, if the reader may see rows of it.
    fn known_object(&self, name: Name<'_>) -> Option<ObjectIndex> {
        let found = self.org.schema().index_of(name.text);
        found.filter(|object| self.may_read(*object))
    }

    fn may_read(&self, object: ObjectIndex) -> bool {
        let granted = self.org.permitted(self.asker.user, object).read;
        self.tally.borrow_mut().rights.push(Right { object, field: None, granted });
        granted
    }

    /// May the asker read the field?
    fn readable(&self, object: ObjectIndex, field: FieldIndex) -> bool {
        let granted = self.org.readable(self.asker.user, object, field);
        self.tally.borrow_mut().rights.push(Right { object, field: Some(field), granted });
        granted
    }

    /// Notes that the meaning depends on the time, or on who asks.
    fn is_personal(&self) {
        self.tally.borrow_mut().personal = true;
    }

    fn at(&self, span: Span, code: &'static str, message: &str) -> SoqlError {
        SoqlError::at(self.text, span, code, message)
    }

    fn malformed(&self, span: Span, message: &str) -> SoqlError {
        self.at(span, "MALFORMED_QUERY", message)
    }

    fn unsupported(&self, span: Span, what: &'static str) -> SoqlError {
        SoqlError::unsupported(self.text, span, what)
    }
}

fn last_segment(path: &str) -> &str {
    path.rsplit('.').next().unwrap_or(path)
}
