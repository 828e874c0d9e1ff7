//! Resolves every name of a statement against the schema and the reader's permissions.
//!
//! A name that the reader may not read does not exist for them. Errors stand at the start of the path, with
//! the texts of wire reference §4.3.

mod filter;
mod path;
mod select;

pub(crate) use select::own_column;

use jiff::tz::TimeZone;

use super::{
    ast::{Name, Operand, Ordering, Query, Span},
    error::SoqlError,
    statement::{OrderKey, Statement},
};
use crate::{FieldKind, ObjectIndex, Org, SfId, Timestamp};

/// Largest `OFFSET` (wire reference §13).
const OFFSET_LIMIT: u64 = 2_000;

/// Who asks, and when.
#[derive(Debug, Clone)]
pub(crate) struct Asker {
    /// The running user.
    pub(crate) user: SfId,
    /// The time.
    pub(crate) now: Timestamp,
    /// The running user's time zone: what a date literal means.
    pub(crate) zone: TimeZone,
}

/// Where a statement stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Level {
    /// The whole statement.
    Outer,
    /// A list of children.
    Children,
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
    let binder = Binder { text, org, asker };
    let object = binder.object(query.from)?;
    binder.statement(query, object, Level::Outer)
}

/// What names are resolved with.
#[derive(Clone, Copy)]
struct Binder<'a> {
    text: &'a str,
    org: &'a Org,
    asker: &'a Asker,
}

/// The object of a statement and what it may be called in paths.
#[derive(Clone, Copy)]
struct Scope<'q> {
    object: ObjectIndex,
    alias: Option<Name<'q>>,
}

impl Binder<'_> {
    fn statement(
        &self,
        query: &Query<'_>,
        object: ObjectIndex,
        level: Level,
    ) -> Result<Statement, SoqlError> {
        let scope = Scope { object, alias: query.alias };
        self.refuse_groups(query)?;
        let (columns, shape) = self.select(query, scope, level)?;
        let filter = match &query.filter {
            Some(condition) => Some(self.test(condition, scope, level)?),
            None => None,
        };
        let order =
            query.order.iter().map(|key| self.order_key(key, scope)).collect::<Result<_, _>>()?;
        let offset = query.offset.map_or(0, |offset| offset.count);
        if offset > OFFSET_LIMIT {
            let message = format!("Maximum SOQL offset allowed is {OFFSET_LIMIT}");
            return Err(SoqlError::new("NUMBER_OUTSIDE_VALID_RANGE", message));
        }
        Ok(Statement {
            object,
            columns,
            filter,
            shape,
            order,
            limit: query.limit.map(|limit| usize::try_from(limit.count).unwrap_or(usize::MAX)),
            offset: usize::try_from(offset).unwrap_or(usize::MAX),
        })
    }

    fn refuse_groups(&self, query: &Query<'_>) -> Result<(), SoqlError> {
        if let Some(group) = query.group.first() {
            return Err(self.unsupported(group.span(), "GROUP BY"));
        }
        if query.having.is_some() {
            return Err(self.unsupported(query.from.span, "HAVING"));
        }
        Ok(())
    }

    /// The object after `FROM`.
    fn object(&self, name: Name<'_>) -> Result<ObjectIndex, SoqlError> {
        let found = self.org.schema().index_of(name.text);
        found.filter(|object| self.org.permitted(self.asker.user, *object).read).ok_or_else(|| {
            let message = format!(
                "sObject type '{}' is not supported. If you are attempting to use a custom object, be sure to append \
                 the '__c' after the entity name. Please reference your WSDL or the describe call for the appropriate \
                 names.",
                name.text
            );
            self.at(name.span, "INVALID_TYPE", &message)
        })
    }

    fn order_key(&self, key: &Ordering<'_>, scope: Scope<'_>) -> Result<OrderKey, SoqlError> {
        let Operand::Path(name) = key.operand else {
            return Err(self.unsupported(key.operand.span(), "functions in ORDER BY"));
        };
        let (path, field) = self.path(name, scope)?;
        let long_text =
            field.is_some_and(|field| field.kind == FieldKind::TextArea && field.length > 255);
        if long_text || path.kind == FieldKind::MultiPicklist || path.kind == FieldKind::Address {
            let message =
                format!("field '{}' can not be sorted in a query call", last_segment(name.text));
            return Err(self.at(name.span, "INVALID_FIELD", &message));
        }
        let picklist = match field {
            Some(field) if path.kind == FieldKind::Picklist => {
                field.picklist.values.iter().map(|entry| entry.value.clone()).collect()
            }
            _ => Vec::new(),
        };
        Ok(OrderKey { path, descending: key.descending, nulls_last: key.nulls_last, picklist })
    }

    fn at(&self, span: Span, code: &'static str, message: &str) -> SoqlError {
        SoqlError::at(self.text, span, code, message)
    }

    fn unsupported(&self, span: Span, what: &'static str) -> SoqlError {
        SoqlError::unsupported(self.text, span, what)
    }
}

fn last_segment(path: &str) -> &str {
    path.rsplit('.').next().unwrap_or(path)
}
