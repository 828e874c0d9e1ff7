//! Batches: added, watched, read back, and their results.

use axum::{
    extract::Path,
    http::{HeaderMap, StatusCode, header},
};

use super::{
    answer::{self, Form, refusal},
    id,
    job::of,
    refused, unsupported,
};
use crate::{
    SfId,
    api::{
        bulk::up_to_date,
        reply::Reply,
        visit::{Visit, Whole, header_text},
    },
    org::bulk::{Batch, BatchState, Content, FoundRows, Job},
};

/// What stands instead of rows when a query over CSV found none.
const NO_ROWS: &str = "Records not found for this query\n";

/// `POST …/job/{job}/batch`
pub(super) async fn add(
    visit: Visit,
    Path((_, job)): Path<(String, String)>,
    headers: HeaderMap,
    Whole(body): Whole,
) -> Result<Reply, Reply> {
    let form = Form::of(&headers);
    let job_id = id(form, ("InvalidJob", "job"), &job)?;
    let mut org = up_to_date(&visit.mock, visit.saving.now);
    let known = of(&org, form, job_id)?;
    let media = header_text(&headers, header::CONTENT_TYPE).unwrap_or_default();
    let media = media.split(';').next().unwrap_or_default().trim();
    if media.starts_with("zip/") {
        return Err(unsupported(&visit.mock, form, &format!("Bulk 1.0 content type {media}")));
    }
    let fits = known.request.operation.is_query()
        || content_of(media).is_none_or(|content| content == known.request.content);
    if !fits {
        let text = format!(
            "The content type of the batch ({media}) is not that of its job ({})",
            known.request.content.name()
        );
        return Err(refusal(form, "InvalidBatch", &text));
    }
    let added = org.add_batch(job_id, visit.saving.now, body);
    let batch_id = added.map_err(|error| refused(form, &error, &job))?;
    let known = of(&org, form, job_id)?;
    let batch = batch_of(known, form, batch_id)?;
    let place = format!("/services/async/{}.0/job/{job_id}/batch/{batch_id}", visit.version);
    Ok(answer::batch(StatusCode::CREATED, known, batch).with("location", place))
}

/// `GET …/job/{job}/batch`
pub(super) async fn list(
    visit: Visit,
    Path((_, job)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Reply, Reply> {
    let form = Form::of(&headers);
    let job_id = id(form, ("InvalidJob", "job"), &job)?;
    let org = up_to_date(&visit.mock, visit.saving.now);
    Ok(answer::batches(of(&org, form, job_id)?))
}

/// `GET …/job/{job}/batch/{batch}`
pub(super) async fn info(
    visit: Visit,
    path: BatchPath,
    headers: HeaderMap,
) -> Result<Reply, Reply> {
    with_batch(&visit, path, &headers, |job, batch| Ok(answer::batch(StatusCode::OK, job, batch)))
}

/// `GET …/job/{job}/batch/{batch}/request`
pub(super) async fn request(
    visit: Visit,
    path: BatchPath,
    headers: HeaderMap,
) -> Result<Reply, Reply> {
    with_batch(&visit, path, &headers, |job, batch| {
        Ok(Reply::text(StatusCode::OK, job.request.content.media_type(), batch.text.to_vec()))
    })
}

/// `GET …/job/{job}/batch/{batch}/result`: what became of each row, or where the rows of a query are.
pub(super) async fn result(
    visit: Visit,
    path: BatchPath,
    headers: HeaderMap,
) -> Result<Reply, Reply> {
    let form = Form::of(&headers);
    with_batch(&visit, path, &headers, |job, batch| {
        if batch.found().is_some() {
            return Ok(answer::results(job, &[result_id(batch).as_str_15()]));
        }
        let results = job.batch_results(batch).ok_or_else(|| no_result(form, batch))?;
        Ok(Reply::text(StatusCode::OK, job.request.content.media_type(), results))
    })
}

/// `GET …/job/{job}/batch/{batch}/result/{result}`: the rows of a query.
pub(super) async fn found(
    visit: Visit,
    Path((version, job, batch, result)): Path<(String, String, String, String)>,
    headers: HeaderMap,
) -> Result<Reply, Reply> {
    let form = Form::of(&headers);
    let asked = id(form, ("InvalidBatch", "result"), &result)?;
    with_batch(&visit, Path((version, job, batch)), &headers, |job, batch| {
        let found = batch.found().ok_or_else(|| no_result(form, batch))?;
        if asked != result_id(batch) {
            return Err(refusal(form, "InvalidBatch", &format!("Invalid result id: {result}")));
        }
        Ok(rows(job, found))
    })
}

fn rows(job: &Job, found: &FoundRows) -> Reply {
    let content = job.request.content;
    let body = if content == Content::Csv && found.count() == 0 {
        NO_ROWS.as_bytes().to_vec()
    } else {
        found.bytes().to_vec()
    };
    Reply::text(StatusCode::OK, content.media_type(), body)
}

type BatchPath = Path<(String, String, String)>;

fn with_batch(
    visit: &Visit,
    Path((_, job, batch)): BatchPath,
    headers: &HeaderMap,
    tell: impl FnOnce(&Job, &Batch) -> Result<Reply, Reply>,
) -> Result<Reply, Reply> {
    let form = Form::of(headers);
    let job_id = id(form, ("InvalidJob", "job"), &job)?;
    let batch_id = id(form, ("InvalidBatch", "batch"), &batch)?;
    let org = up_to_date(&visit.mock, visit.saving.now);
    let job = of(&org, form, job_id)?;
    tell(job, batch_of(job, form, batch_id)?)
}

fn batch_of(job: &Job, form: Form, id: SfId) -> Result<&Batch, Reply> {
    job.batch(id).ok_or_else(|| refusal(form, "InvalidBatch", &format!("Invalid batch id: {id}")))
}

/// A query's batch has one result; its id has the batch's number.
fn result_id(batch: &Batch) -> SfId {
    SfId::numbered(*b"752", batch.id.counter(*b"751").unwrap_or_default())
}

fn no_result(form: Form, batch: &Batch) -> Reply {
    let text = match batch.state {
        BatchState::Queued | BatchState::InProgress => "Batch not completed",
        _ => "Records not processed",
    };
    refusal(form, "InvalidBatch", text)
}

fn content_of(media: &str) -> Option<Content> {
    [Content::Csv, Content::Xml, Content::Json]
        .into_iter()
        .find(|content| content.media_type() == media)
}
