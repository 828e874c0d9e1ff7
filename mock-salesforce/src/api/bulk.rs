//! Bulk 2.0 ingest: jobs over CSV files (wire reference §6.1).
//!
//! The work is the org's; these routes create, fill, close, watch and read jobs. What is due by now is done before a
//! job is looked at, so that a job that takes no time is final at the first poll.

use axum::{
    extract::Path,
    http::{HeaderMap, StatusCode, header},
};
use bytes::Bytes;
use serde::Deserialize;
use serde_json::{Value as Json, json};

use axum::routing::{get, put};

use super::{
    body::parse,
    error::{Answer, Payload, Refusal, Target},
    reply::Reply,
    visit::{Visit, header_text},
};
use crate::{
    AssignmentHeader, Org, OrgError, Origin, SaveContext, SfId,
    org::bulk::{Delimiter, Job, JobRequest, JobState, Operation},
};

/// The body of a job that is created.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct NewJob {
    object: String,
    operation: String,
    #[serde(default)]
    content_type: Option<String>,
    #[serde(default)]
    column_delimiter: Option<String>,
    #[serde(default)]
    line_ending: Option<String>,
    #[serde(default)]
    external_id_field_name: Option<String>,
    #[serde(default)]
    assignment_rule_id: Option<String>,
}

/// The body of a job that is closed or stopped.
#[derive(Debug, Deserialize)]
struct NewState {
    state: String,
}

/// Bulk 2.0 jobs.
pub(super) fn routes() -> super::Resource {
    vec![
        ("/jobs/ingest", get(list).post(create)),
        ("/jobs/ingest/{job}", get(info).patch(set_state).delete(delete)),
        ("/jobs/ingest/{job}/batches", put(upload)),
        ("/jobs/ingest/{job}/{results}", get(results)),
    ]
}

/// `POST …/jobs/ingest`
pub(super) async fn create(visit: Visit, headers: HeaderMap, body: Bytes) -> Answer {
    let is_json = header_text(&headers, header::CONTENT_TYPE.as_str())
        .is_none_or(|kind| kind.starts_with("application/json"));
    if !is_json {
        let what = "POST jobs/ingest with a multipart body";
        visit.mock.count_unsupported(what);
        return Err(Refusal::unsupported(what));
    }
    let request = request(parse(&body)?)?;
    let assignment =
        request.assignment_rule.map_or(AssignmentHeader::False, AssignmentHeader::Rule);
    let cx = SaveContext { assignment, origin: Origin::Bulk, ..visit.saving };
    let mut org = visit.mock.org();
    let id = org.create_job(&cx, request).map_err(refused)?;
    Ok(Reply::ok(info_of(&org, &visit, id, false)?.to_string().into_bytes()))
}

fn request(asked: NewJob) -> Result<JobRequest, Refusal> {
    let invalid = |what: &str, value: &str| {
        let message = format!("Unable to parse Job: {what} {value}");
        Refusal::request(StatusCode::BAD_REQUEST, "INVALIDJOB", &message)
    };
    let operation =
        Operation::of(&asked.operation).ok_or_else(|| invalid("operation", &asked.operation))?;
    if let Some(kind) = asked.content_type.filter(|kind| !kind.eq_ignore_ascii_case("CSV")) {
        return Err(invalid("contentType", &kind));
    }
    let delimiter = asked.column_delimiter.unwrap_or_else(|| "COMMA".to_owned());
    let ending = asked.line_ending.unwrap_or_else(|| "LF".to_owned());
    if !["LF", "CRLF"].contains(&ending.as_str()) {
        return Err(invalid("lineEnding", &ending));
    }
    let rule = asked.assignment_rule_id.filter(|rule| !rule.is_empty());
    let assignment_rule = match rule {
        Some(rule) => Some(rule.parse().map_err(|_| invalid("assignmentRuleId", &rule))?),
        None => None,
    };
    Ok(JobRequest {
        object: asked.object,
        operation,
        external_id_field: asked.external_id_field_name.filter(|name| !name.is_empty()),
        assignment_rule,
        delimiter: Delimiter::of(&delimiter)
            .ok_or_else(|| invalid("columnDelimiter", &delimiter))?,
        crlf: ending == "CRLF",
    })
}

/// `PUT …/jobs/ingest/{job}/batches`
pub(super) async fn upload(
    visit: Visit,
    Path((_, job)): Path<(String, String)>,
    body: Bytes,
) -> Answer {
    let id = job_id(&job)?;
    visit.mock.org().upload_job(id, visit.saving.now, body.to_vec()).map_err(refused)?;
    Ok(Reply::empty(StatusCode::CREATED))
}

/// `PATCH …/jobs/ingest/{job}` with `UploadComplete` or `Aborted`.
pub(super) async fn set_state(
    visit: Visit,
    Path((_, job)): Path<(String, String)>,
    body: Bytes,
) -> Answer {
    let id = job_id(&job)?;
    let NewState { state } = parse(&body)?;
    let mut org = visit.mock.org();
    let now = visit.saving.now;
    match state.as_str() {
        "UploadComplete" => org.close_job(id, now),
        "Aborted" => org.abort_job(id, now),
        _ => {
            Err(OrgError::new("INVALIDJOBSTATE", format!("Invalid state: {state}"))
                .without_fields())
        }
    }
    .map_err(refused)?;
    Ok(Reply::ok(info_of(&org, &visit, id, false)?.to_string().into_bytes()))
}

