//! The query of a job: what bulk queries cannot do is refused, the rest is carried out and written.
//!
//! No aggregates, `GROUP BY`, `OFFSET`, `TYPEOF`, child queries or compound fields (wire reference §6.2). A query of
//! Bulk 1.0 must be about the object of its job.

use crate::SfId;
use crate::schema::ObjectIndex;
use crate::soql::ast::{Query, Selected};
use crate::soql::{self, Asker, Column, Shape, SoqlError, Statement, Visible};

use super::super::Org;
use super::super::context::SaveContext;
use super::found_rows::{FoundRows, Writer};
use super::request::{JobKind, JobRequest, Operation};

/// Why a query is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct QueryRefusal {
    /// The code.
    pub(crate) code: &'static str,
    /// The text.
    pub(crate) message: String,
    /// Salesforce has it, this org has not: counted, whether it is refused for that or as if there were none.
    pub(crate) unsupported: Option<&'static str>,
}

impl From<SoqlError> for QueryRefusal {
    fn from(error: SoqlError) -> Self {
        Self {
            code: error.code,
            message: error.message,
            unsupported: error.unsupported.or(error.absent),
        }
    }
}

/// Reads a statement and resolves it.
fn understood<'t>(
    org: &Org,
    cx: &SaveContext,
    request: &JobRequest,
    text: &'t str,
) -> Result<(Query<'t>, Statement), QueryRefusal> {
    let query = soql::parse(text)?;
    bulkable(&query, request.kind)?;
    let asker = Asker::of(org, cx.user, cx.now, cx.api_version);
    let statement = soql::bind(org, &asker, text, &query)?;
    if compound(&statement.columns) {
        return Err(not_in_bulk(
            request.kind,
            "Selecting compound data not supported in Bulk Query",
        ));
    }
    if statement.shape != Shape::Rows {
        return Err(aggregate(request.kind));
    }
    Ok((query, statement))
}

/// The object of a statement that can be carried out.
pub(super) fn object_of(
    org: &Org,
    cx: &SaveContext,
    request: &JobRequest,
    text: &str,
) -> Result<ObjectIndex, QueryRefusal> {
    understood(org, cx, request, text).map(|(_, statement)| statement.object)
}

/// Carries a statement out.
pub(super) fn find(
    org: &Org,
    cx: &SaveContext,
    (request, object): (&JobRequest, ObjectIndex),
    text: &str,
) -> Result<FoundRows, QueryRefusal> {
    let (query, statement) = understood(org, cx, request, text)?;
    if statement.object != object {
        let name = |object| org.schema().at(object).name.clone();
        let message = format!(
            "The root entity of the requested query ({}) does not match the entity of the requested Bulk API Job ({}).",
            name(statement.object),
            name(object)
        );
        return Err(QueryRefusal {
            code: "INVALID_TYPE_FOR_OPERATION",
            message,
            unsupported: None,
        });
    }
    let visible =
        if request.operation == Operation::QueryAll { Visible::All } else { Visible::Live };
    let found = soql::run(org, &statement, visible);
    let writer = Writer { org, statement: &statement, visible, version: cx.api_version };
    Ok(writer.write(&query, &found.ids, (request.content, request.dialect)))
}

fn bulkable(query: &Query<'_>, kind: JobKind) -> Result<(), QueryRefusal> {
    if query.group.is_some() || query.having.is_some() {
        return Err(aggregate(kind));
    }
    if query.purpose.is_some() {
        return Err(lacking("FOR VIEW and FOR REFERENCE in bulk queries"));
    }
    if query.offset.is_some() {
        return Err(not_in_bulk(kind, "OFFSET is not supported in Bulk Query"));
    }
    for item in &query.select {
        match item {
            Selected::Value { .. } | Selected::Fields { .. } => {}
            Selected::TypeOf { .. } => {
                return Err(not_in_bulk(kind, "TYPEOF is not supported in Bulk Query"));
            }
            Selected::Children(_) => {
                let api = if kind == JobKind::Query { "Bulk V2" } else { "Bulk" };
                let text = format!(
                    "Aggregate Relationships not supported in {api} Query with CSV content type"
                );
                return Err(not_in_bulk(kind, &text));
            }
        }
    }
    Ok(())
}

fn aggregate(kind: JobKind) -> QueryRefusal {
    not_in_bulk(kind, "Aggregate functions and GROUP BY are not supported in Bulk Query")
}

fn not_in_bulk(kind: JobKind, message: &str) -> QueryRefusal {
    let code = if kind == JobKind::Query { "API_ERROR" } else { "FUNCTIONALITY_NOT_ENABLED" };
    QueryRefusal { code, message: message.to_owned(), unsupported: None }
}

fn lacking(what: &'static str) -> QueryRefusal {
    let message = format!("mock-salesforce does not emulate {what}");
    QueryRefusal { code: "NOT_IMPLEMENTED", message, unsupported: Some(what) }
}

fn compound(columns: &[Column]) -> bool {
    columns.iter().any(|column| match column {
        Column::Address { .. } => true,
        Column::Parent { columns, .. } => compound(columns),
        _ => false,
    })
}

/// The statements of one query, each over so many rows of its table, and the ids where they begin and end.
///
/// A statement with anything behind its condition cannot be cut.
pub(super) fn chunks(
    org: &Org,
    (object, rows): (ObjectIndex, u64),
    text: &str,
) -> Result<Vec<String>, QueryRefusal> {
    let query = soql::parse(text)?;
    if !query.order.is_empty() || query.limit.is_some() {
        return Err(lacking("PK chunking of a query with ORDER BY or LIMIT"));
    }
    let end = query.alias.unwrap_or(query.from).span.end;
    let (head, tail) = text.split_at_checked(end).unwrap_or((text, ""));
    let tail = tail.trim();
    let condition = tail.get(..5).filter(|word| word.eq_ignore_ascii_case("where"));
    if condition.is_none() && !tail.is_empty() {
        return Err(lacking("PK chunking of a query with more than a condition"));
    }
    let rest = condition.map(|_| tail.get(5..).unwrap_or_default().trim());
    let step = usize::try_from(rows).unwrap_or(usize::MAX).max(1);
    let starts: Vec<SfId> = org.rows(object).map(crate::Record::id).step_by(step).collect();
    let chunk = |(at, start): (usize, &SfId)| {
        let from = format!("{head} WHERE Id >= '{}'", start.as_str_15());
        let to = starts.get(at + 1).map(|next| format!(" AND Id < '{}'", next.as_str_15()));
        let and = rest.map(|rest| format!(" AND ({rest})"));
        format!("{from}{}{}", to.unwrap_or_default(), and.unwrap_or_default())
    };
    Ok(starts.iter().enumerate().map(chunk).collect())
}
