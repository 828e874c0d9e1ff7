//! Ingest: jobs are created, alone or together with their file, filled once, and tell what became of their rows.

use axum::http::{StatusCode, header};
use bytes::Bytes;

use super::{info, job_id, multipart, new_job, of_kind, refused, served, up_to_date, wrong};
use crate::{
    Origin, SaveContext,
    api::{
        error::{Answer, Refusal},
        reply::Reply,
        route::Call,
        unsupported,
        visit::header_text,
    },
    org::bulk::JobKind,
};

/// Most characters of a file that comes together with its job (wire reference §6.1).
const TOGETHER_CHARS_MAX: usize = 20_000;

/// `POST …/jobs/ingest`: JSON, or JSON and CSV in parts.
pub(super) fn create(call: &Call<'_>) -> Answer {
    let visit = call.visit()?;
    served(&visit, JobKind::Ingest)?;
    let kind = header_text(call.headers(), header::CONTENT_TYPE).unwrap_or("application/json");
    let (job, file) = match kind.split(';').next().unwrap_or_default().trim() {
        "application/json" => (call.body.clone(), None),
        "multipart/form-data" => parts(kind, call.body)?,
        _ => return Err(unsupported_type(kind)),
    };
    let request = new_job::read(JobKind::Ingest, &job)?;
    let now = visit.saving.now;
    let cx = SaveContext { origin: Origin::Bulk, ..visit.saving };
    let mut org = up_to_date(&visit.mock, now);
    if let Some(what) = unsupported::object(&org, &visit.mock, "Bulk job: ", &request.object) {
        return Err(Refusal::unsupported(what));
    }
    let id = org.create_job(&cx, request).map_err(refused)?;
    if let Some(file) = file {
        org.upload_job(id, now, file).map_err(refused)?;
        org.close_job(id, now).map_err(refused)?;
    }
    let job = of_kind(&org, id, JobKind::Ingest)?;
    Ok(Reply::ok(info::plain(&org, &visit, job)))
}

/// The parts `job` and `content`.
fn parts(kind: &str, body: &Bytes) -> Result<(Bytes, Option<Bytes>), Refusal> {
    let broken = |what: &str| wrong("INVALIDJOB", &format!("Unable to parse Job: {what}"));
    let (mut job, mut content) = (None, None);
    for part in multipart::parts(kind, body).map_err(broken)? {
        match &*part.name {
            "job" => job = Some(part.content),
            "content" => content = Some(part.content),
            name => return Err(broken(&format!("unexpected part '{name}'"))),
        }
    }
    if content.as_ref().is_some_and(|content| content.len() > TOGETHER_CHARS_MAX) {
        let text = format!("more than {TOGETHER_CHARS_MAX} characters: upload them by themselves");
        return Err(wrong("EXCEEDEDQUOTA", &text));
    }
    let job = job.ok_or_else(|| broken("the part 'job' is missing"))?;
    Ok((job, content))
}

/// `PUT …/jobs/ingest/{job}/batches`
pub(super) fn upload(call: &Call<'_>) -> Answer {
    let visit = call.visit()?;
    let [job] = call.path();
    let id = job_id(&visit, JobKind::Ingest, job)?;
    let kind = header_text(call.headers(), header::CONTENT_TYPE).unwrap_or("text/csv");
    let media = kind.split(';').next().unwrap_or_default().trim();
    if ["application/json", "application/xml", "multipart/form-data"].contains(&media) {
        return Err(unsupported_type(kind));
    }
    let now = visit.saving.now;
    up_to_date(&visit.mock, now).upload_job(id, now, call.body.clone()).map_err(refused)?;
    Ok(Reply::empty(StatusCode::CREATED))
}

/// `GET …/jobs/ingest/{job}/successfulResults`, `failedResults`, `unprocessedrecords`
pub(super) fn results(call: &Call<'_>) -> Answer {
    let visit = call.visit()?;
    let [job, results] = call.path();
    let id = job_id(&visit, JobKind::Ingest, job)?;
    let org = up_to_date(&visit.mock, visit.saving.now);
    let job = of_kind(&org, id, JobKind::Ingest)?;
    let csv = match results {
        "successfulResults" => job.successful_results(),
        "failedResults" => job.failed_results(),
        "unprocessedrecords" | "unprocessedRecords" => job.unprocessed_rows(),
        _ => return Err(Refusal::not_found()),
    };
    Ok(Reply::text(StatusCode::OK, "text/csv", csv))
}

fn unsupported_type(kind: &str) -> Refusal {
    let text = format!("The content type '{kind}' is not supported here");
    Refusal::routing(StatusCode::UNSUPPORTED_MEDIA_TYPE, "UNSUPPORTED_MEDIA_TYPE", &text)
}
