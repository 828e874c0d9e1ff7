//! Ingest: jobs are created, alone or together with their file, filled once, and tell what became of their rows.

use axum::{
    body::Body,
    http::{StatusCode, header},
};
use bytes::Bytes;

use super::{info, job_id, new_job, of_kind, refused, served, up_to_date, wrong};
use crate::{
    Origin, SaveContext,
    api::{
        error::{Answer, Refusal},
        front::at_once,
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
        "multipart/form-data" => at_once(parts(kind, call.body.clone()))?,
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
async fn parts(kind: &str, body: Bytes) -> Result<(Bytes, Option<Bytes>), Refusal> {
    let broken =
        |error: multer::Error| wrong("INVALIDJOB", &format!("Unable to parse Job: {error}"));
    let boundary = multer::parse_boundary(kind).map_err(broken)?;
    let mut parts = multer::Multipart::new(Body::from(body).into_data_stream(), boundary);
    let (mut job, mut content) = (None, None);
    while let Some(part) = parts.next_field().await.map_err(broken)? {
        let name = part.name().unwrap_or_default().to_owned();
        let bytes = part.bytes().await.map_err(broken)?;
        match name.as_str() {
            "job" => job = Some(bytes),
            "content" => content = Some(bytes),
            _ => {
                let text = format!("Unable to parse Job: unexpected part '{name}'");
                return Err(wrong("INVALIDJOB", &text));
            }
        }
    }
    if content.as_ref().is_some_and(|content| content.len() > TOGETHER_CHARS_MAX) {
        let text = format!("more than {TOGETHER_CHARS_MAX} characters: upload them by themselves");
        return Err(wrong("EXCEEDEDQUOTA", &text));
    }
    let job =
        job.ok_or_else(|| wrong("INVALIDJOB", "Unable to parse Job: the part 'job' is missing"))?;
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
