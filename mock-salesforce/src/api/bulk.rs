//! Bulk API 2.0: jobs over CSV files and over queries (wire reference §6.1, §6.2).
//!
//! The work is the org's; these routes create, fill, close, watch and read jobs. What is due by now is done before a
//! job is looked at, so that a job that takes no time is final at the first poll. Ingest is there since v41, queries
//! since v47, pages to be read in parallel since v58.

mod info;
mod ingest;
mod multipart;
mod new_job;
mod query;

use axum::http::StatusCode;
use serde::Deserialize;

use super::{
    body::parse,
    error::{Answer, Refusal},
    reply::Reply,
    route::{Call, get, put},
    visit::Visit,
};
use crate::{
    Mock, Org, OrgError, SfId, Timestamp,
    org::bulk::{Job, JobKind},
};

/// The body of a job that is closed or stopped.
#[derive(Debug, Deserialize)]
struct NewState {
    state: String,
}

/// Bulk 2.0 jobs.
pub(super) fn routes() -> super::route::Resource {
    vec![
        ("/jobs/ingest", get(list_ingest).post(ingest::create)),
        ("/jobs/ingest/{job}", get(ingest_info).patch(ingest_state).delete(delete_ingest)),
        ("/jobs/ingest/{job}/batches", put(ingest::upload)),
        ("/jobs/ingest/{job}/{results}", get(ingest::results)),
        ("/jobs/query", get(list_query).post(query::create)),
        ("/jobs/query/{job}", get(query_info).patch(query_state).delete(delete_query)),
        ("/jobs/query/{job}/results", get(query::results)),
        ("/jobs/query/{job}/resultPages", get(query::result_pages)),
    ]
}

fn list_ingest(call: &Call<'_>) -> Answer {
    let visit = call.visit()?;
    list(&visit, JobKind::Ingest, call.query())
}

fn list_query(call: &Call<'_>) -> Answer {
    let visit = call.visit()?;
    list(&visit, JobKind::Query, call.query())
}

fn list(visit: &Visit, kind: JobKind, query: Option<&str>) -> Answer {
    served(visit, kind)?;
    let org = up_to_date(&visit.mock, visit.saving.now);
    Ok(Reply::ok(info::list(&org, visit, kind, query)))
}

fn ingest_info(call: &Call<'_>) -> Answer {
    poll(call, JobKind::Ingest)
}

fn query_info(call: &Call<'_>) -> Answer {
    poll(call, JobKind::Query)
}

fn poll(call: &Call<'_>, kind: JobKind) -> Answer {
    let visit = &call.visit()?;
    let [job] = call.path();
    let id = job_id(visit, kind, job)?;
    let org = up_to_date(&visit.mock, visit.saving.now);
    let job = org.job(id).ok_or_else(Refusal::not_found)?;
    if job.request.kind != kind && job.request.kind != JobKind::Classic {
        return Err(Refusal::not_found());
    }
    Ok(Reply::ok(info::progress(&org, visit, job)))
}

fn ingest_state(call: &Call<'_>) -> Answer {
    set_state(call, JobKind::Ingest)
}

fn query_state(call: &Call<'_>) -> Answer {
    set_state(call, JobKind::Query)
}

fn set_state(call: &Call<'_>, kind: JobKind) -> Answer {
    let visit = &call.visit()?;
    let [job] = call.path();
    let id = job_id(visit, kind, job)?;
    let NewState { state } = parse(call.body)?;
    let now = visit.saving.now;
    let mut org = up_to_date(&visit.mock, now);
    of_kind(&org, id, kind)?;
    match state.as_str() {
        "UploadComplete" if kind == JobKind::Ingest => org.close_job(id, now),
        "Aborted" => org.abort_job(id, now),
        _ => return Err(wrong("INVALIDJOBSTATE", &format!("Invalid job state: {state}"))),
    }
    .map_err(refused)?;
    let job = of_kind(&org, id, kind)?;
    Ok(Reply::ok(info::plain(&org, visit, job)))
}

fn delete_ingest(call: &Call<'_>) -> Answer {
    delete(call, JobKind::Ingest)
}

fn delete_query(call: &Call<'_>) -> Answer {
    delete(call, JobKind::Query)
}

fn delete(call: &Call<'_>, kind: JobKind) -> Answer {
    let visit = &call.visit()?;
    let [job] = call.path();
    let id = job_id(visit, kind, job)?;
    let mut org = up_to_date(&visit.mock, visit.saving.now);
    of_kind(&org, id, kind)?;
    org.delete_job(id).map_err(refused)?;
    Ok(Reply::empty(StatusCode::NO_CONTENT))
}

/// Is the kind of job there on the version of the call?
fn served(visit: &Visit, kind: JobKind) -> Result<(), Refusal> {
    let since = if kind == JobKind::Query { 47 } else { 41 };
    if visit.version < since { Err(Refusal::not_found()) } else { Ok(()) }
}

fn job_id(visit: &Visit, kind: JobKind, text: &str) -> Result<SfId, Refusal> {
    served(visit, kind)?;
    text.parse().map_err(|_| Refusal::not_found())
}

fn of_kind(org: &Org, id: SfId, kind: JobKind) -> Result<&Job, Refusal> {
    org.job(id).filter(|job| job.request.kind == kind).ok_or_else(Refusal::not_found)
}

fn wrong(code: &str, message: &str) -> Refusal {
    Refusal::routing(StatusCode::BAD_REQUEST, code, message)
}

fn refused(error: OrgError) -> Refusal {
    match error.code {
        "NOT_FOUND" => Refusal::not_found(),
        code => wrong(code, &error.message),
    }
}

/// The org after everything that is due by now.
pub(super) fn up_to_date(mock: &Mock, now: Timestamp) -> std::sync::MutexGuard<'_, Org> {
    let mut org = mock.org();
    if org.next_due().is_some_and(|due| due <= now) {
        org.run_due(now);
    }
    org.forget_old_jobs(now);
    count_unsupported(&mut org, mock);
    org
}

/// Counts what queries asked for and this mock has not, and names one of them.
fn count_unsupported(org: &mut Org, mock: &Mock) -> Option<String> {
    let mut counted = org.take_unsupported_queries().into_iter().map(|what| {
        let what = format!("Bulk query: {what}");
        mock.count_unsupported(&what);
        what
    });
    counted.next_back()
}
