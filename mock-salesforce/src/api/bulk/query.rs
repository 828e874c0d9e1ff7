//! Query jobs: created with their statement, read in pages of CSV.
//!
//! A page's locator is the number of its first row; behind the last page it is the word `null`. Results are read on the
//! version of the job.

use axum::http::{StatusCode, header};
use base64::{Engine as _, engine::general_purpose::STANDARD_NO_PAD};

use super::{
    count_unsupported, info, job_id, new_job, of_kind, refused, served, up_to_date, wrong,
};
use crate::{
    Org, Origin, SaveContext, SfId,
    api::{
        body::parameter,
        error::{Answer, Refusal},
        reply::Reply,
        route::Call,
        visit::{Visit, header_text},
    },
    json,
    org::bulk::{FoundRows, JobKind, JobState, PAGE_ROWS},
};

/// Pages that one answer of `resultPages` lists.
const PAGES_TOLD: usize = 5;
/// First version with `resultPages`.
const PAGES_SINCE: u16 = 58;

/// `POST …/jobs/query`
pub(super) fn create(call: &Call<'_>) -> Answer {
    let visit = call.visit()?;
    served(&visit, JobKind::Query)?;
    let kind = header_text(call.headers(), header::CONTENT_TYPE).unwrap_or("application/json");
    if !kind.starts_with("application/json") {
        let text = format!("The content type '{kind}' is not supported here");
        let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
        return Err(Refusal::routing(status, "UNSUPPORTED_MEDIA_TYPE", &text));
    }
    let request = new_job::read(JobKind::Query, call.body)?;
    let cx = SaveContext { origin: Origin::Bulk, ..visit.saving };
    let mut org = up_to_date(&visit.mock, cx.now);
    let made = org.create_job(&cx, request);
    let counted = count_unsupported(&mut org, &visit.mock);
    let made = made.map_err(|error| match counted {
        Some(what) if error.code == "NOT_IMPLEMENTED" => Refusal::unsupported(&what),
        _ => refused(error),
    });
    let job = of_kind(&org, made?, JobKind::Query)?;
    Ok(Reply::ok(info::plain(&org, &visit, job)))
}

/// `GET …/jobs/query/{job}/results?maxRecords=&locator=`
pub(super) fn results(call: &Call<'_>) -> Answer {
    let visit = call.visit()?;
    let [job] = call.path();
    let id = job_id(&visit, JobKind::Query, job)?;
    let org = up_to_date(&visit.mock, visit.saving.now);
    let found = found(&org, &visit, id)?;
    let from = first_row(call.query())?;
    let rows = match parameter(call.query(), "maxRecords") {
        Some(text) => text
            .parse()
            .ok()
            .filter(|rows| *rows > 0)
            .ok_or_else(|| wrong("API_ERROR", &format!("Invalid maxRecords: {text}")))?,
        None => PAGE_ROWS,
    };
    let (page, count) = found.page(from, rows).ok_or_else(no_locator)?;
    let next = from + count;
    let locator = if next < found.count() { locator(next) } else { "null".to_owned() };
    Ok(Reply::text(StatusCode::OK, "text/csv", page)
        .with("sforce-numberofrecords", count.to_string())
        .with("sforce-locator", locator))
}

/// `GET …/jobs/query/{job}/resultPages`: where to read pages in parallel.
pub(super) fn result_pages(call: &Call<'_>) -> Answer {
    let visit = call.visit()?;
    let [job] = call.path();
    if visit.version < PAGES_SINCE {
        return Err(Refusal::not_found());
    }
    let id = job_id(&visit, JobKind::Query, job)?;
    let org = up_to_date(&visit.mock, visit.saving.now);
    let count = found(&org, &visit, id)?.count();
    let from = first_row(call.query())?;
    let base = format!("{}/jobs/query/{id}", visit.base());
    let mut out = b"{\"resultPages\":[".to_vec();
    let mut starts = (from..count.max(from + 1)).step_by(PAGE_ROWS);
    for (at, start) in starts.by_ref().take(PAGES_TOLD).enumerate() {
        if at > 0 {
            out.push(b',');
        }
        let locator = locator(start);
        json::write_plain(
            &mut out,
            format_args!("{{\"resultUrl\":\"{base}/results?locator={locator}\"}}"),
        );
    }
    out.extend_from_slice(b"],\"nextRecordsUrl\":");
    let next = starts.next();
    match next {
        Some(next) => {
            let locator = locator(next);
            json::write_plain(&mut out, format_args!("\"{base}/resultPages?locator={locator}\""));
        }
        None => out.extend_from_slice(b"null"),
    }
    json::write_plain(&mut out, format_args!(",\"done\":{}}}", next.is_none()));
    Ok(Reply::ok(out))
}

/// What a complete job found.
fn found<'o>(org: &'o Org, visit: &Visit, id: SfId) -> Result<&'o FoundRows, Refusal> {
    let job = of_kind(org, id, JobKind::Query)?;
    if job.context.api_version != visit.version {
        let text = format!(
            "The job was created on version {}.0: read its results there",
            job.context.api_version
        );
        return Err(Refusal::routing(StatusCode::CONFLICT, "API_ERROR", &text));
    }
    let batch = job.batches().first().filter(|_| job.state == JobState::JobComplete);
    batch.and_then(|batch| batch.found()).ok_or_else(|| {
        let text =
            format!("Results are there once the job is JobComplete; it is {}", job.state.name());
        wrong("INVALIDJOBSTATE", &text)
    })
}

fn first_row(query: Option<&str>) -> Result<usize, Refusal> {
    match parameter(query, "locator").filter(|locator| !locator.is_empty()) {
        None => Ok(0),
        Some(text) => {
            let bytes = STANDARD_NO_PAD.decode(text.trim_end_matches('=')).ok();
            let row = bytes.and_then(|bytes| String::from_utf8(bytes).ok()?.parse().ok());
            row.ok_or_else(no_locator)
        }
    }
}

fn no_locator() -> Refusal {
    wrong("INVALID_QUERY_LOCATOR", "invalid query locator")
}

/// A row's number as a client sees it.
fn locator(row: usize) -> String {
    STANDARD_NO_PAD.encode(row.to_string())
}
