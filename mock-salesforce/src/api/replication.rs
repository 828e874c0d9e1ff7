//! `updated` and `deleted`: which rows changed in a span of time (wire reference §3.8).
//!
//! Seconds are ignored: both ends are whole minutes, the first is in, the second is out.

use axum::http::StatusCode;

use super::{
    body::parameter,
    error::{Answer, Refusal},
    reply::Reply,
    route::{Call, get},
    sobjects::row::known,
    visit::Visit,
};
use crate::{
    ObjectSchema, Org, Record, Timestamp, ValueRef, json,
    timestamp::{DAY_MS, MINUTE_MS},
};

/// Ids of one answer.
const IDS_MAX: usize = 600_000;
/// How far back `updated` reaches.
const UPDATED_DAYS: i64 = 30;
/// How far back `deleted` reaches.
const DELETED_DAYS: i64 = 15;

/// Replication.
pub(super) fn routes() -> super::route::Resource {
    vec![("/sobjects/{object}/updated", get(updated)), ("/sobjects/{object}/deleted", get(deleted))]
}

/// `GET …/sobjects/{object}/updated?start=…&end=…`
fn updated(call: &Call<'_>) -> Answer {
    let visit = call.visit()?;
    let [object] = call.path();
    updated_in(&visit.mock.org(), &visit, object, call.query())
}

/// `GET …/sobjects/{object}/deleted?start=…&end=…`
fn deleted(call: &Call<'_>) -> Answer {
    let visit = call.visit()?;
    let [object] = call.path();
    deleted_in(&visit.mock.org(), &visit, object, call.query())
}

/// Rows that were created or changed and are still there.
pub(super) fn updated_in(org: &Org, visit: &Visit, object: &str, query: Option<&str>) -> Answer {
    let object = readable(org, visit, object)?;
    let span = Span::read(query, visit.saving.now, UPDATED_DAYS)?;
    let mut out = b"{\"ids\":[".to_vec();
    let rows = within(org, object, span, false)?;
    for (at, (record, _)) in rows.into_iter().enumerate() {
        let separator = if at > 0 { "," } else { "" };
        json::write_plain(&mut out, format_args!("{separator}\"{}\"", record.id()));
    }
    json::write_plain(&mut out, format_args!("],\"latestDateCovered\":\"{}\"}}", span.covered));
    Ok(Reply::ok(out))
}

/// Rows that were deleted and are still in the recycle bin.
pub(super) fn deleted_in(org: &Org, visit: &Visit, object: &str, query: Option<&str>) -> Answer {
    let object = readable(org, visit, object)?;
    let span = Span::read(query, visit.saving.now, DELETED_DAYS)?;
    let mut out = b"{\"deletedRecords\":[".to_vec();
    for (at, (record, when)) in within(org, object, span, true)?.into_iter().enumerate() {
        let separator = if at > 0 { "," } else { "" };
        let id = record.id();
        json::write_plain(
            &mut out,
            format_args!("{separator}{{\"deletedDate\":\"{when}\",\"id\":\"{id}\"}}"),
        );
    }
    let (earliest, covered) = (span.earliest, span.covered);
    json::write_plain(
        &mut out,
        format_args!(
            "],\"earliestDateAvailable\":\"{earliest}\",\"latestDateCovered\":\"{covered}\"}}"
        ),
    );
    Ok(Reply::ok(out))
}

/// What is asked for, and what can be told.
#[derive(Debug, Clone, Copy)]
struct Span {
    start: Timestamp,
    end: Timestamp,
    earliest: Timestamp,
    covered: Timestamp,
}

impl Span {
    fn read(query: Option<&str>, now: Timestamp, days: i64) -> Result<Self, Refusal> {
        let (start, end) = (moment(query, "start")?, moment(query, "end")?);
        let earliest = whole_minute(now.plus_ms(-days * DAY_MS));
        if end.0 - start.0 < MINUTE_MS {
            return Err(bad_date(
                "The end date must be at least one minute greater than the start date",
            ));
        }
        if start < earliest {
            return Err(bad_date("startDate before org replication enabled date"));
        }
        if start > now {
            return Err(bad_date("The start date must not be in the future"));
        }
        Ok(Self { start, end, earliest, covered: end.min(whole_minute(now)).max(start) })
    }
}

fn moment(query: Option<&str>, name: &str) -> Result<Timestamp, Refusal> {
    // A plus sign that nobody encoded was meant as one: `+00:00` arrives as ` 00:00`.
    let text = parameter(query, name).unwrap_or_default().trim().replace(' ', "+");
    if text.is_empty() {
        let message = format!("{name} is a required parameter: give an ISO 8601 date and time");
        return Err(Refusal::request(StatusCode::BAD_REQUEST, "MISSING_ARGUMENT", &message));
    }
    let read = Timestamp::parse(&text).map(whole_minute);
    read.ok_or_else(|| bad_date(&format!("{name} is not a valid ISO 8601 date and time: {text}")))
}

fn whole_minute(at: Timestamp) -> Timestamp {
    Timestamp(at.0.div_euclid(MINUTE_MS) * MINUTE_MS)
}

fn bad_date(message: &str) -> Refusal {
    Refusal::request(StatusCode::BAD_REQUEST, "INVALID_REPLICATION_DATE", message)
}

fn readable<'o>(org: &'o Org, visit: &Visit, object: &str) -> Result<&'o ObjectSchema, Refusal> {
    let object = known(org, visit, object)?;
    if org.permitted(visit.user, object.index).read {
        Ok(object)
    } else {
        Err(Refusal::not_found())
    }
}

/// Rows, deleted or not, whose last change lies in the span, in id order, with the time of that change.
fn within<'o>(
    org: &'o Org,
    object: &ObjectSchema,
    span: Span,
    deleted: bool,
) -> Result<Vec<(&'o Record, Timestamp)>, Refusal> {
    let Some(modstamp) = object.field_index("SystemModstamp") else { return Ok(Vec::new()) };
    let changed = |record: &'o Record| match org.value(record, modstamp).view() {
        ValueRef::DateTime(at) if at >= span.start && at < span.end => Some((record, at)),
        _ => None,
    };
    let rows = org.rows(object.index).filter(|record| record.is_deleted() == deleted);
    let found: Vec<_> = rows.filter_map(changed).take(IDS_MAX + 1).collect();
    if found.len() > IDS_MAX {
        let message = format!("more than {IDS_MAX} ids in this span: ask for a shorter one");
        return Err(Refusal::request(StatusCode::BAD_REQUEST, "EXCEEDED_ID_LIMIT", &message));
    }
    Ok(found)
}