/// `GET …/jobs/ingest/{job}`
pub(super) async fn info(visit: Visit, Path((_, job)): Path<(String, String)>) -> Answer {
    let id = job_id(&job)?;
    let mut org = visit.mock.org();
    work_off(&mut org, &visit);
    Ok(Reply::ok(info_of(&org, &visit, id, true)?.to_string().into_bytes()))
}

/// `GET …/jobs/ingest`
pub(super) async fn list(visit: Visit) -> Answer {
    let mut org = visit.mock.org();
    work_off(&mut org, &visit);
    let records: Vec<Json> = org.jobs().map(|job| job_info(&org, &visit, job, false)).collect();
    let body = json!({"done": true, "nextRecordsUrl": null, "records": records});
    Ok(Reply::ok(body.to_string().into_bytes()))
}

/// `DELETE …/jobs/ingest/{job}`
pub(super) async fn delete(visit: Visit, Path((_, job)): Path<(String, String)>) -> Answer {
    visit.mock.org().delete_job(job_id(&job)?).map_err(refused)?;
    Ok(Reply::empty(StatusCode::NO_CONTENT))
}

/// `GET …/jobs/ingest/{job}/successfulResults`, `failedResults`, `unprocessedrecords`
pub(super) async fn results(
    visit: Visit,
    Path((_, job, results)): Path<(String, String, String)>,
) -> Answer {
    let id = job_id(&job)?;
    let mut org = visit.mock.org();
    work_off(&mut org, &visit);
    let job = org.job(id).ok_or_else(Refusal::not_found)?;
    let csv = match results.as_str() {
        "successfulResults" => job.successful_results(),
        "failedResults" => job.failed_results(),
        "unprocessedrecords" | "unprocessedRecords" => job.unprocessed_rows(),
        _ => return Err(Refusal::not_found()),
    };
    Ok(Reply::text(StatusCode::OK, "text/csv", csv))
}

fn job_id(text: &str) -> Result<SfId, Refusal> {
    text.parse().map_err(|_| Refusal::not_found())
}

fn refused(error: OrgError) -> Refusal {
    Refusal::save(&[error], Target::Known, Payload::NONE)
}

/// Does what is due by now.
fn work_off(org: &mut Org, visit: &Visit) {
    if org.next_due().is_some_and(|due| due <= visit.saving.now) {
        org.run_due(visit.saving.now);
    }
}

fn info_of(org: &Org, visit: &Visit, id: SfId, polled: bool) -> Result<Json, Refusal> {
    let job = org.job(id).ok_or_else(Refusal::not_found)?;
    Ok(job_info(org, visit, job, polled))
}

/// A job as its resource shows it; a poll shows how far it is.
fn job_info(org: &Org, visit: &Visit, job: &Job, polled: bool) -> Json {
    let version = job.context.api_version;
    let mut info = json!({"id": job.id.to_string(), "operation": job.request.operation.name(),
        "object": &*org.schema().at(job.object).name, "createdById": job.context.user.to_string(),
        "createdDate": job.context.now.whole_second().to_string(),
        "systemModstamp": job.modified.whole_second().to_string(), "state": job.state.name()});
    let mut rest = json!({"concurrencyMode": "Parallel", "contentType": "CSV", "apiVersion": f64::from(version)});
    let Some(all) = info.as_object_mut() else { return info };
    if let Some(key) = &job.request.external_id_field {
        all.insert("externalIdFieldName".to_owned(), key.as_str().into());
    }
    if let Some(rule) = job.request.assignment_rule {
        all.insert("assignmentRuleId".to_owned(), rule.to_string().into());
    }
    if let Some(rest) = rest.as_object_mut() {
        all.append(rest);
    }
    if job.state == JobState::Open {
        let url =
            format!("{}/jobs/ingest/{}/batches", visit.base().trim_start_matches('/'), job.id);
        all.insert("contentUrl".to_owned(), url.into());
    }
    all.insert("lineEnding".to_owned(), if job.request.crlf { "CRLF" } else { "LF" }.into());
    all.insert("columnDelimiter".to_owned(), job.request.delimiter.name().into());
    if polled {
        add_progress(all, job);
    }
    info
}

fn add_progress(all: &mut serde_json::Map<String, Json>, job: &Job) {
    let elapsed = (job.modified.0 - job.context.now.0).max(0);
    let progress = json!({"jobType": "V2Ingest", "retries": 0, "totalProcessingTime": elapsed,
        "apiActiveProcessingTime": elapsed, "apexProcessingTime": 0, "numberRecordsProcessed": job.processed(),
        "numberRecordsFailed": job.failed()});
    if let Json::Object(mut progress) = progress {
        all.append(&mut progress);
    }
    if let Some(message) = &job.error_message {
        all.insert("errorMessage".to_owned(), message.as_str().into());
    }
}
