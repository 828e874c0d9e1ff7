//! `SELECT RecordId, Has…Access, MaxAccessLevel FROM UserRecordAccess WHERE UserId = … AND RecordId = …`: what a user may do
//! with up to 200 rows (Object Reference: `UserRecordAccess`).
//!
//! There are no such rows: each is made of the rights of the user. An id that leads nowhere has a row without rights, and a
//! row that the running user does not see has none.

use axum::http::StatusCode;

use super::refused;
use crate::{
    Org, SfId,
    api::{
        error::{Answer, Refusal},
        reply::Reply,
        visit::Visit,
    },
    json,
    org::RecordAccess,
    soql::{
        RECORD_ACCESS, SoqlError,
        ast::{
            Bound, Condition, Literal, LiteralKind, Name, Operand, Operator, Query, Selected, Set,
        },
    },
};

/// Most rows of one statement.
const ROWS_MAX: usize = 200;

/// What can be selected, in canonical case.
const COLUMNS: [(&str, Column); 7] = [
    ("RecordId", Column::Record),
    ("HasReadAccess", Column::Has(|access| access.read)),
    ("HasEditAccess", Column::Has(|access| access.edit)),
    ("HasDeleteAccess", Column::Has(|access| access.delete)),
    ("HasTransferAccess", Column::Has(|access| access.transfer)),
    ("HasAllAccess", Column::Has(|access| access.all)),
    ("MaxAccessLevel", Column::Most),
];

/// Has somebody a kind of access?
type Has = fn(&RecordAccess) -> bool;

#[derive(Clone, Copy)]
enum Column {
    Record,
    Has(Has),
    Most,
}

/// What is asked for.
#[derive(Default)]
struct Wanted {
    user: Option<SfId>,
    records: Option<Vec<SfId>>,
    /// Access that rows must have, or must not.
    access: Vec<(Has, bool)>,
}

/// Is it a statement about this?
pub(super) fn is_asked(query: &Query<'_>) -> bool {
    query.from.text.eq_ignore_ascii_case(RECORD_ACCESS)
}

/// Carries the statement out.
pub(super) fn answer(org: &Org, visit: &Visit, (text, query): (&str, &Query<'_>)) -> Answer {
    let asked = Asked { text, query };
    let columns = asked.columns().map_err(|error| refused(&visit.mock, error))?;
    let wanted = asked.wanted().map_err(|error| refused(&visit.mock, error))?;
    let order = asked.order(&columns).map_err(|error| refused(&visit.mock, error))?;
    let (Some(user), Some(records)) = (wanted.user, wanted.records) else {
        return Err(SoqlError::new("MALFORMED_QUERY", NO_FILTER).into());
    };
    if !wanted.access.is_empty() && columns.len() > 1 {
        let message = "Can select only RecordId when filtering by an access field";
        return Err(SoqlError::new("INVALID_FIELD", message).into());
    }
    let mut rows = rows(org, visit, user, &records)?;
    rows.retain(|(_, access)| wanted.access.iter().all(|(has, value)| has(access) == *value));
    rows.sort_by(|a, b| {
        let keys = order.iter().map(|(column, descending)| {
            let ordering = key(*column, a).cmp(&key(*column, b));
            if *descending { ordering.reverse() } else { ordering }
        });
        keys.fold(std::cmp::Ordering::Equal, std::cmp::Ordering::then)
    });
    let count = |bound: Option<Bound>, default| {
        bound.map_or(default, |bound| usize::try_from(bound.count).unwrap_or(usize::MAX))
    };
    let (offset, limit) = (count(query.offset, 0), count(query.limit, usize::MAX));
    let rows: Vec<_> = rows.into_iter().skip(offset).take(limit).collect();
    Ok(Reply::ok(written(visit, &columns, &rows)))
}

/// Why both filters must be there, as other objects of this kind have it.
const NO_FILTER: &str =
    "UserRecordAccess: a filter on a reified column is required [UserId,RecordId]";

/// One row an id, in their order.
fn rows(
    org: &Org,
    visit: &Visit,
    user: SfId,
    records: &[SfId],
) -> Result<Vec<(SfId, RecordAccess)>, Refusal> {
    let mut unique: Vec<SfId> = Vec::with_capacity(records.len());
    for id in records {
        if !unique.contains(id) {
            unique.push(*id);
        }
        if unique.len() > ROWS_MAX {
            let message = format!("Number of records exceeds limit: {ROWS_MAX}");
            return Err(Refusal::request(StatusCode::BAD_REQUEST, "LIMIT_EXCEEDED", &message));
        }
    }
    let is_hidden = |id: SfId| {
        org.live(id).is_some_and(|row| {
            !org.visible(visit.user, row) || !org.permitted(visit.user, row.object()).read
        })
    };
    let shown = unique.into_iter().filter(|id| !is_hidden(*id));
    Ok(shown.map(|id| (id, org.record_access(user, id))).collect())
}

/// What rows are ordered by.
fn key(column: Column, (id, access): &(SfId, RecordAccess)) -> String {
    match column {
        Column::Record => id.to_string(),
        Column::Has(has) => u8::from(has(access)).to_string(),
        Column::Most => {
            let levels = [access.read, access.edit, access.delete, access.transfer, access.all];
            let highest = levels.into_iter().rposition(|has| has);
            highest.map_or(0, |level| level + 1).to_string()
        }
    }
}

fn written(visit: &Visit, columns: &[(&str, Column)], rows: &[(SfId, RecordAccess)]) -> Vec<u8> {
    let mut out = b"{\"totalSize\":".to_vec();
    json::write_count(&mut out, rows.len());
    out.extend_from_slice(b",\"done\":true,\"records\":[");
    for (at, (id, access)) in rows.iter().enumerate() {
        if at > 0 {
            out.push(b',');
        }
        // A row of no table has the empty id.
        let url = format!("{}/sobjects/{RECORD_ACCESS}/{}", visit.base(), SfId::EMPTY);
        json::write_plain(
            &mut out,
            format_args!("{{\"attributes\":{{\"type\":\"{RECORD_ACCESS}\",\"url\":\"{url}\"}}"),
        );
        for (name, column) in columns {
            out.push(b',');
            json::write_key(&mut out, name);
            match column {
                Column::Record => json::write_plain(&mut out, format_args!("\"{id}\"")),
                Column::Has(has) => json::write_plain(&mut out, has(access)),
                Column::Most => json::write_text(&mut out, access.most()),
            }
        }
        out.push(b'}');
    }
    out.extend_from_slice(b"]}");
    out
}

/// A statement as it was written.
struct Asked<'q> {
    text: &'q str,
    query: &'q Query<'q>,
}

impl Asked<'_> {
    /// The column of this name, which may begin with that of the object.
    fn column(&self, name: Name<'_>) -> Option<(&'static str, Column)> {
        let name = self.plain(name);
        COLUMNS.into_iter().find(|(known, _)| known.eq_ignore_ascii_case(name))
    }

    fn plain<'n>(&self, name: Name<'n>) -> &'n str {
        let alias = self.query.alias.map_or(RECORD_ACCESS, |alias| alias.text);
        match name.text.split_once('.') {
            Some((first, rest)) if first.eq_ignore_ascii_case(alias) => rest,
            _ => name.text,
        }
    }

    fn columns(&self) -> Result<Vec<(&'static str, Column)>, SoqlError> {
        let query = self.query;
        if query.group.is_some() || query.having.is_some() || query.scope.is_some() {
            let what = "grouped statements about UserRecordAccess";
            return Err(SoqlError::unsupported(self.text, query.from.span, what));
        }
        let mut columns = Vec::with_capacity(query.select.len());
        for selected in &query.select {
            let found = match selected {
                Selected::Value { operand: Operand::Path(name), alias: None } => self.column(*name),
                // It counts nothing that is selected.
                Selected::Value { operand: Operand::Call(call), .. }
                    if call.arguments.is_empty() =>
                {
                    continue;
                }
                _ => None,
            };
            let message = "Can select only RecordId, a Has*Access field, and MaxAccessLevel";
            columns.push(found.ok_or_else(|| SoqlError::new("INVALID_FIELD", message))?);
        }
        if columns.iter().any(|(_, column)| matches!(column, Column::Record)) {
            return Ok(columns);
        }
        Err(SoqlError::new("INVALID_FIELD", "RecordId field must be selected"))
    }

    fn wanted(&self) -> Result<Wanted, SoqlError> {
        let mut wanted = Wanted::default();
        if let Some(filter) = &self.query.filter {
            self.take(filter, &mut wanted)?;
        }
        Ok(wanted)
    }

    fn take(&self, condition: &Condition<'_>, wanted: &mut Wanted) -> Result<(), SoqlError> {
        match condition {
            Condition::And(all) => all.iter().try_for_each(|one| self.take(one, wanted)),
            Condition::Compare { left: Operand::Path(name), operator: Operator::Equal, right } => {
                self.take_equal(*name, right, wanted)
            }
            Condition::In {
                left: Operand::Path(name),
                negated: false,
                set: Set::Values(values),
            } if self.plain(*name).eq_ignore_ascii_case("RecordId") => {
                let ids = values.iter().map(|value| self.id(value));
                wanted.records = Some(ids.collect::<Result<_, _>>()?);
                Ok(())
            }
            _ => Err(SoqlError::new("MALFORMED_QUERY", NO_FILTER)),
        }
    }

    fn take_equal(
        &self,
        name: Name<'_>,
        value: &Literal<'_>,
        wanted: &mut Wanted,
    ) -> Result<(), SoqlError> {
        match (self.column(name), &value.kind) {
            (Some((_, Column::Record)), _) => wanted.records = Some(vec![self.id(value)?]),
            (Some((_, Column::Has(has))), LiteralKind::Bool(value)) => {
                wanted.access.push((has, *value));
            }
            (Some((name, Column::Most)), _) => {
                let message = format!("field '{name}' can not be filtered in a query call");
                return Err(SoqlError::new("INVALID_FIELD", message));
            }
            (None, _) if self.plain(name).eq_ignore_ascii_case("UserId") => {
                wanted.user = Some(self.id(value)?);
            }
            _ => return Err(SoqlError::new("MALFORMED_QUERY", NO_FILTER)),
        }
        Ok(())
    }

    fn id(&self, value: &Literal<'_>) -> Result<SfId, SoqlError> {
        let LiteralKind::Text(id) = &value.kind else {
            return Err(SoqlError::new("MALFORMED_QUERY", NO_FILTER));
        };
        let wrong = |_| {
            let message = format!("invalid ID field: {id}");
            SoqlError::at(self.text, value.span, "INVALID_QUERY_FILTER_OPERATOR", &message)
        };
        id.parse().map_err(wrong)
    }

    /// What rows are ordered by, which is selected.
    fn order(&self, columns: &[(&str, Column)]) -> Result<Vec<(Column, bool)>, SoqlError> {
        let keys = self.query.order.iter().map(|key| {
            let found = match &key.operand {
                Operand::Path(name) => self.column(*name),
                Operand::Call(_) => None,
            };
            let found = found.filter(|(name, _)| columns.iter().any(|(known, _)| known == name));
            let (_, column) = found.ok_or_else(|| {
                let message = "Can order only by a field that is selected";
                SoqlError::at(self.text, key.operand.span(), "MALFORMED_QUERY", message)
            })?;
            Ok((column, key.descending))
        });
        keys.collect()
    }
}
